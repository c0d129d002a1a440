"""Indicators of care: the journey to it, the wait for the doctor, and where patients end."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from akuttsim.analysis.groupings import (
    by_age,
    by_clinic,
    by_distance,
    by_hour,
    by_municipality,
    by_urgency,
)
from akuttsim.analysis.observations import Observations
from akuttsim.analysis.observed import (
    Grouping,
    Mask,
    Observed,
    Row,
    Statistic,
    mean,
    median,
    p90,
    rates,
)
from akuttsim.records import LINE_TRANSPORT, NEVER_ASKED, OUTCOMES, TRANSPORTED, Floats
from akuttsim.units import MINUTE_S

WAYS = tuple(n for code, n in enumerate(OUTCOMES) if code not in (*NEVER_ASKED, TRANSPORTED))
"""How a contact may end."""

_WAY_OF_OUTCOME = np.array([WAYS.index(name) if name in WAYS else -1 for name in OUTCOMES])


def travel_to_care_min(seen: Observed) -> Observations:
    """Mean minutes that patients drive to be seen, one way.

    Whom it counts: patients who set out for a clinic or satellite themselves; for those sent on
    from a satellite, both drives. Those whom an ambulance fetched are left out. Unit: minutes. By
    municipality, with the worst and best of them and the gap between these two, and by clinic.
    Source: akuttsim's own definition.
    """
    mask = _drove(seen)
    groups = [by_municipality(seen, mask), by_clinic(seen, mask)]
    minutes = seen.record.courses.travel_s[mask] / MINUTE_S
    who = np.flatnonzero(mask)
    return Observations("travel_to_care_min", "min", minutes, mean, groups, who, has_gap=True)


def travel_to_care_p90_min(seen: Observed) -> Observations:
    """Minutes of driving to be seen, one way, that nine in ten patients stay below.

    Whom it counts: patients of `travel_to_care_min`, which says who is left out. Unit: minutes. By
    municipality.
    Source: akuttsim's own definition.
    """
    mask = _drove(seen)
    minutes = seen.record.courses.travel_s[mask] / MINUTE_S
    groups = [by_municipality(seen, mask)]
    who = np.flatnonzero(mask)
    return Observations("travel_to_care_p90_min", "min", minutes, p90, groups, who)


def ring_to_doctor_min(seen: Observed) -> Observations:
    """Mean minutes from the first ring until a doctor sees or speaks with the patient.

    Whom it counts: patients whom a doctor of the duty saw, rang up, met on video or visited. First
    ring is the patient's first call, repeats and waiting included; for those who come or write
    without ringing, when they set out or wrote; for a safety alarm, when it was pressed. Left out:
    patients whom no doctor of the duty had to do with (advice from a nurse, ambulance straight to
    hospital, those who hung up). Unit: minutes. By municipality, with the worst and best of them
    and the gap between these two; by urgency, age, and kilometres by road to the nearest legevakt
    (of this organisation: the same people may be in other bands in another).
    Source: akuttsim's own definition.
    """
    courses = seen.record.courses
    mask = seen.measured & ~np.isnan(courses.doctor_s)
    minutes = (courses.doctor_s[mask] - seen.patients.time_s[mask]) / MINUTE_S
    groups = [by_municipality(seen, mask), by_urgency(seen, mask)]
    groups += [by_age(seen, mask), by_distance(seen, mask)]
    who = np.flatnonzero(mask)
    return Observations("ring_to_doctor_min", "min", minutes, mean, groups, who, has_gap=True)


def arrival_to_doctor_median_min(seen: Observed) -> Observations:
    """Median minutes from arrival at the clinic (or satellite) until the doctor.

    Whom it counts: patients seen at a clinic, or at a satellite by the doctor on video, however
    they came there. Left out: patients whom only a nurse saw, and those who had been with a doctor
    before they came. For those sent on, the last place. Unit: minutes. By urgency and clinic.
    Source: akuttsim's own definition.
    """
    return _from_arrival(seen, "arrival_to_doctor_median_min", median)


def arrival_to_doctor_p90_min(seen: Observed) -> Observations:
    """Minutes from arrival at the clinic until the doctor that nine in ten stay below.

    Whom it counts: patients seen at a clinic, or at a satellite by the doctor on video, however
    they came there. Left out: patients whom only a nurse saw, and those who had been with a doctor
    before they came. For those sent on, the last place. Unit: minutes. By urgency and clinic.
    Source: akuttsim's own definition.
    """
    return _from_arrival(seen, "arrival_to_doctor_p90_min", p90)


def contacts_a_week(seen: Observed) -> Iterator[Row]:
    """People of the region in a mean week by how their contact ended (the last care it got).

    Whom it counts: all who rang, came or wrote, pressed an alarm, or were victims of an incident.
    Left out: those who did not call in this organisation (alarm users where nobody answers alarms,
    and those who live too far away to come), and planned transports, which are no contacts. Unit:
    people a week. By how it ended.
    Source: akuttsim's own definition.
    """
    mask = seen.residents & (seen.patients.line != LINE_TRANSPORT)
    codes = _WAY_OF_OUTCOME[seen.record.courses.outcome[mask]]
    ways = Grouping("outcome", codes, WAYS)
    yield from rates("contacts_a_week", seen.per_week, len(codes), [ways])


def consultations_a_week(seen: Observed) -> Iterator[Row]:
    """Patients seen at the clinics and satellites in a mean week.

    Whom it counts: patients who came inside, however they came there and whoever saw them; those
    sent on count at the last place. Left out: patients seen at home, on the phone or on screen.
    Unit: patients a week. By clinic, and by hour of arrival.
    Source: akuttsim's own definition.
    """
    courses = seen.record.courses
    mask = seen.present & (courses.clinic >= 0)
    groups = [by_clinic(seen, mask), by_hour(seen, courses.at_clinic_s[mask])]
    yield from rates("consultations_a_week", seen.per_week, int(mask.sum()), groups)


def video_share(seen: Observed) -> Observations:
    """Share of answered 116117 contacts that were turned into video calls.

    Numerator: contacts that the nurse turned into a video call. Denominator: contacts that a 116117
    room answered, those of neighbour districts that share it included. Left out: calls that are no
    contact (wrong number, silence), and video with a doctor. Unit: share of 1.
    Source: Sandal, Video i legevaktsentral, NKLM report 2-2022 (about 3 % of calls).
    """
    calls = seen.record.calls
    answered = np.zeros(len(seen.patients), dtype=np.bool_)
    answered[calls.patient[seen.rooms_for("116117") & ~np.isnan(calls.answered_s)]] = True
    mask = seen.measured & answered & seen.patients.is_contact
    video = seen.record.courses.video[mask].astype(np.float64)
    return Observations("video_share", "share", video, mean, [], np.flatnonzero(mask))


def video_moved_share(seen: Observed) -> Iterator[Row]:
    """Share of 116117's video calls in which video changed the urgency.

    Numerator: video calls judged otherwise than voice alone would have told. Denominator: contacts
    of 116117 that were turned into video calls. Left out: video with a doctor. Unit: share of 1. By
    direction: up (more urgent) and down (less urgent).
    Source: Sandal, Video i legevaktsentral, NKLM report 2-2022.
    """
    courses = seen.record.courses
    moved = courses.video_moved[seen.present & courses.video]
    for group_by, group, steps in (
        ("all", "all", (-1, 1)),
        ("direction", "up", (-1,)),
        ("direction", "down", (1,)),
    ):
        value = mean(np.isin(moved, steps).astype(np.float64))
        yield Row("video_moved_share", group_by, group, value, "share", len(moved))


def _from_arrival(seen: Observed, indicator: str, statistic: Statistic) -> Observations:
    courses = seen.record.courses
    waits: Floats = courses.doctor_s - courses.at_clinic_s
    mask = seen.measured & (courses.clinic >= 0) & (waits >= 0)
    groups = [by_urgency(seen, mask), by_clinic(seen, mask)]
    minutes, who = waits[mask] / MINUTE_S, np.flatnonzero(mask)
    return Observations(indicator, "min", minutes, statistic, groups, who)


def _drove(seen: Observed) -> Mask:
    return seen.measured & ~np.isnan(seen.record.courses.travel_s)
