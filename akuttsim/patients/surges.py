"""Surges and visitors: who rings on top of the others, and who does not ring after all.

Where several hold at once their factors multiply. A factor above 1 adds people, one below 1 leaves
some out, and all others are the same. Visitors are people of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from akuttsim.config.schema.calendar import SeasonHours
from akuttsim.config.schema.demand import LocalAddition
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import AGE_GROUPS
from akuttsim.patients.thinning import Change
from akuttsim.records import Flags


@dataclass(frozen=True)
class Addition:
    """A surge or visitors: when, for whom as [place, age group], and factors on the two numbers.

    Visitors are other people than those who live there, and no health personnel.
    """

    name: str
    when: SeasonHours
    cells: Flags
    factor_116117: float
    factor_113: float
    is_visitors: bool = False

    def factor(self, line_113: bool) -> float:
        """Return the factor on the calls to one of the numbers."""
        return self.factor_113 if line_113 else self.factor_116117


def additions(region: Region) -> list[Addition]:
    """Return the visitors, then the surges of a region, in the order written."""
    every = AGE_GROUPS
    visitors = [
        Addition(f"visitors.{name}", each.when, _cells(region, each, every),
                 each.people_factor.value, each.people_factor.value, is_visitors=True)
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


def _cells(region: Region, area: LocalAddition, ages: Sequence[str]) -> Flags:
    here = [area.holds_at(name, place.municipality) for name, place in region.places.items()]
    return np.outer(here, np.isin(AGE_GROUPS, ages))


class Surging:
    """The additions of a region over the hours of a run."""

    def __init__(self, region: Region, hours: Sequence[datetime]) -> None:
        """Work out in which hours each addition holds."""
        self.additions = additions(region)
        self._holds = [np.array([a.when.covers(hour) for hour in hours]) for a in self.additions]

    def of_residents(self, line_113: bool) -> list[Change]:
        """Return the factors on the rates of those who live here."""
        return [
            self._change(position, min(factor, 1.0) if addition.is_visitors else factor)
            for position, (addition, factor) in enumerate(self._each(line_113))
        ]

    def of_visitors(self, position: int, line_113: bool) -> list[Change]:
        """Return the factors on residents' rates that give those of an addition's visitors.

        Visitors before them lift them, as all that hold at once multiply.
        """
        own = max(self.additions[position].factor(line_113) - 1, 0.0)
        changes = [Change(self.additions[position].cells, own * self._holds[position])]
        for other, (addition, factor) in enumerate(self._each(line_113)):
            if addition.is_visitors and other >= position:
                factor = min(factor, 1.0)
            changes.append(self._change(other, factor))
        return changes

    def _each(self, line_113: bool) -> Iterator[tuple[Addition, float]]:
        yield from ((each, each.factor(line_113)) for each in self.additions)

    def _change(self, position: int, factor: float) -> Change:
        by_hour = np.where(self._holds[position], factor, 1.0)
        return Change(self.additions[position].cells, by_hour)
