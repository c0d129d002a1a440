"""Indicators of duty: work at night, wakings, the longest rest, doctors in rotation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.clinic import Rotation
from akuttsim.config.schema.roster import merge_spans, weekly_seconds
from akuttsim.indicators.declaration import indicator
from akuttsim.indicators.measured_run import (
    BACK_UP_DOCTOR,
    NOT_AT_WORK,
    ROLES,
    GroupValue,
    Mask,
    MeasuredRun,
    Spans,
    is_one_of,
    mean,
    seconds_before,
    spans_as_rows,
    units_by_team,
)
from akuttsim.records import WAY_IN, Floats
from akuttsim.units import DAY_S, HOUR_S, MINUTE_S

WORK_NIGHT = (23, 7)

REST_NIGHT = (22, 8)
"""The night in which work is counted, and the hours in which rest is looked for."""

ASLEEP_AFTER_MIN = 30.0
"""Work that begins after so long without any wakes the doctor."""

SHARE_TOLERANCE = 1e-6
"""How near a share of a night must be to the whole; less than a tenth of a second."""

ROLES_WITH_NIGHTS = (*ROLES, BACK_UP_DOCTOR)

CountArray = NDArray[np.int64]

LEAST_REST_H = 8.0
"""So long without work is a rest: the least that may be agreed for a day (arbeidsmiljøloven § 10-8;
known, not read. Doctors' agreements on the legevakt may except from it)."""

SpellMeasure = Callable[[MeasuredRun, int, Spans], Floats]
"""What a post (a row of units) comes to in each of some spells."""

TeamValues = dict[str, Floats]
"""A value for each post and spell of each team in rotation."""


@indicator(
    unit="per night",
    better="lower",
    by=("all", "role", "team"),
    listed={"people": 50, "work": 70},
    after="doctor_collisions_a_week",
)
def night_calls_per_shift(run: MeasuredRun) -> Iterator[GroupValue]:
    """Calls and other tasks that one person on duty gets in a night, 23 to 7.

    Numerator: tasks begun in the night; what is done for the same patient without a break (talk and
    notes, nurse and video) is one task; the way home, to a stand-by post or in to work is none.
    Denominator: person-nights on duty, part of a night as that part; a back-up doctor's (bakvakt)
    nights on call. A crew is one. Only nights that lie whole in the measured span. Neighbours'
    ambulances, helicopters, boats and single responders are left out. Unit: per night. By role, and
    by role and team.
    Source: akuttsim's own definition.
    """
    nights = run.nights(*WORK_NIGHT)
    tasks = _activities_by_night(run, nights, is_start_of_task(run)).sum(axis=1)
    person_nights = shares_on_duty(run, nights).sum(axis=1)
    units = run.record.units
    of_role = {r: [i for i, unit in enumerate(units) if unit.role == r] for r in ROLES_WITH_NIGHTS}
    groups = [("all", "all", [i for members in of_role.values() for i in members])]
    groups += [("role", role, members) for role, members in of_role.items()]
    groups += [
        ("team", name, members) for name, members in units_by_team(units, ROLES_WITH_NIGHTS).items()
    ]
    for group_by, group, members in groups:
        n, nights_on_duty = int(tasks[members].sum()), float(person_nights[members].sum())
        value = n / nights_on_duty if nights_on_duty else float("nan")
        yield GroupValue(group_by, group, value, n)


@indicator(unit="share", better="lower", by=("all", "team"), listed={"people": 10, "work": 90})
def doctor_woken_share(run: MeasuredRun) -> Iterator[GroupValue]:
    """Share of nights in which a doctor alone on duty is woken at least once.

    Woken: a task begins between 23 and 7 after at least 30 minutes without work; whether the doctor
    slept is not known. Numerator: such nights. Denominator: nights 23 to 7, whole in the measured
    span, in which a team has exactly one doctor on duty throughout. Back-ups are left out. Unit:
    share of 1. By team.
    Source: akuttsim's own definition.
    """
    yield from _nights_woken(run, 1)


@indicator(unit="share", better="lower", by=("all", "team"), listed={"people": 20, "work": 100})
def doctor_woken_thrice_share(run: MeasuredRun) -> Iterator[GroupValue]:
    """Share of nights in which a doctor alone on duty is woken at least three times.

    Numerator: nights with three wakings or more, as `doctor_woken_share` counts them. Denominator:
    the same nights as there. Left out: back-ups. Unit: share of 1. By team.
    Source: akuttsim's own definition.
    """
    yield from _nights_woken(run, 3)


def _nights_woken(run: MeasuredRun, times: int) -> Iterator[GroupValue]:
    """Yield the share of nights with so many wakings or more, of doctors alone on duty."""
    nights = run.nights(*WORK_NIGHT)
    wakings = _activities_by_night(run, nights, is_waking(run))
    shares = shares_on_duty(run, nights)
    woken = {}
    length_s = nights[:, 1] - nights[:, 0]
    for team in run.organisation.doctors:
        mine = [i for i, u in enumerate(run.record.units) if u[1:3] == ("doctor", team)]
        is_alone = abs(shares[mine].sum(axis=0) - 1) < SHARE_TOLERANCE
        if is_alone.any():  # and somebody is on duty throughout
            duty = merge_spans(span for i in mine for span in run.record.units[i].on_duty)
            before_s = [seconds_before(spans_as_rows(duty), edge) for edge in nights.T]
            is_alone &= (before_s[1] - before_s[0]) / length_s > 1 - SHARE_TOLERANCE
        woken[team] = wakings[mine].sum(axis=0)[is_alone] >= times
    every = np.concatenate([np.zeros(0, dtype=np.bool_), *woken.values()])
    groups = [("all", "all", every), *(("team", *item) for item in woken.items())]
    for group_by, group, is_woken in groups:
        value = float(is_woken.mean()) if len(is_woken) else float("nan")
        yield GroupValue(group_by, group, value, len(is_woken))


def _activities_by_night(run: MeasuredRun, nights: Spans, mask: Mask) -> CountArray:
    """Return how many of the activities of each unit began in each night: units x nights."""
    did, shape = run.by_unit[0], (len(run.record.units), len(nights))
    night = np.searchsorted(nights[:, 0], did.start_s, side="right") - 1
    within = mask & (night >= 0)
    within[within] = did.start_s[within] < nights[night[within], 1]
    cell = did.unit[within] * shape[1] + night[within]
    return np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)


