"""Factors: what an experiment says that varies, as dimensions, and the configs that takes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from akuttsim.config import shipped
from akuttsim.config.checks import check_organisation, check_region
from akuttsim.config.loader import Loaded, load_organisation, load_region
from akuttsim.config.overlay import missing_path_part
from akuttsim.config.ranges import RangedValue, ranged_values
from akuttsim.config.schema.experiment import Design, DesignFactor, Experiment
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.yaml_document import read_yaml
from akuttsim.errors import InputError, Problem, did_you_mean
from akuttsim.experiment.cases import (
    NONE,
    Additions,
    Case,
    Dimension,
    Kind,
    Worlds,
    cases,
    has,
    is_of,
    of_kind,
)


@dataclass(frozen=True)
class Base:
    """What an experiment names, as loaded: its region and organisations, and where it lies."""

    experiment: Loaded[Experiment]
    region: Loaded[Region]
    organisations: Sequence[Loaded[Organisation]]
    beside: Path


def dimensions_of(base: Base) -> list[Dimension]:
    """Return what the factors of an experiment vary, in the order written.

    Raises InputError with every factor whose key or additions are not there.
    """
    found: list[Dimension] = []
    problems: list[Problem] = []
    for name, factor in base.experiment.value.factors.items():
        try:
            found.extend(_dimensions(name, factor, base))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return found


def _dimensions(name: str, factor: DesignFactor, base: Base) -> Iterator[Dimension]:
    if factor.grade is not None:
        yield from _graded(name, factor, base)
    elif factor.additions is not None:
        yield Dimension(
            name,
            factor.additions,
            kind=_kind_of(name, factor.additions, base),
            title=factor.title,
        )
    else:
        assert factor.key is not None
        _must_be_there(name, factor.key, base)
        low, high = factor.range or (0.0, 0.0)
        yield Dimension(name, factor.values or (), low, high, factor.key, title=factor.title)


def _must_be_there(name: str, key: str, base: Base) -> None:
    """Raise InputError for a key that neither the region nor any organisation has."""
    is_there = (
        has(base.region, key)
        if is_of(Region, key) and not is_of(Organisation, key)
        else any(has(each, key) for each in base.organisations) and is_of(Organisation, key)
    )
    if not is_there:
        raise InputError([base.experiment.problem(f"factors.{name}.key", _missing(key, base))])


def _missing(key: str, base: Base) -> str:
    """Say what of a key is missing, in the config that has the most of it."""
    none = f"{key} is in neither the region nor any of the organisations"
    trees = [base.region.tree] if is_of(Region, key) else []
    trees += [each.tree for each in base.organisations] if is_of(Organisation, key) else []
    if trees:
        return f"{none}: {max(missing_path_part(tree, key) for tree in trees)[1]}"
    known = [*Organisation.model_fields, *Region.model_fields]
    return none + did_you_mean(key.split(".")[0], known)


def _kind_of(name: str, additions: Sequence[str], base: Base) -> Kind:
    """Return whether additions are variants of a region or of an organisation."""
    named = [each for each in additions if each != NONE]
    for kind in ("region", "organisation"):
        if all(_is_found(kind, each, base.beside) for each in named):
            return "region" if kind == "region" else "organisation"
    what = f"{', '.join(named)}: not all of these are variants of a region, or of an organisation"
    raise InputError([base.experiment.problem(f"factors.{name}.additions", what)])


def _is_found(kind: str, name: str, beside: Path) -> bool:
    """Tell whether there is a config of this name that says that it is of the kind."""
    try:
        path = shipped.find_config(kind, name, beside)
        keys = read_yaml(path, shipped.display_path(path)).value
    except InputError:
        return False
    return isinstance(keys, dict) and kind in keys


def _graded(name: str, factor: DesignFactor, base: Base) -> Iterator[Dimension]:
    """Yield a dimension for each value of a grade; what organisations share is varied together."""
    assert factor.grade is not None
    found = []
    if factor.of in ("region", "all"):
        found += [_walked(each) for each in ranged_values(base.region.value, factor.grade)]
    if factor.of in ("organisations", "all"):
        found += _shared(base.organisations, factor)
    below = factor.below
    kept = [each for each in found if not below or each.name.startswith(below)]
    if not kept:
        what = f"there is no value of grade {' or '.join(factor.grade)} with a range here"
        raise InputError([base.experiment.problem(f"factors.{name}", what)])
    yield from kept


def _walked(value: RangedValue, owners: tuple[str, ...] = (), name: str = "") -> Dimension:
    low, high = value.range
    return Dimension(
        name or value.key, (), low, high, value.key, ranged=value, organisations=owners
    )


def _shared(
    organisations: Sequence[Loaded[Organisation]], factor: DesignFactor
) -> Iterator[Dimension]:
    assert factor.grade is not None
    owners: dict[tuple[str, str], tuple[RangedValue, list[str]]] = {}
    for each in organisations:
        for value in ranged_values(each.value, factor.grade):
            _, names = owners.setdefault((value.key, repr(value.value)), (value, []))
            names.append(each.value.organisation)
    seen: set[str] = set()
    for (key, _), (value, names) in owners.items():
        name = f"{key} ({names[0]})" if key in seen else key
        seen.add(key)
        yield _walked(value, tuple(names), name)


def worlds_of(base: Base, dimensions: Sequence[Dimension]) -> Worlds:
    """Load the region and the organisations with every set of additions. Raises InputError."""
    sets = list(_sets(dimensions))
    regions: dict[Additions, Loaded[Region]] = {(): base.region}
    organisations: dict[tuple[str, Additions], Loaded[Organisation]] = {
        (each.value.organisation, ()): each for each in base.organisations
    }
    names = base.experiment.value
    for additions in dict.fromkeys(of_kind("region", each) for each in sets):
        added = [name for _, name in additions]
        if added:
            regions[additions] = load_region(names.region, (), base.beside, added)
    for additions in dict.fromkeys(of_kind("organisation", each) for each in sets):
        added = [name for _, name in additions]
        if not added:
            continue
        for written, known in zip(names.organisations, base.organisations, strict=True):
            loaded = load_organisation(written, (), base.beside, added)
            organisations[known.value.organisation, additions] = loaded
    return Worlds(regions, organisations)


def _sets(dimensions: Sequence[Dimension]) -> Iterator[Additions]:
    """Yield every combination of additions."""
    options = [[each.additions(x) for x in each.levels] or [()] for each in dimensions]
    for chosen in itertools.product(*[list(dict.fromkeys(each)) for each in options]):
        yield tuple(addition for each in chosen for addition in each)


def check_levels(base: Base, worlds: Worlds, dimensions: Sequence[Dimension]) -> None:
    """Raise InputError with every level that does not fit, each tried alone.

    Ranges that are a sourced value's own are not tried: they stand in a checked config.
    """
    problems: list[Problem] = []
    for each in dimensions:
        if each.ranged is None:
            for case in cases([each], Design(kind="one-at-a-time"), 0):
                problems.extend(_misfits(base, worlds, each, case))
    if problems:
        raise InputError(problems)


def _misfits(base: Base, worlds: Worlds, dimension: Dimension, case: Case) -> Iterator[Problem]:
    """Yield what is wrong with one level, told at the factor."""
    try:
        region = worlds.region(case)
        check_region(region)
        for each in base.organisations:
            check_organisation(worlds.organisation(case, each.value.organisation), region)
    except InputError as error:
        (_, level), at = case.levels[0], f"factors.{dimension.name}"
        for problem in error.problems:
            yield base.experiment.problem(at, f"{level}: {problem.key}: {problem.what}")
