from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import null_space

from akuttsim.theory.erlang import delay_queue, erlang_b
from akuttsim.theory.hypercube import preferences_by_travel, solve_exact
from tests.lines_run import lines_run
from tests.nightly import examples

# Larson and Odoni (1981), "Urban Operations Research", sections 5.4.3-5.4.4 and 5.5.3: three units,
# ten atoms, 1.5 calls per mission. The text gives the lists, half of all calls to area 1 (atoms
# 1, 2 and 4) and 0.15 for atom 5. The other rates stand in a figure; those below are multiples of
# 0.05 chosen so that every printed result comes out, and only the sums over atoms with the same
# list matter: atoms 1+2 0.50, atom 4 0.25, atoms 3+5+6 0.35, atoms 7-10 0.40.
BOOK_RATES = np.array([0.25, 0.25, 0.15, 0.25, 0.15, 0.05, 0.10, 0.10, 0.10, 0.10]) * 3600
BOOK_LISTS = np.array(
    [[0, 1, 2], [0, 1, 2], [1, 0, 2], [0, 2, 1], [1, 0, 2], [1, 0, 2]] + [[2, 0, 1]] * 4
)


def random_city(seed: int, units: int, atoms: int, rho: float) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    calls = rng.uniform(0.1, 1, atoms)
    return calls * rho * units / calls.sum(), rng.uniform(60, 1800, (units, atoms))


def test_three_server_example_of_larson_and_odoni() -> None:
    city = solve_exact(BOOK_RATES, BOOK_LISTS, 1.0)
    assert city.workload == pytest.approx([0.5574, 0.4734, 0.4693], abs=5e-5)
    assert city.waits == pytest.approx(0.23684, abs=5e-6)
    share = BOOK_RATES / BOOK_RATES.sum()
    assert share[0] * city.serves[0, 0] == pytest.approx(0.087, abs=5e-4)
    own = sum(share[a] * city.serves[BOOK_LISTS[a, 0], a] for a in range(10))
    # printed 0.43529, from probabilities rounded to four figures
    assert 1 - own == pytest.approx(0.43529, abs=1e-4)


def dense_states(calls: np.ndarray, lists: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """Zero-line hypercube by SciPy's null space, built state by state in plain loops."""
    size = 2**rates.size
    flow = np.zeros((size, size))
    for state in range(size):
        for unit in range(rates.size):
            if state >> unit & 1:
                flow[state, state - (1 << unit)] += rates[unit]
        for atom, call in enumerate(calls):
            free = [unit for unit in lists[atom] if not state >> unit & 1]
            if free:
                flow[state, state + (1 << free[0])] += call
    flow -= np.diag(flow.sum(axis=1))
    states = null_space(flow.T, rcond=1e-12)[:, 0]
    return np.asarray(states / states.sum())


@settings(max_examples=examples(15), deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5), st.floats(0.05, 2.0))
def test_zero_line_equals_a_dense_solution(seed: int, units: int, rho: float) -> None:
    calls, travel = random_city(seed, units, 7, rho)
    missions = np.random.default_rng(seed + 1).uniform(1800, 5400, units)
    lists = preferences_by_travel(travel)
    states = dense_states(calls / 3600, lists, 1 / missions)
    city = solve_exact(calls, lists, missions.tolist(), queue=False)
    masks = np.arange(states.size)
    workload = [states[masks >> unit & 1 == 1].sum() for unit in range(units)]
    assert city.workload == pytest.approx(workload, rel=1e-8)
    assert city.lost == pytest.approx(states[-1], rel=1e-8)


@settings(max_examples=examples(15), deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 7), st.floats(0.05, 0.95))
def test_number_busy_is_erlang_whoever_is_sent(seed: int, units: int, rho: float) -> None:
    calls, travel = random_city(seed, units, 12, rho)
    lists = preferences_by_travel(travel)
    waiting, losing = (solve_exact(calls, lists, 3600, queue) for queue in (True, False))
    erlang = delay_queue(rho * units, 3600, units, 0)
    assert waiting.waits == pytest.approx(erlang.wait_probability, rel=1e-8)
    assert waiting.wait_mean_s == pytest.approx(erlang.wait_mean_s, rel=1e-8)
    assert waiting.workload.sum() == pytest.approx(rho * units, rel=1e-9)
    assert losing.lost == pytest.approx(erlang_b(rho * units, units), rel=1e-8)
    assert waiting.serves.sum(axis=0) == pytest.approx(1.0)
    assert losing.serves.sum(axis=0) == pytest.approx(1 - losing.lost)


def test_unit_work_balances_with_unequal_missions_and_a_queue() -> None:
    calls, travel = random_city(5, 4, 9, 0.7)
    missions = np.array([2400.0, 3600.0, 3000.0, 4200.0])
    city = solve_exact(calls, preferences_by_travel(travel), missions.tolist())
    missions_per_s = city.serves @ calls / 3600
    assert missions_per_s * missions == pytest.approx(city.workload, rel=1e-9)


def test_equal_city_shares_the_work_equally() -> None:
    travel = np.array([[60.0, 300, 300], [300, 60, 300], [300, 300, 60]])
    lists = np.array([[0, 1, 2], [1, 2, 0], [2, 0, 1]])
    assert preferences_by_travel(travel)[:, 0].tolist() == [0, 1, 2]
    city = solve_exact([0.4, 0.4, 0.4], lists, 3600)
    assert city.workload == pytest.approx([0.4, 0.4, 0.4], rel=1e-9)


def test_twelve_units_are_solved_many_states_at_once() -> None:
    """There are 4,096 states, balanced over and over: no line is run for one state alone."""
    calls, travel = random_city(9, 12, 100, 0.6)
    city = solve_exact(calls, preferences_by_travel(travel), 3600)
    assert lines_run(lambda: solve_exact(calls, preferences_by_travel(travel), 3600)) < 25 * 4_096
    assert city.workload.sum() == pytest.approx(7.2, rel=1e-9)


def test_hardly_any_calls() -> None:
    calls, travel = random_city(2, 8, 5, 1e-40)
    city = solve_exact(calls, preferences_by_travel(travel), 3600)
    assert city.serves.max(axis=0) == pytest.approx(1.0)
    assert city.waits == pytest.approx(0.0, abs=1e-12)
