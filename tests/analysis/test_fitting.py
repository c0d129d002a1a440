"""Fits are held against what they were drawn from: intervals cover it as often as they say."""

import math

import numpy as np
import pytest
from scipy import stats

from akuttsim.patients.streams import stream
from akuttsim.statistics.distribution_fit import (
    FEWEST_OBSERVATIONS,
    _exponential_distance,
    fit_lognormal,
    fit_patience,
    kaplan_meier,
)
from tests.nightly import by_night

DRAWS = by_night(100, 200)
LEAST = int(stats.binom.ppf(0.0005, DRAWS, 0.95))
"""Of so many 95 % intervals at least these cover the truth, but for one time in 2,000."""


@pytest.mark.nightly
def test_intervals_of_a_lognormal_cover_the_truth() -> None:
    median, sigma, covered = 244.0, 0.55, np.zeros(2)
    draw = np.random.default_rng(5)
    for _ in range(DRAWS):
        seconds = median * np.exp(sigma * draw.standard_normal(120))
        found = fit_lognormal(seconds, stream(1, 0, "test"))
        assert found is not None
        for k, (name, true) in enumerate((("median", median), ("sigma", sigma))):
            interval = found.parameters[name]
            covered[k] += interval.low <= true <= interval.high
    assert (covered >= LEAST).all()


def test_a_lognormal_is_told_from_what_is_none() -> None:
    draw = np.random.default_rng(1)
    right = fit_lognormal(np.exp(draw.standard_normal(2000)), stream(1, 0, "a"))
    wrong = fit_lognormal(draw.uniform(1, 100, 2000), stream(1, 0, "a"))
    assert right is not None and wrong is not None
    assert right.p > 0.05 and wrong.p < 0.01 and right.distance < 0.03 < wrong.distance
    assert right.better == "" and wrong.better == "gamma"


def test_the_fit_is_scipy_s() -> None:
    seconds = np.exp(np.random.default_rng(2).standard_normal(500)) * 60
    found = fit_lognormal(seconds, stream(1, 0, "a"))
    shape, _, scale = stats.lognorm.fit(seconds, floc=0)
    assert found is not None
    assert found.parameters["sigma"].mean == pytest.approx(shape, rel=1e-6)
    assert found.parameters["median"].mean == pytest.approx(scale, rel=1e-6)


def waits(
    draw: np.random.Generator, n: int, mean_s: float, soon: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return recorded waits of callers with this patience at a busy queue, and who left."""
    offered = np.where(draw.random(n) < 0.4, 0.0, draw.exponential(150, n))
    patience_s = np.where(draw.random(n) < soon, 10.0, draw.exponential(mean_s, n))
    return np.minimum(offered, patience_s), patience_s < offered


@pytest.mark.nightly
def test_intervals_of_patience_cover_the_truth_though_most_were_answered() -> None:
    draw, covered = np.random.default_rng(7), np.zeros(2)
    for _ in range(DRAWS):
        wait, left = waits(draw, 900, 300.0, 0.04)
        found = fit_patience(wait, left, stream(1, 0, "test"))
        assert found is not None and found.hung_up < 0.4 * found.n
        covered[0] += found.mean_s.low <= 300 <= found.mean_s.high
        covered[1] += found.soon_share.low <= 0.04 <= found.soon_share.high
    assert (covered >= LEAST).all()


def test_hang_ups_alone_would_make_callers_look_far_too_impatient() -> None:
    wait, left = waits(np.random.default_rng(3), 5000, 300.0, 0.0)
    found = fit_patience(wait, left, stream(1, 0, "test"))
    assert found is not None
    assert wait[left].mean() < 130 and found.mean_s.low > 250


def test_the_form_of_patience_is_judged() -> None:
    draw = np.random.default_rng(4)
    wait, left = waits(draw, 4000, 200.0, 0.04)
    right = fit_patience(wait, left, stream(1, 0, "test"))
    offered, patient = draw.exponential(150, 4000), draw.uniform(60, 120, 4000)
    wrong = fit_patience(np.minimum(offered, patient), patient < offered, stream(1, 0, "test"))
    assert right is not None and wrong is not None
    assert right.p > 0.02 and wrong.p < 0.01 and wrong.distance > 0.1


def test_kaplan_and_meier_by_hand() -> None:
    wait = np.array([1.0, 2.0, 2.0, 3.0, 4.0])
    left = np.array([True, False, True, False, True])
    still, low, high = kaplan_meier(wait, left, np.array([0.5, 1.0, 2.5, 3.5, 5.0]))
    assert still.tolist() == pytest.approx([1.0, 0.8, 0.6, 0.6, 0.0])
    assert (low <= still).all() and (still <= high).all()


def test_the_distance_to_the_exponential_by_hand() -> None:
    """Of ten who wait 1 to 10 s the second hangs up: 8/9 still wait, the exponential has 55 s."""
    wait, left = np.arange(1.0, 11.0), np.arange(10) == 1
    flat = _exponential_distance(wait, np.zeros(10, dtype=bool))
    assert flat == 0, "where nobody hangs up, nothing is far from anything"
    expected = max(1 - math.exp(-1 / 55), *(abs(8 / 9 - math.exp(-t / 55)) for t in range(2, 10)))
    assert _exponential_distance(wait, left) == pytest.approx(expected)


def test_too_few_are_not_fitted() -> None:
    few = np.full(FEWEST_OBSERVATIONS - 1, 60.0)
    assert fit_lognormal(few, stream(1, 0, "a")) is None
    assert fit_patience(few, np.ones(len(few), dtype=bool), stream(1, 0, "a")) is None
    assert fit_lognormal(np.full(100, 60.0), stream(1, 0, "a")) is None


def test_zero_durations_are_left_out() -> None:
    seconds = np.concatenate([np.zeros(50), np.exp(np.random.default_rng(1).standard_normal(60))])
    found = fit_lognormal(seconds, stream(1, 0, "a"))
    assert found is not None and found.n == 60
    assert math.isclose(found.parameters["median"].mean, 1.0, rel_tol=0.4)
