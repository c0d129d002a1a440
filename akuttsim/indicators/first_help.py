"""Indicators of first help: who is at the patient first, how soon, and the doctor's call-outs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.fleet import Support
from akuttsim.indicators.declaration import (
    Observations,
    by_age,
    by_distance,
    by_municipality,
    by_time_of_day,
    by_urgency,
    indicator,
)
from akuttsim.indicators.measured_run import (
    HOME_NURSE,
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
    share,
)
from akuttsim.records import (
    AMBULANCE,
    DOCTOR_COULD_NOT_GO,
    LEFT_PATIENT,
    NOT_ALERTED,
    NURSE_OUT,
    RED,
    SUPPORT,
    TEAM_AWAY,
    TEAM_LEFT_PATIENT,
    TEAM_WENT_OUT,
    WENT_OUT,
    Flags,
    Floats,
)
from akuttsim.units import MINUTE_S

WITHIN_MIN = 12.0

SUPPORT_KINDS: tuple[str, ...] = get_args(Support.model_fields["kind"].annotation)
"""Helicopter, rescue helicopter, boat and single responder (enkeltbemannet enhet)."""

HELPERS = ("ambulance", "first_responder", "doctor", "nurse", *SUPPORT_KINDS)
"""Who may be first; of those who come at the same moment, the one named first here."""

WITHIN_DOCTOR_MIN = 30.0
"""So soon a doctor at somebody red is counted as timely."""

TEAM_WENT = (TEAM_WENT_OUT, TEAM_LEFT_PATIENT)
"""What became of an alert that an acute team (akutteam) set out on."""

CALL_OUTS_WITH_DOCTOR = (WENT_OUT, LEFT_PATIENT, *TEAM_WENT)
"""What became of a call-out that a doctor set out on, alone or with an acute team."""


@indicator(
    unit="min",
    better="lower",
    by=("all", "municipality", "age", "distance", "time_of_day", "gap"),
    listed={"ambulance": 50, "equity": 30},
    after="ambulance_response_parts_min",
)
def first_help_median_min(run: MeasuredRun) -> Observations:
    """Median minutes of red incidents from 113 being notified until anybody is at the patient.

    Anybody: an ambulance, a first responder (akutthjelper), a helicopter, boat or single responder,
    the doctor or a nurse on call-out. Whom it counts: patients of the region judged red with both
    times, each victim of an incident with several. The clock starts as that of the official
    response time. Left out: yellow and green patients, and those whom nobody came to. Unit:
    minutes. By municipality, with the worst and best of them and the gap between these two; by age,
    by kilometres by road to the nearest legevakt, and by time of day (day 8-15:30, evening
    15:30-23, night 23-8).
    Source: akuttsim's own definition.
    """
    return _first_help_times(run, median)


@indicator(
    unit="min",
    better="lower",
    by=("all", "municipality", "age", "distance", "time_of_day", "gap"),
    listed={"ambulance": 60},
)
def first_help_p90_min(run: MeasuredRun) -> Observations:
    """Minutes to first help that nine in ten red patients stay below, from 113 being notified.

    Whom it counts: patients of `first_help_median_min`, which says who is left out and what first
    help is. Unit: minutes. By municipality, with the worst and best of them and the gap between
    these two; by age, by kilometres by road to the nearest legevakt, and by time of day.
    Source: akuttsim's own definition.
    """
    return _first_help_times(run, p90)


def _first_help_times(run: MeasuredRun, statistic: Statistic) -> Observations:
    mask = _is_red_with_help(run)
    minutes = _first_help_min(run)[mask]
    groups = [by_municipality(run, mask), by_age(run, mask), by_distance(run, mask)]
    groups.append(by_time_of_day(run, run.patients.time_s[mask]))
    who = np.flatnonzero(mask)
    return Observations(minutes, statistic, groups, who)


@indicator(unit="share", better="higher", by=("all", "municipality"), listed={"ambulance": 70})
def first_help_within_12_min(run: MeasuredRun) -> Observations:
    """Share of red patients with somebody there within 12 minutes of 113 being notified.

    Numerator: red patients with first help at most 12 min after. Denominator: those of
    `first_help_median_min`, in dense and sparse areas alike. Left out: yellow and green
    patients, and those whom nobody came to. Unit: share of 1. By municipality.
    Source: akuttsim's own definition.
    """
    mask = _is_red_with_help(run)
    in_time = (_first_help_min(run)[mask] <= WITHIN_MIN).astype(np.float64)
    groups = [by_municipality(run, mask)]
    who = np.flatnonzero(mask)
    return Observations(in_time, share, groups, who)


@indicator(unit="per week", better="neither", by=("all", "who"))
def first_help_by_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Red patients who got first help in a mean week, by who came first.

    Whom it counts: those of `first_help_median_min`. Of several who come at the same moment, the
    ambulance is named first, then first responder, doctor, nurse, and the rest. Left out: yellow
    and green patients, and those whom nobody came to. Unit: patients a week.
    Source: akuttsim's own definition.
    """
    mask = _is_red_with_help(run)
    groups = [Grouping("who", first_helper(run, mask), HELPERS)]
    yield from rate_rows(run.weeks, int(mask.sum()), groups)


