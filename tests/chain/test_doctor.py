"""The doctor from afar, by hand: in the control room, on video from nursing homes and crews."""

from __future__ import annotations

from typing import Any

import pytest

from akuttsim.records import (
    ADVICE,
    AMBULANCE,
    AVOIDED_CONVEYANCE,
    AVOIDED_NOTHING,
    AVOIDED_NURSING_HOME_VISIT,
    AVOIDED_VISIT,
    CLINIC,
    CONSULTATION,
    DOCTOR_PHONE,
    GREEN,
    HOME_VISIT,
    LINE_113,
    LINE_HEALTH,
    PHONE,
    RED,
    REVIEW,
    TALK,
    VIDEO,
    YELLOW,
    Patients,
)
from tests import small
from tests.chain.by_hand import (
    UPPER,
    in_need,
    meets,
    number,
    person,
    room,
    shares,
    sourced,
    takes,
    times,
    work,
    world,
)

ASKED, NOT_ASKED = 0.4, 0.6


def in_the_room(hours: str = "00:00-24:00", settles: float = 0.5, **parts: Any) -> small.World:
    """Return a doctor in the control room who reviews half of the visits, for five minutes."""
    doctor = {
        "team": "room-doctor",
        "reviews": shares(0.5, 0.5, 0.5),
        "settles": shares(settles, settles, settles),
        "review_min": takes(5),
    }
    team = {
        "title": "Room",
        "place": "hospital",
        "home_visits": False,
        "call_outs": False,
        "on_duty": {"evening": small.staff(1, hours)},
    }
    rooms = {"lvs": {"doctor": doctor, **parts.pop("lvs", {})}, **parts.pop("rooms", {})}
    return world(control_rooms=rooms, doctors={"room-doctor": team}, **parts)


@pytest.mark.parametrize("need", ["clinic", "home_visit"])
def test_a_visit_is_settled_on_the_phone(need: str) -> None:
    """The nurse is free when she has talked; the doctor reviews after that."""
    calls = [in_need(need, talk_s=60.0, u_reviewed=ASKED, u_settled=0.49), person(1.0, talk_s=9.0)]
    record = meets(in_the_room(), *calls)
    assert work(record, TALK) == [("lvs", 0, 60, 0), ("lvs", 60, 69, 1)]
    assert work(record, REVIEW) == [("room-doctor", 60, 360, 0)]
    assert record.courses.outcome.tolist() == [DOCTOR_PHONE, ADVICE]
    assert record.courses.avoided.tolist() == [AVOIDED_VISIT, AVOIDED_NOTHING]
    assert times(record.courses.ended_s) == [360, 69]
    assert times(record.courses.doctor_s) == [60, None]


def test_who_is_not_settled_goes_on_after_the_review() -> None:
    record = meets(in_the_room(), in_need("clinic", talk_s=60.0, u_reviewed=ASKED, u_settled=0.51))
    assert work(record, REVIEW) == [("room-doctor", 60, 360, 0)]
    assert record.courses.outcome.tolist() == [CLINIC]
    assert record.courses.avoided.tolist() == [AVOIDED_NOTHING]
    assert times(record.courses.left_home_s) == [360]


def test_the_share_that_is_not_reviewed_goes_straight_to_the_clinic() -> None:
    record = meets(in_the_room(), in_need("clinic", talk_s=60.0, u_reviewed=NOT_ASKED))
    assert work(record, REVIEW) == []
    assert times(record.courses.left_home_s) == [60]


def test_nobody_reviews_when_no_doctor_is_in_the_room() -> None:
    patient = in_need("clinic", talk_s=60.0, u_reviewed=ASKED, u_settled=0.0)
    record = meets(in_the_room("18:00-22:00"), patient)
    assert work(record, REVIEW) == []
    assert record.courses.outcome.tolist() == [CLINIC]


def test_who_is_to_be_reviewed_waits_for_a_busy_doctor_by_urgency() -> None:
    seconds = {"talk_s": 0.0, "u_reviewed": ASKED, "u_settled": 0.0}
    people = [in_need("clinic", n, **seconds, urgency=u) for n, u in enumerate((GREEN,) * 2)]
    yellow = person(2.0, is_contact=True, urgency=YELLOW, u_need=0.5, **seconds)
    record = meets(in_the_room(), *people, yellow)
    assert [row[3] for row in work(record, REVIEW)] == [0, 2, 1]
    assert times(record.courses.ended_s) == [300, 900, 600]


@pytest.mark.parametrize(
    ("hours", "team"), [("00:00-24:00", "room-doctor"), ("18:00-22:00", "duty-doctor")]
)
def test_calls_from_the_doctor_come_from_the_room_when_one_is_there(hours: str, team: str) -> None:
    record = meets(in_the_room(hours), in_need("doctor_phone", talk_s=60.0, doctor_phone_s=90.0))
    assert work(record, PHONE) == [(team, 60, 150, 0)]


def test_a_neighbour_who_takes_the_call_has_no_doctor_in_the_room() -> None:
    lvs = {"municipalities": ["town"], "overflow": {"to": "next", "queue_longer_than": number(0)}}
    world = in_the_room(lvs=lvs, rooms={"next": room("upper", "island")})
    seconds = {"talk_s": 60.0, "u_reviewed": ASKED, "u_settled": 0.0}
    record = meets(world, in_need("clinic", **seconds), in_need("clinic", 10.0, **seconds))
    assert record.courses.outcome.tolist() == [DOCTOR_PHONE, CLINIC]


