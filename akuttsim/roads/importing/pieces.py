"""Pieces: what no road joins to the rest, and one-way traps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import connected_components

from akuttsim.roads.importing.graph import Graph, Ints


@dataclass(frozen=True)
class Piece:
    """A part of a network that is not of the main one: `points` are its members.

    `kind` is 'apart' where no road joins it, else a one-way trap: 'no way out', 'no way in', or
    'neither' where it is passed through by parts that are traps themselves.
    """

    kind: str
    points: Ints
    km: float


def main_piece(graph: Graph) -> Ints:
    """Return the points of the largest part in which one can drive from each to each."""
    _, number = connected_components(graph.matrix(), directed=True, connection="strong")
    return np.flatnonzero(number == np.bincount(number).argmax())


def other_pieces(graph: Graph, main: Ints) -> list[Piece]:
    """Return what is not of the main part, the longest roads first."""
    is_main = np.zeros(graph.points, dtype=np.bool_)
    is_main[main] = True
    rest = graph.of_stretches(~(is_main[graph.start] & is_main[graph.end]))
    within = ~is_main[rest.start] & ~is_main[rest.end]
    others = np.flatnonzero(~is_main)
    left = rest.of_stretches(within)
    _, number = connected_components(left.matrix(), directed=True, connection="weak")
    order = others[np.argsort(number[others], kind="stable")]
    cuts = np.flatnonzero(np.diff(number[order])) + 1
    km = np.bincount(number[left.start], weights=left.km, minlength=graph.points)
    into = np.bincount(number[rest.end[is_main[rest.start]]], minlength=graph.points)
    out_of = np.bincount(number[rest.start[is_main[rest.end]]], minlength=graph.points)
    groups = np.split(order, cuts) if len(order) else []
    found = [
        Piece(_kind(into[n] > 0, out_of[n] > 0), points, float(km[n]))
        for points in groups
        for n in (number[points[0]],)
    ]
    return sorted(found, key=lambda piece: (-piece.km, int(piece.points[0])))


def _kind(has_way_in: bool, has_way_out: bool) -> str:
    if has_way_in and has_way_out:
        return "neither"
    if has_way_in:
        return "no way out"
    return "no way in" if has_way_out else "apart"
