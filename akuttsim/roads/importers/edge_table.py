"""Edge tables: a table of stretches and one of points, with columns of any name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from akuttsim.errors import did_you_mean
from akuttsim.great_circle import great_circle_km
from akuttsim.roads.importers.graph import MOST_STRETCHES, NO_FERRY, FloatColumn, Graph, IntColumn
from akuttsim.roads.importers.osm import SHORTEST_KM
from akuttsim.roads.importers.table_columns import TableColumns
from akuttsim.texts import message
from akuttsim.units import HOUR_S, MINUTE_S
from akuttsim.untrusted_files import unusable_file

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
