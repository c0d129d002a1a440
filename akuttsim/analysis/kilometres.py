"""Indicator of kilometres: how far patients and crews, doctors and nurses drive."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from akuttsim.analysis.legs import Ints, Legs, legs, vehicles
from akuttsim.analysis.observed import Observed, Row
from akuttsim.records import CALL_OUT, NURSE_OUT, TRANSPORT, VISIT, Floats

WHO = ("patients", "crews", "transport_vehicles", "neighbour_crews", "doctors", "nurses")
WHOSE = {"ambulance": 1, "transport": 2, "neighbour": 3}

Driven = dict[str, tuple[float, int]]
"""Kilometres and drives by who drove."""


def km_driven_a_week(seen: Observed) -> Iterator[Row]:
    """Kilometres driven by road in a mean week by patients, crews, doctors and nurses.

    Lengths are those of the quickest roads at noon, ferries with the length of the crossing. What
    it counts: drives that began in the measured span. Patients: from home to the clinic where they
    were last seen and back; those fetched by ambulance are left out. Crews: from the station to the
    patient, on to the nearest hospital or the clinic, and back to the station, as if every mission
    began and ended there and the first crew went all the way; planned transports likewise, those
    out of the region to the nearest hospital only. Doctors and satellite nurses: home visits and
    call-outs there and back. Left out: crews called off before they came, drives to stand-by posts,
    the back-up doctor's way in. Unit: kilometres a week. By who drove.
    Source: akuttsim's own definition.
    """
    driven = driven_km(seen)
    km, n = (sum(each) for each in zip(*driven.values(), strict=True))
    yield Row("km_driven_a_week", "all", "all", km / seen.weeks, "km per week", int(n))
    for who, (km, n) in driven.items():
        yield Row("km_driven_a_week", "who", who, km / seen.weeks, "km per week", n)


def driven_km(seen: Observed) -> Driven:
    """Return the kilometres driven in the measured span, and in how many drives, by who drove."""
    missions = [_missions(seen), _transports(seen)]
    vehicle_km = np.concatenate([km for _, km in missions])
    vehicle = np.concatenate([vehicle for vehicle, _ in missions])
    kinds = [WHOSE[each.kind] for each in seen.organisation.ambulances.values()]
    whose = np.array(kinds, dtype=np.intp)[vehicle]
    parts = [_patients(seen)]
    parts += [vehicle_km[whose == kind] for kind in WHOSE.values()]
    parts += [_out(seen, (VISIT, CALL_OUT)), _out(seen, (NURSE_OUT,))]
    return {who: (float(km.sum()), len(km)) for who, km in zip(WHO, parts, strict=True)}


def _patients(seen: Observed) -> Floats:
    course, place = seen.record.courses, seen.patients.place
    mask = seen.measured & ~np.isnan(course.travel_s) & (course.clinic >= 0) & (place >= 0)
    return 2 * _km(seen, place[mask], _clinic_places(seen)[course.clinic[mask]])


def _missions(seen: Observed) -> tuple[Ints, Floats]:
    """Return the vehicle and kilometres of each mission that came to its patient."""
    each, course = legs(seen), seen.record.courses
    came = each.is_transfer | (each.is_main & ~np.isnan(course.on_scene_s[each.patient]))
    each = Legs(**{name: column[came] for name, column in vars(each).items()})
    clinic = _clinic_places(seen)[course.clinic[each.patient]]
    start = np.where(each.is_transfer, clinic, seen.patients.place[each.patient])
    to_hospital = each.to_hospital | each.is_transfer
    end = np.select([to_hospital, each.to_clinic], [_hospital_of(seen)[start], clinic], -1)
    return each.vehicle, _round_trip(seen, each.vehicle, start, end)


def _transports(seen: Observed) -> tuple[Ints, Floats]:
    did, people = seen.record.activities, seen.patients
    row = np.flatnonzero(seen.began(TRANSPORT))
    patient = did.patient[row]
    came = seen.record.courses.free_s[patient] == did.end_s[row]
    row, patient = row[came], patient[came]
    vehicle = vehicles(seen)[did.unit[row]]
    start, to = people.place[patient], people.transport_to[patient]
    end = np.where(to < 0, _hospital_of(seen)[start], to)
    return vehicle, _round_trip(seen, vehicle, start, end)


def _round_trip(seen: Observed, vehicle: Ints, start: Ints, end: Ints) -> Floats:
    """Return the kilometres from station to start, on to the end (-1: none) and to the station."""
    ids = seen.region.place_ids
    stations = [ids.index(each.station) for each in seen.organisation.ambulances.values()]
    station = np.array(stations, dtype=np.intp)[vehicle]
    back = np.where(end < 0, start, end)
    return _km(seen, start, station) + _km(seen, start, back) + _km(seen, back, station)


def _out(seen: Observed, kinds: tuple[int, ...]) -> Floats:
    """Return the kilometres of each home visit or call-out, there and back."""
    did, organisation = seen.record.activities, seen.organisation
    mask = np.logical_or.reduce([seen.began(kind) for kind in kinds])
    bases = {name: team.place for name, team in organisation.doctors.items()}
    bases |= {name: clinic.place for name, clinic in organisation.clinics.items()}
    ids = seen.region.place_ids
    units = seen.record.units
    base = np.array([ids.index(bases[u.team]) if u.team in bases else -1 for u in units])
    return 2 * _km(seen, seen.patients.place[did.patient[mask]], base[did.unit[mask]])


def _km(seen: Observed, start: NDArray[np.integer], end: NDArray[np.integer]) -> Floats:
    """Return the kilometres by road between places."""
    km = np.zeros(len(start))
    for place in np.unique(end).tolist():
        mine = end == place
        km[mine] = seen.travel.km_to(place)[start[mine]]
    return km


def _clinic_places(seen: Observed) -> Ints:
    """Return the place of each clinic; -1 last, for none."""
    ids = seen.region.place_ids
    places = [ids.index(each.place) for each in seen.organisation.clinics.values()]
    return np.array([*places, -1], dtype=np.intp)


def _hospital_of(seen: Observed) -> Ints:
    """Return the hospital nearest to each place, by ordinary drive at noon."""
    ids, noon = seen.region.place_ids, seen.travel.noon
    hospitals = [ids.index(each.place) for each in seen.region.hospitals.values()]
    times = np.array([seen.travel.to("car", noon, hospital) for hospital in hospitals])
    nearest: Ints = np.array(hospitals, dtype=np.intp)[times.argmin(axis=0)]
    return nearest
