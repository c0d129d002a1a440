"""Whether a log's clock is the one that its format says: time zone and daylight saving."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.region import Region
from akuttsim.patients.arrivals import hour_weights
from akuttsim.patients.call_log import CallLog
from akuttsim.patients.log_times import local_parts
from akuttsim.records import LINE_113, Floats
from akuttsim.units import DAY_S, HOUR_S

Array = NDArray[np.float64]

SHIFTS = (-2, -1, 1, 2)
"""Hours by which a clock may be wrong: Norwegian time is one or two before UTC."""

ENOUGH = 10.0
"""How much likelier (natural logarithm) a shifted clock must be: about 20,000 times."""

CALLS_ENOUGH = 200
WEEKS = 4
MONTH_CALLS = 20


def shifted_stage(log: CallLog, name: str) -> tuple[int, NDArray[np.int64]]:
    """Return by how many hours a stage's clock differs from the call's, and the lines of it.

    In a month in which half of all are answered one or two hours after ringing, to ten minutes, or
    as long before, the two columns are not of one clock. Nought where there is no such month.
    """
    delay = log.stage(name) - log.time_s
    known = ~np.isnan(delay)
    day, _ = local_parts(log.time_s, log.time_zone)
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    for each in np.unique(month[known]):
        rows = known & (month == each)
        hours = round(float(np.median(delay[rows])) / HOUR_S)
        near = np.abs(delay[rows] - hours * HOUR_S) < HOUR_S / 6
        if hours in SHIFTS and rows.sum() >= MONTH_CALLS and near.mean() > 0.5:
            return hours, log.at[rows]
    return 0, log.at[:0]


def clock_change(log: CallLog) -> Iterator[tuple[str, int]]:
    """Yield each change of clocks after which calls come an hour off, and by how much.

    People live by the clock on the wall: in local time the working days of the four weeks before
    and after have the same hours. In UTC, or winter time all year, they move by one.
    """
    day, hour = local_parts(log.time_s, log.time_zone)
    for change in _changes(log.time_zone, int(day.min()), int(day.max())):
        before = _profile(day, hour, change - 7 * WEEKS, change)
        after = _profile(day, hour, change + 1, change + 1 + 7 * WEEKS)
        if min(before.sum(), after.sum()) < CALLS_ENOUGH:
            continue
        shift = _shift(after, _smooth(before))
        if abs(shift) == 1:
            yield str(np.datetime64(change, "D")), shift


def hours_of_region(log: CallLog, region: Region) -> int:
    """Return by how many hours the calls of working days lie off those of the region; 0 if none."""
    day, hour = local_parts(log.time_s, log.time_zone)
    to_113 = float(np.mean(log.line == LINE_113)) > 0.5
    found = _profile(day, hour, int(day.min()), int(day.max()) + 1)
    if found.sum() < CALLS_ENOUGH:
        return 0
    return _shift(found, hour_weights(region.demand, to_113)[0])


def _changes(zone: str, first: int, last: int) -> list[int]:
    """Return the days on which clocks change, as days since 1970."""
    days = np.arange(first, last + 2)
    noon = days * DAY_S + DAY_S / 2
    _, local = local_parts(noon.astype(np.float64), zone)
    return [int(day) for day in days[1:][np.diff(local) != 0]]


def _profile(day: NDArray[np.int64], hour: NDArray[np.int64], first: int, last: int) -> Array:
    """Return the calls of each hour of Monday to Friday from one day to before another."""
    weekday = (day + 3) % 7
    mine = (day >= first) & (day < last) & (weekday < 5)
    return np.bincount(hour[mine], minlength=24).astype(np.float64)


def _smooth(counts: Array) -> Array:
    return counts + 0.5


def _shift(counts: Array, expected: Array) -> int:
    """Return the whole hours by which counts lie after what is expected; 0 unless it is clear.

    Log-likelihood of a multinomial, divided by how much more than chance the best fit still
    differs: a region whose day has another form is not a clock that is wrong.
    """
    fits = {shift: _fit(counts, np.roll(expected, shift)) for shift in (0, *SHIFTS)}
    best = max(fits, key=lambda shift: fits[shift])
    gained = (fits[best] - fits[0]) / _dispersion(counts, np.roll(expected, best))
    return best if gained > ENOUGH else 0


def _fit(counts: Array, expected: Array) -> float:
    shares = expected / expected.sum()
    return float(counts @ np.log(np.maximum(shares, 1e-9)))


def _dispersion(counts: Array, expected: Array) -> float:
    mean: Floats = np.maximum(expected / expected.sum() * counts.sum(), 1e-9)
    return max(1.0, float(np.sum((counts - mean) ** 2 / mean)) / 23)
