"""Erlang B, C and A, limited waiting rooms, and how many operators a target needs.

Sources: A. K. Erlang (1917); D. L. Jagerman (1974), "Some properties of the Erlang loss function",
Bell System Technical Journal 53, 525-551 (integral form for real n); R. B. Cooper (1981),
"Introduction to Queueing Theory", chapter 3.

Source: D. Gross and C. M. Harris (1998), "Fundamentals of Queueing Theory", 3rd ed., chapter 2.

Sources: C. Palm (1957); F. Baccelli and G. Hebuterne (1981), "On queues with impatient customers",
Performance '81, 159-179 (density of the offered wait); S. Zeltyn and A. Mandelbaum (2005), "Call
centers with impatient customers: many-server asymptotics of the M/M/n+G queue", Queueing Systems
51, 361-402 (J, J_H, epsilon). Everything is an integral of exp(phi(v)), phi(v) = rate*H(v) -
c*mu*v, H(v) = (1 - exp(-theta v))/theta, over the offered wait v; phi is concave, so Gauss-Legendre
panels around its top give nearly machine precision.

Source of the target's definition: Helsedirektoratet, "Anrop og svartid - Legevakt" (2023): calls
answered within 120 s / all calls, unanswered ones included; the goal is 80 %.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammainc, gammaincc, gammaln, hyperu

from akuttsim.records import Floats
from akuttsim.theory import input_checks
from akuttsim.theory.input_checks import non_negative, offered_load, positive, stable
from akuttsim.units import HOUR_S


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
    load = input_checks.offered_load(calls_per_h, talk_s)
    operators = input_checks.positive("operators", operators)
    within = input_checks.non_negative("within_s", within_s)
    full, idle = _busy_states(load, operators, input_checks.count("places", places))
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


def _busy_states(load: float, operators: float, places: int) -> tuple[Floats, float]:
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


# exp(-60) is far below rounding, so the integral may stop where the integrand has fallen to it.
_DROP = 60.0
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_LINEAR_PANELS = 48
_HALVINGS = 50  # panels that shrink towards zero, for patience much shorter than the wait


def patience_queue(
    calls_per_h: float, talk_s: float, operators: float, within_s: float, patience_s: float
) -> QueueFigures:
    """Long-run figures of M/M/c+M (Erlang A); exact at any load, also at and above 1.

    ``calls_per_h`` calls per hour; ``talk_s`` mean handling time, ``within_s`` answer limit and
    ``patience_s`` mean patience, seconds. Patience 0 is Erlang B, infinite patience is Erlang C
    (Unstable at a load of 1 or more). ``operators`` may be fractional. ValueError on wrong input.
    Source: Zeltyn and Mandelbaum (2005).
    """
    load = input_checks.offered_load(calls_per_h, talk_s)
    operators = input_checks.positive("operators", operators)
    within = input_checks.non_negative("within_s", within_s)
    patience = input_checks.patience_or_endless("patience_s", patience_s)
    if load == 0 or math.isinf(patience):
        return delay_queue(calls_per_h, talk_s, operators, within)
    if patience == 0:
        return loss_queue(calls_per_h, talk_s, operators)
    offered = _OfferedWait(calls_per_h / HOUR_S, operators / talk_s, 1.0 / patience)
    return _patience_figures(offered, load, operators, within)


@dataclass(frozen=True)
class _OfferedWait:
    """Rates per second: arrivals, service of all operators together, giving up of one caller."""

    arrivals: float
    service: float
    leaving: float

    @property
    def top_s(self) -> float:
        """Offered wait at which phi is largest."""
        return max(0.0, math.log(self.arrivals / self.service) / self.leaving)

    @property
    def top_phi(self) -> float:
        excess = max(0.0, self.arrivals / self.service - 1.0)
        return self.service / self.leaving * (excess - math.log1p(excess))

    def fall(self, beyond_s: Floats) -> Floats:
        """phi(top) - phi(top + beyond): the form around the top, in which nothing cancels."""
        slope = max(self.service - self.arrivals, 0.0)
        curve = min(self.service, self.arrivals)
        return slope * beyond_s + curve * _hazard_lag(beyond_s, self.leaving)

    def _edge(self, far: float) -> float:
        def short_of_drop(w: float) -> float:
            return float(self.fall(np.array([w]))[0]) - _DROP

        return float(brentq(short_of_drop, 0.0, far, rtol=1e-6)) if far else 0.0

    def span_s(self) -> tuple[float, float]:
        """Offered waits, seconds, between which all the weight lies."""
        far = (_DROP / max(self.service, self.arrivals) + 1.0 / self.leaving) * 2.0
        while self.fall(np.array([far]))[0] < _DROP:
            far *= 2.0
        start_inside = self.fall(np.array([-self.top_s]))[0] <= _DROP
        low = 0.0 if start_inside else self.top_s + self._edge(-self.top_s)
        return low, self.top_s + self._edge(far)


def _hazard_lag(v: Floats, leaving: float) -> Floats:
    """Compute v - H(v), by its series where the difference would cancel."""
    x = leaving * v
    with np.errstate(over="ignore"):
        plain = x + np.expm1(-x)
    series = x * x / 2 * (1 - x / 3 * (1 - x / 4 * (1 - x / 5 * (1 - x / 6))))
    return np.where(np.abs(x) < 1e-2, series, plain) / leaving


def _integration_grid(low: float, high: float, within: float) -> tuple[Floats, Floats]:
    """Gauss-Legendre nodes and weights on [low, high], with ``within`` at a panel's edge."""
    edges = np.linspace(low, high, _LINEAR_PANELS + 1)
    if low == 0:
        edges = np.concatenate([edges, high * 0.5 ** np.arange(_HALVINGS)])
    inside = [within] if low < within < high else []
    edges = np.unique(np.concatenate([edges, inside]))
    half = np.diff(edges) / 2
    nodes = (edges[:-1] + half)[:, None] + half[:, None] * _NODES
    return nodes.ravel(), (half[:, None] * _WEIGHTS).ravel()


