from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from akuttsim.config.schema.calendar import DAY_WORDS, Calendar, day_word_matches
from akuttsim.config.schema.roster import (
    CrewShift,
    Period,
    ServiceHours,
    Span,
    Staffing,
    first_overlap,
    first_shared_span,
    merge_spans,
    span_gaps,
    unroll,
    weekly_seconds,
)

unhurried = settings(deadline=None)

MINUTE = 60.0
GRID = 60
"""Spans of the tests lie on a grid of so many steps."""

spans = st.lists(
    st.tuples(st.integers(0, GRID - 1), st.integers(1, 12)).map(
        lambda pair: (float(pair[0]), float(min(pair[0] + pair[1], GRID)))
    ),
    max_size=8,
)


def covered(some: list[Span], until: float = GRID) -> list[bool]:
    """Return for each step of the grid whether a span covers it."""
    return [any(a <= step and step + 1 <= b for a, b in some) for step in range(int(until))]


@unhurried
@given(some=spans)
def test_joined_covers_the_same_with_room_between(some: list[Span]) -> None:
    result = merge_spans(some)
    assert covered(result) == covered(some)
    assert all(before[1] < after[0] for before, after in pairwise(result))


@unhurried
@given(some=spans, until=st.integers(1, GRID + 5))
def test_gaps_are_what_is_not_covered(some: list[Span], until: int) -> None:
    missing = span_gaps(some, float(until))
    assert covered(missing, until) == [not each for each in covered(some, until)]
    assert all(0 <= start < end <= until for start, end in missing)
    assert all(before[1] < after[0] for before, after in pairwise(missing))


@unhurried
@given(some=spans)
def test_overlap_is_the_first_stretch_that_two_spans_share(some: list[Span]) -> None:
    shared = [step for step in range(GRID)
              if sum(a <= step and step + 1 <= b for a, b in some) > 1]  # fmt: skip
    found = first_overlap(some)
    assert (found is None) == (not shared)
    if found is not None:
        assert found[0] == shared[0]
        assert set(range(int(found[0]), int(found[1]))) <= set(shared)


@unhurried
@given(some=spans, others=spans)
def test_overlap_of_is_the_first_stretch_that_two_lists_share(
    some: list[Span], others: list[Span]
) -> None:
    some, others = merge_spans(some), merge_spans(others)
    both = [a and b for a, b in zip(covered(some), covered(others), strict=True)]
    found = first_shared_span(some, others)
    assert (found is None) == (not any(both))
    if found is not None:
        assert found[0] == both.index(True)
        assert all(both[int(found[0]) : int(found[1])])


def on_duty(days: str, hours: str, at: datetime) -> bool:
    """Tell by the clock on the wall whether somebody is on duty: the oracle."""
    first, last = hours.split("-")
    clock = f"{at:%H:%M}"
    today = any(day_word_matches(word, at.date()) for word in days.split())
    yesterday = any(day_word_matches(word, at.date() - timedelta(1)) for word in days.split())
    last = "24:00" if last == "00:00" else last
    if first < last:
        return today and first <= clock < last
    return (today and clock >= first) or (yesterday and clock < last)


clocks = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


@unhurried
@given(
    start=st.dates(date(2025, 12, 1), date(2027, 1, 10)),
    words=st.lists(st.sampled_from(DAY_WORDS), min_size=1, max_size=3),
    first=clocks,
    last=clocks,
)
@example(date(2026, 3, 28), ["daily"], "02:15", "03:00")  # only in the hour that is skipped
@example(date(2026, 3, 28), ["daily"], "23:00", "02:30")
@example(date(2026, 10, 23), ["daily"], "22:00", "04:00")
@example(date(2026, 4, 1), ["weekdays"], "16:00", "08:00")  # into Easter
@example(date(2026, 5, 15), ["holidays"], "00:00", "00:00")
@example(date(2026, 1, 12), ["2026-01-14"], "17:00", "21:00")
@example(date(2026, 3, 27), ["2026-03-28", "mon"], "22:00", "06:00")
def test_unrolled_is_who_is_on_duty_minute_by_minute(
    start: date, words: list[str], first: str, last: str
) -> None:
    """Away from the hour that comes twice, on which a wall clock is ambiguous."""
    days, hours = " ".join(words), f"{first}-{last}"
    unrolled = unroll(Period(days=days, hours=hours), Calendar(start, "Europe/Oslo"), 5)
    assert all(0 <= a < b for a, b in unrolled)
    assert merge_spans(unrolled) == unrolled
    midnight = datetime(start.year, start.month, start.day, tzinfo=ZoneInfo("Europe/Oslo"))
    midnight = midnight.astimezone(UTC)
    for quarter in range(4 * 24 * 4):
        local = (midnight + timedelta(minutes=15 * quarter)).astimezone(ZoneInfo("Europe/Oslo"))
        if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
            continue
        second = quarter * 15 * MINUTE
        inside = any(a <= second < b for a, b in unrolled)
        assert inside == on_duty(days, hours, local), local


