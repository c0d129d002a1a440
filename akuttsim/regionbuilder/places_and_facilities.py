"""Places, facilities and municipalities of a region to build, with their names and people.

Places and facilities are set down on points of the roads, with the distance told; cells of the grid
out of reach of the roads are left out. Identifiers are made from names, each once.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.spatial import cKDTree

from akuttsim.config.schema.values import AGE_GROUPS
from akuttsim.errors import InputError, Problem
from akuttsim.great_circle import chord_km, unit_vectors
from akuttsim.regionbuilder.data_quality import BuildFinding
from akuttsim.regionbuilder.population_grid import (
    GridCells,
    GridPlaces,
    PeopleByMunicipality,
    apportion_people,
    four_digit_number,
    read_border_file,
)
from akuttsim.regionbuilder.spec import FacilityTable, SpecFolder
from akuttsim.roads.importers.graph import FloatColumn, IntColumn, MaskColumn
from akuttsim.roads.importers.table_columns import read_columns, read_positions
from akuttsim.texts import message

_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "đ": "d", "ŋ": "n", "ŧ": "t", "ß": "ss"})


def identifier_of(name: str) -> str:
    """Return a name as an identifier: lower-case letters a to z, digits and single hyphens.

    At most 60 characters; `x` for a name without any letter or digit.
    """
    plain = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:60].strip("-") or "x"


class UniqueIdentifiers:
    """Identifiers that are used up: a name that comes again gets a number."""

    def __init__(self) -> None:
        """Begin without any."""
        self._count: dict[str, int] = {}
        self._taken: set[str] = set()

    def free(self, name: str) -> str:
        """Return an identifier for a name that no other has, and use it up."""
        base = identifier_of(name)
        while True:
            self._count[base] = number = self._count.get(base, 0) + 1
            identifier = base if number == 1 else f"{base}-{number}"
            if identifier not in self._taken:
                self._taken.add(identifier)
                return identifier


CHOICES = 16
"""Points near a place that it may take, where another municipality has taken the nearest."""

FAR_KM = 0.5
"""Distance to the road from which on a facility is told loudly."""


@dataclass(frozen=True)
class Spots:
    """The points on which places can be.

    Attributes:
        number: The number of each in the road network, or its row in the table of points.
        lat: Latitudes in degrees.
        lon: Longitudes in degrees.
    """

    number: IntColumn
    lat: FloatColumn
    lon: FloatColumn

    def nearest(
        self, lat: FloatColumn, lon: FloatColumn, count: int
    ) -> tuple[IntColumn, FloatColumn]:
        """Return the nearest spots of each position.

        Args:
            lat: Latitudes in degrees, shape (positions,).
            lon: Longitudes in degrees.
            count: How many spots of each; fewer where there are not so many.

        Returns:
            Indices of spots and the kilometres to them, both of shape (positions, count), nearest
            first.
        """
        tree = cKDTree(unit_vectors(self.lat, self.lon))
        count = min(count, len(self.number))
        chord, neighbours = tree.query(unit_vectors(lat, lon), k=[*range(1, count + 1)])
        return np.asarray(neighbours), chord_km(np.asarray(chord))


@dataclass(frozen=True)
class Facility:
    """A facility as it was read, and where it was set down.

    Attributes:
        id: Identifier made from its name.
        name: Its name; the kind for one without.
        kind: `hospital`, `legevakt` or `station`.
        lat: Latitude in degrees, where it truly is.
        lon: Longitude in degrees.
        source: Where its table is from.
        grade: How sure that is, A to C.
        spot: Index of the spot on which it was set down.
        metres: From where it is to that spot.
    """

    id: str
    name: str
    kind: str
    lat: float
    lon: float
    source: str
    grade: str
    spot: int
    metres: float


@dataclass
class PlaceSpots:
    """The spot of each gathered place.

    Attributes:
        spot_of_place: Index of the spot; several places of one municipality may share one.
        km: How far each was moved to it.
        findings: What there is to tell about it.
    """

    spot_of_place: IntColumn
    km: FloatColumn
    findings: list[BuildFinding] = field(default_factory=list)


def settle_places(places: GridPlaces, spots: Spots) -> PlaceSpots:
    """Set places down on the nearest spot that has no place of another municipality.

    The most populous choose first, each among the `CHOICES` nearest spots.

    Raises:
        InputError: All of these belong to other municipalities.
    """
    near, km = spots.nearest(places.lat, places.lon, CHOICES)
    owner: dict[int, str] = {}
    result = np.zeros(len(places.people), dtype=np.int64)
    moved_km = np.zeros(len(result))
    for place in np.argsort(-places.people, kind="stable").tolist():
        name = places.municipality[place]
        for choice, spot in enumerate(near[place].tolist()):
            if owner.setdefault(spot, name) == name:
                result[place], moved_km[place] = spot, km[place, choice]
                break
        else:
            what = message("files.layout.gather_less", name=name, choices=CHOICES)
            raise InputError([Problem("", 0, "people.gather_km", what)])
    return PlaceSpots(result, moved_km)


FacilityAt = tuple[FacilityTable, str, float, float]
"""A facility's table, its name, latitude and longitude."""


