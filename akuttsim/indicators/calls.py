"""Indicators of calls to 116117, 113 and the alarm centre: answers, hang-ups, passing on."""

from __future__ import annotations

from collections.abc import Iterator
from math import nan

import numpy as np
from numpy.typing import NDArray

from akuttsim.indicators.declaration import (
    Observations,
    by_hour,
    by_line,
    by_room,
    by_time_of_day,
    indicator,
)
from akuttsim.indicators.measured_run import (
    HOURS,
    WEEKDAYS,
    Grouping,
    GroupValue,
    Mask,
    MeasuredRun,
    Statistic,
    mean,
    median,
    p90,
    rate_rows,
    share,
)
from akuttsim.patients.alarms_and_transports import ALARM_TO_HOME_NURSING, alarm_ways
from akuttsim.records import (
    ALARM,
    ALARM_CLOSED,
    HOME_NURSING,
    LINE_113,
    LINE_116117,
    LINE_ALARM,
    TALK,
    Floats,
    Indices,
    UnderstoodBy,
    code_names,
)
from akuttsim.units import HOUR_S, MINUTE_S

WITHIN_116117_S = 120.0

WITHIN_113_S = 10.0

LATE_113_S = 20.0

ALARM_OUTCOMES = ("closed", "home_nursing", "116117", "113")
"""What the response centre (responssenter) did with an alarm: closed it or passed it on to whom."""

ALARM_CLOSED_BY_CENTRE, ALARM_TO_NURSING, ALARM_TO_116117, ALARM_TO_113 = range(len(ALARM_OUTCOMES))

NumberNames = NDArray[np.str_]

PASSING_DIRECTIONS = (
    ("113", "116117"),
    ("116117", "113"),
    ("alarm", "116117"),
    ("alarm", "113"),
)
"""Between which numbers calls are passed on; `alarm` is a response centre (responssenter)."""


@indicator(
    unit="share",
    better="higher",
    by=("all", "room", "hour", "time_of_day", "weekday", "hour_of_week", "line"),
    listed={"answering": 10},
)
def answered_116117_within_120_s(run: MeasuredRun) -> Observations:
    """Share of 116117 calls answered within 120 seconds (the official indicator).

    Numerator: calls answered at most 120 s after they began to ring at an operator: the wait in the
    queue and the time that picking up takes. Denominator: all calls that rang at an operator,
    unanswered ones included. The time of menu and recorded message does not count. Left out: who
    hangs up before it rings at an operator. A call that another room answers is one call, which has
    rung since it began to at the room that should answer. Calls on health personnel's own line,
    calls passed on from 113 and response centres, and those of neighbour districts that share the
    room are in it. A caller who is rung up instead of waiting counts as answered when rung up, and
    as unanswered if not reached (the official definition does not mention it). Unit: share of 1. By
    room (the one that should answer, whoever did), hour of the day, time of day (day 8-15:30,
    evening 15:30-23, night 23-8), weekday (a public holiday counts as Sunday), hour of the week,
    and line (the public's; health personnel's, which colleagues in other rooms ring too).
    Source: Helsedirektoratet, Svartid legevakt 116 117; akuttmedisinforskriften § 13.
    """
    mask = run.calls_to("116117")
    in_time = (answer_waits_s(run)[mask] <= WITHIN_116117_S).astype(np.float64)
    groups = [*_call_groupings(run, mask), by_line(run, mask)]
    callers = run.record.calls.patient[mask]
    return Observations(in_time, share, groups, callers)


@indicator(
    unit="share",
    better="higher",
    by=("all", "room", "hour", "time_of_day", "weekday", "hour_of_week"),
    listed={"answering": 60},
)
def answered_113_within_10_s(run: MeasuredRun) -> Observations:
    """Share of answered 113 calls that were answered within 10 seconds (the official indicator).

    Numerator: calls answered at most 10 s after they began to ring at an operator. Denominator:
    answered calls only, of the public and of neighbour districts that share the room. Left out:
    unanswered calls, those that 113 rang back among them, and calls on the line between the control
    rooms, which nobody rings 113 for. The time in which a free operator picks up counts.
    Unit: share of 1. By room, hour of the day, time of day (day 8-15:30, evening 15:30-23, night
    23-8), weekday (a public holiday counts as Sunday), and hour of the week.
    Source: Helsedirektoratet, Svartid på medisinsk nødnummer 113; akuttmedisinforskriften § 15 b.
    """
    calls = run.record.calls
    answered = ~np.isnan(calls.answered_s) & ~calls.called_back
    mask = run.calls_to("113") & (calls.line == LINE_113) & answered
    in_time = (answer_waits_s(run)[mask] <= WITHIN_113_S).astype(np.float64)
    groups = _call_groupings(run, mask)
    callers = run.record.calls.patient[mask]
    return Observations(in_time, share, groups, callers)


