"""The seconds between all places in each condition: solved on the roads, or given without any.

Conditions are the distinct sets of stretch times of a region, each solved when first asked for.
Without roads, times come from a table of places x places, or from straight lines.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from akuttsim.config.schema.geography import Driving, StraightLine, TravelTimeTable
from akuttsim.config.schema.region import Region
from akuttsim.errors import InputError, Problem
from akuttsim.great_circle import great_circle_km_of_all_pairs
from akuttsim.messages import message
from akuttsim.roads.road_network import MODES, Mode, RoadNetwork, Situation, speed_factors
from akuttsim.units import HOUR_S, to_ticks

Item = TypeVar("Item")
TimeTable = NDArray[np.float64]
PlacePairs = frozenset[tuple[int, int]]


class PerCondition(Generic[Item]):
    """Something that each condition has, by its number; there may come more conditions."""

    def __init__(self, count: Callable[[], int], get: Callable[[int], Item]) -> None:
        """Take how many there are now, and what gives the one of a number."""
        self._count, self._get = count, get

    def __len__(self) -> int:
        """Return how many conditions there are by now."""
        return self._count()

    def __getitem__(self, condition: int) -> Item:
        """Return that of a condition."""
        return self._get(condition)

    def __iter__(self) -> Iterator[Item]:
        """Yield that of each condition there is by now."""
        return map(self._get, range(len(self)))


class ShortestTimes(NamedTuple):
    """Seconds of the quickest ways between all places, and SciPy's predecessors on them."""

    times: TimeTable
    previous: NDArray[np.int32]


class Conditions:
    """The conditions of a network, numbered as they are met; whoever asks first has them solved.

    A run meets few of all that a calendar could make, and only these cost time and memory.
    """

    def __init__(self, roads: RoadNetwork) -> None:
        """Begin without any."""
        self._roads = roads
        self._met: dict[Situation, int] = {}
        self._alike: dict[bytes, int] = {}
        self._seconds: list[dict[Mode, TimeTable]] = []
        self._first: list[Situation] = []
        self._solved: dict[tuple[Mode, int], ShortestTimes] = {}
        self._crossings: dict[int, PlacePairs] = {}
        self._held: dict[int, PlacePairs] = {}

    def number(self, situation: Situation) -> int:
        """Return the condition of a situation; situations with the same times share one."""
        found = self._met.get(situation)
        if found is None:
            found = self._met[situation] = self._numbered(situation)
        return found

    def _numbered(self, situation: Situation) -> int:
        seconds = self._roads.at(situation)
        held = self._roads.is_held(situation)
        key = b"".join([*(seconds[mode].tobytes() for mode in MODES), held.tobytes()])
        if key not in self._alike:
            self._alike[key] = len(self._seconds)
            self._seconds.append(seconds)
            self._first.append(situation)
        return self._alike[key]

    def times(self, mode: Mode) -> PerCondition[TimeTable]:
        """Return the seconds between all places, of each condition."""
        return self._per(lambda condition: self._solution(mode, condition).times)

    def previous(self, mode: Mode) -> PerCondition[NDArray[np.int32]]:
        """Return the predecessors on the quickest ways, of each condition."""
        return self._per(lambda condition: self._solution(mode, condition).previous)

    def situation(self, condition: int) -> Situation:
        """Return the situation in which a condition was met first."""
        return self._first[condition]

    def stretches(self, mode: Mode, condition: int) -> TimeTable:
        """Return the seconds of every stretch in a condition."""
        return self._seconds[condition][mode]

    def crossings(self) -> PerCondition[PlacePairs]:
        """Return between which places the quickest stretch is a ferry, a column or one-way."""
        return self._per(lambda condition: _cached_pairs(self._crossings, condition, self._crossed))

    def held(self) -> PerCondition[PlacePairs]:
        """Return between which places a road is closed or driven in a column."""
        return self._per(lambda condition: _cached_pairs(self._held, condition, self._holding))

    def _per(self, get: Callable[[int], Item]) -> PerCondition[Item]:
        return PerCondition(lambda: len(self._seconds), get)

    def _solution(self, mode: Mode, condition: int) -> ShortestTimes:
        found = self._solved.get((mode, condition))
        if found is None:
            found = _solve_shortest(self._roads, self._seconds[condition][mode])
            self._solved[mode, condition] = found
            _refuse_cut_off(found.times, self._roads, self._first[condition])
        return found

    def _crossed(self, condition: int) -> PlacePairs:
        roads = self._roads
        kept = quickest_stretches(roads, self._seconds[condition]["car"])
        no_turn = roads.no_turn | roads.is_held(self._first[condition])
        return _place_pairs(roads, kept[no_turn[kept]])

    def _holding(self, condition: int) -> PlacePairs:
        return _place_pairs(
            self._roads, np.flatnonzero(self._roads.is_held(self._first[condition]))
        )


def _cached_pairs(
    kept: dict[int, PlacePairs], condition: int, make: Callable[[int], PlacePairs]
) -> PlacePairs:
    if condition not in kept:
        kept[condition] = make(condition)
    return kept[condition]


def _place_pairs(roads: RoadNetwork, rows: NDArray[np.intp]) -> PlacePairs:
    return frozenset(zip(roads.start[rows].tolist(), roads.end[rows].tolist(), strict=True))


