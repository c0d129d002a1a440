"""A neighbour district's callers by hand: their talk is ours, and what follows is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from akuttsim.records import (
    ADVICE,
    CAME,
    CLINIC,
    CONFERENCE,
    GREEN,
    LINE_113,
    LINE_116117,
    LINE_HEALTH,
    LOST,
    NOT_PRESENT,
    OUTSIDE,
    RANG_113_INSTEAD,
    RED,
    TALK,
    Record,
)
from tests import small
from tests.chain.by_hand import (
    CENTRE,
    UPPER,
    in_need,
    meets,
    number,
    person,
    room,
    times,
    work,
    world,
)

THEIRS: dict[str, Any] = {"place": -1, "outside": 0}
TALKS = {"talk_s": 100.0, "after_call_s": 30.0}


def regional(lvs: Mapping[str, Any] = {}, **changes: Any) -> small.World:
    """Return the simple district, whose 116117 answers for the neighbour too."""
    rooms = {"lvs": {"outside": ["neighbour"], **lvs}, **changes.pop("control_rooms", {})}
    return world(control_rooms=rooms, **changes)


def answered(record: Record) -> list[float | None]:
    return times(record.calls.answered_s)


@pytest.mark.parametrize("need", ["clinic", "home_visit", "doctor_phone"])
def test_a_neighbour_takes_talk_and_notes_and_leaves_for_other_care(need: str) -> None:
    record = meets(regional(), in_need(need, **THEIRS, **TALKS))
    assert work(record, TALK) == [("lvs", 0, 130, 0)]
    assert record.courses.outcome.tolist() == [OUTSIDE]
    assert times(record.courses.ended_s) == [100]
    assert len(record.activities.unit) == 1
    assert np.isnan(record.courses.doctor_asked_s[0]) and record.courses.clinic[0] == -1


def test_our_own_wait_for_a_neighbour_who_rang_first() -> None:
    ours = in_need("clinic", 10.0, **TALKS)
    record = meets(regional(), in_need("clinic", **THEIRS, **TALKS), ours)
    assert answered(record) == [0, 130]
    assert record.courses.outcome.tolist() == [OUTSIDE, CLINIC]


def test_with_red_the_nurse_stays_as_long_as_a_conference_takes_and_113_hears_nothing() -> None:
    red = in_need("clinic", urgency=RED, conference_s=25.0, **THEIRS, **TALKS)
    record = meets(regional(), red)
    assert work(record, CONFERENCE) == [("lvs", 0, 155, 0)]
    assert work(record, TALK) == [] and len(record.calls.patient) == 1
    assert np.isnan(record.courses.notified_s[0])


def test_a_neighbour_is_as_patient_as_others_and_rings_again() -> None:
    """Gives up after 40 s, rings again 60 s later, and is then answered."""
    first = in_need("clinic", talk_s=90.0)
    again = {"patience_1_s": 40.0, "u_again_1": 0.1, "again_after_s": 60.0}
    record = meets(regional(), first, person(5.0, urgency=GREEN, **again, **THEIRS))
    assert times(record.calls.rang_s) == [0, 5, 105]
    assert times(record.calls.left_s)[1] == 45
    assert answered(record) == [0, None, 105]
    lost = person(5.0, patience_1_s=40.0, **THEIRS)
    assert meets(regional(), first, lost).courses.outcome[1] == LOST


def rings_113_instead() -> Any:
    return person(5.0, urgency=RED, patience_1_s=40.0, u_again_1=0.0, u_need_113=0.999, **THEIRS)


def test_who_hangs_up_may_ring_113_where_a_room_here_answers_for_the_district() -> None:
    record = meets(regional(), in_need("clinic", talk_s=90.0), rings_113_instead())
    assert record.calls.line.tolist()[-1] == LINE_113
    assert record.courses.outcome[1] == ADVICE


def test_who_hangs_up_may_ring_113_outside_the_model() -> None:
    at = regional(control_rooms={"amk": {"outside": []}})
    record = meets(at, in_need("clinic", talk_s=90.0), rings_113_instead())
    assert len(record.calls.patient) == 2
    assert record.courses.outcome[1] == OUTSIDE


def test_who_belongs_at_116117_is_passed_on_from_113_to_the_room_that_answers() -> None:
    """113's operator lets go at once, here as where another room answers for the district."""
    asks = person(line=LINE_113, urgency=GREEN, u_need_113=0.5, talk_113_s=50.0, **THEIRS, **TALKS)
    ways = [meets(at, asks) for at in (regional(), world())]
    assert [work(record, TALK)[0] for record in ways] == [("amk", 0, 50, 0)] * 2
    assert work(ways[0], TALK)[1:] == [("lvs", 50, 180, 0)] and not work(ways[1], TALK)[1:]
    assert ways[0].calls.line.tolist() == [LINE_113, LINE_HEALTH]
    assert [record.courses.outcome[0] for record in ways] == [OUTSIDE, ADVICE]


@pytest.mark.parametrize("line", [LINE_116117, LINE_HEALTH])
def test_where_another_room_answers_for_the_district_nobody_of_it_rings(line: int) -> None:
    record = meets(world(), person(line=line, **THEIRS), person(5.0))
    assert record.courses.outcome.tolist() == [NOT_PRESENT, ADVICE]
    assert record.calls.patient.tolist() == [1]


