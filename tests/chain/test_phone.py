"""On the phone by hand: menu, patience, calling again, transfers both ways."""

from __future__ import annotations

from typing import Any

import numpy as np

from akuttsim.records import (
    ADVICE,
    AFTER_CALL,
    ALARM,
    AMBULANCE,
    CONFERENCE,
    DISPATCH,
    GREEN,
    LINE_113,
    LINE_116117,
    LINE_ALARM,
    LINE_HEALTH,
    LOST,
    NOT_PRESENT,
    RED,
    TALK,
    Patients,
    Record,
)
from tests import small
from tests.chain.random_organisations import EVERYBODY, region, room

START = small.at(12)
LVS, AMK = 0, 1


def rooms(lvs: int = 1, amk: int = 1, menu_s: float = 0.0) -> small.World:
    """Return the district with so many operators at each number, all day and night."""
    change = {
        "control_rooms": {
            "lvs": {
                "menu_s": {"value": menu_s},
                "operators": {"evening": None, "always": small.staff(lvs)},
            },
            "amk": {"operators": {"day": None, "always": small.staff(amk)}},
        }
    }
    return small.world(small.organisation(change))


def both(*wanted: dict[str, Any]) -> Patients:
    tables = [
        small.people(
            [START + each.get("after_s", 0.0)], **{k: each[k] for k in each if k != "after_s"}
        )
        for each in wanted
    ]
    return small.concatenated(*tables)


def calls_of(record: Record, patient: int) -> list[tuple[int, int, float, float, float]]:
    calls = record.calls
    mine = calls.patient == patient
    columns = (calls.room, calls.line, calls.rang_s, calls.answered_s, calls.left_s)
    table = zip(*(column[mine].tolist() for column in columns), strict=True)
    return [
        (room, line, *(round(t - START, 3) if t == t else np.inf for t in times))
        for room, line, *times in table
    ]


def work_of(record: Record, team: str) -> list[tuple[int, float, float, int]]:
    work = record.activities
    return sorted(
        (
            (int(kind), round(start - START, 3), round(end - START, 3), int(patient))
            for unit, kind, start, end, patient in zip(
                work.unit, work.kind, work.start_s, work.end_s, work.patient, strict=True
            )
            if record.units[unit].team == team and kind != DISPATCH
        ),
        key=lambda row: row[1],
    )


def test_only_the_public_hears_the_menu() -> None:
    world = rooms(lvs=2, menu_s=15)
    record = world.meets(both({"talk_s": 60.0}, {"talk_s": 60.0, "line": LINE_HEALTH}))
    assert calls_of(record, 0) == [(LVS, LINE_116117, 15, 15, np.inf)]
    assert calls_of(record, 1) == [(LVS, LINE_HEALTH, 0, 0, np.inf)]
    assert record.courses.outcome.tolist() == [ADVICE, ADVICE]


def test_after_call_work_holds_the_operator_not_the_caller() -> None:
    record = rooms().meets(both({"talk_s": 60.0, "after_call_s": 30.0}, {"after_s": 10.0}))
    assert record.courses.ended_s[0] == START + 60
    assert calls_of(record, 1)[0][3] == 90
    assert work_of(record, "lvs")[0] == (TALK, 0, 90, 0)
    assert AFTER_CALL not in record.activities.kind


def test_who_gives_up_rings_again_at_most_twice() -> None:
    busy = {"talk_s": 7200.0}
    caller = {
        "after_s": 5.0,
        "patience_1_s": 40.0,
        "patience_2_s": 50.0,
        "patience_3_s": 60.0,
        "again_after_s": 100.0,
        "u_again_1": 0.1,
        "u_again_2": 0.1,
        "u_again_3": 0.1,
    }
    record = rooms().meets(both(busy, caller))
    assert calls_of(record, 1) == [
        (LVS, LINE_116117, 5, np.inf, 45),
        (LVS, LINE_116117, 145, np.inf, 195),
        (LVS, LINE_116117, 295, np.inf, 355),
    ]
    assert record.courses.outcome[1] == LOST
    assert record.courses.ended_s[1] == START + 355


