"""The outcome of a calibration: unknowns, targets, verdicts, and what cannot be told apart.

Identifiability follows from how each unknown moves each target.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from akuttsim.records import Floats

LEAST_TOLERANCES = 1.0
"""Tolerances that the whole range of an unknown must move some target by, to be told at all."""

INSEPARABLE_CORRELATION = 0.95
"""Two unknowns whose effects on all targets have such a correlation cannot be told apart."""


@dataclass(frozen=True)
class UnknownDirection:
    """One way to move the unknowns together: how far the targets move, and the unknown's parts.

    `moves` is in tolerances for a step of one whole range (a singular value); `parts` is a unit
    vector over the unknowns.
    """

    moves: float
    parts: tuple[float, ...]

    @property
    def is_identified(self) -> bool:
        """Tell whether the targets say anything of it."""
        return self.moves >= LEAST_TOLERANCES


@dataclass(frozen=True)
class Identifiability:
    """What the targets tell of the unknowns near the fitted point.

    `effects` is targets x unknowns: how many tolerances a target moves over the unknown's range.
    """

    unknowns: tuple[str, ...]
    targets: tuple[str, ...]
    effects: Floats
    directions: tuple[UnknownDirection, ...]

    def ineffective_unknowns(self) -> list[str]:
        """Return the unknowns that hardly move any target over their whole range."""
        most = np.abs(self.effects).max(axis=0)
        return [
            name
            for name, effect in zip(self.unknowns, most, strict=True)
            if effect < LEAST_TOLERANCES
        ]

    def inseparable_pairs(self) -> Iterator[tuple[str, str, float]]:
        """Yield pairs that move all targets alike (1) or against each other (-1).

        The cosine of their effects; those that hardly move anything are left out.
        """
        idle = set(self.ineffective_unknowns())
        for second, name in enumerate(self.unknowns):
            for first, other in enumerate(self.unknowns[:second]):
                ours, theirs = self.effects[:, first], self.effects[:, second]
                lengths = float(np.linalg.norm(ours) * np.linalg.norm(theirs))
                cosine = float(ours @ theirs) / lengths if lengths else 0.0
                if abs(cosine) >= INSEPARABLE_CORRELATION and not {name, other} & idle:
                    yield other, name, cosine

    def unidentified_directions(self) -> list[UnknownDirection]:
        """Return the ways to move several unknowns together that leave the targets where they are.

        Those of a single unknown are told by `ineffective_unknowns`.
        """
        mixed = (
            direction
            for direction in self.directions
            if max(map(abs, direction.parts)) < INSEPARABLE_CORRELATION
        )
        return [way for way in mixed if not way.is_identified]


def analyse_identifiability(
    effects: Floats, unknowns: Sequence[str], targets: Sequence[str]
) -> Identifiability:
    """Return what targets tell of unknowns. `effects`: targets x unknowns, as in `Identifiability`.

    Source: singular values of the sensitivity matrix in units of the data's error; Brun, Reichert
    and Künsch 2001, Water Resources Research 37(4), 1015-1030.
    """
    _, values, rows = np.linalg.svd(effects, full_matrices=True)
    moves = [*values.tolist(), *[0.0] * (len(unknowns) - len(values))]
    directions = tuple(
        UnknownDirection(move, _with_positive_largest(row))
        for move, row in zip(moves, rows.tolist(), strict=True)
    )
    return Identifiability(tuple(unknowns), tuple(targets), effects, directions)


def _with_positive_largest(row: list[float]) -> tuple[float, ...]:
    """Return a direction with its largest part positive: a singular vector has no sign."""
    sign = 1.0 if max(row, key=abs) >= 0 else -1.0
    return tuple(sign * part for part in row)


@dataclass(frozen=True)
class FittedUnknown:
    """An unknown: its range and value before, and after, in the unit of its key.

    `possible` is the range over which every fitted target was seen to be met, None where none was.
    """

    name: str
    key: str
    before: float
    range: tuple[float, float]
    value: float
    possible: tuple[float, float] | None

    @property
    def share_left(self) -> float | None:
        """Return how much of the range is still possible, from 0 to 1."""
        if self.possible is None:
            return None
        return (self.possible[1] - self.possible[0]) / (self.range[1] - self.range[0])

    @property
    def is_at_an_end(self) -> bool:
        """Tell whether the value ended at an end of the range: the truth may lie beyond it."""
        near = 0.005 * (self.range[1] - self.range[0])
        return min(self.value - self.range[0], self.range[1] - self.value) <= near


@dataclass(frozen=True)
class FittedTarget:
    """A target: the published figure, and what was simulated before and after.

    `error` is the standard error of the simulated mean over replications; `width` is how far from
    the published figure meets it. `title` has what people call it in 'nb' and 'en', where told.
    """

    name: str
    indicator: str
    group: str
    unit: str
    published: float
    width: float
    before: float
    after: float
    error: float
    held_back: bool
    title: dict[str, str] | None = None

    @property
    def is_met(self) -> bool:
        """Tell whether what is simulated after lies within the width."""
        return abs(self.after - self.published) <= self.width

    @property
    def is_only_just_met(self) -> bool:
        """Tell whether it is met, while what chance does reaches beyond the width."""
        return self.is_met and abs(self.after - self.published) + self.chance > self.width

    @property
    def is_blurred(self) -> bool:
        """Tell whether chance alone moves what is simulated by more than the width."""
        return self.chance > self.width

    @property
    def chance(self) -> float:
        """Return half the width of the 95 % interval of what is simulated."""
        return 1.96 * self.error


@dataclass(frozen=True)
class VerdictRange:
    """The verdict on one organisation by one indicator, at each point that is still possible.

    The first is at the fitted point. `low` and `high` are the least and the largest mean difference
    from the calibrated organisation.
    """

    organisation: str
    indicator: str
    unit: str
    verdicts: tuple[str, ...]
    low: float
    high: float

    @property
    def depends_on_point(self) -> bool:
        """Tell whether the verdict depends on which point is the true one."""
        return len(set(self.verdicts)) > 1


@dataclass(frozen=True)
class CalibrationOutcome:
    """All that a calibration found. `possible` counts the points that meet every fitted target."""

    unknowns: tuple[FittedUnknown, ...]
    targets: tuple[FittedTarget, ...]
    identified: Identifiability
    judged: tuple[VerdictRange, ...]
    trials: int
    possible: int
    has_settled: bool

    @property
    def is_met(self) -> bool:
        """Tell whether every fitted target is met."""
        return all(target.is_met for target in self.targets if not target.held_back)
