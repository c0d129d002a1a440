"""The conditions of a road network, each solved for the quickest ways when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from akuttsim.errors import InputError, Problem
from akuttsim.messages import message
from akuttsim.roads.road_network import MODES, Mode, RoadNetwork, Situation
from akuttsim.units import to_ticks

Item = TypeVar("Item")
TimeTable = NDArray[np.float64]
PlacePairs = frozenset[tuple[int, int]]


class PerCondition(Generic[Item]):
    """Something that each condition has, by its number; there may come more conditions."""

    def __init__(self, count: Callable[[], int], get: Callable[[int], Item]) -> None:
        """Take how many there are now, and what gives the one of a number."""
        self._count, self._get = count, get

    def __len__(self) -> int:
        """Return how many conditions there are by now."""
        return self._count()

    def __getitem__(self, condition: int) -> Item:
        """Return that of a condition."""
        return self._get(condition)

    def __iter__(self) -> Iterator[Item]:
        """Yield that of each condition there is by now."""
        return map(self._get, range(len(self)))


class ShortestTimes(NamedTuple):
    """Seconds of the quickest ways between all places, and SciPy's predecessors on them."""

    times: TimeTable
    previous: NDArray[np.int32]


class Conditions:
    """The conditions of a network, numbered as they are met; whoever asks first has them solved.

    A run meets few of all that a calendar could make, and only these cost time and memory.
    """

    def __init__(self, roads: RoadNetwork) -> None:
        """Begin without any."""
        self._roads = roads
        self._met: dict[Situation, int] = {}
        self._alike: dict[bytes, int] = {}
        self._seconds: list[dict[Mode, TimeTable]] = []
        self._first: list[Situation] = []
        self._solved: dict[tuple[Mode, int], ShortestTimes] = {}
        self._crossings: dict[int, PlacePairs] = {}
        self._held: dict[int, PlacePairs] = {}

    def number(self, situation: Situation) -> int:
        """Return the condition of a situation; situations with the same times share one."""
        known = self._met.get(situation)
        if known is None:
            known = self._met[situation] = self._numbered(situation)
        return known

    def _numbered(self, situation: Situation) -> int:
        """Return the number of a situation that comes for the first time; equal times share one."""
        seconds = self._roads.at(situation)
        is_held = self._roads.is_held(situation)
        key = b"".join([*(seconds[mode].tobytes() for mode in MODES), is_held.tobytes()])
        if key not in self._alike:
            self._alike[key] = len(self._seconds)
            self._seconds.append(seconds)
            self._first.append(situation)
        return self._alike[key]

    def times(self, mode: Mode) -> PerCondition[TimeTable]:
        """Return the seconds between all places, of each condition."""
        return self._per(lambda condition: self._solution(mode, condition).times)

    def previous(self, mode: Mode) -> PerCondition[NDArray[np.int32]]:
        """Return the predecessors on the quickest ways, of each condition."""
        return self._per(lambda condition: self._solution(mode, condition).previous)

    def situation(self, condition: int) -> Situation:
        """Return the situation in which a condition was met first."""
        return self._first[condition]

    def stretches(self, mode: Mode, condition: int) -> TimeTable:
        """Return the seconds of every stretch in a condition."""
        return self._seconds[condition][mode]

    def crossings(self) -> PerCondition[PlacePairs]:
        """Return between which places the quickest stretch is a ferry, a column or one-way."""
        return self._per(lambda condition: _cached_pairs(self._crossings, condition, self._crossed))

    def held(self) -> PerCondition[PlacePairs]:
        """Return between which places a road is closed or driven in a column."""
        return self._per(lambda condition: _cached_pairs(self._held, condition, self._holding))

    def _per(self, get: Callable[[int], Item]) -> PerCondition[Item]:
        return PerCondition(lambda: len(self._seconds), get)

    def _solution(self, mode: Mode, condition: int) -> ShortestTimes:
        """Return the shortest times of a condition. Raises InputError where places are cut off."""
        solution = self._solved.get((mode, condition))
        if solution is None:
            solution = _solve_shortest(self._roads, self._seconds[condition][mode])
            self._solved[mode, condition] = solution
            _refuse_cut_off(solution.times, self._roads, self._first[condition])
        return solution

    def _crossed(self, condition: int) -> PlacePairs:
        """Return the pairs of places whose quickest stretch nobody can turn on."""
        roads = self._roads
        quickest = quickest_stretches(roads, self._seconds[condition]["car"])
        no_turn = roads.no_turn | roads.is_held(self._first[condition])
        return _place_pairs(roads, quickest[no_turn[quickest]])

    def _holding(self, condition: int) -> PlacePairs:
        """Return the pairs of places between which a road is closed or driven in a column."""
        return _place_pairs(
            self._roads, np.flatnonzero(self._roads.is_held(self._first[condition]))
        )


def _cached_pairs(
    cache: dict[int, PlacePairs], condition: int, make: Callable[[int], PlacePairs]
) -> PlacePairs:
    """Return a condition's pairs of places, made when it is asked for first."""
    if condition not in cache:
        cache[condition] = make(condition)
    return cache[condition]


def _place_pairs(roads: RoadNetwork, rows: NDArray[np.intp]) -> PlacePairs:
    return frozenset(zip(roads.start[rows].tolist(), roads.end[rows].tolist(), strict=True))


def quickest_stretches(roads: RoadNetwork, seconds: TimeTable) -> NDArray[np.intp]:
    """Return the rows that are the quickest open stretch between their two places."""
    order = np.lexsort((seconds, roads.end, roads.start))
    pairs = np.column_stack([roads.start, roads.end])[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    quickest = order[first]
    return quickest[np.isfinite(seconds[quickest])]


def _solve_shortest(roads: RoadNetwork, seconds: TimeTable) -> ShortestTimes:
    """Return seconds and predecessors between all places; ferries count only where quicker."""
    quickest = quickest_stretches(roads, seconds)
    shape = (roads.places, roads.places)
    stretches = (seconds[quickest], (roads.start[quickest], roads.end[quickest]))
    times, previous = dijkstra(csr_array(stretches, shape=shape), return_predecessors=True)
    return ShortestTimes(to_ticks(times), previous)


def _refuse_cut_off(times: TimeTable, roads: RoadNetwork, situation: Situation) -> None:
    """Raise InputError where closed roads leave some places without any way to the others."""
    if not situation.in_force or np.isfinite(times).all():
        return
    largest = int(np.isfinite(times).sum(axis=1).argmax())
    names = [roads.names[place] for place in np.flatnonzero(~np.isfinite(times[largest]))]
    key = f"driving.conditions.{situation.in_force[-1]}"
    what = message(
        "files.roads.no_way", in_force=", ".join(situation.in_force), names=", ".join(names[:8])
    )
    raise InputError([Problem("", 0, key, what)])
