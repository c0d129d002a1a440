"""The times of a call log: from how they are written, in local time, to seconds since 1970."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.log_format import LogFormat
from akuttsim.records import Flags, Floats
from akuttsim.tables import EXCEL_EPOCH, FIRST_SERIAL, LAST_SERIAL, SERIAL_DATE, parse_number
from akuttsim.units import DAY_S, HOUR_S, MINUTE_S

OFFSET = r"(?:[+-]\d{2}:?\d{2}|Z)$"
"""What a time ends with that tells its own distance from UTC."""


@dataclass(frozen=True, eq=False)
class LogTimes:
    """One column of times.

    Attributes:
        seconds: Since 1970 (UTC), NaN where there is none.
        unread: Cells that are not written as the format says.
        skipped: Cells at a local time that the change to summer time skips.
        repeated: Cells in the hour that the change back repeats.
    """

    seconds: Floats
    unread: Flags
    skipped: Flags
    repeated: Flags


def read_call_times(cells: Sequence[str], dates: Sequence[str] | None, form: LogFormat) -> LogTimes:
    """Return when each rang, from cells in the order of the file.

    In the hour that the change back repeats, rows after the wall clock went back are of its second
    pass. A time with its own distance from UTC is taken as it stands.

    Args:
        cells: Times as they are written; "" for none.
        dates: Dates beside them, where the format has a column of dates; else None.
        form: Patterns and time zone.
    """
    wall, own_s, unread = _wall_times(cells, dates, form)
    first, last = (_localise(wall, form.time_zone, summer) for summer in (True, False))
    repeated = first < last
    again = _in_second_pass(wall, repeated)
    return _log_times((np.where(again, last, first), own_s), wall, unread, repeated)


def read_stage(
    cells: Sequence[str], dates: Sequence[str] | None, form: LogFormat, called_s: Floats
) -> LogTimes:
    """Return when something happened after the call.

    In the repeated hour the earliest time that is not before the call; a time of the day alone that
    lies half a day before the call is the next day's.

    Args:
        cells: Times as they are written; "" for none.
        dates: Dates beside them; None without a column of dates.
        form: Patterns and time zone.
        called_s: When each rang, seconds since 1970.
    """
    wall, own_s, unread = _wall_times(cells, dates, form)
    first, last = (_localise(wall, form.time_zone, summer) for summer in (True, False))
    seconds = np.where(first < called_s, last, first)
    if dates is not None:
        seconds = np.where(seconds < called_s - DAY_S / 2, seconds + DAY_S, seconds)
    return _log_times((seconds, own_s), wall, unread, first < last)


def _log_times(
    seconds: tuple[Floats, Floats], wall: Any, unread: Flags, repeated: Flags
) -> LogTimes:
    """Return a column of times; a distance from UTC of its own goes before local time."""
    local, own = seconds
    skipped = np.isnan(local) & np.asarray(wall.notna())
    return LogTimes(np.where(np.isnan(own), local, own), unread, skipped, repeated)


def _wall_times(
    cells: Sequence[str], dates: Sequence[str] | None, form: LogFormat
) -> tuple[Any, Floats, Flags]:
    """Return local wall times, seconds of those that tell their zone, and what cannot be read."""
    import pandas as pd

    texts = pd.Series(cells, dtype="str").str.strip()
    filled = texts != ""
    if form.times == "seconds_of_day":
        wall = _times_from_seconds(texts, dates, form)
        own_s = np.full(len(texts), np.nan)
    else:
        joined = texts if dates is None else pd.Series(dates, dtype="str") + " " + texts
        zoned = texts.str.contains(OFFSET, regex=True) & filled
        wall = _parse_times(joined.where(filled & ~zoned), form)
        own_s = _epoch(
            pd.to_datetime(texts.where(zoned), format="ISO8601", errors="coerce", utc=True)
        )
    unread = np.asarray(filled & wall.isna()) & np.isnan(own_s)
    return wall, own_s, unread


def _parse_times(texts: Any, form: LogFormat) -> Any:
    """Return wall times by the format's pattern; what does not fit it is NaT."""
    import pandas as pd

    pattern = form.times
    if form.date is not None:
        pattern = f"{form.date.written} {pattern if pattern != 'iso' else '%H:%M:%S'}"
    elif pattern == "iso":
        pattern = "ISO8601"
    times = pd.to_datetime(texts, format=pattern, errors="coerce")
    return times if pattern.startswith(("%Y", "ISO")) else times.fillna(_excel_times(texts))


