"""Indicators of use: how often people are in contact with the service and seen, by where they live.

They show distance decay, clinics that close, and people without a regular GP.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from akuttsim.analysis.equity import with_gap
from akuttsim.analysis.groupings import by_urgency
from akuttsim.analysis.observed import Grouping, Mask, Observed, Per, Row, rates
from akuttsim.analysis.trips import trips_began
from akuttsim.config.schema.region import municipality_populations
from akuttsim.records import (
    CONSULTATION,
    HOME_VISIT,
    LINE_116117,
    LINE_HEALTH,
    LINE_TRANSPORT,
    VIDEO,
    WITH_PATIENT,
)

WEEKS_A_YEAR = 365.25 / 7
PEOPLE = 1000


def contacts_per_1000_a_year(seen: Observed) -> Iterator[Row]:
    """Contacts with the legevakt for each 1,000 inhabitants a year.

    Numerator: contacts of the region's inhabitants with 116117: on the public's or health
    personnel's line, by coming without ringing, or by e-consultation; those who hung up included.
    Left out: calls that are no contact (wrong number, silence), and those who begin at 113 or with
    a safety alarm. Denominator: inhabitants of the municipality. Unit: per 1,000 a year. By
    municipality, with the highest and lowest of them and the gap between these two.
    Source: counterpart of the Watchtowers' contacts (Hansen et al., BMC HSR 2009;9:123; Eikeland et
    al., NORCE 2020).
    """
    contacts = _per_1000(seen, "contacts_per_1000_a_year", is_contact(seen))
    yield from with_gap(contacts, "highest", "lowest")


def is_contact(seen: Observed) -> Mask:
    """Return which patients are contacts of the region's inhabitants with 116117."""
    lines = np.isin(seen.patients.line, (LINE_116117, LINE_HEALTH))
    contacts: Mask = seen.residents & seen.patients.is_contact & lines
    return contacts


def consultations_per_1000_a_year(seen: Observed) -> Iterator[Row]:
    """Patients seen by a doctor at a clinic or satellite for each 1,000 inhabitants a year.

    Numerator: patients of the region whom a doctor examined at a clinic, or by video at a
    satellite, however they came there; each once. Denominator: inhabitants of the municipality.
    Left out: patients whom only a nurse saw, home visits, and consultations on phone or screen. By
    municipality. Unit: per 1,000 a year.
    Source: counterpart of Helsedirektoratet, Allmennlegetjenesten, årsrapport 2023, ch. 9.3.
    """
    by_doctor = seen.residents & seen_by_doctor(seen)
    yield from _per_1000(seen, "consultations_per_1000_a_year", by_doctor)


def seen_by_doctor(seen: Observed) -> Mask:
    """Return which patients a doctor examined at a clinic, or by video at a satellite."""
    did, arrived_s = seen.record.activities, seen.record.courses.at_clinic_s
    seen_there = np.isin(did.kind, (CONSULTATION, VIDEO)) & (did.patient >= 0)
    patient, start_s = did.patient[seen_there], did.start_s[seen_there]
    by_doctor: Mask = np.zeros(len(seen.patients), dtype=np.bool_)
    by_doctor[patient[start_s >= arrived_s[patient]]] = True
    return by_doctor


def home_visits_per_1000_a_year(seen: Observed) -> Iterator[Row]:
    """Home visits (sykebesøk) of the doctor on duty for each 1,000 inhabitants a year.

    Numerator: patients of the region whom the doctor visited at home. Call-outs to red incidents
    are left out, and so are those asked to come to the clinic instead, who live too far away.
    Denominator: inhabitants of the municipality. Unit: per 1,000 a year. By municipality.
    Source: counterpart of Helsedirektoratet, Allmennlegetjenesten, årsrapport 2023, ch. 9.3.
    """
    visited = seen.residents & (seen.record.courses.outcome == HOME_VISIT)
    yield from _per_1000(seen, "home_visits_per_1000_a_year", visited)


def missions_per_1000_a_year(seen: Observed) -> Iterator[Row]:
    """Ambulance missions for each 1,000 inhabitants a year.

    Numerator: patients of the region whom an ambulance was sent to; patients taken from a clinic
    who were admitted; and planned transports that a vehicle has come to. A patient fetched at home
    and later at a clinic is two. Helicopters, boats and single responders are left out, and so are
    crews that met another on the way. Denominator: inhabitants of the region. Unit: per 1,000 a
    year. By kind, and those to patients by urgency.
    Source: counterpart of Statistics Norway's ambulance missions (Flere ambulanseoppdrag i 2021).
    """
    is_planned = seen.patients.line == LINE_TRANSPORT
    sent = seen.residents & (seen.record.courses.crew >= 0)
    to_patients, fetched = sent & ~is_planned, int(_fetched_at_clinic(seen).sum())
    counts = [int(to_patients.sum()), fetched, int((sent & is_planned).sum())]
    kinds = Grouping("kind", np.repeat(np.arange(len(counts)), counts), KINDS_OF_MISSION)
    groups = [kinds, by_urgency(seen, to_patients)]
    people = sum(sum(ages) for ages in municipality_populations(seen.region).values())
    per = Per("per 1000 per year", people / PEOPLE * seen.weeks / WEEKS_A_YEAR)
    yield from rates("missions_per_1000_a_year", per, sum(counts), groups)


def _fetched_at_clinic(seen: Observed) -> Mask:
    """Return which trips with a patient, begun in the measured span, were from a clinic."""
    trips = seen.record.trips
    left_s = seen.record.courses.left_clinic_s[trips.patient]
    by_crew = (trips.unit >= 0) & (trips.kind == WITH_PATIENT)
    from_clinic: Mask = trips_began(seen) & by_crew & (trips.departed_s >= left_s)
    return from_clinic


KINDS_OF_MISSION = ("to a patient", "from a clinic", "planned transport")
"""Why an ambulance drives."""


def _per_1000(seen: Observed, indicator: str, mask: Mask) -> Iterator[Row]:
    municipalities = municipality_populations(seen.region)
    counts = np.bincount(seen.municipality[mask], minlength=len(municipalities)).tolist()
    people = [sum(ages) for ages in municipalities.values()]
    names = [("all", "all"), *(("municipality", name) for name in municipalities)]
    every = zip([sum(counts), *counts], [sum(people), *people], names, strict=True)
    for count, inhabitants, name in every:
        a_year = count / seen.weeks * WEEKS_A_YEAR
        value = a_year / inhabitants * PEOPLE if inhabitants else float("nan")
        yield Row(indicator, *name, value, "per 1000 per year", count)
