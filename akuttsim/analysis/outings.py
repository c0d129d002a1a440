"""The tracks of those who go out beside the ambulance, and of patients on their own way to care."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from akuttsim.analysis.destinations import Destinations
from akuttsim.analysis.observed import Observed
from akuttsim.analysis.tracks import (
    DRIVES_HOME,
    DRIVES_OUT,
    HANDS_OVER,
    MOBILISES,
    ON_SCENE,
    OWN_WAY,
    WITH_PATIENT,
    Leg,
    Roads,
    standing,
)
from akuttsim.records import CALL_OUT, NURSE_OUT, SUPPORT, VISIT
from akuttsim.roads.network import Mode

_CLOSE_S = 0.001


@dataclass(frozen=True)
class Outing:
    """Somebody's activity away from base: who, what kind, from when to when, for whom."""

    unit: int
    kind: int
    start_s: float
    end_s: float
    patient: int


def outings(seen: Observed, span: tuple[float, float]) -> Iterator[Outing]:
    """Yield the visits, call-outs and supports' trips that touch a span."""
    did = seen.record.activities
    touches = (did.end_s > span[0]) & (did.start_s < span[1])
    for row in np.flatnonzero(touches & np.isin(did.kind, (VISIT, CALL_OUT, NURSE_OUT, SUPPORT))):
        unit, kind, patient = (int(each[row]) for each in (did.unit, did.kind, did.patient))
        yield Outing(unit, kind, float(did.start_s[row]), float(did.end_s[row]), patient)


def outing_legs(seen: Observed, roads: Roads, each: Outing) -> list[Leg]:
    """Return the legs of a trip out from a base and back."""
    if each.kind == SUPPORT:
        support = seen.organisation.supports[seen.record.units[each.unit].name]
        is_straight = support.speed_kmh is not None
        return _support_legs(seen, roads, each, is_straight)
    return _visit_legs(seen, roads, each)


# doctors and nurses: there by road, with the patient, and as long back


def _visit_legs(seen: Observed, roads: Roads, each: Outing) -> list[Leg]:
    start, to = _base(seen, each.unit), int(seen.patients.place[each.patient])
    drive = roads.along(start, to, each.start_s)
    there_s, leaves_s = drive.there_s, each.end_s - drive.route.duration_s
    places, passed = drive.route.places, drive.leg(each.unit, DRIVES_OUT, there_s).passed_s
    back = tuple(each.start_s + each.end_s - time_s for time_s in reversed(passed))
    legs = [
        Leg(each.unit, DRIVES_OUT, each.start_s, there_s, each.patient, places, passed),
        standing(each.unit, ON_SCENE, (there_s, leaves_s), each.patient, to),
        Leg(each.unit, DRIVES_HOME, leaves_s, each.end_s, each.patient, places[::-1], back),
    ]
    return [leg for leg in legs if leg.end_s > leg.start_s]


def _base(seen: Observed, unit: int) -> int:
    """Return the place that a doctor or nurse goes out from."""
    team, organisation = seen.record.units[unit].team, seen.organisation
    of = organisation.doctors if team in organisation.doctors else organisation.clinics
    return seen.region.place_ids.index(of[team].place)


# helicopter, boat, single responder: straight, or by road with blue light


@dataclass(frozen=True)
class _Ways:
    """How a support gets about: straight lines at a speed, or the road."""

    seen: Observed
    roads: Roads
    each: Outing
    is_straight: bool

    def seconds(self, start: int, end: int, now: float) -> float:
        """Return how long a way takes."""
        if not self.is_straight:
            return self.roads.drive_s(start, end, now, "blue")
        support = self.seen.organisation.supports[self.seen.record.units[self.each.unit].name]
        assert support.speed_kmh is not None
        places = list(self.seen.region.places.values())
        one, other = places[start], places[end]
        return (
            3600
            * _great_circle_km(one.lat, one.lon, other.lat, other.lon)
            / float(support.speed_kmh.value)
        )

    def leg(self, stage: int, span: tuple[float, float], start: int, end: int) -> Leg:
        """Return the leg from one place to another in a span."""
        unit, patient = self.each.unit, self.each.patient
        if self.is_straight or start == end:
            return Leg(unit, stage, *span, patient, (start, end), span)
        mode: Mode = "blue"
        drive = self.roads.along(start, end, span[0], mode)
        return drive.leg(unit, stage, span[1], patient)


