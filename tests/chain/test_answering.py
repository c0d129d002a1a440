"""How a call is answered, by hand: overflow, callback, a back-up for a room that is down, hours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from akuttsim.records import ADVICE, CONFERENCE, GREEN, LINE_HEALTH, LOST, RED, TALK, Record
from tests import small
from tests.chain.by_hand import (
    START,
    UPPER,
    meets,
    number,
    person,
    room,
    takes,
    times,
    work,
    world,
)

LVS, AMK, NEIGHBOUR = 0, 1, 2


def two_rooms(**of_lvs: Any) -> small.World:
    """Return one operator for the town, and one for the valley and the island."""
    lvs = {"municipalities": ["town"], **of_lvs}
    return world(control_rooms={"lvs": lvs, "next": room("upper", "island")})


def overflow(**rule: float) -> dict[str, Any]:
    return {"overflow": {"to": "next", **{key: number(value) for key, value in rule.items()}}}


def answers(record: Record) -> list[tuple[int, float | None, float | None]]:
    """Return of each call in which room, when it was answered, and when it was given up."""
    calls = record.calls
    columns = (calls.answered_by.tolist(), times(calls.answered_s), times(calls.left_s))
    return list(zip(*columns, strict=True))


def test_a_neighbour_answers_at_once_where_nobody_may_wait() -> None:
    world = two_rooms(**overflow(queue_longer_than=0))
    record = meets(world, person(talk_s=100.0), person(10.0, talk_s=50.0))
    assert answers(record) == [(LVS, 0, None), (NEIGHBOUR, 10, None)]
    assert record.calls.room.tolist() == [LVS, LVS], "the room that should have answered"
    assert work(record, TALK) == [("lvs", 0, 100, 0), ("next", 10, 60, 1)]


def test_without_overflow_a_neighbour_answers_nobody_elses_call() -> None:
    record = meets(two_rooms(), person(talk_s=100.0), person(10.0))
    assert answers(record) == [(LVS, 0, None), (LVS, 100, None)]


def test_only_those_who_make_the_queue_too_long_are_offered() -> None:
    """One may wait: the second who waits is offered at once, and is answered before the first."""
    world = two_rooms(**overflow(queue_longer_than=1))
    record = meets(world, person(talk_s=100.0), person(10.0), person(20.0))
    assert answers(record) == [(LVS, 0, None), (LVS, 100, None), (NEIGHBOUR, 20, None)]


def test_a_caller_is_offered_after_so_long_not_before() -> None:
    world = two_rooms(**overflow(after_s=60))
    record = meets(world, person(talk_s=100.0), person(10.0, talk_s=500.0), person(20.0))
    assert answers(record) == [(LVS, 0, None), (NEIGHBOUR, 70, None), (LVS, 100, None)]


@pytest.mark.parametrize(("own", "other", "by"), [(150, 100, NEIGHBOUR), (100, 150, LVS)])
def test_who_waits_in_two_queues_is_taken_by_whoever_is_free_first(
    own: float, other: float, by: int
) -> None:
    """And by nobody else later: both then answer the next of their own."""
    world = two_rooms(**overflow(after_s=60))
    record = meets(
        world,
        person(talk_s=own),
        person(1.0, talk_s=other - 1, place=UPPER),
        person(10.0, talk_s=500.0),
        person(40.0, place=UPPER, talk_s=30.0),
    )
    if by == LVS:
        assert answers(record)[2:] == [(LVS, 100, None), (NEIGHBOUR, 150, None)]
    else:
        in_turn = [(NEIGHBOUR, 130, None), (NEIGHBOUR, 100, None)]
        assert answers(record)[2:] == in_turn, "behind those who stood in the neighbour's queue"


def test_who_hangs_up_leaves_both_queues() -> None:
    world = two_rooms(**overflow(after_s=20))
    record = meets(
        world,
        person(talk_s=300.0),
        person(1.0, talk_s=99.0, place=UPPER),
        person(10.0, patience_1_s=60.0),
        person(50.0, place=UPPER),
    )
    assert answers(record)[2:] == [(-1, None, 70), (NEIGHBOUR, 100, None)]
    assert record.courses.outcome.tolist() == [ADVICE, ADVICE, LOST, ADVICE]
    assert work(record, TALK)[-1] == ("next", 100, 100, 3)


def test_urgent_callers_go_first_in_the_neighbours_queue_too() -> None:
    world = two_rooms(**overflow(queue_longer_than=0))
    record = meets(
        world,
        person(talk_s=300.0),
        person(1.0, talk_s=99.0, place=UPPER),
        person(10.0, place=UPPER, talk_s=30.0),
        person(20.0, urgent_button=True, talk_s=30.0),
    )
    assert answers(record)[2:] == [(NEIGHBOUR, 130, None), (NEIGHBOUR, 100, None)]


def test_nobody_is_offered_to_a_room_that_is_down() -> None:
    down = {"down": {"noon": {"days": "daily", "hours": "11:00-13:00"}}, "back_up": "lvs"}
    lvs = {"municipalities": ["town"], **overflow(queue_longer_than=0)}
    rooms = {"lvs": lvs, "next": room("upper", "island", **down)}
    record = meets(world(control_rooms=rooms), person(talk_s=100.0), person(10.0))
    assert answers(record) == [(LVS, 0, None), (LVS, 100, None)]


def down_at_noon(on_duty: int = 1, **more: Any) -> small.World:
    """Return a room for the town that is down from START for an hour, with a back-up."""
    period = {"days": "daily", "hours": "12:00-13:00"}
    lvs = {"municipalities": ["town"], "down": {"noon": period}, "back_up": "next", **more}
    rooms = {"lvs": lvs, "next": room("upper", "island", on_duty=on_duty)}
    return world(control_rooms=rooms)


def test_a_back_up_takes_the_calls_of_a_room_that_is_down_until_it_is_up_again() -> None:
    record = meets(down_at_noon(), person(-1.0), person(0.0), person(3599.0), person(3600.0))
    by = [LVS, NEIGHBOUR, NEIGHBOUR, LVS]
    assert [row[0] for row in answers(record)] == by
    assert record.calls.room.tolist() == [LVS] * 4
    assert times(record.calls.answered_s) == [-1, 0, 3599, 3600]


def test_those_who_wait_when_a_room_goes_down_keep_their_order_at_the_back_up() -> None:
    """Who talks is talked to the end; the operator of the room that is down takes nobody more."""
    record = meets(
        down_at_noon(),
        person(-60.0, talk_s=100.0),
        person(-50.0, talk_s=200.0),
        person(-40.0, talk_s=10.0),
        person(-30.0, talk_s=10.0, urgent_button=True),
    )
    assert work(record, TALK) == [
        ("lvs", -60, 40, 0),
        ("next", 0, 10, 3),
        ("next", 10, 210, 1),
        ("next", 210, 220, 2),
    ]


def test_who_is_moved_to_the_back_up_is_not_offered_to_it_once_more() -> None:
    """The back-up is the neighbour too: with one caller in its queue, nobody is rung up."""
    rule = {"queue_longer_than": number(1), "share": number(1), "dial_s": takes(20)}
    callback = {**rule, "not_reached": number(0)}
    period = {"days": "daily", "hours": "12:00-13:00"}
    lvs = {"municipalities": ["town"], "down": {"noon": period}, "back_up": "next"}
    rooms = {"lvs": {**lvs, **overflow(after_s=30)}}
    rooms["next"] = room("upper", "island", callback=callback)
    record = meets(
        world(control_rooms=rooms),
        person(-60.0, talk_s=500.0),
        person(-50.0, talk_s=500.0, place=UPPER),
        person(-10.0, talk_s=10.0),
        person(50.0, talk_s=10.0, place=UPPER, u_callback=0.0),
    )
    assert not record.calls.called_back.any()
    assert answers(record)[2:] == [(NEIGHBOUR, 450, None), (NEIGHBOUR, 460, None)]


def callback(longer_than: int = 0, share: float = 0.5, not_reached: float = 0.2) -> Any:
    return {
        "callback": {
            "queue_longer_than": number(longer_than),
            "share": number(share),
            "dial_s": takes(20),
            "not_reached": number(not_reached),
        }
    }


ACCEPTS, DECLINES, REACHED, NOT_REACHED = 0.4, 0.6, 0.3, 0.1


def test_who_is_rung_up_keeps_the_place_in_the_queue_off_the_line() -> None:
    """Patience does not count; the nurse needs 20 s to ring up, and the caller behind waits."""
    record = meets(
        world(control_rooms={"lvs": callback()}),
        person(talk_s=100.0),
        person(5.0, talk_s=30.0, u_callback=ACCEPTS),
        person(10.0, talk_s=40.0, u_callback=ACCEPTS, u_reached=REACHED, patience_1_s=1.0),
        person(12.0, talk_s=50.0, u_callback=DECLINES),
    )
    assert record.calls.called_back.tolist() == [False, False, True, False]
    assert times(record.calls.answered_s) == [0, 100, 150, 190]
    assert np.isnan(record.calls.left_s).all()
    assert work(record, TALK)[2] == ("lvs", 130, 190, 2), "dialling is work of the nurse"


def test_who_cannot_be_reached_costs_the_dialling_and_may_ring_again() -> None:
    lost = person(10.0, talk_s=40.0, u_callback=ACCEPTS, u_reached=NOT_REACHED)
    again = person(
        11.0, u_callback=ACCEPTS, u_reached=NOT_REACHED, again_after_s=600.0, u_again_1=0.1
    )
    record = meets(
        world(control_rooms={"lvs": callback()}), person(talk_s=100.0), person(1.0), lost, again
    )
    calls = record.calls
    assert calls.patient.tolist() == [0, 1, 2, 3, 3]
    assert times(calls.left_s) == [None, None, 120, 140, None]
    assert times(calls.answered_s)[4] == 740
    assert work(record, TALK)[2:] == [
        ("lvs", 100, 120, 2),
        ("lvs", 120, 140, 3),
        ("lvs", 740, 740, 3),
    ]
    assert record.courses.outcome.tolist() == [ADVICE, ADVICE, LOST, ADVICE]


@pytest.mark.parametrize("columns", [{"line": LINE_HEALTH}, {"urgent_button": True}])
def test_health_personnel_and_urgent_callers_are_not_offered_to_be_rung_up(columns: Any) -> None:
    record = meets(
        world(control_rooms={"lvs": callback()}),
        person(talk_s=100.0),
        person(1.0),
        person(2.0, u_callback=ACCEPTS, **columns),
    )
    assert not record.calls.called_back.any()
    assert times(record.calls.answered_s)[2] == 100


def test_callback_is_offered_when_more_than_so_many_wait_already() -> None:
    people = [person(float(n), u_callback=ACCEPTS, u_reached=REACHED) for n in range(1, 5)]
    record = meets(world(control_rooms={"lvs": callback(2)}), person(talk_s=100.0), *people)
    assert record.calls.called_back.tolist() == [False, False, False, False, True]


def test_a_neighbour_may_ring_up_a_caller_too() -> None:
    lvs = {"municipalities": ["town"], **overflow(after_s=60), **callback()}
    rooms = {"lvs": lvs, "next": room("upper", "island")}
    record = meets(
        world(control_rooms=rooms),
        person(talk_s=300.0),
        person(1.0, patience_1_s=5.0),
        person(2.0, talk_s=40.0, u_callback=ACCEPTS, u_reached=REACHED),
    )
    assert answers(record)[2] == (NEIGHBOUR, 82, None), "offered after 60 s, 20 s to ring up"
    assert record.calls.called_back.tolist() == [False, False, True]


def test_another_room_answers_for_a_municipality_by_the_hour() -> None:
    """From 22:00 to the second before 08:00 the night room answers for the valley."""
    night = {"days": "daily", "hours": "22:00-08:00", "municipalities": ["upper"]}
    day = {"days": "daily", "hours": "08:00-22:00", "municipalities": ["upper"]}
    rooms = {
        "lvs": {"municipalities": ["town", "island"], "by_hour": {"day": day}},
        "next": room(by_hour={"night": night}),
    }
    hours = (0.0, 10 * 3600 - 1.0, 10 * 3600.0, 20 * 3600 - 1.0, 20 * 3600.0)
    people = [person(after_s, place=place) for after_s in hours for place in (0, UPPER)]
    record = meets(world(control_rooms=rooms), *people)
    of_town, of_valley = record.calls.room[::2].tolist(), record.calls.room[1::2].tolist()
    assert of_town == [LVS] * 5
    assert of_valley == [LVS, LVS, NEIGHBOUR, NEIGHBOUR, LVS]


def test_the_room_that_answers_113_is_that_of_the_neighbour_who_took_the_call() -> None:
    """A conference with 113 is the same whichever 116117 room took the caller."""
    red = {"is_contact": True, "urgency": RED, "talk_s": 30.0, "conference_s": 40.0}
    world = two_rooms(**overflow(queue_longer_than=0))
    record = meets(world, person(talk_s=100.0, urgency=GREEN), person(10.0, **red))
    assert work(record, CONFERENCE) == [("next", 10, 80, 1)]
    assert record.calls.answered_by.tolist() == [LVS, NEIGHBOUR, AMK]
    assert times(record.courses.notified_s)[1] == 40
    assert record.courses.requested_s[1] == START + 80
