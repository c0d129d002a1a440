"""Trials of a calibration: organisations simulated at points with the same seeds."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np

from akuttsim.errors import InputError, Problem
from akuttsim.experiments.design import Case
from akuttsim.experiments.executor import (
    Executor,
    Job,
    TellProgress,
    WorkerDiedError,
    open_executor,
)
from akuttsim.experiments.files import read_indicators
from akuttsim.experiments.results import ResultsFolder
from akuttsim.experiments.run_files import RunId
from akuttsim.experiments.run_worker import PreparedStudy, run_with_retry, store_run
from akuttsim.experiments.study import Study
from akuttsim.optimisation.calibration.calibration_question import CalibrationQuestion
from akuttsim.optimisation.calibration.calibration_search import Point
from akuttsim.records import Flags, Floats, Key, Sheet
from akuttsim.texts import message

TRIAL_CRASH = message("experiments.calibration.died")

RunValues = dict[Key, tuple[float, int, str]]
"""Value, how many cases it is of, and unit, of the indicators wanted of one run."""


class TrialJob(NamedTuple):
    """What every process of a calibration needs to know.

    Attributes:
        study: The study; its own cases are not used.
        keys: The indicators that are wanted.
        folder: Where finished runs are stored.
    """

    study: Study
    keys: frozenset[Key]
    folder: Path


class TrialTask(NamedTuple):
    """Some replications of some organisations in one case."""

    case: Case
    organisations: tuple[str, ...]
    replications: tuple[int, ...]


class TrialBench:
    """Runs trial tasks, in processes or in this one."""

    def __init__(self, job: TrialJob, executor: Executor[TrialTask, list[RunValues]]) -> None:
        """Take what the tasks are about, and who does them."""
        self._job, self._executor = job, executor

    def run_tasks(self, tasks: Sequence[TrialTask]) -> Iterator[list[RunValues]]:
        """Yield, for each task, its runs: organisation by organisation, then replications."""
        try:
            yield from self._executor.in_order(tasks)
        except WorkerDiedError:
            raise InputError([Problem("", 0, self._job.study.name, TRIAL_CRASH)]) from None


@contextmanager
def open_trial_bench(job: TrialJob, workers: int) -> Iterator[TrialBench]:
    """Open a bench with so many processes; one is this process itself."""
    with open_executor(Job(run_trial_task, TrialJob, tuple(job)), workers) as executor:
        yield TrialBench(job, executor)


def run_trial_task(job: TrialJob, task: TrialTask) -> list[RunValues]:
    """Do the runs of a task that the folder lacks. Raises InputError with the reason if one fails.

    The plain case stands first, so that no trial is one that a page draws.
    """
    study = job.study
    prepared = PreparedStudy(dataclasses.replace(study, cases=(Case(), task.case)), False)
    runs = [
        study.run(task.case, name, number)
        for number in task.replications
        for name in task.organisations
    ]
    values = {run: _run_values(job, prepared, run) for run in runs}
    return [values[run] for run in sorted(runs, key=lambda run: task.organisations.index(run[0]))]


def _run_values(job: TrialJob, prepared: PreparedStudy, run: RunId) -> RunValues:
    """Return what is wanted of a run, which is done and kept if it is not there already."""
    results = ResultsFolder(job.folder)
    if not results.has(run):
        measured = run_with_retry(prepared, run)
        if isinstance(measured, str):
            levels = ", ".join(
                f"{name} = {level:g}" for name, level in prepared.study.cases[1].levels
            )
            what = message(
                "experiments.calibration.trial_failed",
                levels=levels,
                splitlines=measured.strip().splitlines()[-1],
            )
            raise InputError([Problem("", 0, run.organisation, what)])
        store_run(results, measured, ())
    return _stored_run_values(results.run_file(run), job.keys)


def _stored_run_values(path: Path, keys: frozenset[Key]) -> RunValues:
    """Read the indicators that are wanted of a run."""
    names = sorted({indicator for indicator, _, _ in keys})
    rows = read_indicators(path, [("indicator", "in", names)]).to_pylist()
    row_of_key = {(row["indicator"], row["group_by"], row["group"]): row for row in rows}
    return {
        key: (row["value"], row["n"], row["unit"]) for key, row in row_of_key.items() if key in keys
    }


class SimulatedTargets:
    """The targets of a question as simulated at points, each point once.

    Called with points it returns how far each fitted target is missed, in tolerances; targets held
    back are simulated too, and never told to whoever asks so.

    Attributes:
        units: The unit of each target, as soon as there is a trial.
    """

    def __init__(
        self, question: CalibrationQuestion, on: TrialBench, workers: int, tell: TellProgress
    ) -> None:
        """Begin with no trial."""
        self.units: tuple[str, ...] = ()
        """The unit of each target, as soon as there is a trial."""
        self._question, self._bench, self._tell = question, on, tell
        self._workers = workers
        self._values: dict[Point, Floats] = {}
        aims = list(question.calibration.targets.values())
        self._fitted = np.array([not aim.held_back for aim in aims])
        self._published = np.array([aim.value for aim in aims])
        self._width = np.array([aim.width for aim in aims])

    def __call__(self, points: Sequence[Point]) -> list[Floats]:
        """Simulate at points, and return the misses of the fitted targets at each."""
        whole = tuple(range(self._question.study.replications))
        parts = _even_parts(whole, self._workers if len(points) < self._workers else 1)
        base = (self._question.study.base,)
        tasks = [
            TrialTask(self._question.case(point), base, part) for point in points for part in parts
        ]
        came = self._bench.run_tasks(tasks)
        for point in points:
            runs = [run for _ in parts for run in next(came)]
            self._values[point] = self._table(runs)
            self._tell(1)
        return [self._misses(point) for point in points]

    def _table(self, runs: list[RunValues]) -> Floats:
        """Return replications x targets. Raises InputError for a target that has no value."""
        nothing = (float("nan"), 0, "")
        rows = [[run.get(key, nothing)[0] for key in self._question.keys] for run in runs]
        units = [{run[key][2] for run in runs if key in run} for key in self._question.keys]
        self.units = tuple(min(unit, default="") for unit in units)
        values = np.array(rows, dtype=np.float64)
        empty: Flags = np.asarray(np.isnan(values).all(axis=0))
        names = list(self._question.calibration.targets)
        what = message("experiments.calibration.nothing_simulated")
        if empty.any():
            lost = [name for name, none in zip(names, empty, strict=True) if none]
            raise InputError([Problem("", 0, f"targets.{name}", what) for name in lost])
        return values

    def _misses(self, point: Point) -> Floats:
        misses = (self.means(point) - self._published) / self._width
        fitted: Floats = misses[self._fitted]
        return fitted

    def means(self, point: Point) -> Floats:
        """Return the simulated mean of every target at a point that was tried."""
        means: Floats = np.nanmean(self._values[point], axis=0)
        return means

    def errors(self, point: Point) -> Floats:
        """Return the standard error of each mean; NaN with one value."""
        values = self._values[point]
        known = np.sum(~np.isnan(values), axis=0)
        spread = np.sqrt(np.nansum((values - self.means(point)) ** 2, axis=0))
        with np.errstate(divide="ignore", invalid="ignore"):
            errors: Floats = spread / np.sqrt((known - 1.0) * known)
        return errors


def _even_parts(replications: tuple[int, ...], count: int) -> list[tuple[int, ...]]:
    """Return replications in so many parts, in order, none of them empty."""
    count = min(count, len(replications))
    size = -(-len(replications) // count)
    return [replications[start : start + size] for start in range(0, len(replications), size)]


def trial_sheets(bench: TrialBench, question: CalibrationQuestion, point: Point) -> list[Sheet]:
    """Return the indicators of each organisation at a point.

    Args:
        bench: Runs the trials.
        question: Names the organisations: the calibrated one, then those to compare.
        point: Where the unknowns are.
    """
    study = question.study
    names, numbers = tuple(study.organisations), tuple(range(study.replications))
    (runs,) = bench.run_tasks([TrialTask(question.case(point), names, numbers)])
    size = len(numbers)
    return [
        _trial_sheet(name, runs[place * size : (place + 1) * size])
        for place, name in enumerate(names)
    ]


def _trial_sheet(organisation: str, runs: list[RunValues]) -> Sheet:
    keys = tuple(dict.fromkeys(key for run in runs for key in run))
    nothing = (float("nan"), 0, "")
    cells = [[run.get(key, nothing) for run in runs] for key in keys]
    return Sheet(
        case="trial",
        organisation=organisation,
        keys=keys,
        units={key[0]: unit for run in runs for key, (_, _, unit) in run.items()},
        replications=tuple(range(len(runs))),
        values=np.array([[cell[0] for cell in row] for row in cells]),
        counts=np.array([[cell[1] for cell in row] for row in cells]),
    )
