"""Travel and response times that follow from who serves whom (exact or approximate hypercube).

Source: R. C. Larson and A. R. Odoni (1981), "Urban Operations Research", section 5.4.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from akuttsim.theory import inputs
from akuttsim.theory.hypercube import Hypercube
from akuttsim.theory.inputs import FloatArray


@dataclass(frozen=True)
class Response:
    """How soon somebody comes.

    ``travel_mean_s``: mean travel of served calls, seconds. ``travel_within``: served calls with
    travel within the limit / served calls. ``response_within``: calls whose wait for a unit plus
    travel is within the limit / all calls, lost ones included.
    """

    travel_mean_s: float
    travel_within: float
    response_within: float


def response(
    solved: Hypercube,
    calls_per_h: Sequence[float] | FloatArray,
    travel_s: FloatArray,
    within_s: float,
) -> Response:
    """Response figures for ``travel_s[unit, atom]`` seconds and a limit of ``within_s`` seconds.

    A call that waits is served by unit n with probability rate_n / sum of rates whatever its wait,
    which is exponential: so its wait plus travel is known exactly. Larson and Odoni (1981), section
    5.4.4, with every unit starting from its own station. ValueError on wrong input.
    """
    demand = inputs.non_negatives("calls_per_h", calls_per_h)
    travel = np.asarray(travel_s, dtype=float)
    limit = inputs.non_negative("within_s", within_s)
    if travel.shape != solved.serves.shape or demand.size != travel.shape[1]:
        raise ValueError("travel_s must be a table [unit, atom] that fits the solved model")
    calls = solved.serves * (demand / demand.sum())
    served = float(calls.sum())
    return Response(
        travel_mean_s=float((calls * travel).sum()) / served,
        travel_within=float(calls[travel <= limit].sum()) / served,
        response_within=_in_time(solved, demand / demand.sum(), travel, limit),
    )


def _in_time(solved: Hypercube, demand: FloatArray, travel: FloatArray, limit: float) -> float:
    waited = solved.waits * solved.queue_share[:, None]
    at_once = (solved.serves - waited) * demand * (travel <= limit)
    if solved.waits == 0:
        return float(at_once.sum())
    left_s = np.maximum(limit - travel, 0.0)
    after_wait = waited * demand * -np.expm1(-solved.catch_up_per_s * left_s)
    return float(at_once.sum() + after_wait.sum())
