"""The hypercube model of ambulances that help each other out: exact and approximate.

Source: R. C. Larson (1974), "A hypercube queuing model for facility location and redistricting in
urban emergency services", Computers and Operations Research 1, 67-95; equations quoted from R. C.
Larson and A. R. Odoni (1981), "Urban Operations Research", section 5.4. Solved by sweeps over the
layers of equally many busy units (Larson 1974), each followed by the exact birth-death balance
between layers (J. R. Koury, D. F. McAllister and W. J. Stewart 1984, SIAM Journal on Algebraic and
Discrete Methods 5, 164-186).

Assumptions: Poisson calls; exponential missions whose mean does not depend on the place; each unit
starts from its own station, also to a call that has waited; calls that wait are served first come,
first served by whichever unit comes free. State = bit mask of busy units.

Sources: R. C. Larson (1975), "Approximating the performance of urban emergency service systems",
Operations Research 23, 845-868; R. C. Larson and A. R. Odoni (1981), "Urban Operations Research",
section 5.5 (eq. 5.48 for Q, eqs. 5.52-5.53 and figure 5.19 for the iteration) and problems 5.9 and
5.10 for lost calls. Errors are usually 1-2 % of a workload. All units have the same mean mission.

Source: R. C. Larson and A. R. Odoni (1981), "Urban Operations Research", section 5.4.4.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from akuttsim.records import Floats
from akuttsim.texts import message
from akuttsim.theory import input_checks
from akuttsim.units import HOUR_S

UnitLists = NDArray[np.int64]
MOST_UNITS = 12
_MOST_SWEEPS = 5_000
_STATE_PRECISION = 1e-13


@dataclass(frozen=True)
class Hypercube:
    """Long-run figures of a set of units.

    ``workload[unit]``: share of time on a mission. ``serves[unit, atom]``: P(the unit serves a call
    from the atom), lost calls in the denominator. ``waits``: share of calls that find every unit
    busy and wait; ``lost``: share that find every unit busy and are lost (given to others).
    ``wait_mean_s``: mean wait of all calls for a unit, seconds. ``catch_up_per_s``: a call that
    waits gets a unit within t with probability 1 - exp(-catch_up_per_s * t), and gets unit n with
    probability ``queue_share[n]``.
    """

    workload: Floats
    serves: Floats
    waits: float
    lost: float
    wait_mean_s: float
    catch_up_per_s: float
    queue_share: Floats


def preferences_by_travel(travel_s: Floats) -> UnitLists:
    """Units by rising travel time for each atom, shape (atoms, units); ties to the lower number.

    ``travel_s[unit, atom]`` seconds from the unit's station.
    """
    travel = np.asarray(travel_s, dtype=float)
    if travel.ndim != 2 or travel.size == 0 or not np.all(travel >= 0):
        raise ValueError(message("experiments.theory.unit_table"))
    return np.argsort(travel.T, axis=1, kind="stable").astype(np.int64)


def solve_exact(
    calls_per_h: Sequence[float] | Floats,
    preferences: UnitLists,
    mission_s: float | Sequence[float],
    queue: bool = True,
) -> Hypercube:
    """Exact hypercube for up to 12 units (2^units states).

    ``calls_per_h[atom]`` calls per hour; ``preferences[atom]`` all units, best first;
    ``mission_s`` mean time a unit is taken, seconds, one for all or one for each unit. ``queue``:
    calls that find every unit busy wait (infinite line) or are lost (zero line). Raises Unstable
    with a queue and a load of 1 or more, ValueError on wrong input.
    Source: Larson (1974); Larson and Odoni (1981), section 5.4 and problem 5.7.
    """
    demand, order = check_city(calls_per_h, preferences)
    rates = _mission_rates(mission_s, order.shape[1])
    arrivals = float(demand.sum())
    if queue:
        input_checks.stable(arrivals / float(rates.mean()), rates.size, "units")
    first_free = _first_free(order)
    states = _steady_state(_up_rates(first_free, demand), rates)
    return _exact_figures(states, first_free, demand, rates, queue)


def check_city(
    calls_per_h: Sequence[float] | Floats, preferences: UnitLists
) -> tuple[Floats, UnitLists]:
    """Return calls per second by atom and the lists; ValueError unless they fit together."""
    demand = input_checks.non_negatives("calls_per_h", calls_per_h) / HOUR_S
    order = np.asarray(preferences)
    if order.ndim != 2 or order.shape[0] != demand.size or demand.sum() == 0:
        raise ValueError(message("experiments.theory.preferences"))
    if np.any(np.sort(order, axis=1) != np.arange(order.shape[1])):
        raise ValueError(message("experiments.theory.each_unit_once"))
    return demand, order.astype(np.int64)


def _mission_rates(mission_s: float | Sequence[float], units: int) -> Floats:
    if units > MOST_UNITS:
        raise ValueError(message("experiments.theory.most_units", most=MOST_UNITS, units=units))
    means = input_checks.non_negatives(
        "mission_s", np.atleast_1d(np.asarray(mission_s, dtype=float))
    )
    if means.size not in (1, units) or np.any(means == 0):
        raise ValueError(message("experiments.theory.mission"))
    return np.broadcast_to(1.0 / means, (units,)).astype(float)


def _first_free(order: UnitLists) -> UnitLists:
    """Find the unit sent in each state to each atom, (states, atoms); -1 when all are busy."""
    states = np.arange(2 ** order.shape[1])[:, None]
    sent = np.full((states.size, order.shape[0]), -1, dtype=np.int64)
    for rank in reversed(range(order.shape[1])):
        unit = order[:, rank][None, :]
        sent = np.where((states >> unit) & 1 == 0, unit, sent)
    return sent


def _up_rates(first_free: UnitLists, demand: Floats) -> Floats:
    """Rate at which each unit is sent in each state, shape (states, units)."""
    units = int(first_free.shape[0]).bit_length() - 1
    return np.stack([(first_free == unit) @ demand for unit in range(units)], axis=1)


@dataclass(frozen=True)
class _Layers:
    """Neighbours of each state: the same state with one unit more and one unit less busy."""

    members: list[UnitLists]
    busy: NDArray[np.bool_]

    @classmethod
    def of(cls, units: int) -> _Layers:
        states = np.arange(2**units)
        busy = (states[:, None] >> np.arange(units)) & 1 == 1
        size = busy.sum(axis=1)
        return cls([np.flatnonzero(size == k) for k in range(units + 1)], busy)


def _steady_state(up: Floats, rates: Floats) -> Floats:
    """Probabilities of the 2^units states when calls that find all busy are lost."""
    layers = _Layers.of(rates.size)
    out = up.sum(axis=1) + layers.busy @ rates
    p = np.full(out.size, 1.0 / out.size)
    for _ in range(_MOST_SWEEPS):
        before = p.copy()
        for layer in (*layers.members, *reversed(layers.members)):
            p[layer] = _inflow(p, layer, layers.busy, up, rates) / out[layer]
        _balance_layers(p, layers, up, rates)
        if np.abs(p - before).max() < _STATE_PRECISION * p.max():
            return p
    raise ArithmeticError("the hypercube's steady state was not reached")


def _inflow(
    p: Floats, layer: UnitLists, busy: NDArray[np.bool_], up: Floats, rates: Floats
) -> Floats:
    flow = np.zeros(layer.size)
    for unit, rate in enumerate(rates):
        other = layer ^ (1 << unit)  # the neighbour that differs in this unit only
        was_sent = p[other] * up[other, unit]
        flow += np.where(busy[layer, unit], was_sent, p[other] * rate)
    return flow


def _balance_layers(p: Floats, layers: _Layers, up: Floats, rates: Floats) -> None:
    """Rescale each layer in place so that the flows between neighbouring layers agree."""
    np.maximum(p, 1e-290, out=p)  # a nearly empty layer must not become 0/0
    upward = p * up.sum(axis=1)
    downward = p * (layers.busy @ rates)
    log_factor = 0.0
    for below, above in zip(layers.members, layers.members[1:], strict=False):
        log_factor += math.log(float(upward[below].sum() / downward[above].sum()))
        p[above] *= math.exp(log_factor)
    p /= p.sum()


def _exact_figures(
    p: Floats, first_free: UnitLists, demand: Floats, rates: Floats, queue: bool
) -> Hypercube:
    """Append the geometric queue behind the all-busy state, then read off the figures."""
    arrivals, service = float(demand.sum()), float(rates.sum())
    ahead = service - arrivals
    tail = float(p[-1]) * arrivals / ahead if queue else 0.0
    p, tail = p / (1.0 + tail), tail / (1.0 + tail)
    blocked = float(p[-1]) + tail
    units = np.arange(rates.size)
    serves = np.stack([p @ (first_free == unit) for unit in units])
    busy = (np.arange(p.size)[:, None] >> units) & 1 == 1
    return Hypercube(
        workload=p @ busy + tail,
        serves=serves + (blocked * rates / service)[:, None] * queue,
        waits=blocked if queue else 0.0,
        lost=0.0 if queue else blocked,
        wait_mean_s=blocked / ahead if queue else 0.0,
        catch_up_per_s=ahead if queue else math.inf,
        queue_share=rates / service,
    )


_MOST_ROUNDS = 2_000
_WORKLOAD_PRECISION = 1e-10


@dataclass(frozen=True)
class BusyUnits:
    """How many units are busy in M/M/N.

    ``probability[k]`` of k busy units (last: all busy, queue included); ``workload`` of the
    average unit.
    """

    probability: Floats
    workload: float


def busy_units(load: float, units: int, queue: bool) -> BusyUnits:
    """Solve M/M/N for the number of busy units, with a queue (Erlang C) or losses (Erlang B).

    ``load`` erlang. Raises Unstable with a queue and load >= units.
    """
    if queue:
        input_checks.stable(load, units, "units")
    k = np.arange(units + 1)
    log_weights = k * math.log(load) - gammaln(k + 1.0)
    if queue:
        log_weights[-1] -= math.log(1.0 - load / units)
    weights = np.exp(log_weights - log_weights.max())
    p = weights / weights.sum()
    return BusyUnits(p, load / units if queue else float(p @ k) / units)


def correction_factors(state: BusyUnits) -> Floats:
    """Q(N, rho, j) for j = 0..N-1: P(j given units busy, the next free) / (rho^j (1 - rho)).

    Units are thought to be chosen at random. Source: Larson (1975); eq. 5.48 of Larson and Odoni.
    """
    units = state.probability.size - 1
    j, k = np.arange(units)[:, None], np.arange(units)[None, :]
    ways = _log_choose(units - j - 1, k - j) - _log_choose(units, k)
    chance = np.exp(np.where(k >= j, ways, -np.inf)) @ state.probability[:-1]
    return np.asarray(chance / (state.workload ** j[:, 0] * (1.0 - state.workload)))


def _log_choose(n: UnitLists | int, k: UnitLists) -> Floats:
    inside = np.maximum(k, 0)
    spare = np.maximum(np.asarray(n) - inside, 0)
    return np.asarray(gammaln(np.asarray(n) + 1.0) - gammaln(inside + 1.0) - gammaln(spare + 1.0))


def solve_approximate(
    calls_per_h: Sequence[float] | Floats,
    preferences: UnitLists,
    mission_s: float,
    queue: bool = True,
) -> Hypercube:
    """Larson's approximation; arguments, units and errors as ``hypercube.solve_exact``.

    ``mission_s`` is one mean for all units, seconds. Cost grows as units x atoms, so hundreds of
    units are no trouble.
    """
    demand, order = check_city(calls_per_h, preferences)
    units = order.shape[1]
    mission = input_checks.positive("mission_s", mission_s)
    state = busy_units(float(demand.sum()) * mission, units, queue)
    factors = correction_factors(state)
    workload = _workloads(demand * mission, order, state, factors, queue)
    return _approximate_figures(
        workload, order, state, factors, (float(demand.sum()), mission, queue)
    )


def _sent_if_free(workload: Floats, order: UnitLists, factors: Floats) -> Floats:
    """Q * product of the better units' workloads, shape (atoms, ranks)."""
    busy = np.cumprod(workload[order], axis=1)
    ahead = np.concatenate([np.ones((order.shape[0], 1)), busy[:, :-1]], axis=1)
    return np.asarray(ahead * factors)


