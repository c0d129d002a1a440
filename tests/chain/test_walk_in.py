"""Walk-ins by hand: to the door without ringing, where a clinic with a doctor is open."""

from __future__ import annotations

from typing import Any

import pytest

from akuttsim.records import (
    ADVICE,
    CLINIC,
    CONSULTATION,
    DOOR_TRIAGE,
    GREEN,
    LINE_HEALTH,
    NURSE,
    TALK,
    YELLOW,
    Patients,
)
from tests import small
from tests.chain.by_hand import CENTRE, in_need, meets, number, takes, times, work, world

WALKS, RINGS = 0.2, 0.4


def walk_ins(*care: str, **parts: Any) -> small.World:
    """Return the district where three in ten come without ringing."""
    triage = {"door_triage": {"triage_min": takes(2)}} if care else {}
    clinics = {"legevakt": {"care": list(care)}, **parts.pop("clinics", {})}
    return world(walk_ins={"share": number(0.3)}, clinic_care=triage, clinics=clinics, **parts)


def patient(after_s: float = 0.0, **columns: Any) -> Patients:
    usual = {
        "u_walk_in": WALKS, "place": CENTRE, "talk_s": 60.0, "preparation_s": 900.0,
        "nurse_s": 100.0, "consultation_s": 300.0,
    }  # fmt: skip
    return in_need("clinic", after_s, **{**usual, **columns})


def test_a_walk_in_drives_at_once_and_rings_nobody() -> None:
    at = walk_ins()
    drive_s = at.drive_s("centre", "hospital")
    record = meets(at, patient())
    assert len(record.calls.patient) == 0
    assert record.courses.walk_in.tolist() == [True]
    assert times(record.courses.left_home_s) == [0]
    assert times(record.courses.at_clinic_s) == [drive_s]
    assert times(record.courses.doctor_s) == [drive_s + 100]
    assert record.courses.travel_s.tolist() == [drive_s]
    assert record.courses.outcome.tolist() == [CLINIC]


@pytest.mark.parametrize(
    "columns", [{"u_walk_in": RINGS}, {"line": LINE_HEALTH}, {"is_contact": False}]
)
def test_others_ring_first(columns: Any) -> None:
    record = meets(walk_ins(), patient(**columns))
    assert record.courses.walk_in.tolist() == [False]
    assert len(work(record, TALK)) == 1


def test_a_walk_in_is_judged_at_the_door_as_urgent_as_is_true() -> None:
    """Under-triage is of the phone: who would have been judged green is yellow at the door."""
    truly_yellow = {"urgency": YELLOW, "u_misjudged": 0.0}
    walks, rings = (meets(walk_ins(), patient(u_walk_in=u, **truly_yellow)) for u in (WALKS, RINGS))
    assert walks.courses.judged.tolist() == [YELLOW]
    assert rings.courses.judged.tolist() == [GREEN]


def test_who_needs_advice_gets_it_from_the_nurse_who_judges_at_the_door() -> None:
    at = walk_ins("door_triage")
    arrives = at.drive_s("centre", "hospital")
    record = meets(at, patient(u_need=0.99))
    assert record.courses.outcome.tolist() == [ADVICE]
    assert work(record, DOOR_TRIAGE) == [("legevakt", arrives, arrives + 120, 0)]
    assert work(record, NURSE, CONSULTATION) == []
    assert times(record.courses.left_clinic_s) == [arrives + 120]


def test_without_triage_at_the_door_the_doctor_sees_everybody_who_comes() -> None:
    record = meets(walk_ins(), patient(u_need=0.99))
    assert record.courses.outcome.tolist() == [CLINIC]
    assert len(work(record, CONSULTATION)) == 1


def test_when_no_clinic_with_a_doctor_is_open_people_ring() -> None:
    """Open from 14:00: who would walk in at noon rings, and is asked to come when it opens."""
    hours = {"days": "daily", "hours": "14:00-08:00", "municipalities": ["town"]}
    at = walk_ins(clinics={"legevakt": {"open": {"always": None, "night": hours}}})
    early, late = patient(), patient(2 * 3600.0)
    record = meets(at, early, late)
    assert record.courses.walk_in.tolist() == [False, True]
    assert record.calls.patient.tolist() == [0]
    assert work(record, TALK) == [("lvs", 0, 60, 0)]
