"""Indicators of driving: the road of each trip, and the kilometres and hours driven.

A record's table of trips says where each drive began and ended, how and under which roads it was
made. The travel times of the run give the road between; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from akuttsim.great_circle import great_circle_km
from akuttsim.indicators.declaration import indicator
from akuttsim.indicators.measured_run import (
    BACK_UP_DOCTOR,
    GroupValue,
    Mask,
    MeasuredRun,
    is_one_of,
)
from akuttsim.records import (
    AS_PASSENGER,
    BY_BLUE_LIGHT,
    BY_CAR,
    OUT_OF_REGION,
    STRAIGHT,
    TO_PATIENT,
    WAY_IN_TRIP,
    Floats,
    Mode,
)
from akuttsim.units import HOUR_S

TRAVEL_MODE_OF_TRIP: dict[int, Mode] = {BY_CAR: "car", BY_BLUE_LIGHT: "blue"}
"""How the travel times name a mode of the record."""

_TRIP_KM_CACHE: WeakKeyDictionary[MeasuredRun, Floats] = WeakKeyDictionary()
"""The kilometres of trips, worked out once for each record that is looked at."""

TRAVELLERS = (
    "patients",
    "crews",
    "transport_vehicles",
    "neighbour_crews",
    "doctors",
    "nurses",
    "single_responder",
    "first_responders",
)

TRAVELLERS_OF_ROLE = {
    "crew": "crews",
    "transport_vehicle": "transport_vehicles",
    "neighbour_crew": "neighbour_crews",
    "doctor": "doctors",
    BACK_UP_DOCTOR: "doctors",
    "nurse": "nurses",
    "support": "single_responder",
}
"""Who drove, by the role of a unit."""

KmAndTrips = dict[str, tuple[float, int]]
"""Kilometres and drives by who drove."""

DRIVERS_OF_ROLE = {
    "crew": TRAVELLERS_OF_ROLE["crew"],
    "transport_vehicle": TRAVELLERS_OF_ROLE["transport_vehicle"],
    "neighbour_crew": TRAVELLERS_OF_ROLE["neighbour_crew"],
    "doctor": TRAVELLERS_OF_ROLE["doctor"],
    "nurse": TRAVELLERS_OF_ROLE["nurse"],
    "single_responder": TRAVELLERS_OF_ROLE["support"],
}
"""Whose hours are counted, and what their kilometres are counted as."""


@indicator(
    unit="h per week",
    better="lower",
    by=("all", "role", "crew"),
    listed={"work": 140},
    after="stand_by_h_a_week",
)
def hours_driven_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Hours a week that crews, doctors and nurses drive.

    What it counts: the trips of `km_driven_a_week` but for those of patients and first responders,
    from when the wheels roll until arrival, or until a trip is cut short: crews to patients, with
    them to hospital or clinic, to meet another, home, and to stand-by posts; doctors (back-ups
    included) and satellite nurses on home visits and call-outs, there and back; single responders.
    A transport out of the region counts for all the time that it is away, the handover there too,
    which nothing tells apart. A back-up doctor's way in, who rides in another's vehicle,
    helicopters and boats are left out. Unit:
    hours a week. By role and by vehicle.
    Source: akuttsim's own definition.
    """
    trips, who = run.record.trips, traveller_of_trips(run)
    names = tuple(run.organisation.ambulances)
    counted = [TRAVELLERS.index(travellers) for travellers in DRIVERS_OF_ROLE.values()]
    mine = run.measured_trips & is_one_of(who, counted)
    hours = ((trips.arrived_s - trips.departed_s) / HOUR_S / run.weeks)[mine]
    role = np.full(len(TRAVELLERS), -1, dtype=np.intp)
    role[counted] = np.arange(len(counted))
    index = {name: number for number, name in enumerate(names)}
    vehicle = np.array([index.get(u.name, -1) for u in run.record.units] + [-1], dtype=np.intp)
    yield GroupValue("all", "all", float(hours.sum()), len(hours))
    for group_by, groups, codes in (
        ("role", tuple(DRIVERS_OF_ROLE), role[who[mine]]),
        ("crew", names, vehicle[trips.unit[mine]]),
    ):
        known = codes >= 0
        total = np.bincount(codes[known], weights=hours[known], minlength=len(groups)).tolist()
        count = np.bincount(codes[known], minlength=len(groups)).tolist()
        for name, value, n in zip(groups, total, count, strict=True):
            yield GroupValue(group_by, name, value, n)


