"""One day of a run for the replay: who rang, what happened to each, and who worked on what."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from akuttsim.config.schema.calendar import Calendar
from akuttsim.indicators.measured_run import VEHICLE_ROLES, MeasuredRun
from akuttsim.indicators.tracks import TrackLeg, base_of_unit, track_legs
from akuttsim.records import (
    ALARM,
    CALL_OUT,
    CONSULTATION,
    DOCTOR_CONFERENCE,
    E_CONSULT,
    NEVER_ASKED,
    NURSE_OUT,
    PHONE,
    RED,
    RESULT,
    REVIEW,
    SUPPORT,
    TALK,
    VIDEO,
    VISIT,
    Floats,
    Patients,
)
from akuttsim.units import DAY_S

PATIENT_EVENTS = (
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

PATIENT_EVENT_CODE = {name: code for code, name in enumerate(PATIENT_EVENTS)}


class PatientEvent(NamedTuple):
    """What happened when; `of` is the control room, clinic or unit that it is about, or -1."""

    code: int
    time_s: float
    of: int


_COURSE_COLUMN_OF_EVENT = {
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

_CREW_COLUMN_OF_EVENT = {
    "crew_alerted": "alerted_s",
    "crew_rolls": "rolling_s",
    "crew_arrives": "on_scene_s",
    "crew_free": "free_s",
}

_EVENT_OF_ACTIVITY = {
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


def patient_events(
    run: MeasuredRun, patients: list[int], vehicles: range
) -> list[list[PatientEvent]]:
    """Return the events of each of these patients in order of time.

    `vehicles` are the rows of the ambulances; the supports' come right after them.
    """
    events = {patient: [*_course_events(run, patient, vehicles)] for patient in patients}
    for patient, event in [
        *_call_events(run, events.keys()),
        *_activity_events(run, events.keys()),
    ]:
        events[patient].append(event)
    return [
        sorted(events[patient], key=lambda event: (event.time_s, event.code))
        for patient in patients
    ]


def _patient_event(name: str, time_s: float, of: int = -1) -> PatientEvent:
    """Return an event by its name."""
    return PatientEvent(PATIENT_EVENT_CODE[name], float(time_s), of)


def _course_events(run: MeasuredRun, patient: int, vehicles: range) -> Iterator[PatientEvent]:
    """Yield a patient's events that stand in the table of courses, those that happened."""
    course = run.record.courses
    crew = int(course.crew[patient])
    unit = vehicles[crew] if crew >= 0 else -1
    events = [_patient_event("falls_ill", run.patients.time_s[patient])]
    events += [
        _patient_event(name, getattr(course, of)[patient])
        for name, of in _COURSE_COLUMN_OF_EVENT.items()
    ]
    events += [
        _patient_event(name, getattr(course, of)[patient], unit)
        for name, of in _CREW_COLUMN_OF_EVENT.items()
    ]
    events.append(
        _patient_event("at_clinic", course.at_clinic_s[patient], int(course.clinic[patient]))
    )
    number = int(course.support[patient])
    support = vehicles.stop + number if number >= 0 else -1
    events.append(_patient_event("support_arrives", course.support_s[patient], support))
    return (event for event in events if event.time_s == event.time_s)


def _call_events(run: MeasuredRun, wanted: Collection[int]) -> Iterator[tuple[int, PatientEvent]]:
    """Yield who rang when, was answered or rung back, or hung up, each with the patient."""
    calls = run.record.calls
    for row in np.flatnonzero(np.isin(calls.patient, list(wanted))):
        patient, room = int(calls.patient[row]), int(calls.room[row])
        yield patient, _patient_event("rings", calls.rang_s[row], room)
        if calls.answered_s[row] == calls.answered_s[row]:
            name = "rung_back" if calls.called_back[row] else "answered"
            yield patient, _patient_event(name, calls.answered_s[row], int(calls.answered_by[row]))
        if calls.left_s[row] == calls.left_s[row]:
            yield patient, _patient_event("hangs_up", calls.left_s[row], room)


