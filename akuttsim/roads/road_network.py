"""The road network as arrays: seconds by mode and situation, and the quickest ways.

Every stretch stands both ways. A situation is what tells the travel times of two hours apart;
departures of ferries and columns add a wait. Conditions are the distinct sets of stretch times,
each solved when first asked for.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.calendar import public_holidays
from akuttsim.config.schema.geography import (
    ConvoyColumn,
    DayType,
    Driving,
    Ferry,
    Link,
    Road,
    RoadCondition,
)
from akuttsim.config.schema.region import Region
from akuttsim.errors import InputError, Problem
from akuttsim.records import MODES, Mode
from akuttsim.texts import message
from akuttsim.units import DAY_S, HOUR_S, MINUTE_S, to_ticks

DayTriple = tuple[DayType, DayType, DayType]
"""The kinds of the day before, the day itself and the day after."""

ORDINARY_DAYS: DayTriple = ("weekday", "weekday", "weekday")


@dataclass(frozen=True)
class Situation:
    """What tells the travel times of two hours apart.

    Attributes:
        hour: The hour of the day, 0 to 23, in local time.
        days: The kinds of the day before, the day and the day after: timetables reach past
            midnight.
        in_force: Names of the region's road conditions that hold, such as a closed pass.
    """

    hour: int
    days: DayTriple = ORDINARY_DAYS
    in_force: tuple[str, ...] = ()


def situations(driving: Driving, hours: Sequence[datetime]) -> list[Situation]:
    """Return the situation of each hour of a run.

    Args:
        driving: The region's traffic, timetables and road conditions. Where neither traffic nor
            timetables hang on the day, all days count as ordinary ones.
        hours: The local time at which each hour begins.
    """
    by_day = driving.traffic is not None or driving.departures == "timetable"
    return [
        Situation(
            local.hour,
            _days_around(local.date()) if by_day else ORDINARY_DAYS,
            tuple(
                name
                for name, condition in driving.conditions.items()
                if condition.when.covers(local)
            ),
        )
        for local in hours
    ]


@lru_cache(maxsize=10_000)
def _days_around(day: date) -> DayTriple:
    """Return the kinds of the day before, of a day, and of the day after."""
    one = timedelta(days=1)
    return (day_type(day - one), day_type(day), day_type(day + one))


def day_type(day: date) -> DayType:
    """Return which timetable a day has; a public holiday has Sunday's."""
    if day in public_holidays(day.year) or day.weekday() == 6:
        return "sunday"
    return "saturday" if day.weekday() == 5 else "weekday"


HOURS_OF_DAY = 24

DepartureTimes = tuple[float, ...]
"""Departures of one day in seconds after its midnight, ascending; past 24 h it is the next day."""


def sailings(ferry: Ferry | ConvoyColumn) -> DepartureTimes:
    """Return the departures of a day in seconds after midnight, evenly from first to last.

    A last departure before the first is after midnight.
    """
    return _even_departures(ferry.first, ferry.last, ferry.departures)


@lru_cache(maxsize=10_000)
def _even_departures(first: str, last: str, departures: int) -> DepartureTimes:
    start, end = _seconds_of_day(first), _seconds_of_day(last)
    if end < start:
        end += HOURS_OF_DAY * HOUR_S
    return tuple(np.linspace(start, end, departures).tolist())


def clock_times(text: str) -> DepartureTimes:
    """Return the departures of a timetable in seconds after midnight.

    Args:
        text: Times such as `06:20 07:40 00:15`; one earlier than the one before it is past 24 h.
    """
    times: list[float] = []
    for word in text.split():
        seconds = _seconds_of_day(word)
        times.append(seconds + DAY_S if times and seconds < times[-1] else seconds)
    return tuple(times)


def _seconds_of_day(text: str) -> float:
    """Return a time of day such as 07:30 in seconds since midnight."""
    hours, minutes = text.split(":")
    return int(hours) * HOUR_S + int(minutes) * MINUTE_S


