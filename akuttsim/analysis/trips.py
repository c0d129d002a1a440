"""Trips as they were made: which road, how many kilometres, and where a vehicle was when.

A record's table of trips says where each drive began and ended, how and under which roads it was
made. The travel times of the run give the road between; nothing is guessed.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from akuttsim.analysis.observed import Mask, Observed
from akuttsim.records import BY_BLUE_LIGHT, BY_CAR, OUT_OF_REGION, STRAIGHT, Floats
from akuttsim.roads.great_circle import km_between
from akuttsim.roads.road_network import Mode
from akuttsim.units import HOUR_S

MODE_OF: dict[int, Mode] = {BY_CAR: "car", BY_BLUE_LIGHT: "blue"}
"""How the travel times name a mode of the record."""


class Path(NamedTuple):
    """A road as it was driven: the places passed, and when, in a straight line between two.

    The first may have been passed before the trip began on the road, the last lies ahead of a trip
    cut short. One place alone is where somebody stood.
    """

    places: tuple[int, ...]
    passed_s: tuple[float, ...]


def trips_began(seen: Observed) -> Mask:
    """Return which trips departed in the measured span."""
    first, last = seen.record.measured
    departed_s = seen.record.trips.departed_s
    mask: Mask = (departed_s >= first) & (departed_s < last)
    return mask


def trip_s(seen: Observed) -> Floats:
    """Return the seconds of each trip."""
    return seen.record.trips.arrived_s - seen.record.trips.departed_s


_KNOWN: WeakKeyDictionary[Observed, Floats] = WeakKeyDictionary()
"""The kilometres of trips, worked out once for each record that is looked at."""


def trip_km(seen: Observed) -> Floats:
    """Return the kilometres of each trip, as far as it came; NaN where the way is not known.

    By road, of the roads that were quickest then, and about places from and to people's doors; a
    ferry counts with its crossing; what flies or sails by the great circle. Of a transport out of
    the region only the road to the hospital where the vehicle was free again is known.
    """
    km = _KNOWN.get(seen)
    if km is None:
        km = _KNOWN[seen] = _trip_km(seen)
        km.flags.writeable = False
    return km


def _trip_km(seen: Observed) -> Floats:
    trips = seen.record.trips
    km = np.full(len(trips), np.nan)
    by_road = (trips.mode == BY_CAR) | (trips.mode == BY_BLUE_LIGHT)
    whole = by_road & trips.completed
    for code, mode in MODE_OF.items():
        for condition in np.unique(trips.condition[whole & (trips.mode == code)]).tolist():
            mine = whole & (trips.mode == code) & (trips.condition == condition)
            ends = trips.joins[mine].astype(np.int64), trips.destination[mine].astype(np.int64)
            km[mine] = seen.travel.km_driven(mode, condition, *ends)
    for row in np.flatnonzero(whole & (trips.origin != trips.joins)).tolist():
        km[row] += (1 - trips.stretch_done[row]) * _stretch_km(seen, row)
    away = np.flatnonzero(trips.kind == OUT_OF_REGION)
    for row in away.tolist():
        km[row] = seen.travel.km_to(int(trips.destination[row]))[trips.origin[row]]
    straight = trips.mode == STRAIGHT
    km[straight] = _straight_km(seen, straight)
    for row in np.flatnonzero((by_road | straight) & ~trips.completed).tolist():
        km[row] = _km_until_cut(seen, row)
    return km + trips.origin_km + trips.destination_km


def path(seen: Observed, row: int) -> Path:
    """Return the road of a trip, whole, also of one cut short."""
    trips = seen.record.trips
    origin, joins, destination = (
        int(each[row]) for each in (trips.origin, trips.joins, trips.destination)
    )
    departed_s, joins_s = float(trips.departed_s[row]), float(trips.joins_s[row])
    if trips.mode[row] == STRAIGHT:
        there_s = departed_s + _straight_s(seen, row)
        return Path((origin, destination), (departed_s, there_s))
    mode = MODE_OF.get(int(trips.mode[row]))
    if mode is None:
        return Path((destination,), (departed_s,))
    route = seen.travel.route(int(trips.condition[row]), joins, destination, mode)
    there_s = float(trips.there_s[row])
    by = (there_s - joins_s) / route.duration_s if route.duration_s else 1.0
    passed = tuple(joins_s + by * reached_s for reached_s in route.reached_s)
    if origin == joins:
        return _about_places(seen, row, Path(route.places, passed))
    left = 1 - float(trips.stretch_done[row])
    began_s = joins_s - (joins_s - departed_s) / left if left else departed_s
    return _about_places(seen, row, Path((origin, *route.places), (began_s, *passed)))


def _about_places(seen: Observed, row: int, road: Path) -> Path:
    """Return a road that begins and ends at the places about which its trip drives to a door."""
    trips, (places, passed_s) = seen.record.trips, road
    if trips.origin_km[row]:
        places, passed_s = (places[0], *places), (float(trips.departed_s[row]), *passed_s)
    if trips.destination_km[row] and trips.arrived_s[row] > trips.there_s[row]:
        places, passed_s = (*places, places[-1]), (*passed_s, float(trips.arrived_s[row]))
    return Path(places, passed_s)


def _km_until_cut(seen: Observed, row: int) -> float:
    """Return the kilometres of a trip as far as it came."""
    trips, (places, passed_s) = seen.record.trips, path(seen, row)
    if trips.mode[row] == STRAIGHT:
        steps = _straight_km(seen, np.arange(len(trips)) == row).tolist()
    else:
        mode, condition = MODE_OF[int(trips.mode[row])], int(trips.condition[row])
        steps = [
            0.0 if start == end else seen.travel.km_on(mode, condition, start, end)
            for start, end in pairwise(places)
        ]
    km = np.concatenate([[0.0], np.cumsum(steps)])
    ends = np.interp([trips.departed_s[row], trips.arrived_s[row]], passed_s, km)
    return float(ends[1] - ends[0])


def _stretch_km(seen: Observed, row: int) -> float:
    trips = seen.record.trips
    mode, condition = MODE_OF[int(trips.mode[row])], int(trips.condition[row])
    return seen.travel.km_on(mode, condition, int(trips.origin[row]), int(trips.joins[row]))


def _straight_km(seen: Observed, mask: Mask) -> Floats:
    """Return the great-circle kilometres of whole trips."""
    places = seen.region.places.values()
    spots = np.array([(each.lat, each.lon) for each in places])
    start, end = (spots[each[mask]] for each in (seen.record.trips.origin,
                                                  seen.record.trips.destination))  # fmt: skip
    return km_between(start[:, 0], start[:, 1], end[:, 0], end[:, 1])


def _straight_s(seen: Observed, row: int) -> float:
    """Return how long a straight way takes in all."""
    trips = seen.record.trips
    if trips.completed[row]:
        return float(trips.arrived_s[row] - trips.departed_s[row])
    support = seen.organisation.supports[seen.record.units[trips.unit[row]].name]
    assert support.speed_kmh is not None
    km = float(_straight_km(seen, np.arange(len(trips)) == row)[0])
    return km / support.speed_kmh.value * HOUR_S
