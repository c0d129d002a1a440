from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from akuttsim.config.schema.region import AlarmNeeds, SafetyAlarms
from akuttsim.patients import urgency as urgency_module
from akuttsim.patients.alarms_and_transports import (
    ALARM_CLOSED_THERE,
    ALARM_TO_113,
    ALARM_TO_116117,
    ALARM_TO_HOME_NURSING,
    alarm_ways,
    alarms_per_hour,
)
from akuttsim.patients.call_rates import alarm_users
from akuttsim.records import LINE_ALARM, Patients
from akuttsim.units import HOUR_S
from tests.patients.changed import (
    ERROR_RATE,
    in_interval,
    only,
    patients,
    region,
    sampled,
    shipped,
    u_of,
)

ALARMS = only("safety_alarms")
MANY_TO_113 = "demand.safety_alarms.needs={closed: 0.2, home_nursing: 0.2, to_116117: 0.2, " \
              "to_113: 0.4, grade: B, source: test}"  # fmt: skip


def settings_of(*sets: str) -> SafetyAlarms:
    alarms = shipped(*sets).demand.safety_alarms
    assert alarms is not None
    return alarms


def only_alarms(some: Patients) -> dict[str, np.ndarray]:
    mine = some.line == LINE_ALARM
    return {name: getattr(some, name)[mine] for name in Patients.columns()}


parts = st.lists(st.integers(0, 100), min_size=4, max_size=4).filter(lambda each: sum(each) > 0)


@given(weights=parts)
def test_alarms_go_each_way_by_its_share_and_the_gravest_take_the_lowest(
    weights: list[int],
) -> None:
    to_113, to_116117, home, closed = (weight / sum(weights) for weight in weights)
    needs = AlarmNeeds(closed=closed, home_nursing=home, to_116117=to_116117, to_113=to_113,
                       grade="D", source="test")  # fmt: skip
    ways = alarm_ways(needs, (np.arange(10_000) + 0.5) / 10_000)
    assert (np.diff(ways) >= 0).all()
    assert ways.dtype == np.int8
    shares = np.bincount(ways, minlength=4) / len(ways)
    np.testing.assert_allclose(shares, [to_113, to_116117, home, closed], atol=2e-4)


def test_shipped_ways() -> None:
    u = np.array([0.0, 0.0149, 0.0151, 0.0299, 0.0301, 0.199, 0.201, 0.999])
    assert alarm_ways(settings_of().needs, u).tolist() == [
        ALARM_TO_113, ALARM_TO_113, ALARM_TO_116117, ALARM_TO_116117,
        ALARM_TO_HOME_NURSING, ALARM_TO_HOME_NURSING, ALARM_CLOSED_THERE, ALARM_CLOSED_THERE,
    ]  # fmt: skip


def test_alarms_by_place_and_age_are_poisson_about_the_users() -> None:
    found = only_alarms(sampled(days=364))
    users = alarm_users(region(), settings_of())
    expected = users * 3.6 * 12 * 364 / 365.25
    counted = np.zeros(users.shape, dtype=np.int64)
    np.add.at(counted, (found["place"], found["age_group"]), 1)
    lived = users.sum(axis=1) > 0
    in_interval(counted[lived].sum(axis=1), expected[lived].sum(axis=1))
    in_interval(counted.sum(axis=0), expected.sum(axis=0))
    in_interval(np.array([counted.sum()]), np.array([expected.sum()]))


def test_three_in_four_alarms_are_of_those_over_eighty() -> None:
    """Namdal is older than the country of 2016, where it was 74 %."""
    found = only_alarms(sampled(days=364))
    assert 0.74 < (found["age_group"] >= 7).mean() < 0.8


