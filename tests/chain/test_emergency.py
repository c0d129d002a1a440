"""At 113 by hand: the doctor in the call, triple alert, one incident, shared operators."""

from __future__ import annotations

from typing import Any

import pytest

from akuttsim.records import (
    ADVICE,
    AMBULANCE,
    AVOIDED_AMBULANCE,
    AVOIDED_NOTHING,
    CONFERENCE,
    DISPATCH,
    DOCTOR_CONFERENCE,
    DOCTOR_PHONE,
    GREEN,
    LINE_113,
    OUTSIDE,
    RED,
    SAME_INCIDENT,
    TALK,
    TRIPLE_ALERT,
    YELLOW,
    Patients,
)
from tests import small
from tests.chain.by_hand import (
    in_need,
    meets,
    number,
    person,
    room,
    shares,
    takes,
    times,
    work,
    world,
)


def emergency(after_s: float = 0.0, **columns: Any) -> Patients:
    """Return a red 113 call that leads to an ambulance, asked for after 20 of 100 seconds."""
    usual = {
        "line": LINE_113, "is_contact": True, "urgency": RED, "u_need_113": 0.0,
        "interview_113_s": 20.0, "talk_113_s": 100.0,
    }  # fmt: skip
    return person(after_s, **{**usual, **columns})


def conference(spared: float = 0.0, **parts: Any) -> small.World:
    """Return the district where the doctor joins half of the red 113 calls for a minute."""
    doctor = {
        "share": shares(0.5, 0, 0),
        "talk_s": takes(60),
        "waits_at_most_s": number(30),
        "spared": shares(spared, 0, 0),
    }
    return world(emergency_calls={"doctor_conference": doctor}, **parts)


JOINS, DOES_NOT = 0.4, 0.6


def test_the_operator_waits_while_the_doctor_is_in_the_call_and_then_sends() -> None:
    record = meets(conference(), emergency(u_doctor_conference=JOINS))
    assert work(record, DOCTOR_CONFERENCE) == [("duty-doctor", 20, 80, 0)]
    assert work(record, TALK) == [("amk", 0, 160, 0)]
    assert times(record.courses.requested_s) == [80]
    assert times(record.courses.doctor_s) == [20]
    assert record.courses.outcome.tolist() == [AMBULANCE]
    assert record.courses.avoided.tolist() == [AVOIDED_NOTHING]


def test_a_spared_ambulance_is_never_asked_for() -> None:
    record = meets(conference(0.7), emergency(u_doctor_conference=JOINS, u_spared=0.69))
    assert record.courses.outcome.tolist() == [DOCTOR_PHONE]
    assert record.courses.avoided.tolist() == [AVOIDED_AMBULANCE]
    assert times(record.courses.requested_s) == [None]
    assert times(record.courses.ended_s) == [80]
    assert work(record, TALK, DISPATCH) == [("amk", 0, 80, 0)]


@pytest.mark.parametrize(
    "columns",
    [{"u_doctor_conference": DOES_NOT}, {"u_doctor_conference": JOINS, "urgency": YELLOW}],
)
def test_the_doctor_joins_only_the_share_of_each_urgency(columns: Any) -> None:
    record = meets(conference(1.0), emergency(u_spared=0.0, **columns))
    assert times(record.courses.requested_s) == [20]
    assert work(record, DOCTOR_CONFERENCE) == []


@pytest.mark.parametrize(("busy_until", "asked_s", "joins"), [(45.0, 105, True), (55.0, 50, False)])
def test_the_operator_waits_for_a_busy_doctor_only_so_long(
    busy_until: float, asked_s: float, joins: bool
) -> None:
    """Asked at 20 s, waited for until 50 s. A doctor who comes in vain is taken by nobody."""
    on_phone = in_need("doctor_phone", -10.0, doctor_phone_s=busy_until + 10.0)
    record = meets(conference(), on_phone, emergency(u_doctor_conference=JOINS))
    assert times(record.courses.requested_s) == [None, asked_s]
    assert len(work(record, DOCTOR_CONFERENCE)) == joins
    assert work(record, TALK)[1][2] == asked_s + 80


def test_neighbours_callers_get_no_doctor_of_ours() -> None:
    outside = emergency(u_doctor_conference=0.0, u_spared=0.0, place=-1, outside=0)
    record = meets(conference(1.0), outside)
    assert record.courses.outcome.tolist() == [OUTSIDE]


def test_triple_alert_only_adds_time_of_the_operator() -> None:
    alert = {"triple_alert": {"share": shares(0.1, 0, 0), "extra_s": takes(45)}}
    people = [emergency(u_triple_alert=0.09), emergency(50.0, talk_113_s=10.0, u_triple_alert=0.11)]
    with_alert = meets(world(emergency_calls=alert), *people)
    without = meets(world(), *people)
    assert work(with_alert, TRIPLE_ALERT) == [("amk", 100, 145, 0)]
    assert work(with_alert, TALK) == [("amk", 0, 100, 0), ("amk", 145, 165, 1)]
    assert work(without, TALK) == [("amk", 0, 100, 0), ("amk", 100, 120, 1)]
    assert times(with_alert.courses.on_scene_s)[0] == times(without.courses.on_scene_s)[0]


def test_who_rings_about_a_known_incident_costs_talk_and_nothing_more() -> None:
    again = emergency(10.0, same_incident=True, talk_113_s=30.0)
    record = meets(world(), emergency(), again)
    assert record.courses.outcome.tolist() == [AMBULANCE, SAME_INCIDENT]
    assert work(record, TALK) == [("amk", 0, 100, 0), ("amk", 100, 130, 1)]
    assert len(work(record, DISPATCH)) == 1
    assert times(record.courses.ended_s)[1] == 130


