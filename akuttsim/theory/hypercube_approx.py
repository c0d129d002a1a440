"""Larson's approximate hypercube for more units than the exact model can take.

Sources: R. C. Larson (1975), "Approximating the performance of urban emergency service systems",
Operations Research 23, 845-868; R. C. Larson and A. R. Odoni (1981), "Urban Operations Research",
section 5.5 (eq. 5.48 for Q, eqs. 5.52-5.53 and figure 5.19 for the iteration) and problems 5.9 and
5.10 for lost calls. Errors are usually 1-2 % of a workload. All units have the same mean mission.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from akuttsim.theory import inputs
from akuttsim.theory.hypercube import Hypercube, IntArray, checked_city
from akuttsim.theory.inputs import FloatArray

_MOST_ROUNDS = 2_000
_PRECISION = 1e-10


@dataclass(frozen=True)
class BusyUnits:
    """How many units are busy in M/M/N.

    ``probability[k]`` of k busy units (last: all busy, queue included); ``workload`` of the
    average unit.
    """

    probability: FloatArray
    workload: float


def busy_units(load: float, units: int, queue: bool) -> BusyUnits:
    """Solve M/M/N for the number of busy units, with a queue (Erlang C) or losses (Erlang B).

    ``load`` erlang. Raises Unstable with a queue and load >= units.
    """
    if queue:
        inputs.stable(load, units, "units")
    k = np.arange(units + 1)
    log_weights = k * math.log(load) - gammaln(k + 1.0)
    if queue:
        log_weights[-1] -= math.log(1.0 - load / units)
    weights = np.exp(log_weights - log_weights.max())
    p = weights / weights.sum()
    return BusyUnits(p, load / units if queue else float(p @ k) / units)


def correction_factors(state: BusyUnits) -> FloatArray:
    """Q(N, rho, j) for j = 0..N-1: P(j given units busy, the next free) / (rho^j (1 - rho)).

    Units are thought to be chosen at random. Source: Larson (1975); eq. 5.48 of Larson and Odoni.
    """
    units = state.probability.size - 1
    j, k = np.arange(units)[:, None], np.arange(units)[None, :]
    ways = _log_choose(units - j - 1, k - j) - _log_choose(units, k)
    chance = np.exp(np.where(k >= j, ways, -np.inf)) @ state.probability[:-1]
    return np.asarray(chance / (state.workload ** j[:, 0] * (1.0 - state.workload)))


def _log_choose(n: IntArray | int, k: IntArray) -> FloatArray:
    inside = np.maximum(k, 0)
    spare = np.maximum(np.asarray(n) - inside, 0)
    return np.asarray(gammaln(np.asarray(n) + 1.0) - gammaln(inside + 1.0) - gammaln(spare + 1.0))


def solve_approximate(
    calls_per_h: Sequence[float] | FloatArray,
    preferences: IntArray,
    mission_s: float,
    queue: bool = True,
) -> Hypercube:
    """Larson's approximation; arguments, units and errors as ``hypercube.solve_exact``.

    ``mission_s`` is one mean for all units, seconds. Cost grows as units x atoms, so hundreds of
    units are no trouble.
    """
    demand, order = checked_city(calls_per_h, preferences)
    units = order.shape[1]
    mission = inputs.positive("mission_s", mission_s)
    state = busy_units(float(demand.sum()) * mission, units, queue)
    factors = correction_factors(state)
    workload = _workloads(demand * mission, order, state, factors, queue)
    return _figures(workload, order, state, factors, (float(demand.sum()), mission, queue))


def _sent_if_free(workload: FloatArray, order: IntArray, factors: FloatArray) -> FloatArray:
    """Q * product of the better units' workloads, shape (atoms, ranks)."""
    busy = np.cumprod(workload[order], axis=1)
    ahead = np.concatenate([np.ones((order.shape[0], 1)), busy[:, :-1]], axis=1)
    return np.asarray(ahead * factors)


def _workloads(
    load: FloatArray, order: IntArray, state: BusyUnits, factors: FloatArray, queue: bool
) -> FloatArray:
    """Iterate eq. 5.52 to its fixed point, each round scaled to the known total (eq. 5.53)."""
    units = order.shape[1]
    from_queue = float(state.probability[-1] * load.sum()) / units if queue else 0.0
    workload = np.full(units, state.workload)
    for _ in range(_MOST_ROUNDS):
        wanted = load[:, None] * _sent_if_free(workload, order, factors)
        demand = np.bincount(order.ravel(), weights=wanted.ravel(), minlength=units)
        fresh = (demand + from_queue) / (1.0 + demand)
        fresh *= units * state.workload / fresh.sum()
        if np.abs(fresh - workload).max() < _PRECISION:
            return np.asarray(fresh)
        workload = fresh
    raise ArithmeticError("Larson's approximation did not settle")


def _figures(
    workload: FloatArray,
    order: IntArray,
    state: BusyUnits,
    factors: FloatArray,
    city: tuple[float, float, bool],
) -> Hypercube:
    arrivals, mission, queue = city
    units, blocked = workload.size, float(state.probability[-1])
    by_rank = _sent_if_free(workload, order, factors) * (1.0 - workload[order])
    by_rank *= (1.0 - blocked) / by_rank.sum(axis=1, keepdims=True)
    serves = np.zeros((units, order.shape[0]))
    np.put_along_axis(serves, order.T, by_rank.T, axis=0)
    ahead = units / mission - arrivals
    return Hypercube(
        workload=workload,
        serves=serves + blocked / units * queue,
        waits=blocked if queue else 0.0,
        lost=0.0 if queue else blocked,
        wait_mean_s=blocked / ahead if queue else 0.0,
        catch_up_per_s=ahead if queue else math.inf,
        queue_share=np.full(units, 1.0 / units),
    )
