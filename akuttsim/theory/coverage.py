"""Expected coverage of ambulance placements: MCLP and MEXCLP.

Sources: R. Church and C. ReVelle (1974), "The maximal covering location problem", Papers of the
Regional Science Association 32, 101-118; M. S. Daskin (1983), "A maximum expected covering
location model", Transportation Science 17, 48-70.

Shapes: ``travel_s[site, atom]`` seconds, ``demand[atom]`` (people or calls per year, any unit),
``units[site]`` whole ambulances at each site.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from akuttsim.theory import inputs
from akuttsim.theory.inputs import FloatArray

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Placement:
    """``units[site]`` ambulances at each site and the share of demand they (expectedly) cover."""

    units: IntArray
    covered: float


def units_in_reach(
    travel_s: FloatArray, units: Sequence[int] | IntArray, within_s: float
) -> IntArray:
    """Count the ambulances that reach each atom within ``within_s`` seconds, shape (atoms,)."""
    travel, placed = _travel(travel_s), np.asarray(units)
    if placed.shape != travel.shape[:1] or np.any(placed < 0) or np.any(placed != placed // 1):
        raise ValueError("units must be one whole number of at least 0 for each site of travel_s")
    in_reach = travel <= inputs.non_negative("within_s", within_s)
    return np.asarray(placed.astype(np.int64) @ in_reach, dtype=np.int64)


def covered_share(
    travel_s: FloatArray,
    demand: Sequence[float] | FloatArray,
    units: Sequence[int] | IntArray,
    within_s: float,
) -> float:
    """Share of demand with at least one ambulance within ``within_s`` seconds (MCLP).

    Source: Church and ReVelle (1974). Units that are out on a mission are not thought of.
    """
    return expected_covered_share(travel_s, demand, units, within_s, 0.0)


def expected_covered_share(
    travel_s: FloatArray,
    demand: Sequence[float] | FloatArray,
    units: Sequence[int] | IntArray,
    within_s: float,
    busy: float,
) -> float:
    """Share of demand with an idle ambulance within reach, units busy a share ``busy`` of the time.

    Source: Daskin (1983), objective: sum of demand * (1 - busy^k), k units in reach. It takes the
    units as independent and equally busy, which the hypercube model does not.
    """
    reach, weights = units_in_reach(travel_s, units, within_s), _weights(travel_s, demand)
    return float(weights @ (1.0 - _busy(busy) ** reach))


def busy_share(calls_per_h: float, mission_s: float, units: int) -> float:
    """MEXCLP's common busy share q: hours of missions per hour and unit; Daskin (1983).

    ``mission_s`` mean time a call occupies a unit, seconds. Raises Unstable if it reaches 1.
    """
    count = inputs.count("units", units, least=1)
    load = inputs.offered_load(calls_per_h, mission_s)
    inputs.stable(load, count, "units")
    return load / count


def best_placement(
    travel_s: FloatArray,
    demand: Sequence[float] | FloatArray,
    units: int,
    within_s: float,
    busy: float = 0.0,
) -> Placement:
    """Placement of ``units`` ambulances of largest expected coverage, several at a site allowed.

    ``busy`` 0 is MCLP (Church and ReVelle 1974), above 0 MEXCLP (Daskin 1983, solved as an
    integer programme: y[atom, k] = 1 if at least k units reach the atom). Ties are broken by the
    solver. ValueError on wrong input, RuntimeError if the solver gives up.
    """
    travel, weights = _travel(travel_s), _weights(travel_s, demand)
    in_reach = travel <= inputs.non_negative("within_s", within_s)
    count = inputs.count("units", units, least=1)
    depth = count if _busy(busy) > 0 else 1
    gain = (1.0 - busy) * busy ** np.arange(depth) if busy > 0 else np.ones(1)
    solution = _solve(in_reach, np.outer(weights, gain), count)
    placed = np.rint(solution[: travel.shape[0]]).astype(np.int64)
    return Placement(placed, expected_covered_share(travel, weights, placed, within_s, busy))


def _solve(in_reach: NDArray[np.bool_], gains: FloatArray, units: int) -> FloatArray:
    """Units by site, then the covering variables, of the integer programme's optimum."""
    sites, atoms = in_reach.shape
    depth = gains.shape[1]
    deep = sparse.kron(sparse.eye_array(atoms), np.ones((1, depth)))
    counted = sparse.hstack([sparse.csr_array(in_reach.T.astype(float)), -deep])
    budget = np.concatenate([np.ones(sites), np.zeros(atoms * depth)])[None, :]
    result = milp(
        np.concatenate([np.zeros(sites), -gains.ravel()]),
        integrality=np.concatenate([np.ones(sites), np.zeros(atoms * depth)]),
        bounds=Bounds(0, np.concatenate([np.full(sites, units), np.ones(atoms * depth)])),
        constraints=[LinearConstraint(counted, lb=0), LinearConstraint(budget, ub=units)],
    )
    if result.x is None:
        raise RuntimeError(f"the integer programme was not solved: {result.message}")
    return np.asarray(result.x, dtype=float)


def _travel(travel_s: FloatArray) -> FloatArray:
    travel = np.asarray(travel_s, dtype=float)
    if travel.ndim != 2 or travel.size == 0 or np.isnan(travel).any() or np.any(travel < 0):
        raise ValueError("travel_s must be a table [site, atom] of seconds of at least 0")
    return travel


def _weights(travel_s: FloatArray, demand: Sequence[float] | FloatArray) -> FloatArray:
    weights = inputs.non_negatives("demand", demand)
    if weights.size != np.shape(travel_s)[1] or weights.sum() == 0:
        raise ValueError("demand must have one number for each atom of travel_s, not all 0")
    return np.asarray(weights / weights.sum())


def _busy(busy: float) -> float:
    if not 0 <= busy < 1:
        raise ValueError(f"busy must be a share of at least 0 and below 1 (got {busy})")
    return float(busy)
