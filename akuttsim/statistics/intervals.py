"""Intervals over replications: means, the verdicts they allow, and one more replication."""

from __future__ import annotations

from math import inf
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from akuttsim.records import Floats
from akuttsim.statistics.verdicts import Direction, Verdict

CONFIDENCE = 0.95

LEAST_EVENTS = 50.0
"""From so many cases of the rarer kind in a replication on, a share is near enough to normal for a
t interval (docs/verdicts.md)."""


RELATIVE_ROUNDING = 1e-9
"""Values that differ by less of their size are the same: sums in another order are rounded."""


class Interval(NamedTuple):
    """A mean over replications with its confidence interval; NaN where it cannot be had."""

    mean: float
    low: float
    high: float


def t_interval(values: Floats, confidence: float = CONFIDENCE) -> Interval:
    """Return the mean of independent replications and its t interval.

    Replications without a value (nothing happened in them) are left out; with fewer than two the
    interval is NaN. Source: Law, Simulation Modeling and Analysis (2015), section 9.4.1.
    """
    from scipy.special import stdtrit

    known = values[~np.isnan(values)]
    if len(known) == 0:
        return Interval(np.nan, np.nan, np.nan)
    mean = float(np.mean(known))
    if len(known) < 2:
        return Interval(mean, np.nan, np.nan)
    spread = float(np.std(known, ddof=1))
    error = 0.0 if spread <= RELATIVE_ROUNDING * abs(mean) else spread / len(known) ** 0.5
    half = float(stdtrit(len(known) - 1, 0.5 + confidence / 2)) * error
    return Interval(mean, mean - half, mean + half)


def share_interval(
    values: Floats, cases: NDArray[np.integer], confidence: float = CONFIDENCE
) -> Interval:
    """Return the mean of a share over replications and its interval within 0 and 1.

    `cases` is how many each replication's share is of. Where the rarer kind is seldom (fewer than
    `LEAST_EVENTS` in a replication) a t interval is too narrow and lies too near 0 or 1, with no
    width at all where every replication says 100 %. There the interval is Clopper and Pearson's
    exact one for as many independent cases as have the spread that the replications have (Korn and
    Graubard 1998, Survey Methodology 24, 193-201; Parker et al. 2017, Vital and Health Statistics
    2(175)). Shares that are not of whole cases, as those of time, keep the t interval.
    """
    known = ~np.isnan(values)
    values, cases = values[known], cases[known]
    plain = t_interval(values, confidence)
    events = values * cases
    is_whole = bool(np.all(np.abs(events - np.round(events)) < 1e-6))
    rarer = min(float(events.mean()), float((cases - events).mean())) if len(values) else 0.0
    if len(values) < 2 or not is_whole or rarer >= LEAST_EVENTS:
        return cut_at_zero(cut_at_one(plain))
    return _korn_graubard_interval(plain, float(cases.sum()), confidence, len(values))


def _korn_graubard_interval(
    plain: Interval, cases: float, confidence: float, runs: int
) -> Interval:
    """Return the exact interval of the share of as many cases as tell as much as the runs do."""
    from scipy.special import betainccinv, betaincinv, ndtri, stdtrit

    share, tail = plain.mean, (1 - confidence) / 2
    variance = ((plain.high - plain.low) / 2 / float(stdtrit(runs - 1, 1 - tail))) ** 2
    independent = share * (1 - share) / variance if variance else inf
    fewer = (float(ndtri(tail)) / float(stdtrit(runs - 1, tail))) ** 2
    telling = cases if share in (0.0, 1.0) else min(cases, independent * fewer)
    events = share * telling
    low = float(betaincinv(events, telling - events + 1, tail)) if events > 0 else 0.0
    high = float(betainccinv(events + 1, telling - events, tail)) if share < 1 else 1.0
    return Interval(share, low, high)


def t_intervals(values: NDArray[np.float64], confidence: float = CONFIDENCE) -> list[Interval]:
    """Return the t interval of each row of replications, as `t_interval` does of one."""
    from scipy.special import stdtrit

    known = ~np.isnan(values)
    count = known.sum(axis=1)
    sums = np.where(known, values, 0.0).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = sums / count
        squares = (np.where(known, values - means[:, None], 0.0) ** 2).sum(axis=1)
        spread = np.sqrt(squares / (count - 1))
        errors = np.where(spread <= RELATIVE_ROUNDING * np.abs(means), 0.0, spread) / np.sqrt(count)
        half = np.where(count > 1, stdtrit(count - 1, 0.5 + confidence / 2) * errors, np.nan)
    columns = (means, means - half, means + half)
    return list(map(Interval._make, zip(*(column.tolist() for column in columns), strict=True)))


def bonferroni_confidence(confidence: float, comparisons: int) -> float:
    """Return the confidence of each of several intervals that hold all at once (Bonferroni).

    For the differences of one indicator between a base and each of k - 1 other models: with at
    least `confidence`, none of the k - 1 intervals misses. It holds however the differences depend
    on each other, as they do on common patients. Dunnett's intervals are a little narrower but need
    equal variances and a correlation that common patients do not give; Holm's steps reject more
    but leave verdicts without intervals that agree with them, and here no verdict may be stronger
    than the interval beside it. Source: Law, Simulation Modeling and Analysis (2015), 10.3.1.
    """
    return 1 - (1 - confidence) / max(comparisons, 1)


def cut_at_zero(interval: Interval) -> Interval:
    """Return the interval of a time or count cut at 0, which few replications can overstep."""
    return interval._replace(low=max(interval.low, 0.0))


def cut_at_one(interval: Interval) -> Interval:
    """Return the interval of a share cut at 1, which few replications can overstep.

    A share of time on duty may itself lie above 1, where people work overtime; then its upper end
    is left.
    """
    high = min(interval.high, 1.0) if interval.mean <= 1 else interval.high
    return interval._replace(high=high)


