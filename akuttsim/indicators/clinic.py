"""Indicators of clinics and their doctors.

Walk-ins, length of stay, observation beds and closing time; what phone and video spare, back-up
doctors woken, home duty, and hours with all doctors out.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from akuttsim.config.schema.clinic import Clinic, has_doctor
from akuttsim.indicators.declaration import Observations, by_clinic, by_urgency, indicator
from akuttsim.indicators.measured_run import (
    BACK_UP_DOCTOR,
    Grouping,
    GroupValue,
    MeasuredRun,
    Spans,
    Statistic,
    mean,
    median,
    opening_span_rows,
    opening_spans,
    p90,
    rate_rows,
    seconds_within,
    total_seconds,
    uncovered_spans,
)
from akuttsim.records import AVOIDED, CALL_OUT, PHONE, VISIT, WAY_IN, ActivityKind, Floats
from akuttsim.units import HOUR_S, MINUTE_S

OUT = (CALL_OUT, VISIT)
"""What takes a doctor from the clinic to a patient."""

INSIDE = tuple(kind.value for kind in ActivityKind if kind.value not in (*OUT, WAY_IN))
"""What a doctor does where the clinic is."""


@indicator(
    unit="min", better="lower", by=("all", "clinic", "urgency"), after="arrival_to_doctor_p90_min"
)
def waited_at_home_min(run: MeasuredRun) -> Observations:
    """Mean minutes that a booked time kept patients waiting at home.

    Whom it counts: patients with a booked time, those who could set out at once included (as 0).
    Left out: patients who come without a booked time. Unit: minutes. By clinic and urgency.
    Source: akuttsim's own definition.
    """
    waited_s = run.record.courses.waited_at_home_s
    mask = run.present & ~np.isnan(waited_s)
    groups = [by_clinic(run, mask), by_urgency(run, mask)]
    minutes, who = waited_s[mask] / MINUTE_S, np.flatnonzero(mask)
    return Observations(minutes, mean, groups, who)


@indicator(unit="min", better="lower", by=("all", "clinic", "urgency"))
def time_at_clinic_median_min(run: MeasuredRun) -> Observations:
    """Median minutes from arrival at the clinic (or satellite) until leaving it.

    Whom it counts: patients who have left; observation and waiting for tests are part of it. For
    those sent on, the last place. Left out: those still there when the run ended. Unit: minutes. By
    clinic and urgency.
    Source: akuttsim's own definition.
    """
    return _clinic_times(run, median)


@indicator(unit="min", better="lower", by=("all", "clinic", "urgency"))
def time_at_clinic_p90_min(run: MeasuredRun) -> Observations:
    """Minutes from arrival at the clinic until leaving it that nine in ten stay below.

    Whom it counts: patients of `time_at_clinic_median_min`, which says who is left out. Unit:
    minutes. By clinic and urgency.
    Source: akuttsim's own definition.
    """
    return _clinic_times(run, p90)


def _clinic_times(run: MeasuredRun, statistic: Statistic) -> Observations:
    """Return a statistic of the minutes at the clinic of those who have left."""
    stay_s = _clinic_stay_s(run)
    mask = run.present & ~np.isnan(stay_s)
    groups = [by_clinic(run, mask), by_urgency(run, mask)]
    minutes, who = stay_s[mask] / MINUTE_S, np.flatnonzero(mask)
    return Observations(minutes, statistic, groups, who)


@indicator(unit="per week", better="lower", by=("all", "clinic"))
def patients_left_at_closing_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Patients inside a clinic at the moment when it closes, in a mean week.

    What it counts: for each time in the measured span when a clinic or satellite closes to
    everybody, those who have arrived and not left. Those sent on as it closes have left. Left out:
    clinics that never close. Unit: patients a week. By clinic.
    Source: akuttsim's own definition.
    """
    courses, clinics = run.record.courses, run.organisation.clinics
    departed_s = courses.at_clinic_s + _clinic_stay_s(run)
    inside, (first, last) = [], run.record.measured
    for index, clinic in enumerate(clinics.values()):
        is_patient = courses.clinic == index
        arrivals_s, departures_s = (
            np.sort(courses.at_clinic_s[is_patient]),
            np.sort(departed_s[is_patient]),
        )
        opening = opening_spans(run, clinic.open.values())
        closes = [end for _, end in opening if first <= end < last]
        arrived, gone = (
            np.searchsorted(times_s, closes, side="right") for times_s in (arrivals_s, departures_s)
        )
        inside.append(int((arrived - gone).sum()))
    groups = [Grouping("clinic", np.repeat(np.arange(len(inside)), inside), tuple(clinics))]
    yield from rate_rows(run.weeks, sum(inside), groups)


def _clinic_stay_s(run: MeasuredRun) -> Floats:
    """Return how long each patient was at the last clinic; NaN for those who have not left it."""
    stay_s = run.record.courses.left_clinic_s - run.record.courses.at_clinic_s
    return np.where(stay_s < 0, np.nan, stay_s)  # what was left is the clinic before


