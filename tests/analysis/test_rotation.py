"""What a doctor in rotation bears, on hand-made weeks of a post, and by the chain's own record.

The run begins on Monday 23 March 2026 and is measured from Tuesday: with changes on Mondays at 8
the spells of a week are those from day 7, 14, 21 and 28. The clocks go forward on day 6, and
Easter is from Thursday, day 10, to Monday, day 14.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from akuttsim.indicators import cost, duty
from akuttsim.indicators.duty import (
    is_start_of_task,
    rotation_duty_h_a_week,
    rotation_tasks_a_week,
    rotation_work_h_a_week,
)
from akuttsim.indicators.measured_run import IndicatorRow, MeasuredRun
from akuttsim.records import AFTER_CALL, CONSULTATION, PHONE, RETURN, VISIT, WAY_IN, Unit
from tests import small
from tests.analysis import prices

Indicator = Callable[[MeasuredRun], Iterator[IndicatorRow]]

INDICATORS = (
    duty.rotation_doctors,
    duty.rotation_duty_h_a_week,
    duty.rotation_work_h_a_week,
    duty.rotation_tasks_a_week,
    duty.rotation_wakings_a_week,
    duty.rotation_nights_in_a_row,
    duty.rotation_longest_duty_h,
    duty.rotation_longest_without_rest_h,
)
FIRST = 7
"""The day on which the first whole spell begins."""


def local(hour: float) -> float:
    """Return the time of a local hour of that day; in summer time, an hour before winter time's."""
    return small.at(hour - 1, FIRST)


def turns(on: int = 1, off: int = 2, changes: str = "mon 08:00") -> dict[str, Any]:
    return {"weeks_on": on, "weeks_off": off, "changes": changes, **small.MADE_UP}


def world(weeks: int = 5, **teams: dict[str, Any] | None) -> small.World:
    """Return the small district with the rotation of each team (hyphens as underscores)."""
    doctors = {name.replace("_", "-"): {"rotation": rule} for name, rule in teams.items()}
    return small.world(small.organisation({"doctors": doctors}), weeks=weeks)


WORLD = world(duty_doctor=turns())


def post(*spans: tuple[float, float]) -> Unit:
    """Return a place of the team on duty between hours of the first spell's first day."""
    spells = tuple((local(start), local(end)) for start, end in spans)
    return Unit("d", "doctor", "duty-doctor", spells)


ALWAYS = post((-24 * 7, 24 * 60))
Work = tuple[int, float, float, int]


def seen(*work: Work, units: tuple[Unit, ...] = (ALWAYS,), of: small.World = WORLD) -> MeasuredRun:
    """Return work of the first unit: kind, hours of the first spell's first day, patient."""
    did = small.activities(*((0, k, local(s), local(e), p) for k, s, e, p in work))
    people = small.people([small.at(12)] * 3)
    return small.seen(of, people, small.courses(3), did=did, units=units)


def told(indicator: Indicator, at: MeasuredRun, group_by: str = "team") -> tuple[float, int]:
    value, n = small.values(indicator(at), group_by)["duty-doctor"]
    return value, n


SPELLS = 4


def test_a_post_takes_the_weeks_of_a_turn_over_those_on() -> None:
    for rule, doctors in ((turns(2, 3), 2.5), (turns(1, 2), 3), (turns(1, 0), 1)):
        at = seen(of=world(duty_doctor=rule))
        assert told(duty.rotation_doctors, at) == (doctors, 1)
        assert small.values(duty.rotation_doctors(at))["all"] == (doctors, 1)


def test_two_places_at_once_are_two_posts() -> None:
    second = Unit("e", "doctor", "duty-doctor", ((small.at(8), small.at(16)),))
    at = seen(units=(ALWAYS, second, Unit("g", "doctor", "gps", ())))
    assert told(duty.rotation_doctors, at)[0] == 6