def mean_waits(departures: NDArray[np.float64], longest: float) -> list[float]:
    """Return the mean wait for the next departure by hour of the day, all days alike.

    Args:
        departures: Seconds after midnight, ascending.
        longest: Seconds that nobody waits longer than: with blue light a ferry is called out.

    Returns:
        Seconds, 24 of them, each the mean over arrivals spread evenly within the hour.
    """
    times: DepartureTimes = tuple(departures.tolist())
    return list(waits_between((times, times, times), longest))


@lru_cache(maxsize=10_000)
def waits_between(
    days: tuple[DepartureTimes, DepartureTimes, DepartureTimes], longest: float
) -> tuple[float, ...]:
    """Return the mean wait for the next departure by hour of a day.

    Exact, without drawing: within an hour the wait falls linearly and jumps at each departure.

    Args:
        days: Departures of the day before, the day itself and the day after, in seconds after each
            day's midnight.
        longest: Seconds that nobody waits longer than.

    Returns:
        Seconds, 24 of them.
    """
    before, same, after = (np.array(day) for day in days)
    all_days = np.sort(np.concatenate([before - DAY_S, same, after + DAY_S]))
    waits = []
    for hour in range(HOURS_OF_DAY):
        inside = all_days[(all_days > hour * HOUR_S) & (all_days < (hour + 1) * HOUR_S)]
        cuts = np.concatenate([[hour * HOUR_S], inside, [(hour + 1) * HOUR_S]])
        upcoming = all_days[np.searchsorted(all_days, cuts[1:], side="left")]
        waited = _wait_integral(upcoming - cuts[:-1], longest) - _wait_integral(
            upcoming - cuts[1:], longest
        )
        waits.append(float(np.sum(waited) / HOUR_S))
    return tuple(waits)


def _wait_integral(waits: NDArray[np.float64], longest: float) -> NDArray[np.float64]:
    """Return the integral of min(wait, longest) over waits from none up to each of these."""
    capped: NDArray[np.float64] = np.minimum(waits, longest)
    return capped * waits - capped**2 / 2


StretchSeconds = NDArray[np.float64]


