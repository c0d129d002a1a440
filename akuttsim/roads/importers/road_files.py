"""Road networks from files: edge tables with columns of any name, and GraphML.

An edge table is a table of stretches and one of points. GraphML is a network as osmnx and others
write it, read with networkx once it is known safe.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.parsers import expat

import networkx as nx
import numpy as np

from akuttsim.errors import did_you_mean
from akuttsim.great_circle import great_circle_km
from akuttsim.roads.importers.graph import (
    MOST_STRETCHES,
    NO_FERRY,
    FloatColumn,
    Graph,
    IntColumn,
    Stretch,
    graph_of,
)
from akuttsim.roads.importers.osm import (
    SHORTEST_KM,
    OsmOptions,
    limit_kmh,
    may_drive,
    road_speed_kmh,
)
from akuttsim.roads.importers.table_columns import TableColumns
from akuttsim.texts import message, said_by
from akuttsim.units import HOUR_S, MINUTE_S
from akuttsim.untrusted_files import read_bytes, unusable_file

BEND = 1.2
"""Length of a road over the straight line where a table tells none (grade C)."""

_YES = frozenset({"yes", "true", "1", "y", "ja", "t"})
_METRES = {"km": 1.0, "metres": 0.001}
_SECONDS = {"seconds": 1.0, "minutes": MINUTE_S}
SLOWEST_KMH, FASTEST_KMH = 5.0, 120.0


@dataclass(frozen=True)
class EdgeColumns:
    """The names of the columns of an edge table.

    Of length, time and speed two are enough, or the time alone.

    Attributes:
        start: Column of the point at which a stretch begins.
        end: Column of the point at which it ends.
        metres: Column of lengths in metres.
        km: Column of lengths in kilometres.
        seconds: Column of driving times in seconds.
        minutes: Column of driving times in minutes.
        kmh: Column of speeds in km/h.
        one_way: Column that says yes for a stretch driven one way.
        road: Column of road names.
        private: Column that says yes for a stretch that is not read.
        both_ways: Whether a row is driven both ways unless its `one_way` says otherwise.
    """

    start: str
    end: str
    metres: str | None = None
    km: str | None = None
    seconds: str | None = None
    minutes: str | None = None
    kmh: str | None = None
    one_way: str | None = None
    road: str | None = None
    private: str | None = None
    both_ways: bool = False


def graph_of_table(
    rows: TableColumns,
    columns: EdgeColumns,
    points: tuple[list[str], FloatColumn, FloatColumn],
    below_kmh: float,
) -> Graph:
    """Return the graph of a table of stretches.

    Args:
        rows: The table.
        columns: The names of its columns.
        points: Identifiers, latitudes and longitudes of the points.
        below_kmh: A stretch driven slower than this is in town.

    Raises:
        InputError: Ends that are no points, lengths or times below zero, too many rows.
    """
    if len(rows) > MOST_STRETCHES:
        raise unusable_file(
            rows.file, message("files.roads.stretches", most_stretches=MOST_STRETCHES)
        )
    names, lat, lon = points
    public = _drop_private(rows, columns)
    start, end = (_end_points(public, column, names) for column in (columns.start, columns.end))
    straight = great_circle_km(lat[start], lon[start], lat[end], lon[end])
    km, seconds = _km_and_seconds(public, columns, straight)
    roads = public.texts(columns.road) if columns.road else ["road"] * len(public)
    labels = dict.fromkeys(name or "road" for name in roads)
    number = {name: place for place, name in enumerate(labels)}
    label = np.array([number[name or "road"] for name in roads], dtype=np.int64)
    back = ~_one_way_rows(public, columns)
    return Graph(
        names=tuple(names),
        lat=lat,
        lon=lon,
        can_stop=np.ones(len(names), dtype=np.bool_),
        start=np.concatenate([start, end[back]]),
        end=np.concatenate([end, start[back]]),
        seconds=np.concatenate([seconds, seconds[back]]),
        km=np.concatenate([km, km[back]]),
        in_town=np.concatenate([(km / seconds * HOUR_S < below_kmh)] * 2)[
            np.concatenate([np.ones(len(back), dtype=np.bool_), back])
        ],
        ferry=np.full(len(start) + int(back.sum()), NO_FERRY, dtype=np.int64),
        label=np.concatenate([label, label[back]]),
        labels=tuple(labels),
    )


def _drop_private(rows: TableColumns, columns: EdgeColumns) -> TableColumns:
    """Return the rows that everybody may drive."""
    if columns.private is None:
        return rows
    private = np.array([text.lower() in _YES for text in rows.texts(columns.private)])
    return TableColumns(rows.file, rows.cells[~private].reset_index(drop=True), rows.line[~private])


def _end_points(rows: TableColumns, column: str, names: list[str]) -> IntColumn:
    """Return the points in a column as indices. Raises InputError for one that is not there."""
    index = {name: number for number, name in enumerate(names)}
    texts = rows.texts(column)
    point = np.array([index.get(text, -1) for text in texts], dtype=np.int64)
    rows.refuse(
        point < 0,
        column,
        lambda row: (
            message("files.roads.no_point", texts=texts[row])
            + did_you_mean(texts[row], names[:10_000])
        ),
    )
    return point


def _one_way_rows(
    rows: TableColumns, columns: EdgeColumns
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which rows are driven from start to end alone."""
    if columns.one_way is None:
        return np.full(len(rows), not columns.both_ways)
    return np.array([text.lower() in _YES for text in rows.texts(columns.one_way)], dtype=np.bool_)


