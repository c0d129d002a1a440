from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.linalg import null_space

from akuttsim.theory.erlang import delay_queue, erlang_b, erlang_c, loss_queue
from tests.lines_run import lines_run

loads = st.floats(0.01, 60.0)
servers = st.integers(1, 80)


def birth_death_states(up: np.ndarray, down: np.ndarray) -> np.ndarray:
    """Steady state of a birth-death chain by SciPy's null space of the generator (dense)."""
    generator = np.diag(up, 1) + np.diag(down, -1)
    generator -= np.diag(generator.sum(axis=1))
    state = null_space(generator.T, rcond=1e-13)[:, 0]
    return np.asarray(state / state.sum())


def test_erlang_b_printed_in_the_manual_of_erlang_com() -> None:
    # "How much traffic can a trunk group handle": 15 lines at 1 % blocking carry 8.108 erlang
    assert erlang_b(8.108, 15) == pytest.approx(0.01, abs=5e-6)
    assert erlang_b(8.109, 15) > 0.01


def test_clinic_of_gross_and_harris() -> None:
    # Gross and Harris, "Fundamentals of Queueing Theory", M/M/c example of the eye clinic:
    # 6 patients an hour, 20 minutes each, 3 doctors: queue 8/9 patients, wait 4/27 hour
    clinic = delay_queue(6, 1200, 3, 0)
    assert clinic.wait_mean_s == pytest.approx(4 / 27 * 3600, rel=1e-12)
    assert clinic.wait_mean_s * 6 / 3600 == pytest.approx(8 / 9, rel=1e-12)
    assert clinic.wait_probability == pytest.approx(4 / 9, rel=1e-12)


def test_table_of_the_cengage_multiple_server_template() -> None:
    # Printed there for 10 arrivals and 12 services an hour: P(wait) 0.245, 0.058, 0.011, 0.002 and
    # mean queue 0.175, 0.022, 0.003, 0.000 with 2, 3, 4 and 5 servers
    printed = {2: (0.245, 0.175), 3: (0.058, 0.022), 4: (0.011, 0.003), 5: (0.002, 0.000)}
    for c, (waits, queue) in printed.items():
        figures = delay_queue(10, 300, c, 0)
        assert figures.wait_probability == pytest.approx(waits, abs=5.1e-4)
        assert figures.wait_mean_s * 10 / 3600 == pytest.approx(queue, abs=5.1e-4)


def test_erlang_c_column_of_garnett_mandelbaum_and_reiman() -> None:
    # Garnett, Mandelbaum and Reiman (2002), table 1: 48 calls a minute of 1 minute, 50 agents,
    # no abandonment: mean wait 20.8 s, utilisation 96 %
    figures = delay_queue(48 * 60, 60, 50, 20)
    assert figures.wait_mean_s == pytest.approx(20.8, abs=0.05)
    assert figures.occupancy == pytest.approx(0.96)


@pytest.mark.parametrize("positions", [11, 12, 14, 20])
def test_agrees_with_pyworkforce(positions: int) -> None:
    queuing = pytest.importorskip("pyworkforce.queuing")
    other = queuing.ErlangC(transactions=100, asa=20 / 60, aht=3, interval=30, shrinkage=0.0)
    ours = delay_queue(200, 180, positions, 20)
    assert ours.wait_probability == pytest.approx(other.waiting_probability(positions), rel=1e-12)
    assert ours.answered_within == pytest.approx(other.service_level(positions), rel=1e-12)
    assert ours.occupancy == pytest.approx(other.achieved_occupancy(positions), rel=1e-12)


@pytest.mark.parametrize(("load", "c"), [(0.3, 1), (4.0, 5), (9.5, 10), (30.0, 12)])
def test_erlang_b_is_the_last_state_of_the_loss_chain(load: float, c: int) -> None:
    state = birth_death_states(np.full(c, load), np.arange(1.0, c + 1))
    assert erlang_b(load, c) == pytest.approx(state[-1], rel=1e-9)