@dataclass(frozen=True)
class RoadNetwork:
    """All stretches of a region, each direction a row: roads and ferries one way, then both back.

    Attributes:
        places: How many places there are.
        start: Index of the place at which a row begins, shape (rows,).
        end: Index of the place at which it ends.
        km: Lengths; of ferries that of the crossing.
        is_ferry: Which rows are crossings.
        driving: Blue light, traffic and the conditions of the roads.
        roads: The region's roads.
        ferries: The region's ferries.
        names: Identifiers of the places, for errors.
    """

    places: int
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    km: StretchSeconds
    is_ferry: NDArray[np.bool_]
    driving: Driving = field(repr=False)
    roads: tuple[Road, ...] = field(repr=False)
    ferries: tuple[Ferry, ...] = field(repr=False)
    names: tuple[str, ...] = field(repr=False)

    @cached_property
    def seconds(self) -> dict[Mode, StretchSeconds]:
        """Return the seconds of all stretches on an ordinary working day, a row for each hour."""
        hours = [self.at(Situation(hour)) for hour in range(HOURS_OF_DAY)]
        return {
            mode: np.array([situation_seconds[mode] for situation_seconds in hours])
            for mode in MODES
        }

    def at(self, situation: Situation) -> dict[Mode, StretchSeconds]:
        """Return the seconds of all stretches in a situation, in whole ticks.

        A ferry's time is the mean wait plus the crossing, a column's the mean wait plus driving.
        What is closed or cancelled is infinite, or what the condition says that a cut-off vehicle
        waits.
        """
        return {mode: to_ticks(self._seconds(mode, situation)) for mode in MODES}

    def is_held(self, situation: Situation) -> NDArray[np.bool_]:
        """Return which rows are closed or driven in a column: whoever is on one drives it out."""
        links = [
            link
            for condition in self._in_force(situation)
            for link in (*condition.closed, *condition.columns.values())
        ]
        never = np.zeros(len(self.ferries), dtype=bool)
        return np.tile(np.concatenate([self._between(*links), never]), 2)

    def _in_force(self, situation: Situation) -> list[RoadCondition]:
        """Return the conditions of the roads that hold in a situation."""
        return [self.driving.conditions[name] for name in situation.in_force]

    def _seconds(self, mode: Mode, situation: Situation) -> StretchSeconds:
        """Return the seconds of all rows in a situation, not yet in whole ticks."""
        in_force = self._in_force(situation)
        roads = self._road_seconds(mode, situation, in_force)
        if mode == "car" and self._emergency.any():
            roads = np.where(self._emergency, math.inf, roads)
        one_way, back = (self._crossings(mode, situation, is_back) for is_back in (False, True))
        for condition in in_force:
            cancelled = [ferry.ferry in condition.cancelled_ferries for ferry in self.ferries]
            one_way, back = (
                _seconds_when_stopped(s, cancelled, condition) for s in (one_way, back)
            )
        roads_back = np.where(self._one_way, math.inf, roads) if self._one_way.any() else roads
        return np.concatenate([roads, one_way, roads_back, back])

    def _road_seconds(
        self, mode: Mode, situation: Situation, in_force: list[RoadCondition]
    ) -> StretchSeconds:
        """Return the seconds of roads one way; a column adds its wait, closed is infinite."""
        count = len(self.roads)
        drive = (
            self.km[:count]
            / (self._kmh * speed_factors(self.driving, self._in_town, mode, situation))
            * HOUR_S
        )
        seconds = drive
        for condition in in_force:
            for column in condition.columns.values():
                is_column = self._between(column)
                # Return what driving in the column takes beyond ordinary driving: waiting, and its
                # pace.
                on_call = column.on_call_min if mode == "blue" else None
                longest = math.inf if on_call is None else on_call.value * MINUTE_S
                times = sailings(column)
                waits = waits_between((times, times, times), longest)
                waited = drive + (waits[situation.hour] + column.extra_min.value * MINUTE_S)
                seconds = np.where(is_column, np.maximum(seconds, waited), seconds)
        for condition in in_force:
            seconds = _seconds_when_stopped(seconds, self._between(*condition.closed), condition)
        return seconds

    @cached_property
    def _one_way(self) -> NDArray[np.bool_]:
        return np.array([road.one_way == "yes" for road in self.roads], dtype=np.bool_)

    @cached_property
    def _emergency(self) -> NDArray[np.bool_]:
        return np.array([road.emergency_only == "yes" for road in self.roads], dtype=np.bool_)

    @cached_property
    def no_turn(self) -> NDArray[np.bool_]:
        """Return which rows are ferries, one-way or emergency roads, on which nobody turns."""
        return self.is_ferry | np.tile(
            np.append(self._one_way | self._emergency, np.zeros(len(self.ferries), dtype=np.bool_)),
            2,
        )

    @cached_property
    def _kmh(self) -> StretchSeconds:
        return np.array([road.kmh for road in self.roads])

    @cached_property
    def _in_town(self) -> NDArray[np.bool_]:
        return np.asarray(self._kmh < self.driving.town_below_kmh.value)

    def _between(self, *links: Link) -> NDArray[np.bool_]:
        """Return which roads join the two places of any link, whichever is written first."""
        is_between = np.zeros(len(self.roads), dtype=bool)
        for link in links:
            is_between[self._rows[frozenset((link.start, link.end))]] = True
        return is_between

    @cached_property
    def _rows(self) -> dict[frozenset[str], list[int]]:
        """Return the rows of the roads between two places, by the pair of them."""
        rows: dict[frozenset[str], list[int]] = {}
        for number, road in enumerate(self.roads):
            rows.setdefault(frozenset((road.start, road.end)), []).append(number)
        return rows

    def _crossings(self, mode: Mode, situation: Situation, back: bool) -> StretchSeconds:
        """Return the seconds of all ferries in one direction, waiting included."""
        return np.array([self._ferry_s(ferry, mode, situation, back) for ferry in self.ferries])

    def _ferry_s(self, ferry: Ferry, mode: Mode, situation: Situation, back: bool) -> float:
        """Return waiting plus crossing for an arrival at the quay within the hour.

        With blue light the vehicle need not wait longer than it takes to call the ferry out.
        """
        on_call = ferry.on_call_min if mode == "blue" else None
        longest = math.inf if on_call is None else on_call * MINUTE_S
        before, same, after = (
            _departures_of_day(ferry, day, back, self.driving) for day in situation.days
        )
        days = before, same, after
        return waits_between(days, longest)[situation.hour] + ferry.crossing_min * MINUTE_S


