"""Snapping: the point of a network nearest to a position."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from akuttsim.roads.importing.graph import Array, Graph, Ints
from akuttsim.roads.sphere import chord_km, unit_vectors


def snapped(graph: Graph, lat: Array, lon: Array) -> tuple[Ints, Array]:
    """Return the nearest point at which one can stop, for each position, and the km to it.

    Exact for great-circle distance: nearest on the unit sphere is nearest on the ground.
    """
    possible = np.flatnonzero(graph.can_stop)
    tree = cKDTree(unit_vectors(graph.lat[possible], graph.lon[possible]))
    chord, nearest = tree.query(unit_vectors(lat, lon))
    return possible[nearest], chord_km(np.asarray(chord))
