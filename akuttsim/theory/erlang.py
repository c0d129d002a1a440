"""Erlang B (loss) and Erlang C (delay), for whole and for fractional numbers of servers.

Sources: A. K. Erlang (1917); D. L. Jagerman (1974), "Some properties of the Erlang loss
function", Bell System Technical Journal 53, 525-551 (integral form for real n);
R. B. Cooper (1981), "Introduction to Queueing Theory", chapter 3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import gammaincc, gammaln, hyperu

from akuttsim.theory.inputs import non_negative, offered_load, positive, stable


@dataclass(frozen=True)
class QueueFigures:
    """What a caller and a roster planner want to know of one queue in the long run.

    ``answered_within``: answered within the limit / all calls, unanswered ones included (the
    official definition for 116117). ``wait_mean_s``: mean wait of all callers, those who gave up
    included, seconds. ``wait_probability``: share not answered at once. ``abandoned``: share who
    gave up. ``occupancy``: share of operator time spent in calls.
    """

    operators: float
    answered_within: float
    wait_mean_s: float
    wait_probability: float
    abandoned: float
    occupancy: float


def _inverse_at_fraction(load: float, fraction: float) -> float:
    """1/B for a number of servers in (-1, 1), by Jagerman's integral."""
    if fraction == 0:
        return 1.0
    if load > 30:  # the two terms of the gamma form would underflow for large loads
        return load * float(hyperu(1.0, fraction + 2.0, load))
    log_density = fraction * math.log(load) - load - float(gammaln(fraction + 1))
    return float(gammaincc(fraction + 1, load)) / math.exp(log_density)


def inverse_erlang_b(load: float, servers: float) -> float:
    """1/B(servers, load) for load > 0 and servers > -1 (unchecked); infinite if B < 1e-308.

    Recursion 1/B(n) = 1 + n/load * 1/B(n-1): sums of positive terms only, hence stable at any
    size; Cooper (1981), chapter 3; Jagerman (1974) for real n.
    """
    whole = math.floor(servers)
    fraction = servers - whole
    inverse = _inverse_at_fraction(load, servers if whole < 0 else fraction)
    for n in range(1, whole + 1):
        inverse = 1.0 + (n + fraction) / load * inverse
    return inverse


def erlang_b(load: float, servers: float) -> float:
    """Share of calls lost in M/G/c/c (no waiting), load in erlang, servers real and >= 0.

    Source: Erlang (1917); Jagerman (1974) for real ``servers``. ValueError on negative or NaN.
    """
    load, servers = non_negative("load", load), non_negative("servers", servers)
    if load == 0:
        return 1.0 if servers == 0 else 0.0
    return 1.0 / inverse_erlang_b(load, servers)


def erlang_c(load: float, servers: float) -> float:
    """Share of calls that must wait in M/M/c, load in erlang, servers real and > 0.

    Source: Erlang (1917); Cooper (1981), chapter 3, written with 1/B so that nothing cancels.
    Raises Unstable when load >= servers, ValueError on negative or NaN.
    """
    load, servers = non_negative("load", load), positive("servers", servers)
    stable(load, servers)
    if load == 0:
        return 0.0
    per_server = load / servers
    return 1.0 / (per_server + (1.0 - per_server) * inverse_erlang_b(load, servers))


def delay_queue(
    calls_per_h: float, talk_s: float, operators: float, within_s: float
) -> QueueFigures:
    """Long-run figures of M/M/c with endless patience (Erlang C).

    ``calls_per_h`` calls per hour; ``talk_s`` mean handling time, seconds; ``within_s`` answer
    limit, seconds. P(wait > t) = C exp(-(c - a) t / talk): Cooper (1981), chapter 3.
    Raises Unstable at a load of 1 or more, ValueError on wrong input.
    """
    load = offered_load(calls_per_h, talk_s)
    within = non_negative("within_s", within_s)
    waits = erlang_c(load, positive("operators", operators))
    spare = operators - load
    return QueueFigures(
        operators=operators,
        answered_within=1.0 - waits * math.exp(-spare * within / talk_s),
        wait_mean_s=waits * talk_s / spare,
        wait_probability=waits,
        abandoned=0.0,
        occupancy=load / operators,
    )


def loss_queue(calls_per_h: float, talk_s: float, operators: float) -> QueueFigures:
    """Long-run figures when nobody waits (zero patience): Erlang B, the lost counted as abandoned.

    Units as in ``delay_queue``. Source: Erlang (1917).
    """
    load = offered_load(calls_per_h, talk_s)
    lost = erlang_b(load, positive("operators", operators))
    return QueueFigures(
        operators=operators,
        answered_within=1.0 - lost,
        wait_mean_s=0.0,
        wait_probability=lost,
        abandoned=lost,
        occupancy=load * (1.0 - lost) / operators,
    )
