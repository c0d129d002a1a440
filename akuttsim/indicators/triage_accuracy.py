"""Indicators of triage accuracy: red not recognised, help for nothing, asking again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from akuttsim.indicators.declaration import (
    Observations,
    by_age,
    by_municipality,
    by_true_urgency,
    indicator,
)
from akuttsim.indicators.measured_run import (
    GroupValue,
    Mask,
    MeasuredRun,
    is_one_of,
    mean,
    rate_rows,
    share,
)
from akuttsim.patients.needs import ways_of_113_calls, ways_of_contacts
from akuttsim.records import (
    ADVICE,
    AMBULANCE,
    CAME,
    CLINIC,
    DOCTOR_PHONE,
    E_CONSULTATION,
    HOME_VISIT,
    LINE_113,
    LINE_116117,
    LINE_HEALTH,
    NEXT_DAY,
    RED,
    TO_116117,
    UNFINISHED,
    Codes,
)
from akuttsim.units import DAY_S, MINUTE_S

LATEST_RECOGNITION_S = DAY_S
"""Who has not been recognised as red by then counts as if it had happened then."""

AGAIN_WITHIN_S = 3 * DAY_S
"""Asking again later than this is taken for a new illness."""


@indicator(
    unit="share", better="lower", by=("all", "municipality", "age"), after="care_instead_a_week"
)
def red_not_recognised(run: MeasuredRun) -> Observations:
    """Share of those truly red who were not taken for red at their first contact.

    Numerator: people judged less urgent than red, by all who judged them in that contact; those who
    asked again, and were taken for red then, are among them. Denominator: people of the region who
    are truly red and whom somebody judged, on the phone or at a door. Left out: further callers
    about an incident, and those who hung up. Unit: share of 1. By municipality and age.
    Source: akuttsim's own definition; the complement of the sensitivity of triage.
    """
    courses, mask = run.record.courses, _is_truly_red(run)
    missed = (courses.judged != RED) | ~np.isnan(courses.again_s)
    groups = [by_municipality(run, mask), by_age(run, mask)]
    values = missed[mask].astype(np.float64)
    who = np.flatnonzero(mask)
    return Observations(values, share, groups, who)


@indicator(unit="min", better="lower", by=("all", "municipality", "age"))
def red_recognised_min(run: MeasuredRun) -> Observations:
    """Mean minutes from the first ring until somebody truly red is taken for red, at most a day.

    Whom it counts: those of `red_not_recognised`, which says who is left out. Recognised: judged
    red on the phone when enough has been said, or at a door, or seen by a doctor, or found out by
    the crew on scene or at the hospital. Who is not recognised within a day, or never, counts as
    a day (restricted mean), so that nobody drops out by being missed. Unit: minutes. By
    municipality and age.
    Source: akuttsim's own definition.
    """
    mask = _is_truly_red(run)
    after_s = (run.record.courses.recognised_s - run.patients.time_s)[mask]
    minutes = np.fmin(after_s, LATEST_RECOGNITION_S) / MINUTE_S
    groups = [by_municipality(run, mask), by_age(run, mask)]
    who = np.flatnonzero(mask)
    return Observations(minutes, mean, groups, who)


def _is_truly_red(run: MeasuredRun) -> Mask:
    """Return which residents who rang and were judged are red in truth.

    Left out are further callers about an incident that is known already.
    """
    patients, judged = run.patients, run.record.courses.judged
    is_contact = (
        is_one_of(patients.line, (LINE_113, LINE_116117, LINE_HEALTH)) & patients.is_contact
    )
    red: Mask = is_contact & (patients.urgency == RED) & ~patients.same_incident & (judged >= 0)
    return red & run.residents


@indicator(unit="per week", better="lower", by=("all", "municipality"))
def ambulances_for_nothing_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Ambulances sent in a mean week to people who were judged more urgent than they were.

    Whom it counts: people of the region to whom an ambulance was sent, who were judged more urgent
    than they were, and to whom none would have been sent had they been judged right. Left out:
    those who had got worse, planned transports, safety alarms and patients
    fetched at a clinic. Unit: missions a week. By municipality.
    Source: akuttsim's own definition.
    """
    sent = (
        is_overtriaged(run)
        & (run.record.courses.crew >= 0)
        & (_way_by_true_urgency(run) != AMBULANCE)
    )
    groups = [by_municipality(run, sent)]
    yield from rate_rows(run.weeks, int(sent.sum()), groups)


