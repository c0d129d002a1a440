"""What is doubtful in a call log: impossible times, shifted clocks, month and day swapped.

A clock is held against people, who live by the clock on the wall: time zone and daylight saving.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from akuttsim.calllog.logged_calls import CallLog, LogFinding, log_finding
from akuttsim.calllog.times import local_parts
from akuttsim.config.schema.log_format import DURATIONS, STAGES, LogFormat
from akuttsim.config.schema.region import Region
from akuttsim.patients.call_rates import hour_weights
from akuttsim.records import LINE_113, Flags, Floats
from akuttsim.units import DAY_S, HOUR_S

HourCounts = NDArray[np.float64]

SHIFTS = (-2, -1, 1, 2)
"""Hours by which a clock may be wrong: Norwegian time is one or two before UTC."""

ENOUGH = 10.0
"""How much likelier (natural logarithm) a shifted clock must be: about 20,000 times."""

CALLS_ENOUGH = 200
WEEKS = 4
MONTH_CALLS = 20


def shifted_stage(log: CallLog, name: str) -> tuple[int, NDArray[np.int64]]:
    """Return by how many hours a stage's clock differs from the call's.

    In a month in which half of all are answered one or two hours after ringing, to ten minutes, or
    as long before, the two columns are not of one clock.

    Args:
        log: The calls, in the order of the file.
        name: The stage.

    Returns:
        Hours, 0 where there is no such month; and the lines of the month.
    """
    delay = log.stage(name) - log.time_s
    known = ~np.isnan(delay)
    day, _ = local_parts(log.time_s, log.time_zone)
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    for month_number in np.unique(month[known]):
        rows = known & (month == month_number)
        hours = round(float(np.median(delay[rows])) / HOUR_S)
        near = np.abs(delay[rows] - hours * HOUR_S) < HOUR_S / 6
        if hours in SHIFTS and rows.sum() >= MONTH_CALLS and near.mean() > 0.5:
            return hours, log.at[rows]
    return 0, log.at[:0]


def clock_change(log: CallLog) -> Iterator[tuple[str, int]]:
    """Yield each change of clocks after which calls come an hour off, and by how much.

    People live by the clock on the wall: in local time the working days of the four weeks before
    and after have the same hours. In UTC, or winter time all year, they move by one.

    Args:
        log: The calls, in the order of the file.

    Yields:
        The day of the change as 2026-03-29, and the hours, 1 or -1.
    """
    day, hour = local_parts(log.time_s, log.time_zone)
    days = np.arange(int(day.min()), int(day.max()) + 2)
    _, at_noon = local_parts((days * DAY_S + DAY_S / 2).astype(np.float64), log.time_zone)
    for change in days[1:][np.diff(at_noon) != 0].tolist():
        before = _working_day_profile(day, hour, change - 7 * WEEKS, change)
        after = _working_day_profile(day, hour, change + 1, change + 1 + 7 * WEEKS)
        if min(before.sum(), after.sum()) < CALLS_ENOUGH:
            continue
        shift = _clock_shift(after, before + 0.5)  # an hour without calls is not impossible
        if abs(shift) == 1:
            yield str(np.datetime64(change, "D")), shift


def hours_of_region(log: CallLog, region: Region) -> int:
    """Return by how many hours the calls of working days lie off those of the region; 0 if none."""
    day, hour = local_parts(log.time_s, log.time_zone)
    to_113 = float(np.mean(log.line == LINE_113)) > 0.5
    profile = _working_day_profile(day, hour, int(day.min()), int(day.max()) + 1)
    if profile.sum() < CALLS_ENOUGH:
        return 0
    return _clock_shift(profile, hour_weights(region.demand, to_113)[0])


def _working_day_profile(
    day: NDArray[np.int64], hour: NDArray[np.int64], first: int, last: int
) -> HourCounts:
    """Return the calls of each hour of Monday to Friday from one day to before another."""
    weekday = (day + 3) % 7
    mine = (day >= first) & (day < last) & (weekday < 5)
    return np.bincount(hour[mine], minlength=24).astype(np.float64)


def _clock_shift(counts: HourCounts, expected: HourCounts) -> int:
    """Return the whole hours by which counts lie after what is expected; 0 unless it is clear.

    Log-likelihood of a multinomial, divided by how much more than chance the best fit still
    differs (chi-square over its 23 degrees of freedom): a region whose day has another form is not
    a clock that is wrong.
    """
    fits = {shift: _log_likelihood(counts, np.roll(expected, shift)) for shift in (0, *SHIFTS)}
    best = max(fits, key=lambda shift: fits[shift])
    shape = np.roll(expected, best)
    mean: Floats = np.maximum(shape / shape.sum() * counts.sum(), 1e-9)
    overdispersion = max(1.0, float(np.sum((counts - mean) ** 2 / mean)) / 23)
    return best if (fits[best] - fits[0]) / overdispersion > ENOUGH else 0


def _log_likelihood(counts: HourCounts, expected: HourCounts) -> float:
    """Return the log-likelihood of counts by hour, as a multinomial with the expected shares."""
    shares = expected / expected.sum()
    return float(counts @ np.log(np.maximum(shares, 1e-9)))


FAR_OFF_DAYS = 400
"""A call so far from the log's middle is a slip of the pen, where few are."""

