"""Travel times given between all places: read from a table, or along straight lines."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.geography import StraightLine, TravelTimeTable
from akuttsim.config.schema.region import Region
from akuttsim.errors import InputError, Problem
from akuttsim.great_circle import great_circle_km_of_all_pairs
from akuttsim.tables import TableRules, parse_number, read_rows
from akuttsim.texts import message
from akuttsim.units import HOUR_S, MINUTE_S

PairTable = NDArray[np.float64]

COLUMNS = ("from", "to", "seconds", "km", "town_seconds")
"""Columns of a table of travel times; `town_seconds` of the seconds are driven on town streets."""

MAX_ROWS = 30_000_000
"""Pairs of places, some 5,500 places; the times alone are then 240 MB for each condition."""

MAX_BYTES = 3_000_000_000

TOWN_AND_RURAL = np.array([True, False])


@dataclass(frozen=True)
class TravelTimeMatrix:
    """Travel times between places, and where these are. Tables are of shape (from, to).

    Attributes:
        seconds: By car.
        town_s: Those of them in town, where blue light gains less.
        km: Lengths.
        lat: Latitude of each place, in degrees.
        lon: Longitude.
    """

    seconds: PairTable
    town_s: PairTable
    km: PairTable
    lat: PairTable
    lon: PairTable

    def nearest_between(self, start: int, end: int, done: float) -> int:
        """Return the place nearest to the point on the straight line that far from its start."""
        x, y = self._squares.x, self._squares.y
        return self._squares.nearest(
            x[start] + done * (x[end] - x[start]), y[start] + done * (y[end] - y[start])
        )

    @cached_property
    def _squares(self) -> PlacesInSquares:
        """Return the places on flat paper: longitudes shortened, latitudes as they are."""
        shorter = np.cos(np.radians((self.lat.min() + self.lat.max()) / 2))
        return PlacesInSquares((self.lon * shorter).tolist(), self.lat.tolist())


class PlacesInSquares:
    """Places on flat paper by squares of a grid: which is nearest costs the same however many.

    Attributes:
        x: Positions eastward, one a place.
        y: Positions northward.
    """

    def __init__(self, x: list[float], y: list[float]) -> None:
        """Lay a grid over the places, of some two a square."""
        self.x, self.y = x, y
        extent = max(max(x) - min(x), max(y) - min(y))
        self._side = extent / max(1.0, (len(x) / 2) ** 0.5) or 1.0
        self._rings = 2 + int((len(x) / 2) ** 0.5) * 3
        self._in_square: dict[tuple[int, int], list[int]] = {}
        self._near: dict[tuple[int, int], list[tuple[int, float, float]]] = {}
        for index, position in enumerate(zip(x, y, strict=True)):
            self._in_square.setdefault(self._square(*position), []).append(index)

    def _square(self, x: float, y: float) -> tuple[int, int]:
        return int(x // self._side), int(y // self._side)

    def nearest(self, x: float, y: float) -> int:
        """Return the place nearest to a point among places; of equals the first.

        Squares are looked through in rings round the point's own, until no farther one can hold a
        nearer place; the first two rings at once, which almost always are enough.
        """
        square = self._square(x, y)
        near = self._near.get(square)
        if near is None:
            near = self._near[square] = sorted(self._places_in(square, range(2)))
        ring, best, least = 1, -1, inf
        while True:
            for place, at_x, at_y in near:
                east, north = at_x - x, at_y - y
                apart = east * east + north * north
                if apart < least or (apart == least and place < best):
                    best, least = place, apart
            if least < (ring * self._side) ** 2 * CERTAINLY:
                return best
            ring += 1
            near = list(self._places_in(square, range(ring, ring + 1)))
            if not near and ring > self._rings:
                return best

    def _places_in(
        self, square: tuple[int, int], rings: range
    ) -> Iterator[tuple[int, float, float]]:
        """Yield the places in some rings of squares round a square, with where they are."""
        for ring in rings:
            for around in _ring(*square, ring):
                for place in self._in_square.get(around, ()):
                    yield place, self.x[place], self.y[place]


CERTAINLY = 1 - 1e-9
"""So far inside a ring that rounding cannot put a place outside it nearer."""


def _ring(column: int, row: int, ring: int) -> Iterator[tuple[int, int]]:
    """Yield the squares of a ring round a square: itself, then the 8 round it, and so on."""
    if ring == 0:
        yield column, row
        return
    for step in range(-ring, ring + 1):
        yield column + step, row - ring
        yield column + step, row + ring
    for step in range(1 - ring, ring):
        yield column - ring, row + step
        yield column + ring, row + step


def matrix_of_region(region: Region) -> TravelTimeMatrix:
    """Return the times of a region without roads. Raises InputError for a table not whole."""
    lat = np.array([place.lat for place in region.places.values()])
    lon = np.array([place.lon for place in region.places.values()])
    if region.straight_line is not None:
        below = region.driving.town_below_kmh.value
        return TravelTimeMatrix(
            *straight_line_matrix(region.straight_line, lat, lon, below), lat, lon
        )
    assert region.travel_times is not None
    seconds, town_s, km = read_matrix(region.travel_times, region.place_ids)
    straight_km = great_circle_km_of_all_pairs(lat, lon)
    _refuse_impossible(region.travel_times, region.place_ids, seconds, straight_km)
    km = np.where(np.isnan(km), straight_km, km)
    return TravelTimeMatrix(seconds, np.where(np.isnan(town_s), 0.0, town_s), km, lat, lon)


FAR_KM, FASTEST_KMH, LONGEST_S = 3.0, 400.0, 48 * HOUR_S
"""Places farther apart than this are not reached faster, and no drive takes longer."""


def _refuse_impossible(
    table: TravelTimeTable, places: tuple[str, ...], seconds: PairTable, straight_km: PairTable
) -> None:
    """Raise InputError, with the first of them, for drives that no vehicle does."""
    is_far = straight_km > FAR_KM
    is_fast = straight_km * HOUR_S > FASTEST_KMH * seconds
    wrong = np.argwhere((is_far & is_fast) | (seconds > LONGEST_S))
    if len(wrong):
        start, end = wrong[0]
        more = message("files.times.other_pairs", n=len(wrong) - 1) if len(wrong) > 1 else ""
        what = message(
            "files.times.impossible",
            places=places[start],
            places2=places[end],
            minutes=seconds[start, end] / MINUTE_S,
            km=straight_km[start, end],
            more=more,
        )
        raise _matrix_error(table, what)


def straight_line_matrix(
    line: StraightLine, lat: PairTable, lon: PairTable, town_below_kmh: float
) -> tuple[PairTable, PairTable, PairTable]:
    """Return travel times along straight lines.

    Detour and speed are interpolated between the distances that the region gives.

    Args:
        line: The region's detours and speeds by distance.
        lat: Latitude of each place, in degrees.
        lon: Longitude.
        town_below_kmh: Drives slower than this count as in town.

    Returns:
        Seconds, those of them in town, and km, each of shape (from, to).
    """
    crow = great_circle_km_of_all_pairs(lat, lon)
    points = [step.km for step in line.by_distance]
    km = crow * np.interp(crow, points, [step.detour for step in line.by_distance])
    kmh = np.interp(crow, points, [step.kmh for step in line.by_distance])
    seconds = km / kmh * HOUR_S
    return seconds, np.where(kmh < town_below_kmh, seconds, 0.0), km


def read_matrix(
    table: TravelTimeTable, places: tuple[str, ...]
) -> tuple[PairTable, PairTable, PairTable]:
    """Read a region's table of travel times.

    Args:
        table: The file, and the checksum that it had when the region was loaded.
        places: Identifiers of the places, in the order of the result.

    Returns:
        Seconds, those of them in town, and km, each of shape (from, to); NaN where the table has no
        such column.

    Raises:
        InputError: No such table, one that has changed, or one that lacks a pair of places.
    """
    rows = _table_rows(table)
    index = {name: number for number, name in enumerate(places)}
    start, end = (_place_numbers(rows, column, index, table) for column in ("from", "to"))
    result = [np.full((len(places), len(places)), np.nan) for _ in range(3)]
    for matrix, column in zip(result, ("seconds", "town_seconds", "km"), strict=True):
        if column in rows:
            matrix[start, end] = rows[column]
        np.fill_diagonal(matrix, 0.0)
    _check_whole(result[0], result[1], (start, end), places, table)
    del rows, start, end
    _give_back_memory()
    return result[0], result[1], result[2]


def _give_back_memory() -> None:
    """Let Arrow give back what it read a table into: it would keep it, 160 MB of 2,000 places."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()


