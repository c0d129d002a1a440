"""The outcomes of a study by case, and the table of what moves them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from akuttsim.experiments.design import MORRIS_LEVELS, level_text, points_of_design
from akuttsim.experiments.result_tables import PairedPeople
from akuttsim.experiments.study import Study
from akuttsim.indicators.health_outcomes import MAIN_OUTCOMES
from akuttsim.records import Floats, Sheet
from akuttsim.statistics.sensitivity import CaseOutcome, DesignLayout, factor_effects, turns_verdict
from akuttsim.statistics.verdicts import verdicts_as_people_choose

SENSITIVITY_COLUMNS = [
    *("organisation", "against", "indicator", "unit", "measure", "factor", "case", "level"),
    *("mean", "ci_low", "ci_high", "first_verdict", "verdict", "turns"),
]
"""Columns of `sensitivity.csv`.

`against` is empty for an organisation's own value, else the organisation whose paired difference it
is. `measure`, `factor`, `case` and `level` as in `akuttsim.statistics.sensitivity`. The mean of an
effect, `mu`, `mu_star` and `sigma` is in the unit; a rank correlation lies between -1 and 1, and
`S1` and `ST` are shares. `first_verdict` and `verdict` are those of the first case and of this
case, both as people choose; `turns_verdict` tells whether they differ while the effect itself
leaves out zero. Own values are of everybody, as targets are; differences of times and shares are in
every case of the people who got that care with both organisations.
"""

OutcomeKey = tuple[str, str, str]
"""Case, organisation and indicator."""


@dataclass
class OutcomesByCase:
    """The indicators that organisations are judged by, gathered case by case as they are read."""

    study: Study
    values: dict[OutcomeKey, Floats] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)

    def take(self, sheet: Sheet) -> None:
        """Keep what a sheet has of what organisations are judged by, and of asked outcomes."""
        asked_for = MAIN_OUTCOMES if self.study.region.outcomes is not None else ()
        for indicator in dict.fromkeys([*self.study.judged_by, *asked_for]):
            key = (indicator, "all", "all")
            if key in sheet.keys:
                row = np.full(self.study.most_replications, np.nan)
                row[list(sheet.replications)] = sheet.values[sheet.keys.index(key)]
                self.values[sheet.case, sheet.organisation, indicator] = row
                self.units[indicator] = sheet.units[indicator]

    def taken_from(self, sheets: Iterator[Sheet]) -> Iterator[Sheet]:
        """Yield sheets as they are read, and keep of each what `take` does."""
        for sheet in sheets:
            self.take(sheet)
            yield sheet

    def table(
        self, summary: pd.DataFrame, differences: pd.DataFrame, people: PairedPeople | None = None
    ) -> pd.DataFrame:
        """Return what moves each outcome; columns as `SENSITIVITY_COLUMNS`.

        The verdicts are those of the summary and, as people choose, of the differences. With
        `people` differences of times and shares are of the same people, as those verdicts are.
        """
        design = sensitivity_layout(self.study)
        own, paired = (
            _verdict_by_key(summary),
            _verdict_by_key(verdicts_as_people_choose(differences)),
        )
        rows = []
        for outcome in self._outcomes(own, paired, people):
            of = (outcome.organisation, outcome.against, outcome.indicator, outcome.unit)
            rows += [
                (*of, *found[:4], *found[4:], turns_verdict(found))
                for found in factor_effects(outcome, design)
            ]
        return pd.DataFrame(rows, columns=SENSITIVITY_COLUMNS)

    def _outcomes(
        self, own: dict[OutcomeKey, str], paired: dict[OutcomeKey, str], people: PairedPeople | None
    ) -> Iterator[CaseOutcome]:
        """Yield own values and differences from the base of what is measured at all."""
        base = self.study.base
        for indicator in self.units:
            against = self._by_case(base, indicator)
            if np.isnan(against).all():
                continue
            for name in self.study.organisations:
                values, of = self._by_case(name, indicator), (name, indicator, own)
                yield self._outcome(of, "", values)
                if name != base:
                    apart = self._of_same_people(people, name, indicator, values - against)
                    yield self._outcome((name, indicator, paired), base, apart)

    def _of_same_people(
        self, people: PairedPeople | None, name: str, indicator: str, apart: Floats
    ) -> Floats:
        """Return differences from the base, case by case, of who got that care in both."""
        if people is None:
            return apart
        found, key = apart.copy(), (indicator, "all", "all")
        for row, case in enumerate(self.study.cases):
            same = people.paired((case.name, name), (case.name, self.study.base))
            if same is not None and key in same.keys:
                at = same.keys.index(key)
                found[row] = np.nan
                found[row, list(same.replications)] = same.after[at] - same.before[at]
        return found

    def _outcome(
        self, of: tuple[str, str, dict[OutcomeKey, str]], against: str, values: Floats
    ) -> CaseOutcome:
        """Return an outcome case by case with its verdicts, `""` where a case has none."""
        name, indicator, known = of
        verdicts = tuple(known.get((each.name, name, indicator), "") for each in self.study.cases)
        return CaseOutcome(name, against, indicator, self.units[indicator], values, verdicts)

    def _by_case(self, organisation: str, indicator: str) -> Floats:
        """Return one indicator for everybody: `[case, replication]`, NaN where not measured."""
        none = np.full(self.study.most_replications, np.nan)
        cases = self.study.cases
        return np.array(
            [self.values.get((each.name, organisation, indicator), none) for each in cases]
        )


def sensitivity_layout(study: Study) -> DesignLayout:
    """Return what a study varies, as the analysis takes it."""
    design, count = study.design, len(study.dimensions)
    points = points_of_design(design, count, study.seed) if design.points is not None else []
    return DesignLayout(
        design.kind,
        tuple(dimension.name for dimension in study.dimensions),
        tuple(case.name for case in study.cases),
        tuple(tuple(level_text(level) for _, level in case.levels) for case in study.cases),
        np.array(points).reshape(-1, count),
        MORRIS_LEVELS,
    )


def _verdict_by_key(table: pd.DataFrame) -> dict[OutcomeKey, str]:
    """Return the verdict on each indicator for all, by case, organisation and indicator."""
    whole = table[table["group_by"] == "all"]
    keys = zip(whole["case"], whole["organisation"], whole["indicator"], strict=True)
    return dict(zip(keys, whole["verdict"], strict=True))