def read_facilities(ready: SpecFolder) -> list[FacilityAt]:
    """Read the facilities of all tables of a specification.

    Returns:
        For each: its table, name, latitude and longitude.

    Raises:
        InputError: With all that is wrong in any of the tables; and where no table is of hospitals.
    """
    facilities = []
    problems: list[Problem] = []
    for number, table in enumerate(ready.spec.value.facilities):
        try:
            path = ready.path(f"facilities.{number}.file", table.file)
            rows = read_columns(path, ready.shown(table.file)).where(table.where)
            lat, lon = read_positions(rows, table.lat, table.lon, table.crs)
            names = rows.texts(table.name)
            facilities += [
                (table, *row) for row in zip(names, lat.tolist(), lon.tolist(), strict=True)
            ]
        except InputError as error:
            problems += error.problems
    if not any(table.kind == "hospital" for table in ready.spec.value.facilities):
        problems.append(ready.spec.problem("facilities", message("files.layout.no_hospital")))
    if problems:
        raise InputError(problems)
    return facilities


def settle_facilities(
    ready: SpecFolder, rows: list[tuple[FacilityTable, str, float, float]], spots: Spots
) -> list[Facility]:
    """Set facilities down on the nearest spot.

    Args:
        ready: The specification and the folder of its data.
        rows: Facilities as `read_facilities` returns them.
        spots: The points on which they can be.

    Raises:
        InputError: With every facility that is farther from a road than its table allows.
    """
    lat, lon = (np.array([row[k] for row in rows]) for k in (2, 3))
    near, km = spots.nearest(lat, lon, 1)
    identifiers, result, problems = UniqueIdentifiers(), [], []
    for row, spot, far in zip(rows, near[:, 0].tolist(), km[:, 0].tolist(), strict=True):
        table, name = row[0], row[1]
        if far > table.farthest_km:
            what = message(
                "files.layout.outside_the_map",
                name=name or "a row",
                row=row[2],
                row2=row[3],
                far=far,
                farthest_km=table.farthest_km,
            )
            problems.append(Problem(ready.shown(table.file), 0, table.kind, what))
        result.append(
            Facility(
                identifiers.free(name),
                name or table.kind,
                table.kind,
                row[2],
                row[3],
                table.source,
                table.grade,
                spot,
                far * 1000,
            )
        )
    if problems:
        raise InputError(problems)
    return result


def facility_findings(facilities: list[Facility]) -> list[BuildFinding]:
    """Return how far each facility was moved to the road, and which stand at one spot.

    Moves of more than `FAR_KM` are loud, as are two facilities of one kind at one spot.
    """
    findings = [
        BuildFinding(
            site.metres > FAR_KM * 1000,
            message("files.layout.set_down", kind=site.kind, name=site.name, metres=site.metres),
        )
        for site in facilities
    ]
    first_at: dict[tuple[str, int], Facility] = {}
    for facility in facilities:
        other = first_at.setdefault((facility.kind, facility.spot), facility)
        if other is not facility:
            findings.append(
                BuildFinding(
                    True,
                    message(
                        "files.layout.same_place",
                        kind=facility.kind,
                        name=facility.name,
                        other=other.name,
                    ),
                )
            )
    return findings


WHOLE_SHARE = 0.995
"""Share of a municipality's people on the map from which on it counts as whole."""

KM_A_DEGREE_NORTH, KM_A_DEGREE_EAST = 100, 20
"""Fewer than there are anywhere in Norway, so that a box drawn with them is never too small."""


def cells_on_map(
    ready: SpecFolder, cells: GridCells, points: Spots | None
) -> tuple[GridCells, GridCells, list[BuildFinding]]:
    """Return the cells of the grid that the region has, and what is left out.

    Args:
        ready: The specification and the folder of its data.
        cells: All cells of the grid with people.
        points: The points of the roads; None without roads, where all cells of the municipalities
            named are on the map.

    Returns:
        Cells near a road; all cells of the municipalities of these; and loud findings on the
        municipalities of which more than half a per cent live elsewhere.

    Raises:
        InputError: No cell is near a road, or a municipality that is named has none.
    """
    cells = _cells_of_municipalities(ready, cells)
    if points is None:
        return cells, cells, []
    farthest = ready.spec.value.people.farthest_km
    inside = cells.of(_cells_near_roads(cells, points, farthest))
    if not len(inside.people):
        what = message("files.reach.no_cell_near", farthest=farthest)
        raise InputError([ready.spec.problem("people.grid", what)])
    whole = cells.of(np.isin(np.array(cells.municipality), sorted(set(inside.municipality))))
    have = inside.people_of()
    findings = []
    for name, people in whole.people_of().items():
        if have[name] < WHOLE_SHARE * people:
            what = message(
                "files.reach.left_out",
                name=name,
                have=have[name],
                people=people,
                have2=have[name] / people,
                farthest=farthest,
            )
            findings.append(BuildFinding(True, what))
    return inside, whole, findings


