"""Surges and visitors: who rings on top of the others, and who does not ring after all.

Where several hold at once their factors multiply. Each has streams of its own, so that all others
keep every bit: a factor above 1 adds people, one below 1 leaves some of all of them out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.records import LINE_113, Flags
from akuttsim.scenario.fields import AGE_GROUPS
from akuttsim.scenario.region import Region
from akuttsim.scenario.seasons import When
from akuttsim.scenario.surges import Somewhere
from akuttsim.units import HOUR_S

Array = NDArray[np.float64]
Columns = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Addition:
    """A surge or visitors: when, for whom as [place, age group], and factors on the two numbers.

    `has_health_line` tells whether health personnel are among those who ring.
    """

    name: str
    when: When
    cells: Flags
    factor_116117: float
    factor_113: float
    has_health_line: bool = True

    def factor(self, line_113: bool) -> float:
        """Return the factor on the calls to one of the numbers."""
        return self.factor_113 if line_113 else self.factor_116117


def additions(region: Region) -> list[Addition]:
    """Return the visitors, then the surges of a region, in the order written."""
    every = AGE_GROUPS
    visitors = [
        Addition(f"visitors.{name}", each.when, _cells(region, each, every),
                 each.people_factor.value, each.people_factor.value, has_health_line=False)
        for name, each in region.demand.visitors.items()
    ]  # fmt: skip
    surges = [
        Addition(
            f"surge.{name}",
            each.when,
            _cells(region, each, each.ages or every),
            each.factor_116117.value if each.factor_116117 else 1.0,
            each.factor_113.value if each.factor_113 else 1.0,
        )
        for name, each in region.demand.surges.items()
    ]
    return visitors + surges


def _cells(region: Region, area: Somewhere, ages: Sequence[str]) -> Flags:
    here = [area.holds_at(name, place.municipality) for name, place in region.places.items()]
    return np.outer(here, np.isin(AGE_GROUPS, ages))


class Surging:
    """The additions of a region over the hours of a run."""

    def __init__(self, region: Region, hours: Sequence[datetime]) -> None:
        """Work out in which hours each addition holds."""
        self.additions = additions(region)
        self._holds = [np.array([a.when.covers(hour) for hour in hours]) for a in self.additions]

    def extra(self, position: int, line_113: bool) -> Array:
        """Return how many more ring in each hour, over the usual rate of an addition's own people.

        As many as if the additions before it held for all of them; `is_extra` then tells whom.
        """
        more = max(self.additions[position].factor(line_113) - 1, 0.0)
        return more * self._holds[position] * self._highest(position, line_113)

    def _highest(self, position: int, line_113: bool) -> Array:
        """Return the product of the factors above 1 of the additions before, hour by hour."""
        product = np.ones(len(self._holds[position]))
        for addition, holds in zip(self.additions[:position], self._holds, strict=False):
            product *= np.where(holds, max(addition.factor(line_113), 1.0), 1.0)
        return product

    def is_extra(self, position: int, people: Columns, u: Array) -> Flags:
        """Return who of an addition's drawn people ring, as the additions before multiply them."""
        hour, to_113 = _hour(people), people["line"] == LINE_113
        highest = [self._highest(position, line)[hour] for line in (False, True)]
        actual = np.ones(len(hour))
        for before in range(position):
            actual *= np.maximum(self._factors(before, people), 1.0)
        kept: Flags = u * np.where(to_113, highest[1], highest[0]) < actual
        return kept

    def is_kept(self, people: Columns, u: Array) -> Flags:
        """Return who rings although there are fewer people, or fewer calls, than usual."""
        share = np.ones(len(u))
        for position in range(len(self.additions)):
            share *= np.minimum(self._factors(position, people), 1.0)
        kept: Flags = u < share
        return kept

    def _factors(self, position: int, people: Columns) -> Array:
        """Return an addition's factor on each caller: 1 at other times and for other people."""
        addition = self.additions[position]
        theirs = addition.cells[people["place"], people["age_group"]]
        at_the_time = self._holds[position][_hour(people)]
        factor = np.where(people["line"] == LINE_113, addition.factor_113, addition.factor_116117)
        return np.where(theirs & at_the_time, factor, 1.0)


def _hour(people: Columns) -> NDArray[np.intp]:
    return (people["time_s"] // HOUR_S).astype(np.intp)
