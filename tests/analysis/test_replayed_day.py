from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pytest

from akuttsim.config.schema.calendar import Calendar
from akuttsim.indicators.day_replay import PATIENT_EVENTS, build_day_replay, typical_day
from akuttsim.indicators.tracks import OWN_WAY
from akuttsim.records import LINE_113, LINE_116117, RED, TALK, VISIT
from akuttsim.units import DAY_S, HOUR_S
from tests.small import activities, at, calls, courses, organisation, people, world
from tests.small import seen as observed

MONDAY = Calendar(date(2026, 6, 1), "Europe/Oslo")


def day_of(counts, reds=(), calendar=MONDAY):
    """Return the typical day of days with so many contacts at noon, of which so many are red."""
    times = [at * DAY_S + 12 * HOUR_S for at, count in enumerate(counts) for _ in range(count)]
    urgency = [
        RED if number < (reds[at] if reds else 0) else 2
        for at, count in enumerate(counts)
        for number in range(count)
    ]
    drawn = people(times, urgency=urgency, place=0, is_contact=True)
    return typical_day(drawn, (0.0, len(counts) * DAY_S), calendar)


def test_the_typical_day_has_the_median_number_of_contacts():
    assert day_of([1, 9, 5, 3, 7]).date == date(2026, 6, 3)
    assert day_of([1, 9, 5, 3, 7]).contacts == 5


def test_of_equals_the_day_with_most_red_patients_is_taken_and_then_the_first():
    assert day_of([5, 5, 5], reds=[0, 2, 1]).date == date(2026, 6, 2)
    assert day_of([5, 5, 5]).date == date(2026, 6, 1)


def test_a_day_on_which_the_clocks_change_is_never_taken():
    spring = Calendar(date(2026, 3, 28), "Europe/Oslo")
    assert day_of([1, 2, 9], calendar=spring).date != date(2026, 3, 29)


@cache
def small_day(base):
    small = world(organisation({}, base))
    patients = small.sample()
    seen = small.observed(patients, small.meets(patients))
    return seen, build_day_replay(seen)


def test_all_organisations_replay_the_same_day():
    assert small_day("today")[1].day == small_day("satellite")[1].day


@pytest.mark.parametrize("base", ["today", "satellite"])
def test_the_day_holds_everybody_who_rang_and_everything_that_was_done(base):
    seen, replay = small_day(base)
    start, end = replay.day.span
    calls, did = seen.record.calls, seen.record.activities
    rang = int(((calls.rang_s >= start) & (calls.rang_s < end)).sum())
    events = [(PATIENT_EVENTS[e.code], e.time_s) for person in replay.people for e in person.events]
    assert sum(name == "rings" and start <= at < end for name, at in events) == rang
    at_work = int(((did.end_s > start) & (did.start_s < end)).sum())
    assert sum(len(worker.jobs) for worker in replay.workers) == at_work
    named = [job.patient for worker in replay.workers for job in worker.jobs]
    named += [leg.patient for leg in replay.legs]
    assert min(named) >= -1 and max(named) < len(replay.people)


@pytest.mark.parametrize("base", ["today", "satellite"])
def test_each_way_is_in_order_and_ends_as_the_course_did(base):
    _, replay = small_day(base)
    for person in replay.people:
        times = [event.time_s for event in person.events]
        assert times == sorted(times)
    names = {PATIENT_EVENTS[event.code] for person in replay.people for event in person.events}
    assert {"rings", "answered", "call_ends", "crew_arrives", "at_clinic", "doctor_sees"} <= names


def test_patients_drive_from_home_to_the_clinic_that_saw_them():
    seen, replay = small_day("today")
    ids, clinics = seen.region.place_ids, list(seen.organisation.clinics.values())
    ways = [leg for leg in replay.legs if leg.stage == OWN_WAY]
    assert ways
    for leg in ways:
        person = replay.people[leg.patient]
        arrived = next(e for e in person.events if PATIENT_EVENTS[e.code] == "at_clinic")
        assert leg.places[0] == person.place
        assert leg.places[-1] == ids.index(clinics[arrived.of].place)
        assert leg.end_s == pytest.approx(arrived.time_s)
        assert np.all(np.diff(leg.passed_s) >= 0)


TYPICAL, PATIENT = 3, 2
"""The day of the run that has the red patient, and the patient's row: one falls ill each noon."""


def replay_of(call=None, did=None, **columns):
    """Return the replay of a week in which one falls ill each noon, the red one on `TYPICAL`."""
    there = world()
    noons = [at(12, day) for day in range(1, 8)]
    urgency = [RED if day == TYPICAL else 2 for day in range(1, 8)]
    ill = people(noons, place=0, is_contact=True, urgency=urgency)
    return build_day_replay(observed(there, ill, courses(7, **columns), call, did))


def test_the_events_of_the_telephone_by_hand():
    """Hangs up at first; is answered by the other room; hangs up once more and is rung back."""
    noon, never = at(12, TYPICAL), np.nan
    call = calls(
        (PATIENT, 0, LINE_116117, noon + 10, never, noon + 70),
        (PATIENT, 0, LINE_116117, noon + 100, noon + 130, never),
        (PATIENT, 1, LINE_113, noon + 300, noon + 330, noon + 310),
        (PATIENT + 1, 0, LINE_116117, noon + DAY_S, noon + DAY_S, never),
        answered_by=[-1, 1, 1, 0],
        called_back=[False, False, True, False],
    )
    did = activities((4, TALK, noon + 130, noon + 200, PATIENT))
    replay = replay_of(call, did)
    assert replay.day.start_s == at(0, TYPICAL)
    [person] = replay.people
    assert [(PATIENT_EVENTS[e.code], e.time_s - noon, e.of) for e in person.events] == [
        ("falls_ill", 0, -1), ("rings", 10, 0), ("hangs_up", 70, 0),
        ("rings", 100, 0), ("answered", 130, 1), ("call_ends", 200, 4),
        ("rings", 300, 1), ("hangs_up", 310, 1), ("rung_back", 330, 1),
    ]  # fmt: skip


def test_a_home_visit_by_hand():
    """The work begins with the drive; the doctor visits from when she is at the home."""
    noon = at(12, TYPICAL)
    did = activities((4, VISIT, noon + 600, noon + 4000, PATIENT))
    came_s = [noon + 1500 if row == PATIENT else np.nan for row in range(7)]
    [person] = replay_of(did=did, doctor_s=came_s).people
    assert [(PATIENT_EVENTS[e.code], e.time_s - noon, e.of) for e in person.events] == [
        ("falls_ill", 0, -1), ("visit_begins", 600, 4), ("doctor_visits", 1500, 4),
    ]  # fmt: skip


def test_the_work_of_a_unit_is_what_touches_the_day():
    """Ended as the day begins or begun as it ends is no work of the day; a part of it is."""
    hours = [(-25, -24), (-1, 0), (-0.5, 0.5), (12, 13), (23.5, 24.5), (24, 25), (48, 49)]
    spans = [(at(start, TYPICAL), at(end, TYPICAL)) for start, end in hours]
    did = activities(*((0, TALK, *span, PATIENT) for span in spans))
    first, *others = replay_of(did=did).workers
    assert [(job.kind, job.start_s, job.end_s, job.patient) for job in first.jobs] == [
        (TALK, *span, 0) for span in spans[2:5]
    ]
    assert not any(worker.jobs for worker in others)
