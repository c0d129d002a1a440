"""Runs a study and writes its tables and manifest; reads what one in progress tells so far."""

from __future__ import annotations

import itertools
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from akuttsim.errors import InputError, Problem
from akuttsim.experiments import sequential_stopping
from akuttsim.experiments.design import Case
from akuttsim.experiments.executor import StandingProcesses
from akuttsim.experiments.manifest import (
    CompanionRuns,
    FailedRun,
    InterruptedStudy,
    Manifest,
    RunTimes,
    StudyInProgress,
)
from akuttsim.experiments.result_tables import (
    Confirmation,
    PairedPeople,
    TableScope,
    build_tables,
    cases_table,
    companion_runs,
    confirmation_entry,
    organisations_with_other_patients,
    runs_of_case,
    told_tables,
    write_confirmation,
)
from akuttsim.experiments.results import (
    PAGE_DATA_KINDS,
    SO_FAR_FOLDER,
    Results,
    ResultsFolder,
    read_failures,
    read_in_progress,
    read_results,
    write_in_progress,
)
from akuttsim.experiments.run_identity import RunId, of_other_reach
from akuttsim.experiments.run_worker import (
    FinishedRun,
    RunBatch,
    StudyRuns,
    TallyRun,
    files_beside,
    region_key,
)
from akuttsim.experiments.sensitivity_table import OutcomesByCase
from akuttsim.experiments.study import Study
from akuttsim.experiments.study_manifest import build_manifest, study_in_progress, utc_timestamp
from akuttsim.texts import message


def read_results_so_far(folder: Path) -> Results:
    """Read a results folder; of a study that is not finished, what its runs tell so far.

    The tables of the latter are written to the folder `so-far` in it.

    Raises:
        InputError: There are no results, or not one run of the study is finished.
    """
    plan = read_in_progress(folder)
    if plan is None:
        return read_results(folder)
    files = ResultsFolder(folder)
    runs = [run for of in plan.runs_of for run in files.finished(*of)]
    if not runs:
        what = message("experiments.results.not_one_run")
        raise InputError([Problem("", 0, str(folder), what)])
    _write_tables_so_far(files, runs, plan)
    return read_results(folder / SO_FAR_FOLDER)


def _write_tables_so_far(files: ResultsFolder, runs: list[RunId], plan: StudyInProgress) -> None:
    """Write the tables and the manifest of finished runs, as of a study of no more than these."""
    part = _FinishedPart.of(runs, plan)
    base, first_case = part.organisations[0], part.cases[0]
    target = ResultsFolder(files.folder / SO_FAR_FOLDER)
    files.gather(part.runs, target.folder)
    most = max(Counter((run.case, run.organisation) for run in part.runs).values())
    people = PairedPeople(files.folder, part.runs)
    scope = TableScope.of_manifest(plan, part.organisations, part.cases)
    tables = build_tables(scope, target.sheets(most), people)
    others = of_other_reach(plan.organisations, base)
    first = runs_of_case(part.runs, first_case)
    differing = organisations_with_other_patients(people, first, (base, others))
    tables["differences.csv"] = Confirmation(differing, None).of(
        tables["differences.csv"], first_case
    )
    tables |= told_tables(people, scope, tables, plan)
    tables["cases.csv"] = pd.DataFrame(plan.levels, columns=["case", "factor", "level"])
    tables["overloads.csv"] = files.overloads(part.runs)
    for kind in (*PAGE_DATA_KINDS, "failed"):
        if (files.folder / kind).is_dir():
            shutil.copytree(files.folder / kind, target.folder / kind, dirs_exist_ok=True)
    target.conclude(tables, _manifest_so_far(files, runs, part, plan))


@dataclass(frozen=True)
class _FinishedPart:
    """What of a study is finished and has something to be compared with.

    Attributes:
        cases: The cases that have a finished run.
        organisations: The organisations that have one in the first of these cases, the base first.
        runs: The finished runs of these organisations.
    """

    cases: list[str]
    organisations: list[str]
    runs: list[RunId]

    @classmethod
    def of(cls, runs: list[RunId], plan: StudyInProgress) -> _FinishedPart:
        """Leave out what has no run to compare with."""
        begun_cases = {run.case for run in runs}
        cases = [case for case in plan.cases if case in begun_cases]
        begun = {run.organisation for run in runs if run.case == cases[0]}
        names = [name for name in plan.organisations if name in begun]
        return cls(cases, names, [run for run in runs if run.organisation in begun])

    def counts(self) -> dict[str, int]:
        """Return how many replications each organisation has in the first case."""
        finished = Counter(run.organisation for run in self.runs if run.case == self.cases[0])
        return {name: finished[name] for name in self.organisations}


