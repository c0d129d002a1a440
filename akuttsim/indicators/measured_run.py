"""A measured run: what indicators are computed from, and what they are computed with.

`MeasuredRun` holds the patients and the record of one replication with the region and organisation
that explain it, and answers what most indicators ask: who counts, which calls rang where, when each
unit was on duty and at work. Beside it: spans of time as arrays, roles and teams, the statistics,
and the rows that an indicator yields. Times are seconds of the run; hours and weekdays are local.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.calendar import Calendar, is_free_day
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.roster import Period, Span, merge_spans, unroll
from akuttsim.long_columns import LongColumns
from akuttsim.records import (
    NEVER_ASKED,
    RETURN,
    STAND_BY,
    Activities,
    Floats,
    Patients,
    Record,
    Unit,
)
from akuttsim.roads.travel import Travel
from akuttsim.units import DAY_S, HOUR_S, WEEK_S

Spans = NDArray[np.float64]
"""A row for each stretch: start and end, in seconds of the run."""

NO_SPANS: Spans = np.zeros((0, 2))


def uncovered_spans(span: tuple[float, float], *covered: Spans) -> Spans:
    """Return the parts of a span that none of some other spans covers.

    Args:
        span: Start and end, in seconds of the run.
        covered: Spans that may overlap, stand in any order, and reach beyond `span`.

    Returns:
        The uncovered parts, in order of time and without overlap.
    """
    rows = np.concatenate(covered) if covered else NO_SPANS
    order = np.argsort(rows[:, 0], kind="stable")
    begun = np.append(rows[order, 0], span[1]).clip(*span)
    done = np.maximum.accumulate(np.append(span[0], rows[order, 1])).clip(*span)
    is_uncovered = begun > done
    return np.column_stack([done[is_uncovered], begun[is_uncovered]])


def total_seconds(spans: Spans) -> float:
    """Return how long stretches are together."""
    return float((spans[:, 1] - spans[:, 0]).sum())


def seconds_within(spans: Spans, span: tuple[float, float]) -> float:
    """Return how much of stretches lies within a span."""
    return total_seconds(spans.clip(*span))


def seconds_before(spans: Spans, time_s: Floats) -> Floats:
    """Return how many seconds of some spans lie before each time.

    Args:
        spans: Spans in order of time, none of which overlaps another.
        time_s: Times to look at, in any order.
    """
    if not len(spans):
        return np.zeros(len(time_s))
    start, end = spans[:, 0], spans[:, 1]
    whole = np.concatenate([[0.0], np.cumsum(end - start)])
    begun = np.searchsorted(start, time_s, side="right")
    after_last: Floats = np.maximum(end[begun - 1] - time_s, 0.0) * (begun > 0)
    result: Floats = whole[begun] - after_last
    return result


def is_in_spans(time_s: Floats, spans: Spans) -> NDArray[np.bool_]:
    """Return which times lie in one of some spans that are in order."""
    if not len(spans):
        return np.zeros(len(time_s), dtype=np.bool_)
    last = np.searchsorted(spans[:, 0], time_s, side="right") - 1
    inside: NDArray[np.bool_] = (last >= 0) & (time_s < spans[np.maximum(last, 0), 1])
    return inside


def is_one_of(codes: NDArray[np.integer], wanted: Sequence[int]) -> NDArray[np.bool_]:
    """Return which codes are one of a few; as `numpy.isin`, which takes longer for so few."""
    found = np.zeros(codes.shape, dtype=np.bool_)
    for code in wanted:
        found |= codes == code
    return found


def spans_as_rows(spans: Sequence[tuple[float, float]]) -> Spans:
    """Return spans as rows."""
    return np.array(spans, dtype=np.float64).reshape(-1, 2)


Mask = NDArray[np.bool_]

BACK_UP_DOCTOR = "back_up_doctor"
"""Role of a doctor on call at home (bakvakt), whose hours on call are not hours on duty."""

ROLES = ("operator", "dispatcher", "nurse", "doctor", "crew", "transport_vehicle")
"""Roles of units on duty in the organisation."""

ESCORT = "escort"
"""Role of who is on call to ride along on long journeys: midwives, health personnel."""

HOME_NURSE = "home_nurse"
"""Role of home nursing's people, who are units where an organisation has them on duty."""

