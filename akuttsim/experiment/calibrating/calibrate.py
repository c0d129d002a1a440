"""A calibration from question to outcome: search, what is still possible, how verdicts move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from akuttsim.analysis.calibrated import Aimed, Calibrated, Judged, Moved
from akuttsim.analysis.compare import Judging, differences
from akuttsim.analysis.identified import identified
from akuttsim.analysis.intervals import CONFIDENCE, simultaneous
from akuttsim.config.schema.experiment import CalibrationAim, Design
from akuttsim.experiment import designs
from akuttsim.experiment.calibrating.possible import MOST_TRIALS, edges, ends
from akuttsim.experiment.calibrating.question import Question
from akuttsim.experiment.calibrating.search import Found, Point, Trials, rounded, search
from akuttsim.experiment.calibrating.trials import Bench, Job, Simulated, bench, sheets
from akuttsim.experiment.verification.pool import Told
from akuttsim.store.results import ResultsFolder

MOST_JUDGED = 8
"""Points at which verdicts are given beside the fitted one."""

FIRST_FOR_EACH = 2
"""Points spread over the ranges to begin with, for each unknown."""


@dataclass(frozen=True)
class Trial:
    """One trial: the values of the unknowns, the simulated targets, whether all fitted are met."""

    levels: tuple[float, ...]
    simulated: tuple[float, ...]
    is_possible: bool


def most_trials(question: Question) -> int:
    """Return how many trials there may be in all, those of verdicts included."""
    unknowns = len(question.unknowns)
    judged = 1 + min(2 * unknowns, MOST_JUDGED) if question.calibration.compare else 0
    return question.calibration.most_trials + MOST_TRIALS * unknowns + judged


def calibrate(
    question: Question, folder: Path, workers: int, tell: Told, *, resume: bool = False
) -> tuple[Calibrated, list[Trial]]:
    """Return what a calibration finds, and every trial in the order made.

    Each finished run is kept in the folder at once. As the search is deterministic, one that goes
    on with what a folder has walks the same way and comes to the same end. Raises InputError if the
    folder holds something and `resume` is not set; KeyboardInterrupt leaves all finished runs.
    """
    with ResultsFolder(folder).filling(resume):
        return _calibrated(question, folder, workers, tell)


def _calibrated(
    question: Question, folder: Path, workers: int, tell: Told
) -> tuple[Calibrated, list[Trial]]:
    judged_by = {(name, "all", "all") for name in question.calibration.judged_by}
    keys = frozenset({*question.keys, *judged_by})
    with bench(Job(question.study, keys, folder), workers) as on:
        simulated = Simulated(question, on, workers, tell)
        trials = Trials(simulated, question.calibration.most_trials)
        found = search(trials, first_points(question))
        trials.most += MOST_TRIALS * len(question.unknowns)
        out = edges(trials, found)
        judged = _judged(question, on, [found.point, *out[:MOST_JUDGED]], tell)
    return (
        _outcome(question, simulated, (trials, found), judged),
        [_trial(question, simulated, trials, point) for point in trials.made],
    )


def first_points(question: Question) -> list[Point]:
    """Return the point of the values as written, and points spread over the ranges."""
    unknowns = len(question.unknowns)
    design = Design(kind="latin-hypercube", points=FIRST_FOR_EACH * unknowns)
    spread = designs.spread(design, unknowns, question.calibration.seed)
    return [rounded(question.now()), *map(rounded, spread)]


def _trial(question: Question, simulated: Simulated, trials: Trials, point: Point) -> Trial:
    is_possible = bool(np.all(np.abs(trials.made[point]) <= 1.0))
    return Trial(question.levels(point), tuple(simulated.means(point).tolist()), is_possible)


def _outcome(
    question: Question,
    simulated: Simulated,
    searched: tuple[Trials, Found],
    judged: tuple[Judged, ...],
) -> Calibrated:
    trials, found = searched
    possible = trials.within()
    names = [each.name for each in question.unknowns]
    fitted = [name for name, aim in question.calibration.targets.items() if not aim.held_back]
    return Calibrated(
        unknowns=_moved(question, found.point, possible),
        targets=_aimed(question, simulated, found.point),
        identified=identified(found.effects, names, fitted),
        judged=judged,
        trials=len(trials.made),
        possible=len(possible),
        has_settled=found.has_settled,
    )


def _moved(question: Question, point: Point, possible: list[Point]) -> tuple[Moved, ...]:
    lows, highs = (
        (question.levels(tuple(each)) for each in zip(*ends(possible), strict=True))
        if possible
        else (None, None)
    )
    moved = []
    for place, (each, value) in enumerate(
        zip(question.unknowns, question.levels(point), strict=True)
    ):
        assert each.ranged is not None and each.key is not None
        span = (lows[place], highs[place]) if lows and highs else None
        before, reach = each.ranged.now, (each.low, each.high)
        moved.append(Moved(each.name, each.key, before, reach, value, span))
    return tuple(moved)


def _aimed(question: Question, simulated: Simulated, point: Point) -> tuple[Aimed, ...]:
    before = simulated.means(rounded(question.now())).tolist()
    after, errors = simulated.means(point).tolist(), simulated.errors(point).tolist()
    aims, units = question.calibration.targets.items(), simulated.units
    return tuple(
        Aimed(
            name=name,
            indicator=aim.indicator,
            group=_group(aim),
            unit=unit,
            published=aim.value,
            width=aim.width,
            before=was,
            after=now,
            error=error,
            held_back=aim.held_back,
            title=aim.title.model_dump() if aim.title is not None else None,
        )
        for (name, aim), unit, was, now, error in zip(
            aims, units, before, after, errors, strict=True
        )
    )


def _group(aim: CalibrationAim) -> str:
    return "" if aim.group_by == "all" else f"{aim.group_by}: {aim.group}"


def _judged(
    question: Question, on: Bench, points: Sequence[Point], tell: Told
) -> tuple[Judged, ...]:
    """Return the verdicts on the organisations to compare, at each of some points."""
    if not question.calibration.compare:
        return ()
    found: dict[tuple[str, str], list[tuple[str, str, float]]] = {}
    for point in points:
        for key, unit, told, mean in _verdicts(question, on, point):
            found.setdefault(key, []).append((unit, told, mean))
        tell(1)
    return tuple(
        Judged(
            organisation=organisation,
            indicator=indicator,
            unit=came[0][0],
            verdicts=tuple(verdict for _, verdict, _ in came),
            low=min(mean for *_, mean in came),
            high=max(mean for *_, mean in came),
        )
        for (organisation, indicator), came in found.items()
    )


Verdict = tuple[tuple[str, str], str, str, float]
"""Organisation and indicator, unit, verdict, and mean difference."""


def _verdicts(question: Question, on: Bench, point: Point) -> list[Verdict]:
    base, *others = sheets(on, question, point)
    level = simultaneous(CONFIDENCE, len(others))
    judging = Judging(question.calibration.margins, level)
    wanted = frozenset(question.calibration.judged_by)
    return [
        ((each.organisation, row["indicator"]), row["unit"], row["verdict"], row["mean"])
        for each in others
        for row in differences(each, base, judging, wanted).to_dict("records")
        if row["group_by"] == "all"
    ]
