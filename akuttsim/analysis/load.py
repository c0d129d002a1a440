"""Indicators of load: how busy the people and crews are, by hour and in all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from akuttsim.analysis.doctor import BACK_UP_DOCTOR
from akuttsim.analysis.observed import HOURS, Observed, Row
from akuttsim.records import KINDS, RETURN, Floats, Unit
from akuttsim.units import HOUR_S

ROLES = ("operator", "dispatcher", "nurse", "doctor", "crew")
"""Who is on duty. A back-up doctor is on call: work counts, the hours on call do not."""


def busy_share(seen: Observed) -> Iterator[Row]:
    """Share of time on duty spent at work.

    Numerator: hours of work within the measured span; for crews, from alarm until free (the way
    home is not work). Denominator: hours on duty within it. Work after the end of a shift counts
    in the numerator, so that overtime shows. Back-up doctors are left out: hours on call are not
    hours on duty. Unit: share of 1. By unit, by team and role, and by role and hour of the day.
    """
    table = _Load(seen)
    for name, members in _teams(seen.record.units, ROLES[:-1]).items():
        yield table.row("team", name, members)
    for index, unit in enumerate(seen.record.units):
        if unit.role in ROLES:
            yield table.row("unit", unit.name, [index])
    for role in ROLES:
        members = [i for i, unit in enumerate(seen.record.units) if unit.role == role]
        yield table.row("role", role, members)
        yield from table.by_hour(role, members)


def overtime_h_a_week(seen: Observed) -> Iterator[Row]:
    """Hours of work a week after the end of a shift, by role; for crews also the drive home.

    Back-up doctors are left out: they are on call and have no shift to end.
    """
    table = _Load(seen)
    for role in ROLES:
        members = [i for i, unit in enumerate(seen.record.units) if unit.role == role]
        hours = float(sum(table.overtime_s(member) for member in members)) / HOUR_S
        yield Row("overtime_h_a_week", "role", role, hours / seen.weeks, "h per week", len(members))


def work_h_a_week(seen: Observed) -> Iterator[Row]:
    """Hours of work in a mean week, by role and kind of activity, and by team.

    What it counts: all work within the measured span, that of back-up doctors included. `all` and
    the teams leave out a crew's way home, which has a row of its own ("crew return"). Operators who
    receive at a clinic count as operators, in the team on whose roster they are. An ambulance is a
    team of its own. Unit: hours a week.
    """
    table, units = _Load(seen), seen.record.units
    unit_h = table.worked_s / HOUR_S / seen.weeks
    total = ("all", "all", float(unit_h.sum()), "h per week", len(units))
    yield Row("work_h_a_week", *total)
    yield from _work_by_kind(table)
    for name, members in _teams(units, (*ROLES, BACK_UP_DOCTOR)).items():
        row = ("team", name, float(unit_h[members].sum()), "h per week", len(members))
        yield Row("work_h_a_week", *row)


def _work_by_kind(table: _Load) -> Iterator[Row]:
    """Yield the hours of each role at each kind of work; what a role never does has nought."""
    did, roles = table.seen.record.activities, (*ROLES, BACK_UP_DOCTOR)
    names = [f"{role} {kind}" for role in roles for kind in KINDS]
    role_of_unit = np.array([roles.index(unit.role) for unit in table.seen.record.units], dtype=int)
    cell = role_of_unit[did.unit] * len(KINDS) + did.kind
    hours = np.bincount(cell, weights=(table.end - table.start) / HOUR_S, minlength=len(names))
    counts = np.bincount(cell, minlength=len(names))
    for name, value, n in zip(names, hours.tolist(), counts.tolist(), strict=True):
        row = ("role_kind", name, value / table.seen.weeks, "h per week", n)
        yield Row("work_h_a_week", *row)


def _teams(units: Sequence[Unit], roles: Sequence[str]) -> dict[str, list[int]]:
    """Return the units of each team, named role and team; a crew is a team of its own."""
    teams: dict[str, list[int]] = {}
    for index, unit in enumerate(units):
        if unit.role in roles:
            team = unit.name if unit.role == "crew" else unit.team
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
        self.is_work = activities.kind != RETURN
        count = len(seen.record.units)
        worked = np.where(self.is_work, self.end - self.start, 0.0)
        self.worked_s = np.bincount(self.unit, weights=worked, minlength=count)
        self.on_duty_s = [_duty_s(unit, span) for unit in seen.record.units]

    def row(self, group_by: str, group: str, members: list[int]) -> Row:
        """Return the busy share of some units together."""
        on_duty = sum(self.on_duty_s[member] for member in members)
        worked = float(self.worked_s[members].sum()) if members else 0.0
        value = worked / on_duty if on_duty else float("nan")
        return Row("busy_share", group_by, group, value, "share", len(members))

    def by_hour(self, role: str, members: list[int]) -> Iterator[Row]:
        """Yield the mean number of a role at work in each hour of the day, over those on duty."""
        mine = np.isin(self.unit, members) & self.is_work
        work = _by_hour_of_day(self.seen, self.start[mine], self.end[mine])
        spans = [span for member in members for span in self.seen.record.units[member].on_duty]
        duty = np.clip(np.array(spans).reshape(-1, 2), *self.seen.record.measured)
        on_duty = _by_hour_of_day(self.seen, duty[:, 0], duty[:, 1])
        for hour, name in enumerate(HOURS):
            value = work[hour] / on_duty[hour] if on_duty[hour] else float("nan")
            yield Row("busy_share", "role_hour", f"{role} {name}", value, "share", len(members))

    def overtime_s(self, member: int) -> float:
        """Return the seconds that a unit worked while not on duty."""
        mine = self.unit == member
        worked = float((self.end[mine] - self.start[mine]).sum())
        for start, end in self.seen.record.units[member].on_duty:
            inside = np.minimum(self.end[mine], end) - np.maximum(self.start[mine], start)
            worked -= float(np.maximum(inside, 0).sum())
        return worked


def _duty_s(unit: Unit, span: tuple[float, float]) -> float:
    return sum(max(min(end, span[1]) - max(start, span[0]), 0.0) for start, end in unit.on_duty)


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