def _km_and_seconds(
    rows: TableColumns, columns: EdgeColumns, straight: FloatColumn
) -> tuple[FloatColumn, FloatColumn]:
    """Return km and seconds from what is told: the time as it is, the length as the road's."""
    km = _column_in_units(rows, columns, _METRES)
    seconds = _column_in_units(rows, columns, _SECONDS)
    kmh = _positive_numbers(rows, columns.kmh) if columns.kmh else None
    if km is None and seconds is not None and kmh is not None:
        km = seconds * kmh / HOUR_S
    if km is None:
        km = np.maximum(straight * BEND, SHORTEST_KM)
    if seconds is None:
        assert kmh is not None
        seconds = km / np.clip(kmh, SLOWEST_KMH, FASTEST_KMH) * HOUR_S
    return np.clip(km, seconds * SLOWEST_KMH / HOUR_S, seconds * FASTEST_KMH / HOUR_S), seconds


def _column_in_units(
    rows: TableColumns, columns: EdgeColumns, units: dict[str, float]
) -> FloatColumn | None:
    """Return a column in kilometres or seconds, whatever its unit; None without one."""
    for unit, factor in units.items():
        column = getattr(columns, unit)
        if column is not None:
            return np.maximum(_positive_numbers(rows, column) * factor, SHORTEST_KM)
    return None


def _positive_numbers(rows: TableColumns, column: str) -> FloatColumn:
    """Return a column of numbers. Raises InputError for one below zero."""
    values = rows.numbers(column)
    rows.refuse(
        values < 0, column, lambda row: message("files.roads.below_zero", values=values[row])
    )
    return values


MAX_BYTES = 400_000_000
_LAT, _LON = ("lat", "y", "latitude"), ("lon", "x", "longitude")


class _UnsafeError(ValueError):
    """The file declares a document type or entities, which a network never needs."""


def refuse_entities(content: bytes, shown_as: str) -> None:
    """Raise InputError for XML that is broken or declares a document type or entities."""

    def unsafe(*_: Any) -> None:
        raise _UnsafeError(message("files.graphml.entities"))

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = unsafe
    parser.EntityDeclHandler = unsafe
    try:
        parser.Parse(content, True)
    except _UnsafeError as error:
        raise unusable_file(shown_as, said_by(error)) from None
    except expat.ExpatError as error:
        raise unusable_file(shown_as, message("files.graphml.not_whole", error=error)) from None


