"""Picking from results: rows by what they are about, the organisations, targets and places."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from akuttsim.experiments.results import Results
from akuttsim.indicators.comparison import PEOPLE_COLUMNS, verdicts_as_people_choose

CLEAR = frozenset({"met", "not met", "better", "worse", "differs"})
"""Verdicts that claim something: a target met or not, or that there is a difference."""

WITHIN_MARGIN = "no difference larger than the margin"
"""The verdict that claims that there is no difference worth telling."""


@dataclass(frozen=True)
class Estimate:
    """A mean over replications (or of paired differences) with its 95 % interval and verdict.

    Of a difference `before` and `after` are the means that it is of; where these are of the same
    people, `people` is how many got that care in both, `gained` and `lost` how many in one alone.
    """

    mean: float
    low: float
    high: float
    unit: str
    verdict: str
    target: float = math.nan
    margin: float = math.nan
    more_runs: float = math.nan
    before: float = math.nan
    after: float = math.nan
    people: float = math.nan
    gained: float = math.nan
    lost: float = math.nan

    @property
    def is_known(self) -> bool:
        """Tell whether there is a mean at all; nothing to measure gives none."""
        return not math.isnan(self.mean)

    @property
    def has_interval(self) -> bool:
        """Tell whether there is an interval; one replication alone gives none."""
        return not math.isnan(self.low)

    @property
    def is_clear(self) -> bool:
        """Tell whether the verdict claims a difference, or something about a target."""
        return self.verdict in CLEAR

    @property
    def is_nil(self) -> bool:
        """Tell whether a difference is nought in every replication: mean and interval are zero."""
        return self.mean == 0 and self.low == 0 and self.high == 0


Key = tuple[str, str, str, str]
"""Organisation, indicator, group_by, group."""


class Selection:
    """The rows of some results by what they are about."""

    def __init__(self, results: Results) -> None:
        """Index the summary and the differences."""
        self.manifest: dict[str, Any] = results.manifest
        self.overloads: pd.DataFrame = results.overloads
        self.results = results
        self.cases: list[str] = list(results.manifest["cases"])
        self.levels = _indexed(results.summary[results.summary.case == self.first])
        self.changes = _indexed(results.differences[results.differences.case == self.first])
        self.base: str = results.manifest["base"]
        self.organisations: list[str] = list(results.manifest["organisations"])
        self.others = [name for name in self.organisations if name != self.base]

    def level(
        self, organisation: str, indicator: str, group_by: str = "all", group: str = "all"
    ) -> Estimate | None:
        """Return an organisation's own value, or None where the results have no such row."""
        return self.levels.get((organisation, indicator, group_by, group))

    def change(
        self, organisation: str, indicator: str, group_by: str = "all", group: str = "all"
    ) -> Estimate | None:
        """Return the paired difference from the base, or None where there is no such row."""
        return self.changes.get((organisation, indicator, group_by, group))

    @property
    def first(self) -> str:
        """Return the case that the answer is for."""
        return self.cases[0]

    def level_in(self, case: str, organisation: str, indicator: str) -> Estimate | None:
        """Return an organisation's own value for the whole region in a case."""
        return self._by_case[0].get(case, {}).get((organisation, indicator, "all", "all"))

    def change_in(self, case: str, organisation: str, indicator: str) -> Estimate | None:
        """Return the paired difference from the base for the whole region in a case.

        Its verdict is as people choose, which is of the same kind in all cases.
        """
        return self._by_case[1].get(case, {}).get((organisation, indicator, "all", "all"))

    def effect_in(self, case: str, organisation: str, indicator: str) -> Estimate | None:
        """Return an organisation's paired difference from itself in the first case."""
        return self._by_case[2].get(case, {}).get((organisation, indicator, "all", "all"))

    @cached_property
    def _by_case(self) -> tuple[dict[str, dict[Key, Estimate]], ...]:
        differences = verdicts_as_people_choose(self.results.differences)
        tables = (self.results.summary, differences, self.results.effects)
        wholes = [table[table.group_by == "all"] for table in tables]
        return tuple(
            {str(case): _indexed(rows) for case, rows in whole.groupby("case")} for whole in wholes
        )

    @cached_property
    def case_levels(self) -> dict[str, dict[str, str]]:
        """Return the level of each factor in each case."""
        found: dict[str, dict[str, str]] = {}
        rows = self.results.cases
        for case, factor, level in zip(rows["case"], rows["factor"], rows["level"], strict=True):
            found.setdefault(case, {})[factor] = level
        return found

    def groups(self, indicator: str, group_by: str) -> list[str]:
        """Return the groups of an indicator that any organisation has, in order of appearance."""
        return list(self._groups.get((indicator, group_by), ()))

    @cached_property
    def _groups(self) -> dict[tuple[str, str], dict[str, None]]:
        found: dict[tuple[str, str], dict[str, None]] = {}
        for _, indicator, group_by, group in self.levels:
            found.setdefault((indicator, group_by), {})[group] = None
        return found

    def indicators(self) -> list[str]:
        """Return all indicators with a value for the whole region, in order of appearance."""
        return list(dict.fromkeys(key[1] for key in self.levels if key[2] == "all"))

    def targets(self) -> dict[str, dict[str, Any]]:
        """Return the targets by indicator, those that the results measure."""
        known = {target["indicator"]: target for target in self.manifest["targets"]}
        return {name: known[name] for name in known if self.level(self.base, name)}

    def judged_by(self) -> list[str]:
        """Return the indicators that models are held against: targets, then the main ones."""
        wanted = [*self.targets(), *self.manifest["main_indicators"]]
        return [name for name in dict.fromkeys(wanted) if self.level(self.base, name)]

    @property
    def compared_at_once(self) -> tuple[int, float] | None:
        """Return how many models the differences' intervals hold for at once, and each one's level.

        None where there is one only, or where each interval stands for itself.
        """
        found = self.manifest.get("simultaneous")
        return (int(found["comparisons"]), float(found["confidence"])) if found else None

    def municipalities(self) -> list[str]:
        """Return the municipalities of the region, in its own order."""
        return list(self.manifest["region"]["municipalities"])


def _indexed(table: pd.DataFrame) -> dict[Key, Estimate]:
    beside = [_column(table, name) for name in ("target", "margin", "more_runs", *PEOPLE_COLUMNS)]
    keys = zip(
        table["organisation"], table["indicator"], table["group_by"], table["group"], strict=True
    )
    columns = (table[name] for name in ("mean", "ci_low", "ci_high", "unit", "verdict"))
    values = (Estimate(*row) for row in zip(*columns, *beside, strict=True))
    return dict(zip(keys, values, strict=True))


def _column(table: pd.DataFrame, name: str) -> list[float]:
    return list(table[name]) if name in table else [math.nan] * len(table)
