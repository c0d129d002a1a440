"""The year in which rosters and opening hours are checked, and its hours in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from akuttsim.scenario.calendar import Calendar
from akuttsim.scenario.roster import (
    Period,
    Span,
    Staffing,
    gaps,
    joined,
    overlap_of,
    shared,
    unroll,
)
from akuttsim.units import DAY_S

CHECKED_DAYS = 371
"""A year and a week: every holiday and both changes of the clock are met."""
CHECKED_S = (CHECKED_DAYS - 1) * DAY_S
"""Gaps are looked for so far: shifts of the day after are not unrolled."""
ALWAYS: tuple[Span, ...] = ((0.0, CHECKED_S),)
"""All hours of the checked year."""


@dataclass(frozen=True)
class CheckedYear:
    """A year and a week from the region's first day.

    What its methods tell is the first stretch in words, with a space before, such as ' from Monday
    23:00 to Tuesday 08:00 (first on 2026-01-05)'; '' stands for all hours of the year.
    """

    calendar: Calendar

    def spans(self, periods: Iterable[Period]) -> list[Span]:
        """Return when at least one of the periods runs."""
        unrolled = (unroll(period, self.calendar, CHECKED_DAYS) for period in periods)
        return joined(span for spans in unrolled for span in spans)

    def more_than(self, people: int, staffings: Iterable[Staffing]) -> list[Span]:
        """Return when more than so many people are on duty in all."""
        steps: dict[float, int] = defaultdict(int)
        for staffing in staffings:
            for start, end in unroll(staffing, self.calendar, CHECKED_DAYS):
                steps[start] += staffing.on_duty
                steps[end] -= staffing.on_duty
        return list(_above(people, sorted(steps.items())))

    def missing(self, needed: Iterable[Span], there: Iterable[Span]) -> Iterator[str]:
        """Tell the first stretch that is needed and not there, if any."""
        yield from self.shared(needed, gaps(there, CHECKED_S))

    def shared(self, some: Iterable[Span], others: Iterable[Span]) -> Iterator[str]:
        """Tell the first stretch that is in both, if any."""
        found = overlap_of(some, others)
        if found is not None:
            yield self.told(found)

    def told(self, span: Span) -> str:
        """Return a stretch in words."""
        start, end = self.calendar.local(span[0]), self.calendar.local(span[1])
        if span in ALWAYS:
            return ""
        return f" from {start:%A} {start:%H:%M} to {end:%A} {end:%H:%M} (first on {start:%Y-%m-%d})"


def without(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """Return what of the spans, within the checked year, is in none of the others."""
    return gaps([*gaps(spans, CHECKED_S), *others], CHECKED_S)


def within(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """Return what of the spans, within the checked year, is in one of the others too."""
    return list(shared(shared(joined(spans), joined(others)), ALWAYS))


def _above(people: int, steps: Iterable[tuple[float, int]]) -> Iterator[Span]:
    """Yield when the running sum of steps, in order of time, is above a number."""
    on_duty, since = 0, None
    for at, step in steps:
        on_duty += step
        if on_duty > people and since is None:
            since = at
        elif on_duty <= people and since is not None:
            yield since, at
            since = None