@pytest.mark.parametrize(("load", "c"), [(0.5, 1), (4.0, 5), (8.0, 10)])
def test_erlang_c_and_wait_are_those_of_the_delay_chain(load: float, c: int) -> None:
    n = np.arange(1.0, 401)
    state = birth_death_states(np.full(n.size, load), np.minimum(n, c))
    number = np.arange(state.size)
    figures = delay_queue(load * 12, 300, c, 120)
    assert figures.wait_probability == pytest.approx(state[number >= c].sum(), rel=1e-8)
    queue = float(state @ np.maximum(number - c, 0))
    assert figures.wait_mean_s == pytest.approx(queue / load * 300, rel=1e-8)


@pytest.mark.parametrize(("load", "c"), [(3.0, 4.5), (10.0, 0.25), (29.9, 30.7), (31.0, 30.7)])
def test_fractional_servers_follow_jagermans_integral(load: float, c: float) -> None:
    def integrand(t: float) -> float:
        return load * math.exp(c * math.log1p(t) - load * t)

    inverse, _ = quad(integrand, 0, 200 / load, epsabs=0, epsrel=1e-12, limit=400)
    assert erlang_b(load, c) == pytest.approx(1 / inverse, rel=1e-9)


@settings(deadline=None)
@given(loads, servers, st.floats(0.01, 0.99))
def test_fractional_servers_lie_between_their_neighbours(load: float, c: int, part: float) -> None:
    assert erlang_b(load, c + 1) < erlang_b(load, c + part) < erlang_b(load, c)


@settings(deadline=None)
@given(loads, servers, st.floats(1.001, 2.0))
def test_loss_rises_with_load_and_falls_with_servers(load: float, c: int, more: float) -> None:
    assert erlang_b(load * more, c) > erlang_b(load, c) > erlang_b(load, c + 1)


@settings(deadline=None)
@given(st.floats(0.05, 0.98), servers, st.floats(0, 600))
def test_waiting_falls_with_operators_and_rises_with_load(
    rho: float, c: int, within_s: float
) -> None:
    calls_per_h = rho * c * 12
    few, many = (delay_queue(calls_per_h, 300, n, within_s) for n in (c, c + 1))
    busier = delay_queue(calls_per_h * 1.01, 300, c, within_s)
    assert many.wait_mean_s < few.wait_mean_s < busier.wait_mean_s
    assert many.wait_probability < few.wait_probability < busier.wait_probability
    assert many.answered_within >= few.answered_within >= busier.answered_within
    assert few.wait_probability >= erlang_b(rho * c, c)


def test_twelve_thousand_agents_at_once_and_close_to_full() -> None:
    waits = erlang_c(11_900, 12_000)
    assert lines_run(lambda: erlang_c(11_900, 12_000)) < 5 * 12_000
    # Halfin and Whitt (1981): C -> 1 / (1 + b Phi(b)/phi(b)), b = (c - a)/sqrt(a)
    b = 100 / math.sqrt(11_900)
    density = math.exp(-b * b / 2) / math.sqrt(2 * math.pi)
    limit = 1 / (1 + b * (0.5 + 0.5 * math.erf(b / math.sqrt(2))) / density)
    assert waits == pytest.approx(limit, rel=0.01)
    assert 0 < erlang_b(12_000, 12_000) < 0.01
    assert erlang_b(1, 12_000) == 0.0


def test_nobody_calls() -> None:
    quiet = delay_queue(0, 300, 2, 0)
    assert (quiet.answered_within, quiet.wait_mean_s, quiet.occupancy) == (1.0, 0.0, 0.0)
    assert (erlang_b(0, 0), erlang_b(0, 1), erlang_b(3, 0)) == (1.0, 0.0, 1.0)


def test_loss_queue_carries_what_it_does_not_lose() -> None:
    figures = loss_queue(100, 300, 5)
    carried = 100 * 300 / 3600 * (1 - figures.abandoned)
    assert figures.occupancy == pytest.approx(carried / 5)
    assert figures.answered_within == 1 - figures.abandoned