def _is_red_with_help(run: MeasuredRun) -> Mask:
    """Return measured patients of the region judged red whom somebody came to."""
    helped: Mask = (run.record.courses.judged == RED) & ~np.isnan(_first_help_min(run))
    return run.measured & helped & (run.municipality >= 0)


def _first_help_min(run: MeasuredRun) -> Floats:
    """Return the minutes from notification of 113 until the first help."""
    courses = run.record.courses
    minutes: Floats = (courses.first_help_s - courses.notified_s) / MINUTE_S
    return minutes


def first_helper(run: MeasuredRun, mask: Mask) -> NDArray[np.intp]:
    """Return which of the helpers was at each of these patients first."""
    courses = run.record.courses
    came_s = [courses.on_scene_s, courses.responder_s]
    came_s += [courses.doctor_on_scene_s, courses.nurse_on_scene_s, courses.support_s]
    first: NDArray[np.intp] = np.nan_to_num(
        np.array([times_s[mask] for times_s in came_s]), nan=np.inf
    ).argmin(axis=0)
    own = len(HELPERS) - len(SUPPORT_KINDS)
    return np.where(first == own, own + _support_kind(run, courses.support[mask]), first)


@indicator(unit="per week", better="neither", by=("all", "municipality"))
def responders_came_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Patients whom a first responder (akutthjelper) came to, in a mean week.

    Whom it counts: patients of the region who have had a first responder with them. Left out:
    alarms that nobody could answer, which leave no trace. Unit: patients a week. By municipality.
    Source: akuttsim's own definition.
    """
    mask = is_reached_by_responder(run)
    groups = [by_municipality(run, mask)]
    yield from rate_rows(run.weeks, int(mask.sum()), groups)


def is_reached_by_responder(run: MeasuredRun) -> Flags:
    """Return which patients of the region a first responder came to."""
    came: Flags = run.residents & ~np.isnan(run.record.courses.responder_s)
    return came


@indicator(unit="min", better="higher", by=("all", "municipality"))
def responder_before_ambulance_min(run: MeasuredRun) -> Observations:
    """Mean minutes that first responders (akutthjelpere) were there before the ambulance.

    Whom it counts: patients whom both came to; where the ambulance was first, 0. Left out: patients
    whom only one of the two came to. Unit: minutes. By municipality.
    Source: akuttsim's own definition.
    """
    courses = run.record.courses
    ahead_s: Floats = courses.on_scene_s - courses.responder_s
    mask = run.residents & ~np.isnan(ahead_s)
    minutes = np.maximum(ahead_s[mask], 0.0) / MINUTE_S
    groups = [by_municipality(run, mask)]
    who = np.flatnonzero(mask)
    return Observations(minutes, mean, groups, who)


@indicator(unit="per week", better="neither", by=("all", "kind", "support", "came"))
def supports_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Times that a helicopter, boat or single responder was sent out, in a mean week.

    What it counts: those alerted in the measured span, for our patients. Left out: those asked for
    that could not come. Unit: times a week. By kind, by name, and by what became of it: stood at
    the patient, or came when the patient was gone.
    Source: akuttsim's own definition.
    """
    did, courses = run.record.activities, run.record.courses
    mask = run.began(SUPPORT)
    supports = tuple(run.organisation.supports)
    names = [supports.index(u.name) if u.role == "support" else -1 for u in run.record.units]
    support = np.array(names, dtype=np.intp)[did.unit[mask]]
    late = (courses.support[did.patient[mask]] != support).astype(np.intp)
    groups = [*_by_support(run, support), Grouping("came", late, ("at the patient", "too late"))]
    yield from rate_rows(run.weeks, len(support), groups)


