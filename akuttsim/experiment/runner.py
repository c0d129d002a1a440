"""The runner: spreads the runs of a study over processes, and gathers what they leave."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from akuttsim.analysis.compare import DIFFERENCES, Judging, differences, summarise
from akuttsim.analysis.intervals import CONFIDENCE, simultaneous
from akuttsim.errors import InputError, Problem
from akuttsim.experiment import steps
from akuttsim.experiment.cases import in_words
from akuttsim.experiment.cluster import clustered
from akuttsim.experiment.influence import Outcomes
from akuttsim.experiment.manifest import failures, manifest
from akuttsim.experiment.pool import Batch, Job, done_here, pooled
from akuttsim.experiment.study import Study
from akuttsim.experiment.unfinished import plan
from akuttsim.experiment.work import Done, region_key
from akuttsim.records import Sheet
from akuttsim.store.begun import keep_begun
from akuttsim.store.results import ResultsFolder, RunId

Told = Callable[[int], None]
"""Told how many more runs are done."""

MOST_IN_BATCH = 6
"""Runs that one process does on the same patients before it takes others."""


def _nobody(_: int, __: Done | None) -> None:
    """Watch nothing."""


@dataclass(frozen=True)
class How:
    """How runs are done and what is kept: the records too, on a cluster, and who watches.

    `watch` is told how many runs are to be done now, and each that has ended.
    """

    records: bool = False
    cluster: str | None = None
    watch: Callable[[int, Done | None], None] = field(default=_nobody)


def run_study(
    study: Study,
    folder: Path,
    workers: int,
    tell: Told,
    *,
    resume: bool = False,
    how: How = How(),
) -> list[Done]:
    """Do all runs of a study that the folder lacks, and write its tables and manifest.

    Each finished run is kept at once. Runs that failed twice are returned with the reason, which is
    kept too; the others go on. Raises InputError if the folder holds results and `resume` is not
    set, or if every run failed; KeyboardInterrupt leaves all finished runs in place.
    """
    results, began = ResultsFolder(folder), time.time()
    results.begin(resume)
    results.forget_failures()
    keep_begun(folder, plan(study, began))
    job = Job(study, folder, how.records)
    counts, failed = _enough(job, results, lambda missing: _ended(job, missing, workers, how), tell)
    runs = [run for run in steps.runs_of(study, counts) if run not in failed]
    if not runs:
        what = (
            f"every run failed; the first reason is in {results.failure_file(next(iter(failed)))}"
        )
        raise InputError([Problem("", 0, study.name, what)])
    ranking = [asdict(each) for each in steps.ranked(study, results, counts)]
    made = {"ranking": ranking, "failed": failures(list(failed))}
    conclude(study, results, runs, {**manifest(study, began), **made})
    return list(failed.values())


Work = Callable[[Sequence[RunId]], Iterator[Done]]
"""Does runs, and tells of each that has ended."""


def _enough(
    job: Job, results: ResultsFolder, work: Work, tell: Told
) -> tuple[steps.Counts, dict[RunId, Done]]:
    """Do runs until there are enough; return how many there are, and which of them failed."""
    counts, more = None, steps.first_counts(job.study)
    seen: set[RunId] = set()
    failed: dict[RunId, Done] = {}
    while more != counts:
        counts = more
        runs = [run for run in steps.runs_of(job.study, counts) if run not in failed]
        missing = [run for run in runs if not results.has(run)]
        tell(len(set(runs) - seen - set(missing)))
        seen.update(runs)
        for done in work(missing):
            if done.failure is not None:
                failed[done.run] = done
                results.keep_failure(done.run, done.failure)
            tell(1)
        more = steps.next_counts(job.study, results, counts)
    return more, failed


def default_workers() -> int:
    """Return how many processes to use: the cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _ended(job: Job, missing: Sequence[RunId], workers: int, how: How) -> Iterator[Done]:
    """Do runs where they are to be done, while somebody watches."""
    how.watch(len(missing), None)
    batches = _batches(job.study, missing, workers)
    if how.cluster is not None:
        ended = clustered(job, batches, how.cluster)
    elif workers <= 1 or len(missing) <= 1:
        ended = done_here(job, batches)
    else:
        ended = pooled(job, batches, workers)
    for done in ended:
        how.watch(0, done)
        yield done


