"""Indicators of care: the journey, the wait for the doctor, where patients end, unmet need.

Of the hospital: the queue to hand over at its door, and municipal acute beds used instead of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from akuttsim.indicators.declaration import (
    Observations,
    by_age,
    by_clinic,
    by_distance,
    by_hour,
    by_municipality,
    by_time_of_day,
    by_true_urgency,
    by_urgency,
    indicator,
)
from akuttsim.indicators.measured_run import (
    Grouping,
    GroupValue,
    Mask,
    MeasuredRun,
    Statistic,
    is_one_of,
    mean,
    median,
    p90,
    rate_rows,
)
from akuttsim.records import (
    ACUTE_BED,
    ADVICE_INSTEAD,
    DOCTOR_PHONE_INSTEAD,
    LOST,
    NEVER_ASKED,
    NEXT_DAY_INSTEAD,
    ORDERED_JOURNEYS,
    OUTCOMES,
    RANG_113_INSTEAD,
    TRANSPORTED,
    WAITED_TILL_MORNING,
    WITHOUT,
    WORSE_LATER,
    Floats,
)
from akuttsim.units import HOUR_S, MINUTE_S

CONTACT_ENDINGS = tuple(
    n for code, n in enumerate(OUTCOMES) if code not in (*NEVER_ASKED, TRANSPORTED)
)
"""How a contact may end."""

_ENDING_OF_OUTCOME = np.array(
    [CONTACT_ENDINGS.index(name) if name in CONTACT_ENDINGS else -1 for name in OUTCOMES]
)

UNMET_NEEDS = (
    "got_worse_far_away",
    "got_worse_judged_too_low",
    "red_waited_till_morning",
    "went_without",
    "gave_up_on_phone",
    "got_worse_waiting",
)
"""What became of people whose need was not met; the last only where the region has such a rule."""

CARE_INSTEAD = ("advice", "doctor_phone", "next_day", "rang_113")
"""What people got instead of coming, care being far away."""


@indicator(
    unit="min", better="lower", by=("all", "urgency", "hour"), after="nurse_call_outs_a_week"
)
def handover_wait_min(run: MeasuredRun) -> Observations:
    """Mean minutes that a crew and its patient wait for the emergency department to take over.

    From arrival at hospital until the handover began. Whom it counts: patients of the region
    brought to hospital by an ambulance, those taken over at once included (as 0). Left out:
    patients whom a helicopter or boat brought, planned transports, and those admitted from a
    clinic. Unit: minutes. By urgency and by hour of arrival.
    Source: akuttsim's own definition.
    """
    return _handover_waits(run, mean)


@indicator(unit="min", better="lower", by=("all", "urgency", "hour"))
def handover_wait_p90_min(run: MeasuredRun) -> Observations:
    """Minutes of waiting to hand over at the emergency department that nine in ten stay below.

    Whom it counts: patients of `handover_wait_min`, which says who is left out. Unit: minutes. By
    urgency and by hour of arrival.
    Source: akuttsim's own definition.
    """
    return _handover_waits(run, p90)


def _handover_waits(run: MeasuredRun, statistic: Statistic) -> Observations:
    courses = run.record.courses
    waited_s: Floats = courses.handover_began_s - courses.at_hospital_s
    mask = run.residents & ~np.isnan(waited_s)
    groups = [by_urgency(run, mask), by_hour(run, courses.at_hospital_s[mask])]
    minutes, who = waited_s[mask] / MINUTE_S, np.flatnonzero(mask)
    return Observations(minutes, statistic, groups, who)


@indicator(unit="per week", better="neither", by=("all", "urgency", "municipality", "acute_beds"))
def acute_bed_admissions_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Patients admitted to a municipal acute bed (ØHD/KAD) instead of hospital, in a mean week.

    Whom it counts: patients whom the clinic would admit, or an ambulance take to hospital, that
    such a bed will do for, and for whom one was free. Left out: those who came to hospital because
    no bed was free. Unit: patients a week. By urgency, municipality and where the beds are.
    Source: akuttsim's own definition.
    """
    mask = run.present & _is_in_acute_bed(run)
    beds = Grouping(
        "acute_beds", _acute_beds_of_patients(run)[mask], tuple(run.organisation.acute_beds)
    )
    groups = [by_urgency(run, mask), by_municipality(run, mask), beds]
    yield from rate_rows(run.weeks, int(mask.sum()), groups)


