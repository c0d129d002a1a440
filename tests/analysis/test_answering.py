"""Answering: the official definitions where they differ from the naive reading."""

from __future__ import annotations

import math

import numpy as np
import pytest

from akuttsim.indicators import calls
from akuttsim.indicators.calls import (
    answer_time_116117_median_s,
    answered_113_within_10_s,
    answered_113_within_20_s,
    answered_116117_within_120_s,
    called_back_share,
    hung_up_113,
    hung_up_116117,
)
from akuttsim.records import LINE_113, LINE_116117, LINE_HEALTH
from tests import small

WORLD = small.world()
LVS, AMK = 0, 1
NEVER = math.nan
NOON = small.at(12)


def observed(*calls: tuple[int, int, float, float, float], **columns: object) -> small.Observed:
    """Return calls (room, line, rang, answered, left), each of a patient of its own."""
    call = small.calls(*((patient, *each) for patient, each in enumerate(calls)), **columns)
    times = [each[2] for each in calls]
    return small.seen(WORLD, small.people(times), small.courses(len(calls)), call)


def at(second: float) -> float:
    return NOON + second


SIX = (
    (LVS, LINE_116117, at(0), at(0), NEVER),
    (LVS, LINE_116117, at(0), at(120), NEVER),
    (LVS, LINE_116117, at(0), at(120.5), NEVER),
    (LVS, LINE_116117, at(0), NEVER, at(30)),  # gave up at once: still asked to be answered
    (LVS, LINE_HEALTH, at(0), at(1), NEVER),  # passed on by 113: in it
    (AMK, LINE_113, at(0), at(1), NEVER),  # another number: not in it
)


def test_116117_counts_the_unanswered_in_the_denominator() -> None:
    """Three of five in time; of the answered only, it would be three of four."""
    found = small.values(calls.answered_116117_within_120_s(observed(*SIX)))
    assert found["all"] == (3 / 5, 5)


def test_116117_still_ringing_at_the_end_is_not_answered() -> None:
    ringing = (LVS, LINE_116117, at(0), NEVER, NEVER)
    found = small.values(calls.answered_116117_within_120_s(observed(*SIX, ringing)))
    assert found["all"] == (3 / 6, 6)


def test_113_counts_answered_calls_of_the_public_only() -> None:
    calls = (
        (AMK, LINE_113, at(0), at(10), NEVER),
        (AMK, LINE_113, at(0), at(10.5), NEVER),
        (AMK, LINE_113, at(0), NEVER, at(300)),  # given up: left out
        (AMK, LINE_113, at(0), NEVER, NEVER),  # still ringing: left out
        (AMK, LINE_HEALTH, at(0), at(100), NEVER),  # a nurse of 116117: left out
        (LVS, LINE_116117, at(0), at(500), NEVER),
    )
    assert small.values(answered_113_within_10_s(observed(*calls)))["all"] == (1 / 2, 2)


def test_only_calls_of_the_measured_span_count() -> None:
    start, end = WORLD.plan.measured
    calls = [
        (LVS, LINE_116117, time, time, NEVER)
        for time in (start - 0.5, start, end - 0.5, end, end + 3600)
    ]
    found = small.values(answered_116117_within_120_s(observed(*calls)))
    assert found["all"] == (1.0, 2)


def test_no_calls_give_nan_not_zero() -> None:
    found = small.values(calls.answered_116117_within_120_s(observed()))
    assert math.isnan(found["all"][0]) and found["all"][1] == 0


def test_hang_ups_are_of_all_calls() -> None:
    assert small.values(calls.hung_up_116117(observed(*SIX)))["all"] == (1 / 5, 5)


def test_who_is_rung_up_has_been_answered_then_and_has_not_hung_up() -> None:
    """Rung up after 100 s; after 300 s; not reached. The fourth waited on the line."""
    calls = (
        (LVS, LINE_116117, at(0), at(100), NEVER),
        (LVS, LINE_116117, at(0), at(300), at(5)),
        (LVS, LINE_116117, at(0), NEVER, at(5)),
        (LVS, LINE_116117, at(0), NEVER, at(60)),
    )
    seen = observed(*calls, called_back=[True, True, True, False])
    assert small.values(answered_116117_within_120_s(seen))["all"] == (1 / 4, 4)
    assert small.values(answer_time_116117_median_s(seen))["all"] == (200.0, 2)
    assert small.values(hung_up_116117(seen))["all"] == (1 / 4, 4)
    found = list(called_back_share(seen))
    assert small.values(found)["all"] == (3 / 4, 4)
    assert small.values(found, "hour")["12"] == (3 / 4, 4)
    assert math.isnan(small.values(found, "room")["amk"][0])


def test_called_back_is_of_116117_only() -> None:
    seen = observed((AMK, LINE_113, at(0), at(5), NEVER))
    value, n = small.values(calls.called_back_share(seen))["all"]
    assert math.isnan(value) and n == 0


def test_answered_elsewhere_is_of_the_answered_by_the_room_that_should() -> None:
    answered_by = [LVS, AMK, AMK, -1, LVS, AMK]
    found = list(calls.answered_elsewhere_share(observed(*SIX, answered_by=answered_by)))
    assert small.values(found)["all"] == (2 / 5, 5)
    assert small.values(found, "room") == {"lvs": (2 / 4, 4), "amk": (0.0, 1)}


def test_nobody_answered_at_all() -> None:
    value, n = small.values(calls.answered_elsewhere_share(observed()))["all"]
    assert math.isnan(value) and n == 0


