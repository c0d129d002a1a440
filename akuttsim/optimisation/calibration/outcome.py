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
    """One way to move the unknowns together.

    Attributes:
        moves: Tolerances that the targets move for a step of one whole range (a singular value).
        parts: Part of each unknown in the step: a unit vector.
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

    Attributes:
        unknowns: Their names.
        targets: Names of the fitted targets.
        effects: Targets x unknowns: tolerances that a target moves over an unknown's range.
        directions: Ways to move the unknowns together, the most effective first.
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
    """An unknown before and after, in the unit of its key.

    Attributes:
        name: Its name in the calibration.
        key: Dotted key of the value.
        before: The value as it was written.
        range: What it may be.
        value: The calibrated value.
        possible: Over which every fitted target was seen to be met; None where none was.
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

    Attributes:
        name: Its name in the calibration.
        indicator: The indicator that is held against it.
        group: Grouping and group of the indicator; "" for all.
        unit: Unit of the figures.
        published: The published figure.
        width: How far from it counts as met.
        before: Simulated mean with the values as written.
        after: Simulated mean with the calibrated values.
        error: Standard error of the simulated mean over replications.
        held_back: Whether it was left out of the fit, to test it.
        title: What people call it, in 'nb' and 'en'.
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
    """The verdict on one organisation by one indicator, over the points that are possible.

    Attributes:
        organisation: The organisation compared with the calibrated one.
        indicator: The indicator it is judged by.
        unit: Its unit.
        verdicts: The verdict at each point; the first is the fitted one.
        low: Least mean difference from the calibrated organisation.
        high: Largest mean difference.
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
    """All that a calibration came to.

    Attributes:
        unknowns: The unknowns before and after.
        targets: The targets, those held back too.
        identified: What the targets tell of the unknowns.
        judged: Verdicts over the points that are possible.
        trials: How many points were tried.
        possible: How many of them meet every fitted target.
        has_settled: Whether the search came to rest.
    """

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
