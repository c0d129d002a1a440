"""A service that cannot cope: the run ends, and tells which queue grew and since when."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from akuttsim.records import (
    GREEN,
    LINE_113,
    LINE_HEALTH,
    RED,
    UNFINISHED,
    Overload,
    Patients,
    Record,
)
from akuttsim.units import DAY_S, HOUR_S, to_ticks
from tests import small
from tests.chain.by_hand import NEEDS, in_need, meets, person, world

DAYS = 9


def flow(per_h: float, seed: int, **columns: Any) -> Patients:
    """Return patients who begin at random, so many an hour, for all days that people call."""
    draw = np.random.default_rng(seed)
    count = draw.poisson(per_h * 24 * DAYS)
    return small.people(to_ticks(np.sort(draw.random(count)) * DAYS * DAY_S).tolist(), **columns)


def by_record(asked_s: Any, came_s: Any, until_s: float) -> tuple[float, int]:
    """Return since when somebody has waited without a break, and how many wait at the end."""
    came_s = np.where(np.isnan(came_s), np.inf, came_s)
    waited = (came_s > asked_s) & (asked_s <= until_s)
    joined, left = asked_s[waited], came_s[waited]
    waiting = int((left > until_s).sum())
    times = np.concatenate([joined, left[left <= until_s]])
    steps = np.concatenate([np.ones(len(joined)), -np.ones(int((left <= until_s).sum()))])
    order = np.lexsort((steps, times))
    length = np.cumsum(steps[order])
    empty = np.flatnonzero(length == 0)
    first = empty[-1] + 1 if len(empty) else 0
    return float(times[order][first]), waiting


def told(record: Record) -> Overload:
    (overload,) = record.overloads
    return overload


def test_too_few_doctors_are_told_with_the_hour_since_when() -> None:
    """Nine calls an hour that keep the one doctor for ten minutes each: half as many too many."""
    columns = {
        "is_contact": True,
        "u_need": NEEDS["doctor_phone"],
        "doctor_phone_s": 600.0,
        "talk_s": 30.0,
    }
    patients = flow(9.0, 1, line=LINE_HEALTH, **columns)
    record = world().meets(patients)
    since_s, waiting = by_record(
        record.courses.doctor_asked_s, record.courses.doctor_s, patients.time_s[-1]
    )
    assert told(record) == Overload("doctor", "duty-doctor", since_s, waiting)
    assert since_s < DAY_S, "from the first day on"
    assert waiting == pytest.approx(9 * 24 * DAYS / 3, rel=0.2), "a third of all who asked"
    unfinished = record.courses.outcome == UNFINISHED
    assert unfinished.sum() == pytest.approx(waiting - 2 * 24 * 6, abs=3), "two days more of work"
    assert record.end_s == (DAYS + 2) * DAY_S


def test_too_few_operators_and_patient_callers_are_told_with_the_hour_since_when() -> None:
    patients = flow(30.0, 2, talk_s=150.0)
    record = world().meets(patients)
    calls, until_s = record.calls, patients.time_s[-1]
    since_s, waiting = by_record(calls.rang_s, calls.answered_s, until_s)
    assert told(record) == Overload("operator", "lvs", since_s, waiting)
    assert since_s < DAY_S and waiting > 500


def test_too_few_ambulances_are_told_with_the_hour_since_when() -> None:
    """Three crews at most for five missions an hour of an hour each."""
    seconds = {"on_scene_s": 3600.0, "u_conveyed": 0.0, "u_mobilisation": 0.5}
    seconds |= {"interview_113_s": 20.0, "talk_113_s": 20.0}
    patients = flow(5.0, 3, line=LINE_113, urgency=RED, u_need_113=0.0, **seconds)
    record = world().meets(patients)
    courses = record.courses
    since_s, waiting = by_record(courses.requested_s, courses.alerted_s, patients.time_s[-1])
    assert told(record) == Overload("crew", "", since_s, waiting)


@pytest.mark.parametrize("base", ["today", "satellite"])
def test_an_ordinary_organisation_tells_nothing(base: str) -> None:
    at = small.world(small.organisation(base=base))
    for replication in range(3):
        assert at.meets(at.sample(5, replication)).overloads == ()


@pytest.mark.parametrize("after_h", [23.9, 24.1])
def test_a_queue_that_has_not_been_empty_for_a_day_is_told(after_h: float) -> None:
    """One caller keeps the operator for days: who waits at the last call has done so since 1 s."""
    busy, waits = person(talk_s=5 * DAY_S), person(1.0)
    last = in_need("clinic", 1.0 + after_h * HOUR_S, line=LINE_113)
    record = meets(world(), busy, waits, last)
    expected = (Overload("operator", "lvs", small.at(12) + 1.0, 1),) if after_h > 24 else ()
    assert record.overloads == expected


def test_who_hangs_up_does_not_count_as_waiting() -> None:
    busy = person(talk_s=5 * DAY_S)
    gives_up = [person(1.0 + n * HOUR_S, patience_1_s=2 * HOUR_S) for n in range(30)]
    crowded = meets(world(), busy, *gives_up, person(100_000.0, urgency=GREEN))
    assert told(crowded).waiting == 2 + 1, "the last two of thirty, and the last caller"
    assert told(crowded).since_s == small.at(12) + 1.0, "somebody has waited all along"


def test_a_run_that_cannot_cope_grows_with_its_patients_and_no_faster() -> None:
    """The same events for each patient after one week and after four."""
    per_patient = []
    for weeks in (1, 4):
        at = small.world(world().plan.organisation, weeks=weeks)
        per_day = np.arange(24 * 30) * 120.0
        times = (np.arange(7 * weeks)[:, None] * DAY_S + per_day).ravel()
        record = at.meets(small.people(times.tolist(), talk_s=150.0))
        nobody = at.meets(small.people([])).events
        assert told(record).team == "lvs"
        per_patient.append((record.events - nobody) / len(times))
    assert per_patient[1] == pytest.approx(per_patient[0], rel=0.1)
