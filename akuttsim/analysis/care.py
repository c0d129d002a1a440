"""Indicators of care: the journey to it, the wait for the doctor, and where patients end."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from akuttsim.analysis.observed import (
    HOURS,
    Grouping,
    Mask,
    Observed,
    Row,
    Statistic,
    mean,
    median,
    p90,
    rows,
)
from akuttsim.records import OUTCOMES, Floats
from akuttsim.scenario.fields import URGENCIES
from akuttsim.units import MINUTE_S


def travel_to_care_min(seen: Observed) -> Iterator[Row]:
    """Mean minutes that patients drive to be seen, one way.

    Whom it counts: patients who set out for a clinic or satellite themselves; for those sent on
    from a satellite, both drives. Those whom an ambulance fetched are left out. Unit: minutes.
    """
    mask = _drove(seen)
    groups = [_municipality(seen, mask), _clinic(seen, mask)]
    minutes = seen.record.courses.travel_s[mask] / MINUTE_S
    yield from rows("travel_to_care_min", "min", minutes, mean, groups)


def travel_to_care_p90_min(seen: Observed) -> Iterator[Row]:
    """Minutes of driving that nine in ten of the same patients stay below. Unit: minutes."""
    mask = _drove(seen)
    minutes = seen.record.courses.travel_s[mask] / MINUTE_S
    groups = [_municipality(seen, mask)]
    yield from rows("travel_to_care_p90_min", "min", minutes, p90, groups)


def ring_to_doctor_min(seen: Observed) -> Iterator[Row]:
    """Mean minutes from the first ring until a doctor sees or speaks with the patient.

    Whom it counts: patients whom a doctor of the duty saw, rang up, met on video or visited. First
    ring is the patient's first call, repeats and waiting included. Unit: minutes.
    """
    courses = seen.record.courses
    mask = seen.measured & ~np.isnan(courses.doctor_s)
    minutes = (courses.doctor_s[mask] - seen.patients.time_s[mask]) / MINUTE_S
    groups = [_municipality(seen, mask), _urgency(seen, mask)]
    yield from rows("ring_to_doctor_min", "min", minutes, mean, groups)


def arrival_to_doctor_median_min(seen: Observed) -> Iterator[Row]:
    """Median minutes from arrival at the clinic (or satellite) until the doctor. By urgency."""
    yield from _from_arrival(seen, "arrival_to_doctor_median_min", median)


def arrival_to_doctor_p90_min(seen: Observed) -> Iterator[Row]:
    """Minutes from arrival until the doctor that nine in ten stay below. By urgency and clinic."""
    yield from _from_arrival(seen, "arrival_to_doctor_p90_min", p90)


def contacts_a_week(seen: Observed) -> Iterator[Row]:
    """People of the region in a mean week by how their contact ended (the last care it got)."""
    mask = seen.measured & (seen.municipality >= 0)
    counts = np.bincount(seen.record.courses.outcome[mask], minlength=len(OUTCOMES))
    total = int(counts.sum())
    yield Row("contacts_a_week", "all", "all", total / seen.weeks, "per week", total)
    for name, count in zip(OUTCOMES, counts.tolist(), strict=True):
        yield Row("contacts_a_week", "outcome", name, count / seen.weeks, "per week", count)


def consultations_a_week(seen: Observed) -> Iterator[Row]:
    """Patients seen at each clinic and satellite in a mean week, and by hour of arrival."""
    courses = seen.record.courses
    mask = seen.measured & (courses.clinic >= 0)
    n = int(mask.sum())
    yield Row("consultations_a_week", "all", "all", n / seen.weeks, "per week", n)
    for grouping in (
        _clinic(seen, mask),
        Grouping("hour", seen.hour(courses.at_clinic_s[mask]), HOURS),
    ):
        counts = np.bincount(grouping.codes, minlength=len(grouping.names)).tolist()
        for name, count in zip(grouping.names, counts, strict=True):
            row = (grouping.name, name, count / seen.weeks, "per week", count)
            yield Row("consultations_a_week", *row)


def video_share(seen: Observed) -> Iterator[Row]:
    """Share of answered 116117 contacts that were turned into video calls."""
    calls = seen.record.calls
    number = [room.number == "116117" for room in seen.organisation.control_rooms.values()]
    answered = np.zeros(len(seen.patients), dtype=np.bool_)
    answered[calls.patient[np.array(number)[calls.room] & ~np.isnan(calls.answered_s)]] = True
    mask = seen.measured & answered & seen.patients.is_contact
    yield from rows(
        "video_share", "share", seen.record.courses.video[mask].astype(np.float64), mean, []
    )


def _from_arrival(seen: Observed, indicator: str, statistic: Statistic) -> Iterator[Row]:
    courses = seen.record.courses
    waits: Floats = courses.doctor_s - courses.at_clinic_s
    mask = seen.measured & (courses.clinic >= 0) & (waits >= 0)
    groups = [_urgency(seen, mask), _clinic(seen, mask)]
    yield from rows(indicator, "min", waits[mask] / MINUTE_S, statistic, groups)


def _drove(seen: Observed) -> Mask:
    return seen.measured & ~np.isnan(seen.record.courses.travel_s)


def _municipality(seen: Observed, mask: Mask) -> Grouping:
    return Grouping("municipality", seen.municipality[mask], seen.region.municipality_ids)


def _urgency(seen: Observed, mask: Mask) -> Grouping:
    return Grouping("urgency", seen.record.courses.judged[mask], URGENCIES)


def _clinic(seen: Observed, mask: Mask) -> Grouping:
    names = list(seen.organisation.clinics)
    return Grouping("clinic", seen.record.courses.clinic[mask], names)