@indicator(unit="per week", better="neither", by=("all", "clinic"), after="consultations_a_week")
def walk_ins_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Patients who came to a clinic without ringing first, in a mean week.

    Whom it counts: patients who went straight to an open clinic with a doctor. Left out: those who
    would have, but found all closed and rang instead. Unit: patients a week. By clinic.
    Source: akuttsim's own definition.
    """
    mask = run.present & run.record.courses.walk_in
    groups = [by_clinic(run, mask)]
    yield from rate_rows(run.weeks, int(mask.sum()), groups)


@indicator(unit="per week", better="neither", by=("all", "clinic"))
def observed_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Patients observed in a bed of a clinic, in a mean week.

    Whom it counts: patients who had a bed for some hours. Left out: those who would have been
    observed, but found no bed free; and municipal acute beds. Unit: patients a week. By clinic.
    Source: akuttsim's own definition.
    """
    mask = run.present & ~np.isnan(run.record.courses.bed_s)
    groups = [by_clinic(run, mask)]
    yield from rate_rows(run.weeks, int(mask.sum()), groups)


@indicator(unit="share", better="neither", by=("all", "clinic"))
def observation_beds_in_use(run: MeasuredRun) -> Iterator[GroupValue]:
    """Share of the clinics' observation beds in use while the clinic is open.

    Numerator: hours in bed of patients who first rang in the measured span. Denominator: beds times
    the hours that the clinic is open to anybody. A stay that goes on after closing counts in the
    numerator. Left out: clinics without such beds. Unit: share of 1. By clinic.
    Source: akuttsim's own definition.
    """
    courses, clinics = run.record.courses, run.organisation.clinics
    mask = run.present & ~np.isnan(courses.bed_s) & (courses.clinic >= 0)
    used = np.bincount(
        courses.clinic[mask], weights=courses.bed_s[mask], minlength=len(clinics)
    ).tolist()
    beds = [clinic.observation_beds for clinic in clinics.values()]
    bed_seconds = [
        count.value
        * seconds_within(opening_span_rows(run, clinic.open.values()), run.record.measured)
        if count
        else 0.0
        for count, clinic in zip(beds, clinics.values(), strict=True)
    ]
    patients = np.bincount(courses.clinic[mask], minlength=len(clinics)).tolist()
    yield GroupValue("all", "all", _share_of_whole(sum(used), sum(bed_seconds)), int(mask.sum()))
    for name, *parts, n in zip(clinics, used, bed_seconds, patients, strict=True):
        yield GroupValue("clinic", name, _share_of_whole(*parts), n)


def _share_of_whole(part: float, whole: float) -> float:
    """Return a part as a share of the whole; NaN where that is nought."""
    return part / whole if whole else float("nan")


NIGHT_BEGINS, NIGHT_ENDS = 23, 8


@indicator(unit="per week", better="neither", by=("all", "avoided"), after="video_moved_share")
def avoided_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """What a doctor on phone or video spared, in a mean week.

    What it counts: visits to a clinic or at home that the doctor at 116117 settled on the phone,
    ambulances spared by the doctor in conference with 113, patients that the crew could leave at
    home after showing them to the doctor, and visits of or to residents of nursing homes. Left out:
    patients whom the doctor looked at and did not spare. Unit: times a week. By what.
    Source: akuttsim's own definition.
    """
    codes = run.record.courses.avoided[run.present] - 1
    groups = [Grouping("avoided", codes, AVOIDED[1:])]
    count = int((codes >= 0).sum())
    yield from rate_rows(run.weeks, count, groups)


@indicator(
    unit="per week",
    better="lower",
    by=("all", "team", "time_of_day"),
    listed={"people": 30, "work": 120},
)
def back_up_wakings_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Times that a back-up doctor (bakvakt) was called in, in a mean week.

    What it counts: ways in that began in the measured span. Left out: hours on call without being
    called in. Unit: times a week. By team, and by time of day: night (23 to 8, local time of
    setting out) and the rest.
    Source: akuttsim's own definition.
    """
    teams = tuple(name for name, team in run.organisation.doctors.items() if team.back_up)
    yield from _ways_in_by_team(run, BACK_UP_DOCTOR, teams)


@indicator(
    unit="per week",
    better="neither",
    by=("all", "team"),
    listed={"people": 35, "work": 125},
)
def back_up_asked_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Times that a doctor in training asked the back-up doctor (bakvakt) about a patient, a week.

    What it counts: talks on the phone that began in the measured span, at any hour. Left out: times
    that nobody on call could be had at once, when the doctor went on alone. Without doctors in
    training it is nought. Unit: times a week. By team.
    Source: akuttsim's own definition.
    """
    did, units = run.record.activities, run.record.units
    teams = tuple(name for name, team in run.organisation.doctors.items() if team.back_up)
    position = {name: index for index, name in enumerate(teams)}
    of_unit = [position[unit.team] if unit.role == BACK_UP_DOCTOR else -1 for unit in units]
    team = np.array(of_unit, dtype=np.intp)[did.unit]
    first, last = run.record.measured
    asked = (did.kind == PHONE) & (team >= 0) & (did.start_s >= first) & (did.start_s < last)
    asked[asked] = did.start_s[asked] >= run.record.courses.at_clinic_s[did.patient[asked]]
    groups = [Grouping("team", team[asked], teams)]
    yield from rate_rows(run.weeks, int(asked.sum()), groups)