def test_a_span_of_the_day_before_is_cut_at_the_start() -> None:
    night = Period(days="daily", hours="23:00-08:00")
    calendar = Calendar(date(2026, 1, 5), "Europe/Oslo")
    hour = 3600.0
    assert unroll(night, calendar, 2) == [
        (0.0, 8 * hour), (23 * hour, 32 * hour), (47 * hour, 56 * hour),
    ]  # fmt: skip
    assert unroll(Period(days="mon", hours="23:00-08:00"), calendar, 2) == [(23 * hour, 32 * hour)]


def test_days_that_touch_are_one_span() -> None:
    always = Period(days="daily", hours="08:00-08:00")
    calendar = Calendar(date(2026, 1, 5), "Europe/Oslo")
    assert unroll(always, calendar, 10) == [(0.0, (10 * 24 + 8) * 3600.0)]


def test_a_night_shift_is_an_hour_shorter_or_longer_when_clocks_change() -> None:
    night = Period(days="sat", hours="22:00-08:00")
    for start, hours in ((date(2026, 3, 28), 9), (date(2026, 10, 24), 11)):
        [(first, last)] = unroll(night, Calendar(start, "Europe/Oslo"), 2)
        assert last - first == hours * 3600.0


SOURCED = {"source": "test", "grade": "B"}


@pytest.mark.parametrize("days", ["", " ", "monday", "mon-fri", "weekdays,sat", "Mon"])
def test_unknown_days_are_refused_with_those_that_are_known(days: str) -> None:
    with pytest.raises(ValidationError, match="days must be some of: daily, weekdays, weekends"):
        Period(days=days, hours="08:00-16:00")


@pytest.mark.parametrize("days", ["20260114", "14.01.2026", "2026-1-14", "2026-W03-3"])
def test_a_date_in_another_form_is_refused_with_the_right_one(days: str) -> None:
    with pytest.raises(ValidationError, match="sun, or dates as 2026-01-31"):
        Period(days=days, hours="08:00-16:00")


def test_a_date_is_one_evening_of_the_run() -> None:
    """Wednesday of the second week: the only span of the year."""
    outage = Period(days="2026-01-14", hours="17:00-21:00")
    hour = 3600.0
    start = (9 * 24 + 17) * hour
    spans = unroll(outage, Calendar(date(2026, 1, 5), "Europe/Oslo"), 371)
    assert spans == [(start, start + 4 * hour)]


def test_hours_in_another_form_are_refused() -> None:
    with pytest.raises(ValidationError, match="hours must look like"):
        CrewShift(days="daily", hours="8-16", duty="home")


@pytest.mark.parametrize("people", [0, -1, 20_001, 1.5])
def test_a_staffing_is_of_whole_people(people: float) -> None:
    with pytest.raises(ValidationError, match="on_duty"):
        Staffing.model_validate(
            {"days": "daily", "hours": "08:00-16:00", "on_duty": people, **SOURCED}
        )


def test_a_service_is_for_somebody() -> None:
    with pytest.raises(ValidationError, match="municipalities"):
        ServiceHours.model_validate({"days": "daily", "hours": "08:00-16:00", "municipalities": []})


def test_a_weekly_time_comes_once_a_week_by_the_clock_on_the_wall() -> None:
    """From Friday 20 March 2026: the third Monday is after the clocks went forward."""
    calendar = Calendar(date(2026, 3, 20), "Europe/Oslo")
    found = weekly_seconds("mon 08:00", calendar, 24)
    assert [calendar.local(each).strftime("%a %d %H:%M") for each in found] == [
        "Mon 23 08:00", "Mon 30 08:00", "Mon 06 08:00",
    ]  # fmt: skip
    assert found[1] - found[0] == 7 * 86_400 - 3600 and found[2] - found[1] == 7 * 86_400


def test_a_weekly_time_comes_on_public_holidays_too() -> None:
    """Easter Monday 2026 is 6 April."""
    assert len(weekly_seconds("mon 08:00", Calendar(date(2026, 4, 5), "Europe/Oslo"), 2)) == 1