def quickest_stretches(roads: RoadNetwork, seconds: TimeTable) -> NDArray[np.intp]:
    """Return the rows that are the quickest open stretch between their two places."""
    order = np.lexsort((seconds, roads.end, roads.start))
    pairs = np.column_stack([roads.start, roads.end])[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    kept = order[first]
    return kept[np.isfinite(seconds[kept])]


def _solve_shortest(roads: RoadNetwork, seconds: TimeTable) -> ShortestTimes:
    """Return seconds and predecessors between all places; ferries count only where quicker."""
    kept = quickest_stretches(roads, seconds)
    shape = (roads.places, roads.places)
    stretches = (seconds[kept], (roads.start[kept], roads.end[kept]))
    times, previous = dijkstra(csr_array(stretches, shape=shape), return_predecessors=True)
    return ShortestTimes(to_ticks(times), previous)


def _refuse_cut_off(times: TimeTable, roads: RoadNetwork, situation: Situation) -> None:
    """Raise InputError where closed roads leave some places without any way to the others."""
    if not situation.in_force or np.isfinite(times).all():
        return
    largest = int(np.isfinite(times).sum(axis=1).argmax())
    names = [roads.names[place] for place in np.flatnonzero(~np.isfinite(times[largest]))]
    key = f"driving.conditions.{situation.in_force[-1]}"
    what = message(
        "files.roads.no_way", in_force=", ".join(situation.in_force), names=", ".join(names[:8])
    )
    raise InputError([Problem("", 0, key, what)])


PairTable = NDArray[np.float64]

COLUMNS = ("from", "to", "seconds", "km", "town_seconds")
"""Columns of a table of travel times; `town_seconds` of the seconds are driven on town streets."""

MAX_ROWS = 30_000_000
"""Pairs of places, some 5,500 places; the times alone are then 240 MB for each condition."""

MAX_BYTES = 3_000_000_000

TOWN_AND_RURAL = np.array([True, False])


@dataclass(frozen=True)
class TravelTimeMatrix:
    """Seconds by car, those of them in town, and km, [from, to]; and where the places are."""

    seconds: PairTable
    town_s: PairTable
    km: PairTable
    lat: PairTable
    lon: PairTable

    def nearest_between(self, start: int, end: int, done: float) -> int:
        """Return the place nearest to the point on the straight line that far from its start."""
        x, y = self._flat
        there_x, there_y = (
            x[start] + done * (x[end] - x[start]),
            y[start] + done * (y[end] - y[start]),
        )
        return int(np.argmin((x - there_x) ** 2 + (y - there_y) ** 2))

    @cached_property
    def _flat(self) -> tuple[PairTable, PairTable]:
        shorter = np.cos(np.radians((self.lat.min() + self.lat.max()) / 2))
        return self.lon * shorter, self.lat


class MatrixConditions:
    """The conditions of given times, numbered as they are met: what the speed of cars is then."""

    def __init__(self, given: TravelTimeMatrix, driving: Driving) -> None:
        """Begin without any."""
        self._given, self._driving = given, driving
        self._met: dict[tuple[float, ...], int] = {}
        self._first: list[Situation] = []
        self._solved: dict[tuple[Mode, int], PairTable] = {}

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

    def times(self, mode: Mode) -> PerCondition[PairTable]:
        """Return the seconds between all places, of each condition."""
        return PerCondition(lambda: len(self._first), lambda each: self._solution(mode, each))

    def _factors(self, mode: Mode, situation: Situation) -> tuple[float, float]:
        town, rural = speed_factors(self._driving, TOWN_AND_RURAL, mode, situation).tolist()
        return town, rural

    def _solution(self, mode: Mode, condition: int) -> PairTable:
        found = self._solved.get((mode, condition))
        if found is None:
            town, rural = self._factors(mode, self._first[condition])
            given = self._given
            seconds = given.town_s / town + (given.seconds - given.town_s) / rural
            found = self._solved[mode, condition] = to_ticks(seconds)
        return found


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
    km = np.where(np.isnan(km), great_circle_km_of_all_pairs(lat, lon), km)
    return TravelTimeMatrix(seconds, np.where(np.isnan(town_s), 0.0, town_s), km, lat, lon)


def straight_line_matrix(
    line: StraightLine, lat: PairTable, lon: PairTable, town_below_kmh: float
) -> tuple[PairTable, PairTable, PairTable]:
    """Return seconds, those of them in town and km along straight lines times the detour."""
    crow = great_circle_km_of_all_pairs(lat, lon)
    points = [each.km for each in line.by_distance]
    km = crow * np.interp(crow, points, [each.detour for each in line.by_distance])
    kmh = np.interp(crow, points, [each.kmh for each in line.by_distance])
    seconds = km / kmh * HOUR_S
    return seconds, np.where(kmh < town_below_kmh, seconds, 0.0), km


def read_matrix(
    table: TravelTimeTable, places: tuple[str, ...]
) -> tuple[PairTable, PairTable, PairTable]:
    """Return seconds, those of them in town and km between places; NaN where not told.

    Raises InputError for a table that is no such table, has changed, or lacks a pair of places.
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
    return result[0], result[1], result[2]


def _table_rows(table: TravelTimeTable) -> dict[str, Any]:
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
        said = str(error).splitlines()[0][:150]
        raise _matrix_error(table, message("files.times.no_table", said=said)) from None


def _table_columns(content: bytes, table: TravelTimeTable) -> dict[str, Any]:
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
        raise _matrix_error(table, message("files.times.columns", columns=COLUMNS[3:]))
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
        raise _matrix_error(table, message("files.times.rows", max_rows=MAX_ROWS))


def _place_numbers(
    rows: dict[str, Any], column: str, index: dict[str, int], table: TravelTimeTable
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
    return InputError([Problem(table.file, 0, "", what)])
