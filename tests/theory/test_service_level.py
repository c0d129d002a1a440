from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akuttsim.theory.erlang import answering_figures, operators_needed


def test_agrees_with_pyworkforce() -> None:
    queuing = pytest.importorskip("pyworkforce.queuing")
    other = queuing.ErlangC(transactions=100, asa=20 / 60, aht=3, interval=30, shrinkage=0.0)
    found = other.required_positions(service_level=0.8, max_occupancy=1.0)
    assert operators_needed(200, 180, 0.8, 20) == found["raw_positions"]


@settings(deadline=None)
@given(
    st.floats(0.5, 400),
    st.floats(0.05, 0.99),
    st.floats(0, 300),
    st.sampled_from([0.0, 5.0, 540.0, math.inf]),
)
def test_the_number_is_enough_and_one_less_is_not(
    calls_per_h: float, target: float, within_s: float, patience_s: float
) -> None:
    needed = operators_needed(calls_per_h, 300, target, within_s, patience_s)
    enough = answering_figures(calls_per_h, 300, needed, within_s, patience_s)
    assert enough.answered_within >= target
    fewer = needed - 1
    if fewer >= 1 and (math.isfinite(patience_s) or calls_per_h / 12 < fewer * (1 - 1e-9)):
        less = answering_figures(calls_per_h, 300, fewer, within_s, patience_s)
        assert less.answered_within < target


def test_large_centre_and_no_calls() -> None:
    assert operators_needed(0, 300, 0.8, 120) == 1
    assert 12_000 < operators_needed(12_000 * 12, 300, 0.8, 20) < 12_100
    assert operators_needed(12_000 * 12, 300, 0.8, 20, 540) < 12_000
