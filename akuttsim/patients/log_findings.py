"""What is doubtful in a call log: impossible times, shifted clocks, month and day swapped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.log_format import STAGES, LogFormat
from akuttsim.config.schema.region import Region
from akuttsim.patients.call_log import CallLog, Finding, finding
from akuttsim.patients.log_clock import clock_change, hours_of_region, shifted_stage
from akuttsim.patients.log_times import local_parts
from akuttsim.records import Flags, Floats
from akuttsim.units import DAY_S

FAR_OFF_DAYS = 400
"""A call so far from the log's middle is a slip of the pen, where few are."""

FEW = 0.01
MONTHS = 12
"""A day above 12 cannot be a month, so that swapping leaves only days up to 12."""


def doubtful(log: CallLog, form: LogFormat, region: Region | None) -> tuple[CallLog, list[Finding]]:
    """Return the log in order of time without impossible times, and what was found."""
    findings = list(_clocks(log, form, region)) + list(_dates(log, form))
    late = _back_in_time(log.time_s)
    findings += finding("out_of_order", "told", "time", log.at[late])
    log, far = _without_far_off(log)
    findings += far
    for name in [each for each in STAGES if each in log.stages]:
        log, found = _possible(log, name)
        findings += found
    log = log.picked(np.argsort(log.time_s, kind="stable"))
    return log, [*findings, *_alike(log), *_empty_days(log), *_missing(log)]


def _clocks(log: CallLog, form: LogFormat, region: Region | None) -> Iterator[Finding]:
    """Yield signs of a wrong time zone, or of no daylight saving."""
    weight = "told" if "clock" in form.sure_of else "stops"
    for name in ("answered", "alerted"):
        hours, lines = shifted_stage(log, name)
        yield from finding("shifted_column", weight, name, lines, hours=hours)
    for day, hours in clock_change(log):
        lines = log.at[:1]
        yield from finding("clock_change", weight, "time", lines, day=day, hours=hours)
    if region is not None:
        hours = hours_of_region(log, region)
        if hours:
            yield from finding("shifted_hours", weight, "time", log.at[:1], hours=hours)


def _dates(log: CallLog, form: LogFormat) -> Iterator[Finding]:
    """Yield signs of month and day swapped."""
    weight = "told" if "dates" in form.sure_of else "stops"
    yield from finding("swapped_all", weight, "time", log.at if _all_early(log) else [])
    yield from finding("swapped_some", weight, "time", log.at[_out_of_place(log)])


MONTHS_TO_TELL = 3
CALLS_TO_TELL = 50


def _all_early(log: CallLog) -> bool:
    """Tell whether calls of several months are all of days 1 to 12."""
    months, days = _month_and_day(log)
    spread = len(np.unique(months)) >= MONTHS_TO_TELL and len(log) >= CALLS_TO_TELL
    return spread and int(days.max()) <= MONTHS


def _out_of_place(log: CallLog) -> Flags:
    """Return calls whose dates follow the rows around them only with month and day swapped.

    A spreadsheet that reads dates in the wrong order swaps those that it can, and leaves the rest.
    Of all ways to swap some of them, the one with the fewest days between rows that follow each
    other in the file; believed only where it saves most of them.
    """
    nothing = np.zeros(len(log), dtype=bool)
    if len(log) < CALLS_TO_TELL:
        return nothing
    day, _ = local_parts(log.time_s, log.time_zone)
    begins = np.flatnonzero(np.diff(day, prepend=day[0] - 1))
    written = day[begins]
    swap, days_between = _shortest(written, np.array([swapped_day(int(d)) for d in written]))
    if days_between > SAVED * np.abs(np.diff(written)).sum():
        return nothing
    return np.repeat(swap, np.diff(begins, append=len(day)))


SAVED = 0.4
SWAP_COSTS = 1.0
"""Days; so that a date is swapped only where that saves more."""


def _shortest(written: NDArray[np.int64], swapped: NDArray[np.int64]) -> tuple[Flags, float]:
    """Return which dates to swap for the shortest way through all, and that way's days."""
    ways = np.column_stack([written, swapped]).tolist()
    cost, came = [0.0, SWAP_COSTS], []
    for before, now in pairwise(ways):
        steps = [[cost[k] + abs(here - before[k]) for k in (0, 1)] for here in now]
        came.append([0 if a <= b else 1 for a, b in steps])
        cost = [min(steps[0]), min(steps[1]) + SWAP_COSTS]
    at = 0 if cost[0] <= cost[1] else 1
    least, chosen = cost[at], [at]
    for back in reversed(came):
        at = back[at]
        chosen.append(at)
    swap: Flags = (np.array(chosen[::-1]) == 1) & (written != swapped)
    return swap, least