TimeColumns = dict[str, Any]
"""Columns of a table of travel times: `from` and `to` as Arrow's dictionaries of names, the numbers
as NumPy arrays of floats."""


def _table_rows(table: TravelTimeTable) -> TimeColumns:
    """Return the columns of the table. Raises InputError where it changed since it was loaded."""
    try:
        content = table.path.read_bytes()
    except OSError as error:
        raise _matrix_error(
            table, message("files.times.cannot_read", strerror=error.strerror)
        ) from None
    if hashlib.sha256(content).hexdigest() != table.sha256:
        raise _matrix_error(table, message("files.times.changed"))
    try:
        return _table_columns(content, table)
    except (OSError, ValueError, KeyError) as error:
        reason = str(error).splitlines()[0][:150]
        raise _matrix_error(table, message("files.times.no_table", said=reason)) from None


def _table_columns(content: bytes, table: TravelTimeTable) -> TimeColumns:
    """Return the columns of a Parquet or CSV file: names as a dictionary, numbers as floats."""
    import pyarrow as pa
    import pyarrow.parquet

    source = pa.BufferReader(content)
    if table.file.endswith(".parquet"):
        metadata = pa.parquet.read_metadata(source)
        groups = (metadata.row_group(number) for number in range(metadata.num_row_groups))
        # a small file that would fill the memory when it is read
        if (
            metadata.num_rows > MAX_ROWS
            or sum(group.total_byte_size for group in groups) > MAX_BYTES
        ):
            raise _matrix_error(table, message("files.times.rows", max_rows=MAX_ROWS))
    else:
        return _columns_of_text(table)
    names = pa.parquet.read_schema(source).names
    if not {"from", "to", "seconds"} <= set(names) <= set(COLUMNS):
        raise _matrix_error(table, message("files.times.columns", columns=COLUMNS[3:]))

    def column(name: str) -> Any:
        """Read one column; names of places as numbers of a short list, where the file lets one."""
        dictionary = ["from", "to"]
        return pa.parquet.read_table(source, columns=[name], read_dictionary=dictionary)[name]

    texts = {name: column(name) for name in ("from", "to")}
    for name, each in texts.items():
        if not pa.types.is_dictionary(each.type):
            texts[name] = each.cast(pa.string()).dictionary_encode()
    numbers = {
        name: column(name).cast(pa.float64()).to_numpy() for name in names if name in COLUMNS[2:]
    }
    return {**texts, **numbers}


