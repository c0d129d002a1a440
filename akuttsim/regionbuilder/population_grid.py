"""People of a region to build: the cells of a population grid, and ages by municipality.

Cells are gathered into places. The published people of each municipality are shared out among its
places to the last one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from akuttsim.config.region_tables import age_group
from akuttsim.config.schema.values import AGE_GROUPS
from akuttsim.errors import InputError, Problem
from akuttsim.municipality_borders import NUMBERS, Border, border_of_positions, read_borders
from akuttsim.records import Floats
from akuttsim.regionbuilder.data_quality import BuildFinding
from akuttsim.regionbuilder.spec import AgeTable, PopulationGrid, SpecFolder
from akuttsim.roads.importers.graph import FloatColumn, IntColumn, MaskColumn
from akuttsim.roads.importers.table_columns import (
    TableColumns,
    degrees_of_metres,
    read_columns,
    read_positions,
)
from akuttsim.texts import message

OFFSET = 2_000_000
SCALE = 10_000_000
UTM_33 = "EPSG:25833"
DENSE_PER_KM2 = 200
"""People on a square kilometre from which on a cell counts as built up."""


@dataclass(frozen=True)
class GridCells:
    """Cells of a population grid.

    Attributes:
        lat: Latitude of each cell's middle, or as the table has it, in degrees.
        lon: Longitude in degrees.
        east: Easting of its south-west corner, in metres of UTM zone 33.
        north: Northing of that corner.
        people: Inhabitants.
        municipality: The number of its municipality.
        cell_m: Length of a side in metres, 250 or 1,000.
    """

    lat: FloatColumn
    lon: FloatColumn
    east: FloatColumn
    north: FloatColumn
    people: FloatColumn
    municipality: tuple[str, ...]
    cell_m: int

    def of(self, rows: MaskColumn | IntColumn) -> GridCells:
        """Return some of the cells, by a mask or by indices."""
        numbers = np.arange(len(self.people))[rows]
        names = tuple(self.municipality[number] for number in numbers.tolist())
        columns = (self.lat, self.lon, self.east, self.north, self.people)
        lat, lon, east, north, people = (column[numbers] for column in columns)
        return GridCells(lat, lon, east, north, people, names, self.cell_m)

    def people_of(self) -> dict[str, float]:
        """Return the people of each municipality, in the order of their numbers."""
        total: dict[str, float] = dict.fromkeys(sorted(set(self.municipality)), 0.0)
        for name, people in zip(self.municipality, self.people.tolist(), strict=True):
            total[name] += people
        return total


def read_cells(ready: SpecFolder) -> tuple[GridCells, list[BuildFinding]]:
    """Read the population grid of a specification.

    Positions are taken from its columns of latitude and longitude, else worked out from cell
    numbers; municipalities from its column, else from the borders around the positions.

    Returns:
        The cells in which somebody lives; and a finding of those that lie in no municipality.

    Raises:
        InputError: With the rows that are wrong: no cell number, people below zero, a cell twice.
    """
    grid = ready.spec.value.people.grid
    path = ready.path("people.grid.file", grid.file)
    rows = read_columns(path, ready.shown(grid.file)).where(grid.where)
    east, north = _cell_corners(rows, grid)
    people = rows.numbers(grid.people)
    rows.refuse(
        people < 0, grid.people, lambda row: message("files.people_below_zero", people=people[row])
    )
    if grid.lat is not None and grid.lon is not None:
        lat, lon = read_positions(rows, grid.lat, grid.lon, "EPSG:4326")
    else:
        lat, lon = degrees_of_metres(east + grid.cell_m / 2, north + grid.cell_m / 2, UTM_33)
    if grid.municipality is not None:
        names = tuple(map(four_digit_number, rows.texts(grid.municipality)))
        cells = GridCells(lat, lon, east, north, people, names, grid.cell_m)
        return cells.of(people > 0), []
    numbers = np.array([each.number for each in read_border_file(ready)] + [""], dtype=object)
    within = border_of_positions(read_border_file(ready), lat, lon)
    cells = GridCells(lat, lon, east, north, people, tuple(numbers[within]), grid.cell_m)
    lost = (people > 0) & (within < 0)
    return cells.of((people > 0) & ~lost), _lost_cells(cells.of(lost))


def read_border_file(ready: SpecFolder) -> list[Border]:
    """Return the borders of a specification that have a number; none where it has no such file.

    Raises:
        InputError: A file that is no GeoJSON in degrees, or has no number of a municipality.
    """
    source = ready.spec.value.people.borders
    if source is None:
        return []
    borders = read_borders(ready.path("people.borders.file", source.file))
    numbered = [border for border in borders if border.number]
    if not numbered:
        what = message("files.borders.no_number", known=", ".join(NUMBERS))
        raise InputError([Problem(ready.shown(source.file), 0, "people.borders", what)])
    return numbered


def _lost_cells(lost: GridCells) -> list[BuildFinding]:
    """Return a loud finding of cells that lie in no municipality."""
    if not len(lost.people):
        return []
    what = message(
        "files.grid.in_no_border",
        count=len(lost.people),
        people=lost.people.sum(),
        where=f"{lost.lat[0]:.4f} N, {lost.lon[0]:.4f} E",
    )
    return [BuildFinding(True, what)]


def four_digit_number(number: str) -> str:
    """Return the number of a municipality with the leading zero that spreadsheets drop."""
    return number.zfill(4) if number.isdecimal() else number


def _cell_corners(rows: TableColumns, grid: PopulationGrid) -> tuple[FloatColumn, FloatColumn]:
    """Return the south-west corners of cells, in metres east and north, from their numbers."""
    text = rows.texts(grid.cell)
    code = np.array([int(cell) if cell.isdecimal() and len(cell) < 18 else -1 for cell in text])
    east, north = code // SCALE - OFFSET, code % SCALE
    misplaced = (east % grid.cell_m != 0) | (north % grid.cell_m != 0)
    wrong = (code < 0) | (np.abs(east) > 1_500_000) | misplaced
    rows.refuse(
        wrong,
        grid.cell,
        lambda row: message("files.grid.no_cell", text=text[row], cell_m=grid.cell_m),
    )
    _, first = np.unique(code, return_index=True)
    twice = np.ones(len(code), dtype=np.bool_)
    twice[first] = False
    rows.refuse(
        twice,
        grid.cell,
        lambda row: message("files.grid.twice", text=text[row]),
    )
    return east.astype(np.float64), north.astype(np.float64)


@dataclass(frozen=True)
class GridPlaces:
    """Places gathered from cells.

    Attributes:
        lat: Latitude of the middle of its people, in degrees.
        lon: Longitude of it.
        people: Inhabitants.
        municipality: The number of its municipality.
        place_of_cell: Index of the place to which each cell belongs, shape (cells,).
    """

    lat: FloatColumn
    lon: FloatColumn
    people: FloatColumn
    municipality: tuple[str, ...]
    place_of_cell: IntColumn


def gather_places(cells: GridCells, gather_km: float) -> GridPlaces:
    """Gather cells into places.

    The most populous cell begins a place and takes all cells within reach that none has taken; then
    the most populous of the rest. Only cells of one municipality come together.

    Args:
        cells: The cells on the map.
        gather_km: How far a place reaches from its first cell; 0 leaves each cell by itself.
    """
    flat = np.column_stack([cells.east, cells.north])
    tree = cKDTree(flat)
    number = {name: position for position, name in enumerate(sorted(set(cells.municipality)))}
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
        np.bincount(place, weights=position * cells.people) / total
        for position in (cells.lat, cells.lon)
    )
    return GridPlaces(lat, lon, total, names, place)


def largest_built_up(cells: GridCells) -> dict[str, int]:
    """Return the people of the largest built-up area that reaches into each municipality.

    Cells with at least 200 people on a square kilometre that touch one another, at a corner too,
    are one area: close to what Statistics Norway calls a tettsted, worked out anew.
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


