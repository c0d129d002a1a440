from __future__ import annotations

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from akuttsim.units import DAY_S, HOUR_S, MINUTE_S, TICKS_PER_S, WEEK_S, tick, to_ticks

unhurried = settings(deadline=None)

seconds = st.floats(0, 520 * WEEK_S)  # the longest run there is


@unhurried
@given(value=seconds)
def test_a_tick_is_within_half_a_microsecond_and_stays(value: float) -> None:
    rounded = tick(value)
    assert abs(rounded - value) <= 0.5 / TICKS_PER_S
    assert (rounded * TICKS_PER_S).is_integer()
    assert tick(rounded) == rounded


@unhurried
@given(values=st.lists(seconds, min_size=1, max_size=50))
def test_one_number_and_an_array_are_rounded_alike(values: list[float]) -> None:
    assert to_ticks(np.array(values)).tolist() == [tick(value) for value in values]


@unhurried
@given(values=st.lists(st.floats(0, DAY_S), min_size=2, max_size=200), order=st.randoms())
def test_sums_of_ticks_are_exact_in_any_order(values: list[float], order: random.Random) -> None:
    ticks = to_ticks(np.array(values)).tolist()
    exact = sum(int(each * TICKS_PER_S) for each in ticks) / TICKS_PER_S
    order.shuffle(ticks)
    assert sum(ticks) == exact
    assert float(np.sum(ticks)) == exact


def test_sums_of_seconds_that_are_no_ticks_are_not_exact() -> None:
    """Why there are ticks."""
    values = [0.1, 0.2, 0.3]
    assert sum(values) != sum(reversed(values))
    ticks = to_ticks(np.array(values)).tolist()
    assert sum(ticks) == sum(reversed(ticks))


def test_no_number_stays_no_number_and_forever_stays_forever() -> None:
    assert np.isnan(to_ticks(np.array([np.nan]))[0])
    assert to_ticks(np.array([np.inf]))[0] == np.inf


def test_the_units_are_those_of_the_clock() -> None:
    assert (MINUTE_S, HOUR_S, DAY_S, WEEK_S) == (60, 3600, 86_400, 604_800)
