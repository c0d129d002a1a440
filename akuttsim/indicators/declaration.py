"""What an indicator is: a function of a measured run, and all that is declared of it, once.

The function yields values alone. Its name, the unit, which way is good, what it is divided by and
where the report lists it stand in the decorator `indicator` above it; results, page, workbook,
checks, docs and tests read them from there (through `registry`, which has all of them in order).
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from akuttsim.indicators.measured_run import (
    Grouping,
    GroupValue,
    IndicatorRow,
    MeasuredRun,
    Statistic,
    statistic_rows,
)
from akuttsim.records import Floats
from akuttsim.statistics.verdicts import Direction

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
