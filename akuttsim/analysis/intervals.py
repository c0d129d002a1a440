"""Intervals over replications: means with t intervals, and the verdicts they allow."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

CONFIDENCE = 0.95

Verdict = Literal["met", "not met", "cannot tell"]
Comparison = Literal["better", "worse", "differs", "no clear difference"]
Direction = Literal["higher", "lower", "neither"]
"""Which way of an indicator is good for patients or staff."""


class Interval(NamedTuple):
    """A mean over replications with its confidence interval; NaN where it cannot be had."""

    mean: float
    low: float
    high: float


def t_interval(values: NDArray[np.float64], confidence: float = CONFIDENCE) -> Interval:
    """Return the mean of independent replications and its t interval.

    Replications without a value (nothing happened in them) are left out; with fewer than two the
    interval is NaN. Source: Law, Simulation Modeling and Analysis (2015), section 9.4.1.
    """
    known = values[~np.isnan(values)]
    if len(known) == 0:
        return Interval(np.nan, np.nan, np.nan)
    mean = float(np.mean(known))
    if len(known) < 2:
        return Interval(mean, np.nan, np.nan)
    error = float(np.std(known, ddof=1)) / len(known) ** 0.5
    half = float(stdtrit(len(known) - 1, 0.5 + confidence / 2)) * error
    return Interval(mean, mean - half, mean + half)


def not_negative(interval: Interval) -> Interval:
    """Return the interval of a time or count cut at 0, which few replications can overstep."""
    return interval._replace(low=max(interval.low, 0.0))


def within_a_share(interval: Interval) -> Interval:
    """Return the interval of a share cut at 1, which few replications can overstep.

    A share of time on duty may itself lie above 1, where people work overtime; then its upper end
    is left.
    """
    high = min(interval.high, 1.0) if interval.mean <= 1 else interval.high
    return interval._replace(high=high)


def verdict(interval: Interval, side: Literal["at_least", "at_most"], target: float) -> Verdict:
    """Tell whether a target is met: only if the whole interval lies on its good side."""
    if np.isnan(interval.low):
        return "cannot tell"
    if side == "at_most":
        interval, target = Interval(-interval.mean, -interval.high, -interval.low), -target
    if interval.low >= target:
        return "met"
    return "not met" if interval.high < target else "cannot tell"


def comparison(difference: Interval, direction: Direction) -> Comparison:
    """Tell whether a paired difference is for the better: only if its interval leaves out zero.

    Of an indicator of which neither way is good it is told that it differs.
    """
    low, high = difference.low, difference.high
    if not (low > 0 or high < 0):
        return "no clear difference"
    if direction == "neither":
        return "differs"
    if direction == "lower":
        low, high = -high, -low
    return "better" if low > 0 else "worse"
