from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.linalg import expm
from scipy.optimize import brentq

from akuttsim.theory.erlang import QueueFigures, delay_queue, loss_queue, patience_queue

FIELDS = ("answered_within", "wait_mean_s", "wait_probability", "abandoned", "occupancy")


def chain_figures(
    calls_per_h: float, talk_s: float, c: int, within_s: float, patience_s: float
) -> QueueFigures:
    """Erlang A from the birth-death chain, and the answer in time from the phases of a caller.

    A caller who finds j waiting passes j + 1 departures of those before (rate c/talk + those ahead
    times 1/patience) unless the own patience (1/patience) ends first: a matrix exponential.
    """
    rate, mu, theta = calls_per_h / 3600, 1 / talk_s, 1 / patience_s
    n = np.arange(1, c + 400)
    steps = np.log(rate) - np.log(np.minimum(n, c) * mu + np.maximum(n - c, 0) * theta)
    logs = np.concatenate([[0.0], np.cumsum(steps)])
    state = np.exp(logs - logs.max())
    state /= state.sum()
    waiting = state[c:]
    ahead = np.arange(waiting.size)
    onward = c * mu + ahead * theta
    generator = np.diag(-(onward + theta)) + np.diag(onward[1:], -1)
    left = waiting @ expm(generator * within_s)
    # answered by the limit: integral of the flow out of phase 0
    answered = float((waiting - left) @ np.linalg.solve(-generator, np.eye(ahead.size)[0] * onward))
    wait = float(waiting @ ahead) / rate
    return QueueFigures(
        operators=c,
        answered_within=float(state[:c].sum()) + answered,
        wait_mean_s=wait,
        wait_probability=float(waiting.sum()),
        abandoned=wait * theta,
        occupancy=float(state @ np.minimum(np.arange(state.size), c)) / c,
    )


@pytest.mark.parametrize(
    ("calls_per_h", "c", "within_s", "patience_s"),
    [
        (100, 11, 120, 540),
        (100, 8, 120, 540),  # load above 1
        (132, 11, 60, 300),  # load exactly 1
        (300, 11, 30, 100),
        (20, 2, 10, 20),
        (12, 1, 120, 3000),
    ],
)
def test_equals_the_birth_death_chain(
    calls_per_h: float, c: int, within_s: float, patience_s: float
) -> None:
    ours = patience_queue(calls_per_h, 300, c, within_s, patience_s)
    chain = chain_figures(calls_per_h, 300, c, within_s, patience_s)
    for field in FIELDS:
        assert getattr(ours, field) == pytest.approx(getattr(chain, field), rel=1e-8), field


def test_table_1_of_garnett_mandelbaum_and_reiman() -> None:
    # Garnett, Mandelbaum and Reiman (2002), "Designing a call center with impatient customers",
    # table 1: 48 calls a minute of 1 minute, 50 agents, mean patience 2 minutes:
    # 3.1 % abandon, mean wait 3.7 s, utilisation 93 %
    figures = patience_queue(48 * 60, 60, 50, 20, 120)
    assert figures.abandoned == pytest.approx(0.031, abs=5e-4)
    assert figures.wait_mean_s == pytest.approx(3.7, abs=0.05)
    assert figures.occupancy == pytest.approx(0.93, abs=5e-3)


def test_patience_near_zero_is_erlang_b() -> None:
    for calls_per_h in (50, 132, 400):
        limit = loss_queue(calls_per_h, 300, 11)
        assert patience_queue(calls_per_h, 300, 11, 120, 0) == limit
        near = patience_queue(calls_per_h, 300, 11, 120, 1e-7)
        for field in FIELDS:
            wanted = pytest.approx(getattr(limit, field), rel=1e-6, abs=1e-6)
            assert getattr(near, field) == wanted, field


def test_long_patience_is_erlang_c() -> None:
    limit = delay_queue(100, 300, 11, 120)
    assert patience_queue(100, 300, 11, 120, math.inf) == limit
    near = patience_queue(100, 300, 11, 120, 1e13)
    for field in FIELDS:
        wanted = pytest.approx(getattr(limit, field), rel=1e-8, abs=1e-8)
        assert getattr(near, field) == wanted, field


