"""What a call log tells of a region: its figures, fitted arrivals and all parameters.

Arrivals are a level, hours of the day steadied by the shape that a region expects, weekends, and
days busier than others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, gammaln, ndtri, stdtrit

from akuttsim.calllog.logged_calls import UNKNOWN, CallLog
from akuttsim.calllog.times import local_parts
from akuttsim.config.schema.region import Region
from akuttsim.patients.call_rates import is_free
from akuttsim.patients.streams import Stream
from akuttsim.records import Flags, Floats
from akuttsim.statistics.distribution_fit import BOOTSTRAPS, DurationFit, PatienceFit
from akuttsim.statistics.intervals import CONFIDENCE, Interval
from akuttsim.units import HOUR_S, MINUTE_S


@dataclass(frozen=True)
class LogSummary:
    """A call log in a few figures.

    Attributes:
        first, last: The first and the last day, as 2026-01-31.
        days: Every day between.
        of_day: Calls of each of them.
        working, free: Mean calls of each of the 24 hours on working days, and on weekends and
            holidays; NaN where the log has no such day.
        filled: By column, how many calls tell it.
    """

    first: str
    last: str
    days: NDArray[np.datetime64]
    of_day: NDArray[np.int64]
    working: Floats
    free: Floats
    filled: dict[str, int]


def summarise_log(log: CallLog) -> LogSummary:
    """Return a log in a few figures."""
    day, hour = local_parts(log.time_s, log.time_zone)
    days = np.arange(day.min(), day.max() + 1)
    counts = np.zeros((len(days), 24), dtype=np.int64)
    np.add.at(counts, (day - days[0], hour), 1)
    dates = days.astype("datetime64[D]")
    free = np.array([is_free(date) for date in dates.tolist()])
    codes: dict[str, NDArray[Any]] = {
        "number": log.line,
        "place": log.place,
        "urgency": log.urgency,
    }
    filled = {"time": len(log)}
    filled |= {
        name: int((column != UNKNOWN).sum()) for name, column in {**codes, **log.codes}.items()
    }
    seconds = {**log.stages, **log.lengths}
    filled |= {name: int((~np.isnan(times)).sum()) for name, times in seconds.items()}
    filled |= {name: int(cells.sum()) for name, cells in log.filled.items()}
    return LogSummary(
        str(dates[0]),
        str(dates[-1]),
        dates,
        counts.sum(axis=1),
        _mean_day(counts[~free]),
        _mean_day(counts[free]),
        {name: filled[name] for name in log.columns if name in filled},
    )


def _mean_day(counts: NDArray[np.int64]) -> Floats:
    return counts.mean(axis=0) if len(counts) else np.full(24, np.nan)


LEAST_SHAPE_WEIGHT, MOST_SHAPE_WEIGHT = 0.5, 20.0
"""So many calls an hour the region's shape counts for: nobody knows an hour better than to some
22 % (1 over the root of 20) before having counted."""


def fit_hours_of_day(counts: NDArray[np.int64], expected: Floats) -> list[Interval]:
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
    calls, shape = counts.sum(axis=0).astype(np.float64), expected.sum(axis=0)
    shape = shape * calls.sum() / max(shape.sum(), TINY)
    more = _hourly_overdispersion(counts)
    weight = _shape_weight(calls / more, shape / more)
    steadied = np.where(shape > 0, weight, 0.0)
    of_shape = steadied / np.maximum(steadied + shape / more, TINY)
    mean = of_shape * shape + (1 - of_shape) * calls
    varies = 1 / np.maximum(steadied + calls / more, TINY) + _level_variance(counts)
    low, high = (gammaincinv(1 / varies, tail) * varies * mean for tail in TAILS)
    columns = (mean / days, low / days, np.where(mean > 0, high, 3.0) / days)
    return [Interval(*map(float, row)) for row in zip(*columns, strict=True)]


TAILS = ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2)
TINY = 1e-9


def _level_variance(counts: NDArray[np.int64]) -> float:
    """Return the variance of the days' mean number of calls over its square.

    Of few days, as much more as Student's quantile is larger than the normal one.
    """
    of_day = counts.sum(axis=1)
    if not of_day.any():
        return 0.0
    widened = float(stdtrit(len(of_day) - 1, TAILS[1]) / ndtri(TAILS[1])) ** 2
    return widened * float(np.var(of_day, ddof=1) / len(of_day) / np.mean(of_day) ** 2)


def _hourly_overdispersion(counts: NDArray[np.int64]) -> float:
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


def _shape_weight(calls: Floats, expected: Floats) -> float:
    """Return how many calls the region's shape counts for: the gamma's shape that is likeliest.

    Calls of an hour, whatever its gamma, are then negative binomial.
    """
    rung = expected > 0
    weights = np.geomspace(LEAST_SHAPE_WEIGHT, MOST_SHAPE_WEIGHT, 60)[:, None]
    o, e = calls[rung], expected[rung]
    likely = gammaln(o + weights) - gammaln(weights) + weights * np.log(weights / (weights + e))
    likely += o * np.log(e / (weights + e))
    return float(weights[int(np.argmax(likely.sum(axis=1))), 0])


FEWEST_DAYS = 7


@dataclass(frozen=True)
class LogDays:
    """The whole days of a log: calls of each hour, which days are free, what a region expects.

    Attributes:
        counts: Calls, [day, hour of the day].
        expected: Calls that the region expects before fitting, [day, hour of the day].
        free: Which days are weekends or holidays.
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

    Attributes:
        n: How many calls.
        working, free: How many days of each kind.
        level: Calls over those that the region expects.
        weekday, weekend: Mean calls of each hour on working and on free days; empty where there are
            too few such days.
        weekend_factor: Calls of a free day over those of a working day.
        day_cv: How much days differ beyond chance, over their mean.
        dispersion: The variance of hourly counts over what the fitted model has for it.
        p_even: The p that calls come evenly within their hour.
        counts: Mean calls of each hour on working and on free days, as they were counted.
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


