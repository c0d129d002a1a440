from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammainc

from akuttsim.theory.erlang import delay_queue, erlang_b, finite_queue


def test_inspection_station_of_gross_and_harris() -> None:
    # Gross and Harris, "Fundamentals of Queueing Theory", M/M/c/K example: 1 car a minute, 3 stalls
    # of 6 minutes, room for 7 cars in all: p0 = 1/1141, 3.09 cars wait, 30.3 an hour turned away
    station = finite_queue(60, 360, 3, 4, 0)
    assert station.queue_mean == pytest.approx(3.09, abs=5e-3)
    assert station.lost * 60 == pytest.approx(30.3, abs=0.05)
    assert station.lost == pytest.approx(36 * 16 / 1141, rel=1e-12)


def test_queue_2_of_jensen() -> None:
    # P. A. Jensen, "Operations Research Models and Methods", queue questions, M/M/2/5, 5 arrivals
    # and 3 services an hour: P(5) 0.115, throughput 4.424, mean time in queue 0.178 h
    queue = finite_queue(5, 1200, 2, 3, 0)
    assert queue.lost == pytest.approx(0.115, abs=5e-4)
    assert 5 * (1 - queue.lost) == pytest.approx(4.424, abs=1e-3)
    assert queue.wait_mean_s / 3600 == pytest.approx(0.178, abs=5e-4)
    assert queue.wait_probability == pytest.approx(0.199 + 0.166 + 0.138, abs=1.5e-3)


@settings(deadline=None)
@given(st.floats(0.1, 3.0), st.integers(1, 30), st.integers(0, 40), st.floats(0, 600))
def test_equals_the_birth_death_chain(rho: float, c: int, places: int, within_s: float) -> None:
    n = np.arange(1, c + places + 1)
    state = np.cumprod(np.concatenate([[1.0], rho * c / np.minimum(n, c)]))
    state /= state.sum()
    queue = finite_queue(rho * c * 12, 300, c, places, within_s)
    waiting = state[c:]
    assert queue.lost == pytest.approx(state[-1], rel=1e-8)
    assert queue.queue_mean == pytest.approx(waiting @ np.arange(places + 1), rel=1e-8)
    in_time = [float(gammainc(k + 1, c * within_s / 300)) for k in range(places)]
    answered = state[:c].sum() + float(waiting[:-1] @ in_time)
    assert queue.answered_within == pytest.approx(answered, rel=1e-8)


@settings(deadline=None)
@given(st.floats(0.1, 3.0), st.floats(0.5, 30.0))
def test_no_places_is_erlang_b_and_many_are_erlang_c(rho: float, c: float) -> None:
    assert finite_queue(rho * c * 12, 300, c, 0, 60).lost == pytest.approx(erlang_b(rho * c, c))
    if rho < 0.95:
        many, endless = (
            finite_queue(rho * c * 12, 300, c, 2_000, 60),
            delay_queue(rho * c * 12, 300, c, 60),
        )
        assert many.answered_within == pytest.approx(endless.answered_within, rel=1e-9)
        assert many.wait_mean_s == pytest.approx(endless.wait_mean_s, rel=1e-9)


def test_extremes() -> None:
    full = finite_queue(12_000 * 13, 300, 12_000, 500, 120)
    assert full.lost == pytest.approx(1 - 12 / 13, rel=1e-3)
    assert full.occupancy <= 1.0
    at_one = finite_queue(12_000 * 12, 300, 12_000, 100_000, 120)
    assert at_one.lost < 1e-4
    quiet = finite_queue(0, 300, 3, 5, 0)
    assert (quiet.lost, quiet.answered_within, quiet.wait_mean_s) == (0.0, 1.0, 0.0)
    assert finite_queue(1e-3, 300, 500, 5, 0).answered_within == 1.0
