"""Conditions: the distinct sets of stretch times of a region, each solved when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from akuttsim.errors import InputError, Problem
from akuttsim.roads.network import MODES, Mode, Network
from akuttsim.roads.situations import Situation
from akuttsim.units import to_ticks

T = TypeVar("T")
Array = NDArray[np.float64]
Pairs = frozenset[tuple[int, int]]


class PerCondition(Generic[T]):
    """Something that each condition has, by its number; there may come more conditions."""

    def __init__(self, count: Callable[[], int], get: Callable[[int], T]) -> None:
        """Take how many there are now, and what gives the one of a number."""
        self._count, self._get = count, get

    def __len__(self) -> int:
        """Return how many conditions there are by now."""
        return self._count()

    def __getitem__(self, condition: int) -> T:
        """Return that of a condition."""
        return self._get(condition)

    def __iter__(self) -> Iterator[T]:
        """Yield that of each condition there is by now."""
        return map(self._get, range(len(self)))


class Solved(NamedTuple):
    """Seconds of the quickest ways between all places, and SciPy's predecessors on them."""

    times: Array
    previous: NDArray[np.int32]


class Conditions:
    """The conditions of a network, numbered as they are met; whoever asks first has them solved.

    A run meets few of all that a calendar could make, and only these cost time and memory.
    """

    def __init__(self, roads: Network) -> None:
        """Begin without any."""
        self._roads = roads
        self._met: dict[Situation, int] = {}
        self._alike: dict[bytes, int] = {}
        self._seconds: list[dict[Mode, Array]] = []
        self._first: list[Situation] = []
        self._solved: dict[tuple[Mode, int], Solved] = {}
        self._crossings: dict[int, Pairs] = {}
        self._held: dict[int, Pairs] = {}

    def number(self, situation: Situation) -> int:
        """Return the condition of a situation; situations with the same times share one."""
        found = self._met.get(situation)
        if found is None:
            found = self._met[situation] = self._numbered(situation)
        return found

    def _numbered(self, situation: Situation) -> int:
        seconds = self._roads.at(situation)
        held = self._roads.is_held(situation)
        key = b"".join([*(seconds[mode].tobytes() for mode in MODES), held.tobytes()])
        if key not in self._alike:
            self._alike[key] = len(self._seconds)
            self._seconds.append(seconds)
            self._first.append(situation)
        return self._alike[key]

    def times(self, mode: Mode) -> PerCondition[Array]:
        """Return the seconds between all places, of each condition."""
        return self._per(lambda condition: self._solution(mode, condition).times)

    def previous(self, mode: Mode) -> PerCondition[NDArray[np.int32]]:
        """Return the predecessors on the quickest ways, of each condition."""
        return self._per(lambda condition: self._solution(mode, condition).previous)

    def situation(self, condition: int) -> Situation:
        """Return the situation in which a condition was met first."""
        return self._first[condition]

    def stretches(self, mode: Mode, condition: int) -> Array:
        """Return the seconds of every stretch in a condition."""
        return self._seconds[condition][mode]

    def crossings(self) -> PerCondition[Pairs]:
        """Return between which places the quickest stretch is a ferry, a column or one-way."""
        return self._per(lambda condition: _kept(self._crossings, condition, self._crossed))

    def held(self) -> PerCondition[Pairs]:
        """Return between which places a road is closed or driven in a column."""
        return self._per(lambda condition: _kept(self._held, condition, self._holding))

    def _per(self, get: Callable[[int], T]) -> PerCondition[T]:
        return PerCondition(lambda: len(self._seconds), get)

    def _solution(self, mode: Mode, condition: int) -> Solved:
        found = self._solved.get((mode, condition))
        if found is None:
            found = _solve(self._roads, self._seconds[condition][mode])
            self._solved[mode, condition] = found
            _tell_cut_off(found.times, self._roads, self._first[condition])
        return found

    def _crossed(self, condition: int) -> Pairs:
        roads = self._roads
        kept = quickest(roads, self._seconds[condition]["car"])
        no_turn = roads.no_turn | roads.is_held(self._first[condition])
        return _pairs(roads, kept[no_turn[kept]])

    def _holding(self, condition: int) -> Pairs:
        return _pairs(self._roads, np.flatnonzero(self._roads.is_held(self._first[condition])))


def _kept(kept: dict[int, Pairs], condition: int, make: Callable[[int], Pairs]) -> Pairs:
    if condition not in kept:
        kept[condition] = make(condition)
    return kept[condition]


def _pairs(roads: Network, rows: NDArray[np.intp]) -> Pairs:
    return frozenset(zip(roads.start[rows].tolist(), roads.end[rows].tolist(), strict=True))


def quickest(roads: Network, seconds: Array) -> NDArray[np.intp]:
    """Return the rows that are the quickest open stretch between their two places."""
    order = np.lexsort((seconds, roads.end, roads.start))
    pairs = np.column_stack([roads.start, roads.end])[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    kept = order[first]
    return kept[np.isfinite(seconds[kept])]


def _solve(roads: Network, seconds: Array) -> Solved:
    """Return seconds and predecessors between all places; ferries count only where quicker."""
    kept = quickest(roads, seconds)
    shape = (roads.places, roads.places)
    stretches = (seconds[kept], (roads.start[kept], roads.end[kept]))
    times, previous = dijkstra(csr_array(stretches, shape=shape), return_predecessors=True)
    return Solved(to_ticks(times), previous)


def _tell_cut_off(times: Array, roads: Network, situation: Situation) -> None:
    """Raise InputError where closed roads leave some places without any way to the others."""
    if not situation.in_force or np.isfinite(times).all():
        return
    largest = int(np.isfinite(times).sum(axis=1).argmax())
    names = [roads.names[place] for place in np.flatnonzero(~np.isfinite(times[largest]))]
    key = f"driving.conditions.{situation.in_force[-1]}"
    what = (
        f"with {', '.join(situation.in_force)} in force there is no way to {', '.join(names[:8])}"
        "; write cut_off_wait_min, or leave a way open"
    )
    raise InputError([Problem("", 0, key, what)])
