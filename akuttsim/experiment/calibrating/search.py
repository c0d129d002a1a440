"""The search: points of the unit cube are tried until what is simulated is nearest to the targets.

Least squares by Gauss-Newton steps within a trust region and bounds (SciPy's `least_squares`,
method dogbox: Voglis and Lagaris 2004, which comes to rest at a bound where others only near it),
on central differences wide enough to be seen through what is left of chance. Every trial meets the
same patients, so that differences are of the values alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from akuttsim.records import Floats

Point = tuple[float, ...]
"""A place in the unit cube: 0 is the low end of an unknown's range, 1 the high end."""

Respond = Callable[[Sequence[Point]], Sequence[Floats]]
"""From points to how far each fitted target is missed there, in tolerances."""

STEP = 0.1
"""Share of a range on either side over which an effect is measured."""

DIGITS = 6
SETTLED = 1e-3
"""Change, of the point or of the misfit relative to itself, below which the search ends."""


CLOSE = 0.02
"""Every target missed by no more than so much of its tolerance: the search is at its end."""


class EnoughError(Exception):
    """There may be no more trials."""


class _CloseError(Exception):
    """A point was found that is as good as any."""


class Trials:
    """The points tried so far with what came of each; none is tried twice."""

    def __init__(self, respond: Respond, most: int) -> None:
        """Begin with none, of `most` at the most."""
        self.made: dict[Point, Floats] = {}
        self.most = most
        self._respond = respond

    def __call__(self, points: Sequence[Point]) -> list[Floats]:
        """Return what comes of some points, tried together. Raises EnoughError."""
        points = [rounded(point) for point in points]
        new = [point for point in dict.fromkeys(points) if point not in self.made]
        if len(self.made) + len(new) > self.most:
            raise EnoughError
        if new:
            self.made.update(zip(new, self._respond(new), strict=True))
        return [self.made[point] for point in points]

    def best(self) -> Point:
        """Return the point of the least squares; of several the one tried first."""
        return min(self.made, key=lambda point: float(np.sum(self.made[point] ** 2)))

    def within(self) -> list[Point]:
        """Return the points at which every target is met, in the order tried."""
        return [point for point, misses in self.made.items() if meets(misses)]


@dataclass(frozen=True)
class Found:
    """Where the search ended: the best point, the effects there, whether it came to rest.

    `effects` is targets x unknowns, in tolerances for a whole range.
    """

    point: Point
    misses: Floats
    effects: Floats
    has_settled: bool


def meets(misses: Floats) -> bool:
    """Tell whether every target is met."""
    return bool(np.all(np.abs(misses) <= 1.0))


def search(trials: Trials, first: Sequence[Point]) -> Found:
    """Return the point that comes nearest to the targets, beginning at the best of the first ones.

    Trials for the effects at the end are kept back from the most there may be.
    """
    whole, unknowns = trials.most, len(first[0])
    trials.most = whole - 2 * unknowns
    try:
        trials(first)
        has_settled = _descended(trials)
    except _CloseError:
        has_settled = True
    except EnoughError:
        has_settled = False
    trials.most = whole
    point = trials.best()
    return Found(point, trials.made[point], effects(trials, point), has_settled)


def _descended(trials: Trials) -> bool:
    """Descend from the best point so far; return whether the search came to rest."""
    from scipy.optimize import least_squares

    def misses(at: Floats) -> Floats:
        (missed,) = trials([_point(at)])
        if np.abs(missed).max() <= CLOSE:
            raise _CloseError
        return missed

    def slopes(at: Floats) -> Floats:
        return effects(trials, _point(at))

    found = least_squares(
        misses,
        trials.best(),
        jac=slopes,
        bounds=(0.0, 1.0),
        method="dogbox",
        ftol=SETTLED,
        xtol=SETTLED,
        max_nfev=trials.most,
    )
    return bool(found.success)


def effects(trials: Trials, point: Point) -> Floats:
    """Return how each target moves with each unknown: central differences, cut at the bounds."""
    ends = [(_moved(point, k, -STEP), _moved(point, k, STEP)) for k in range(len(point))]
    came = iter(trials([end for pair in ends for end in pair]))
    columns = [
        (-next(came) + next(came)) / (high[k] - low[k]) for k, (low, high) in enumerate(ends)
    ]
    return np.array(columns).T


def _moved(point: Point, place: int, step: float) -> Point:
    moved = min(max(point[place] + step, 0.0), 1.0)
    return rounded((*point[:place], moved, *point[place + 1 :]))


def _point(at: Floats) -> Point:
    return rounded(tuple(at.tolist()))


def rounded(point: Point) -> Point:
    """Return a point with so few digits that the same place is always the same point."""
    return tuple(round(min(max(each, 0.0), 1.0), DIGITS) for each in point)