WORKERS = (*ROLES, BACK_UP_DOCTOR, "neighbour_crew", "support")
"""Who works. Hours on call, and those of neighbours and of helicopters, boats and single responders
that others share, are not hours on duty: only their work counts."""


VEHICLE_ROLES = ("crew", "transport_vehicle", "neighbour_crew")
"""Roles of which each unit is a team of its own."""

NOT_AT_WORK = (RETURN, STAND_BY)
"""What a crew does without being at work: on the way home, or to a stand-by post."""


def team_of_unit(unit: Unit) -> str:
    """Return the team of a unit; a vehicle is a team of its own."""
    return unit.name if unit.role in VEHICLE_ROLES else unit.team


def units_by_team(units: Sequence[Unit], roles: Sequence[str]) -> dict[str, list[int]]:
    """Return the units of each team, named role and team; a vehicle is a team of its own."""
    teams: dict[str, list[int]] = {}
    for index, unit in enumerate(units):
        if unit.role in roles:
            teams.setdefault(f"{unit.role} {team_of_unit(unit)}", []).append(index)
    return teams


def roles_of_units(roles: Sequence[str], units: Sequence[Unit]) -> tuple[str, ...]:
    """Return some roles, and those of home nursing and escorts where the units have any."""
    there = {unit.role for unit in units}
    return (*roles, *(role for role in (HOME_NURSE, ESCORT) if role in there))


class GroupValue(NamedTuple):
    """One value of an indicator in one run, for all or for one group; `n` is what it rests on."""

    group_by: str
    group: str
    value: float
    n: int


class IndicatorRow(NamedTuple):
    """A row of the results: a value with the name and the unit of its indicator."""

    indicator: str
    group_by: str
    group: str
    value: float
    unit: str
    n: int


