"""A road network as it was read: points and directed stretches between them, as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from akuttsim.units import HOUR_S

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

NO_FERRY = -1

MOST_STRETCHES = 3_000_000
"""Directed stretches that are read at most: about 3 GB while they are simplified."""


@dataclass(frozen=True)
class Graph:
    """Points with their names and positions, and stretches that are driven one way each.

    `seconds` are those of ordinary cars, of a ferry with the mean wait; `in_town` marks streets
    slower than a region's `town_below_kmh`; `ferry` is a crossing's number in the order read, or
    -1; `label` is a road's name as an index into `labels`; `can_stop` marks points at which one can
    live or a station can be (not on a motorway).
    """

    names: tuple[str, ...]
    lat: Array
    lon: Array
    can_stop: Mask
    start: Ints
    end: Ints
    seconds: Array
    km: Array
    in_town: Mask
    ferry: Ints
    label: Ints
    labels: tuple[str, ...]

    @property
    def points(self) -> int:
        """Return how many points there are."""
        return len(self.names)

    def of_stretches(self, kept: Mask | Ints) -> Graph:
        """Return the network with only some of its stretches; all points stay."""
        columns = ("start", "end", "seconds", "km", "in_town", "ferry", "label")
        return replace(self, **{name: getattr(self, name)[kept] for name in columns})

    def of_points(self, kept: Ints) -> Graph:
        """Return the network with only some of its points, in this order, and what joins them."""
        number = np.full(self.points, -1, dtype=np.int64)
        number[kept] = np.arange(len(kept))
        inside = self.of_stretches((number[self.start] >= 0) & (number[self.end] >= 0))
        return replace(
            inside,
            names=tuple(self.names[each] for each in kept.tolist()),
            lat=self.lat[kept],
            lon=self.lon[kept],
            can_stop=self.can_stop[kept],
            start=number[inside.start],
            end=number[inside.end],
        )

    def kmh(self) -> Array:
        """Return the speed on each stretch."""
        return self.km / self.seconds * HOUR_S

    def matrix(self) -> csr_array:
        """Return the seconds between neighbours, of the quickest stretch where there are more."""
        order = np.lexsort((self.seconds, self.end, self.start))
        start, end = self.start[order], self.end[order]
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1])
        kept = order[first]
        ends = (self.start[kept], self.end[kept])
        made = csr_array((self.seconds[kept], ends), shape=(self.points, self.points))
        # older SciPy searches ways only where the places are whole numbers of 32 bits
        made.indices, made.indptr = made.indices.astype(np.int32), made.indptr.astype(np.int32)
        return made


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
    """Return the graph of points (name, lat, lon, can stop) and stretches."""
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