@indicator(unit="km per week", better="lower", by=("all", "who"), listed={"work": 150})
def km_driven_a_week(run: MeasuredRun) -> Iterator[GroupValue]:
    """Kilometres driven by road in a mean week by patients, crews, doctors and nurses.

    What it counts: every trip of the record that departed in the measured span, with the length of
    the roads that were quickest when the way was chosen, ferries with the length of the crossing; a
    trip that was cut short, as far as it came. Crews, transport vehicles and neighbours' crews: to
    patients and with them, to meet another crew, home and to stand-by posts; those called off or
    turned on the road too. Of planned transports out of the region only the road to the hospital
    where the vehicle is free again. Doctors (back-ups included) and satellite nurses: home visits
    and call-outs, there and back. Single responders: out and back. First responders: out, their way
    home is not followed. Patients: by own means to a clinic, on to another or to hospital, and home
    from a clinic; those fetched by ambulance are left out. Left out: home nursing, whose visits are
    no part of the emergency chain; a back-up doctor's way in, for nobody knows from where; who
    rides in another's vehicle; what flies or sails. Unit: kilometres a week. By who drove.
    Source: akuttsim's own definition.
    """
    driven = km_by_traveller(run)
    km, n = (sum(column) for column in zip(*driven.values(), strict=True))
    yield GroupValue("all", "all", km / run.weeks, int(n))
    for who, (km, n) in driven.items():
        yield GroupValue("who", who, km / run.weeks, n)


def km_by_traveller(run: MeasuredRun) -> KmAndTrips:
    """Return the kilometres driven in the measured span, and in how many trips, by who drove."""
    mine = run.measured_trips
    who = traveller_of_trips(run)[mine]
    counted = who >= 0
    km = np.bincount(who[counted], weights=trip_km(run)[mine][counted], minlength=len(TRAVELLERS))
    n = np.bincount(who[counted], minlength=len(TRAVELLERS))
    return dict(zip(TRAVELLERS, zip(km.tolist(), n.tolist(), strict=True), strict=True))


def traveller_of_trips(run: MeasuredRun) -> NDArray[np.intp]:
    """Return who made each trip, a position in `TRAVELLERS`.

    -1 where it is not counted as driving.
    """
    trips, units = run.record.trips, run.record.units
    of_unit = [
        TRAVELLERS.index(TRAVELLERS_OF_ROLE[u.role]) if u.role in TRAVELLERS_OF_ROLE else -1
        for u in units
    ]
    in_own_car = [TRAVELLERS.index("patients"), TRAVELLERS.index("first_responders")]
    own = np.array(in_own_car, dtype=np.intp)[(trips.kind == TO_PATIENT).astype(np.intp)]
    who = np.where(trips.unit < 0, own, np.array([*of_unit, -1], dtype=np.intp)[trips.unit])
    not_driven = np.isin(trips.mode, (STRAIGHT, AS_PASSENGER)) | (trips.kind == WAY_IN_TRIP)
    who[not_driven] = -1
    return who


def trip_km(run: MeasuredRun) -> Floats:
    """Return the kilometres of each trip, as far as it came; NaN where the way is not known.

    By road, of the roads that were quickest then, and about places from and to people's doors; a
    ferry counts with its crossing; what flies or sails by the great circle. Of a transport out of
    the region only the road to the hospital where the vehicle was free again is known.
    """
    km = _TRIP_KM_CACHE.get(run)
    if km is None:
        km = _TRIP_KM_CACHE[run] = _compute_trip_km(run)
        km.flags.writeable = False
    return km


def _compute_trip_km(run: MeasuredRun) -> Floats:
    """Return the kilometres of each trip, which `trip_km` keeps for later readers."""
    trips = run.record.trips
    km = np.full(len(trips), np.nan)
    by_road = (trips.mode == BY_CAR) | (trips.mode == BY_BLUE_LIGHT)
    whole = by_road & trips.completed
    for code, mode in TRAVEL_MODE_OF_TRIP.items():
        for condition in np.unique(trips.condition[whole & (trips.mode == code)]).tolist():
            mine = whole & (trips.mode == code) & (trips.condition == condition)
            ends = trips.joins[mine].astype(np.int64), trips.destination[mine].astype(np.int64)
            km[mine] = run.travel.km_driven(mode, condition, *ends)
    for row in np.flatnonzero(whole & (trips.origin != trips.joins)).tolist():
        mode, condition = TRAVEL_MODE_OF_TRIP[int(trips.mode[row])], int(trips.condition[row])
        stretch = int(trips.origin[row]), int(trips.joins[row])
        km[row] += (1 - trips.stretch_done[row]) * run.travel.km_on(mode, condition, *stretch)
    away = np.flatnonzero(trips.kind == OUT_OF_REGION)
    for row in away.tolist():
        km[row] = run.travel.km_to(int(trips.destination[row]))[trips.origin[row]]
    straight = trips.mode == STRAIGHT
    km[straight] = _great_circle_km(run, straight)
    for row in np.flatnonzero((by_road | straight) & ~trips.completed).tolist():
        km[row] = _interrupted_trip_km(run, row)
    return km + trips.origin_km + trips.destination_km