def test_each_number_has_a_room_of_its_own_for_the_district() -> None:
    """The neighbour's 113 is answered elsewhere, its 116117 here."""
    at = regional(control_rooms={"amk": {"outside": []}})
    record = meets(at, person(line=LINE_113, **THEIRS), person(5.0, **THEIRS))
    assert record.courses.outcome.tolist() == [NOT_PRESENT, OUTSIDE]


def test_the_room_treats_a_neighbour_as_its_own() -> None:
    """Menu, video that takes time, and being rung up are the room's, whoever calls."""
    lvs = {
        "menu_s": {"value": 20.0},
        "video": {"share": number(1.0), "extra_min": {"constant": 1.0, **small.MADE_UP}},
        "callback": {"queue_longer_than": number(0), "share": number(1.0), "not_reached": number(0),
                     "dial_s": {"constant": 15.0, **small.MADE_UP}},
    }  # fmt: skip
    calls = {"is_contact": True, "talk_s": 100.0, "u_callback": 0.0}
    for where in (THEIRS, {"place": CENTRE}):
        some = [person(after, **where, **calls) for after in (0, 10, 20)]
        record = meets(regional(lvs), *some)
        assert work(record, TALK)[0] == ("lvs", 20, 180, 0)
        assert record.calls.called_back.tolist() == [False, False, True]


def test_health_personnel_of_the_district_go_first_by_the_rooms_rule() -> None:
    busy, public = in_need("clinic", talk_s=100.0), person(10.0, talk_s=50.0)
    nurse = person(20.0, line=LINE_HEALTH, talk_s=50.0, **THEIRS)
    assert answered(meets(regional(), busy, public, nurse)) == [0, 150, 100]
    in_turn = regional({"health_line": "in_turn"})
    assert answered(meets(in_turn, busy, public, nurse)) == [0, 100, 150]


def test_an_overflow_takes_neighbours_too() -> None:
    at_once = {"to": "next", "queue_longer_than": number(0)}
    lvs = {"municipalities": ["town", "upper"], "overflow": at_once}
    at = regional(lvs, control_rooms={"next": room("island")})
    both = [person(after, talk_s=100.0, **THEIRS) for after in (0, 10)]
    record = meets(at, *both)
    names = list(at.plan.organisation.control_rooms)
    assert [names[each] for each in record.calls.answered_by] == ["lvs", "next"]


def test_a_neighbour_does_not_come_to_our_door_or_screen() -> None:
    """They have doors and screens of their own."""
    screen = {
        "share": number(1.0),
        "open": {"all": {"days": "daily", "hours": "00:00-24:00"}},
        "consultation_min": {"constant": 9.0, **small.MADE_UP},
        "sent_on": number(0.0),
    }
    for at in (regional(walk_ins={"share": number(1.0)}), regional(e_consultation=screen)):
        there = in_need("clinic", u_walk_in=0.0, u_e_consultation=0.0, **THEIRS)
        assert len(meets(at, there).calls.patient) == 1


def test_neighbours_do_not_fall_with_the_distance_to_our_clinics() -> None:
    """Their own clinics are not known here, so that the published rate holds."""
    rates = {f"{kind}_per_km": number(0.02) for kind in ("consultation", "home_visit", "red")}
    where = small.region({"demand": {"distance_decay": {**rates, "reference_km": number(9.0)}}})
    at = world(where, control_rooms={"lvs": {"outside": ["neighbour"]}})
    far = {"u_present": 0.9999, "urgency": RED}
    record = meets(at, in_need("clinic", **far, **THEIRS), in_need("clinic", place=UPPER, **far))
    assert record.courses.outcome.tolist()[0] == OUTSIDE
    assert record.courses.instead.tolist() == [CAME, RANG_113_INSTEAD]


def test_who_is_drawn_for_nobody_changes_nothing() -> None:
    """Another organisation may have them drawn: those who meet this one are the same."""
    at = small.world()
    own, everybody = (
        small.sample_patients(at.plan.region, at.plan.days, 1, 0, districts)
        for districts in ((), ("neighbour",))
    )
    assert len(everybody) > len(own)
    one, other = at.meets(own), at.meets(everybody)
    assert one.events == other.events
    assert small.same(
        one.activities, small.changed(other.activities, patient=one.activities.patient)
    )
    present = other.courses.outcome != NOT_PRESENT
    for name, column in vars(one.courses).items():
        met = column[one.courses.outcome != NOT_PRESENT]
        np.testing.assert_array_equal(met, getattr(other.courses, name)[present], name)


def test_indicators_are_the_same_whether_the_absent_are_drawn_or_not() -> None:
    at = small.world()
    drawn = small.sample_patients(at.plan.region, at.plan.days, 1, 0, ("neighbour",))
    assert list(map(repr, at.measured(at.sample(1)))) == list(map(repr, at.measured(drawn)))


def test_the_room_with_a_neighbour_more_has_longer_waits() -> None:
    """Expected: the same operators, half as many calls more: everybody's mean wait grows."""
    two = {"evening": None, "always": small.staff(2)}
    waits = []
    for outside in ([], ["neighbour"]):
        lvs = {"outside": outside, "operators": two}
        at = small.world(small.organisation({"control_rooms": {"lvs": lvs}}))
        calls = at.meets(at.sample(21)).calls
        mine = calls.room == 0
        waits.append(
            float(np.nanmean((np.fmin(calls.answered_s, calls.left_s) - calls.rang_s)[mine]))
        )
    assert waits[1] > 1.2 * waits[0]
