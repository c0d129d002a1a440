"""How consultations fall off with the distance to the nearest clinic with a doctor open then."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp

import numpy as np

from akuttsim.analysis.observed import Mask, Observed, Row
from akuttsim.analysis.rosters import open_for
from akuttsim.analysis.spans import Spans
from akuttsim.config.schema.clinic import has_doctor
from akuttsim.records import CLINIC, LINE_116117, LINE_HEALTH, Floats

FAR_KM = 50.0
NEWTON_STEPS = 25


def consultations_50_km_away(seen: Observed) -> Iterator[Row]:
    """Consultations 50 kilometres by road from the nearest doctor, over those next door.

    Numerator: the share of contacts that are seen at a clinic or satellite, 50 km from the nearest
    clinic with a doctor that was open when they fell ill. Denominator: the same at 0 km. Both from
    a curve exp(a - b x km) fitted to all contacts of the region's inhabitants with 116117, by
    maximum likelihood (Poisson). Left out: red, who go by ambulance, and those for whom no clinic
    was open. Nobody's distance keeps a person from being a contact here: who stays away and never
    rings counts. Unit: share of 1.
    Source: counterpart of Raknes et al., Tidsskr Nor Legeforen 2014 (48 % fewer at 50 km).
    """
    km = _nearest_doctor_km(seen)
    patients = seen.patients
    contact = seen.measured & patients.is_contact & (patients.urgency > 0)
    contact &= np.isin(patients.line, (LINE_116117, LINE_HEALTH)) & np.isfinite(km)
    seen_there = (seen.record.courses.outcome == CLINIC)[contact].astype(np.float64)
    value = exp(FAR_KM * _slope(km[contact], seen_there))
    yield Row("consultations_50_km_away", "all", "all", value, "share", int(contact.sum()))


def _slope(km: Floats, happened: Floats) -> float:
    """Return the slope of the log rate by maximum likelihood; NaN where nothing tells one."""
    if not happened.any() or np.ptp(km) == 0:
        return float("nan")
    design = np.column_stack([np.ones(len(km)), km])
    found = np.array([np.log(happened.mean()), 0.0])
    for _ in range(NEWTON_STEPS):
        rate = np.exp(design @ found)
        information = design.T @ (design * rate[:, None])
        found = found + np.linalg.solve(information, design.T @ (happened - rate))
    return float(found[1])


def _nearest_doctor_km(seen: Observed) -> Floats:
    """Return how far each patient is from the nearest doctor on site; infinite where none is."""
    time_s, place = seen.patients.time_s, seen.patients.place
    km = np.full(len(time_s), np.inf)
    index = {name: number for number, name in enumerate(seen.region.municipalities)}
    for clinic in seen.organisation.clinics.values():
        if has_doctor(clinic):
            towards = seen.travel.km_to(seen.region.place_ids.index(clinic.place))
            for service in clinic.open.values():
                served = np.isin(
                    seen.municipality, [index[each] for each in service.municipalities]
                )
                mine = served & _within(time_s, open_for(seen, [service]))
                km[mine] = np.minimum(km[mine], towards[place[mine]])
    return km


def _within(time_s: Floats, spans: Spans) -> Mask:
    if not len(spans):
        return np.zeros(len(time_s), dtype=np.bool_)
    last = np.searchsorted(spans[:, 0], time_s, side="right") - 1
    inside: Mask = (last >= 0) & (time_s < spans[np.maximum(last, 0), 1])
    return inside