def fit_arrivals(days: LogDays, within_s: Floats, draw: Stream) -> ArrivalFit | None:
    """Return arrivals fitted to a log's whole days; None of fewer than a week.

    `within_s` is each call's seconds since its hour began. Intervals are over days drawn with
    replacement (percentile bootstrap), working and free days by themselves, since days differ more
    than by chance.
    """
    if len(days.counts) < FEWEST_DAYS or not days.calls:
        return None
    samples = [_resample_days(days, draw) for _ in range(BOOTSTRAPS)]
    level = _percentile_interval(
        _arrival_level(days), [_arrival_level(sample) for sample in samples]
    )
    cv = _percentile_interval(_day_cv(days), [_day_cv(sample) for sample in samples])
    has_both = days.free.any() and not days.free.all()
    factors = [_weekend_factor(sample) for sample in samples] if has_both else []
    return ArrivalFit(
        n=days.calls,
        working=int((~days.free).sum()),
        free=int(days.free.sum()),
        level=level,
        weekday=_fitted_hours_of_kind(days, ~days.free),
        weekend=_fitted_hours_of_kind(days, days.free),
        weekend_factor=_percentile_interval(_weekend_factor(days), factors) if has_both else None,
        day_cv=cv,
        dispersion=_hourly_dispersion(days, cv.mean),
        p_even=_evenness_p(within_s),
        counts=(_mean_hourly_calls(days, ~days.free), _mean_hourly_calls(days, days.free)),
    )


def _resample_days(days: LogDays, draw: Stream) -> LogDays:
    """Return as many days drawn with replacement, working and free days by themselves."""
    rows = np.concatenate(
        [
            draw.choice(kind, len(kind)) if len(kind) else kind
            for kind in (np.flatnonzero(~days.free), np.flatnonzero(days.free))
        ]
    )
    return LogDays(days.counts[rows], days.expected[rows], days.free[rows])


def _percentile_interval(value: float, samples: list[float]) -> Interval:
    """Return a value with the 2.5 and 97.5 percentiles of its samples."""
    low, high = np.percentile(samples, [2.5, 97.5])
    return Interval(value, float(low), float(high))


def _arrival_level(days: LogDays) -> float:
    return float(days.counts.sum() / days.expected.sum())


def _weekend_factor(days: LogDays) -> float:
    """Return a free day's calls over a working day's."""
    of_day = days.counts.sum(axis=1)
    return float(np.mean(of_day[days.free]) / np.mean(of_day[~days.free]))


def _day_cv(days: LogDays) -> float:
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


def _mean_hourly_calls(days: LogDays, kind: Flags) -> Floats:
    return days.counts[kind].mean(axis=0) if kind.any() else np.full(24, np.nan)


FEWEST_DAYS_OF_KIND = 2
"""So many working or free days are needed before their hours are fitted."""


def _fitted_hours_of_kind(days: LogDays, kind: Flags) -> list[Interval]:
    if kind.sum() < FEWEST_DAYS_OF_KIND:
        return []
    return fit_hours_of_day(days.counts[kind], days.expected[kind])


def _hourly_dispersion(days: LogDays, cv: float) -> float:
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


