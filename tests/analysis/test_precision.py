"""Precision: the replications that a half-width or a verdict takes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from akuttsim.statistics.run_length import (
    half_width,
    is_precise,
    more_for_difference,
    more_for_target,
    precise_from,
    replications_needed,
)

ALTERNATE = np.array([9.0, 11.0] * 30)
"""Mean 10; the half-width of the first n falls with every pair."""


def test_half_width_is_that_of_the_t_interval() -> None:
    assert half_width(np.array([1.0, 2.0, 3.0])) == pytest.approx(4.302653 / math.sqrt(3))
    assert math.isnan(half_width(np.array([1.0])))


@given(
    st.lists(st.floats(-100, 100), min_size=2, max_size=12),
    st.floats(0.5, 50),
    st.sampled_from([0.9, 0.95, 0.99]),
)
def test_the_replications_needed_are_the_fewest_that_are_enough(
    values: list[float], wanted: float, confidence: float
) -> None:
    sample = np.array(values)
    spread = sample.std(ddof=1)

    def half(runs: int) -> float:
        return float(stats.t.ppf(0.5 + confidence / 2, runs - 1) * spread / math.sqrt(runs))

    found = replications_needed(sample, wanted, confidence)
    assert found is not None and found >= len(values)
    assert half(found) <= wanted * (1 + 1e-9)
    assert found == len(values) or half(found - 1) > wanted * (1 - 1e-9)


@pytest.mark.parametrize(("values", "wanted"), [([], 1.0), ([3.0], 1.0), ([1.0, 2.0], 0.0)])
def test_without_spread_or_wish_no_number_of_replications_is_told(
    values: list[float], wanted: float
) -> None:
    assert replications_needed(np.array(values), wanted) is None


def test_replications_without_a_value_do_not_count() -> None:
    with_gap = np.array([1.0, math.nan, 2.0, 4.0])
    without = np.array([1.0, 2.0, 4.0])
    assert replications_needed(with_gap, 0.5) == replications_needed(without, 0.5)
    assert half_width(with_gap) == half_width(without)


def test_precise_is_what_stays_precise_over_five_more() -> None:
    """By hand: of 9, 11, 9, 11, ... the first 20 are known to 0.4803, and so on downward."""
    first = next(n for n in range(5, 60) if half_width(ALTERNATE[:n]) <= 0.5)
    assert not is_precise(ALTERNATE[: first + 4], 0.5)
    assert precise_from(ALTERNATE[: first + 5], 0.5) == first
    assert precise_from(ALTERNATE, 0.5) == first, "later ones change nothing"


def test_alike_by_chance_is_not_precise() -> None:
    """Six alike, then a wide one within the look-ahead: counted anew from where it is narrow."""
    values = np.concatenate([np.full(6, 10.0) + 0.01 * np.arange(6), [30.0], ALTERNATE])
    assert half_width(values[:6]) <= 1.0 < half_width(values[:8])
    found = precise_from(values, 1.0)
    assert found is not None and found > 8
    assert all(half_width(values[:n]) <= 1.0 for n in range(found, found + 6))
    assert half_width(values[: found - 1]) > 1.0


def test_the_look_ahead_grows_from_a_hundred_replications_on() -> None:
    wide = np.concatenate([[0.0, 20.0], np.full(240, 10.0)])  # ever narrower
    wanted = half_width(wide[:200]) * (1 + 1e-9)
    assert precise_from(wide[:209], wanted) is None
    assert precise_from(wide[:210], wanted) == 200


def test_two_replications_are_never_precise() -> None:
    assert not is_precise(np.array([1.0, 1.0]), 5.0)
    assert is_precise(np.full(10, 1.0), 5.0)
    assert not is_precise(np.array([]), 5.0)


@pytest.mark.parametrize(
    ("values", "target", "expected"),
    [
        ([0.7, 0.9], 0.8, None),  # the mean lies on the target
        ([0.9], 0.8, None),
        ([0.9, 0.9, 0.9], 0.8, 0),
        ([0.90, 0.91, 0.92], 0.8, 0),
    ],
)
def test_more_for_a_target(values: list[float], target: float, expected: int | None) -> None:
    assert more_for_target(np.array(values), target) == expected


def test_more_for_a_target_is_enough_and_one_fewer_is_not() -> None:
    values = np.array([0.81, 0.85, 0.79, 0.83])
    more = more_for_target(values, 0.8)
    assert more is not None and more > 0
    for runs, tells in ((4 + more, True), (4 + more - 1, False)):
        half = stats.t.ppf(0.975, runs - 1) * values.std(ddof=1) / math.sqrt(runs)
        assert (half < values.mean() - 0.8) == tells


def test_more_for_a_difference_looks_both_ways() -> None:
    small = np.array([0.1, -0.2, 0.3, 0.0])
    to_tell = more_for_difference(small)
    within = more_for_difference(small, margin=1.0)
    assert within == 0 and to_tell is not None and to_tell > 50
    assert more_for_difference(np.array([5.0, 5.1, 4.9]), margin=1.0) == 0, "beyond the margin"
    beyond_zero_alone = np.array([1.0, 1.4, 1.2, 1.3])
    assert more_for_difference(beyond_zero_alone) == 0
    more = more_for_difference(beyond_zero_alone, margin=1.1)
    assert more is not None and more > 0, "until the whole interval is beyond the margin"
    on_it = np.array([0.9, 1.1])
    assert more_for_difference(on_it, margin=1.0) is None, "a mean on the margin is never told"
    assert more_for_difference(np.array([-0.1, 0.1])) is None
    assert more_for_difference(np.array([-0.1, 0.1]), margin=0.5) is not None


def test_many_models_take_more_replications() -> None:
    values = np.array([0.3, -0.2, 0.6, 0.1])
    one, many = more_for_difference(values), more_for_difference(values, confidence=0.995)
    assert one is not None and many is not None and one < many
