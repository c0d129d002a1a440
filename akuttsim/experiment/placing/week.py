"""An ordinary week in half-hours: when people call, who is on duty, how long drives take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.calendar import Calendar, public_holidays
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.roster import Period, unroll
from akuttsim.patients.call_rates import relative_rates
from akuttsim.roads.road_network import Mode
from akuttsim.roads.travel import Travel

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

HALF_HOURS = 48
WEEKS_LOOKED_AT = 12
MIDDLE_MIN = 15
"""Half-hours are judged by their middle."""


@dataclass(frozen=True)
class Week:
    """Half-hours of the first week of a run without a public holiday, Monday to Sunday.

    `calls_113` and `calls_116117` are each half-hour's share of the week's calls to each number.
    """

    calendar: Calendar
    days: int
    at_s: Array
    hour: NDArray[np.int64]
    calls_113: Array
    calls_116117: Array

    def during(self, periods: Iterable[Period]) -> Flags:
        """Tell in which half-hours at least one of the periods runs."""
        runs = np.zeros(len(self.at_s), dtype=bool)
        for period in periods:
            for start, end in unroll(period, self.calendar, self.days):
                runs |= (self.at_s >= start) & (self.at_s < end)
        return runs


def ordinary_week(region: Region) -> Week:
    """Return the week of a region by which sites are judged."""
    calendar = region.calendar.calendar()
    first = _first_day(calendar)
    days = [first + timedelta(days=offset) for offset in range(7)]
    clock = [(day, half * 30 + MIDDLE_MIN) for day in days for half in range(HALF_HOURS)]
    local = [datetime.combine(day, time(*divmod(minute, 60))) for day, minute in clock]
    return Week(
        calendar=calendar,
        days=(days[-1] - calendar.day(0)).days + 2,
        at_s=np.array([calendar.seconds(day, minute) for day, minute in clock]),
        hour=np.array([moment.hour for moment in local]),
        calls_113=_shares(relative_rates(region, local, True)),
        calls_116117=_shares(relative_rates(region, local, False)),
    )


def _first_day(calendar: Calendar) -> date:
    """Return the first Monday of a week without holidays; the first one if all have some."""
    start = calendar.day(0)
    monday = start + timedelta(days=-start.weekday() % 7)
    weeks = [monday + timedelta(weeks=number) for number in range(WEEKS_LOOKED_AT)]
    return next((week for week in weeks if not _has_holiday(week)), monday)


def _has_holiday(monday: date) -> bool:
    days = [monday + timedelta(days=offset) for offset in range(7)]
    return any(day in public_holidays(day.year) for day in days)


def _shares(rates: Array) -> Array:
    shares: Array = rates / rates.sum()
    return shares


def mean_seconds(times: Travel, mode: Mode, hours: NDArray[np.int64], weights: Array) -> Array:
    """Return the mean seconds [from, to] over hours of an ordinary working day."""
    by_condition: dict[int, float] = {}
    for hour, weight in zip(hours.tolist(), weights.tolist(), strict=True):
        condition = times.condition_of_hour[hour]
        by_condition[condition] = by_condition.get(condition, 0.0) + weight
    total = sum(by_condition.values())
    parts = [times.seconds[mode][each] * (weight / total) for each, weight in by_condition.items()]
    mean: Array = np.sum(parts, axis=0)
    return mean
