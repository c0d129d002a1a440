"""Call logs for tests: rows as a control room would export them, and whole ones from a simulation.

A simulated log is written as a Norwegian control room might: semicolons, day before month, local
time, and words for urgency and place. Only the first time that each patient rang is in it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from akuttsim.calllog.log_reader import read_log
from akuttsim.calllog.logged_calls import CallLog
from akuttsim.config.schema.log_format import LogFormat
from akuttsim.config.schema.region import Region
from akuttsim.records import LINE_113, LINE_HEALTH, Patients, Record
from tests.small import World

WRITTEN = "%d.%m.%Y %H:%M:%S"
URGENCY = ("rød", "gul", "grønn")
STAGES = {
    "varslet": "alerted_s",
    "rykket_ut": "rolling_s",
    "fremme": "on_scene_s",
    "forlot": "left_scene_s",
    "ved_sykehus": "at_hospital_s",
    "ledig": "free_s",
}
HEADING = ("ringt", "nummer", "kommune", "hastegrad", "besvart", "avsluttet", *STAGES)
COLUMNS = {
    "time": "ringt",
    "number": "nummer",
    "place": "kommune",
    "urgency": "hastegrad",
    "answered": "besvart",
    "ended": "avsluttet",
    "alerted": "varslet",
    "rolling": "rykket_ut",
    "on_scene": "fremme",
    "left": "forlot",
    "at_hospital": "ved_sykehus",
    "free": "ledig",
}
VALUES = {
    "number": {"health": ["helselinje"]},
    "urgency": {"red": ["rød"], "yellow": ["gul"], "green": ["grønn"]},
}


def log_format(columns: Mapping[str, Any] = COLUMNS, **more: Any) -> LogFormat:
    """Return a format of the columns above, with changes."""
    base = {"log": "test", "title": "Test", "time_zone": "Europe/Oslo", "times": WRITTEN}
    return LogFormat.model_validate({**base, "columns": dict(columns), "values": VALUES, **more})


def only(*names: str) -> dict[str, str]:
    """Return these of our columns, each from a column of its own name."""
    return {name: name for name in names}


def as_csv(heading: Iterable[str], rows: Iterable[Iterable[Any]], delimiter: str = ";") -> str:
    """Return rows as the text of a CSV file."""
    sink = io.StringIO()
    writer = csv.writer(sink, delimiter=delimiter, lineterminator="\n")
    writer.writerows([list(heading), *(list(row) for row in rows)])
    return sink.getvalue()


def read(folder: Path, text: str | bytes, form: LogFormat, region: Region | None = None) -> CallLog:
    """Write a log into a folder and read it."""
    path = folder / "log.csv"
    path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    return read_log(path, form, region)


def kinds(log: CallLog) -> dict[str, int]:
    """Return how many of each kind were found."""
    return {f"{finding.kind} {finding.column}".strip(): finding.n for finding in log.findings}


def log_of(world: World, patients: Patients, record: Record) -> str:
    """Return the measured calls of a run as the text of a log."""
    return as_csv(HEADING, _rows(world, patients, record))


def _rows(world: World, patients: Patients, record: Record) -> Iterable[list[str]]:
    calendar, places = (
        world.plan.region.calendar.calendar(),
        list(world.plan.region.places.values()),
    )
    calls, courses = record.calls, record.courses
    outside = list(world.plan.region.outside)
    seen: set[int] = set()

    def local(seconds: float) -> str:
        return "" if np.isnan(seconds) else calendar.local(seconds).strftime(WRITTEN)

    for k in np.argsort(calls.rang_s, kind="stable").tolist():
        patient = int(calls.patient[k])
        rang, line = float(calls.rang_s[k]), int(patients.line[patient])
        inside = record.measured[0] <= rang < record.measured[1]
        if patient in seen or not inside or line > LINE_113:
            continue
        seen.add(patient)
        talk = patients.talk_113_s if line == LINE_113 else patients.talk_s
        answered = float(calls.answered_s[k])
        ended = calls.left_s[k] if np.isnan(answered) else answered + talk[patient]
        place = int(patients.place[patient])
        yield [
            local(rang),
            {LINE_HEALTH: "helselinje", LINE_113: "113"}.get(line, "116117"),
            places[place].municipality if place >= 0 else outside[patients.outside[patient]],
            URGENCY[patients.urgency[patient]] if patients.is_contact[patient] else "",
            local(answered),
            local(float(ended)),
            *(local(float(getattr(courses, name)[patient])) for name in STAGES.values()),
        ]


FIRST, SECOND = (3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
"""Weights of the two check digits of an identity number."""


def with_check_digits(nine: str) -> str | None:
    """Return a made-up number with its two check digits; None for what is never given out."""
    first = -sum(w * int(n) for w, n in zip(FIRST, nine, strict=True)) % 11
    if first == 10:
        return None
    second = -sum(w * int(n) for w, n in zip(SECOND, f"{nine}{first}", strict=True)) % 11
    return None if second == 10 else f"{nine}{first}{second}"


NUMBER = with_check_digits("010180123") or with_check_digits("010180124") or ""
"""A made-up identity number with the right check digits."""
