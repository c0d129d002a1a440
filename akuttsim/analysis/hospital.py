"""Indicators of the hospital's door: the queue to hand over, and municipal acute beds instead."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from akuttsim.analysis.groupings import by_hour, by_municipality, by_urgency
from akuttsim.analysis.observations import Observations
from akuttsim.analysis.observed import Grouping, Mask, Observed, Row, Statistic, mean, p90, rates
from akuttsim.records import ACUTE_BED, Floats
from akuttsim.units import HOUR_S, MINUTE_S


def handover_wait_min(seen: Observed) -> Observations:
    """Mean minutes that a crew and its patient wait for the emergency department to take over.

    From arrival at hospital until the handover began. Whom it counts: patients of the region
    brought to hospital by an ambulance, those taken over at once included (as 0). Left out:
    patients whom a helicopter or boat brought, planned transports, and those admitted from a
    clinic. Unit: minutes. By urgency and by hour of arrival.
    Source: akuttsim's own definition.
    """
    return _handover_wait(seen, "handover_wait_min", mean)


def handover_wait_p90_min(seen: Observed) -> Observations:
    """Minutes of waiting to hand over at the emergency department that nine in ten stay below.

    Whom it counts: patients of `handover_wait_min`, which says who is left out. Unit: minutes. By
    urgency and by hour of arrival.
    Source: akuttsim's own definition.
    """
    return _handover_wait(seen, "handover_wait_p90_min", p90)


def acute_bed_admissions_a_week(seen: Observed) -> Iterator[Row]:
    """Patients admitted to a municipal acute bed (ØHD/KAD) instead of hospital, in a mean week.

    Whom it counts: patients whom the clinic would admit, that such a bed will do for, and for whom
    one was free. Left out: those admitted to hospital because no bed was free. Unit: patients a
    week. By urgency, municipality and where the beds are.
    Source: akuttsim's own definition.
    """
    mask = seen.present & _admitted(seen)
    beds = Grouping("acute_beds", _beds_of(seen)[mask], tuple(seen.organisation.acute_beds))
    groups = [by_urgency(seen, mask), by_municipality(seen, mask), beds]
    yield from rates("acute_bed_admissions_a_week", seen.per_week, int(mask.sum()), groups)


def acute_beds_in_use(seen: Observed) -> Iterator[Row]:
    """Share of municipal acute beds in use.

    Numerator: hours in bed within the measured span, of those admitted before it too; a stay is
    that which the patient's own chance gives in this organisation. Denominator: beds times the
    hours of the span. Where two places have beds for a municipality, the first counts. Left out:
    observation beds of the clinics. Unit: share of 1. By where the beds are.
    Source: akuttsim's own definition.
    """
    every = seen.organisation.acute_beds
    first, last = seen.record.measured
    admitted_s, stay_s, beds_of = seen.record.courses.ended_s, _stay_s(seen), _beds_of(seen)
    mask = _admitted(seen) & (beds_of >= 0)
    ends = np.clip(admitted_s[mask] + stay_s[mask], first, last)
    in_bed_s = ends - np.clip(admitted_s[mask], first, last)
    used = np.bincount(beds_of[mask], weights=in_bed_s, minlength=len(every)).tolist()
    patients = np.bincount(beds_of[mask], minlength=len(every)).tolist()
    there = [each.beds.value * (last - first) for each in every.values()]
    names = [("all", "all"), *(("acute_beds", name) for name in every)]
    numbers = zip([sum(used), *used], [sum(there), *there], [sum(patients), *patients], strict=True)
    for name, (part, whole, n) in zip(names, numbers, strict=True):
        yield Row("acute_beds_in_use", *name, part / whole if whole else np.nan, "share", n)


def _handover_wait(seen: Observed, indicator: str, statistic: Statistic) -> Observations:
    courses = seen.record.courses
    waited_s: Floats = courses.handover_began_s - courses.at_hospital_s
    mask = seen.residents & ~np.isnan(waited_s)
    groups = [by_urgency(seen, mask), by_hour(seen, courses.at_hospital_s[mask])]
    minutes, who = waited_s[mask] / MINUTE_S, np.flatnonzero(mask)
    return Observations(indicator, "min", minutes, statistic, groups, who)


def _admitted(seen: Observed) -> Mask:
    admitted: Mask = seen.record.courses.outcome == ACUTE_BED
    return admitted


def _beds_of(seen: Observed) -> NDArray[np.intp]:
    """Return which acute beds are for each patient's municipality; -1 for none."""
    every = list(seen.organisation.acute_beds.values())
    of_municipality = [
        next((at for at, beds in enumerate(every) if name in beds.municipalities), -1)
        for name in seen.region.municipality_ids
    ]
    return np.array([*of_municipality, -1], dtype=np.intp)[seen.municipality]


def _stay_s(seen: Observed) -> Floats:
    """Return how long each admitted patient stays; NaN for the rest."""
    stay_s: Floats = np.full(len(seen.patients), np.nan)
    beds_of, admitted = _beds_of(seen), _admitted(seen)
    for index, beds in enumerate(seen.organisation.acute_beds.values()):
        mine = admitted & (beds_of == index)
        stay_s[mine] = beds.stay_h.quantile(seen.patients.u_acute_bed_stay[mine]) * HOUR_S
    return stay_s
