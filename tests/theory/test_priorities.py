from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import lil_array
from scipy.sparse.linalg import spsolve

from akuttsim.theory.erlang import delay_queue
from akuttsim.theory.priority_queues import (
    conserved_work_s,
    pollaczek_khinchine,
    waits_by_class_mg1,
    waits_by_class_mmc,
)

class_rates = st.lists(st.floats(0.1, 10), min_size=1, max_size=5)


def test_county_hospital_of_hillier_and_lieberman() -> None:
    # Hillier and Lieberman, "Introduction to Operations Research", County Hospital example:
    # 0.2, 0.6 and 1.2 patients an hour, 3 treated an hour. Waits without interruption, hours:
    # one doctor 0.238 and 0.325 (two most urgent classes); two doctors 0.029, 0.033 and 0.048
    one = waits_by_class_mmc([0.2, 0.6, 1.2], 1200, 1) / 3600
    two = waits_by_class_mmc([0.2, 0.6, 1.2], 1200, 2) / 3600
    assert one[:2] == pytest.approx([0.238, 0.325], abs=5e-4)
    assert two == pytest.approx([0.029, 0.033, 0.048], abs=5e-4)


def two_class_chain(rates: tuple[float, float], c: int, most: int) -> tuple[float, float]:
    """Mean waits (in mean services) of two classes from the chain (busy or queue1, queue2)."""
    first, second = rates
    index = {(n, 0, 0): n for n in range(c)}
    for i in range(most + 1):
        for j in range(most + 1):
            index[(c, i, j)] = len(index)
    flow = lil_array((len(index), len(index)))

    def move(start: tuple[int, int, int], end: tuple[int, int, int], rate: float) -> None:
        if end in index:
            flow[index[end], index[start]] += rate
            flow[index[start], index[start]] -= rate

    for n, i, j in index:
        if n < c:
            move((n, i, j), (n + 1, 0, 0), first + second)
            if n > 0:
                move((n, i, j), (n - 1, 0, 0), n)
            continue
        move((n, i, j), (n, i + 1, j), first)
        move((n, i, j), (n, i, j + 1), second)
        after = (c, i - 1, j) if i else (c, 0, j - 1) if j else (c - 1, 0, 0)
        move((n, i, j), after, c)
    flow[0, :] = 1.0
    right = np.zeros(len(index))
    right[0] = 1.0
    state = spsolve(flow.tocsc(), right)
    queues = np.array([(i, j) for _, i, j in index]).T @ state
    return float(queues[0] / first), float(queues[1] / second)


@pytest.mark.parametrize(("rates", "c"), [((0.3, 0.3), 1), ((0.4, 0.8), 2), ((0.2, 1.6), 3)])
def test_equals_the_two_class_chain(rates: tuple[float, float], c: int) -> None:
    chain = two_class_chain(rates, c, 60)
    ours = waits_by_class_mmc(np.array(rates) * 12, 300, c) / 300
    assert ours == pytest.approx(chain, rel=1e-6)


@settings(deadline=None)
@given(class_rates, st.integers(1, 6))
def test_multi_server_waits_average_to_first_come_first_served(rates: list[float], c: int) -> None:
    talk_s = 0.9 * c * 3600 / sum(rates)
    waits = waits_by_class_mmc(rates, talk_s, c)
    mean = float(np.array(rates) @ waits) / sum(rates)
    assert mean == pytest.approx(delay_queue(sum(rates), talk_s, c, 0).wait_mean_s, rel=1e-9)
    assert np.all(np.diff(waits) > 0)


@settings(deadline=None)
@given(class_rates, st.data())
def test_kleinrocks_conservation_law_holds_in_any_order(
    rates: list[float], data: st.DataObject
) -> None:
    cvs = np.array(data.draw(st.lists(st.floats(0, 2), min_size=len(rates), max_size=len(rates))))
    means = np.array([0.8 * 3600 / sum(rates) * (1 + 0.1 * k) for k in range(len(rates))]) / 1.5
    order = np.array(data.draw(st.permutations(range(len(rates)))))
    arrivals = np.array(rates)[order]
    waits = waits_by_class_mg1(arrivals, means[order], cvs[order])
    work = float(arrivals * means[order] / 3600 @ waits)
    assert work == pytest.approx(conserved_work_s(rates, means, cvs), rel=1e-9)


def test_one_class_is_pollaczek_khinchine() -> None:
    assert waits_by_class_mg1([6], [300], [0.4])[0] == pytest.approx(
        pollaczek_khinchine(6, 300, 0.4).wait_mean_s
    )
    assert waits_by_class_mg1([6, 3], [300, 300], [1, 1]) == pytest.approx(
        waits_by_class_mmc([6, 3], 300, 1)
    )


def test_urgent_classes_keep_a_finite_wait_in_overload() -> None:
    # the lower class keeps the operators always busy: the urgent see M/M/c with C = 1
    waits = waits_by_class_mmc([12, 60], 300, 2)
    assert waits[0] == pytest.approx(150 / (1 - 0.5))
    assert waits[1] == math.inf
    single = waits_by_class_mg1([6, 60], [300, 200], [1, 0])
    assert single[0] == pytest.approx((0.5 * 300 + 0.5 * 100) / (1 - 0.5))
    assert single[1] == math.inf
    assert waits_by_class_mmc([6, 6], 300, 1)[1] == math.inf  # load exactly 1
