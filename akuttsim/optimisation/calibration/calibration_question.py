"""A calibration question, and the trials that answer it.

Its files are loaded and held together, with every error at once. A trial simulates organisations at
a point of the unknowns, always with the same seeds.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from akuttsim.config import shipped
from akuttsim.config.checks import check_organisation, check_region
from akuttsim.config.load_together import locate_problems
from akuttsim.config.loader import Loaded, load_calibration, load_organisation, load_region
from akuttsim.config.ranges import RangedValue, ranged_values
from akuttsim.config.schema.experiment import Calibration, UnknownParameter
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.yaml_document import node_at
from akuttsim.errors import InputError, Problem, collect_problems, did_you_mean
from akuttsim.experiments.design import Case, Dimension, Worlds
from akuttsim.experiments.executor import (
    Executor,
    Job,
    TellProgress,
    WorkerDiedError,
    open_executor,
)
from akuttsim.experiments.files import read_indicators
from akuttsim.experiments.load_study import (
    AllMargins,
    impossible_values,
    load_all_margins,
    own_margin_problems,
)
from akuttsim.experiments.results import ResultsFolder
from akuttsim.experiments.run_identity import RunId
from akuttsim.experiments.run_worker import PreparedStudy, run_with_retry, store_run
from akuttsim.experiments.study import Study
from akuttsim.indicators.registry import indicator_directions
from akuttsim.optimisation.calibration.calibration_search import Point
from akuttsim.records import Flags, Floats, Key, Sheet
from akuttsim.texts import message

TRIAL_CASE = "trial"
TRIAL_CRASH = message("experiments.calibration.died")


@dataclass(frozen=True)
class CalibrationQuestion:
    """A calibration with its region and organisations, of which the first is calibrated.

    Attributes:
        calibration: Unknowns, targets and how long to simulate.
        study: The study whose runs are the trials.
        unknowns: The unknowns as dimensions, in the order written.
        names: Region and organisation as the user named them.
    """

    calibration: Calibration
    study: Study
    unknowns: tuple[Dimension, ...]
    names: tuple[str, str]

    @property
    def keys(self) -> tuple[Key, ...]:
        """Return the indicator, grouping and group of each target."""
        aims = self.calibration.targets.values()
        return tuple((aim.indicator, aim.group_by, aim.group) for aim in aims)

    def levels(self, point: Point) -> tuple[float, ...]:
        """Return the values of the unknowns at a point, as they are simulated and written."""
        pairs = zip(self.unknowns, point, strict=True)
        return tuple(
            float(f"{unknown.low + x * (unknown.high - unknown.low):.6g}") for unknown, x in pairs
        )

    def case(self, point: Point) -> Case:
        """Return the case of a point."""
        pairs = list(zip(self.unknowns, self.levels(point), strict=True))
        settings = tuple(setting for unknown, level in pairs for setting in unknown.settings(level))
        return Case(TRIAL_CASE, tuple((unknown.name, level) for unknown, level in pairs), settings)

    def now(self) -> Point:
        """Return the point of the values as written; within the ranges, if they are not."""
        shares = []
        for unknown in self.unknowns:
            assert unknown.ranged is not None
            share = (unknown.ranged.now - unknown.low) / (unknown.high - unknown.low)
            shares.append(min(max(share, 0.0), 1.0))
        return tuple(shares)


def load_calibration_question(region: str, organisation: str, targets: str) -> CalibrationQuestion:
    """Return the question of three files.

    Args:
        region: Shipped name or path.
        organisation: The organisation to calibrate, shipped name or path.
        targets: The calibration: unknowns, targets, and organisations to compare.

    Raises:
        InputError: With every error of the three.
    """
    loaded = load_calibration(targets)
    home = load_region(region)
    check_region(home)
    folder = shipped.find_config("calibration", targets).parent
    organisations = _load_organisations([organisation, *loaded.value.compare], folder, home)
    known = indicator_directions()
    wanted = [(f"targets.{key}.indicator", x.indicator) for key, x in loaded.value.targets.items()]
    wanted += [(f"judged_by.{at}", name) for at, name in enumerate(loaded.value.judged_by)]
    wanted += [(f"margins.{name}", name) for name in loaded.value.margins]
    problems = [
        loaded.problem(
            key, message("experiments.indicator.named", name=name, near=did_you_mean(name, known))
        )
        for key, name in wanted
        if name not in known
    ]
    aims = [
        (f"targets.{key}.value", x.indicator, x.value) for key, x in loaded.value.targets.items()
    ]
    problems += impossible_values(aims, loaded.problem)
    problems += own_margin_problems(loaded.value.margins, loaded.problem)
    with collect_problems(problems), locate_problems(loaded.problem, {}, "margins_from"):
        margins = load_all_margins(loaded.value.margins_from, loaded.value.margins, folder)
    dimensions: list[Dimension] = []
    for name, unknown in loaded.value.unknowns.items():
        with collect_problems(problems):
            dimensions.append(
                _dimension_of_unknown(name, unknown, loaded, (home, organisations[0]))
            )
    if problems:
        raise InputError(problems)
    study = _calibration_study(loaded.value, home, organisations, margins)
    return CalibrationQuestion(loaded.value, study, tuple(dimensions), (region, organisation))


def _load_organisations(
    names: Sequence[str], folder: Path, home: Loaded[Region]
) -> list[Loaded[Organisation]]:
    """Load the organisations; those to compare may lie beside the calibration's file."""
    organisations: list[Loaded[Organisation]] = []
    problems: list[Problem] = []
    for number, name in enumerate(names):
        with collect_problems(problems):
            organisation = load_organisation(name, (), folder if number else None)
            check_organisation(organisation, home)
            organisations.append(organisation)
    if problems:
        raise InputError(problems)
    return organisations