def test_long_patience_in_overload_is_the_fluid_limit() -> None:
    # Garnett et al. (2002): under overload 1 - 1/rho abandon and the queue drains at that level
    figures = patience_queue(264, 300, 11, 120, 1e9)
    assert figures.abandoned == pytest.approx(0.5, rel=1e-6)
    assert figures.occupancy == pytest.approx(1.0, abs=1e-9)
    assert figures.answered_within == pytest.approx(0.0, abs=1e-12)


@settings(deadline=None)
@given(st.floats(0.1, 3.0), st.integers(1, 40), st.floats(1, 3000), st.floats(0, 600))
def test_lies_between_loss_and_delay(
    rho: float, c: int, patience_s: float, within_s: float
) -> None:
    calls_per_h = rho * c * 12
    middle = patience_queue(calls_per_h, 300, c, within_s, patience_s)
    loss = loss_queue(calls_per_h, 300, c)
    assert 0 <= middle.abandoned <= loss.abandoned * (1 + 1e-9)
    assert middle.wait_probability >= loss.wait_probability * (1 - 1e-9)
    assert middle.answered_within <= 1 - middle.abandoned + 1e-12
    if rho < 0.999:
        delay = delay_queue(calls_per_h, 300, c, within_s)
        assert middle.wait_probability <= delay.wait_probability * (1 + 1e-9)
        assert middle.wait_mean_s <= delay.wait_mean_s * (1 + 1e-9)


@settings(deadline=None)
@given(st.floats(0.1, 3.0), st.integers(1, 40), st.floats(1, 3000))
def test_one_operator_more_helps_and_more_calls_hurt(rho: float, c: int, patience_s: float) -> None:
    calls_per_h = rho * c * 12
    base = patience_queue(calls_per_h, 300, c, 120, patience_s)
    assume(1e-9 < base.wait_probability < 1 - 1e-9)
    better = patience_queue(calls_per_h, 300, c + 1, 120, patience_s)
    worse = patience_queue(calls_per_h * 1.05, 300, c, 120, patience_s)
    assert better.wait_mean_s < base.wait_mean_s < worse.wait_mean_s
    assert better.abandoned < base.abandoned < worse.abandoned
    assert better.answered_within >= base.answered_within >= worse.answered_within


@settings(deadline=None)
@given(st.floats(0.3, 2.0), st.integers(1, 30), st.floats(0.05, 0.95))
def test_fractional_operators_lie_between_their_neighbours(rho: float, c: int, part: float) -> None:
    low, middle, high = (
        patience_queue(rho * c * 12, 300, n, 120, 540) for n in (c, c + part, c + 1)
    )
    assert high.abandoned <= middle.abandoned <= low.abandoned
    assert low.answered_within <= middle.answered_within <= high.answered_within


@pytest.mark.parametrize("rho", [0.99, 1.0, 1.05])
def test_twelve_thousand_agents(rho: float) -> None:
    figures = patience_queue(rho * 12_000 * 12, 300, 12_000, 120, 540)
    served = rho * (1 - figures.abandoned)
    assert figures.occupancy == pytest.approx(served, rel=1e-12)
    # Little's law with the number waiting, found here from the chain in logarithms
    n = np.arange(1, 12_000 + 6_000)
    down = np.minimum(n, 12_000) / 300 + np.maximum(n - 12_000, 0) / 540
    logs = np.concatenate([[0.0], np.cumsum(math.log(rho * 40) - np.log(down))])
    state = np.exp(logs - logs.max())
    waiting = state[12_000:] / state.sum()
    assert figures.wait_probability == pytest.approx(waiting.sum(), rel=1e-8)
    queue = float(waiting @ np.arange(waiting.size))
    assert figures.wait_mean_s == pytest.approx(queue / (rho * 40), rel=1e-7)


def test_median_wait_agrees_with_the_share_in_time() -> None:
    """P(answered within t) rises to the served share and starts at P(no wait)."""
    at_once = patience_queue(120, 300, 10, 0, 540)
    for_ever = patience_queue(120, 300, 10, 1e6, 540)
    assert at_once.answered_within == pytest.approx(1 - at_once.wait_probability)
    assert for_ever.answered_within == pytest.approx(1 - for_ever.abandoned, rel=1e-10)
    half = (at_once.answered_within + for_ever.answered_within) / 2
    limit = brentq(lambda t: patience_queue(120, 300, 10, t, 540).answered_within - half, 0, 3600)
    assert chain_figures(120, 300, 10, limit, 540).answered_within == pytest.approx(half, rel=1e-8)
