"""Roads of a region to build: read, cut to one network, and how one drives between places.

The network is the part in which one can drive from each point to each. Drives are by roads, by a
table of travel times, or in straight lines.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from akuttsim.config.schema.geography import GIVEN_TIMES, STRAIGHT_LINES, Driving
from akuttsim.errors import InputError
from akuttsim.great_circle import great_circle_km_of_all_pairs
from akuttsim.messages import message
from akuttsim.regionbuilder.data_quality import BuildFinding
from akuttsim.regionbuilder.places_and_facilities import PlaceRow, Spots
from akuttsim.regionbuilder.spec import (
    GraphmlSource,
    NoRoads,
    OsmSource,
    PointTable,
    RoadSource,
    RoadTable,
    SpecFolder,
    TravelTimeSource,
)
from akuttsim.roads.importers.edge_table import BEND, EdgeColumns, graph_of_table
from akuttsim.roads.importers.graph import (
    NO_FERRY,
    Component,
    FloatColumn,
    Graph,
    IntColumn,
    MaskColumn,
    main_component,
    other_components,
)
from akuttsim.roads.importers.graphml import read_graphml
from akuttsim.roads.importers.osm import DEFAULT_KMH, FerryCrossing, OsmOptions, read_osm
from akuttsim.roads.importers.simplify import keep_quickest_ways, simplify_graph, times_between
from akuttsim.roads.importers.table_columns import TableColumns, read_columns, read_positions
from akuttsim.units import HOUR_S, MINUTE_S

MINUTES_OF_DAY = 24 * 60


@dataclass(frozen=True)
class MainNetwork:
    """The main part of the roads read, and what is to be told about the rest."""

    graph: Graph
    crossings: list[FerryCrossing] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    pieces: list[Component] = field(default_factory=list)
    whole: Graph | None = None


def read_network(ready: SpecFolder, driving: Driving) -> MainNetwork | None:
    """Return the roads of a specification; None where it has none. Raises InputError."""
    roads = ready.spec.value.roads
    if isinstance(roads, NoRoads | TravelTimeSource):
        return None
    return _cut_to_main_piece(_read_roads_of_kind(ready, roads, driving))


def _read_roads_of_kind(ready: SpecFolder, roads: RoadSource, driving: Driving) -> MainNetwork:
    reading = OsmOptions(
        speeds={**DEFAULT_KMH, **roads.speeds},
        of_limit=roads.of_limit,
        town_below_kmh=driving.town_below_kmh.value,
        ferry_wait_min=mean_wait_min(roads),
    )
    if isinstance(roads, OsmSource):
        read = read_osm(ready.path("roads.file", roads.file), ready.shown(roads.file), reading)
        return MainNetwork(read.graph, read.crossings, read.left_out)
    if isinstance(roads, GraphmlSource):
        path = ready.path("roads.file", roads.file)
        return MainNetwork(read_graphml(path, ready.shown(roads.file), reading))
    assert isinstance(roads, RoadTable)
    return MainNetwork(_graph_of_road_table(ready, roads, reading.town_below_kmh))


def mean_wait_min(roads: RoadSource) -> float:
    """Return half the time between a ferry's departures by its assumed timetable."""
    times = [
        int(clock[:2]) * 60 + int(clock[3:]) for clock in (roads.ferries.first, roads.ferries.last)
    ]
    span = (times[1] - times[0]) % MINUTES_OF_DAY
    return span / max(roads.ferries.departures - 1, 1) / 2


def _graph_of_road_table(ready: SpecFolder, roads: RoadTable, below_kmh: float) -> Graph:
    rows = read_columns(ready.path("roads.file", roads.file), ready.shown(roads.file))
    names = set(EdgeColumns.__dataclass_fields__)
    columns = EdgeColumns(**{name: getattr(roads, name) for name in names})
    return graph_of_table(
        rows.where(roads.where), columns, read_points(ready, roads.points), below_kmh
    )


def read_points(
    ready: SpecFolder, points: PointTable
) -> tuple[list[str], FloatColumn, FloatColumn]:
    """Return the names and positions of a table of points. Raises InputError."""
    path = ready.path("roads.points.file", points.file)
    rows = read_columns(path, ready.shown(points.file)).where(points.where)
    names = rows.texts(points.id)
    _refuse_double_points(rows, points.id, names)
    return names, *read_positions(rows, points.lat, points.lon, points.crs)


def _refuse_double_points(rows: TableColumns, column: str, names: list[str]) -> None:
    _, first = np.unique(np.array(names, dtype=object).astype(str), return_index=True)
    twice = np.ones(len(names), dtype=np.bool_)
    twice[first] = False
    rows.refuse(twice, column, lambda row: message("files.network.point_twice", names=names[row]))


def _cut_to_main_piece(read: MainNetwork) -> MainNetwork:
    main = main_component(read.graph)
    pieces = other_components(read.graph, main)
    return MainNetwork(
        read.graph.of_points(main), read.crossings, read.left_out, pieces, read.graph
    )


@dataclass(frozen=True)
class DriveMatrix:
    """Travel times between places: seconds, those of them in town, and km; NaN where not told."""

    seconds: FloatColumn
    town_s: FloatColumn
    km: FloatColumn


@dataclass(frozen=True)
class PlaceDrives:
    """How one drives: by roads (places are the first points), by a table, or in straight lines."""

    graph: Graph | None = None
    crossings: tuple[FerryCrossing, ...] = ()
    matrix: DriveMatrix | None = None
    findings: list[BuildFinding] = field(default_factory=list)


