"""Indicators of the phone: how fast 116117 and 113 answer, and who hangs up."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from akuttsim.analysis.groupings import by_hour, by_line, by_room
from akuttsim.analysis.observations import Observations
from akuttsim.analysis.observed import (
    HOURS,
    WEEKDAYS,
    Grouping,
    Mask,
    Observed,
    Row,
    median,
    p90,
    rates,
    share,
)
from akuttsim.records import LINE_113, LINE_116117, Floats, Indices

WITHIN_116117_S = 120.0
WITHIN_113_S = 10.0
LATE_113_S = 20.0


def answered_116117_within_120_s(seen: Observed) -> Observations:
    """Share of 116117 calls answered within 120 seconds (the official indicator).

    Numerator: calls answered at most 120 s after they began to ring at an operator. Denominator:
    all calls that rang at an operator, unanswered ones included. The time of menu and recorded
    message does not count. Left out: who hangs up before it rings at an operator. A call that
    another room answers is one call, which has rung since it began to at the room that should
    answer. Calls on health personnel's own line, calls passed on from 113 and response centres, and
    those of neighbour districts that share the room are in it. A caller who is rung up instead of
    waiting counts as answered when rung up, and as unanswered if not reached (the official
    definition does not mention it). Unit: share of 1. By room (the one that should answer, whoever
    did), hour of the day, weekday (a public holiday counts as Sunday), hour of the week, and line
    (the public's; health personnel's, which colleagues in other rooms ring too).
    Source: Helsedirektoratet, Svartid legevakt 116 117; akuttmedisinforskriften § 13.
    """
    mask = seen.calls_to("116117")
    in_time = (waits_s(seen)[mask] <= WITHIN_116117_S).astype(np.float64)
    groups = [*_groupings(seen, mask), by_line(seen, mask)]
    callers = seen.record.calls.patient[mask]
    return Observations("answered_116117_within_120_s", "share", in_time, share, groups, callers)


def hung_up_116117(seen: Observed) -> Observations:
    """Share of 116117 calls that the caller gave up before an answer.

    Numerator: calls given up; who hung up in order to be rung up has not given up. Denominator: all
    calls that rang at an operator, those of neighbours that share the room included. Left out: who
    hangs up before that. Unit: share of 1. By room, hour of the day and line.
    Source: akuttsim's own definition.
    """
    mask, calls = seen.calls_to("116117"), seen.record.calls
    left = (~np.isnan(calls.left_s) & ~calls.called_back)[mask].astype(np.float64)
    groups = [*_groupings(seen, mask)[:2], by_line(seen, mask)]
    callers = seen.record.calls.patient[mask]
    return Observations("hung_up_116117", "share", left, share, groups, callers)


def answer_time_116117_median_s(seen: Observed) -> Observations:
    """Median wait of the 116117 calls that were answered, from ringing at an operator.

    What it counts: answered calls, on every line of a 116117 room, those of neighbour districts
    that share it included. Left out: unanswered calls,
    however long they rang, and the time of menu and recorded message. Who is rung up instead of
    waiting has waited until rung up. Unit: seconds. By room, hour of the day and line.
    Source: akuttsim's own definition.
    """
    mask = seen.calls_to("116117") & ~np.isnan(seen.record.calls.answered_s)
    waits = waits_s(seen)[mask]
    groups = [*_groupings(seen, mask)[:2], by_line(seen, mask)]
    callers = seen.record.calls.patient[mask]
    return Observations("answer_time_116117_median_s", "s", waits, median, groups, callers)


def answer_time_116117_p90_s(seen: Observed) -> Observations:
    """Wait that nine in ten answered 116117 calls stay below, from ringing at an operator.

    What it counts: answered calls, on every line of a 116117 room, those of neighbour districts
    that share it included. Left out: unanswered calls,
    however long they rang, and the time of menu and recorded message. Who is rung up instead of
    waiting has waited until rung up. Unit: seconds. By room, hour of the day and line.
    Source: akuttsim's own definition.
    """
    mask = seen.calls_to("116117") & ~np.isnan(seen.record.calls.answered_s)
    waits = waits_s(seen)[mask]
    groups = [*_groupings(seen, mask)[:2], by_line(seen, mask)]
    callers = seen.record.calls.patient[mask]
    return Observations("answer_time_116117_p90_s", "s", waits, p90, groups, callers)


def answered_113_within_10_s(seen: Observed) -> Observations:
    """Share of answered 113 calls that were answered within 10 seconds (the official indicator).

    Numerator: calls answered at most 10 s after they began to ring at an operator. Denominator:
    answered calls only, of the public and of neighbour districts that share the room. Left out:
    unanswered calls, those that 113 rang back among them, and calls on the line between the control
    rooms, which nobody rings 113 for. The time in which a free operator picks up counts.
    Unit: share of 1. By room, hour of the day, weekday (a public holiday counts as Sunday), and
    hour of the week.
    Source: Helsedirektoratet, Svartid på medisinsk nødnummer 113; akuttmedisinforskriften § 15 b.
    """
    calls = seen.record.calls
    answered = ~np.isnan(calls.answered_s) & ~calls.called_back
    mask = seen.calls_to("113") & (calls.line == LINE_113) & answered
    in_time = (waits_s(seen)[mask] <= WITHIN_113_S).astype(np.float64)
    groups = _groupings(seen, mask)
    callers = seen.record.calls.patient[mask]
    return Observations("answered_113_within_10_s", "share", in_time, share, groups, callers)


def answered_113_within_20_s(seen: Observed) -> Observations:
    """Share of answered 113 calls that were answered within 20 seconds.

    Numerator: calls answered at most 20 s after they began to ring at an operator. Denominator:
    answered calls only, as in `answered_113_within_10_s`. Left out: unanswered calls, those that
    113 rang back among them, and calls on the line between the control rooms. Unit: share of 1. By
    room and hour of the day.
    Source: Helsedirektoratet, Svartid på medisinsk nødnummer 113 (share above 20 seconds).
    """
    calls = seen.record.calls
    answered = ~np.isnan(calls.answered_s) & ~calls.called_back
    mask = seen.calls_to("113") & (calls.line == LINE_113) & answered
    in_time = (waits_s(seen)[mask] <= LATE_113_S).astype(np.float64)
    groups = _groupings(seen, mask)[:2]
    callers = calls.patient[mask]
    return Observations("answered_113_within_20_s", "share", in_time, share, groups, callers)


def hung_up_113(seen: Observed) -> Observations:
    """Share of 113 calls that the caller gave up before an answer.

    Numerator: calls given up, also by those whom 113 rang back. Denominator: all calls on the
    number 113, those of neighbour districts that share the room included. Left out: calls on the
    line between the control rooms. Unit: share of 1. By room and hour of the day.
    Source: akuttsim's own definition.
    """
    calls = seen.record.calls
    mask = seen.calls_to("113") & (calls.line == LINE_113)
    left = (~np.isnan(calls.left_s))[mask].astype(np.float64)
    groups = _groupings(seen, mask)[:2]
    return Observations("hung_up_113", "share", left, share, groups, calls.patient[mask])


def hung_up_in_menu_116117(seen: Observed) -> Observations:
    """Share of the times that somebody rang 116117 and hung up in the recorded message.

    Numerator: times that somebody hung up before it rang at an operator, whom the official answer
    time leaves out. Denominator: all times that the public rang 116117, those that hung up in the
    message included. Left out: lines without a message, and calls passed on. Unit: share of 1.
    Source: akuttsim's own definition.
    """
    rang, callers = _dialled(seen)
    left = np.isnan(rang).astype(np.float64)
    return Observations("hung_up_in_menu_116117", "share", left, share, [], callers)


def answered_116117_after_dialling(seen: Observed) -> Observations:
    """Share of the times the public rang 116117 that were answered within 120 s of dialling.

    Numerator: calls answered at most 120 s after the number was dialled, the recorded message
    included. Denominator: all times that the public rang 116117, those that hung up in the message
    included: a longer message makes it no better. Left out: calls on health personnel's own line
    and calls passed on. Unit: share of 1.
    Source: akuttsim's own definition; the official one begins where it rings at an operator.
    """
    answered_s, callers = _dialled(seen)
    in_time = (answered_s <= WITHIN_116117_S).astype(np.float64)
    name = "answered_116117_after_dialling"
    return Observations(name, "share", in_time, share, [], callers)


def _dialled(seen: Observed) -> tuple[Floats, Indices]:
    """Return of each time that the public rang 116117 how long until an answer, and who it was.

    The message counts. Who rang at an operator and got no answer has waited for ever; who hung up
    in the message has no wait (NaN).
    """
    calls, courses = seen.record.calls, seen.record.courses
    mask = seen.calls_to("116117") & (calls.line == LINE_116117)
    menu_s = np.array([room.menu_s.value for room in seen.organisation.control_rooms.values()])
    waited_s = np.nan_to_num(waits_s(seen)[mask], nan=np.inf) + menu_s[calls.room[mask]]
    times = np.where(seen.measured, courses.left_in_menu, 0)
    left = np.repeat(np.arange(len(times), dtype=np.int32), times)
    return np.append(waited_s, np.full(len(left), np.nan)), np.append(calls.patient[mask], left)


def calls_116117_a_day(seen: Observed) -> Iterator[Row]:
    """Calls that rang at 116117 on a mean day.

    What it counts: calls that rang at an operator, on every line of a 116117 room: repeats,
    unanswered ones, health personnel's, those passed on from 113 and response centres, and those of
    neighbour districts that share the room. Left out: who hangs up in menu or message. Unit: calls
    a day. By hour of the day.
    Source: Helsedirektoratet, Svartid legevakt 116 117 (number of calls: answered and unanswered).
    """
    yield from _a_day(seen, "calls_116117_a_day", seen.calls_to("116117"))


def calls_113_a_day(seen: Observed) -> Iterator[Row]:
    """Calls that rang at 113 on a mean day.

    What it counts: calls on the number 113, answered or not, those of neighbour districts that
    share the room included. Left out: calls on the line between the control rooms. Unit: calls a
    day. By hour of the day.
    Source: akuttsim's own definition.
    """
    mask = seen.calls_to("113") & (seen.record.calls.line == LINE_113)
    yield from _a_day(seen, "calls_113_a_day", mask)


def answered_elsewhere_share(seen: Observed) -> Observations:
    """Share of answered calls that another control room than their own answered.

    Numerator: calls answered by a neighbour (overflow) or by a back-up while the room was down.
    Denominator: all answered calls, on every number and between rooms. Left out: calls that nobody
    answered. Unit: share of 1. By room: the one that should have answered.
    Source: akuttsim's own definition.
    """
    calls = seen.record.calls
    mask = seen.measured_calls & ~np.isnan(calls.answered_s)
    elsewhere = (calls.answered_by != calls.room)[mask].astype(np.float64)
    groups = [by_room(seen, mask)]
    callers = seen.record.calls.patient[mask]
    return Observations("answered_elsewhere_share", "share", elsewhere, share, groups, callers)


def called_back_share(seen: Observed) -> Observations:
    """Share of 116117 calls that were changed into being rung up.

    Numerator: callers who kept their place in the queue off the line, reached or not. Denominator:
    all 116117 calls that rang. Left out: calls on other numbers. Unit: share of 1. By room and hour
    of the day.
    Source: akuttsim's own definition.
    """
    mask = seen.calls_to("116117")
    called_back = seen.record.calls.called_back[mask].astype(np.float64)
    groups = _groupings(seen, mask)[:2]
    callers = seen.record.calls.patient[mask]
    return Observations("called_back_share", "share", called_back, share, groups, callers)


def _a_day(seen: Observed, indicator: str, mask: Mask) -> Iterator[Row]:
    hours = by_hour(seen, seen.record.calls.rang_s[mask])
    yield from rates(indicator, seen.per_day, int(mask.sum()), [hours])


def waits_s(seen: Observed) -> Floats:
    """Return how long each call rang until it was answered; NaN for one that was not."""
    return seen.record.calls.answered_s - seen.record.calls.rang_s


def _groupings(seen: Observed, mask: Mask) -> list[Grouping]:
    rang_s = seen.record.calls.rang_s[mask]
    hour, weekday = seen.hour(rang_s), seen.weekday(rang_s)
    week = [f"{day} {hour}" for day in WEEKDAYS for hour in HOURS]
    return [
        by_room(seen, mask),
        Grouping("hour", hour, HOURS, True),
        Grouping("weekday", weekday, WEEKDAYS, True),
        Grouping("hour_of_week", weekday * 24 + hour, week, True),
    ]
