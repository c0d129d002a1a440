"""The design of an experiment: factors, the dimensions they vary, and the cases that are run."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from akuttsim.config import shipped
from akuttsim.config.checks import check_organisation, check_region
from akuttsim.config.loader import Loaded, load_organisation, load_region, with_settings
from akuttsim.config.overlay import missing_path_part
from akuttsim.config.ranges import RangedValue, Settings, ranged_values
from akuttsim.config.schema.experiment import Design, DesignFactor, Experiment, Level
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import Model, Text
from akuttsim.config.yaml_document import node_at, read_yaml
from akuttsim.errors import InputError, Problem, did_you_mean
from akuttsim.experiments.run_identity import PLAIN
from akuttsim.texts import joined_texts, message

if TYPE_CHECKING:
    from collections.abc import Iterator

MORRIS_LEVELS = 4
"""Levels of a dimension in a Morris design: the usual choice (Saltelli et al. 2008, section 3)."""

UnitPoint = tuple[float, ...]
"""A place in the unit cube, one number from 0 to 1 for each dimension."""


def grid_places(counts: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield every combination of levels by their places, the last dimension fastest.

    Args:
        counts: How many levels each dimension has.
    """
    yield from itertools.product(*map(range, counts))


def one_at_a_time_places(counts: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield the first level of all dimensions, then each other level while the rest stay.

    Args:
        counts: How many levels each dimension has.
    """
    first = (0,) * len(counts)
    yield first
    for dimension, count in enumerate(counts):
        for level in range(1, count):
            yield (*first[:dimension], level, *first[dimension + 1 :])


def points_of_design(design: Design, dimensions: int, seed: int) -> list[UnitPoint]:
    """Return the points of a design over the unit cube; the same seed gives the same points.

    Latin hypercube and scrambled Sobol points come from SciPy, Morris trajectories and the samples
    for Sobol indices (Saltelli's scheme, first and total order) from SALib.

    Args:
        design: The kind, and how many points, trajectories or base samples.
        dimensions: How many numbers a point has.
        seed: Seed of the points, that of the experiment.

    Returns:
        Points in the order in which they are analysed: those of a trajectory or sample together.

    Raises:
        InputError: SALib is wanted and not installed.
    """
    assert design.points is not None
    if design.kind in ("latin-hypercube", "sobol"):
        from scipy.stats import qmc

        sampler = qmc.LatinHypercube if design.kind == "latin-hypercube" else qmc.Sobol
        sample = sampler(dimensions, seed=seed).random(design.points)
        return [tuple(map(float, point)) for point in sample]
    try:
        from SALib.sample import morris, sobol
    except ImportError:
        what = message("experiments.factors.salib", kind=design.kind)
        raise InputError([Problem("", 0, "design", what)]) from None
    problem = unit_problem(dimensions)
    if design.kind == "morris":
        sample = morris.sample(problem, design.points, num_levels=MORRIS_LEVELS, seed=seed)
    else:
        sample = sobol.sample(problem, design.points, calc_second_order=False, seed=seed)
    return [tuple(map(float, point)) for point in sample]


def unit_problem(dimensions: int) -> dict[str, object]:
    """Return SALib's description of a unit cube."""
    names = [f"x{dimension}" for dimension in range(dimensions)]
    return {"num_vars": dimensions, "names": names, "bounds": [[0.0, 1.0]] * dimensions}


NOTHING_ADDED = "none"
"""The level of a factor of additions at which nothing is added."""

LONGEST_NAME = 60

EVERYBODY_COMES = "everybody-comes"
"""The name of the first case run a second time, with nobody kept away by distance."""

AdditionKind = Literal["region", "organisation"]
Setting = tuple[str, tuple[str, ...]]
"""KEY=VALUE, and the organisations that it is for; none named are all that have the key."""

Additions = tuple[tuple[AdditionKind, str], ...]


@dataclass(frozen=True)
class Case:
    """One combination of levels: what is set and what is added, by the dotted keys and names.

    Attributes:
        name: Its name, which is also the name of its folder.
        levels: Each dimension's level, for people to read and for the analysis.
        settings: What is set, with the organisations that it is for.
        additions: Variants whose changes are laid over the region or the organisations.
        everybody_comes: Distance keeps nobody away, whatever the region says.
    """

    name: str = PLAIN
    levels: tuple[tuple[str, Level], ...] = ()
    settings: tuple[Setting, ...] = ()
    additions: Additions = ()
    everybody_comes: bool = False

    @property
    def is_plain(self) -> bool:
        """Tell whether the region and the organisations are as written."""
        return not self.settings and not self.additions

    @property
    def before_outcomes(self) -> Case:
        """Return the case without what it sets of health outcomes, which the chain need not know.

        Cases that are alike before them are measured from the same run.
        """
        kept = tuple(each for each in self.settings if not each[0].startswith("outcomes."))
        return replace(self, name="", levels=(), settings=kept)

    @property
    def of_outcomes(self) -> tuple[Setting, ...]:
        """Return what the case sets of health outcomes."""
        return tuple(each for each in self.settings if each[0].startswith("outcomes."))


@dataclass(frozen=True)
class Dimension:
    """One thing that varies: levels in order, or a range to spread points over.

    Attributes:
        name: Its name within the experiment.
        levels: Levels in order; empty for a range.
        low: The lower end of a range, in the unit of the key.
        high: The upper end.
        key: The dotted key that it sets; without one, its levels are names of additions.
        kind: What these additions are laid over.
        ranged: The value behind a dimension that walks the range of a sourced value.
        organisations: Which organisations have this value in common; empty for all.
        title: What the experiment calls it.
        level_titles: What the additions that are its levels call themselves, by level; in one
            language or in both.
    """

    name: str
    levels: tuple[Level, ...] = ()
    low: float = 0.0
    high: float = 0.0
    key: str | None = None
    kind: AdditionKind = "region"
    ranged: RangedValue | None = None
    organisations: tuple[str, ...] = ()
    title: Text | None = None
    level_titles: Mapping[str, str | dict[str, str]] = field(default_factory=dict)

    def at(self, place: float) -> Level:
        """Return the level at a place of the dimension.

        Args:
            place: From 0 (first level, or low end) to 1 (last level, or high end).
        """
        if self.levels:
            return self.levels[min(int(place * len(self.levels)), len(self.levels) - 1)]
        level = self.low + place * (self.high - self.low)
        return round(level) if self.ranged is not None and self.ranged.is_whole else level

    def steps(self) -> tuple[Level, ...]:
        """Return the levels to try one at a time: as written first, then both ends of a range."""
        if self.levels:
            return self.levels
        ends: list[Level] = [self.at(0.0), self.at(1.0)]
        if self.ranged is None:
            return tuple(ends)
        return (self.ranged.now, *(end for end in ends if end != self.ranged.now))

    def settings(self, level: Level) -> tuple[Setting, ...]:
        """Return what to set for a level; nothing where it is as written.

        Args:
            level: One of the levels, or a value within the range.
        """
        settings: Settings = ()
        if self.ranged is not None:
            assert isinstance(level, int | float)
            settings = () if level == self.ranged.now else self.ranged.at(level)
        elif self.key is not None:
            of_yaml = str(level).lower() if isinstance(level, bool) else level_text(level)
            settings = (f"{self.key}={of_yaml}",)
        return tuple((each, self.organisations) for each in settings)

    def additions(self, level: Level) -> Additions:
        """Return what to add for a level; nothing for `none`.

        Args:
            level: One of the levels.
        """
        is_one = self.key is None and self.ranged is None and level != NOTHING_ADDED
        return ((self.kind, str(level)),) if is_one else ()


def design_cases(dimensions: Sequence[Dimension], design: Design, seed: int) -> tuple[Case, ...]:
    """Return the cases of a design over dimensions; without any, the plain case alone.

    Cases that only a few levels make are called by these; others by their number.

    Args:
        dimensions: What varies.
        design: Which combinations are run.
        seed: Seed of the points; the same seed gives the same cases.
    """
    if not dimensions:
        return (Case(),)
    chosen = list(_level_combinations(dimensions, design, seed))
    names = [_case_name(dimensions, levels) for levels in chosen]
    if len(set(names)) < len(names) or max(map(len, names)) > LONGEST_NAME or design.points:
        names = [f"case-{number:04d}" for number in range(1, len(chosen) + 1)]
    pairs = [list(zip(dimensions, levels, strict=True)) for levels in chosen]
    return tuple(
        Case(
            name,
            tuple((each.name, level) for each, level in of_case),
            tuple(setting for each, level in of_case for setting in each.settings(level)),
            tuple(addition for each, level in of_case for addition in each.additions(level)),
        )
        for name, of_case in zip(names, pairs, strict=True)
    )


def _level_combinations(
    dimensions: Sequence[Dimension], design: Design, seed: int
) -> Iterator[tuple[Level, ...]]:
    """Yield the levels of each case, one a dimension, in the order of the design.

    A design of points spreads them over the ranges; a grid and one-at-a-time walk the steps.
    """
    if design.points is not None:
        for point in points_of_design(design, len(dimensions), seed):
            yield tuple(each.at(place) for each, place in zip(dimensions, point, strict=True))
        return
    steps = [dimension.steps() for dimension in dimensions]
    counts = [len(step) for step in steps]
    places = grid_places if design.kind == "grid" else one_at_a_time_places
    for positions in places(counts):
        yield tuple(levels[place] for levels, place in zip(steps, positions, strict=True))


def _case_name(dimensions: Sequence[Dimension], levels: Sequence[Level]) -> str:
    """Return a name that is also the name of a folder: each dimension with its level."""
    level_names = (
        f"{each.name}-{level}" if each.key or each.ranged else str(level)
        for each, level in zip(dimensions, levels, strict=True)
        if level != NOTHING_ADDED
    )
    parts = (re.sub(r"[^a-z0-9.]+", "-", each.lower()).strip("-") for each in level_names)
    return "_".join(parts) or PLAIN


def level_text(level: Level) -> str:
    """Return a level as tables of results have it, to the last digit, so that it can be read back.

    Args:
        level: A value as written in a config.
    """
    return repr(level) if isinstance(level, float) else str(level)


@dataclass(frozen=True)
class Worlds:
    """What cases are made from: region and organisations as loaded, with each set of additions.

    Attributes:
        regions: The region by what is laid over it.
        organisations: Each organisation by its name and what is laid over it.
    """

    regions: Mapping[Additions, Loaded[Region]]
    organisations: Mapping[tuple[str, Additions], Loaded[Organisation]]

    def region(self, case: Case) -> Loaded[Region]:
        """Return the region of a case.

        Args:
            case: The case, whose settings of the region are applied.

        Raises:
            InputError: A level does not fit.
        """
        loaded = self.regions[additions_of_kind("region", case.additions)]
        return with_settings(
            loaded, [each for each, _ in case.settings if is_setting_of(Region, each)]
        )

    def organisation(self, case: Case, name: str) -> Loaded[Organisation]:
        """Return an organisation of a case; keys that it has not are left.

        Args:
            case: The case, whose settings of organisations are applied.
            name: The organisation.

        Raises:
            InputError: A level does not fit.
        """
        loaded = self.organisations[name, additions_of_kind("organisation", case.additions)]
        wanted = [
            each
            for each, only in case.settings
            if is_setting_of(Organisation, each)
            and (not only or name in only)
            and has_setting(loaded, each)
        ]
        return with_settings(loaded, wanted)


def additions_of_kind(kind: AdditionKind, additions: Additions) -> Additions:
    """Return the additions to regions, or those to organisations."""
    return tuple(addition for addition in additions if addition[0] == kind)


def is_setting_of(model: type[Model], setting: str) -> bool:
    """Tell whether a setting is for a region or an organisation, by its first key."""
    return setting.partition("=")[0].split(".")[0] in model.model_fields


def has_setting(loaded: Loaded[Organisation] | Loaded[Region], setting: str) -> bool:
    """Tell whether a config has what a setting changes; optional keys may be absent themselves."""
    return node_at(loaded.tree, setting.partition("=")[0].split(".")[:-1]) is not None


@dataclass(frozen=True)
class ExperimentBase:
    """What an experiment names, as loaded.

    Attributes:
        experiment: The experiment with its file and lines.
        region: Its region.
        organisations: Its organisations, the base first.
        beside: The folder that it lies in, from which other files are looked for.
    """

    experiment: Loaded[Experiment]
    region: Loaded[Region]
    organisations: Sequence[Loaded[Organisation]]
    beside: Path


def experiment_dimensions(base: ExperimentBase) -> list[Dimension]:
    """Return what the factors of an experiment vary, in the order written.

    A factor of a grade gives a dimension for each value of that grade.

    Args:
        base: The experiment with what it names.

    Raises:
        InputError: With every factor whose key or additions are not there.
    """
    dimensions: list[Dimension] = []
    problems: list[Problem] = []
    for name, factor in base.experiment.value.factors.items():
        try:
            dimensions.extend(_factor_dimensions(name, factor, base))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return dimensions


def _factor_dimensions(
    name: str, factor: DesignFactor, base: ExperimentBase
) -> Iterator[Dimension]:
    """Yield what a factor varies: values of a grade, additions by name, or one key.

    Raises InputError where its key, additions or grade are not there.
    """
    if factor.grade is not None:
        yield from _grade_dimensions(name, factor, base)
    elif factor.additions is not None:
        kind = _kind_of(name, factor.additions, base)
        titles = {each: _title_of(kind, each, base.beside) for each in factor.additions}
        yield Dimension(
            name,
            factor.additions,
            kind=kind,
            title=factor.title,
            level_titles={level: title for level, title in titles.items() if title},
        )
    else:
        assert factor.key is not None
        _require_key(name, factor.key, base)
        low, high = factor.range or (0.0, 0.0)
        yield Dimension(name, factor.values or (), low, high, factor.key, title=factor.title)


def _require_key(name: str, key: str, base: ExperimentBase) -> None:
    """Raise InputError for a key that neither the region nor any organisation has.

    It says what of the key is missing, in the config that has the most of it.
    """
    of_region, of_organisation = (is_setting_of(kind, key) for kind in (Region, Organisation))
    if any(of_organisation and has_setting(each, key) for each in base.organisations):
        return
    if of_region and not of_organisation and has_setting(base.region, key):
        return
    trees = [base.region.tree] if of_region else []
    trees += [each.tree for each in base.organisations] if of_organisation else []
    what: str = message("experiments.factors.in_neither", key=key)
    if trees:
        what = f"{what}: {max(missing_path_part(tree, key) for tree in trees)[1]}"
    else:
        known = [*Organisation.model_fields, *Region.model_fields]
        what += did_you_mean(key.split(".")[0], known)
    raise InputError([base.experiment.problem(f"factors.{name}.key", what)])


def _kind_of(name: str, additions: Sequence[str], base: ExperimentBase) -> AdditionKind:
    """Return whether additions are variants of a region or of an organisation."""
    named = [addition for addition in additions if addition != NOTHING_ADDED]
    for kind in ("region", "organisation"):
        if all(_exists_as_kind(kind, each, base.beside) for each in named):
            return "region" if kind == "region" else "organisation"
    what = message("experiments.factors.not_variants", named=", ".join(named))
    raise InputError([base.experiment.problem(f"factors.{name}.additions", what)])


def _exists_as_kind(kind: str, name: str, beside: Path) -> bool:
    """Tell whether there is a config of this name that says that it is of the kind."""
    try:
        path = shipped.find_config(kind, name, beside)
        keys = read_yaml(path, shipped.display_path(path)).value
    except InputError:
        return False
    return isinstance(keys, dict) and kind in keys


def _title_of(kind: AdditionKind, name: str, beside: Path) -> str | dict[str, str]:
    """Return the title that a variant gives itself, as it is written; "" where it gives none."""
    if name == NOTHING_ADDED:
        return ""
    path = shipped.find_config(kind, name, beside)
    keys = read_yaml(path, shipped.display_path(path)).value
    title = keys["title"].value if isinstance(keys, dict) and "title" in keys else ""
    if isinstance(title, dict):
        return {lang: str(text.value) for lang, text in title.items()}
    return title if isinstance(title, str) else ""


def _grade_dimensions(name: str, factor: DesignFactor, base: ExperimentBase) -> Iterator[Dimension]:
    """Yield a dimension for each value of a grade; what organisations share is varied together."""
    assert factor.grade is not None
    dimensions = []
    if factor.of in ("region", "all"):
        dimensions += [
            _range_dimension(value) for value in ranged_values(base.region.value, factor.grade)
        ]
    if factor.of in ("organisations", "all"):
        dimensions += _common_dimensions(base.organisations, factor)
    below = factor.below
    selected = [each for each in dimensions if not below or each.name.startswith(below)]
    if not selected:
        grades = joined_texts(factor.grade, message("commands.conjunction.or"))
        what = message("experiments.factors.no_grade", grade=grades)
        raise InputError([base.experiment.problem(f"factors.{name}", what)])
    yield from selected


def _range_dimension(value: RangedValue, owners: tuple[str, ...] = (), name: str = "") -> Dimension:
    """Return the dimension that walks the range of a sourced value, from low to high."""
    low, high = value.range
    return Dimension(
        name or value.key, (), low, high, value.key, ranged=value, organisations=owners
    )


def _common_dimensions(
    organisations: Sequence[Loaded[Organisation]], factor: DesignFactor
) -> Iterator[Dimension]:
    """Yield a dimension for each value of a grade, once for the organisations that have it alike.

    The name has an organisation behind it where others have another value of the same key.
    """
    assert factor.grade is not None
    owners: dict[tuple[str, str], tuple[RangedValue, list[str]]] = {}
    for organisation in organisations:
        for value in ranged_values(organisation.value, factor.grade):
            _, names = owners.setdefault((value.key, repr(value.value)), (value, []))
            names.append(organisation.value.organisation)
    used_keys: set[str] = set()
    for (key, _), (value, names) in owners.items():
        name = f"{key} ({names[0]})" if key in used_keys else key
        used_keys.add(key)
        yield _range_dimension(value, tuple(names), name)


def load_worlds(base: ExperimentBase, dimensions: Sequence[Dimension]) -> Worlds:
    """Load the region and the organisations with every set of additions that a case may have.

    Args:
        base: The experiment with what it names.
        dimensions: What varies.

    Raises:
        InputError: A variant cannot be read, or does not fit on what it is laid over.
    """
    options = [
        dict.fromkeys(dimension.additions(level) for level in dimension.levels) or [()]
        for dimension in dimensions
    ]
    sets = [tuple(itertools.chain(*chosen)) for chosen in itertools.product(*options)]
    regions: dict[Additions, Loaded[Region]] = {(): base.region}
    organisations: dict[tuple[str, Additions], Loaded[Organisation]] = {
        (organisation.value.organisation, ()): organisation for organisation in base.organisations
    }
    names = base.experiment.value
    for additions in dict.fromkeys(additions_of_kind("region", each) for each in sets):
        added = [name for _, name in additions]
        if added:
            file = _region_file(base)
            regions[additions] = load_region(file, (), base.beside, added, names.outcomes)
    for additions in dict.fromkeys(additions_of_kind("organisation", each) for each in sets):
        added = [name for _, name in additions]
        if not added:
            continue
        for written, known in zip(names.organisations, base.organisations, strict=True):
            loaded = load_organisation(written, (), base.beside, added)
            organisations[known.value.organisation, additions] = loaded
    return Worlds(regions, organisations)


def _region_file(base: ExperimentBase) -> str:
    """Return the name or path of an experiment's region; that of its first organisation if none."""
    file = base.region.files[-1]
    named = base.experiment.value.region
    return named or (base.region.value.region if shipped.is_shipped(file) else file)


def check_levels(base: ExperimentBase, worlds: Worlds, dimensions: Sequence[Dimension]) -> None:
    """Try every level alone, and refuse those that do not fit.

    Ranges that are a sourced value's own are not tried: they stand in a checked config.

    Args:
        base: The experiment with what it names.
        worlds: What cases are made from.
        dimensions: What varies.

    Raises:
        InputError: With every level that does not fit, told at its factor.
    """
    problems: list[Problem] = []
    for dimension in dimensions:
        if dimension.ranged is None:
            for case in design_cases([dimension], Design(kind="one-at-a-time"), 0):
                problems.extend(_level_problems(base, worlds, dimension, case))
    if problems:
        raise InputError(problems)


def _level_problems(
    base: ExperimentBase, worlds: Worlds, dimension: Dimension, case: Case
) -> Iterator[Problem]:
    """Yield what is wrong with one level, told at the factor."""
    try:
        region = worlds.region(case)
        check_region(region)
        for organisation in base.organisations:
            check_organisation(worlds.organisation(case, organisation.value.organisation), region)
    except InputError as error:
        (_, level), at = case.levels[0], f"factors.{dimension.name}"
        for problem in error.problems:
            yield base.experiment.problem(at, f"{level}: {problem.key}: {problem.what}")