Counts = NDArray[np.int64]

NATIONAL_AGES = (332_053, 629_931, 276_650, 702_571, 1_518_914, 1_207_648, 674_694, 239_357, 45_582)
"""People of Norway by age group on 1 January 2026 (Statistics Norway table 07459, 5,627,400)."""

MOST_APART = 1.4
"""Published people over those of the grid, either way: farther apart, something counts twice."""

SHARE_APART = 0.1
"""Share by which they differ from which on that is told."""

PeopleByMunicipality = dict[str, Floats]
"""People of municipalities, by number, in the order of `AGE_GROUPS`."""


def read_published_people(ready: SpecFolder, whole: GridCells) -> PeopleByMunicipality:
    """Return the people of each municipality by age, as its table says.

    Args:
        ready: The specification and the folder of its data. Without a table by age, the grid's
            people get the ages of the country.
        whole: All cells of the municipalities, also those off the map.

    Raises:
        InputError: A municipality that is missing, or whose people are more than 1.4 times those of
            the grid, or fewer than the inverse of it: two years, or both sexes and the total, are
            then in one table.
    """
    grid = whole.people_of()
    table = ready.spec.value.people.by_age
    if table is None:
        shares = np.array(NATIONAL_AGES) / sum(NATIONAL_AGES)
        return {name: people * shares for name, people in grid.items()}
    rows = read_columns(ready.path("people.by_age.file", table.file), ready.shown(table.file))
    published = _read_people_by_age(rows.where(table.where), table, set(grid))
    _check_against_grid(published, grid, ready)
    return published


