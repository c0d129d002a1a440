"""Trade-offs: which of several models no other beats in everything at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from akuttsim.analysis.intervals import CONFIDENCE, Direction, Interval, t_interval

Floats = NDArray[np.float64]

Standing = Literal["front", "open", "beaten"]
"""On the front by the means; off it, but not surely; surely beaten by some other model."""


def front(points: Floats) -> NDArray[np.bool_]:
    """Tell which points are on the Pareto front; `points` has a row for each, low is good.

    A point is off it if another is nowhere worse and somewhere better. Equal points stay together.
    """
    nowhere_worse = (points[None, :, :] <= points[:, None, :]).all(axis=2)
    somewhere_better = (points[None, :, :] < points[:, None, :]).any(axis=2)
    dominates = np.asarray(nowhere_worse & somewhere_better)
    return np.asarray(~dominates.any(axis=1))


def standings(values: Sequence[Floats], directions: Sequence[Direction]) -> list[Standing]:
    """Return how each model stands in a trade-off of several indicators.

    `values` has for each indicator a table of models by replication on common patients, and
    `directions` which way of it is good. A model is surely beaten if, by the intervals of the
    paired differences, some other is surely better in one indicator and in each of the others
    surely better or the same in every replication.
    """
    good = [each if way == "lower" else -each for each, way in zip(values, directions, strict=True)]
    on_front = front(np.column_stack([np.nanmean(each, axis=1) for each in good]))
    return [
        "front" if is_on else "beaten" if _is_beaten(place, good) else "open"
        for place, is_on in enumerate(on_front)
    ]


def _is_beaten(place: int, good: Sequence[Floats]) -> bool:
    others = [each for each in range(len(good[0])) if each != place]
    level = 1 - (1 - CONFIDENCE) / max(len(others), 1)
    return any(
        _beats([t_interval(each[place] - each[other], level) for each in good]) for other in others
    )


def _beats(losses: Sequence[Interval]) -> bool:
    """Tell whether what a model loses to another is nowhere a gain, and somewhere surely a loss."""
    same = [each.mean == each.low == each.high == 0 for each in losses]
    lost = [each.low > 0 for each in losses]
    return any(lost) and all(a or b for a, b in zip(same, lost, strict=True))