@indicator(unit="min", better="lower", by=("all", "kind", "support"))
def support_response_median_min(run: MeasuredRun) -> Observations:
    """Median minutes from 113 is notified until the helicopter, boat or single responder is there.

    Whom it counts: patients whom one came to, of any urgency. Left out: patients who were gone when
    it came. Unit: minutes. By kind and by name.
    Source: akuttsim's own definition.
    """
    courses = run.record.courses
    minutes: Floats = (courses.support_s - courses.notified_s) / MINUTE_S
    mask = run.present & (courses.support >= 0) & ~np.isnan(minutes)
    groups = _by_support(run, courses.support[mask])
    who = np.flatnonzero(mask)
    return Observations(minutes[mask], median, groups, who)


@indicator(unit="per week", better="neither", by=("all", "kind", "support"))
def conveyed_by_support_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Patients whom a helicopter or boat took to hospital itself, in a mean week.

    Whom it counts: those whom one came to and who came to hospital without an ambulance crew that
    handed them over there. Left out: patients whom a crew took along. Unit: patients a week. By
    kind and by name.
    Source: akuttsim's own definition.
    """
    courses = run.record.courses
    arrived = ~np.isnan(courses.at_hospital_s) & (courses.outcome == AMBULANCE)
    by_support = (courses.support >= 0) & np.isnan(courses.handover_began_s)
    mask = run.present & arrived & by_support
    groups = _by_support(run, courses.support[mask])
    yield from rate_rows(run.weeks, int(mask.sum()), groups)


def _by_support(run: MeasuredRun, support: NDArray[np.integer]) -> list[Grouping]:
    return [
        Grouping("kind", _support_kind(run, support), SUPPORT_KINDS),
        Grouping("support", support, tuple(run.organisation.supports)),
    ]


def _support_kind(run: MeasuredRun, support_numbers: NDArray[np.integer]) -> NDArray[np.intp]:
    """Return the kind of each of these supports; -1 for none."""
    supports = run.organisation.supports.values()
    kinds = [*(SUPPORT_KINDS.index(support.kind) for support in supports), -1]
    kind: NDArray[np.intp] = np.array(kinds, dtype=np.intp)[support_numbers]
    return kind


@indicator(unit="share", better="higher", by=("all", "municipality"), after="transport_wait_min")
def doctor_went_out(run: MeasuredRun) -> Observations:
    """Share of red incidents with the doctor alerted in which the doctor went out (utrykning).

    Numerator: incidents that the doctor on duty set out to, alone or with an acute team, also where
    the doctor turned because the patient had been taken away. Denominator: red incidents of the
    region that the doctor was alerted to, those refused as too far away or of little benefit, and
    those with the doctor busy, included. Left out: red incidents that nobody alerted the doctor to.
    Unit: share of 1. By municipality.
    Source: Zakariassen & Hunskår, BMC Emerg Med 2010;10:5 (42 % of alerted doctors went out).
    """
    answer = run.record.courses.doctor_call_out
    alerted = run.measured & (answer != NOT_ALERTED)
    went = is_one_of(answer[alerted], CALL_OUTS_WITH_DOCTOR).astype(np.float64)
    groups, who = [by_municipality(run, alerted)], np.flatnonzero(alerted)
    return Observations(went, share, groups, who)


@indicator(unit="share", better="lower")
def doctor_was_busy(run: MeasuredRun) -> Observations:
    """Share of red incidents where a doctor willing to go out could not (samtidighetskonflikt).

    Numerator: incidents that the doctor would have gone to, alone or with an acute team, but every
    doctor of the team was with a patient who may not be left, or out. Denominator: these and the
    incidents that a doctor went to. Left out: incidents that the doctor was not alerted to, too far
    away, or of little benefit. Where doctors leave green and yellow patients for red, those busy
    with red remain; where they leave nobody, any patient counts. Unit: share of 1.
    Source: akuttsim's own definition.
    """
    answer = run.record.courses.doctor_call_out
    willing = run.measured & is_one_of(answer, (*CALL_OUTS_WITH_DOCTOR, *DOCTOR_COULD_NOT_GO))
    busy = is_one_of(answer[willing], DOCTOR_COULD_NOT_GO).astype(np.float64)
    return Observations(busy, share, [], np.flatnonzero(willing))


@indicator(unit="share", better="neither", by=("all", "municipality"))
def doctor_left_patient(run: MeasuredRun) -> Observations:
    """Share of call-outs for which the doctor left another patient.

    Numerator: call-outs to red incidents for which a doctor left a patient in the middle of a
    consultation, call or visit, or on the way to a visit. Denominator: call-outs that a doctor set
    out on. Left out: doctors taken on their drive home, whom nobody waits for. Unit: share of 1. By
    municipality of the incident. How long those who were left waited is `left_patient_wait_min`.
    Source: akuttsim's own definition.
    """
    answer = run.record.courses.doctor_call_out
    out = run.measured & is_one_of(answer, CALL_OUTS_WITH_DOCTOR)
    interrupted = is_one_of(answer[out], (LEFT_PATIENT, TEAM_LEFT_PATIENT)).astype(np.float64)
    groups, who = [by_municipality(run, out)], np.flatnonzero(out)
    return Observations(interrupted, share, groups, who)


@indicator(unit="min", better="lower", by=("all", "urgency"))
def left_patient_wait_min(run: MeasuredRun) -> Observations:
    """How long patients whom the doctor left for a red incident waited for the rest, mean.

    Whom it counts: patients whom a doctor left at least once for a red incident, and for whom a
    doctor has gone on. What it counts: minutes from when the doctor left until somebody went on, in
    all if that happened more than once; how much longer the drive to a home visit then takes is not
    in it. Left out: those still waiting when the run ended. Unit: minutes. By urgency as judged.
    Source: akuttsim's own definition.
    """
    waited_s = run.record.courses.interrupted_s
    mask = run.measured & ~np.isnan(waited_s)
    waited_min = waited_s[mask] / MINUTE_S
    groups, who = [by_urgency(run, mask)], np.flatnonzero(mask)
    return Observations(waited_min, mean, groups, who)


@indicator(unit="per week", better="neither", by=("all", "municipality"))
def acute_team_alerts_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Red incidents that an acute team (akutteam) was alerted to, in a mean week.

    What it counts: incidents of the region within the team's reach and of its share and causes of
    red, those that found no doctor to go included. Left out: incidents that the doctor alone is
    alerted to, and further alerts for the same patient. Unit: incidents a week. By municipality.
    Source: akuttsim's own definition.
    """
    mask = _is_team_alerted(run)
    groups = [by_municipality(run, mask)]
    yield from rate_rows(run.weeks, int(mask.sum()), groups)


