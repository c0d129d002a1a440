"""A road network as it was read: points, directed stretches, and how it is made smaller.

Simplifying takes away dead ends and points where nothing is chosen, and changes no travel time.
Travel times between places through a network: seconds, those of them in town, and km.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from akuttsim.units import HOUR_S

FloatColumn = NDArray[np.float64]
IntColumn = NDArray[np.int64]
MaskColumn = NDArray[np.bool_]

NO_FERRY = -1

MOST_STRETCHES = 3_000_000
"""Directed stretches that are read at most: about 3 GB while they are simplified."""


@dataclass(frozen=True)
class Graph:
    """A road network: points, and stretches that are driven one way each.

    Attributes:
        names: Identifiers of the points.
        lat: Latitude of each point, in degrees.
        lon: Longitude.
        can_stop: Whether one can live there or a station can be: not on a motorway or a ferry.
        start: Index of the point at which a stretch begins, shape (stretches,).
        end: Index of the point at which it ends.
        seconds: Of ordinary cars; of a ferry with the mean wait.
        km: Lengths.
        in_town: Whether it is a street slower than the region's `town_below_kmh`.
        ferry: The number of a crossing in the order read, or `NO_FERRY`.
        label: Index of the road's name in `labels`.
        labels: Names of roads.
        emergency: Whether only ambulances and others with blue light may drive there; None where
            all may everywhere.
    """

    names: tuple[str, ...]
    lat: FloatColumn
    lon: FloatColumn
    can_stop: MaskColumn
    start: IntColumn
    end: IntColumn
    seconds: FloatColumn
    km: FloatColumn
    in_town: MaskColumn
    ferry: IntColumn
    label: IntColumn
    labels: tuple[str, ...]
    emergency: MaskColumn | None = None

    def is_emergency(self) -> MaskColumn:
        """Return which stretches only vehicles with blue light may drive."""
        return np.zeros(len(self.start), np.bool_) if self.emergency is None else self.emergency

    def for_cars(self) -> Graph:
        """Return the network of all cars, without what only vehicles with blue light may drive."""
        return self if self.emergency is None else self.of_stretches(~self.emergency)

    @property
    def points(self) -> int:
        """Return how many points there are."""
        return len(self.names)

    def of_stretches(self, stretches: MaskColumn | IntColumn) -> Graph:
        """Return the network with only some of its stretches; all points stay."""
        columns = ["start", "end", "seconds", "km", "in_town", "ferry", "label"]
        columns += ["emergency"] * (self.emergency is not None)
        return replace(self, **{name: getattr(self, name)[stretches] for name in columns})

    def of_points(self, points: IntColumn) -> Graph:
        """Return the network with only some of its points, in this order.

        Stretches stay where both of their ends do.
        """
        number = np.full(self.points, -1, dtype=np.int64)
        number[points] = np.arange(len(points))
        inside = self.of_stretches((number[self.start] >= 0) & (number[self.end] >= 0))
        return replace(
            inside,
            names=tuple(self.names[point] for point in points.tolist()),
            lat=self.lat[points],
            lon=self.lon[points],
            can_stop=self.can_stop[points],
            start=number[inside.start],
            end=number[inside.end],
        )

    def kmh(self) -> FloatColumn:
        """Return the speed on each stretch."""
        return self.km / self.seconds * HOUR_S

    def matrix(self) -> csr_array:
        """Return the seconds between neighbours, of the quickest stretch where there are more."""
        order = np.lexsort((self.seconds, self.end, self.start))
        start, end = self.start[order], self.end[order]
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1])
        cheapest = order[first]
        ends = (self.start[cheapest], self.end[cheapest])
        arcs = csr_array((self.seconds[cheapest], ends), shape=(self.points, self.points))
        # older SciPy searches ways only where the places are whole numbers of 32 bits
        arcs.indices, arcs.indptr = arcs.indices.astype(np.int32), arcs.indptr.astype(np.int32)
        return arcs


@dataclass(frozen=True)
class Stretch:
    """A directed stretch on the way into a graph."""

    start: int
    end: int
    seconds: float
    km: float
    in_town: bool
    ferry: int = NO_FERRY
    label: int = 0
    emergency: bool = False


def graph_of(
    points: Sequence[tuple[str, float, float, bool]],
    stretches: Iterable[Stretch],
    labels: Iterable[str],
) -> Graph:
    """Return the graph of some points and stretches.

    Args:
        points: Name, latitude, longitude and whether one can stop there, of each point.
        stretches: Stretches, whose ends are indices of points.
        labels: Names of roads, to which the stretches refer.
    """
    rows = list(stretches)
    names, lat, lon, can_stop = zip(*points, strict=True) if points else ((), (), (), ())
    return Graph(
        names=tuple(names),
        lat=np.array(lat, dtype=np.float64),
        lon=np.array(lon, dtype=np.float64),
        can_stop=np.array(can_stop, dtype=np.bool_),
        start=np.array([row.start for row in rows], dtype=np.int64),
        end=np.array([row.end for row in rows], dtype=np.int64),
        seconds=np.array([row.seconds for row in rows], dtype=np.float64),
        km=np.array([row.km for row in rows], dtype=np.float64),
        in_town=np.array([row.in_town for row in rows], dtype=np.bool_),
        ferry=np.array([row.ferry for row in rows], dtype=np.int64),
        label=np.array([row.label for row in rows], dtype=np.int64),
        labels=tuple(labels),
        emergency=(
            np.array([row.emergency for row in rows], dtype=np.bool_)
            if any(row.emergency for row in rows)
            else None
        ),
    )


@dataclass(frozen=True)
class Component:
    """A part of a network that is not of the main one.

    Attributes:
        kind: `apart` where no road joins it; else a one-way trap: `no way out`, `no way in`, or
            `neither` where it is passed through by parts that are traps themselves.
        points: Indices of its points.
        km: Length of its stretches, each direction by itself.
    """

    kind: str
    points: IntColumn
    km: float


def main_component(graph: Graph) -> IntColumn:
    """Return the points of the largest part in which one can drive from each point to each."""
    _, number = connected_components(graph.matrix(), directed=True, connection="strong")
    return np.flatnonzero(number == np.bincount(number).argmax())


def other_components(graph: Graph, main: IntColumn) -> list[Component]:
    """Return what is not of the main part, the longest roads first."""
    is_main = np.zeros(graph.points, dtype=np.bool_)
    is_main[main] = True
    rest = graph.of_stretches(~(is_main[graph.start] & is_main[graph.end]))
    within = ~is_main[rest.start] & ~is_main[rest.end]
    others = np.flatnonzero(~is_main)
    inside = rest.of_stretches(within)
    _, number = connected_components(inside.matrix(), directed=True, connection="weak")
    order = others[np.argsort(number[others], kind="stable")]
    cuts = np.flatnonzero(np.diff(number[order])) + 1
    km = np.bincount(number[inside.start], weights=inside.km, minlength=graph.points)
    into = np.bincount(number[rest.end[is_main[rest.start]]], minlength=graph.points)
    out_of = np.bincount(number[rest.start[is_main[rest.end]]], minlength=graph.points)
    groups = np.split(order, cuts) if len(order) else []
    components = [
        Component(_component_kind(into[n] > 0, out_of[n] > 0), points, float(km[n]))
        for points in groups
        for n in (number[points[0]],)
    ]
    return sorted(components, key=lambda piece: (-piece.km, int(piece.points[0])))


def _component_kind(has_way_in: bool, has_way_out: bool) -> str:
    """Return what a part is, by whether a road of the main part leads into it and out of it."""
    if has_way_in and has_way_out:
        return "neither"
    if has_way_in:
        return "no way out"
    return "no way in" if has_way_out else "apart"


def simplify_graph(graph: Graph, stops: Iterable[int]) -> tuple[Graph, IntColumn]:
    """Simplify a network without changing any travel time between stops.

    Dead ends go, and points at which nothing is chosen; of several stretches of one kind between
    two points the quickest stays. Ferries all stay.

    Args:
        graph: The network.
        stops: Indices of the points that stay whatever they are, such as places.

    Returns:
        The network of stops (in the order given, each once) and junctions (in that of their
        numbers), and the former number of each of its points.
    """
    first = list(dict.fromkeys(stops))
    web = _Web(graph, first)
    web.simplify()
    rest = sorted(web.connected_points() - set(first))
    order = np.array([*first, *rest], dtype=np.int64)
    number = {int(old): new for new, old in enumerate(order)}
    stretches = [
        Stretch(
            number[stretch.start],
            number[stretch.end],
            stretch.seconds,
            stretch.km,
            stretch.in_town,
            stretch.ferry,
            stretch.label,
            stretch.emergency,
        )
        for stretch in web.stretches()
    ]
    points = [
        (graph.names[old], float(graph.lat[old]), float(graph.lon[old]), bool(graph.can_stop[old]))
        for old in order.tolist()
    ]
    return graph_of(points, stretches, graph.labels), order


class _Web:
    """Stretches by where they begin and end, the best of each kind between two points."""

    def __init__(self, graph: Graph, points: Iterable[int]) -> None:
        self._stops = set(points)
        self._out: dict[int, dict[int, list[Stretch]]] = defaultdict(dict)
        self._in: dict[int, set[int]] = defaultdict(set)
        columns = (graph.start, graph.end, graph.seconds, graph.km, graph.in_town, graph.ferry,
                   graph.label, graph.is_emergency())  # fmt: skip
        for row in zip(*(column.tolist() for column in columns), strict=True):
            self._add(Stretch(*row))

    def _add(self, new: Stretch) -> None:
        """Add a stretch, unless there is a better one of its kind; ferries all stay."""
        if new.start == new.end:
            return
        others = self._out[new.start].get(new.end, [])
        same_kind = [other for other in others if _stretch_kind(other) == _stretch_kind(new)]
        if new.ferry == NO_FERRY and same_kind:
            if same_kind[0].seconds <= new.seconds:
                return
            others = [other for other in others if other is not same_kind[0]]
        self._out[new.start][new.end] = [*others, new]
        self._in[new.end].add(new.start)

    def _remove(self, start: int, end: int) -> None:
        """Take away a stretch."""
        self._out[start].pop(end, None)
        self._in[end].discard(start)

    def simplify(self) -> None:
        """Take away, as long as there is any, a point that is a dead end or no junction."""
        todo = list(self._out.keys() | self._in.keys())
        todo.sort(reverse=True)
        waiting = set(todo)
        while todo:
            point = todo.pop()
            waiting.discard(point)
            for changed in sorted(self._simplify_at(point)):
                if changed not in waiting:
                    waiting.add(changed)
                    todo.append(changed)

    def _simplify_at(self, point: int) -> set[int]:
        """Take a point away if that changes no drive; return the neighbours that it had."""
        if point in self._stops:
            return set()
        neighbours = self._out[point].keys() | self._in[point]
        if len(neighbours) == 1 or not self._out[point] or not self._in[point]:
            self._drop(point, neighbours)
            return neighbours
        if len(neighbours) == 2 and self._is_passed(point, min(neighbours), max(neighbours)):
            self._join(point)
            return neighbours
        return set()

    def _drop(self, point: int, neighbours: set[int]) -> None:
        """Take away a point and its stretches."""
        for other in neighbours:
            self._remove(point, other)
            self._remove(other, point)

    def _is_passed(self, point: int, one: int, other: int) -> bool:
        """Tell whether all that a point does is to be passed, each way on one kind of road."""
        return self._is_through(one, point, other) and self._is_through(other, point, one)

    def _is_through(self, start: int, point: int, end: int) -> bool:
        before = self._out[start].get(point, [])
        after = self._out[point].get(end, [])
        if not before and not after:
            return True
        if len(before) != 1 or len(after) != 1:
            return False
        return before[0].ferry == after[0].ferry == NO_FERRY and _stretch_kind(
            before[0]
        ) == _stretch_kind(after[0])

    def _join(self, point: int) -> None:
        one, other = sorted(self._out[point].keys() | self._in[point])
        both = [
            (self._out[start].get(point, []), self._out[point].get(end, []))
            for start, end in ((one, other), (other, one))
        ]
        self._drop(point, {one, other})
        for before, after in both:
            for first, second in zip(before, after, strict=True):
                seconds, km = first.seconds + second.seconds, first.km + second.km
                label = first.label if first.km >= second.km else second.label
                joined = (first.start, second.end, seconds, km, first.in_town)
                self._add(Stretch(*joined, NO_FERRY, label, first.emergency))

    def connected_points(self) -> set[int]:
        """Return the points that any stretch joins."""
        return {end for stretch in self.stretches() for end in (stretch.start, stretch.end)}

    def stretches(self) -> list[Stretch]:
        """Return all stretches, in the order of where they begin and end."""
        return [
            stretch
            for start in sorted(self._out)
            for end in sorted(self._out[start])
            for stretch in self._out[start][end]
        ]


def _stretch_kind(stretch: Stretch) -> tuple[bool, int, bool]:
    """Return what stretches must share to be joined or compared."""
    return stretch.in_town, stretch.ferry, stretch.emergency


def keep_quickest_ways(graph: Graph, places: int, speedups: Iterable[tuple[float, float]]) -> Graph:
    """Return the network with only the stretches on some quickest drive between places.

    Args:
        graph: The network; its first points are the places.
        places: How many places there are.
        speedups: Factors on the speed in town and elsewhere, such as of ordinary cars and of blue
            light; drives at each of these take as long as before.
    """
    used: set[tuple[int, int]] = set()
    for town, rural in speedups:
        factor = np.where(graph.in_town, town, rural)
        factor[graph.ferry != NO_FERRY] = 1.0
        timed = replace(graph, seconds=graph.seconds / factor)
        used |= _used_stretches(timed if max(town, rural) > 1 else timed.for_cars(), places)
    pairs = zip(graph.start.tolist(), graph.end.tolist(), strict=True)
    is_used = np.array([pair in used for pair in pairs], dtype=np.bool_)
    return graph.of_stretches(is_used | (graph.ferry != NO_FERRY))


def _used_stretches(graph: Graph, places: int) -> set[tuple[int, int]]:
    """Return between which neighbours any quickest drive between places goes."""
    matrix = graph.matrix()
    used: set[tuple[int, int]] = set()
    for start in range(places):
        _, previous = dijkstra(matrix, indices=np.array([start]), return_predecessors=True)
        at = np.arange(places)
        while len(at := at[previous[0, at] >= 0]):
            before = previous[0, at]
            used.update(zip(before.tolist(), at.tolist(), strict=True))
            at = np.unique(before)
    return used


MOST_BRIDGED = 400
"""Ends of emergency roads of which the ways between each two are worked out."""


def bridge_emergency_roads(graph: Graph, main: IntColumn) -> Graph:
    """Return a network in which emergency roads lead straight from one ordinary point to another.

    What only vehicles with blue light may drive often leads through points that no car reaches;
    these would be cut off. Only ways that save more than a second are kept.

    Args:
        graph: The whole network.
        main: The points that all cars can reach.

    Returns:
        The network of the points `main`, in this order.
    """
    cars = graph.for_cars().of_points(main)
    if graph.emergency is None:
        return cars
    alone = graph.of_stretches(graph.emergency)
    ends = np.intersect1d(main, np.concatenate([alone.start, alone.end]))[:MOST_BRIDGED]
    number = np.full(graph.points, -1, dtype=np.int64)
    number[main] = np.arange(len(main))
    seconds, town_s, km = times_between(alone, ends)
    by_car, _, _ = times_between(cars, number[ends])
    pairs = np.argwhere(np.isfinite(seconds) & (seconds < by_car - 1))
    label = int(alone.label[0]) if len(alone.label) else 0
    bridges = [
        Stretch(
            int(number[ends[a]]),
            int(number[ends[b]]),
            float(seconds[a, b]),
            float(km[a, b]),
            bool(town_s[a, b] > seconds[a, b] / 2),
            NO_FERRY,
            label,
            True,
        )
        for a, b in pairs.tolist()
    ]
    points = [("", 0.0, 0.0, False)] * cars.points
    more = graph_of(points, bridges, ())
    columns = ("start", "end", "seconds", "km", "in_town", "ferry", "label")
    joined: dict[str, Any] = {
        name: np.concatenate([getattr(cars, name), getattr(more, name)]) for name in columns
    }
    is_emergency = np.concatenate([cars.is_emergency(), np.ones(len(bridges), dtype=np.bool_)])
    return replace(cars, **joined, emergency=is_emergency if len(bridges) else None)


PLACES_AT_ONCE = 32
"""Places from which ways are searched at once, so that memory stays small."""


def times_between(graph: Graph, points: IntColumn) -> tuple[FloatColumn, FloatColumn, FloatColumn]:
    """Return travel times between points by car.

    Args:
        graph: The network.
        points: Indices of the points.

    Returns:
        Seconds, those of them in town, and km of the quickest way, each of shape (from, to).
        Seconds are infinite where there is no way.
    """
    count = len(points)
    seconds, town, km = (np.zeros((count, count)) for _ in range(3))
    stretches = _Stretches(graph)
    matrix = graph.matrix()
    for first in range(0, count, PLACES_AT_ONCE):
        rows = slice(first, first + PLACES_AT_ONCE)
        path_seconds, previous = dijkstra(matrix, indices=points[rows], return_predecessors=True)
        seconds[rows] = path_seconds[:, points]
        town[rows], km[rows] = (
            _sum_along_ways(previous, steps)[:, points] for steps in stretches.into(previous)
        )
    return seconds, town, km


class _Stretches:
    """The quickest stretches between neighbours, found by their ends."""

    def __init__(self, graph: Graph) -> None:
        order = np.lexsort((graph.seconds, graph.end, graph.start))
        key = graph.start[order] * graph.points + graph.end[order]
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = key[1:] != key[:-1]
        quickest = order[first]
        self._points = graph.points
        self._key = key[first]
        self._town_s = np.where(graph.in_town[quickest], graph.seconds[quickest], 0.0)
        self._km = graph.km[quickest]

    def into(self, previous: NDArray[np.int32]) -> tuple[FloatColumn, FloatColumn]:
        """Return town seconds and km of the last stretch to each point; 0 where there is none."""
        before = previous.astype(np.int64)
        key = before * self._points + np.arange(self._points)
        row = np.minimum(np.searchsorted(self._key, key), len(self._key) - 1)
        is_way = before >= 0
        return (
            np.where(is_way, self._town_s[row], 0.0),
            np.where(is_way, self._km[row], 0.0),
        )


def _sum_along_ways(previous: NDArray[np.int32], last: FloatColumn) -> FloatColumn:
    """Add what the last stretches have along each way, by doubling the steps back."""
    total = last.copy()
    own = np.arange(previous.shape[1])[None, :]
    before = np.where(previous >= 0, previous, own).astype(np.int64)
    total[previous < 0] = 0.0
    while True:
        further = np.take_along_axis(before, before, axis=1)
        more = np.take_along_axis(total, before, axis=1)
        total = np.where(before == own, total, total + more)
        if (further == before).all():
            return total
        before = further
