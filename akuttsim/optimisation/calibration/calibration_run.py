"""A calibration from question to outcome: search, what is still possible, verdicts and files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from akuttsim.config.schema.experiment import Design
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import Model, Text
from akuttsim.config.variant_writer import (
    ProposedVariant,
    config_reference,
    config_yaml,
    set_at_key,
    titled,
)
from akuttsim.config.yaml_document import ConfigContent, plain_scalar
from akuttsim.experiments.design import Dimension, is_setting_of, points_of_design
from akuttsim.experiments.executor import TellProgress
from akuttsim.experiments.files import write_csv, write_whole
from akuttsim.experiments.results import CALIBRATION, ResultsFolder
from akuttsim.indicators.comparison import DifferenceRules, paired_differences
from akuttsim.optimisation.calibration.calibration_question import (
    CalibrationQuestion,
    SimulatedTargets,
    TrialBench,
    TrialJob,
    open_trial_bench,
    trial_sheets,
)
from akuttsim.optimisation.calibration.calibration_search import (
    EDGE_TRIALS,
    CalibrationOptimum,
    Point,
    TriedPoints,
    edge_points,
    meets_targets,
    possible_ranges,
    rounded_point,
    search_optimum,
)
from akuttsim.optimisation.calibration.outcome import (
    CalibrationOutcome,
    FittedTarget,
    FittedUnknown,
    VerdictRange,
    analyse_identifiability,
)
from akuttsim.statistics.intervals import CONFIDENCE, bonferroni_confidence

MOST_VERDICT_POINTS = 8
"""Points at which verdicts are given beside the fitted one."""

FIRST_POINTS_PER_UNKNOWN = 2
"""Points spread over the ranges to begin with, for each unknown."""


@dataclass(frozen=True)
class CalibrationTrial:
    """One trial.

    Attributes:
        levels: Values of the unknowns.
        simulated: Mean of each target.
        is_possible: Whether all fitted targets are met.
    """

    levels: tuple[float, ...]
    simulated: tuple[float, ...]
    is_possible: bool


def trial_limit(question: CalibrationQuestion) -> int:
    """Return how many trials there may be in all, those of verdicts included."""
    unknowns = len(question.unknowns)
    judged = 1 + min(2 * unknowns, MOST_VERDICT_POINTS) if question.calibration.compare else 0
    return question.calibration.most_trials + EDGE_TRIALS * unknowns + judged


def calibrate(
    question: CalibrationQuestion,
    folder: Path,
    workers: int,
    tell: TellProgress,
    *,
    resume: bool = False,
) -> tuple[CalibrationOutcome, list[CalibrationTrial]]:
    """Return what a calibration comes to, and every trial in the order made.

    Each finished run is stored in the folder at once. As the search is deterministic, one that goes
    on with what a folder has walks the same way and comes to the same end.

    Args:
        question: The loaded question.
        folder: Where runs are stored.
        workers: Processes; with one, this process does the runs itself.
        tell: Is told of each finished trial.
        resume: Go on with what the folder has.

    Raises:
        InputError: The folder holds something and `resume` is not set, or a run failed.
        KeyboardInterrupt: Stopped by the user; all finished runs are stored.
    """
    judged_by = {(name, "all", "all") for name in question.calibration.judged_by}
    job = TrialJob(question.study, frozenset({*question.keys, *judged_by}), folder)
    with ResultsFolder(folder).filling(resume), open_trial_bench(job, workers) as bench:
        simulated = SimulatedTargets(question, bench, workers, tell)
        trials = TriedPoints(simulated, question.calibration.most_trials)
        optimum = search_optimum(trials, first_points(question))
        trials.most += EDGE_TRIALS * len(question.unknowns)
        edges = edge_points(trials, optimum)
        judged = _verdicts_over_points(
            question, bench, [optimum.point, *edges[:MOST_VERDICT_POINTS]], tell
        )
    return (
        _calibration_outcome(question, simulated, (trials, optimum), judged),
        [
            CalibrationTrial(
                levels=question.levels(point),
                simulated=tuple(simulated.means(point).tolist()),
                is_possible=meets_targets(misses),
            )
            for point, misses in trials.responses.items()
        ],
    )


def first_points(question: CalibrationQuestion) -> list[Point]:
    """Return the point of the values as written, and points spread over the ranges."""
    unknowns = len(question.unknowns)
    design = Design(kind="latin-hypercube", points=FIRST_POINTS_PER_UNKNOWN * unknowns)
    spread = points_of_design(design, unknowns, question.calibration.seed)
    return [rounded_point(question.now()), *map(rounded_point, spread)]


def _calibration_outcome(
    question: CalibrationQuestion,
    simulated: SimulatedTargets,
    searched: tuple[TriedPoints, CalibrationOptimum],
    judged: tuple[VerdictRange, ...],
) -> CalibrationOutcome:
    """Return what a calibration came to.

    Args:
        question: The loaded question.
        simulated: The targets as simulated at every point that was tried.
        searched: The points tried, and where the search ended.
        judged: Verdicts over the points that are possible.
    """
    trials, optimum = searched
    possible = trials.feasible_points()
    names = [unknown.name for unknown in question.unknowns]
    fitted = [name for name, aim in question.calibration.targets.items() if not aim.held_back]
    return CalibrationOutcome(
        unknowns=_fitted_unknowns(question, optimum.point, possible),
        targets=_target_outcomes(question, simulated, optimum.point),
        identified=analyse_identifiability(optimum.effects, names, fitted),
        judged=judged,
        trials=len(trials.responses),
        possible=len(possible),
        has_settled=optimum.has_settled,
    )


def _fitted_unknowns(
    question: CalibrationQuestion, point: Point, possible: list[Point]
) -> tuple[FittedUnknown, ...]:
    """Return each unknown before and after, in its own unit.

    Args:
        question: The loaded question.
        point: Where the search ended.
        possible: Points at which every fitted target is met; without any, no unknown has a range
            that is still possible.
    """
    lows, highs = (
        (
            question.levels(tuple(unknown))
            for unknown in zip(*possible_ranges(possible), strict=True)
        )
        if possible
        else (None, None)
    )
    fitted_unknowns = []
    for place, (unknown, value) in enumerate(
        zip(question.unknowns, question.levels(point), strict=True)
    ):
        assert unknown.ranged is not None and unknown.key is not None
        span = (lows[place], highs[place]) if lows and highs else None
        before, reach = unknown.ranged.now, (unknown.low, unknown.high)
        fitted_unknowns.append(FittedUnknown(unknown.name, unknown.key, before, reach, value, span))
    return tuple(fitted_unknowns)


def _target_outcomes(
    question: CalibrationQuestion, simulated: SimulatedTargets, point: Point
) -> tuple[FittedTarget, ...]:
    """Return each target: as published, as simulated before, and with the calibrated values."""
    before = simulated.means(rounded_point(question.now())).tolist()
    after, errors = simulated.means(point).tolist(), simulated.errors(point).tolist()
    aims, units = question.calibration.targets.items(), simulated.units
    return tuple(
        FittedTarget(
            name=name,
            indicator=aim.indicator,
            group="" if aim.group_by == "all" else f"{aim.group_by}: {aim.group}",
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


def _verdicts_over_points(
    question: CalibrationQuestion, bench: TrialBench, points: Sequence[Point], tell: TellProgress
) -> tuple[VerdictRange, ...]:
    """Return the verdicts on the organisations to compare, at each of some points."""
    if not question.calibration.compare:
        return ()
    wanted = frozenset(question.calibration.judged_by)
    verdicts: dict[tuple[str, str], list[tuple[str, str, float]]] = {}
    for point in points:
        base, *others = trial_sheets(bench, question, point)
        level = bonferroni_confidence(CONFIDENCE, len(others))
        rules = DifferenceRules(question.study.margins, question.study.margins_place, level)
        for other in others:
            for row in paired_differences(other, base, rules, wanted).to_dict("records"):
                if row["group_by"] == "all":
                    came = verdicts.setdefault((other.organisation, row["indicator"]), [])
                    came.append((row["unit"], row["verdict"], row["mean"]))
        tell(1)
    return tuple(
        VerdictRange(
            organisation=organisation,
            indicator=indicator,
            unit=came[0][0],
            verdicts=tuple(verdict for _, verdict, _ in came),
            low=min(mean for *_, mean in came),
            high=max(mean for *_, mean in came),
        )
        for (organisation, indicator), came in verdicts.items()
    )


CALIBRATED_HEAD = """\
# Written by akuttsim calibrate ({calibration}): assumptions moved towards published figures.
# They are assumptions still (grade C). {ranges}
"""
RANGE_NOTES = {
    True: "Ranges are where every fitted figure was seen to be met.",
    False: "Not every figure was met; ranges are as they were.",
}


def write_calibrated(
    question: CalibrationQuestion,
    outcome: CalibrationOutcome,
    trials: Sequence[CalibrationTrial],
    folder: Path,
) -> list[Path]:
    """Write the variants and tables of a calibration.

    Args:
        question: The loaded question.
        outcome: What it came to.
        trials: Every trial, for the table of trials.
        folder: Where the files lie.

    Returns:
        Paths of the variants: the region's, where a value of it was moved, then the organisation's.
    """
    written = []
    for path, text in _variant_files(question, outcome, folder):
        write_whole(path, text)
        written.append(path)
    for name, table in _calibration_tables(question, outcome, trials):
        write_csv(folder / name, table)
    return written


def _variant_files(
    question: CalibrationQuestion, outcome: CalibrationOutcome, folder: Path
) -> Iterator[tuple[Path, bytes]]:
    """Yield path and text of the variants: the region's, where a value was moved, then the other's.

    A value that was moved keeps its key; its source says what it was fitted to and what it was.
    """
    sets: dict[type[Model], ConfigContent] = {Region: {}, Organisation: {}}
    for dimension, unknown in zip(question.unknowns, outcome.unknowns, strict=True):
        kind = Region if is_setting_of(Region, f"{unknown.key}=") else Organisation
        set_at_key(
            sets[kind], unknown.key, _calibrated_content(question, outcome, dimension, unknown)
        )
    region, of = question.study.region, question.study.organisations[question.study.base]
    head = CALIBRATED_HEAD.format(
        calibration=question.calibration.calibration, ranges=RANGE_NOTES[outcome.is_met]
    )
    home = region.region
    if sets[Region]:
        home = f"{region.region}-calibrated"
        names = {"region": home}
        base = config_reference("region", question.names[0], folder)
        variant = _calibrated_variant(question, base, names, region.title, sets[Region])
        yield folder / f"{home}.yaml", config_yaml(variant.as_config(), head, kind="region")
    names = {"organisation": f"{of.organisation}-calibrated", "region": home}
    base = config_reference("organisation", question.names[1], folder)
    variant = _calibrated_variant(question, base, names, of.title, sets[Organisation])
    path = folder / f"{of.organisation}-calibrated.yaml"
    yield path, config_yaml(variant.as_config(), head, kind="organisation")


def _calibrated_variant(
    question: CalibrationQuestion,
    base: str,
    names: dict[str, str],
    title: Text,
    settings: ConfigContent,
) -> ProposedVariant:
    """Return a config with calibrated values as a variant of the one that was calibrated.

    Args:
        question: The loaded question, whose calibration is named as the reason.
        base: What the variant builds on, as a file in its folder calls it.
        names: What names the config.
        title: Title of the base.
        settings: The calibrated values, nested.
    """
    calibration = question.calibration.calibration
    return ProposedVariant(
        extends=base,
        names=names,
        title=titled(title, ", kalibrert", ", calibrated"),
        change="calibrated",
        why={
            "nb": f"Antagelser flyttet mot publiserte tall ({calibration}).",
            "en": f"Assumptions moved towards published figures ({calibration}).",
        },
        settings=settings,
    )


def _calibrated_content(
    question: CalibrationQuestion,
    outcome: CalibrationOutcome,
    dimension: Dimension,
    unknown: FittedUnknown,
) -> ConfigContent:
    """Return a value as calibrated: its numbers, with range, grade and source."""
    assert dimension.ranged is not None
    content: ConfigContent = {}
    for setting in dimension.ranged.at(unknown.value):
        key, _, text = setting.partition("=")
        several = [plain_scalar(part.strip()) for part in text[1:-1].split(",")]
        number = several if text.startswith("[") else plain_scalar(text)
        set_at_key(content, key.removeprefix(f"{unknown.key}."), number)
    span = unknown.possible or unknown.range
    unit = unknown.value if dimension.ranged.is_factor else 1.0
    source = dimension.ranged.value.source
    fitted = [target.name for target in outcome.targets if not target.held_back]
    word = "Calibrated to" if outcome.is_met else "Moved as near as it came to"
    new_source = (
        f"{word} {', '.join(fitted)} ({question.calibration.calibration}); before: {source}"
    )
    range_ = [float(f"{end / unit:.6g}") for end in span] if unit else list(span)
    return {**content, "range": range_, "grade": "C", "source": new_source}


def _calibration_tables(
    question: CalibrationQuestion, outcome: CalibrationOutcome, trials: Sequence[CalibrationTrial]
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield name and content of the tables: trials, unknowns, targets, effects and verdicts."""
    names = [unknown.name for unknown in question.unknowns]
    targets = list(question.calibration.targets)
    rows = [
        (number, *trial.levels, *trial.simulated, trial.is_possible)
        for number, trial in enumerate(trials, 1)
    ]
    yield CALIBRATION, pd.DataFrame(rows, columns=["trial", *names, *targets, "meets_all"])
    unknown_rows = [
        (of.name, of.key, of.before, *of.range, of.value, *(of.possible or (np.nan, np.nan)))
        for of in outcome.unknowns
    ]
    heads = ["unknown", "key", "before", "range_low", "range_high", "value"]
    heads += ["possible_low", "possible_high"]
    yield "unknowns.csv", pd.DataFrame(unknown_rows, columns=heads)
    aimed = pd.DataFrame([{**vars(t), "is_met": t.is_met} for t in outcome.targets])
    yield "targets.csv", aimed.drop(columns="title")
    effects = pd.DataFrame(outcome.identified.effects, columns=names)
    effects.insert(0, "target", list(outcome.identified.targets))
    yield "effects.csv", effects
    judged = [
        (of.organisation, of.indicator, of.unit, point, verdict, of.low, of.high)
        for of in outcome.judged
        for point, verdict in enumerate(of.verdicts)
    ]
    heads = ["organisation", "indicator", "unit", "point", "verdict", "lowest", "highest"]
    yield "verdicts.csv", pd.DataFrame(judged, columns=heads)
