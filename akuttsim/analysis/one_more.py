"""Where one more replication would lie: what a figure that happened once is held against."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, gammaln, stdtrit

from akuttsim.analysis.intervals import ALIKE, CONFIDENCE, Interval
from akuttsim.records import Floats


def one_more(values: Floats) -> Interval:
    """Return the mean of replications, and where one more would lie with 95 % confidence.

    Normal prediction interval: mean plus or minus t s sqrt(1 + 1/n). Source: Hahn and Meeker,
    Statistical Intervals (1991), section 4.7. Its ends are NaN of fewer than two replications, and
    where all are alike: nobody can tell from these how far one more might lie.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return Interval(np.nan, np.nan, np.nan)
    middle = float(np.mean(known))
    spread = float(np.std(known, ddof=1)) if len(known) > 1 else 0.0
    if spread <= ALIKE * max(1.0, abs(middle)):
        return Interval(middle, np.nan, np.nan)
    half = _quantile(len(known)) * spread * (1 + 1 / len(known)) ** 0.5
    return Interval(middle, middle - half, middle + half)


def _quantile(n: int) -> float:
    return float(stdtrit(n - 1, 0.5 + CONFIDENCE / 2))


def one_more_share(values: Floats, cases: NDArray[np.integer], n: int) -> Interval:
    """Return the mean of a share, and where the share of `n` more cases would lie.

    `cases` is how many each replication's share is of. The wider of two intervals at either end,
    each with 95 % confidence: `by_chance`, what chance alone makes of `n` cases, so that the band
    has a width also where every replication says 100 %; and `by_spread`, since replications differ
    more than that where calls share a queue. Its ends are NaN of fewer than two replications.
    """
    known = ~np.isnan(values) & (cases > 0)
    values, cases = values[known], cases[known]
    middle = float(np.mean(values)) if len(values) else np.nan
    if len(values) < 2 or not n:
        return Interval(middle, np.nan, np.nan)
    chance = by_chance(float(values @ cases), float(cases.sum()), n)
    spread = by_spread(values, cases, n)
    low, high = float(np.fmin(chance[0], spread[0])), float(np.fmax(chance[1], spread[1]))
    return Interval(middle, low, high)


def by_spread(values: Floats, cases: NDArray[np.integer], n: int) -> tuple[float, float]:
    """Return where one more share would lie as far as replications differ; NaN if they are alike.

    The normal interval of `one_more` for the share's arcsine, whose spread is the same for shares
    near none, half and all, and which never leaves them. Source: F. J. Anscombe, The transformation
    of Poisson, binomial and negative-binomial data, Biometrika 35 (1948) 246-254.
    """
    turned = np.arcsin(np.sqrt((values * cases + 3 / 8) / (cases + 3 / 4)))
    _, low, high = one_more(turned)
    back = [np.sin(min(max(end, 0.0), np.pi / 2)) ** 2 for end in (low, high)]
    low, high = (float(each * (n + 3 / 4) - 3 / 8) / n for each in back)
    return (max(low, 0.0), min(high, 1.0)) if low == low else (low, high)


def by_chance(events: float, cases: float, n: int) -> tuple[float, float]:
    """Return between which shares of `n` more cases lie, after so many events of so many cases.

    Equal tails of the beta-binomial with `events` + 1/2 and `cases` - `events` + 1/2, which follows
    from Jeffreys' prior. Source: Meeker, Hahn and Escobar, Statistical Intervals (2nd ed. 2017),
    chapter 6.
    """
    k = np.arange(n + 1)
    yes, no = events + 0.5, cases - events + 0.5
    ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    below = np.cumsum(np.exp(ways + betaln(k + yes, n - k + no) - betaln(yes, no)))
    tail = (1 - CONFIDENCE) / 2
    low, high = np.searchsorted(below, [tail * below[-1], (1 - tail) * below[-1]])
    return float(low) / n, float(high) / n
