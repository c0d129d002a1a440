"""Cases: what the factors of an experiment make of the region and the organisations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from akuttsim.config.loader import Loaded, with_settings
from akuttsim.config.ranges import RangedValue, Settings
from akuttsim.config.schema.experiment import Design, Level
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import Model, Text
from akuttsim.config.yaml_document import Node, child_node
from akuttsim.experiment import designs
from akuttsim.store.runs import PLAIN

NONE = "none"
"""The level of a factor of additions at which nothing is added."""

LONGEST_NAME = 60

EVERYBODY_COMES = "everybody-comes"
"""The name of the first case run a second time, with nobody kept away by distance."""

Kind = Literal["region", "organisation"]
Setting = tuple[str, tuple[str, ...]]
"""KEY=VALUE, and the organisations that it is for; none named are all that have the key."""

Additions = tuple[tuple[Kind, str], ...]


@dataclass(frozen=True)
class Case:
    """One combination of levels: what is set and what is added, by the dotted keys and names.

    `levels` has each dimension's level, for people to read and for the analysis. Where
    `everybody_comes`, distance keeps nobody away, whatever the region says.
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


@dataclass(frozen=True)
class Dimension:
    """One thing that varies: levels in order, or a range to spread points over.

    `key` is the dotted key that it sets; without one, its levels are names of additions of a kind.
    `ranged` is the value behind a dimension that walks the range of a sourced value, which
    `organisations` have in common. `title` is what an experiment calls it.
    """

    name: str
    levels: tuple[Level, ...] = ()
    low: float = 0.0
    high: float = 0.0
    key: str | None = None
    kind: Kind = "region"
    ranged: RangedValue | None = None
    organisations: tuple[str, ...] = ()
    title: Text | None = None

    def at(self, place: float) -> Level:
        """Return the level at a place from 0 to 1."""
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
        """Return what to set for a level."""
        return tuple((each, self.organisations) for each in self._set(level))

    def _set(self, level: Level) -> Settings:
        if self.ranged is not None:
            assert isinstance(level, int | float)
            return () if level == self.ranged.now else self.ranged.at(level)
        return (f"{self.key}={_written(level)}",) if self.key is not None else ()

    def additions(self, level: Level) -> Additions:
        """Return what to add for a level."""
        is_one = self.key is None and self.ranged is None and level != NONE
        return ((self.kind, str(level)),) if is_one else ()


def cases(dimensions: Sequence[Dimension], design: Design, seed: int) -> tuple[Case, ...]:
    """Return the cases of a design over dimensions; without any, the plain case alone.

    The same seed gives the same cases. Cases that only a few levels make are called by these;
    others by their number.
    """
    if not dimensions:
        return (Case(),)
    chosen = list(_chosen(dimensions, design, seed))
    names = [_name(dimensions, levels) for levels in chosen]
    if len(set(names)) < len(names) or max(map(len, names)) > LONGEST_NAME or design.points:
        names = [f"case-{number:04d}" for number in range(1, len(chosen) + 1)]
    return tuple(
        _case(name, dimensions, levels) for name, levels in zip(names, chosen, strict=True)
    )


def _chosen(
    dimensions: Sequence[Dimension], design: Design, seed: int
) -> Iterator[tuple[Level, ...]]:
    if design.points is not None:
        for point in designs.spread(design, len(dimensions), seed):
            yield tuple(each.at(place) for each, place in zip(dimensions, point, strict=True))
        return
    steps = [each.steps() for each in dimensions]
    counts = [len(each) for each in steps]
    places = designs.combinations if design.kind == "grid" else designs.alone
    for found in places(counts):
        yield tuple(levels[place] for levels, place in zip(steps, found, strict=True))


def _case(name: str, dimensions: Sequence[Dimension], levels: Sequence[Level]) -> Case:
    pairs = list(zip(dimensions, levels, strict=True))
    return Case(
        name,
        tuple((each.name, level) for each, level in pairs),
        tuple(setting for each, level in pairs for setting in each.settings(level)),
        tuple(addition for each, level in pairs for addition in each.additions(level)),
    )


def _name(dimensions: Sequence[Dimension], levels: Sequence[Level]) -> str:
    """Return a name that is also the name of a folder: each dimension with its level."""
    told = (
        f"{each.name}-{level}" if each.key or each.ranged else str(level)
        for each, level in zip(dimensions, levels, strict=True)
        if level != NONE
    )
    parts = (re.sub(r"[^a-z0-9.]+", "-", each.lower()).strip("-") for each in told)
    return "_".join(parts) or PLAIN


def _written(level: Level) -> str:
    """Return a level as YAML has it."""
    if isinstance(level, bool):
        return "true" if level else "false"
    return repr(level) if isinstance(level, float) else str(level)


def in_words(level: Level) -> str:
    """Return a level as tables of results have it, to the last digit."""
    return repr(level) if isinstance(level, float) else str(level)


@dataclass(frozen=True)
class Worlds:
    """What cases are made from: region and organisations as loaded, with each set of additions."""

    regions: Mapping[Additions, Loaded[Region]]
    organisations: Mapping[tuple[str, Additions], Loaded[Organisation]]

    def region(self, case: Case) -> Loaded[Region]:
        """Return the region of a case. Raises InputError where a level does not fit."""
        loaded = self.regions[of_kind("region", case.additions)]
        return with_settings(loaded, [each for each, _ in case.settings if is_of(Region, each)])

    def organisation(self, case: Case, name: str) -> Loaded[Organisation]:
        """Return an organisation of a case; keys that it has not are left. Raises InputError."""
        loaded = self.organisations[name, of_kind("organisation", case.additions)]
        wanted = [
            each
            for each, only in case.settings
            if is_of(Organisation, each) and (not only or name in only) and has(loaded, each)
        ]
        return with_settings(loaded, wanted)


def of_kind(kind: Kind, additions: Additions) -> Additions:
    """Return the additions to regions, or those to organisations."""
    return tuple(each for each in additions if each[0] == kind)


def is_of(model: type[Model], setting: str) -> bool:
    """Tell whether a setting is for a region or an organisation, by its first key."""
    return setting.partition("=")[0].split(".")[0] in model.model_fields


def has(loaded: Loaded[Organisation] | Loaded[Region], setting: str) -> bool:
    """Tell whether a config has what a setting changes; optional keys may be absent themselves."""
    node: Node | None = loaded.tree
    for part in setting.partition("=")[0].split(".")[:-1]:
        node = node and child_node(node, part)
    return node is not None
