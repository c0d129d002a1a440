"""M/G/1, and waiting by urgency class when nobody is interrupted (non-preemptive priorities).

Sources: F. Pollaczek (1930), A. Khinchine (1932); L. Kleinrock (1975), "Queueing Systems I",
chapter 5.

Sources: A. Cobham (1954), "Priority assignment in waiting line problems", Operations Research 2,
70-76 (and the correction in 3, 547); L. Kleinrock (1976), "Queueing Systems II", chapter 3 (mean
waits and the conservation law). Classes are ordered from most to least urgent.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from akuttsim.records import Floats
from akuttsim.texts import message
from akuttsim.theory import input_checks
from akuttsim.theory.erlang import erlang_c
from akuttsim.theory.input_checks import non_negative, offered_load, positive, stable
from akuttsim.units import HOUR_S


@dataclass(frozen=True)
class SingleServer:
    """Long-run means of one server.

    ``wait_mean_s`` before service, ``in_system_mean_s`` with service, ``busy_period_mean_s``:
    seconds; ``queue_mean``: callers waiting on average; ``wait_probability`` = occupancy.
    """

    wait_mean_s: float
    in_system_mean_s: float
    queue_mean: float
    wait_probability: float
    busy_period_mean_s: float


def residual_mean_s(service_mean_s: float, service_cv: float) -> float:
    """Mean rest of a service in progress, seconds: E[S^2] / (2 E[S]); Kleinrock (1975), chapter 5.

    ``service_cv`` is the coefficient of variation (1 exponential, 0 constant).
    """
    mean, cv = positive("service_mean_s", service_mean_s), non_negative("service_cv", service_cv)
    return mean * (1.0 + cv * cv) / 2.0


def pollaczek_khinchine(
    calls_per_h: float, service_mean_s: float, service_cv: float
) -> SingleServer:
    """Long-run means of M/G/1: W = rho/(1 - rho) * residual; Kleinrock (1975), chapter 5.

    ``calls_per_h`` calls per hour, ``service_mean_s`` seconds, ``service_cv`` dimensionless.
    Raises Unstable at a load of 1 or more, ValueError on wrong input.
    """
    load = offered_load(calls_per_h, service_mean_s)
    stable(load, 1.0, "servers")
    wait = load / (1.0 - load) * residual_mean_s(service_mean_s, service_cv)
    return SingleServer(
        wait_mean_s=wait,
        in_system_mean_s=wait + service_mean_s,
        queue_mean=wait * calls_per_h / HOUR_S,
        wait_probability=load,
        busy_period_mean_s=service_mean_s / (1.0 - load),
    )


def waits_by_class_mmc(
    calls_per_h: Sequence[float] | Floats, talk_s: float, operators: float
) -> Floats:
    """Mean wait of each class, seconds, in M/M/c with one mean handling time for all.

    ``calls_per_h[k]`` calls per hour of class k, most urgent first. W_k = W_0 / ((1 - s_{k-1})
    (1 - s_k)), s_k the load of classes 0..k per operator, W_0 = C * talk / c: Cobham (1954).
    A class that is not served in the long run (s_k >= 1) waits infinitely; the classes above it
    keep a finite wait (all operators are then always busy, C = 1). ValueError on wrong input.
    """
    rates = input_checks.non_negatives("calls_per_h", calls_per_h)
    operators = input_checks.positive("operators", operators)
    load = input_checks.offered_load(float(rates.sum()), talk_s)
    busy = load >= operators * (1 - input_checks.LOAD_MARGIN)
    all_busy = 1.0 if busy else erlang_c(load, operators)
    return _cobham(all_busy * talk_s / operators, rates * talk_s / HOUR_S / operators)


def waits_by_class_mg1(
    calls_per_h: Sequence[float] | Floats,
    service_mean_s: Sequence[float] | Floats,
    service_cv: Sequence[float] | Floats,
) -> Floats:
    """Mean wait of each class, seconds, in M/G/1; classes may have different service times.

    ``service_mean_s`` seconds and ``service_cv`` (coefficient of variation) by class, most urgent
    first. W_0 = sum of load_k * residual_k: Cobham (1954), Kleinrock (1976), chapter 3. Classes
    without capacity wait infinitely. ValueError on wrong input.
    """
    loads, residuals = _class_loads(calls_per_h, service_mean_s, service_cv)
    return _cobham(float(_served_loads(loads) @ residuals), loads)


def conserved_work_s(
    calls_per_h: Sequence[float] | Floats,
    service_mean_s: Sequence[float] | Floats,
    service_cv: Sequence[float] | Floats,
) -> float:
    """Sum load_k * wait_k over classes, seconds: the same for every order of serving.

    Kleinrock's conservation law (1976, chapter 3): rho * W_0 / (1 - rho) for one server that is
    never idle while somebody waits, interrupts nobody and does not look at service times.
    Raises Unstable at a load of 1 or more.
    """
    loads, residuals = _class_loads(calls_per_h, service_mean_s, service_cv)
    load = float(loads.sum())
    input_checks.stable(load, 1.0, "servers")
    return load * float(loads @ residuals) / (1.0 - load)


def _class_loads(
    calls_per_h: Sequence[float] | Floats,
    service_mean_s: Sequence[float] | Floats,
    service_cv: Sequence[float] | Floats,
) -> tuple[Floats, Floats]:
    rates = input_checks.non_negatives("calls_per_h", calls_per_h)
    means = input_checks.non_negatives("service_mean_s", service_mean_s)
    cvs = input_checks.non_negatives("service_cv", service_cv)
    if not rates.size == means.size == cvs.size:
        raise ValueError(message("experiments.theory.a_class"))
    pairs = zip(means, cvs, strict=True)
    return rates * means / HOUR_S, np.array([residual_mean_s(m, v) for m, v in pairs])


def _served_loads(loads: Floats) -> Floats:
    """Load of each class that one server really carries, most urgent first."""
    before = np.concatenate([[0.0], np.cumsum(loads)[:-1]])
    return np.clip(1.0 - before, 0.0, loads)


def _cobham(first_wait_s: float, loads: Floats) -> Floats:
    upto = np.cumsum(loads)
    before = np.concatenate([[0.0], upto[:-1]])
    capacity = np.where(
        upto < 1 - input_checks.LOAD_MARGIN, (1.0 - before) * (1.0 - upto), math.nan
    )
    waits = first_wait_s / capacity
    return np.where(np.isnan(capacity), math.inf, waits)
