"""The search for values that meet the targets, and how far out they may lie.

Least squares by Gauss-Newton steps within a trust region and bounds (SciPy's `least_squares`,
method dogbox: Voglis and Lagaris 2004, which comes to rest at a bound where others only near it),
on central differences wide enough to be seen through what is left of chance. Every trial meets the
same patients, so that differences are of the values alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from akuttsim.records import Floats

Point = tuple[float, ...]
"""A place in the unit cube: 0 is the low end of an unknown's range, 1 the high end."""

PointResponse = Callable[[Sequence[Point]], Sequence[Floats]]
"""From points to how far each fitted target is missed there, in tolerances."""

EFFECT_STEP = 0.1
"""Share of a range on either side over which an effect is measured."""

POINT_DIGITS = 6
SETTLED_CHANGE = 1e-3
"""Change, of the point or of the misfit relative to itself, below which the search ends."""


CLOSE_ENOUGH = 0.02
"""Every target missed by no more than so much of its tolerance: the search is at its end."""


class TrialLimitError(Exception):
    """There may be no more trials."""


class _CloseEnoughError(Exception):
    """A point was found that is as good as any."""


class TriedPoints:
    """The points tried so far with what came of each; none is tried twice.

    Attributes:
        responses: How far each fitted target is missed, in tolerances, by point in the order tried.
        most: How many points there may be in all.
    """

    def __init__(self, respond: PointResponse, most: int) -> None:
        """Begin with none, of `most` at the most."""
        self.responses: dict[Point, Floats] = {}
        self.most = most
        self._respond = respond

    def __call__(self, points: Sequence[Point]) -> list[Floats]:
        """Return what comes of some points, tried together.

        Raises:
            TrialLimitError: There would be more than `most`; none of these is tried.
        """
        points = [rounded_point(point) for point in points]
        new = [point for point in dict.fromkeys(points) if point not in self.responses]
        if len(self.responses) + len(new) > self.most:
            raise TrialLimitError
        if new:
            self.responses.update(zip(new, self._respond(new), strict=True))
        return [self.responses[point] for point in points]

    def best(self) -> Point:
        """Return the point of the least squares; of several the one tried first."""
        return min(self.responses, key=lambda point: float(np.sum(self.responses[point] ** 2)))

    def feasible_points(self) -> list[Point]:
        """Return the points at which every target is met, in the order tried."""
        return [point for point, misses in self.responses.items() if meets_targets(misses)]


@dataclass(frozen=True)
class CalibrationOptimum:
    """Where the search ended.

    Attributes:
        point: The best point.
        misses: How far each fitted target is missed there, in tolerances.
        effects: Targets x unknowns: tolerances that a target moves over an unknown's whole range.
        has_settled: Whether the search came to rest, rather than out of trials.
    """

    point: Point
    misses: Floats
    effects: Floats
    has_settled: bool


def meets_targets(misses: Floats) -> bool:
    """Tell whether every target is met."""
    return bool(np.all(np.abs(misses) <= 1.0))


def search_optimum(trials: TriedPoints, first: Sequence[Point]) -> CalibrationOptimum:
    """Return the point that comes nearest to the targets.

    Trials for the effects at the end are reserved from the most there may be.

    Args:
        trials: Tries points, and remembers them.
        first: Points to try first; the descent begins at the best of them.
    """
    whole, unknowns = trials.most, len(first[0])
    trials.most = whole - 2 * unknowns
    try:
        trials(first)
        has_settled = _descend(trials)
    except _CloseEnoughError:
        has_settled = True
    except TrialLimitError:
        has_settled = False
    trials.most = whole
    point = trials.best()
    return CalibrationOptimum(
        point, trials.responses[point], target_effects(trials, point), has_settled
    )