def test_hours_on_duty_in_a_week_on_and_over_all_weeks() -> None:
    """On duty 10 hours on the second day of the first spell and 6 in the third: 4 a week."""
    at = seen(units=(post((24, 34), (14 * 24 + 30, 14 * 24 + 36)),))
    assert told(duty.rotation_duty_h_a_week, at) == (pytest.approx(4), SPELLS)
    assert told(duty.rotation_duty_h_a_week, at, "team_worst")[0] == pytest.approx(10)
    all_weeks = told(duty.rotation_duty_h_a_week, at, "team_all_weeks")[0]
    assert all_weeks == pytest.approx(4 / 3), "one week of three"


def test_what_lies_before_the_first_whole_spell_or_after_the_last_is_left_out() -> None:
    at = seen(units=(post((-100, 7), (28 * 24 + 9, 30 * 24)),))
    assert told(duty.rotation_duty_h_a_week, at)[0] == 0
    over_the_change = seen(units=(post((0, 12)),))
    assert told(duty.rotation_duty_h_a_week, over_the_change)[0] == pytest.approx(4 / SPELLS)


def test_two_weeks_on_are_looked_at_as_one_spell() -> None:
    """Two spells of two weeks; the first has 12 + 8 hours in two weeks."""
    at = seen(units=(post((24, 36), (8 * 24, 8 * 24 + 8)),), of=world(duty_doctor=turns(2, 3)))
    assert told(duty.rotation_duty_h_a_week, at) == (pytest.approx(5), 2)
    assert told(duty.rotation_duty_h_a_week, at, "team_worst")[0] == pytest.approx(10)
    assert told(duty.rotation_duty_h_a_week, at, "team_all_weeks")[0] == pytest.approx(2)


def test_hours_of_work_are_all_that_is_logged_but_the_way_back() -> None:
    work = ((VISIT, 24, 26, 0), (RETURN, 26, 27, -1), (CONSULTATION, 7, 10, 1))
    at = seen(*work)
    assert told(duty.rotation_work_h_a_week, at, "team_worst")[0] == pytest.approx(2 + 2)
    assert told(duty.rotation_work_h_a_week, at)[0] == pytest.approx(4 / SPELLS)
    assert told(duty.rotation_work_h_a_week, at, "team_all_weeks")[0] == pytest.approx(1 / 3)


def test_tasks_are_counted_as_at_night_but_at_all_hours() -> None:
    """Talk and notes are one; so is what another patient brings, and one in the third spell."""
    work = (
        (PHONE, 12, 12.5, 0),
        (AFTER_CALL, 12.5, 12.6, 0),
        (PHONE, 12.6, 13, 1),
        (WAY_IN, 20, 20.4, -1),
        (CONSULTATION, 2 * 7 * 24 + 12, 2 * 7 * 24 + 13, 2),
        (PHONE, 7, 7.5, 0),
    )
    assert told(duty.rotation_tasks_a_week, seen(*sorted(work, key=lambda each: each[1])))[
        0
    ] == pytest.approx(3 / SPELLS)
    worst = told(duty.rotation_tasks_a_week, seen(*work[:4]), "team_worst")
    assert worst == (2, SPELLS)


def test_wakings_are_tasks_at_night_after_half_an_hour_without_work() -> None:
    work = (
        (PHONE, 22, 23.3, 0),
        (PHONE, 23.5, 23.6, 1),  # too soon
        (PHONE, 26, 26.5, 0),  # woken
        (CONSULTATION, 30.9, 31.5, 1),  # woken before seven
        (PHONE, 24 + 7.5, 24 + 8, 2),  # morning
        (PHONE, 24 + 23, 24 + 23.2, 0),  # woken at eleven
    )
    at = seen(*work)
    assert told(duty.rotation_wakings_a_week, at, "team_worst")[0] == 3
    assert told(duty.rotation_wakings_a_week, at)[0] == pytest.approx(3 / SPELLS)


def test_nights_in_a_row_on_duty_throughout() -> None:
    """Three nights, a night half on duty, two more; then none in the other spells."""
    nights_on = [(22 + 24 * n, 32 + 24 * n) for n in (0, 1, 2, 4, 5)]
    at = seen(units=(post(*nights_on, (22 + 72, 27 + 72)),))
    assert told(duty.rotation_nights_in_a_row, at, "team_worst") == (3, SPELLS)
    assert told(duty.rotation_nights_in_a_row, at)[0] == pytest.approx(3 / SPELLS)


