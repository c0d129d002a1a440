"""Reach: which cells of the population grid lie on the map, and how much of it is left out."""

from __future__ import annotations

import numpy as np

from akuttsim.building.findings import Finding
from akuttsim.building.grid import Cells, padded
from akuttsim.building.layout import Spots
from akuttsim.building.spec import Ready
from akuttsim.errors import InputError
from akuttsim.roads.importing.graph import Mask

WHOLE = 0.995
"""Share of a municipality's people on the map from which on it counts as whole."""

KM_A_DEGREE_NORTH, KM_A_DEGREE_EAST = 100, 20
"""Fewer than there are anywhere in Norway, so that a box drawn with them is never too small."""


def on_the_map(
    ready: Ready, cells: Cells, points: Spots | None
) -> tuple[Cells, Cells, list[Finding]]:
    """Return the cells near a road, all cells of their municipalities, and what is left out.

    Without roads all cells of the municipalities named. Raises InputError where there are none.
    """
    cells = _wanted(ready, cells)
    if points is None:
        return cells, cells, []
    farthest = ready.spec.value.people.farthest_km
    inside = cells.of(_near(cells, points, farthest))
    if not len(inside.people):
        what = f"no cell of the grid is within {farthest:g} km of a road; are both of one district"
        raise InputError([ready.spec.problem("people.grid", what)])
    whole = cells.of(np.isin(np.array(cells.municipality), sorted(set(inside.municipality))))
    return inside, whole, _left_out(inside, whole, farthest)


def _wanted(ready: Ready, cells: Cells) -> Cells:
    wanted = tuple(map(padded, ready.spec.value.people.municipalities))
    if not wanted:
        return cells
    missing = sorted(set(wanted) - set(cells.municipality))
    if missing:
        what = f"no cell of the grid is of {', '.join(missing)}; write the numbers of its year"
        raise InputError([ready.spec.problem("people.municipalities", what)])
    return cells.of(np.isin(np.array(cells.municipality), wanted))


def _near(cells: Cells, points: Spots, farthest: float) -> Mask:
    north, east = farthest / KM_A_DEGREE_NORTH, farthest / KM_A_DEGREE_EAST
    box = (cells.lat > points.lat.min() - north) & (cells.lat < points.lat.max() + north)
    box &= (cells.lon > points.lon.min() - east) & (cells.lon < points.lon.max() + east)
    candidates = np.flatnonzero(box)
    near = np.zeros(len(cells.people), dtype=np.bool_)
    if len(candidates):
        _, km = points.nearest(cells.lat[candidates], cells.lon[candidates], 1)
        near[candidates] = km[:, 0] <= farthest
    return near


def _left_out(inside: Cells, whole: Cells, farthest: float) -> list[Finding]:
    have, all_of = inside.people_of(), whole.people_of()
    return [
        Finding(
            True,
            f"municipality {name}: only {have[name]:.0f} of {people:.0f} people "
            f"({have[name] / people:.0%}) live within {farthest:g} km of the roads on the map; the "
            "others are left out",
        )
        for name, people in all_of.items()
        if have[name] < WHOLE * people
    ]
