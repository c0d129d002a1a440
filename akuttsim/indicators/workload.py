"""Indicators of workload: busy shares, overtime, colliding demands, overloaded queues."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.calendar import Calendar
from akuttsim.indicators.declaration import by_hour, by_room, indicator
from akuttsim.indicators.measured_run import (
    BACK_UP_DOCTOR,
    HOURS,
    NO_SPANS,
    NOT_AT_WORK,
    ROLES,
    VEHICLE_ROLES,
    WORKERS,
    Grouping,
    GroupValue,
    MeasuredRun,
    is_one_of,
    rate_rows,
    roles_of_units,
    seconds_before,
    seconds_within,
    units_by_team,
)
from akuttsim.records import (
    CALL_OUT,
    CONSULTATION,
    DOCTOR_CONFERENCE,
    DOCTOR_COULD_NOT_GO,
    E_CONSULT,
    KINDS,
    PHONE,
    RESULT,
    REVIEW,
    VIDEO,
    VISIT,
    WAY_IN,
    Floats,
    Overload,
)
from akuttsim.units import HOUR_S

DOCTOR_DEMANDS = ("consultation", "phone", "video", "home_visit", "call_out")

_DEMAND_OF_KIND = {CONSULTATION: 0, PHONE: 1, VIDEO: 2, VISIT: 3}

_DEMAND_CALL_OUT = 4

DOCTOR_TASKS = (CONSULTATION, RESULT, PHONE, VIDEO, REVIEW, DOCTOR_CONFERENCE, E_CONSULT, VISIT,
              CALL_OUT, WAY_IN)  # fmt: skip
"""What a doctor may be busy with."""

_DOCTOR_TASK_CODE = np.array(
    [DOCTOR_TASKS.index(k) if k in DOCTOR_TASKS else -1 for k in range(len(KINDS))]
)

IndexArray = NDArray[np.intp]


@indicator(
    unit="per week",
    better="lower",
    by=("all", "room", "hour"),
    listed={"answering": 80},
    after="same_incident_calls_a_week",
)
def calls_found_all_busy_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Calls to 116117 that no operator was free for when they rang, in a mean week.

    What it counts: calls for which nobody reached for the phone at once: all operators on duty
    busy, or those left kept free for what goes first. Those given up or called back are in it. Left
    out: calls on other numbers, and those of neighbour districts, so that rooms that answer for
    more people can be compared. Unit: calls a week. By room (the one that should answer) and hour
    of the day.
    Source: akuttsim's own definition.
    """
    calls = run.record.calls
    ours = run.municipality[calls.patient] >= 0
    mask = ours & run.calls_to("116117") & ~(calls.found_s <= calls.rang_s)
    groups = [by_room(run, mask), by_hour(run, calls.rang_s[mask])]
    yield from rate_rows(run.weeks, int(mask.sum()), groups)


