"""What the page draws of each organisation: kept while a study runs, of its first replication."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from akuttsim.analysis.observed import Observed
from akuttsim.analysis.patient_way import EVENTS
from akuttsim.analysis.reach import reach
from akuttsim.analysis.replayed_day import Person, ReplayedDay, Worker, replayed_day
from akuttsim.analysis.tracks import STAGES
from akuttsim.records import KINDS, OUTCOMES
from akuttsim.store.drawn import keep_beside
from akuttsim.units import DAY_S

REPLICATION = 0
"""The replication whose day is replayed."""

Drawn = dict[str, dict[str, Any]]
"""What the page draws of an organisation, by kind: "replay" and "map"."""


def drawn(seen: Observed) -> Drawn:
    """Return what the page draws of a run: its typical day, and the reach of its services."""
    return {"replay": plain(replayed_day(seen)), "map": reach(seen)}


def keep_drawn(folder: Path, organisation: str, what: Drawn) -> None:
    """Keep what the page draws of an organisation in a results folder, beside its tables."""
    for kind, data in what.items():
        keep_beside(folder, kind, organisation, data)


def plain(replay: ReplayedDay) -> dict[str, Any]:
    """Return a replayed day as lists of whole numbers, times in seconds since its midnight.

    `codes` has the names of the numbers of stages, kinds, events and outcomes. A unit is name,
    role, team, place where it belongs (-1: none), spans on duty, and jobs of kind, start, end and
    person; a person is place, age group, line, urgency in truth and as judged, outcome, and events
    of code, time and what it is about (a control room for calls, a clinic at arrival there, else a
    unit); a leg is unit, stage, start, end, person, places and when they are passed.
    """
    day = replay.day
    return {
        "codes": {"stages": STAGES, "kinds": KINDS, "events": EVENTS, "outcomes": OUTCOMES},
        "date": day.date.isoformat(),
        "contacts": day.contacts,
        "length_s": int(DAY_S),
        "units": [_worker(each, day.start_s) for each in replay.workers],
        "people": [_person(each, day.start_s) for each in replay.people],
        "legs": [
            [leg.unit, leg.stage, *_since(day.start_s, leg[2:4]), leg.patient,
             list(leg.places), _since(day.start_s, leg.passed_s)]
            for leg in replay.legs
        ],
    }  # fmt: skip


def _since(start_s: float, times_s: Iterable[float]) -> list[int]:
    return [round(each - start_s) for each in times_s]


def _worker(worker: Worker, start_s: float) -> list[Any]:
    duty = [_since(start_s, span) for span in worker.duty]
    jobs = [[job.kind, *_since(start_s, job[1:3]), job.patient] for job in worker.jobs]
    return [worker.name, worker.role, worker.team, worker.base, duty, jobs]


def _person(person: Person, start_s: float) -> list[Any]:
    events = [[event.code, round(event.time_s - start_s), event.of] for event in person.events]
    return [*person[:-1], events]