def speed_factors(
    driving: Driving, in_town: NDArray[np.bool_], mode: Mode, situation: Situation
) -> StretchSeconds:
    """Return the factor on the car speed of each road in a situation.

    Blue light, the speed of the conditions in force, and traffic on working days multiply.

    Args:
        driving: The region's factors.
        in_town: Which roads are slower than the town limit, shape (roads,).
        mode: Ordinary driving or blue light.
        situation: Hour, kind of day, and conditions in force.
    """
    factor = np.ones(len(in_town))
    if mode == "blue":
        town, rural = driving.blue_light_town.value, driving.blue_light_rural.value
        factor = np.where(in_town, town, rural)
    for name in situation.in_force:
        speed = driving.conditions[name].speed
        factor = factor * (speed.value if speed else 1.0)
    if driving.traffic is not None and situation.days[1] == "weekday":
        where = in_town if driving.traffic.where == "town" else True
        factor = factor * np.where(where, driving.traffic.values[situation.hour], 1.0)
    return factor


def build_network(region: Region) -> RoadNetwork:
    """Return the network of a region, from its tables of roads and ferries."""
    index = {name: number for number, name in enumerate(region.places)}
    links: list[Road | Ferry] = [*region.roads, *region.ferries]
    start = np.array([index[link.start] for link in links], dtype=np.int32)
    end = np.array([index[link.end] for link in links], dtype=np.int32)
    km = np.array([link.km for link in links], dtype=np.float64)
    ferry = np.array([isinstance(link, Ferry) for link in links])
    return RoadNetwork(
        places=len(index),
        start=np.concatenate([start, end]),
        end=np.concatenate([end, start]),
        km=np.concatenate([km, km]),
        is_ferry=np.concatenate([ferry, ferry]),
        driving=region.driving,
        roads=region.roads,
        ferries=region.ferries,
        names=region.place_ids,
    )


def _departures_of_day(ferry: Ferry, day: DayType, back: bool, driving: Driving) -> DepartureTimes:
    """Return a ferry's departures on a kind of day: by its timetable, else evenly spread."""
    times = ferry.timetable(day, back) if driving.departures == "timetable" else None
    return sailings(ferry) if times is None else clock_times(times)


