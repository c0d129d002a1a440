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

from akuttsim.config.schema.experiment import IndicatorTarget, JudgedIndicator
from akuttsim.errors import InputError
from akuttsim.experiments.results import ResultsFolder
from akuttsim.experiments.run_files import read_run_people, sheet_of_runs
from akuttsim.experiments.run_identity import RunId
from akuttsim.experiments.study import Study
from akuttsim.indicators.comparison import DifferenceRules, pair_sheets
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


def key_of(by: JudgedIndicator) -> Key:
    """Return the key of what is judged, as tables have it."""
    return (by.indicator, by.group_by, by.group)


@dataclass(frozen=True)
class RunPair:
    """What one replication says of base and variant.

    Attributes:
        levels: By indicator and group.
        units: By indicator.
        other_people: Whether others come to the variant than to the base.
    """

    levels: Mapping[Key, Levels]
    units: Mapping[str, str]
    other_people: bool


def measure_pair(results: ResultsFolder, base: RunId, own: RunId, wanted: Sequence[Key]) -> RunPair:
    """Return what a finished pair of runs says.

    Args:
        results: The folder that has them.
        base: The run of the base.
        own: The run of the variant, with the same patients.
        wanted: Indicators of everybody or of a group.
    """
    sheets = [_sheet(results, run, wanted) for run in (base, own)]
    same, other_people = _same_people(results, base, own, wanted)
    paired = pair_sheets(sheets[1], sheets[0], same)
    levels = {
        key: Levels(float(of[0]), float(of[1]))
        for key, of in zip(paired.keys, paired.people, strict=True)
        if key in wanted
    }
    return RunPair(levels, sheets[0].units, other_people)


def _sheet(results: ResultsFolder, run: RunId, wanted: Sequence[Key]) -> Sheet:
    """Return some indicators of a run."""
    columns = [list(dict.fromkeys(each)) for each in zip(*wanted, strict=True)]
    names = ("indicator", "group_by", "group")
    which: list[tuple[str, str, object]] = [
        (name, "in", values) for name, values in zip(names, columns, strict=True)
    ]
    rows = results.indicators(run, which)
    return sheet_of_runs((run.case, run.organisation), [(run.replication, rows)])


def _same_people(
    results: ResultsFolder, base: RunId, own: RunId, wanted: Sequence[Key]
) -> tuple[PairedSheet | None, bool]:
    """Return the indicators of who got that care in both, and whether others came to one."""
    before = read_run_people(results.folder, base)
    after = read_run_people(results.folder, own)
    if before is None or after is None:
        return None, False
    came_before, came_after = (~np.isnan(each.columns[CAME_COLUMN]) for each in (before, after))
    pairs = person_pairs(before, after, frozenset(key[0] for key in wanted))
    mine: dict[Key, object] = {key: each for key, each in pairs.items() if key in wanted}
    sheet = paired_sheet({base.replication: mine}) if mine else None  # type: ignore[dict-item]
    return sheet, not np.array_equal(came_before, came_after)


@dataclass(frozen=True)
class StudyRow:
    """What the study says of one indicator.

    Attributes:
        by: The indicator, and the group that it is of.
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

    by: JudgedIndicator
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
    def judged(self) -> tuple[JudgedIndicator, ...]:
        """Return what the study is judged by, in the order of its rows."""
        return self.study.main_judged

    @property
    def other_people(self) -> bool:
        """Tell whether distance keeps others from the variant than the base, in any replication."""
        return bool(self.study.of_other_reach) and any(
            pair.other_people for pair in self.pairs.values()
        )

    def take_finished(self) -> None:
        """Read the pairs that have been finished since."""
        study = self.study
        base, own = study.organisations
        wanted = [key_of(by) for by in self.judged]
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
                        known[number] = measure_pair(self.results, before, after, wanted)

    def rows(self, is_ended: bool) -> list[StudyRow]:
        """Return what the pairs say, indicator by indicator.

        Args:
            is_ended: Whether all runs of the study have ended, the second ones too.
        """
        targets = {each.indicator: each for each in self.study.targets}
        return [
            self._row(by, targets.get(by.indicator) if by.group_by == "all" else None, is_ended)
            for by in self.judged
        ]

    def told(self, is_ended: bool) -> int:
        """Return how many replications rows are of."""
        return len(self._in_order(self.pairs, is_ended))

    def _levels(self, pairs: Mapping[int, RunPair], key: Key, is_ended: bool) -> list[Levels]:
        in_order = self._in_order(pairs, is_ended)
        return [pair.levels[key] for pair in in_order if key in pair.levels]

    def _row(self, by: JudgedIndicator, target: IndicatorTarget | None, is_ended: bool) -> StudyRow:
        key, name = key_of(by), by.indicator
        levels = self._levels(self.pairs, key, is_ended)
        before = np.array([each.before for each in levels], dtype=np.float64)
        after = np.array([each.after for each in levels], dtype=np.float64)
        direction, margin = indicator_directions()[name], self._margin(key)
        difference = narrowing_interval(after - before, self.confidence)
        verdict = difference_verdict(difference, direction, margin)
        confirmed = self._confirmed(key, verdict, is_ended)
        level = narrowing_interval(after, self.confidence)
        is_met = target_verdict(level, target.side, target.value) if target is not None else None
        return StudyRow(
            by=by,
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
        return bonferroni_confidence(CONFIDENCE, len(self.judged))

    def _margin(self, key: Key) -> float:
        return DifferenceRules(self.study.margins, self.study.margins_place).margin_of(key)

    def _confirmed(self, key: Key, verdict: Verdict, is_ended: bool) -> Verdict | None:
        """Return the verdict after the second run; None while that is not far enough."""
        name = key[0]
        if verdict != Verdict.BETTER or not self.other_people or name in OF_WHO_COMES:
            return verdict
        levels = self._levels(self.again, key, is_ended)
        change = np.array([each.after - each.before for each in levels], dtype=np.float64)
        second = difference_verdict(
            narrowing_interval(change, self.confidence),
            indicator_directions()[name],
            self._margin(key),
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
