"""Travel times between all places, by mode and hour of the day, and positions on the way."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import cast

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.geography import Driving, Place
from akuttsim.config.schema.region import Region
from akuttsim.great_circle import great_circle_km
from akuttsim.records import MODES, Mode
from akuttsim.roads.road_network import (
    HOURS_OF_DAY,
    Conditions,
    PerCondition,
    RoadNetwork,
    Situation,
    build_network,
    quickest_stretches,
    situations,
    speed_factors,
)
from akuttsim.roads.travel_time_matrix import (
    TOWN_AND_RURAL,
    PairTable,
    TravelTimeMatrix,
    matrix_of_region,
)
from akuttsim.units import tick, to_ticks

NOON = 12
MOST_WITH_KM_KEPT = 500
"""Up to so many places the kilometres of drives are kept from run to run, at most 2 MB for each way
of driving and condition of the roads."""

MOST_AS_LISTS = 1_000
"""Up to so many places the times to one of them are copied to a list, which is read quickest; of
more they are read where they stand, so that nothing need be copied and nothing forgotten."""

NextPlace = tuple[int, float]
"""A place that can be reached from a position on the road, and the seconds to it."""


@dataclass(frozen=True)
class Route:
    """A drive.

    Attributes:
        places: Indices of the places passed, the first and the last included.
        reached_s: Seconds after departure at which each is reached; the first is 0.
        on_ferry: For each stretch between two of them, whether nobody turns on it: a ferry, a
            column or a one-way road.
    """

    places: tuple[int, ...]
    reached_s: tuple[float, ...]
    on_ferry: tuple[bool, ...]

    @property
    def duration_s(self) -> float:
        """Return the seconds of the whole drive."""
        return self.reached_s[-1]


@dataclass(frozen=True)
class StretchLengths:
    """Kilometres of the quickest stretch between each two neighbours.

    Attributes:
        places: How many places there are.
        key: start x places + end of each stretch, ascending.
        km: Their lengths.
    """

    places: int
    key: NDArray[np.int64]
    km: NDArray[np.float64]

    def between(self, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the length of the stretch from each start to each end, in kilometres.

        Args:
            start: Indices of places.
            end: Indices of neighbours of these; each stretch must exist.
        """
        return self.km[np.searchsorted(self.key, start * self.places + end)]

    def stretch(self, start: int, end: int) -> float | None:
        """Return the length of one stretch, None where there is none."""
        key = start * self.places + end
        row = int(np.searchsorted(self.key, key))
        return float(self.km[row]) if row < len(self.key) and self.key[row] == key else None


