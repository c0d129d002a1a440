"""Crews and missions by hand: who stands where, whom red may take, and what becomes of the other.

With blue light it is 375 s to the middle of centre-cross, and 450 s as ordinary traffic.
"""

from __future__ import annotations

from typing import Any

import pytest

from akuttsim.chain.crews import TRANSPORT_KIND, Mission, VehicleCrew
from akuttsim.records import GREEN, MISSION, RED, TRANSPORT, YELLOW
from akuttsim.roads.travel import Route
from tests.chain.by_hand import (
    CENTRE,
    CROSS,
    HOSPITAL,
    MIN,
    UPPER,
    conveyed,
    crew,
    fleet,
    incident,
    meets,
    number,
    times,
    transport,
    work,
)

TOWN, VALLEY = crew("hospital"), crew("upper")
HALF_WAY_OUT = 120 + 90 + 450


def takes_over(*crews: Any, gain_min: float | None = 0) -> Any:
    rules = {} if gain_min is None else {"red_takes_over_min": number(gain_min)}
    return fleet(*crews, dispatch=rules)


def test_a_planned_transport_waits_behind_green() -> None:
    urgencies = [Mission(0, 0, urgency).priority for urgency in (RED, YELLOW, GREEN)]
    ordered = Mission(0, 0, GREEN, kind=TRANSPORT).priority
    assert sorted([*urgencies, ordered]) == [*urgencies, ordered]
    assert ordered > urgencies[-1]


def test_a_crew_stands_when_its_drive_has_ended() -> None:
    mine = VehicleCrew(0, 0, HOSPITAL)
    assert mine.is_standing(0)
    mine.route, mine.departed_s = Route((HOSPITAL, CENTRE), (0.0, 90.0), (False,)), 100.0
    assert not mine.is_standing(189.9) and mine.is_standing(190.0)


@pytest.mark.parametrize(
    ("urgency", "kind", "on_its_way", "may"),
    [
        (YELLOW, "ambulance", True, True),
        (GREEN, "ambulance", True, True),
        (RED, "ambulance", True, False),
        (YELLOW, "ambulance", False, False),
        (GREEN, TRANSPORT_KIND, True, False),
        (RED, "neighbour", True, False),
    ],
)
def test_who_may_be_called_off(urgency: int, kind: str, on_its_way: bool, may: bool) -> None:
    mine = VehicleCrew(0, 0, HOSPITAL, kind)
    mine.mission = Mission(0, CENTRE, urgency)
    mine.arrival = object() if on_its_way else None  # type: ignore[assignment]
    assert mine.may_be_called_off is may


def test_red_turns_the_crew_on_its_way_to_yellow_and_yellow_gets_another() -> None:
    """Half-way between centre and cross it turns: 375 s. The valley's crew goes to yellow."""
    record = meets(
        takes_over(TOWN, VALLEY),
        incident(CROSS, urgency=YELLOW),
        incident(CENTRE, HALF_WAY_OUT),
    )
    courses = record.courses
    assert courses.crew.tolist() == [1, 0] and courses.taken_over.tolist() == [1, 0]
    assert times(courses.on_scene_s) == [HALF_WAY_OUT + 120 + 1800, HALF_WAY_OUT + 375]
    assert [row[1:] for row in work(record, MISSION)] == [
        (0, HALF_WAY_OUT, 0),
        (HALF_WAY_OUT, HALF_WAY_OUT + 375 + 600, 1),
        (HALF_WAY_OUT, HALF_WAY_OUT + 120 + 1800 + 600, 0),
    ]


def test_yellow_waits_for_the_same_crew_where_there_is_no_other() -> None:
    """It comes from the red patient's place, 900 s from there."""
    record = meets(
        takes_over(TOWN), incident(CROSS, urgency=YELLOW), incident(CENTRE, HALF_WAY_OUT)
    )
    freed = HALF_WAY_OUT + 375 + 600
    assert times(record.courses.on_scene_s) == [freed + 900, HALF_WAY_OUT + 375]
    assert times(record.courses.alerted_s) == [freed, HALF_WAY_OUT]
    assert times(record.courses.rolling_s)[0] == freed, "out already, it rolls at once"


def test_without_the_rule_red_waits_until_the_crew_is_free() -> None:
    record = meets(
        takes_over(TOWN, gain_min=None),
        incident(CROSS, urgency=YELLOW),
        incident(CENTRE, HALF_WAY_OUT),
    )
    assert times(record.courses.on_scene_s) == [1110, 1110 + 600 + 750]
    assert not record.courses.taken_over.any()


def test_it_is_taken_in_the_middle_of_mobilising_and_goes_on_with_that() -> None:
    """60 of the 120 s to yellow are left when red calls."""
    record = meets(takes_over(TOWN), incident(UPPER, urgency=YELLOW), incident(CENTRE, 60.0))
    assert times(record.courses.on_scene_s)[1] == 60 + 60 + 72


@pytest.mark.parametrize(("gain_min", "takes_it"), [(7.75, True), (7.76, False)])
def test_it_must_be_so_much_sooner_than_any_free_crew(gain_min: float, takes_it: bool) -> None:
    """A crew that comes on duty at cross needs 90 + 750 s, the one on the road 375: 465 less."""
    late = crew("cross", "12:10-11:00")
    at = takes_over(TOWN, late, gain_min=gain_min)
    record = meets(at, incident(CROSS, urgency=YELLOW), incident(CENTRE, HALF_WAY_OUT))
    assert record.courses.taken_over.tolist() == [int(takes_it), 0]
    assert record.courses.crew.tolist() == ([1, 0] if takes_it else [0, 1])


def test_nobody_is_left_who_has_a_crew_there_already_or_aboard() -> None:
    """Yellow is on scene at 210 and driven to hospital from 810; red waits until 1500."""
    yellow = conveyed(CENTRE, urgency=YELLOW)
    for after_s in (300.0, 850.0):
        record = meets(takes_over(TOWN), yellow, incident(CENTRE, after_s))
        assert times(record.courses.alerted_s)[1] == 210 + 600 + 90 + 600
        assert not record.courses.taken_over.any()


def test_red_takes_no_crew_from_red_and_yellow_none_from_green() -> None:
    for first, second in ((RED, RED), (GREEN, YELLOW), (YELLOW, YELLOW)):
        on_its_way = incident(UPPER, urgency=first)
        record = meets(takes_over(TOWN), on_its_way, incident(CENTRE, 5 * MIN, urgency=second))
        assert not record.courses.taken_over.any()
        assert times(record.courses.alerted_s)[1] == times(record.courses.free_s)[0]


def test_a_crew_on_its_way_to_a_planned_transport_may_be_taken() -> None:
    """The transport begins anew when the crew is free; nothing is counted that was not fetched."""
    record = meets(takes_over(TOWN), transport(CROSS, HOSPITAL), incident(CENTRE, 180 + 90 + 450))
    red_free = 180 + 90 + 450 + 375 + 600
    assert times(record.courses.on_scene_s) == [red_free + 900, 720 + 375]
    assert times(record.courses.free_s)[0] == red_free + 900 + 600 + 990 + 600


def test_a_patient_may_lose_the_crew_twice() -> None:
    at = takes_over(TOWN)
    record = meets(
        at,
        incident(CROSS, urgency=YELLOW),
        incident(CENTRE, 660.0),
        incident(CENTRE, 660.0 + 375 + 600 + 450),
    )
    assert record.courses.taken_over.tolist() == [2, 0, 0]
    assert times(record.courses.on_scene_s)[0] == 660 + 975 + 450 + 375 + 600 + 900
