"""Intervals and verdicts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from akuttsim.statistics.intervals import (
    Interval,
    bonferroni_confidence,
    cut_at_one,
    cut_at_zero,
    difference_verdict,
    share_interval,
    t_interval,
    t_intervals,
    target_verdict,
)

NAN = math.nan
FINITE = st.floats(-1e6, 1e6, allow_subnormal=False)


@given(st.lists(FINITE, min_size=2, max_size=40), st.sampled_from([0.9, 0.95, 0.999]))
def test_t_interval_is_scipys(values: list[float], confidence: float) -> None:
    sample = np.array(values)
    found = t_interval(sample, confidence)
    error = stats.sem(sample)
    assert found.mean == pytest.approx(sample.mean())
    if error > 1e-9 * (1 + abs(found.mean)):
        low, high = stats.t.interval(confidence, len(sample) - 1, sample.mean(), error)
        assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))


def test_the_95_percent_interval_covers_95_percent() -> None:
    """4,000 samples of 8 normal values: the share covered has a standard error of 0.35 %."""
    samples = np.random.default_rng(2026).normal(3.0, 2.0, (4000, 8))
    found = [t_interval(sample) for sample in samples]
    covered = np.mean([each.low <= 3.0 <= each.high for each in found])
    assert abs(covered - 0.95) < 3.3 * math.sqrt(0.95 * 0.05 / 4000)


def test_what_differs_by_rounding_alone_has_no_width() -> None:
    hours = np.array([717.9, 717.9 + 1e-13, 717.9 - 1e-13])
    assert len(set(hours)) > 1
    (row,) = t_intervals(hours[None])
    for found in (t_interval(hours), row):
        assert found.low == found.high == found.mean
    wider = t_interval(hours + np.array([0.0, 1e-5, 0.0]))
    assert wider.low < wider.mean < wider.high


def test_replications_without_a_value_are_left_out() -> None:
    assert t_interval(np.array([1.0, NAN, 3.0])) == t_interval(np.array([1.0, 3.0]))


@pytest.mark.parametrize(("values", "mean"), [([], NAN), ([NAN, NAN], NAN), ([2.0, NAN], 2.0)])
def test_fewer_than_two_values_have_no_interval(values: list[float], mean: float) -> None:
    found = t_interval(np.array(values))
    assert found.mean == pytest.approx(mean, nan_ok=True)
    assert math.isnan(found.low) and math.isnan(found.high)


@pytest.mark.parametrize(
    ("low", "high", "side", "expected"),
    [
        (0.81, 0.85, "at_least", "met"),
        (0.80, 0.85, "at_least", "met"),
        (0.79, 0.85, "at_least", "cannot tell"),
        (0.70, 0.80, "at_least", "cannot tell"),
        (0.70, 0.79, "at_least", "not met"),
        (0.70, 0.79, "at_most", "met"),
        (0.70, 0.80, "at_most", "met"),
        (0.79, 0.81, "at_most", "cannot tell"),
        (0.81, 0.90, "at_most", "not met"),
        (NAN, NAN, "at_least", "cannot tell"),
    ],
)
def test_verdicts(low: float, high: float, side: str, expected: str) -> None:
    assert target_verdict(Interval((low + high) / 2, low, high), side, 0.8) == expected


@pytest.mark.parametrize(
    ("low", "high", "direction", "expected"),
    [
        (0.1, 0.2, "higher", "better"),
        (0.1, 0.2, "lower", "worse"),
        (-0.2, -0.1, "lower", "better"),
        (-0.2, -0.1, "higher", "worse"),
        (-0.1, 0.1, "higher", "cannot tell"),
        (0.0, 0.2, "higher", "cannot tell"),
        (0.0, 0.0, "lower", "no difference that matters"),
        (0.1, 0.2, "neither", "differs"),
        (NAN, NAN, "higher", "cannot tell"),
    ],
)
def test_comparisons(low: float, high: float, direction: str, expected: str) -> None:
    assert difference_verdict(Interval((low + high) / 2, low, high), direction) == expected


@pytest.mark.parametrize(
    ("low", "high", "margin", "expected"),
    [
        (-0.1, 0.1, 0.2, "no difference that matters"),
        (0.05, 0.1, 0.2, "no difference that matters"),
        (-0.2, 0.2, 0.2, "no difference that matters"),
        (0.0, 0.0, 0.2, "no difference that matters"),
        (-0.1, 0.3, 0.2, "cannot tell"),
        (-0.3, 0.1, 0.2, "cannot tell"),
        (0.1, 0.3, 0.2, "cannot tell"),
        (-0.3, -0.1, 0.2, "cannot tell"),
        (0.2, 0.3, 0.2, "cannot tell"),
        (0.21, 0.3, 0.2, "better"),
        (-0.3, -0.21, 0.2, "worse"),
        (NAN, NAN, 0.2, "cannot tell"),
    ],
)
def test_comparisons_with_a_margin(low: float, high: float, margin: float, expected: str) -> None:
    assert difference_verdict(Interval((low + high) / 2, low, high), "higher", margin) == expected


@given(
    FINITE,
    st.floats(0, 1e6),
    st.floats(0, 1e6),
    st.sampled_from(["higher", "lower", "neither"]),
)
def test_the_one_rule_gives_every_interval_exactly_one_verdict(
    mean: float, half: float, margin: float, direction: str
) -> None:
    """Beyond the margin, within it, or neither: never two of them, and never none."""
    found = Interval(mean, mean - half, mean + half)
    above, below = found.low > margin, found.high < -margin
    within = -margin <= found.low <= found.high <= margin
    assert above + below + within <= 1
    good, bad = (above, below) if direction == "higher" else (below, above)
    expected = {
        "no difference that matters": within,
        "differs": direction == "neither" and (above or below),
        "better": direction != "neither" and good,
        "worse": direction != "neither" and bad,
    }
    true = [word for word, holds in expected.items() if holds] or ["cannot tell"]
    assert true == [difference_verdict(found, direction, margin)]


@given(FINITE, st.floats(0, 1e6), st.floats(0, 1e6))
def test_what_is_better_one_way_is_worse_the_other(mean: float, half: float, margin: float) -> None:
    found = Interval(mean, mean - half, mean + half)
    turned = Interval(-mean, -found.high, -found.low)
    one = difference_verdict(found, "higher", margin)
    assert difference_verdict(turned, "lower", margin) == one
    assert difference_verdict(found, "lower", margin) == (one.opposite or one)


def test_simultaneous_intervals_hold_all_at_once_also_where_they_depend_on_each_other() -> None:
    """2,000 times 5 differences from one base: all held in at least 95 %, standard error 0.5 %."""
    draws = np.random.default_rng(7).normal(0.0, 1.0, (2000, 10, 6))
    differences = draws[:, :, 1:] - draws[:, :, :1]
    level = bonferroni_confidence(0.95, 5)
    held = np.array(
        [[t_interval(one, level) for one in difference.T] for difference in differences]
    )
    all_held = ((held[:, :, 1] <= 0) & (held[:, :, 2] >= 0)).all(axis=1)
    assert all_held.mean() >= 0.95 - 2 * math.sqrt(0.95 * 0.05 / 2000)
    assert level == pytest.approx(0.99)
    assert bonferroni_confidence(0.95, 1) == bonferroni_confidence(0.95, 0) == pytest.approx(0.95)


def test_the_interval_of_a_share_is_cut_at_one_and_its_mean_left() -> None:
    assert cut_at_one(Interval(0.6, 0.5, 1.8)) == Interval(0.6, 0.5, 1.0)
    assert cut_at_one(Interval(0.6, 0.5, 0.8)) == Interval(0.6, 0.5, 0.8)
    assert cut_at_one(Interval(1.2, 1.0, 1.4)) == Interval(1.2, 1.0, 1.4), "overtime"
    assert np.isnan(cut_at_one(Interval(0.6, np.nan, np.nan)).high)


def test_no_interval_of_what_cannot_be_negative_is() -> None:
    assert cut_at_zero(Interval(0.6, -0.5, 1.8)) == Interval(0.6, 0.0, 1.8)
    assert cut_at_zero(Interval(0.6, 0.5, 1.8)) == Interval(0.6, 0.5, 1.8)
    assert np.isnan(cut_at_zero(Interval(0.6, np.nan, np.nan)).low)


@pytest.mark.parametrize(("share", "cases"), [(0.98, 20), (0.995, 20), (0.995, 100), (0.02, 50)])
def test_the_interval_of_a_seldom_share_covers_where_a_t_interval_does_not(
    share: float, cases: int
) -> None:
    """2,000 times 5 replications; below 93.3 % would contradict 95 % at 1 in 1,000."""
    events = np.random.default_rng(5).binomial(cases, share, (2000, 5))
    held, plain = np.mean(
        [
            [found.low <= share <= found.high for found in pair]
            for values in events / cases
            for pair in [(share_interval(values, np.full(5, cases)), t_interval(values))]
        ],
        axis=0,
    )
    assert held >= 0.933 and held > plain


def test_where_all_is_in_time_the_interval_has_the_width_that_so_few_cases_leave() -> None:
    """Exact: none missed of 60 cases leaves the share above 0.025 to the power of 1/60."""
    found = share_interval(np.ones(3), np.array([10, 20, 30]))
    assert found == (1.0, pytest.approx(0.025 ** (1 / 60)), 1.0)
    nothing = share_interval(np.zeros(3), np.array([10, 20, 30]))
    assert nothing == (0.0, 0.0, pytest.approx(1 - 0.025 ** (1 / 60)))


def test_the_share_of_replications_alike_is_clopper_and_pearsons() -> None:
    """As much spread as independent cases have, and no more: at most as many cases as there are."""
    found = share_interval(np.full(4, 0.9), np.full(4, 10))
    exact = stats.binomtest(36, 40).proportion_ci(0.95, method="exact")
    assert (found.low, found.high) == (pytest.approx(exact.low), pytest.approx(exact.high))


def test_the_share_of_replications_unlike_is_that_of_the_cases_that_their_spread_tells() -> None:
    """By hand, of 0, 2, 4 and 10 of 20: mean 0.2, variance of it (0.04+0.01+0+0.09)/3/4 = 0.14/12.

    0.2 * 0.8 / (0.14/12) = 13.7 independent cases instead of 80; times the square of the normal
    over the t quantile of 3 degrees of freedom, 1.95996 / 3.18245, 5.2 cases.
    """
    found = share_interval(np.array([0, 2, 4, 10]) / 20, np.full(4, 20))
    telling = 0.16 / (0.14 / 12) * (1.959964 / 3.182446) ** 2
    events = 0.2 * telling
    assert found.mean == pytest.approx(0.2)
    assert found.low == pytest.approx(stats.beta.ppf(0.025, events, telling - events + 1), rel=1e-5)
    assert found.high == pytest.approx(
        stats.beta.ppf(0.975, events + 1, telling - events), rel=1e-5
    )


@pytest.mark.parametrize(
    ("values", "cases"),
    [
        ([0.80, 0.82, 0.81], [1000, 1000, 1000]),  # many of both kinds
        ([0.313, 0.317, 0.309], [4, 4, 4]),  # a share of time, of four people
    ],
)
def test_other_shares_keep_the_t_interval(values: list[float], cases: list[int]) -> None:
    assert share_interval(np.array(values), np.array(cases)) == t_interval(np.array(values))


def test_shares_without_a_value_are_left_out_and_one_alone_has_no_interval() -> None:
    values, cases = np.array([1.0, NAN, 0.9]), np.array([10, 0, 10])
    assert share_interval(values, cases) == share_interval(values[[0, 2]], cases[[0, 2]])
    assert math.isnan(share_interval(values[:1], cases[:1]).low)
    assert math.isnan(share_interval(values[1:2], cases[1:2]).mean)


@given(st.lists(st.integers(0, 30), min_size=2, max_size=12), st.sampled_from([0.9, 0.95, 0.995]))
def test_the_interval_of_a_share_holds_its_mean_and_stays_within_0_and_1(
    events: list[int], confidence: float
) -> None:
    found = share_interval(np.array(events) / 30, np.full(len(events), 30), confidence)
    assert 0 <= found.low <= found.mean + 1e-12 and found.mean - 1e-12 <= found.high <= 1
