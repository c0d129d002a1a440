"""Opening hours: which clinics and control rooms are open for whom, by municipality and time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.region import Region
from akuttsim.config.schema.roster import Period, unroll
from akuttsim.records import Floats

OpeningTable = dict[int, tuple[int, ...]]
"""The clinics (or rooms) that are open for each municipality."""

ALWAYS = None
"""Open at all hours."""


class Opening(NamedTuple):
    """A clinic or room, by its index, open for some municipalities in a period, or always."""

    which: int
    municipalities: tuple[str, ...]
    period: Period | None


@dataclass(frozen=True)
class Openings:
    """Who is open for whom at any time: boundaries, and what holds between them.

    `always` is what holds at all hours, None if it changes.
    """

    bounds: tuple[float, ...]
    open_between: tuple[OpeningTable, ...]
    always: OpeningTable | None
    _closings: dict[int, list[float]] = field(default_factory=dict, repr=False)

    def at(self, time_s: float, municipality: int) -> tuple[int, ...]:
        """Return what is open for a municipality at a time."""
        if self.always is not None:
            return self.always.get(municipality, ())
        return self.open_between[bisect_right(self.bounds, time_s) - 1].get(municipality, ())

    def opens_s(self, time_s: float, municipality: int, clinic: int) -> float:
        """Return when a clinic is next open for a municipality: now, later, or never (infinite)."""
        first = bisect_right(self.bounds, time_s) - 1
        for bound_s, table in zip(self.bounds[first:], self.open_between[first:], strict=True):
            if clinic in table.get(municipality, ()):
                return max(time_s, bound_s)
        return inf

    def closes_s(self, time_s: float, clinic: int) -> float:
        """Return when a clinic closes next for everybody it serves, or infinity."""
        closings = self._closings.get(clinic)
        if closings is None:
            closings = self._closings[clinic] = self._closings_of(clinic)
        return closings[bisect_right(closings, time_s)]

    def _closings_of(self, clinic: int) -> list[float]:
        is_open = [any(clinic in clinics for clinics in t.values()) for t in self.open_between]
        steps = zip(self.bounds[1:], is_open, is_open[1:], strict=False)
        return [*(at for at, before, after in steps if before and not after), inf]

    @cached_property
    def _distinct(self) -> tuple[list[OpeningTable], NDArray[np.intp]]:
        """Return the different tables, and which of them holds between which boundaries."""
        position: dict[int, int] = {}
        tables: list[OpeningTable] = []
        for table in self.open_between:
            if id(table) not in position:
                position[id(table)] = len(tables)
                tables.append(table)
        return tables, np.array([position[id(table)] for table in self.open_between])

    def table_at(self, time_s: Floats) -> tuple[list[OpeningTable], NDArray[np.intp]]:
        """Return the different tables, and which of them holds at each time."""
        tables, of_span = self._distinct
        return tables, of_span[np.searchsorted(self.bounds, time_s, side="right") - 1]

    def first_at(self, time_s: Floats, municipality: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the first that is open at each time for each municipality; -1 for none."""
        tables, table = self.table_at(time_s)
        count = int(municipality.max(initial=-1)) + 1
        rows = [[opening.get(m, (-1,))[0] for m in range(count)] + [-1] for opening in tables]
        first_open: NDArray[np.intp] = np.array(rows, dtype=np.intp)[table, municipality]
        return first_open


def unroll_openings(region: Region, opened: Iterable[Opening], days: int) -> Openings:
    """Return who is open for whom, from all changes of opening in order of time."""
    changes = _opening_changes(region, opened, days)
    counts: dict[tuple[int, int], int] = {}
    bounds, between = [0.0], [OpeningTable()]
    known: dict[frozenset[tuple[int, int]], OpeningTable] = {}
    for at, step, index, served in sorted(changes):
        for municipality in served:
            key = (municipality, index)
            counts[key] = counts.get(key, 0) + step
        active = frozenset(key for key, count in counts.items() if count > 0)
        table = known.setdefault(active, _opening_table(active))
        if at > bounds[-1]:
            bounds.append(at)
            between.append(table)
        else:
            between[-1] = table
    always = between[0] if len(bounds) == 1 else None
    return Openings(tuple(bounds), tuple(between), always)


OpeningChange = tuple[float, int, int, tuple[int, ...]]
"""A time, one more or one less, a clinic or room, and the municipalities for which."""


def _opening_changes(region: Region, opened: Iterable[Opening], days: int) -> list[OpeningChange]:
    number = {name: index for index, name in enumerate(region.municipalities)}
    calendar = region.calendar.calendar()
    changes: list[OpeningChange] = []
    for index, municipalities, period in opened:
        served = tuple(number[name] for name in municipalities)
        if period is ALWAYS:
            changes.append((0.0, 1, index, served))
            continue
        for start, end in unroll(period, calendar, days):
            changes += [(start, 1, index, served), (end, -1, index, served)]
    return changes


def _opening_table(active: frozenset[tuple[int, int]]) -> OpeningTable:
    table: dict[int, list[int]] = {}
    for municipality, index in sorted(active):
        table.setdefault(municipality, []).append(index)
    return {municipality: tuple(indices) for municipality, indices in table.items()}