def swapped_day(ordinal: int) -> int:
    """Return a day since 1970 with month and day swapped; itself where there is no such day."""
    date = datetime(1970, 1, 1) + timedelta(days=ordinal)
    if date.day > MONTHS:
        return ordinal
    return (date.replace(month=date.day, day=date.month) - datetime(1970, 1, 1)).days


def _month_and_day(log: CallLog) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    day, _ = local_parts(log.time_s, log.time_zone)
    date = day.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    of_year = month.astype(np.int64) % 12 + 1
    return of_year, (date - month).astype(np.int64) + 1


def swapped_pattern(cells: Sequence[str], form: LogFormat) -> bool:
    """Tell whether cells can be read once month and day of the pattern change places."""
    pattern = form.times.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
    return all(_reads(cell, pattern) and not _reads(cell, form.times) for cell in cells if cell)


def _reads(cell: str, pattern: str) -> bool:
    try:
        datetime.strptime(re.sub(r"\s+", " ", cell), pattern)
    except ValueError:
        return False
    return True


def _back_in_time(time_s: Floats) -> Flags:
    """Return rows that are earlier than one before them in the file."""
    behind: Flags = time_s < np.maximum.accumulate(time_s)
    return behind


def _without_far_off(log: CallLog) -> tuple[CallLog, list[Finding]]:
    """Return the log without the few calls that lie a year and more from its middle."""
    far = np.abs(log.time_s - np.median(log.time_s)) > FAR_OFF_DAYS * DAY_S
    if not far.any() or far.mean() > FEW:
        return log, []
    return log.picked(~far), finding("far_off", "left_out", "time", log.at[far])


def _possible(log: CallLog, name: str) -> tuple[CallLog, list[Finding]]:
    """Return the log without times of a stage that cannot be, and what was found."""
    times = log.stages[name]
    before = times < log.time_s
    before_stage, stage = _before_another(log, name)
    before_stage &= ~before
    long = times - log.time_s > DAY_S
    kept = np.where(before | before_stage | long, np.nan, times)
    return replace(log, stages={**log.stages, name: kept}), [
        *finding("before_call", "left_out", name, log.at[before]),
        *finding("before_stage", "left_out", name, log.at[before_stage], stage=stage),
        *finding("too_long", "left_out", name, log.at[long]),
    ]


AFTER = {
    "ended": "answered",
    "rolling": "alerted",
    "on_scene": "rolling",
    "left": "on_scene",
    "at_hospital": "left",
    "free": "on_scene",
}
"""What comes before each stage: the crew's stages follow each other, the talk goes on beside."""


def _before_another(log: CallLog, name: str) -> tuple[Flags, str]:
    earlier = AFTER.get(name)
    if earlier is None or earlier not in log.stages:
        return np.zeros(len(log), dtype=bool), ""
    return log.stages[name] < log.stages[earlier], earlier


def _alike(log: CallLog) -> list[Finding]:
    """Return calls at one moment of which nothing that is read differs."""
    codes = [each.astype(np.float64) for each in (log.line, log.urgency, log.place)]
    table: Floats = np.nan_to_num(
        np.column_stack([log.time_s, *codes, *log.stages.values()]), nan=-1.0
    )
    _, first, count = np.unique(table, axis=0, return_index=True, return_counts=True)
    again = np.ones(len(log), dtype=bool)
    again[first] = False
    return finding("alike", "told", "", log.at[again] if count.max(initial=1) > 1 else [])


def _empty_days(log: CallLog) -> list[Finding]:
    """Return the days between the first and the last on which nobody rang."""
    day, _ = local_parts(log.time_s, log.time_zone)
    present = np.unique(day)
    gone = np.setdiff1d(np.arange(present[0], present[-1] + 1), present)
    if not len(gone):
        return []
    named = ", ".join(str(each.astype("datetime64[D]")) for each in gone[:5])
    return [Finding("empty_days", "told", "time", len(gone), (), (("days", named),))]


def _missing(log: CallLog) -> list[Finding]:
    """Return how many calls lack each stage; a caller who hung up was never answered."""
    found = []
    for name, times in log.stages.items():
        lacks = np.isnan(times)
        if name in ("answered", "ended"):
            lacks &= ~log.hung_up
            found += finding("missing", "told", name, log.at[lacks])
    return found
