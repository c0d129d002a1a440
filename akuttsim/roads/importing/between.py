"""Travel times between places through a network: seconds, those of them in town, and km."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from akuttsim.roads.importing.graph import Array, Graph, Ints

AT_ONCE = 32
"""Places from which ways are searched at once, so that memory stays small."""


def times_between(graph: Graph, points: Ints) -> tuple[Array, Array, Array]:
    """Return seconds, those of them in town and km between points, [from, to], by car.

    Town and km are those of the quickest way. Infinite where there is no way.
    """
    count = len(points)
    seconds, town, km = (np.zeros((count, count)) for _ in range(3))
    stretches = _Stretches(graph)
    matrix = graph.matrix()
    for first in range(0, count, AT_ONCE):
        rows = slice(first, first + AT_ONCE)
        found, previous = dijkstra(matrix, indices=points[rows], return_predecessors=True)
        seconds[rows] = found[:, points]
        town[rows], km[rows] = (
            _summed(previous, each)[:, points] for each in stretches.into(previous)
        )
    return seconds, town, km


class _Stretches:
    """The quickest stretches between neighbours, found by their ends."""

    def __init__(self, graph: Graph) -> None:
        order = np.lexsort((graph.seconds, graph.end, graph.start))
        key = graph.start[order] * graph.points + graph.end[order]
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = key[1:] != key[:-1]
        kept = order[first]
        self._points = graph.points
        self._key = key[first]
        self._town_s = np.where(graph.in_town[kept], graph.seconds[kept], 0.0)
        self._km = graph.km[kept]

    def into(self, previous: NDArray[np.int32]) -> tuple[Array, Array]:
        """Return town seconds and km of the last stretch to each point; 0 where there is none."""
        before = previous.astype(np.int64)
        key = before * self._points + np.arange(self._points)
        row = np.minimum(np.searchsorted(self._key, key), len(self._key) - 1)
        is_way = before >= 0
        return (
            np.where(is_way, self._town_s[row], 0.0),
            np.where(is_way, self._km[row], 0.0),
        )


def _summed(previous: NDArray[np.int32], last: Array) -> Array:
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
