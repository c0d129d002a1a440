"""Rosters and opening hours: written by days and hours, unrolled to seconds of the run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from akuttsim.scenario.calendar import (
    Calendar,
    check_days,
    matches,
    parse_hours,
    parse_weekly,
)
from akuttsim.scenario.fields import Model, Sourced

Span = tuple[float, float]
"""A start and an end, in seconds since the start of the run."""


def _day_words(value: str) -> str:
    check_days(value)
    return value


def _hours(value: str) -> str:
    parse_hours(value)
    return value


def _weekly(value: str) -> str:
    parse_weekly(value)
    return value


Days = Annotated[str, AfterValidator(_day_words)]
Hours = Annotated[str, AfterValidator(_hours)]
Weekly = Annotated[str, AfterValidator(_weekly)]
"""A day and time of every week, such as 'mon 08:00'."""


class Period(Model):
    """Days and hours of local time, such as weekdays 08:00-15:30; days may be dates.

    An end at or before the start is on the next day.
    """

    days: Days
    hours: Hours


class Service(Period):
    """When somebody answers for which municipalities."""

    municipalities: tuple[str, ...] = Field(strict=False, min_length=1)


class Staffing(Period, Sourced):
    """So many people on duty in a period. Two staffings of one team add where they overlap."""

    on_duty: int = Field(ge=1, le=20_000)


class DoctorStaffing(Staffing):
    """Doctors on duty in a period: on site, or on home duty (hjemmevakt) until somebody comes."""

    duty: Literal["on_site", "home"] = "on_site"


Work = Literal["116117", "113", "alarm", "clinic"]
"""What an operator may do: answer a number, answer safety alarms, receive at a clinic."""

GOES_FIRST: tuple[Work, ...] = ("113", "alarm", "116117", "clinic")
"""The order in which cross-trained operators take what they may do."""


class OperatorStaffing(Staffing):
    """Operators on duty in a period; `answers` names what these may do, where not everything."""

    answers: tuple[Work, ...] | None = Field(default=None, strict=False, min_length=1)


class CrewShift(Period):
    """A crew's shift: at the station, or on home duty (hjemmevakt) with a longer mobilisation."""

    duty: Literal["station", "home"]


def unroll(period: Period, calendar: Calendar, days: int) -> list[Span]:
    """Return the period's spans over the first `days` days of the run, joined where they touch.

    A span that began the day before the run is cut at 0; the last may run past the end.
    """
    first, last = parse_hours(period.hours)
    words = period.days.split()
    spans = []
    for offset in range(-1, days):
        day = calendar.day(offset)
        if any(matches(word, day) for word in words):
            spans.append((calendar.seconds(day, first), calendar.seconds(day, last)))
    return joined((max(start, 0.0), end) for start, end in spans if end > max(start, 0.0))


def weekly(at: str, calendar: Calendar, days: int) -> list[float]:
    """Return when a weekly time such as 'mon 08:00' comes, over the first days of the run."""
    weekday, minute = parse_weekly(at)
    dates = (calendar.day(offset) for offset in range(days))
    return [calendar.seconds(day, minute) for day in dates if day.weekday() == weekday]


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return sorted spans with those that touch or overlap made one."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def shared(spans: Iterable[Span], others: Iterable[Span]) -> Iterator[Span]:
    """Yield the stretches that two sorted lists of spans share, in order."""
    mine, theirs = iter(spans), iter(others)
    one, other = next(mine, None), next(theirs, None)
    while one is not None and other is not None:
        start, end = max(one[0], other[0]), min(one[1], other[1])
        if start < end:
            yield (start, end)
        if one[1] <= other[1]:
            one = next(mine, None)
        else:
            other = next(theirs, None)


def gaps(spans: Iterable[Span], until: float) -> list[Span]:
    """Return the spans of [0, until] that none of the given ones covers."""
    missing, reached = [], 0.0
    for start, end in joined(spans):
        if start > reached:
            missing.append((reached, min(start, until)))
        reached = max(reached, end)
        if reached >= until:
            return missing
    return [*missing, (reached, until)]


def overlap(spans: Iterable[Span]) -> Span | None:
    """Return the first stretch that two of the spans share, or None."""
    reached = 0.0
    for start, end in sorted(spans):
        if start < reached:
            return (start, min(end, reached))
        reached = max(reached, end)
    return None


def overlap_of(spans: Iterable[Span], others: Iterable[Span]) -> Span | None:
    """Return the first stretch that two sorted lists of spans share, or None."""
    return next(shared(spans, others), None)
