"""p-median: so many sites that those in need have the least way to the nearest one.

Source: S. L. Hakimi (1964), "Optimum locations of switching centers and the absolute centers and
medians of a graph", Operations Research 12, 450-459; the integer programme is that of C. ReVelle
and R. Swain (1970), "Central facilities location", Geographical Analysis 2, 30-42.

Shapes: ``cost[site, atom]`` of any unit (seconds, minutes, kilometres), ``demand[atom]``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from akuttsim.theory import inputs
from akuttsim.theory.inputs import FloatArray


@dataclass(frozen=True)
class Medians:
    """The chosen sites, ascending, and the mean cost to the nearest, weighed by demand."""

    sites: tuple[int, ...]
    mean: float


def mean_cost(
    cost: FloatArray,
    demand: Sequence[float] | FloatArray,
    sites: Sequence[int],
    existing: FloatArray | None = None,
) -> float:
    """Return the mean cost to the nearest of ``sites``, weighed by demand.

    ``existing[atom]`` is what it costs without any of them; who has it nearer keeps to that.
    """
    table, weights = _table(cost), _weights(cost, demand)
    offers = [*table[list(sites)], *([] if existing is None else [_existing(table, existing)])]
    if not offers:
        raise ValueError("there must be a site, or existing costs")
    return float(weights @ np.min(offers, axis=0))


def best_medians(
    cost: FloatArray,
    demand: Sequence[float] | FloatArray,
    count: int,
    existing: FloatArray | None = None,
    kept: Sequence[int] = (),
) -> Medians:
    """Return the ``count`` sites of least mean cost; those ``kept`` are always among them.

    ``existing[atom]`` as in `mean_cost`: the sites are then chosen beside what there is. Exact
    (HiGHS): open[site] is 0 or 1, an atom's way is split over open sites. ValueError on wrong
    input, RuntimeError if the solver gives up.
    """
    table, weights = _table(cost), _weights(cost, demand)
    sites = inputs.count("count", count, least=max(1, len(set(kept))))
    if sites > len(table):
        raise ValueError(f"count must be at most the {len(table)} sites there are (got {count})")
    ceiling = table.max(axis=0) if existing is None else _existing(table, existing)
    saved = np.maximum(ceiling - table, 0.0) * weights
    chosen = _solve(saved, sites, kept)
    return Medians(chosen, mean_cost(table, demand, chosen, existing))


def _solve(saved: FloatArray, count: int, kept: Sequence[int]) -> tuple[int, ...]:
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
    lower[list(kept)] = 1.0
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


def _table(cost: FloatArray) -> FloatArray:
    table = np.asarray(cost, dtype=float)
    if table.ndim != 2 or table.size == 0 or not np.isfinite(table).all() or np.any(table < 0):
        raise ValueError("cost must be a table [site, atom] of finite numbers of at least 0")
    return table


def _weights(cost: FloatArray, demand: Sequence[float] | FloatArray) -> FloatArray:
    weights = inputs.non_negatives("demand", demand)
    if weights.size != np.shape(cost)[1] or weights.sum() == 0:
        raise ValueError("demand must have one number for each atom of cost, not all 0")
    return np.asarray(weights / weights.sum())


def _existing(table: FloatArray, existing: FloatArray) -> FloatArray:
    costs = inputs.non_negatives("existing", existing)
    if costs.size != table.shape[1]:
        raise ValueError("existing must have one number for each atom of cost")
    return costs