def _evenness_p(within_s: Floats) -> float:
    """Return the p of calls spread evenly over their hours (Kolmogorov and Smirnov).

    Given the number of an hour, a Poisson process has its calls anywhere in it alike. Source: Brown
    et al., Statistical analysis of a telephone call center, JASA 100 (2005) 36-50.
    """
    from scipy.stats import kstest

    if not len(within_s):
        return float("nan")
    return float(kstest(within_s / HOUR_S, "uniform").pvalue)


class UnfittedParameter(NamedTuple):
    """Something that was not fitted: its key, why, how many there were, and how many it takes."""

    key: str
    why: str
    n: int
    needed: int = 0


class RatioFit(NamedTuple):
    """A share, or how many times as long something took, from so many observations."""

    n: int
    ratio: Interval


@dataclass(frozen=True, eq=False)
class OnDutyFit:
    """How many were present on average, of so many different people or units.

    Attributes:
        people: How many there are in the log.
        working: Mean number in each hour of working days; NaN where there are none.
        free: The same of weekends and holidays.
    """

    people: int
    working: Floats
    free: Floats


@dataclass(frozen=True)
class FittedRegion:
    """All that a log tells of a region.

    Arrivals by number; durations and patience by the region's key. `crew` has durations that belong
    to an organisation (mobilisation) or to one hospital, which are told and not written. `ratios`
    has shares by the region's key, and `drive.blue` and `drive.car`; `on_duty` operators and units.
    `unfitted` is the rest.
    """

    log: CallLog
    region: Region
    arrivals: dict[str, ArrivalFit]
    durations: dict[str, DurationFit]
    patience: dict[str, PatienceFit]
    crew: dict[str, DurationFit]
    ratios: dict[str, RatioFit] = field(default_factory=dict)
    on_duty: dict[str, OnDutyFit] = field(default_factory=dict)
    unfitted: tuple[UnfittedParameter, ...] = ()

    @property
    def days(self) -> tuple[str, str]:
        """Return the first and the last day of the log."""
        return tuple(  # type: ignore[return-value]
            str(np.datetime64(int(day), "D"))
            for day in local_parts(self.log.time_s[[0, -1]], self.log.time_zone)[0]
        )


class FittedNumber(NamedTuple):
    """A fitted number of a region, as a row of a table.

    Attributes:
        key: The region's key, or `arrivals` and `patience` with what they are of.
        n: How many observations it is from.
        distance: The largest distance between what was fitted and observed; None for arrivals.
        p: How often chance alone lies as far away.
        parameter: Which number of the key, with its unit where it has one, such as `median_min`.
        value: The fitted number; this and the ends have six significant digits.
        low: The lower end of its 95 % interval.
        high: The upper end.
    """

    key: str
    n: int
    distance: float | None
    p: float
    parameter: str
    value: float
    low: float
    high: float


def fitted_parameter_rows(fitted: FittedRegion) -> list[FittedNumber]:
    """Return each fitted number: of arrivals, of durations and of patience."""
    rows: list[FittedNumber] = []

    def add(of: tuple[str, int, float | None, float], parameter: str, interval: Interval) -> None:
        rows.append(FittedNumber(*of, parameter, *map(_six_digits, interval)))

    for number, arrivals in fitted.arrivals.items():
        of = (f"arrivals {number}", arrivals.n, None, arrivals.p_even)
        add(of, "level", arrivals.level)
        add(of, "day_cv", arrivals.day_cv)
        if arrivals.weekend_factor is not None:
            add(of, "weekend_factor", arrivals.weekend_factor)
        for name, hours in (("weekday", arrivals.weekday), ("weekend", arrivals.weekend)):
            for hour, mean in enumerate(hours):
                add(of, f"{name} {hour:02d}", mean)
    for key, duration in {**fitted.durations, **fitted.crew}.items():
        of_duration = (key, duration.n, duration.distance, duration.p)
        unit, seconds = ("min", MINUTE_S) if is_key_in_minutes(key) else ("s", 1.0)
        median = Interval(*(end / seconds for end in duration.parameters["median"]))
        add(of_duration, f"median_{unit}", median)
        add(of_duration, "sigma", duration.parameters["sigma"])
    for name, waits in fitted.patience.items():
        of_waits = (f"patience {name}", waits.n, waits.distance, waits.p)
        add(of_waits, "mean_s", waits.mean_s)
        add(of_waits, "soon_share", waits.soon_share)
    return rows + [
        FittedNumber(key, fit.n, None, float("nan"), "ratio", *map(_six_digits, fit.ratio))
        for key, fit in fitted.ratios.items()
    ]


def _six_digits(value: float) -> float:
    return float(f"{value:.6g}")


def is_key_in_minutes(key: str) -> bool:
    """Tell whether a key of the region is of minutes, as its name says."""
    return "_min" in key
