"""Worst and best municipality, and groups by age and distance."""

from __future__ import annotations

import math

import numpy as np
import pytest

from akuttsim.config.schema.values import AGE_GROUPS
from akuttsim.indicators import care, first_help, utilisation
from akuttsim.indicators.declaration import (
    DISTANCE_BANDS,
    add_municipality_gap,
    by_age,
    by_distance,
)
from akuttsim.indicators.measured_run import GroupValue
from akuttsim.records import RED
from akuttsim.units import WEEKS_A_YEAR
from tests import small

WORLD = small.world()
PLACE = WORLD.plan.place_index


def row(group: str, value: float, n: int = 2) -> GroupValue:
    return GroupValue("municipality", group, value, n)


def test_the_gap_is_from_best_to_worst_of_those_known() -> None:
    every = [
        GroupValue("all", "all", 7.0, 9),
        row("a", 10.0),
        row("b", math.nan, 0),
    ]
    every += [row("c", 4.0, 3), row("d", 5.0)]
    found = list(add_municipality_gap(every))
    assert found[:5] == every
    assert small.values(found, "gap") == {"worst": (10.0, 2), "best": (4.0, 3), "gap": (6.0, 5)}
    assert set(small.values(add_municipality_gap(every, "highest", "lowest"), "gap")) == {
        "highest",
        "lowest",
        "gap",
    }


def test_no_gap_of_nothing_and_none_of_one() -> None:
    nothing = small.values(add_municipality_gap([row("a", math.nan, 0)]), "gap")
    assert all(math.isnan(value) and n == 0 for value, n in nothing.values())
    assert small.values(add_municipality_gap([row("a", 3.0)]), "gap")["gap"] == (0.0, 4)


def test_bands_of_distance_by_road_to_the_nearest_legevakt() -> None:
    """The GP office in the centre does not count; a neighbour's caller is in no band."""
    places = [PLACE["hospital"], PLACE["centre"], PLACE["upper"], -1]
    seen = small.seen(WORLD, small.people([0.0] * 4, place=places), small.courses(4))
    km = WORLD.travel.km_to(PLACE["hospital"])
    bands = [sum(km[place] >= edge for edge in (10, 30, 60)) for place in places[:3]]
    group = by_distance(seen, np.ones(4, dtype=np.bool_))
    assert group.codes.tolist() == [*bands, -1]
    assert bands[0] == 0 and bands[2] > 0 and group.names == DISTANCE_BANDS


def test_groups_by_age() -> None:
    seen = small.seen(WORLD, small.people([0.0] * 2, age_group=[8, 0]), small.courses(2))
    group = by_age(seen, np.array([True, False]))
    assert group.codes.tolist() == [8] and group.names == AGE_GROUPS


def seen_of(**columns: object) -> small.Observed:
    noon = small.at(12)
    places = [PLACE["centre"], PLACE["upper"], PLACE["upper"]]
    people = small.people([noon] * 3, place=places, age_group=[0, 8, 8], is_contact=True)
    return small.seen(WORLD, people, small.courses(3, **columns))


def test_ring_to_doctor_by_municipality_age_and_distance() -> None:
    noon = small.at(12)
    doctor_s = [noon + 600, noon + 3000, noon + 4200]
    rows = list(care.ring_to_doctor_min(seen_of(doctor_s=doctor_s)))
    assert small.values(rows, "gap") == {"worst": (60, 2), "best": (10, 1), "gap": (50, 3)}
    ages = small.values(rows, "age")
    assert ages["0-5"] == (10, 1) and ages["90+"] == (60, 2) and math.isnan(ages["6-15"][0])
    assert sum(n for _, n in small.values(rows, "distance").values()) == 3


def test_first_help_by_municipality_age_and_distance() -> None:
    noon = small.at(12)
    help_s = [noon + 300, noon + 600, noon + 900]
    seen = seen_of(judged=[RED] * 3, notified_s=[noon] * 3, first_help_s=help_s)
    rows = list(first_help.first_help_median_min(seen))
    assert small.values(rows, "gap")["gap"] == (7.5, 3)
    assert small.values(rows, "age")["90+"] == (12.5, 2)


def test_contacts_by_highest_and_lowest() -> None:
    """One contact of 12,200 in the town, two of 2,900 upstream, none of 510 on the island."""
    gap = small.values(utilisation.contacts_per_1000_a_year(seen_of()), "gap")
    a_year = 168 / 167 * WEEKS_A_YEAR
    assert gap["highest"] == (pytest.approx(2 / 2.9 * a_year), 2)
    assert gap["lowest"] == (0, 0)


def test_from_the_first_ring_to_help_and_hospital() -> None:
    """The clock starts at the ring, not when 113 was told; the third got neither."""
    noon = small.at(12)
    times = {"first_help_s": [noon + 600, noon + 1800, np.nan], "notified_s": [noon + 500] * 3}
    seen = seen_of(**times, at_hospital_s=[np.nan, noon + 5400, np.nan], judged=[0, 1, -1])
    help_rows = list(first_help.ring_to_first_help_min(seen))
    assert small.values(help_rows)["all"] == (20, 2)
    assert small.values(help_rows, "urgency")["yellow"] == (30, 1)
    assert small.values(help_rows, "gap") == {"worst": (30, 1), "best": (10, 1), "gap": (20, 2)}
    hospital = list(first_help.ring_to_hospital_min(seen))
    assert small.values(hospital)["all"] == (90, 1)
    assert small.values(hospital, "municipality")["upper"] == (90, 1)


def test_nobody_was_helped() -> None:
    for indicator in (first_help.ring_to_first_help_min, first_help.ring_to_hospital_min):
        assert all(math.isnan(row.value) and row.n == 0 for row in indicator(seen_of()))
