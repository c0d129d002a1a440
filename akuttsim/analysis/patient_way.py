"""A patient's way from ring to care as events in order of time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np

from akuttsim.analysis.observed import Observed
from akuttsim.records import (
    ALARM,
    CALL_OUT,
    CONSULTATION,
    DOCTOR_CONFERENCE,
    E_CONSULT,
    NURSE_OUT,
    PHONE,
    RESULT,
    REVIEW,
    SUPPORT,
    TALK,
    VIDEO,
    VISIT,
)

EVENTS = (
    "falls_ill",
    "rings",
    "answered",
    "rung_back",
    "hangs_up",
    "call_ends",
    "ambulance_asked",
    "crew_alerted",
    "crew_rolls",
    "crew_arrives",
    "crew_leaves",
    "at_hospital",
    "handed_over",
    "crew_free",
    "doctor_goes_out",
    "visit_begins",
    "doctor_arrives",
    "nurse_goes_out",
    "nurse_arrives",
    "responder_arrives",
    "support_goes_out",
    "support_arrives",
    "leaves_home",
    "at_clinic",
    "nurse_sees",
    "doctor_phones",
    "doctor_on_video",
    "doctor_sees",
    "doctor_visits",
    "leaves_clinic",
    "ends",
)
"""What may happen to a patient; the code is the position."""

CODE = {name: code for code, name in enumerate(EVENTS)}


class Event(NamedTuple):
    """What happened when; `of` is the control room, clinic or unit that it is about, or -1."""

    code: int
    time_s: float
    of: int


_OF_COURSE = {
    "ambulance_asked": "requested_s",
    "crew_leaves": "left_scene_s",
    "at_hospital": "at_hospital_s",
    "handed_over": "handover_began_s",
    "doctor_arrives": "doctor_on_scene_s",
    "nurse_arrives": "nurse_on_scene_s",
    "responder_arrives": "responder_s",
    "leaves_home": "left_home_s",
    "nurse_sees": "nurse_s",
    "leaves_clinic": "left_clinic_s",
    "ends": "ended_s",
}
"""Events whose time a column of the course tells."""

_OF_CREW = {
    "crew_alerted": "alerted_s",
    "crew_rolls": "rolling_s",
    "crew_arrives": "on_scene_s",
    "crew_free": "free_s",
}

_BEGUN_BY = {
    CALL_OUT: "doctor_goes_out",
    NURSE_OUT: "nurse_goes_out",
    SUPPORT: "support_goes_out",
    PHONE: "doctor_phones",
    REVIEW: "doctor_phones",
    DOCTOR_CONFERENCE: "doctor_phones",
    VIDEO: "doctor_on_video",
    E_CONSULT: "doctor_on_video",
    CONSULTATION: "doctor_sees",
    RESULT: "doctor_sees",
}
"""Events at which an activity for the patient begins."""


def events_of(seen: Observed, patients: list[int], vehicles: range) -> list[list[Event]]:
    """Return the events of each of these patients in order of time.

    `vehicles` are the rows of the ambulances; the supports' come right after them.
    """
    found = {patient: [*_of_course(seen, patient, vehicles)] for patient in patients}
    for patient, event in [*_of_calls(seen, found.keys()), *_of_activities(seen, found.keys())]:
        found[patient].append(event)
    return [
        sorted(found[patient], key=lambda event: (event.time_s, event.code)) for patient in patients
    ]


def _event(name: str, time_s: float, of: int = -1) -> Event:
    return Event(CODE[name], float(time_s), of)


def _of_course(seen: Observed, patient: int, vehicles: range) -> Iterator[Event]:
    course = seen.record.courses
    crew = int(course.crew[patient])
    unit = vehicles[crew] if crew >= 0 else -1
    events = [_event("falls_ill", seen.patients.time_s[patient])]
    events += [_event(name, getattr(course, of)[patient]) for name, of in _OF_COURSE.items()]
    events += [_event(name, getattr(course, of)[patient], unit) for name, of in _OF_CREW.items()]
    events.append(_event("at_clinic", course.at_clinic_s[patient], int(course.clinic[patient])))
    number = int(course.support[patient])
    support = vehicles.stop + number if number >= 0 else -1
    events.append(_event("support_arrives", course.support_s[patient], support))
    return (event for event in events if event.time_s == event.time_s)


def _of_calls(seen: Observed, wanted: Collection[int]) -> Iterator[tuple[int, Event]]:
    calls = seen.record.calls
    for row in np.flatnonzero(np.isin(calls.patient, list(wanted))):
        patient, room = int(calls.patient[row]), int(calls.room[row])
        yield patient, _event("rings", calls.rang_s[row], room)
        if calls.answered_s[row] == calls.answered_s[row]:
            name = "rung_back" if calls.called_back[row] else "answered"
            yield patient, _event(name, calls.answered_s[row], int(calls.answered_by[row]))
        if calls.left_s[row] == calls.left_s[row]:
            yield patient, _event("hangs_up", calls.left_s[row], room)


def _of_activities(seen: Observed, wanted: Collection[int]) -> Iterator[tuple[int, Event]]:
    did = seen.record.activities
    for row in np.flatnonzero(np.isin(did.patient, list(wanted))):
        kind, unit, patient = (int(each[row]) for each in (did.kind, did.unit, did.patient))
        if kind in (TALK, ALARM):
            yield patient, _event("call_ends", did.end_s[row], unit)
        if kind in _BEGUN_BY:
            yield patient, _event(_BEGUN_BY[kind], did.start_s[row], unit)
        if kind == VISIT:
            came_s = seen.record.courses.doctor_s[patient]
            yield patient, _event("visit_begins", did.start_s[row], unit)
            yield patient, _event("doctor_visits", came_s, unit)