@indicator(unit="share", better="higher", by=("all", "room", "hour"), listed={"answering": 70})
def answered_113_within_20_s(run: MeasuredRun) -> Observations:
    """Share of answered 113 calls that were answered within 20 seconds.

    Numerator: calls answered at most 20 s after they began to ring at an operator. Denominator:
    answered calls only, as in `answered_113_within_10_s`. Left out: unanswered calls, those that
    113 rang back among them, and calls on the line between the control rooms. Unit: share of 1. By
    room and hour of the day.
    Source: Helsedirektoratet, Svartid på medisinsk nødnummer 113 (share above 20 seconds).
    """
    calls = run.record.calls
    answered = ~np.isnan(calls.answered_s) & ~calls.called_back
    mask = run.calls_to("113") & (calls.line == LINE_113) & answered
    in_time = (answer_waits_s(run)[mask] <= LATE_113_S).astype(np.float64)
    groups = _call_groupings(run, mask)[:2]
    callers = calls.patient[mask]
    return Observations(in_time, share, groups, callers)


@indicator(unit="share", better="higher", listed={"answering": 20})
def answered_116117_after_dialling(run: MeasuredRun) -> Observations:
    """Share of the times the public rang 116117 that were answered within 120 s of dialling.

    Numerator: calls answered at most 120 s after the number was dialled, the recorded message
    included. Denominator: all times that the public rang 116117, those that hung up in the message
    included: a longer message makes it no better. Left out: calls on health personnel's own line
    and calls passed on. Unit: share of 1.
    Source: akuttsim's own definition; the official one begins where it rings at an operator.
    """
    answered_s, callers = _waits_from_dialling(run)
    in_time = (answered_s <= WITHIN_116117_S).astype(np.float64)
    return Observations(in_time, share, [], callers)


@indicator(
    unit="share",
    better="lower",
    by=("all", "room", "hour", "time_of_day", "line"),
    listed={"answering": 30},
)
def hung_up_116117(run: MeasuredRun) -> Observations:
    """Share of 116117 calls that the caller gave up before an answer.

    Numerator: calls given up; who hung up in order to be rung up has not given up. Denominator: all
    calls that rang at an operator, those of neighbours that share the room included. Left out: who
    hangs up before that. Unit: share of 1. By room, hour of the
    day, time of day (day 8-15:30, evening 15:30-23, night 23-8) and line.
    Source: akuttsim's own definition.
    """
    mask, calls = run.calls_to("116117"), run.record.calls
    gave_up = (~np.isnan(calls.left_s) & ~calls.called_back)[mask].astype(np.float64)
    groups = [*_call_groupings(run, mask)[:3], by_line(run, mask)]
    callers = run.record.calls.patient[mask]
    return Observations(gave_up, share, groups, callers)


@indicator(unit="share", better="lower", listed={"answering": 40})
def hung_up_in_menu_116117(run: MeasuredRun) -> Observations:
    """Share of the times that somebody rang 116117 and hung up in the recorded message.

    Numerator: times that somebody hung up before it rang at an operator, whom the official answer
    time leaves out. Denominator: all times that the public rang 116117, those that hung up in the
    message included. Left out: lines without a message, and calls passed on. Unit: share of 1.
    Source: akuttsim's own definition.
    """
    rang, callers = _waits_from_dialling(run)
    hung_up = np.isnan(rang).astype(np.float64)
    return Observations(hung_up, share, [], callers)


def _waits_from_dialling(run: MeasuredRun) -> tuple[Floats, Indices]:
    """Return of each time that the public rang 116117 how long until an answer, and who it was.

    The message counts. Who rang at an operator and got no answer has waited for ever; who hung up
    in the message has no wait (NaN).
    """
    calls, courses = run.record.calls, run.record.courses
    mask = run.calls_to("116117") & (calls.line == LINE_116117)
    menu_s = np.array([room.menu_s.value for room in run.organisation.control_rooms.values()])
    waited_s = np.nan_to_num(answer_waits_s(run)[mask], nan=np.inf) + menu_s[calls.room[mask]]
    times = np.where(run.measured, courses.left_in_menu, 0)
    hung_up = np.repeat(np.arange(len(times), dtype=np.int32), times)
    return np.append(waited_s, np.full(len(hung_up), np.nan)), np.append(
        calls.patient[mask], hung_up
    )


