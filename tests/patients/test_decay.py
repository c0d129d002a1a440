from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from patients.changed import STEADY, in_interval, only, patients, region, sampled, shipped
from patients.test_sample import days_of

from akuttsim.patients.decay import highest_factor
from akuttsim.patients.rates import people_by_place
from akuttsim.records import LINE_113
from akuttsim.scenario.demand import DistanceDecay

DECAY = only("distance_decay")


def decay(consultation: float, home_visit: float, red: float, km: float) -> DistanceDecay:
    values = {"consultation_per_km": consultation, "home_visit_per_km": home_visit,
              "red_per_km": red, "reference_km": km}  # fmt: skip
    return DistanceDecay.model_validate(
        {name: {"value": value, "grade": "D", "source": "test"} for name, value in values.items()}
    )


per_km, reference = st.floats(0, 0.05), st.floats(0, 50)


@given(rates=st.tuples(per_km, per_km, per_km), km=reference, at=st.floats(0, 200))
def test_no_rate_at_any_distance_asks_for_more_than_the_highest(
    rates: tuple[float, float, float], km: float, at: float
) -> None:
    highest = highest_factor(decay(*rates, km))
    met = [math.exp(rate * (km - at)) / highest for rate in (*rates, 0.0)]
    assert max(met) <= 1 + 1e-12
    at_the_door = [math.exp(rate * km) / highest for rate in rates]
    assert max(at_the_door) == pytest.approx(1.0)


def test_the_shipped_factor_is_that_of_home_visits() -> None:
    given = shipped().demand.distance_decay
    assert given is not None
    assert highest_factor(given) == pytest.approx(math.exp(0.016 * 15))


def test_contacts_are_drawn_at_the_highest_rate() -> None:
    some = sampled(*DECAY, STEADY, days=364)
    age = np.array(region().demand.age_factor_116117.as_tuple())
    people = float((people_by_place(region()) @ age).sum())
    expected = people * 0.36 * math.exp(0.24) / 365.25 * days_of(False)
    contacts = some.is_contact & (some.line != LINE_113)
    in_interval(np.array([contacts.sum()]), np.array([expected]))


def test_other_calls_and_113_are_not() -> None:
    with_it, plain = sampled(*DECAY, days=60), patients(days=60)
    for rows in (lambda some: some.line == LINE_113, lambda some: ~some.is_contact):
        np.testing.assert_array_equal(with_it.time_s[rows(with_it)], plain.time_s[rows(plain)])


def test_with_no_reference_distance_nobody_more_is_drawn() -> None:
    with_it = sampled(*DECAY, "demand.distance_decay.reference_km={value: 0.0, grade: B, "
                      "source: test}", days=30)  # fmt: skip
    plain = patients(days=30)
    np.testing.assert_array_equal(with_it.time_s, plain.time_s)