@indicator(unit="per week", better="lower", by=("all", "municipality"))
def visits_for_nothing_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Consultations and home visits in a mean week of people judged more urgent than they were.

    Whom it counts: people of the region who were seen at a clinic or satellite or visited at home,
    who were judged more urgent than they were, and who would have been helped on the phone had they
    been judged right. Left out: those who had got worse, walk-ins, and those whom an ambulance
    brought. Unit: patients a week. By municipality.
    Source: akuttsim's own definition.
    """
    courses = run.record.courses
    visited = is_one_of(courses.outcome, (CLINIC, HOME_VISIT)) & (courses.crew < 0)
    on_phone = is_one_of(_way_by_true_urgency(run), (ADVICE, DOCTOR_PHONE))
    unneeded = is_overtriaged(run) & visited & on_phone
    groups = [by_municipality(run, unneeded)]
    yield from rate_rows(run.weeks, int(unneeded.sum()), groups)


def _way_by_true_urgency(run: MeasuredRun) -> Codes:
    """Return where each would have been sent, had everybody judged the urgency right."""
    care, patients = run.region.care, run.patients
    by_116117 = ways_of_contacts(care.needs, patients.urgency, patients.u_need)
    by_113 = ways_of_113_calls(care.needs_113, patients.urgency, patients.u_need_113)
    on_113 = (patients.line == LINE_113) & (by_113 != TO_116117)
    way: Codes = np.where(on_113, by_113, by_116117)
    return way


def is_overtriaged(run: MeasuredRun) -> Mask:
    """Return which residents who rang were judged too urgent; who got worse is left out."""
    courses, patients = run.record.courses, run.patients
    rang = is_one_of(patients.line, (LINE_113, LINE_116117, LINE_HEALTH)) & patients.is_contact
    too_high = (courses.judged >= 0) & (courses.judged < patients.urgency) & ~courses.walk_in
    stayed_as_ill = np.isnan(courses.again_s) & np.isnan(courses.worse_waiting_s)
    high: Mask = run.residents & rang & too_high & stayed_as_ill
    return high


@indicator(unit="share", better="higher", by=("all", "municipality", "true_urgency"))
def solved_without_visit(run: MeasuredRun) -> Observations:
    """Share of the contacts that are solved on the phone or on screen, and stay solved.

    Numerator: contacts that end with advice, the doctor's phone or an e-consultation. Not in it:
    those who settle for it because care is far away, those judged less urgent than they are, and
    those who ask again. Denominator: contacts of the region's inhabitants with 116117, and those
    who would have been but went without. Left out: those not finished when the run ended. Unit:
    share of 1. By municipality and urgency (as it truly was).
    Source: akuttsim's own definition.
    """
    courses, patients = run.record.courses, run.patients
    of_lines = is_one_of(patients.line, (LINE_116117, LINE_HEALTH)) & (run.municipality >= 0)
    mask = run.measured & of_lines & patients.is_contact & (courses.outcome != UNFINISHED)
    on_phone = is_one_of(courses.outcome, (ADVICE, DOCTOR_PHONE, E_CONSULTATION))
    judged_right = courses.judged <= run.patients.urgency
    stays = np.isnan(courses.again_s) & (courses.instead == CAME)
    solved = (on_phone & judged_right & stays)[mask].astype(np.float64)
    groups = [by_municipality(run, mask), by_true_urgency(run, mask)]
    who = np.flatnonzero(mask)
    return Observations(solved, share, groups, who)


@indicator(unit="share", better="lower", by=("all", "municipality", "age", "true_urgency"))
def asked_again_within_72_h(run: MeasuredRun) -> Observations:
    """Share of those sent home without a visit who get worse and ask again within 72 hours.

    Numerator: people who asked again within 72 hours of their first ring. Denominator: people of
    the region whose first contact with 116117 or 113 ended with advice, the doctor's phone, or the
    GP's office another day. Left out: those who ask again about the same thing without being worse,
    who are among other calls; those who had been promised care and got worse waiting for it;
    neighbours. Unit: share of 1. By municipality, age and urgency (as it
    truly was).
    Source: akuttsim's own definition.
    """
    courses, ours = run.record.courses, run.residents & run.patients.is_contact
    again = ~np.isnan(courses.again_s)
    sent_home = is_one_of(courses.outcome, (ADVICE, DOCTOR_PHONE, NEXT_DAY)) & ~courses.walk_in
    mask = ours & (again | sent_home) & np.isnan(courses.worse_waiting_s)
    soon = courses.again_s - run.patients.time_s <= AGAIN_WITHIN_S
    groups = [by_municipality(run, mask), by_age(run, mask), by_true_urgency(run, mask)]
    values = soon[mask].astype(np.float64)
    who = np.flatnonzero(mask)
    return Observations(values, share, groups, who)
