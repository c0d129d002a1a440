"""Queues that grew without bound, as plain statements about a run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from akuttsim.config.schema.calendar import Calendar
from akuttsim.records import Overload


class Overloaded(NamedTuple):
    """Who was waited for without end, since when (local time), and how many waited at the end."""

    role: str
    team: str
    since: datetime
    waiting: int


def overloaded(overloads: Sequence[Overload], calendar: Calendar) -> list[Overloaded]:
    """Return the queues of a run that were never empty again, the one that began first first."""
    ordered = sorted(overloads, key=lambda each: (each.since_s, each.role, each.team))
    return [
        Overloaded(each.role, each.team, calendar.local(each.since_s), each.waiting)
        for each in ordered
    ]
