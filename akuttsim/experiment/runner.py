"""The runner: spreads the runs of a study over processes, and gathers what they leave."""

from __future__ import annotations

import itertools
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from akuttsim.errors import InputError, Problem
from akuttsim.experiment import steps
from akuttsim.experiment.cluster import clustered
from akuttsim.experiment.everybody_comes import (
    Confirming,
    companion_runs,
    concluded,
    of_case,
    told,
    who_differ,
)
from akuttsim.experiment.influence import Outcomes
from akuttsim.experiment.manifest import failures, manifest
from akuttsim.experiment.pairing import People
from akuttsim.experiment.pool import Batch, Job, done_here, pooled
from akuttsim.experiment.study import Study
from akuttsim.experiment.tables import Asked, cases_table, tables
from akuttsim.experiment.unfinished import plan
from akuttsim.experiment.work import Done, region_key
from akuttsim.records import Sheet
from akuttsim.store.begun import keep_begun
from akuttsim.store.results import WHO_NOTICES, ResultsFolder
from akuttsim.store.runs import RunId

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
    results = ResultsFolder(folder)
    with results.filling(resume):
        return _done(Job(study, folder, how.records), results, workers, tell, how)


def _done(job: Job, results: ResultsFolder, workers: int, tell: Told, how: How) -> list[Done]:
    """Do what a folder lacks, conclude it, and return the runs that failed."""
    study, began = job.study, time.time()
    results.forget_failures()
    keep_begun(results.folder, plan(study, began))
    counts, failed = _enough(job, results, lambda missing: _ended(job, missing, workers, how), tell)
    runs = [run for run in steps.runs_of(study, counts) if run not in failed]
    if not runs:
        what = (
            f"every run failed; the first reason is in {results.failure_file(next(iter(failed)))}"
        )
        raise InputError([Problem("", 0, study.name, what)])
    ranking = [asdict(each) for each in steps.ranked(study, results, counts)]
    again, lost = _again(
        job, results, runs, lambda missing: _ended(job, missing, workers, how), tell
    )
    failed |= lost
    made = {"ranking": ranking, "failed": failures(list(failed)), EVERYBODY: again.told}
    conclude(study, results, runs, {**manifest(study, began), **made}, again.runs)
    return list(failed.values())


EVERYBODY = "everybody_comes"
"""The key of the manifest that tells of the runs with everybody made to come."""


class _Again(NamedTuple):
    """Runs with everybody made to come, and what the manifest tells of them."""

    runs: list[RunId]
    told: dict[str, Any] | None


def _again(
    job: Job, results: ResultsFolder, runs: Sequence[RunId], work: Work, tell: Told
) -> tuple[_Again, dict[RunId, Done]]:
    """Do the runs with everybody made to come, where others come; return them and what failed."""
    began = time.monotonic()
    wanted = companion_runs(job.study, results, runs)
    if not wanted:
        return _Again([], None), {}
    failed = _worked_off(results, wanted, work, tell)
    there = [run for run in wanted if run not in failed]
    return _Again(there, told(job.study, there, time.monotonic() - began)), failed


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
        new = [run for run in runs if run not in seen]
        seen.update(new)
        failed |= _worked_off(results, new, work, tell)
        more = steps.next_counts(job.study, results, counts)
    return more, failed


def _worked_off(
    results: ResultsFolder, runs: Sequence[RunId], work: Work, tell: Told
) -> dict[RunId, Done]:
    """Do those of some runs that a folder lacks; return which of them failed."""
    missing = [run for run in runs if not results.has(run)]
    tell(len(runs) - len(missing))
    failed = {}
    for done in work(missing):
        if done.failure is not None:
            failed[done.run] = done
            results.keep_failure(done.run, done.failure)
        tell(1)
    return failed


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
    """Return the runs by region and replication, so that patients are drawn once for several.

    Towards the end batches become smaller, to single runs, so that no process waits long for the
    last one, though patients are then drawn anew for some.
    """
    cases = study.cases if study.companion is None else (*study.cases, study.companion)
    regions = list(dict.fromkeys(region_key(case) for case in cases))
    place = {case.name: regions.index(region_key(case)) for case in cases}

    def patients_of(run: RunId) -> tuple[int, int]:
        return (place[run.case], run.replication)

    ordered = sorted(missing, key=patients_of)
    batches: list[Batch] = []
    left = len(ordered)
    for _, group in itertools.groupby(ordered, key=patients_of):
        together = list(group)
        while together:
            most = max(min(MOST_IN_BATCH, left // (2 * max(workers, 1))), 1)
            batches.append(together[:most])
            together = together[most:]
            left -= len(batches[-1])
    return batches


def conclude(
    study: Study,
    results: ResultsFolder,
    runs: list[RunId],
    made: dict[str, Any],
    again: Sequence[RunId] = (),
) -> None:
    """Write the tables of finished runs and the manifest, which begins with what `made` has.

    `again` are the runs with everybody made to come, which verdicts are confirmed by.
    """
    results.reopen()
    results.gather(runs)
    results.gather_overloads(runs)
    asked = Asked.of(study)
    made["simultaneous"] = asked.at_once
    made["runs"] = _counted(study, runs)
    most = max(Counter((run.case, run.organisation) for run in runs).values())
    outcomes = Outcomes(study)
    people = People(results.folder, runs)
    found = tables(asked, (_noted(part, outcomes) for part in results.sheets(most)), people)
    differing = who_differ(people, of_case(runs, study.cases[0].name), study.base)
    confirming = Confirming(differing, concluded(asked, results, again))
    found["differences.csv"] = confirming.of(found["differences.csv"], study.cases[0].name)
    found[WHO_NOTICES] = people.who_notices(study.base, study.cases[0].name)
    if len(study.cases) > 1:
        moved = outcomes.table(found["summary.csv"], found["differences.csv"], people)
        found["sensitivity.csv"] = moved
    found |= study.callers.tables(results.folder, runs)
    results.conclude({**found, "cases.csv": cases_table(study)}, made)


def _noted(sheets: Iterator[Sheet], outcomes: Outcomes) -> Iterator[Sheet]:
    """Yield sheets, and note of each what moves outcomes."""
    for sheet in sheets:
        outcomes.take(sheet)
        yield sheet


def _counted(study: Study, runs: Sequence[RunId]) -> dict[str, int]:
    """Return how many replications each organisation has in the first case."""
    first = study.cases[0].name
    found = Counter(run.organisation for run in runs if run.case == first)
    return {name: found[name] for name in study.organisations}
