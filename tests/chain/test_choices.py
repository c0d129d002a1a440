"""What an organisation's choices make of each patient, and that what is off costs nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from akuttsim.chain.optional_care import (
    CONSULTS_ON_SCREEN,
    WALKS_IN,
    OptionalCare,
    optional_duration_s,
)
from akuttsim.chain.patient_view import view_patients
from akuttsim.config.schema.values import Duration
from akuttsim.records import GREEN, LINE_113, LINE_116117, LINE_HEALTH, RED, YELLOW, Patients
from akuttsim.units import TICKS_PER_S
from tests import small
from tests.chain.by_hand import UPPER, in_need, number, person, room, shares, sourced, takes, world

HALF = shares(0.5, 0.5, 0.5)
PERIOD = {"days": "daily", "hours": "00:00-24:00"}
VIDEO = {"share": number(0.5), "talk_min": takes(10), "waits_at_most_min": number(2),
         "spared": number(0.5)}  # fmt: skip
TEAM = {"title": "Room", "place": "hospital", "home_visits": False, "call_outs": False,
        "on_duty": {"always": small.staff(1)}}  # fmt: skip

SWITCHES: dict[str, tuple[Any, set[str]]] = {
    "callback": (
        {"control_rooms": {"lvs": {"callback": {
            "queue_longer_than": sourced(value=0), "share": number(0.5), "dial_s": takes(20),
            "not_reached": number(0.5)}}}},
        {"callback", "dial_s", "reached"},
    ),
    "doctor in the room": (
        {"control_rooms": {"lvs": {"doctor": {
            "team": "room-doctor", "reviews": HALF, "settles": HALF, "review_min": takes(5)}}},
         "doctors": {"room-doctor": TEAM}},
        {"asks_doctor", "review_s", "settled"},
    ),
    "video from nursing homes": (
        {"doctor_video": {"from_nursing_home": VIDEO}},
        {"asks_doctor", "nursing_home_video_s", "stays_in_nursing_home"},
    ),
    "video from ambulances": (
        {"doctor_video": {"from_ambulance": VIDEO}}, {"crew_video_s", "stays_home"}
    ),
    "doctor in 113's call": (
        {"emergency_calls": {"doctor_conference": {
            "share": HALF, "talk_s": takes(60), "waits_at_most_s": number(30), "spared": HALF}}},
        {"doctor_conference_s", "spared"},
    ),
    "triple alert": (
        {"emergency_calls": {"triple_alert": {"share": HALF, "extra_s": takes(60)}}},
        {"triple_alert_s"},
    ),
    "triage at the door": (
        {"clinic_care": {"door_triage": {"triage_min": takes(2)}}}, {"door_triage_s"}
    ),
    "tests": (
        {"clinic_care": {"tests": {"share": HALF, "wait_min": takes(30), "result_min": takes(3)}}},
        {"tests_s", "result_s"},
    ),
    "observation": (
        {"clinic_care": {"observation": {
            "share": HALF, "stay_min": takes(90), "result_min": takes(3)}}},
        {"observation_s", "observed_result_s"},
    ),
    "e-consultation": (
        {"e_consultation": {"share": number(0.5), "open": {"daily": PERIOD},
                            "consultation_min": takes(10), "sent_on": number(0.5)}},
        {"e_consultation_s", "e_sent_on"},
    ),
    "walk-ins": ({"walk_ins": {"share": number(0.5)}}, set()),
    "picking up": ({"control_rooms": {"amk": {"pick_up_s": takes(5)}}}, {"pick_up_s"}),
    "113 rings back": (
        {"control_rooms": {"amk": {"rings_back": {
            "dial_s": takes(15), "not_reached": number(0.3)}}}},
        {"ring_back_s", "rung_back"},
    ),
    "home duty": (
        {"doctors": {"duty-doctor": {
            "on_duty": {"always": {"duty": "home"}},
            "home_duty": {"comes_in_min": takes(20), "called": "when_sent"}}}},
        {"comes_in_s"},
    ),
    "the doctor's reaction time": (
        {"call_outs": {"reaction": {"day_min": takes(5), "night_min": takes(10)}}},
        {"doctor_reaction_s"},
    ),
}  # fmt: skip
EACH_HIS_OWN = {"begins", "judged_at_door"}


def made(patients: Patients, **changes: Any) -> OptionalCare:
    return view_patients(world(**changes).plan, patients).optional


def in_use(choices: OptionalCare) -> set[str]:
    """Return the columns that are lists of their own; what is off shares one list.

    What depends on which unit it is has a list for each unit, and an empty one where it is off.
    """
    columns = {field.name: getattr(choices, field.name) for field in fields(OptionalCare)}
    by_unit = {name: column for name, column in columns.items() if isinstance(column, tuple)}
    used = Counter(id(column) for column in columns.values())
    alone = {name for name in columns.keys() - by_unit.keys() if used[id(columns[name])] == 1}
    return alone | {name for name, column in by_unit.items() if any(column)}


@pytest.fixture(scope="module")
def sample() -> Patients:
    return world().sample(3)


def test_what_is_off_shares_one_list_of_noughts_and_one_of_noes(sample: Patients) -> None:
    choices = made(sample)
    assert in_use(choices) == EACH_HIS_OWN
    off = [
        getattr(choices, field.name)
        for field in fields(OptionalCare)
        if field.name not in EACH_HIS_OWN
    ]
    lists = {id(column) for column in off if isinstance(column, list)}
    assert len(lists) == 2, "what depends on which unit it is has no list at all"
    assert not any(any(column) for column in off)
    assert choices.begins == sample.line.tolist()
    assert choices.judged_at_door == sample.urgency.tolist()


@pytest.mark.parametrize("name", SWITCHES)
def test_each_choice_makes_its_own_columns_and_no_others(name: str, sample: Patients) -> None:
    changes, columns = SWITCHES[name]
    choices = made(sample, **changes)
    assert in_use(choices) == EACH_HIS_OWN | columns
    for column in columns:
        assert any(getattr(choices, column)), "it happens to somebody"


def test_what_is_off_makes_no_events() -> None:
    """Advice on the phone: the patient begins, the talk ends, the nurse is free. Three events."""
    at = world()
    nobody = at.meets(small.people([])).events
    people = [small.at(12) + 1000.0 * n for n in range(50)]
    record = at.meets(small.people(people, talk_s=100.0, after_call_s=10.0))
    assert record.events - nobody == 3 * 50


def test_a_clinic_visit_makes_as_many_events_as_steps() -> None:
    """Begin, talk, nurse free, the way, the nurse at the clinic, the doctor: six."""
    at = world()
    nobody = at.meets(small.people([])).events
    patient = in_need("clinic", talk_s=60.0, nurse_s=60.0, consultation_s=60.0)
    assert at.meets(patient).events - nobody == 6


def test_durations_are_whole_ticks_of_at_least_one_where_something_is_done() -> None:
    exponential = Duration.model_validate(sourced(exponential={"mean": 1.0}))
    asked = np.array([True, False, True])
    seconds = optional_duration_s(asked, exponential, np.array([0.0, 0.5, 1 - np.exp(-2.0)]))
    assert seconds[0] == 1 / TICKS_PER_S, "done in no time is still done"
    assert seconds[1] == 0, "not done"
    assert seconds[2] == pytest.approx(120.0, abs=1 / TICKS_PER_S)
    assert np.array_equal(seconds * TICKS_PER_S, np.rint(seconds * TICKS_PER_S))


@pytest.mark.parametrize("urgency", [RED, YELLOW, GREEN])
def test_shares_are_of_the_true_urgency_and_the_lowest_uniforms(urgency: int) -> None:
    share = [0.2, 0.4, 0.6]
    triple = {"triple_alert": {"share": shares(*share), "extra_s": takes(60)}}
    u = [share[urgency] - 1e-9, share[urgency]]
    patients = small.people([0.0, 0.0], urgency=urgency, u_triple_alert=u, line=LINE_113)
    assert list(made(patients, emergency_calls=triple).triple_alert_s) == [60, 0]


def test_each_room_rings_its_own_callers_up() -> None:
    changes = {
        "lvs": {**SWITCHES["callback"][0]["control_rooms"]["lvs"], "municipalities": ["town"]},
        "next": room("upper", "island"),
    }
    patients = small.people([0.0, 0.0], u_callback=0.0, place=[0, UPPER])
    choices = made(patients, control_rooms=changes)
    assert list(choices.callback) == [True, False]
    assert list(choices.dial_s) == [20, 0]


def test_nobody_on_the_health_line_is_rung_up() -> None:
    patients = small.people([0.0, 0.0], u_callback=0.0, line=[LINE_116117, LINE_HEALTH])
    assert list(made(patients, **SWITCHES["callback"][0]).callback) == [True, False]


def test_who_would_come_on_screen_does_so_rather_than_to_the_door() -> None:
    both = {**SWITCHES["walk-ins"][0], **SWITCHES["e-consultation"][0]}
    columns = {"is_contact": True, "u_walk_in": 0.4, "u_e_consultation": 0.4}
    patients = small.people([small.at(12)] * 2, urgency=[GREEN, YELLOW], **columns)
    assert made(patients, **both).begins == [CONSULTS_ON_SCREEN, WALKS_IN]


def test_a_doctor_is_asked_where_either_way_asks() -> None:
    both = {**SWITCHES["video from nursing homes"][0], **SWITCHES["doctor in the room"][0]}
    tables = [
        in_need("clinic", n, line=LINE_HEALTH, u_nursing_home_video=video, u_reviewed=review)
        for n, (video, review) in enumerate([(0.4, 0.4), (0.4, 0.6), (0.6, 0.4), (0.6, 0.6)])
    ]
    choices = made(small.concatenated(*tables, person(9.0, u_reviewed=0.0)), **both)
    assert list(choices.asks_doctor) == [True, True, True, False, False]
