"""Checks what an experiment is judged by: that groups, organisations and cases are there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from akuttsim.config.schema.experiment import (
    ALL_OTHERS,
    SAME_IN_EVERY_CASE,
    Experiment,
    HypothesisClaim,
    JudgedIndicator,
)
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import AGE_GROUPS, URGENCIES
from akuttsim.errors import Problem, did_you_mean
from akuttsim.experiments.load_study import ProblemAt
from akuttsim.indicators.declaration import DISTANCE_BANDS, GOAL_AREAS, LINES, TIMES_OF_DAY
from akuttsim.indicators.measured_run import HOURS, WEEKDAYS
from akuttsim.indicators.registry import INDICATORS
from akuttsim.texts import message


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
    """Yield what is wrong with the groups of main indicators, and with claims.

    Indicators that there are not are told elsewhere, and passed over here.
    """
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
