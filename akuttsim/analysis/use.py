"""Indicators of use: how often people are in contact with the service and seen, by where they live.

They show distance decay, clinics that close, and people without a regular GP.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from akuttsim.analysis.equity import with_gap
from akuttsim.analysis.observed import Mask, Observed, Row
from akuttsim.records import CONSULTATION, LINE_116117, LINE_HEALTH, VIDEO
from akuttsim.scenario.years_ahead import municipality_people

WEEKS_A_YEAR = 365.25 / 7
PEOPLE = 1000


def contacts_per_1000_a_year(seen: Observed) -> Iterator[Row]:
    """Contacts with the legevakt for each 1,000 inhabitants a year.

    Numerator: contacts of the region's inhabitants with 116117: on the public's or health
    personnel's line, by coming without ringing, or by e-consultation; those who hung up included.
    Left out: calls that are no contact (wrong number, silence), and those who begin at 113 or with
    a safety alarm. Denominator: inhabitants of the municipality. Unit: per 1,000 a year. By
    municipality, with the highest and lowest of them and the gap between these two.
    """
    lines = np.isin(seen.patients.line, (LINE_116117, LINE_HEALTH))
    contacts = seen.residents & seen.patients.is_contact & lines
    yield from with_gap(_per_1000(seen, "contacts_per_1000_a_year", contacts), "highest", "lowest")


def consultations_per_1000_a_year(seen: Observed) -> Iterator[Row]:
    """Patients seen by a doctor at a clinic or satellite for each 1,000 inhabitants a year.

    Numerator: patients of the region whom a doctor examined at a clinic, or by video at a
    satellite, however they came there; each once. Denominator: inhabitants of the municipality.
    Unit: per 1,000 a year.
    """
    did, arrived_s = seen.record.activities, seen.record.courses.at_clinic_s
    seen_there = np.isin(did.kind, (CONSULTATION, VIDEO)) & (did.patient >= 0)
    patient, start_s = did.patient[seen_there], did.start_s[seen_there]
    by_doctor = np.zeros(len(seen.patients), dtype=np.bool_)
    by_doctor[patient[start_s >= arrived_s[patient]]] = True
    yield from _per_1000(seen, "consultations_per_1000_a_year", seen.residents & by_doctor)


def _per_1000(seen: Observed, indicator: str, mask: Mask) -> Iterator[Row]:
    municipalities = municipality_people(seen.region)
    counts = np.bincount(seen.municipality[mask], minlength=len(municipalities)).tolist()
    people = [sum(ages) for ages in municipalities.values()]
    names = [("all", "all"), *(("municipality", name) for name in municipalities)]
    every = zip([sum(counts), *counts], [sum(people), *people], names, strict=True)
    for count, inhabitants, name in every:
        a_year = count / seen.weeks * WEEKS_A_YEAR
        value = a_year / inhabitants * PEOPLE if inhabitants else float("nan")
        yield Row(indicator, *name, value, "per 1000 per year", count)
