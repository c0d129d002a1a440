"""Layout: places and facilities set down on points of the roads, with the distance told."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.spatial import cKDTree

from akuttsim.building.findings import Finding
from akuttsim.building.grid import Gathered
from akuttsim.building.names import Taken
from akuttsim.building.spec import Facilities, Ready
from akuttsim.errors import InputError, Problem
from akuttsim.roads.importing.columns import read_columns
from akuttsim.roads.importing.coordinates import positions
from akuttsim.roads.importing.graph import Array, Ints
from akuttsim.roads.sphere import chord_km, unit_vectors

CHOICES = 16
"""Points near a place that it may take, where another municipality has taken the nearest."""

FAR_KM = 0.5
"""Distance to the road from which on a facility is told loudly."""


@dataclass(frozen=True)
class Spots:
    """The points on which places can be: numbers in the network, and positions."""

    number: Ints
    lat: Array
    lon: Array

    def nearest(self, lat: Array, lon: Array, count: int) -> tuple[Ints, Array]:
        """Return the nearest spots of each position, nearest first, and the km to them."""
        tree = cKDTree(unit_vectors(self.lat, self.lon))
        count = min(count, len(self.number))
        chord, found = tree.query(unit_vectors(lat, lon), k=[*range(1, count + 1)])
        return np.asarray(found), chord_km(np.asarray(chord))


@dataclass(frozen=True)
class Facility:
    """A facility as it was read and where it was set down: spot, and metres from where it is."""

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
class Settled:
    """Which spot each gathered place is on; several of one municipality may share one."""

    spot_of_place: Ints
    km: Array
    findings: list[Finding] = field(default_factory=list)


def settled(places: Gathered, spots: Spots) -> Settled:
    """Set places down on the nearest spot that no other municipality's place is on.

    The most populous come first. Raises InputError where there is none.
    """
    near, km = spots.nearest(places.lat, places.lon, CHOICES)
    owner: dict[int, str] = {}
    result = np.zeros(len(places.people), dtype=np.int64)
    moved = np.zeros(len(result))
    for place in np.argsort(-places.people, kind="stable").tolist():
        name = places.municipality[place]
        for choice, spot in enumerate(near[place].tolist()):
            if owner.setdefault(spot, name) == name:
                result[place], moved[place] = spot, km[place, choice]
                break
        else:
            what = (
                f"municipality {name}: all of the {CHOICES} nearest points are others'; gather less"
            )
            raise InputError([Problem("", 0, "people.gather_km", what)])
    return Settled(result, moved)


def read_facilities(ready: Ready) -> list[tuple[Facilities, str, float, float]]:
    """Return the facilities of all tables: of which table, name, latitude, longitude."""
    found = []
    problems: list[Problem] = []
    for number, table in enumerate(ready.spec.value.facilities):
        try:
            path = ready.path(f"facilities.{number}.file", table.file)
            rows = read_columns(path, ready.shown(table.file)).where(table.where)
            lat, lon = positions(rows, table.lat, table.lon, table.crs)
            names = rows.texts(table.name)
            found += [(table, *row) for row in zip(names, lat.tolist(), lon.tolist(), strict=True)]
        except InputError as error:
            problems += error.problems
    if not any(table.kind == "hospital" for table in ready.spec.value.facilities):
        problems.append(
            ready.spec.problem("facilities", "no table of kind: hospital; one is needed")
        )
    if problems:
        raise InputError(problems)
    return found


def set_down(
    ready: Ready, rows: list[tuple[Facilities, str, float, float]], spots: Spots
) -> list[Facility]:
    """Set facilities down on the nearest spot. Raises InputError for one that is off the map."""
    lat, lon = (np.array([row[k] for row in rows]) for k in (2, 3))
    near, km = spots.nearest(lat, lon, 1)
    taken, result, problems = Taken(), [], []
    for row, spot, far in zip(rows, near[:, 0].tolist(), km[:, 0].tolist(), strict=True):
        table, name = row[0], row[1]
        if far > table.farthest_km:
            what = (
                f"{name or 'a row'} ({row[2]:.4f}, {row[3]:.4f}) is outside the map: {far:.1f} "
                f"km from a road (farthest_km is {table.farthest_km:g}); mend it or leave it out"
            )
            problems.append(Problem(ready.shown(table.file), 0, table.kind, what))
        result.append(
            Facility(
                taken.free(name),
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


def snapping(facilities: list[Facility]) -> list[Finding]:
    """Tell how far facilities were moved to the road."""
    found = [
        Finding(
            each.metres > FAR_KM * 1000,
            f"{each.kind} {each.name}: set down on the road {each.metres:.0f} m away",
        )
        for each in facilities
    ]
    spots: dict[tuple[str, int], str] = {}
    for each in facilities:
        other = spots.setdefault((each.kind, each.spot), each.name)
        if other != each.name:
            found.append(Finding(True, f"{each.kind} {each.name} stands where {other} does"))
    return found
