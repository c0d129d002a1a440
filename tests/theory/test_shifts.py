"""Shift covering: every half hour covered, and never dearer than what trying all finds."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akuttsim.theory.staffing_levels import (
    DAY,
    WEEK,
    HalfHourCounts,
    WeeklyShift,
    allowed_shifts,
    cheapest_roster,
    roster_cost,
    staff_on_duty,
    uncovered_half_hours,
)
from tests.nightly import examples

HOUR = np.full(WEEK, 0.5)
"""The price by which a roster costs its hours."""

EIGHT = allowed_shifts([14, 30, 46], [16])
"""Shifts of 8 hours from 07, 15 and 23."""


def need_of(weekday: HalfHourCounts, weekend: HalfHourCounts) -> HalfHourCounts:
    return np.concatenate([np.tile(weekday, 5), np.tile(weekend, 2)])


def test_a_night_shift_of_friday_ends_on_saturday_and_sundays_on_monday() -> None:
    night = WeeklyShift("weekdays", 46, 16).slots.reshape(7, DAY)
    assert night.sum(axis=1).tolist() == [2, 16, 16, 16, 16, 14, 0]
    weekend = WeeklyShift("weekends", 46, 16).slots.reshape(7, DAY)
    assert weekend.sum(axis=1).tolist() == [14, 0, 0, 0, 0, 2, 16]
    assert (WeeklyShift("weekdays", 46, 16).hours, WeeklyShift("weekends", 0, 15).hours) == (40, 15)


def test_one_at_all_hours_is_three_shifts_of_eight_hours() -> None:
    roster = cheapest_roster(np.ones(WEEK, dtype=np.int64), EIGHT, HOUR)
    assert roster == dict.fromkeys(EIGHT, 1)
    assert roster_cost(roster, HOUR) == 168
    assert staff_on_duty(roster).tolist() == [1] * WEEK


def test_of_equally_dear_rosters_the_one_with_fewest_shifts_then_the_earliest() -> None:
    shifts = allowed_shifts([14, 22, 30, 38, 46], [8, 16, 24])
    roster = cheapest_roster(np.ones(WEEK, dtype=np.int64), shifts, HOUR)
    assert [(each.days, each.start, each.length) for each in roster] == [
        ("weekdays", 14, 24), ("weekdays", 38, 24), ("weekends", 14, 24), ("weekends", 38, 24),
    ]  # fmt: skip
    assert roster_cost(roster, HOUR) == 168


def test_dear_nights_move_a_shift_to_the_evening() -> None:
    """Two people for two hours in the evening: the second one comes when the hours are cheap."""
    shifts = [*EIGHT, WeeklyShift("weekdays", 24, 16), WeeklyShift("weekdays", 40, 16)]
    weekday = np.ones(DAY, dtype=np.int64)
    weekday[36:40] = 2
    need = need_of(weekday, np.ones(DAY, dtype=np.int64))
    price = np.where(np.arange(WEEK) % DAY >= 36, 1.0, 0.5)
    assert cheapest_roster(need, shifts, price)[WeeklyShift("weekdays", 24, 16)] == 1


SHIFTS = st.builds(
    WeeklyShift,
    st.sampled_from(["weekdays", "weekends"]),
    st.sampled_from([0, 12, 16, 24, 36, 40]),
    st.sampled_from([8, 12, 16, 24]),
)
BLOCKS = st.lists(st.integers(0, 2), min_size=12, max_size=12)


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(SHIFTS, min_size=1, max_size=5, unique=True), BLOCKS, BLOCKS, st.integers(0, 3))
def test_it_covers_and_is_never_dearer_than_trying_all(
    shifts: list[WeeklyShift], weekday: list[int], weekend: list[int], premium: int
) -> None:
    need = need_of(np.repeat(weekday, 4), np.repeat(weekend, 4))
    price = np.where(np.arange(WEEK) % DAY < 16, 1.0 + premium, 1.0)
    if uncovered_half_hours(need, shifts).size:
        with pytest.raises(ValueError, match="no shift is on duty"):
            cheapest_roster(need, shifts, price)
        return
    roster = cheapest_roster(need, shifts, price)
    assert np.all(staff_on_duty(roster) >= need)
    every = [
        (roster_cost(tried, price), sum(map(bool, counts)))
        for counts in product(range(3), repeat=len(shifts))
        if np.all(staff_on_duty(tried := dict(zip(shifts, counts, strict=True))) >= need)
    ]
    cheapest, fewest = min(every)
    assert roster_cost(roster, price) == pytest.approx(cheapest)
    assert len(roster) == fewest


@settings(max_examples=examples(20), deadline=None)
@given(BLOCKS, BLOCKS)
def test_the_same_need_gives_the_same_roster_in_any_order_of_shifts(
    weekday: list[int], weekend: list[int]
) -> None:
    need = need_of(np.repeat(weekday, 4), np.repeat(weekend, 4))
    again = [cheapest_roster(need, EIGHT, HOUR) for _ in range(2)]
    assert again[0] == again[1]
    assert again[0] == cheapest_roster(need, EIGHT[::-1], HOUR)


def test_no_need_is_nobody() -> None:
    assert cheapest_roster(np.zeros(WEEK, dtype=np.int64), EIGHT, HOUR) == {}


def test_where_no_shift_reaches_is_told() -> None:
    day_only = allowed_shifts([16], [15])
    missing = uncovered_half_hours(np.ones(WEEK, dtype=np.int64), day_only)
    assert missing[:2].tolist() == [0, 1] and len(missing) == WEEK - 7 * 15


@pytest.mark.parametrize(
    ("starts", "lengths"),
    [([], [16]), ([48], [16]), ([-1], [16]), ([0], []), ([0], [0]), ([0], [49])],
)
def test_shifts_that_no_day_has_are_refused(starts: list[int], lengths: list[int]) -> None:
    with pytest.raises(ValueError, match=r"half hours of a day|half an hour to 24 hours"):
        allowed_shifts(starts, lengths)


@pytest.mark.parametrize(
    ("need", "price"),
    [(np.ones(48), HOUR), (np.full(WEEK, 0.5), HOUR), (np.ones(WEEK), HOUR[:48]),
     (np.ones(WEEK), -HOUR), (np.full(WEEK, np.nan), HOUR)],
)  # fmt: skip
def test_wrong_need_or_price_is_refused(need: HalfHourCounts, price: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"need|price"):
        cheapest_roster(need, EIGHT, price)
