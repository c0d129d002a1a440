"""The fall-off of consultations with distance: a known one is found again."""

from __future__ import annotations

import math

import numpy as np
import pytest

from akuttsim.indicators.utilisation import consultations_50_km_away
from akuttsim.records import ADVICE, CLINIC, GREEN
from tests import small
from tests.chain.by_hand import world

HOSPITAL, CENTRE, UPPER = 0, 1, 3
COUNT = 40_000


@pytest.mark.parametrize("per_km", [0.0, 0.0145])
def test_a_known_fall_off_is_found(per_km: float) -> None:
    """0, 1 and 61 km from the legevakt; half of those next door are seen there (99.9 %)."""
    rng, at = np.random.default_rng(6), world()
    place = rng.choice([HOSPITAL, CENTRE, UPPER], COUNT)
    km = np.choose(np.searchsorted([HOSPITAL, CENTRE, UPPER], place), [0.0, 1.0, 61.0])
    comes = rng.random(COUNT) < 0.5 * np.exp(-per_km * km)
    times = np.sort(rng.uniform(small.at(0), small.at(24, 6), COUNT)).tolist()
    patients = small.people(times, is_contact=True, urgency=GREEN, place=place)
    course = small.courses(COUNT, outcome=np.where(comes, CLINIC, ADVICE))
    value, n = small.values(consultations_50_km_away(small.seen(at, patients, course)))["all"]
    assert n == COUNT
    assert math.log(value) / -50 == pytest.approx(per_km, abs=0.0008)


def test_the_shipped_rule_comes_out_again() -> None:
    """From people to record to curve: -48 % at 50 km is put in, and must come out."""
    rates = {f"{kind}_per_km": {"value": 0.0145, **small.MADE_UP}
             for kind in ("consultation", "home_visit", "red")}  # fmt: skip
    decay = {**rates, "reference_km": {"value": 9.0, **small.MADE_UP}}
    demand = {"distance_decay": decay, "contacts_per_person_year": {"value": 3.0}}
    at = world(small.region({"demand": demand, "misjudged": {"under": {"value": 0.0},
               "over": {"value": 0.0}, "hard_under": {"value": 0.0},
               "hard_over": {"value": 0.0}}}))  # fmt: skip
    found = {row.indicator: row.value for row in at.measured(at.sample(3))}
    assert found["consultations_50_km_away"] == pytest.approx(math.exp(-0.725), abs=0.08)


def test_of_nobody() -> None:
    rows = list(consultations_50_km_away(small.seen(world(), small.people([]), small.courses(0))))
    assert [row.n for row in rows] == [0] and math.isnan(rows[0].value)
