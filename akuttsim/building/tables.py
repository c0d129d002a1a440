"""The tables of a region folder, as bytes: the same region gives the same bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from akuttsim.building.build import Built
from akuttsim.building.names import Taken, slug
from akuttsim.building.spec import Roads
from akuttsim.building.ways import Matrix
from akuttsim.roads.importing.graph import NO_FERRY, Graph
from akuttsim.roads.importing.osm import SHORTEST_KM
from akuttsim.scenario.tables import AGE_COLUMNS
from akuttsim.units import HOUR_S

Row = Sequence[object]

_NOBODY = (0,) * len(AGE_COLUMNS)


def csv_bytes(heading: Row, rows: Iterable[Row]) -> bytes:
    """Return a table as CSV: comma, UTF-8, LF; numbers with all their digits."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def municipalities_csv(built: Built) -> bytes:
    """Return the table of municipalities."""
    heading = ("municipality", "number", "name", "largest_tettsted", *AGE_COLUMNS)
    return csv_bytes(
        heading,
        (
            (row.id, row.number, row.name, row.largest_tettsted, *row.people)
            for row in built.municipalities.values()
        ),
    )


def people_csv(built: Built) -> bytes:
    """Return the table of people, of places that have any."""
    rows = ((row.id, *row.people) for row in built.places if any(row.people))
    return csv_bytes(("place", *AGE_COLUMNS), rows)


def places_csv(built: Built, junctions: Sequence[Row]) -> bytes:
    """Return the table of places, junctions last."""
    heading = ("place", "name", "municipality", "lat", "lon", "kind", "note", "source", "grade")
    rows = [
        (
            row.id,
            row.name,
            row.municipality,
            round(row.lat, 6),
            round(row.lon, 6),
            row.kind,
            row.note,
            row.source,
            row.grade,
        )
        for row in built.places
    ]
    return csv_bytes(heading, [*rows, *junctions])


def facilities_csv(built: Built) -> bytes:
    """Return the table of facilities: where each was set down, and how far from where it is."""
    at = built.place_at()
    heading = ("facility", "kind", "name", "place", "lat", "lon", "to_road_m", "source", "grade")
    return csv_bytes(
        heading,
        (
            (
                each.id,
                each.kind,
                each.name,
                at[each.spot],
                each.lat,
                each.lon,
                round(each.metres),
                each.source,
                each.grade,
            )
            for each in built.facilities
        ),
    )


def road_names(built: Built) -> list[str]:
    """Return the identifiers of the graph's points: those of places, then of junctions."""
    graph = built.ways.graph
    assert graph is not None
    taken = Taken()
    names = [row.id for row in built.places]
    for name in names:
        taken.free(name)
    return [*names, *(taken.free(f"j-{slug(name)}") for name in graph.names[len(names) :])]


def junction_rows(built: Built, names: Sequence[str], roads: Roads) -> list[Row]:
    """Return the rows of junctions and quays for the table of places."""
    graph = built.ways.graph
    assert graph is not None
    quays = set(graph.end[graph.ferry != NO_FERRY].tolist())
    peopled = [row for row in built.places if any(row.people)]
    lat, lon = (np.array([getattr(row, each) for row in peopled]) for each in ("lat", "lon"))
    rows: list[Row] = []
    for point in range(len(built.places), graph.points):
        here = float(graph.lat[point]), float(graph.lon[point])
        nearest = int(np.argmin((lat - here[0]) ** 2 + ((lon - here[1]) / 2) ** 2))
        kind = "quay" if point in quays else "junction"
        rows.append(
            (
                names[point],
                names[point],
                peopled[nearest].municipality,
                round(here[0], 6),
                round(here[1], 6),
                kind,
                "",
                roads.source,
                roads.grade,
            )
        )
    return rows


