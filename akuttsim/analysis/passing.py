"""Indicators of calls between numbers: given up for another, passed on, about the same incident."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from akuttsim.analysis.alarms import done_with_alarm_s
from akuttsim.analysis.groupings import by_room
from akuttsim.analysis.observed import Grouping, Observed, Row, rates
from akuttsim.records import LINE_113

Names = NDArray[np.str_]

DIRECTIONS = (
    ("113", "116117"),
    ("116117", "113"),
    ("alarm", "116117"),
    ("alarm", "113"),
)
"""Between which numbers calls are passed on; `alarm` is a response centre (responssenter)."""


def gave_up_and_rang_113_a_week(seen: Observed) -> Iterator[Row]:
    """People who hung up on 116117 and then rang 113, in a mean week.

    Whom it counts: people of the region whose call to 113 came next after one to 116117 that they
    gave up; it is the call to 113 that lies in the measured span. Left out: who gives up and does
    not ring again, or rings 116117 again, and people of neighbour districts, so that rooms that
    answer for more people can be compared. Unit: people a week. By room of 116117 that they gave
    up.
    Source: akuttsim's own definition.
    """
    calls = seen.record.calls
    first, then = seen.followed
    gave_up = seen.rooms_for("116117") & ~np.isnan(calls.left_s) & ~calls.called_back
    rang_113 = seen.calls_to("113") & (calls.line == LINE_113)
    ours = seen.municipality[calls.patient[then]] >= 0
    given_up = first[gave_up[first] & rang_113[then] & ours]
    rooms = by_room(seen, np.zeros(len(calls.room), dtype=np.bool_))
    groups = [Grouping(rooms.name, calls.room[given_up], rooms.names)]
    yield from rates("gave_up_and_rang_113_a_week", seen.per_week, len(given_up), groups)


def passed_between_a_week(seen: Observed) -> Iterator[Row]:
    """Calls that one number passed on to another, in a mean week.

    What it counts: calls that ring at a room of one number right after a room of another number
    answered the same person: 113 to 116117, 116117 to 113, and from response centres (alarm) to
    either. An operator who answers both numbers goes on herself: nothing is passed on. It is the
    call passed on that lies in the measured span. Left out: calls that a neighbour or a back-up
    answers for the same number. Unit: calls a week. By direction.
    Source: akuttsim's own definition.
    """
    first, then = seen.followed
    answered = ~np.isnan(seen.record.calls.answered_s)
    taken = answered[first] & seen.measured_calls[then]
    origin, target = _by_number(seen)
    directions = np.full(len(first), -1)
    for code, (one, other) in enumerate(DIRECTIONS):
        directions[taken & (origin == one) & (target == other)] = code
    names = tuple(f"{one} to {other}" for one, other in DIRECTIONS)
    groups = [Grouping("direction", directions, names)]
    count = int((directions >= 0).sum())
    yield from rates("passed_between_a_week", seen.per_week, count, groups)


def _by_number(seen: Observed) -> tuple[Names, Names]:
    """Return from which number to which the calls led that followed another of the same patient.

    Who rings another room later than the alarm itself was dealt with has gone on herself, and rings
    for the number that she had gone on with.
    """
    calls, (first, then) = seen.record.calls, seen.followed
    numbers = [room.number for room in seen.organisation.control_rooms.values()]
    origin, target = (np.array(numbers, dtype=np.str_)[calls.room[each]] for each in (first, then))
    went_on = calls.rang_s[then] > done_with_alarm_s(seen)[calls.patient[then]]
    gone_on_with = np.where(target == "113", "116117", "113")
    return np.where((origin == "alarm") & went_on, gone_on_with, origin), target


def same_incident_calls_a_week(seen: Observed) -> Iterator[Row]:
    """Further calls to 113 about a red incident that somebody has rung about, in a mean week.

    What it counts: all that rang, answered or not, neighbour districts' that share the room
    included. They are calls to 113 in every other indicator too. Left out: the first call about
    each incident. Unit: calls a week.
    Source: akuttsim's own definition.
    """
    calls = seen.record.calls
    further = seen.calls_to("113") & seen.patients.same_incident[calls.patient]
    yield from rates("same_incident_calls_a_week", seen.per_week, int(further.sum()), [])