def drives_between_places(
    ready: SpecFolder,
    network: MainNetwork | None,
    spots: Spots,
    places: list[PlaceRow],
    driving: Driving,
) -> PlaceDrives:
    """Return how one drives between places. Raises InputError for a table that is not whole."""
    roads = ready.spec.value.roads
    if isinstance(roads, NoRoads):
        return PlaceDrives(findings=[BuildFinding(True, STRAIGHT_LINES)])
    if isinstance(roads, TravelTimeSource):
        return _drives_of_table(ready, roads, places, driving)
    assert network is not None and isinstance(roads, RoadSource)
    return _drives_by_roads(
        roads, network, [int(spots.number[row.spot]) for row in places], driving
    )


def _drives_by_roads(
    roads: RoadSource, network: MainNetwork, kept: list[int], driving: Driving
) -> PlaceDrives:
    graph, _ = simplify_graph(network.graph, kept)
    found = [_simplification_finding(network.graph, graph)]
    if roads.keep == "quickest-ways":
        graph = _only_quickest(graph, len(kept), driving)
        found.append(
            BuildFinding(
                False,
                message("files.ways.quickest", n_start=len(graph.start)),
            )
        )
    if graph.points > roads.most_points:
        return _as_matrix(roads, graph, len(kept), found)
    if (graph.ferry != NO_FERRY).any():
        found.append(BuildFinding(True, message("files.ways.assumed_timetable")))
    return PlaceDrives(graph, tuple(network.crossings), findings=found)


def _simplification_finding(before: Graph, after: Graph) -> BuildFinding:
    return BuildFinding(
        False,
        message(
            "files.ways.simplified",
            points=after.points,
            n_start=len(after.start),
            points2=before.points,
            n_start2=len(before.start),
        ),
    )


def _only_quickest(graph: Graph, places: int, driving: Driving) -> Graph:
    blue = (driving.blue_light_town.value, driving.blue_light_rural.value)
    used = keep_quickest_ways(graph, places, [(1.0, 1.0), blue])
    return simplify_graph(used, range(places))[0]


def _as_matrix(
    roads: RoadSource, graph: Graph, places: int, found: list[BuildFinding]
) -> PlaceDrives:
    seconds, town_s, km = times_between(graph, np.arange(places))
    found.append(
        BuildFinding(
            True,
            message(
                "files.ways.too_many",
                points=graph.points,
                most_points=roads.most_points,
                given_times=GIVEN_TIMES,
            ),
        )
    )
    if (graph.ferry != NO_FERRY).any():
        found.append(BuildFinding(True, message("files.ways.mean_wait")))
    return PlaceDrives(matrix=DriveMatrix(seconds, town_s, km), findings=found)


def _drives_of_table(
    ready: SpecFolder, roads: TravelTimeSource, places: list[PlaceRow], driving: Driving
) -> PlaceDrives:
    spots = [row.spot for row in places]
    spots_km = great_circle_km_of_all_pairs(
        *(np.array([getattr(row, x) for row in places]) for x in ("lat", "lon"))
    )
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
        raise InputError([ready.spec.problem("roads.from", message("files.ways.no_row_joins"))])
    _refuse_double_pairs(rows, roads.end, start * len(spots) + end, used)
    columns = {"seconds": _table_seconds(rows, roads), "km": _table_km(rows, roads)}
    matrix = {name: np.full((len(spots), len(spots)), np.nan) for name in columns}
    for name, values in columns.items():
        matrix[name][start[used], end[used]] = values[used]
        np.fill_diagonal(matrix[name], 0.0)
    _refuse_holes(ready, matrix["seconds"], [names[spot] for spot in spots])
    told = BuildFinding(True, message("files.ways.given_times", given_times=GIVEN_TIMES))
    return PlaceDrives(matrix=_with_towns(matrix, spots_km, driving), findings=[told])


def _refuse_double_pairs(
    rows: TableColumns, column: str, pairs: IntColumn, used: MaskColumn
) -> None:
    _, first = np.unique(np.where(used, pairs, -1 - np.arange(len(pairs))), return_index=True)
    twice = np.ones(len(pairs), dtype=np.bool_)
    twice[first] = False
    rows.refuse(twice, column, lambda row: message("files.ways.pair_twice"))


def _with_towns(
    matrix: dict[str, FloatColumn], straight: FloatColumn, driving: Driving
) -> DriveMatrix:
    """Tell which drives are in town: those slower on the whole than a region's town limit."""
    seconds = matrix["seconds"]
    km = np.where(np.isnan(matrix["km"]), straight * BEND, matrix["km"])
    is_slow = km < driving.town_below_kmh.value * seconds / HOUR_S
    return DriveMatrix(seconds, np.where(is_slow, seconds, 0.0), matrix["km"])


def _point_names(ready: SpecFolder, roads: TravelTimeSource) -> list[str]:
    points = roads.points
    path = ready.path("roads.points.file", points.file)
    return read_columns(path, ready.shown(points.file)).where(points.where).texts(points.id)


def _table_seconds(rows: TableColumns, roads: TravelTimeSource) -> FloatColumn:
    column = roads.seconds or roads.minutes
    assert column is not None
    values = rows.numbers(column) * (1.0 if roads.seconds else MINUTE_S)
    rows.refuse(
        values < 0, column, lambda row: message("files.ways.below_zero", values=values[row])
    )
    return values


def _table_km(rows: TableColumns, roads: TravelTimeSource) -> FloatColumn:
    return rows.numbers(roads.metres) / 1000 if roads.metres else np.full(len(rows), np.nan)


def _refuse_holes(ready: SpecFolder, seconds: FloatColumn, names: list[str]) -> None:
    missing = np.argwhere(np.isnan(seconds))
    if len(missing):
        start, end = missing[0]
        what = message(
            "files.ways.no_time",
            names=names[start],
            names2=names[end],
            n_missing=len(missing) - 1,
            n_names=len(names),
        )
        raise InputError([ready.spec.problem("roads.file", what)])
