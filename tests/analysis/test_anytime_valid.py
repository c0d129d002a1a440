"""Intervals that hold however often one looks: against brute force, and over a thousand studies."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import trapezoid

from akuttsim.app.drafts import JUDGED
from akuttsim.statistics.anytime_valid import (
    EFFECT_VARIANCE,
    FEWEST_VALUES,
    anytime_interval,
    critical_t,
    log_bayes_factor,
    narrowing_interval,
)
from akuttsim.statistics.intervals import CONFIDENCE, bonferroni_confidence, difference_verdict
from akuttsim.statistics.verdicts import Verdict
from tests.nightly import IS_NIGHTLY

VALUES = np.array([0.3, 1.1, 0.7, 1.9, 0.2])


def integrated_log_factor(values: np.ndarray, mean: float) -> float:
    """The Bayes factor by its definition: the effect over N(0, g), the spread over ds/s."""
    log_spread = np.linspace(-5, 9, 1500)[:, None]
    effect = np.linspace(-45, 45, 6001)[None, :]
    spread = np.exp(log_spread)

    def likelihood(effects: np.ndarray) -> np.ndarray:
        squares = sum(((value - mean) / spread - effects) ** 2 for value in values)
        return np.exp(-squares / 2) / spread ** len(values)

    prior = stats.norm.pdf(effect, 0, math.sqrt(EFFECT_VARIANCE))
    above = trapezoid(trapezoid(likelihood(effect) * prior, effect[0]), log_spread[:, 0])
    below = trapezoid(likelihood(np.zeros((1, 1)))[:, 0], log_spread[:, 0])
    return math.log(above / below)


@pytest.mark.parametrize("mean", [0.0, 0.9])
def test_the_closed_form_is_the_bayes_factor_by_integration(mean: float):
    t = (VALUES.mean() - mean) / (VALUES.std(ddof=1) / math.sqrt(len(VALUES)))
    by_integration = integrated_log_factor(VALUES, mean)
    assert log_bayes_factor(len(VALUES), t) == pytest.approx(by_integration, abs=1e-3)


@pytest.mark.parametrize(("count", "confidence"), [(4, 0.95), (5, 0.99375), (60, 0.95)])
def test_at_the_end_of_the_interval_the_factor_is_one_over_alpha(count: int, confidence: float):
    factor = log_bayes_factor(count, critical_t(count, confidence))
    assert factor == pytest.approx(-math.log(1 - confidence))


def test_the_interval_is_so_many_standard_errors_about_the_mean():
    low, high = 4.75 - (half := critical_t(4, 0.95) * math.sqrt(59 / 12) / 2), 4.75 + half
    found = anytime_interval(np.array([3.0, 4.0, 8.0, 4.0]), 0.95)
    assert found == pytest.approx((4.75, low, high))


def test_few_or_equal_values_bound_as_little_as_they_should():
    assert critical_t(2, 0.99375) == math.inf  # nothing is known of the spread yet
    low = anytime_interval(VALUES[: FEWEST_VALUES - 1]).low
    assert math.isnan(low)
    assert anytime_interval(np.full(3, 0.1 + 0.2))[1:] == (pytest.approx(0.3),) * 2
    with_gap = np.insert(VALUES, 2, np.nan)
    assert anytime_interval(with_gap) == anytime_interval(VALUES)


def test_the_common_part_of_all_looks_only_narrows():
    values = np.random.default_rng(4).normal(0.5, 1.0, 40)
    ends = [narrowing_interval(values[:n])[1:] for n in range(6, 41)]
    assert all(a[0] <= b[0] and b[1] <= a[1] for a, b in pairwise(ends))
    assert ends[-1][0] < 0.5 < ends[-1][1]


def wrong_studies(studies: int, most: int, seed: int) -> int:
    """How many of so many studies without a difference say better or worse at any look.

    Each is judged by as many rows as the page, each row by the least margin there can be, none, and
    is looked at after every replication from the second on.
    """
    draws = np.random.default_rng(seed).normal(size=(studies, len(JUDGED), most))
    confidence = bonferroni_confidence(CONFIDENCE, len(JUDGED))
    said = (Verdict.BETTER, Verdict.WORSE)
    wrong = 0
    for study in draws:
        wrong += any(
            difference_verdict(anytime_interval(row[:n], confidence), "higher") in said
            for row in study
            for n in range(2, most + 1)
        )
    return wrong


@pytest.mark.nightly
def test_of_studies_without_a_difference_at_most_one_in_twenty_says_one():
    """Looked at after every replication; the short form sees fewer studies and shorter ones."""
    studies, most = (1000, 60) if IS_NIGHTLY else (60, 20)
    wrong = wrong_studies(studies, most, seed=18)
    assert wrong <= 0.05 * studies, f"{wrong} of {studies}"


def test_the_same_studies_looked_at_with_t_intervals_are_wrong_far_more_often():
    """The test above can fail: what it measures is not small by itself."""
    from akuttsim.statistics.intervals import t_interval

    draws = np.random.default_rng(18).normal(size=(200, 20))
    wrong = sum(
        any(difference_verdict(t_interval(row[:n]), "higher") in (Verdict.BETTER, Verdict.WORSE)
            for n in range(2, 21))
        for row in draws
    )  # fmt: skip
    assert wrong > 0.15 * 200
