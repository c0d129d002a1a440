"""Travel times without roads: from a table of places x places, or from straight lines."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.geography import Driving, StraightLine, TravelTimeTable
from akuttsim.config.schema.region import Region
from akuttsim.errors import InputError, Problem
from akuttsim.roads.conditions import PerCondition
from akuttsim.roads.network import Mode, speed_factors
from akuttsim.roads.situations import Situation
from akuttsim.roads.sphere import straight_km
from akuttsim.units import HOUR_S, to_ticks

Array = NDArray[np.float64]

COLUMNS = ("from", "to", "seconds", "km", "town_seconds")
"""Columns of a table of travel times; `town_seconds` of the seconds are driven on town streets."""

MAX_ROWS = 30_000_000
"""Pairs of places, some 5,500 places; the times alone are then 240 MB for each condition."""

MAX_BYTES = 3_000_000_000

TOWN_AND_RURAL = np.array([True, False])


@dataclass(frozen=True)
class Given:
    """Seconds by car, those of them in town, and km, [from, to]; and where the places are."""

    seconds: Array
    town_s: Array
    km: Array
    lat: Array
    lon: Array

    def nearest_between(self, start: int, end: int, done: float) -> int:
        """Return the place nearest to the point on the straight line that far from its start."""
        x, y = self._flat
        there_x, there_y = (
            x[start] + done * (x[end] - x[start]),
            y[start] + done * (y[end] - y[start]),
        )
        return int(np.argmin((x - there_x) ** 2 + (y - there_y) ** 2))

    @cached_property
    def _flat(self) -> tuple[Array, Array]:
        shorter = np.cos(np.radians((self.lat.min() + self.lat.max()) / 2))
        return self.lon * shorter, self.lat


class GivenConditions:
    """The conditions of given times, numbered as they are met: what the speed of cars is then."""

    def __init__(self, given: Given, driving: Driving) -> None:
        """Begin without any."""
        self._given, self._driving = given, driving
        self._met: dict[tuple[float, ...], int] = {}
        self._first: list[Situation] = []
        self._solved: dict[tuple[Mode, int], Array] = {}

    def number(self, situation: Situation) -> int:
        """Return the condition of a situation; situations with the same times share one."""
        key = (*self._factors("car", situation), *self._factors("blue", situation))
        if key not in self._met:
            self._met[key] = len(self._first)
            self._first.append(situation)
        return self._met[key]

    def situation(self, condition: int) -> Situation:
        """Return the situation in which a condition was met first."""
        return self._first[condition]

    def times(self, mode: Mode) -> PerCondition[Array]:
        """Return the seconds between all places, of each condition."""
        return PerCondition(lambda: len(self._first), lambda each: self._solution(mode, each))

    def _factors(self, mode: Mode, situation: Situation) -> tuple[float, float]:
        town, rural = speed_factors(self._driving, TOWN_AND_RURAL, mode, situation).tolist()
        return town, rural

    def _solution(self, mode: Mode, condition: int) -> Array:
        found = self._solved.get((mode, condition))
        if found is None:
            town, rural = self._factors(mode, self._first[condition])
            given = self._given
            seconds = given.town_s / town + (given.seconds - given.town_s) / rural
            found = self._solved[mode, condition] = to_ticks(seconds)
        return found


def given_times(region: Region) -> Given:
    """Return the times of a region without roads. Raises InputError for a table not whole."""
    lat = np.array([place.lat for place in region.places.values()])
    lon = np.array([place.lon for place in region.places.values()])
    if region.straight_line is not None:
        below = region.driving.town_below_kmh.value
        return Given(*straight_times(region.straight_line, lat, lon, below), lat, lon)
    assert region.travel_times is not None
    seconds, town_s, km = read_times(region.travel_times, region.place_ids)
    km = np.where(np.isnan(km), straight_km(lat, lon), km)
    return Given(seconds, np.where(np.isnan(town_s), 0.0, town_s), km, lat, lon)


def straight_times(
    line: StraightLine, lat: Array, lon: Array, town_below_kmh: float
) -> tuple[Array, Array, Array]:
    """Return seconds, those of them in town and km along straight lines times the detour."""
    crow = straight_km(lat, lon)
    points = [each.km for each in line.by_distance]
    km = crow * np.interp(crow, points, [each.detour for each in line.by_distance])
    kmh = np.interp(crow, points, [each.kmh for each in line.by_distance])
    seconds = km / kmh * HOUR_S
    return seconds, np.where(kmh < town_below_kmh, seconds, 0.0), km


def read_times(table: TravelTimeTable, places: tuple[str, ...]) -> tuple[Array, Array, Array]:
    """Return seconds, those of them in town and km between places; NaN where not told.

    Raises InputError for a table that is no such table, has changed, or lacks a pair of places.
    """
    rows = _rows(table)
    index = {name: number for number, name in enumerate(places)}
    start, end = (_numbers(rows, column, index, table) for column in ("from", "to"))
    result = [np.full((len(places), len(places)), np.nan) for _ in range(3)]
    for matrix, column in zip(result, ("seconds", "town_seconds", "km"), strict=True):
        if column in rows:
            matrix[start, end] = rows[column]
        np.fill_diagonal(matrix, 0.0)
    _check_whole(result[0], result[1], (start, end), places, table)
    return result[0], result[1], result[2]


def _rows(table: TravelTimeTable) -> dict[str, Any]:
    try:
        content = table.path.read_bytes()
    except OSError as error:
        raise _wrong(table, f"cannot be read ({error.strerror})") from None
    if hashlib.sha256(content).hexdigest() != table.sha256:
        raise _wrong(table, "has changed since the region was loaded; start again")
    try:
        return _columns(content, table)
    except (OSError, ValueError, KeyError) as error:
        said = str(error).splitlines()[0][:150]
        raise _wrong(table, f"is no table of travel times as Parquet or CSV: {said}") from None


def _columns(content: bytes, table: TravelTimeTable) -> dict[str, Any]:
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    source = pa.BufferReader(content)
    if table.file.endswith(".parquet"):
        _refuse_bomb(pa.parquet.read_metadata(source), table)
        rows = pa.parquet.read_table(source)
    else:
        rows = pa.csv.read_csv(source)
    if not {"from", "to", "seconds"} <= set(rows.column_names) <= set(COLUMNS):
        raise _wrong(table, f"must have the columns from, to, seconds and may have {COLUMNS[3:]}")
    texts = {name: rows[name].cast(pa.string()).dictionary_encode() for name in ("from", "to")}
    numbers = {
        name: rows[name].cast(pa.float64()).to_numpy()
        for name in rows.column_names[:]
        if name in COLUMNS[2:]
    }
    return {**texts, **numbers}


def _refuse_bomb(metadata: Any, table: TravelTimeTable) -> None:
    """Raise InputError for a small file that would fill the memory when it is read."""
    groups = (metadata.row_group(number) for number in range(metadata.num_row_groups))
    if metadata.num_rows > MAX_ROWS or sum(group.total_byte_size for group in groups) > MAX_BYTES:
        raise _wrong(table, f"has more than {MAX_ROWS} rows, or unpacks to more than 3 GB")


def _numbers(
    rows: dict[str, Any], column: str, index: dict[str, int], table: TravelTimeTable
) -> NDArray[np.int64]:
    """Return the places of a column as their numbers."""
    encoded = rows[column].combine_chunks()
    names = encoded.dictionary.to_pylist()
    unknown = sorted({str(name) for name in names if name not in index})
    if unknown or encoded.null_count:
        what = f"has places that the table of places has not: {', '.join(unknown[:8]) or 'empty'}"
        raise _wrong(table, what)
    lookup = np.array([index[name] for name in names], dtype=np.int64)
    result: NDArray[np.int64] = lookup[encoded.indices.to_numpy(zero_copy_only=False)]
    return result


def _check_whole(
    seconds: Array,
    town_s: Array,
    ends: tuple[NDArray[np.int64], NDArray[np.int64]],
    places: tuple[str, ...],
    table: TravelTimeTable,
) -> None:
    missing = np.argwhere(np.isnan(seconds))
    if len(missing):
        start, end = missing[0]
        what = (
            f"has no time from {places[start]} to {places[end]}"
            f"{f', nor for {len(missing) - 1} other pairs' if len(missing) > 1 else ''}"
            "; every pair of places needs one"
        )
        raise _wrong(table, what)
    pairs = ends[0] * len(places) + ends[1]
    if len(np.unique(pairs)) < len(pairs):
        raise _wrong(table, "has a pair of places twice; keep one")
    if not (np.isfinite(seconds).all() and (seconds >= 0).all()):
        raise _wrong(table, "has times that are below zero or not finite")
    if (town_s > seconds + 1e-3).any() or (town_s < 0).any():
        raise _wrong(table, "has town_seconds that are below zero or above seconds")


def _wrong(table: TravelTimeTable, what: str) -> InputError:
    return InputError([Problem(table.file, 0, "", what)])
