"""Expected coverage of ambulances with rosters: MEXCLP over the periods of a week.

Crews differ in when they are on duty and how soon they roll (station or home duty), so that where a
crew stands matters by which crew it is. Each period of the week is an MEXCLP (M. S. Daskin 1983,
Transportation Science 17, 48-70) of the crews on duty in it; all periods share the stations. After
P. L. van den Berg and K. Aardal (2015), "Time-dependent MEXCLP with start-up and relocation cost",
European Journal of Operational Research 242, 383-389, with stations that stay the same all week and
a price on each move.

Shapes: ``units[group, site]`` whole crews; a group is of crews with one roster.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from akuttsim.records import Floats
from akuttsim.texts import message

CrewCounts = NDArray[np.int64]

INFEASIBLE = 2
"""SciPy's status of a programme without any solution."""

PRECISION = 5e-4
"""The cover that is found is at most this share of it below the best there is."""

NEGLIGIBLE = 1e-3
"""Crews beyond so many in reach that all of them are busy less often than this are not weighed."""


@dataclass(frozen=True)
class CoveragePeriod:
    """A part of the week: who needs a crew in it, and which atoms each group's crews reach in time.

    ``demand[atom]`` in any unit; ``busy``: share of time on duty that crews are busy;
    ``reach[group, site, atom]``: False everywhere for a group off duty.
    """

    demand: Floats
    busy: float
    reach: NDArray[np.bool_]


@dataclass(frozen=True)
class RosteredCrews:
    """The crews to place, as ``[group, site]``: where they stand today, and who stays there.

    ``total`` crews are placed, of each group at most ``most[group]``; a site has at most
    ``most_at_site`` crews of a group.
    """

    today: CrewCounts
    kept: CrewCounts
    most: CrewCounts
    total: int
    most_at_site: int | None = None

    @property
    def at_most(self) -> int:
        """Return the most crews of a group at a site."""
        return self.total if self.most_at_site is None else self.most_at_site


@dataclass(frozen=True)
class CoverageFloors:
    """What must stay covered: ``least`` of the demand of each area, a mask of atoms.

    By ``periods`` of their own, such as those of a shorter limit; by those of the objective where
    there are none.
    """

    areas: tuple[tuple[NDArray[np.bool_], float], ...]
    periods: tuple[CoveragePeriod, ...] = ()


class NoPlacement(ValueError):  # noqa: N818 - it names what was found
    """No placement of so many crews covers every area as much as it must be."""


def covered_by_atom(periods: Sequence[CoveragePeriod], units: CrewCounts) -> Floats:
    """Return the demand of each atom that finds an idle crew in reach, shape (atoms,).

    Daskin's demand * (1 - busy^k), with k crews on duty and in reach, over all periods.
    """
    covered = []
    for period in periods:
        crews = np.asarray(np.tensordot(units, period.reach, axes=2), dtype=np.int64)
        covered.append(period.demand * (1 - period.busy**crews))
    return np.asarray(np.sum(covered, axis=0), dtype=float)


def best_stations(
    periods: Sequence[CoveragePeriod],
    fleet: RosteredCrews,
    least_gain: float = 0.0,
    floors: Sequence[CoverageFloors] = (),
) -> CrewCounts:
    """Return ``units[group, site]`` of largest expected cover less ``least_gain`` a moved crew.

    A crew is moved where no crew of its group stands today. Never covers less than today's stations
    where all of today's crews are placed and keep the floors. ValueError where the fleet cannot be
    placed, NoWay where it cannot keep the floors, RuntimeError if the solver gives up.
    """
    if np.any(fleet.kept.sum(axis=1) > fleet.most) or fleet.kept.sum() > fleet.total:
        raise ValueError(message("experiments.theory.more_kept"))
    if fleet.total > fleet.most.sum():
        raise ValueError(message("experiments.theory.more_than_crews"))
    areas = [area for floor in floors for area, _ in floor.areas]
    masks = np.array(areas, dtype=bool).reshape(len(areas), len(periods[0].demand))
    sets = [list(periods), *(list(floor.periods) for floor in floors)]
    rows = [[_period_rows(period, masks) for period in period_sets] for period_sets in sets]
    every = list(chain(*rows))
    cells, depths = fleet.today.size, sum(period_sets.gains.size for period_sets in every)
    demand = math.fsum(float(period.demand.sum()) for period in periods)
    wanted = np.concatenate([row.gains.ravel() for row in rows[0]]) / demand
    idle = np.zeros(depths - len(wanted))
    free = np.concatenate([np.full(cells, np.inf), np.ones(depths)])
    # no atom is covered more deeply than crews are in reach
    reach = sparse.vstack([row.reach for row in every])
    deep = sparse.block_diag([_depth_sum(row.gains) for row in every], format="csr")
    nothing = sparse.csr_array((reach.shape[0], cells))
    result = milp(
        np.concatenate([np.zeros(cells), np.full(cells, least_gain), -wanted, idle]),
        integrality=np.concatenate([np.ones(cells), np.zeros(cells + depths)]),
        bounds=Bounds(
            np.concatenate([fleet.kept.ravel(), np.zeros(cells + depths)]),
            np.concatenate([np.full(cells, fleet.at_most), free]),
        ),
        constraints=[
            LinearConstraint(sparse.csr_array(sparse.hstack([reach, nothing, -deep])), lb=0),
            *_placement_limits(fleet, depths),
            *_floor_limits(fleet, rows, floors),
        ],
        options={"mip_rel_gap": PRECISION},
    )
    if result.status == INFEASIBLE:
        raise NoPlacement(message("experiments.theory.no_placement"))
    if result.x is None:
        raise RuntimeError(f"the integer programme was not solved: {result.message}")
    return np.rint(result.x[:cells]).astype(np.int64).reshape(fleet.today.shape)