@indicator(unit="share", better="neither", by=("all", "acute_beds"))
def acute_beds_in_use(run: MeasuredRun) -> Iterator[GroupValue]:
    """Share of municipal acute beds in use.

    Numerator: hours in bed within the measured span, of those admitted before it too; a stay is
    that which the patient's own chance gives in this organisation. Denominator: beds times the
    hours of the span. Where two places have beds for a municipality, the first counts. Left out:
    observation beds of the clinics. Unit: share of 1. By where the beds are.
    Source: akuttsim's own definition.
    """
    acute_beds = run.organisation.acute_beds
    first, last = run.record.measured
    admitted_s, stay_s, beds_of = (
        run.record.courses.ended_s,
        _acute_bed_stay_s(run),
        _acute_beds_of_patients(run),
    )
    mask = _is_in_acute_bed(run) & (beds_of >= 0)
    ends = np.clip(admitted_s[mask] + stay_s[mask], first, last)
    in_bed_s = ends - np.clip(admitted_s[mask], first, last)
    used = np.bincount(beds_of[mask], weights=in_bed_s, minlength=len(acute_beds)).tolist()
    patients = np.bincount(beds_of[mask], minlength=len(acute_beds)).tolist()
    bed_seconds = [beds.beds.value * (last - first) for beds in acute_beds.values()]
    names = [("all", "all"), *(("acute_beds", name) for name in acute_beds)]
    numbers = zip(
        [sum(used), *used],
        [sum(bed_seconds), *bed_seconds],
        [sum(patients), *patients],
        strict=True,
    )
    for name, (part, whole, n) in zip(names, numbers, strict=True):
        yield GroupValue(*name, part / whole if whole else np.nan, n)


def _acute_bed_stay_s(run: MeasuredRun) -> Floats:
    """Return how long each admitted patient stays; NaN for the rest."""
    stay_s: Floats = np.full(len(run.patients), np.nan)
    beds_of, admitted = _acute_beds_of_patients(run), _is_in_acute_bed(run)
    for index, beds in enumerate(run.organisation.acute_beds.values()):
        mine = admitted & (beds_of == index)
        stay_s[mine] = beds.stay_h.quantile(run.patients.u_acute_bed_stay[mine]) * HOUR_S
    return stay_s


def _acute_beds_of_patients(run: MeasuredRun) -> NDArray[np.intp]:
    """Return which acute beds are for each patient's municipality; -1 for none."""
    every = list(run.organisation.acute_beds.values())
    of_municipality = [
        next((at for at, beds in enumerate(every) if name in beds.municipalities), -1)
        for name in run.region.municipality_ids
    ]
    return np.array([*of_municipality, -1], dtype=np.intp)[run.municipality]


def _is_in_acute_bed(run: MeasuredRun) -> Mask:
    admitted: Mask = run.record.courses.outcome == ACUTE_BED
    return admitted


@indicator(
    unit="min",
    better="lower",
    by=("all", "municipality", "clinic", "time_of_day", "gap"),
    listed={"equity": 10},
)
def travel_to_care_min(run: MeasuredRun) -> Observations:
    """Mean minutes that patients drive to be seen, one way.

    Whom it counts: patients who set out for a clinic or satellite themselves; for those sent on
    from a satellite, both drives. Those whom an ambulance fetched are left out. Unit: minutes. By
    municipality, with the worst and best of them and the gap between these two, by clinic, and by
    time of day (day 8-15:30, evening 15:30-23, night 23-8).
    Source: akuttsim's own definition.
    """
    mask = _has_driven_to_care(run)
    groups = [by_municipality(run, mask), by_clinic(run, mask)]
    groups.append(by_time_of_day(run, run.patients.time_s[mask]))
    minutes = run.record.courses.travel_s[mask] / MINUTE_S
    who = np.flatnonzero(mask)
    return Observations(minutes, mean, groups, who)


@indicator(unit="min", better="lower", by=("all", "municipality"))
def travel_to_care_p90_min(run: MeasuredRun) -> Observations:
    """Minutes of driving to be seen, one way, that nine in ten patients stay below.

    Whom it counts: patients of `travel_to_care_min`, which says who is left out. Unit: minutes. By
    municipality.
    Source: akuttsim's own definition.
    """
    mask = _has_driven_to_care(run)
    minutes = run.record.courses.travel_s[mask] / MINUTE_S
    groups = [by_municipality(run, mask)]
    who = np.flatnonzero(mask)
    return Observations(minutes, p90, groups, who)


def _has_driven_to_care(run: MeasuredRun) -> Mask:
    return run.measured & ~np.isnan(run.record.courses.travel_s)


