"""Where crews took their patients: what the record leaves open follows from the times."""

from __future__ import annotations

from dataclasses import dataclass

from akuttsim.analysis.observed import Observed
from akuttsim.analysis.tracks import Roads
from akuttsim.records import ACUTE_BED, RED
from akuttsim.roads.network import Mode

_CLOSE_S = 0.001


@dataclass(frozen=True, eq=False)
class Destinations:
    """The places that crews of a run drove to."""

    seen: Observed
    roads: Roads

    def mode(self, patient: int) -> Mode:
        """Return how a crew drives to and with a patient: red with blue light."""
        return "blue" if self.seen.record.courses.judged[patient] == RED else "car"

    def hospital(self, place: int, now: float) -> int:
        """Return the hospital with the shortest drive."""
        ids = self.seen.region.place_ids
        hospitals = [ids.index(each.place) for each in self.seen.region.hospitals.values()]
        return min(hospitals, key=lambda each: self.roads.drive_s(place, each, now))

    def clinic(self, patient: int) -> int:
        """Return the place of the clinic where a patient was seen last."""
        clinics = list(self.seen.organisation.clinics.values())
        number = int(self.seen.record.courses.clinic[patient])
        return self.seen.region.place_ids.index(clinics[number].place)

    def legevakt(self, patient: int, span: tuple[float, float]) -> int:
        """Return the clinic that a crew drove to, from when it left until it was free: what fits.

        A patient whom that clinic sent on at closing time was seen last at another.
        """
        handed_s = float(self.seen.patients.legevakt_handover_s[patient])
        left_s, free_s = span
        scene = int(self.seen.patients.place[patient])
        last, ids = self.clinic(patient), self.seen.region.place_ids
        clinics = self.seen.organisation.clinics.values()
        doctors = [ids.index(each.place) for each in clinics if each.kind != "satellite"]

        def misses_s(place: int) -> float:
            return abs(left_s + self.roads.drive_s(scene, place, left_s) + handed_s - free_s)

        return last if misses_s(last) < _CLOSE_S else min(doctors, key=misses_s)

    def bed(self, patient: int, clinic: int, now: float) -> int:
        """Return where an admitted patient lies: a municipal bed, or a hospital."""
        if self.seen.record.courses.outcome[patient] != ACUTE_BED:
            return self.hospital(clinic, now)
        ids, municipality = self.seen.region.place_ids, self.seen.municipality[patient]
        name = self.seen.region.municipality_ids[municipality]
        beds = self.seen.organisation.acute_beds.values()
        return next(ids.index(each.place) for each in beds if name in each.municipalities)

    def meeting(self, patient: int, scene: int) -> int:
        """Return where on the way to hospital the patient changed crews: what is left fits."""
        course = self.seen.record.courses
        left_s, free_s = float(course.left_scene_s[patient]), float(course.free_s[patient])
        rest_s = float(course.at_hospital_s[patient]) - free_s
        hospital, mode = self.hospital(scene, left_s), self.mode(patient)
        places = self.roads.along(scene, hospital, left_s, mode).route.places
        return min(
            places, key=lambda each: abs(self.roads.drive_s(each, hospital, free_s, mode) - rest_s)
        )
