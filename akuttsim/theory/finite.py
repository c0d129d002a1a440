"""M/M/c/K: a waiting room of limited size; who finds it full is lost.

Source: D. Gross and C. M. Harris (1998), "Fundamentals of Queueing Theory", 3rd ed., chapter 2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import gammainc

from akuttsim.theory import inputs
from akuttsim.theory.erlang import inverse_erlang_b
from akuttsim.theory.inputs import HOUR_S, FloatArray


@dataclass(frozen=True)
class FiniteQueue:
    """``lost``: share who find every operator and every waiting place taken.

    ``answered_within``: answered within the limit / all calls, lost ones included.
    ``wait_probability``: share who are let in but must wait / all calls. ``wait_mean_s``: mean
    wait of those let in, seconds. ``queue_mean``: callers waiting. ``occupancy``: of operators.
    """

    operators: float
    lost: float
    answered_within: float
    wait_probability: float
    wait_mean_s: float
    queue_mean: float
    occupancy: float


def finite_queue(
    calls_per_h: float, talk_s: float, operators: float, places: int, within_s: float
) -> FiniteQueue:
    """Long-run figures with ``places`` places to wait (K = c + places); exact at any load.

    ``calls_per_h`` calls per hour; ``talk_s`` and ``within_s`` seconds. Places 0 is Erlang B, many
    places at a load below 1 is Erlang C. ValueError on wrong input.
    Source: Gross and Harris (1998), chapter 2; the wait of who finds k waiting is Erlang(k + 1).
    """
    load = inputs.offered_load(calls_per_h, talk_s)
    operators = inputs.positive("operators", operators)
    within = inputs.non_negative("within_s", within_s)
    full, idle = _busy_states(load, operators, inputs.count("places", places))
    lost, waits = float(full[-1]), float(full[:-1].sum())
    ranks = np.arange(full.size)
    queue_mean = float(full @ ranks)
    in_time = gammainc(ranks[:-1] + 1.0, operators / talk_s * within)
    let_in_per_s = calls_per_h / HOUR_S * (1.0 - lost)
    return FiniteQueue(
        operators=operators,
        lost=lost,
        answered_within=idle + float(full[:-1] @ in_time),
        wait_probability=waits,
        wait_mean_s=queue_mean / let_in_per_s if let_in_per_s > 0 else 0.0,
        queue_mean=queue_mean,
        occupancy=load * (1.0 - lost) / operators,
    )


def _busy_states(load: float, operators: float, places: int) -> tuple[FloatArray, float]:
    """Probabilities of c, c+1, ..., c+places in the system, and of an idle operator."""
    if load == 0:
        return np.zeros(places + 1), 1.0
    log_weights = np.arange(places + 1) * math.log(load / operators)
    # 1/B(c) = 1 + (c/a)/B(c-1): the second term weighs the states with an idle operator
    log_idle = math.log(operators / load) + math.log(inverse_erlang_b(load, operators - 1.0))
    top = max(float(log_weights.max()), log_idle)
    if math.isinf(top):
        return np.zeros(places + 1), 1.0
    weights, idle = np.exp(log_weights - top), math.exp(log_idle - top)
    total = float(weights.sum()) + idle
    return weights / total, idle / total
