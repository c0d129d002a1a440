"""Loads an experiment and all that it names, with everything wrong in them at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from akuttsim.config import shipped
from akuttsim.config.load_together import ProblemAt, load_together, locate_problems
from akuttsim.config.loader import (
    Loaded,
    load_experiment,
    load_margins,
    load_published,
    load_targets,
    problem_at,
    read_unchecked,
)
from akuttsim.config.schema.experiment import (
    ALL_OTHERS,
    SAME_IN_EVERY_CASE,
    Experiment,
    HypothesisClaim,
    IndicatorMargins,
    IndicatorTargets,
    JudgedIndicator,
    OwnMargin,
    PublishedFigure,
)
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import AGE_GROUPS, URGENCIES
from akuttsim.config.yaml_document import Node, plain_values
from akuttsim.errors import InputError, Problem, collect_problems, did_you_mean
from akuttsim.indicators.declaration import DISTANCE_BANDS, GOAL_AREAS, LINES, TIMES_OF_DAY
from akuttsim.indicators.health_outcomes import BOUNDS, TIME_CRITICAL
from akuttsim.indicators.health_relations import CURVES
from akuttsim.indicators.measured_run import HOURS, WEEKDAYS
from akuttsim.indicators.registry import INDICATORS, OF_OUTCOMES, indicator_directions
from akuttsim.texts import message


def load_experiment_with_references(name: str) -> Loaded[Experiment]:
    """Load an experiment.

    Where its form is wrong, InputError tells what is wrong with all that it names too.
    """
    try:
        return load_experiment(name)
    except InputError as error:
        raise InputError([*error.problems, *_reference_problems(name)]) from None


def _reference_problems(name: str) -> list[Problem]:
    """Return what is wrong with the names in an experiment, and with the files behind them."""
    problems: list[Problem] = []
    try:
        path = shipped.find_config("experiment", name)
        file = read_unchecked("experiment", path)
    except InputError:
        return problems
    names, at = _plain_mapping(file.tree), partial(problem_at, file)
    if "experiment" not in names:
        return problems
    problems += unknown_indicators(file.tree, at)
    with (
        collect_problems(problems),
        locate_problems(at, reference_keys(file.tree), "organisations"),
    ):
        _load_references(names, path.parent)
    return problems


def _load_references(names: Mapping[str, Any], beside: Path) -> None:
    problems: list[Problem] = []
    if isinstance(names.get("targets"), str):
        with collect_problems(problems):
            load_known_targets(names["targets"], beside)
    if isinstance(names.get("margins_from"), str):
        with collect_problems(problems):
            load_all_margins(names["margins_from"], beside=beside)
    region = names.get("region") if isinstance(names.get("region"), str) else None
    organisations = _text_items(names.get("organisations"))
    outcomes = names.get("outcomes") if isinstance(names.get("outcomes"), str) else None
    if organisations:
        with collect_problems(problems):
            load_together(organisations, region, beside=beside, outcomes=outcomes)
    if problems:
        raise InputError(problems)


def reference_keys(tree: Node) -> dict[str, str]:
    """Return the key of each name of another file in an experiment."""
    names = _plain_mapping(tree)
    files = ("targets", "margins_from", "outcomes", "region")
    named_keys = (key for key in files if isinstance(names.get(key), str))
    key_of_name = {names[key]: key for key in named_keys}
    for index, name in enumerate(_text_items(names.get("organisations"))):
        if key_of_name.get(name) not in files:
            key_of_name[name] = f"organisations.{index}"
    return key_of_name


def unknown_indicators(tree: Node, at: ProblemAt, outcomes: str | None = None) -> Iterator[Problem]:
    """Yield every indicator of an experiment that there is not, or that it cannot be asked by.

    Args:
        tree: The experiment as written.
        at: Tells where a key stands.
        outcomes: Health outcomes that are asked for beside the file; None for its own.
    """
    names, known = _plain_mapping(tree), indicator_directions()
    references = _judged_names("main_indicators", names.get("main_indicators"))
    claims = _as_mapping(names.get("hypothesis")).get("claims")
    references += _judged_names("hypothesis.claims", claims)
    references += [(f"margins.{each}", each) for each in _as_mapping(names.get("margins"))]
    for key in ("until", "best"):
        indicator = _as_mapping(names.get(key)).get("indicator")
        references += [(f"{key}.indicator", indicator)] if isinstance(indicator, str) else []
    for key, name in references:
        if name not in known:
            yield at(key, _no_such_indicator(name))
        elif name in OF_OUTCOMES and (outcomes or names.get("outcomes")) is None:
            yield at(key, message("experiments.indicator.outcomes"))
        elif key == "best.indicator" and known[name] == "neither":
            what = message("experiments.indicator.not_best")
            yield at(key, what)
    written = names.get("main_indicators")
    every: list[object] = written if isinstance(written, list) else []
    for i, each in enumerate(every):
        if isinstance(each, str | dict) and each in every[:i]:
            named = each if isinstance(each, str) else _as_mapping(each).get("indicator")
            yield at(f"main_indicators.{i}", message("experiments.indicator.twice", each=named))


def _judged_names(key: str, written: object) -> list[tuple[str, str]]:
    """Return the key and indicator of each thing of a list that is judged."""
    every = written if isinstance(written, list) else []
    names: list[tuple[str, str]] = []
    for i, each in enumerate(every):
        indicator = each if isinstance(each, str) else _as_mapping(each).get("indicator")
        if isinstance(indicator, str):
            place = f"{key}.{i}" if isinstance(each, str) else f"{key}.{i}.indicator"
            names.append((place, indicator))
    return names


def _plain_mapping(tree: Node) -> Mapping[str, Any]:
    return _as_mapping(plain_values(tree))


def _as_mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text_items(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


NamedValue = tuple[str, str, float]
"""A dotted key, the indicator that it is about, and the number that stands there."""


def impossible_values(values: Iterable[NamedValue], at: ProblemAt) -> Iterator[Problem]:
    """Yield numbers that their indicator can never have: shares above 1, and what is below zero.

    Indicators that there are not are told elsewhere, and passed over here.

    Args:
        values: Targets, margins or published figures.
        at: Where a key stands.
    """
    shares = {indicator.name: indicator.unit == "share" for indicator in INDICATORS}
    for key, name, value in values:
        if shares.get(name) and not 0 <= value <= 1:
            is_percent = 1 < value <= 100
            hint = message("experiments.indicator.percent", share=value / 100) if is_percent else ""
            yield at(key, message("experiments.indicator.share", value=value, hint=hint))
        elif name in shares and value < 0:
            yield at(key, message("experiments.indicator.below_zero", value=value))


def load_known_targets(name: str, beside: Path | None = None) -> Loaded[IndicatorTargets]:
    """Load a set of targets, each of an indicator that there is and that can have such a value.

    Args:
        name: Shipped name or path.
        beside: Folder of the file that names it.

    Raises:
        InputError: There is no such file, or what is wrong in it.
    """
    loaded = load_targets(name, beside)
    targets, known = loaded.value.targets.items(), indicator_directions()
    values = [(f"targets.{key}.{each.side}", each.indicator, each.value) for key, each in targets]
    problems = [
        loaded.problem(f"targets.{key}.indicator", _no_such_indicator(each.indicator))
        for key, each in targets
        if each.indicator not in known
    ] + [*impossible_values(values, loaded.problem)]
    if problems:
        raise InputError(problems)
    return loaded


def own_margin_problems(own: Mapping[str, OwnMargin], at: ProblemAt) -> Iterator[Problem]:
    """Yield margins of an experiment's own that are no share where a share is meant."""
    for name, margin in own.items():
        key = f"margins.{name}"
        both = ((key, name, margin.region), (key, name, margin.place))
        yield from impossible_values(dict.fromkeys(both), at)


