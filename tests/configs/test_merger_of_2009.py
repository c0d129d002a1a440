"""A test by nature: nine legevakter around Førde merged in 2009, and what was counted about it.

Published (Nystøyl et al., BMC Emerg Med 2020, 00377-0): the median way to the doctor on duty went
from 5.0 to 26.5 km, and requests for helicopters did not change (p = 0.25). How many consultations
fell away was not counted; by the published curves it is what the way tells.

The power of what was published is small. 8,751 requests in ten years from about 108,000 people are
some 1,100 from the nine municipalities' 27,000 in the five years on each side: chance alone gives
the change a standard error of 4.3 %, so that a change of 12 % would have been found four times out
of five, and one of 3 % hardly ever. The model must not change more than that could have hidden.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from akuttsim.chain.patient_view import view_patients
from akuttsim.chain.run_plan import Plan, make_plan
from akuttsim.chain.simulation import simulate
from akuttsim.chain.triage_and_care_seeking import distance_km
from akuttsim.config.loader import load_organisation, load_region
from akuttsim.config.schema.calendar import is_free_day
from akuttsim.experiments.patient_source import other_tasks_of_run
from akuttsim.patients.sampling import sample_patients
from akuttsim.records import (
    CLINIC,
    LINE_116117,
    LINE_HEALTH,
    LINE_TRANSPORT,
    RED,
    Courses,
    Flags,
    Floats,
    Patients,
)
from akuttsim.roads.travel import travel_of_region

BEFORE, AFTER = "sunnfjord-before-2009", "sunnfjord-before"
WEEKS, REPLICATIONS, SEED = 8, 3, 1
REQUESTS_A_SIDE = 8751 / 2 * 27_000 / 108_000
STANDARD_ERROR = np.sqrt(2 / REQUESTS_A_SIDE)
FOUND_FOUR_TIMES_OF_FIVE = (1.96 + 0.84) * STANDARD_ERROR


class Met(NamedTuple):
    """One replication: the nine municipalities' people out of hours, and what became of them."""

    prepared: Plan
    patients: Patients
    courses: Courses
    nine: Flags
    contacts: Flags

    @property
    def km(self) -> Floats:
        return distance_km(self.prepared, self.patients)[self.contacts]

    @property
    def asked_to_come(self) -> Flags:
        """Those whom a nurse would ask to come to a clinic, and for whom it is not red."""
        way = np.array(view_patients(self.prepared, self.patients).way)
        return self.contacts & (way == CLINIC) & (self.patients.urgency != RED)

    @property
    def consultations(self) -> int:
        """How many of them came, at once and not because it had got worse."""
        came = (self.courses.outcome == CLINIC) & np.isnan(self.courses.again_s)
        return int((self.asked_to_come & came).sum())

    @property
    def curve(self) -> Floats:
        km = distance_km(self.prepared, self.patients)
        return np.exp(-0.0145 * km[self.asked_to_come])

    @property
    def red_missions(self) -> int:
        sent = (self.courses.crew >= 0) & (self.patients.line != LINE_TRANSPORT)
        return int((self.nine & sent & (self.courses.judged == RED)).sum())


@cache
def met(organisation: str, replication: int) -> Met:
    where = load_region("sunnfjord").value
    prepared = make_plan(
        where, load_organisation(organisation).value, travel_of_region(where), WEEKS, 2
    )
    patients = sample_patients(where, prepared.days, SEED, replication, prepared.neighbours)
    record = simulate(prepared, patients, other_tasks_of_run(prepared, SEED, replication))
    homes = [place.municipality != "bremanger" for place in where.places.values()]
    nine = np.array([*homes, False])[patients.place]
    hours = where.calendar.calendar().hours(prepared.days * 24)
    in_office = [not is_free_day(h.date()) and 8 <= h.hour < 16 for h in hours]
    out_of_hours = ~np.array(in_office)[(patients.time_s // 3600).astype(int)]
    lines = np.isin(patients.line, (LINE_116117, LINE_HEALTH)) & patients.is_contact
    return Met(prepared, patients, record.courses, nine, nine & lines & out_of_hours)


def pairs() -> Iterator[tuple[Met, Met]]:
    for replication in range(REPLICATIONS):
        yield met(BEFORE, replication), met(AFTER, replication)


def test_the_way_to_the_doctor_becomes_about_as_much_longer_as_published() -> None:
    """Median 5.0 and 26.5 km, quartiles 3.0-6.2 and 5.0-62.2; towns lie a little nearer here."""
    before, after = (np.concatenate([pair[side].km for pair in pairs()]) for side in (0, 1))
    assert 2 <= np.median(before) <= 8
    assert 18 <= np.median(after) <= 35
    assert 40 <= np.percentile(after, 75) <= 75
    assert 12 <= np.median(after) - np.median(before) <= 28


def test_consultations_fall_by_what_the_published_curve_says() -> None:
    """exp(-0.0145 x km), averaged over those asked to come before and after: 99.9 % of chance.

    All consultations together fall less: red falls less, those too far away for a home visit are
    asked to come, and some come when it has got worse.
    """
    counted = [sum(pair[side].consultations for pair in pairs()) for side in (0, 1)]
    curve = [float(sum(pair[side].curve.sum() for pair in pairs())) for side in (0, 1)]
    fallen, expected = 1 - counted[1] / counted[0], 1 - curve[1] / curve[0]
    error = np.sqrt(fallen * (1 - fallen) / counted[0])
    assert abs(fallen - expected) < 3.29 * error, (fallen, expected)
    assert 0.15 < fallen < 0.35, "the curve at the two medians alone says 0.27"


def test_nobody_vanishes_when_nine_become_one() -> None:
    for before, after in pairs():
        assert len(before.courses.outcome) == len(after.courses.outcome)
        assert before.contacts.sum() == after.contacts.sum()


def test_requests_for_helicopters_change_by_less_than_could_have_been_found() -> None:
    """A helicopter is requested to red: the share of red does not hang on where the legevakt is."""
    before, after = (sum(pair[side].red_missions for pair in pairs()) for side in (0, 1))
    assert abs(after / before - 1) < FOUND_FOUR_TIMES_OF_FIVE < 0.125
    by_chance = 1.96 * STANDARD_ERROR
    assert abs(after / before - 1) < by_chance, "as published: not told from chance"
