"""Indicators of safety alarms (trygghetsalarm): how many, how fast, and what they lead to."""

from __future__ import annotations

from collections.abc import Iterator
from math import nan

import numpy as np
from numpy.typing import NDArray

from akuttsim.analysis.groupings import by_hour, by_room
from akuttsim.analysis.observations import Observations
from akuttsim.analysis.observed import (
    Grouping,
    Mask,
    Observed,
    Row,
    Statistic,
    mean,
    median,
    p90,
    rates,
)
from akuttsim.records import ALARM, ALARM_CLOSED, HOME_NURSING, LINE_ALARM, Floats
from akuttsim.units import MINUTE_S

LED_TO = ("closed", "home_nursing", "116117", "113")
"""What the response centre (responssenter) did with an alarm: closed it or passed it on to whom."""

CLOSED, NURSING, TO_116117, TO_113 = range(len(LED_TO))


def alarms_a_day(seen: Observed) -> Iterator[Row]:
    """Safety alarms on a mean day.

    What it counts: alarms pressed where a response centre answers them. By hour of the day, and by
    outcome: closed by the response centre, passed on to home nursing, to 116117 or to 113. One that
    nobody had dealt with when the run ended has no outcome. Left out: alarms where no response
    centre answers them. Unit: alarms a day.
    Source: akuttsim's own definition.
    """
    mask = _alarms(seen)
    led_to, _ = _led_to(seen)
    groups = [
        by_hour(seen, seen.patients.time_s[mask]),
        Grouping("outcome", led_to[mask], LED_TO),
    ]
    yield from rates("alarms_a_day", seen.per_day, int(mask.sum()), groups)


def alarm_answer_median_s(seen: Observed) -> Observations:
    """Median wait of answered safety alarms, from ringing at the response centre.

    What it counts: alarms that rang at a response centre and were answered. Left out: those still
    ringing when the run ended. Unit: seconds. By response centre.
    Source: akuttsim's own definition.
    """
    return _answer(seen, "alarm_answer_median_s", median)


def alarm_answer_p90_s(seen: Observed) -> Observations:
    """Wait at the response centre that nine in ten answered alarms stay below.

    What it counts: alarms that rang at a response centre and were answered. Left out: those still
    ringing when the run ended. Unit: seconds. By response centre.
    Source: akuttsim's own definition.
    """
    return _answer(seen, "alarm_answer_p90_s", p90)


def alarm_to_help_min(seen: Observed) -> Observations:
    """Mean minutes from a safety alarm is pressed until it is with those who help.

    That is when home nursing is at the door, or when 116117 or 113 answers the response centre; an
    operator of the centre who answers that number too goes on at once. Whom it counts: alarms
    passed on; those that the response centre closed are left out, and those passed on and not
    answered by the end of the run. Unit: minutes. By who helps.
    Source: akuttsim's own definition.
    """
    led_to, helped_s = _led_to(seen)
    mask = _alarms(seen) & ~np.isnan(helped_s)
    minutes = (helped_s - seen.patients.time_s)[mask] / MINUTE_S
    groups = [Grouping("helper", led_to[mask] - NURSING, LED_TO[NURSING:])]
    return Observations("alarm_to_help_min", "min", minutes, mean, groups, np.flatnonzero(mask))


def done_with_alarm_s(seen: Observed) -> Floats:
    """Return when the response centre was done with each patient's alarm; NaN where there is none.

    What the same operator does for the patient after that is another number's work.
    """
    did = seen.record.activities
    done_s: Floats = np.full(len(seen.patients), np.nan)
    is_alarm = did.kind == ALARM
    done_s[did.patient[is_alarm]] = did.end_s[is_alarm]
    return done_s


def _alarms(seen: Observed) -> Mask:
    alarms: Mask = seen.present & (seen.patients.line == LINE_ALARM)
    return alarms


def _answer(seen: Observed, indicator: str, statistic: Statistic) -> Observations:
    calls = seen.record.calls
    mask = seen.calls_to("alarm") & ~np.isnan(calls.answered_s)
    waits = (calls.answered_s - calls.rang_s)[mask]
    groups = [by_room(seen, mask)]
    return Observations(indicator, "s", waits, statistic, groups, calls.patient[mask])


def _led_to(seen: Observed) -> tuple[NDArray[np.intp], Floats]:
    """Return what each patient's alarm led to (-1: nothing), and when help had it (NaN: never)."""
    courses, alarms = seen.record.courses, _alarms(seen)
    done_s, handed, answered_s = _passed_on(seen)
    passed = alarms & (handed | (courses.judged >= 0))
    led_to = np.full(len(seen.patients), -1, dtype=np.intp)
    led_to[passed] = np.where(courses.notified_s <= done_s, TO_113, TO_116117)[passed]
    led_to[alarms & (courses.outcome == ALARM_CLOSED)] = CLOSED
    led_to[alarms & (courses.outcome == HOME_NURSING)] = NURSING
    by_phone_s = np.where(handed, answered_s, done_s)
    helped_s = np.select([led_to == NURSING, led_to > NURSING], [courses.ended_s, by_phone_s], nan)
    return led_to, helped_s


def _passed_on(seen: Observed) -> tuple[Floats, Mask, Floats]:
    """Return when the centre was done with each alarm, if it then rang another room, the answer.

    An operator who answers the other number too goes on herself, and rings nobody.
    """
    calls, done_s = seen.record.calls, done_with_alarm_s(seen)
    answered_s = np.full(len(seen.patients), np.nan)
    first, then = seen.followed
    patient = calls.patient[then]
    at_once = seen.rooms_for("alarm")[first] & (calls.rang_s[then] <= done_s[patient])
    handed = np.zeros(len(seen.patients), dtype=np.bool_)
    handed[patient[at_once]] = True
    answered_s[patient[at_once]] = calls.answered_s[then[at_once]]
    return done_s, handed, answered_s
