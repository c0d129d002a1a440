"""Who calls at all in this organisation, of the patients drawn for the highest use.

Patients are the same for every organisation; those who would not have called, because the nearest
clinic is far away, nobody answers their alarm or their district's number is answered elsewhere, are
left out here.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from akuttsim.chain import triage
from akuttsim.chain.openings import Table
from akuttsim.chain.plan import Plan
from akuttsim.patients.decay import highest_factor
from akuttsim.records import (
    CLINIC,
    HOME_VISIT,
    LINE_113,
    LINE_ALARM,
    RED,
    Flags,
    Floats,
    Patients,
)
from akuttsim.scenario.demand import DistanceDecay


def present(plan: Plan, patients: Patients, municipality: NDArray[np.intp]) -> Flags:
    """Return which patients call."""
    is_here = _neighbours_answered(plan, patients)
    is_alarm = patients.line == LINE_ALARM
    if is_alarm.any():
        room = plan.answering["alarm"].first_at(patients.time_s, municipality)
        is_here &= ~is_alarm | (room >= 0)
    decay = plan.region.demand.distance_decay
    if decay is not None and not decay.everybody_comes:
        ours = patients.place >= 0
        calls_116117 = ours & (patients.line != LINE_113) & ~is_alarm & patients.is_contact
        kept = patients.u_present < _kept(plan, patients, decay)
        is_here &= ~calls_116117 | kept
    return is_here


def _neighbours_answered(plan: Plan, patients: Patients) -> Flags:
    """Return all but neighbours who ring a number that no room here answers for their district."""
    to_113, to_116117 = (
        np.array([*(room >= 0 for room in plan.outside[number]), True])
        for number in ("113", "116117")
    )
    rings_113 = patients.line == LINE_113
    return np.where(rings_113, to_113[patients.outside], to_116117[patients.outside])


def _kept(plan: Plan, patients: Patients, decay: DistanceDecay) -> Floats:
    """Return the share of the highest use that each contact keeps at its distance.

    By what the contact needs: seen by a doctor, visited at home, red; the phone does not fall.
    """
    way = triage.ways_from_116117(plan.region, patients, patients.urgency)
    per_km = np.select(
        [patients.urgency == RED, way == CLINIC, way == HOME_VISIT],
        [decay.red_per_km.value, decay.consultation_per_km.value, decay.home_visit_per_km.value],
        0.0,
    )
    nearer_km = decay.reference_km.value - distance_km(plan, patients)
    exponents = (per_km * nearer_km).tolist()
    kept = np.fromiter(map(math.exp, exponents), dtype=np.float64, count=len(exponents))
    return np.minimum(kept / highest_factor(decay), 1.0)


def distance_km(plan: Plan, patients: Patients) -> Floats:
    """Return how far each patient is by road from the nearest clinic with a doctor open then."""
    tables, table = plan.openings.table_at(patients.time_s)
    km = np.array([_nearest_km(plan, each) for each in tables])
    return km[table, patients.place]


def _nearest_km(plan: Plan, open_now: Table) -> Floats:
    """Return the distance of each place (last: neighbours) to the nearest clinic of its own."""
    clinics = list(plan.organisation.clinics.values())
    km = np.zeros(len(plan.municipality_of_place) + 1)
    home = np.array(plan.municipality_of_place)
    for municipality, open_for in open_now.items():
        staffed = [clinics[index] for index in open_for if clinics[index].kind != "satellite"]
        columns = [plan.travel.km_to(plan.place_index[clinic.place]) for clinic in staffed]
        if columns:
            here = np.flatnonzero(home == municipality)
            km[here] = np.min(columns, axis=0)[here]
    return km
