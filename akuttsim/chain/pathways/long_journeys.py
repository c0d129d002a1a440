"""Journeys that keep a crew for hours: hospital transfers, psychiatric transports, births.

The hospital, the ward or the woman asks for a vehicle; a crew comes as to anybody as urgent, and
waits at the patient for whoever must ride along: a midwife, health personnel, or the police. Out
of the region it drives on from where the road leaves it, and back to there. Then it is free on the
road, or when it has come home (`dispatch.back_from_afar`). An escort is away until back at base.
"""

from __future__ import annotations

from math import inf
from typing import NamedTuple

from akuttsim.chain.clock_and_queues import Pathway
from akuttsim.chain.crews import Mission, VehicleCrew
from akuttsim.chain.dispatch_rules import ambulance_driving_mode
from akuttsim.chain.pathways.care_and_transport import wait_for_crew
from akuttsim.chain.run_state import Call, Run, Way
from akuttsim.chain.service import EscortUnit
from akuttsim.records import (
    AS_PASSENGER,
    BY_UNKNOWN_WAY,
    JOURNEY,
    OUT_OF_REGION,
    TO_CARE,
    TO_PATIENT,
    TO_STATION,
    TRANSPORTED,
    WITH_PATIENT,
)
from akuttsim.units import MINUTE_S


class JourneyEnd(NamedTuple):
    """Where a journey goes: a hospital of the region, or out of it by a place, and how far beyond.

    `beyond_s` is the drive from that place to the hospital, one way; 0 in the region.
    """

    place: int
    beyond_s: float


class EscortOut(NamedTuple):
    """An escort who has been asked, and since when."""

    unit: EscortUnit
    since_s: float


def transfer_to_hospital(run: Run, call: Call) -> Pathway:
    """Take a patient from the region's hospital to one outside it; its staff ride along unseen."""
    transfers = run.plan.region.demand.hospital_transfers
    if transfers is not None and not run.calls_alone:
        end = far_end(run, call, transfers.way_out.leaves_at)
        yield from ride(run, call, end, is_escorted=False)


def go_to_psychiatry(run: Run, call: Call) -> Pathway:
    """Take somebody to a psychiatric ward outside the region, with who must ride along."""
    psychiatry = run.plan.region.demand.psychiatric_transports
    if psychiatry is not None and not run.calls_alone:
        end = far_end(run, call, psychiatry.way_out.leaves_at)
        escorted = run.patients.escort_after_s[call.patient] > 0
        yield from ride(run, call, end, is_escorted=escorted)


def far_end(run: Run, call: Call, leaves_at: str) -> JourneyEnd:
    """Return the end of a journey out of the region by a place."""
    return JourneyEnd(run.plan.place_index[leaves_at], run.patients.away_s[call.patient])


def give_birth(run: Run, call: Call) -> Pathway:
    """Leave for the maternity ward in labour: by own car, or by ambulance, perhaps with a midwife.

    The child is born when it is, wherever she is then.

    Args:
        run: The run.
        call: The woman in labour.
    """
    if run.calls_alone:
        return
    care, patient = run.plan.organisation.births, call.patient
    end = nearest_ward(run, call)
    way = run.way_from(call, end.place)
    limit_s = inf if care is None else care.escort_over_min.value * MINUTE_S
    is_far = way.seconds + end.beyond_s > limit_s
    births = run.plan.region.demand.births
    assert births is not None
    share = care.far_by_ambulance if care is not None and is_far else births.by_ambulance
    if run.optional.u_by_ambulance[patient] < share.value:
        yield from ride(run, call, end, is_escorted=is_far)
        return
    run.recorder.left_home_s[patient] = run.clock._now
    run.recorder.travel_s[patient] = way.seconds + end.beyond_s
    yield run.wait(run.record_drive(way, TO_CARE, -1, patient) + end.beyond_s)
    run.recorder.at_hospital_s[patient] = run.clock._now
    run.close_course(call, TRANSPORTED)


def nearest_ward(run: Run, call: Call) -> JourneyEnd:
    """Return the maternity ward with the shortest drive, or the way out where the region has none.

    Where the organisation names no wards, every hospital of the region has one.
    """
    care, region = run.plan.organisation.births, run.plan.region
    births = region.demand.births
    assert births is not None
    if care is not None and not care.wards:
        return far_end(run, call, births.way_out.leaves_at)
    names = region.hospitals if care is None else care.wards
    wards = [run.plan.place_index[region.hospitals[name].place] for name in names]
    return JourneyEnd(min(wards, key=lambda ward: run.drive_s(call.place, ward)), 0.0)