@indicator(unit="share", better="lower", by=("all", "room", "hour"), listed={"answering": 50})
def hung_up_113(run: MeasuredRun) -> Observations:
    """Share of 113 calls that the caller gave up before an answer.

    Numerator: calls given up, also by those whom 113 rang back. Denominator: all calls on the
    number 113, those of neighbour districts that share the room included. Left out: calls on the
    line between the control rooms. Unit: share of 1. By room and hour of the day.
    Source: akuttsim's own definition.
    """
    calls = run.record.calls
    mask = run.calls_to("113") & (calls.line == LINE_113)
    gave_up = (~np.isnan(calls.left_s))[mask].astype(np.float64)
    groups = _call_groupings(run, mask)[:2]
    return Observations(gave_up, share, groups, calls.patient[mask])


@indicator(
    unit="s",
    better="lower",
    by=("all", "room", "hour", "time_of_day", "line"),
    listed={"answering": 90},
)
def answer_time_116117_median_s(run: MeasuredRun) -> Observations:
    """Median wait of the 116117 calls that were answered, from ringing at an operator.

    What it counts: answered calls, on every line of a 116117 room, those of neighbour districts
    that share it included. Left out: unanswered calls,
    however long they rang, and the time of menu and recorded message. Who is rung up instead of
    waiting has waited until rung up. Unit: seconds. By room, hour of the
    day, time of day (day 8-15:30, evening 15:30-23, night 23-8) and line.
    Source: akuttsim's own definition.
    """
    return _answer_times_116117(run, median)


@indicator(
    unit="s",
    better="lower",
    by=("all", "room", "hour", "time_of_day", "line"),
    listed={"answering": 100},
)
def answer_time_116117_p90_s(run: MeasuredRun) -> Observations:
    """Wait that nine in ten answered 116117 calls stay below, from ringing at an operator.

    What it counts: answered calls, on every line of a 116117 room, those of neighbour districts
    that share it included. Left out: unanswered calls,
    however long they rang, and the time of menu and recorded message. Who is rung up instead of
    waiting has waited until rung up. Unit: seconds. By room, hour of the
    day, time of day (day 8-15:30, evening 15:30-23, night 23-8) and line.
    Source: akuttsim's own definition.
    """
    return _answer_times_116117(run, p90)


def _answer_times_116117(run: MeasuredRun, statistic: Statistic) -> Observations:
    """Return the waits of answered 116117 calls by room, hour and line, for a statistic of them."""
    mask = run.calls_to("116117") & ~np.isnan(run.record.calls.answered_s)
    waits = answer_waits_s(run)[mask]
    groups = [*_call_groupings(run, mask)[:3], by_line(run, mask)]
    callers = run.record.calls.patient[mask]
    return Observations(waits, statistic, groups, callers)


def answer_waits_s(run: MeasuredRun) -> Floats:
    """Return how long each call rang until it was answered; NaN for one that was not."""
    return run.record.calls.answered_s - run.record.calls.rang_s


@indicator(unit="per day", better="neither", by=("all", "hour"), listed={"answering": 140})
def calls_116117_a_day(run: MeasuredRun) -> Iterator[GroupValue]:
    """Calls that rang at 116117 on a mean day.

    What it counts: calls that rang at an operator, on every line of a 116117 room: repeats,
    unanswered ones, health personnel's, those passed on from 113 and response centres, and those of
    neighbour districts that share the room. Left out: who hangs up in menu or message. Unit: calls
    a day. By hour of the day.
    Source: Helsedirektoratet, Svartid legevakt 116 117 (number of calls: answered and unanswered).
    """
    yield from _calls_a_day(run, run.calls_to("116117"))


@indicator(unit="per day", better="neither", by=("all", "hour"))
def calls_113_a_day(run: MeasuredRun) -> Iterator[GroupValue]:
    """Calls that rang at 113 on a mean day.

    What it counts: calls on the number 113, answered or not, those of neighbour districts that
    share the room included. Left out: calls on the line between the control rooms. Unit: calls a
    day. By hour of the day.
    Source: akuttsim's own definition.
    """
    mask = run.calls_to("113") & (run.record.calls.line == LINE_113)
    yield from _calls_a_day(run, mask)