@dataclass(frozen=True)
class _PeriodRows:
    """A period's atoms, those alike as one: reach [atom, group x site], gains [atom, depth].

    ``areas[area, atom]`` tells which atoms are in each of the areas.
    """

    reach: sparse.csr_array
    gains: Floats
    areas: NDArray[np.bool_]


def _period_rows(period: CoveragePeriod, areas: NDArray[np.bool_]) -> _PeriodRows:
    """Return a period's atoms that need somebody and can be reached."""
    reach = period.reach.reshape(-1, len(period.demand))
    can = (period.demand > 0) & reach.any(axis=0)
    keys, which = np.unique(np.concatenate([reach, areas])[:, can], axis=1, return_inverse=True)
    demand = np.bincount(which.ravel(), weights=period.demand[can], minlength=keys.shape[1])
    depth = 1  # how many crews in reach count: of further ones the gain is negligible
    if period.busy > 0:
        depth = max(1, math.ceil(math.log(NEGLIGIBLE) / math.log(period.busy)))
    gain = (1 - period.busy) * period.busy ** np.arange(depth)
    reach_rows = sparse.csr_array(keys[: len(reach)].T.astype(float))
    return _PeriodRows(reach_rows, np.outer(demand, gain), keys[len(reach) :])


def _depth_sum(gains: Floats) -> sparse.csr_array:
    atoms, depth = gains.shape
    return sparse.kron(sparse.eye_array(atoms), np.ones((1, depth)), format="csr")


def _floor_limits(
    fleet: RosteredCrews, rows: Sequence[Sequence[_PeriodRows]], floors: Sequence[CoverageFloors]
) -> Iterator[LinearConstraint]:
    """Areas are covered at least so much, but for what is never weighed."""
    nothing, area = np.zeros(2 * fleet.today.size), 0
    for number, floor in enumerate(floors, start=1):
        mine = rows[number] or rows[0]
        for _, least in floor.areas:
            parts = [
                np.where(one.areas[area][:, None] & (own is mine), one.gains, 0.0).ravel()
                for own in rows
                for one in own
            ]
            row = sparse.csr_array(np.concatenate([nothing, *parts])[None, :])
            yield LinearConstraint(row, lb=least * (1 - NEGLIGIBLE))
            area += 1


def _placement_limits(fleet: RosteredCrews, gains: int) -> list[LinearConstraint]:
    """All crews are placed, of each group no more than there are; moves are told from today."""
    (groups, sites), cells = fleet.today.shape, fleet.today.size
    by_group = sparse.kron(sparse.eye_array(groups), np.ones((1, sites)), format="csr")
    rest = sparse.csr_array((len(fleet.most), cells + gains))
    every = np.concatenate([np.ones(cells), np.zeros(cells + gains)])[None, :]
    eye = sparse.eye_array(cells, format="csr")
    coefficients = sparse.hstack([eye, -eye, sparse.csr_array((cells, gains))])
    return [
        LinearConstraint(sparse.csr_array(sparse.hstack([by_group, rest])), ub=fleet.most),
        LinearConstraint(every, lb=fleet.total, ub=fleet.total),
        LinearConstraint(sparse.csr_array(coefficients), ub=fleet.today.ravel()),
    ]
