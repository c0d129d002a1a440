"""What a study says while it runs, from the pairs of runs that are finished.

Differences are of the same people, as in the results; intervals hold however often one looks, for
all rows together; the verdict on an interval is the one rule of results.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from akuttsim.config.schema.experiment import IndicatorTarget
from akuttsim.errors import InputError
from akuttsim.experiments.results import ResultsFolder
from akuttsim.experiments.run_files import RunId, read_run_people, sheet_of_runs
from akuttsim.experiments.study import Study
from akuttsim.indicators.comparison import pair_sheets
from akuttsim.indicators.person_values import CAME_COLUMN, PairedSheet, paired_sheet, person_pairs
from akuttsim.indicators.registry import OF_WHO_COMES, indicator_directions
from akuttsim.records import Key, Sheet
from akuttsim.statistics.anytime_valid import narrowing_interval
from akuttsim.statistics.intervals import (
    CONFIDENCE,
    Interval,
    bonferroni_confidence,
    difference_verdict,
    target_verdict,
)
from akuttsim.statistics.verdicts import Direction, Verdict


class Levels(NamedTuple):
    """One indicator of one pair of runs.

    Attributes:
        before: Of the base, of the same people.
        after: Of the variant.
    """

    before: float
    after: float


@dataclass(frozen=True)
class RunPair:
    """What one replication says of base and variant.

    Attributes:
        levels: By indicator.
        units: By indicator.
        other_people: Whether others come to the variant than to the base.
    """

    levels: Mapping[str, Levels]
    units: Mapping[str, str]
    other_people: bool


def measure_pair(results: ResultsFolder, base: RunId, own: RunId, wanted: Sequence[str]) -> RunPair:
    """Return what a finished pair of runs says.

    Args:
        results: The folder that has them.
        base: The run of the base.
        own: The run of the variant, with the same patients.
        wanted: Indicators.
    """
    sheets = [_sheet(results, run, wanted) for run in (base, own)]
    same, other_people = _same_people(results, base, own, frozenset(wanted))
    paired = pair_sheets(sheets[1], sheets[0], same)
    levels = {
        key[0]: Levels(float(of[0]), float(of[1]))
        for key, of in zip(paired.keys, paired.people, strict=True)
    }
    return RunPair(levels, sheets[0].units, other_people)


def _sheet(results: ResultsFolder, run: RunId, wanted: Sequence[str]) -> Sheet:
    """Return some indicators of a run, of everybody."""
    which: list[tuple[str, str, object]] = [
        ("group_by", "=", "all"),
        ("indicator", "in", list(wanted)),
    ]
    rows = results.indicators(run, which)
    return sheet_of_runs((run.case, run.organisation), [(run.replication, rows)])


def _same_people(
    results: ResultsFolder, base: RunId, own: RunId, wanted: frozenset[str]
) -> tuple[PairedSheet | None, bool]:
    """Return the indicators of who got that care in both, and whether others came to one."""
    before = read_run_people(results.folder, base)
    after = read_run_people(results.folder, own)
    if before is None or after is None:
        return None, False
    came_before, came_after = (~np.isnan(each.columns[CAME_COLUMN]) for each in (before, after))
    pairs = person_pairs(before, after, wanted)
    whole: dict[Key, object] = {key: each for key, each in pairs.items() if key[1] == "all"}
    sheet = paired_sheet({base.replication: whole}) if whole else None  # type: ignore[dict-item]
    return sheet, not np.array_equal(came_before, came_after)


@dataclass(frozen=True)
class StudyRow:
    """What the study says of one indicator.

    Attributes:
        indicator: Its name.
        unit: Its unit.
        direction: Which way is good.
        margin: The smallest difference that matters.
        before: Mean of the base; NaN before anything is known.
        after: Mean of the variant.
        difference: Paired difference with an interval that holds at every look.
        verdict: What that allows to be said.
        awaits: Whether it is better as people choose, and the second run is not far enough.
        target: Whether the variant meets the target; None where there is none, or it is not sure.
    """

    indicator: str
    unit: str
    direction: Direction
    margin: float
    before: float
    after: float
    difference: Interval
    verdict: Verdict
    awaits: bool
    target: Verdict | None


@dataclass
class StudyTable:
    """The pairs of runs of a study that are finished, read as they come.

    Attributes:
        study: The study: a base and a variant.
        results: Its folder.
        pairs: What each replication says.
        again: The same with everybody made to come.
    """

    study: Study
    results: ResultsFolder
    pairs: dict[int, RunPair] = field(default_factory=dict)
    again: dict[int, RunPair] = field(default_factory=dict)

    @property
    def indicators(self) -> tuple[str, ...]:
        """Return what the study is judged by, in the order of its rows."""
        return self.study.main_indicators

    @property
    def other_people(self) -> bool:
        """Tell whether others come to the variant than to the base, in any replication."""
        return any(pair.other_people for pair in self.pairs.values())

    def take_finished(self) -> None:
        """Read the pairs that have been finished since."""
        study = self.study
        base, own = study.organisations
        cases = [(study.cases[0], self.pairs)]
        if study.companion is not None:
            cases.append((study.companion, self.again))
        for case, known in cases:
            for number in range(study.most_replications):
                if number in known:
                    continue
                before, after = (study.run(case, name, number) for name in (base, own))
                if all(self.results.run_file(run).exists() for run in (before, after)):
                    with suppress(InputError):  # damaged: it is done again, and read then
                        known[number] = measure_pair(self.results, before, after, self.indicators)

    def rows(self, is_ended: bool) -> list[StudyRow]:
        """Return what the pairs say, indicator by indicator.

        Args:
            is_ended: Whether all runs of the study have ended, the second ones too.
        """
        targets = {each.indicator: each for each in self.study.targets}
        return [self._row(name, targets.get(name), is_ended) for name in self.indicators]

    def told(self, is_ended: bool) -> int:
        """Return how many replications rows are of."""
        return len(self._in_order(self.pairs, is_ended))

    def _levels(self, pairs: Mapping[int, RunPair], name: str, is_ended: bool) -> list[Levels]:
        in_order = self._in_order(pairs, is_ended)
        return [pair.levels[name] for pair in in_order if name in pair.levels]

    def _row(self, name: str, target: IndicatorTarget | None, is_ended: bool) -> StudyRow:
        levels = self._levels(self.pairs, name, is_ended)
        before = np.array([each.before for each in levels], dtype=np.float64)
        after = np.array([each.after for each in levels], dtype=np.float64)
        direction, margin = indicator_directions()[name], self.study.margins.get(name, 0.0)
        difference = narrowing_interval(after - before, self.confidence)
        verdict = difference_verdict(difference, direction, margin)
        confirmed = self._confirmed(name, verdict, is_ended)
        level = narrowing_interval(after, self.confidence)
        is_met = target_verdict(level, target.side, target.value) if target is not None else None
        return StudyRow(
            indicator=name,
            unit=next((pair.units[name] for pair in self.pairs.values() if name in pair.units), ""),
            direction=direction,
            margin=margin,
            before=float(before.mean()) if len(levels) else np.nan,
            after=float(after.mean()) if len(levels) else np.nan,
            difference=difference,
            verdict=Verdict.CANNOT_TELL if confirmed is None else confirmed,
            awaits=confirmed is None,
            target=None if is_met == Verdict.CANNOT_TELL else is_met,
        )

    @property
    def confidence(self) -> float:
        """Return the level of each row, so that all rows hold at all looks with 95 %."""
        return bonferroni_confidence(CONFIDENCE, len(self.indicators))

    def _confirmed(self, name: str, verdict: Verdict, is_ended: bool) -> Verdict | None:
        """Return the verdict after the second run; None while that is not far enough."""
        if verdict != Verdict.BETTER or not self.other_people or name in OF_WHO_COMES:
            return verdict
        levels = self._levels(self.again, name, is_ended)
        change = np.array([each.after - each.before for each in levels], dtype=np.float64)
        margin = self.study.margins.get(name, 0.0)
        second = difference_verdict(
            narrowing_interval(change, self.confidence), indicator_directions()[name], margin
        )
        if second == Verdict.BETTER:
            return verdict
        return None if second == Verdict.CANNOT_TELL and not is_ended else Verdict.FEWER_CAME

    @staticmethod
    def _in_order(pairs: Mapping[int, RunPair], is_ended: bool) -> list[RunPair]:
        """Return the pairs in the order of their numbers, which was fixed before any was run.

        Processes finish them in another: what is quickly done may be unlike the rest, so that those
        after a gap wait, until nothing more is to come.
        """
        numbers = sorted(pairs)
        if is_ended:
            return [pairs[number] for number in numbers]
        return [pairs[n] for place, n in enumerate(numbers) if n == place]