FEW = 0.01
MONTHS = 12
"""A day above 12 cannot be a month, so that swapping leaves only days up to 12."""


def find_doubts(
    log: CallLog, form: LogFormat, region: Region | None
) -> tuple[CallLog, list[LogFinding]]:
    """Look for times that cannot be, and for clocks and dates that are wrong throughout.

    Args:
        log: The calls, in the order of the file.
        form: What the author is sure of; such findings do not stop a replay.
        region: With whose hours of the day the calls are compared; None without one.

    Returns:
        The log in order of time without impossible times, and the findings.
    """
    findings = list(_clock_findings(log, form, region)) + list(_date_findings(log, form))
    is_late = log.time_s < np.maximum.accumulate(log.time_s)
    findings += log_finding("out_of_order", "told", "time", log.at[is_late])
    far = np.abs(log.time_s - np.median(log.time_s)) > FAR_OFF_DAYS * DAY_S
    if 0 < far.mean() <= FEW:
        findings += log_finding("far_off", "left_out", "time", log.at[far])
        log = log.picked(~far)
    for name in [stage for stage in STAGES if stage in log.stages]:
        log, stage_findings = _drop_impossible_times(log, name)
        findings += stage_findings
    for name in ("talk", "scene_time", "handover"):
        is_nothing = log.length_s(name) == 0
        if not any(log.spread_s.get(DURATIONS[name][1], ())):
            findings += log_finding("no_length", "told", name, log.at[is_nothing])
    log = log.picked(np.argsort(log.time_s, kind="stable"))
    return log, [*findings, *_duplicates_and_gaps(log)]


def _clock_findings(log: CallLog, form: LogFormat, region: Region | None) -> Iterator[LogFinding]:
    """Yield signs of a wrong time zone, or of no daylight saving."""
    weight = "told" if "clock" in form.sure_of else "stops"
    for name in ("answered", "alerted"):
        hours, lines = shifted_stage(log, name)
        yield from log_finding("shifted_column", weight, name, lines, hours=hours)
    for day, hours in clock_change(log):
        lines = log.at[:1]
        yield from log_finding("clock_change", weight, "time", lines, day=day, hours=hours)
    if region is not None:
        hours = hours_of_region(log, region)
        if hours:
            yield from log_finding("shifted_hours", weight, "time", log.at[:1], hours=hours)


def _date_findings(log: CallLog, form: LogFormat) -> Iterator[LogFinding]:
    """Yield signs of month and day swapped."""
    weight = "told" if "dates" in form.sure_of else "stops"
    yield from log_finding(
        "swapped_all", weight, "time", log.at if _has_early_days_only(log) else []
    )
    yield from log_finding("swapped_some", weight, "time", log.at[_out_of_place(log)])


