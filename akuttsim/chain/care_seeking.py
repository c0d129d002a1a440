"""Care seeking: who comes from how far, and what those do instead who do not come.

Patients are the same for every organisation, and nobody vanishes: whoever would come if care were
near, and does not come at this organisation's distance, does something else. Neighbours and alarms
that nobody here answers are outside the model.
"""

from __future__ import annotations

import math
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from akuttsim.chain.opening_hours import OpeningTable
from akuttsim.chain.run_plan import Plan
from akuttsim.config.schema.clinic import CLINIC_URGENCIES, clinic_sees, has_doctor
from akuttsim.config.schema.region import DistanceDecay
from akuttsim.patients.needs import highest_factor, need_factors, seeks_care
from akuttsim.records import (
    ADVICE_INSTEAD,
    CLINIC,
    HOME_VISIT,
    LINE_113,
    LINE_ALARM,
    RANG_113_INSTEAD,
    RED,
    WAITED_TILL_MORNING,
    Codes,
    Flags,
    Floats,
    Instead,
    Patients,
)
from akuttsim.units import HOUR_S

WORST_FIRST = (
    Instead.WITHOUT,
    Instead.WORSE_LATER,
    Instead.NEXT_DAY,
    Instead.DOCTOR_PHONE,
    Instead.ADVICE,
)
"""What those do instead of coming who are not red; all but the last are keys of the config."""

MORNING = 8
"""The hour at which those ring who have waited till the morning."""


def within_model(plan: Plan, patients: Patients, municipality: NDArray[np.intp]) -> Flags:
    """Return all but neighbours and alarms that nobody here answers."""
    is_served = _neighbours_answered(plan, patients)
    is_alarm = patients.line == LINE_ALARM
    if is_alarm.any():
        room = plan.answering["alarm"].first_at(patients.time_s, municipality)
        is_served &= ~is_alarm | (room >= 0)
    return is_served


def _neighbours_answered(plan: Plan, patients: Patients) -> Flags:
    """Return all but neighbours who ring a number that no room here answers for their district."""
    to_113, to_116117 = (
        np.array([*(room >= 0 for room in plan.outside[number]), True])
        for number in ("113", "116117")
    )
    rings_113 = patients.line == LINE_113
    return np.where(rings_113, to_113[patients.outside], to_116117[patients.outside])


def instead_of_coming(plan: Plan, patients: Patients, judged: Codes, way: Codes) -> Codes:
    """Return what each does instead of coming, care being far away, as a code of `INSTEAD`.

    `way` is where 116117 would send those judged so. Whether somebody comes goes by that: seen
    by a doctor, or visited at home; the phone does not fall. Those truly red decide before they
    ring.
    """
    decay = plan.region.demand.distance_decay
    nobody = np.zeros(len(patients), dtype=np.int8)
    if decay is None or decay.everybody_comes:
        return nobody
    is_red = patients.urgency == RED
    asks = seeks_care(patients.place, patients.line, patients.is_contact)
    decides_as = np.where(is_red, np.int8(RED), judged)
    comes = _share_who_come(plan, patients, decides_as, way)
    red_share = 1.0 if decay.instead is None else decay.instead.red_rings_113.value
    rings_113 = patients.u_beyond_reach < red_share
    far = asks & (comes < 1) & (_reluctance(plan, patients, decay) >= comes)
    return np.select(
        [~far, is_red],
        [nobody, np.where(rings_113, RANG_113_INSTEAD, WAITED_TILL_MORNING).astype(np.int8)],
        _instead_of_others(decay, patients),
    )


def _reluctance(plan: Plan, patients: Patients, decay: DistanceDecay) -> Floats:
    """Return who comes most readily of those with the same need: from 0 (from anywhere) to 1."""
    factor = need_factors(plan.region, decay, patients.urgency, patients.u_need)
    candidate = patients.u_present * highest_factor(decay)
    return np.divide(candidate, factor, out=np.zeros(len(candidate)), where=factor > 0)