@indicator(unit="share", better="higher", by=("all", "municipality"))
def acute_team_went_out(run: MeasuredRun) -> Observations:
    """Share of an acute team's alerts (akutteam) that it could set out on.

    Numerator: alerts that a doctor set out on, with a nurse or alone, also where they turned
    because the patient had been taken away. Denominator: alerts of `acute_team_alerts_a_week`. Left
    out: red incidents that no team was alerted to. Unit: share of 1. By municipality.
    Source: akuttsim's own definition.
    """
    mask = _is_team_alerted(run)
    answer = run.record.courses.doctor_call_out[mask]
    went = is_one_of(answer, TEAM_WENT).astype(np.float64)
    groups, who = [by_municipality(run, mask)], np.flatnonzero(mask)
    return Observations(went, share, groups, who)


def _is_team_alerted(run: MeasuredRun) -> Mask:
    """Return the measured patients of the region to whom an acute team was alerted."""
    answer = run.record.courses.doctor_call_out
    alerted: Mask = run.residents & is_one_of(answer, (TEAM_AWAY, *TEAM_WENT))
    return alerted


@indicator(unit="min", better="neither", by=("all", "municipality"))
def doctor_on_scene_median_min(run: MeasuredRun) -> Observations:
    """Median minutes from 113 is notified of red until a doctor of the duty stands at the patient.

    Whom it counts: patients of the region judged red whom a doctor came to, alone or with an acute
    team. Left out: those whom no doctor came to, so that it may also fall because the doctor goes
    to fewer: `doctor_on_scene_within_30_min` counts all red. Unit: minutes. By municipality.
    Source: akuttsim's own definition.
    """
    minutes = _doctor_on_scene_min(run)
    mask = _is_notified_red(run) & ~np.isnan(minutes)
    groups, who = [by_municipality(run, mask)], np.flatnonzero(mask)
    return Observations(minutes[mask], median, groups, who)


