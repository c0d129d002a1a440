"""Intervals of a mean that hold however often one looks, and whenever one stops.

A t interval is right once: who looks after every replication, and stops when it says something,
is wrong far more often than it promises. These intervals hold at all looks together.
"""

from __future__ import annotations

from math import exp, inf, log, log1p, sqrt

import numpy as np

from akuttsim.records import Floats
from akuttsim.statistics.intervals import CONFIDENCE, RELATIVE_ROUNDING, Interval

EFFECT_VARIANCE = 30.0
"""Variance of the normal mixture over the mean in units of the standard deviation.

Fixed before any data. Paired differences of common patients are often many of their standard
deviations from nought; with 30 the interval is near its narrowest at four to six replications and
some 10 % wider than with the best choice at sixty.
"""

FEWEST_VALUES = 3
"""Values before anything is said: two that are alike by chance would have no width."""


def anytime_interval(values: Floats, confidence: float = CONFIDENCE) -> Interval:
    """Return the mean of independent replications and an interval that holds at every look.

    With at least `confidence` the mean lies in the intervals of all numbers of replications at
    once. The values are taken as normal with an unknown spread, as the t interval takes them; what
    is known of the spread only from the values themselves costs width, most of all at first: with
    fewer than about four values there is no bound yet at high confidence, and the ends are
    infinite.

    The mean m is in it as long as the Bayes factor of a mean other than m, with the effect size
    drawn from N(0, g) and the standard deviation from the right Haar measure, is below 1/alpha. By
    the invariance under scale that factor is a martingale where the mean is m, and by Ville's
    inequality passes 1/alpha ever at most with probability alpha. In closed form, of n values with
    the t statistic t: (1 + n g)^(-1/2) [(1 + t^2/(n-1)) / (1 + t^2/((n-1)(1 + n g)))]^(n/2).

    Sources: T. L. Lai, On confidence sequences, Annals of Statistics 4 (1976) 265-280; H. Wang and
    A. Ramdas, Anytime-valid t-tests and confidence sequences for Gaussian means with unknown
    variance, arXiv:2310.03722 (2023), the Gaussian mixture; the closed form of the Bayes factor: M.
    Gönen et al., The Bayesian two-sample t test, American Statistician 59 (2005) 252-257.

    Args:
        values: One value a replication, in the order in which they came; NaN is left out.
        confidence: Probability that no look is wrong.

    Returns:
        Mean and ends; NaN ends of fewer than `FEWEST_VALUES`, infinite ones where nothing is
        bounded yet.
    """
    known = values[~np.isnan(values)]
    count = len(known)
    mean = float(np.mean(known)) if count else np.nan
    if count < FEWEST_VALUES:
        return Interval(mean, np.nan, np.nan)
    spread = float(np.std(known, ddof=1))
    if spread <= RELATIVE_ROUNDING * abs(mean):
        return Interval(mean, mean, mean)
    half = critical_t(count, confidence) * spread / sqrt(count)
    return Interval(mean, mean - half, mean + half)


FIRST_KEPT = 6
"""From so many values on an interval is kept: later ones cannot be wider.

Before that, values that are far from normal, such as many noughts, may look too sure.
"""


def narrowing_interval(values: Floats, confidence: float = CONFIDENCE) -> Interval:
    """Return what the intervals of all looks so far have in common, of the latest mean.

    Since all of them hold at once, so does what they share: a verdict that was sure stays so. Where
    they share nothing, which happens with less than the error that is allowed, the latest holds.

    Args:
        values: One value a replication, in the order in which they came; NaN is left out.
        confidence: Probability that no look is wrong.
    """
    known = values[~np.isnan(values)]
    latest = anytime_interval(known, confidence)
    if not latest.low < latest.high:
        return latest
    looks = [anytime_interval(known[:n], confidence) for n in range(FIRST_KEPT, len(known))]
    kept = [latest, *(look for look in looks if look.low < look.high)]
    low, high = max(look.low for look in kept), min(look.high for look in kept)
    return Interval(latest.mean, low, high) if low < high else latest


def critical_t(count: int, confidence: float) -> float:
    """Return the t statistic at which the Bayes factor of `anytime_interval` is 1/alpha.

    Args:
        count: Number of values, at least two.
        confidence: 1 - alpha.

    Returns:
        The positive solution; infinite where no t reaches it.
    """
    widened = 1 + count * EFFECT_VARIANCE
    ratio = exp((log(widened) - 2 * log(1 - confidence)) / count)
    if ratio >= widened:
        return inf
    return sqrt((count - 1) * (ratio - 1) / (1 - ratio / widened))


def log_bayes_factor(count: int, t: float) -> float:
    """Return the logarithm of the Bayes factor of `anytime_interval` of a t statistic.

    Args:
        count: Number of values, at least two.
        t: Distance of their mean from the one that is tried, in standard errors.
    """
    widened, squared = 1 + count * EFFECT_VARIANCE, t * t / (count - 1)
    return (count * (log1p(squared) - log1p(squared / widened)) - log(widened)) / 2
