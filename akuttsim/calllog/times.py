"""The times of a call log: from how they are written, in local time, to seconds since 1970."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.log_format import LogFormat
from akuttsim.records import Flags, Floats
from akuttsim.tables import EXCEL_EPOCH, FIRST_SERIAL, LAST_SERIAL, SERIAL_DATE
from akuttsim.units import DAY_S, HOUR_S

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