def _manifest_so_far(
    files: ResultsFolder, runs: list[RunId], part: _FinishedPart, plan: StudyInProgress
) -> Manifest:
    """Return the manifest of what is finished; the same runs give the same one."""
    ended = max(files.run_file(run).stat().st_mtime for run in runs)
    failures = [FailedRun(**failure._asdict()) for failure in read_failures(files.folder)]
    counts = part.counts()
    return plan.manifest(
        base=part.organisations[0],
        cases=part.cases,
        organisations={name: plan.organisations[name] for name in part.organisations},
        replications=min(counts.values()),
        runs=counts,
        simultaneous=TableScope.of_manifest(plan, part.organisations, part.cases).at_once,
        ranking=[],
        failed=failures,
        times=RunTimes(began=plan.times.began, ended=utc_timestamp(ended)),
        interrupted=InterruptedStudy(
            done=len(runs),
            planned=max(plan.planned, len(runs)),
            failed=len(failures),
            damaged=[run.told for run in files.damaged],
            without=[
                config["title"] for name, config in plan.organisations.items() if name not in counts
            ],
        ),
    )


TellRuns = Callable[[int], None]
"""Told how many more runs are done."""

MOST_RUNS_IN_BATCH = 6
"""Runs that one process does on the same patients before it takes others."""


@dataclass(frozen=True)
class RunOptions:
    """How a study is executed, and what is kept of it.

    Attributes:
        workers: Processes on this machine, one being this process itself; None for as many as it
            has cores. With `cluster` it only says how small the last pieces of work are.
        resume: Go on in a folder that already holds runs; those of the same inputs are not done
            again.
        keep_records: Store every patient, activity and trip (about 40 MB a run).
        cluster: Address of a Dask scheduler, such as tcp://host:8786; None for this machine.
        watch: Told how many runs are to be done now, and each that has ended.
        tally: What is wanted of each run besides its indicators; `watch` is told.
        found_damaged: Told the runs that were not as they were written, which are done again.
        standing: Processes that stand ready, in place of starting `workers`.
    """

    workers: int | None = 1
    resume: bool = False
    keep_records: bool = False
    cluster: str | None = None
    watch: Callable[[int, FinishedRun | None], None] = field(default=lambda more, ended: None)
    tally: TallyRun | None = None
    found_damaged: Callable[[Sequence[RunId]], None] = field(default=lambda runs: None)
    standing: StandingProcesses | None = None


def run_study(
    study: Study,
    folder: Path,
    options: RunOptions = RunOptions(),
    tell: TellRuns = lambda more: None,
) -> list[FinishedRun]:
    """Do all runs of a study that the folder lacks, and write its tables and manifest.

    Each finished run is kept at once, so that a study which is stopped can go on. Runs that failed
    twice are left out, and the reason is kept; the others go on.

    Args:
        study: The study.
        folder: The results folder, which is made.
        options: How it is executed and what is kept.
        tell: Told how many more runs are done.

    Returns:
        The runs that failed, with the reason.

    Raises:
        InputError: The folder holds results and is not to be resumed, or every run failed.
        KeyboardInterrupt: Somebody stopped it; all finished runs are in place.
    """
    results = ResultsFolder(folder)
    with results.filling(options.resume):
        return _run_and_conclude(study, results, options, tell)


def _run_and_conclude(
    study: Study, results: ResultsFolder, options: RunOptions, tell: TellRuns
) -> list[FinishedRun]:
    """Do what a folder lacks, conclude it, and return the runs that failed."""
    began = time.time()

    execute = partial(_execute_missing, study, results, options)
    results.forget_failures()
    write_in_progress(results.folder, study_in_progress(study, began))
    counts, failed = _run_until_enough(study, results, execute, tell)
    runs = [run for run in sequential_stopping.runs_for_counts(study, counts) if run not in failed]
    if not runs:
        what = message(
            "experiments.run.all_failed", failed=results.failure_file(next(iter(failed)))
        )
        raise InputError([Problem("", 0, study.name, what)])
    ranking = sequential_stopping.rank_organisations(study, results, counts)
    again, lost = _run_companions(study, results, runs, execute, tell)
    failed |= lost
    manifest = build_manifest(study, began).changed(
        ranking=ranking,
        failed=[
            FailedRun(case=run.case, organisation=run.organisation, replication=run.replication)
            for run in failed
        ],
        everybody_comes=again.entry,
    )
    write_tables_and_manifest(study, results, runs, manifest, again.runs)
    return list(failed.values())


class _CompanionOutcome(NamedTuple):
    """Runs with everybody made to come, and what the manifest says of them."""

    runs: list[RunId]
    entry: CompanionRuns | None


def _run_companions(
    study: Study,
    results: ResultsFolder,
    runs: Sequence[RunId],
    work: RunExecutor,
    tell: TellRuns,
) -> tuple[_CompanionOutcome, dict[RunId, FinishedRun]]:
    """Do the runs with everybody made to come, where others come; return them and what failed."""
    began = time.monotonic()
    wanted = companion_runs(study, results, runs)
    if not wanted:
        return _CompanionOutcome([], None), {}
    failed = _run_missing(study, results, wanted, work, tell)
    finished = [run for run in wanted if run not in failed]
    entry = confirmation_entry(study, finished, time.monotonic() - began)
    return _CompanionOutcome(finished, entry), failed


RunExecutor = Callable[[Sequence[RunId]], Iterator[FinishedRun]]
"""Does runs, and tells of each that has ended."""


