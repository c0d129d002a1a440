"""Indicators of journeys that keep crews for hours: transfers, psychiatry and births."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from akuttsim.indicators.declaration import (
    Observations,
    by_municipality,
    by_true_urgency,
    indicator,
)
from akuttsim.indicators.measured_run import (
    ESCORT,
    Grouping,
    GroupValue,
    Mask,
    MeasuredRun,
    is_one_of,
    mean,
    rate_rows,
    share,
)
from akuttsim.records import (
    JOURNEY,
    LINE_BIRTH,
    LINE_TRANSFER,
    LONG_JOURNEYS,
    TO_PATIENT,
    TRANSPORT,
    WITH_PATIENT,
    Floats,
)
from akuttsim.units import HOUR_S, MINUTE_S

REASONS = ("hospital transfer", "psychiatry", "birth")
"""Why a journey is made, in the order of `LONG_JOURNEYS`."""

REASONS_AWAY = (*REASONS, "planned in the region", "planned out of the region")
"""Why a crew is away that nobody has rung about."""


@indicator(unit="per week", better="neither", by=("all", "reason", "crew"))
def journeys_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Journeys that a vehicle was asked for, but for planned transports, in a mean week.

    What it counts: hospital transfers, psychiatric transports and births by ambulance that were
    asked for in the measured span. Left out: women in labour who go by their own car. Unit:
    journeys a week. By reason, and by the vehicle that came.
    Source: akuttsim's own definition.
    """
    mask = _is_journey(run) & ~np.isnan(run.record.courses.requested_s)
    crews = Grouping("crew", run.record.courses.crew[mask], tuple(run.organisation.ambulances))
    yield from rate_rows(run.weeks, int(mask.sum()), [_by_reason(run, mask), crews])


@indicator(unit="min", better="lower", by=("all", "reason", "true_urgency"))
def journey_wait_min(run: MeasuredRun) -> Observations:
    """Mean minutes from a vehicle is asked for a long journey until it is at the patient.

    Whom it counts: hospital transfers, psychiatric transports and births by ambulance that a
    vehicle has come to. What it holds: waiting for a crew that may go, its mobilisation and drive.
    Left out: waiting for who rides along, which comes after. Unit: minutes. By reason and urgency.
    Source: akuttsim's own definition.
    """
    courses = run.record.courses
    waited_s: Floats = courses.on_scene_s - courses.requested_s
    mask = _is_journey(run) & ~np.isnan(waited_s)
    groups = [_by_reason(run, mask), by_true_urgency(run, mask)]
    return Observations(waited_s[mask] / MINUTE_S, mean, groups, np.flatnonzero(mask))


