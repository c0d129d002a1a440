"""Precision: whether replications are enough, and how many more would be."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.special import stdtrit

from akuttsim.analysis.intervals import CONFIDENCE, Floats, t_interval

LEAST_RUNS = 5
"""Fewer replications are never called precise: their spread is too badly known."""

LOOK_AHEAD = 5
"""Further replications over which an interval must stay narrow (Hoad, Robinson and Davies 2010)."""

MOST_RUNS = 1_000_000
"""More replications than these are told as never."""


def half_width(values: Floats, confidence: float = CONFIDENCE) -> float:
    """Return the half-width of the t interval of replications so far; NaN below two of them."""
    interval = t_interval(values, confidence)
    return (interval.high - interval.low) / 2


def replications_needed(
    values: Floats, wanted: float, confidence: float = CONFIDENCE
) -> int | None:
    """Return how many replications in all would bring the half-width to what is wanted.

    Takes the spread of those so far as it is, and counts on from them. None with fewer than two,
    or where none would do. Source: Law, Simulation Modeling and Analysis (2015), section 9.4.1.
    """
    known = values[~np.isnan(values)]
    if len(known) < 2 or not wanted > 0:
        return None
    spread = float(np.std(known, ddof=1))
    return _fewest(lambda runs: _half(spread, runs, confidence) <= wanted, len(known))


def is_precise(
    values: Floats,
    wanted: float,
    confidence: float = CONFIDENCE,
    look_ahead: int = LOOK_AHEAD,
) -> bool:
    """Tell whether an interval became as narrow as wanted and stayed so over further replications.

    See `precise_from`.
    """
    return precise_from(values, wanted, confidence, look_ahead) is not None


def precise_from(
    values: Floats,
    wanted: float,
    confidence: float = CONFIDENCE,
    look_ahead: int = LOOK_AHEAD,
) -> int | None:
    """Return after how many replications the half-width was as wanted, and stayed so.

    It must stay so over the `look_ahead` further ones, or over that percentage of those so far if
    they are more: a few replications that happen to be alike are no proof. None where that has not
    been seen yet. Source: K. Hoad, S. Robinson and R. Davies (2010), "Automated selection of the
    number of replications for a discrete-event simulation", Journal of the Operational Research
    Society 61, 1632-1644; they ask for a half-width in per cent of the mean.
    """
    known = values[~np.isnan(values)]
    narrow = _half_widths(known, confidence) <= wanted
    for runs in range(LEAST_RUNS, len(known) + 1):
        last = runs + (look_ahead if runs <= 100 else look_ahead * runs // 100)
        if last <= len(known) and bool(narrow[runs - 1 : last].all()):
            return runs
    return None


def more_for_target(values: Floats, target: float, confidence: float = CONFIDENCE) -> int | None:
    """Return how many more replications would tell on which side of a target the mean lies.

    If mean and spread stay as they are; 0 where it can be told already. None where the mean lies on
    the target, or with fewer than two replications.
    """
    return _more(values, lambda mean, half: half < abs(mean - target), confidence)


def more_for_difference(
    values: Floats, margin: float | None = None, confidence: float = CONFIDENCE
) -> int | None:
    """Return how many more replications would give a paired difference a verdict.

    Either that it is not zero or, with a margin, that it is no larger; otherwise as
    `more_for_target`. `values` are the differences by replication, and `confidence` is that of each
    interval (see `simultaneous`).
    """

    def tells(mean: float, half: float) -> bool:
        return half < abs(mean) or (margin is not None and abs(mean) + half <= margin)

    return _more(values, tells, confidence)


def _more(values: Floats, tells: Callable[[float, float], bool], confidence: float) -> int | None:
    known = values[~np.isnan(values)]
    if len(known) < 2:
        return None
    mean, spread = float(np.mean(known)), float(np.std(known, ddof=1))
    if not tells(mean, _half(spread, MOST_RUNS, confidence)):
        return None
    needed = _fewest(lambda runs: tells(mean, _half(spread, runs, confidence)), len(known))
    return None if needed is None else needed - len(known)


def _half(spread: float, runs: int, confidence: float) -> float:
    return float(stdtrit(runs - 1, 0.5 + confidence / 2)) * spread / math.sqrt(runs)


def _half_widths(known: Floats, confidence: float) -> Floats:
    """Return the half-width after each replication; infinite before the second."""
    runs = np.arange(1, len(known) + 1)
    shifted = known - known[0] if len(known) else known
    mean = np.cumsum(shifted) / runs
    squares = np.maximum(np.cumsum(shifted**2) - runs * mean**2, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(squares / (runs - 1) / runs)
        halves = stdtrit(runs - 1, 0.5 + confidence / 2) * error
    return np.where(runs < 2, np.inf, halves)


def _fewest(enough: Callable[[int], bool], least: int) -> int | None:
    """Return the fewest replications from `least` on that are enough; None above `MOST_RUNS`.

    Half-widths fall with every replication, so that the search doubles and halves.
    """
    few, many = least - 1, least
    while not enough(many):
        few, many = many, many * 2
        if many > MOST_RUNS:
            return None
    while many - few > 1:
        middle = math.ceil((few + many) / 2)
        few, many = (few, middle) if enough(middle) else (middle, many)
    return many
