"""The tables of a results folder, from the indicators of its runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from akuttsim.analysis.compare import DIFFERENCES, SUMMARY, Judging, differences, summarise
from akuttsim.analysis.intervals import CONFIDENCE, simultaneous
from akuttsim.analysis.same_people import PairedSheet
from akuttsim.config.schema.experiment import IndicatorTarget
from akuttsim.experiment.cases import in_words
from akuttsim.experiment.pairing import People
from akuttsim.experiment.study import Study
from akuttsim.records import Sheet


@dataclass(frozen=True)
class Asked:
    """What the tables tell: organisations, the base first, in cases, judged by these indicators."""

    organisations: tuple[str, ...]
    cases: tuple[str, ...]
    targets: tuple[IndicatorTarget, ...]
    margins: Mapping[str, float]
    judged_by: frozenset[str]

    @classmethod
    def of(cls, study: Study) -> Asked:
        """Return what a study asks."""
        return cls(
            tuple(study.organisations),
            tuple(case.name for case in study.cases),
            study.targets,
            study.margins,
            frozenset(study.judged_by),
        )

    @property
    def judging(self) -> Judging:
        """Return how differences from the base are judged: all of them at once."""
        return Judging(self.margins, simultaneous(CONFIDENCE, len(self.organisations) - 1))

    @property
    def at_once(self) -> dict[str, Any] | None:
        """Return how many differences hold at once and each one's level; None for a single one."""
        comparisons = len(self.organisations) - 1
        told = {"comparisons": comparisons, "confidence": self.judging.confidence}
        return told if comparisons > 1 else None


def tables(
    asked: Asked, parts: Iterable[Iterable[Sheet]], people: People | None = None
) -> dict[str, pd.DataFrame]:
    """Return summary, differences from the base, and effects of the cases against the first.

    Each part has some indicators of all organisations in all cases, those of a case together and
    the base first. All indicators are told of the first case; of others those that organisations
    are judged by. With `people` differences of times and shares are of the same people, in every
    case; so are effects where both cases met the same people.
    """
    rows: dict[str, dict[tuple[str, str], list[pd.DataFrame]]] = {
        name: defaultdict(list) for name in ("summary.csv", "differences.csv", "effects.csv")
    }
    for part in parts:
        told = _Told(asked, people)
        for sheet in part:
            for name, table in told.of(sheet).items():
                rows[name][sheet.case, sheet.organisation].append(table)
    return {
        name: _joined([table for each in found.values() for table in each], name)
        for name, found in rows.items()
    }


class _Told:
    """What is told of one sheet after the other, against those before it."""

    def __init__(self, asked: Asked, people: People | None) -> None:
        self.asked = asked
        self.people = people
        self.base: Sheet | None = None
        self.firsts: dict[str, Sheet] = {}

    def of(self, sheet: Sheet) -> dict[str, pd.DataFrame]:
        """Return the rows of each table that this sheet adds."""
        asked, is_first = self.asked, sheet.case == self.asked.cases[0]
        wanted = None if is_first else asked.judged_by
        told = {"summary.csv": summarise(sheet, asked.targets, wanted)}
        if sheet.organisation == asked.organisations[0]:
            self.base = sheet
        elif self.base is not None and self.base.case == sheet.case:
            same = self._same_people(sheet, self.base)
            told["differences.csv"] = differences(sheet, self.base, asked.judging, wanted, same)
        if is_first and len(asked.cases) > 1:
            self.firsts[sheet.organisation] = _only(sheet, asked.judged_by)
        elif sheet.organisation in self.firsts:
            first, plain = self.firsts[sheet.organisation], Judging(asked.margins)
            same = self._same_people(sheet, first)
            told["effects.csv"] = differences(sheet, first, plain, asked.judged_by, same)
        return told

    def _same_people(self, sheet: Sheet, against: Sheet) -> PairedSheet | None:
        """Return the indicators of two sheets for who got that care in both; None if not kept."""
        if self.people is None:
            return None
        here = (sheet.case, sheet.organisation)
        return self.people.paired(here, (against.case, against.organisation))


def _only(sheet: Sheet, indicators: frozenset[str]) -> Sheet:
    """Return a sheet of these indicators alone, which is all that is kept while others are read."""
    rows = np.array([n for n, key in enumerate(sheet.keys) if key[0] in indicators], dtype=int)
    keys = tuple(sheet.keys[row] for row in rows)
    return replace(sheet, keys=keys, values=sheet.values[rows], counts=sheet.counts[rows])


_COLUMNS = {"summary.csv": SUMMARY, "differences.csv": DIFFERENCES, "effects.csv": DIFFERENCES}


def _joined(found: list[pd.DataFrame], name: str) -> pd.DataFrame:
    there = [table for table in found if len(table)]
    return pd.concat(there) if there else pd.DataFrame(columns=_COLUMNS[name])


def cases_table(study: Study) -> pd.DataFrame:
    """Return the levels of each case."""
    rows = [
        (case.name, factor, in_words(level))
        for case in study.cases
        for factor, level in case.levels
    ]
    return pd.DataFrame(rows, columns=["case", "factor", "level"])
