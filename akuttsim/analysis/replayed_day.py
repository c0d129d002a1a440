"""One day of a run for the replay: who rang, who worked on what, and where everybody was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from akuttsim.analysis.load import VEHICLES
from akuttsim.analysis.observed import Observed
from akuttsim.analysis.patient_way import Event, events_of
from akuttsim.analysis.tracks import Leg, base_of, tracks
from akuttsim.config.schema.calendar import Calendar
from akuttsim.records import NEVER_ASKED, RED, Floats, Patients
from akuttsim.units import DAY_S


class Day(NamedTuple):
    """A measured day of 24 hours: its date, when it starts, and how many fell ill on it."""

    date: date
    start_s: float
    contacts: int

    @property
    def span(self) -> tuple[float, float]:
        """Return its start and end."""
        return self.start_s, self.start_s + DAY_S


class Job(NamedTuple):
    """A stretch of work: its kind, when, and for whom (-1: nobody)."""

    kind: int
    start_s: float
    end_s: float
    patient: int


class Worker(NamedTuple):
    """A unit on the day: where it belongs (-1: nowhere on the map), its duty and its work."""

    name: str
    role: str
    team: str
    base: int
    duty: tuple[tuple[float, float], ...]
    jobs: tuple[Job, ...]


class Person(NamedTuple):
    """A patient of the day: who, where (-1: outside), how urgent in truth and as judged."""

    place: int
    age_group: int
    line: int
    urgency: int
    judged: int
    outcome: int
    events: tuple[Event, ...]


@dataclass(frozen=True)
class ReplayedDay:
    """All that the replay shows; patients in jobs and legs are positions in `people`."""

    day: Day
    workers: tuple[Worker, ...]
    people: tuple[Person, ...]
    legs: tuple[Leg, ...]


def typical_day(patients: Patients, measured: tuple[float, float], calendar: Calendar) -> Day:
    """Return the day with the median number of contacts; of equals, the one with most red ones.

    Of the measured days of 24 hours, by the residents who fall ill: the same day for every
    organisation that meets these patients. Of an even number of days, the lower middle one counts.
    """
    ours = patients.is_contact & (patients.place >= 0)
    days = [each for each in _days(measured, calendar)]
    counts = _counts(patients.time_s[ours], days)
    reds = _counts(patients.time_s[ours & (patients.urgency == RED)], days)
    middle = sorted(counts)[(len(counts) - 1) // 2]
    best = max(
        (number for number in range(len(days)) if counts[number] == middle),
        key=lambda number: (reds[number], -number),
    )
    day, start_s = days[best]
    return Day(day, start_s, counts[best])


def _days(measured: tuple[float, float], calendar: Calendar) -> list[tuple[date, float]]:
    first, last = (calendar.local(each).date() for each in measured)
    days = [date.fromordinal(each) for each in range(first.toordinal(), last.toordinal())]
    spans = [(calendar.seconds(day, 0), calendar.seconds(day, 1440)) for day in days]
    return [
        (day, start_s)
        for day, (start_s, end_s) in zip(days, spans, strict=True)
        if end_s - start_s == DAY_S and start_s >= measured[0] and end_s <= measured[1]
    ]


def _counts(times_s: Floats, days: Sequence[tuple[date, float]]) -> list[int]:
    return [int(((times_s >= at) & (times_s < at + DAY_S)).sum()) for _, at in days]


def replayed_day(seen: Observed) -> ReplayedDay:
    """Return the typical day of a run."""
    calendar = seen.region.calendar.calendar()
    day = typical_day(seen.patients, seen.record.measured, calendar)
    patients = _patients(seen, day.span)
    number = {patient: position for position, patient in enumerate(patients)} | {-1: -1}
    legs = [leg for leg in tracks(seen, day.span) if leg.unit >= 0 or leg.patient in number]
    legs.sort(key=lambda leg: (leg.unit, leg.start_s, leg.patient))
    return ReplayedDay(
        day,
        tuple(_worker(seen, unit, day.span, number) for unit in range(len(seen.record.units))),
        tuple(_people(seen, patients)),
        tuple(leg._replace(patient=number.get(leg.patient, -1)) for leg in legs),
    )


def _patients(seen: Observed, span: tuple[float, float]) -> list[int]:
    """Return who fell ill on the day, or was still being helped, or helped already by then."""
    did, calls, course = seen.record.activities, seen.record.calls, seen.record.courses
    fell_ill = (seen.patients.time_s >= span[0]) & (seen.patients.time_s < span[1])
    at_work = (did.end_s > span[0]) & (did.start_s < span[1])
    rang = (calls.rang_s >= span[0]) & (calls.rang_s < span[1])
    inside = (course.at_clinic_s < span[1]) & (course.left_clinic_s > span[0])
    on_the_way = (course.left_home_s < span[1]) & (course.at_clinic_s > span[0])
    asked = ~np.isin(course.outcome, NEVER_ASKED)
    found = np.flatnonzero((fell_ill & asked) | inside | on_the_way).tolist()
    found += did.patient[at_work].tolist() + calls.patient[rang].tolist()
    return sorted({int(patient) for patient in found if patient >= 0})


def _vehicles(seen: Observed) -> range:
    """Return the rows of the organisation's ambulances in the table of units."""
    roles = [unit.role for unit in seen.record.units]
    first = next((row for row, role in enumerate(roles) if role in VEHICLES), len(roles))
    return range(first, first + len(seen.organisation.ambulances))


def _worker(seen: Observed, unit: int, span: tuple[float, float], number: dict[int, int]) -> Worker:
    name, role, team, duty = seen.record.units[unit]
    did, first = seen.by_unit
    jobs = [
        Job(int(did.kind[row]), float(did.start_s[row]), float(did.end_s[row]),
            number.get(int(did.patient[row]), -1))
        for row in range(first[unit], first[unit + 1])
        if did.end_s[row] > span[0] and did.start_s[row] < span[1]
    ]  # fmt: skip
    mine = tuple(each for each in duty if each[1] > span[0] and each[0] < span[1])
    return Worker(name, role, team, base_of(seen, unit), mine, tuple(jobs))


def _people(seen: Observed, patients: list[int]) -> list[Person]:
    drawn, course = seen.patients, seen.record.courses
    ways = events_of(seen, patients, _vehicles(seen))
    return [
        Person(
            place=int(drawn.place[patient]),
            age_group=int(drawn.age_group[patient]),
            line=int(drawn.line[patient]),
            urgency=int(drawn.urgency[patient]),
            judged=int(course.judged[patient]),
            outcome=int(course.outcome[patient]),
            events=tuple(events),
        )
        for patient, events in zip(patients, ways, strict=True)
    ]
