from __future__ import annotations

from datetime import date

import pytest

from akuttsim.config.checks import check_region
from akuttsim.config.loader import load_region
from akuttsim.config.schema.calendar import Calendar
from akuttsim.errors import InputError, Problem

BUS = "demand.incidents.bus-accident"


def problems(*sets: str) -> tuple[Problem, ...]:
    try:
        check_region(load_region("namdal-bus-accident", sets))
    except InputError as error:
        return error.problems
    return ()


WRONG = [
    ("place=formofos", f"{BUS}.place", "no place 'formofos'"),
    ('date="2026-02-30"', f"{BUS}.date", "must be a date"),
    ('time="24:10"', f"{BUS}.time", ""),
    ("patients.value=0", BUS, "at least 1 patient and 1 caller"),
    ("callers.value=0", BUS, "at least 1 patient and 1 caller"),
    ("urgency.red=0.5", f"{BUS}.urgency", "must sum to 1"),
]


@pytest.mark.parametrize(("assignment", "key", "gist"), WRONG)
def test_an_incident_that_cannot_be_is_one_line(assignment: str, key: str, gist: str) -> None:
    [found] = problems(f"{BUS}.{assignment}")
    assert found.key == key
    assert gist in found.what


def test_the_shipped_incident_is_sound() -> None:
    assert problems() == ()


@pytest.mark.parametrize(
    ("start", "seconds"),
    [("2026-01-16", 52_200), ("2026-01-15", 138_600), ("2026-01-17", 52_200 - 86_400)],
)
def test_it_begins_at_local_time_since_the_start_of_the_run(start: str, seconds: float) -> None:
    incident = load_region("namdal-bus-accident").value.demand.incidents["bus-accident"]
    assert incident.begins_s(Calendar(date.fromisoformat(start), "Europe/Oslo")) == seconds
