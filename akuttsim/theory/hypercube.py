"""The hypercube model of ambulances that help each other out, solved exactly.

Source: R. C. Larson (1974), "A hypercube queuing model for facility location and redistricting in
urban emergency services", Computers and Operations Research 1, 67-95; equations quoted from
R. C. Larson and A. R. Odoni (1981), "Urban Operations Research", section 5.4. Solved by sweeps over
the layers of equally many busy units (Larson 1974), each followed by the exact
birth-death balance between layers (J. R. Koury, D. F. McAllister and W. J. Stewart 1984, SIAM
Journal on Algebraic and Discrete Methods 5, 164-186).

Assumptions: Poisson calls; exponential missions whose mean does not depend on the place; each unit
starts from its own station, also to a call that has waited; calls that wait are served first
come, first served by whichever unit comes free. State = bit mask of busy units.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from akuttsim.theory import inputs
from akuttsim.theory.inputs import HOUR_S, FloatArray

IntArray = NDArray[np.int64]
MOST_UNITS = 12
_MOST_SWEEPS = 5_000
_PRECISION = 1e-13


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

    workload: FloatArray
    serves: FloatArray
    waits: float
    lost: float
    wait_mean_s: float
    catch_up_per_s: float
    queue_share: FloatArray


def preferences_by_travel(travel_s: FloatArray) -> IntArray:
    """Units by rising travel time for each atom, shape (atoms, units); ties to the lower number.

    ``travel_s[unit, atom]`` seconds from the unit's station.
    """
    travel = np.asarray(travel_s, dtype=float)
    if travel.ndim != 2 or travel.size == 0 or not np.all(travel >= 0):
        raise ValueError("travel_s must be a table [unit, atom] of seconds of at least 0")
    return np.argsort(travel.T, axis=1, kind="stable").astype(np.int64)


def solve_exact(
    calls_per_h: Sequence[float] | FloatArray,
    preferences: IntArray,
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
    demand, order = checked_city(calls_per_h, preferences)
    rates = _mission_rates(mission_s, order.shape[1])
    arrivals = float(demand.sum())
    if queue:
        inputs.stable(arrivals / float(rates.mean()), rates.size, "units")
    first_free = _first_free(order)
    states = _steady_state(_up_rates(first_free, demand), rates)
    return _figures(states, first_free, demand, rates, queue)


def checked_city(
    calls_per_h: Sequence[float] | FloatArray, preferences: IntArray
) -> tuple[FloatArray, IntArray]:
    """Return calls per second by atom and the lists; ValueError unless they fit together."""
    demand = inputs.non_negatives("calls_per_h", calls_per_h) / HOUR_S
    order = np.asarray(preferences)
    if order.ndim != 2 or order.shape[0] != demand.size or demand.sum() == 0:
        raise ValueError("preferences must have one list for each atom, and some atom must call")
    if np.any(np.sort(order, axis=1) != np.arange(order.shape[1])):
        raise ValueError("every list of preferences must name each unit once, from 0 upward")
    return demand, order.astype(np.int64)


def _mission_rates(mission_s: float | Sequence[float], units: int) -> FloatArray:
    if units > MOST_UNITS:
        raise ValueError(f"the exact model takes at most {MOST_UNITS} units (got {units})")
    means = inputs.non_negatives("mission_s", np.atleast_1d(np.asarray(mission_s, dtype=float)))
    if means.size not in (1, units) or np.any(means == 0):
        raise ValueError("mission_s must be above 0, one number or one for each unit")
    return np.broadcast_to(1.0 / means, (units,)).astype(float)


def _first_free(order: IntArray) -> IntArray:
    """Find the unit sent in each state to each atom, (states, atoms); -1 when all are busy."""
    states = np.arange(2 ** order.shape[1])[:, None]
    sent = np.full((states.size, order.shape[0]), -1, dtype=np.int64)
    for rank in reversed(range(order.shape[1])):
        unit = order[:, rank][None, :]
        sent = np.where((states >> unit) & 1 == 0, unit, sent)
    return sent


def _up_rates(first_free: IntArray, demand: FloatArray) -> FloatArray:
    """Rate at which each unit is sent in each state, shape (states, units)."""
    units = int(first_free.shape[0]).bit_length() - 1
    return np.stack([(first_free == unit) @ demand for unit in range(units)], axis=1)


@dataclass(frozen=True)
class _Layers:
    """Neighbours of each state: the same state with one unit more and one unit less busy."""

    members: list[IntArray]
    busy: NDArray[np.bool_]

    @classmethod
    def of(cls, units: int) -> _Layers:
        states = np.arange(2**units)
        busy = (states[:, None] >> np.arange(units)) & 1 == 1
        size = busy.sum(axis=1)
        return cls([np.flatnonzero(size == k) for k in range(units + 1)], busy)


def _steady_state(up: FloatArray, rates: FloatArray) -> FloatArray:
    """Probabilities of the 2^units states when calls that find all busy are lost."""
    layers = _Layers.of(rates.size)
    out = up.sum(axis=1) + layers.busy @ rates
    p = np.full(out.size, 1.0 / out.size)
    for _ in range(_MOST_SWEEPS):
        before = p.copy()
        for layer in (*layers.members, *reversed(layers.members)):
            p[layer] = _inflow(p, layer, layers.busy, up, rates) / out[layer]
        _balance_layers(p, layers, up, rates)
        if np.abs(p - before).max() < _PRECISION * p.max():
            return p
    raise ArithmeticError("the hypercube's steady state was not reached")


def _inflow(
    p: FloatArray, layer: IntArray, busy: NDArray[np.bool_], up: FloatArray, rates: FloatArray
) -> FloatArray:
    flow = np.zeros(layer.size)
    for unit, rate in enumerate(rates):
        other = layer ^ (1 << unit)  # the neighbour that differs in this unit only
        was_sent = p[other] * up[other, unit]
        flow += np.where(busy[layer, unit], was_sent, p[other] * rate)
    return flow


def _balance_layers(p: FloatArray, layers: _Layers, up: FloatArray, rates: FloatArray) -> None:
    """Rescale each layer in place so that the flows between neighbouring layers agree."""
    np.maximum(p, 1e-290, out=p)  # a nearly empty layer must not become 0/0
    upward = p * up.sum(axis=1)
    downward = p * (layers.busy @ rates)
    log_factor = 0.0
    for below, above in zip(layers.members, layers.members[1:], strict=False):
        log_factor += math.log(float(upward[below].sum() / downward[above].sum()))
        p[above] *= math.exp(log_factor)
    p /= p.sum()


def _figures(
    p: FloatArray, first_free: IntArray, demand: FloatArray, rates: FloatArray, queue: bool
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
