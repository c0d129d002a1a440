"""Curves and staffing over the week on hand-made records."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from akuttsim.indicators import ambulance, availability, calls
from akuttsim.records import LINE_116117, MISSION, RED
from tests import small

NAN = math.nan


def share_within(rows, group_by):
    return {int(row.group): row.value for row in rows if row.group_by == group_by}


@given(st.lists(st.one_of(st.none(), st.floats(0, 2000)), min_size=1, max_size=30))
def test_a_call_counts_from_the_time_that_it_waited(waits) -> None:
    rang = [small.at(9) + 60 * number for number in range(len(waits))]
    told = [
        (number, 0, LINE_116117, at, NAN if wait is None else at + wait, NAN)
        for number, (at, wait) in enumerate(zip(rang, waits, strict=True))
    ]
    call = small.calls(*told)
    seen = small.seen(small.world(), small.people(rang), small.courses(len(waits)), call)
    found = share_within(availability.answered_116117_curve(seen), "within_s")
    kept = (call.answered_s - call.rang_s).tolist()
    for point, value in found.items():
        assert value == sum(wait <= point for wait in kept) / len(waits)
    (official,) = [r for r in calls.answered_116117_within_120_s(seen) if r.group == "all"]
    assert found[120] == official.value
    assert list(found.values()) == sorted(found.values())


def test_red_incidents_by_minutes() -> None:
    """Three red incidents in 7, 25 and 100 minutes, and a yellow one in 5."""
    count = 4
    notified = np.array([small.at(hour) for hour in (9, 10, 11, 12)])
    course = small.courses(
        count,
        judged=[RED, RED, RED, 1],
        notified_s=notified,
        on_scene_s=notified + 60 * np.array([7, 25, 100, 5]),
    )
    seen = small.seen(small.world(), small.people(list(notified)), course)
    found = share_within(availability.ambulance_response_curve(seen), "within_min")
    assert (found[6], found[8], found[22], found[25], found[90]) == pytest.approx(
        (0, 1 / 3, 1 / 3, 2 / 3, 2 / 3)
    )
    sparse = ambulance.ambulance_within_25_min(seen), ambulance.ambulance_within_12_min(seen)
    assert {row.n for rows in sparse for row in rows if row.group == "all"} <= {0, 3}


def test_operators_on_duty_follow_the_roster() -> None:
    seen = small.seen(small.world(), small.people([small.at(12)]), small.courses(1))
    rows = [r for r in availability.operators_on_duty_116117(seen) if r.group_by == "hour_of_week"]
    found = {row.group: row.value for row in rows}
    assert len(found) == 168
    assert (found["tue 14"], found["tue 15"], found["tue 16"], found["tue 22"]) == (1, 1.5, 2, 1)


def test_operators_of_another_room_count_where_they_answer() -> None:
    shared = {"control_rooms": {"lvs": {"operators": None, "operators_of": "amk"}}}
    world = small.world(small.organisation(shared))
    seen = small.seen(world, small.people([small.at(12)]), small.courses(1))
    rows = {r.group: r.value for r in availability.operators_on_duty_116117(seen)}
    assert (rows["wed 07"], rows["wed 08"]) == (1, 2)


def test_a_crew_out_is_not_free() -> None:
    always = small.crew("hospital", ("00:00-24:00", "station"))
    world = small.world(small.organisation(small.crews(town=always)))
    unit = {each.name: number for number, each in enumerate(world.plan.units)}["town"]
    did = small.activities((unit, MISSION, small.at(12.5), small.at(14), 0))
    seen = small.seen(world, small.people([small.at(12)]), small.courses(1), did=did)
    found = {row.group: row.value for row in availability.ambulances_free(seen)}
    day = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[1]
    assert [found[f"{day} {hour}"] for hour in (11, 12, 13, 14)] == [1, 0.5, 0, 1]


def test_nobody_rang_and_nobody_was_reached() -> None:
    seen = small.seen(small.world(), small.people([]), small.courses(0))
    for indicator in (availability.answered_116117_curve, availability.ambulance_response_curve):
        assert all(math.isnan(row.value) and row.n == 0 for row in indicator(seen))