@indicator(
    unit="per week",
    better="neither",
    by=("all", "team", "time_of_day"),
    listed={"people": 40, "work": 130},
)
def came_in_from_home_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Times that a doctor on home duty (hjemmevakt) came in to a clinic, in a mean week.

    What it counts: times in the measured span that a doctor on home duty went in to a patient, also
    where the doctor was called in time to be there with the patient, and where a red alarm took the
    doctor on the way. Each time stands for several patients if they overlap. Left out: calls,
    video, home visits and call-outs, which are done from home, and back-up doctors. Unit: times a
    week. By team, and by time of day: night (23 to 8, local time) and the rest.
    Source: akuttsim's own definition.
    """
    doctors = run.organisation.doctors.items()
    teams = tuple(name for name, team in doctors if team.home_duty is not None)
    yield from _ways_in_by_team(run, "doctor", teams)


def _ways_in_by_team(run: MeasuredRun, role: str, teams: tuple[str, ...]) -> Iterator[GroupValue]:
    """Yield how often people of a role went in, by team and time of day."""
    activities, units = run.record.activities, run.record.units
    is_role = np.array([unit.role == role for unit in units], dtype=np.bool_)
    start, end = run.record.measured
    within = (activities.start_s >= start) & (activities.start_s < end)
    mask = within & (activities.kind == WAY_IN) & is_role[activities.unit]
    team_of_unit = np.array([teams.index(u.team) if u.team in teams else -1 for u in units])
    hour = run.hour(activities.start_s[mask])
    by_day = (hour >= NIGHT_ENDS) & (hour < NIGHT_BEGINS)
    groups = [
        Grouping("team", team_of_unit[activities.unit[mask]], teams),
        Grouping("time_of_day", by_day.astype(np.intp), ("night", "rest")),
    ]
    yield from rate_rows(run.weeks, int(mask.sum()), groups)


@indicator(unit="h per week", better="lower", by=("all", "clinic"))
def clinic_without_doctor_h_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Hours a week that a clinic is open while all its doctors on duty are out to patients.

    What it counts: hours of opening in the measured span in which somebody of the clinic's team of
    doctors is on duty, and all of those are on call-outs, with an acute team or alone, or on home
    visits, from when they set out or are alerted until they are back. A back-up doctor who works
    meanwhile is there; a doctor on home duty is there. Left out: satellites, whose doctor is
    elsewhere; hours with nobody on duty. Unit: hours a week, all clinics together. By clinic.
    Source: akuttsim's own definition.
    """
    hours = {
        name: _hours_without_doctor(run, clinic)
        for name, clinic in run.organisation.clinics.items()
        if has_doctor(clinic)
    }
    yield GroupValue("all", "all", sum(hours.values()), len(hours))
    for name, value in hours.items():
        yield GroupValue("clinic", name, value, 1)


def _hours_without_doctor(run: MeasuredRun, clinic: Clinic) -> float:
    """Return the hours a week that a clinic is open, doctors are on duty, and all are out."""
    span = run.record.measured
    closed = uncovered_spans(span, opening_span_rows(run, clinic.open.values()))
    on_duty, there = [closed], [closed]
    for unit, (_, role, team, _) in enumerate(run.record.units):
        if team == clinic.doctors and role == "doctor":
            on_duty.append(run.duty[unit])
            off_duty = uncovered_spans(span, run.duty[unit])
            there.append(uncovered_spans(span, off_duty, _activity_spans(run, unit, OUT)))
        elif team == clinic.doctors and role == BACK_UP_DOCTOR:
            there.append(_activity_spans(run, unit, INSIDE))
    out_s = total_seconds(uncovered_spans(span, *there))
    return (out_s - total_seconds(uncovered_spans(span, *on_duty))) / HOUR_S / run.weeks


def _activity_spans(run: MeasuredRun, unit: int, kinds: tuple[int, ...]) -> Spans:
    """Return when a unit did something of these kinds, in order."""
    did, first = run.by_unit
    mine = slice(first[unit], first[unit + 1])
    spans: Spans = np.column_stack([did.start_s[mine], did.end_s[mine]])
    return spans[np.isin(did.kind[mine], kinds)]