def test_medians_are_of_the_answered() -> None:
    seen = observed(*SIX)
    waits = [0.0, 120.0, 120.5, 1.0]
    assert small.values(calls.answer_time_116117_median_s(seen))["all"] == (60.5, 4)
    p90 = small.values(calls.answer_time_116117_p90_s(seen))["all"][0]
    assert p90 == pytest.approx(np.percentile(waits, 90))


def test_calls_a_day_count_repeats_and_the_unanswered() -> None:
    start, end = WORLD.plan.measured
    days = (end - start) / 86_400
    found = calls.calls_116117_a_day(observed(*SIX))
    assert small.values(found)["all"] == (pytest.approx(5 / days), 5)
    found = list(calls.calls_113_a_day(observed(*SIX)))
    assert small.values(found, "hour")["12"] == (pytest.approx(1 / days), 1)
    assert len(small.values(found, "hour")) == 24


def test_groups_by_local_hour_weekday_and_room_are_complete() -> None:
    """Tuesday noon, and Sunday 29 March 01:30 and 03:30: the hour between is not on the clock."""
    sunday = small.at(0, 6)
    times = (NOON, sunday + 1.5 * 3600, sunday + 2.5 * 3600)
    seen = observed(*((LVS, LINE_116117, time, time, NEVER) for time in times))
    found = list(calls.answered_116117_within_120_s(seen))
    hours = small.values(found, "hour")
    assert list(hours) == [f"{hour:02d}" for hour in range(24)]
    assert {hour for hour, (_, n) in hours.items() if n} == {"01", "03", "12"}
    assert math.isnan(hours["02"][0])
    weekdays = small.values(found, "weekday")
    assert list(weekdays) == ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    assert [n for _, n in weekdays.values()] == [0, 1, 0, 0, 0, 0, 2]
    assert small.values(found, "room") == {
        "lvs": (1.0, 3),
        "amk": (pytest.approx(math.nan, nan_ok=True), 0),
    }
    week = small.values(found, "hour_of_week")
    assert len(week) == 168 and week["sun 03"][1] == 1


def test_a_public_holiday_counts_as_sunday() -> None:
    """Easter 2026 begins on Thursday 2 April."""
    world = small.world(weeks=2)
    thursday = small.at(12, 10)
    seen = small.seen(
        world,
        small.people([thursday]),
        small.courses(1),
        small.calls((0, LVS, LINE_116117, thursday, thursday, NEVER)),
    )
    found = small.values(calls.answered_116117_within_120_s(seen), "weekday")
    assert found["sun"][1] == 1 and found["thu"][1] == 0


def test_the_public_and_health_personnel_have_answer_times_of_their_own() -> None:
    calls = (
        (LVS, LINE_116117, at(0), at(100), NEVER),
        (LVS, LINE_116117, at(0), NEVER, at(60)),
        (LVS, LINE_HEALTH, at(0), at(300), NEVER),
    )
    seen = observed(*calls)
    lines = small.values(answered_116117_within_120_s(seen), "line")
    assert lines == {"public": (1 / 2, 2), "health_personnel": (0.0, 1)}
    waits = small.values(answer_time_116117_median_s(seen), "line")
    assert waits == {"public": (100.0, 1), "health_personnel": (300.0, 1)}


def test_113_within_20_seconds_leaves_out_whom_113_rang_back_and_hanging_up_does_not() -> None:
    calls = (
        (AMK, LINE_113, at(0), at(15), NEVER),
        (AMK, LINE_113, at(0), at(21), NEVER),
        (AMK, LINE_113, at(0), at(18), at(5)),  # rung back
        (AMK, LINE_113, at(0), NEVER, at(5)),
    )
    seen = observed(*calls, called_back=[False, False, True, False])
    assert small.values(answered_113_within_20_s(seen))["all"] == (1 / 2, 2)
    assert small.values(answered_113_within_10_s(seen))["all"] == (0.0, 2)
    assert small.values(hung_up_113(seen))["all"] == (2 / 4, 4)


def test_113_calls_given_up_are_told_by_room_and_by_hour_and_by_nothing_else() -> None:
    """Two at noon, one of them given up; one at one o'clock, given up."""
    calls = (
        (AMK, LINE_113, at(0), at(15), NEVER),
        (AMK, LINE_113, at(0), NEVER, at(5)),
        (AMK, LINE_113, at(3600), NEVER, at(3605)),
    )
    rows = list(hung_up_113(observed(*calls)))
    assert {row.group_by for row in rows} == {"all", "room", "hour"}
    assert small.values(rows, "room")["amk"] == (2 / 3, 3)
    hours = small.values(rows, "hour")
    assert (hours["12"], hours["13"]) == ((1 / 2, 2), (1.0, 1))
    assert sum(n for _, n in hours.values()) == 3


def test_a_longer_message_makes_the_official_figure_better_and_ours_not() -> None:
    """The impatient leave in the message: fewer ring, more of them are answered in time."""
    counts = {"patience": {"menu_counts": {"value": 1.0, **small.MADE_UP}}}

    def told(menu_s: float) -> dict[str, float]:
        lvs = {"menu_s": {"value": menu_s}, "operators": {"evening": small.staff(1)}}
        there = small.world(small.organisation({"control_rooms": {"lvs": lvs}}),
                            small.region(counts))  # fmt: skip
        rows = there.measured(there.sample(3))
        return {row.indicator: row.value for row in rows if row.group_by == "all"}

    short, long = told(10.0), told(4 * 3600.0)
    assert long["hung_up_in_menu_116117"] > 0.9 > 0.2 > short["hung_up_in_menu_116117"]
    assert long["answered_116117_after_dialling"] == 0 < short["answered_116117_after_dialling"]
    assert long["answered_116117_within_120_s"] > short["answered_116117_within_120_s"]