@dataclass(frozen=True, eq=False)
class MeasuredRun:
    """One replication as indicators see it; only what began in the measured span is counted.

    Masks over patients, calls or activities are arrays of flags, one for each row of that table.

    Attributes:
        region: The region that was simulated, with its calendar.
        organisation: The organisation that met these patients.
        travel: Travel times and distances between the region's places.
        patients: Everybody who fell ill, rang or was ordered a transport for, warm-up included.
        record: What happened: courses of the patients (row by row as `patients`), calls, activities
            and trips of the units, and the measured span.
    """

    region: Region
    organisation: Organisation
    travel: Travel
    patients: Patients
    record: Record

    @cached_property
    def measured(self) -> Mask:
        """Return which patients first rang in the measured span."""
        return _is_in_span(self.patients.time_s, self.record.measured)

    @cached_property
    def present(self) -> Mask:
        """Return which of the measured patients asked for help at all in this organisation."""
        sought_help: Mask = ~is_one_of(self.record.courses.outcome, NEVER_ASKED)
        return self.measured & sought_help

    @cached_property
    def residents(self) -> Mask:
        """Return which of those present belong to the region."""
        return self.present & (self.municipality >= 0)

    @cached_property
    def measured_calls(self) -> Mask:
        """Return which calls rang in the measured span."""
        return _is_in_span(self.record.calls.rang_s, self.record.measured)

    @cached_property
    def measured_trips(self) -> Mask:
        """Return which trips departed in the measured span."""
        return _is_in_span(self.record.trips.departed_s, self.record.measured)

    @cached_property
    def measured_activities(self) -> Mask:
        """Return which activities began in the measured span."""
        return _is_in_span(self.record.activities.start_s, self.record.measured)

    def rooms_for(self, number: str) -> Mask:
        """Return which calls, measured or not, rang at a room that answers this number."""
        rooms = [room.number == number for room in self.organisation.control_rooms.values()]
        mask: Mask = np.array(rooms, dtype=np.bool_)[self.record.calls.room]
        return mask

    def calls_to(self, number: str) -> Mask:
        """Return which measured calls rang at a room that answers this number."""
        return self.measured_calls & self.rooms_for(number)

    @cached_property
    def followed(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return which calls were followed by another of the same patient, and which followed."""
        calls = self.record.calls
        order = np.lexsort((calls.rang_s, calls.patient))
        again = np.flatnonzero(np.diff(calls.patient[order]) == 0)
        return order[again], order[again + 1]

    @cached_property
    def weeks(self) -> float:
        """Return the length of the measured span."""
        start, end = self.record.measured
        return (end - start) / WEEK_S

    @property
    def days(self) -> float:
        """Return the length of the measured span."""
        return 7 * self.weeks

    @cached_property
    def municipality(self) -> NDArray[np.intp]:
        """Return each patient's municipality by index; -1 outside the region."""
        index = {name: number for number, name in enumerate(self.region.municipalities)}
        of_place = [index[place.municipality] for place in self.region.places.values()]
        return np.array([*of_place, -1])[self.patients.place]

    @cached_property
    def by_unit(self) -> tuple[Activities, NDArray[np.intp]]:
        """Return the activities in order of unit and start, and where each unit's begin."""
        did = self.record.activities
        order = np.lexsort((did.start_s, did.unit))
        table = LongColumns(len(order))
        columns = {name: table.kept(column[order]) for name, column in vars(did).items()}
        ordered = Activities(**columns)
        return ordered, np.searchsorted(ordered.unit, np.arange(len(self.record.units) + 1))

    def work_spans(self, unit: int) -> Spans:
        """Return when a unit is at work, in order; the way home or to a post is none."""
        return self._work[unit]

    @cached_property
    def _work(self) -> list[Spans]:
        """Return when each unit is at work."""
        did, first = self.by_unit
        is_work = ~is_one_of(did.kind, NOT_AT_WORK)
        before = np.concatenate([[0], np.cumsum(is_work)])[first]
        spans = LongColumns(int(before[-1])).empty(("f8", (2,)))
        spans[:, 0], spans[:, 1] = did.start_s[is_work], did.end_s[is_work]
        return [spans[a:b] for a, b in pairwise(before.tolist())]

    @cached_property
    def off_duty(self) -> list[Spans]:
        """Return when each unit is off duty in the measured span."""
        return [uncovered_spans(self.record.measured, spans) for spans in self.duty]

    @cached_property
    def duty(self) -> list[Spans]:
        """Return when each unit is on duty (or on call)."""
        return [np.array(unit.on_duty).reshape(-1, 2) for unit in self.record.units]

    @cached_property
    def unit_axis(self) -> tuple[float, Spans]:
        """Return an axis with all units after each other: seconds of each, and their duty on it."""
        last = [self.record.end_s, *(spans[-1, 1] for spans in self.duty if len(spans))]
        length_s = max(*last, float(self.record.activities.end_s.max(initial=0.0)), 0.0) + HOUR_S
        duty = [spans + unit * length_s for unit, spans in enumerate(self.duty)]
        return length_s, np.concatenate([NO_SPANS, *duty])

    def began(self, kind: int) -> Mask:
        """Return which activities of a kind began in the measured span."""
        of_kind: Mask = self.record.activities.kind == kind
        return of_kind & self.measured_activities

    def nights(self, begins: int, ends: int) -> Spans:
        """Return the nights between two hours of the day that lie in the measured span, whole."""
        hours, (first, last) = self._hours[0], self.record.measured
        start, end = np.flatnonzero(hours == begins), np.flatnonzero(hours == ends)
        start = start[start < end[-1]] if len(end) else start[:0]
        spans: Spans = np.column_stack([start, end[np.searchsorted(end, start)]]) * HOUR_S
        whole: Spans = spans[(spans[:, 0] >= first) & (spans[:, 1] <= last)]
        return whole

    @property
    def _hours(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        count = int(self.record.end_s // HOUR_S) + 1
        return _hours_and_weekdays(self.region.calendar.calendar(), count)

    def hour(self, time_s: Floats) -> NDArray[np.int64]:
        """Return the local hour of the day at each time."""
        return self._hours[0][(time_s // HOUR_S).astype(np.int64)]

    def weekday(self, time_s: Floats) -> NDArray[np.int64]:
        """Return 0 for Monday to 6 for Sunday at each time; a public holiday counts as Sunday."""
        return self._hours[1][(time_s // HOUR_S).astype(np.int64)]


@lru_cache(maxsize=16)
def _hours_and_weekdays(
    calendar: Calendar, count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the hour of the day and the weekday of each hour of a run."""
    local = calendar.hours(count)
    weekday = [6 if is_free_day(h.date()) and h.weekday() < 5 else h.weekday() for h in local]
    return np.array([h.hour for h in local]), np.array(weekday)


def _is_in_span(time_s: Floats, span: tuple[float, float]) -> Mask:
    """Tell which times lie in a span, its end left out."""
    return (time_s >= span[0]) & (time_s < span[1])


Statistic = Callable[[Floats], float]


def share(values: Floats) -> float:
    """Return the mean of zeros and ones; NaN of nothing."""
    return float(np.add.reduce(values)) / len(values) if len(values) else float("nan")


mean = share


def median(values: Floats) -> float:
    """Return the median; NaN of nothing."""
    half, is_odd = divmod(len(values), 2)
    if not len(values):
        return float("nan")
    ordered = np.sort(values)
    return float(ordered[half] if is_odd else (ordered[half - 1] + ordered[half]) / 2)


def p90(values: Floats) -> float:
    """Return the value that nine in ten are below; NaN of nothing.

    As NumPy's percentile, which takes several times as long for the small groups here.
    """
    if not len(values):
        return float("nan")
    ordered = np.sort(values)
    position = 0.9 * (len(ordered) - 1)
    below = int(position)
    low, high = float(ordered[below]), float(ordered[min(below + 1, len(ordered) - 1)])
    part, step = position - below, high - low
    return low + step * part if part < 0.5 else high - step * (1 - part)


@dataclass(frozen=True)
class Grouping:
    """A way to divide observations into groups.

    Attributes:
        name: Name of the division, as in the column `group_by` of results.
        codes: The group of each observation, a position in `names`; below 0 is in none.
        names: The groups, as in the column `group`; they do not depend on who fell ill.
        is_of_people: Whether it divides persons by what they bring (home, age, true urgency, when
            they fell ill), so that it can divide the same persons in any organisation.
    """

    name: str
    codes: NDArray[np.integer]
    names: Sequence[str]
    is_of_people: bool = False


def statistic_rows(
    values: Floats, statistic: Statistic, groupings: Sequence[Grouping]
) -> Iterator[GroupValue]:
    """Yield the statistic over all observations, then over each group of each grouping."""
    yield GroupValue("all", "all", statistic(values), len(values))
    for grouping in groupings:
        # in short codes a stable sort is quickest
        codes = grouping.codes.astype(np.int16) if len(grouping.names) < 1 << 15 else grouping.codes
        order = np.argsort(codes, kind="stable")
        ends = np.searchsorted(codes[order], np.arange(len(grouping.names) + 1))
        for code, name in enumerate(grouping.names):
            mine = values[order[ends[code] : ends[code + 1]]]
            yield GroupValue(grouping.name, name, statistic(mine), len(mine))


def rate_rows(per: float, n: int, groupings: Sequence[Grouping]) -> Iterator[GroupValue]:
    """Yield a rate over everything, then over each group of each grouping.

    Args:
        per: What the counts are divided by: the weeks or days measured, or inhabitants times years.
        n: How many there were in all.
        groupings: Divisions of these; codes below zero are in no group.
    """
    yield GroupValue("all", "all", n / per, n)
    for grouping in groupings:
        known = grouping.codes[grouping.codes >= 0]
        counts = np.bincount(known, minlength=len(grouping.names)).tolist()
        for name, count in zip(grouping.names, counts, strict=True):
            yield GroupValue(grouping.name, name, count / per, count)


HOURS = tuple(f"{hour:02d}" for hour in range(24))
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def opening_spans(run: MeasuredRun, periods: Iterable[Period]) -> list[Span]:
    """Return the spans of periods, joined, until after the measured span."""
    calendar = run.region.calendar.calendar()
    days = int(run.record.measured[1] // DAY_S) + 2
    return merge_spans(
        span
        for period in periods
        for span in _unroll_period(period.days, period.hours, calendar, days)
    )


def opening_span_rows(run: MeasuredRun, periods: Iterable[Period]) -> Spans:
    """Return the spans of periods as rows."""
    return spans_as_rows(opening_spans(run, periods))


@lru_cache(maxsize=10_000)
def _unroll_period(days: str, hours: str, calendar: Calendar, count: int) -> tuple[Span, ...]:
    """Return the spans of a period over so many days, seconds of the run."""
    return tuple(unroll(Period(days=days, hours=hours), calendar, count))
