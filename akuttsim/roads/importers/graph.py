"""A road network as it was read: points and directed stretches, and which parts are joined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

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

    @property
    def points(self) -> int:
        """Return how many points there are."""
        return len(self.names)

    def of_stretches(self, stretches: MaskColumn | IntColumn) -> Graph:
        """Return the network with only some of its stretches; all points stay."""
        columns = ("start", "end", "seconds", "km", "in_town", "ferry", "label")
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