def _calls_a_day(run: MeasuredRun, mask: Mask) -> Iterator[GroupValue]:
    hours = by_hour(run, run.record.calls.rang_s[mask])
    yield from rate_rows(run.days, int(mask.sum()), [hours])


@indicator(unit="share", better="neither", by=("all", "room", "hour"), listed={"answering": 110})
def called_back_share(run: MeasuredRun) -> Observations:
    """Share of 116117 calls that were changed into being rung up.

    Numerator: callers who kept their place in the queue off the line, reached or not. Denominator:
    all 116117 calls that rang. Left out: calls on other numbers. Unit: share of 1. By room and hour
    of the day.
    Source: akuttsim's own definition.
    """
    mask = run.calls_to("116117")
    called_back = run.record.calls.called_back[mask].astype(np.float64)
    groups = _call_groupings(run, mask)[:2]
    callers = run.record.calls.patient[mask]
    return Observations(called_back, share, groups, callers)


def _call_groupings(run: MeasuredRun, mask: Mask) -> list[Grouping]:
    """Return the division of calls by room, hour of the day, weekday and hour of the week."""
    rang_s = run.record.calls.rang_s[mask]
    hour, weekday = run.hour(rang_s), run.weekday(rang_s)
    week = [f"{day} {hour}" for day in WEEKDAYS for hour in HOURS]
    return [
        by_room(run, mask),
        Grouping("hour", hour, HOURS, True),
        by_time_of_day(run, rang_s),
        Grouping("weekday", weekday, WEEKDAYS, True),
        Grouping("hour_of_week", weekday * 24 + hour, week, True),
    ]


@indicator(unit="share", better="neither", by=("all", "room"), listed={"answering": 120})
def answered_elsewhere_share(run: MeasuredRun) -> Observations:
    """Share of answered calls that another control room than their own answered.

    Numerator: calls answered by a neighbour (overflow) or by a back-up while the room was down.
    Denominator: all answered calls, on every number and between rooms. Left out: calls that nobody
    answered. Unit: share of 1. By room: the one that should have answered.
    Source: akuttsim's own definition.
    """
    calls = run.record.calls
    mask = run.measured_calls & ~np.isnan(calls.answered_s)
    elsewhere = (calls.answered_by != calls.room)[mask].astype(np.float64)
    groups = [by_room(run, mask)]
    callers = run.record.calls.patient[mask]
    return Observations(elsewhere, share, groups, callers)


@indicator(unit="per week", better="lower", by=("all", "room"), listed={"answering": 130})
def gave_up_and_rang_113_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """People who hung up on 116117 and then rang 113, in a mean week.

    Whom it counts: people of the region whose call to 113 came next after one to 116117 that they
    gave up; it is the call to 113 that lies in the measured span. Left out: who gives up and does
    not ring again, or rings 116117 again, and people of neighbour districts, so that rooms that
    answer for more people can be compared. Unit: people a week. By room of 116117 that they gave
    up.
    Source: akuttsim's own definition.
    """
    calls = run.record.calls
    first, then = run.followed
    gave_up = run.rooms_for("116117") & ~np.isnan(calls.left_s) & ~calls.called_back
    rang_113 = run.calls_to("113") & (calls.line == LINE_113)
    ours = run.municipality[calls.patient[then]] >= 0
    abandoned = first[gave_up[first] & rang_113[then] & ours]
    rooms = by_room(run, np.zeros(len(calls.room), dtype=np.bool_))
    groups = [Grouping(rooms.name, calls.room[abandoned], rooms.names)]
    yield from rate_rows(run.weeks, len(abandoned), groups)