@indicator(
    unit="h",
    better="higher",
    by=("role", "team"),
    listed={"people": 60, "work": 80},
)
def longest_rest_h(run: MeasuredRun) -> Iterator[GroupValue]:
    """Mean of the longest unbroken stretch without work between 22 and 8, over persons and nights.

    Whom it counts: people (a crew is one) on duty or on call throughout 23 to 7, in nights that lie
    whole in the measured span. Work is everything that is logged, also the way in, home and to a
    stand-by post; before and after duty there is none, so that 10 hours are a night without work.
    Left out are those of `night_calls_per_shift`. Unit: hours. By role, and by role and team.
    Source: akuttsim's own definition.
    """
    begins, core = run.nights(*REST_NIGHT), run.nights(*WORK_NIGHT)
    inside = np.isin(core[:, 0], begins[:, 0] + HOUR_S)
    on_duty = shares_on_duty(run, core[inside]) > 1 - SHARE_TOLERANCE
    rest_h = _longest_rest_s(run, begins) / HOUR_S
    units = run.record.units
    groups = [
        ("role", r, [i for i, unit in enumerate(units) if unit.role == r])
        for r in ROLES_WITH_NIGHTS
    ]
    groups += [
        ("team", name, members) for name, members in units_by_team(units, ROLES_WITH_NIGHTS).items()
    ]
    for group_by, group, members in groups:
        rests_h = rest_h[members][on_duty[members]]
        value = float(rests_h.mean()) if len(rests_h) else float("nan")
        yield GroupValue(group_by, group, value, len(rests_h))


def _longest_rest_s(run: MeasuredRun, nights: Spans) -> Floats:
    """Return the longest stretch without work of each unit in each night: units x nights.

    All units are laid after each other on one axis, with a mark at both ends of every night; the
    longest gap between what comes after each other within a night is the answer.
    """
    did, (count, night_count) = run.by_unit[0], (len(run.record.units), len(nights))
    spacing_s, _ = run.unit_axis
    marks = (np.arange(count)[:, None, None] * spacing_s + nights).ravel()
    start = np.append(did.unit * spacing_s + did.start_s, marks)
    end = np.append(did.unit * spacing_s + did.end_s, marks)
    order = np.argsort(start, kind="stable")
    done = np.maximum.accumulate(end[order])
    gaps = np.append(np.diff(start[order]) - (done - start[order])[:-1], 0.0)[: len(order)]
    at = np.empty(len(order), dtype=np.intp)
    at[order] = np.arange(len(order))
    edges = at[len(did.unit) :]
    longest = np.maximum.reduceat(gaps, edges)[::2] if len(edges) else np.zeros(0)
    return np.maximum(longest, 0.0).reshape(count, night_count)


