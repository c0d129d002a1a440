"""Districts: municipalities and places with their names and people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from akuttsim.building.ages import ByAge, shared_out
from akuttsim.building.grid import Cells, Gathered, padded
from akuttsim.building.layout import Facility, Settled, Spots
from akuttsim.building.names import Taken
from akuttsim.building.spec import Ready
from akuttsim.roads.importing.columns import read_columns
from akuttsim.roads.importing.coordinates import positions
from akuttsim.roads.sphere import chord_km, unit_vectors
from akuttsim.scenario.fields import AGE_GROUPS

NAME_KM = 2.0
"""A place that is gathered from less far than this bears the name of a settlement this near."""


@dataclass(frozen=True)
class MunicipalityRow:
    """A municipality as its table has it."""

    id: str
    number: str
    name: str
    largest_tettsted: int
    people: tuple[int, ...]


@dataclass(frozen=True)
class PlaceRow:
    """A place as its table has it, and the spot that it is on."""

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
    ready: Ready, told: ByAge, cells: tuple[Cells, Cells], tettsted: dict[str, int]
) -> Municipalities:
    """Return the municipalities; of one that is on the map in part, the people of that part."""
    have, all_of = (each.people_of() for each in cells)
    names, taken = _names(ready), Taken()
    rows = {}
    for number in have:
        ages = np.floor(told[number] * (have[number] / all_of[number]) + 0.5).astype(int)
        name = names.get(number, f"Kommune {number}")
        people = tuple(ages.tolist())
        rows[number] = MunicipalityRow(taken.free(name), number, name, tettsted[number], people)
    return rows


def _names(ready: Ready) -> dict[str, str]:
    table = ready.spec.value.people.names
    if table is None:
        return {}
    path = ready.path("people.names.file", table.file)
    rows = read_columns(path, ready.shown(table.file)).where(table.where)
    numbers = map(padded, rows.texts(table.municipality))
    return {
        number: name for number, name in zip(numbers, rows.texts(table.name), strict=True) if name
    }


def place_rows(
    ready: Ready,
    places: tuple[Gathered, Settled],
    facilities: list[Facility],
    spots: Spots,
    municipalities: Municipalities,
) -> list[PlaceRow]:
    """Return the places: those with people by municipality, the largest first, then facilities'."""
    peopled = _peopled(ready, *places, spots, municipalities)
    others = _only_facilities(facilities, peopled, spots)
    return _named(ready, [*peopled, *others], facilities)


def _peopled(
    ready: Ready, places: Gathered, where: Settled, spots: Spots, municipalities: Municipalities
) -> list[PlaceRow]:
    rows: list[PlaceRow] = []
    grid = ready.spec.value.people.grid
    for number, municipality in municipalities.items():
        own = np.array([name == number for name in places.municipality])
        living = np.bincount(where.spot_of_place[own], weights=places.people[own])
        at = np.flatnonzero(living)
        at = at[np.argsort(-living[at], kind="stable")]
        ages = shared_out(living[at].tolist(), municipality.people)
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


def _only_facilities(
    facilities: list[Facility], peopled: list[PlaceRow], spots: Spots
) -> list[PlaceRow]:
    """Return places for facilities where nobody lives, in the municipality of the nearest place."""
    lat, lon = (np.array([getattr(row, each) for row in peopled]) for each in ("lat", "lon"))
    tree = cKDTree(unit_vectors(lat, lon))
    has_people = {row.spot for row in peopled}
    rows: dict[int, PlaceRow] = {}
    for each in sorted(facilities, key=lambda facility: facility.kind != "hospital"):
        if each.spot in has_people or each.spot in rows:
            continue
        at = float(spots.lat[each.spot]), float(spots.lon[each.spot])
        _, found = tree.query(unit_vectors(np.array(at[:1]), np.array(at[1:])))
        nearest = np.asarray(found)
        kind = "hospital" if each.kind == "hospital" else "facility"
        rows[each.spot] = PlaceRow(
            "",
            each.name,
            peopled[int(nearest[0])].municipality,
            *at,
            kind,
            "",
            each.source,
            each.grade,
            (0,) * len(AGE_GROUPS),
            each.spot,
        )
    return list(rows.values())


def _named(ready: Ready, rows: list[PlaceRow], facilities: Iterable[Facility]) -> list[PlaceRow]:
    """Give each place its name: of the settlement or facility there, else of its municipality."""
    settlements = _settlements(ready, rows)
    taken, count, named = Taken(), dict[str, int](), []
    for number, row in enumerate(rows):
        name = row.name or settlements.get(number, "")
        if not name:
            count[row.municipality] = count.get(row.municipality, 0) + 1
            name = f"{row.municipality.replace('-', ' ').title()} {count[row.municipality]}"
        named.append(replace(row, name=name, id=taken.free(name)))
    return named


def _settlements(ready: Ready, rows: list[PlaceRow]) -> dict[int, str]:
    """Return the name of the nearest settlement for each place; each name for its nearest place."""
    people = ready.spec.value.people
    table = people.place_names
    if table is None:
        return {}
    path = ready.path("people.place_names.file", table.file)
    read = read_columns(path, ready.shown(table.file)).where(table.where)
    names, (lat, lon) = read.texts(table.name), positions(read, table.lat, table.lon, table.crs)
    here = [np.array([getattr(row, each) for row in rows]) for each in ("lat", "lon")]
    distance, which = cKDTree(unit_vectors(lat, lon)).query(unit_vectors(here[0], here[1]))
    chord, nearest = np.asarray(distance), np.asarray(which)
    within = max(people.gather_km, NAME_KM)
    found: dict[int, str] = {}
    used: set[int] = set()
    for number in np.argsort(chord, kind="stable").tolist():
        name = int(nearest[number])
        if chord_km(chord[number]) <= within and name not in used and names[name]:
            used.add(name)
            found[number] = names[name]
    return found
