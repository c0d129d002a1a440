"""What published figures can and cannot tell apart, from how each unknown moves each target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from akuttsim.records import Floats

LEAST = 1.0
"""Tolerances that the whole range of an unknown must move some target by, to be told at all."""

ALIKE = 0.95
"""Two unknowns whose effects on all targets have such a correlation cannot be told apart."""


@dataclass(frozen=True)
class Direction:
    """One way to move the unknowns together: how far the targets move, and the unknown's parts.

    `moves` is in tolerances for a step of one whole range (a singular value); `parts` is a unit
    vector over the unknowns.
    """

    moves: float
    parts: tuple[float, ...]

    @property
    def is_told(self) -> bool:
        """Tell whether the targets say anything of it."""
        return self.moves >= LEAST


@dataclass(frozen=True)
class Identified:
    """What the targets tell of the unknowns near the fitted point.

    `effects` is targets x unknowns: how many tolerances a target moves over the unknown's range.
    """

    unknowns: tuple[str, ...]
    targets: tuple[str, ...]
    effects: Floats
    directions: tuple[Direction, ...]

    def idle(self) -> list[str]:
        """Return the unknowns that hardly move any target over their whole range."""
        most = np.abs(self.effects).max(axis=0)
        return [name for name, each in zip(self.unknowns, most, strict=True) if each < LEAST]

    def alike(self) -> Iterator[tuple[str, str, float]]:
        """Yield pairs that move all targets alike (1) or against each other (-1).

        The cosine of their effects; those that hardly move anything are left out.
        """
        idle = set(self.idle())
        for second, name in enumerate(self.unknowns):
            for first, other in enumerate(self.unknowns[:second]):
                cosine = _cosine(self.effects[:, first], self.effects[:, second])
                if abs(cosine) >= ALIKE and not {name, other} & idle:
                    yield other, name, cosine

    def untold(self) -> list[Direction]:
        """Return the ways to move several unknowns together that leave the targets where they are.

        Those of a single unknown are told by `idle`.
        """
        mixed = (each for each in self.directions if max(map(abs, each.parts)) < ALIKE)
        return [each for each in mixed if not each.is_told]


def identified(effects: Floats, unknowns: Sequence[str], targets: Sequence[str]) -> Identified:
    """Return what targets tell of unknowns. `effects`: targets x unknowns, as in `Identified`.

    Source: singular values of the sensitivity matrix in units of the data's error; Brun, Reichert
    and Künsch 2001, Water Resources Research 37(4), 1015-1030.
    """
    _, values, rows = np.linalg.svd(effects, full_matrices=True)
    moves = [*values.tolist(), *[0.0] * (len(unknowns) - len(values))]
    directions = tuple(
        Direction(move, _signed(row)) for move, row in zip(moves, rows.tolist(), strict=True)
    )
    return Identified(tuple(unknowns), tuple(targets), effects, directions)


def _signed(row: list[float]) -> tuple[float, ...]:
    """Return a direction with its largest part positive: a singular vector has no sign."""
    sign = 1.0 if max(row, key=abs) >= 0 else -1.0
    return tuple(sign * part for part in row)


def _cosine(one: Floats, other: Floats) -> float:
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / lengths if lengths else 0.0
