"""Sequential stopping: how many replications each organisation gets, by the finished ones."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from akuttsim.config.schema.experiment import BestSelection, PrecisionGoal
from akuttsim.experiments.design import Case
from akuttsim.experiments.manifest import RankedOrganisation
from akuttsim.experiments.results import ResultsFolder
from akuttsim.experiments.run_identity import RunId
from akuttsim.experiments.study import Study
from akuttsim.indicators.registry import indicator_directions
from akuttsim.records import Floats
from akuttsim.statistics.intervals import CONFIDENCE, bonferroni_confidence
from akuttsim.statistics.ranking import SelectionRule, contenders_for_best, selection_state
from akuttsim.statistics.run_length import LOOK_AHEAD, half_width, is_precise, replications_needed

CONTENDER_STEP = 4
"""Replications that those still in the running for the best get before they are looked at again."""

CONFIRMING_RUNS = 2
"""Replications to look whether an interval that is narrow enough stays so."""

ReplicationCounts = Mapping[tuple[str, str], int]
"""Replications by case and organisation."""


def runs_for_counts(study: Study, counts: ReplicationCounts) -> list[RunId]:
    """Return the runs of so many replications, case by case and organisation by organisation."""
    return [
        study.run(case, name, number)
        for case in study.cases
        for name in study.organisations
        for number in range(counts[case.name, name])
    ]


def first_counts(study: Study) -> ReplicationCounts:
    """Return how many replications each organisation gets in any case."""
    return {(c.name, name): study.replications for c in study.cases for name in study.organisations}


def next_counts(
    study: Study, results: ResultsFolder, counts: ReplicationCounts
) -> ReplicationCounts:
    """Return how many replications each organisation should have, once those counted are done.

    It depends on nothing but the results so far; the same counts again mean that there are enough.
    Replications that failed are left out of what is looked at.
    """
    if study.until is not None:
        return _counts_until_precise(study, results, counts, study.until)
    if study.best is not None:
        return _counts_for_best(study, results, counts, study.best)
    return counts


def _counts_until_precise(
    study: Study, results: ResultsFolder, counts: ReplicationCounts, until: PrecisionGoal
) -> ReplicationCounts:
    """Give all organisations of all cases more until the widest interval is narrow enough."""
    now = max(counts.values())
    wanted = max(
        _replications_for_interval(value, until, study)
        for value in _stopping_values(study, results, now, until)
    )
    more = max(now, min(wanted, 2 * now, until.max))
    return dict.fromkeys(counts, more)


def _stopping_values(
    study: Study, results: ResultsFolder, now: int, until: PrecisionGoal
) -> list[Floats]:
    """Return the values by replication whose intervals are to be narrow."""
    values = []
    for case in study.cases:
        base, *others = (
            replication_values(study, results, case, name, now, until.indicator)
            for name in study.organisations
        )
        values += [other - base for other in others] or [base]
    return values


def _replications_for_interval(values: Floats, until: PrecisionGoal, study: Study) -> int:
    """Return how many replications one interval needs; those there are if it is narrow enough."""
    level = bonferroni_confidence(CONFIDENCE, len(study.organisations) - 1)
    if is_precise(values, until.half_width, level):
        return len(values)
    if half_width(values, level) <= until.half_width:
        return len(values) + CONFIRMING_RUNS
    needed = replications_needed(values, until.half_width, level)
    return max(needed + LOOK_AHEAD if needed is not None else 0, len(values) + CONFIRMING_RUNS)


def _counts_for_best(
    study: Study, results: ResultsFolder, counts: ReplicationCounts, best: BestSelection
) -> ReplicationCounts:
    """Give those still in the running a few more, until one is left."""
    table, now = _values_by_replication(study, results, counts, best), max(counts.values())
    state = selection_state(table, selection_of_best(study, best))
    is_over = state.is_decided or len(table) >= state.at_most
    if is_over or now >= best.max:
        return counts
    more = min(now + CONTENDER_STEP, best.max)
    names = list(study.organisations)
    still = {names[contender] for contender in state.contenders}
    return {key: more if key[1] in still else count for key, count in counts.items()}


def _values_by_replication(
    study: Study, results: ResultsFolder, counts: ReplicationCounts, best: BestSelection
) -> Floats:
    """Return the values of all organisations by replication, NaN from where one was let go.

    A replication that failed in any organisation that should have it is left out for all.
    """
    case, now = study.cases[0], max(counts.values())
    columns = [
        replication_values(study, results, case, name, now, best.indicator)
        for name in study.organisations
    ]
    table = np.column_stack(columns)
    wanted = np.array([counts[case.name, name] for name in study.organisations])
    should = np.arange(now)[:, None] < wanted[None, :]
    return table[~(np.isnan(table) & should).any(axis=1)]


def rank_organisations(
    study: Study, results: ResultsFolder, counts: ReplicationCounts
) -> list[RankedOrganisation]:
    """Return how the organisations of a search for the best came out, best first; or nothing."""
    if study.best is None:
        return []
    table = _values_by_replication(study, results, counts, study.best)
    rule = selection_of_best(study, study.best)
    state = selection_state(table, rule)
    among = contenders_for_best(table, rule.direction, study.best.confidence)
    ranking = [
        RankedOrganisation(
            organisation=name,
            mean=float(np.nanmean(table[:, column])),
            replications=int((~np.isnan(table[:, column])).sum()),
            let_go_after=int(state.let_go_after[column]),
            is_among_best=column in among,
        )
        for column, name in enumerate(study.organisations)
    ]
    sign = -1 if rule.direction == "higher" else 1
    return sorted(ranking, key=lambda entry: (entry.let_go_after > 0, sign * entry.mean))


def selection_of_best(study: Study, best: BestSelection) -> SelectionRule:
    """Return what a ranking asks."""
    direction = indicator_directions()[best.indicator]
    assert direction != "neither", "checked when the experiment was loaded"
    return SelectionRule(best.margin, direction, study.replications, 1 - best.confidence)


def replication_values(
    study: Study, results: ResultsFolder, case: Case, name: str, count: int, indicator: str
) -> Floats:
    """Return an indicator of an organisation by replication; NaN where there is no run."""
    runs = [study.run(case, name, number) for number in range(count)]
    finished = [run for run in runs if results.run_file(run).exists()]
    value_of = dict(zip(finished, results.values(finished, indicator), strict=True))
    return np.array([value_of.get(run, np.nan) for run in runs])
