"""Warm-up and run length: how long a run is marked by its empty start, by published rules."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import NamedTuple

import numpy as np

from akuttsim.analysis.intervals import Floats, Interval, t_interval

BATCH_DAYS = 5
"""MSER-5 works on means of five days after each other."""

LAST_BATCHES = 5
"""Cuts that leave fewer batches are not looked at: so few may be alike by chance."""

TIMES_WARM_UP = 10
"""A run measures at least so many times its warm-up (see `run_length`)."""


class Cut(NamedTuple):
    """Where MSER-5 cuts a series: days to leave out, None where it cannot tell.

    `errors[batch]` is what the rule makes least: the squared standard error of the mean of what is
    left when the batches before are left out.
    """

    days: int | None
    errors: Floats


def averaged(days: Floats) -> Floats:
    """Return the series of days averaged over replications, which have no value on some days.

    `days[replication, day]`. Source: Welch (1983), in Lavenberg (ed.), The Computer Performance
    Modeling Handbook, 268-328.
    """
    known = ~np.isnan(days)
    count = known.sum(axis=0)
    total = np.where(known, days, 0.0).sum(axis=0)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def without_weekdays(series: Floats) -> Floats:
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


def mser_5(series: Floats, batch: int = BATCH_DAYS) -> Cut:
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
    means = averaged(series[: batches * batch].reshape(batches, batch).T)
    last = batches - LAST_BATCHES
    if last < 1 or np.isnan(means).all():
        return Cut(None, np.full(max(batches, 0), np.nan))
    errors = np.array([_error(means[cut:]) for cut in range(last)])
    best = int(np.nanargmin(errors))
    return Cut(best * batch if best <= batches / 2 else None, errors)


def _error(left: Floats) -> float:
    known = left[~np.isnan(left)]
    return float(np.mean((known - known.mean()) ** 2)) / len(known) if len(known) else np.nan


def welch(series: Floats, window: int) -> Floats:
    """Return Welch's moving average: the mean of `window` days to either side of each day.

    Near the start the window is as wide as there are days before; the last `window` days have none.
    Source: as `averaged`; Law, Simulation Modeling and Analysis (2015), section 9.5.1.
    """
    ends = range(max(len(series) - window, 0))
    wide = [min(day, window) for day in ends]
    return np.array(
        [_mean(series[day - w : day + w + 1]) for day, w in zip(ends, wide, strict=True)]
    )


def _mean(days: Floats) -> float:
    known = days[~np.isnan(days)]
    return float(known.mean()) if len(known) else np.nan


def run_length(warm_up_days: int) -> int:
    """Return how many weeks a run should measure at least: ten times its warm-up, whole weeks.

    What is left of the start then weighs little also where the warm-up is cut too short. Source:
    J. Banks, J. S. Carson, B. L. Nelson and D. M. Nicol, Discrete-Event System Simulation (2010),
    section 11.5. How narrow the intervals are is the replications' matter (`precision`).
    """
    return max(1, ceil(TIMES_WARM_UP * warm_up_days / 7))


class Chosen(NamedTuple):
    """A warm-up chosen by several series: what each says, and what does for all.

    `series` are averaged over replications and without the rhythm of the week, `runs` the same of
    each replication; `days` is the longest cut (None where any series cannot tell), `weeks` the run
    length that goes with it.
    """

    series: dict[str, Floats]
    runs: dict[str, Floats]
    cuts: dict[str, Cut]
    days: int | None
    weeks: int | None

    def between(self, name: str, given: int) -> Interval | None:
        """Return how far the days from `given` to the cut lie from those after, over replications.

        None where the cut is no later than `given`, or cannot be told. An interval that holds 0
        says that the later cut may be chance.
        """
        cut = self.cuts[name].days
        if cut is None or cut <= given:
            return None
        days = self.runs[name]
        apart = [_mean(run[given:cut]) - _mean(run[cut:]) for run in days]
        return t_interval(np.array(apart))


def chosen(daily: Mapping[str, Floats]) -> Chosen:
    """Return the warm-up that pilot runs ask for; `daily` has `[replication, day]` by name.

    A series in which nothing ever happened says nothing and is left out.
    """
    averages = {name: averaged(days) for name, days in daily.items()}
    told = {name: days for name, days in averages.items() if not np.isnan(days).all()}
    series = {name: without_weekdays(days) for name, days in told.items()}
    runs = {name: daily[name] - (told[name] - series[name]) for name in told}
    cuts = {name: mser_5(days) for name, days in series.items()}
    longest = [cut.days for cut in cuts.values() if cut.days is not None]
    if len(longest) < len(cuts) or not longest:
        return Chosen(series, runs, cuts, None, None)
    return Chosen(series, runs, cuts, max(longest), run_length(max(longest)))
