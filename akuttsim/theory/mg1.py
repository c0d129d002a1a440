"""M/G/1: one server, any service time.

Sources: F. Pollaczek (1930), A. Khinchine (1932); L. Kleinrock (1975), "Queueing Systems I",
chapter 5.
"""

from __future__ import annotations

from dataclasses import dataclass

from akuttsim.theory.inputs import HOUR_S, non_negative, offered_load, positive, stable


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
