"""Waiting for a departure: of a ferry by its timetable or evenly over the day, or of a column."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.geography import ConvoyColumn, Ferry
from akuttsim.units import DAY_S, HOUR_S, MINUTE_S

HOURS = 24

Times = tuple[float, ...]
"""Departures of one day in seconds after its midnight, ascending; past 24 h it is the next day."""


def sailings(ferry: Ferry | ConvoyColumn) -> NDArray[np.float64]:
    """Return the departures of a day in seconds after midnight, evenly from first to last."""
    first, last = (_seconds_of_day(text) for text in (ferry.first, ferry.last))
    if last < first:
        last += HOURS * HOUR_S
    return np.linspace(first, last, ferry.departures)


def clock_times(text: str) -> Times:
    """Return departures written as '06:20 07:40 00:15'; an earlier one than before is past 24 h."""
    times: list[float] = []
    for word in text.split():
        seconds = _seconds_of_day(word)
        times.append(seconds + DAY_S if times and seconds < times[-1] else seconds)
    return tuple(times)


def _seconds_of_day(text: str) -> float:
    hours, minutes = text.split(":")
    return int(hours) * HOUR_S + int(minutes) * MINUTE_S


def mean_waits(departures: NDArray[np.float64], longest: float) -> list[float]:
    """Return the mean wait for the next departure, over arrivals within each hour of the day.

    All days alike; nobody waits more than `longest` seconds.
    """
    alike: Times = tuple(departures.tolist())
    return list(waits_between((alike, alike, alike), longest))


@lru_cache(maxsize=10_000)
def waits_between(days: tuple[Times, Times, Times], longest: float) -> tuple[float, ...]:
    """Return the mean wait by the hour of a day with departures of the day before, it, the next.

    Nobody waits more than `longest` seconds. Exact: within the hour the wait falls linearly and
    jumps at each departure.
    """
    before, same, after = (np.array(day) for day in days)
    all_days = np.sort(np.concatenate([before - DAY_S, same, after + DAY_S]))
    waits = []
    for hour in range(HOURS):
        inside = all_days[(all_days > hour * HOUR_S) & (all_days < (hour + 1) * HOUR_S)]
        cuts = np.concatenate([[hour * HOUR_S], inside, [(hour + 1) * HOUR_S]])
        upcoming = all_days[np.searchsorted(all_days, cuts[1:], side="left")]
        waited = _area(upcoming - cuts[:-1], longest) - _area(upcoming - cuts[1:], longest)
        waits.append(float(np.sum(waited) / HOUR_S))
    return tuple(waits)


def _area(waits: NDArray[np.float64], longest: float) -> NDArray[np.float64]:
    """Return the integral of min(wait, longest) from no wait up to each of the given ones."""
    capped: NDArray[np.float64] = np.minimum(waits, longest)
    return capped * waits - capped**2 / 2
