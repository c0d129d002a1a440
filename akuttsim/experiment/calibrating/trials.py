"""Trials: organisations simulated at points, always with the same seeds."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from akuttsim.errors import InputError, Problem
from akuttsim.experiment.calibrating.question import Question
from akuttsim.experiment.calibrating.search import Point
from akuttsim.experiment.cases import Case
from akuttsim.experiment.runner import Told
from akuttsim.experiment.study import Study
from akuttsim.experiment.work import Workplace, tried
from akuttsim.experiment.workers import processes
from akuttsim.records import Flags, Floats, Key, Sheet
from akuttsim.store.results import RunId

Kept = dict[Key, tuple[float, int, str]]
"""Value, how many cases it is of, and unit, of the indicators wanted of one run."""


class Task(NamedTuple):
    """Some replications of some organisations in one case."""

    case: Case
    organisations: tuple[str, ...]
    replications: tuple[int, ...]


class Bench:
    """Does tasks, here or in processes; `keys` are the indicators that are kept."""

    def __init__(self, study: Study, keys: frozenset[Key], pool: ProcessPoolExecutor | None):
        """Take a study whose cases are not used."""
        self._study, self._keys, self._pool = study, keys, pool

    def done(self, tasks: Sequence[Task]) -> list[list[Kept]]:
        """Return, for each task, its runs: organisation by organisation, then replications."""
        if self._pool is None:
            return [done(self._study, self._keys, task) for task in tasks]
        try:
            return list(self._pool.map(_done_there, tasks))
        except BrokenProcessPool:
            what = "a process died in a trial: killed, out of memory, or a crash of Python"
            raise InputError([Problem("", 0, self._study.name, what)]) from None


@contextmanager
def bench(study: Study, keys: frozenset[Key], workers: int) -> Iterator[Bench]:
    """Open a bench with so many processes; one is this process itself."""
    if workers <= 1:
        yield Bench(study, keys, None)
        return
    with processes(workers, _enter, study, keys) as pool:
        yield Bench(study, keys, pool)


_there: tuple[Study, frozenset[Key]] | None = None
"""What a process of the pool works on."""


def _enter(study: Study, keys: frozenset[Key]) -> None:
    global _there
    _there = (study, keys)


def _done_there(task: Task) -> list[Kept]:
    assert _there is not None
    return done(*_there, task)


def done(study: Study, keys: frozenset[Key], task: Task) -> list[Kept]:
    """Do the runs of a task. Raises InputError with the reason where one fails.

    The plain case stands first, so that no trial is one that a page draws.
    """
    place = Workplace(dataclasses.replace(study, cases=(Case(), task.case)), False)
    runs = [
        RunId(name, number, "", task.case.name)
        for number in task.replications
        for name in task.organisations
    ]
    kept = {run: _kept(place, run, keys) for run in runs}
    return [kept[run] for run in sorted(runs, key=lambda run: task.organisations.index(run[0]))]


def _kept(place: Workplace, run: RunId, keys: frozenset[Key]) -> Kept:
    found = tried(place, run)
    if isinstance(found, str):
        levels = ", ".join(f"{name} = {level:g}" for name, level in place.study.cases[1].levels)
        what = f"a trial failed ({levels}): {found.strip().splitlines()[-1]}"
        raise InputError([Problem("", 0, run.organisation, what)])
    rows = ((row[:3], row) for row in found.rows)
    return {key: (row.value, row.n, row.unit) for key, row in rows if key in keys}


class Simulated:
    """The targets of a question as simulated at points, each point once.

    Called with points it returns how far each target that is fitted is missed, in tolerances;
    targets held back are simulated too, and never told to whoever asks so.
    """

    def __init__(self, question: Question, on: Bench, workers: int, tell: Told) -> None:
        """Begin with no trial."""
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
        parts = _parts(whole, self._workers if len(points) < self._workers else 1)
        base = (self._question.study.base,)
        tasks = [Task(self._question.case(point), base, part) for point in points for part in parts]
        came = iter(self._bench.done(tasks))
        for point in points:
            runs = [run for _ in parts for run in next(came)]
            self._values[point] = self._table(runs)
            self._tell(1)
        return [self._misses(point) for point in points]

    def _table(self, runs: list[Kept]) -> Floats:
        """Return replications x targets. Raises InputError for a target that has no value."""
        nothing = (float("nan"), 0, "")
        rows = [[run.get(key, nothing)[0] for key in self._question.keys] for run in runs]
        values = np.array(rows, dtype=np.float64)
        empty: Flags = np.asarray(np.isnan(values).all(axis=0))
        names = list(self._question.calibration.targets)
        what = "nothing of the kind is simulated here, so it cannot be compared; leave it out"
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


def _parts(replications: tuple[int, ...], count: int) -> list[tuple[int, ...]]:
    """Return replications in so many parts, in order, none of them empty."""
    count = min(count, len(replications))
    size = -(-len(replications) // count)
    return [replications[start : start + size] for start in range(0, len(replications), size)]


def sheets(on: Bench, question: Question, point: Point) -> list[Sheet]:
    """Return the indicators of each organisation at a point."""
    study = question.study
    names, numbers = tuple(study.organisations), tuple(range(study.replications))
    (runs,) = on.done([Task(question.case(point), names, numbers)])
    size = len(numbers)
    return [
        _sheet(name, runs[place * size : (place + 1) * size]) for place, name in enumerate(names)
    ]


def _sheet(organisation: str, runs: list[Kept]) -> Sheet:
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
