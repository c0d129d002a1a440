"""Road networks from files: edge tables with columns of any name, and GraphML.

An edge table is a table of stretches and one of points. GraphML is a network as osmnx and others
write it, read with networkx once it is known safe.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.parsers import expat

import networkx as nx
import numpy as np

from akuttsim.errors import InputError, Problem, did_you_mean
from akuttsim.great_circle import great_circle_km
from akuttsim.roads.importers.graph import (
    MOST_STRETCHES,
    NO_FERRY,
    FloatColumn,
    Graph,
    IntColumn,
    MaskColumn,
    Stretch,
    graph_of,
)
from akuttsim.roads.importers.osm import SHORTEST_KM, OsmOptions
from akuttsim.roads.importers.road_tags import (
    Access,
    RoadDoubts,
    driving_directions,
    read_limit,
    road_speed_kmh,
    tag_parts,
    way_access,
)
from akuttsim.roads.importers.table_columns import SHOWN, TableColumns
from akuttsim.texts import message, said_by
from akuttsim.units import HOUR_S, MINUTE_S
from akuttsim.untrusted_files import read_bytes, unusable_file

BEND = 1.2
"""Length of a road over the straight line where a table tells none (grade C)."""

_YES = frozenset({"yes", "true", "1", "1.0", "y", "ja", "j", "t", "sann", "x"})
_NO = frozenset({"", "no", "false", "0", "0.0", "n", "nei", "f", "usann", "-"})
_BACKWARDS = frozenset({"-1", "-1.0", "reverse"})
_METRES = {"km": 1.0, "metres": 0.001}
_SECONDS = {"seconds": 1.0, "minutes": MINUTE_S}
SLOWEST_KMH, FASTEST_KMH = 5.0, 120.0
DOUBTFUL_KMH = 150.0
"""A stretch driven faster than this by its length and time has a wrong one."""


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
    doubts: RoadDoubts | None = None,
) -> Graph:
    """Return the graph of a table of stretches.

    Args:
        rows: The table.
        columns: The names of its columns.
        points: Identifiers, latitudes and longitudes of the points.
        below_kmh: A stretch driven slower than this is in town.
        doubts: Gets the stretches whose time does not fit their length.

    Raises:
        InputError: Ends that are no points, lengths below zero, speeds or times that are not above
            it, a word in `one_way` or `private` that is neither yes nor no, too many rows.
    """
    if len(rows) > MOST_STRETCHES:
        raise unusable_file(
            rows.file, message("files.roads.stretches", most_stretches=MOST_STRETCHES)
        )
    names, lat, lon = points
    public = _drop_private(rows, columns)
    ends = [_end_points(public, column, names) for column in (columns.start, columns.end)]
    one_way, is_backwards = _one_way_rows(public, columns)
    start, end = np.where(is_backwards, ends[::-1], ends)
    straight = great_circle_km(lat[start], lon[start], lat[end], lon[end])
    km, seconds = _km_and_seconds(public, columns, straight, doubts or RoadDoubts())
    roads = public.texts(columns.road) if columns.road else ["road"] * len(public)
    labels = dict.fromkeys(name or "road" for name in roads)
    number = {name: place for place, name in enumerate(labels)}
    label = np.array([number[name or "road"] for name in roads], dtype=np.int64)
    back = ~one_way
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
    private, _ = _yes_or_no(rows, columns.private)
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


def _one_way_rows(rows: TableColumns, columns: EdgeColumns) -> tuple[MaskColumn, MaskColumn]:
    """Return which rows are driven one way, and which of them from their end to their start."""
    if columns.one_way is None:
        return np.full(len(rows), not columns.both_ways), np.zeros(len(rows), dtype=np.bool_)
    is_said, is_backwards = _yes_or_no(rows, columns.one_way, _BACKWARDS)
    return is_said | is_backwards, is_backwards


def _yes_or_no(
    rows: TableColumns, column: str, others: frozenset[str] = frozenset()
) -> tuple[MaskColumn, MaskColumn]:
    """Return which rows of a column say yes, and which one of some other words.

    Raises:
        InputError: With the rows that say something else than yes, no or these.
    """
    texts = [text.lower() for text in rows.texts(column)]
    unknown = np.array([text not in _YES | _NO | others for text in texts], dtype=np.bool_)
    rows.refuse(unknown, column, lambda row: message("files.roads.yes_or_no", text=texts[row]))
    yes, other = (
        np.array([text in words for text in texts], dtype=np.bool_) for words in (_YES, others)
    )
    return yes, other


def _km_and_seconds(
    rows: TableColumns, columns: EdgeColumns, straight: FloatColumn, doubts: RoadDoubts
) -> tuple[FloatColumn, FloatColumn]:
    """Return km and seconds from what is told: the time as it is, the length as the road's."""
    km = _column_in_units(rows, columns, _METRES)
    seconds = _column_in_units(rows, columns, _SECONDS)
    kmh = _positive_numbers(rows, columns.kmh, is_zero_wrong=True) if columns.kmh else None
    if km is None and seconds is not None and kmh is not None:
        km = seconds * kmh / HOUR_S
    if km is None:
        km = np.maximum(straight * BEND, SHORTEST_KM)
    if seconds is None:
        assert kmh is not None
        seconds = km / np.clip(kmh, SLOWEST_KMH, FASTEST_KMH) * HOUR_S
    else:
        _refuse_no_time(rows, columns, seconds, straight)
    driven = np.maximum(km, straight) / seconds * HOUR_S if kmh is None else kmh
    for row in np.flatnonzero((driven > DOUBTFUL_KMH) | (driven < SLOWEST_KMH)).tolist():
        line, speed = f"{rows.file}:{rows.line[row]}", f"{km[row]:.1f} km, {seconds[row]:.0f} s"
        is_fast = driven[row] > DOUBTFUL_KMH
        doubts.add("edge_fast" if is_fast else "edge_slow", f"{line} {speed}")
    return np.clip(km, seconds * SLOWEST_KMH / HOUR_S, seconds * FASTEST_KMH / HOUR_S), seconds


