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
from functools import cached_property
from itertools import chain, combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

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


class NearBest(NamedTuple):
    """A placement, and how much more of all demand the best one might cover at most.

    Attributes:
        units: Crews by group and site.
        short: Share of all demand, less the price of moves.
    """

    units: CrewCounts
    short: float


def best_stations(
    periods: Sequence[CoveragePeriod],
    fleet: RosteredCrews,
    least_gain: float = 0.0,
    floors: Sequence[CoverageFloors] = (),
) -> NearBest:
    """Return ``units[group, site]`` of largest expected cover less ``least_gain`` a moved crew.

    A crew is moved where no crew of its group stands today. Never covers less than today's stations
    where all of today's crews are placed and keep the floors. ValueError where the fleet cannot be
    placed, NoPlacement where it cannot keep the floors, RuntimeError if the solver gives up.

    Today's stations are made better by moves of one or two crews. The programme without whole
    numbers bounds what the best can cover, and tells which sites no better placement has more of.
    What is left between the two is closed by the integer programme, where that is no larger than
    `MOST_TERMS`; else it is told.
    """
    if np.any(fleet.kept.sum(axis=1) > fleet.most) or fleet.kept.sum() > fleet.total:
        raise ValueError(message("experiments.theory.more_kept"))
    if fleet.total > fleet.most.sum():
        raise ValueError(message("experiments.theory.more_than_crews"))
    programme = _Programme.of(periods, fleet, least_gain, floors)
    rows, most = programme.less_than
    relaxed = linprog(  # type: ignore[call-overload]  # SciPy takes sparse tables too
        programme.costs,
        rows,
        most,
        bounds=np.column_stack(programme.bounds),
        method="highs-ds",
        options={"presolve": False},
    )
    if relaxed.status == INFEASIBLE:
        raise NoPlacement(message("experiments.theory.no_placement"))
    known = _improved_by_moves(programme, fleet)
    if known is None:
        return NearBest(programme.solved(), PRECISION)
    cost = programme.cost_of(known)
    gap = cost - float(relaxed.fun) + ROUNDING
    if gap <= PRECISION * abs(cost) or programme.terms > MOST_TERMS:
        return NearBest(known, gap)
    hopeless = np.asarray(relaxed.lower.marginals) > gap
    return NearBest(programme.solved(known, hopeless), PRECISION)


MOST_TERMS = 100_000
"""An integer programme of more terms takes minutes to hours, and is not solved."""

ROUNDING = 1e-7
"""So much the solver may err: what it tells of the cost is taken as so much less."""