class AllMargins(NamedTuple):
    """The smallest differences that matter, by indicator and in its unit.

    Attributes:
        region: For the whole region.
        place: For a municipality, an hour or any other group.
    """

    region: dict[str, float]
    place: dict[str, float]


def load_all_margins(
    name: str, own: Mapping[str, OwnMargin] | None = None, beside: Path | None = None
) -> AllMargins:
    """Return the margins of a file, with those that an experiment sets itself.

    Raises:
        InputError: There is no such file, or what is wrong in it.
    """
    loaded = load_margins(name, beside)
    known = indicator_directions()
    problems = [
        loaded.problem(f"margins.{each}", _no_such_indicator(each))
        for each in loaded.value.margins
        if each not in known
    ]
    written = loaded.value.margins.items()
    values = [
        (f"margins.{each}.{key}", each, getattr(margin, key))
        for each, margin in written
        for key in ("margin", "margin_place")
    ]
    problems += [*impossible_values(values, loaded.problem), *_margins_in_other_units(loaded)]
    if problems:
        raise InputError(problems)
    region = {each: margin.margin for each, margin in written}
    place = {each: margin.margin_place for each, margin in written}
    for each, margin in (own or {}).items():
        region[each], place[each] = margin.region, margin.place
    return AllMargins(region, place)