def test_who_gives_up_may_ring_113() -> None:
    caller = {
        "after_s": 5.0, "patience_1_s": 40.0, "urgency": RED, "u_again_1": 0.1,
        "u_need_113": 0.0, "interview_113_s": 20.0, "talk_113_s": 50.0,
    }  # fmt: skip
    record = rooms().meets(both({"talk_s": 7200.0}, caller))
    assert [row[:2] for row in calls_of(record, 1)] == [(LVS, LINE_116117), (AMK, LINE_113)]
    assert record.courses.notified_s[1] == START + 45
    assert record.courses.requested_s[1] == START + 45 + 20
    assert record.courses.outcome[1] == AMBULANCE
    assert work_of(record, "amk")[0] == (TALK, 45, 95, 1)


def test_the_answer_before_patience_ends_is_an_answer() -> None:
    """At the very second that the operator is free the caller gives up: only one of the two."""
    record = rooms().meets(both({"talk_s": 60.0}, {"patience_1_s": 60.0}))
    row = calls_of(record, 1)[0]
    assert (row[3] == 60) != (row[4] == 60)


def test_red_at_116117_is_a_conference_in_which_both_are_busy() -> None:
    caller = {
        "is_contact": True, "urgency": RED, "talk_s": 100.0, "conference_s": 40.0,
        "after_call_s": 20.0, "interview_113_s": 60.0,
    }  # fmt: skip
    other = {"line": LINE_113, "talk_113_s": 130.0, "after_s": 10.0}
    record = rooms().meets(both(caller, other))
    assert calls_of(record, 0)[1] == (AMK, LINE_HEALTH, 100, 140, np.inf), "113 was busy until 140"
    assert work_of(record, "lvs")[0] == (CONFERENCE, 0, 140 + 40 + 20, 0)
    assert work_of(record, "amk")[1] == (TALK, 140, 140 + 40 + 60, 0)
    assert record.courses.notified_s[0] == START + 100, "113 is notified when it rings there"
    assert record.courses.requested_s[0] == START + 180


def to_116117(**special: Any) -> dict[str, Any]:
    """Return a green 113 caller who belongs at 116117."""
    green = {"line": LINE_113, "is_contact": True, "urgency": GREEN, "u_need_113": 0.3}
    return {**green, "talk_113_s": 90.0, "conference_s": 30.0, "talk_s": 200.0, **special}


def test_113_hands_over_to_116117_as_a_conference_and_goes_first() -> None:
    busy = {"talk_s": 150.0}
    in_queue = {"talk_s": 10.0, "after_s": 20.0}
    record = rooms().meets(both(busy, in_queue, to_116117(after_s=30.0)))
    assert calls_of(record, 2) == [
        (AMK, LINE_113, 30, 30, np.inf),
        (LVS, LINE_HEALTH, 120, 150, np.inf),
    ]
    assert work_of(record, "amk") == [(CONFERENCE, 30, 180, 2)]
    assert work_of(record, "lvs")[1:] == [(TALK, 150, 380, 2), (TALK, 380, 390, 1)]


def test_two_rooms_never_wait_for_each_other() -> None:
    """One nurse rings 113 while its one operator waits for her: 113 answers, the caller waits."""
    nurse_has_red = {
        "is_contact": True, "urgency": RED, "talk_s": 100.0, "conference_s": 40.0,
        "interview_113_s": 60.0,
    }  # fmt: skip
    record = rooms().meets(both(nurse_has_red, to_116117()))
    assert work_of(record, "amk") == [(CONFERENCE, 0, 100, 1), (TALK, 100, 200, 0)]
    assert work_of(record, "lvs") == [(CONFERENCE, 0, 140, 0), (TALK, 140, 340, 1)]
    assert not np.isnan(record.courses.ended_s).any()


def test_113_answers_a_nurse_who_rang_before_it_would_ring_her() -> None:
    """The nurse rings 113 at 50 s; its operator, at 90 s, would pass a caller on to that nurse."""
    nurse_has_red = {
        "is_contact": True,
        "urgency": RED,
        "talk_s": 50.0,
        "conference_s": 40.0,
        "interview_113_s": 60.0,
    }
    record = rooms().meets(both(nurse_has_red, to_116117()))
    assert work_of(record, "amk") == [(CONFERENCE, 0, 90, 1), (TALK, 90, 190, 0)]
    assert work_of(record, "lvs") == [(CONFERENCE, 0, 130, 0), (TALK, 130, 330, 1)]