def video(waits_min: float = 2.0) -> dict[str, Any]:
    """Return video to the doctor for half of the cases, ten minutes each; half may stay."""
    return {
        "share": number(0.5),
        "talk_min": takes(10),
        "waits_at_most_min": number(waits_min),
        "spared": number(0.5),
    }


def nursing_home(after_s: float = 0.0, **columns: Any) -> Patients:
    usual = {"line": LINE_HEALTH, "talk_s": 60.0, "u_nursing_home_video": ASKED}
    return in_need("clinic", after_s, **{**usual, **columns})


def from_nursing_homes(**parts: Any) -> small.World:
    return world(doctor_video={"from_nursing_home": video()}, **parts)


def test_a_resident_who_is_shown_to_the_doctor_may_stay() -> None:
    record = meets(from_nursing_homes(), nursing_home(u_stays_in_nursing_home=0.49))
    assert work(record, VIDEO) == [("duty-doctor", 60, 660, 0)]
    assert record.courses.outcome.tolist() == [DOCTOR_PHONE]
    assert record.courses.avoided.tolist() == [AVOIDED_NURSING_HOME_VISIT]


def test_a_resident_who_may_not_stay_goes_after_the_video() -> None:
    record = meets(from_nursing_homes(), nursing_home(u_stays_in_nursing_home=0.51))
    assert record.courses.outcome.tolist() == [CLINIC]
    assert times(record.courses.left_home_s) == [660]


@pytest.mark.parametrize(
    ("busy_until", "shown"), [(179.0, [("duty-doctor", 179, 779, 1)]), (181.0, [])]
)
def test_a_nursing_home_waits_for_the_doctor_only_so_long(busy_until: float, shown: Any) -> None:
    """Asked at 60 s and waited for until 180 s; then the resident leaves as before."""
    busy = in_need("doctor_phone", -10.0, doctor_phone_s=busy_until + 10)
    resident = nursing_home(u_stays_in_nursing_home=0.9)
    record = meets(from_nursing_homes(), busy, resident)
    assert work(record, VIDEO) == shown
    assert times(record.courses.left_home_s)[1] == (779 if shown else 180)


@pytest.mark.parametrize(
    "columns", [{"line": 0}, {"u_nursing_home_video": NOT_ASKED}, {"u_need": 0.99}]
)
def test_only_visits_of_health_personnels_calls_are_shown(columns: Any) -> None:
    record = meets(from_nursing_homes(), nursing_home(u_stays_in_nursing_home=0.0, **columns))
    assert work(record, VIDEO) == []


def mission(after_s: float = 0.0, **columns: Any) -> Patients:
    """Return a yellow 113 call from the hospital's own street; on scene for 1000 s."""
    usual = {
        "line": LINE_113, "is_contact": True, "urgency": YELLOW, "u_need_113": 0.0,
        "on_scene_s": 1000.0, "u_crew_video": ASKED, "u_conveyed": 0.9, "u_mobilisation": 0.5,
    }  # fmt: skip
    return person(after_s, **{**usual, **columns})


def from_crews(**parts: Any) -> small.World:
    return world(doctor_video={"from_ambulance": video()}, **parts)


SCENE_S = 120.0
"""The median mobilisation to a yellow mission, with no drive."""


def test_the_crew_shows_the_patient_who_may_then_stay_at_home() -> None:
    record = meets(from_crews(), mission(u_stays_home=0.49))
    shown = (SCENE_S + 1000, SCENE_S + 1600)
    assert work(record, VIDEO) == [("duty-doctor", *shown, 0)]
    assert times(record.courses.on_scene_s) == [SCENE_S]
    assert times(record.courses.left_scene_s) == times(record.courses.free_s) == [shown[1]]
    assert record.courses.outcome.tolist() == [AMBULANCE]
    assert record.courses.avoided.tolist() == [AVOIDED_CONVEYANCE]
    assert times(record.courses.at_hospital_s) == [None]


def test_who_may_not_stay_is_conveyed_after_the_video() -> None:
    record = meets(from_crews(), mission(u_stays_home=0.51))
    assert times(record.courses.left_scene_s) == [SCENE_S + 1600]
    assert times(record.courses.at_hospital_s) == [SCENE_S + 1600]
    assert record.courses.avoided.tolist() == [AVOIDED_NOTHING]


@pytest.mark.parametrize(
    "columns", [{"urgency": RED}, {"u_crew_video": NOT_ASKED}, {"u_conveyed": 0.0}]
)
def test_nobody_is_shown_who_is_red_or_stays_anyway(columns: Any) -> None:
    record = meets(from_crews(), mission(u_stays_home=0.0, **columns))
    assert work(record, VIDEO) == []
    assert record.courses.avoided.tolist() == [AVOIDED_NOTHING]
    assert record.courses.left_scene_s[0] - record.courses.on_scene_s[0] == 1000


def test_the_crew_waits_for_the_doctor_only_so_long() -> None:
    busy = in_need("doctor_phone", doctor_phone_s=5000.0)
    record = meets(from_crews(), busy, mission(u_stays_home=0.0))
    assert times(record.courses.left_scene_s)[1] == SCENE_S + 1000 + 120
    assert work(record, VIDEO) == []


def test_a_home_visit_too_far_away_is_made_at_the_clinic() -> None:
    near = meets(world(), in_need("home_visit", home_visit_s=600.0))
    assert near.courses.outcome.tolist() == [HOME_VISIT]
    limit = {"max_drive_min": sourced(value=20)}
    far = meets(world(home_visits=limit), in_need("home_visit", place=UPPER, consultation_s=60.0))
    assert far.courses.outcome.tolist() == [CLINIC]
    assert len(work(far, CONSULTATION)) == 1