MONTHS_TO_TELL = 3
CALLS_TO_TELL = 50


def _has_early_days_only(log: CallLog) -> bool:
    """Tell whether calls of several months are all of days 1 to 12."""
    day, _ = local_parts(log.time_s, log.time_zone)
    date = day.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    months_of_year = np.unique(month.astype(np.int64) % 12)
    day_of_month = (date - month).astype(np.int64) + 1
    spread = len(months_of_year) >= MONTHS_TO_TELL and len(log) >= CALLS_TO_TELL
    return spread and int(day_of_month.max()) <= MONTHS


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
    swap, days_between = _shortest_date_path(
        written, np.array([swapped_day(int(d)) for d in written])
    )
    if days_between > SAVED * np.abs(np.diff(written)).sum():
        return nothing
    return np.repeat(swap, np.diff(begins, append=len(day)))


SAVED = 0.4
SWAP_COSTS = 1.0
"""Days; so that a date is swapped only where that saves more."""


def _shortest_date_path(
    written: NDArray[np.int64], swapped: NDArray[np.int64]
) -> tuple[Flags, float]:
    """Return which dates to swap for the shortest way through all, and that way's days."""
    ways = np.column_stack([written, swapped]).tolist()
    cost, came = [0.0, SWAP_COSTS], []
    for before, now in pairwise(ways):
        steps = [[cost[k] + abs(days - before[k]) for k in (0, 1)] for days in now]
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


def swapped_pattern(cells: Sequence[str], form: LogFormat) -> bool:
    """Tell whether cells can be read once month and day of the pattern change places."""
    pattern = form.times.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
    return all(
        _is_readable(cell, pattern) and not _is_readable(cell, form.times) for cell in cells if cell
    )


def _is_readable(cell: str, pattern: str) -> bool:
    """Tell whether a time can be read by a pattern."""
    try:
        datetime.strptime(re.sub(r"\s+", " ", cell), pattern)
    except ValueError:
        return False
    return True


def _drop_impossible_times(log: CallLog, name: str) -> tuple[CallLog, list[LogFinding]]:
    """Return the log without times of a stage that cannot be, and what was found."""
    times = log.stages[name]
    before = times < log.time_s
    stage = AFTER.get(name, "")
    before_stage = ~before & (times < log.stage(stage))
    long = times - log.time_s > DAY_S
    possible = np.where(before | before_stage | long, np.nan, times)
    return replace(log, stages={**log.stages, name: possible}), [
        *log_finding("before_call", "left_out", name, log.at[before]),
        *log_finding("before_stage", "left_out", name, log.at[before_stage], stage=stage),
        *log_finding("too_long", "left_out", name, log.at[long]),
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


def _duplicates_and_gaps(log: CallLog) -> Iterator[LogFinding]:
    """Yield calls that are there twice, days without any, and how many calls lack each stage.

    Twice are calls at one moment of which nothing that is read differs. A caller who hung up was
    never answered, and lacks nothing.
    """
    codes = [column.astype(np.float64) for column in (log.line, log.urgency, log.place)]
    table: Floats = np.nan_to_num(
        np.column_stack([log.time_s, *codes, *log.stages.values()]), nan=-1.0
    )
    _, first, count = np.unique(table, axis=0, return_index=True, return_counts=True)
    again = np.ones(len(log), dtype=bool)
    again[first] = False
    yield from log_finding("alike", "told", "", log.at[again] if count.max(initial=1) > 1 else [])
    day, _ = local_parts(log.time_s, log.time_zone)
    present = np.unique(day)
    gone = np.setdiff1d(np.arange(present[0], present[-1] + 1), present)
    if len(gone):
        named = ", ".join(str(empty_day.astype("datetime64[D]")) for empty_day in gone[:5])
        yield LogFinding("empty_days", "told", "time", len(gone), (), (("days", named),))
    for name, times in log.stages.items():
        if name in ("answered", "ended"):
            lacks = np.isnan(times) & ~log.hung_up
            yield from log_finding("missing", "told", name, log.at[lacks])