@dataclass(frozen=True)
class _Programme:
    """The integer programme: whole crews by group and site, moves, and gains by atom and depth.

    Attributes:
        fleet: The crews to place.
        rows: Of the objective, then of each of the floors, the rows of its periods.
        least_gain: Price of a move.
        demand: All that needs somebody.
        least: What each floor's areas must have covered, in their order, nearly.
    """

    fleet: RosteredCrews
    rows: list[list[_PeriodRows]]
    least_gain: float
    demand: float
    least: tuple[CoverageFloors, ...]

    @classmethod
    def of(
        cls,
        periods: Sequence[CoveragePeriod],
        fleet: RosteredCrews,
        least_gain: float,
        floors: Sequence[CoverageFloors],
    ) -> _Programme:
        """Return the programme of `best_stations`, whose arguments these are."""
        areas = [area for floor in floors for area, _ in floor.areas]
        masks = np.array(areas, dtype=bool).reshape(len(areas), len(periods[0].demand))
        sets = [list(periods), *(list(floor.periods) for floor in floors)]
        rows = [
            [_period_rows(period, masks, fleet.total) for period in period_sets]
            for period_sets in sets
        ]
        demand = math.fsum(float(period.demand.sum()) for period in periods)
        return cls(fleet, rows, least_gain, demand, tuple(floors))

    @property
    def every(self) -> list[_PeriodRows]:
        """Return the rows of all periods, one below the other."""
        return list(chain(*self.rows))

    @property
    def depths(self) -> int:
        """Return how many gains there are."""
        return sum(each.gains.size for each in self.every)

    @property
    def costs(self) -> Floats:
        """Return the cost of each column: moves, less what is gained."""
        cells = self.fleet.today.size
        wanted = np.concatenate([row.gains.ravel() for row in self.rows[0]]) / self.demand
        idle = np.zeros(self.depths - len(wanted))
        return np.concatenate([np.zeros(cells), np.full(cells, self.least_gain), -wanted, idle])

    @property
    def bounds(self) -> tuple[Floats, Floats]:
        """Return the least and the most of each column."""
        cells = self.fleet.today.size
        least = np.concatenate([self.fleet.kept.ravel(), np.zeros(cells + self.depths)])
        free = np.concatenate([np.full(cells, np.inf), np.ones(self.depths)])
        return least, np.concatenate([np.full(cells, self.fleet.at_most), free])

    @cached_property
    def limits(self) -> list[LinearConstraint]:
        """Return what must hold; no atom is covered more deeply than crews are in reach."""
        reach = sparse.vstack([row.reach for row in self.every])
        deep = sparse.block_diag([_depth_sum(row.gains) for row in self.every], format="csr")
        nothing = sparse.csr_array((reach.shape[0], self.fleet.today.size))
        return [
            LinearConstraint(sparse.csr_array(sparse.hstack([reach, nothing, -deep])), lb=0),
            *_placement_limits(self.fleet, self.depths),
            *_floor_limits(self.fleet, self.rows, self.least),
        ]

    @property
    def terms(self) -> int:
        """Return how many coefficients the limits have."""
        return int(self.less_than[0].nnz)

    @cached_property
    def less_than(self) -> tuple[sparse.csr_array, Floats]:
        """Return the same as rows that are at most something."""
        tables, most = [], []
        for limit in self.limits:
            table = sparse.csr_array(limit.A)  # type: ignore[arg-type]  # ours are tables
            for sign, ends in ((1, limit.ub), (-1, limit.lb)):
                bound = np.broadcast_to(np.asarray(ends, dtype=float), (table.shape[0],))
                if np.isfinite(bound).all():
                    tables.append(sign * table)
                    most.append(sign * bound)
        return sparse.csr_array(sparse.vstack(tables)), np.concatenate(most)

    def cost_of(self, units: CrewCounts) -> float:
        """Return what a placement costs: moves, less the share covered."""
        moved = np.maximum(units - self.fleet.today, 0).sum()
        covered = 0.0
        for row in self.rows[0]:
            deep = np.minimum(np.rint(row.reach @ units.ravel()).astype(int), row.gains.shape[1])
            covered += float(_cumulated(row.gains)[np.arange(len(deep)), deep].sum())
        return float(self.least_gain * moved - covered / self.demand)

    def solved(
        self, known: CrewCounts | None = None, hopeless: NDArray[np.bool_] | None = None
    ) -> CrewCounts:
        """Return the best placement, or the one that is known if none is better.

        Args:
            known: A placement; only better ones are looked for.
            hopeless: Columns that no better one has more of than the least.

        Raises:
            NoPlacement: There is none, and none was known.
            RuntimeError: The solver gives up.
        """
        costs, (least, most), limits = self.costs, self.bounds, self.limits
        cells, depths = self.fleet.today.size, self.depths
        if known is not None and hopeless is not None:
            most = np.where(hopeless, least, most)
            better = self.cost_of(known) * (1 + PRECISION)
            limits = [*limits, LinearConstraint(costs[None, :], ub=better)]
        result = milp(
            costs,
            integrality=np.concatenate([np.ones(cells), np.zeros(cells + depths)]),
            bounds=Bounds(least, most),
            constraints=limits,
            options={"mip_rel_gap": PRECISION},
        )
        if result.status == INFEASIBLE and known is not None:
            return known
        if result.status == INFEASIBLE:
            raise NoPlacement(message("experiments.theory.no_placement"))
        if result.x is None:
            raise RuntimeError(f"the integer programme was not solved: {result.message}")
        return np.rint(result.x[:cells]).astype(np.int64).reshape(self.fleet.today.shape)