def _run_until_enough(
    study: Study, results: ResultsFolder, work: RunExecutor, tell: TellRuns
) -> tuple[sequential_stopping.ReplicationCounts, dict[RunId, FinishedRun]]:
    """Do runs until there are enough; return how many there are, and which of them failed."""
    counts, more = None, sequential_stopping.first_counts(study)
    requested: set[RunId] = set()
    failed: dict[RunId, FinishedRun] = {}
    while more != counts:
        counts = more
        runs = [
            run for run in sequential_stopping.runs_for_counts(study, counts) if run not in failed
        ]
        new = [run for run in runs if run not in requested]
        requested.update(new)
        failed |= _run_missing(study, results, new, work, tell)
        more = sequential_stopping.next_counts(study, results, counts)
    return more, failed


def _run_missing(
    study: Study,
    results: ResultsFolder,
    runs: Sequence[RunId],
    work: RunExecutor,
    tell: TellRuns,
) -> dict[RunId, FinishedRun]:
    """Do those of some runs that a folder lacks; return which of them failed."""
    folder = results.folder
    missing = [run for run in runs if not results.has(run, files_beside(study, folder, run))]
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


def _execute_missing(
    study: Study, results: ResultsFolder, options: RunOptions, missing: Sequence[RunId]
) -> Iterator[FinishedRun]:
    """Do runs where they are to be done, while somebody watches."""
    if results.damaged:
        options.found_damaged(results.damaged)
        results.damaged = []
    options.watch(len(missing), None)
    workers = options.workers or default_workers()
    batches = _batches_by_patients(study, missing, workers)
    runs = StudyRuns(study, results.folder, options.keep_records, options.tally)
    started = workers if len(missing) > 1 else 1
    for finished in runs.execute(batches, started, options.cluster, options.standing):
        options.watch(0, finished)
        yield finished


def _batches_by_patients(study: Study, missing: Sequence[RunId], workers: int) -> list[RunBatch]:
    """Return the runs by region and replication, so that patients are drawn once for several.

    Towards the end batches become smaller, to single runs, so that no process waits long for the
    last one, though patients are then drawn anew for some.
    """
    cases = study.cases if study.companion is None else (*study.cases, study.companion)
    regions = list(dict.fromkeys(region_key(case) for case in cases))
    place = {case.name: regions.index(region_key(case)) for case in cases}

    chains = _places_of_chains(study)

    def patients_of(run: RunId) -> tuple[int, int]:
        return (place[run.case], run.replication)

    def chain_of(run: RunId) -> tuple[int, int, int]:
        return (*patients_of(run), chains[run.case, run.organisation])

    ordered = sorted(missing, key=chain_of)
    batches: list[RunBatch] = []
    remaining = len(ordered)
    for _, group in itertools.groupby(ordered, key=patients_of):
        together = list(group)
        while together:
            most = max(min(MOST_RUNS_IN_BATCH, remaining // (2 * max(workers, 1))), 1)
            batches.append(together[:most])
            together = together[most:]
            remaining -= len(batches[-1])
    return batches


def _places_of_chains(study: Study) -> dict[tuple[str, str], int]:
    """Return an order of cases and organisations in which those whose chain is the same meet."""
    cases = study.cases if study.companion is None else (*study.cases, study.companion)
    place: dict[tuple[Case, str], int] = {}
    return {
        (case.name, name): place.setdefault((case.before_outcomes, name), len(place))
        for case in cases
        for name in study.organisations
    }


def write_tables_and_manifest(
    study: Study,
    results: ResultsFolder,
    runs: list[RunId],
    manifest: Manifest,
    again: Sequence[RunId] = (),
) -> None:
    """Write the tables of finished runs and the manifest.

    Args:
        study: The study.
        results: Its folder.
        runs: Its finished runs.
        manifest: What is known of it but the number of runs and how far intervals are widened.
        again: The runs with everybody made to come, which verdicts are confirmed by.
    """
    results.reopen()
    results.gather(runs)
    results.gather_overloads(runs)
    scope = TableScope.of(study)
    counts = Counter((run.case, run.organisation) for run in runs)
    of_first = {name: counts[study.cases[0].name, name] for name in study.organisations}
    manifest = manifest.changed(simultaneous=scope.at_once, runs=of_first)
    most = max(counts.values())
    outcomes = OutcomesByCase(study)
    people = PairedPeople(results.folder, runs)
    parts = (outcomes.taken_from(sheets) for sheets in results.sheets(most))
    tables = build_tables(scope, parts, people)
    differing = organisations_with_other_patients(
        people, runs_of_case(runs, study.cases[0].name), (study.base, study.of_other_reach)
    )
    confirming = Confirmation(differing, write_confirmation(scope, results, again))
    tables["differences.csv"] = confirming.of(tables["differences.csv"], study.cases[0].name)
    tables |= told_tables(people, scope, tables, manifest)
    if len(study.cases) > 1:
        sensitivity = outcomes.table(tables["summary.csv"], tables["differences.csv"], people)
        tables["sensitivity.csv"] = sensitivity
    tables |= study.callers.tables(results.folder, runs)
    results.conclude({**tables, "cases.csv": cases_table(study)}, manifest)