NO_TIME_KM = 2.0
"""Farther apart than this nothing is driven in no time: at 120 km/h it takes a minute, which no
rounding to whole minutes makes 0 of."""


def _refuse_no_time(
    rows: TableColumns, columns: EdgeColumns, seconds: FloatColumn, straight: FloatColumn
) -> None:
    """Raise InputError for stretches that are driven in no time."""
    column = columns.seconds or columns.minutes
    assert column is not None
    rows.refuse(
        (seconds <= SHORTEST_KM) & (straight > NO_TIME_KM),
        column,
        lambda row: message("files.roads.no_time", km=straight[row]),
    )


def _column_in_units(
    rows: TableColumns, columns: EdgeColumns, units: dict[str, float]
) -> FloatColumn | None:
    """Return a column in kilometres or seconds, whatever its unit; None without one."""
    for unit, factor in units.items():
        column = getattr(columns, unit)
        if column is not None:
            return np.maximum(_positive_numbers(rows, column) * factor, SHORTEST_KM)
    return None


def _positive_numbers(rows: TableColumns, column: str, is_zero_wrong: bool = False) -> FloatColumn:
    """Return a column of numbers. Raises InputError for one below zero, or zero where it is."""
    values = rows.numbers(column)
    rows.refuse(
        values < 0, column, lambda row: message("files.roads.below_zero", values=values[row])
    )
    if is_zero_wrong:
        rows.refuse(values == 0, column, lambda _: message("files.roads.zero"))
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


def read_graphml(
    path: Path, shown_as: str, reading: OsmOptions, doubts: RoadDoubts | None = None
) -> Graph:
    """Return the network in a GraphML file. Raises InputError.

    Points need lat and lon (or y and x, in degrees); stretches a length in metres and, of
    travel_time (s), speed_kph, maxspeed or highway, the first that they have. `nan` is none.
    """
    import io

    content = read_bytes(path, shown_as, MAX_BYTES)
    refuse_entities(content, shown_as)
    try:
        network = nx.read_graphml(io.BytesIO(content), force_multigraph=True)
    except (nx.NetworkXError, KeyError, ValueError, TypeError) as error:
        reason = " ".join(str(error).split())[:150]
        raise unusable_file(shown_as, message("files.graphml.cannot_read", said=reason)) from None
    return _graph_of_network(network, shown_as, reading, doubts or RoadDoubts())


def _add_doubts_of_edge(access: Access, is_directed: bool, doubts: RoadDoubts, where: str) -> None:
    """Note an edge for emergencies alone, and one that is one-way in a file without directions."""
    if access is Access.EMERGENCY:
        doubts.add("emergency", where)
    if not is_directed:
        doubts.add("undirected", where)