def _margins_in_other_units(loaded: Loaded[IndicatorMargins]) -> Iterator[Problem]:
    """Yield margins whose unit is not that of their indicator."""
    units = {indicator.name: indicator.unit for indicator in INDICATORS}
    for name, margin in loaded.value.margins.items():
        unit = units.get(name, margin.unit)
        if margin.unit != unit:
            what = message("experiments.indicator.unit", unit=unit, written=margin.unit)
            yield loaded.problem(f"margins.{name}.unit", what)


def _no_such_indicator(name: str) -> str:
    """Return that there is no such indicator, with the nearest, or some that have its word."""
    known = indicator_directions()
    some = ", ".join([each for each in known if name and name in each][:_MOST_NAMED])
    others = message(f"experiments.indicator.{'some' if some else 'listed'}", known=some)
    return message("experiments.indicator.near", near=did_you_mean(name, known) or others)


_MOST_NAMED = 5
"""Indicators that are named where none is near what was written."""


def load_published_figures(name: str) -> dict[str, PublishedFigure]:
    """Return published figures by shipped name or path. Raises InputError."""
    loaded = load_published(name)
    known = indicator_directions()
    problems = [
        loaded.problem(f"figures.{key}.indicator", _no_such_indicator(each.indicator))
        for key, each in loaded.value.figures.items()
        if each.indicator not in known
    ]
    if problems:
        raise InputError(problems)
    return dict(loaded.value.figures)


class JudgedWorld(NamedTuple):
    """What an experiment has that it may be judged by.

    Attributes:
        region: The region.
        organisations: All of its organisations, the base first.
        cases: The names of its cases, the first first.
        targets: The indicators that have a target.
    """

    region: Region
    organisations: Sequence[Organisation]
    cases: Sequence[str]
    targets: frozenset[str]


def judged_problems(experiment: Experiment, at: ProblemAt, world: JudgedWorld) -> Iterator[Problem]:
    """Yield what is wrong with own margins, the groups of main indicators, and claims.

    Indicators that there are not are told elsewhere, and passed over here.
    """
    yield from own_margin_problems(experiment.margins, at)
    known = {indicator.name for indicator in INDICATORS}
    for i, each in enumerate(experiment.main_indicators):
        if each.indicator in known:
            yield from _group_problems(each, f"main_indicators.{i}", at, world)
    for i, claim in enumerate(experiment.hypothesis.claims):
        if claim.indicator in known:
            key = f"hypothesis.claims.{i}"
            yield from _group_problems(claim, key, at, world)
            yield from _claim_problems(claim, key, at, world)