@indicator(
    unit="per week",
    better="lower",
    by=("all", "asked_for", "team", "doing"),
    listed={"people": 80, "work": 110},
    after="came_in_from_home_a_week",
)
def doctor_collisions_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Times that a doctor is asked for while every doctor of the team is busy, in a mean week.

    What it counts: the last time in each course of the measured span that a patient asks for a
    doctor (at a clinic, on the phone, on video at a satellite, for a home visit) who could not come
    at once because the doctors of the team that then came were all with others (that nobody is on
    duty is no collision); and red call-outs that a doctor would have gone to, but all were busy.
    Reviews, conferences, second looks after tests and those whom no doctor had come to at the end
    are left out. Unit: times a week. By what was asked for, by team, and by what they were doing
    (of several doctors, the one who was free first); the last two without call-outs, for which it
    is not logged.
    Source: akuttsim's own definition.
    """
    team, demand, requested_s = _demands_for_doctor(run)
    doing = _activity_of_first_free_doctor(run, team, requested_s)
    collided = doing >= 0
    could_not_go = np.isin(run.record.courses.doctor_call_out, DOCTOR_COULD_NOT_GO)
    call_outs = int((run.residents & could_not_go).sum())
    wanted = np.append(demand[collided], np.full(call_outs, _DEMAND_CALL_OUT))
    groups = [
        Grouping("asked_for", wanted, DOCTOR_DEMANDS),
        Grouping("team", team[collided], tuple(run.organisation.doctors)),
        Grouping(
            "doing", _DOCTOR_TASK_CODE[doing[collided]], tuple(KINDS[kind] for kind in DOCTOR_TASKS)
        ),
    ]
    yield from rate_rows(run.weeks, len(wanted), groups)


def _demands_for_doctor(run: MeasuredRun) -> tuple[IndexArray, IndexArray, Floats]:
    """Return of those who waited for a doctor the team that came, for what, and when they asked."""
    did, units = run.record.activities, run.record.units
    requested_s = run.record.courses.doctor_asked_s
    wanted = np.array([_DEMAND_OF_KIND.get(kind, -1) for kind in range(len(KINDS))], dtype=np.intp)[
        did.kind
    ]
    rows = np.flatnonzero(_is_doctor_unit(run)[did.unit] & (wanted >= 0) & (did.patient >= 0))
    patient = did.patient[rows]
    waited = run.residents[patient] & (did.start_s[rows] > requested_s[patient])
    rows = rows[waited]
    rows = rows[np.argsort(did.start_s[rows], kind="stable")]
    patient, first = np.unique(did.patient[rows], return_index=True)
    rows = rows[first]
    teams = tuple(run.organisation.doctors)
    team_of_unit = [teams.index(unit.team) if unit.team in teams else -1 for unit in units]
    return np.array(team_of_unit, dtype=np.intp)[did.unit[rows]], wanted[rows], requested_s[patient]


def _is_doctor_unit(run: MeasuredRun) -> NDArray[np.bool_]:
    """Return which units are doctors, back-ups among them."""
    roles = [unit.role in ("doctor", BACK_UP_DOCTOR) for unit in run.record.units]
    return np.array(roles, dtype=np.bool_)


def _activity_of_first_free_doctor(
    run: MeasuredRun, team: IndexArray, requested_s: Floats
) -> IndexArray:
    """Return what the doctor of the team who was free first was doing at each time; -1: nothing."""
    did, first = run.by_unit
    doing, free_s = np.full(len(team), -1, dtype=np.intp), np.full(len(team), np.inf)
    teams = tuple(run.organisation.doctors)
    for index in np.flatnonzero(_is_doctor_unit(run)).tolist():
        requests = np.flatnonzero(team == teams.index(run.record.units[index].team))
        mine = slice(first[index], first[index + 1])
        if not len(requests) or mine.start == mine.stop:
            continue
        at = np.searchsorted(did.start_s[mine], requested_s[requests], side="right") - 1
        end_s = np.where(at >= 0, did.end_s[mine][at], -np.inf)
        is_at = (end_s > requested_s[requests]) & (end_s < free_s[requests])
        doing[requests[is_at]] = did.kind[mine][at[is_at]]
        free_s[requests[is_at]] = end_s[is_at]
    return doing


@indicator(
    unit="share",
    better="neither",
    by=("team", "unit", "role", "role_hour"),
    listed={"work": 40},
)
def busy_share(run: MeasuredRun) -> Iterator[GroupValue]:
    """Share of time on duty spent at work.

    Numerator: hours of work within the measured span; for crews, from alarm until free (the way
    home or to a stand-by post is not work). Denominator: hours on duty within it. Work after the
    end of a shift counts in the numerator, so that overtime shows. Back-up doctors are left out
    (hours on call are not hours on duty), and so are neighbours' ambulances, helicopters, boats and
    single responders, which serve others too. Unit: share of 1. By unit, by team and role, and by
    role and hour of the day.
    Source: akuttsim's own definition.
    """
    table = _Workload(run)
    roles = roles_of_units(ROLES, run.record.units)
    people = tuple(role for role in roles if role not in VEHICLE_ROLES)
    for name, members in units_by_team(run.record.units, people).items():
        yield table.row("team", name, members)
    for index, unit in enumerate(run.record.units):
        if unit.role in roles:
            yield table.row("unit", unit.name, [index])
    for role in roles:
        members = [i for i, unit in enumerate(run.record.units) if unit.role == role]
        yield table.row("role", role, members)
        yield from table.by_hour(role, members)


@indicator(
    unit="h per week", better="neither", by=("all", "role_kind", "team"), listed={"work": 50}
)
def work_h_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Hours of work in a mean week, by role and kind of activity, and by team.

    What it counts: all work within the measured span, that of back-up doctors, neighbours'
    ambulances, helicopters, boats and single responders (supports) for our patients included. `all`
    and the teams leave out a crew's way home or to a stand-by post, which have rows of their own
    ("crew return", "crew stand_by"). Operators who receive at a clinic count as operators, in the
    team on whose roster they are. A vehicle is a team of its own; supports are by kind. Unit: hours
    a week.
    Source: akuttsim's own definition.
    """
    table, units = _Workload(run), run.record.units
    unit_h = table.worked_s / HOUR_S / run.weeks
    yield GroupValue("all", "all", float(unit_h.sum()), len(units))
    # The hours of each role at each kind of work; what a role never does has nought.
    did = run.record.activities
    workers = roles_of_units(WORKERS, units)
    kinds = [f"{role} {kind}" for role in workers for kind in KINDS]
    role_of_unit = np.array([workers.index(unit.role) for unit in units], dtype=int)
    cell = role_of_unit[did.unit] * len(KINDS) + did.kind
    hours = np.bincount(cell, weights=(table.end - table.start) / HOUR_S, minlength=len(kinds))
    counts = np.bincount(cell, minlength=len(kinds)).tolist()
    for name, value, n in zip(kinds, hours.tolist(), counts, strict=True):
        yield GroupValue("role_kind", name, value / run.weeks, n)
    for name, members in units_by_team(units, workers).items():
        yield GroupValue("team", name, float(unit_h[members].sum()), len(members))