@indicator(unit="per week", better="neither", by=("all", "direction"))
def passed_between_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Calls that one number passed on to another, in a mean week.

    What it counts: calls that ring at a room of one number right after a room of another number
    answered the same person: 113 to 116117, 116117 to 113, and from response centres (alarm) to
    either. An operator who answers both numbers goes on herself: nothing is passed on. It is the
    call passed on that lies in the measured span. Left out: calls that a neighbour or a back-up
    answers for the same number. Unit: calls a week. By direction.
    Source: akuttsim's own definition.
    """
    first, then = run.followed
    answered = ~np.isnan(run.record.calls.answered_s)
    passed = answered[first] & run.measured_calls[then]
    origin, target = _numbers_of_followed_calls(run)
    directions = np.full(len(first), -1)
    for code, (one, other) in enumerate(PASSING_DIRECTIONS):
        directions[passed & (origin == one) & (target == other)] = code
    names = tuple(f"{one} to {other}" for one, other in PASSING_DIRECTIONS)
    groups = [Grouping("direction", directions, names)]
    count = int((directions >= 0).sum())
    yield from rate_rows(run.weeks, count, groups)


def _numbers_of_followed_calls(run: MeasuredRun) -> tuple[NumberNames, NumberNames]:
    """Return from which number to which the calls led that followed another of the same patient.

    Who rings another room later than the alarm itself was dealt with has gone on herself, and rings
    for the number that she had gone on with; but for alarms to which home nursing could not come.
    """
    calls, (first, then) = run.record.calls, run.followed
    numbers = [room.number for room in run.organisation.control_rooms.values()]
    origin, target = (np.array(numbers, dtype=np.str_)[calls.room[rows]] for rows in (first, then))
    went_on = calls.rang_s[then] > alarm_closing_s(run)[calls.patient[then]]
    went_on &= ~sent_to_home_nursing(run)[calls.patient[then]]
    gone_on_with = np.where(target == "113", "116117", "113")
    return np.where((origin == "alarm") & went_on, gone_on_with, origin), target


@indicator(unit="per week", better="neither")
def same_incident_calls_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Further calls to 113 about a red incident that somebody has rung about, in a mean week.

    What it counts: all that rang, answered or not, neighbour districts' that share the room
    included. They are calls to 113 in every other indicator too. Left out: the first call about
    each incident. Unit: calls a week.
    Source: akuttsim's own definition.
    """
    calls = run.record.calls
    further = run.calls_to("113") & run.patients.same_incident[calls.patient]
    yield from rate_rows(run.weeks, int(further.sum()), [])


@indicator(unit="per day", better="neither", by=("all", "hour", "outcome"))
def alarms_a_day(run: MeasuredRun) -> Iterator[GroupValue]:
    """Safety alarms on a mean day.

    What it counts: alarms pressed where a response centre answers them. By hour of the day, and by
    outcome: closed by the response centre, passed on to home nursing, to 116117 or to 113, or put
    through to these since home nursing could not come. One that
    nobody had dealt with when the run ended has no outcome. Left out: alarms where no response
    centre answers them. Unit: alarms a day.
    Source: akuttsim's own definition.
    """
    mask = _is_alarm(run)
    led_to, _ = _alarm_outcomes(run)
    groups = [
        by_hour(run, run.patients.time_s[mask]),
        Grouping("outcome", led_to[mask], ALARM_OUTCOMES),
    ]
    yield from rate_rows(run.days, int(mask.sum()), groups)


@indicator(unit="s", better="lower", by=("all", "room"))
def alarm_answer_median_s(run: MeasuredRun) -> Observations:
    """Median wait of answered safety alarms, from ringing at the response centre.

    What it counts: alarms that rang at a response centre and were answered. Left out: those still
    ringing when the run ended. Unit: seconds. By response centre.
    Source: akuttsim's own definition.
    """
    return _alarm_answer_times(run, median)


@indicator(unit="s", better="lower", by=("all", "room"))
def alarm_answer_p90_s(run: MeasuredRun) -> Observations:
    """Wait at the response centre that nine in ten answered alarms stay below.

    What it counts: alarms that rang at a response centre and were answered. Left out: those still
    ringing when the run ended. Unit: seconds. By response centre.
    Source: akuttsim's own definition.
    """
    return _alarm_answer_times(run, p90)


def _alarm_answer_times(run: MeasuredRun, statistic: Statistic) -> Observations:
    calls = run.record.calls
    mask = run.calls_to("alarm") & ~np.isnan(calls.answered_s)
    waits = (calls.answered_s - calls.rang_s)[mask]
    groups = [by_room(run, mask)]
    return Observations(waits, statistic, groups, calls.patient[mask])


