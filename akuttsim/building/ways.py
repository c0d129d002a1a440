"""Ways: how one drives between the places, as the tables of a region have it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from akuttsim.building.districts import PlaceRow
from akuttsim.building.findings import Finding
from akuttsim.building.layout import Spots
from akuttsim.building.network import Network
from akuttsim.building.spec import GivenTable, NoRoads, Ready, Roads
from akuttsim.errors import InputError
from akuttsim.roads.importing.between import times_between
from akuttsim.roads.importing.columns import Columns, read_columns
from akuttsim.roads.importing.edge_table import BEND
from akuttsim.roads.importing.graph import NO_FERRY, Array, Graph, Ints, Mask
from akuttsim.roads.importing.osm import Crossing
from akuttsim.roads.importing.simplify import on_quickest_ways, simplified
from akuttsim.roads.sphere import straight_km
from akuttsim.scenario.geography import Driving
from akuttsim.scenario.ways import GIVEN_TIMES, STRAIGHT_LINES
from akuttsim.units import HOUR_S, MINUTE_S


@dataclass(frozen=True)
class Matrix:
    """Travel times between places: seconds, those of them in town, and km; NaN where not told."""

    seconds: Array
    town_s: Array
    km: Array


@dataclass(frozen=True)
class Ways:
    """How one drives: by roads (places are the first points), by a table, or in straight lines."""

    graph: Graph | None = None
    crossings: tuple[Crossing, ...] = ()
    matrix: Matrix | None = None
    findings: list[Finding] = field(default_factory=list)


def ways_of(
    ready: Ready, network: Network | None, spots: Spots, places: list[PlaceRow], driving: Driving
) -> Ways:
    """Return how one drives between places. Raises InputError for a table that is not whole."""
    roads = ready.spec.value.roads
    if isinstance(roads, NoRoads):
        return Ways(findings=[Finding(True, STRAIGHT_LINES)])
    if isinstance(roads, GivenTable):
        return _given(ready, roads, places, driving)
    assert network is not None and isinstance(roads, Roads)
    return _by_roads(roads, network, [int(spots.number[row.spot]) for row in places], driving)


def _by_roads(roads: Roads, network: Network, kept: list[int], driving: Driving) -> Ways:
    graph, _ = simplified(network.graph, kept)
    found = [_shrunk(network.graph, graph)]
    if roads.keep == "quickest-ways":
        graph = _only_quickest(graph, len(kept), driving)
        found.append(
            Finding(
                False,
                f"only quickest ways kept: {len(graph.start)} stretches. With one of "
                "them closed there may be no other, though in truth there is",
            )
        )
    if graph.points > roads.most_points:
        return _as_matrix(roads, graph, len(kept), found)
    if (graph.ferry != NO_FERRY).any():
        found.append(
            Finding(True, "ferries have an assumed timetable: fill in the real one in ferries.csv")
        )
    return Ways(graph, tuple(network.crossings), findings=found)


def _shrunk(before: Graph, after: Graph) -> Finding:
    return Finding(
        False,
        f"simplified to {after.points} places and junctions and {len(after.start)} "
        f"stretches (from {before.points} and {len(before.start)}); no travel time changes",
    )


def _only_quickest(graph: Graph, places: int, driving: Driving) -> Graph:
    blue = (driving.blue_light_town.value, driving.blue_light_rural.value)
    used = on_quickest_ways(graph, places, [(1.0, 1.0), blue])
    return simplified(used, range(places))[0]


def _as_matrix(roads: Roads, graph: Graph, places: int, found: list[Finding]) -> Ways:
    seconds, town_s, km = times_between(graph, np.arange(places))
    found.append(
        Finding(
            True,
            f"{graph.points} places and junctions are more than most_points "
            f"({roads.most_points}): {GIVEN_TIMES}",
        )
    )
    if (graph.ferry != NO_FERRY).any():
        found.append(Finding(True, "ferries count with their mean wait at every hour"))
    return Ways(matrix=Matrix(seconds, town_s, km), findings=found)


def _given(ready: Ready, roads: GivenTable, places: list[PlaceRow], driving: Driving) -> Ways:
    spots = [row.spot for row in places]
    spots_km = straight_km(*(np.array([getattr(row, x) for row in places]) for x in ("lat", "lon")))
    rows = read_columns(ready.path("roads.file", roads.file), ready.shown(roads.file)).where(
        roads.where
    )
    names = _point_names(ready, roads)
    number = {names[spot]: place for place, spot in enumerate(spots)}
    start, end = (
        np.array([number.get(text, -1) for text in rows.texts(each)])
        for each in (roads.start, roads.end)
    )
    used = (start >= 0) & (end >= 0) & (start != end)
    if not used.any():
        raise InputError(
            [ready.spec.problem("roads.from", "no row joins two of the points in roads.points")]
        )
    _refuse_twice(rows, roads.end, start * len(spots) + end, used)
    columns = {"seconds": _seconds(rows, roads), "km": _km(rows, roads)}
    matrix = {name: np.full((len(spots), len(spots)), np.nan) for name in columns}
    for name, values in columns.items():
        matrix[name][start[used], end[used]] = values[used]
        np.fill_diagonal(matrix[name], 0.0)
    _refuse_holes(ready, matrix["seconds"], [names[spot] for spot in spots])
    told = Finding(True, f"given travel times: {GIVEN_TIMES}")
    return Ways(matrix=_with_towns(matrix, spots_km, driving), findings=[told])


def _refuse_twice(rows: Columns, column: str, pairs: Ints, used: Mask) -> None:
    _, first = np.unique(np.where(used, pairs, -1 - np.arange(len(pairs))), return_index=True)
    twice = np.ones(len(pairs), dtype=np.bool_)
    twice[first] = False
    rows.refuse(twice, column, lambda row: "this pair of places stands twice; keep one time")


def _with_towns(matrix: dict[str, Array], straight: Array, driving: Driving) -> Matrix:
    """Tell which drives are in town: those slower on the whole than a region's town limit."""
    seconds = matrix["seconds"]
    km = np.where(np.isnan(matrix["km"]), straight * BEND, matrix["km"])
    is_slow = km < driving.town_below_kmh.value * seconds / HOUR_S
    return Matrix(seconds, np.where(is_slow, seconds, 0.0), matrix["km"])


def _point_names(ready: Ready, roads: GivenTable) -> list[str]:
    points = roads.points
    path = ready.path("roads.points.file", points.file)
    return read_columns(path, ready.shown(points.file)).where(points.where).texts(points.id)


def _seconds(rows: Columns, roads: GivenTable) -> Array:
    column = roads.seconds or roads.minutes
    assert column is not None
    values = rows.numbers(column) * (1.0 if roads.seconds else MINUTE_S)
    rows.refuse(values < 0, column, lambda row: f"a time below zero ({values[row]:g} s)")
    return values


def _km(rows: Columns, roads: GivenTable) -> Array:
    return rows.numbers(roads.metres) / 1000 if roads.metres else np.full(len(rows), np.nan)


def _refuse_holes(ready: Ready, seconds: Array, names: list[str]) -> None:
    missing = np.argwhere(np.isnan(seconds))
    if len(missing):
        start, end = missing[0]
        what = (
            f"no time from {names[start]} to {names[end]}, nor for {len(missing) - 1} other pairs "
            f"of the {len(names)} places used; if the table has only neighbours, write kind: edges"
        )
        raise InputError([ready.spec.problem("roads.file", what)])
