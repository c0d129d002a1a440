"""Situations: what tells the travel times of two hours apart, for every hour of a calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from akuttsim.config.schema.calendar import public_holidays
from akuttsim.config.schema.geography import DayType, Driving

Days = tuple[DayType, DayType, DayType]
"""The kinds of the day before, the day itself and the day after."""

ORDINARY: Days = ("weekday", "weekday", "weekday")


@dataclass(frozen=True)
class Situation:
    """An hour of the day, on what day among which, with what conditions of the roads in force."""

    hour: int
    days: Days = ORDINARY
    in_force: tuple[str, ...] = ()


def situations(driving: Driving, hours: Sequence[datetime]) -> list[Situation]:
    """Return the situation of each hour, given by the local time at which it begins."""
    by_day = driving.traffic is not None or driving.departures == "timetable"
    return [
        Situation(
            local.hour,
            _days(local.date()) if by_day else ORDINARY,
            tuple(name for name, each in driving.conditions.items() if each.when.covers(local)),
        )
        for local in hours
    ]


@lru_cache(maxsize=10_000)
def _days(day: date) -> Days:
    one = timedelta(days=1)
    return (day_type(day - one), day_type(day), day_type(day + one))


def day_type(day: date) -> DayType:
    """Return which timetable a day has; a public holiday has Sunday's."""
    if day in public_holidays(day.year) or day.weekday() == 6:
        return "sunday"
    return "saturday" if day.weekday() == 5 else "weekday"
