"""What an indicator is: a function of a measured run, and all that is declared of it, once.

The function yields values alone. Its name, the unit, which way is good, what it is divided by and
where the report lists it stand in the decorator `indicator` above it; results, page, workbook,
checks, docs and tests read them from there (through `registry`, which has all of them in order).
Each `by_...` takes a run and a mask of those who count (of patients, for rooms and lines of calls;
hours are of times) and returns their division: by municipality, urgency, age, hour, clinic and so
on.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.clinic import has_doctor
from akuttsim.config.schema.values import AGE_GROUPS, URGENCIES
from akuttsim.indicators.measured_run import (
    HOURS,
    Grouping,
    GroupValue,
    IndicatorRow,
    Mask,
    MeasuredRun,
    Statistic,
    statistic_rows,
)
from akuttsim.patients.urgency import DAY_STARTS, EVENING_STARTS, NIGHT_STARTS
from akuttsim.records import LINE_116117, Floats
from akuttsim.statistics.verdicts import Direction
from akuttsim.units import HOUR_S

ReportList = Literal["answering", "ambulance", "people", "equity", "work"]
"""Lists of indicators in the report: the numbers of a section of the page, by the section's name,
and the workbook's sheet about rosters, work and cost (`work`)."""


@dataclass(frozen=True, eq=False)
class Observations:
    """Values of an indicator, one an observation; iterating gives the indicator's rows.

    Attributes:
        values: One a patient or call that is counted.
        statistic: What they are summed up by: `share`, `mean`, `median` or `p90`.
        groupings: The ways to divide them.
        patients: The row of the patients table that each value is of.
        part: What the rows are of where the indicator has parts: group_by and group.
        indicator: The indicator's name; the declaration fills it in, as the next two.
        unit: Unit of the values.
        has_gap: Whether rows for the worst and best municipality follow, and the gap between them.
    """

    values: Floats
    statistic: Statistic
    groupings: Sequence[Grouping]
    patients: NDArray[np.integer]
    part: tuple[str, str] = ("all", "all")
    indicator: str = ""
    unit: str = ""
    has_gap: bool = False

    def __iter__(self) -> Iterator[IndicatorRow]:
        """Yield the statistic of all observations, then of each group of each grouping."""
        values: Iterable[GroupValue] = statistic_rows(self.values, self.statistic, self.groupings)
        if self.has_gap:
            values = add_municipality_gap(values)
        for group_by, group, value, n in values:
            of = self.part if group_by == "all" else (group_by, group)
            yield IndicatorRow(self.indicator, *of, value, self.unit, n)

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


Measure = Callable[[MeasuredRun], Observations | ObservationParts | Iterable[GroupValue]]


@dataclass(frozen=True, eq=False)
class Indicator:
    """An indicator: called with a measured run, it yields the rows of the results.

    Attributes:
        measure: The function that measures it; its docstring is the definition.
        unit: Unit of every value, by its key in the text catalogues; a share is of 1.
        better: Which way is good for patients or staff.
        by: What the rows are divided by (`group_by`), in the order of the rows; `all` is everything
            together, `gap` the worst and best municipality and what lies between them.
        listed: The lists of the report that have it, and where in each: lower numbers come first.
        after: The indicator of an earlier family that it follows in results and report; where this
            is "", it follows the one above it in its file.
        of_who_comes: Whether it is of who comes at all. With everybody made to come it is the same
            by construction, so that a verdict on it needs no second run; all others are better only
            if they are better then too.
    """

    measure: Measure
    unit: str
    better: Direction
    by: tuple[str, ...] = ("all",)
    listed: Mapping[ReportList, int] = field(default_factory=dict)
    after: str = ""
    of_who_comes: bool = False

    def __post_init__(self) -> None:
        """Show the definition where a reader or a documentation tool asks for the docstring."""
        object.__setattr__(self, "__doc__", self.measure.__doc__)

    @property
    def name(self) -> str:
        """Return the name of the function, which is the indicator's in every file and text."""
        return self.measure.__name__

    @property
    def definition(self) -> str:
        """Return the docstring of the function, each paragraph on one line."""
        paragraphs = (inspect.getdoc(self.measure) or "").split("\n\n")
        return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)

    def __call__(
        self, run: MeasuredRun
    ) -> Observations | ObservationParts | Iterator[IndicatorRow]:
        """Return the rows of a run, with name and unit; of observations these themselves."""
        measured = self.measure(run)
        if isinstance(measured, Observations):
            return self._declared(measured)
        if isinstance(measured, ObservationParts):
            return ObservationParts(tuple(map(self._declared, measured.parts)))
        return (
            IndicatorRow(self.name, group_by, group, value, self.unit, n)
            for group_by, group, value, n in measured
        )

    def _declared(self, part: Observations) -> Observations:
        return replace(part, indicator=self.name, unit=self.unit, has_gap="gap" in self.by)