@indicator(unit="share", better="higher", by=("all", "municipality"))
def doctor_on_scene_within_30_min(run: MeasuredRun) -> Observations:
    """Share of red patients with a doctor of the duty there within 30 minutes of 113's notice.

    Numerator: those whom a doctor stood at, where they fell ill, at most 30 min after 113 was
    notified. Denominator: all patients of the region judged red of whom 113 was notified, those
    whom no doctor came to included. Left out: yellow and green patients, and red ones who come to a
    clinic. Unit: share of 1. By municipality.
    Source: akuttsim's own definition.
    """
    mask = _is_notified_red(run)
    in_time = (_doctor_on_scene_min(run)[mask] <= WITHIN_DOCTOR_MIN).astype(np.float64)
    groups, who = [by_municipality(run, mask)], np.flatnonzero(mask)
    return Observations(in_time, share, groups, who)


def _is_notified_red(run: MeasuredRun) -> Mask:
    """Return measured patients of the region judged red of whom 113 was notified."""
    courses = run.record.courses
    mask: Mask = run.residents & (courses.judged == RED) & ~np.isnan(courses.notified_s)
    return mask


def _doctor_on_scene_min(run: MeasuredRun) -> Floats:
    """Return the minutes from notification of 113 until a doctor stood at the patient."""
    courses = run.record.courses
    minutes: Floats = (courses.doctor_on_scene_s - courses.notified_s) / MINUTE_S
    return minutes


@indicator(unit="per week", better="neither", by=("all", "clinic"))
def nurse_call_outs_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Times that a nurse of a satellite or an acute team went out to red, in a mean week.

    What it counts: call-outs (utrykning) that began in the measured span. Left out: incidents that
    a nurse was too far from, or too busy for; home nursing, which goes out to alarms. Unit:
    call-outs a week. By the nurse's clinic.
    Source: akuttsim's own definition.
    """
    did, clinics = run.record.activities, run.organisation.clinics
    is_clinics = np.array([unit.role != HOME_NURSE for unit in run.record.units], dtype=np.bool_)
    mask = run.began(NURSE_OUT) & is_clinics[did.unit]
    of_team = {name: index for index, name in enumerate(clinics)}
    of_crew = {clinic.nurses_of_crew: of_team[name] for name, clinic in clinics.items()}
    satellite = np.array(
        [of_crew.get(unit.name, of_team.get(unit.team, -1)) for unit in run.record.units],
        dtype=np.intp,
    )
    groups = [Grouping("clinic", satellite[did.unit[mask]], tuple(clinics))]
    yield from rate_rows(run.weeks, int(mask.sum()), groups)


@indicator(
    unit="min",
    better="lower",
    by=("all", "municipality", "urgency", "age", "distance", "time_of_day", "gap"),
)
def ring_to_first_help_min(run: MeasuredRun) -> Observations:
    """Mean minutes from the first ring until anybody stands at the patient.

    Anybody: as in `first_help_median_min`, of any urgency. Whom it counts: patients of the region
    whom somebody was sent out to and came to; those who came to a clinic themselves are left out.
    First ring as in `ring_to_doctor_min`; of an incident's victims nobody rings about, when they
    were found. Unit: minutes. By municipality, urgency, age, time of day and distance to the
    nearest legevakt (kilometres by road; GP offices and satellites are left out), with the worst
    and best municipality and the gap between them.
    Source: akuttsim's own definition.
    """
    return _minutes_from_ring(run, run.record.courses.first_help_s)


@indicator(
    unit="min",
    better="lower",
    by=("all", "municipality", "urgency", "age", "distance", "time_of_day", "gap"),
)
def ring_to_hospital_min(run: MeasuredRun) -> Observations:
    """Mean minutes from the first ring until the patient is at hospital.

    Whom it counts: patients of the region whom an ambulance, helicopter or boat took to hospital
    from where they fell ill, until arrival there; the wait at its door is not in it. Those admitted
    from a clinic are left out, for nothing tells when they arrived. First ring and groups as in
    `ring_to_first_help_min`. Unit: minutes.
    Source: akuttsim's own definition.
    """
    return _minutes_from_ring(run, run.record.courses.at_hospital_s)


def _minutes_from_ring(run: MeasuredRun, until_s: Floats) -> Observations:
    """Return the minutes from the first ring until a time, of residents for whom it came."""
    mask: Mask = run.residents & ~np.isnan(until_s)
    minutes = (until_s - run.patients.time_s)[mask] / MINUTE_S
    groups = [by_municipality(run, mask), by_urgency(run, mask)]
    groups += [by_age(run, mask), by_distance(run, mask)]
    groups.append(by_time_of_day(run, run.patients.time_s[mask]))
    who = np.flatnonzero(mask)
    return Observations(minutes, mean, groups, who)