def roads_csv(graph: Graph, names: Sequence[str], roads: Roads) -> bytes:
    """Return the table of roads: what is alike both ways is one row, the rest is one-way."""
    heading = ("from", "to", "road", "km", "kmh", "one_way", "note", "source", "grade")
    rows = []
    is_road = np.flatnonzero(graph.ferry == NO_FERRY).tolist()
    key = {row: _key(graph, row) for row in is_road}
    back = {(start, end, *rest): row for row, (start, end, *rest) in key.items()}
    done: set[int] = set()
    for row in is_road:
        if row in done:
            continue
        start, end, *rest = key[row]
        other = back.get((end, start, *rest))
        one_way = other is None or other == row or other in done
        done |= {row} if other is None else {row, other}
        km, kmh = float(graph.km[row]), float(graph.km[row] / graph.seconds[row] * HOUR_S)
        rows.append(
            (
                names[start],
                names[end],
                graph.labels[int(graph.label[row])],
                repr(km),
                repr(kmh),
                "yes" if one_way else "",
                "",
                roads.source,
                roads.grade,
            )
        )
    return csv_bytes(heading, rows)


def _key(graph: Graph, row: int) -> tuple[int, int, float, float, bool, int]:
    return (
        int(graph.start[row]),
        int(graph.end[row]),
        round(float(graph.seconds[row]), 9),
        round(float(graph.km[row]), 9),
        bool(graph.in_town[row]),
        int(graph.label[row]),
    )


FERRY_COLUMNS = (
    "ferry", "from", "to", "road", "km", "crossing_min", "first", "last", "departures",
    "on_call_min", "note", "source", "grade",
)  # fmt: skip


def ferries_csv(built: Built, names: Sequence[str], roads: Roads) -> bytes | None:
    """Return the table of ferries with the assumed timetable; None where there is no ferry."""
    graph = built.ways.graph
    assert graph is not None
    first = {int(number): row for row, number in reversed([*enumerate(graph.ferry.tolist())])}
    taken = Taken()
    rows = [
        _ferry_row(built, (taken, names), roads, first[number])
        for number in sorted(first)
        if number != NO_FERRY
    ]
    return csv_bytes(FERRY_COLUMNS, rows) if rows else None


def _ferry_row(built: Built, naming: tuple[Taken, Sequence[str]], roads: Roads, row: int) -> Row:
    graph, sailings, (taken, names) = built.ways.graph, roads.ferries, naming
    assert graph is not None
    crossing = built.ways.crossings[int(graph.ferry[row])]
    ends = names[int(graph.start[row])], names[int(graph.end[row])]
    km = max(float(graph.km[row]), SHORTEST_KM)
    note = "" if crossing.is_told else "crossing time worked out at 20 km/h"
    times = (sailings.first, sailings.last, sailings.departures, sailings.on_call_min)
    return (taken.free(crossing.name), *ends, crossing.name, repr(km), crossing.minutes, *times,
            note, sailings.source, sailings.grade)  # fmt: skip


def travel_times_parquet(matrix: Matrix, names: Sequence[str]) -> bytes:
    """Return the table of travel times, to a thousandth of a second and a metre."""
    count = len(names)
    start, end = np.divmod(np.arange(count * count), count)
    kept = start != end
    columns: dict[str, pa.Array] = {
        name: pa.DictionaryArray.from_arrays(pa.array(of[kept], pa.int32()), pa.array(names))
        for name, of in (("from", start), ("to", end))
    }
    for name, values in (
        ("seconds", matrix.seconds),
        ("km", matrix.km),
        ("town_seconds", matrix.town_s),
    ):
        column = np.round(values.ravel()[kept], 3)
        if not np.isnan(column).all():
            columns[name] = pa.array(column)
    sink = pa.BufferOutputStream()
    pq.write_table(
        pa.table(columns),
        sink,
        compression="zstd",
        store_schema=False,
        use_dictionary=["from", "to"],
        use_byte_stream_split=False,
    )
    written: bytes = sink.getvalue().to_pybytes()
    return written