def _activity_events(
    run: MeasuredRun, wanted: Collection[int]
) -> Iterator[tuple[int, PatientEvent]]:
    """Yield the events at which somebody's work for these patients begins or ends."""
    did = run.record.activities
    for row in np.flatnonzero(np.isin(did.patient, list(wanted))):
        kind, unit, patient = (int(column[row]) for column in (did.kind, did.unit, did.patient))
        if kind in (TALK, ALARM):
            yield patient, _patient_event("call_ends", did.end_s[row], unit)
        if kind in _EVENT_OF_ACTIVITY:
            yield patient, _patient_event(_EVENT_OF_ACTIVITY[kind], did.start_s[row], unit)
        if kind == VISIT:
            came_s = run.record.courses.doctor_s[patient]
            yield patient, _patient_event("visit_begins", did.start_s[row], unit)
            yield patient, _patient_event("doctor_visits", came_s, unit)


class MeasuredDay(NamedTuple):
    """A measured day of 24 hours: its date, when it starts, and how many fell ill on it."""

    date: date
    start_s: float
    contacts: int

    @property
    def span(self) -> tuple[float, float]:
        """Return its start and end."""
        return self.start_s, self.start_s + DAY_S


class WorkStretch(NamedTuple):
    """A stretch of work: its kind, when, and for whom (-1: nobody)."""

    kind: int
    start_s: float
    end_s: float
    patient: int


class ReplayWorker(NamedTuple):
    """A unit on the day: where it belongs (-1: nowhere on the map), its duty and its work."""

    name: str
    role: str
    team: str
    base: int
    duty: tuple[tuple[float, float], ...]
    jobs: tuple[WorkStretch, ...]


class ReplayPatient(NamedTuple):
    """A patient of the day: who, where (-1: outside), how urgent in truth and as judged."""

    place: int
    age_group: int
    line: int
    urgency: int
    judged: int
    outcome: int
    events: tuple[PatientEvent, ...]


@dataclass(frozen=True)
class DayReplay:
    """All that the replay shows; patients in jobs and legs are positions in `people`."""

    day: MeasuredDay
    workers: tuple[ReplayWorker, ...]
    people: tuple[ReplayPatient, ...]
    legs: tuple[TrackLeg, ...]


