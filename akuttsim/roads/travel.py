"""Travel times between all places, by mode and hour of the day, and positions on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from akuttsim.roads.network import HOURS, MODES, Mode, Network, network
from akuttsim.scenario.region import Region
from akuttsim.units import to_ticks

NOON = 12

Way = tuple[int, float]
"""A place that can be reached from a position on the road, and the seconds to it."""


@dataclass(frozen=True)
class Route:
    """A drive: the places passed, the seconds at which each is reached, and crossings by ferry.

    `on_ferry[k]` tells whether the stretch from `places[k]` to `places[k+1]` is a ferry.
    """

    places: tuple[int, ...]
    reached_s: tuple[float, ...]
    on_ferry: tuple[bool, ...]

    @property
    def duration_s(self) -> float:
        """Return the seconds of the whole drive."""
        return self.reached_s[-1]


@dataclass(frozen=True)
class Lengths:
    """Kilometres of the quickest stretches by day; `key` is start x places + end, ascending."""

    places: int
    key: NDArray[np.int64]
    km: NDArray[np.float64]

    def between(self, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the length of the stretch from each start to each end."""
        return self.km[np.searchsorted(self.key, start * self.places + end)]


@dataclass(frozen=True)
class Travel:
    """Seconds of the quickest ways; a condition is a set of hours with the same travel times.

    `condition_of_hour[hour of day]` -> condition; `seconds[mode][condition][from, to]`;
    `previous` as SciPy's predecessors; `ferries[condition]` has the pairs of places between which
    a ferry is the quickest stretch.
    """

    condition_of_hour: tuple[int, ...]
    seconds: dict[Mode, list[NDArray[np.float64]]]
    previous: dict[Mode, list[NDArray[np.int32]]]
    ferries: list[frozenset[tuple[int, int]]]
    lengths: Lengths
    _to: dict[tuple[Mode, int, int], list[float]] = field(default_factory=dict, repr=False)
    _routes: dict[tuple[int, int, int], Route] = field(default_factory=dict, repr=False)
    _km_to: dict[int, NDArray[np.float64]] = field(default_factory=dict, repr=False)

    def to(self, mode: Mode, condition: int, place: int) -> list[float]:
        """Return the seconds from every place to this one."""
        key = (mode, condition, place)
        found = self._to.get(key)
        if found is None:
            found = self._to[key] = self.seconds[mode][condition][:, place].tolist()
        return found

    def km_to(self, place: int) -> NDArray[np.float64]:
        """Return the kilometres from every place to this one, along the quickest drive by day.

        Ordinary driving at noon; a ferry's crossing counts with its length.
        """
        found = self._km_to.get(place)
        if found is None:
            found = self._km_to[place] = self._measured_to(place)
        return found

    def _measured_to(self, place: int) -> NDArray[np.float64]:
        """Walk all drives to a place backwards at once, a stretch at a time."""
        previous = self.previous["car"][self.condition_of_hour[NOON]]
        km = np.zeros(len(previous))
        drive = np.delete(np.arange(len(previous)), place)
        at = np.full(len(drive), place)
        while len(drive):
            before = previous[drive, at].astype(np.int64)
            km[drive] += self.lengths.between(before, at)
            under_way = before != drive
            drive, at = drive[under_way], before[under_way]
        km.flags.writeable = False
        return km

    def route(self, condition: int, start: int, end: int) -> Route:
        """Return the quickest ordinary drive from one place to another."""
        key = (condition, start, end)
        found = self._routes.get(key)
        if found is None:
            found = self._routes[key] = self._traced(condition, start, end)
        return found

    def _traced(self, condition: int, start: int, end: int) -> Route:
        previous = self.previous["car"][condition][start]
        backwards = [end]
        while backwards[-1] != start:
            backwards.append(int(previous[backwards[-1]]))
        places = tuple(reversed(backwards))
        row = self.seconds["car"][condition][start]
        steps = pairwise(places)
        return Route(
            places,
            tuple(float(row[place]) for place in places),
            tuple(step in self.ferries[condition] for step in steps),
        )

    def ways_from(self, route: Route, elapsed_s: float, condition: int, mode: Mode) -> list[Way]:
        """Return where a vehicle can go on from its position: on ahead, or back if it can turn.

        `elapsed_s` is the time since the route began; past its end, the vehicle is at its end.
        """
        if elapsed_s >= route.duration_s:
            return [(route.places[-1], 0.0)]
        leg = int(np.searchsorted(route.reached_s, elapsed_s, side="right")) - 1
        behind, ahead = route.places[leg], route.places[leg + 1]
        length = route.reached_s[leg + 1] - route.reached_s[leg]
        done = (elapsed_s - route.reached_s[leg]) / length
        if route.on_ferry[leg] and done > 0:
            return [(ahead, (1 - done) * length)]
        times = self.seconds[mode][condition]
        forward = (1 - done) * float(times[behind, ahead])
        back = done * float(times[ahead, behind])
        return [(ahead, forward), (behind, back)]


def travel(region: Region) -> Travel:
    """Return the travel times of a region."""
    roads = network(region)
    hours, condition_of_hour = _conditions(roads)
    solved = {mode: [_solve(roads, mode, hour) for hour in hours] for mode in MODES}
    return Travel(
        condition_of_hour=condition_of_hour,
        seconds={mode: [each[0] for each in solved[mode]] for mode in MODES},
        previous={mode: [each[1] for each in solved[mode]] for mode in MODES},
        ferries=[_crossings(roads, hour) for hour in hours],
        lengths=_lengths(roads),
    )


def _conditions(roads: Network) -> tuple[list[int], tuple[int, ...]]:
    """Return one hour for each distinct set of travel times, and each hour's condition."""
    seen: dict[bytes, int] = {}
    hours, condition_of_hour = [], []
    for hour in range(HOURS):
        key = b"".join(roads.seconds[mode][hour].tobytes() for mode in MODES)
        if key not in seen:
            seen[key] = len(seen)
            hours.append(hour)
        condition_of_hour.append(seen[key])
    return hours, tuple(condition_of_hour)


def _quickest(roads: Network, mode: Mode, hour: int) -> NDArray[np.intp]:
    """Return the rows that are the quickest stretch between their two places."""
    order = np.lexsort((roads.seconds[mode][hour], roads.end, roads.start))
    pairs = np.column_stack([roads.start, roads.end])[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    return order[first]


def _crossings(roads: Network, hour: int) -> frozenset[tuple[int, int]]:
    kept = [row for row in _quickest(roads, "car", hour) if roads.is_ferry[row]]
    return frozenset((int(roads.start[row]), int(roads.end[row])) for row in kept)


def _lengths(roads: Network) -> Lengths:
    kept = _quickest(roads, "car", NOON)
    key = roads.start[kept].astype(np.int64) * roads.places + roads.end[kept]
    return Lengths(roads.places, key, roads.km[kept])


def _solve(roads: Network, mode: Mode, hour: int) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Return seconds and predecessors between all places; ferries count only where quicker."""
    kept = _quickest(roads, mode, hour)
    shape = (roads.places, roads.places)
    stretches = (roads.seconds[mode][hour][kept], (roads.start[kept], roads.end[kept]))
    times, previous = dijkstra(csr_array(stretches, shape=shape), return_predecessors=True)
    return to_ticks(times), previous
