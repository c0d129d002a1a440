"""Indicators of rosters as they are filled: empty shifts, overtime, locums, satellites closed.

Where every shift is always filled there are no rows.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from akuttsim.indicators.declaration import indicator
from akuttsim.indicators.measured_run import (
    NO_SPANS,
    GroupValue,
    Mask,
    MeasuredRun,
    Spans,
    is_one_of,
    opening_span_rows,
    team_of_unit,
    total_seconds,
    uncovered_spans,
)
from akuttsim.records import Floats, RosteredShifts, ShiftTaken
from akuttsim.units import HOUR_S

BEYOND_OWN_HOURS = (ShiftTaken.OVERTIME.value, ShiftTaken.ORDERED.value)
"""A colleague takes it: asked, or ordered in since nobody else would be there."""

LOCUM = ShiftTaken.LOCUM.value
NOBODY = ShiftTaken.NOBODY.value


@indicator(
    unit="share",
    better="lower",
    by=("all", "role", "team"),
    listed={"people": 95, "work": 32},
    after="doctors_needed",
)
def shifts_not_filled(run: MeasuredRun) -> Iterator[GroupValue]:
    """Share of the hours of rosters in which nobody was on a shift that somebody should have had.

    Numerator: hours of shifts that nobody took. Denominator: hours of all shifts of the rosters, of
    the kinds of staff whose shifts may stand empty. Left out: doctors on call behind others,
    neighbours' ambulances, helicopters, boats and single responders, which always come. Where every
    shift is always filled there are no rows. Unit: share of 1. By role, and by role and team.
    Source: akuttsim's own definition.
    """
    shifts = run.record.shifts
    if shifts is None:
        return
    hours = hours_of_shifts(run, shifts)
    empty = np.where(shifts.taken_by == NOBODY, hours, 0.0)
    for group_by, group, mine in _groups(run, shifts):
        of = float(hours[mine].sum())
        value = float(empty[mine].sum()) / of if of else float("nan")
        yield GroupValue(group_by, group, value, int(mine.sum()))


@indicator(
    unit="h per week",
    better="lower",
    by=("all", "role", "team"),
    listed={"work": 33},
    after="shifts_not_filled",
)
def overtime_shifts_h_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Hours a week of shifts that a colleague takes beyond own hours, asked or ordered in.

    What it counts: the hours of such shifts within the measured span; a crew is one, two people.
    Left out: work that goes on after a shift (`overtime_h_a_week`). It also falls where locums are
    found instead, or shifts stand empty: `shifts_not_filled` stands beside it. Where every shift is
    always filled there are no rows. Unit: hours a week. By role, and by role and team.
    Source: akuttsim's own definition.
    """
    yield from _hours_taken_by(run, BEYOND_OWN_HOURS)


@indicator(
    unit="h per week",
    better="neither",
    by=("all", "role", "team"),
    listed={"work": 34},
    after="overtime_shifts_h_a_week",
)
def locum_shifts_h_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Hours a week of shifts that a locum (vikar) takes.

    What it counts: the hours of such shifts within the measured span; a crew is one, two people.
    Left out: that a locum may work more slowly. Where every shift is always filled there
    are no rows. Unit: hours a week. By role, and by role and team.
    Source: akuttsim's own definition.
    """
    yield from _hours_taken_by(run, (LOCUM,))


@indicator(
    unit="h per week",
    better="lower",
    by=("all", "clinic"),
    after="locum_shifts_h_a_week",
)
def closed_for_want_of_staff_h_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Opening hours a week in which a satellite is closed, since its nurse or crew is missing.

    What it counts: hours within the measured span in which a satellite should be open and nobody of
    those who should be there is. Left out: clinics with a doctor, where somebody is ordered in, so
    that theirs are nought. Where every shift is always filled there are no rows. Unit: hours a
    week. By clinic.
    Source: akuttsim's own definition.
    """
    shifts = run.record.shifts
    if shifts is None:
        return
    hours = {name: _closed_h(run, shifts, name) for name in run.organisation.clinics}
    groups = [("all", "all", sum(hours.values())), *(("clinic", *item) for item in hours.items())]
    for group_by, group, value in groups:
        yield GroupValue(group_by, group, value / run.weeks, len(hours))


def hours_of_shifts(run: MeasuredRun, shifts: RosteredShifts) -> Floats:
    """Return how many hours of each shift lie within the measured span."""
    first, last = run.record.measured
    hours: Floats = (shifts.end_s.clip(first, last) - shifts.start_s.clip(first, last)) / HOUR_S
    return hours


def _hours_taken_by(run: MeasuredRun, codes: tuple[int, ...]) -> Iterator[GroupValue]:
    """Yield hours a week of the shifts that some took."""
    shifts = run.record.shifts
    if shifts is None:
        return
    taken = is_one_of(shifts.taken_by, codes)
    hours = np.where(taken, hours_of_shifts(run, shifts), 0.0) / run.weeks
    for group_by, group, mine in _groups(run, shifts):
        yield GroupValue(group_by, group, float(hours[mine].sum()), int((mine & taken).sum()))


def _groups(run: MeasuredRun, shifts: RosteredShifts) -> Iterator[tuple[str, str, Mask]]:
    """Yield all shifts, those of each role, and those of each team, with the group's name."""
    units = [run.record.units[unit] for unit in shifts.unit.tolist()]
    roles = np.array([unit.role for unit in units], dtype=np.str_)
    teams = np.array([f"{unit.role} {team_of_unit(unit)}" for unit in units], dtype=np.str_)
    yield "all", "all", np.ones(len(units), dtype=np.bool_)
    for group_by, of in (("role", roles), ("team", teams)):
        for group in dict.fromkeys(of.tolist()):
            yield group_by, group, of == group


def _closed_h(run: MeasuredRun, shifts: RosteredShifts, clinic: str) -> float:
    """Return how many opening hours a satellite is closed for want of those who should be there."""
    site, span = run.organisation.clinics[clinic], run.record.measured
    if site.kind != "satellite":
        return 0.0
    mine = [
        index
        for index, unit in enumerate(run.record.units)
        if (unit.role, unit.team) == ("nurse", clinic) or unit.name == site.nurses_of_crew
    ]
    empty = _spans_of(shifts, (shifts.taken_by == NOBODY) & np.isin(shifts.unit, mine))
    there = [run.duty[index] for index in mine]
    is_open = opening_span_rows(run, site.open.values())
    missing = uncovered_spans(span, uncovered_spans(span, empty), *there)
    shut = uncovered_spans(span, uncovered_spans(span, missing), uncovered_spans(span, is_open))
    return total_seconds(shut) / HOUR_S


def _spans_of(shifts: RosteredShifts, mine: NDArray[np.bool_]) -> Spans:
    """Return the spans of some shifts as rows."""
    rows = np.column_stack([shifts.start_s[mine], shifts.end_s[mine]])
    return rows if len(rows) else NO_SPANS