def _descend(trials: TriedPoints) -> bool:
    """Descend from the best point so far; return whether the search came to rest.

    Raises:
        _CloseEnoughError: A point misses no target by more than `CLOSE_ENOUGH`.
        TrialLimitError: There may be no more trials.
    """
    from scipy.optimize import least_squares

    def misses(at: Floats) -> Floats:
        (missed,) = trials([_as_point(at)])
        if np.abs(missed).max() <= CLOSE_ENOUGH:
            raise _CloseEnoughError
        return missed

    def slopes(at: Floats) -> Floats:
        return target_effects(trials, _as_point(at))

    solution = least_squares(
        misses,
        trials.best(),
        jac=slopes,
        bounds=(0.0, 1.0),
        method="dogbox",
        ftol=SETTLED_CHANGE,
        xtol=SETTLED_CHANGE,
        max_nfev=trials.most,
    )
    return bool(solution.success)


def target_effects(trials: TriedPoints, point: Point) -> Floats:
    """Return how each target moves with each unknown: central differences, cut at the bounds.

    Returns:
        Targets x unknowns, in tolerances for a whole range of the unknown.
    """
    ends = [
        (_shifted_point(point, k, -EFFECT_STEP), _shifted_point(point, k, EFFECT_STEP))
        for k in range(len(point))
    ]
    responses = iter(trials([end for pair in ends for end in pair]))
    columns = [
        (-next(responses) + next(responses)) / (high[k] - low[k])
        for k, (low, high) in enumerate(ends)
    ]
    return np.array(columns).T


def _shifted_point(point: Point, place: int, step: float) -> Point:
    coordinate = min(max(point[place] + step, 0.0), 1.0)
    return rounded_point((*point[:place], coordinate, *point[place + 1 :]))


def _as_point(at: Floats) -> Point:
    return rounded_point(tuple(at.tolist()))


def rounded_point(point: Point) -> Point:
    """Return a point with so few digits that the same place is always the same point."""
    return tuple(round(min(max(coordinate, 0.0), 1.0), POINT_DIGITS) for coordinate in point)


STEP_FRACTIONS = (1.0, 0.5, 0.25)
"""Shares of the way out that are tried in turn, until every target is met."""

EDGE_TRIALS = 2 * len(STEP_FRACTIONS)
"""Trials that it may take for each unknown."""


def edge_points(trials: TriedPoints, optimum: CalibrationOptimum) -> list[Point]:
    """Return points at which every target is met, each with one unknown at an extreme.

    How far is foretold from the effects at the fitted point, by linear programming, and then tried;
    where the foretold point misses a target the way is shortened. None if no point meets them all.

    Args:
        trials: Tries points, and remembers them.
        optimum: The fitted point with its effects.
    """
    if not meets_targets(optimum.misses):
        return []
    waiting, edges = list(dict.fromkeys(_extreme_points(optimum))), []
    for share in STEP_FRACTIONS:
        points = [
            rounded_point(
                tuple(a + share * (b - a) for a, b in zip(optimum.point, end, strict=True))
            )
            for end in waiting
        ]
        responses = trials(points)
        edges += [
            point for point, misses in zip(points, responses, strict=True) if meets_targets(misses)
        ]
        waiting = [
            end for end, misses in zip(waiting, responses, strict=True) if not meets_targets(misses)
        ]
        if not waiting:
            break
    return [point for point in dict.fromkeys(edges) if point != optimum.point]


def _extreme_points(optimum: CalibrationOptimum) -> Iterator[Point]:
    """Yield where each unknown is lowest and highest, if effects were the same everywhere."""
    from scipy.optimize import linprog

    point = np.array(optimum.point)
    both = np.vstack([optimum.effects, -optimum.effects])
    room = np.concatenate([1.0 - optimum.misses, 1.0 + optimum.misses])
    bounds = [(-coordinate, 1.0 - coordinate) for coordinate in optimum.point]
    for place in range(len(point)):
        for sign in (1.0, -1.0):
            aim = np.zeros(len(point))
            aim[place] = sign
            solution = linprog(aim, A_ub=both, b_ub=room, bounds=bounds, method="highs")
            if solution.success:
                yield rounded_point(tuple((point + solution.x).tolist()))


def possible_ranges(points: list[Point]) -> list[tuple[float, float]]:
    """Return the lowest and highest place of each unknown over some points."""
    return [(min(coordinates), max(coordinates)) for coordinates in zip(*points, strict=True)]
