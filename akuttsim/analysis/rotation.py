"""Indicators of doctors who take turns at a post for weeks on end: what one of them bears.

A team in rotation has a post for each of its places on duty, and whoever is on has all its hours
for some weeks (a spell). The chain knows places only; here their hours and work are one doctor's.
Only spells that lie whole in the measured span are looked at: a shorter run tells nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise

import numpy as np

from akuttsim.analysis.load import READY
from akuttsim.analysis.nights import EXACT, NIGHT, begins_task, shares_on_duty, wakes
from akuttsim.analysis.observed import Mask, Observed, Row, mean
from akuttsim.analysis.spans import Spans, joined_rows, passed
from akuttsim.config.schema.clinic import Rotation
from akuttsim.config.schema.roster import weekly_seconds
from akuttsim.records import Floats
from akuttsim.units import DAY_S, HOUR_S

REST_H = 8.0
"""So long without work is a rest: the least that may be agreed for a day (arbeidsmiljøloven § 10-8;
known, not read. Doctors' agreements on the legevakt may except from it)."""

OfSpells = Callable[[Observed, int, Spans], Floats]
"""What a post (a row of units) comes to in each of some spells."""

ByTeam = dict[str, Floats]
"""A value for each post and spell of each team in rotation."""


def rotation_doctors(seen: Observed) -> Iterator[Row]:
    """Doctors who take turns at the posts of teams in rotation.

    Numerator: posts (places of the team on duty at once) times the weeks of a whole turn, on and
    off. Denominator: the weeks on, as the team's rotation tells. Left out: teams that are not in
    rotation; where none is, there are no rows. Unit: doctors; half of one is half a position. By
    team. Source: the organisation's rosters.
    """
    needed = doctors_in_rotation(seen)
    groups = [("all", "all", list(needed.values()))] if needed else []
    groups += [("team", team, [value]) for team, value in needed.items()]
    for group_by, group, values in groups:
        yield Row("rotation_doctors", group_by, group, sum(values), "doctors", len(values))


def rotation_duty_h_a_week(seen: Observed) -> Iterator[Row]:
    """Hours on duty of a doctor in rotation, in a week on.

    Numerator: hours on duty by the roster, at work or not, in spells on that lie whole in the
    measured span. Denominator: the weeks of these spells. Left out: a doctor's other work (as a GP
    by day), and teams not in rotation; where none is, there are no rows. Unit: hours a week. By
    team: in a week on, in the heaviest spell (team_worst), and over all weeks, those off included
    (team_all_weeks). Source: akuttsim's own definition.
    """
    found = _a_week(seen, _duty_h)
    yield from _rows("rotation_duty_h_a_week", "h per week", found)
    yield from _all_weeks("rotation_duty_h_a_week", seen, found)


def rotation_work_h_a_week(seen: Observed) -> Iterator[Row]:
    """Hours of work of a doctor in rotation, in a week on.

    Numerator: hours of all work that is logged (with patients, on the phone, on the road) in spells
    on that lie whole in the measured span, overtime included. Denominator: the weeks of these
    spells. Left out: a doctor's other work (as a GP by day), and teams not in rotation; where none
    is, there are no rows. Unit: hours a week. By team: in a week on, in the heaviest spell
    (team_worst), and over all weeks, those off included (team_all_weeks). Source: akuttsim's own
    definition.
    """
    found = _a_week(seen, _work_h)
    yield from _rows("rotation_work_h_a_week", "h per week", found)
    yield from _all_weeks("rotation_work_h_a_week", seen, found)


def rotation_tasks_a_week(seen: Observed) -> Iterator[Row]:
    """Calls and other tasks that a doctor in rotation gets in a week on, at any hour.

    Numerator: tasks begun in spells on that lie whole in the measured span; what is done for the
    same patient without a break is one task. Denominator: the weeks of these spells. Left out:
    teams not in rotation; where none is, there are no rows. Unit: per week. By team, and in the
    heaviest spell (team_worst). Source: akuttsim's own definition.
    """
    found = _a_week(seen, partial(_begun, mask=begins_task(seen)))
    yield from _rows("rotation_tasks_a_week", "per week", found)


def rotation_wakings_a_week(seen: Observed) -> Iterator[Row]:
    """Times that a doctor in rotation is woken in a week on.

    Numerator: tasks begun between 23 and 7 after at least 30 minutes without work, in spells on
    that lie whole in the measured span; whether the doctor slept is not known. Denominator: the
    weeks of these spells. Left out: teams not in rotation; where none is, there are no rows. Unit:
    per week. By team, and in the heaviest spell (team_worst). Source: akuttsim's own definition.
    """
    found = _a_week(seen, partial(_begun, mask=wakes(seen) & _at_night(seen)))
    yield from _rows("rotation_wakings_a_week", "per week", found)


def rotation_nights_in_a_row(seen: Observed) -> Iterator[Row]:
    """Nights on duty in a row of a doctor in rotation: the most in a mean spell on.

    What it counts: nights on duty throughout 23 to 7 that follow each other in one spell, worked or
    not. Mean over posts and over spells that lie whole in the measured span. Left out: teams not in
    rotation; where none is, there are no rows. Unit: nights. By team, and in the worst spell
    (team_worst). Source: akuttsim's own definition.
    """
    yield from _rows("rotation_nights_in_a_row", "nights", _by_team(seen, _nights_in_a_row))


def rotation_longest_duty_h(seen: Observed) -> Iterator[Row]:
    """Longest unbroken stretch on duty of a doctor in rotation, in a mean spell on.

    What it counts: hours on duty by the roster without an hour off between, at work or not. Mean
    over posts and over spells that lie whole in the measured span. Left out: teams not in rotation;
    where none is, there are no rows. Unit: hours. By team, and in the worst spell (team_worst).
    Source: akuttsim's own definition.
    """
    yield from _rows("rotation_longest_duty_h", "h", _by_team(seen, _longest_duty_h))


def rotation_longest_without_rest_h(seen: Observed) -> Iterator[Row]:
    """Longest time that a doctor in rotation goes without eight hours of rest, in a mean spell on.

    What it counts: from the beginning of work to the end of work, without 8 hours between in which
    none is logged; hours off duty are rest too. Mean over posts and over spells that lie whole in
    the measured span. Left out: a doctor's other work by day, which is not known here, and teams
    not in rotation; where none is, there are no rows. Unit: hours. By team, and in the worst spell
    (team_worst). Source: akuttsim's own definition; eight hours are the least daily rest that may
    be agreed (arbeidsmiljøloven § 10-8; known, not read).
    """
    found = _by_team(seen, _longest_without_rest_h)
    yield from _rows("rotation_longest_without_rest_h", "h", found)


def doctors_in_rotation(seen: Observed) -> dict[str, float]:
    """Return how many doctors take turns at the posts of each team in rotation."""
    return {
        team: len(_posts(seen, team)) * rule.doctors_a_post
        for team, rule in rotations(seen).items()
    }


def rotations(seen: Observed) -> Mapping[str, Rotation]:
    """Return the rule of each team in rotation."""
    teams = seen.organisation.doctors.items()
    return {name: team.rotation for name, team in teams if team.rotation is not None}


def _posts(seen: Observed, team: str) -> list[int]:
    units = seen.record.units
    return [row for row, unit in enumerate(units) if unit[1:3] == ("doctor", team)]


def _spells(seen: Observed, rule: Rotation) -> Spans:
    """Return the spells on that lie whole in the measured span, one after the other."""
    start, end = seen.record.measured
    calendar, days = seen.region.calendar.calendar(), int(end // DAY_S) + 2
    changes = [at for at in weekly_seconds(rule.changes, calendar, days) if start <= at <= end]
    edges = changes[:: rule.weeks_on]
    return joined_rows(list(pairwise(edges)))


def _by_team(seen: Observed, of_spells: OfSpells) -> ByTeam:
    found = {}
    for team, rule in rotations(seen).items():
        spells = _spells(seen, rule)
        of_posts = [of_spells(seen, post, spells) for post in _posts(seen, team)]
        found[team] = np.concatenate([np.zeros(0), *of_posts])
    return found


def _a_week(seen: Observed, of_spells: OfSpells) -> ByTeam:
    rules = rotations(seen)
    found = _by_team(seen, of_spells)
    return {team: values / rules[team].weeks_on for team, values in found.items()}


def _rows(indicator: str, unit: str, found: ByTeam) -> Iterator[Row]:
    """Yield the mean over all teams' posts and spells, each team's, and each team's worst spell."""
    if not found:
        return
    every = np.concatenate(list(found.values()))
    yield Row(indicator, "all", "all", mean(every), unit, len(every))
    for team, values in found.items():
        worst = float(values.max()) if len(values) else float("nan")
        yield Row(indicator, "team", team, mean(values), unit, len(values))
        yield Row(indicator, "team_worst", team, worst, unit, len(values))


def _all_weeks(indicator: str, seen: Observed, found: ByTeam) -> Iterator[Row]:
    """Yield what a week on comes to over all weeks, those off included."""
    for team, values in found.items():
        value = mean(values) / rotations(seen)[team].doctors_a_post
        yield Row(indicator, "team_all_weeks", team, value, "h per week", len(values))


def _within(spans: Spans, spells: Spans) -> Floats:
    """Return how many hours of spans, in order and apart, lie within each spell."""
    hours: Floats = (passed(spans, spells[:, 1]) - passed(spans, spells[:, 0])) / HOUR_S
    return hours


def _duty_h(seen: Observed, post: int, spells: Spans) -> Floats:
    return _within(seen.duty[post], spells)


def _work(seen: Observed, post: int) -> Spans:
    """Return when a post is at work, in order."""
    did, first = seen.by_unit
    mine = slice(first[post], first[post + 1])
    is_work = ~np.isin(did.kind[mine], READY)
    spans: Spans = np.column_stack([did.start_s[mine], did.end_s[mine]])[is_work]
    return spans


def _work_h(seen: Observed, post: int, spells: Spans) -> Floats:
    return _within(_work(seen, post), spells)


def _begun(seen: Observed, post: int, spells: Spans, mask: Mask) -> Floats:
    """Return how many of the marked activities, in order of unit, began in each spell."""
    did, first = seen.by_unit
    mine = slice(first[post], first[post + 1])
    edges = np.searchsorted(did.start_s[mine][mask[mine]], spells)
    return (edges[:, 1] - edges[:, 0]).astype(np.float64)


def _at_night(seen: Observed) -> Mask:
    """Return which activities, in order of unit, began between 23 and 7."""
    hour, (begins, ends) = seen.hour(seen.by_unit[0].start_s), NIGHT
    at_night: Mask = (hour >= begins) | (hour < ends)
    return at_night


def _nights_in_a_row(seen: Observed, post: int, spells: Spans) -> Floats:
    nights = seen.nights(*NIGHT)
    there = shares_on_duty(seen, nights)[post] > 1 - EXACT
    rows = [
        _longest_run(there[(nights[:, 0] >= start) & (nights[:, 1] <= end)])
        for start, end in spells
    ]
    return np.array(rows, dtype=np.float64)


def _longest_run(flags: Mask) -> int:
    """Return the most that are set in a row."""
    unset = np.flatnonzero(np.concatenate([[True], ~flags, [True]]))
    return int(np.diff(unset).max()) - 1


def _longest_duty_h(seen: Observed, post: int, spells: Spans) -> Floats:
    duty = seen.duty[post]
    rows = [np.diff(duty.clip(*spell), axis=1).max(initial=0.0) / HOUR_S for spell in spells]
    return np.array(rows, dtype=np.float64)


def _longest_without_rest_h(seen: Observed, post: int, spells: Spans) -> Floats:
    work = _work(seen, post)
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
    rests = np.flatnonzero(work[1:, 0] - done[:-1] >= REST_H * HOUR_S)
    first, last = np.append(0, rests + 1), np.append(rests, len(work) - 1)
    return float((done[last] - work[first, 0]).max())