def _workloads(
    load: Floats, order: UnitLists, state: BusyUnits, factors: Floats, queue: bool
) -> Floats:
    """Iterate eq. 5.52 to its fixed point, each round scaled to the known total (eq. 5.53)."""
    units = order.shape[1]
    from_queue = float(state.probability[-1] * load.sum()) / units if queue else 0.0
    workload = np.full(units, state.workload)
    for _ in range(_MOST_ROUNDS):
        wanted = load[:, None] * _sent_if_free(workload, order, factors)
        demand = np.bincount(order.ravel(), weights=wanted.ravel(), minlength=units)
        fresh = (demand + from_queue) / (1.0 + demand)
        fresh *= units * state.workload / fresh.sum()
        if np.abs(fresh - workload).max() < _WORKLOAD_PRECISION:
            return np.asarray(fresh)
        workload = fresh
    raise ArithmeticError("Larson's approximation did not settle")


def _approximate_figures(
    workload: Floats,
    order: UnitLists,
    state: BusyUnits,
    factors: Floats,
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


@dataclass(frozen=True)
class ResponseTimes:
    """How soon somebody comes.

    ``travel_mean_s``: mean travel of served calls, seconds. ``travel_within``: served calls with
    travel within the limit / served calls. ``response_within``: calls whose wait for a unit plus
    travel is within the limit / all calls, lost ones included.
    """

    travel_mean_s: float
    travel_within: float
    response_within: float


def response_times(
    solved: Hypercube,
    calls_per_h: Sequence[float] | Floats,
    travel_s: Floats,
    within_s: float,
) -> ResponseTimes:
    """Response figures for ``travel_s[unit, atom]`` seconds and a limit of ``within_s`` seconds.

    A call that waits is served by unit n with probability rate_n / sum of rates whatever its wait,
    which is exponential: so its wait plus travel is known exactly. Larson and Odoni (1981), section
    5.4.4, with every unit starting from its own station. ValueError on wrong input.
    """
    demand = input_checks.non_negatives("calls_per_h", calls_per_h)
    travel = np.asarray(travel_s, dtype=float)
    limit = input_checks.non_negative("within_s", within_s)
    if travel.shape != solved.serves.shape or demand.size != travel.shape[1]:
        raise ValueError(message("experiments.theory.fits_model"))
    calls = solved.serves * (demand / demand.sum())
    served = float(calls.sum())
    return ResponseTimes(
        travel_mean_s=float((calls * travel).sum()) / served,
        travel_within=float(calls[travel <= limit].sum()) / served,
        response_within=_share_in_time(solved, demand / demand.sum(), travel, limit),
    )


def _share_in_time(solved: Hypercube, demand: Floats, travel: Floats, limit: float) -> float:
    waited = solved.waits * solved.queue_share[:, None]
    at_once = (solved.serves - waited) * demand * (travel <= limit)
    if solved.waits == 0:
        return float(at_once.sum())
    left_s = np.maximum(limit - travel, 0.0)
    after_wait = waited * demand * -np.expm1(-solved.catch_up_per_s * left_s)
    return float(at_once.sum() + after_wait.sum())