def _patience_figures(
    offered: _OfferedWait, load: float, operators: float, within: float
) -> QueueFigures:
    v, weights = _integration_grid(*offered.span_s(), within)
    density = weights * np.exp(-offered.fall(v - offered.top_s))
    total = float(density.sum())
    stays = np.exp(-offered.leaving * v)
    mean_if_waits = float(density @ -np.expm1(-offered.leaving * v)) / offered.leaving / total
    in_time_if_waits = float(density @ np.where(v <= within, stays, 0.0)) / total
    waits = _wait_probability(offered, load, operators, total)
    wait_mean_s = waits * mean_if_waits
    abandoned = min(1.0, wait_mean_s * offered.leaving)
    return QueueFigures(
        operators=operators,
        answered_within=min(1.0, 1.0 - waits + waits * in_time_if_waits),
        wait_mean_s=wait_mean_s,
        wait_probability=waits,
        abandoned=abandoned,
        occupancy=min(1.0, load * (1.0 - abandoned) / operators),
    )


def _wait_probability(offered: _OfferedWait, load: float, operators: float, total: float) -> float:
    """P(V > 0) = rate*J / (epsilon + rate*J), with epsilon = 1/B(c - 1) and J = total*e^top."""
    log_epsilon = math.log(inverse_erlang_b(load, operators - 1.0))
    log_odds = math.log(offered.arrivals * total) + offered.top_phi - log_epsilon
    return 1.0 / (1.0 + math.exp(-log_odds)) if log_odds > -700 else 0.0


def answering_figures(
    calls_per_h: float,
    talk_s: float,
    operators: float,
    within_s: float,
    patience_s: float = math.inf,
) -> QueueFigures:
    """Erlang A for finite patience, Erlang C for infinite; units and errors of both."""
    return patience_queue(calls_per_h, talk_s, operators, within_s, patience_s)


def operators_needed(
    calls_per_h: float,
    talk_s: float,
    target_share: float,
    within_s: float,
    patience_s: float = math.inf,
) -> int:
    """Smallest whole number of operators, at least 1, who answer ``target_share`` in time.

    The share answered rises with every operator (Erlang C and A are monotone in c), so the search
    doubles and halves. ``within_s`` and ``patience_s`` in seconds. ValueError on wrong input.
    """
    target = input_checks.open_share("target_share", target_share)
    load = input_checks.offered_load(calls_per_h, talk_s)

    def enough(operators: int) -> bool:
        if math.isinf(patience_s) and load >= operators * (1 - input_checks.LOAD_MARGIN):
            return False
        figures = answering_figures(calls_per_h, talk_s, operators, within_s, patience_s)
        return figures.answered_within >= target

    few, many = 0, 1
    while not enough(many):
        few, many = many, many * 2
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if enough(middle) else (middle, many)
    return many
