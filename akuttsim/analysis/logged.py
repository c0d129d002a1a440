"""A call log in a few figures: when its calls come, and what it tells of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.calllog.logged_calls import UNKNOWN, CallLog
from akuttsim.calllog.times import local_parts
from akuttsim.patients.call_rates import is_free
from akuttsim.records import Floats


@dataclass(frozen=True)
class Logged:
    """A log's first and last day, calls of each day, mean calls of each hour, and what is filled.

    `working` and `free` are the 24 hours of working days and of weekends and holidays, NaN where
    the log has no such day. `filled` counts, by our column, the calls that tell it.
    """

    first: str
    last: str
    days: NDArray[np.datetime64]
    of_day: NDArray[np.int64]
    working: Floats
    free: Floats
    filled: dict[str, int]


def logged(log: CallLog) -> Logged:
    """Return a log in a few figures."""
    day, hour = local_parts(log.time_s, log.time_zone)
    days = np.arange(day.min(), day.max() + 1)
    counts = np.zeros((len(days), 24), dtype=np.int64)
    np.add.at(counts, (day - days[0], hour), 1)
    dates = days.astype("datetime64[D]")
    free = np.array([is_free(date) for date in dates.tolist()])
    return Logged(
        str(dates[0]),
        str(dates[-1]),
        dates,
        counts.sum(axis=1),
        _mean(counts[~free]),
        _mean(counts[free]),
        _filled(log),
    )


def _mean(counts: NDArray[np.int64]) -> Floats:
    return counts.mean(axis=0) if len(counts) else np.full(24, np.nan)


def _filled(log: CallLog) -> dict[str, int]:
    codes: dict[str, NDArray[Any]] = {
        "number": log.line,
        "place": log.place,
        "urgency": log.urgency,
    }
    filled = {"time": len(log), "outcome": int(log.hung_up.sum())}
    filled |= {name: int((column != UNKNOWN).sum()) for name, column in codes.items()}
    filled |= {name: int((~np.isnan(times)).sum()) for name, times in log.stages.items()}
    return {name: filled[name] for name in log.columns}
