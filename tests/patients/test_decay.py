from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from akuttsim.config.schema.region import DistanceDecay
from akuttsim.patients.needs import highest_factor, ways_of_contacts
from akuttsim.records import ADVICE, AMBULANCE, CLINIC, DOCTOR_PHONE, GREEN, HOME_VISIT, LINE_113
from tests.patients.changed import ERROR_RATE, only, patients, sampled, shipped

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


def test_contacts_are_drawn_by_what_they_need() -> None:
    """As many need a consultation as come to a clinic next door; fewer need no more than advice,
    for others get it too who live far away.
    """
    some, where = sampled(*DECAY, days=364), shipped(*DECAY)
    assert where.demand.distance_decay is not None
    contacts = some.is_contact & (some.line != LINE_113) & (some.urgency == GREEN)
    way = ways_of_contacts(where.care.needs, some.urgency, some.u_need)[contacts]
    needs, at_the_door = where.care.needs.green, math.exp(0.0145 * 15)
    home_visits = needs.home_visit * math.exp(0.016 * 15)
    kept_away = needs.clinic * (at_the_door - 1) + home_visits - needs.home_visit
    drawn = {
        CLINIC: needs.clinic * at_the_door,
        HOME_VISIT: home_visits,
        DOCTOR_PHONE: needs.doctor_phone - 0.05 * kept_away,
        ADVICE: needs.advice - 0.9 * kept_away,
        AMBULANCE: needs.ambulance,
    }
    for code, weight in drawn.items():
        share = weight / sum(drawn.values())
        low, high = stats.binom.interval(1 - ERROR_RATE / len(drawn), len(way), share)
        assert low <= (way == code).sum() <= high, code


def test_other_calls_and_113_are_not() -> None:
    with_it, plain = sampled(*DECAY, days=60), patients(days=60)
    for rows in (lambda some: some.line == LINE_113, lambda some: ~some.is_contact):
        np.testing.assert_array_equal(with_it.time_s[rows(with_it)], plain.time_s[rows(plain)])


def test_with_no_reference_distance_nobody_more_is_drawn() -> None:
    with_it = sampled(*DECAY, "demand.distance_decay.reference_km={value: 0.0, grade: B, "
                      "source: test}", days=30)  # fmt: skip
    plain = patients(days=30)
    np.testing.assert_array_equal(with_it.time_s, plain.time_s)