def _excel_times(texts: Any) -> Any:
    """Return the times that a workbook holds as such, whatever pattern its cells are shown in.

    They come as 2026-12-24 08:00:00, or as Excel's number of days where the cell has no format. A
    pattern that begins with the year is never mended so: its month and day may be swapped.
    """
    import pandas as pd

    iso = texts.where(texts.str.fullmatch(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?", na=False))
    days = texts.where(texts.str.fullmatch(SERIAL_DATE, na=False)).str.replace(",", ".")
    serial = pd.to_numeric(days, errors="coerce")
    serial = serial.where((serial >= FIRST_SERIAL) & (serial < LAST_SERIAL))
    since = pd.to_timedelta((serial * DAY_S).round(), unit="s")
    return pd.to_datetime(iso, format="ISO8601", errors="coerce").fillna(EXCEL_EPOCH + since)


def _times_from_seconds(texts: Any, dates: Sequence[str] | None, form: LogFormat) -> Any:
    """Return wall times from dates and seconds after midnight; two days at most."""
    import pandas as pd

    assert form.date is not None and dates is not None
    day = pd.to_datetime(pd.Series(dates, dtype="str"), format=form.date.written, errors="coerce")
    seconds = pd.to_numeric(texts, errors="coerce")
    possible = seconds.where((seconds >= 0) & (seconds < 2 * DAY_S))
    return day + pd.to_timedelta(possible, unit="s")


def _localise(wall: Any, zone: str, summer: bool) -> Floats:
    """Return seconds since 1970; what the change to summer time skips is NaN."""
    flags = np.full(len(wall), summer)
    return _epoch(wall.dt.tz_localize(zone, ambiguous=flags, nonexistent="NaT"))


def _epoch(times: Any) -> Floats:
    """Return times as seconds since 1970, NaN for none."""
    seconds: Floats = times.to_numpy(dtype="datetime64[us]").astype(np.int64) / 1e6
    return np.where(np.asarray(times.isna()), np.nan, seconds)


def _in_second_pass(wall: Any, repeated: Flags) -> Flags:
    """Return which rows in a repeated hour are of its second pass.

    Those after the wall clock went back, row by row; where it never does, all are of the first.
    """
    again: Flags = np.zeros(len(repeated), dtype=bool)
    rows = np.flatnonzero(repeated)
    at = wall.to_numpy(dtype="datetime64[us]")[rows].astype(np.int64) / 1e6
    passed = 0.0
    for k, (row, now) in enumerate(zip(rows, at, strict=True)):
        same_night = k > 0 and abs(now - at[k - 1]) < HOUR_S
        if not same_night:
            passed = 0.0
        elif now < at[k - 1] - HOUR_S / 4:
            passed = 1.0
        again[row] = passed > 0
    return again


def local_parts(seconds: Floats, zone: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the local day (as ordinal since 1970) and the hour of the day at each time."""
    import pandas as pd

    local = pd.to_datetime(pd.Series(seconds), unit="s", utc=True).dt.tz_convert(zone)
    naive = local.dt.tz_localize(None).to_numpy(dtype="datetime64[s]").astype(np.int64)
    return naive // int(DAY_S), naive % int(DAY_S) // int(HOUR_S)


UNIT_SECONDS = {"s": 1.0, "min": MINUTE_S, "h": HOUR_S}
"""Seconds of each unit that a column of durations may have."""

_UNIT_IN_HEADING = re.compile(
    r"(?:^|[\W_])(?:(?P<s>s|sek|sekund(?:er)?|secs?|seconds?)"
    r"|(?P<min>m|min|minutt(?:er)?|mins?|minutes?)|(?P<h>t|h|timer|hrs?|hours?))\W*$",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(\d{1,4}):(\d\d)(?::(\d\d(?:[.,]\d+)?))?")


def unit_of_heading(heading: str) -> str | None:
    """Return the unit that a heading ends with, as `Ventetid (sek)` or `wait_s`; None for none."""
    found = _UNIT_IN_HEADING.search(heading)
    return None if found is None else found.lastgroup


def read_lengths(cells: Sequence[str], unit: str | None) -> tuple[Floats, Flags]:
    """Return durations in seconds, NaN for none, and which cells cannot be read.

    Args:
        cells: Numbers (decimal comma or point) of the unit, or written as a clock: 3:20 is minutes
            and seconds (hours and minutes, if the unit is hours), 0:03:20 hours too.
        unit: `s`, `min` or `h`; None if nobody tells, and then only clocks can be read.
    """
    known = {cell: _length_s(cell, unit) for cell in dict.fromkeys(cells)}
    seconds = np.array([known[cell] for cell in cells], dtype=np.float64)
    return seconds, np.isnan(seconds) & np.array([bool(cell) for cell in cells], dtype=bool)


def _length_s(cell: str, unit: str | None) -> float:
    """Return one duration in seconds; NaN where it cannot be read, or is below zero."""
    clock = _CLOCK.fullmatch(cell)
    if clock is not None:
        first, second, third = clock.groups()
        if third is None:
            factor = HOUR_S if unit == "h" else MINUTE_S
            return int(first) * factor + int(second) * factor / 60
        return int(first) * HOUR_S + int(second) * MINUTE_S + float(third.replace(",", "."))
    number = None if unit is None else parse_number(cell)
    return np.nan if number is None or number < 0 else number * UNIT_SECONDS[unit or "s"]


def looks_like_length(cell: str) -> bool:
    """Tell whether a cell is written as a duration and not as a time."""
    return _CLOCK.fullmatch(cell) is not None or parse_number(cell) is not None


RESOLUTION_CALLS = 20
"""Of fewer stamps nobody can tell that all of them are whole minutes."""


def resolution_s(seconds: Floats) -> float:
    """Return 60 where all of many times or durations are whole minutes, else 0.

    Whoever writes whole minutes writes down what was later in that minute too.
    """
    known = seconds[~np.isnan(seconds)]
    is_coarse = len(known) >= RESOLUTION_CALLS and known.any() and not (known % MINUTE_S).any()
    return MINUTE_S if is_coarse else 0.0


def shape_of_cell(cell: str) -> str:
    """Return how a cell is written without what it says: digits as 0, letters as x."""
    return re.sub(r"[^\W\d_]", "x", re.sub(r"\d", "0", cell))[:40]
