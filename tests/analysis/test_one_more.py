"""Bands of one more replication hold it as often as they say, and never shrink to nothing."""

import numpy as np
import pytest
from scipy import stats

from akuttsim.statistics.intervals import (
    prediction_interval,
    share_prediction_by_chance,
    share_prediction_interval,
)

TRIED = 1000
LEAST, MOST = (int(stats.binom.ppf(q, TRIED, 0.95)) for q in (0.0005, 0.9995))
"""Outside these lie one in a thousand, where 95 in 100 are meant."""


def test_one_more_replication_lies_where_it_says() -> None:
    draw, inside = np.random.default_rng(3), 0
    for _ in range(TRIED):
        values = draw.normal(5, 2, 6)
        found = prediction_interval(values[:5])
        inside += found.low <= values[5] <= found.high
    assert LEAST <= inside <= MOST


@pytest.mark.parametrize("runs", [2, 5, 10])
@pytest.mark.parametrize("n", [20, 150])
@pytest.mark.parametrize("share", [0.03, 0.5, 0.93])
@pytest.mark.parametrize("together", [0.0, 0.02])
def test_a_share_of_one_more_lies_in_its_band_at_least_as_often_as_it_says(
    runs: int, n: int, share: float, together: float
) -> None:
    """Calls by themselves, and calls that share a queue, correlated by so much."""
    draw, inside = np.random.default_rng(7), 0
    cases, size = np.full(runs, n), 1 / together - 1 if together else 0
    for _ in range(TRIED):
        own = draw.beta(share * size, (1 - share) * size, runs + 1) if together else share
        counts = draw.binomial(n, own, runs + 1)
        found = share_prediction_interval(counts[:runs] / n, cases, n)
        inside += found.low <= counts[runs] / n <= found.high
    assert inside >= LEAST


def test_the_band_by_chance_is_hardly_wider_than_it_must_be() -> None:
    """Whole calls make it a little wider than 95 %; no band a call narrower at one end holds."""
    draw, inside, narrower = np.random.default_rng(5), 0, 0
    for _ in range(TRIED):
        seen, more = draw.binomial(500, 0.9), draw.binomial(100, 0.9)
        low, high = share_prediction_by_chance(seen, 500, 100)
        inside += low <= more / 100 <= high
        narrower += low + 0.01 < more / 100 < high - 0.01
    assert inside >= LEAST > narrower


@pytest.mark.parametrize(("share", "ends"), [(1.0, (0.9, 1.0)), (0.0, (0.0, 0.1)), (0.5, (0, 1))])
def test_replications_that_happen_to_be_alike_give_a_share_a_band(
    share: float, ends: tuple[float, float]
) -> None:
    found = share_prediction_interval(np.array([share, share]), np.array([30, 30]), 30)
    assert ends[0] <= found.low < found.high <= ends[1]
    assert found.mean == share and found.high - found.low > 0.02


def test_means_that_happen_to_be_alike_tell_nothing_of_one_more() -> None:
    for values in ([4.0, 4.0], [0.0, 0.0, 0.0], [3.0], [np.nan, 2.0]):
        found = prediction_interval(np.array(values))
        assert found.mean == np.nanmean(values) and np.isnan([found.low, found.high]).all()
    assert np.isnan(prediction_interval(np.array([np.nan, np.nan])).mean)


def test_replications_in_which_nobody_rang_are_left_out() -> None:
    cases = np.array([0, 10, 10])
    with_none = share_prediction_interval(np.array([np.nan, 0.9, 0.8]), cases, 10)
    assert with_none == share_prediction_interval(np.array([0.9, 0.8]), cases[1:], 10)
    assert np.isnan(share_prediction_interval(np.array([0.9, 0.8]), cases[1:], 0).low)
