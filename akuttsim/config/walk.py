"""Walks over a checked config: every value by its dotted key, with its field and its source.

The one place that knows what a config value consists of: a model of its fields, a mapping of its
entries; anything else is a leaf, lists too (a list is replaced whole, never key by key). The keys
are those that `--set` takes, in the order in which the models declare them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic.fields import FieldInfo

from akuttsim.config.schema.values import Grade, Model, Sourced
from akuttsim.config.yaml_document import ConfigContent

SOURCE_KEYS = frozenset(Sourced.model_fields)
"""The keys that say where a value comes from and how sure it is: with range and unusual."""


@dataclass(frozen=True, slots=True)
class ConfigValue:
    """A value of a config at its place.

    Attributes:
        key: Dotted key from the top of the config, as `--set` takes it.
        value: What stands there: a number, text, list, or a whole model.
        field: What the model declares of it; None for an entry of a mapping, and at the top.
    """

    key: str
    value: Any
    field: FieldInfo | None = None

    @property
    def name(self) -> str:
        """The last part of the key."""
        return self.key.rpartition(".")[2]

    @property
    def is_sourced(self) -> bool:
        """Tell whether the value says itself where it comes from."""
        return isinstance(self.value, Sourced)

    @property
    def source(self) -> str | None:
        """Where the value comes from; None for one that does not say."""
        return self.value.source if isinstance(self.value, Sourced) else None

    @property
    def grade(self) -> Grade | None:
        """How sure the value is, from A (read in the source) to C (assumption); or None."""
        return self.value.grade if isinstance(self.value, Sourced) else None

    @property
    def range(self) -> tuple[float, float] | None:
        """The lowest and the highest that the value may be; None where it has no range."""
        return self.value.range if isinstance(self.value, Sourced) else None


IsWhole = Callable[[object], bool]
"""Tells of a value whether it is left whole, not walked into."""


def is_sourced(value: object) -> bool:
    """Tell whether a value says where it comes from; such a one is a value, not a section."""
    return isinstance(value, Sourced)


def walk_config(config: object, is_whole: IsWhole = is_sourced) -> Iterator[ConfigValue]:
    """Yield the values of a config that are not walked into, in the order of its keys.

    Args:
        config: A model, or its plain form as nested mappings.
        is_whole: What to yield as it is, though it has parts; by default all that has a source.
    """
    return _walk_below(ConfigValue("", config), is_whole)


def _walk_below(at: ConfigValue, is_whole: IsWhole) -> Iterator[ConfigValue]:
    """Yield the leaves below a value, itself where it is one."""
    parts = None if is_whole(at.value) else config_parts(at)
    if parts is None:
        yield at
        return
    for part in parts.values():
        yield from _walk_below(part, is_whole)


def config_parts(at: ConfigValue) -> dict[str, ConfigValue] | None:
    """Return what a value consists of, by name; None for a leaf."""
    if isinstance(at.value, Model):
        fields = type(at.value).model_fields
        return {
            name: ConfigValue(join_key(at.key, name), getattr(at.value, name), field)
            for name, field in fields.items()
        }
    if isinstance(at.value, dict):
        return {
            str(name): ConfigValue(join_key(at.key, name), part) for name, part in at.value.items()
        }
    return None


def join_key(above: str, name: object) -> str:
    """Return the dotted key of a part of something.

    Args:
        above: The dotted key of what it is a part of; "" for the top.
        name: Name of the part.
    """
    return f"{above}.{name}" if above else str(name)


def walk_two(
    first: object, second: object, is_whole: IsWhole = is_sourced
) -> Iterator[tuple[ConfigValue, ConfigValue]]:
    """Yield the values of two configs side by side, as `walk_config` does for one.

    A part that only one of them has, and parts of different types, are yielded whole; the value
    is None in the one that has none.

    Args:
        first: A model, or its plain form as nested mappings.
        second: Another one of the same kind.
        is_whole: What to yield as it is, though it has parts.
    """
    return _walk_both(ConfigValue("", first), ConfigValue("", second), is_whole)


def _walk_both(
    first: ConfigValue, second: ConfigValue, is_whole: IsWhole
) -> Iterator[tuple[ConfigValue, ConfigValue]]:
    """Yield the leaves below two values side by side."""
    of_one_type = type(first.value) is type(second.value)
    if not of_one_type or is_whole(first.value) or is_whole(second.value):
        yield first, second
        return
    ours, theirs = config_parts(first), config_parts(second)
    if ours is None or theirs is None:
        yield first, second
        return
    for name in dict.fromkeys([*ours, *theirs]):
        absent = ConfigValue(join_key(first.key, name), None)
        yield from _walk_both(ours.get(name, absent), theirs.get(name, absent), is_whole)


def walk_sourced_values(config: object) -> Iterator[ConfigValue]:
    """Yield the values that say where they come from, each whole."""
    return (at for at in walk_config(config) if at.is_sourced)


def content_of(value: Sourced) -> ConfigContent:
    """Return a sourced value's own keys as plain values: no source, grade, range or title."""
    return value.model_dump(mode="json", exclude_none=True, exclude={*SOURCE_KEYS, "title"})
