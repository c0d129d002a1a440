"""Ranges of assumptions: what a value may be, and the settings that move it within its range."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from akuttsim.config.schema.geography import Flyable
from akuttsim.config.schema.region import HourlyWeights, Quarters
from akuttsim.config.schema.roster import Staffing
from akuttsim.config.schema.values import (
    ByAge,
    ByUrgencyShare,
    Count,
    Duration,
    Grade,
    Model,
    Shares,
    Sourced,
    UrgencyMix,
    Whole,
)
from akuttsim.config.walk import SOURCE_KEYS, walk_sourced_values

Settings = tuple[str, ...]
"""Keys and values, each written as KEY=VALUE."""


@dataclass(frozen=True)
class RangedValue:
    """A sourced value that may be moved within its range.

    Attributes:
        key: Dotted key.
        value: The value with its source and grade.
        now: Where it lies as written; 1 where the range is a factor on several numbers.
        is_whole: Whether only whole numbers will do.
    """

    key: str
    value: Sourced
    now: float
    is_whole: bool

    @property
    def range(self) -> tuple[float, float]:
        """Return the lowest and the highest that the value may be."""
        assert self.value.range is not None
        return self.value.range

    @property
    def is_factor(self) -> bool:
        """Tell whether the range is a factor on the numbers that now stand there."""
        return isinstance(self.value, SCALED_BY_FACTOR)

    def at(self, level: float) -> Settings:
        """Return the settings that put the value at a level of its range."""
        level = round(level) if self.is_whole else level
        return tuple(
            f"{self.key}.{key}={_yaml_number(x)}"
            for key, x in _settings_at_level(self.value, level)
        )


def ranged_values(config: Model, grades: Sequence[Grade]) -> Iterator[RangedValue]:
    """Yield the values of a config, of some grades, that have a range to be moved within.

    Left out: whether a vehicle is there at all, and ranges of a single point.

    Args:
        config: A region or an organisation.
        grades: Grades that are wanted, such as C for assumptions.
    """
    for at in walk_sourced_values(config):
        if at.grade in grades and at.range and at.range[0] < at.range[1]:
            now = level_now(at.value)
            if now is not None:
                yield RangedValue(at.key, at.value, now, isinstance(at.value, Count | Staffing))


SCALED_BY_FACTOR = ByAge | ByUrgencyShare | Flyable | Quarters | Shares | Whole
"""Values of several numbers, of which the range is a factor on each."""


def level_now(value: Sourced) -> float | None:
    """Return where a value lies within its range; None for one that cannot be moved."""
    if isinstance(value, Staffing):
        return float(value.on_duty)
    if isinstance(value, Duration):
        return next(float(x) for _, x in _duration_centre(value))
    if isinstance(value, HourlyWeights):
        return value.flatten
    if isinstance(value, SCALED_BY_FACTOR):
        return 1.0
    number = getattr(value, "value", None)
    return float(number) if number is not None else None


NumberSetting = tuple[str, float | tuple[float, ...]]
"""A key below that of the value, and the number to set there."""


def _settings_at_level(value: Sourced, level: float) -> Iterator[NumberSetting]:
    """Yield what to set for a value to be at a level."""
    if isinstance(value, Staffing):
        yield "on_duty", level
    elif isinstance(value, Duration):
        yield from ((key, level) for key, _ in _duration_centre(value))
    elif isinstance(value, HourlyWeights):
        yield "flatten", level
    elif isinstance(value, Whole | UrgencyMix):
        yield from _shift_first_share(value, level)
    elif isinstance(value, SCALED_BY_FACTOR):
        yield from _scale_numbers(value, level)
    else:
        yield "value", level


def _duration_centre(value: Duration) -> Iterator[tuple[str, float]]:
    """Yield the number of a duration that its range is of."""
    if value.constant is not None:
        yield "constant", value.constant
    for form, numbers in (
        ("exponential", ("mean",)),
        ("lognormal", ("mean", "median")),
        ("triangular", ("mode",)),
    ):
        shape = getattr(value, form)
        for name in numbers if shape is not None else ():
            if getattr(shape, name) is not None:
                yield f"{form}.{name}", getattr(shape, name)


def _shift_first_share(value: Whole | UrgencyMix, factor: float) -> Iterator[NumberSetting]:
    """Yield shares of a whole with the first times a factor; the others take the rest alike."""
    names = [name for name in type(value).model_fields if name not in SOURCE_KEYS]
    shares = [getattr(value, name) for name in names]
    first, rest = min(shares[0] * factor, 1.0), sum(shares[1:])
    scale = (1 - first) / rest if rest else 0.0
    yield names[0], first if rest else 1.0
    yield from ((name, share * scale) for name, share in zip(names[1:], shares[1:], strict=True))


def _scale_numbers(value: Sourced, factor: float) -> Iterator[NumberSetting]:
    """Yield every number of a value times a factor; a share stays within 1."""
    most = math.inf if isinstance(value, ByAge | Quarters) else 1.0

    def scaled(x: float) -> float:
        return min(x * factor, most)

    if isinstance(value, ByUrgencyShare):
        yield from zip(("red", "yellow", "green"), map(scaled, value.as_tuple()), strict=True)
    elif isinstance(value, Flyable):
        yield "daylight", tuple(map(scaled, value.daylight))
        yield "dark", tuple(map(scaled, value.dark))
    elif isinstance(value, Quarters):
        yield "values", tuple(map(scaled, value.values))
    elif isinstance(value, ByAge | Shares):
        yield from ((f"values.{name}", scaled(x)) for name, x in value.values.items())


def _yaml_number(x: float | tuple[float, ...]) -> str:
    """Return a number, or several, as YAML has them, to the last digit."""
    return f"[{', '.join(map(repr, x))}]" if isinstance(x, tuple) else repr(x)
