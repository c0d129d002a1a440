"""How indicators divide what they count: groups, observations, the municipality gap."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.clinic import has_doctor
from akuttsim.config.schema.values import AGE_GROUPS, URGENCIES
from akuttsim.indicators.measured_run import (
    HOURS,
    Grouping,
    IndicatorRow,
    Mask,
    MeasuredRun,
    Statistic,
    statistic_rows,
)
from akuttsim.records import LINE_116117, Floats


def by_municipality(run: MeasuredRun, mask: Mask) -> Grouping:
    """Return the municipality of these patients."""
    return Grouping("municipality", run.municipality[mask], run.region.municipality_ids, True)


GOAL_AREAS = ("dense", "sparse")
"""Areas (or municipalities) whose red incidents should be reached within 12 and 25 minutes."""


def dense_places(run: MeasuredRun) -> Mask:
    """Return whether each place is in a dense area (tettbygd); a neighbour district's is not."""
    region = run.region
    return np.array([*(region.is_dense(place) for place in region.place_ids), False])


def by_goal(run: MeasuredRun, mask: Mask) -> list[Grouping]:
    """Return the goal area of these patients' place, and the goal of their municipality.

    The first follows the region's rule, the second that before 2021, which older figures follow.
    """
    dense_municipalities = np.array(
        [*(municipality.is_dense for municipality in run.region.municipalities.values()), False]
    )
    is_dense = {
        "goal_area": dense_places(run)[run.patients.place[mask]],
        "municipality_goal": dense_municipalities[run.municipality[mask]],
    }
    return [
        Grouping(name, np.where(dense, 0, 1), GOAL_AREAS, True) for name, dense in is_dense.items()
    ]


def by_urgency(run: MeasuredRun, mask: Mask) -> Grouping:
    """Return the urgency of these patients as it was judged (of the same people: the true one)."""
    return Grouping("urgency", run.record.courses.judged[mask], URGENCIES, True)


def by_true_urgency(run: MeasuredRun, mask: Mask) -> Grouping:
    """Return the urgency of these patients as it truly was, whatever it was judged to be."""
    return Grouping("true_urgency", run.patients.urgency[mask], URGENCIES, True)


def by_clinic(run: MeasuredRun, mask: Mask) -> Grouping:
    """Return the clinic or satellite of these patients."""
    clinics = tuple(run.organisation.clinics)
    return Grouping("clinic", run.record.courses.clinic[mask], clinics)


def by_hour(run: MeasuredRun, time_s: Floats) -> Grouping:
    """Return the local hour of the day of these times."""
    return Grouping("hour", run.hour(time_s), HOURS)


def by_room(run: MeasuredRun, mask: Mask) -> Grouping:
    """Return the control room that these calls rang at."""
    rooms = tuple(run.organisation.control_rooms)
    return Grouping("room", run.record.calls.room[mask], rooms)


def by_age(run: MeasuredRun, mask: Mask) -> Grouping:
    """Return the age group of these patients."""
    return Grouping("age", run.patients.age_group[mask], AGE_GROUPS, True)


DISTANCE_EDGES_KM = (10.0, 30.0, 60.0)
DISTANCE_BANDS = ("0-10 km", "10-30 km", "30-60 km", "60+ km")
"""Bands of distance by road to the nearest legevakt; a distance on an edge is in the one above."""


def by_distance(run: MeasuredRun, mask: Mask) -> Grouping:
    """Return how far these patients live from the organisation's nearest legevakt.

    By the quickest road at noon, whatever the opening hours; GP offices are left out, unless
    there is no legevakt at all, and satellites always.
    """
    return Grouping("distance", distance_bands(run)[mask], DISTANCE_BANDS, True)


def distance_bands(run: MeasuredRun) -> NDArray[np.intp]:
    """Return the band of `DISTANCE_BANDS` of each patient; -1 outside the region."""
    clinics = [clinic for clinic in run.organisation.clinics.values() if has_doctor(clinic)]
    legevakt = [clinic for clinic in clinics if clinic.kind == "legevakt"]
    ids = run.region.place_ids
    towards = [run.travel.km_to(ids.index(each.place)) for each in legevakt or clinics]
    band = np.searchsorted(DISTANCE_EDGES_KM, np.min(towards, axis=0), side="right")
    bands: NDArray[np.intp] = np.append(band, -1)[run.patients.place]
    return bands


LINES = ("public", "health_personnel")
"""The lines of 116117: the number itself, and health personnel's and colleagues' own."""


def by_line(run: MeasuredRun, mask: Mask) -> Grouping:
    """Return on which line of 116117 these calls came."""
    line = np.where(run.record.calls.line[mask] == LINE_116117, 0, 1)
    return Grouping("line", line, LINES)


def add_municipality_gap(
    rows: Iterable[IndicatorRow], high: str = "worst", low: str = "best"
) -> Iterator[IndicatorRow]:
    """Yield an indicator's rows, then the highest and lowest municipality and the gap between them.

    Municipalities where nothing was measured are left out. `n` is that of the municipality, and of
    both for the gap. Where patients are few, highest and lowest are partly chance.
    """
    every = list(rows)
    yield from every
    known = [row for row in every if row.group_by == "municipality" and not math.isnan(row.value)]
    known.sort(key=lambda row: row.value)
    indicator, unit = every[0].indicator, every[0].unit
    if not known:
        yield from (
            IndicatorRow(indicator, "gap", each, math.nan, unit, 0) for each in (high, low, "gap")
        )
        return
    least, most = known[0], known[-1]
    yield IndicatorRow(indicator, "gap", high, most.value, unit, most.n)
    yield IndicatorRow(indicator, "gap", low, least.value, unit, least.n)
    yield IndicatorRow(indicator, "gap", "gap", most.value - least.value, unit, most.n + least.n)


@dataclass(frozen=True, eq=False)
class Observations:
    """Values of an indicator, one an observation; iterating gives the indicator's rows.

    Attributes:
        indicator: Its name.
        unit: Unit of the values.
        values: One a patient or call that is counted.
        statistic: What they are summed up by: `share`, `mean`, `median` or `p90`.
        groupings: The ways to divide them.
        patients: The row of the patients table that each value is of.
        has_gap: Whether the worst and best municipality are told, and the gap between them.
        part: What the rows are of where the indicator has parts: group_by and group.
    """

    indicator: str
    unit: str
    values: Floats
    statistic: Statistic
    groupings: Sequence[Grouping]
    patients: NDArray[np.integer]
    has_gap: bool = False
    part: tuple[str, str] = ("all", "all")

    def __iter__(self) -> Iterator[IndicatorRow]:
        """Yield the statistic of all observations, then of each group of each grouping."""
        found: Iterable[IndicatorRow] = statistic_rows(
            self.indicator, self.unit, self.values, self.statistic, self.groupings
        )
        if self.has_gap:
            found = add_municipality_gap(found)
        first = self.part
        for row in found:
            yield row._replace(group_by=first[0], group=first[1]) if row.group_by == "all" else row

    @property
    def parts(self) -> tuple[Observations, ...]:
        """Return itself: it has no parts."""
        return (self,)


@dataclass(frozen=True, eq=False)
class ObservationParts:
    """The observations of an indicator that has several parts, one behind the other."""

    parts: tuple[Observations, ...]

    def __iter__(self) -> Iterator[IndicatorRow]:
        """Yield the rows of each part."""
        for part in self.parts:
            yield from part
