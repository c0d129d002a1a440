from __future__ import annotations

import math

import numpy as np
import pytest

from akuttsim.theory.erlang import erlang_b, erlang_c
from akuttsim.theory.hypercube import (
    busy_units,
    correction_factors,
    preferences_by_travel,
    solve_approximate,
    solve_exact,
)

# the three-server city of Larson and Odoni (1981); see test_hypercube.py for its rates
BOOK_RATES = np.array([0.25, 0.25, 0.15, 0.25, 0.15, 0.05, 0.10, 0.10, 0.10, 0.10]) * 3600
BOOK_LISTS = np.array(
    [[0, 1, 2], [0, 1, 2], [1, 0, 2], [0, 2, 1], [1, 0, 2], [1, 0, 2]] + [[2, 0, 1]] * 4
)


def test_correction_factors_printed_by_larson_and_odoni() -> None:
    # "Urban Operations Research", section 5.5.3: Q(3, 1/2, j) = 1, 0.73684, 0.63158
    factors = correction_factors(busy_units(1.5, 3, queue=True))
    assert factors == pytest.approx([1, 0.73684, 0.63158], abs=5e-6)


def test_workloads_printed_by_larson_and_odoni() -> None:
    # section 5.5.3: 0.5627, 0.4716, 0.4657; the book stops at its third round
    city = solve_approximate(BOOK_RATES, BOOK_LISTS, 1.0)
    assert city.workload == pytest.approx([0.5627, 0.4716, 0.4657], abs=1.5e-4)


@pytest.mark.parametrize("queue", [True, False])
@pytest.mark.parametrize("rho", [0.2, 0.5, 0.8])
def test_within_a_few_per_cent_of_the_exact_model(rho: float, queue: bool) -> None:
    # Larson (1975): errors of a workload are usually 1-2 %; "rarely above 2 %" for the rest
    rng = np.random.default_rng(11)
    calls, travel = rng.uniform(0.1, 1, 40), rng.uniform(60, 1800, (7, 40))
    calls *= rho * 7 / calls.sum()
    lists = preferences_by_travel(travel)
    exact, near = (
        solve_exact(calls, lists, 3600, queue),
        solve_approximate(calls, lists, 3600, queue),
    )
    assert near.workload == pytest.approx(exact.workload, rel=0.04)
    assert np.abs(near.serves - exact.serves).max() < 0.03
    assert near.waits == pytest.approx(exact.waits, rel=1e-9)
    assert near.lost == pytest.approx(exact.lost, rel=1e-9)
    assert near.serves.sum(axis=0) == pytest.approx(1 - near.lost)


def test_two_hundred_units() -> None:
    rng = np.random.default_rng(4)
    calls, travel = rng.uniform(0.1, 1, 500), rng.uniform(60, 3600, (200, 500))
    calls *= 120 / calls.sum()
    city = solve_approximate(calls, preferences_by_travel(travel), 3600)
    assert city.workload.sum() == pytest.approx(120, rel=1e-9)
    assert np.all((city.workload > 0) & (city.workload < 1))


def test_busy_units_end_in_erlang() -> None:
    assert busy_units(4.2, 6, queue=True).probability[-1] == pytest.approx(erlang_c(4.2, 6))
    lost = busy_units(9.0, 6, queue=False)
    assert lost.probability[-1] == pytest.approx(erlang_b(9.0, 6))
    assert lost.workload == pytest.approx(9 * (1 - erlang_b(9.0, 6)) / 6)
    assert math.isclose(lost.probability.sum(), 1.0)
