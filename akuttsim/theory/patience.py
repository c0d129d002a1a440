"""Erlang A: M/M/c+M, callers who hang up after an exponential patience.

Sources: C. Palm (1957); F. Baccelli and G. Hebuterne (1981), "On queues with impatient
customers", Performance '81, 159-179 (density of the offered wait); S. Zeltyn and A. Mandelbaum
(2005), "Call centers with impatient customers: many-server asymptotics of the M/M/n+G queue",
Queueing Systems 51, 361-402 (J, J_H, epsilon). Everything is an integral of
exp(phi(v)), phi(v) = rate*H(v) - c*mu*v, H(v) = (1 - exp(-theta v))/theta, over the offered wait
v; phi is concave, so Gauss-Legendre panels around its top give nearly machine precision.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from akuttsim.theory import inputs
from akuttsim.theory.erlang import QueueFigures, delay_queue, inverse_erlang_b, loss_queue
from akuttsim.theory.inputs import HOUR_S, FloatArray

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
    load = inputs.offered_load(calls_per_h, talk_s)
    operators = inputs.positive("operators", operators)
    within = inputs.non_negative("within_s", within_s)
    patience = inputs.patience("patience_s", patience_s)
    if load == 0 or math.isinf(patience):
        return delay_queue(calls_per_h, talk_s, operators, within)
    if patience == 0:
        return loss_queue(calls_per_h, talk_s, operators)
    offered = _OfferedWait(calls_per_h / HOUR_S, operators / talk_s, 1.0 / patience)
    return _figures(offered, load, operators, within)


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

    def fall(self, beyond_s: FloatArray) -> FloatArray:
        """phi(top) - phi(top + beyond): the form around the top, in which nothing cancels."""
        slope = max(self.service - self.arrivals, 0.0)
        curve = min(self.service, self.arrivals)
        return slope * beyond_s + curve * _lag(beyond_s, self.leaving)

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


def _lag(v: FloatArray, leaving: float) -> FloatArray:
    """Compute v - H(v), by its series where the difference would cancel."""
    x = leaving * v
    with np.errstate(over="ignore"):
        plain = x + np.expm1(-x)
    series = x * x / 2 * (1 - x / 3 * (1 - x / 4 * (1 - x / 5 * (1 - x / 6))))
    return np.where(np.abs(x) < 1e-2, series, plain) / leaving


def _grid(low: float, high: float, within: float) -> tuple[FloatArray, FloatArray]:
    """Gauss-Legendre nodes and weights on [low, high], with ``within`` at a panel's edge."""
    edges = np.linspace(low, high, _LINEAR_PANELS + 1)
    if low == 0:
        edges = np.concatenate([edges, high * 0.5 ** np.arange(_HALVINGS)])
    inside = [within] if low < within < high else []
    edges = np.unique(np.concatenate([edges, inside]))
    half = np.diff(edges) / 2
    nodes = (edges[:-1] + half)[:, None] + half[:, None] * _NODES
    return nodes.ravel(), (half[:, None] * _WEIGHTS).ravel()


def _figures(offered: _OfferedWait, load: float, operators: float, within: float) -> QueueFigures:
    v, weights = _grid(*offered.span_s(), within)
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