def check_ages(ready: SpecFolder) -> None:
    """Raise InputError where the table of people by age is wrong by itself."""
    table = ready.spec.value.people.by_age
    if table is not None:
        rows = read_columns(ready.path("people.by_age.file", table.file), ready.shown(table.file))
        _read_people_by_age(rows.where(table.where), table, set())


def _read_people_by_age(
    rows: TableColumns, table: AgeTable, wanted: set[str]
) -> PeopleByMunicipality:
    """Return the people by age of the municipalities wanted, summed over the rows of the table."""
    texts = rows.texts(table.age)
    groups = {text: age_group(text) for text in set(texts)}
    group = np.array([-1 if groups[text] is None else groups[text] for text in texts])
    rows.refuse(
        group < 0,
        table.age,
        lambda row: message(
            "files.ages.no_group", texts=texts[row], age_groups=", ".join(AGE_GROUPS)
        ),
    )
    names = [four_digit_number(text) for text in rows.texts(table.municipality)]
    people = rows.numbers(table.people)
    rows.refuse(
        people < 0, table.people, lambda row: message("files.people_below_zero", people=people[row])
    )
    result = {name: np.zeros(len(AGE_GROUPS)) for name in sorted(wanted & set(names))}
    for name, number, count in zip(names, group.tolist(), people.tolist(), strict=True):
        if name in result:
            result[name][number] += count
    return result


def _check_against_grid(
    published: PeopleByMunicipality, grid: dict[str, float], ready: SpecFolder
) -> None:
    """Raise InputError for municipalities whose published people cannot be those of the grid."""
    table = ready.spec.value.people.by_age
    assert table is not None
    shown = ready.shown(table.file)
    problems = [
        Problem(
            shown,
            0,
            name,
            message("files.ages.no_row", name=name),
        )
        for name in grid
        if name not in published
    ]
    for name, ages in published.items():
        ratio = float(ages.sum()) / max(grid[name], 1.0)
        if not 1 / MOST_APART <= ratio <= MOST_APART:
            what = message("files.ages.counted_twice", sum=ages.sum(), grid=grid[name], ratio=ratio)
            problems.append(Problem(shown, 0, name, what))
    if problems:
        raise InputError(problems)


def scaling_findings(published: PeopleByMunicipality, whole: GridCells) -> list[BuildFinding]:
    """Return a finding for each municipality whose published people differ from the grid's.

    From `SHARE_APART` on: the grid is of another year, or small cells were coarsened for privacy.
    """
    return [
        BuildFinding(
            True,
            message("files.ages.scaled", name=name, sum=published[name].sum(), people=people),
        )
        for name, people in whole.people_of().items()
        if abs(float(published[name].sum()) / people - 1) > SHARE_APART
    ]


def apportion_people(people: Sequence[float], ages: Sequence[int]) -> Counts:
    """Share out people by age among places, to the last one.

    Each place has its share of every age group, rounded along the row of places so that no age
    group loses or gains anybody.

    Args:
        people: Inhabitants of each place, which need not be whole.
        ages: People of each age group, whole.

    Returns:
        Whole people, shape (places, age groups); each column adds up to its age group.
    """
    total = sum(people)
    so_far = np.cumsum(np.asarray(people, dtype=np.float64)) / total
    until = np.floor(so_far[:, None] * np.asarray(ages)[None, :] + 0.5).astype(np.int64)
    until[-1] = ages
    result: Counts = np.diff(until, axis=0, prepend=0)
    return result