def _cells_of_municipalities(ready: SpecFolder, cells: GridCells) -> GridCells:
    """Return the cells of the municipalities that the specification names; else all."""
    wanted = tuple(map(four_digit_number, ready.spec.value.people.municipalities))
    if not wanted:
        return cells
    missing = sorted(set(wanted) - set(cells.municipality))
    if missing:
        what = message("files.reach.no_cell_of", missing=", ".join(missing))
        raise InputError([ready.spec.problem("people.municipalities", what)])
    return cells.of(np.isin(np.array(cells.municipality), wanted))


def _cells_near_roads(cells: GridCells, points: Spots, farthest: float) -> MaskColumn:
    """Return which cells are within `farthest` km of a point of the roads.

    A box round all points is looked at first: a grid of the whole country has few cells in it.
    """
    north, east = farthest / KM_A_DEGREE_NORTH, farthest / KM_A_DEGREE_EAST
    box = (cells.lat > points.lat.min() - north) & (cells.lat < points.lat.max() + north)
    box &= (cells.lon > points.lon.min() - east) & (cells.lon < points.lon.max() + east)
    candidates = np.flatnonzero(box)
    near = np.zeros(len(cells.people), dtype=np.bool_)
    if len(candidates):
        _, km = points.nearest(cells.lat[candidates], cells.lon[candidates], 1)
        near[candidates] = km[:, 0] <= farthest
    return near


NAME_KM = 2.0
"""A place that is gathered from less far than this bears the name of a settlement this near."""


@dataclass(frozen=True)
class MunicipalityRow:
    """A municipality as the region's table has it.

    Attributes:
        id: Identifier made from its name.
        number: Its official number, of four digits.
        name: Its name, or "Kommune 1234" where no table of names is given.
        largest_tettsted: People of the largest built-up area that reaches into it.
        people: People by age, in the order of `AGE_GROUPS`.
    """

    id: str
    number: str
    name: str
    largest_tettsted: int
    people: tuple[int, ...]


@dataclass(frozen=True)
class PlaceRow:
    """A place as the region's table has it.

    Attributes:
        id: Identifier made from its name; "" until it has one.
        name: Its name; "" until it has one.
        municipality: Identifier of its municipality.
        lat: Latitude in degrees.
        lon: Longitude in degrees.
        kind: `settlement`, `hospital` or `facility`.
        note: Free text.
        source: Where its data are from.
        grade: How sure that is, A to C.
        people: People by age, in the order of `AGE_GROUPS`.
        spot: Index of the spot that it is on.
    """

    id: str
    name: str
    municipality: str
    lat: float
    lon: float
    kind: str
    note: str
    source: str
    grade: str
    people: tuple[int, ...]
    spot: int


Municipalities = dict[str, MunicipalityRow]
"""Municipalities by their numbers."""


def municipality_rows(
    ready: SpecFolder,
    published: PeopleByMunicipality,
    cells: tuple[GridCells, GridCells],
    tettsted: dict[str, int],
) -> Municipalities:
    """Return the municipalities of a region, with the names that the specification's table has.

    Args:
        ready: The specification and the folder of its data.
        published: People by age of each municipality, by its number.
        cells: The cells on the map, and all cells of their municipalities. Of a municipality that
            is on the map in part, the people are those of that part, all ages alike.
        tettsted: People of the largest built-up area of each.
    """
    have, all_of = (cell.people_of() for cell in cells)
    identifiers = UniqueIdentifiers()
    names = {border.number: border.name for border in read_border_file(ready) if border.name}
    table = ready.spec.value.people.names
    if table is not None:
        path = ready.path("people.names.file", table.file)
        read = read_columns(path, ready.shown(table.file)).where(table.where)
        numbers = map(four_digit_number, read.texts(table.municipality))
        pairs = zip(numbers, read.texts(table.name), strict=True)
        names |= {number: name for number, name in pairs if name}
    rows = {}
    for number in have:
        ages = np.floor(published[number] * (have[number] / all_of[number]) + 0.5).astype(int)
        name = names.get(number, f"Kommune {number}")
        people = tuple(ages.tolist())
        rows[number] = MunicipalityRow(
            identifiers.free(name), number, name, tettsted[number], people
        )
    return rows


