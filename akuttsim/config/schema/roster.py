"""Rosters and opening hours: written by days and hours, unrolled to seconds of the run.

They are checked in a year and a week from the region's first day, whose hours are told in words.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from akuttsim.config.schema.calendar import (
    DAYS_FORM,
    HOURS_FORM,
    WEEKLY_FORM,
    Calendar,
    check_days,
    day_word_matches,
    parse_hours,
    parse_weekly,
)
from akuttsim.config.schema.values import Duration, Model, Number, Slug, Sourced
from akuttsim.texts import message
from akuttsim.units import DAY_S, tick

Span = tuple[float, float]
"""A start and an end, in seconds since the start of the run."""


def _valid_days(value: str) -> str:
    """Return days that can be read as such; ValueError for others."""
    check_days(value)
    return value


def _valid_hours(value: str) -> str:
    """Return hours that can be read as such; ValueError for others."""
    parse_hours(value)
    return value


def _valid_weekly(value: str) -> str:
    """Return days that come every week; ValueError for others."""
    parse_weekly(value)
    return value


Days = Annotated[str, AfterValidator(_valid_days), Field(json_schema_extra={**DAYS_FORM})]
Hours = Annotated[str, AfterValidator(_valid_hours), Field(json_schema_extra={**HOURS_FORM})]
Weekly = Annotated[str, AfterValidator(_valid_weekly), Field(json_schema_extra={**WEEKLY_FORM})]
"""A day and time of every week, such as 'mon 08:00'."""


class Period(Model):
    """Days and hours of local time, such as weekdays 08:00-15:30.

    Attributes:
        days: Day words (daily, weekdays, weekends, holidays, mon to sun) or dates, divided by
            spaces. A public holiday counts as a weekend.
        hours: From and to, as 15:30-08:00; an end at or before the start is on the next day.
    """

    days: Days
    hours: Hours


MOST_TASKS_PER_HOUR = 12.0
"""A kind of recurring work arises no more often: so many candidates are drawn before a run."""


class RecurringTask(Period):
    """Work that arises in some hours: how often, and how long it takes. It is not interrupted.

    Attributes:
        per_hour: How many arise in an hour of the period, at most `MOST_TASKS_PER_HOUR`.
        minutes: Minutes of one person that each takes.

    Raises:
        ValueError: It arises more often than candidates are drawn for.
    """

    per_hour: Number
    minutes: Duration

    @model_validator(mode="after")
    def _not_too_often(self) -> Self:
        if self.per_hour.value > MOST_TASKS_PER_HOUR:
            raise ValueError(
                message("configs.rooms.task_rate", most_tasks_per_hour=MOST_TASKS_PER_HOUR)
            )
        return self


class ServiceHours(Period):
    """When somebody answers or sees patients, and for which municipalities.

    Attributes:
        municipalities: For whom, by the region's names.
    """

    municipalities: tuple[str, ...] = Field(strict=False, min_length=1)


class Staffing(Period, Sourced):
    """So many people on duty in a period. Two staffings of one team add where they overlap.

    Attributes:
        on_duty: How many people, each a post that is manned all the period.
    """

    on_duty: int = Field(ge=1, le=20_000)


class DoctorStaffing(Staffing):
    """Doctors on duty in a period.

    Attributes:
        duty: `on_site`, or `home` (hjemmevakt): at home until somebody comes.
        in_training: Whether these are in training (LIS1) and ask the back-up of their team.
    """

    duty: Literal["on_site", "home"] = "on_site"
    in_training: bool = False


Training = Literal["116117", "113", "alarm", "clinic"]
"""What an operator may do: answer a number, answer safety alarms, receive at a clinic."""

GOES_FIRST: tuple[Training, ...] = ("113", "alarm", "116117", "clinic")
"""The order in which cross-trained operators take what they may do."""


class OperatorStaffing(Staffing):
    """Operators on duty in a period.

    Attributes:
        answers: What these may do, where not everything that their team does; None for everything.
        speaks: Languages of the region that these speak beside Norwegian.
    """

    answers: tuple[Training, ...] | None = Field(default=None, strict=False, min_length=1)
    speaks: tuple[Slug, ...] = Field(default=(), strict=False)


class CrewShift(Period):
    """A crew's shift.

    Attributes:
        duty: `station`, or `home` (hjemmevakt) with a longer mobilisation.
    """

    duty: Literal["station", "home"]


def unroll(period: Period, calendar: Calendar, days: int) -> list[Span]:
    """Return the period's spans over the first days of the run, joined where they touch.

    A span that began the day before the run is cut at 0; the last may run past the end.

    Args:
        period: Days and hours of local time.
        calendar: The run's first day and time zone.
        days: How many days, from the first.

    Returns:
        Spans in order, in seconds of the run. On the days when the clocks change, hours of the
            clock
        are an hour longer or shorter than they look.
    """
    return list(_unrolled(period.days, period.hours, calendar, days))


@lru_cache(maxsize=512)
def _unrolled(days: str, hours: str, calendar: Calendar, count: int) -> tuple[Span, ...]:
    """Unroll days and hours once: rosters have few, and checks of a year ask for them often."""
    first, last = parse_hours(hours)
    words = days.split()
    spans = []
    for offset in range(-1, count):
        day = calendar.day(offset)
        if any(day_word_matches(word, day) for word in words):
            spans.append((calendar.seconds(day, first), calendar.seconds(day, last)))
    return tuple(
        merge_spans((max(start, 0.0), end) for start, end in spans if end > max(start, 0.0))
    )


def unroll_shifts(period: Period, calendar: Calendar, days: int, longest_s: float) -> list[Span]:
    """Return the shifts of a period: a day's stretch each, cut into equal ones where it is longer.

    A shift that begins before the run is cut at 0.

    Args:
        period: Days and hours of local time.
        calendar: The run's first day and time zone.
        days: How many days, from the first.
        longest_s: How long a shift may be, in seconds.
    """
    first, last = parse_hours(period.hours)
    words, shifts = period.days.split(), []
    for offset in range(-1, days):
        day = calendar.day(offset)
        if any(day_word_matches(word, day) for word in words):
            start, end = calendar.seconds(day, first), calendar.seconds(day, last)
            count = max(1, math.ceil((end - start) / longest_s))
            edges = [tick(start + (end - start) * number / count) for number in range(count + 1)]
            shifts += [(max(a, 0.0), b) for a, b in pairwise(edges) if b > 0.0]
    return shifts


def weekly_seconds(at: str, calendar: Calendar, days: int) -> list[float]:
    """Return when a weekly time such as 'mon 08:00' comes, over the first days of the run.

    Args:
        at: Weekday and time of the day.
        calendar: The run's first day and time zone.
        days: How many days, from the first.

    Returns:
        Seconds of the run, in order; public holidays make no difference.
    """
    weekday, minute = parse_weekly(at)
    dates = (calendar.day(offset) for offset in range(days))
    return [calendar.seconds(day, minute) for day in dates if day.weekday() == weekday]


def merge_spans(spans: Iterable[Span]) -> list[Span]:
    """Return sorted spans with those that touch or overlap made one.

    Args:
        spans: Starts and ends in seconds, in any order.
    """
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def shared_spans(spans: Iterable[Span], others: Iterable[Span]) -> Iterator[Span]:
    """Yield the stretches that two lists of spans share, in order.

    Args:
        spans: Spans in order of time, none of which overlap.
        others: The same of the other list.
    """
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


def span_gaps(spans: Iterable[Span], until: float) -> list[Span]:
    """Return the spans of [0, until] that none of the given ones covers.

    Args:
        spans: Starts and ends in seconds, in any order.
        until: Where to stop looking, in seconds.
    """
    missing, reached = [], 0.0
    for start, end in merge_spans(spans):
        if start > reached:
            missing.append((reached, min(start, until)))
        reached = max(reached, end)
        if reached >= until:
            return missing
    return [*missing, (reached, until)]


def cut_out(spans: Iterable[Span], holes: Iterable[Span]) -> list[Span]:
    """Return what of some spans lies in none of the holes; spans that touch stay apart.

    Args:
        spans: Spans in order of time, none of which overlap.
        holes: What is taken away, in any order.
    """
    return list(shared_spans(spans, span_gaps(holes, math.inf)))


def first_overlap(spans: Iterable[Span]) -> Span | None:
    """Return the first stretch that two of the spans share, or None.

    Args:
        spans: Starts and ends in seconds, in any order; spans that only touch share nothing.
    """
    reached = 0.0
    for start, end in sorted(spans):
        if start < reached:
            return (start, min(end, reached))
        reached = max(reached, end)
    return None


def first_shared_span(spans: Iterable[Span], others: Iterable[Span]) -> Span | None:
    """Return the first stretch that two sorted lists of spans share, or None.

    Args:
        spans: Spans in order of time, none of which overlap.
        others: The same of the other list.
    """
    return next(shared_spans(spans, others), None)


CHECKED_DAYS = 371
"""A year and a week: every holiday and both changes of the clock are met."""
CHECKED_S = (CHECKED_DAYS - 1) * DAY_S
"""Gaps are looked for so far: shifts of the day after are not unrolled."""
ALWAYS: tuple[Span, ...] = ((0.0, CHECKED_S),)
"""All hours of the checked year."""


@lru_cache(maxsize=10_000)
def _spans_in_year(periods: tuple[Period, ...], calendar: Calendar) -> list[Span]:
    """Return when at least one of the periods runs; an experiment's cases share most of them."""
    unrolled = [unroll(period, calendar, CHECKED_DAYS) for period in periods]
    return unrolled[0] if len(unrolled) == 1 else merge_spans(chain(*unrolled))