@indicator(unit="min", better="lower", by=("all", "helper"))
def alarm_to_help_min(run: MeasuredRun) -> Observations:
    """Mean minutes from a safety alarm is pressed until it is with those who help.

    That is when home nursing is at the door, or when 116117 or 113 answers the response centre, or
    the user to whom home nursing could not come; an operator of the centre who answers that number
    too goes on at once. Whom it counts: alarms passed on; those that the response centre closed are
    left out, and those passed on and not answered by the end of the run. It may fall where home
    nursing can come more seldom: `home_nursing_within_30_min` counts all who waited for it. Unit:
    minutes. By who helps.
    Source: akuttsim's own definition.
    """
    led_to, helped_s = _alarm_outcomes(run)
    mask = _is_alarm(run) & ~np.isnan(helped_s)
    minutes = (helped_s - run.patients.time_s)[mask] / MINUTE_S
    groups = [
        Grouping("helper", led_to[mask] - ALARM_TO_NURSING, ALARM_OUTCOMES[ALARM_TO_NURSING:])
    ]
    return Observations(minutes, mean, groups, np.flatnonzero(mask))


def _alarm_outcomes(run: MeasuredRun) -> tuple[NDArray[np.intp], Floats]:
    """Return what each patient's alarm led to (-1: nothing), and when help had it (NaN: never)."""
    courses, alarms = run.record.courses, _is_alarm(run)
    done_s, handed, answered_s = _alarms_passed_on(run)
    passed = alarms & (handed | (courses.judged >= 0))
    led_to = np.full(len(run.patients), -1, dtype=np.intp)
    led_to[passed] = np.where(courses.notified_s <= done_s, ALARM_TO_113, ALARM_TO_116117)[passed]
    led_to[alarms & (courses.outcome == ALARM_CLOSED)] = ALARM_CLOSED_BY_CENTRE
    led_to[alarms & (courses.outcome == HOME_NURSING)] = ALARM_TO_NURSING
    by_phone_s = np.where(handed, answered_s, done_s)
    helped_s = np.select(
        [led_to == ALARM_TO_NURSING, led_to > ALARM_TO_NURSING],
        [home_nursing_came_s(run), by_phone_s],
        nan,
    )
    for patient, number, answered in alarms_put_through(run):
        led_to[patient], helped_s[patient] = number, answered
    return led_to, helped_s


def _alarms_passed_on(run: MeasuredRun) -> tuple[Floats, Mask, Floats]:
    """Return when the centre was done with each alarm, if it then rang another room, the answer.

    An operator who answers the other number too goes on herself, and rings nobody.
    """
    calls, done_s = run.record.calls, alarm_closing_s(run)
    answered_s = np.full(len(run.patients), np.nan)
    first, then = run.followed
    patient = calls.patient[then]
    at_once = run.rooms_for("alarm")[first] & (calls.rang_s[then] <= done_s[patient])
    handed = np.zeros(len(run.patients), dtype=np.bool_)
    handed[patient[at_once]] = True
    answered_s[patient[at_once]] = calls.answered_s[then[at_once]]
    return done_s, handed, answered_s


def sent_to_home_nursing(run: MeasuredRun) -> Mask:
    """Return which patients pressed an alarm with which the response centre turns to home nursing.

    Also where it did not come; those who had not been answered when the run ended are among them.
    """
    alarms = run.region.demand.safety_alarms
    if alarms is None:
        return np.zeros(len(run.patients), dtype=np.bool_)
    sent: Mask = alarm_ways(alarms.needs, run.patients.u_alarm) == ALARM_TO_HOME_NURSING
    return sent & _is_alarm(run)


def home_nursing_came_s(run: MeasuredRun) -> Floats:
    """Return when home nursing was at the door of those who pressed an alarm; NaN where never."""
    courses = run.record.courses
    if run.organisation.home_nursing is None:
        return np.where(courses.outcome == HOME_NURSING, courses.ended_s, nan)
    came_s = np.where(sent_to_home_nursing(run), courses.nurse_on_scene_s, nan)
    unvisited = (courses.outcome == HOME_NURSING) & np.isnan(came_s)
    return np.where(unvisited, courses.ended_s, came_s)


