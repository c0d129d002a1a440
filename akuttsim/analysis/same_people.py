"""Times and shares of the same people in two organisations: before, after, who gained or lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from akuttsim.analysis.equity import with_gap
from akuttsim.analysis.observed import Row, Statistic, median, p90
from akuttsim.records import Floats, Key, Measure, PersonValues

STATISTICS: dict[str, Statistic] = {"median": median, "p90": p90}
"""How a median and the like are taken over persons; a share or mean is weighted by their calls."""


class Pair(NamedTuple):
    """An indicator of those who got that care in both runs, and how many got it in one alone."""

    before: float
    after: float
    people: int
    gained: int
    lost: int


def pairs(base: PersonValues, other: PersonValues, wanted: frozenset[str]) -> dict[Key, Pair]:
    """Return the pairs of these indicators, for all persons and for each group of the base's.

    `base` and `other` are two runs that met the same patients; of others there are no pairs. A
    person is counted where the indicator counts that person in both; so each statistic is over the
    same people.
    """
    if base.persons != other.persons:
        return {}
    theirs = {each[:3]: each for each in other.measures}
    found: dict[Key, Pair] = {}
    for measure in base.measures:
        match = theirs.get(measure[:3])
        if measure.indicator in wanted and match is not None:
            found |= _Compared(base, other, measure, match).pairs()
    return found


class _Compared:
    """One measure of two runs, restricted to the persons whom it counts in both."""

    def __init__(
        self, base: PersonValues, other: PersonValues, measure: Measure, match: Measure
    ) -> None:
        before, after = base.columns[measure.values], other.columns[match.values]
        here, there = ~np.isnan(before), ~np.isnan(after)
        self.base, self.measure = base, measure
        self.groupings = [name for name in measure.groupings if name in match.groupings]
        self.both, self.gained, self.lost = here & there, there & ~here, here & ~there
        self.values = tuple(each[self.both].astype(np.float64) for each in (before, after))
        self.weights = tuple(
            run.columns[each.weights][self.both].astype(np.float64) if each.weights else None
            for run, each in ((base, measure), (other, match))
        )

    def pairs(self) -> dict[Key, Pair]:
        """Return the pair of all, of each group, and the gap between municipalities."""
        one = np.zeros(len(self.both), dtype=np.intp)
        key = self.measure[:3]
        found: dict[Key, Pair] = {key: next(self._by_group(one, 1))}
        for name in self.groupings:
            names = self.base.names[name]
            each = self._by_group(self.base.groups[name], len(names))
            found |= {(key[0], name, group): pair for group, pair in zip(names, each, strict=True)}
        if self.measure.has_gap:
            found |= dict(_gaps(found))
        return found

    def _by_group(self, codes: NDArray[np.integer], count: int) -> Iterator[Pair]:
        mine = codes[self.both]
        before, after = (
            _statistics(self.measure.statistic, values, weights, mine, count)
            for values, weights in zip(self.values, self.weights, strict=True)
        )
        counts = (
            np.bincount(codes[mask], minlength=count).tolist()
            for mask in (self.both, self.gained, self.lost)
        )
        return (Pair(*each) for each in zip(before.tolist(), after.tolist(), *counts, strict=True))


def _statistics(
    statistic: str, values: Floats, weights: Floats | None, codes: NDArray[np.integer], count: int
) -> Floats:
    """Return the statistic of each group's values; NaN of none."""
    if statistic not in STATISTICS:
        sums = np.bincount(codes, values if weights is None else values * weights, count)
        with np.errstate(invalid="ignore"):
            means: Floats = sums / np.bincount(codes, weights, count)
        return means
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(count + 1))
    ordered, of = values[order], STATISTICS[statistic]
    return np.array([of(ordered[ends[n] : ends[n + 1]]) for n in range(count)])


def _gaps(found: dict[Key, Pair]) -> Iterator[tuple[Key, Pair]]:
    """Yield the worst and best municipality and the gap between them, before and after."""
    sides = []
    for side in (0, 1):
        rows = [Row(*key, pair[side], "", pair.people) for key, pair in found.items()]
        sides.append([row for row in with_gap(rows) if row.group_by == "gap"])
    (of_all,) = (pair for key, pair in found.items() if key[1] == "all")
    for before, after in zip(*sides, strict=True):
        yield before[:3], Pair(before.value, after.value, *of_all[2:])


@dataclass(frozen=True, eq=False)
class PairedSheet:
    """Pairs of one organisation and the base in several replications, keys x replications."""

    keys: tuple[Key, ...]
    replications: tuple[int, ...]
    before: Floats
    after: Floats
    people: Floats
    gained: Floats
    lost: Floats


def paired_sheet(found: Mapping[int, Mapping[Key, Pair]]) -> PairedSheet:
    """Return the pairs of each replication as one sheet; NaN where a replication has none."""
    keys = tuple(dict.fromkeys(key for each in found.values() for key in each))
    nothing = Pair(np.nan, np.nan, 0, 0, 0)
    table = [[tuple(each.get(key, nothing)) for each in found.values()] for key in keys]
    cells = np.array(table, dtype=np.float64).reshape(len(keys), len(found), len(nothing))
    return PairedSheet(keys, tuple(found), *np.moveaxis(cells, -1, 0))
