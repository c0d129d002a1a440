"""Operators by hour from a day's calls by hour: SIPP and its lagged cousins.

SIPP ("stationary, independent, period by period") staffs every hour as if its mean rate had
lasted for ever. Known bias (L. V. Green, P. J. Kolesar and J. Soares 2001, "Improving the SIPP
approach for staffing service systems that have cyclic demands", Operations Research 49, 549-564):
congestion comes after the calls, so hours just after a peak get too few operators and targets are
missed there, the more so the longer the calls, the steeper the day and the larger the service.
Lagging the rate by one mean handling time (Lag Avg), and taking the highest rate inside the
lagged hour (Lag Max), mend most of it. The exact answer to hold them against is in
``time_varying``. Days are cyclic: hour 0 follows hour 23.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from akuttsim.theory import inputs
from akuttsim.theory.erlang import QueueFigures
from akuttsim.theory.inputs import HOUR_S, FloatArray
from akuttsim.theory.service_level import operators_needed, queue_figures

Method = Literal["sipp", "lag_avg", "lag_max"]


@dataclass(frozen=True)
class Target:
    """Answer ``share`` of all calls within ``within_s`` seconds; mean patience ``patience_s``."""

    share: float
    within_s: float
    patience_s: float = math.inf


def staff_by_hour(
    calls_per_h: Sequence[float] | FloatArray,
    talk_s: float,
    target: Target,
    method: Method = "sipp",
) -> list[int]:
    """Operators for each period of one hour; ``calls_per_h[i]`` is the rate in hour i.

    ``talk_s`` seconds. Source: Green, Kolesar and Soares (2001). An hour without calls still gets
    one operator. ValueError on wrong input.
    """
    rates = planning_rates_per_h(calls_per_h, talk_s, method)
    return [
        operators_needed(rate, talk_s, target.share, target.within_s, target.patience_s)
        for rate in rates
    ]


def staff_by_load(loads: Sequence[float] | FloatArray, talk_s: float, target: Target) -> list[int]:
    """Operators for each period from its modified offered load (erlang): those busy if none waited.

    ``talk_s`` mean handling time, seconds. With endlessly many operators the busy ones at a time
    tell both the calls and how long after them the work comes; an hour is staffed as if that load
    had lasted for ever. Source: O. B. Jennings, A. Mandelbaum, W. A. Massey and W. Whitt (1996),
    "Server staffing to meet time-varying demand", Management Science 42, 1383-1394. ValueError on
    wrong input.
    """
    rates = inputs.non_negatives("loads", loads) * HOUR_S / inputs.positive("talk_s", talk_s)
    return [
        operators_needed(rate, talk_s, target.share, target.within_s, target.patience_s)
        for rate in rates.tolist()
    ]


def planning_rates_per_h(
    calls_per_h: Sequence[float] | FloatArray, talk_s: float, method: Method
) -> FloatArray:
    """Rate, calls per hour, each hour is staffed for: own, or seen one ``talk_s`` earlier.

    Source: Green, Kolesar and Soares (2001). Calls of an hour or more need more than a lag.
    """
    rates = inputs.non_negatives("calls_per_h", calls_per_h)
    lag_h = inputs.positive("talk_s", talk_s) / HOUR_S
    if method not in ("sipp", "lag_avg", "lag_max"):
        raise ValueError(f"method must be sipp, lag_avg or lag_max (got {method!r})")
    if method == "sipp":
        return rates
    whole, part = math.floor(lag_h), lag_h - math.floor(lag_h)
    later, earlier = np.roll(rates, whole), np.roll(rates, whole + 1)
    if method == "lag_avg":
        return (1.0 - part) * later + part * earlier
    return np.maximum(later, earlier) if part > 0 else later


@dataclass(frozen=True)
class Day:
    """Figures of each hour and of the whole day (shares weighted by calls)."""

    hours: tuple[QueueFigures, ...]
    answered_within: float
    wait_mean_s: float
    abandoned: float


def pointwise_stationary(
    calls_per_h: Sequence[float] | FloatArray,
    talk_s: float,
    operators: Sequence[int],
    within_s: float,
    patience_s: float = math.inf,
) -> Day:
    """Each hour as if its rate had lasted for ever, averaged over the day's calls.

    Source: L. Green and P. Kolesar (1991), "The pointwise stationary approximation for queues with
    nonstationary arrivals", Management Science 37, 84-97. It overstates the wait at the peak and
    misses its delay. Raises Unstable when an hour has more work than operators and patience is
    infinite; ValueError on wrong input.
    """
    rates = inputs.non_negatives("calls_per_h", calls_per_h)
    if len(operators) != rates.size or rates.sum() == 0:
        raise ValueError("calls_per_h must have a call, and operators one number for each hour")
    hours = tuple(
        queue_figures(float(rate), talk_s, staff, within_s, patience_s)
        for rate, staff in zip(rates, operators, strict=True)
    )
    weights = rates / rates.sum()
    return Day(
        hours=hours,
        answered_within=float(weights @ [hour.answered_within for hour in hours]),
        wait_mean_s=float(weights @ [hour.wait_mean_s for hour in hours]),
        abandoned=float(weights @ [hour.abandoned for hour in hours]),
    )