def alarms_put_through(run: MeasuredRun) -> Iterator[tuple[int, int, float]]:
    """Yield the alarms to which home nursing could not come: patient, to whom, when answered.

    To whom is `ALARM_TO_113` or `ALARM_TO_116117`; NaN for those whom nobody had answered.
    """
    calls, (first, then) = run.record.calls, run.followed
    later = calls.rang_s[then] > alarm_closing_s(run)[calls.patient[then]]
    unhelped = run.rooms_for("alarm")[first] & later
    unhelped &= sent_to_home_nursing(run)[calls.patient[first]]
    for row in then[unhelped].tolist():
        to_113 = run.rooms_for("113")[row]
        number = ALARM_TO_113 if to_113 else ALARM_TO_116117
        yield int(calls.patient[row]), number, float(calls.answered_s[row])


def alarm_closing_s(run: MeasuredRun) -> Floats:
    """Return when the response centre was done with each patient's alarm; NaN where there is none.

    What the same operator does for the patient after that is another number's work.
    """
    did = run.record.activities
    done_s: Floats = np.full(len(run.patients), np.nan)
    is_alarm = did.kind == ALARM
    done_s[did.patient[is_alarm]] = did.end_s[is_alarm]
    return done_s


def _is_alarm(run: MeasuredRun) -> Mask:
    """Return which of the patients who are counted pressed a safety alarm."""
    alarms: Mask = run.present & (run.patients.line == LINE_ALARM)
    return alarms


@indicator(unit="per week", better="neither", by=("all", "understood_by", "language"))
def other_language_calls_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Callers to 116117 who were helped in another language than Norwegian, in a mean week.

    Whom it counts: callers of the region whose language not every operator speaks, and whom a room
    that looks for somebody who does has answered. Left out: callers who hung up before. Unit:
    people a week. By who spoke it (who answered, a colleague, an interpreter by telephone), and by
    language.
    Source: akuttsim's own definition.
    """
    by = run.record.courses.understood_by
    mask = run.residents & (by > 0)
    names = code_names(UnderstoodBy)[1:]
    languages = tuple(run.region.demand.languages)
    groups = [
        Grouping("understood_by", by[mask].astype(np.intp) - 1, names),
        Grouping("language", run.patients.language[mask].astype(np.intp) - 1, languages),
    ]
    yield from rate_rows(run.weeks, int(mask.sum()), groups)


@indicator(unit="s", better="lower", by=("all", "language"))
def understood_after_s(run: MeasuredRun) -> Observations:
    """Mean seconds from the answer until a caller of another language can speak with somebody.

    What it holds: until the operator who answered knows which language it is, waiting for a
    colleague who speaks it, and for the interpreter; nought where who answered speaks it. Whom it
    counts: callers of `other_language_calls_a_week`, by the first call that was answered. Left out:
    waiting for the answer, as for everybody. Unit: seconds. By language.
    Source: akuttsim's own definition.
    """
    calls, courses = run.record.calls, run.record.courses
    answered_s = np.full(len(run.patients), np.inf)
    np.fmin.at(answered_s, calls.patient, calls.answered_s)
    mask = run.residents & (courses.understood_by > 0)
    languages = tuple(run.region.demand.languages)
    groups = [Grouping("language", run.patients.language[mask].astype(np.intp) - 1, languages)]
    seconds = np.maximum(courses.understood_s - answered_s, 0.0)[mask]
    return Observations(seconds, mean, groups, np.flatnonzero(mask))


@indicator(unit="h per week", better="neither", by=("all", "who"))
def longer_talks_h_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Hours a week that operators talk with those who take longer: of another language, or psyche.

    What it counts: talks and notes within the measured span with callers of another language, and
    with those who ring 116117 about mental illness or substance misuse; who is both counts as of
    another language. Left out: conferences, and what comes after the call. Unit: hours a week. By
    who they are.
    Source: akuttsim's own definition.
    """
    did, (begins, ends) = run.record.activities, run.record.measured
    talks = np.flatnonzero((did.kind == TALK) & (did.patient >= 0))
    of_language = run.patients.language[did.patient[talks]] > 0
    of_psyche = run.patients.psychiatric[did.patient[talks]] & ~of_language
    lasted_s = np.clip(did.end_s[talks], begins, ends) - np.clip(did.start_s[talks], begins, ends)
    hours = lasted_s / HOUR_S
    rows = [("another language", of_language), ("mental illness", of_psyche)]
    total = sum(float(hours[mask].sum()) for _, mask in rows) / run.weeks
    yield GroupValue("all", "all", total, sum(int(mask.sum()) for _, mask in rows))
    for name, mask in rows:
        yield GroupValue("who", name, float(hours[mask].sum()) / run.weeks, int(mask.sum()))
