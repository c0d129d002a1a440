"""Directed graphs for the importer's tests."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from akuttsim.roads.importers.graph import NO_FERRY, Graph, Stretch, graph_of


def graph(points: int, stretches: list[Stretch]) -> Graph:
    """Return a graph of points n0, n1, … in a row along a parallel in Namdal."""
    where = [(f"n{k}", 64.5, 11.0 + 0.01 * k, True) for k in range(points)]
    return graph_of(where, stretches, ["road"])


def stretch(start: int, end: int, seconds: float, in_town: bool = False, ferry: int = NO_FERRY):
    return Stretch(start, end, seconds, seconds / 60, in_town, ferry)


def both(start: int, end: int, seconds: float, in_town: bool = False) -> list[Stretch]:
    return [stretch(start, end, seconds, in_town), stretch(end, start, seconds, in_town)]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Draw a graph with chains, loops, one-way streets, dead ends, ferries and parallel roads."""
    points = draw(st.integers(2, 14))
    place, seconds = st.integers(0, points - 1), st.floats(1, 500)
    rows: list[Stretch] = []
    for number in range(draw(st.integers(1, 30))):
        start, end, one_way = draw(place), draw(place), draw(st.booleans())
        ferry = number if draw(st.integers(0, 9)) == 0 else NO_FERRY
        made = stretch(start, end, draw(seconds), draw(st.booleans()), ferry)
        rows += (
            [made] if one_way else [made, stretch(end, start, made.seconds, made.in_town, ferry)]
        )
    return graph(points, rows)


def plain_dijkstra(some: Graph, start: int, town: float = 1.0, rural: float = 1.0) -> list[float]:
    """Return the seconds from a point to all, by the plain method, at a factor on speeds."""
    factor = np.where(some.in_town, town, rural)
    factor[some.ferry != NO_FERRY] = 1.0
    seconds = (some.seconds / factor).tolist()
    best = [float("inf")] * some.points
    best[start] = 0.0
    todo = set(range(some.points))
    while todo:
        at = min(todo, key=lambda point: best[point])
        todo.remove(at)
        for a, b, took in zip(some.start.tolist(), some.end.tolist(), seconds, strict=True):
            if a == at:
                best[b] = min(best[b], best[at] + took)
    return best
