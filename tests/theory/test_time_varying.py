from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from akuttsim.theory.erlang import answering_figures
from akuttsim.theory.time_varying import exact_day


@pytest.mark.parametrize("patience_s", [540.0, math.inf])
def test_even_day_is_the_stationary_queue(patience_s: float) -> None:
    day = exact_day([100.0] * 3, 300, [11] * 3, patience_s)
    steady = answering_figures(100, 300, 11, 0, patience_s)
    assert day.wait_probability == pytest.approx([steady.wait_probability] * 3, rel=1e-7)
    assert day.queue_at_end == pytest.approx(day.queue_mean, rel=1e-7)
    assert day.wait_mean_s == pytest.approx(steady.wait_mean_s, rel=1e-7)
    assert day.abandoned == pytest.approx(steady.abandoned, rel=1e-7)


def test_changing_day_equals_scipys_differential_equations() -> None:
    rates, staff, talk_s, patience_s = [20.0, 90.0, 50.0], [3, 6, 5], 300.0, 400.0
    n = np.arange(90.0)

    def slope(up: float, c: int) -> np.ndarray:
        down = np.minimum(n, c) / talk_s + np.maximum(n - c, 0) / patience_s
        flow = np.diag(np.full(n.size - 1, up), 1) + np.diag(down[1:], -1)
        return (flow - np.diag(flow.sum(axis=1))).T

    def after_an_hour(matrix: np.ndarray, start: np.ndarray) -> np.ndarray:
        def change(_: float, p: np.ndarray) -> np.ndarray:
            return np.asarray(matrix @ p)

        solved = solve_ivp(change, (0, 3600), start, method="LSODA", rtol=1e-10, atol=1e-13)
        return np.asarray(solved.y[:, -1])

    state, ends = np.eye(n.size)[0], []
    for hour in range(12):  # four days are enough to forget the empty start
        matrix = slope(rates[hour % 3] / 3600, staff[hour % 3])
        state = after_an_hour(matrix, state)
        ends.append(float(state @ np.maximum(n - staff[hour % 3], 0)))
    day = exact_day(rates, talk_s, staff, patience_s)
    assert day.queue_at_end == pytest.approx(ends[-3:], rel=1e-6)


def test_little_and_abandonment_hold_over_the_day() -> None:
    rates, staff = np.array([10.0, 80.0, 30.0]), [2, 5, 4]
    day = exact_day(rates, 300, staff, 600)
    assert day.wait_mean_s == pytest.approx(day.queue_mean.sum() / rates.sum() * 3600)
    assert day.abandoned == pytest.approx(day.wait_mean_s / 600)


def test_an_overloaded_hour_is_carried_over_to_the_next() -> None:
    day = exact_day([200.0, 20.0, 20.0, 20.0], 300, [11, 11, 11, 11])
    # the fluid queue at the first hour's end: 200 calls in, 132 done
    assert day.queue_at_end[0] == pytest.approx(68, rel=0.1)
    assert day.wait_probability[1] > 0.3
    assert day.queue_mean[3] < 0.01


def test_hours_without_operators_fill_the_queue() -> None:
    day = exact_day([6.0, 6.0], 300, [0, 4])
    assert day.wait_probability[0] == pytest.approx(1.0)
    assert day.queue_at_end[0] == pytest.approx(6.0, abs=0.7)
    assert day.queue_at_end[1] < 0.01