def _great_circle_km(run: MeasuredRun, mask: Mask) -> Floats:
    """Return the great-circle kilometres of whole trips."""
    places = run.region.places.values()
    spots = np.array([(place.lat, place.lon) for place in places])
    start, end = (spots[ends[mask]] for ends in (run.record.trips.origin,
                                                  run.record.trips.destination))  # fmt: skip
    return great_circle_km(start[:, 0], start[:, 1], end[:, 0], end[:, 1])


def _interrupted_trip_km(run: MeasuredRun, row: int) -> float:
    """Return the kilometres of a trip as far as it came."""
    trips, (places, passed_s) = run.record.trips, trip_path(run, row)
    if trips.mode[row] == STRAIGHT:
        steps = _great_circle_km(run, np.arange(len(trips)) == row).tolist()
    else:
        mode, condition = TRAVEL_MODE_OF_TRIP[int(trips.mode[row])], int(trips.condition[row])
        steps = [
            0.0 if start == end else run.travel.km_on(mode, condition, start, end)
            for start, end in pairwise(places)
        ]
    km = np.concatenate([[0.0], np.cumsum(steps)])
    ends = np.interp([trips.departed_s[row], trips.arrived_s[row]], passed_s, km)
    return float(ends[1] - ends[0])


def trip_path(run: MeasuredRun, row: int) -> TripPath:
    """Return the road of a trip, whole, also of one cut short."""
    trips = run.record.trips
    origin, joins, destination = (
        int(column[row]) for column in (trips.origin, trips.joins, trips.destination)
    )
    departed_s, joins_s = float(trips.departed_s[row]), float(trips.joins_s[row])
    if trips.mode[row] == STRAIGHT:
        lasts_s = float(trips.arrived_s[row] - trips.departed_s[row])
        if not trips.completed[row]:
            support = run.organisation.supports[run.record.units[trips.unit[row]].name]
            assert support.speed_kmh is not None
            km = float(_great_circle_km(run, np.arange(len(trips)) == row)[0])
            lasts_s = km / support.speed_kmh.value * HOUR_S
        return TripPath((origin, destination), (departed_s, departed_s + lasts_s))
    mode = TRAVEL_MODE_OF_TRIP.get(int(trips.mode[row]))
    if mode is None:
        return TripPath((destination,), (departed_s,))
    route = run.travel.route(int(trips.condition[row]), joins, destination, mode)
    arrival_s = float(trips.there_s[row])
    by = (arrival_s - joins_s) / route.duration_s if route.duration_s else 1.0
    passed = tuple(joins_s + by * reached_s for reached_s in route.reached_s)
    if origin == joins:
        return _extend_to_doors(run, row, TripPath(route.places, passed))
    remaining = 1 - float(trips.stretch_done[row])
    began_s = joins_s - (joins_s - departed_s) / remaining if remaining else departed_s
    return _extend_to_doors(run, row, TripPath((origin, *route.places), (began_s, *passed)))


class TripPath(NamedTuple):
    """A road as it was driven: the places passed, and when, in a straight line between two.

    The first may have been passed before the trip began on the road, the last lies ahead of a trip
    cut short. One place alone is where somebody stood.
    """

    places: tuple[int, ...]
    passed_s: tuple[float, ...]


def _extend_to_doors(run: MeasuredRun, row: int, road: TripPath) -> TripPath:
    """Return a road that begins and ends at the places about which its trip drives to a door."""
    trips, (places, passed_s) = run.record.trips, road
    if trips.origin_km[row]:
        places, passed_s = (places[0], *places), (float(trips.departed_s[row]), *passed_s)
    if trips.destination_km[row] and trips.arrived_s[row] > trips.there_s[row]:
        places, passed_s = (*places, places[-1]), (*passed_s, float(trips.arrived_s[row]))
    return TripPath(places, passed_s)