def shared(operators: int = 1, **of_lvs: Any) -> small.World:
    """Return operators of 113 who answer 116117 too, with dispatchers of their own."""
    lvs = {"operators": None, "operators_of": "amk", **of_lvs}
    amk = {"operators": {"always": small.staff(operators)}}
    return world(control_rooms={"lvs": lvs, "amk": amk})


def test_shared_operators_take_113_before_116117() -> None:
    record = meets(
        shared(),
        person(talk_s=100.0),
        person(10.0, talk_s=50.0, urgent_button=True),
        emergency(20.0),
        person(30.0, line=LINE_113, talk_113_s=40.0),
    )
    assert work(record, TALK) == [
        ("amk", 0, 100, 0),
        ("amk", 100, 200, 2),
        ("amk", 200, 240, 3),
        ("amk", 240, 290, 1),
    ]
    assert record.calls.answered_by.tolist() == [0, 0, 1, 1]


def test_a_shared_operator_goes_on_alone_with_a_red_caller_of_116117() -> None:
    """No call to 113, no conference: talk, then the interview; the ambulance is sent between."""
    red = person(is_contact=True, urgency=RED, talk_s=30.0, conference_s=40.0, interview_113_s=60.0)
    record = meets(shared(), red)
    assert work(record, TALK, CONFERENCE) == [("amk", 0, 90, 0)]
    assert len(record.calls.patient) == 1
    assert times(record.courses.notified_s) == times(record.courses.requested_s) == [30]


def to_116117(after_s: float = 0.0) -> Patients:
    """Return a green 113 caller who belongs at 116117, where advice is enough."""
    talk = {"talk_113_s": 90.0, "conference_s": 30.0, "talk_s": 200.0}
    green = {"is_contact": True, "urgency": GREEN, "u_need_113": 0.3}
    return person(after_s, line=LINE_113, **green, **talk)


def test_a_shared_operator_goes_on_alone_with_a_caller_who_belongs_at_116117() -> None:
    alone, apart = (meets(each, to_116117()) for each in (shared(), world()))
    assert work(alone, TALK, CONFERENCE) == [("amk", 0, 290, 0)]
    assert work(apart, TALK, CONFERENCE) == [("amk", 0, 120, 0), ("lvs", 90, 320, 0)]
    assert alone.courses.outcome.tolist() == apart.courses.outcome.tolist() == [ADVICE]


def test_some_operators_are_left_free_for_113() -> None:
    """Two are on duty and one is kept free: 116117 gets one at a time, 113 gets both."""
    people = [person(talk_s=100.0), person(10.0, talk_s=50.0), emergency(20.0)]
    kept, not_kept = (shared(2, keeps_free=number(n)) for n in (1, 0))
    assert work(meets(kept, *people), TALK) == [
        ("amk", 0, 100, 0),
        ("amk", 20, 120, 2),
        ("amk", 120, 170, 1),
    ]
    assert work(meets(not_kept, *people), TALK)[1:] == [("amk", 10, 60, 1), ("amk", 60, 160, 2)]


def test_operators_who_may_not_answer_113_leave_it_to_those_who_may() -> None:
    """Whoever may do least is taken first, so that the other is there for 113."""
    operators = {"always": small.staff(1), "nurse": {**small.staff(1), "answers": ["116117"]}}
    lvs = {"operators": None, "operators_of": "amk"}
    mixed = world(control_rooms={"lvs": lvs, "amk": {"operators": operators}})
    people = [
        person(talk_s=100.0),
        emergency(10.0),
        emergency(20.0, talk_113_s=50.0),
        person(30.0, talk_s=10.0),
    ]
    record = meets(mixed, *people)
    by = dict(zip(record.activities.patient, record.activities.unit, strict=True))
    names = [record.units[unit].name for unit in (by[0], by[3])]
    assert names == ["amk/operator-2"] * 2
    assert work(record, TALK) == [
        ("amk", 0, 100, 0),
        ("amk", 10, 110, 1),
        ("amk", 100, 110, 3),
        ("amk", 110, 160, 2),
    ]


def no_dispatchers(operators: int = 1) -> small.World:
    amk = {"operators": {"always": small.staff(operators)}, "dispatchers": {"always": None}}
    return world(control_rooms={"amk": amk})


def test_without_dispatchers_an_operator_dispatches_before_answering_the_next() -> None:
    calls = [emergency(dispatch_s=30.0), person(5.0, line=LINE_113, talk_113_s=50.0)]
    record = meets(no_dispatchers(), *calls)
    assert work(record, TALK, DISPATCH) == [
        ("amk", 0, 100, 0),
        ("amk", 100, 130, 0),
        ("amk", 130, 180, 1),
    ]
    assert times(record.courses.alerted_s)[0] == 130


def test_without_dispatchers_a_colleague_who_is_free_dispatches_at_once() -> None:
    record = meets(no_dispatchers(2), emergency(dispatch_s=30.0))
    assert work(record, DISPATCH) == [("amk", 20, 50, 0)]


def test_the_room_that_took_the_call_sends_the_ambulance() -> None:
    """An overflowed 113 call is dispatched where it was answered."""
    overflow = {"to": "other", "queue_longer_than": number(0)}
    other = room("upper", "island", number="113", dispatchers={"always": small.staff(1)})
    amk = {"municipalities": ["town"], "overflow": overflow}
    record = meets(
        world(control_rooms={"amk": amk, "other": other}),
        emergency(dispatch_s=10.0),
        emergency(5.0, dispatch_s=10.0),
    )
    assert work(record, DISPATCH) == [("amk", 20, 30, 0), ("other", 25, 35, 1)]