@indicator(
    unit="h per week",
    better="lower",
    by=("all", "team", "team_worst", "team_all_weeks"),
    listed={"people": 110, "work": 160},
)
def rotation_duty_h_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Hours on duty of a doctor in rotation, in a week on.

    Numerator: hours on duty by the roster, at work or not, in spells on that lie whole in the
    measured span. Denominator: the weeks of these spells. Left out: a doctor's other work (as a GP
    by day), and teams not in rotation; where none is, there are no rows. Unit: hours a week. By
    team: in a week on, in the heaviest spell (team_worst), and over all weeks, those off included
    (team_all_weeks). Source: akuttsim's own definition.
    """

    def duty_h(run: MeasuredRun, post: int, spells: Spans) -> Floats:
        return _hours_in_spells(run.duty[post], spells)

    hours = _weekly_values_by_team(run, duty_h)
    yield from _rotation_rows(hours)
    yield from _all_weeks_rows(run, hours)


@indicator(
    unit="h per week",
    better="lower",
    by=("all", "team", "team_worst", "team_all_weeks"),
    listed={"people": 120, "work": 160},
)
def rotation_work_h_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Hours of work of a doctor in rotation, in a week on.

    Numerator: hours of all work that is logged (with patients, on the phone, on the road) in spells
    on that lie whole in the measured span, overtime included. Denominator: the weeks of these
    spells. Left out: a doctor's other work (as a GP by day), and teams not in rotation; where none
    is, there are no rows. Unit: hours a week. By team: in a week on, in the heaviest spell
    (team_worst), and over all weeks, those off included (team_all_weeks). Source: akuttsim's own
    definition.
    """

    def work_h(run: MeasuredRun, post: int, spells: Spans) -> Floats:
        return _hours_in_spells(run.work_spans(post), spells)

    hours = _weekly_values_by_team(run, work_h)
    yield from _rotation_rows(hours)
    yield from _all_weeks_rows(run, hours)


def _hours_in_spells(spans: Spans, spells: Spans) -> Floats:
    """Return how many hours of spans, in order and apart, lie within each spell."""
    hours: Floats = (
        seconds_before(spans, spells[:, 1]) - seconds_before(spans, spells[:, 0])
    ) / HOUR_S
    return hours


def _all_weeks_rows(run: MeasuredRun, values_by_team: TeamValues) -> Iterator[GroupValue]:
    """Yield what a week on comes to over all weeks, those off included."""
    for team, values in values_by_team.items():
        value = mean(values) / rotation_rules(run)[team].doctors_a_post
        yield GroupValue("team_all_weeks", team, value, len(values))


@indicator(
    unit="per week",
    better="lower",
    by=("all", "team", "team_worst"),
    listed={"people": 130, "work": 160},
)
def rotation_tasks_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Calls and other tasks that a doctor in rotation gets in a week on, at any hour.

    Numerator: tasks begun in spells on that lie whole in the measured span; what is done for the
    same patient without a break is one task. Denominator: the weeks of these spells. Left out:
    teams not in rotation; where none is, there are no rows. Unit: per week. By team, and in the
    heaviest spell (team_worst). Source: akuttsim's own definition.
    """
    tasks = _weekly_values_by_team(run, partial(_activities_in_spells, mask=is_start_of_task(run)))
    yield from _rotation_rows(tasks)


@indicator(
    unit="per week",
    better="lower",
    by=("all", "team", "team_worst"),
    listed={"people": 140, "work": 160},
)
def rotation_wakings_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Times that a doctor in rotation is woken in a week on.

    Numerator: tasks begun between 23 and 7 after at least 30 minutes without work, in spells on
    that lie whole in the measured span; whether the doctor slept is not known. Denominator: the
    weeks of these spells. Left out: teams not in rotation; where none is, there are no rows. Unit:
    per week. By team, and in the heaviest spell (team_worst). Source: akuttsim's own definition.
    """
    hour, (begins, ends) = run.hour(run.by_unit[0].start_s), WORK_NIGHT
    woken_at_night = is_waking(run) & ((hour >= begins) | (hour < ends))
    wakings = _weekly_values_by_team(run, partial(_activities_in_spells, mask=woken_at_night))
    yield from _rotation_rows(wakings)


def _weekly_values_by_team(run: MeasuredRun, of_spells: SpellMeasure) -> TeamValues:
    """Return what a measure comes to a week on, for each spell of each team in rotation."""
    rules = rotation_rules(run)
    values_by_team = _spell_values_by_team(run, of_spells)
    return {team: values / rules[team].weeks_on for team, values in values_by_team.items()}