def _cumulated(gains: Floats) -> Floats:
    """Return what is covered with none, one, two ... in reach of each atom."""
    return np.concatenate([np.zeros((len(gains), 1)), np.cumsum(gains, axis=1)], axis=1)


def _improved_by_moves(programme: _Programme, fleet: RosteredCrews) -> CrewCounts | None:
    """Return today's stations made better by moves of one or two crews until none helps.

    With more crews than today each new one begins where it adds most, with fewer those go that are
    missed least. None where that leaves too many at a site, or does not keep the floors.
    """
    search = _MoveSearch(programme, fleet)
    units = fleet.today.ravel().copy()
    while units.sum() < fleet.total:
        units[search.best_addition(units)[0]] += 1
    while units.sum() > fleet.total:
        units[search.least_missed(units)] -= 1
    if np.any(units > fleet.at_most) or not search.keeps_floors(units):
        return None
    while (better := search.best_move(units) or search.best_pair(units)) is not None:
        for cell in better.left:
            units[cell] -= 1
        for cell in better.taken:
            units[cell] += 1
    return units.reshape(fleet.today.shape)


class _Moves(NamedTuple):
    """Cells that crews leave, and those that they take."""

    left: tuple[int, ...]
    taken: tuple[int, ...]


FIRST_OF_PAIR = 3
"""So many cells are tried for the first of two crews that move together."""


class _MoveSearch:
    """The best move of one crew, looked for over all crews and sites at once.

    A crew more in reach of an atom gains its next depth: what each cell would gain is one product
    of a matrix with these gains.
    """

    def __init__(self, programme: _Programme, fleet: RosteredCrews) -> None:
        """Lay the rows of all periods one below the other."""
        every = programme.every
        self._fleet, self._price = fleet, programme.least_gain
        self._reach = sparse.csr_array(sparse.vstack([row.reach for row in every]))
        self._by_cell = sparse.csr_array(self._reach.T)
        most = max(row.gains.shape[1] for row in every)
        padded = [np.pad(row.gains, ((0, 0), (0, most + 1 - row.gains.shape[1]))) for row in every]
        self._gains, self._most = np.concatenate(padded), most
        self._covered = _cumulated(self._gains)
        counts = [len(row.gains) for row in every]
        of_objective = np.arange(sum(counts)) < sum(len(row.gains) for row in programme.rows[0])
        self._weight = of_objective / programme.demand
        self._floors, self._least = _floor_masks(programme)

    def _state(self, units: CrewCounts) -> tuple[Floats, Floats]:
        """Return what is covered of each atom, and what one more in reach would add."""
        deep = np.minimum(np.rint(self._reach @ units).astype(int), self._most)
        at = np.arange(len(deep))
        return self._covered[at, deep], self._gains[at, deep]

    def keeps_floors(self, units: CrewCounts) -> bool:
        """Tell whether every floor is kept."""
        return bool(np.all(self._floors @ self._state(units)[0] >= self._least))

    def _score(self, units: CrewCounts) -> float:
        moved = np.maximum(units - self._fleet.today.ravel(), 0).sum()
        return float(self._state(units)[0] @ self._weight - self._price * moved)

    def _scores(self, units: CrewCounts) -> Floats:
        """Return the score with one more at each cell; minus infinity where none may be."""
        fleet, (covered, more) = self._fleet, self._state(units)
        today = fleet.today.ravel()
        moved = np.maximum(units - today, 0).sum() + (units >= today)
        score = covered @ self._weight + self._by_cell @ (more * self._weight)
        by_group = units.reshape(fleet.today.shape).sum(axis=1) < fleet.most
        allowed = np.repeat(by_group, fleet.today.shape[1]) & (units < fleet.at_most)
        return np.where(allowed, score - self._price * moved, -np.inf)

    def _best_cells(self, units: CrewCounts) -> CrewCounts:
        return np.argsort(-self._scores(units), kind="stable")

    def best_addition(
        self, units: CrewCounts, above: float = -np.inf, floors: bool = False
    ) -> tuple[int, float]:
        """Return the cell where one more adds most, and the score then; -1 if none is above.

        Args:
            units: Crews by cell, one fewer than are to be placed.
            above: A score that has to be passed.
            floors: Whether only cells that keep the floors count.
        """
        score = self._scores(units)
        for cell in np.argsort(-score, kind="stable").tolist():
            if score[cell] <= above:
                break
            units[cell] += 1
            kept = not floors or self.keeps_floors(units)
            units[cell] -= 1
            if kept:
                return cell, float(score[cell])
        return -1, above

    def least_missed(self, units: CrewCounts) -> int:
        """Return the cell from which a crew is best taken away."""

        def score_without(cell: int) -> float:
            fewer = units.copy()
            fewer[cell] -= 1
            return self._score(fewer)

        cells = np.flatnonzero(units > self._fleet.kept.ravel()).tolist()
        return int(max(cells, key=score_without))

    def best_move(self, units: CrewCounts) -> _Moves | None:
        """Return from and to which cell a crew is best moved; None where no move helps."""
        best, score = None, self._score(units) + ROUNDING
        for cell in np.flatnonzero(units > self._fleet.kept.ravel()).tolist():
            units[cell] -= 1
            to, then = self.best_addition(units, score, floors=True)
            units[cell] += 1
            if to >= 0:
                best, score = _Moves((cell,), (to,)), then
        return best

    def best_pair(self, units: CrewCounts) -> _Moves | None:
        """Return two crews' moves that help together; None where none is found."""
        best, score = None, self._score(units) + ROUNDING
        free = np.repeat(np.arange(units.size), units - self._fleet.kept.ravel()).tolist()
        for pair in dict.fromkeys(combinations(free, 2)):
            left = units.copy()
            for cell in pair:
                left[cell] -= 1
            for first in self._best_cells(left)[:FIRST_OF_PAIR].tolist():
                left[first] += 1
                second, then = self.best_addition(left, score, floors=True)
                left[first] -= 1
                if second >= 0:
                    best, score = _Moves(pair, (first, second)), then
        return best


