"""M(t)/M/c(t) with optional patience, numerically exact: rates and staff change by the hour.

Method: uniformisation (A. Jensen 1953; W. K. Grassmann 1977, "Transient solutions in Markovian
queueing systems", Computers and Operations Research 4, 47-53), hour by hour and day after day until
the day repeats itself. When staff goes down, calls above the new number go back to the queue
(number in system is all the chain remembers); operators who first finish their call make a shift's
end slightly better than here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammainc, gammaln

from akuttsim.records import Floats
from akuttsim.texts import message
from akuttsim.theory import input_checks
from akuttsim.units import HOUR_S

_TAIL = 1e-10  # mass allowed in the last state, and between one day's start and the next
_MOST_STATES = 200_000
_MOST_DAYS = 400


@dataclass(frozen=True)
class ExactDay:
    """One day of the repeating pattern, by hour; averages over the hour's time.

    ``queue_mean``: callers waiting; ``wait_probability``: share of the hour with every operator
    busy, which is the share of its calls that must wait; ``queue_at_end``: mean callers waiting at
    the hour's end. ``wait_mean_s``: mean wait of all the day's callers by Little's law, seconds.
    ``abandoned``: share of the day's calls that hang up.
    """

    queue_mean: Floats
    wait_probability: Floats
    queue_at_end: Floats
    wait_mean_s: float
    abandoned: float


def exact_day(
    calls_per_h: Sequence[float] | Floats,
    talk_s: float,
    operators: Sequence[int],
    patience_s: float = math.inf,
) -> ExactDay:
    """Solve the periodic M(t)/M/c(t)(+M) queue: ``calls_per_h[i]``, ``operators[i]`` in hour i.

    ``talk_s`` and ``patience_s`` (above 0, may be infinite) mean seconds. Raises Unstable when a
    whole day has more work than operators and patience is infinite; ValueError on wrong input.
    Source: Grassmann (1977). Relative error about 1e-8. Cost grows as (calls + finished calls an
    hour) x states: seconds for hundreds of calls an hour, minutes for a centre of thousands.
    """
    chain = _hourly_chain(calls_per_h, talk_s, operators, patience_s)
    states = int(chain.staff.max() + 4 * chain.arrivals.max() * talk_s) + 64
    while states <= _MOST_STATES:
        hours = _repeating_day(chain, states)
        if max(float(hour.mean[-1]) for hour in hours) < _TAIL:
            return _day_figures(chain, hours)
        states *= 2
    raise input_checks.Unstable(message("experiments.theory.too_long"))


@dataclass(frozen=True)
class _Chain:
    """Rates per second by hour, staff by hour."""

    arrivals: Floats
    staff: Floats
    finishing: float
    leaving: float

    def down(self, hour: int, states: int) -> Floats:
        n = np.arange(states, dtype=float)
        busy = np.minimum(n, self.staff[hour])
        return np.asarray(busy * self.finishing + (n - busy) * self.leaving)


def _hourly_chain(
    calls_per_h: Sequence[float] | Floats,
    talk_s: float,
    operators: Sequence[int],
    patience_s: float,
) -> _Chain:
    rates = input_checks.non_negatives("calls_per_h", calls_per_h)
    staff = np.array(
        [input_checks.count("operators", operator) for operator in operators], dtype=float
    )
    patience = input_checks.patience_or_endless("patience_s", patience_s)
    if staff.size != rates.size or patience == 0:
        raise ValueError(message("experiments.theory.operators_by_hour"))
    if rates.sum() == 0:
        raise ValueError(message("experiments.theory.an_hour_with_calls"))
    load = rates * input_checks.positive("talk_s", talk_s) / HOUR_S
    if math.isinf(patience):
        input_checks.stable(float(load.sum()), float(staff.sum()), "operator_hours")
    return _Chain(rates / HOUR_S, staff, 1.0 / talk_s, 1.0 / patience)


@dataclass(frozen=True)
class _Hour:
    """Distribution of the number in system at the hour's end and on average over the hour."""

    end: Floats
    mean: Floats


def _repeating_day(chain: _Chain, states: int) -> list[_Hour]:
    start = np.zeros(states)
    start[0] = 1.0
    for _ in range(_MOST_DAYS):
        hours = _run_day(chain, start)
        change = float(np.abs(hours[-1].end - start).sum())
        start = hours[-1].end
        if change < _TAIL:
            return hours
    raise input_checks.Unstable(message("experiments.theory.not_settled", days=_MOST_DAYS))


def _run_day(chain: _Chain, start: Floats) -> list[_Hour]:
    hours: list[_Hour] = []
    for hour, up in enumerate(chain.arrivals):
        hours.append(_run_hour(start, float(up), chain.down(hour, start.size)))
        start = hours[-1].end
    return hours


def _run_hour(start: Floats, up: float, down: Floats) -> _Hour:
    """One hour of constant rates by uniformisation; the time average is exact as well."""
    jump = max(up + float(down.max()), 1.0 / HOUR_S)
    mean_jumps = jump * HOUR_S
    k = np.arange(int(mean_jumps + 8 * math.sqrt(mean_jumps)) + 40)
    at_end = np.exp(k * math.log(mean_jumps) - mean_jumps - gammaln(k + 1.0))
    during = gammainc(k + 1.0, mean_jumps) / mean_jumps
    state, end, mean = start, np.zeros_like(start), np.zeros_like(start)
    leave_up, leave_down = up / jump, down[1:] / jump
    for end_weight, mean_weight in zip(at_end / at_end.sum(), during / during.sum(), strict=True):
        end += end_weight * state
        mean += mean_weight * state
        state = _jump(state, leave_up, leave_down)
    return _Hour(end, mean)


def _jump(state: Floats, up: float, down: Floats) -> Floats:
    rising, falling = state[:-1] * up, state[1:] * down
    after = state.copy()
    after[:-1] += falling - rising
    after[1:] += rising - falling
    return after


def _day_figures(chain: _Chain, hours: list[_Hour]) -> ExactDay:
    n = np.arange(hours[0].end.size, dtype=float)
    waiting = [np.maximum(n - staff, 0.0) for staff in chain.staff]
    queue = np.array([float(hour.mean @ w) for hour, w in zip(hours, waiting, strict=True)])
    at_end = np.array([float(hour.end @ w) for hour, w in zip(hours, waiting, strict=True)])
    busy = [float(h.mean[n >= c].sum()) for h, c in zip(hours, chain.staff, strict=True)]
    per_call_s = float(queue.sum() / chain.arrivals.sum())
    return ExactDay(
        queue_mean=queue,
        wait_probability=np.array(busy),
        queue_at_end=at_end,
        wait_mean_s=per_call_s,
        abandoned=per_call_s * chain.leaving,
    )