def is_waking(run: MeasuredRun) -> Mask:
    """Return which activities, in order of unit, begin a task that wakes whoever sleeps then."""
    did, first = run.by_unit
    ended_s = np.append(-np.inf, did.end_s[:-1])[: len(did.end_s)]
    ended_s[first[first < len(ended_s)]] = -np.inf  # a unit's first has nothing before it
    woken: Mask = is_start_of_task(run) & (did.start_s - ended_s >= ASLEEP_AFTER_MIN * MINUTE_S)
    return woken


def is_start_of_task(run: MeasuredRun) -> Mask:
    """Return which activities, in order of unit, begin a task: other patient, or after a break."""
    did, _ = run.by_unit
    goes_on = np.zeros(len(did.unit), dtype=np.bool_)
    same = (did.unit[1:] == did.unit[:-1]) & (did.patient[1:] == did.patient[:-1])
    goes_on[1:] = same & (did.start_s[1:] <= did.end_s[:-1])
    begins: Mask = ~goes_on & ~is_one_of(did.kind, (*NOT_AT_WORK, WAY_IN))
    return begins


def _activities_in_spells(run: MeasuredRun, post: int, spells: Spans, mask: Mask) -> Floats:
    """Return how many of the marked activities, in order of unit, began in each spell."""
    did, first = run.by_unit
    mine = slice(first[post], first[post + 1])
    edges = np.searchsorted(did.start_s[mine][mask[mine]], spells)
    return (edges[:, 1] - edges[:, 0]).astype(np.float64)


@indicator(
    unit="nights",
    better="lower",
    by=("all", "team", "team_worst"),
    listed={"people": 150, "work": 160},
)
def rotation_nights_in_a_row(run: MeasuredRun) -> Iterator[GroupValue]:
    """Nights on duty in a row of a doctor in rotation: the most in a mean spell on.

    What it counts: nights on duty throughout 23 to 7 that follow each other in one spell, worked or
    not. Mean over posts and over spells that lie whole in the measured span. Left out: teams not in
    rotation; where none is, there are no rows. Unit: nights. By team, and in the worst spell
    (team_worst). Source: akuttsim's own definition.
    """
    nights = run.nights(*WORK_NIGHT)
    on_duty = shares_on_duty(run, nights) > 1 - SHARE_TOLERANCE

    def nights_in_a_row(run: MeasuredRun, post: int, spells: Spans) -> Floats:
        most = []
        for start, end in spells:
            mine = on_duty[post, (nights[:, 0] >= start) & (nights[:, 1] <= end)]
            off = np.flatnonzero(np.concatenate([[True], ~mine, [True]]))
            most.append(int(np.diff(off).max()) - 1)
        return np.array(most, dtype=np.float64)

    yield from _rotation_rows(_spell_values_by_team(run, nights_in_a_row))


def shares_on_duty(run: MeasuredRun, nights: Spans) -> Floats:
    """Return what share of each night each unit is on duty: units x nights."""
    spacing_s, duty = run.unit_axis
    start = np.arange(len(run.duty))[:, None] * spacing_s + nights[:, 0]
    length = nights[:, 1] - nights[:, 0]
    on_duty_s = seconds_before(duty, (start + length).ravel()) - seconds_before(duty, start.ravel())
    shares: Floats = on_duty_s.reshape(start.shape) / length
    return shares


@indicator(
    unit="h", better="lower", by=("all", "team", "team_worst"), listed={"people": 160, "work": 160}
)
def rotation_longest_duty_h(run: MeasuredRun) -> Iterator[GroupValue]:
    """Longest unbroken stretch on duty of a doctor in rotation, in a mean spell on.

    What it counts: hours on duty by the roster without an hour off between, at work or not. Mean
    over posts and over spells that lie whole in the measured span. Left out: teams not in rotation;
    where none is, there are no rows. Unit: hours. By team, and in the worst spell (team_worst).
    Source: akuttsim's own definition.
    """

    def longest_duty_h(run: MeasuredRun, post: int, spells: Spans) -> Floats:
        duty = run.duty[post]
        longest_s = [np.diff(duty.clip(*spell), axis=1).max(initial=0.0) for spell in spells]
        return np.array([stretch_s / HOUR_S for stretch_s in longest_s], dtype=np.float64)

    yield from _rotation_rows(_spell_values_by_team(run, longest_duty_h))


