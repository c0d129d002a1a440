"""How long and how many runs: warm-up, weeks to measure, replications that are enough."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from math import ceil
from typing import NamedTuple

import numpy as np

from akuttsim.records import Floats
from akuttsim.statistics.intervals import CONFIDENCE, Interval, t_interval

BATCH_DAYS = 5
"""MSER-5 works on means of five days after each other."""

LAST_BATCHES = 5
"""Cuts that leave fewer batches are not looked at: so few may be alike by chance."""

LENGTHS_OF_WARM_UP = 10
"""A run measures at least so many times its warm-up (see `weeks_to_measure`)."""


class WarmUpCut(NamedTuple):
    """Where MSER-5 cuts a series: days to leave out, None where it cannot tell.

    `errors[batch]` is what the rule makes least: the squared standard error of the mean of what is
    left when the batches before are left out.
    """

    days: int | None
    errors: Floats


def average_over_replications(days: Floats) -> Floats:
    """Return the series of days averaged over replications, which have no value on some days.

    `days[replication, day]`. Source: Welch (1983), in Lavenberg (ed.), The Computer Performance
    Modeling Handbook, 268-328.
    """
    known = ~np.isnan(days)
    count = known.sum(axis=0)
    total = np.where(known, days, 0.0).sum(axis=0)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def remove_weekday_rhythm(series: Floats) -> Floats:
    """Return a daily series without the rhythm of the week, which no cut can remove.

    From each day is taken what its weekday has more than other days, as measured in the second half
    of the series, where the start is forgotten. Days without a value keep none.
    """
    half = len(series) // 2
    place, late = np.arange(len(series)) % 7, np.arange(len(series)) >= half
    if len(series) - half < 7:
        return series
    means = np.array([np.nanmean(series[late & (place == day)]) for day in range(7)])
    return np.asarray(series - (means - means.mean())[place])


def mser_5(series: Floats, batch: int = BATCH_DAYS) -> WarmUpCut:
    """Return where to cut a series so that the mean of what is left is known best (MSER-5).

    None, cannot tell, where the best cut falls in the last half: then the series is too short to
    show where its start ends. Where there is no start, chance may still make it cut a few batches:
    the rule errs on the safe side. Days without a value are left out of their batch. Sources: K. P.
    White (1997), "An effective truncation heuristic for bias reduction in simulation output",
    Simulation 69, 323-334; K. P. White, M. J. Cobb and S. C. Spratt (2000), "A comparison of five
    steady-state truncation heuristics for simulation", Proceedings of the Winter Simulation
    Conference, 755-760.
    """
    batches = len(series) // batch
    means = average_over_replications(series[: batches * batch].reshape(batches, batch).T)
    last = batches - LAST_BATCHES
    if last < 1 or np.isnan(means).all():
        return WarmUpCut(None, np.full(max(batches, 0), np.nan))
    errors = np.array([_squared_standard_error(means[cut:]) for cut in range(last)])
    best = int(np.nanargmin(errors))
    return WarmUpCut(best * batch if best <= batches / 2 else None, errors)


def _squared_standard_error(remaining_days: Floats) -> float:
    known = remaining_days[~np.isnan(remaining_days)]
    return float(np.mean((known - known.mean()) ** 2)) / len(known) if len(known) else np.nan


def welch_moving_average(series: Floats, window: int) -> Floats:
    """Return Welch's moving average: the mean of `window` days to either side of each day.

    Near the start the window is as wide as there are days before; the last `window` days have none.
    Source: as `average_over_replications`; Law, Simulation Modeling and Analysis (2015), section
    9.5.1.
    """
    ends = range(max(len(series) - window, 0))
    wide = [min(day, window) for day in ends]
    return np.array(
        [_mean_of_known(series[day - w : day + w + 1]) for day, w in zip(ends, wide, strict=True)]
    )


def _mean_of_known(days: Floats) -> float:
    known = days[~np.isnan(days)]
    return float(known.mean()) if len(known) else np.nan


def weeks_to_measure(warm_up_days: int) -> int:
    """Return how many weeks a run should measure at least: ten times its warm-up, whole weeks.

    What is left of the start then weighs little also where the warm-up is cut too short. Source:
    J. Banks, J. S. Carson, B. L. Nelson and D. M. Nicol, Discrete-Event System Simulation (2010),
    section 11.5. How narrow the intervals are is the replications' matter (`is_precise`).
    """
    return max(1, ceil(LENGTHS_OF_WARM_UP * warm_up_days / 7))


class WarmUpChoice(NamedTuple):
    """A warm-up chosen by several daily series: what each says, and what does for all.

    Attributes:
        series: By name, averaged over replications and without the rhythm of the week.
        runs: The same of each replication, [replication, day].
        cuts: Where each series is cut.
        days: The longest cut; None where any series cannot tell.
        weeks: The run length that goes with it.
    """

    series: dict[str, Floats]
    runs: dict[str, Floats]
    cuts: dict[str, WarmUpCut]
    days: int | None
    weeks: int | None

    def between(self, name: str, first_day: int) -> Interval | None:
        """Return how far days from `first_day` to the cut lie from those after, over replications.

        None where the cut is no later than `first_day`, or cannot be told. An interval that holds 0
        says that the later cut may be chance.
        """
        cut = self.cuts[name].days
        if cut is None or cut <= first_day:
            return None
        days = self.runs[name]
        differences = [
            _mean_of_known(run[first_day:cut]) - _mean_of_known(run[cut:]) for run in days
        ]
        return t_interval(np.array(differences))


def choose_warm_up(daily: Mapping[str, Floats]) -> WarmUpChoice:
    """Return the warm-up that pilot runs ask for; `daily` has `[replication, day]` by name.

    A series in which nothing ever happened says nothing and is left out.
    """
    averages = {name: average_over_replications(days) for name, days in daily.items()}
    known = {name: days for name, days in averages.items() if not np.isnan(days).all()}
    series = {name: remove_weekday_rhythm(days) for name, days in known.items()}
    runs = {name: daily[name] - (known[name] - series[name]) for name in known}
    cuts = {name: mser_5(days) for name, days in series.items()}
    longest = [cut.days for cut in cuts.values() if cut.days is not None]
    if len(longest) < len(cuts) or not longest:
        return WarmUpChoice(series, runs, cuts, None, None)
    return WarmUpChoice(series, runs, cuts, max(longest), weeks_to_measure(max(longest)))


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
    return _fewest_replications(
        lambda runs: _half_width_at(spread, runs, confidence) <= wanted, len(known)
    )


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
    narrow = _half_widths_so_far(known, confidence) <= wanted
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
    return _replications_until(values, lambda mean, half: half < abs(mean - target), confidence)


def more_for_difference(
    values: Floats, margin: float = 0.0, confidence: float = CONFIDENCE
) -> int | None:
    """Return how many more replications would give a paired difference a verdict.

    Until the whole interval lies beyond the margin, or within it; otherwise as `more_for_target`:
    none where the mean lies on the margin itself. `values` are the differences by replication, and
    `confidence` is that of each interval (see `bonferroni_confidence`).
    """

    def tells(mean: float, half: float) -> bool:
        return abs(mean) - half > margin or abs(mean) + half <= margin

    return _replications_until(values, tells, confidence)


def _replications_until(
    values: Floats, tells: Callable[[float, float], bool], confidence: float
) -> int | None:
    """Return how many more replications it takes until an interval tells something; 0 if it does.

    Args:
        values: By replication; NaN where one has no value.
        tells: Whether a mean with such a half-width is enough.
        confidence: Of the interval.

    Returns:
        None of fewer than two values, or where more than `MOST_RUNS` would be needed.
    """
    known = values[~np.isnan(values)]
    if len(known) < 2:
        return None
    mean, spread = float(np.mean(known)), float(np.std(known, ddof=1))
    if not tells(mean, _half_width_at(spread, MOST_RUNS, confidence)):
        return None
    needed = _fewest_replications(
        lambda runs: tells(mean, _half_width_at(spread, runs, confidence)), len(known)
    )
    return None if needed is None else needed - len(known)


def _half_width_at(spread: float, runs: int, confidence: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(runs - 1, 0.5 + confidence / 2)) * spread / math.sqrt(runs)


def _half_widths_so_far(known: Floats, confidence: float) -> Floats:
    """Return the half-width after each replication; infinite before the second."""
    from scipy.special import stdtrit

    runs = np.arange(1, len(known) + 1)
    shifted = known - known[0] if len(known) else known
    mean = np.cumsum(shifted) / runs
    squares = np.maximum(np.cumsum(shifted**2) - runs * mean**2, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(squares / (runs - 1) / runs)
        halves = stdtrit(runs - 1, 0.5 + confidence / 2) * error
    return np.where(runs < 2, np.inf, halves)


def _fewest_replications(enough: Callable[[int], bool], least: int) -> int | None:
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