@dataclass(frozen=True, kw_only=True)
class Travel(ABC):
    """Seconds, kilometres and routes of the quickest drives between all places.

    A condition is a set of situations with the same travel times, known by its number; it is solved
    when somebody asks for it first.

    Attributes:
        condition_of_hour: The condition of each hour of an ordinary working day.
        seconds: By mode and condition, shape (from, to), in whole ticks.
        driving: The region's speeds.
        number: Returns the condition of a situation.
        situation: Returns the situation in which a condition was met first.
    """

    condition_of_hour: tuple[int, ...]
    seconds: dict[Mode, PerCondition[NDArray[np.float64]]]
    driving: Driving = field(repr=False)
    number: Callable[[Situation], int] = field(repr=False)
    situation: Callable[[int], Situation] = field(repr=False)
    _to: dict[tuple[Mode, int, int], Sequence[float]] = field(default_factory=dict, repr=False)
    _routes: dict[tuple[Mode, int, int, int], Route] = field(default_factory=dict, repr=False)
    _km_to: dict[int, NDArray[np.float64]] = field(default_factory=dict, repr=False)

    def conditions(self, hours: Sequence[datetime]) -> tuple[int, ...]:
        """Return the condition of each hour of a run, by the local time at which it begins.

        Args:
            hours: Local time of each hour, as `Calendar.hours` has it.
        """
        return tuple(map(self.number, situations(self.driving, hours)))

    @property
    def noon(self) -> int:
        """Return the condition at noon of an ordinary working day."""
        return self.condition_of_hour[NOON]

    def to(self, mode: Mode, condition: int, place: int) -> Sequence[float]:
        """Return the seconds from every place to this one, shape (places,), in whole ticks.

        Args:
            mode: As private car, or with blue light.
            condition: The condition of the roads.
            place: Index of the place to drive to.
        """
        key = (mode, condition, place)
        seconds = self._to.get(key)
        if seconds is None:
            column = self.seconds[mode][condition][:, place]
            as_list = len(column) <= MOST_AS_LISTS
            seconds = column.tolist() if as_list else cast("Sequence[float]", column.data)
            self._to[key] = seconds
        return seconds

    def km_to(self, place: int) -> NDArray[np.float64]:
        """Return the kilometres from every place to this one, along the quickest drive by day.

        Ordinary driving at noon; a ferry's crossing counts with its length.
        """
        km = self._km_to.get(place)
        if km is None:
            km = self._km_to[place] = self._measured_to(place)
        return km

    def route(self, condition: int, start: int, end: int, mode: Mode = "car") -> Route:
        """Return the quickest drive from one place to another, with the places on its way.

        Args:
            condition: The condition of the roads.
            start: Index of the first place.
            end: Index of the last place.
            mode: As private car, or with blue light.
        """
        key = (mode, condition, start, end)
        cached = self._routes.get(key)
        if cached is None:
            cached = self._routes[key] = self._traced(*key)
        return cached

    def speed_factor(self, mode: Mode, condition: int, kmh: float) -> float:
        """Return the factor on the speed of a road: blue light, traffic and conditions multiplied.

        Args:
            mode: As private car, or with blue light.
            condition: The condition of the roads.
            kmh: The road's ordinary speed, in kilometres an hour.
        """
        in_town = np.array([kmh < self.driving.town_below_kmh.value])
        return float(speed_factors(self.driving, in_town, mode, self.situation(condition))[0])

    @abstractmethod
    def km_driven(
        self, mode: Mode, condition: int, start: NDArray[np.int64], end: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the kilometres of the quickest drive from each start to each end.

        Args:
            mode: As private car, or with blue light.
            condition: The condition of the roads.
            start: Indices of places, one a drive.
            end: Indices of places, one a drive.
        """

    @abstractmethod
    def km_on(self, mode: Mode, condition: int, start: int, end: int) -> float:
        """Return the kilometres of a stretch between neighbours, on which somebody is."""

    @abstractmethod
    def ways_from(
        self, route: Route, elapsed_s: float, condition: int, mode: Mode
    ) -> list[NextPlace]:
        """Return where a vehicle can go on from its position: on ahead, or back if it can turn.

        Args:
            route: The drive that it is on.
            elapsed_s: Seconds since that began; past its end, the vehicle is at its end.
            condition: The condition of the roads by now.
            mode: How it goes on.

        Returns:
            Places that it can reach without passing another, and the seconds to each.
        """

    @abstractmethod
    def _traced(self, mode: Mode, condition: int, start: int, end: int) -> Route:
        """Return the quickest drive, worked out anew."""

    @abstractmethod
    def _measured_to(self, place: int) -> NDArray[np.float64]:
        """Return the kilometres from every place to this one, worked out anew."""


@dataclass(frozen=True, kw_only=True)
class RoadTravel(Travel):
    """Travel by a table of roads.

    Attributes:
        previous: Predecessors on the quickest ways, as SciPy gives them, by mode and condition.
        ferries: By condition, the pairs of places between which the quickest stretch is a ferry,
            driven in a column, or one-way: nobody turns there.
        no_turn_pairs: By condition, the pairs between which the road is closed or driven in a
            column.
        lengths: Lengths of the quickest stretches at noon of an ordinary working day.
        lengths_by: Returns those of a mode and condition.
    """

    previous: dict[Mode, PerCondition[NDArray[np.int32]]]
    ferries: PerCondition[frozenset[tuple[int, int]]]
    no_turn_pairs: PerCondition[frozenset[tuple[int, int]]]
    lengths: StretchLengths
    lengths_by: Callable[[Mode, int], StretchLengths] = field(repr=False)
    _lengths: dict[tuple[Mode, int], StretchLengths] = field(default_factory=dict, repr=False)
    _km_on: dict[tuple[Mode, int, int, int], float] = field(default_factory=dict, repr=False)
    _km: dict[tuple[Mode, int], NDArray[np.float64]] = field(default_factory=dict, repr=False)

    def km_driven(
        self, mode: Mode, condition: int, start: NDArray[np.int64], end: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the length of each drive; where places are few, it is worked out once a pair."""
        places = len(self.previous[mode][condition])
        if places > MOST_WITH_KM_KEPT:
            return self._walked_km(mode, condition, start, end)
        known = self._km.get((mode, condition))
        if known is None:
            known = self._km[mode, condition] = np.full((places, places), np.nan)
        km: NDArray[np.float64] = known[start, end]
        new = np.isnan(km)
        if new.any():
            first, last = start[new], end[new]
            km[new] = known[first, last] = self._walked_km(mode, condition, first, last)
        return km

    def _walked_km(
        self, mode: Mode, condition: int, start: NDArray[np.int64], end: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Walk all drives backwards at once, a stretch at a time."""
        previous, lengths = self.previous[mode][condition], self._lengths_by(mode, condition)
        km = np.zeros(len(start))
        drive = np.flatnonzero(start != end)
        at = end[drive]
        while len(drive):
            before = previous[start[drive], at].astype(np.int64)
            km[drive] += lengths.between(before, at)
            under_way = before != start[drive]
            drive, at = drive[under_way], before[under_way]
        return km

    def km_on(self, mode: Mode, condition: int, start: int, end: int) -> float:
        """Return the length of a stretch; one closed since somebody is on it, as it was before."""
        key = (mode, condition, start, end)
        known = self._km_on.get(key)
        if known is None:
            known = self._km_on[key] = self._km_of_stretch(*key)
        return known

    def _km_of_stretch(self, mode: Mode, condition: int, start: int, end: int) -> float:
        """Return the length of a stretch: now, else by day, else of the drive round it."""
        km = self._lengths_by(mode, condition).stretch(start, end)
        km = self.lengths.stretch(start, end) if km is None else km
        if km is not None:
            return km
        drive = self.km_driven(mode, condition, np.array([start]), np.array([end]))
        return float(drive[0])

    def _lengths_by(self, mode: Mode, condition: int) -> StretchLengths:
        """Return the lengths of the quickest stretches of a mode and condition, from the cache."""
        lengths = self._lengths.get((mode, condition))
        if lengths is None:
            lengths = self._lengths[mode, condition] = self.lengths_by(mode, condition)
        return lengths

    def _measured_to(self, place: int) -> NDArray[np.float64]:
        """Walk all drives to a place backwards at once, a stretch at a time."""
        previous = self.previous["car"][self.noon]
        km = np.zeros(len(previous))
        drive = np.delete(np.arange(len(previous)), place)
        at = np.full(len(drive), place)
        while len(drive):
            before = previous[drive, at].astype(np.int64)
            km[drive] += self.lengths.between(before, at)
            under_way = before != drive
            drive, at = drive[under_way], before[under_way]
        km.flags.writeable = False
        return km

    def _traced(self, mode: Mode, condition: int, start: int, end: int) -> Route:
        """Follow the predecessors back from the end."""
        previous = self.previous[mode][condition][start]
        backwards = [end]
        while backwards[-1] != start:
            backwards.append(int(previous[backwards[-1]]))
        places = tuple(reversed(backwards))
        row = self.seconds[mode][condition][start]
        steps = pairwise(places)
        return Route(
            places,
            tuple(float(row[place]) for place in places),
            tuple(step in self.ferries[condition] for step in steps),
        )

    def ways_from(
        self, route: Route, elapsed_s: float, condition: int, mode: Mode
    ) -> list[NextPlace]:
        """Return where a vehicle can go on from its position: on ahead, or back if it can turn.

        `elapsed_s` is the time since the route began; past its end, the vehicle is at its end.
        """
        if elapsed_s >= route.duration_s:
            return [(route.places[-1], 0.0)]
        leg = bisect_right(route.reached_s, elapsed_s) - 1
        behind, ahead = route.places[leg], route.places[leg + 1]
        length = route.reached_s[leg + 1] - route.reached_s[leg]
        done = (elapsed_s - route.reached_s[leg]) / length
        if route.on_ferry[leg] and done > 0:
            return [(ahead, (1 - done) * length)]
        if (behind, ahead) in self.no_turn_pairs[condition]:
            # closed after it drove on: it drives it out
            return [(ahead, (1 - done) * length), (behind, done * length)]
        times = self.seconds[mode][condition]
        forward = (1 - done) * float(times[behind, ahead])
        back = done * float(times[ahead, behind])
        return [(ahead, forward), (behind, back)]


def travel_of_region(region: Region) -> Travel:
    """Return the travel times of a region, by roads, by a table of times or along straight lines.

    Nothing is worked out before it is asked for.

    Args:
        region: The region.

    Raises:
        InputError: Later, when times are asked for between places that closed roads cut off, or a
            table of travel times is not whole.
    """
    return travel_by_road(region) if region.tables.roads else travel_by_matrix(region)


def travel_by_road(region: Region) -> RoadTravel:
    """Return the travel times by a region's table of roads."""
    roads = build_network(region)
    conditions = Conditions(roads)
    return RoadTravel(
        condition_of_hour=tuple(conditions.number(Situation(hour)) for hour in range(HOURS_OF_DAY)),
        seconds={mode: conditions.times(mode) for mode in MODES},
        previous={mode: conditions.previous(mode) for mode in MODES},
        ferries=conditions.crossings(),
        no_turn_pairs=conditions.held(),
        lengths=_quickest_lengths(roads, roads.at(Situation(NOON))["car"]),
        lengths_by=lambda mode, condition: _quickest_lengths(
            roads, conditions.stretches(mode, condition)
        ),
        driving=region.driving,
        number=conditions.number,
        situation=conditions.situation,
    )


def _quickest_lengths(roads: RoadNetwork, seconds: NDArray[np.float64]) -> StretchLengths:
    """Return the lengths of the stretches that are quickest at these seconds."""
    quickest = quickest_stretches(roads, seconds)
    key = roads.start[quickest].astype(np.int64) * roads.places + roads.end[quickest]
    return StretchLengths(roads.places, key, roads.km[quickest])


class MatrixConditions:
    """The conditions of given times, numbered as they are met: what the speed of cars is then."""

    def __init__(self, matrix: TravelTimeMatrix, driving: Driving) -> None:
        """Begin without any."""
        self._matrix, self._driving = matrix, driving
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
        return PerCondition(
            lambda: len(self._first), lambda condition: self._solution(mode, condition)
        )

    def _factors(self, mode: Mode, situation: Situation) -> tuple[float, float]:
        """Return the factors on speed in town and elsewhere, in a situation."""
        town, rural = speed_factors(self._driving, TOWN_AND_RURAL, mode, situation).tolist()
        return town, rural

    def _solution(self, mode: Mode, condition: int) -> PairTable:
        """Return the seconds between all places in a condition, in whole ticks."""
        solution = self._solved.get((mode, condition))
        if solution is None:
            town, rural = self._factors(mode, self._first[condition])
            matrix = self._matrix
            seconds = matrix.town_s / town + (matrix.seconds - matrix.town_s) / rural
            solution = self._solved[mode, condition] = to_ticks(seconds)
        return solution


@dataclass(frozen=True, kw_only=True)
class MatrixTravel(Travel):
    """Travel by given times between places, without any roads.

    A vehicle on the way is at the place nearest to the straight-line point at elapsed over total
    time, from where it goes to another place as everybody does; or it drives on as it was going.

    Attributes:
        matrix: The times, lengths and positions.
    """

    matrix: TravelTimeMatrix

    def km_driven(
        self, mode: Mode, condition: int, start: NDArray[np.int64], end: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the kilometres that are given from each start to each end."""
        return self.matrix.km[start, end]

    def km_on(self, mode: Mode, condition: int, start: int, end: int) -> float:
        """Return the kilometres that are given between two places."""
        return float(self.matrix.km[start, end])

    def ways_from(
        self, route: Route, elapsed_s: float, condition: int, mode: Mode
    ) -> list[NextPlace]:
        """Return where a vehicle can go on from its position, as `Travel` says."""
        if elapsed_s >= route.duration_s:
            return [(route.places[-1], 0.0)]
        leg = bisect_right(route.reached_s, elapsed_s) - 1
        behind, ahead = route.places[leg], route.places[leg + 1]
        length = route.reached_s[leg + 1] - route.reached_s[leg]
        remaining_s = route.reached_s[leg + 1] - elapsed_s
        near = self.matrix.nearest_between(behind, ahead, 1 - remaining_s / length)
        return [(near, 0.0)] if near == ahead else [(ahead, remaining_s), (near, 0.0)]

    def _traced(self, mode: Mode, condition: int, start: int, end: int) -> Route:
        if start == end:
            return Route((start,), (0.0,), ())
        seconds = float(self.seconds[mode][condition][start, end])
        return Route((start, end), (0.0, seconds), (False,))

    def _measured_to(self, place: int) -> NDArray[np.float64]:
        return self.matrix.km[:, place]


def travel_by_matrix(region: Region) -> MatrixTravel:
    """Return the travel times of a region without roads."""
    matrix = matrix_of_region(region)
    conditions = MatrixConditions(matrix, region.driving)
    return MatrixTravel(
        condition_of_hour=tuple(conditions.number(Situation(hour)) for hour in range(HOURS_OF_DAY)),
        seconds={mode: conditions.times(mode) for mode in MODES},
        driving=region.driving,
        number=conditions.number,
        situation=conditions.situation,
        matrix=matrix,
    )


class StraightLineTimes:
    """The seconds of what flies or sails straight between places, in whole ticks.

    A pair of places is worked out when it is asked for the first time.
    """

    __slots__ = ("_allowed", "_per_km_s", "_places", "_seconds_of_pair")

    def __init__(self, places: Sequence[Place], per_km_s: float, allowed: frozenset[int]) -> None:
        """Take the places, the seconds of each kilometre, and the places it may go to and from."""
        self._places = places
        self._per_km_s = per_km_s
        self._allowed = allowed
        self._seconds_of_pair: dict[tuple[int, int], float] = {}

    def seconds(self, start: int, end: int) -> float:
        """Return the seconds from one place to another; infinite where it does not go."""
        if start not in self._allowed or end not in self._allowed:
            return math.inf
        seconds = self._seconds_of_pair.get((start, end))
        if seconds is None:
            one, other = self._places[start], self._places[end]
            km = great_circle_km(one.lat, one.lon, other.lat, other.lon)
            seconds = self._seconds_of_pair[start, end] = tick(km * self._per_km_s)
        return seconds
