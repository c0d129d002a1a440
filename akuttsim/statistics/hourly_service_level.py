"""The service level of one control room hour by hour, with its intervals.

An hour of the week is one of 48: the 24 hours of a working day, then those of a Saturday, Sunday or
public holiday, which rosters staff alike. At night a single Tuesday 03 has a call or none; over all
working days of the simulated weeks there are enough to tell.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.calendar import Calendar, is_free_day
from akuttsim.records import Floats, Record
from akuttsim.statistics.anytime_valid import critical_t
from akuttsim.statistics.intervals import CONFIDENCE, Interval
from akuttsim.units import HOUR_S, WEEK_S

HoursOfWeek = NDArray[np.int64]

HOURS_OF_WEEK = 48
"""Hours of a weekday, then of a weekend day."""


class CallTally(NamedTuple):
    """Calls that rang, and those answered in time: shapes (weeks, 48).

    Rows are weeks of one replication after the other; they are the batches of an interval.
    """

    calls: Floats
    in_time: Floats

    def joined(self, other: CallTally) -> CallTally:
        """Return the weeks of both."""
        return CallTally(*(np.vstack(pair) for pair in zip(self, other, strict=True)))


def hour_of_week(calendar: Calendar, hours: int) -> HoursOfWeek:
    """Return for each elapsed hour of the run which of the 48 hours it is."""
    local = calendar.hours(hours)
    return np.array([at.hour + 24 * is_free_day(at.date()) for at in local], dtype=np.int64)


def tally_calls(record: Record, room: int, within_s: float, hours: HoursOfWeek) -> CallTally:
    """Count one replication's calls at a room (by its number in the organisation), week by week.

    As the official indicator: all calls that rang are in it, answered or not, whoever answered.
    """
    calls, (start, end) = record.calls, record.measured
    mine = (calls.room == room) & (calls.rang_s >= start) & (calls.rang_s < end)
    rang_s = calls.rang_s[mine]
    in_time = (calls.answered_s[mine] - rang_s) <= within_s
    weeks = max(1, round((end - start) / WEEK_S))
    # the week in which the clocks change has an hour more or less
    week = np.minimum((rang_s - start) // WEEK_S, weeks - 1).astype(np.int64)
    cell = week * HOURS_OF_WEEK + hours[(rang_s // HOUR_S).astype(np.int64)]
    counts = [
        np.bincount(cell[which], minlength=weeks * HOURS_OF_WEEK)
        for which in (slice(None), in_time)
    ]
    return CallTally(*(count.reshape(weeks, HOURS_OF_WEEK).astype(np.float64) for count in counts))


def seconds_per_elapsed_hour(starts: Floats, ends: Floats, hours: int) -> Floats:
    """Return how many seconds of some spans, which may overlap, lie in each elapsed hour."""
    edges = np.arange(hours + 1, dtype=np.float64) * np.float64(HOUR_S)
    return np.diff(_time_since_all(np.sort(starts), edges) - _time_since_all(np.sort(ends), edges))


def _time_since_all(times: Floats, edges: Floats) -> Floats:
    """Return the time since each of the sorted times, all added up, at each edge."""
    sums = np.concatenate([[0.0], np.cumsum(times)])
    before = np.searchsorted(times, edges)
    passed: Floats = before * edges - sums[before]
    return passed


def mean_by_hour_of_week(
    values: Floats, hours: HoursOfWeek, measured: tuple[float, float]
) -> Floats:
    """Return the mean of a value of each elapsed hour, over the measured span; shape (48,)."""
    span = slice(int(measured[0] // HOUR_S), int(measured[1] // HOUR_S))
    total = np.bincount(hours[span], weights=values[span], minlength=HOURS_OF_WEEK)
    with np.errstate(invalid="ignore"):
        mean: Floats = total / np.bincount(hours[span], minlength=HOURS_OF_WEEK)
    return mean


def service_levels(
    of: CallTally, confidence: float = CONFIDENCE, at_every_look: bool = False
) -> list[Interval]:
    """Return the share answered in time in each of the 48 hours, with its interval.

    With `at_every_look` the intervals of all numbers of weeks hold at once: for one who looks as
    the weeks come in, and stops when they say enough.

    Wilson's interval with as many calls as the weeks' deviations from the ratio are worth: calls of
    a week share its queues. Unlike a t interval it holds near 1 and with few calls, where the lower
    end is what a verdict rests on. A week's end hardly touches the next week's calls, and that
    weeks differ by season only widens the interval. NaN where nobody rang, or of a single week.
    Sources: W. G. Cochran (1977), "Sampling Techniques", section 2.11 (the ratio); C. Franco,
    R. J. A. Little, T. A. Louis and E. V. Slud (2019), "Comparative study of confidence intervals
    for proportions in complex sample surveys", J. Survey Statistics and Methodology 7, 334-364.
    """
    share, deviation = _ratio_and_deviations(of)
    if len(deviation) < 2:
        return [Interval(mean, np.nan, np.nan) for mean in share.tolist()]
    calls, variance = of.calls.sum(axis=0), share * (1 - share)
    with np.errstate(invalid="ignore", divide="ignore"):
        clustered = np.var(deviation, axis=0, ddof=1) / len(deviation) * calls / variance
        worth = calls / np.fmax(1.0, clustered)  # fmax: one where all, or none, were in time
        critical = critical_t if at_every_look else _t_quantile_of_weeks
        quantile = critical(len(deviation), confidence)
        spread = quantile**2 / worth
        centre = (share + spread / 2) / (1 + spread)
        half = quantile * np.sqrt(variance / worth + spread / worth / 4) / (1 + spread)
    columns = (share.tolist(), (centre - half).tolist(), (centre + half).tolist())
    return [Interval(*ends) for ends in zip(*columns, strict=True)]


def _t_quantile_of_weeks(weeks: int, confidence: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(weeks - 1, 0.5 + confidence / 2))


def service_level_differences(
    of: CallTally, base: CallTally, confidence: float = CONFIDENCE
) -> list[Interval]:
    """Return share of one less share of the other, paired week by week on the same patients."""
    (share, deviation), (other, its_deviation) = (
        _ratio_and_deviations(of),
        _ratio_and_deviations(base),
    )
    weeks, change = len(deviation), share - other
    if weeks < 2:
        return [Interval(mean, np.nan, np.nan) for mean in change.tolist()]
    error = np.std(deviation - its_deviation, axis=0, ddof=1) / weeks**0.5
    half = _t_quantile_of_weeks(weeks, confidence) * error
    ends = (column.tolist() for column in (change, change - half, change + half))
    return [Interval(*column) for column in zip(*ends, strict=True)]


def confidence_of_every_hour(hours: int = HOURS_OF_WEEK) -> float:
    """Return the confidence of one hour's interval by which all hours hold together (Bonferroni).

    Together they hold with the usual confidence, however the hours depend on each other.
    """
    return 1 - (1 - CONFIDENCE) / hours


def _ratio_and_deviations(of: CallTally) -> tuple[Floats, Floats]:
    """Return the ratio of the sums, and how much each week pulls it up or down."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = of.in_time.sum(axis=0) / of.calls.sum(axis=0)
        deviation = (of.in_time - share * of.calls) / of.calls.mean(axis=0)
    return share, deviation
