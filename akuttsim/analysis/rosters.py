"""Rosters and opening hours as the indicators need them: unrolled once for all replications."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from akuttsim.analysis.observed import Observed
from akuttsim.analysis.spans import Spans, joined_rows
from akuttsim.config.schema.calendar import Calendar
from akuttsim.config.schema.roster import Period, Span, merge_spans, unroll
from akuttsim.units import DAY_S


def open_spans(seen: Observed, periods: Iterable[Period]) -> list[Span]:
    """Return the spans of periods, joined, until after the measured span."""
    calendar = seen.region.calendar.calendar()
    days = int(seen.record.measured[1] // DAY_S) + 2
    return merge_spans(
        span for each in periods for span in _unrolled(each.days, each.hours, calendar, days)
    )


def open_for(seen: Observed, periods: Iterable[Period]) -> Spans:
    """Return the spans of periods as rows."""
    return joined_rows(open_spans(seen, periods))


@lru_cache(maxsize=10_000)
def _unrolled(days: str, hours: str, calendar: Calendar, count: int) -> tuple[Span, ...]:
    return tuple(unroll(Period(days=days, hours=hours), calendar, count))
