"""What is still possible: points as far out as the targets allow, found by trying them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from akuttsim.experiment.calibrating.search import Found, Point, Trials, meets, rounded

SHORTER = (1.0, 0.5, 0.25)
"""Shares of the way out that are tried in turn, until every target is met."""

MOST_TRIALS = 2 * len(SHORTER)
"""Trials that it may take for each unknown."""


def edges(trials: Trials, found: Found) -> list[Point]:
    """Return points at which every target is met, each with one unknown as low or high as it goes.

    How far is foretold from the effects at the fitted point, by linear programming, and then tried;
    where the foretold point misses a target the way is shortened. None if no point meets them all.
    """
    if not meets(found.misses):
        return []
    waiting, kept = list(dict.fromkeys(_farthest(found))), []
    for share in SHORTER:
        points = [_between(found.point, end, share) for end in waiting]
        came = trials(points)
        kept += [point for point, misses in zip(points, came, strict=True) if meets(misses)]
        waiting = [end for end, misses in zip(waiting, came, strict=True) if not meets(misses)]
        if not waiting:
            break
    return [point for point in dict.fromkeys(kept) if point != found.point]


def _farthest(found: Found) -> Iterator[Point]:
    """Yield where each unknown is lowest and highest, if effects were the same everywhere."""
    from scipy.optimize import linprog

    point = np.array(found.point)
    both = np.vstack([found.effects, -found.effects])
    room = np.concatenate([1.0 - found.misses, 1.0 + found.misses])
    bounds = [(-each, 1.0 - each) for each in found.point]
    for place in range(len(point)):
        for sign in (1.0, -1.0):
            aim = np.zeros(len(point))
            aim[place] = sign
            solved = linprog(aim, A_ub=both, b_ub=room, bounds=bounds, method="highs")
            if solved.success:
                yield rounded(tuple((point + solved.x).tolist()))


def _between(start: Point, end: Point, share: float) -> Point:
    return rounded(tuple(a + share * (b - a) for a, b in zip(start, end, strict=True)))


def ends(points: list[Point]) -> list[tuple[float, float]]:
    """Return the lowest and highest place of each unknown over some points."""
    return [(min(each), max(each)) for each in zip(*points, strict=True)]
