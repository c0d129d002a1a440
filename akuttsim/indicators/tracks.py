"""Where vehicles, doctors and patients were through a span of time: the legs of their tracks.

Drives are the record's trips; between the trips of one stretch of work somebody stands where the
trip before ended. Nothing is worked out from times alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from akuttsim.indicators.driving import trip_path
from akuttsim.indicators.measured_run import ESCORT, HOME_NURSE, VEHICLE_ROLES, MeasuredRun
from akuttsim.records import (
    AS_PASSENGER,
    CALL_OUT,
    JOURNEY,
    MISSION,
    NURSE,
    NURSE_OUT,
    OUT_OF_REGION,
    SUPPORT,
    TO_ASSIST,
    TO_CARE,
    TO_PATIENT,
    TO_POST,
    TO_RENDEZVOUS,
    TO_STATION,
    TRANSPORT,
    VISIT,
    Activities,
)
from akuttsim.records import WITH_PATIENT as TRIP_WITH_PATIENT

TRACK_STAGES = (
    "mobilises",
    "drives_out",
    "on_scene",
    "with_patient",
    "hands_over",
    "drives_home",
    "drives_to_post",
    "waits",
    "receives",
    "away",
    "own_way",
)
"""What a unit (or a patient on the own way to care) does on a leg; the code is the position."""

(
    MOBILISES,
    DRIVES_OUT,
    ON_SCENE,
    WITH_PATIENT,
    HANDS_OVER,
    DRIVES_HOME,
    DRIVES_TO_POST,
    WAITS,
    RECEIVES,
    AWAY,
    OWN_WAY,
) = range(len(TRACK_STAGES))

_STAGE_OF_TRIP = {
    TO_PATIENT: DRIVES_OUT,
    TRIP_WITH_PATIENT: WITH_PATIENT,
    TO_RENDEZVOUS: DRIVES_OUT,
    TO_ASSIST: DRIVES_OUT,
    TO_STATION: DRIVES_HOME,
    TO_POST: DRIVES_TO_POST,
    OUT_OF_REGION: AWAY,
}
"""The stage of a unit's trip; a back-up doctor's way in, from nobody knows where, is not drawn."""

_STAGE_AFTER_TRIP = {
    TO_PATIENT: ON_SCENE,
    TO_ASSIST: ON_SCENE,
    TO_RENDEZVOUS: WAITS,
    TRIP_WITH_PATIENT: HANDS_OVER,
}
"""What somebody does who stands where such a trip has ended."""

_ACTIVITIES_AWAY_FROM_BASE = (MISSION, TRANSPORT, VISIT, CALL_OUT, NURSE_OUT, SUPPORT, JOURNEY)


class TrackLeg(NamedTuple):
    """A stretch of a track: who (-1: the patient alone) does what, from when to when, for whom.

    The unit passes `places[k]` at `passed_s[k]`, in a straight line between two of them, and is
    where these say between `start_s` and `end_s`: a route may begin before its leg or end after it.
    One place alone is where it stands. Seconds of the run.
    """

    unit: int
    stage: int
    start_s: float
    end_s: float
    patient: int
    places: tuple[int, ...]
    passed_s: tuple[float, ...]


def track_legs(run: MeasuredRun, span: tuple[float, float]) -> list[TrackLeg]:
    """Return the legs that touch a span, of all who drive or stand out, and of patients.

    Who rides in another's vehicle is on the map with that vehicle alone.
    """
    trips = run.record.trips
    touches = (trips.arrived_s > span[0]) & (trips.departed_s < span[1])
    of_unit = (trips.unit >= 0) & np.isin(trips.kind, list(_STAGE_OF_TRIP))
    drives = touches & (trips.mode != AS_PASSENGER)
    on_map = drives & (of_unit | (trips.kind == TO_CARE))
    legs = [_trip_leg(run, row) for row in np.flatnonzero(on_map).tolist()]
    legs += StationaryLegs(run).legs(span)
    return [leg for leg in legs if leg.end_s > max(leg.start_s, span[0]) and leg.start_s < span[1]]


def _trip_leg(run: MeasuredRun, row: int) -> TrackLeg:
    """Return a trip as a leg."""
    trips = run.record.trips
    unit, kind, patient = (int(column[row]) for column in (trips.unit, trips.kind, trips.patient))
    span = float(trips.departed_s[row]), float(trips.arrived_s[row])
    stage = OWN_WAY if unit < 0 else _STAGE_OF_TRIP[kind]
    if kind == OUT_OF_REGION:
        return _stationary_leg(unit, stage, span, patient, int(trips.destination[row]))
    return TrackLeg(unit, stage, *span, patient, *trip_path(run, row))


def _stationary_leg(
    unit: int, stage: int, span: tuple[float, float], patient: int, place: int
) -> TrackLeg:
    """Return a leg of standing at a place."""
    return TrackLeg(unit, stage, *span, patient, (place,), ())


@dataclass(frozen=True, eq=False)
class StationaryLegs:
    """Tells where those who are out stand between their trips."""

    run: MeasuredRun

    def legs(self, span: tuple[float, float]) -> Iterator[TrackLeg]:
        """Yield where somebody out stood, in each stretch of work that touches a span."""
        did, trips = self.run.record.activities, self.run.record.trips
        by_unit = np.lexsort((trips.departed_s, trips.unit))
        ends = np.searchsorted(trips.unit[by_unit], np.arange(len(self.run.record.units) + 1))
        touches = (did.end_s > span[0]) & (did.start_s < span[1])
        for activity in np.flatnonzero(touches).tolist():
            unit, kind = int(did.unit[activity]), int(did.kind[activity])
            if kind in _ACTIVITIES_AWAY_FROM_BASE:
                yield from self._between(activity, by_unit[ends[unit] : ends[unit + 1]])
            elif kind == NURSE and self.run.record.units[unit].role in VEHICLE_ROLES:
                yield self._standing(
                    activity, RECEIVES, _activity_span(did, activity), self.base(unit)
                )

    def _standing(
        self, activity: int, stage: int, span: tuple[float, float], place: int
    ) -> TrackLeg:
        """Return the leg of whoever does an activity, standing at a place."""
        did = self.run.record.activities
        return _stationary_leg(
            int(did.unit[activity]), stage, span, int(did.patient[activity]), place
        )

    def _between(self, activity: int, rows: NDArray[np.intp]) -> Iterator[TrackLeg]:
        """Yield where a unit stood in one stretch of work, of its trips in order."""
        trips, did = self.run.record.trips, self.run.record.activities
        start_s, end_s = _activity_span(did, activity)
        before, rows = rows, rows[trips.patient[rows] == did.patient[activity]]
        departed_s = trips.departed_s[rows]
        first, last = np.searchsorted(departed_s, (start_s, end_s))
        while last < len(rows) and departed_s[last] == trips.arrived_s[rows[last]] == end_s:
            last += 1
        stage, since_s = MOBILISES, start_s
        place = self._stood_at(activity, before[trips.departed_s[before] < start_s])
        for row in rows[first:last].tolist():
            yield self._standing(activity, stage, (since_s, float(trips.departed_s[row])), place)
            stage = _STAGE_AFTER_TRIP.get(int(trips.kind[row]), HANDS_OVER)
            place, since_s = int(trips.destination[row]), float(trips.arrived_s[row])
        if stage != MOBILISES or first == last:
            yield self._standing(activity, stage, (since_s, end_s), place)

    def _stood_at(self, activity: int, before: NDArray[np.intp]) -> int:
        """Return where a unit stood before a stretch of work: where its last trip ended."""
        if len(before):
            return int(self.run.record.trips.destination[before[-1]])
        return self.base(int(self.run.record.activities.unit[activity]))

    def base(self, unit: int) -> int:
        """Return the place that a unit belongs to; -1 for none."""
        return base_of_unit(self.run, unit)


def _activity_span(did: Activities, row: int) -> tuple[float, float]:
    """Return start and end of an activity, seconds."""
    return float(did.start_s[row]), float(did.end_s[row])


def base_of_unit(run: MeasuredRun, unit: int) -> int:
    """Return the place that a unit belongs to; -1 for none."""
    name, role, team, _ = run.record.units[unit]
    organisation, ids = run.organisation, run.region.place_ids
    if role in VEHICLE_ROLES:
        return ids.index(organisation.ambulances[name].station)
    if role == "support":
        return ids.index(organisation.supports[name].base)
    if role == ESCORT:
        return ids.index(organisation.escorts[name].base)
    if role == HOME_NURSE and organisation.home_nursing is not None:
        return ids.index(organisation.home_nursing.teams[team].place)
    if role == "nurse":
        return ids.index(organisation.clinics[team].place)
    if role in ("doctor", "back_up_doctor"):
        return ids.index(organisation.doctors[team].place)
    return -1
