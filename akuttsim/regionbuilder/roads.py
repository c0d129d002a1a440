"""Roads of a region to build: read, cut to one network, and how one drives between places.

The network is the part in which one can drive from each point to each. Drives are by roads, by a
table of travel times, or in straight lines.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.geography import GIVEN_TIMES, STRAIGHT_LINES, Driving
from akuttsim.errors import InputError
from akuttsim.great_circle import great_circle_km_of_all_pairs
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
from akuttsim.roads.importers.graph import (
    NO_FERRY,
    Component,
    FloatColumn,
    Graph,
    bridge_emergency_roads,
    keep_quickest_ways,
    main_component,
    other_components,
    simplify_graph,
    times_between,
)
from akuttsim.roads.importers.osm import DEFAULT_KMH, FerryCrossing, OsmOptions, read_osm
from akuttsim.roads.importers.road_files import (
    BEND,
    NO_TIME_KM,
    EdgeColumns,
    graph_of_table,
    read_graphml,
)
from akuttsim.roads.importers.road_tags import RoadDoubts
from akuttsim.roads.importers.table_columns import TableColumns, read_columns, read_positions
from akuttsim.texts import message
from akuttsim.units import HOUR_S, MINUTE_S

MINUTES_OF_DAY = 24 * 60


@dataclass(frozen=True)
class MainNetwork:
    """The main part of the roads that were read, and what is to be told about the rest.

    Attributes:
        graph: The largest part in which one can drive from each point to each.
        crossings: The ferries of the extract, in the order of the graph's ferry numbers.
        skipped: Ways that were not read, as counts by reason.
        doubts: What its owner should look at.
        pieces: The other parts, the longest roads first.
        whole: All that was read, to which the points of `pieces` refer.
    """

    graph: Graph
    crossings: list[FerryCrossing] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)
    doubts: RoadDoubts = field(default_factory=RoadDoubts)
    pieces: list[Component] = field(default_factory=list)
    whole: Graph | None = None


def read_network(ready: SpecFolder, driving: Driving) -> MainNetwork | None:
    """Return the roads of a specification, cut to the part that all can drive in.

    They are an OpenStreetMap extract, a GraphML file or a table of stretches and one of points.

    Args:
        ready: The specification and the folder of its data.
        driving: Gives the speed below which a street is in town.

    Returns:
        The network; None for a specification with a table of travel times or straight lines.

    Raises:
        InputError: A file that is no such file, or has no road that cars may use.
    """
    roads = ready.spec.value.roads
    if isinstance(roads, NoRoads | TravelTimeSource):
        return None
    reading = OsmOptions(
        speeds={**DEFAULT_KMH, **roads.speeds},
        of_limit=roads.of_limit,
        town_below_kmh=driving.town_below_kmh.value,
        ferry_wait_min=mean_wait_min(roads),
    )
    path, shown = ready.path("roads.file", roads.file), ready.shown(roads.file)
    crossings: list[FerryCrossing] = []
    skipped: dict[str, int] = {}
    doubts = RoadDoubts()
    if isinstance(roads, OsmSource):
        extract = read_osm(path, shown, reading)
        graph, crossings, skipped = extract.graph, extract.crossings, extract.skipped
        doubts = extract.doubts
    elif isinstance(roads, GraphmlSource):
        graph = read_graphml(path, shown, reading, doubts)
    else:
        assert isinstance(roads, RoadTable)
        rows = read_columns(path, shown).where(roads.where)
        names = EdgeColumns.__dataclass_fields__
        columns = EdgeColumns(**{name: getattr(roads, name) for name in names})
        points = read_points(ready, roads.points)
        graph = graph_of_table(rows, columns, points, reading.town_below_kmh, doubts)
    cars = graph.for_cars()
    main = main_component(cars)
    pieces = other_components(cars, main)
    return MainNetwork(
        bridge_emergency_roads(graph, main), crossings, skipped, doubts, pieces, graph
    )


def mean_wait_min(roads: RoadSource) -> float:
    """Return the mean wait for a ferry by its assumed timetable: half the time between departures.

    It stands for the timetable until the region is written, where simplifying needs a time.
    """
    times = [
        int(clock[:2]) * 60 + int(clock[3:]) for clock in (roads.ferries.first, roads.ferries.last)
    ]
    span = (times[1] - times[0]) % MINUTES_OF_DAY
    return span / max(roads.ferries.departures - 1, 1) / 2


def read_points(
    ready: SpecFolder, points: PointTable
) -> tuple[list[str], FloatColumn, FloatColumn]:
    """Read a table of points.

    Returns:
        The points' identifiers, latitudes and longitudes, in the order of the table.

    Raises:
        InputError: A column that is not there, a position that is none, a point that stands twice.
    """
    path = ready.path("roads.points.file", points.file)
    rows = read_columns(path, ready.shown(points.file)).where(points.where)
    names = rows.texts(points.id)
    _refuse_repeated(
        rows,
        points.id,
        np.array(names, dtype=object).astype(str),
        lambda row: message("files.network.point_twice", names=names[row]),
    )
    return names, *read_positions(rows, points.lat, points.lon, points.crs)


def _refuse_repeated(
    rows: TableColumns, column: str, keys: NDArray[Any], what: Callable[[int], str]
) -> None:
    """Raise InputError for every row whose key an earlier row has already."""
    _, first = np.unique(keys, return_index=True)
    is_repeated = np.ones(len(keys), dtype=np.bool_)
    is_repeated[first] = False
    rows.refuse(is_repeated, column, what)


@dataclass(frozen=True)
class DriveMatrix:
    """Travel times between places, each of shape (from, to).

    Attributes:
        seconds: By ordinary car.
        town_s: Those of them that are driven in town.
        km: Lengths; NaN where the source has none.
    """

    seconds: FloatColumn
    town_s: FloatColumn
    km: FloatColumn


@dataclass(frozen=True)
class PlaceDrives:
    """How one drives between the places of a region.

    Attributes:
        graph: Roads, of which the first points are the places; None without roads.
        crossings: Ferries by the graph's ferry numbers.
        matrix: Travel times, for a source of them or where the roads have too many junctions; with
            neither, drives are straight lines.
        findings: What there is to tell about it.
    """

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
    """Return how one drives between places.

    Args:
        ready: The specification and the folder of its data.
        network: Its roads; None where it has none.
        spots: The points on which places can be.
        places: The places, in the order of the region's table.
        driving: Gives town limit and blue-light speeds.

    Raises:
        InputError: A table of travel times that lacks a pair of places or has one twice.
    """
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
    roads: RoadSource, network: MainNetwork, points: list[int], driving: Driving
) -> PlaceDrives:
    """Return the roads between places, simplified; travel times where they stay too many."""
    before = network.graph
    graph, _ = simplify_graph(before, points)
    findings = [
        BuildFinding(
            False,
            message(
                "files.ways.simplified",
                points=graph.points,
                n_start=len(graph.start),
                points2=before.points,
                n_start2=len(before.start),
            ),
        )
    ]
    if roads.keep == "quickest-ways":
        # only the stretches on a quickest drive between places, for cars and with blue light
        blue = (driving.blue_light_town.value, driving.blue_light_rural.value)
        used = keep_quickest_ways(graph, len(points), [(1.0, 1.0), blue])
        graph, _ = simplify_graph(used, range(len(points)))
        what = message("files.ways.quickest", n_start=len(graph.start))
        findings.append(BuildFinding(False, what))
    if graph.points > roads.most_points:
        return _as_matrix(roads, graph, len(points), findings)
    if (graph.ferry != NO_FERRY).any():
        findings.append(BuildFinding(True, message("files.ways.assumed_timetable")))
    return PlaceDrives(graph, tuple(network.crossings), findings=findings)


def _as_matrix(
    roads: RoadSource, graph: Graph, places: int, findings: list[BuildFinding]
) -> PlaceDrives:
    """Return travel times in place of roads with more points than the specification allows."""
    seconds, town_s, km = times_between(graph.for_cars(), np.arange(places))
    findings.append(
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
        findings.append(BuildFinding(True, message("files.ways.mean_wait")))
    return PlaceDrives(matrix=DriveMatrix(seconds, town_s, km), findings=findings)


def _drives_of_table(
    ready: SpecFolder, roads: TravelTimeSource, places: list[PlaceRow], driving: Driving
) -> PlaceDrives:
    """Return the travel times of a table from outside, for the pairs of places alone."""
    spots = [row.spot for row in places]
    spots_km = great_circle_km_of_all_pairs(
        *(np.array([getattr(row, x) for row in places]) for x in ("lat", "lon"))
    )
    rows = read_columns(ready.path("roads.file", roads.file), ready.shown(roads.file)).where(
        roads.where
    )
    path = ready.path("roads.points.file", roads.points.file)
    points = read_columns(path, ready.shown(roads.points.file)).where(roads.points.where)
    names = points.texts(roads.points.id)
    number = {names[spot]: place for place, spot in enumerate(spots)}
    start, end = (
        np.array([number.get(text, -1) for text in rows.texts(column)])
        for column in (roads.start, roads.end)
    )
    used = (start >= 0) & (end >= 0) & (start != end)
    if not used.any():
        raise InputError([ready.spec.problem("roads.from", message("files.ways.no_row_joins"))])
    pairs = np.where(used, start * len(spots) + end, -1 - np.arange(len(start)))
    _refuse_repeated(rows, roads.end, pairs, lambda row: message("files.ways.pair_twice"))
    straight_km = np.where(used, spots_km[start, end], np.nan)
    seconds_of_row = _table_seconds(rows, roads, straight_km)
    km = rows.numbers(roads.metres) / 1000 if roads.metres else np.full(len(rows), np.nan)
    columns = {"seconds": seconds_of_row, "km": km}
    matrix = {name: np.full((len(spots), len(spots)), np.nan) for name in columns}
    for name, values in columns.items():
        matrix[name][start[used], end[used]] = values[used]
        np.fill_diagonal(matrix[name], 0.0)
    _refuse_holes(ready, matrix["seconds"], [names[spot] for spot in spots])
    findings = [BuildFinding(True, message("files.ways.given_times", given_times=GIVEN_TIMES))]
    findings += _odd_times(rows, roads, seconds_of_row, straight_km)
    # a drive is in town where it is slower on the whole than the region's town limit
    seconds = matrix["seconds"]
    length_km = np.where(np.isnan(matrix["km"]), spots_km * BEND, matrix["km"])
    is_slow = length_km < driving.town_below_kmh.value * seconds / HOUR_S
    drives = DriveMatrix(seconds, np.where(is_slow, seconds, 0.0), matrix["km"])
    return PlaceDrives(matrix=drives, findings=findings)


SURE_KM, LONGEST_S = 0.5, 48 * HOUR_S
"""Points nearer than this to each other tell nothing of a speed; no drive takes longer."""
ODD_KMH = 5.0, 150.0
"""A drive slower or faster than this in a straight line is told: usually the unit is wrong."""


def _odd_times(
    rows: TableColumns, roads: TravelTimeSource, seconds: FloatColumn, straight_km: FloatColumn
) -> list[BuildFinding]:
    """Return a loud finding of times that do not fit the straight line between their places."""
    kmh = np.where(straight_km > SURE_KM, straight_km / np.maximum(seconds, 1e-3) * HOUR_S, np.nan)
    odd = np.flatnonzero((kmh < ODD_KMH[0]) | (kmh > ODD_KMH[1]))
    if not len(odd):
        return []
    row = int(odd[0])
    what = message(
        "files.ways.odd_times",
        count=len(odd),
        pairs=int(np.isfinite(kmh).sum()),
        low=ODD_KMH[0],
        high=ODD_KMH[1],
        start=rows.texts(roads.start)[row],
        end=rows.texts(roads.end)[row],
        minutes=seconds[row] / MINUTE_S,
        km=straight_km[row],
    )
    return [BuildFinding(True, what)]


def _table_seconds(
    rows: TableColumns, roads: TravelTimeSource, straight_km: FloatColumn
) -> FloatColumn:
    """Return the times of a table in seconds, whatever its unit.

    Raises:
        InputError: With the rows below zero, of no time between places apart, or of days.
    """
    column = roads.seconds or roads.minutes
    assert column is not None
    values = rows.numbers(column) * (1.0 if roads.seconds else MINUTE_S)
    rows.refuse(
        values < 0, column, lambda row: message("files.ways.below_zero", values=values[row])
    )
    rows.refuse(
        (values < 1) & (straight_km > NO_TIME_KM),
        column,
        lambda row: message("files.roads.no_time", km=straight_km[row]),
    )
    rows.refuse(
        (values > LONGEST_S) & np.isfinite(straight_km),
        column,
        lambda row: message("files.ways.too_long", hours=values[row] / HOUR_S),
    )
    return values


def _refuse_holes(ready: SpecFolder, seconds: FloatColumn, names: list[str]) -> None:
    """Raise InputError where a pair of places has no time."""
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
