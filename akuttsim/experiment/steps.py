"""Steps: how many replications each organisation gets, from what the finished ones show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from akuttsim.analysis.indicators import directions
from akuttsim.analysis.intervals import CONFIDENCE, simultaneous
from akuttsim.analysis.precision import LOOK_AHEAD, half_width, is_precise, replications_needed
from akuttsim.analysis.ranking import Selection, not_told_from_best, standing
from akuttsim.config.schema.experiment import BestSelection, PrecisionGoal
from akuttsim.experiment.cases import Case
from akuttsim.experiment.study import Study
from akuttsim.records import Floats
from akuttsim.store.results import ResultsFolder
from akuttsim.store.runs import RunId

TOGETHER = 4
"""Replications that those still in the running for the best get before they are looked at again."""

A_FEW = 2
"""Replications to look whether an interval that is narrow enough stays so."""

Counts = Mapping[tuple[str, str], int]
"""Replications by case and organisation."""


def runs_of(study: Study, counts: Counts) -> list[RunId]:
    """Return the runs of so many replications, case by case and organisation by organisation."""
    return [
        study.run(case, name, number)
        for case in study.cases
        for name in study.organisations
        for number in range(counts[case.name, name])
    ]


def first_counts(study: Study) -> Counts:
    """Return how many replications each organisation gets in any case."""
    return {(c.name, name): study.replications for c in study.cases for name in study.organisations}


def next_counts(study: Study, results: ResultsFolder, counts: Counts) -> Counts:
    """Return how many replications each organisation should have, once those counted are done.

    It depends on nothing but the results so far; the same counts again mean that there are enough.
    Replications that failed are left out of what is looked at.
    """
    if study.until is not None:
        return _until(study, results, counts, study.until)
    if study.best is not None:
        return _best(study, results, counts, study.best)
    return counts


def _until(study: Study, results: ResultsFolder, counts: Counts, until: PrecisionGoal) -> Counts:
    """Give all organisations of all cases more until the widest interval is narrow enough."""
    now = max(counts.values())
    wanted = max(_needed(each, until, study) for each in _told(study, results, now, until))
    more = max(now, min(wanted, 2 * now, until.max))
    return dict.fromkeys(counts, more)


def _told(study: Study, results: ResultsFolder, now: int, until: PrecisionGoal) -> list[Floats]:
    """Return the values by replication whose intervals are to be narrow."""
    found = []
    for case in study.cases:
        base, *others = (
            values(study, results, case, name, now, until.indicator) for name in study.organisations
        )
        found += [each - base for each in others] or [base]
    return found


def _needed(told: Floats, until: PrecisionGoal, study: Study) -> int:
    """Return how many replications one interval needs; those there are if it is narrow enough."""
    level = simultaneous(CONFIDENCE, len(study.organisations) - 1)
    if is_precise(told, until.half_width, level):
        return len(told)
    if half_width(told, level) <= until.half_width:
        return len(told) + A_FEW
    needed = replications_needed(told, until.half_width, level)
    return max(needed + LOOK_AHEAD if needed is not None else 0, len(told) + A_FEW)


def _best(study: Study, results: ResultsFolder, counts: Counts, best: BestSelection) -> Counts:
    """Give those still in the running a few more, until one is left."""
    table, now = _table(study, results, counts, best), max(counts.values())
    found = standing(table, selection(study, best))
    is_over = found.is_decided or len(table) >= found.at_most
    if is_over or now >= best.max:
        return counts
    more = min(now + TOGETHER, best.max)
    names = list(study.organisations)
    still = {names[each] for each in found.contenders}
    return {key: more if key[1] in still else count for key, count in counts.items()}


def _table(study: Study, results: ResultsFolder, counts: Counts, best: BestSelection) -> Floats:
    """Return the values of all organisations by replication, NaN from where one was let go.

    A replication that failed in any organisation that should have it is left out for all.
    """
    case, now = study.cases[0], max(counts.values())
    columns = [
        values(study, results, case, name, now, best.indicator) for name in study.organisations
    ]
    table = np.column_stack(columns)
    asked = np.array([counts[case.name, name] for name in study.organisations])
    should = np.arange(now)[:, None] < asked[None, :]
    return table[~(np.isnan(table) & should).any(axis=1)]


@dataclass(frozen=True)
class Ranked:
    """How an organisation came out of a search for the best.

    `mean` is over its own replications, `let_go_after` how many there were when it was let go (0:
    never), and `is_among_best` whether it cannot be told from the best.
    """

    organisation: str
    mean: float
    replications: int
    let_go_after: int
    is_among_best: bool


def ranked(study: Study, results: ResultsFolder, counts: Counts) -> list[Ranked]:
    """Return how the organisations of a search for the best came out, best first; or nothing."""
    if study.best is None:
        return []
    table = _table(study, results, counts, study.best)
    asked = selection(study, study.best)
    found = standing(table, asked)
    among = not_told_from_best(table, asked.direction, study.best.confidence)
    names, told = list(study.organisations), []
    for place, name in enumerate(names):
        mean = float(np.nanmean(table[:, place]))
        number = int((~np.isnan(table[:, place])).sum())
        let_go = int(found.let_go_after[place])
        told.append(Ranked(name, mean, number, let_go, place in among))
    sign = -1 if asked.direction == "higher" else 1
    return sorted(told, key=lambda each: (each.let_go_after > 0, sign * each.mean))


def selection(study: Study, best: BestSelection) -> Selection:
    """Return what a ranking asks."""
    direction = directions()[best.indicator]
    assert direction != "neither", "checked when the experiment was loaded"
    return Selection(best.margin, direction, study.replications, 1 - best.confidence)


def values(
    study: Study, results: ResultsFolder, case: Case, name: str, count: int, indicator: str
) -> Floats:
    """Return an indicator of an organisation by replication; NaN where there is no run."""
    runs = [study.run(case, name, number) for number in range(count)]
    there = [run for run in runs if results.run_file(run).exists()]
    found = dict(zip(there, results.values(there, indicator), strict=True))
    return np.array([found.get(run, np.nan) for run in runs])