def groups_of_division(world: JudgedWorld) -> dict[str, tuple[str, ...]]:
    """Return the groups of each division whose groups are known before a run."""
    organisations = world.organisations
    clinics = dict.fromkeys(name for each in organisations for name in each.clinics)
    rooms = dict.fromkeys(name for each in organisations for name in each.control_rooms)
    return {
        "municipality": tuple(world.region.municipality_ids),
        "time_of_day": TIMES_OF_DAY,
        "hour": HOURS,
        "weekday": WEEKDAYS,
        "hour_of_week": tuple(f"{day} {hour}" for day in WEEKDAYS for hour in HOURS),
        "urgency": URGENCIES,
        "true_urgency": URGENCIES,
        "age": AGE_GROUPS,
        "distance": DISTANCE_BANDS,
        "goal_area": GOAL_AREAS,
        "municipality_goal": GOAL_AREAS,
        "line": LINES,
        "condition": TIME_CRITICAL,
        "curve": CURVES,
        "bound": BOUNDS,
        "gap": ("worst", "best", "gap"),
        "clinic": tuple(clinics),
        "room": tuple(rooms),
    }


def _group_problems(
    judged: JudgedIndicator, key: str, at: ProblemAt, world: JudgedWorld
) -> Iterator[Problem]:
    (indicator,) = (each for each in INDICATORS if each.name == judged.indicator)
    known = groups_of_division(world)
    divisions = [name for name in indicator.by if name in known]
    if judged.group_by == "all" and "all" in indicator.by:
        return
    if judged.group_by not in divisions:
        what = message(
            "experiments.judged.division",
            indicator=judged.indicator,
            group_by=judged.group_by,
            known=", ".join(divisions) or "all",
        )
        yield at(f"{key}.group_by" if judged.group_by != "all" else key, what)
    elif judged.group not in known[judged.group_by]:
        groups = known[judged.group_by]
        what = message(
            "experiments.judged.group",
            group=judged.group,
            group_by=judged.group_by,
            near=did_you_mean(judged.group, groups) or _one_of(groups),
        )
        yield at(f"{key}.group", what)


def _one_of(names: Iterable[str]) -> str:
    return message("experiments.judged.one_of", names=", ".join(names))


def _claim_problems(
    claim: HypothesisClaim, key: str, at: ProblemAt, world: JudgedWorld
) -> Iterator[Problem]:
    names = [each.organisation for each in world.organisations]
    for part, name in (("organisation", claim.organisation), ("than", claim.than)):
        if name not in (None, ALL_OTHERS, *names):
            near = did_you_mean(str(name), names) or _one_of(names)
            yield at(
                f"{key}.{part}", message("experiments.judged.organisation", name=name, near=near)
            )
    if claim.case is not None and claim.case not in world.cases[1:]:
        near = _one_of(world.cases[1:])
        yield at(f"{key}.case", message("experiments.judged.case", case=claim.case, near=near))
    is_level = claim.expect in ("met", "not met")
    if is_level and claim.indicator not in world.targets:
        what = message("experiments.judged.no_target", indicator=claim.indicator)
        yield at(f"{key}.expect", what)
    (direction,) = (each.better for each in INDICATORS if each.name == claim.indicator)
    if claim.expect in ("better", "worse") and direction == "neither":
        what = message("experiments.judged.no_good_way", indicator=claim.indicator)
        yield at(f"{key}.expect", what)
    of_base = claim.organisation == names[0] or (claim.organisation == ALL_OTHERS and not names[1:])
    if of_base and not is_level and claim.case is None:
        yield at(f"{key}.organisation", message("experiments.judged.base", base=names[0]))
    if claim.than is not None and (is_level or claim.case or claim.expect == SAME_IN_EVERY_CASE):
        yield at(f"{key}.than", message("experiments.judged.than"))