def _great_circle_km(lat: float, lon: float, lat_2: float, lon_2: float) -> float:
    one, other, across = math.radians(lat), math.radians(lat_2), math.radians(lon_2 - lon)
    chord = math.sin((other - one) / 2) ** 2
    chord += math.cos(one) * math.cos(other) * math.sin(across / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(chord))


def _support_legs(seen: Observed, roads: Roads, each: Outing, is_straight: bool) -> list[Leg]:
    ways, ids = _Ways(seen, roads, each, is_straight), seen.region.place_ids
    support = seen.organisation.supports[seen.record.units[each.unit].name]
    base, scene = ids.index(support.base), int(seen.patients.place[each.patient])
    number = list(seen.organisation.supports).index(seen.record.units[each.unit].name)
    came = int(seen.record.courses.support[each.patient]) == number
    if not came:
        return _turned_back(ways, base, scene)
    return _helped(ways, (base, scene), seen)


def _turned_back(ways: _Ways, base: int, scene: int) -> list[Leg]:
    """Return the trip of a support that found nobody there any more."""
    each = ways.each
    there_s = each.end_s - ways.seconds(scene, base, each.end_s)
    back = ways.leg(DRIVES_HOME, (there_s, each.end_s), scene, base)
    return [*_out(ways, base, scene, there_s), back]


def _out(ways: _Ways, base: int, scene: int, there_s: float) -> list[Leg]:
    each = ways.each
    leaves_s = max(there_s - ways.seconds(base, scene, each.start_s), each.start_s)
    ready = standing(each.unit, MOBILISES, (each.start_s, leaves_s), each.patient, base)
    return [ready, ways.leg(DRIVES_OUT, (leaves_s, there_s), base, scene)]


def _helped(ways: _Ways, between: tuple[int, int], seen: Observed) -> list[Leg]:
    """Return the trip of a support that came to the patient, and perhaps took the patient along."""
    each, course, (base, scene) = ways.each, seen.record.courses, between
    there_s = float(course.support_s[each.patient])
    done_s = there_s + float(seen.patients.on_scene_s[each.patient])
    stays = standing(each.unit, ON_SCENE, (there_s, done_s), each.patient, scene)
    legs = [*_out(ways, base, scene, there_s), stays]
    at_hospital_s = float(course.at_hospital_s[each.patient])
    conveys = at_hospital_s > done_s and math.isnan(course.handover_began_s[each.patient])
    if not conveys:
        return [*legs, ways.leg(DRIVES_HOME, (done_s, each.end_s), scene, base)]
    hospital = Destinations(seen, ways.roads).hospital(scene, done_s)
    free_s = at_hospital_s + float(seen.patients.hospital_handover_s[each.patient])
    handed = standing(each.unit, HANDS_OVER, (at_hospital_s, free_s), each.patient, hospital)
    legs += [ways.leg(WITH_PATIENT, (done_s, at_hospital_s), scene, hospital), handed]
    return [*legs, ways.leg(DRIVES_HOME, (free_s, each.end_s), hospital, base)]


# patients on their own


def own_ways(seen: Observed, roads: Roads, patients: list[int]) -> Iterator[Leg]:
    """Yield the patients' own drives to a clinic; who went to more than one is left out.

    The drive is as long as the patient was told it would be when the call ended, though the road
    may be another an hour later.
    """
    course = seen.record.courses
    clinics = [seen.region.place_ids.index(c.place) for c in seen.organisation.clinics.values()]
    for patient in patients:
        left_s, drive_s = float(course.left_home_s[patient]), float(course.travel_s[patient])
        there_s, place = float(course.at_clinic_s[patient]), int(seen.patients.place[patient])
        if place < 0 or not drive_s > 0 or abs(left_s + drive_s - there_s) > _CLOSE_S:
            continue
        route = roads.along(place, clinics[int(course.clinic[patient])], left_s).route
        by = drive_s / route.duration_s if route.duration_s else 1.0
        passed = tuple(left_s + by * reached_s for reached_s in route.reached_s)
        yield Leg(-1, OWN_WAY, left_s, there_s, patient, route.places, passed)
