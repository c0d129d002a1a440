"""Mean calls of each hour of the day, steadied by the shape that a region expects."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, gammaln, ndtri, stdtrit

from akuttsim.analysis.intervals import CONFIDENCE, Interval
from akuttsim.records import Floats

LEAST_WEIGHT, MOST_WEIGHT = 0.5, 20.0
"""So many calls an hour the region's shape counts for: nobody knows an hour better than to some
22 % (1 over the root of 20) before having counted."""


def hours_of_day(counts: NDArray[np.int64], expected: Floats) -> list[Interval]:
    """Return the mean calls of each hour of the day over days of one kind, with 95 % intervals.

    `counts` and `expected` are [day, hour]. A few days leave hours in which nobody happened to
    ring, and no hour is never rung. So each hour's calls over those expected (the region's shape at
    the level of these days) are taken to vary as a gamma with mean 1, and what is returned is the
    mean and the equal tails of that gamma once the calls are known: the fewer calls, the nearer to
    the region's shape. Source: D. Clayton and J. Kaldor, Empirical Bayes estimates of
    age-standardized relative risks for use in disease mapping, Biometrics 43 (1987) 671-681.
    Calls count for less where days differ in their hours by more than chance, and the tails are
    wider by how well the days, busy and quiet, tell their level. An hour that the region never
    expects a call in has the plain mean, and where nobody rang in it the rule of three as its upper
    end.
    """
    days = len(counts)
    seen, shape = counts.sum(axis=0).astype(np.float64), expected.sum(axis=0)
    shape = shape * seen.sum() / max(shape.sum(), TINY)
    more = _more_than_chance(counts)
    weight = _weight(seen / more, shape / more)
    steadied = np.where(shape > 0, weight, 0.0)
    of_shape = steadied / np.maximum(steadied + shape / more, TINY)
    mean = of_shape * shape + (1 - of_shape) * seen
    varies = 1 / np.maximum(steadied + seen / more, TINY) + _level_varies(counts)
    low, high = (gammaincinv(1 / varies, tail) * varies * mean for tail in TAILS)
    columns = (mean / days, low / days, np.where(mean > 0, high, 3.0) / days)
    return [Interval(*map(float, each)) for each in zip(*columns, strict=True)]


TAILS = ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2)
TINY = 1e-9


def _level_varies(counts: NDArray[np.int64]) -> float:
    """Return the variance of the days' mean number of calls over its square.

    Of few days, as much more as Student's quantile is larger than the normal one.
    """
    of_day = counts.sum(axis=1)
    if not of_day.any():
        return 0.0
    widened = float(stdtrit(len(of_day) - 1, TAILS[1]) / ndtri(TAILS[1])) ** 2
    return widened * float(np.var(of_day, ddof=1) / len(of_day) / np.mean(of_day) ** 2)


def _more_than_chance(counts: NDArray[np.int64]) -> float:
    """Return how much more than by chance days differ in their hours; at least 1.

    Pearson's statistic over its degrees of freedom, given how many called on each day and at each
    hour. Source: McCullagh and Nelder, Generalized linear models (2nd ed. 1989), section 4.5.
    """
    of_day, of_hour = counts.sum(axis=1), counts.sum(axis=0)
    rung = counts[of_day > 0][:, of_hour > 0].astype(np.float64)
    if min(rung.shape) < 2:
        return 1.0
    mean = np.outer(rung.sum(axis=1), rung.sum(axis=0)) / rung.sum()
    freedom = (rung.shape[0] - 1) * (rung.shape[1] - 1)
    statistic = float(np.sum((rung - mean) ** 2 / mean))
    more: float = max(1.0, statistic / freedom)
    return more


def _weight(seen: Floats, expected: Floats) -> float:
    """Return how many calls the region's shape counts for: the gamma's shape that is likeliest.

    Calls of an hour, whatever its gamma, are then negative binomial.
    """
    rung = expected > 0
    weights = np.geomspace(LEAST_WEIGHT, MOST_WEIGHT, 60)[:, None]
    o, e = seen[rung], expected[rung]
    likely = gammaln(o + weights) - gammaln(weights) + weights * np.log(weights / (weights + e))
    likely += o * np.log(e / (weights + e))
    return float(weights[int(np.argmax(likely.sum(axis=1))), 0])
