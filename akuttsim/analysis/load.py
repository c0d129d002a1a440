"""Indicators of load: how busy the people and crews are, by hour and in all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from akuttsim.analysis.doctor import BACK_UP_DOCTOR
from akuttsim.analysis.observed import HOURS, Observed, Row
from akuttsim.analysis.spans import NONE, passed, seconds_within
from akuttsim.records import KINDS, RETURN, STAND_BY, Floats, Unit
from akuttsim.units import HOUR_S

ROLES = ("operator", "dispatcher", "nurse", "doctor", "crew", "transport_vehicle")
"""Who is on duty here."""

WORKERS = (*ROLES, BACK_UP_DOCTOR, "neighbour_crew", "support")
"""Who works. Hours on call, and those of neighbours and of helicopters, boats and single responders
that others share, are not hours on duty: only their work counts."""

VEHICLES = ("crew", "transport_vehicle", "neighbour_crew")
"""Roles of which each unit is a team of its own."""

READY = (RETURN, STAND_BY)
"""What a crew does without being at work: on the way home, or to a stand-by post."""


def busy_share(seen: Observed) -> Iterator[Row]:
    """Share of time on duty spent at work.

    Numerator: hours of work within the measured span; for crews, from alarm until free (the way
    home or to a stand-by post is not work). Denominator: hours on duty within it. Work after the
    end of a shift counts in the numerator, so that overtime shows. Back-up doctors are left out
    (hours on call are not hours on duty), and so are neighbours' ambulances, helicopters, boats and
    single responders, which serve others too. Unit: share of 1. By unit, by team and role, and by
    role and hour of the day.
    Source: akuttsim's own definition.
    """
    table = _Load(seen)
    people = tuple(role for role in ROLES if role not in VEHICLES)
    for name, members in teams(seen.record.units, people).items():
        yield table.row("team", name, members)
    for index, unit in enumerate(seen.record.units):
        if unit.role in ROLES:
            yield table.row("unit", unit.name, [index])
    for role in ROLES:
        members = [i for i, unit in enumerate(seen.record.units) if unit.role == role]
        yield table.row("role", role, members)
        yield from table.by_hour(role, members)


def overtime_h_a_week(seen: Observed) -> Iterator[Row]:
    """Hours of work a week after the end of a shift.

    What it counts: work logged after the shift had ended, begun before or after that; for crews
    also the drive home. Left out: back-up doctors, who are on call and have no shift to end, and
    neighbours' ambulances, helicopters, boats and single responders. Unit: hours a week. By role.
    Source: akuttsim's own definition.
    """
    overtime_s = _Load(seen).overtime_s()
    for role in ROLES:
        members = [i for i, unit in enumerate(seen.record.units) if unit.role == role]
        hours = float(overtime_s[members].sum()) / HOUR_S
        yield Row("overtime_h_a_week", "role", role, hours / seen.weeks, "h per week", len(members))


def work_h_a_week(seen: Observed) -> Iterator[Row]:
    """Hours of work in a mean week, by role and kind of activity, and by team.

    What it counts: all work within the measured span, that of back-up doctors, neighbours'
    ambulances, helicopters, boats and single responders (supports) for our patients included. `all`
    and the teams leave out a crew's way home or to a stand-by post, which have rows of their own
    ("crew return", "crew stand_by"). Operators who receive at a clinic count as operators, in the
    team on whose roster they are. A vehicle is a team of its own; supports are by kind. Unit: hours
    a week.
    Source: akuttsim's own definition.
    """
    table, units = _Load(seen), seen.record.units
    unit_h = table.worked_s / HOUR_S / seen.weeks
    total = ("all", "all", float(unit_h.sum()), "h per week", len(units))
    yield Row("work_h_a_week", *total)
    yield from _work_by_kind(table)
    for name, members in teams(units, WORKERS).items():
        row = ("team", name, float(unit_h[members].sum()), "h per week", len(members))
        yield Row("work_h_a_week", *row)


def _work_by_kind(table: _Load) -> Iterator[Row]:
    """Yield the hours of each role at each kind of work; what a role never does has nought."""
    did, units = table.seen.record.activities, table.seen.record.units
    names = [f"{role} {kind}" for role in WORKERS for kind in KINDS]
    role_of_unit = np.array([WORKERS.index(unit.role) for unit in units], dtype=int)
    cell = role_of_unit[did.unit] * len(KINDS) + did.kind
    hours = np.bincount(cell, weights=(table.end - table.start) / HOUR_S, minlength=len(names))
    counts = np.bincount(cell, minlength=len(names))
    for name, value, n in zip(names, hours.tolist(), counts.tolist(), strict=True):
        row = ("role_kind", name, value / table.seen.weeks, "h per week", n)
        yield Row("work_h_a_week", *row)


def teams(units: Sequence[Unit], roles: Sequence[str]) -> dict[str, list[int]]:
    """Return the units of each team, named role and team; a vehicle is a team of its own."""
    teams: dict[str, list[int]] = {}
    for index, unit in enumerate(units):
        if unit.role in roles:
            team = unit.name if unit.role in VEHICLES else unit.team
            teams.setdefault(f"{unit.role} {team}", []).append(index)
    return teams


class _Load:
    """Work and duty of every unit, clipped to the measured span and laid on the clock's hours."""

    def __init__(self, seen: Observed) -> None:
        self.seen = seen
        activities, span = seen.record.activities, seen.record.measured
        self.start = np.clip(activities.start_s, *span)
        self.end = np.clip(activities.end_s, *span)
        self.unit = activities.unit
        self.is_work = ~np.isin(activities.kind, READY)
        count = len(seen.record.units)
        worked = np.where(self.is_work, self.end - self.start, 0.0)
        self.worked_s = np.bincount(self.unit, weights=worked, minlength=count)
        self.on_duty_s = [seconds_within(spans, span) for spans in seen.duty]

    def row(self, group_by: str, group: str, members: list[int]) -> Row:
        """Return the busy share of some units together."""
        on_duty = sum(self.on_duty_s[member] for member in members)
        worked = float(self.worked_s[members].sum()) if members else 0.0
        value = worked / on_duty if on_duty else float("nan")
        return Row("busy_share", group_by, group, value, "share", len(members))

    def by_hour(self, role: str, members: list[int]) -> Iterator[Row]:
        """Yield the mean number of a role at work in each hour of the day, over those on duty."""
        is_mine = np.zeros(len(self.on_duty_s), dtype=np.bool_)
        is_mine[members] = True
        mine = is_mine[self.unit] & self.is_work
        work = _by_hour_of_day(self.seen, self.start[mine], self.end[mine])
        spans = [NONE, *(self.seen.duty[member] for member in members)]
        duty = np.concatenate(spans).clip(*self.seen.record.measured)
        on_duty = _by_hour_of_day(self.seen, duty[:, 0], duty[:, 1])
        for hour, name in enumerate(HOURS):
            value = work[hour] / on_duty[hour] if on_duty[hour] else float("nan")
            yield Row("busy_share", "role_hour", f"{role} {name}", value, "share", len(members))

    def overtime_s(self) -> Floats:
        """Return the seconds that each unit worked while not on duty."""
        apart, duty = self.seen.apart
        start, end = self.unit * apart + self.start, self.unit * apart + self.end
        over_s = self.end - self.start - passed(duty, end) + passed(duty, start)
        over: Floats = np.bincount(self.unit, weights=over_s, minlength=len(self.seen.duty)).astype(
            np.float64
        )
        return over


def _by_hour_of_day(seen: Observed, start: Floats, end: Floats) -> Floats:
    """Return the seconds of all stretches that fall in each hour of the day."""
    hours = int(seen.record.end_s // HOUR_S) + 1
    edges: Floats = np.arange(hours + 1, dtype=np.float64) * HOUR_S
    covered = _covered(edges, start, end)
    hour_of_day = seen.hour(edges[:-1])
    return np.bincount(hour_of_day, weights=covered, minlength=24).astype(np.float64)


def _covered(edges: Floats, start: Floats, end: Floats) -> Floats:
    """Return the seconds of stretches within each bin, from how much lies before each edge."""

    def before(points: Floats) -> Floats:
        ordered = np.sort(points)
        total = np.concatenate([[0.0], np.cumsum(ordered)])
        count = np.searchsorted(ordered, edges)
        result: Floats = count * edges - total[count]
        return result

    covered: Floats = np.diff(before(start) - before(end))
    return covered
