"""The people of 2040 ring as their age rings today: exact expectations, and counts about them."""

from __future__ import annotations

import numpy as np
import pytest

from akuttsim.config.schema.region import neighbour_populations, people_by_age
from akuttsim.patients.call_rates import (
    alarm_users,
    callers_113,
    callers_116117,
    people_by_place,
    published_by_place,
)
from akuttsim.patients.sampling import sample_patients
from akuttsim.patients.streams import stream
from akuttsim.patients.urgency import urgency_codes
from akuttsim.records import LINE_113, LINE_ALARM
from tests import small
from tests.patients.changed import STEADY, in_interval, patients, region, sampled, shipped
from tests.patients.test_sample import days_of
from tests.projections import asked_for

YEAR = "year=2040"
TODAY, FUTURE = small.region(), small.region(asked_for(2040))
COUNTRY = np.array([1, 0.5, 0.5, 1, 1, 1, 2, 3, 5])
VALLEY = np.array([0.5, 0.5, 0.5, 0.5, 0.5, 1, 1, 2, 4])
CHANGE = np.array([VALLEY if name == "upper" else COUNTRY for name in TODAY.places])


def test_every_place_and_age_rings_in_the_ratio_of_its_people() -> None:
    np.testing.assert_allclose(people_by_place(FUTURE), people_by_place(TODAY) * CHANGE)
    np.testing.assert_allclose(callers_113(FUTURE), callers_113(TODAY) * CHANGE)
    np.testing.assert_allclose(callers_116117(FUTURE), callers_116117(TODAY) * CHANGE)
    alarms = shipped().demand.safety_alarms
    assert alarms is not None
    users = alarm_users(TODAY, alarms) * CHANGE
    np.testing.assert_allclose(alarm_users(FUTURE, alarms), users)
    np.testing.assert_array_equal(published_by_place(FUTURE), people_by_place(TODAY))


def test_more_of_the_oldest_and_fewer_pupils_move_the_calls_each_their_own_way() -> None:
    """113 rings by 1.1 or more, alarms double or more; those of 6-19 years ring half as often."""
    alarms = shipped().demand.safety_alarms
    assert alarms is not None
    ratio_113 = callers_113(FUTURE).sum() / callers_113(TODAY).sum()
    ratio_alarms = alarm_users(FUTURE, alarms).sum() / alarm_users(TODAY, alarms).sum()
    pupils = callers_116117(FUTURE)[:, 1:3].sum() / callers_116117(TODAY)[:, 1:3].sum()
    assert ratio_alarms > 2 > ratio_113 > 1.1
    assert pupils == pytest.approx(0.5)


def test_each_age_is_as_urgent_as_today() -> None:
    """The same uniforms give the same urgency, although there are more of the old."""
    draw = stream(1, 0, "test")
    line = draw.integers(0, 3, 20_000).astype(np.int8)
    age_group = draw.integers(0, 9, 20_000).astype(np.int8)
    time_s, u = draw.random(20_000) * 28 * 86_400, draw.random(20_000)
    found = [urgency_codes(each, line, age_group, time_s, u) for each in (TODAY, FUTURE)]
    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize("changes", [asked_for(None), asked_for(2020)])
def test_no_year_or_the_published_year_is_the_same_to_the_last_bit(
    changes: small.Changes,
) -> None:
    one, other = (sample_patients(each, 14, 5, 0) for each in (TODAY, small.region(changes)))
    assert small.same(one, other)


def test_neighbours_ring_in_the_ratio_of_the_country() -> None:
    few, many = (sample_patients(each, 84, 5, 0).outside for each in (TODAY, FUTURE))
    assert (many >= 0).sum() / (few >= 0).sum() == pytest.approx(1500 / 900, rel=0.15)


@pytest.mark.parametrize(("line_113", "per_year"), [(False, 0.45), (True, 0.1)])
def test_calls_of_2040_by_age_are_poisson_about_their_exact_mean(
    line_113: bool, per_year: float
) -> None:
    some = patients(STEADY, YEAR, days=364)
    demand = region().demand
    factor = (demand.age_factor_113 if line_113 else demand.age_factor_116117).as_tuple()
    expected = np.array(people_by_age(region(YEAR))) * factor * per_year / 365.25
    mine = (some.place >= 0) & some.is_contact & ((some.line == LINE_113) == line_113)
    counted = np.bincount(some.age_group[mine], minlength=9)
    in_interval(counted, expected * days_of(line_113))


def test_alarms_of_2040_by_age_are_poisson_about_their_exact_mean() -> None:
    flat = "demand.safety_alarms.hours.flatten=1.0"
    some = sampled(YEAR, flat, days=364)
    alarms = shipped().demand.safety_alarms
    assert alarms is not None
    users = np.array(people_by_age(region(YEAR))) * alarms.users_by_age.as_tuple()
    counted = np.bincount(some.age_group[some.line == LINE_ALARM], minlength=9)
    in_interval(counted, users * 3.6 * 12 / 365.25 * 364)


def test_neighbours_of_2040_are_the_shipped_ratio() -> None:
    assert neighbour_populations(shipped(YEAR))["innherred-stjordal"] == pytest.approx(
        99_691 * 5_841_616 / (5_498_800 + (5_601_000 - 5_498_800) / 5)
    )
