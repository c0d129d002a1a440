"""Painted weeks become the rows that a person would write, and mean what was painted."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akuttsim.app.week import (
    SLOTS,
    hours_of_days,
    on_duty_by_slot,
    painted,
    reopen,
    repaint,
    tidy_rows,
)
from tests.nightly import examples

ROSTER: dict[str, dict[str, Any]] = {
    "weekday": {"days": "weekdays", "hours": "08:00-15:30", "on_duty": 1},
    "evening": {"days": "weekdays", "hours": "15:30-23:00", "on_duty": 2},
    "weekend": {"days": "weekends", "hours": "08:00-23:00", "on_duty": 2},
    "night": {"days": "daily", "hours": "23:00-08:00", "on_duty": 1},
}
NIGHT = [23, *range(8)]


def week(*changes: tuple[range, list[int] | range, int]) -> list[list[int]]:
    shown = painted(on_duty_by_slot(ROSTER.values()))
    for days, hours, number in changes:
        for day in days:
            for hour in hours:
                shown[day][hour] = number
    return shown


@pytest.mark.parametrize(
    ("changes", "rows"),
    [
        ([], {}),
        ([(range(7), NIGHT, 2)], {"night": {"on_duty": 2}}),
        ([(range(7), NIGHT, 0)], {"night": None}),
        ([(range(5), range(8, 11), 2)],
         {"weekdays-08-11": {"days": "weekdays", "hours": "08:00-11:00", "on_duty": 1}}),
        ([(range(7), range(20, 23), 1)],
         {"evening": {"on_duty": 1}, "weekend": {"on_duty": 1},
          "weekends-08-20": {"days": "weekends", "hours": "08:00-20:00", "on_duty": 1},
          "weekdays-1530-20": {"days": "weekdays", "hours": "15:30-20:00", "on_duty": 1}}),
    ],
)  # fmt: skip
def test_a_painted_week_is_written_as_a_person_would(changes: Any, rows: Any):
    assert repaint(ROSTER, week(*changes), {}).rows == rows


def laid_over(rows: dict[str, Any], edits: dict[str, Any]) -> list[dict[str, Any]]:
    merged = {name: {**row, **(edits.get(name) or {})} for name, row in rows.items()}
    merged = {name: row for name, row in merged.items() if edits.get(name, {}) is not None}
    return [*merged.values(), *(row for name, row in edits.items() if name not in rows)]


CELLS = st.tuples(st.integers(0, 6), st.integers(0, 23), st.integers(0, 4))


@settings(max_examples=examples(15))
@given(cells=st.lists(CELLS, max_size=25))
def test_whatever_is_painted_is_what_is_on_duty(cells: list[tuple[int, int, int]]):
    """Hours that were not painted anew stay to the minute, half hours too."""
    shown, before = week(), on_duty_by_slot(ROSTER.values())
    for day, hour, number in cells:
        shown[day][hour] = number
    rows = laid_over(ROSTER, repaint(ROSTER, shown, {}).rows)
    after, old = on_duty_by_slot(rows), painted(before)
    for slot in range(SLOTS):
        day, hour = divmod(slot // 12, 24)
        is_new = shown[day][hour] != old[day][hour]
        assert after[slot] == (shown[day][hour] if is_new else before[slot])
    assert all(row["on_duty"] > 0 for row in rows)


@settings(max_examples=examples(10))
@given(st.lists(st.integers(0, 3), min_size=168, max_size=168))
def test_a_week_of_numbers_is_the_same_as_rows(hours: list[int]):
    counts = [number for number in hours for _ in range(12)]
    rows = tidy_rows(counts, (), {}).values()
    assert on_duty_by_slot(row for row in rows if row) == counts


def test_opening_hours_keep_the_rows_whose_days_stay_together():
    rows = {"evening": ROSTER["evening"], "weekend": ROSTER["weekend"]}
    days = hours_of_days(rows.values())
    assert days[0] == [["15:30", "23:00"]] and days[6] == [["08:00", "23:00"]]
    earlier = [[["15:30", "22:00"]]] * 5 + days[5:]
    assert reopen(rows, earlier, {}) == {"evening": {"hours": "15:30-22:00"}}
    fridays = [*days[:4], [["15:30", "24:00"]], *days[5:]]
    assert reopen(rows, fridays, {"municipalities": ["x"]}) == {
        "evening": None,
        "mon-tue-wed-thu-1530-23": {"days": "mon tue wed thu", "hours": "15:30-23:00",
                                    "municipalities": ["x"]},
        "fri-1530-24": {"days": "fri", "hours": "15:30-24:00", "municipalities": ["x"]},
    }  # fmt: skip
