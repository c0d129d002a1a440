"""Population grid: cells with their people, and what of it lies within reach of the map's roads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from akuttsim.building.spec import Grid, Ready
from akuttsim.roads.importing.columns import Columns, read_columns
from akuttsim.roads.importing.coordinates import degrees, positions
from akuttsim.roads.importing.graph import Array, Ints, Mask

OFFSET = 2_000_000
SCALE = 10_000_000
UTM_33 = "EPSG:25833"
DENSE_PER_KM2 = 200
"""People on a square kilometre from which on a cell counts as built up."""


@dataclass(frozen=True)
class Cells:
    """Cells: where they are, in degrees and metres of UTM 33, their people and municipality."""

    lat: Array
    lon: Array
    east: Array
    north: Array
    people: Array
    municipality: tuple[str, ...]
    cell_m: int

    def of(self, kept: Mask | Ints) -> Cells:
        """Return some of the cells."""
        numbers = np.arange(len(self.people))[kept]
        names = tuple(self.municipality[each] for each in numbers.tolist())
        columns = (self.lat, self.lon, self.east, self.north, self.people)
        lat, lon, east, north, people = (column[numbers] for column in columns)
        return Cells(lat, lon, east, north, people, names, self.cell_m)

    def people_of(self) -> dict[str, float]:
        """Return the people of each municipality, in the order of their numbers."""
        total: dict[str, float] = dict.fromkeys(sorted(set(self.municipality)), 0.0)
        for name, people in zip(self.municipality, self.people.tolist(), strict=True):
            total[name] += people
        return total


def read_cells(ready: Ready) -> Cells:
    """Return the populated cells of the grid. Raises InputError, as for a cell that is twice."""
    grid = ready.spec.value.people.grid
    path = ready.path("people.grid.file", grid.file)
    rows = read_columns(path, ready.shown(grid.file)).where(grid.where)
    east, north = _corners(rows, grid)
    people = rows.numbers(grid.people)
    rows.refuse(people < 0, grid.people, lambda row: f"people below zero ({people[row]:g})")
    if grid.lat is not None and grid.lon is not None:
        lat, lon = positions(rows, grid.lat, grid.lon, "EPSG:4326")
    else:
        lat, lon = degrees(east + grid.cell_m / 2, north + grid.cell_m / 2, UTM_33)
    names = tuple(map(padded, rows.texts(grid.municipality)))
    return Cells(lat, lon, east, north, people, names, grid.cell_m).of(people > 0)


def padded(number: str) -> str:
    """Return the number of a municipality with the leading zero that spreadsheets drop."""
    return number.zfill(4) if number.isdecimal() else number


def _corners(rows: Columns, grid: Grid) -> tuple[Array, Array]:
    """Return the south-west corners that the cells' numbers tell, in metres."""
    text = rows.texts(grid.cell)
    code = np.array([int(each) if each.isdecimal() and len(each) < 18 else -1 for each in text])
    east, north = code // SCALE - OFFSET, code % SCALE
    misplaced = (east % grid.cell_m != 0) | (north % grid.cell_m != 0)
    wrong = (code < 0) | (np.abs(east) > 1_500_000) | misplaced
    rows.refuse(
        wrong,
        grid.cell,
        lambda row: (
            f"{text[row]!r} is no cell of {grid.cell_m} m; a cell's "
            "number is (2,000,000 + E) * 10,000,000 + N of its south-west corner"
        ),
    )
    _, first = np.unique(code, return_index=True)
    twice = np.ones(len(code), dtype=np.bool_)
    twice[first] = False
    rows.refuse(
        twice,
        grid.cell,
        lambda row: (
            f"cell {text[row]} stands twice, so its people would "
            "count twice; keep one, or pick a year with `where`"
        ),
    )
    return east.astype(np.float64), north.astype(np.float64)


@dataclass(frozen=True)
class Gathered:
    """Places gathered from cells: where their people's middle is, and which cells are theirs."""

    lat: Array
    lon: Array
    people: Array
    municipality: tuple[str, ...]
    place_of_cell: Ints


def gathered(cells: Cells, gather_km: float) -> Gathered:
    """Gather cells into places, the most populous first: each takes what is near and left.

    Only cells of one municipality come together. A place lies at the middle of its people.
    """
    flat = np.column_stack([cells.east, cells.north])
    tree = cKDTree(flat)
    number = {name: each for each, name in enumerate(sorted(set(cells.municipality)))}
    owner = np.array([number[name] for name in cells.municipality], dtype=np.int64)
    place = np.full(len(cells.people), -1, dtype=np.int64)
    centres: list[int] = []
    for cell in np.lexsort((cells.north, cells.east, -cells.people)).tolist():
        if place[cell] < 0:
            near = np.array(
                tree.query_ball_point(flat[cell], gather_km * 1000 + 1e-6), dtype=np.int64
            )
            near = near[(place[near] < 0) & (owner[near] == owner[cell])]
            place[near] = len(centres)
            centres.append(cell)
    total = np.bincount(place, weights=cells.people).astype(np.float64)
    names = tuple(cells.municipality[cell] for cell in centres)
    lat, lon = (
        np.bincount(place, weights=each * cells.people) / total for each in (cells.lat, cells.lon)
    )
    return Gathered(lat, lon, total, names, place)


def largest_built_up(cells: Cells) -> dict[str, int]:
    """Return the people of the largest built-up area that reaches into each municipality.

    Cells with at least 200 people on a square kilometre that touch one another are one area: close
    to what Statistics Norway calls a tettsted, worked out anew.
    """
    dense = cells.of(cells.people >= DENSE_PER_KM2 * (cells.cell_m / 1000) ** 2)
    result = dict.fromkeys(sorted(set(cells.municipality)), 0)
    if not len(dense.people):
        return result
    tree = cKDTree(np.column_stack([dense.east, dense.north]) / cells.cell_m)
    pairs = tree.query_pairs(1.5, output_type="ndarray")
    size = len(dense.people)
    touching = csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    _, area = connected_components(touching, directed=False)
    people = np.bincount(area, weights=dense.people)
    for name, number in zip(dense.municipality, area.tolist(), strict=True):
        result[name] = max(result[name], round(float(people[number])))
    return result