@indicator(
    unit="h", better="lower", by=("all", "team", "team_worst"), listed={"people": 170, "work": 160}
)
def rotation_longest_without_rest_h(run: MeasuredRun) -> Iterator[GroupValue]:
    """Longest time that a doctor in rotation goes without eight hours of rest, in a mean spell on.

    What it counts: from the beginning of work to the end of work, without 8 hours between in which
    none is logged; hours off duty are rest too. Mean over posts and over spells that lie whole in
    the measured span. Left out: a doctor's other work by day, which is not known here, and teams
    not in rotation; where none is, there are no rows. Unit: hours. By team, and in the worst spell
    (team_worst). Source: akuttsim's own definition; eight hours are the least daily rest that may
    be agreed (arbeidsmiljøloven § 10-8; known, not read).
    """
    hours = _spell_values_by_team(run, _spell_longest_without_rest_h)
    yield from _rotation_rows(hours)


def _spell_values_by_team(run: MeasuredRun, of_spells: SpellMeasure) -> TeamValues:
    """Return what a measure comes to in each whole spell of each team in rotation."""
    values = {}
    for team, rule in rotation_rules(run).items():
        spells = _spells_on(run, rule)
        of_posts = [of_spells(run, post, spells) for post in _doctor_posts(run, team)]
        values[team] = np.concatenate([np.zeros(0), *of_posts])
    return values


def _spells_on(run: MeasuredRun, rule: Rotation) -> Spans:
    """Return the spells on that lie whole in the measured span, one after the other."""
    start, end = run.record.measured
    calendar, days = run.region.calendar.calendar(), int(end // DAY_S) + 2
    changes = [at for at in weekly_seconds(rule.changes, calendar, days) if start <= at <= end]
    edges = changes[:: rule.weeks_on]
    return spans_as_rows(list(pairwise(edges)))


def _spell_longest_without_rest_h(run: MeasuredRun, post: int, spells: Spans) -> Floats:
    """Return the longest time without eight hours of rest in each spell, hours."""
    work = run.work_spans(post)
    rows = [
        _longest_stretch_s(work[(work[:, 0] >= start) & (work[:, 0] < end)]) / HOUR_S
        for start, end in spells
    ]
    return np.array(rows, dtype=np.float64)


def _longest_stretch_s(work: Spans) -> float:
    """Return the longest time from a beginning to an end of work without a rest between."""
    if not len(work):
        return 0.0
    done = np.maximum.accumulate(work[:, 1])
    rests = np.flatnonzero(work[1:, 0] - done[:-1] >= LEAST_REST_H * HOUR_S)
    first, last = np.append(0, rests + 1), np.append(rests, len(work) - 1)
    return float((done[last] - work[first, 0]).max())


def _rotation_rows(values_by_team: TeamValues) -> Iterator[GroupValue]:
    """Yield the mean over all teams' posts and spells, each team's, and each team's worst spell."""
    if not values_by_team:
        return
    every = np.concatenate(list(values_by_team.values()))
    yield GroupValue("all", "all", mean(every), len(every))
    for team, values in values_by_team.items():
        worst = float(values.max()) if len(values) else float("nan")
        yield GroupValue("team", team, mean(values), len(values))
        yield GroupValue("team_worst", team, worst, len(values))


@indicator(
    unit="doctors",
    better="neither",
    by=("all", "team"),
    listed={"people": 100, "work": 160},
    after="doctors_needed",
)
def rotation_doctors(run: MeasuredRun) -> Iterator[GroupValue]:
    """Doctors who take turns at the posts of teams in rotation.

    Numerator: posts (places of the team on duty at once) times the weeks of a whole turn, on and
    off. Denominator: the weeks on, as the team's rotation tells. Left out: teams that are not in
    rotation; where none is, there are no rows. Unit: doctors; half of one is half a position. By
    team. Source: the organisation's rosters.
    """
    needed = doctors_in_rotation(run)
    groups = [("all", "all", list(needed.values()))] if needed else []
    groups += [("team", team, [value]) for team, value in needed.items()]
    for group_by, group, values in groups:
        yield GroupValue(group_by, group, sum(values), len(values))


def doctors_in_rotation(run: MeasuredRun) -> dict[str, float]:
    """Return how many doctors take turns at the posts of each team in rotation."""
    return {
        team: len(_doctor_posts(run, team)) * rule.doctors_a_post
        for team, rule in rotation_rules(run).items()
    }


def _doctor_posts(run: MeasuredRun, team: str) -> list[int]:
    """Return the rows of the doctors of a team."""
    units = run.record.units
    return [row for row, unit in enumerate(units) if unit[1:3] == ("doctor", team)]


def rotation_rules(run: MeasuredRun) -> Mapping[str, Rotation]:
    """Return the rule of each team in rotation."""
    teams = run.organisation.doctors.items()
    return {name: team.rotation for name, team in teams if team.rotation is not None}
