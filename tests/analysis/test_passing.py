"""Calls between numbers: who counts as given up for 113, and as passed on."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from akuttsim.indicators import calls
from akuttsim.records import ALARM, LINE_113, LINE_116117, LINE_ALARM, LINE_HEALTH
from tests import small

CENTRE = small.room("alarm", ["town", "upper", "island"])
WORLD = small.world(small.organisation({"control_rooms": {"response-centre": CENTRE}}))
LVS, AMK, ALARMS = 0, 1, 2
NEVER = math.nan
NOON = small.at(12)
WEEK = 168 / 167  # the clocks go forward in the measured week


def observed(
    *calls: tuple[int, int, int, float, float, float], **columns: object
) -> small.Observed:
    """Return calls (patient, room, line, and seconds after noon: rang, answered, left)."""
    rows = [(*call[:3], *(NOON + each for each in call[3:])) for call in calls]
    count = 1 + max((call[0] for call in calls), default=-1)
    people = small.people([NOON] * count, same_incident=columns.pop("same_incident", False))
    did = small.activities(*columns.pop("did", ()))
    return small.seen(WORLD, people, small.courses(count), small.calls(*rows, **columns), did)


GAVE_UP = (
    (0, LVS, LINE_116117, 0, NEVER, 60),
    (0, AMK, LINE_113, 60, 65, NEVER),
)


def test_who_hangs_up_and_then_rings_113() -> None:
    seen = observed(
        *GAVE_UP,
        (1, LVS, LINE_116117, 0, NEVER, 50),  # rings 116117 again, and is answered
        (1, LVS, LINE_116117, 500, 510, NEVER),
        (2, LVS, LINE_116117, 0, 10, NEVER),  # answered, passed on to 113
        (2, AMK, LINE_HEALTH, 20, 25, NEVER),
        (3, AMK, LINE_113, 0, 5, NEVER),  # rang 113 at once
    )
    found = list(calls.gave_up_and_rang_113_a_week(seen))
    assert small.values(found)["all"] == (pytest.approx(WEEK), 1)
    assert [n for _, n in small.values(found, "room").values()] == [1, 0, 0]


def test_neighbours_who_give_up_and_ring_113_are_left_out() -> None:
    both = [(patient, *call[1:]) for patient in (0, 1) for call in GAVE_UP]
    seen = observed(*both)
    theirs = small.people([NOON] * 2, place=[0, -1], outside=[-1, 0])
    found = calls.gave_up_and_rang_113_a_week(replace(seen, patients=theirs))
    assert small.values(found)["all"][1] == 1


def test_who_asked_to_be_rung_up_has_not_given_up() -> None:
    seen = observed(*GAVE_UP, called_back=[True, False])
    assert small.values(calls.gave_up_and_rang_113_a_week(seen))["all"][1] == 0


def test_calls_are_told_apart_by_patient_and_time_not_by_their_order() -> None:
    """The rows of a record may be in any order: the two of one patient still follow each other."""
    seen = observed(GAVE_UP[1], (1, LVS, LINE_116117, 30, 31, NEVER), GAVE_UP[0])
    assert small.values(calls.gave_up_and_rang_113_a_week(seen))["all"][1] == 1


def test_calls_passed_on_by_direction() -> None:
    seen = observed(
        (0, AMK, LINE_113, 0, 5, NEVER),
        (0, LVS, LINE_HEALTH, 60, 65, NEVER),
        (1, LVS, LINE_116117, 0, 5, NEVER),
        (1, AMK, LINE_HEALTH, 60, 65, NEVER),
        (2, ALARMS, LINE_ALARM, 0, 5, NEVER),
        (2, LVS, LINE_HEALTH, 60, 65, NEVER),
        (2, AMK, LINE_HEALTH, 120, 125, NEVER),  # by way of 116117: passed on twice
        (3, ALARMS, LINE_ALARM, 0, 5, NEVER),
        (3, AMK, LINE_ALARM, 60, NEVER, NEVER),  # passed on, though nobody has answered yet
        (4, LVS, LINE_116117, 0, NEVER, 60),  # gave up: nobody passed it on
        (4, AMK, LINE_113, 60, 65, NEVER),
    )
    found = list(calls.passed_between_a_week(seen))
    assert small.values(found)["all"] == (pytest.approx(5 * WEEK), 5)
    assert {name: n for name, (_, n) in small.values(found, "direction").items()} == {
        "113 to 116117": 1,
        "116117 to 113": 2,
        "alarm to 116117": 1,
        "alarm to 113": 1,
    }


def test_who_answers_alarms_and_116117_goes_on_herself_and_then_passes_on_from_there() -> None:
    """Two alarms: one goes on as 116117 until 113 is rung; one is passed to 113 at once."""
    seen = observed(
        (0, ALARMS, LINE_ALARM, 0, 5, NEVER),
        (0, AMK, LINE_HEALTH, 300, 305, NEVER),
        (1, ALARMS, LINE_ALARM, 0, 5, NEVER),
        (1, AMK, LINE_HEALTH, 60, 65, NEVER),
        (2, ALARMS, LINE_ALARM, 0, 5, NEVER),
        (2, LVS, LINE_HEALTH, 300, 305, NEVER),
        did=[(0, ALARM, NOON + 5, NOON + 60, patient) for patient in range(3)],
    )
    found = small.values(calls.passed_between_a_week(seen), "direction")
    assert {name: n for name, (_, n) in found.items()} == {
        "113 to 116117": 1,
        "116117 to 113": 1,
        "alarm to 116117": 0,
        "alarm to 113": 1,
    }


def test_a_call_passed_on_before_the_measured_span_is_left_out() -> None:
    start = WORLD.plan.measured[0] - NOON
    seen = observed(
        (0, AMK, LINE_113, start - 60, start - 55, NEVER),
        (0, LVS, LINE_HEALTH, start - 1, start, NEVER),
        (1, AMK, LINE_113, start - 60, start - 55, NEVER),
        (1, LVS, LINE_HEALTH, start, start, NEVER),
    )
    assert small.values(calls.passed_between_a_week(seen))["all"][1] == 1


def test_nobody_rang() -> None:
    assert small.values(calls.passed_between_a_week(observed()))["all"] == (0, 0)
    assert small.values(calls.gave_up_and_rang_113_a_week(observed()))["all"] == (0, 0)


def test_further_calls_about_an_incident_are_counted_at_113_alone() -> None:
    seen = observed(
        (0, AMK, LINE_113, 0, 5, NEVER),
        (1, AMK, LINE_113, 20, 25, NEVER),
        (2, AMK, LINE_113, 30, NEVER, 60),
        (2, LVS, LINE_116117, 90, 95, NEVER),
        same_incident=[False, True, True],
    )
    found = small.values(calls.same_incident_calls_a_week(seen))
    assert found["all"] == (pytest.approx(2 * WEEK), 2)
