"""Waiting by urgency class when nobody is interrupted (non-preemptive priorities).

Sources: A. Cobham (1954), "Priority assignment in waiting line problems", Operations Research 2,
70-76 (and the correction in 3, 547); L. Kleinrock (1976), "Queueing Systems II", chapter 3
(mean waits and the conservation law). Classes are ordered from most to least urgent.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from akuttsim.theory import inputs
from akuttsim.theory.erlang import erlang_c
from akuttsim.theory.inputs import HOUR_S, FloatArray
from akuttsim.theory.mg1 import residual_mean_s


def waits_by_class_mmc(
    calls_per_h: Sequence[float] | FloatArray, talk_s: float, operators: float
) -> FloatArray:
    """Mean wait of each class, seconds, in M/M/c with one mean handling time for all.

    ``calls_per_h[k]`` calls per hour of class k, most urgent first. W_k = W_0 / ((1 - s_{k-1})
    (1 - s_k)), s_k the load of classes 0..k per operator, W_0 = C * talk / c: Cobham (1954).
    A class that is not served in the long run (s_k >= 1) waits infinitely; the classes above it
    keep a finite wait (all operators are then always busy, C = 1). ValueError on wrong input.
    """
    rates = inputs.non_negatives("calls_per_h", calls_per_h)
    operators = inputs.positive("operators", operators)
    load = inputs.offered_load(float(rates.sum()), talk_s)
    busy = load >= operators * (1 - inputs.LOAD_MARGIN)
    all_busy = 1.0 if busy else erlang_c(load, operators)
    return _cobham(all_busy * talk_s / operators, rates * talk_s / HOUR_S / operators)


def waits_by_class_mg1(
    calls_per_h: Sequence[float] | FloatArray,
    service_mean_s: Sequence[float] | FloatArray,
    service_cv: Sequence[float] | FloatArray,
) -> FloatArray:
    """Mean wait of each class, seconds, in M/G/1; classes may have different service times.

    ``service_mean_s`` seconds and ``service_cv`` (coefficient of variation) by class, most urgent
    first. W_0 = sum of load_k * residual_k: Cobham (1954), Kleinrock (1976), chapter 3. Classes
    without capacity wait infinitely. ValueError on wrong input.
    """
    loads, residuals = _class_loads(calls_per_h, service_mean_s, service_cv)
    return _cobham(float(_served(loads) @ residuals), loads)


def conserved_work_s(
    calls_per_h: Sequence[float] | FloatArray,
    service_mean_s: Sequence[float] | FloatArray,
    service_cv: Sequence[float] | FloatArray,
) -> float:
    """Sum load_k * wait_k over classes, seconds: the same for every order of serving.

    Kleinrock's conservation law (1976, chapter 3): rho * W_0 / (1 - rho) for one server that is
    never idle while somebody waits, interrupts nobody and does not look at service times.
    Raises Unstable at a load of 1 or more.
    """
    loads, residuals = _class_loads(calls_per_h, service_mean_s, service_cv)
    load = float(loads.sum())
    inputs.stable(load, 1.0, "servers")
    return load * float(loads @ residuals) / (1.0 - load)


def _class_loads(
    calls_per_h: Sequence[float] | FloatArray,
    service_mean_s: Sequence[float] | FloatArray,
    service_cv: Sequence[float] | FloatArray,
) -> tuple[FloatArray, FloatArray]:
    rates = inputs.non_negatives("calls_per_h", calls_per_h)
    means = inputs.non_negatives("service_mean_s", service_mean_s)
    cvs = inputs.non_negatives("service_cv", service_cv)
    if not rates.size == means.size == cvs.size:
        raise ValueError("calls_per_h, service_mean_s and service_cv must have one value a class")
    pairs = zip(means, cvs, strict=True)
    return rates * means / HOUR_S, np.array([residual_mean_s(m, v) for m, v in pairs])


def _served(loads: FloatArray) -> FloatArray:
    """Load of each class that one server really carries, most urgent first."""
    before = np.concatenate([[0.0], np.cumsum(loads)[:-1]])
    return np.clip(1.0 - before, 0.0, loads)


def _cobham(first_wait_s: float, loads: FloatArray) -> FloatArray:
    upto = np.cumsum(loads)
    before = np.concatenate([[0.0], upto[:-1]])
    left = np.where(upto < 1 - inputs.LOAD_MARGIN, (1.0 - before) * (1.0 - upto), math.nan)
    waits = first_wait_s / left
    return np.where(np.isnan(left), math.inf, waits)