def _floor_masks(programme: _Programme) -> tuple[sparse.csr_array, Floats]:
    """Return which atoms count in each area of each floor, and how much must be covered there."""
    masks, least, area = [], [], 0
    for number, floor in enumerate(programme.least, start=1):
        mine = programme.rows[number] or programme.rows[0]
        for _, amount in floor.areas:
            masks.append(
                np.concatenate(
                    [
                        one.areas[area] if own is mine else np.zeros(len(one.gains), dtype=bool)
                        for own in programme.rows
                        for one in own
                    ]
                )
            )
            least.append(amount * (1 - NEGLIGIBLE))
            area += 1
    atoms = sum(len(one.gains) for one in programme.every)
    table = np.array(masks, dtype=float).reshape(len(masks), atoms)
    return sparse.csr_array(table), np.array(least)


@dataclass(frozen=True)
class _PeriodRows:
    """A period's atoms, those alike as one: reach [atom, group x site], gains [atom, depth].

    ``areas[area, atom]`` tells which atoms are in each of the areas.
    """

    reach: sparse.csr_array
    gains: Floats
    areas: NDArray[np.bool_]


def _period_rows(period: CoveragePeriod, areas: NDArray[np.bool_], total: int) -> _PeriodRows:
    """Return a period's atoms that need somebody and can be reached, by at most all the crews."""
    reach = period.reach.reshape(-1, len(period.demand))
    can = (period.demand > 0) & reach.any(axis=0)
    keys, which = np.unique(np.concatenate([reach, areas])[:, can], axis=1, return_inverse=True)
    demand = np.bincount(which.ravel(), weights=period.demand[can], minlength=keys.shape[1])
    depth = 1  # how many crews in reach count: of further ones the gain is negligible
    if period.busy > 0:
        weighed = math.ceil(math.log(NEGLIGIBLE) / math.log(period.busy))
        depth = max(1, min(weighed, total))
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
