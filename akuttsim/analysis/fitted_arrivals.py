"""When people call, fitted to a log: level, hours of the day, weekends, days busier than others."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from akuttsim.analysis.fitted_hours import hours_of_day
from akuttsim.analysis.fitting import BOOTSTRAPS
from akuttsim.analysis.intervals import Interval
from akuttsim.patients.streams import Stream
from akuttsim.records import Flags, Floats
from akuttsim.units import HOUR_S

FEWEST_DAYS = 7


@dataclass(frozen=True)
class Days:
    """The whole days of a log: calls of each hour, which days are free, what a region expects.

    `counts` and `expected` are [day, hour of the day]; `expected` is before fitting.
    """

    counts: NDArray[np.int64]
    expected: Floats
    free: Flags

    @property
    def calls(self) -> int:
        """Return the number of calls."""
        return int(self.counts.sum())


@dataclass(frozen=True)
class ArrivalFit:
    """Arrivals fitted to whole days, so many `working` and so many `free` ones.

    `level` is calls over those that the region expects; `weekday` and `weekend` mean calls of each
    hour on working and free days, with intervals; `weekend_factor` a free day over a working day;
    `day_cv` how much days differ beyond chance. `dispersion` is the variance of hourly counts over
    what the fitted model has for it; `p_even` the p that calls come evenly within their hour.
    """

    n: int
    working: int
    free: int
    level: Interval
    weekday: list[Interval]
    weekend: list[Interval]
    weekend_factor: Interval | None
    day_cv: Interval
    dispersion: float
    p_even: float
    counts: tuple[Floats, Floats] = field(repr=False)

    @property
    def days(self) -> int:
        """Return the number of whole days."""
        return self.working + self.free


def arrivals(days: Days, within_s: Floats, draw: Stream) -> ArrivalFit | None:
    """Return arrivals fitted to a log's whole days; None of fewer than a week.

    `within_s` is each call's seconds since its hour began. Intervals are over days drawn with
    replacement (percentile bootstrap), working and free days by themselves, since days differ more
    than by chance.
    """
    if len(days.counts) < FEWEST_DAYS or not days.calls:
        return None
    samples = [_resampled(days, draw) for _ in range(BOOTSTRAPS)]
    level = _interval(_level(days), [_level(each) for each in samples])
    cv = _interval(_day_cv(days), [_day_cv(each) for each in samples])
    has_both = days.free.any() and not days.free.all()
    factors = [_weekend_factor(each) for each in samples] if has_both else []
    return ArrivalFit(
        n=days.calls,
        working=int((~days.free).sum()),
        free=int(days.free.sum()),
        level=level,
        weekday=_hours_of(days, ~days.free),
        weekend=_hours_of(days, days.free),
        weekend_factor=_interval(_weekend_factor(days), factors) if has_both else None,
        day_cv=cv,
        dispersion=_dispersion(days, cv.mean),
        p_even=_p_even(within_s),
        counts=(_mean_hours(days, ~days.free), _mean_hours(days, days.free)),
    )


def _resampled(days: Days, draw: Stream) -> Days:
    rows = np.concatenate(
        [
            draw.choice(kind, len(kind)) if len(kind) else kind
            for kind in (np.flatnonzero(~days.free), np.flatnonzero(days.free))
        ]
    )
    return Days(days.counts[rows], days.expected[rows], days.free[rows])


def _interval(value: float, samples: list[float]) -> Interval:
    """Return a value with the 2.5 and 97.5 percentiles of its samples."""
    low, high = np.percentile(samples, [2.5, 97.5])
    return Interval(value, float(low), float(high))


def _level(days: Days) -> float:
    return float(days.counts.sum() / days.expected.sum())


def _weekend_factor(days: Days) -> float:
    """Return a free day's calls over a working day's."""
    of_day = days.counts.sum(axis=1)
    return float(np.mean(of_day[days.free]) / np.mean(of_day[~days.free]))


def _day_cv(days: Days) -> float:
    """Return how much days differ beyond Poisson, over the mean of their kind.

    Moments: the variance of a day's calls is mean + (cv mean)^2, working and free days together.
    """
    of_day = days.counts.sum(axis=1).astype(np.float64)
    more, squares = 0.0, 0.0
    for kind in (days.free, ~days.free):
        if kind.sum() > 1:
            mine = of_day[kind]
            weight = len(mine) - 1
            more += weight * (float(np.var(mine, ddof=1)) - float(np.mean(mine)))
            squares += weight * float(np.mean(mine)) ** 2
    return float(np.sqrt(max(0.0, more) / squares)) if squares else 0.0


def _mean_hours(days: Days, kind: Flags) -> Floats:
    return days.counts[kind].mean(axis=0) if kind.any() else np.full(24, np.nan)


FEWEST_OF_KIND = 2
"""So many working or free days are needed before their hours are fitted."""


def _hours_of(days: Days, kind: Flags) -> list[Interval]:
    if kind.sum() < FEWEST_OF_KIND:
        return []
    return hours_of_day(days.counts[kind], days.expected[kind])


def _dispersion(days: Days, cv: float) -> float:
    """Return the mean square of hourly counts about the fitted mean over its variance: about 1."""
    total, hours = 0.0, 0
    for kind in (days.free, ~days.free):
        if kind.sum() > 1:
            counts = days.counts[kind].astype(np.float64)
            mean = counts.mean(axis=0)
            known = mean > 0
            variance = mean + (cv * mean) ** 2
            square = ((counts - mean) ** 2)[:, known] / variance[known]
            total += float(square.sum()) * len(counts) / (len(counts) - 1)
            hours += square.size
    return total / hours if hours else float("nan")


def _p_even(within_s: Floats) -> float:
    """Return the p of calls spread evenly over their hours (Kolmogorov and Smirnov).

    Given the number of an hour, a Poisson process has its calls anywhere in it alike. Source: Brown
    et al., Statistical analysis of a telephone call center, JASA 100 (2005) 36-50.
    """
    from scipy.stats import kstest

    if not len(within_s):
        return float("nan")
    return float(kstest(within_s / HOUR_S, "uniform").pvalue)