def place_rows(
    ready: SpecFolder,
    places: tuple[GridPlaces, PlaceSpots],
    facilities: list[Facility],
    spots: Spots,
    municipalities: Municipalities,
) -> list[PlaceRow]:
    """Return the places of a region, named.

    Those with people come first, by municipality and the largest first; then places of facilities
    where nobody lives. Each is named after a settlement or facility there, else its municipality
    with a number.

    Args:
        ready: The specification and the folder of its data.
        places: The gathered places, and the spot of each.
        facilities: The facilities, set down.
        spots: The points on which places are.
        municipalities: The municipalities, whose people are shared out among their places.
    """
    peopled = _rows_with_people(ready, *places, spots, municipalities)
    others = _rows_of_facilities(facilities, peopled, spots)
    rows = [*peopled, *others]
    settlements = _nearest_settlements(ready, rows)
    title = {row.id: row.name for row in municipalities.values()}
    identifiers, count, named = UniqueIdentifiers(), dict[str, int](), []
    for number, row in enumerate(rows):
        name = row.name or settlements.get(number, "")
        if not name:
            count[row.municipality] = count.get(row.municipality, 0) + 1
            name = f"{title[row.municipality]} {count[row.municipality]}"
        named.append(replace(row, name=name, id=identifiers.free(name)))
    return named


def _rows_with_people(
    ready: SpecFolder,
    places: GridPlaces,
    where: PlaceSpots,
    spots: Spots,
    municipalities: Municipalities,
) -> list[PlaceRow]:
    """Return a place for each spot with people, unnamed, by municipality and the largest first."""
    rows: list[PlaceRow] = []
    grid = ready.spec.value.people.grid
    for number, municipality in municipalities.items():
        own = np.array([name == number for name in places.municipality])
        living = np.bincount(where.spot_of_place[own], weights=places.people[own])
        at = np.flatnonzero(living)
        at = at[np.argsort(-living[at], kind="stable")]
        ages = apportion_people(living[at].tolist(), municipality.people)
        for spot, people in zip(at.tolist(), ages.tolist(), strict=True):
            rows.append(
                PlaceRow(
                    "",
                    "",
                    municipality.id,
                    float(spots.lat[spot]),
                    float(spots.lon[spot]),
                    "settlement",
                    "",
                    grid.source,
                    grid.grade,
                    tuple(people),
                    spot,
                )
            )
    return rows


def _rows_of_facilities(
    facilities: list[Facility], peopled: list[PlaceRow], spots: Spots
) -> list[PlaceRow]:
    """Return places for facilities where nobody lives, in the municipality of the nearest place."""
    lat, lon = (np.array([getattr(row, axis) for row in peopled]) for axis in ("lat", "lon"))
    tree = cKDTree(unit_vectors(lat, lon))
    has_people = {row.spot for row in peopled}
    rows: dict[int, PlaceRow] = {}
    for site in sorted(facilities, key=lambda facility: facility.kind != "hospital"):
        if site.spot in has_people or site.spot in rows:
            continue
        at = float(spots.lat[site.spot]), float(spots.lon[site.spot])
        _, neighbours = tree.query(unit_vectors(np.array(at[:1]), np.array(at[1:])))
        nearest = np.asarray(neighbours)
        kind = "hospital" if site.kind == "hospital" else "facility"
        rows[site.spot] = PlaceRow(
            "",
            site.name,
            peopled[int(nearest[0])].municipality,
            *at,
            kind,
            "",
            site.source,
            site.grade,
            (0,) * len(AGE_GROUPS),
            site.spot,
        )
    return list(rows.values())


def _nearest_settlements(ready: SpecFolder, rows: list[PlaceRow]) -> dict[int, str]:
    """Return the name of the nearest settlement by the row of a place.

    Each name is used once, for the place nearest to it, and only within `gather_km` or `NAME_KM`.
    """
    people = ready.spec.value.people
    table = people.place_names
    if table is None:
        return {}
    path = ready.path("people.place_names.file", table.file)
    read = read_columns(path, ready.shown(table.file)).where(table.where)
    names, (lat, lon) = (
        read.texts(table.name),
        read_positions(read, table.lat, table.lon, table.crs),
    )
    positions = [np.array([getattr(row, axis) for row in rows]) for axis in ("lat", "lon")]
    distance, which = cKDTree(unit_vectors(lat, lon)).query(
        unit_vectors(positions[0], positions[1])
    )
    chord, nearest = np.asarray(distance), np.asarray(which)
    within = max(people.gather_km, NAME_KM)
    settlement_names: dict[int, str] = {}
    used: set[int] = set()
    for number in np.argsort(chord, kind="stable").tolist():
        name = int(nearest[number])
        if chord_km(chord[number]) <= within and name not in used and names[name]:
            used.add(name)
            settlement_names[number] = names[name]
    return settlement_names
