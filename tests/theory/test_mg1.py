from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akuttsim.theory.erlang import delay_queue
from akuttsim.theory.priority_queues import pollaczek_khinchine, residual_mean_s


@settings(deadline=None)
@given(st.floats(0.01, 11.9))
def test_exponential_service_is_m_m_1(calls_per_h: float) -> None:
    general, exponential = (
        pollaczek_khinchine(calls_per_h, 300, 1),
        delay_queue(calls_per_h, 300, 1, 0),
    )
    assert general.wait_mean_s == pytest.approx(exponential.wait_mean_s, rel=1e-9)
    assert general.wait_probability == pytest.approx(exponential.wait_probability, rel=1e-9)


@settings(deadline=None)
@given(st.floats(0.01, 11.9), st.floats(0, 4))
def test_wait_grows_with_the_square_of_the_spread(calls_per_h: float, cv: float) -> None:
    constant = pollaczek_khinchine(calls_per_h, 300, 0).wait_mean_s
    assert pollaczek_khinchine(calls_per_h, 300, cv).wait_mean_s == pytest.approx(
        constant * (1 + cv * cv), rel=1e-9
    )


def test_littles_law_and_busy_period() -> None:
    one = pollaczek_khinchine(6, 300, 0.5)
    assert one.queue_mean == pytest.approx(one.wait_mean_s * 6 / 3600)
    assert one.in_system_mean_s == one.wait_mean_s + 300
    # share of time busy = busy period / (busy period + idle period)
    assert one.busy_period_mean_s / (one.busy_period_mean_s + 600) == pytest.approx(0.5)


def test_residual_of_a_constant_is_half_of_it() -> None:
    assert residual_mean_s(300, 0) == 150
    assert residual_mean_s(300, 1) == 300
