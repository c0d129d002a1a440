"""What an indicator observed, person by person: its rows and the same persons' values are of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from akuttsim.analysis.equity import with_gap
from akuttsim.analysis.observed import Grouping, Row, Statistic, rows
from akuttsim.records import Floats


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

    def __iter__(self) -> Iterator[Row]:
        """Yield the statistic of all observations, then of each group of each grouping."""
        found: Iterable[Row] = rows(
            self.indicator, self.unit, self.values, self.statistic, self.groupings
        )
        if self.has_gap:
            found = with_gap(found)
        first = self.part
        for row in found:
            yield row._replace(group_by=first[0], group=first[1]) if row.group_by == "all" else row

    @property
    def parts(self) -> tuple[Observations, ...]:
        """Return itself: it has no parts."""
        return (self,)


@dataclass(frozen=True, eq=False)
class Parts:
    """The observations of an indicator that has several parts, one behind the other."""

    parts: tuple[Observations, ...]

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows of each part."""
        for part in self.parts:
            yield from part