@indicator(unit="h per week", better="neither", by=("all", "reason", "crew"))
def away_h_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Hours a week that vehicles are away on journeys that were ordered, by reason.

    What it counts: from when a vehicle is sent until it is free again, within the measured span:
    hospital transfers, psychiatric transports, births, and planned transports in the region and out
    of it. Left out: missions to people whom somebody has rung 113 or 116117 about, admitted
    patients fetched at a clinic, and the way home after it is free. Unit: hours a week. By reason
    and vehicle.
    Source: akuttsim's own definition.
    """
    did, units, patients = run.record.activities, run.record.units, run.patients
    names = tuple(run.organisation.ambulances)
    index = {name: number for number, name in enumerate(names)}
    vehicle = np.array([index.get(unit.name, -1) for unit in units], dtype=np.intp)[did.unit]
    away = is_one_of(did.kind, (JOURNEY, TRANSPORT)) & (vehicle >= 0)
    patient = did.patient[away]
    reason = patients.line[patient].astype(np.intp) - LINE_TRANSFER
    leaves = patients.transport_to[patient] < 0
    planned = did.kind[away] == TRANSPORT
    reason = np.where(planned, len(REASONS) + leaves, reason)
    begins, ends = run.record.measured
    seconds = np.clip(did.end_s[away], begins, ends) - np.clip(did.start_s[away], begins, ends)
    hours = seconds / HOUR_S / run.weeks
    yield GroupValue("all", "all", float(hours.sum()), len(hours))
    for by, groups, codes in (("reason", REASONS_AWAY, reason), ("crew", names, vehicle[away])):
        total = np.bincount(codes, weights=hours, minlength=len(groups)).tolist()
        count = np.bincount(codes, minlength=len(groups)).tolist()
        for name, value, n in zip(groups, total, count, strict=True):
            yield GroupValue(by, name, value, n)


@indicator(unit="share", better="lower", by=("all", "municipality"))
def births_before_ward(run: MeasuredRun) -> Observations:
    """Share of births that come before the woman is at the maternity ward.

    Numerator: births at home, waiting for the ambulance, or on the way. Denominator: births of the
    region's women who set out for a ward, by their own car or by ambulance. Left out: those under
    way when the run ended, and births that are planned at home. Unit: share of 1. By municipality.
    Source: counterpart of unplanned births outside institutions (Gunnarsson et al. 2014; Medisinsk
    fødselsregister).
    """
    mask = _is_birth(run)
    before = _is_born_before(run, run.record.courses.at_hospital_s)[mask].astype(np.float64)
    return Observations(before, share, [by_municipality(run, mask)], np.flatnonzero(mask))


@indicator(unit="share", better="lower", by=("all", "municipality"))
def births_without_help(run: MeasuredRun) -> Observations:
    """Share of births that come before the ward with neither midwife nor ambulance there.

    Numerator: births of `births_before_ward` that come before a crew or a midwife who was asked to
    ride along stands at the woman; by their own car all of them. Denominator: births of
    `births_before_ward`, which says who is left out. Unit: share of 1. By municipality.
    Source: akuttsim's own definition.
    """
    mask, courses = _is_birth(run), run.record.courses
    crew_s = np.where(np.isnan(courses.on_scene_s), np.inf, courses.on_scene_s)
    helped_s = np.fmin(crew_s, _midwife_there_s(run))
    alone = _is_born_before(run, np.fmin(helped_s, courses.at_hospital_s))[mask]
    groups = [by_municipality(run, mask)]
    return Observations(alone.astype(np.float64), share, groups, np.flatnonzero(mask))


@indicator(unit="share", better="neither", by=("all", "municipality"))
def births_with_midwife(run: MeasuredRun) -> Observations:
    """Share of the births by ambulance on which a midwife rides along (følgetjeneste).

    Numerator: those whom a midwife on call goes with. Denominator: births by ambulance that have
    come to the ward. Left out: women who go by their own car. Unit: share of 1. By municipality.
    Source: akuttsim's own definition.
    """
    mask = _is_birth(run) & (run.record.courses.crew >= 0)
    rides = _escort_trips(run, WITH_PATIENT)
    with_her = np.isin(np.flatnonzero(mask), run.record.trips.patient[rides])
    groups = [by_municipality(run, mask)]
    return Observations(with_her.astype(np.float64), share, groups, np.flatnonzero(mask))


def _is_journey(run: MeasuredRun) -> Mask:
    """Return which of the patients who are counted are on a long journey."""
    return run.residents & is_one_of(run.patients.line, LONG_JOURNEYS)


def _by_reason(run: MeasuredRun, mask: Mask) -> Grouping:
    """Return the reason of each journey."""
    return Grouping("reason", run.patients.line[mask].astype(np.intp) - LINE_TRANSFER, REASONS)


def _is_birth(run: MeasuredRun) -> Mask:
    """Return the births of the region's women who have come to a ward."""
    came: Mask = ~np.isnan(run.record.courses.at_hospital_s)
    births: Mask = run.residents & (run.patients.line == LINE_BIRTH) & came
    return births


def _is_born_before(run: MeasuredRun, time_s: Floats) -> NDArray[np.bool_]:
    """Return whose child was born before a time, one of each patient."""
    born: NDArray[np.bool_] = run.patients.time_s + run.patients.birth_after_s < time_s
    return born


def _escort_trips(run: MeasuredRun, kind: int) -> NDArray[np.intp]:
    """Return the rows of the trips of a kind that an escort made."""
    escorts = np.array([*(unit.role == ESCORT for unit in run.record.units), False])
    trips = run.record.trips
    return np.flatnonzero(escorts[trips.unit] & (trips.kind == kind))


def _midwife_there_s(run: MeasuredRun) -> Floats:
    """Return when an escort stood at each patient; infinite for who had none."""
    there_s, trips = np.full(len(run.patients), np.inf), run.record.trips
    out = _escort_trips(run, TO_PATIENT)
    np.fmin.at(there_s, trips.patient[out], trips.arrived_s[out])
    return there_s
