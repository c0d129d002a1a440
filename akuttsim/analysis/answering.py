"""Indicators of the phone: how fast 116117 and 113 answer, and who hangs up."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from akuttsim.analysis.observed import (
    HOURS,
    WEEKDAYS,
    Grouping,
    Mask,
    Observed,
    Row,
    median,
    p90,
    rows,
    share,
)
from akuttsim.records import LINE_113, Floats

WITHIN_116117_S = 120.0
WITHIN_113_S = 10.0


def answered_116117_within_120_s(seen: Observed) -> Iterator[Row]:
    """Share of 116117 calls answered within 120 seconds (the official indicator).

    Numerator: calls answered at most 120 s after they began to ring at an operator. Denominator:
    all calls that rang, unanswered ones included. Menu and recorded message do not count. Calls on
    health personnel's own line and calls passed on from 113 are in it. Unit: share of 1. By room,
    hour of the day, weekday (a public holiday counts as Sunday), and hour of the week.
    Source: Helsedirektoratet, Svartid legevakt 116 117; akuttmedisinforskriften § 13.
    """
    mask = _calls_to(seen, "116117")
    in_time = (_waits(seen)[mask] <= WITHIN_116117_S).astype(np.float64)
    yield from rows("answered_116117_within_120_s", "share", in_time, share, _groupings(seen, mask))


def hung_up_116117(seen: Observed) -> Iterator[Row]:
    """Share of 116117 calls that the caller gave up before an answer.

    Numerator: calls given up. Denominator: all calls that rang. Unit: share of 1.
    """
    mask = _calls_to(seen, "116117")
    left = (~np.isnan(seen.record.calls.left_s[mask])).astype(np.float64)
    yield from rows("hung_up_116117", "share", left, share, _groupings(seen, mask)[:2])


def answer_time_116117_median_s(seen: Observed) -> Iterator[Row]:
    """Median wait of the 116117 calls that were answered, from ringing at an operator. Seconds."""
    mask = _calls_to(seen, "116117") & ~np.isnan(seen.record.calls.answered_s)
    waits = _waits(seen)[mask]
    yield from rows("answer_time_116117_median_s", "s", waits, median, _groupings(seen, mask)[:2])


def answer_time_116117_p90_s(seen: Observed) -> Iterator[Row]:
    """Wait that nine in ten answered 116117 calls stay below. Seconds."""
    mask = _calls_to(seen, "116117") & ~np.isnan(seen.record.calls.answered_s)
    waits = _waits(seen)[mask]
    yield from rows("answer_time_116117_p90_s", "s", waits, p90, _groupings(seen, mask)[:2])


def answered_113_within_10_s(seen: Observed) -> Iterator[Row]:
    """Share of answered 113 calls that were answered within 10 seconds (the official indicator).

    Numerator: calls answered at most 10 s after they began to ring. Denominator: answered calls
    only, of the public and of neighbour districts that share the room; calls on the line between
    the control rooms are left out. Unit: share of 1.
    Source: Helsedirektoratet, Svartid på medisinsk nødnummer 113; akuttmedisinforskriften § 15 b.
    """
    calls = seen.record.calls
    mask = _calls_to(seen, "113") & (calls.line == LINE_113) & ~np.isnan(calls.answered_s)
    in_time = (_waits(seen)[mask] <= WITHIN_113_S).astype(np.float64)
    yield from rows("answered_113_within_10_s", "share", in_time, share, _groupings(seen, mask))


def calls_116117_a_day(seen: Observed) -> Iterator[Row]:
    """Calls that rang at 116117 on a mean day, repeats and unanswered ones included."""
    yield from _a_day(seen, "calls_116117_a_day", _calls_to(seen, "116117"))


def calls_113_a_day(seen: Observed) -> Iterator[Row]:
    """Calls that rang at 113 on a mean day, those of neighbours that share the room included."""
    mask = _calls_to(seen, "113") & (seen.record.calls.line == LINE_113)
    yield from _a_day(seen, "calls_113_a_day", mask)


def _a_day(seen: Observed, indicator: str, mask: Mask) -> Iterator[Row]:
    days = seen.weeks * 7
    yield Row(indicator, "all", "all", float(mask.sum()) / days, "per day", int(mask.sum()))
    hours = np.bincount(seen.hour(seen.record.calls.rang_s[mask]), minlength=24)
    for name, count in zip(HOURS, hours.tolist(), strict=True):
        yield Row(indicator, "hour", name, count / days, "per day", count)


def _calls_to(seen: Observed, number: str) -> Mask:
    """Return which measured calls rang at a room that answers this number."""
    rooms = [each.number == number for each in seen.organisation.control_rooms.values()]
    mask: Mask = seen.measured_calls & np.array(rooms)[seen.record.calls.room]
    return mask


def _waits(seen: Observed) -> Floats:
    return seen.record.calls.answered_s - seen.record.calls.rang_s


def _groupings(seen: Observed, mask: Mask) -> list[Grouping]:
    rang_s = seen.record.calls.rang_s[mask]
    hour, weekday = seen.hour(rang_s), seen.weekday(rang_s)
    week = [f"{day} {hour}" for day in WEEKDAYS for hour in HOURS]
    return [
        Grouping("room", seen.record.calls.room[mask], list(seen.organisation.control_rooms)),
        Grouping("hour", hour, HOURS),
        Grouping("weekday", weekday, WEEKDAYS),
        Grouping("hour_of_week", weekday * 24 + hour, week),
    ]