def test_alarms_follow_their_own_hours_and_no_season() -> None:
    """Neither busy days: the counts of days are Poisson although the region's days swing."""
    days = 364
    hours = shipped().calendar.calendar().hours(days * 24)
    expected = alarms_per_hour(shipped(), settings_of(), hours)
    counted = np.bincount((only_alarms(sampled(days=days))["time_s"] // HOUR_S).astype(int),
                          minlength=days * 24)  # fmt: skip
    clock = np.array([hour.hour for hour in hours])
    in_interval(np.bincount(clock, counted).astype(np.int64), np.bincount(clock, expected))
    in_interval(counted.reshape(days, 24).sum(axis=1), expected.reshape(days, 24).sum(axis=1))
    by_clock = np.bincount(clock, expected)
    assert by_clock.argmax() == 8
    assert by_clock.min() < by_clock.max() / 2
    each_day = expected[: 24 * 80].reshape(80, 24).sum(axis=1)  # before the clocks change
    np.testing.assert_allclose(each_day, each_day[0])


def test_free_days_have_their_own_hours() -> None:
    weights = ", ".join(["0"] * 12 + ["1"] * 12)
    some = shipped(f"demand.safety_alarms.hours.weekend=[{weights}]")
    hours = some.calendar.calendar().hours(7 * 24)  # the run begins on a Monday
    alarms = some.demand.safety_alarms
    assert alarms is not None
    week = alarms_per_hour(some, alarms, hours).reshape(7, 24)
    assert (week[:5, :12] > 0).all()
    assert (week[5:, :12] == 0).all()
    np.testing.assert_allclose(week.sum(axis=1), week[0].sum())


def test_alarms_change_nobody_else() -> None:
    with_them, plain = sampled(*ALARMS, days=60), patients(days=60)
    others = with_them.line != LINE_ALARM
    assert 0 < others.sum() < len(others)
    for name in Patients.columns():
        np.testing.assert_array_equal(getattr(with_them, name)[others], getattr(plain, name))


def test_alarms_are_contacts_at_home_in_the_region() -> None:
    found = only_alarms(sampled(days=60))
    assert found["is_contact"].all()
    assert (found["outside"] == -1).all()
    assert not found["same_incident"].any()


def test_alarms_to_113_are_as_urgent_as_its_calls_and_others_as_those_of_colleagues() -> None:
    """Chi-square against the exact shares by age and time of day; 0.1 % for the two."""
    found = only_alarms(sampled(MANY_TO_113, days=60))
    table = urgency_module._true_mixes(region())
    bands = urgency_module._bands_of_times(region(), found["time_s"])
    to_113 = alarm_ways(settings_of(MANY_TO_113).needs, found["u_alarm"]) == ALARM_TO_113
    assert 0.3 < to_113.mean() < 0.5
    for kind, rows in ((2, to_113), (1, ~to_113)):
        shares = table[kind, found["age_group"][rows], bands[rows]]
        counted = np.bincount(found["urgency"][rows], minlength=3)
        assert stats.chisquare(counted, shares.sum(axis=0)).pvalue > ERROR_RATE / 2


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("alarm_talk", stats.lognorm(np.sqrt(np.log(1.49)), scale=150 / np.sqrt(1.49))),
        ("alarm_handover", stats.lognorm(np.sqrt(np.log(1.25)), scale=120 / np.sqrt(1.25))),
        ("home_nursing", stats.lognorm(np.sqrt(np.log(1.25)), scale=1200 / np.sqrt(1.25))),
    ],
)
def test_durations_of_alarms_are_quantiles_of_their_own_streams(name: str, known: object) -> None:
    found = only_alarms(sampled(days=60))
    u = u_of(name, days=60)[sampled(days=60).line == LINE_ALARM]
    expected = known.ppf(u)  # type: ignore[attr-defined]
    np.testing.assert_allclose(found[f"{name}_s"], expected, rtol=1e-9, atol=1e-6)
    others = sampled(days=60)
    assert not getattr(others, f"{name}_s")[others.line != LINE_ALARM].any()


def test_who_waits_with_an_alarm_waits_as_a_colleague_and_never_leaves_at_once() -> None:
    found = only_alarms(sampled(days=364))
    for attempt in ("patience_1_s", "patience_2_s", "patience_3_s"):
        assert stats.kstest(found[attempt], "expon", (0, 1200.0)).pvalue > ERROR_RATE / 3


def test_no_alarms_where_the_region_does_not_tell() -> None:
    assert not (patients().line == LINE_ALARM).any()