def indicator(
    *,
    unit: str,
    better: Direction,
    by: tuple[str, ...] = ("all",),
    listed: Mapping[ReportList, int] | None = None,
    after: str = "",
    of_who_comes: bool = False,
) -> Callable[[Measure], Indicator]:
    """Declare a function of a measured run as an indicator; the arguments are those of `Indicator`.

    ```python
    @indicator(unit="share", better="lower", by=("all", "room", "hour"), listed={"answering": 30})
    def hung_up_116117(run: MeasuredRun) -> Observations:
        ...
    ```
    """

    def declare(measure: Measure) -> Indicator:
        return Indicator(measure, unit, better, by, listed or {}, after, of_who_comes)

    return declare


def add_municipality_gap(
    values: Iterable[GroupValue], high: str = "worst", low: str = "best"
) -> Iterator[GroupValue]:
    """Yield an indicator's values, then the highest and lowest municipality and the gap between.

    Municipalities where nothing was measured are left out. `n` is that of the municipality, and of
    both for the gap. Where patients are few, highest and lowest are partly chance.
    """
    known = []
    for value in values:
        yield value
        if value.group_by == "municipality" and not math.isnan(value.value):
            known.append(value)
    known.sort(key=lambda value: value.value)
    if not known:
        yield from (GroupValue("gap", group, math.nan, 0) for group in (high, low, "gap"))
        return
    least, most = known[0], known[-1]
    yield GroupValue("gap", high, most.value, most.n)
    yield GroupValue("gap", low, least.value, least.n)
    yield GroupValue("gap", "gap", most.value - least.value, most.n + least.n)


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


TIMES_OF_DAY = ("day", "evening", "night")
"""The Watchtowers' time bands: day 8-15:30, evening 15:30-23, night 23-8."""


def by_time_of_day(run: MeasuredRun, time_s: Floats) -> Grouping:
    """Return the time of day of these times: day, evening or night, as `TIMES_OF_DAY`."""
    clock = run.hour(time_s) + (time_s % HOUR_S) / HOUR_S
    is_day = (clock >= DAY_STARTS) & (clock < EVENING_STARTS)
    is_evening = (clock >= EVENING_STARTS) & (clock < NIGHT_STARTS)
    return Grouping("time_of_day", np.select([is_day, is_evening], [0, 1], 2), TIMES_OF_DAY, True)


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
    legevakter = [clinic for clinic in clinics if clinic.kind == "legevakt"]
    ids = run.region.place_ids
    towards = [run.travel.km_to(ids.index(clinic.place)) for clinic in legevakter or clinics]
    band = np.searchsorted(DISTANCE_EDGES_KM, np.min(towards, axis=0), side="right")
    bands: NDArray[np.intp] = np.append(band, -1)[run.patients.place]
    return bands


LINES = ("public", "health_personnel")
"""The lines of 116117: the number itself, and health personnel's and colleagues' own."""


def by_line(run: MeasuredRun, mask: Mask) -> Grouping:
    """Return on which line of 116117 these calls came."""
    line = np.where(run.record.calls.line[mask] == LINE_116117, 0, 1)
    return Grouping("line", line, LINES)
