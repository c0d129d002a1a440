"""The tracks of ambulances and transport vehicles, followed through their activities.

A record tells when a crew did what; the way between comes from the travel times by the chain's own
rules, so that positions are those that its dispatcher saw. Tests hold every arrival of the record
against the arrival here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from akuttsim.analysis.destinations import Destinations
from akuttsim.analysis.observed import Observed
from akuttsim.analysis.rosters import open_spans
from akuttsim.analysis.tracks import (
    AWAY,
    DRIVES_HOME,
    DRIVES_OUT,
    DRIVES_TO_POST,
    HANDS_OVER,
    MOBILISES,
    ON_SCENE,
    RECEIVES,
    WAITS,
    WITH_PATIENT,
    Drive,
    Leg,
    Roads,
    Spot,
    standing,
)
from akuttsim.records import MISSION, NURSE, RED, RETURN, STAND_BY, TRANSPORT, YELLOW
from akuttsim.roads.network import Mode
from akuttsim.scenario.calendar import parse_hours
from akuttsim.units import HOUR_S

_CLOSE_S = 0.001
_AHEAD = 6
"""How many activities are looked at together to tell where a drive that was cut short went."""


class Stretch(NamedTuple):
    """One activity of a crew: its kind, start, end and patient (-1: none)."""

    kind: int
    start_s: float
    end_s: float
    patient: int


@dataclass(frozen=True, eq=False)
class CrewTracks:
    """Follows one vehicle at a time; `unit` is its row, `vehicle` its position in the fleet."""

    seen: Observed
    roads: Roads
    unit: int
    vehicle: int

    @cached_property
    def to(self) -> Destinations:
        """Return what tells where crews went."""
        return Destinations(self.seen, self.roads)

    @cached_property
    def station(self) -> int:
        """Return the place of the vehicle's station."""
        crew = list(self.seen.organisation.ambulances.values())[self.vehicle]
        return self.seen.region.place_ids.index(crew.station)

    def legs(self, stretches: list[Stretch]) -> Iterator[Leg]:
        """Yield the legs of activities in order, from the station where the vehicle stands."""
        spot: Spot = self.station
        before_s = -math.inf
        for number, each in enumerate(stretches):
            if not isinstance(spot, int) and each.start_s >= spot.there_s:
                spot = spot.end
            if each.kind in (RETURN, STAND_BY):
                legs, spot = self._driven(stretches[number : number + _AHEAD], spot, before_s)
            elif each.kind == NURSE:
                legs = [self._stands(RECEIVES, each.start_s, each.end_s, each, self.station)]
                spot = self.station
            else:
                legs, spot = self._mission(each, spot)
            yield from (leg for leg in legs if leg.end_s > leg.start_s)
            before_s = each.end_s

    def _stands(self, stage: int, start_s: float, end_s: float, of: Stretch, place: int) -> Leg:
        return standing(self.unit, stage, (start_s, end_s), of.patient, place)

    # without a patient

    def _driven(self, ahead: list[Stretch], spot: Spot, before_s: float) -> tuple[list[Leg], Spot]:
        """Drive to station or post; a crew called off while it mobilised turned back before."""
        each = ahead[0]
        mobilised = not isinstance(spot, int) and spot.leaves_s >= each.start_s
        now = before_s if mobilised else each.start_s
        drives = [self.roads.sets_off(spot, to, now, "car") for to in self._ends(each)]
        drive = min(drives, key=lambda drive: self._misses_s(drive, ahead))
        stage = DRIVES_HOME if each.kind == RETURN else DRIVES_TO_POST
        leg = drive.leg(self.unit, stage, each.end_s)
        return [leg], drive.end if each.end_s >= drive.there_s - _CLOSE_S else drive

    def _ends(self, each: Stretch) -> list[int]:
        """Return where a drive without patient may go: home, or to any post.

        The record does not tell which post; what fits best does.
        """
        if each.kind == RETURN:
            return [self.station]
        ids, rules = self.seen.region.place_ids, self.seen.organisation.dispatch.stand_by
        return list(dict.fromkeys(ids.index(name) for rule in rules for name in rule.at))

    def _misses_s(self, drive: Drive, ahead: list[Stretch]) -> float:
        """Return how badly a drive fits its activity, or, cut short, what the crew did then."""
        over_s = ahead[0].end_s - drive.there_s
        if over_s > -_CLOSE_S or len(ahead) == 1:
            return max(over_s, 0.0)
        then = ahead[1]
        if then.start_s > ahead[0].end_s + _CLOSE_S:
            return -over_s
        if then.kind in (RETURN, STAND_BY):
            drives = (
                self.roads.sets_off(drive, to, then.start_s, "car") for to in self._ends(then)
            )
            return min(self._misses_s(each, ahead[1:]) for each in drives)
        arrives_s = float(self.seen.record.courses.on_scene_s[then.patient])
        if then.kind not in (MISSION, TRANSPORT) or not arrives_s <= then.end_s:
            return 0.0
        scene = int(self.seen.patients.place[then.patient])
        mode = "car" if then.kind == TRANSPORT else self.to.mode(then.patient)
        return abs(then.start_s + self.roads.seconds(drive, scene, then.start_s, mode) - arrives_s)

    # missions

    def _mission(self, each: Stretch, spot: Spot) -> tuple[list[Leg], Spot]:
        course, patient = self.seen.record.courses, each.patient
        is_main = course.crew[patient] == self.vehicle and course.free_s[patient] == each.end_s
        if each.kind == TRANSPORT:
            return self._transport(each, spot) if is_main else self._called_off(each, spot)
        if is_main and not math.isnan(course.on_scene_s[patient]):
            return self._cared_for(each, spot)
        if not is_main and each.start_s >= course.left_clinic_s[patient]:
            return self._transferred(each, spot)
        is_relief = course.met_halfway[patient] and each.start_s >= course.left_scene_s[patient]
        return self._relieves(each, spot) if is_relief else self._called_off(each, spot)

    def _out(self, each: Stretch, spot: Spot, to: int, arrives_s: float, mode: Mode) -> list[Leg]:
        """Return mobilisation and drive of a crew that arrives at a known time."""
        now = each.start_s
        leaves_in_s = max(arrives_s - now - self.roads.seconds(spot, to, now, mode), 0.0)
        drive = self.roads.sets_off(spot, to, now, mode, leaves_in_s)
        legs = [drive.leg(self.unit, DRIVES_OUT, max(arrives_s, drive.leaves_s), each.patient)]
        if isinstance(spot, int):
            legs.insert(0, self._stands(MOBILISES, now, drive.leaves_s, each, spot))
        return legs

    def _called_off(self, each: Stretch, spot: Spot) -> tuple[list[Leg], Spot]:
        """Return the part of a drive that ended before it came to the patient."""
        course, now = self.seen.record.courses, each.start_s
        to = int(self.seen.patients.place[each.patient])
        mode: Mode = "car" if each.kind == TRANSPORT else self.to.mode(each.patient)
        if now >= course.left_clinic_s[each.patient]:
            to, mode = self.to.clinic(each.patient), "car"
        leaves_in_s = self._mobilisation_s(each) if spot == self.station else 0.0
        drive = self.roads.sets_off(spot, to, now, mode, leaves_in_s)
        legs = [drive.leg(self.unit, DRIVES_OUT, each.end_s, each.patient)]
        if isinstance(spot, int):
            rolls_s = min(drive.leaves_s, each.end_s)
            legs.insert(0, self._stands(MOBILISES, now, rolls_s, each, spot))
        return legs, drive

    def _mobilisation_s(self, each: Stretch) -> float:
        """Return how long the crew of a station mobilises for this patient."""
        rules, drawn = self.seen.organisation.mobilisation, self.seen.patients
        u = drawn.u_mobilisation[[each.patient]]
        urgency = int(drawn.urgency[each.patient])
        took_s = float(rules.station_s.each()[urgency].quantile(u)[0])
        if self._is_night(each.start_s):
            took_s += float(rules.night_extra_s.quantile(u)[0])
        if self._is_at_home(each.start_s):
            took_s += float(rules.home_extra_s.quantile(u)[0])
        return took_s

    def _is_at_home(self, now: float) -> bool:
        """Tell whether the crew is on home duty, by its roster."""
        crew = list(self.seen.organisation.ambulances.values())[self.vehicle]
        home = [shift for shift in crew.shifts if shift.duty == "home"]
        return any(start <= now < end for start, end in open_spans(self.seen, home))

    def _is_night(self, now: float) -> bool:
        """Tell whether the hour begins within the night hours of mobilisation."""
        start, end = parse_hours(self.seen.organisation.mobilisation.night_hours)
        hour = self.seen.region.calendar.calendar().local(now).hour
        return (60 * hour - start) % 1440 < end - start

    def _cared_for(self, each: Stretch, spot: Spot) -> tuple[list[Leg], Spot]:
        """Return the whole mission: out, on scene, to hospital, legevakt or nowhere."""
        course, patient = self.seen.record.courses, each.patient
        scene = int(self.seen.patients.place[patient])
        arrives_s, left_s = float(course.on_scene_s[patient]), float(course.left_scene_s[patient])
        legs = self._out(each, spot, scene, arrives_s, self.to.mode(patient))
        if left_s <= each.end_s and course.met_halfway[patient]:
            legs.append(self._stands(ON_SCENE, arrives_s, left_s, each, scene))
            return self._met(each, legs, scene)
        is_hospital = not math.isnan(course.handover_began_s[patient])
        is_clinic = math.isnan(course.at_hospital_s[patient]) and (
            course.at_clinic_s[patient] > left_s
        )
        if not (is_hospital or is_clinic):
            legs.append(self._stands(ON_SCENE, arrives_s, each.end_s, each, scene))
            return legs, scene
        legs.append(self._stands(ON_SCENE, arrives_s, left_s, each, scene))
        to = (
            self.to.hospital(scene, left_s)
            if is_hospital
            else self.to.legevakt(each.patient, (left_s, each.end_s))
        )
        return self._delivered(each, legs, (scene, left_s, to), is_hospital)

    def _delivered(
        self, each: Stretch, legs: list[Leg], way: tuple[int, float, int], is_hospital: bool
    ) -> tuple[list[Leg], Spot]:
        start, left_s, to = way
        mode: Mode = self.to.mode(each.patient) if is_hospital else "car"
        drive = self.roads.along(start, to, left_s, mode)
        legs.append(drive.leg(self.unit, WITH_PATIENT, each.end_s, each.patient))
        legs.append(self._stands(HANDS_OVER, min(drive.there_s, each.end_s), each.end_s, each, to))
        return legs, to

    # half-way

    def _met(self, each: Stretch, legs: list[Leg], scene: int) -> tuple[list[Leg], Spot]:
        """Drive until the other crew is met, and hand the patient over there."""
        left_s = float(self.seen.record.courses.left_scene_s[each.patient])
        meeting = self.to.meeting(each.patient, scene)
        drive = self.roads.along(scene, meeting, left_s, self.to.mode(each.patient))
        legs.append(drive.leg(self.unit, WITH_PATIENT, each.end_s, each.patient))
        legs.append(self._stands(HANDS_OVER, drive.there_s, each.end_s, each, meeting))
        return legs, meeting

    def _relieves(self, each: Stretch, spot: Spot) -> tuple[list[Leg], Spot]:
        """Come to meet a crew, take its patient over, and drive on to hospital."""
        course, mode = self.seen.record.courses, self.to.mode(each.patient)
        scene, free_s = int(self.seen.patients.place[each.patient]), course.free_s[each.patient]
        meeting = self.to.meeting(each.patient, scene)
        drive_s = self.roads.seconds(spot, meeting, each.start_s, mode)
        there_s = min(each.start_s + self._expected_s(spot, each) + drive_s, float(free_s))
        legs = self._out(each, spot, meeting, there_s, mode)
        legs.append(self._stands(WAITS, there_s, float(free_s), each, meeting))
        hospital = self.to.hospital(meeting, float(free_s))
        return self._delivered(each, legs, (meeting, float(free_s), hospital), True)

    def _expected_s(self, spot: Spot, each: Stretch) -> float:
        """Return the mobilisation that is expected of a crew that goes to meet another."""
        if spot != self.station:
            return 0.0
        rules = self.seen.organisation.mobilisation
        urgency = RED if self.to.mode(each.patient) == "blue" else YELLOW
        night_s = rules.night_extra_s.expected() if self._is_night(each.start_s) else 0.0
        return rules.station_s.each()[urgency].expected() + night_s

    # transfers and transports

    def _transferred(self, each: Stretch, spot: Spot) -> tuple[list[Leg], Spot]:
        """Take an admitted patient from the clinic to hospital or bed.

        Nothing tells when it came to the clinic: that is reckoned back from when it was free, and a
        wait at the hospital's door counts as one before it left.
        """
        drawn, clinic = self.seen.patients, self.to.clinic(each.patient)
        to = self.to.bed(each.patient, clinic, each.end_s)
        handed_s = float(drawn.hospital_handover_s[each.patient])
        left_s = each.end_s - handed_s - self.roads.drive_s(clinic, to, each.end_s)
        left_s = each.end_s - handed_s - self.roads.drive_s(clinic, to, max(left_s, each.start_s))
        came_s = left_s - float(drawn.legevakt_handover_s[each.patient])
        if came_s < each.start_s + self.roads.seconds(spot, clinic, each.start_s, "car") - 1:
            return self._called_off(each, spot)
        legs = self._out(each, spot, clinic, came_s, "car")
        legs.append(self._stands(ON_SCENE, came_s, left_s, each, clinic))
        drive = self.roads.along(clinic, to, left_s)
        legs.append(drive.leg(self.unit, WITH_PATIENT, each.end_s, each.patient))
        legs.append(self._stands(HANDS_OVER, drive.there_s, each.end_s, each, to))
        return legs, to

    def _transport(self, each: Stretch, spot: Spot) -> tuple[list[Leg], Spot]:
        """Take a patient as planned, to a place of the region or out of it."""
        drawn, patient = self.seen.patients, each.patient
        scene, to = int(drawn.place[patient]), int(drawn.transport_to[patient])
        arrives_s = float(self.seen.record.courses.on_scene_s[patient])
        left_s = arrives_s + float(drawn.on_scene_s[patient])
        legs = self._out(each, spot, scene, arrives_s, "car")
        legs.append(self._stands(ON_SCENE, arrives_s, left_s, each, scene))
        if to < 0:
            back_at = self.to.hospital(scene, left_s)
            legs.append(self._stands(AWAY, left_s, each.end_s, each, back_at))
            return legs, back_at
        return self._delivered(each, legs, (scene, left_s, to), False)


def crew_legs(seen: Observed, roads: Roads, unit: int, vehicle: int, since_s: float) -> list[Leg]:
    """Return the legs of a vehicle from a while before a time; it stood at its station before.

    That is so unless it was out then; what comes after the first patient is right in any case.
    """
    did, first = seen.by_unit
    mine = slice(first[unit], first[unit + 1])
    columns = (did.kind[mine], did.start_s[mine], did.end_s[mine], did.patient[mine])
    rows = zip(*(column.tolist() for column in columns), strict=True)
    stretches = [Stretch(*row) for row in rows if row[2] > since_s - 48 * HOUR_S]
    return list(CrewTracks(seen, roads, unit, vehicle).legs(stretches))
