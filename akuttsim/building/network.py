"""The roads of a specification: read, cut to the part where one can drive from each to each."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from akuttsim.building.spec import Edges, GivenTable, Graphml, NoRoads, Osm, Points, Ready, Roads
from akuttsim.roads.importing.columns import Columns, read_columns
from akuttsim.roads.importing.coordinates import positions
from akuttsim.roads.importing.edge_table import EdgeColumns, graph_of_table
from akuttsim.roads.importing.graph import Array, Graph
from akuttsim.roads.importing.graphml import read_graphml
from akuttsim.roads.importing.osm import Crossing, Reading, read_osm
from akuttsim.roads.importing.pieces import Piece, main_piece, other_pieces
from akuttsim.roads.importing.speeds import DEFAULT_KMH
from akuttsim.scenario.geography import Driving

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True)
class Network:
    """The main part of the roads read, and what is to be told about the rest."""

    graph: Graph
    crossings: list[Crossing] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)
    whole: Graph | None = None


def read_network(ready: Ready, driving: Driving) -> Network | None:
    """Return the roads of a specification; None where it has none. Raises InputError."""
    roads = ready.spec.value.roads
    if isinstance(roads, NoRoads | GivenTable):
        return None
    return _cut(_read(ready, roads, driving))


def _read(ready: Ready, roads: Roads, driving: Driving) -> Network:
    reading = Reading(
        speeds={**DEFAULT_KMH, **roads.speeds},
        of_limit=roads.of_limit,
        town_below_kmh=driving.town_below_kmh.value,
        ferry_wait_min=mean_wait_min(roads),
    )
    if isinstance(roads, Osm):
        read = read_osm(ready.path("roads.file", roads.file), ready.shown(roads.file), reading)
        return Network(read.graph, read.crossings, read.left_out)
    if isinstance(roads, Graphml):
        path = ready.path("roads.file", roads.file)
        return Network(read_graphml(path, ready.shown(roads.file), reading))
    assert isinstance(roads, Edges)
    return Network(_of_table(ready, roads, reading.town_below_kmh))


def mean_wait_min(roads: Roads) -> float:
    """Return half the time between a ferry's departures by its assumed timetable."""
    times = [
        int(clock[:2]) * 60 + int(clock[3:]) for clock in (roads.ferries.first, roads.ferries.last)
    ]
    span = (times[1] - times[0]) % MINUTES_A_DAY
    return span / max(roads.ferries.departures - 1, 1) / 2


def _of_table(ready: Ready, roads: Edges, below_kmh: float) -> Graph:
    rows = read_columns(ready.path("roads.file", roads.file), ready.shown(roads.file))
    names = set(EdgeColumns.__dataclass_fields__)
    columns = EdgeColumns(**{name: getattr(roads, name) for name in names})
    return graph_of_table(
        rows.where(roads.where), columns, read_points(ready, roads.points), below_kmh
    )


def read_points(ready: Ready, points: Points) -> tuple[list[str], Array, Array]:
    """Return the names and positions of a table of points. Raises InputError."""
    path = ready.path("roads.points.file", points.file)
    rows = read_columns(path, ready.shown(points.file)).where(points.where)
    names = rows.texts(points.id)
    _refuse_twice(rows, points.id, names)
    return names, *positions(rows, points.lat, points.lon, points.crs)


def _refuse_twice(rows: Columns, column: str, names: list[str]) -> None:
    _, first = np.unique(np.array(names, dtype=object).astype(str), return_index=True)
    twice = np.ones(len(names), dtype=np.bool_)
    twice[first] = False
    rows.refuse(twice, column, lambda row: f"point {names[row]!r} stands twice; keep one")


def _cut(read: Network) -> Network:
    main = main_piece(read.graph)
    pieces = other_pieces(read.graph, main)
    return Network(read.graph.of_points(main), read.crossings, read.left_out, pieces, read.graph)