def typical_day(
    patients: Patients, measured: tuple[float, float], calendar: Calendar
) -> MeasuredDay:
    """Return the day with the median number of contacts; of equals, the one with most red ones.

    Of the measured days of 24 hours, by the residents who fall ill: the same day for every
    organisation that meets these patients. Of an even number of days, the lower middle one counts.
    """
    ours = patients.is_contact & (patients.place >= 0)
    days = [measured_day for measured_day in _measured_days(measured, calendar)]
    counts = _counts_by_day(patients.time_s[ours], days)
    reds = _counts_by_day(patients.time_s[ours & (patients.urgency == RED)], days)
    middle = sorted(counts)[(len(counts) - 1) // 2]
    best = max(
        (number for number in range(len(days)) if counts[number] == middle),
        key=lambda number: (reds[number], -number),
    )
    day, start_s = days[best]
    return MeasuredDay(day, start_s, counts[best])


def _measured_days(measured: tuple[float, float], calendar: Calendar) -> list[tuple[date, float]]:
    """Return the measured days of 24 hours (no change of clocks) with their starts, seconds."""
    first, last = (calendar.local(time_s).date() for time_s in measured)
    days = [date.fromordinal(ordinal) for ordinal in range(first.toordinal(), last.toordinal())]
    spans = [(calendar.seconds(day, 0), calendar.seconds(day, 1440)) for day in days]
    return [
        (day, start_s)
        for day, (start_s, end_s) in zip(days, spans, strict=True)
        if end_s - start_s == DAY_S and start_s >= measured[0] and end_s <= measured[1]
    ]


def _counts_by_day(times_s: Floats, days: Sequence[tuple[date, float]]) -> list[int]:
    """Return how many of some times fall on each day."""
    return [int(((times_s >= at) & (times_s < at + DAY_S)).sum()) for _, at in days]


def build_day_replay(run: MeasuredRun) -> DayReplay:
    """Return the typical day of a run."""
    calendar = run.region.calendar.calendar()
    day = typical_day(run.patients, run.record.measured, calendar)
    patients = _patients_of_day(run, day.span)
    number = {patient: position for position, patient in enumerate(patients)} | {-1: -1}
    legs = [leg for leg in track_legs(run, day.span) if leg.unit >= 0 or leg.patient in number]
    legs.sort(key=lambda leg: (leg.unit, leg.start_s, leg.patient))
    return DayReplay(
        day,
        tuple(_replay_worker(run, unit, day.span, number) for unit in range(len(run.record.units))),
        tuple(_replay_patients(run, patients)),
        tuple(leg._replace(patient=number.get(leg.patient, -1)) for leg in legs),
    )


def _patients_of_day(run: MeasuredRun, span: tuple[float, float]) -> list[int]:
    """Return who fell ill on the day, or was still being helped, or helped already by then."""
    did, calls, course = run.record.activities, run.record.calls, run.record.courses
    fell_ill = (run.patients.time_s >= span[0]) & (run.patients.time_s < span[1])
    at_work = (did.end_s > span[0]) & (did.start_s < span[1])
    rang = (calls.rang_s >= span[0]) & (calls.rang_s < span[1])
    inside = (course.at_clinic_s < span[1]) & (course.left_clinic_s > span[0])
    on_the_way = (course.left_home_s < span[1]) & (course.at_clinic_s > span[0])
    sought_help = ~np.isin(course.outcome, NEVER_ASKED)
    patients = np.flatnonzero((fell_ill & sought_help) | inside | on_the_way).tolist()
    patients += did.patient[at_work].tolist() + calls.patient[rang].tolist()
    return sorted({int(patient) for patient in patients if patient >= 0})


def _replay_worker(
    run: MeasuredRun, unit: int, span: tuple[float, float], number: dict[int, int]
) -> ReplayWorker:
    """Return a unit on the day: its duty and work that touch the span.

    Args:
        run: The run.
        unit: The row of the unit.
        span: Start and end of the day, seconds of the run.
        number: Position of each patient among those that are shown.
    """
    name, role, team, duty = run.record.units[unit]
    did, first = run.by_unit
    jobs = [
        WorkStretch(int(did.kind[row]), float(did.start_s[row]), float(did.end_s[row]),
            number.get(int(did.patient[row]), -1))
        for row in range(first[unit], first[unit + 1])
        if did.end_s[row] > span[0] and did.start_s[row] < span[1]
    ]  # fmt: skip
    shifts = tuple(shift for shift in duty if shift[1] > span[0] and shift[0] < span[1])
    return ReplayWorker(name, role, team, base_of_unit(run, unit), shifts, tuple(jobs))


def _replay_patients(run: MeasuredRun, patients: list[int]) -> list[ReplayPatient]:
    """Return these patients with all that happened to each."""
    columns, course = run.patients, run.record.courses
    roles = [unit.role for unit in run.record.units]
    first = next((row for row, role in enumerate(roles) if role in VEHICLE_ROLES), len(roles))
    vehicles = range(first, first + len(run.organisation.ambulances))
    ways = patient_events(run, patients, vehicles)
    return [
        ReplayPatient(
            place=int(columns.place[patient]),
            age_group=int(columns.age_group[patient]),
            line=int(columns.line[patient]),
            urgency=int(columns.urgency[patient]),
            judged=int(course.judged[patient]),
            outcome=int(course.outcome[patient]),
            events=tuple(events),
        )
        for patient, events in zip(patients, ways, strict=True)
    ]