def _seconds_when_stopped(
    seconds: StretchSeconds, where: list[bool] | NDArray[np.bool_], condition: RoadCondition
) -> StretchSeconds:
    """Return seconds of stretches of which some are closed: infinite, or only after the wait."""
    wait_min = condition.cut_off_wait_min
    longer = math.inf if wait_min is None else seconds + wait_min.value * MINUTE_S
    return np.where(where, longer, seconds)


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
        self._timed: dict[tuple[Mode, int], TimeTable] = {}
        self._crossings: dict[int, PlacePairs] = {}
        self._held: dict[int, PlacePairs] = {}

    def number(self, situation: Situation) -> int:
        """Return the condition of a situation; situations with the same times share one."""
        known = self._met.get(situation)
        if known is None:
            known = self._met[situation] = self._numbered(situation)
        return known

    def _numbered(self, situation: Situation) -> int:
        """Return the number of a situation that comes for the first time; equal times share one."""
        seconds = self._roads.at(situation)
        is_held = self._roads.is_held(situation)
        key = b"".join([*(seconds[mode].tobytes() for mode in MODES), is_held.tobytes()])
        if key not in self._alike:
            self._alike[key] = len(self._seconds)
            self._seconds.append(seconds)
            self._first.append(situation)
        return self._alike[key]

    def times(self, mode: Mode) -> PerCondition[TimeTable]:
        """Return the seconds between all places, of each condition."""
        return self._per(lambda condition: self._times_between(mode, condition))

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

    def _times_between(self, mode: Mode, condition: int) -> TimeTable:
        """Return the shortest times of a condition. Raises InputError where places are cut off."""
        key = (mode, condition)
        if key in self._solved:
            return self._solved[key].times
        known = self._timed.get(key)
        if known is None:
            is_large = self._roads.places > FEW_PLACES or len(self._timed) >= FEW_CONDITIONS
            if is_large or "scipy.sparse.csgraph" in sys.modules:
                return self._solution(mode, condition).times
            known = self._timed[key] = _shortest_times(self._roads, self._seconds[condition][mode])
            _refuse_cut_off(known, self._roads, self._first[condition])
        return known

    def _solution(self, mode: Mode, condition: int) -> ShortestTimes:
        """Return the quickest ways of a condition. Raises InputError where places are cut off."""
        solution = self._solved.get((mode, condition))
        if solution is None:
            solution = _solve_shortest(self._roads, self._seconds[condition][mode])
            self._solved[mode, condition] = solution
            _refuse_cut_off(solution.times, self._roads, self._first[condition])
        return solution

    def _crossed(self, condition: int) -> PlacePairs:
        """Return the pairs of places whose quickest stretch nobody can turn on."""
        roads = self._roads
        quickest = quickest_stretches(roads, self._seconds[condition]["car"])
        no_turn = roads.no_turn | roads.is_held(self._first[condition])
        blue = quickest_stretches(roads, self._seconds[condition]["blue"])
        emergency = blue[~np.isfinite(self._seconds[condition]["car"][blue])]
        crossed = _place_pairs(roads, quickest[no_turn[quickest]])
        return crossed | _place_pairs(roads, emergency) if len(emergency) else crossed

    def _holding(self, condition: int) -> PlacePairs:
        """Return the pairs of places between which a road is closed or driven in a column."""
        return _place_pairs(
            self._roads, np.flatnonzero(self._roads.is_held(self._first[condition]))
        )


def _cached_pairs(
    cache: dict[int, PlacePairs], condition: int, make: Callable[[int], PlacePairs]
) -> PlacePairs:
    """Return a condition's pairs of places, made when it is asked for first."""
    if condition not in cache:
        cache[condition] = make(condition)
    return cache[condition]


def _place_pairs(roads: RoadNetwork, rows: NDArray[np.intp]) -> PlacePairs:
    return frozenset(zip(roads.start[rows].tolist(), roads.end[rows].tolist(), strict=True))


def quickest_stretches(roads: RoadNetwork, seconds: TimeTable) -> NDArray[np.intp]:
    """Return the rows that are the quickest open stretch between their two places."""
    order = np.lexsort((seconds, roads.end, roads.start))
    pairs = np.column_stack([roads.start, roads.end])[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    quickest = order[first]
    return quickest[np.isfinite(seconds[quickest])]


def _solve_shortest(roads: RoadNetwork, seconds: TimeTable) -> ShortestTimes:
    """Return seconds and predecessors between all places; ferries count only where quicker."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    quickest = quickest_stretches(roads, seconds)
    shape = (roads.places, roads.places)
    stretches = (seconds[quickest], (roads.start[quickest], roads.end[quickest]))
    times, previous = dijkstra(csr_array(stretches, shape=shape), return_predecessors=True)
    return ShortestTimes(to_ticks(times), previous)


FEW_PLACES, FEW_CONDITIONS = 250, 8
"""The times of so few places and conditions are there sooner than SciPy's graphs are imported."""


def _shortest_times(roads: RoadNetwork, seconds: TimeTable) -> TimeTable:
    """Return the seconds between all places by the algorithm of Floyd and Warshall.

    Sums of whole ticks are the same to the bit in whatever order they are added.
    """
    quickest = quickest_stretches(roads, seconds)
    times = np.full((roads.places, roads.places), np.inf)
    times[roads.start[quickest], roads.end[quickest]] = seconds[quickest]
    np.fill_diagonal(times, 0.0)
    through = np.empty_like(times)
    for place in range(roads.places):
        np.add(times[:, place, None], times[place], out=through)
        np.minimum(times, through, out=times)
    return times


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