def _graph_of_network(
    network: Any, shown_as: str, reading: OsmOptions, doubts: RoadDoubts
) -> Graph:
    """Return a network of networkx as ours, without what may not be driven."""
    number = {name: place for place, name in enumerate(network.nodes)}
    points = [
        (str(name), _first_number(data, _LAT, shown_as), _first_number(data, _LON, shown_as), True)
        for name, data in network.nodes(data=True)
    ]
    labels: dict[str, int] = {}
    rows: list[Stretch] = []
    problems: list[Problem] = []
    for start, end, data in network.edges(data=True):
        tags = {key: text for key, value in data.items() if (text := str(value)) not in _NOTHING}
        where = f"{start} - {end}"
        access = way_access(tags, doubts, where)
        if access is Access.CLOSED:
            continue
        is_directed = network.is_directed() or all(driving_directions(tags, doubts, where))
        _add_doubts_of_edge(access, is_directed, doubts, where)
        try:
            stretch = _stretch_of_edge((number[start], number[end]), tags, reading, doubts, where)
        except ValueError as error:
            problems.append(Problem(shown_as, 0, where, said_by(error)))
            continue
        label = labels.setdefault(tags.get("ref") or tags.get("name") or "road", len(labels))
        rows.append(replace(stretch, label=label, emergency=access is Access.EMERGENCY))
        if not network.is_directed():
            rows.append(replace(rows[-1], start=stretch.end, end=stretch.start))
    if problems:
        raise InputError(problems[:SHOWN])
    if all(row.emergency for row in rows):
        raise unusable_file(shown_as, message("files.graphml.no_stretch"))
    return graph_of(points, rows, labels)


_NOTHING = ("", "nan", "None", "NaN")
"""How tools write that an edge has no such value."""


def _first_number(data: Mapping[str, Any], keys: Iterable[str], shown_as: str) -> float:
    """Return the number at the first of some keys that is there; InputError for no number."""
    for key in keys:
        if key in data:
            try:
                value = float(data[key])
            except ValueError:
                break
            if math.isfinite(value):
                return value
    raise unusable_file(shown_as, message("files.graphml.lacks_number", keys=", ".join(keys)))


def _stretch_of_edge(
    ends: tuple[int, int],
    tags: Mapping[str, str],
    reading: OsmOptions,
    doubts: RoadDoubts,
    where: str,
) -> Stretch:
    """Return an edge as a stretch.

    Raises:
        ValueError: With what is wrong: no length, no kind of road, or a speed or time that is not
            above zero.
    """
    length = _edge_number(tags, "length")
    if length is None:
        raise ValueError(message("files.graphml.lacks_length"))
    km = max(length / 1000, SHORTEST_KM)
    kmh = _stretch_kmh(tags, km, reading, doubts, where)
    return Stretch(*ends, km / kmh * HOUR_S, km, kmh < reading.town_below_kmh)


def _edge_number(tags: Mapping[str, str], key: str) -> float | None:
    """Return a number of an edge; None where it has none. Raises ValueError for what is none."""
    if key not in tags:
        return None
    try:
        value = float(tags[key])
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < 0:
        raise ValueError(message("files.graphml.no_number", key=key, value=tags[key][:40]))
    return value


def _stretch_kmh(
    tags: Mapping[str, str], km: float, reading: OsmOptions, doubts: RoadDoubts, where: str
) -> float:
    """Return the speed of a stretch: by its time, speed or limit, else by its kind of road."""
    seconds, speed = _edge_number(tags, "travel_time"), _edge_number(tags, "speed_kph")
    is_timed = seconds is not None
    if (seconds == 0 and km > NO_TIME_KM) or speed == 0:
        key = "travel_time" if is_timed else "speed_kph"
        raise ValueError(message("files.graphml.zero", key=key))
    if seconds is not None:
        speed = km / seconds * HOUR_S if seconds else FASTEST_KMH
    if speed is not None:
        if not SLOWEST_KMH <= speed <= DOUBTFUL_KMH:
            what = f"{where}: {speed:.1f} km/h"
            doubts.add("edge_fast" if speed > DOUBTFUL_KMH else "edge_slow", what)
        return min(max(speed, SLOWEST_KMH), FASTEST_KMH)
    return _limit_or_class_kmh(tags, reading, doubts, where)


def _limit_or_class_kmh(
    tags: Mapping[str, str], reading: OsmOptions, doubts: RoadDoubts, where: str
) -> float:
    """Return the speed of a stretch by its limit, else by its kind of road."""
    limit = tags.get("maxspeed", "")
    limit_kmh, is_read = read_limit(limit)
    if not is_read:
        doubts.add("maxspeed", f"{where} maxspeed={limit}")
    if limit_kmh is not None:
        return road_speed_kmh("", limit, {"": 0.0}, reading.of_limit)
    if "highway" not in tags:
        raise ValueError(message("files.graphml.lacks_length"))
    kinds = tag_parts(tags["highway"])
    known = [kind for kind in reading.speeds if kind in kinds]
    if not known:
        doubts.add("edge_class", f"{where} highway={tags['highway']}")
    return road_speed_kmh(known[0] if known else "unclassified", "", reading.speeds, 1.0)
