"""Hours of the day: never nought by chance, near the truth with few days, the log's with many."""

import numpy as np
import pytest
from scipy import stats

from akuttsim.statistics.call_log_fit import fit_hours_of_day

SHAPE = np.concatenate([np.full(7, 0.2), np.linspace(0.5, 2, 17)])


def drawn(days: int, truth: np.ndarray, seed: int, cv: float = 0.0) -> np.ndarray:
    draw = np.random.default_rng(seed)
    swing = draw.gamma(1 / cv**2, cv**2, (days, 1)) if cv else np.ones((days, 1))
    return draw.poisson(swing * truth, (days, 24))


def means(counts: np.ndarray, expected: np.ndarray) -> np.ndarray:
    found = fit_hours_of_day(counts, np.tile(expected, (len(counts), 1)))
    return np.array([each.mean for each in found])


def test_an_hour_in_which_nobody_happened_to_ring_is_not_without_calls() -> None:
    counts = drawn(4, SHAPE, 1)
    silent = counts.sum(axis=0) == 0
    found = means(counts, SHAPE)
    assert silent.any() and (found > 0).all()
    assert found.sum() == pytest.approx(counts.sum() / 4, rel=0.1)


def test_few_days_come_nearer_to_the_truth_than_their_plain_mean() -> None:
    """A region whose shape is a little wrong, as it always is."""
    hoped = SHAPE * np.random.default_rng(0).uniform(0.7, 1.4, 24)
    off = np.zeros(2)
    for seed in range(200):
        counts = drawn(4, SHAPE, seed)
        off += [np.sum((each - SHAPE) ** 2) for each in (counts.mean(axis=0), means(counts, hoped))]
    assert off[1] < 0.5 * off[0]


def test_a_long_log_has_its_own_hours_however_wrong_the_region_is() -> None:
    counts = drawn(1000, SHAPE, 3)
    assert np.allclose(means(counts, SHAPE[::-1]), counts.mean(axis=0), rtol=0.02)


@pytest.mark.parametrize("days", [6, 60])
@pytest.mark.parametrize("cv", [0.0, 0.3])
def test_intervals_cover_the_truth(days: int, cv: float) -> None:
    """Of regions whose hours are off by a quarter, each in its own way."""
    shares = []
    for seed in range(100):
        hoped = SHAPE / np.random.default_rng(1000 + seed).gamma(16, 1 / 16, 24)
        found = fit_hours_of_day(drawn(days, SHAPE, seed, cv), np.tile(hoped, (days, 1)))
        inside = [each.low <= true <= each.high for each, true in zip(found, SHAPE, strict=True)]
        shares.append(np.mean(inside))
    # less than 95 % beyond chance (one in two thousand); hours of one log go together
    assert np.mean(shares) + 3.3 * stats.sem(shares) >= 0.95


def test_an_hour_that_the_region_is_closed_has_the_plain_mean() -> None:
    counts = drawn(20, np.where(np.arange(24) < 6, 0.0, 2.0), 1)
    counts[0, 3] = 1
    found = means(counts, np.where(np.arange(24) < 6, 0.0, 2.0))
    assert found[2] == 0 and found[3] == pytest.approx(1 / 20)


def test_busy_and_quiet_days_do_not_make_silent_hours_ring() -> None:
    """Days swing together; that nobody rings at night is as sure for that."""
    truth = np.where(np.arange(24) < 6, 0.0, 60.0)
    counts = drawn(20, truth, 1, cv=0.5)
    assert (means(counts, np.full(24, 45.0))[:6] < 0.15).all()


@pytest.mark.parametrize("hoped", [0.0, 2.0])
def test_days_on_which_nobody_rang_at_all_have_no_calls_and_an_upper_end(hoped: float) -> None:
    found = fit_hours_of_day(np.zeros((6, 24), dtype=np.int64), np.full((6, 24), hoped))
    assert {(each.mean, each.low, each.high) for each in found} == {(0.0, 0.0, 0.5)}