def test_an_operator_who_holds_a_caller_answers_113_when_it_rings() -> None:
    busy = {"talk_s": 7200.0}
    emergency = {"line": LINE_113, "after_s": 300.0, "talk_113_s": 50.0}
    record = rooms().meets(both(busy, to_116117(), emergency))
    assert calls_of(record, 2) == [(AMK, LINE_113, 300, 300, np.inf)]


def test_colleagues_go_first_at_113_and_the_public_in_turn() -> None:
    """The button for urgent help is on 116117: at 113 it moves nobody ahead."""
    talking = {"line": LINE_113, "talk_113_s": 100.0}
    first = {"line": LINE_113, "talk_113_s": 10.0, "after_s": 10.0}
    pressed = {**first, "after_s": 20.0, "urgent_button": True}
    nurse = {"is_contact": True, "urgency": RED, "talk_s": 30.0, "conference_s": 5.0}
    record = rooms().meets(both(talking, first, pressed, nurse))
    names = {0: "talking", 1: "nurse", 2: "first", 3: "pressed"}
    order = [names[row[3]] for row in work_of(record, "amk")]
    assert order == ["talking", "nurse", "first", "pressed"]


def test_a_neighbour_whose_113_is_answered_elsewhere_never_rings_here() -> None:
    change = {"control_rooms": {"amk": {"outside": []}}}
    world = small.world(small.organisation(change))
    record = world.meets(small.people([START], line=LINE_113, place=-1, outside=0))
    assert record.courses.outcome.tolist() == [NOT_PRESENT]
    assert len(record.calls.patient) == 0


def test_who_answers_two_numbers_lets_a_held_caller_go_for_either() -> None:
    """113's one operator answers alarms too, and holds one for the nurse, who rings 113 meanwhile.

    At 100 s the nurse waits for 113 and its operator for her: the alarm's user waits alone.
    """
    change = {
        "control_rooms": {
            "lvs": {"menu_s": {"value": 0.0}, "operators": {"evening": None}},
            "amk": {"operators": {"day": None}},
            "centre": room("alarm", municipalities=EVERYBODY, operators_of="amk"),
        }
    }
    world = small.world(small.organisation(change), region(1.2, "safety_alarms"))
    nurse_has_red = {
        "is_contact": True, "urgency": RED, "talk_s": 100.0, "conference_s": 40.0,
        "interview_113_s": 60.0,
    }  # fmt: skip
    alarm = {"line": LINE_ALARM, "u_alarm": 0.2, "alarm_talk_s": 50.0, "talk_s": 200.0}
    record = world.meets(both(nurse_has_red, alarm))
    assert work_of(record, "amk") == [
        (ALARM, 0, 50, 1),
        (CONFERENCE, 50, 100, 1),
        (TALK, 100, 200, 0),
    ]
    assert work_of(record, "lvs") == [(CONFERENCE, 0, 140, 0), (TALK, 140, 340, 1)]


def test_operators_of_a_back_up_let_go_of_callers_when_all_of_a_room_come_to_them() -> None:
    """At 16:00 113 goes down while a nurse waits there; the back-up's operator waits for her."""
    always = {"always": small.staff(1)}
    amk = room("113", municipalities=["island"], operators=always, dispatchers=always)
    rooms = {
        "lvs": {"menu_s": {"value": 0.0}, "operators": {"evening": None}},
        "amk": {
            "municipalities": ["town", "upper"],
            "operators": {"day": None},
            "back_up": "amk-far",
            "down": {"breakdown": {"days": "daily", "hours": "16:00-18:00"}},
        },
        "amk-far": amk,
    }
    world = small.world(small.organisation({"control_rooms": rooms}))
    down_s = small.at(16) - START
    at_113 = {"line": LINE_113, "talk_113_s": 9000.0, "after_s": down_s - 900}
    nurse_has_red = {
        "is_contact": True, "urgency": RED, "talk_s": 100.0, "conference_s": 40.0,
        "interview_113_s": 60.0, "after_s": down_s - 800,
    }  # fmt: skip
    island = world.plan.place_index["island"]
    far = to_116117(after_s=down_s - 750, place=island)
    record = world.meets(both(at_113, nurse_has_red, far))
    assert calls_of(record, 1)[1] == (AMK, LINE_HEALTH, down_s - 700, down_s, np.inf)
    assert work_of(record, "amk-far") == [
        (CONFERENCE, down_s - 750, down_s, 2), (TALK, down_s, down_s + 100, 1)
    ]  # fmt: skip
    assert not np.isnan(record.courses.ended_s).any()