@pytest.mark.parametrize(("on", "nights_on"), [(1, 7), (2, 14), (4, 28)])
def test_who_lives_there_has_every_night_of_the_spell(on: int, nights_on: int) -> None:
    at = seen(of=world(duty_doctor=turns(on, 3)))
    assert told(duty.rotation_nights_in_a_row, at) == (nights_on, SPELLS // on)


def test_the_longest_duty_ends_when_the_next_doctor_comes() -> None:
    """On duty without a break for weeks, each doctor has a spell of it; a break makes two."""
    hours = 7 * 24
    assert told(duty.rotation_longest_duty_h, seen()) == (pytest.approx(hours), SPELLS)
    halves = seen(units=(post((-50, 8 + 60), (8 + 61, 24 * 60)),))
    assert told(duty.rotation_longest_duty_h, halves)[0] == pytest.approx(hours - 61 / SPELLS)


def test_the_longest_time_without_eight_hours_of_rest() -> None:
    """Rests of 7.9 h do not count; from the first work to the last before a rest of 8 h."""
    work = (
        (PHONE, 12, 13, 0),
        (PHONE, 20.9, 21, 0),
        (VISIT, 28.9, 30, 1),
        (PHONE, 38, 38.5, 2),  # after 8 h
        (PHONE, 44, 45, 0),
    )
    at = seen(*work)
    longest = told(duty.rotation_longest_without_rest_h, at, "team_worst")
    assert longest == (pytest.approx(30 - 12), SPELLS)
    assert told(duty.rotation_longest_without_rest_h, at)[0] == pytest.approx(18 / SPELLS)
    one = seen((PHONE, 12, 13.5, 0))
    assert told(duty.rotation_longest_without_rest_h, one, "team_worst")[0] == pytest.approx(1.5)


def test_work_that_never_lets_rest_lasts_the_spell() -> None:
    at = seen(*((PHONE, 8 + 7.5 * n, 8.5 + 7.5 * n, 0) for n in range(22)))
    longest = told(duty.rotation_longest_without_rest_h, at, "team_worst")[0]
    assert longest == pytest.approx(7.5 * 21 + 0.5)


@pytest.mark.parametrize("indicator", INDICATORS)
def test_nobody_in_rotation_has_no_rows(indicator: Indicator) -> None:
    assert list(indicator(seen(of=small.world()))) == []


@pytest.mark.parametrize("indicator", INDICATORS[1:])
def test_a_run_shorter_than_a_spell_tells_nothing(indicator: Indicator) -> None:
    at = seen(of=world(weeks=1, duty_doctor=turns(2, 3)))
    rows = list(indicator(at))
    assert rows and all(math.isnan(row.value) and row.n == 0 for row in rows)


def test_other_days_and_hours_of_change() -> None:
    """From Thursday at noon: the doctor of Easter is another than the one before."""
    at = seen(
        units=(post((3 * 24, 3 * 24 + 24)),), of=world(duty_doctor=turns(changes="thu 12:00"))
    )
    value, n = told(duty.rotation_duty_h_a_week, at)
    assert n == 4 and value * n == pytest.approx(24)
    assert told(duty.rotation_longest_duty_h, at, "team_worst")[0] == pytest.approx(12)


def test_all_teams_together_are_the_mean_over_their_posts_and_spells() -> None:
    both = world(duty_doctor=turns(), gps=turns(2, 2))
    gp = Unit("g", "doctor", "gps", ((local(32), local(44)),))
    rows = list(duty.rotation_duty_h_a_week(seen(units=(post((24, 34)), gp), of=both)))
    assert small.values(rows, "team") == {"duty-doctor": (2.5, 4), "gps": (3.0, 2)}
    assert small.values(rows)["all"] == (pytest.approx((4 * 2.5 + 2 * 3) / 6), 6)
    assert small.values(duty.rotation_doctors(seen(units=(ALWAYS, gp), of=both)))["all"] == (
        5,
        2,
    )


# -- the chain's own record --------------------------------------------------------------------


def run(of: small.World, seed: int = 5) -> MeasuredRun:
    patients = of.sample(seed)
    return of.observed(patients, of.meets(patients))


def test_the_chain_does_not_know_who_has_the_place() -> None:
    plain, in_turn = small.world(weeks=3), world(weeks=3, duty_doctor=turns())
    patients = plain.sample(5)
    one, other = plain.meets(patients), in_turn.meets(patients)
    assert small.same(one.courses, other.courses) and small.same(one.activities, other.activities)


def test_spells_add_up_to_what_the_team_did_in_these_weeks() -> None:
    """Duty, work and tasks in whole spells are the team's from the first to the last of them."""
    at = run(world(duty_doctor=turns()))
    did, first = at.by_unit
    [mine] = [n for n, unit in enumerate(at.record.units) if unit.team == "duty-doctor"]
    start, end = local(8), local(8 + 28 * 24)
    work = slice(first[mine], first[mine + 1])
    hours = (did.end_s[work].clip(start, end) - did.start_s[work].clip(start, end)).sum() / 3600
    assert told(rotation_work_h_a_week, at)[0] * 4 == pytest.approx(hours)
    begun = is_start_of_task(at)[work] & (did.start_s[work] >= start) & (did.start_s[work] < end)
    assert told(rotation_tasks_a_week, at)[0] * 4 == pytest.approx(begun.sum())
    duty = at.duty[mine].clip(start, end)
    assert told(rotation_duty_h_a_week, at)[0] * 4 == pytest.approx(
        float(np.diff(duty, axis=1).sum()) / 3600
    )


@pytest.mark.parametrize("seed", range(3))
def test_longer_spells_are_longer_without_rest_and_weeks_off_change_the_mean_alone(
    seed: int,
) -> None:
    """Expected: of the same record, two weeks on never have a shorter longest time than one."""
    records = {on: run(world(duty_doctor=turns(on, 3)), seed) for on in (1, 2, 4)}
    for indicator in (duty.rotation_longest_without_rest_h, duty.rotation_longest_duty_h,
                      duty.rotation_nights_in_a_row):  # fmt: skip
        found = [told(indicator, at)[0] for at in records.values()]
        assert found == sorted(found)
    shorter = run(world(duty_doctor=turns(1, 1)), seed)
    for indicator in INDICATORS[3:]:
        assert told(indicator, shorter) == told(indicator, records[1])
    mean = "team_all_weeks"
    ratio = (
        told(duty.rotation_work_h_a_week, shorter, mean)[0]
        / told(duty.rotation_work_h_a_week, records[1], mean)[0]
    )
    assert ratio == pytest.approx(2)


@pytest.mark.parametrize("seed", range(3))
def test_more_who_call_wake_the_doctor_more_often(seed: int) -> None:
    """Expected: with four times the contacts, more tasks, wakings and hours of work."""
    found = []
    for contacts in (0.1, 0.4):
        where = small.region({"demand": {"contacts_per_person_year": {"value": contacts}}})
        doctors = {"duty-doctor": {"rotation": turns()}}
        at = run(small.world(small.organisation({"doctors": doctors}), where, weeks=5), seed)
        found.append([told(indicator, at)[0] for indicator in INDICATORS[2:5]])
    assert all(fewer < more for fewer, more in zip(*found, strict=True))


def test_doctors_needed_are_those_who_take_turns() -> None:
    """However many hours the post has; other teams by their hours."""
    costs = prices.COSTS
    with_turns = {"costs": costs, "doctors": {"duty-doctor": {"rotation": turns(2, 3)}}}
    found = []
    for changes in ({"costs": costs}, with_turns):
        at = small.world(small.organisation(changes))
        seen_there = small.seen(at, small.people([]), small.courses(0))
        found.append(list(cost.doctors_needed(seen_there)))
    before, after = (small.values(rows, "team") for rows in found)
    assert after["gps"] == before["gps"]
    assert after["duty-doctor"][0] == 2.5 != before["duty-doctor"][0]
    assert small.values(found[1])["all"][0] == pytest.approx(2.5 + before["gps"][0])