@indicator(
    unit="min",
    better="lower",
    by=("all", "municipality", "urgency", "age", "distance", "time_of_day", "gap"),
    listed={"equity": 20},
)
def ring_to_doctor_min(run: MeasuredRun) -> Observations:
    """Mean minutes from the first ring until a doctor sees or speaks with the patient.

    Whom it counts: patients whom a doctor of the duty saw, rang up, met on video or visited. First
    ring is the patient's first call, repeats and waiting included; for those who come or write
    without ringing, when they set out or wrote; for a safety alarm, when it was pressed. Left out:
    patients whom no doctor of the duty had to do with (advice from a nurse, ambulance straight to
    hospital, those who hung up). Unit: minutes. By municipality, with the worst and best of them
    and the gap between these two; by urgency, age, and kilometres by road to the nearest legevakt
    (of this organisation: the same people may be in other bands in another); by time of day (day
    8-15:30, evening 15:30-23, night 23-8).
    Source: akuttsim's own definition.
    """
    courses = run.record.courses
    mask = run.measured & ~np.isnan(courses.doctor_s)
    minutes = (courses.doctor_s[mask] - run.patients.time_s[mask]) / MINUTE_S
    groups = [by_municipality(run, mask), by_urgency(run, mask)]
    groups += [by_age(run, mask), by_distance(run, mask)]
    groups.append(by_time_of_day(run, run.patients.time_s[mask]))
    who = np.flatnonzero(mask)
    return Observations(minutes, mean, groups, who)


@indicator(
    unit="min", better="lower", by=("all", "urgency", "clinic"), after="ring_to_hospital_min"
)
def arrival_to_doctor_median_min(run: MeasuredRun) -> Observations:
    """Median minutes from arrival at the clinic (or satellite) until the doctor.

    Whom it counts: patients seen at a clinic, or at a satellite by the doctor on video, however
    they came there. Left out: patients whom only a nurse saw, and those who had been with a doctor
    before they came. For those sent on, the last place. Unit: minutes. By urgency and clinic.
    Source: akuttsim's own definition.
    """
    return _arrival_to_doctor(run, median)


@indicator(unit="min", better="lower", by=("all", "urgency", "clinic"))
def arrival_to_doctor_p90_min(run: MeasuredRun) -> Observations:
    """Minutes from arrival at the clinic until the doctor that nine in ten stay below.

    Whom it counts: patients seen at a clinic, or at a satellite by the doctor on video, however
    they came there. Left out: patients whom only a nurse saw, and those who had been with a doctor
    before they came. For those sent on, the last place. Unit: minutes. By urgency and clinic.
    Source: akuttsim's own definition.
    """
    return _arrival_to_doctor(run, p90)


def _arrival_to_doctor(run: MeasuredRun, statistic: Statistic) -> Observations:
    courses = run.record.courses
    waits: Floats = courses.doctor_s - courses.at_clinic_s
    mask = run.measured & (courses.clinic >= 0) & (waits >= 0)
    groups = [by_urgency(run, mask), by_clinic(run, mask)]
    minutes, who = waits[mask] / MINUTE_S, np.flatnonzero(mask)
    return Observations(minutes, statistic, groups, who)


@indicator(
    unit="per week",
    better="lower",
    by=("all", "became", "true_urgency", "municipality", "age"),
    of_who_comes=True,
)
def unmet_need_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """People of the region whose need was not met, in a mean week, by what became of them.

    Whom it counts: those who got worse and asked again, because care was too far away to come or
    because they were judged less urgent than they were; those truly red who waited till the
    morning; those who went without, because care was too far away; those who hung up and never
    asked again; and, where the region has such a rule, those who got worse while they waited for
    care. Left out: those who got advice, the doctor's phone or another day instead
    (`care_instead_a_week`), and neighbours. Unit: people a week. By what became of them, urgency
    (as it truly was), municipality and age.
    Source: akuttsim's own definition.
    """
    courses = run.record.courses
    waiting = ~np.isnan(courses.worse_waiting_s)
    again = ~np.isnan(courses.again_s) & ~waiting
    far = courses.instead == WORSE_LATER
    gave_up = run.patients.is_contact & (courses.outcome == LOST)
    parts = [
        again & far,
        again & ~far,
        courses.instead == WAITED_TILL_MORNING,
        courses.instead == WITHOUT,
        gave_up,
    ]
    worsening = run.region.worsening
    if worsening is not None and worsening.while_waiting is not None:
        parts.append(waiting)
    yield from _weekly_rates_of_parts(run, UNMET_NEEDS[: len(parts)], parts)


