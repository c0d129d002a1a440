"""Durations and patience fitted to a call log, with intervals and how well they fit."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from akuttsim.patients.streams import Stream
from akuttsim.records import Flags, Floats
from akuttsim.statistics.intervals import CONFIDENCE, Interval

FEWEST_OBSERVATIONS = 30
"""So many observations are needed before anything is fitted."""

BOOTSTRAPS = 200
MOST_FOR_BOOTSTRAP = 4000
"""More observations than these find every distribution wrong; the distance tells more."""

CURVE_POINTS = 60
NORMAL_QUANTILE_975 = 1.959963984540054
"""The normal quantile of a 95 % interval."""


@dataclass(frozen=True)
class DurationFit:
    """A distribution fitted to `n` observations, in seconds.

    Attributes:
        form: The distribution, as a config names it.
        n: How many observations.
        parameters: Its parameters, as a config names them.
        distance: The largest distance between observed and fitted distribution function (Kolmogorov
            and Smirnov's).
        p: How often a sample of the fitted distribution, fitted in its turn, lies as far away.
        mean_s: The observed and the fitted mean.
        curve: Seconds, and the observed and the fitted share still going on then.
        better: Another form that fits clearly better; "" where there is none.
    """

    form: str
    n: int
    parameters: dict[str, Interval]
    distance: float
    p: float
    mean_s: tuple[float, float]
    curve: tuple[Floats, Floats, Floats] = field(repr=False)
    better: str = ""


def fit_lognormal(seconds: Floats, draw: Stream) -> DurationFit | None:
    """Return the lognormal that makes positive durations likeliest; None of too few.

    The interval of the median is that of the mean of logarithms, of sigma the chi-square one.
    """
    from scipy.special import chdtri, ndtr

    known = np.sort(seconds[seconds > 0])
    n = len(known)
    if n < FEWEST_OBSERVATIONS or known[0] == known[-1]:
        return None
    logs = np.log(known)
    mu, sigma = float(np.mean(logs)), float(np.std(logs))
    half = NORMAL_QUANTILE_975 * sigma / math.sqrt(n)
    low, high = (1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2
    sigmas = [sigma * math.sqrt(n / float(chdtri(n - 1, share))) for share in (low, high)]

    def below(values: Floats, m: float = mu, s: float = sigma) -> Floats:
        shares: Floats = ndtr((np.log(values) - m) / s)
        return shares

    distance, p = _lognormal_goodness(known, draw)
    at = np.linspace(0, float(np.quantile(known, 0.99)), CURVE_POINTS + 1)[1:]
    observed = 1 - np.searchsorted(known, at, side="right") / len(known)
    return DurationFit(
        "lognormal",
        n,
        {
            "median": Interval(math.exp(mu), math.exp(mu - half), math.exp(mu + half)),
            "sigma": Interval(sigma, *sigmas),
        },
        distance,
        p,
        (float(np.mean(known)), math.exp(mu + sigma**2 / 2)),
        (at, observed, 1 - below(at)),
        _likelier_gamma(known, logs, mu, sigma),
    )


def _lognormal_goodness(known: Floats, draw: Stream) -> tuple[float, float]:
    """Return the distance, and its bootstrap p from samples that are fitted in their turn.

    Source: H. W. Lilliefors (1967), JASA 62, 399-402, for the normal of logarithms.
    """
    distance = _normal_distance(np.log(known))
    size = min(len(known), MOST_FOR_BOOTSTRAP)
    some = np.log(known)
    if size < len(known):
        some = np.sort(draw.choice(some, size, replace=False))
    mine = _normal_distance(some)
    distances = [_normal_distance(np.sort(draw.standard_normal(size))) for _ in range(BOOTSTRAPS)]
    return distance, _bootstrap_p(distances, mine)


def _normal_distance(logs: Floats) -> float:
    """Return the largest distance between sorted values and the normal of their mean and spread."""
    from scipy.special import ndtr

    spread = float(np.std(logs))
    expected = ndtr((logs - float(np.mean(logs))) / spread)
    steps = np.arange(len(logs) + 1) / len(logs)
    return float(max((steps[1:] - expected).max(), (expected - steps[:-1]).max()))


def _bootstrap_p(samples: list[float], mine: float) -> float:
    return (1 + sum(sample >= mine for sample in samples)) / (1 + len(samples))


def _likelier_gamma(known: Floats, logs: Floats, mu: float, sigma: float) -> str:
    """Return "gamma" where a gamma of as many parameters is clearly likelier (Akaike, 10 and more).

    Configs have no gamma: it tells that the tail is lighter than the lognormal's.
    """
    from scipy import stats

    shape, _, scale = stats.gamma.fit(known, floc=0)
    of_gamma = float(stats.gamma.logpdf(known, shape, scale=scale).sum())
    normal = -((logs - mu) ** 2) / (2 * sigma**2) - math.log(sigma * math.sqrt(2 * math.pi))
    of_lognormal = float((normal - logs).sum())
    return "gamma" if 2 * (of_gamma - of_lognormal) > 10 else ""


@dataclass(frozen=True)
class PatienceFit:
    """How long callers wait before they hang up: those who leave soon, and exponential patience.

    Attributes:
        n: How many callers.
        hung_up: How many of them hung up.
        mean_s: Mean of the exponential patience.
        soon_share: The share that hangs up within `EARLY_HANG_UP_S`.
        soon_s: After how long these do, on average.
        distance: The largest distance to Kaplan and Meier's curve.
        p: How often simulated callers of this patience lie as far away.
        curve: Seconds, the share still waiting by Kaplan and Meier with its interval, and the
            fitted share.
    """

    n: int
    hung_up: int
    mean_s: Interval
    soon_share: Interval
    soon_s: float
    distance: float
    p: float
    curve: tuple[Floats, Floats, Floats, Floats, Floats] = field(repr=False)


EARLY_HANG_UP_S = 20.0
"""Who hangs up within so many seconds has not run out of patience."""


def fit_patience(wait_s: Floats, hung_up: Flags, draw: Stream) -> PatienceFit | None:
    """Return the patience of callers, of whom some hung up and others were answered first.

    An answer hides how long a caller would have waited (right censoring). Beyond `EARLY_HANG_UP_S`
    the mean is the time waited over the hang-ups, which makes an exponential likeliest, with the
    chi-square interval; the share that leaves soon is what Kaplan and Meier's curve there lacks to
    the exponential. Sources: Kaplan and Meier, JASA 53 (1958) 457-481; Mandelbaum and Zeltyn, Data
    stories about (im)patient customers in tele-queues (2013).

    Args:
        wait_s: How long each caller waited until hanging up or being answered.
        hung_up: Which of them hung up.
        draw: The stream that bootstrap samples are drawn from.

    Returns:
        The fit; None of fewer than `FEWEST_OBSERVATIONS` callers, or late hang-ups.
    """
    from scipy.special import chdtri

    wait_s, hung_up = wait_s[wait_s >= 0], hung_up[wait_s >= 0]
    late = wait_s > EARLY_HANG_UP_S
    gone = int((late & hung_up).sum())
    if len(wait_s) < FEWEST_OBSERVATIONS or gone < FEWEST_OBSERVATIONS:
        return None
    waited = float((wait_s[late] - EARLY_HANG_UP_S).sum())
    ends = [
        2 * waited / float(chdtri(df, share))
        for df, share in ((2 * gone + 2, (1 - CONFIDENCE) / 2), (2 * gone, (1 + CONFIDENCE) / 2))
    ]
    mean = Interval(waited / gone, *ends)
    soon_share = _early_hang_up_share(wait_s, hung_up, mean)
    early = wait_s[hung_up & ~late]
    soon_s = float(np.mean(early)) if len(early) else EARLY_HANG_UP_S / 2
    distance, p = _patience_goodness(wait_s[late] - EARLY_HANG_UP_S, hung_up[late], mean.mean, draw)
    curve = _waiting_curve(wait_s, hung_up, mean.mean, soon_share.mean, soon_s)
    return PatienceFit(
        len(wait_s), int(hung_up.sum()), mean, soon_share, soon_s, distance, p, curve
    )


def kaplan_meier(wait_s: Floats, hung_up: Flags, at: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the share still waiting at some times, with its 95 % interval (log-log)."""
    from scipy.stats import CensoredData, ecdf

    data = CensoredData(uncensored=wait_s[hung_up], right=wait_s[~hung_up])
    survival = ecdf(data).sf
    with warnings.catch_warnings():  # at the ends of the curve there is no interval; told below
        warnings.simplefilter("ignore", RuntimeWarning)
        interval = survival.confidence_interval(CONFIDENCE, method="log-log")
    ends: tuple[Any, Any, Any] = (survival, interval.low, interval.high)
    middle, low, high = (np.asarray(curve.evaluate(at), dtype=np.float64) for curve in ends)
    return middle, np.where(np.isnan(low), middle, low), np.where(np.isnan(high), middle, high)


def _early_hang_up_share(wait_s: Floats, hung_up: Flags, mean: Interval) -> Interval:
    """Return the share that leaves soon beyond what the exponential explains.

    The interval is that of the curve at `EARLY_HANG_UP_S`, and of the mean, by the delta method.
    """
    at = np.array([EARLY_HANG_UP_S])
    still, low, high = (float(curve[0]) for curve in kaplan_meier(wait_s, hung_up, at))
    grown = still * math.exp(EARLY_HANG_UP_S / mean.mean)
    of_curve = (high - low) / 2 * math.exp(EARLY_HANG_UP_S / mean.mean)
    of_mean = grown * EARLY_HANG_UP_S / mean.mean**2 * (mean.high - mean.low) / 2
    half = math.hypot(of_curve, of_mean)
    share = 1 - grown
    return Interval(*(min(1.0, max(0.0, end)) for end in (share, share - half, share + half)))


def _waiting_curve(
    wait_s: Floats, hung_up: Flags, mean_s: float, soon_share: float, soon_s: float
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Return the curve of those who still wait, as `PatienceFit.curve` has it.

    Up to the time below which 99 % of the waits are, at `CURVE_POINTS` times in seconds.
    """
    longest = float(np.quantile(wait_s[wait_s > 0], 0.99))
    at = np.linspace(0.0, longest, CURVE_POINTS)
    patient = np.exp(-at / mean_s) * (1 - soon_share)
    fitted = patient + soon_share * (at < soon_s)
    return at, *kaplan_meier(wait_s, hung_up, at), fitted


def _patience_goodness(
    wait_s: Floats, hung_up: Flags, mean_s: float, draw: Stream
) -> tuple[float, float]:
    """Return the largest distance to Kaplan and Meier's curve, and its bootstrap p.

    Drawn callers have the fitted patience, and the offered waits of the log's own: those answered
    as recorded, and those who left drawn from Kaplan and Meier's curve of the offered wait.
    """
    if len(wait_s) > MOST_FOR_BOOTSTRAP:
        some = draw.choice(len(wait_s), MOST_FOR_BOOTSTRAP, replace=False)
        sample_wait_s, sample_hung_up = wait_s[some], hung_up[some]
    else:
        sample_wait_s, sample_hung_up = wait_s, hung_up
    mine = _exponential_distance(sample_wait_s, sample_hung_up)
    offered = _offered_waits(sample_wait_s, sample_hung_up)
    samples = []
    for _ in range(BOOTSTRAPS):
        limit = draw.choice(offered, len(sample_wait_s))
        patience_s = draw.exponential(mean_s, len(sample_wait_s))
        samples.append(_exponential_distance(np.minimum(limit, patience_s), patience_s < limit))
    return _exponential_distance(wait_s, hung_up), _bootstrap_p(samples, mine)


def _offered_waits(wait_s: Floats, hung_up: Flags) -> Floats:
    """Return equally likely offered waits: the quantiles of Kaplan and Meier's curve of them."""
    order = np.lexsort((hung_up, wait_s))
    at_risk = np.arange(len(wait_s), 0, -1)
    steps = np.where(hung_up[order], 1.0, 1 - 1 / at_risk)
    below = 1 - np.cumprod(steps)
    levels = (np.arange(2000) + 0.5) / 2000
    positions = np.minimum(np.searchsorted(below, levels), len(wait_s) - 1)
    offered: Floats = wait_s[order][positions]
    return offered


def _exponential_distance(wait_s: Floats, hung_up: Flags) -> float:
    """Return the largest distance of the curve to its own exponential, where nine in ten lie.

    Beyond, few are left at risk and the curve wanders.
    """
    if not hung_up.any():
        return 0.0
    mean_s = float(wait_s.sum()) / int(hung_up.sum())
    order = np.lexsort((~hung_up, wait_s))
    at_risk = np.arange(len(wait_s), 0, -1)
    still = np.cumprod(np.where(hung_up[order], 1 - 1 / at_risk, 1.0))
    within = max(1, int(0.9 * len(wait_s)))
    times = wait_s[order][:within]
    return float(np.abs(still[:within] - np.exp(-times / mean_s)).max())