def target_verdict(
    interval: Interval, side: Literal["at_least", "at_most"], target: float
) -> Verdict:
    """Tell whether a target is met: only if the whole interval lies on its good side."""
    if np.isnan(interval.low):
        return Verdict.CANNOT_TELL
    if side == "at_most":
        interval, target = Interval(-interval.mean, -interval.high, -interval.low), -target
    if interval.low >= target:
        return Verdict.MET
    return Verdict.NOT_MET if interval.high < target else Verdict.CANNOT_TELL


def difference_verdict(difference: Interval, direction: Direction, margin: float = 0.0) -> Verdict:
    """Tell what the interval of a paired difference allows to be said, and no more.

    The one rule for regions, places, hours, cases and effects. A whole interval within the margin
    on either side of zero, its ends included, says that there is no difference that matters
    (equivalence, by the confidence interval: Schuirmann 1987, Journal of Pharmacokinetics and
    Biopharmaceutics 15). A whole interval beyond the margin says better or worse, and of an
    indicator of which neither way is good that it differs. Anything else cannot be told.

    Args:
        difference: The paired difference from what it is held against; NaN ends where unknown.
        direction: Which way of the indicator is good.
        margin: The smallest difference that matters, in the indicator's unit. With 0 any
            difference does, and one that is nought in every replication lies within.
    """
    low, high = difference.low, difference.high
    if -margin <= low and high <= margin:
        return Verdict.WITHIN_MARGIN
    if not (low > margin or high < -margin):
        return Verdict.CANNOT_TELL
    if direction == "neither":
        return Verdict.DIFFERS
    is_higher = low > margin
    return Verdict.BETTER if is_higher == (direction == "higher") else Verdict.WORSE


def prediction_interval(values: Floats) -> Interval:
    """Return the mean of replications, and where one more would lie with 95 % confidence.

    Normal prediction interval: mean plus or minus t s sqrt(1 + 1/n). Source: Hahn and Meeker,
    Statistical Intervals (1991), section 4.7. Its ends are NaN of fewer than two replications, and
    where all are alike: nobody can tell from these how far one more might lie.
    """
    from scipy.special import stdtrit

    known = values[~np.isnan(values)]
    if not len(known):
        return Interval(np.nan, np.nan, np.nan)
    middle = float(np.mean(known))
    spread = float(np.std(known, ddof=1)) if len(known) > 1 else 0.0
    if spread <= RELATIVE_ROUNDING * max(1.0, abs(middle)):
        return Interval(middle, np.nan, np.nan)
    quantile = float(stdtrit(len(known) - 1, 0.5 + CONFIDENCE / 2))
    half = quantile * spread * (1 + 1 / len(known)) ** 0.5
    return Interval(middle, middle - half, middle + half)


def share_prediction_interval(values: Floats, cases: NDArray[np.integer], n: int) -> Interval:
    """Return the mean of a share, and where the share of `n` more cases would lie.

    `cases` is how many each replication's share is of. The wider of two intervals at either end,
    each with 95 % confidence: `share_prediction_by_chance`, what chance alone makes of `n` cases,
    so that the band has a width also where every replication says 100 %; and
    `share_prediction_by_spread`, since replications differ more than that where calls share a
    queue. Its ends are NaN of fewer than two replications.
    """
    known = ~np.isnan(values) & (cases > 0)
    values, cases = values[known], cases[known]
    middle = float(np.mean(values)) if len(values) else np.nan
    if len(values) < 2 or not n:
        return Interval(middle, np.nan, np.nan)
    chance = share_prediction_by_chance(float(values @ cases), float(cases.sum()), n)
    spread = share_prediction_by_spread(values, cases, n)
    low, high = float(np.fmin(chance[0], spread[0])), float(np.fmax(chance[1], spread[1]))
    return Interval(middle, low, high)


def share_prediction_by_spread(
    values: Floats, cases: NDArray[np.integer], n: int
) -> tuple[float, float]:
    """Return where one more share would lie as far as replications differ.

    NaN if they are alike.

    The normal interval of `prediction_interval` for the share's arcsine, whose spread is the same
    for shares near none, half and all, and which never leaves them. Source: F. J. Anscombe, The
    transformation of Poisson, binomial and negative-binomial data, Biometrika 35 (1948) 246-254.
    """
    turned = np.arcsin(np.sqrt((values * cases + 3 / 8) / (cases + 3 / 4)))
    _, low, high = prediction_interval(turned)
    back = [np.sin(min(max(end, 0.0), np.pi / 2)) ** 2 for end in (low, high)]
    low, high = (float(share * (n + 3 / 4) - 3 / 8) / n for share in back)
    return (max(low, 0.0), min(high, 1.0)) if low == low else (low, high)


def share_prediction_by_chance(events: float, cases: float, n: int) -> tuple[float, float]:
    """Return between which shares of `n` more cases lie, after so many events of so many cases.

    Equal tails of the beta-binomial with `events` + 1/2 and `cases` - `events` + 1/2, which follows
    from Jeffreys' prior. Source: Meeker, Hahn and Escobar, Statistical Intervals (2nd ed. 2017),
    chapter 6.
    """
    from scipy.special import betaln, gammaln

    k = np.arange(n + 1)
    yes, no = events + 0.5, cases - events + 0.5
    ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    below = np.cumsum(np.exp(ways + betaln(k + yes, n - k + no) - betaln(yes, no)))
    tail = (1 - CONFIDENCE) / 2
    low, high = np.searchsorted(below, [tail * below[-1], (1 - tail) * below[-1]])
    return float(low) / n, float(high) / n