def _columns_of_text(table: TravelTimeTable) -> TimeColumns:
    """Return the columns of a CSV file or workbook, as people save them."""
    import pyarrow as pa

    rows = read_rows(table.path, table.file, _RULES)
    names = [name.strip() for name in next(rows)[1]]
    if not {"from", "to", "seconds"} <= set(names) <= set(COLUMNS) | {""}:
        raise _matrix_error(table, message("files.times.columns", columns=COLUMNS[3:]))
    cells: list[list[str]] = [[] for _ in names]
    for line, row in rows:
        if len(row) > len(names):
            what = message("files.columns.cells", line=line, n_cells=len(row), width=len(names))
            raise InputError([Problem(table.file, line, "", what)])
        for column, text in zip(cells, row + [""] * (len(names) - len(row)), strict=True):
            column.append(text.strip())
    columns = dict(zip(names, cells, strict=True))
    texts = {
        name: pa.chunked_array([pa.array(columns[name], pa.string())]).dictionary_encode()
        for name in ("from", "to")
    }
    numbers = {
        name: np.array([math.nan if (x := parse_number(t)) is None else x for t in columns[name]])
        for name in COLUMNS[2:]
        if name in columns
    }
    return texts | numbers


_RULES = TableRules(most_bytes=MAX_BYTES, most_rows=MAX_ROWS + 1)


def _place_numbers(
    rows: TimeColumns, column: str, index: dict[str, int], table: TravelTimeTable
) -> NDArray[np.int64]:
    """Return the places of a column as their numbers."""
    encoded = rows[column].combine_chunks()
    names = encoded.dictionary.to_pylist()
    unknown = sorted({str(name) for name in names if name not in index})
    if unknown or encoded.null_count:
        what = message("files.times.unknown_places", unknown=", ".join(unknown[:8]) or "empty")
        raise _matrix_error(table, what)
    lookup = np.array([index[name] for name in names], dtype=np.int64)
    result: NDArray[np.int64] = lookup[encoded.indices.to_numpy(zero_copy_only=False)]
    return result


def _check_whole(
    seconds: PairTable,
    town_s: PairTable,
    ends: tuple[NDArray[np.int64], NDArray[np.int64]],
    places: tuple[str, ...],
    table: TravelTimeTable,
) -> None:
    """Raise InputError for pairs of places that are missing or twice, and impossible times."""
    missing = np.argwhere(np.isnan(seconds))
    if len(missing):
        start, end = missing[0]
        what = message(
            "files.times.no_time",
            places=places[start],
            places2=places[end],
            more=message("files.times.other_pairs", n=len(missing) - 1) if len(missing) > 1 else "",
        )
        raise _matrix_error(table, what)
    pairs = ends[0] * len(places) + ends[1]
    if len(np.unique(pairs)) < len(pairs):
        raise _matrix_error(table, message("files.times.twice"))
    if not (np.isfinite(seconds).all() and (seconds >= 0).all()):
        raise _matrix_error(table, message("files.times.below_zero"))
    if (town_s > seconds + 1e-3).any() or (town_s < 0).any():
        raise _matrix_error(table, message("files.times.town"))


def _matrix_error(table: TravelTimeTable, what: str) -> InputError:
    """Return the error of a table of travel times."""
    return InputError([Problem(table.file, 0, "", what)])
