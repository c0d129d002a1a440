"""Warm-up by published rules: against series of which the start is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from akuttsim.statistics.run_length import (
    average_over_replications,
    mser_5,
    remove_weekday_rhythm,
    weeks_to_measure,
    welch_moving_average,
)

NAN = math.nan


def series(days: int, forgets: float, size: float, seed: int = 3) -> np.ndarray:
    """Return a mean of 10 with noise, that begins `size` lower and forgets it exponentially."""
    noise = np.random.default_rng(seed).normal(0.0, 0.3, days)
    return 10.0 - size * np.exp(-np.arange(days) / forgets) + noise


def test_mser_by_hand() -> None:
    """Means of batches 0, then 9 times 4, 6, ...: without the first the error is a ninth of 1."""
    means = np.array([0.0] + [4.0, 6.0] * 5)
    found = mser_5(np.repeat(means, 5))
    left = means[1:]
    assert found.days == 5
    assert found.errors[1] == pytest.approx(np.mean((left - left.mean()) ** 2) / len(left))
    assert found.errors[0] == pytest.approx(np.mean((means - means.mean()) ** 2) / len(means))
    assert len(found.errors) == len(means) - 5, "the last five batches are not looked at"


@pytest.mark.parametrize(("forgets", "least", "most"), [(1.0, 5, 10), (5.0, 10, 30)])
def test_a_known_start_is_cut_off(forgets: float, least: int, most: int) -> None:
    found = mser_5(series(200, forgets, 8.0))
    assert found.days is not None and least <= found.days <= most
    assert 8.0 * math.exp(-found.days / forgets) < 0.5


def test_a_series_without_a_start_is_not_cut() -> None:
    cuts = [mser_5(series(200, 1.0, 0.0, seed)).days for seed in range(20)]
    assert np.median([cut if cut is not None else 200 for cut in cuts]) <= 25


def test_a_series_that_still_climbs_is_refused() -> None:
    assert mser_5(series(100, 1e9, 0.0) + np.arange(100)).days is None
    assert mser_5(np.arange(20.0)).days is None, "too short"


def test_days_without_a_value_are_left_out() -> None:
    days = np.array([[1.0, NAN, 3.0], [3.0, NAN, NAN]])
    assert (
        average_over_replications(days)[:1] == 2.0
        and math.isnan(average_over_replications(days)[1])
        and average_over_replications(days)[2] == 3.0
    )
    gappy = series(200, 5.0, 8.0)
    gappy[60:75] = NAN
    assert mser_5(gappy).days == mser_5(series(200, 5.0, 8.0)).days
    assert mser_5(np.full(100, NAN)).days is None


def test_the_rhythm_of_the_week_is_taken_out_and_nothing_else() -> None:
    rhythm = np.tile([0.0, 0.0, 0.0, 0.0, 0.0, 7.0, 7.0], 20)
    start = np.where(np.arange(140) < 14, -5.0, 0.0)
    left = remove_weekday_rhythm(10.0 + rhythm + start)
    assert left == pytest.approx(12.0 + start)
    assert remove_weekday_rhythm(np.arange(8.0)) == pytest.approx(np.arange(8.0)), (
        "no week to measure"
    )


def test_welchs_window_grows_at_the_start() -> None:
    assert welch_moving_average(np.array([0.0, 3.0, 6.0, 9.0, 30.0, 0.0]), 2) == pytest.approx(
        [0.0, 3.0, 9.6, 9.6]
    )
    assert welch_moving_average(np.array([2.0, NAN, 4.0, 0.0]), 1) == pytest.approx([2.0, 3.0, 2.0])
    assert len(welch_moving_average(np.arange(3.0), 5)) == 0


@pytest.mark.parametrize(("warm_up", "weeks"), [(0, 1), (2, 3), (5, 8), (14, 20)])
def test_a_run_is_ten_times_its_warm_up(warm_up: int, weeks: int) -> None:
    assert weeks_to_measure(warm_up) == weeks