def ride(run: Run, call: Call, end: JourneyEnd, is_escorted: bool) -> Pathway:
    """Wait for a crew and for who rides along; drive; hand over; and back to where it is free.

    Args:
        run: The run.
        call: The patient; as urgent as drawn, for nobody judges it.
        end: Where to.
        is_escorted: Whether somebody is asked to ride along.
    """
    patients, patient, recorder = run.patients, call.patient, run.recorder
    call.urgency = run.optional.judged_at_door[patient]
    recorder.requested_s[patient] = run.clock._now
    escort, there_s = ask_escort(run, call) if is_escorted else (None, 0.0)
    mission = Mission(patient, call.place, call.urgency, kind=JOURNEY)
    mission.local_km = call.local_km
    crew = yield from wait_for_crew(run, mission)
    recorder.crew[patient], recorder.on_scene_s[patient] = crew.index, run.clock._now
    yield run.wait(max(patients.on_scene_s[patient], there_s - run.clock._now))
    recorder.left_scene_s[patient] = run.clock._now
    way = run.way_from(call, end.place, ambulance_driving_mode(call.urgency))
    yield run.wait(record_ride(run, way, WITH_PATIENT, (crew, escort), patient))
    handover_s = patients.hospital_handover_s[patient]
    if end.beyond_s:
        away_s = 2 * end.beyond_s + handover_s
        away = Way(end.place, end.place, BY_UNKNOWN_WAY, -1, away_s)
        record_ride(run, away, OUT_OF_REGION, (crew, escort), patient)
        yield run.wait(end.beyond_s)
    recorder.at_hospital_s[patient] = run.clock._now
    yield run.wait(handover_s)
    run.close_course(call, TRANSPORTED)
    if end.beyond_s:
        yield run.wait(end.beyond_s)
    if escort is not None:
        send_escort_home(run, escort, end.place, patient)
    yield from free_crew(run, call, crew, end)


def ask_escort(run: Run, call: Call) -> tuple[EscortOut | None, float]:
    """Ask for who rides along; return who comes, and when somebody is at the patient.

    The nearest escort that is free and near enough; else with a psychiatric patient the police,
    and with a woman in labour nobody.

    Args:
        run: The run.
        call: The patient.
    """
    now, patient = run.clock._now, call.patient
    near = [
        (run.way_to(call, escort.base), escort)
        for escort in run.service.escorts
        if escort.may_be_asked(call.line, now)
    ]
    near = [each for each in near if each[0].seconds <= each[1].farthest_s]
    if not near:
        return None, now + run.patients.escort_after_s[patient]
    way, escort = min(near, key=lambda each: each[0].seconds)
    escort.is_out = True
    reaction_s = run.optional.escort_reaction_s[escort.index][patient]
    drive_s = run.record_drive(way, TO_PATIENT, escort.unit, patient, after_s=reaction_s)
    return EscortOut(escort, now), now + reaction_s + drive_s


def record_ride(
    run: Run, way: Way, kind: int, riders: tuple[VehicleCrew, EscortOut | None], patient: int
) -> float:
    """Record a drive of a crew, and of who rides along; return how long it takes."""
    crew, escort = riders
    if escort is not None:
        ride_along = way._replace(mode=AS_PASSENGER)
        run.record_drive(ride_along, kind, escort.unit.unit, patient)
    return run.record_drive(way, kind, crew.unit, patient)


def send_escort_home(run: Run, escort: EscortOut, place: int, patient: int) -> None:
    """Let an escort drive home from where the crew is free, and be asked again from then on."""
    unit, since_s = escort
    home_s = run.record_drive(run.way(place, unit.base), TO_STATION, unit.unit, patient)

    def come_home() -> None:
        unit.is_out = False
        run.recorder.log_activity(unit.unit, JOURNEY, since_s, run.clock._now, patient)

    run.clock.later(home_s, come_home)


def free_crew(run: Run, call: Call, crew: VehicleCrew, end: JourneyEnd) -> Pathway:
    """Let the crew be free where the journey ends, or at home where that is the rule from afar."""
    patient, place = call.patient, end.place
    if end.beyond_s and run.plan.organisation.dispatch.back_from_afar == "at_station":
        home = run.way(place, crew.station)
        yield run.wait(run.record_drive(home, TO_STATION, crew.unit, patient))
        place = crew.station
    run.recorder.free_s[patient] = run.clock._now
    run.fleet.release(crew, place, patient)