@indicator(
    unit="per week", better="neither", by=("all", "became", "true_urgency", "municipality", "age")
)
def care_instead_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """People of the region who got other care than they would have come for, in a mean week.

    Whom it counts: those who would have come to a clinic, or been visited at home, with care next
    door, and did not come because it was far away; by what they got instead. Left out: those of
    `unmet_need_a_week`. Whether it was as good is not known, and it is not judged. Unit: people a
    week. By what they got, urgency (as it truly was), municipality and age.
    Source: akuttsim's own definition.
    """
    instead = run.record.courses.instead
    codes = (ADVICE_INSTEAD, DOCTOR_PHONE_INSTEAD, NEXT_DAY_INSTEAD, RANG_113_INSTEAD)
    parts = [instead == code for code in codes]
    yield from _weekly_rates_of_parts(run, CARE_INSTEAD, parts)


def _weekly_rates_of_parts(
    run: MeasuredRun, names: Sequence[str], parts: Sequence[Mask]
) -> Iterator[GroupValue]:
    """Yield how many a week there were of some parts; who is in several is in the first."""
    ours = run.measured & (run.municipality >= 0)
    codes = np.select(list(parts), range(len(parts)), -1)
    mask = ours & (codes >= 0)
    groups = [Grouping("became", codes[mask], names), by_true_urgency(run, mask)]
    groups += [by_municipality(run, mask), by_age(run, mask)]
    yield from rate_rows(run.weeks, int(mask.sum()), groups)


@indicator(unit="per week", better="neither", by=("all", "outcome"))
def contacts_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """People of the region in a mean week by how their contact ended (the last care it got).

    Whom it counts: all who rang, came or wrote, pressed an alarm, or were victims of an incident.
    Left out: those who did not call in this organisation (alarm users where nobody answers alarms,
    and those who live too far away to come), and planned transports and long journeys, which are no
    contacts. Unit: people a week. By how it ended.
    Source: akuttsim's own definition.
    """
    mask = run.residents & ~is_one_of(run.patients.line, ORDERED_JOURNEYS)
    codes = _ENDING_OF_OUTCOME[run.record.courses.outcome[mask]]
    ways = Grouping("outcome", codes, CONTACT_ENDINGS)
    yield from rate_rows(run.weeks, len(codes), [ways])


@indicator(unit="per week", better="neither", by=("all", "clinic", "hour"))
def consultations_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Patients seen at the clinics and satellites in a mean week.

    Whom it counts: patients who came inside, however they came there and whoever saw them; those
    sent on count at the last place. Left out: patients seen at home, on the phone or on screen.
    Unit: patients a week. By clinic, and by hour of arrival.
    Source: akuttsim's own definition.
    """
    courses = run.record.courses
    mask = run.present & (courses.clinic >= 0)
    groups = [by_clinic(run, mask), by_hour(run, courses.at_clinic_s[mask])]
    yield from rate_rows(run.weeks, int(mask.sum()), groups)


@indicator(unit="share", better="neither")
def video_share(run: MeasuredRun) -> Observations:
    """Share of answered 116117 contacts that were turned into video calls.

    Numerator: contacts that the nurse turned into a video call. Denominator: contacts that a 116117
    room answered, those of neighbour districts that share it included. Left out: calls that are no
    contact (wrong number, silence), and video with a doctor. Unit: share of 1.
    Source: Sandal, Video i legevaktsentral, NKLM report 2-2022 (about 3 % of calls).
    """
    calls = run.record.calls
    answered = np.zeros(len(run.patients), dtype=np.bool_)
    answered[calls.patient[run.rooms_for("116117") & ~np.isnan(calls.answered_s)]] = True
    mask = run.measured & answered & run.patients.is_contact
    video = run.record.courses.video[mask].astype(np.float64)
    return Observations(video, mean, [], np.flatnonzero(mask))


@indicator(unit="share", better="neither", by=("all", "direction"))
def video_moved_share(run: MeasuredRun) -> Iterator[GroupValue]:
    """Share of 116117's video calls in which video changed the urgency.

    Numerator: video calls judged otherwise than voice alone would have told. Denominator: contacts
    of 116117 that were turned into video calls. Left out: video with a doctor. Unit: share of 1. By
    direction: up (more urgent) and down (less urgent).
    Source: Sandal, Video i legevaktsentral, NKLM report 2-2022.
    """
    courses = run.record.courses
    change = courses.video_moved[run.present & courses.video]
    for group_by, group, steps in (
        ("all", "all", (-1, 1)),
        ("direction", "up", (-1,)),
        ("direction", "down", (1,)),
    ):
        value = mean(is_one_of(change, steps).astype(np.float64))
        yield GroupValue(group_by, group, value, len(change))
