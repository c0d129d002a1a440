from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akuttsim.config.schema.calendar import Calendar
from akuttsim.config.schema.roster import (
    ALWAYS,
    CHECKED_S,
    CheckedYear,
    Period,
    Span,
    Staffing,
    intersect_spans,
    merge_spans,
    subtract_spans,
)

YEAR = CheckedYear(Calendar(date(2026, 1, 5), "Europe/Oslo"))
HOUR = 3600.0
unhurried = settings(deadline=None)

spans = st.lists(
    st.tuples(st.integers(0, 47), st.integers(1, 12)).map(
        lambda pair: (pair[0] * HOUR, (pair[0] + pair[1]) * HOUR)
    ),
    max_size=6,
)


def covers(some: list[Span], hour: int) -> bool:
    return any(start <= hour * HOUR < end for start, end in some)


@unhurried
@given(some=spans, others=spans)
def test_without_and_within_share_out_the_spans(some: list[Span], others: list[Span]) -> None:
    left, both = subtract_spans(some, others), intersect_spans(some, others)
    for hour in range(72):
        assert covers(left, hour) == (covers(some, hour) and not covers(others, hour))
        assert covers(both, hour) == (covers(some, hour) and covers(others, hour))
    assert merge_spans([*left, *both]) == merge_spans(some)


def staffing(hours: str, people: int) -> Staffing:
    return Staffing(days="daily", hours=hours, on_duty=people, source="made up", grade="D")


@pytest.mark.parametrize(
    ("people", "first", "last"),
    [(0, 8, 20), (1, 8, 20), (2, 12, 20), (3, 12, 16), (4, 12, 16), (5, 0, 0)],
)
def test_more_than_counts_all_staffings_together(people: int, first: int, last: int) -> None:
    """Two from 8 to 16, three from 12 to 16, three more from 16 to 20."""
    rota = [staffing("08:00-16:00", 2), staffing("12:00-16:00", 3), staffing("16:00-20:00", 3)]
    found = [span for span in YEAR.more_than(people, rota) if span[0] < 24 * HOUR]
    assert found == ([(first * HOUR, last * HOUR)] if last else [])


def test_no_more_than_the_same_people_are_the_hours_of_the_roster() -> None:
    rota = [staffing("23:00-08:00", 1), staffing("07:00-15:30", 2)]
    assert YEAR.more_than(0, rota) == YEAR.spans(rota)


def test_hours_are_told_in_words_and_all_hours_are_not() -> None:
    night = YEAR.spans([Period(days="daily", hours="23:00-08:00")])
    evening = Period(days="2026-01-14", hours="17:00-21:00")
    assert list(YEAR.missing(ALWAYS, night)) == [
        " from Monday 08:00 to Monday 23:00 (first on 2026-01-05)"
    ]
    assert list(YEAR.shared(ALWAYS, YEAR.spans([evening]))) == [
        " from Wednesday 17:00 to Wednesday 21:00 (first on 2026-01-14)"
    ]
    assert list(YEAR.missing(ALWAYS, [])) == [""]
    assert list(YEAR.missing(night, [(0.0, CHECKED_S)])) == []