def _batches(study: Study, missing: Sequence[RunId], workers: int) -> list[Batch]:
    """Return the runs by region and replication, so that patients are drawn once for several."""
    regions = list(dict.fromkeys(region_key(case) for case in study.cases))
    place = {case.name: regions.index(region_key(case)) for case in study.cases}

    def patients_of(run: RunId) -> tuple[int, int]:
        return (place[run.case], run.replication)

    ordered = sorted(missing, key=patients_of)
    most = max(min(MOST_IN_BATCH, len(missing) // max(workers, 1)), 1)
    return [
        together[start : start + most]
        for together in (list(group) for _, group in itertools.groupby(ordered, key=patients_of))
        for start in range(0, len(together), most)
    ]


def conclude(study: Study, results: ResultsFolder, runs: list[RunId], made: dict[str, Any]) -> None:
    """Write the tables of finished runs and the manifest, which begins with what `made` has."""
    results.gather(runs)
    results.gather_overloads(runs)
    comparisons = len(study.organisations) - 1
    level = simultaneous(CONFIDENCE, comparisons)
    at_once = {"comparisons": comparisons, "confidence": level}
    made["simultaneous"] = at_once if comparisons > 1 else None
    made["runs"] = _counted(study, runs)
    tables = _tables(study, results.sheets(runs), Judging(study.margins, level))
    results.conclude({**tables, "cases.csv": _cases(study)}, made)


def _tables(study: Study, sheets: Iterator[Sheet], judging: Judging) -> dict[str, pd.DataFrame]:
    """Return summary, differences from the base, and effects of the cases against the first.

    All indicators are told of the first case; of others those that organisations are judged by.
    With several cases there is also what moves the outcomes.
    """
    summary, against_base, effects = [], [none := pd.DataFrame(columns=DIFFERENCES)], [none]
    bases: dict[str, Sheet] = {}
    firsts: dict[str, Sheet] = {}
    judged, outcomes = frozenset(study.judged_by), Outcomes(study)
    for sheet in sheets:
        outcomes.take(sheet)
        is_first = sheet.case == study.cases[0].name
        wanted = None if is_first else judged
        summary.append(summarise(sheet, study.targets, wanted))
        if sheet.organisation == study.base:
            bases = {sheet.case: sheet}
        elif sheet.case in bases:
            against_base.append(differences(sheet, bases[sheet.case], judging, wanted))
        if is_first:
            firsts[sheet.organisation] = sheet
        elif sheet.organisation in firsts:
            plain = Judging(study.margins)
            effects.append(differences(sheet, firsts[sheet.organisation], plain, judged))
    tables = {
        "summary.csv": pd.concat(summary),
        "differences.csv": _joined(against_base),
        "effects.csv": _joined(effects),
    }
    if len(study.cases) > 1:
        moved = outcomes.table(tables["summary.csv"], tables["differences.csv"])
        tables["sensitivity.csv"] = moved
    return tables


def _joined(tables: list[pd.DataFrame]) -> pd.DataFrame:
    there = [table for table in tables if len(table)]
    return pd.concat(there) if there else tables[0]


def _cases(study: Study) -> pd.DataFrame:
    rows = [
        (case.name, factor, in_words(level))
        for case in study.cases
        for factor, level in case.levels
    ]
    return pd.DataFrame(rows, columns=["case", "factor", "level"])


def _counted(study: Study, runs: Sequence[RunId]) -> dict[str, int]:
    """Return how many replications each organisation has in the first case."""
    first = study.cases[0].name
    return {
        name: sum(run.organisation == name and run.case == first for run in runs)
        for name in study.organisations
    }