def _share_who_come(plan: Plan, patients: Patients, urgency: Codes, way: Codes) -> Floats:
    """Return the share who come, of those who would with care next door: exp(-rate x km)."""
    decay = plan.region.demand.distance_decay
    assert decay is not None
    is_red = patients.urgency == RED
    per_km = np.select(
        [is_red, way == CLINIC, way == HOME_VISIT],
        [decay.red_per_km.value, decay.consultation_per_km.value, decay.home_visit_per_km.value],
        0.0,
    )
    km = distance_km(plan, patients)
    comes = _exact_exp(-per_km * km)
    counts = 0.0 if decay.satellite_counts is None else decay.satellite_counts.value
    if not counts:
        return comes
    nearer = np.minimum(km, satellite_km(plan, patients, urgency))
    at_clinic = is_red | (way == CLINIC)
    near = np.where(at_clinic, _exact_exp(-per_km * nearer), comes)
    return comes + counts * (near - comes)


def _exact_exp(exponents: Floats) -> Floats:
    """Return exp of each: unlike NumPy's, it gives the same bits on every CPU."""
    values = exponents.tolist()
    return np.fromiter(map(math.exp, values), dtype=np.float64, count=len(values))


def _instead_of_others(decay: DistanceDecay, patients: Patients) -> Codes:
    """Return the choice by comparing each uniform with the cumulated shares, the worst first."""
    instead = decay.instead
    if instead is None:
        return np.full(len(patients), ADVICE_INSTEAD, dtype=np.int8)
    *worse, _ = WORST_FIRST
    limits = np.cumsum([getattr(instead, choice_code.name.lower()).value for choice_code in worse])
    choice = np.searchsorted(limits, patients.u_beyond_reach, side="right")
    return np.array(WORST_FIRST, dtype=np.int8)[choice]


def until_morning_s(plan: Plan, patients: Patients) -> Floats:
    """Return how long it is from when each falls ill until the next morning."""
    count = len(plan.is_night_hour)
    hours = plan.region.calendar.calendar().hours(count)
    mornings = np.flatnonzero([hour.hour == MORNING for hour in hours]) * HOUR_S
    after = np.searchsorted(mornings, patients.time_s, side="right")
    until: Floats = mornings[np.minimum(after, len(mornings) - 1)] - patients.time_s
    return np.maximum(until, 0.0)


def distance_km(plan: Plan, patients: Patients) -> Floats:
    """Return how far each patient is by road from the nearest clinic with a doctor open then."""
    clinics = plan.organisation.clinics.values()
    staffed = {index for index, clinic in enumerate(clinics) if has_doctor(clinic)}
    return _nearest_km(plan, patients, staffed, of_none=0.0)


def satellite_km(plan: Plan, patients: Patients, urgency: Codes) -> Floats:
    """Return how far the nearest satellite is that is open then and takes each one's urgency."""
    km = np.full(len(patients), np.inf)
    for code, name in enumerate(CLINIC_URGENCIES):
        takes = {
            index
            for index, clinic in enumerate(plan.organisation.clinics.values())
            if not has_doctor(clinic) and clinic_sees(clinic, name)
        }
        if takes:
            mine = urgency == code
            km[mine] = _nearest_km(plan, patients, takes, of_none=np.inf)[mine]
    return km


def _nearest_km(plan: Plan, patients: Patients, clinics: Collection[int], of_none: float) -> Floats:
    tables, table = plan.openings.table_at(patients.time_s)
    km = np.array([_km_by_place(plan, open_now, clinics, of_none) for open_now in tables])
    return km[table, patients.place]


def _km_by_place(
    plan: Plan, open_now: OpeningTable, clinics: Collection[int], of_none: float
) -> Floats:
    """Return the distance of each place (last: neighbours) to the nearest of some clinics."""
    places = [plan.place_index[clinic.place] for clinic in plan.organisation.clinics.values()]
    km = np.full(len(plan.municipality_of_place) + 1, of_none)
    home = np.array(plan.municipality_of_place)
    for municipality, open_for in open_now.items():
        columns = [plan.travel.km_to(places[index]) for index in open_for if index in clinics]
        if columns:
            residents = np.flatnonzero(home == municipality)
            km[residents] = np.min(columns, axis=0)[residents]
    return km
