"""A calibration question: its files loaded and held together, with every error at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from akuttsim.config import shipped
from akuttsim.config.checks import check_organisation, check_region
from akuttsim.config.loader import Loaded, load_calibration, load_organisation, load_region
from akuttsim.config.ranges import RangedValue, ranged_values
from akuttsim.config.schema.experiment import Calibration, UnknownParameter
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.yaml_document import node_at
from akuttsim.errors import InputError, Problem, did_you_mean
from akuttsim.experiments.design import Case, Dimension, Worlds
from akuttsim.experiments.load_study import (
    AllMargins,
    collect_problems,
    load_all_margins,
    locate_problems,
)
from akuttsim.experiments.study import Study
from akuttsim.indicators.registry import indicator_directions
from akuttsim.optimisation.calibration.calibration_search import Point
from akuttsim.records import Key
from akuttsim.texts import message

TRIAL_CASE = "trial"


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
    problems = [*_unknown_indicator_problems(loaded)]
    with collect_problems(problems), locate_problems(loaded.problem, {}, "margins_from"):
        margins = load_all_margins(loaded.value.margins_from, loaded.value.margins, folder)
    dimensions: list[Dimension] = []
    for name, unknown in loaded.value.unknowns.items():
        try:
            dimensions.append(
                _dimension_of_unknown(name, unknown, loaded, (home, organisations[0]))
            )
        except InputError as error:
            problems += error.problems
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
        try:
            organisation = load_organisation(name, (), folder if number else None)
            check_organisation(organisation, home)
            organisations.append(organisation)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return organisations


def _unknown_indicator_problems(loaded: Loaded[Calibration]) -> Iterator[Problem]:
    known = indicator_directions()
    named_indicators = [
        (f"targets.{key}.indicator", x.indicator) for key, x in loaded.value.targets.items()
    ]
    named_indicators += [
        (f"judged_by.{place}", name) for place, name in enumerate(loaded.value.judged_by)
    ]
    named_indicators += [(f"margins.{name}", name) for name in loaded.value.margins]
    for key, name in named_indicators:
        if name not in known:
            yield loaded.problem(
                key,
                message("experiments.indicator.named", name=name, near=did_you_mean(name, known)),
            )


def _dimension_of_unknown(
    name: str,
    unknown: UnknownParameter,
    loaded: Loaded[Calibration],
    where: tuple[Loaded[Region], Loaded[Organisation]],
) -> Dimension:
    """Return the dimension of an unknown; InputError where it is none that may be moved."""
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
        what = message("experiments.calibration.whole_number")
        raise InputError(
            [
                loaded.problem(
                    at,
                    message("experiments.calibration.of_an_experiment", key=unknown.key, what=what),
                )
            ]
        )
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
