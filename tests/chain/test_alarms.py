"""Safety alarms by hand: closed at the centre, to home nursing, to 113, to 116117."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from akuttsim.config.schema.organisation import Organisation
from akuttsim.records import (
    ADVICE,
    ALARM,
    ALARM_CLOSED,
    AMBULANCE,
    CONFERENCE,
    HOME_NURSING,
    LINE_113,
    LINE_ALARM,
    LINE_HEALTH,
    NOT_PRESENT,
    RED,
    TALK,
    Patients,
)
from tests import small
from tests.chain.by_hand import (
    UPPER,
    in_need,
    meets,
    number,
    organisation,
    person,
    room,
    sourced,
    takes,
    times,
    work,
    world,
)

FLAT = sourced(weekday=[1.0] * 24, weekend=[1.0] * 24, flatten=0.0)
NEEDS = sourced(to_113=0.1, to_116117=0.2, home_nursing=0.3, closed=0.4)
TO_113, TO_116117, TO_HOME_NURSING, CLOSED = 0.05, 0.2, 0.5, 0.9
LVS, AMK, CENTRE = 0, 1, 2


def region() -> Any:
    ages = ("0-5", "6-15", "16-19", "20-29", "30-49", "50-66", "67-79", "80-89", "90+")
    alarms = {
        "users_by_age": sourced(values=dict.fromkeys(ages, 0.1)),
        "alarms_per_user_month": number(1),
        "hours": FLAT,
        "needs": NEEDS,
        "talk_s": takes(60),
        "handover_s": takes(40),
        "home_nursing_min": takes(30),
    }
    return small.region({"demand": {"safety_alarms": alarms}})


def centre(*municipalities: str, **parts: Any) -> small.World:
    """Return the district with a response centre that has one operator."""
    served = municipalities or ("town", "upper", "island")
    rooms = {"centre": room(*served, number="alarm"), **parts}
    return world(region(), control_rooms=rooms)


def alarm(u_alarm: float, after_s: float = 0.0, **columns: Any) -> Patients:
    """Return who presses, speaks for 60 s, is handed over in 40 s, and is nursed 1800 s later."""
    usual = {
        "line": LINE_ALARM, "is_contact": True, "alarm_talk_s": 60.0, "alarm_handover_s": 40.0,
        "home_nursing_s": 1800.0,
    }  # fmt: skip
    return person(after_s, u_alarm=u_alarm, **{**usual, **columns})


def test_an_alarm_is_closed_at_the_centre() -> None:
    record = meets(centre(), alarm(CLOSED), alarm(CLOSED, 10.0))
    assert record.courses.outcome.tolist() == [ALARM_CLOSED] * 2
    assert work(record, ALARM) == [("centre", 0, 60, 0), ("centre", 60, 120, 1)]
    assert times(record.courses.ended_s) == [60, 120]
    assert record.calls.room.tolist() == [CENTRE] * 2
    assert record.calls.line.tolist() == [LINE_ALARM] * 2
    assert record.courses.judged.tolist() == [-1, -1], "nobody has judged how urgent it is"


def test_home_nursing_is_told_and_comes_later() -> None:
    record = meets(centre(), alarm(TO_HOME_NURSING))
    assert record.courses.outcome.tolist() == [HOME_NURSING]
    assert work(record, ALARM) == [("centre", 0, 100, 0)]
    assert times(record.courses.ended_s) == [1900]


def red_alarm(after_s: float = 0.0) -> Patients:
    seconds = {"interview_113_s": 20.0, "talk_113_s": 50.0}
    return alarm(TO_113, after_s, urgency=RED, u_need_113=0.0, **seconds)


def test_the_operator_stays_until_113_has_the_user() -> None:
    """113 is busy until 100: rung at 60, both speak from 100 to 140, and 113 then interviews."""
    busy = person(line=LINE_113, talk_113_s=100.0)
    record = meets(centre(), red_alarm(), busy)
    assert work(record, ALARM) == [("centre", 0, 60, 0)]
    assert work(record, CONFERENCE) == [("centre", 60, 140, 0)]
    assert work(record, TALK) == [("amk", 0, 100, 1), ("amk", 100, 190, 0)]
    assert record.courses.outcome.tolist() == [AMBULANCE, ADVICE]
    assert times(record.courses.notified_s) == [60, 0]
    assert times(record.courses.requested_s) == [160, None]
    assert record.calls.line.tolist() == [LINE_ALARM, LINE_113, LINE_HEALTH]


def test_116117_goes_on_as_with_any_caller() -> None:
    ill = in_need("clinic", 0.0, line=LINE_ALARM, u_alarm=TO_116117, alarm_talk_s=60.0,
                  alarm_handover_s=40.0, talk_s=200.0)  # fmt: skip
    record = meets(centre(), ill, person(50.0, talk_s=300.0), person(55.0, talk_s=5.0))
    assert work(record, CONFERENCE) == [("centre", 60, 390, 0)]
    assert work(record, TALK) == [
        ("lvs", 50, 350, 1),
        ("lvs", 350, 590, 0),
        ("lvs", 590, 595, 2),
    ]
    assert times(record.courses.at_clinic_s)[0] == 590


def test_the_next_alarm_is_answered_by_an_operator_who_waits_for_another_room() -> None:
    """The first user then waits alone, and is not handed over when 113 answers."""
    busy = person(line=LINE_113, talk_113_s=100.0)
    record = meets(centre(), red_alarm(), busy, alarm(CLOSED, 70.0))
    assert work(record, CONFERENCE) == [("centre", 60, 70, 0)]
    assert work(record, ALARM) == [("centre", 0, 60, 0), ("centre", 70, 130, 2)]
    assert work(record, TALK) == [("amk", 0, 100, 1), ("amk", 100, 150, 0)]


def test_nobody_rings_where_no_centre_answers() -> None:
    record = meets(centre("town"), alarm(CLOSED), alarm(CLOSED, 1.0, place=UPPER))
    assert record.courses.outcome.tolist() == [ALARM_CLOSED, NOT_PRESENT]
    assert len(record.calls.patient) == 1
    assert np.isnan(record.courses.ended_s[1])


def test_a_centre_that_is_the_first_of_the_rooms_answers_too() -> None:
    """The order of the rooms in the file says nothing of who answers."""
    of = organisation(control_rooms={"centre": room("town", number="alarm")})
    changed = of.model_dump(mode="json", by_alias=True)
    rooms = changed["control_rooms"]
    changed["control_rooms"] = {"centre": rooms.pop("centre"), **rooms}
    first = small.world(Organisation.model_validate(changed), region())
    record = meets(first, alarm(CLOSED), alarm(CLOSED, 1.0, place=UPPER))
    assert record.courses.outcome.tolist() == [ALARM_CLOSED, NOT_PRESENT]
    assert record.calls.room.tolist() == [0]
    assert work(record, ALARM) == [("centre", 0, 60, 0)]


@pytest.mark.parametrize(("number", "u_alarm"), [("lvs", TO_116117), ("amk", TO_113)])
def test_an_operator_who_answers_the_other_number_goes_on_herself(
    number: str, u_alarm: float
) -> None:
    """Nobody is rung, nobody waited for, and the talk is hers."""
    shared = room("town", "upper", "island", number="alarm", operators_of=number)
    seconds = {"talk_s": 200.0, "talk_113_s": 200.0, "u_need_113": 0.99}
    user = alarm(u_alarm, u_need=0.99, **seconds)
    record = meets(world(region(), control_rooms={"centre": shared}), user)
    assert work(record, ALARM) == [(number, 0, 60, 0)]
    assert work(record, TALK) == [(number, 60, 260, 0)]
    assert len(record.calls.patient) == 1
    assert record.courses.outcome.tolist() == [ADVICE]


def test_shared_operators_take_alarms_after_113_and_before_116117() -> None:
    everyone = ("town", "upper", "island")
    rooms = {
        "lvs": {"operators": None, "operators_of": "amk"},
        "centre": room(*everyone, number="alarm", operators_of="amk"),
    }
    record = meets(
        world(region(), control_rooms=rooms),
        person(talk_s=100.0),
        person(1.0, talk_s=10.0, urgent_button=True),
        alarm(CLOSED, 2.0),
        person(3.0, line=LINE_113, talk_113_s=20.0),
    )
    assert [row[3] for row in work(record, TALK, ALARM)] == [0, 3, 2, 1]
