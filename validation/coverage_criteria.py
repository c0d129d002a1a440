"""Coverage: how often an interval of the simulator holds the exact answer, and its criteria."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import beta, binom

from akuttsim.statistics.intervals import CONFIDENCE, t_interval

LOW, HIGH = 0.93, 0.97
"""The coverage that 95 % intervals must have where they are many."""

MANY_INTERVALS = 1_000
"""From so many independent intervals on, 93-97 % is asked for: by chance alone a sound simulator
would leave that span in 1 study of 250 or fewer."""

FALSE_ALARM_RATE = 0.001
"""With fewer intervals the bounds are those of the exact binomial test at this error rate."""

LEAST_EVENTS = 50.0
"""An interval counts where a run is expected to have so many of the events that it is about (and
so many others): with fewer, the figures of runs are not near normal, and no t interval is sound."""


def interval_rows(
    runs: NDArray[np.float64], exact: Mapping[str, float], where: Mapping[str, object]
) -> list[dict[str, object]]:
    """Return one row for each figure: its interval over runs, the exact answer, and if it is held.

    `runs[run, figure]`, figures in the order of `exact`; `where` is put before each row.
    """
    rows = []
    for column, (figure, truth) in zip(runs.T, exact.items(), strict=True):
        mean, low, high = t_interval(column)
        covered = bool(low <= truth <= high)
        entries = {"mean": mean, "low": low, "high": high, "exact": truth, "held": covered}
        rows.append({**where, "figure": figure, **entries})
    return rows


def coverage_bounds(intervals: int) -> tuple[float, float]:
    """Return between which shares the coverage of so many independent intervals must lie."""
    if intervals >= MANY_INTERVALS:
        return LOW, HIGH
    least = binom.ppf(FALSE_ALARM_RATE / 2, intervals, CONFIDENCE)
    most = binom.isf(FALSE_ALARM_RATE / 2, intervals, CONFIDENCE)
    return float(least) / intervals, float(most) / intervals


def criteria_by_figure(part: str, intervals: pd.DataFrame) -> list[dict[str, object]]:
    """Return for each figure whether its coverage is what it must be.

    `intervals` has one row for each independent interval of a figure: columns figure and held.
    """
    rows = []
    for figure, group in intervals.groupby("figure", sort=False):
        count, share = len(group), float(group["held"].mean())
        row = criterion(part, f"coverage of {figure}", (share, *coverage_bounds(count)), count)
        least, most = clopper_pearson(int(group["held"].sum()), count)
        rows.append(row | {"known_low": least, "known_high": most})
    return rows


def clopper_pearson(successes: int, count: int) -> tuple[float, float]:
    """Return the exact 95 % interval of a share: Clopper and Pearson (1934), Biometrika 26."""
    tail = (1 - CONFIDENCE) / 2
    low = beta.ppf(tail, successes, count - successes + 1) if successes else 0.0
    high = beta.isf(tail, successes + 1, count - successes) if successes < count else 1.0
    return float(low), float(high)


def criterion(
    part: str, what: str, found: tuple[float, float, float], count: int
) -> dict[str, object]:
    """Return one row of the table of criteria: `found` is a value and its least and most."""
    value, low, high = found
    met = bool(low <= value <= high)
    return {
        "part": part, "what": what, "value": value, "low": low, "high": high, "n": count, "met": met
    }  # fmt: skip
