"""Where to place ambulances and sites: MCLP, MEXCLP and p-median, solved exactly.

Sources: R. Church and C. ReVelle (1974), "The maximal covering location problem", Papers of the
Regional Science Association 32, 101-118; M. S. Daskin (1983), "A maximum expected covering location
model", Transportation Science 17, 48-70.

Shapes: ``travel_s[site, atom]`` seconds, ``demand[atom]`` (people or calls per year, any unit),
``units[site]`` whole ambulances at each site.

Source: S. L. Hakimi (1964), "Optimum locations of switching centers and the absolute centers and
medians of a graph", Operations Research 12, 450-459; the integer programme is that of C. ReVelle
and R. Swain (1970), "Central facilities location", Geographical Analysis 2, 30-42.

Shapes: ``cost[site, atom]`` of any unit (seconds, minutes, kilometres), ``demand[atom]``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from akuttsim.records import Floats
from akuttsim.texts import message
from akuttsim.theory import input_checks

UnitCounts = NDArray[np.int64]


@dataclass(frozen=True)
class CoveragePlacement:
    """``units[site]`` ambulances at each site and the share of demand they (expectedly) cover."""

    units: UnitCounts
    covered: float


def units_in_reach(
    travel_s: Floats, units: Sequence[int] | UnitCounts, within_s: float
) -> UnitCounts:
    """Count the ambulances that reach each atom within ``within_s`` seconds, shape (atoms,)."""
    travel, placed = _checked_travel(travel_s), np.asarray(units)
    if placed.shape != travel.shape[:1] or np.any(placed < 0) or np.any(placed != placed // 1):
        raise ValueError(message("experiments.theory.units_a_site"))
    in_reach = travel <= input_checks.non_negative("within_s", within_s)
    return np.asarray(placed.astype(np.int64) @ in_reach, dtype=np.int64)


def covered_share(
    travel_s: Floats,
    demand: Sequence[float] | Floats,
    units: Sequence[int] | UnitCounts,
    within_s: float,
) -> float:
    """Share of demand with at least one ambulance within ``within_s`` seconds (MCLP).

    Source: Church and ReVelle (1974). Units that are out on a mission are not thought of.
    """
    return expected_covered_share(travel_s, demand, units, within_s, 0.0)


def expected_covered_share(
    travel_s: Floats,
    demand: Sequence[float] | Floats,
    units: Sequence[int] | UnitCounts,
    within_s: float,
    busy: float,
) -> float:
    """Share of demand with an idle ambulance within reach, units busy a share ``busy`` of the time.

    Source: Daskin (1983), objective: sum of demand * (1 - busy^k), k units in reach. It takes the
    units as independent and equally busy, which the hypercube model does not.
    """
    reach, weights = units_in_reach(travel_s, units, within_s), _coverage_weights(travel_s, demand)
    return float(weights @ (1.0 - _checked_busy(busy) ** reach))


def mexclp_busy_share(calls_per_h: float, mission_s: float, units: int) -> float:
    """MEXCLP's common busy share q: hours of missions per hour and unit; Daskin (1983).

    ``mission_s`` mean time a call occupies a unit, seconds. Raises Unstable if it reaches 1.
    """
    count = input_checks.count("units", units, least=1)
    load = input_checks.offered_load(calls_per_h, mission_s)
    input_checks.stable(load, count, "units")
    return load / count


def best_placement(
    travel_s: Floats,
    demand: Sequence[float] | Floats,
    units: int,
    within_s: float,
    busy: float = 0.0,
) -> CoveragePlacement:
    """Placement of ``units`` ambulances of largest expected coverage, several at a site allowed.

    ``busy`` 0 is MCLP (Church and ReVelle 1974), above 0 MEXCLP (Daskin 1983, solved as an
    integer programme: y[atom, k] = 1 if at least k units reach the atom). Ties are broken by the
    solver. ValueError on wrong input, RuntimeError if the solver gives up.
    """
    travel, weights = _checked_travel(travel_s), _coverage_weights(travel_s, demand)
    in_reach = travel <= input_checks.non_negative("within_s", within_s)
    count = input_checks.count("units", units, least=1)
    depth = count if _checked_busy(busy) > 0 else 1
    gain = (1.0 - busy) * busy ** np.arange(depth) if busy > 0 else np.ones(1)
    solution = _solve_coverage(in_reach, np.outer(weights, gain), count)
    placed = np.rint(solution[: travel.shape[0]]).astype(np.int64)
    return CoveragePlacement(
        placed, expected_covered_share(travel, weights, placed, within_s, busy)
    )


def _solve_coverage(in_reach: NDArray[np.bool_], gains: Floats, units: int) -> Floats:
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


def _checked_travel(travel_s: Floats) -> Floats:
    """Return travel times as a table; ValueError for none, for NaN and for negative ones."""
    travel = np.asarray(travel_s, dtype=float)
    if travel.ndim != 2 or travel.size == 0 or np.isnan(travel).any() or np.any(travel < 0):
        raise ValueError(message("experiments.theory.site_table"))
    return travel


def _coverage_weights(travel_s: Floats, demand: Sequence[float] | Floats) -> Floats:
    weights = input_checks.non_negatives("demand", demand)
    if weights.size != np.shape(travel_s)[1] or weights.sum() == 0:
        raise ValueError(message("experiments.theory.demand_of_travel"))
    return np.asarray(weights / weights.sum())


def _checked_busy(busy: float) -> float:
    if not 0 <= busy < 1:
        raise ValueError(message("experiments.theory.busy", busy=busy))
    return float(busy)


@dataclass(frozen=True)
class Medians:
    """The chosen sites, ascending, and the mean cost to the nearest, weighed by demand."""

    sites: tuple[int, ...]
    mean: float


def mean_median_cost(
    cost: Floats,
    demand: Sequence[float] | Floats,
    sites: Sequence[int],
    existing: Floats | None = None,
) -> float:
    """Return the mean cost to the nearest of ``sites``, weighed by demand.

    ``existing[atom]`` is what it costs without any of them; who has it nearer keeps to that.
    """
    table, weights = _checked_cost(cost), _median_weights(cost, demand)
    offers = [
        *table[list(sites)],
        *([] if existing is None else [_checked_existing(table, existing)]),
    ]
    if not offers:
        raise ValueError(message("experiments.theory.a_site"))
    return float(weights @ np.min(offers, axis=0))


def best_medians(
    cost: Floats,
    demand: Sequence[float] | Floats,
    count: int,
    existing: Floats | None = None,
    kept: Sequence[int] = (),
) -> Medians:
    """Return the ``count`` sites of least mean cost; those ``kept`` are always among them.

    ``existing[atom]`` as in `mean_median_cost`: the sites are then chosen beside what there is.
    Exact (HiGHS): open[site] is 0 or 1, an atom's way is split over open sites. ValueError on wrong
    input, RuntimeError if the solver gives up.
    """
    table, weights = _checked_cost(cost), _median_weights(cost, demand)
    sites = input_checks.count("count", count, least=max(1, len(set(kept))))
    if sites > len(table):
        raise ValueError(message("experiments.theory.most_sites", sites=len(table), count=count))
    ceiling = table.max(axis=0) if existing is None else _checked_existing(table, existing)
    saved = np.maximum(ceiling - table, 0.0) * weights
    chosen = _solve_medians(saved, sites, kept)
    return Medians(chosen, mean_median_cost(table, demand, chosen, existing))


def _solve_medians(saved: Floats, count: int, existing: Sequence[int]) -> tuple[int, ...]:
    """Return the sites that save most; a site saves an atom's cost where it is the atom's own."""
    sites, _ = saved.shape
    site, atom = np.nonzero(saved)  # only a saving needs a variable
    ways = len(site)
    row = np.arange(ways)
    shut = sparse.coo_array(
        (np.r_[np.ones(ways), -np.ones(ways)], (np.r_[row, row], np.r_[sites + row, site])),
        shape=(ways, sites + ways),
    )
    once = sparse.coo_array(
        (np.ones(ways), (atom, sites + row)), shape=(saved.shape[1], sites + ways)
    )
    opened = sparse.coo_array(np.r_[np.ones(sites), np.zeros(ways)][None, :])
    lower = np.zeros(sites + ways)
    lower[list(existing)] = 1.0
    result = milp(
        np.r_[np.zeros(sites), -saved[site, atom]],
        integrality=np.r_[np.ones(sites), np.zeros(ways)],
        bounds=Bounds(lower, 1),
        constraints=[
            LinearConstraint(sparse.csr_array(shut), ub=0),
            LinearConstraint(sparse.csr_array(once), ub=1),
            LinearConstraint(sparse.csr_array(opened), lb=count, ub=count),
        ],
        options={"mip_rel_gap": 0.0},
    )
    if result.x is None:
        raise RuntimeError(f"the integer programme was not solved: {result.message}")
    return tuple(np.flatnonzero(np.rint(result.x[:sites])).tolist())


def _checked_cost(cost: Floats) -> Floats:
    """Return costs as a table; ValueError for none, and for what is not finite or negative."""
    table = np.asarray(cost, dtype=float)
    if table.ndim != 2 or table.size == 0 or not np.isfinite(table).all() or np.any(table < 0):
        raise ValueError(message("experiments.theory.cost_table"))
    return table


def _median_weights(cost: Floats, demand: Sequence[float] | Floats) -> Floats:
    weights = input_checks.non_negatives("demand", demand)
    if weights.size != np.shape(cost)[1] or weights.sum() == 0:
        raise ValueError(message("experiments.theory.demand_of_cost"))
    return np.asarray(weights / weights.sum())


def _checked_existing(table: Floats, existing: Floats) -> Floats:
    costs = input_checks.non_negatives("existing", existing)
    if costs.size != table.shape[1]:
        raise ValueError(message("experiments.theory.existing"))
    return costs