@indicator(
    unit="h per week",
    better="lower",
    by=("role",),
    listed={"people": 70, "work": 60},
)
def overtime_h_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Hours of work a week after the end of a shift.

    What it counts: work logged after the shift had ended, begun before or after that; for crews
    also the drive home. Left out: back-up doctors, who are on call and have no shift to end, and
    neighbours' ambulances, helicopters, boats and single responders. Unit: hours a week. By role.
    Source: akuttsim's own definition.
    """
    overtime_s = _Workload(run).overtime_s()
    for role in roles_of_units(ROLES, run.record.units):
        members = [i for i, unit in enumerate(run.record.units) if unit.role == role]
        hours = float(overtime_s[members].sum()) / HOUR_S
        yield GroupValue("role", role, hours / run.weeks, len(members))


class _Workload:
    """Work and duty of every unit, clipped to the measured span and laid on the clock's hours."""

    def __init__(self, run: MeasuredRun) -> None:
        self.run = run
        activities, span = run.record.activities, run.record.measured
        self.start = np.clip(activities.start_s, *span)
        self.end = np.clip(activities.end_s, *span)
        self.unit = activities.unit
        self.is_work = ~is_one_of(activities.kind, NOT_AT_WORK)
        count = len(run.record.units)
        worked = np.where(self.is_work, self.end - self.start, 0.0)
        self.worked_s = np.bincount(self.unit, weights=worked, minlength=count)
        self.on_duty_s = [seconds_within(spans, span) for spans in run.duty]

    def row(self, group_by: str, group: str, members: list[int]) -> GroupValue:
        """Return the busy share of some units together."""
        on_duty = sum(self.on_duty_s[member] for member in members)
        worked = float(self.worked_s[members].sum()) if members else 0.0
        value = worked / on_duty if on_duty else float("nan")
        return GroupValue(group_by, group, value, len(members))

    def by_hour(self, role: str, members: list[int]) -> Iterator[GroupValue]:
        """Yield the mean number of a role at work in each hour of the day, over those on duty."""
        is_mine = np.zeros(len(self.on_duty_s), dtype=np.bool_)
        is_mine[members] = True
        mine = is_mine[self.unit] & self.is_work
        work = _by_hour_of_day(self.run, self.start[mine], self.end[mine])
        spans = [NO_SPANS, *(self.run.duty[member] for member in members)]
        duty = np.concatenate(spans).clip(*self.run.record.measured)
        on_duty = _by_hour_of_day(self.run, duty[:, 0], duty[:, 1])
        for hour, name in enumerate(HOURS):
            value = work[hour] / on_duty[hour] if on_duty[hour] else float("nan")
            yield GroupValue("role_hour", f"{role} {name}", value, len(members))

    def overtime_s(self) -> Floats:
        """Return the seconds that each unit worked while not on duty."""
        spacing_s, duty = self.run.unit_axis
        start, end = self.unit * spacing_s + self.start, self.unit * spacing_s + self.end
        over_s = self.end - self.start - seconds_before(duty, end) + seconds_before(duty, start)
        over: Floats = np.bincount(self.unit, weights=over_s, minlength=len(self.run.duty)).astype(
            np.float64
        )
        return over


def _by_hour_of_day(run: MeasuredRun, start: Floats, end: Floats) -> Floats:
    """Return the seconds of all stretches that fall in each hour of the day."""
    hours = int(run.record.end_s // HOUR_S) + 1
    edges: Floats = np.arange(hours + 1, dtype=np.float64) * HOUR_S
    covered = _seconds_in_bins(edges, start, end)
    hour_of_day = run.hour(edges[:-1])
    return np.bincount(hour_of_day, weights=covered, minlength=24).astype(np.float64)


def _seconds_in_bins(edges: Floats, start: Floats, end: Floats) -> Floats:
    """Return the seconds of stretches within each bin, from how much lies before each edge."""

    def before(points: Floats) -> Floats:
        ordered = np.sort(points)
        total = np.concatenate([[0.0], np.cumsum(ordered)])
        count = np.searchsorted(ordered, edges)
        result: Floats = count * edges - total[count]
        return result

    covered: Floats = np.diff(before(start) - before(end))
    return covered


class OverloadedQueue(NamedTuple):
    """Who was waited for without end, since when (local time), and how many waited at the end."""

    role: str
    team: str
    since: datetime
    waiting: int


def overloaded_queues(overloads: Sequence[Overload], calendar: Calendar) -> list[OverloadedQueue]:
    """Return the queues of a run that were never empty again, the one that began first first."""
    ordered = sorted(
        overloads, key=lambda overload: (overload.since_s, overload.role, overload.team)
    )
    return [
        OverloadedQueue(
            overload.role, overload.team, calendar.local(overload.since_s), overload.waiting
        )
        for overload in ordered
    ]