def _dimension_of_unknown(
    name: str,
    unknown: UnknownParameter,
    loaded: Loaded[Calibration],
    where: tuple[Loaded[Region], Loaded[Organisation]],
) -> Dimension:
    """Return the dimension of an unknown.

    Raises:
        InputError: Its key is no assumption of grade C with a range, is a whole number, or its
            range reaches beyond that of the value.
    """
    at = f"unknowns.{name}.key"
    assumed = {
        ranged_value.key: ranged_value
        for config in where
        for ranged_value in ranged_values(config.value, ("C",))
    }
    value = assumed.get(unknown.key)
    if value is None:
        raise InputError([loaded.problem(at, _reason_not_movable(unknown.key, where, assumed))])
    if value.is_whole:
        whole = message("experiments.calibration.whole_number")
        what = message("experiments.calibration.of_an_experiment", key=unknown.key, what=whole)
        raise InputError([loaded.problem(at, what)])
    low, high = unknown.range or value.range
    if low < value.range[0] or high > value.range[1]:
        what = message(
            "experiments.calibration.beyond_range", range=value.range[0], range2=value.range[1]
        )
        raise InputError([loaded.problem(f"unknowns.{name}.range", what)])
    return Dimension(name, (), low, high, value.key, ranged=value)


def _reason_not_movable(
    key: str,
    where: Sequence[Loaded[Region] | Loaded[Organisation]],
    assumed: dict[str, RangedValue],
) -> str:
    """Return why a key may not be an unknown: its grade is not C, or it is no assumption at all.

    Args:
        key: The dotted key that an unknown names.
        where: Region and organisation in which it was looked for.
        assumed: The assumptions of both, by key, of which the nearest is named.
    """
    for config in where:
        node = node_at(config.tree, (*key.split("."), "grade"))
        grade = node.value if node is not None else None
        if grade not in (None, "C"):
            return message("experiments.calibration.grade", key=key, grade=grade)
    hint = did_you_mean(key, assumed)
    return message("experiments.calibration.no_assumption", key=key, hint=hint)


def _calibration_study(
    calibration: Calibration,
    home: Loaded[Region],
    organisations: list[Loaded[Organisation]],
    margins: AllMargins,
) -> Study:
    """Return the study whose runs are the trials: the calibrated organisation and those to compare.

    It has no question, hypothesis or targets of its own; verdicts are by the indicators that the
    calibration is judged by.
    """
    by_name = {loaded.value.organisation: loaded for loaded in organisations}
    return Study(
        name=calibration.calibration,
        question=None,
        hypothesis=None,
        region=home.value,
        organisations={name: loaded.value for name, loaded in by_name.items()},
        changes={name: loaded.changes for name, loaded in by_name.items()},
        weeks=calibration.weeks,
        warmup_days=calibration.warmup_days,
        replications=calibration.replications,
        seed=calibration.seed,
        targets=(),
        main_indicators=calibration.judged_by,
        margins=margins.region,
        margins_place=margins.place,
        worlds=Worlds({(): home}, {(name, ()): loaded for name, loaded in by_name.items()}),
    )


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
    names = sorted({indicator for indicator, _, _ in job.keys})
    rows = read_indicators(results.run_file(run), [("indicator", "in", names)]).to_pylist()
    row_of_key = {(row["indicator"], row["group_by"], row["group"]): row for row in rows}
    return {
        key: (row["value"], row["n"], row["unit"])
        for key, row in row_of_key.items()
        if key in job.keys
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
        # few points: each one's replications in even parts, for all the processes
        whole = tuple(range(self._question.study.replications))
        count = min(self._workers if len(points) < self._workers else 1, len(whole))
        size = -(-len(whole) // count)
        parts = [whole[start : start + size] for start in range(0, len(whole), size)]
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


def trial_sheets(bench: TrialBench, question: CalibrationQuestion, point: Point) -> list[Sheet]:
    """Return the indicators of each organisation at a point.

    Args:
        bench: Runs the trials.
        question: Names the organisations: the calibrated one, then those to compare.
        point: Where the unknowns are.
    """
    study = question.study
    names, numbers = tuple(study.organisations), tuple(range(study.replications))
    (all_runs,) = bench.run_tasks([TrialTask(question.case(point), names, numbers)])
    nothing = (float("nan"), 0, "")
    sheets = []
    for place, name in enumerate(names):
        runs = all_runs[place * len(numbers) : (place + 1) * len(numbers)]
        keys = tuple(dict.fromkeys(key for run in runs for key in run))
        cells = [[run.get(key, nothing) for run in runs] for key in keys]
        sheet = Sheet(
            case=TRIAL_CASE,
            organisation=name,
            keys=keys,
            units={key[0]: unit for run in runs for key, (_, _, unit) in run.items()},
            replications=numbers,
            values=np.array([[cell[0] for cell in row] for row in cells]),
            counts=np.array([[cell[1] for cell in row] for row in cells]),
        )
        sheets.append(sheet)
    return sheets