def read_graphml(path: Path, shown_as: str, reading: OsmOptions) -> Graph:
    """Return the network in a GraphML file. Raises InputError.

    Points need lat and lon (or y and x, in degrees); stretches a length in metres and, of
    travel_time (s), speed_kph, maxspeed or highway, the first that they have.
    """
    import io

    content = read_bytes(path, shown_as, MAX_BYTES)
    refuse_entities(content, shown_as)
    try:
        network = nx.read_graphml(io.BytesIO(content), force_multigraph=True)
    except (nx.NetworkXError, KeyError, ValueError, TypeError) as error:
        reason = " ".join(str(error).split())[:150]
        raise unusable_file(shown_as, message("files.graphml.cannot_read", said=reason)) from None
    return _graph_of_network(network, shown_as, reading)


def _graph_of_network(network: Any, shown_as: str, reading: OsmOptions) -> Graph:
    """Return a network of networkx as ours, without what may not be driven."""
    number = {name: place for place, name in enumerate(network.nodes)}
    points = [
        (str(name), _first_number(data, _LAT, shown_as), _first_number(data, _LON, shown_as), True)
        for name, data in network.nodes(data=True)
    ]
    labels: dict[str, int] = {}
    rows: list[Stretch] = []
    for start, end, data in network.edges(data=True):
        tags = {key: str(value) for key, value in data.items()}
        if not may_drive(tags):
            continue
        stretch = _stretch_of_edge((number[start], number[end]), tags, reading, shown_as)
        label = labels.setdefault(tags.get("ref") or tags.get("name") or "road", len(labels))
        ends = [(stretch.start, stretch.end), (stretch.end, stretch.start)]
        for first, last in ends if not network.is_directed() else ends[:1]:
            rows.append(Stretch(first, last, stretch.seconds, stretch.km, stretch.in_town,
                                NO_FERRY, label))  # fmt: skip
    if not rows:
        raise unusable_file(shown_as, message("files.graphml.no_stretch"))
    return graph_of(points, rows, labels)


def _first_number(data: Mapping[str, Any], keys: Iterable[str], shown_as: str) -> float:
    """Return the number at the first of some keys that is there; InputError for no number."""
    for key in keys:
        if key in data:
            try:
                return float(data[key])
            except ValueError:
                break
    raise unusable_file(shown_as, message("files.graphml.lacks_number", keys=", ".join(keys)))


def _stretch_of_edge(
    ends: tuple[int, int], tags: Mapping[str, str], reading: OsmOptions, shown_as: str
) -> Stretch:
    """Return an edge as a stretch; InputError for one without a length or a kind of road."""
    try:
        km = max(float(tags["length"]) / 1000, SHORTEST_KM)
        kmh = _stretch_kmh(tags, km, reading)
    except (KeyError, ValueError):
        what = message("files.graphml.lacks_length")
        raise unusable_file(shown_as, what) from None
    return Stretch(*ends, km / kmh * HOUR_S, km, kmh < reading.town_below_kmh)


def _stretch_kmh(tags: Mapping[str, str], km: float, reading: OsmOptions) -> float:
    """Return the speed of a stretch: by its time, speed or limit, else by its kind of road."""
    if "travel_time" in tags:
        return min(max(km / max(float(tags["travel_time"]), 1e-6) * HOUR_S, 5.0), 120.0)
    if "speed_kph" in tags:
        return min(max(float(tags["speed_kph"]), 5.0), 120.0)
    limit = tags.get("maxspeed", "")
    if limit_kmh(limit) is not None:
        return road_speed_kmh("", limit, {"": 0.0}, reading.of_limit)
    classes = [
        speed for speed in reading.speeds if speed in tags["highway"].strip("[]'\" ").split("', '")
    ]
    return road_speed_kmh(classes[0] if classes else "unclassified", "", reading.speeds, 1.0)
