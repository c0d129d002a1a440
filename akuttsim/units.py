"""Units: the simulator's own are seconds and kilometres; configs use the unit in the key."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MINUTE_S = 60.0
HOUR_S = 3600.0
DAY_S = 86_400.0
WEEK_S = 7 * DAY_S
WEEKS_A_YEAR = 365.25 / 7

TICKS_PER_S = 2.0**20
"""Durations are whole ticks of about a microsecond, so that every sum of times is exact."""


def to_ticks(seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round seconds to whole ticks; sums of the result are exact in any order of addition."""
    rounded: NDArray[np.float64] = np.rint(seconds * TICKS_PER_S) / TICKS_PER_S
    return rounded


def tick(seconds: float) -> float:
    """Round one number of seconds to whole ticks."""
    return round(seconds * TICKS_PER_S) / TICKS_PER_S