@dataclass(frozen=True)
class CheckedYear:
    """A year and a week from the region's first day, in which rosters and hours are checked.

    Every holiday and both changes of the clock are met in it. What its methods tell is the first
    stretch in words, with a space before, such as ' from Monday 23:00 to Tuesday 08:00 (first on
    2026-01-05)'; '' stands for all hours of the year.

    Attributes:
        calendar: The region's first day and time zone.
    """

    calendar: Calendar

    def spans(self, periods: Iterable[Period]) -> list[Span]:
        """Return when at least one of the periods runs, in seconds from the first day.

        Args:
            periods: Days and hours, which may overlap.
        """
        return _spans_in_year(tuple(periods), self.calendar)

    def more_than(self, people: int, staffings: Iterable[Staffing]) -> list[Span]:
        """Return when more than so many people are on duty in all.

        Args:
            people: The number that must be exceeded.
            staffings: Rows of rosters, of one team or of several; they add.
        """
        steps: dict[float, int] = defaultdict(int)
        for staffing in staffings:
            for start, end in unroll(staffing, self.calendar, CHECKED_DAYS):
                steps[start] += staffing.on_duty
                steps[end] -= staffing.on_duty
        return list(_spans_above(people, sorted(steps.items())))

    def missing(self, needed: Iterable[Span], there: Iterable[Span]) -> Iterator[str]:
        """Tell the first stretch that is needed and not there, if any.

        Args:
            needed: When somebody must be there, in seconds.
            there: When somebody is there, in seconds.

        Yields:
            The stretch in words; nothing where all that is needed is there.
        """
        yield from self.shared(needed, span_gaps(there, CHECKED_S))

    def shared(self, some: Iterable[Span], others: Iterable[Span]) -> Iterator[str]:
        """Tell the first stretch that is in both, if any.

        Args:
            some: Spans in order, in seconds.
            others: Spans in order, in seconds.

        Yields:
            The stretch in words; nothing where they share none.
        """
        shared_days = first_shared_span(some, others)
        if shared_days is not None:
            yield self.told(shared_days)

    def told(self, span: Span) -> str:
        """Return a stretch in words, in the language of the command.

        Args:
            span: Start and end in seconds; the whole year gives ''.
        """
        start, end = self.calendar.local(span[0]), self.calendar.local(span[1])
        if span in ALWAYS:
            return ""
        return message("configs.hours.from_to", start=start, end=end)


def subtract_spans(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """Return what of the spans, within the checked year, is in none of the others.

    Args:
        spans: Starts and ends in seconds, in any order.
        others: What is taken away.
    """
    return cut_out(merge_spans(spans), [*others, (CHECKED_S, math.inf)])


def intersect_spans(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """Return what of the spans, within the checked year, is in one of the others too.

    Args:
        spans: Starts and ends in seconds, in any order.
        others: What they must lie in.
    """
    return list(shared_spans(shared_spans(merge_spans(spans), merge_spans(others)), ALWAYS))


def _spans_above(people: int, steps: Iterable[tuple[float, int]]) -> Iterator[Span]:
    """Yield when the running sum of steps, in order of time, is above a number."""
    on_duty, since = 0, None
    for at, step in steps:
        on_duty += step
        if on_duty > people and since is None:
            since = at
        elif on_duty <= people and since is not None:
            yield since, at
            since = None
