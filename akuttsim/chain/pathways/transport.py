"""To hospital, to a municipal acute bed, home from the clinic, or as a planned transport."""

from __future__ import annotations

from akuttsim.chain.clock import Pathway
from akuttsim.chain.crews_and_missions import Mission, VehicleCrew
from akuttsim.chain.dispatch_rules import ambulance_driving_mode
from akuttsim.chain.run_state import Call, Run, Way
from akuttsim.chain.service import AcuteBedUnit, CareSite
from akuttsim.records import (
    ACUTE_BED,
    AMBULANCE,
    BY_UNKNOWN_WAY,
    CLINIC,
    GREEN,
    OUT_OF_REGION,
    TO_CARE,
    TO_HOME,
    TRANSPORT,
    TRANSPORTED,
    WITH_PATIENT,
    YELLOW,
)


def deliver_to_hospital(run: Run, call: Call, crew: VehicleCrew) -> Pathway:
    """Drive to hospital, red with blue light, and hand over; or meet another crew half-way."""
    hospital = run.hospital_for(call.place)
    mode = ambulance_driving_mode(call.urgency)
    meeting = run.fleet.meeting((call.place, call.local_km), hospital, mode)
    if meeting is not None:
        crew = yield from meet_half_way(run, call, crew, meeting)
    way = run.way_from(call, hospital, mode)
    yield run.wait(run.record_drive(way, WITH_PATIENT, crew.unit, call.patient))
    run.recorder.at_hospital_s[call.patient] = run.clock._now
    run.note_recognised_red(call)
    yield from wait_at_hospital_door(run, call, hospital)
    run.recorder.handover_began_s[call.patient] = run.clock._now
    run.close_course(call, AMBULANCE)
    yield run.wait(run.patients.hospital_handover_s[call.patient])
    leave_hospital_door(run, hospital)
    run.release_crew(crew, at=hospital, patient=call.patient)


def meet_half_way(
    run: Run, call: Call, crew: VehicleCrew, meeting: tuple[VehicleCrew, int, float]
) -> Pathway:
    """Meet a crew from the hospital's side and hand the patient over; return that crew."""
    relief, place, meeting_in_s = meeting
    run.fleet.send_to_meet(relief, Mission(call.patient, place, call.urgency))
    way = run.way_from(call, place, ambulance_driving_mode(call.urgency))
    run.record_drive(way, WITH_PATIENT, crew.unit, call.patient)
    yield run.wait(meeting_in_s + run.fleet.rules.half_way_handover_s)
    run.recorder.met_halfway[call.patient] = True
    run.release_crew(crew, at=place, patient=call.patient)
    call.move_to(place)
    return relief


def wait_at_hospital_door(run: Run, call: Call, hospital: int) -> Pathway:
    """Wait at the emergency department's door until somebody takes over, by urgency."""
    door = run.service.doors.get(hospital)
    if door is not None:
        yield from door.acquire(priority=call.urgency)


def leave_hospital_door(run: Run, hospital: int) -> None:
    """Give the place at the emergency department's door to the next crew."""
    door = run.service.doors.get(hospital)
    if door is not None:
        door.release()


def discharge_from_clinic(run: Run, call: Call, site: CareSite) -> Pathway:
    """Go home, or be admitted: to a municipal acute bed if that will do, else to hospital.

    By own means, or by ambulance where it is another place.
    """
    patients, patient = run.patients, call.patient
    beds = admit_to_acute_bed(run, call) if patients.admitted[patient] else None
    run.close_course(call, ACUTE_BED if beds is not None else CLINIC)
    if not patients.admitted[patient]:
        drive_home(run, call, site)
        return
    to = run.hospital_for(site.place) if beds is None else beds.place
    if not patients.by_ambulance[patient]:
        run.record_drive(run.way(site.place, to), TO_CARE, -1, patient)
    elif to != site.place:
        call.move_to(site.place)
        yield from transport_admitted(run, call, to, beds)


def drive_home(run: Run, call: Call, site: CareSite) -> None:
    """Drive home from a clinic, who came there by own means."""
    came_s, home = run.recorder.left_home_s[call.patient], run.patients.place[call.patient]
    if came_s == came_s and home >= 0:
        way = run.way(site.place, home, "car", 0.0, run.patients.local_km[call.patient])
        run.record_drive(way, TO_HOME, -1, call.patient)


def admit_to_acute_bed(run: Run, call: Call) -> AcuteBedUnit | None:
    """Lie in a municipal bed, if one that will do is free; return where."""
    beds = take_acute_bed(run, call)
    if beds is not None:
        stay_s = run.optional.acute_stay_s[beds.index][call.patient]
        run.clock.later(stay_s, lambda _: beds.beds.release())
    return beds


def take_acute_bed(run: Run, call: Call) -> AcuteBedUnit | None:
    """Take a free municipal bed that will do for an admitted patient; return where."""
    u_acute_bed = run.optional.u_acute_bed[call.patient]
    for beds in run.service.acute_beds:
        takes = u_acute_bed < beds.takes[call.urgency]
        if takes and call.municipality in beds.municipalities and beds.beds.take_free():
            return beds
    return None


def transport_admitted(run: Run, call: Call, to: int, beds: AcuteBedUnit | None) -> Pathway:
    """An ambulance takes an admitted patient from the clinic to hospital or bed."""
    patients, patient = run.patients, call.patient
    call.urgency = max(call.urgency, YELLOW)
    crew = yield from wait_for_crew(run, Mission(patient, call.place, call.urgency))
    yield run.wait(patients.legevakt_handover_s[patient])
    yield run.wait(run.record_drive(run.way_from(call, to), WITH_PATIENT, crew.unit, patient))
    if beds is None:
        yield from wait_at_hospital_door(run, call, to)
    yield run.wait(patients.hospital_handover_s[patient])
    if beds is None:
        leave_hospital_door(run, to)
    run.fleet.release(crew, to, patient)


def wait_for_crew(run: Run, mission: Mission) -> Pathway:
    """Wait for a crew where the patient is safe; it may be sent to somebody graver on its way."""
    while True:
        crew = yield from run.fleet.acquire(mission)
        _, arrival = run.send_crew(crew)
        called_off = yield arrival
        if called_off is None:
            run.fleet.note_arrival(crew)
            return crew


def make_planned_transport(run: Run, call: Call) -> Pathway:
    """A transport ordered beforehand: waits behind everybody else, and takes its time."""
    patients, patient = run.patients, call.patient
    call.urgency = GREEN
    run.recorder.requested_s[patient] = run.clock._now
    mission = Mission(patient, call.place, GREEN, kind=TRANSPORT)
    mission.local_km = call.local_km
    crew = yield from wait_for_crew(run, mission)
    run.recorder.crew[patient] = crew.index
    run.recorder.on_scene_s[patient] = run.clock._now
    yield run.wait(patients.on_scene_s[patient])
    to = patients.transport_to[patient]
    if to < 0:
        to = run.hospital_for(call.place)
        away = Way(call.place, to, BY_UNKNOWN_WAY, -1, patients.away_s[patient])
        yield run.wait(run.record_drive(away, OUT_OF_REGION, crew.unit, patient))
    else:
        drive_s = run.record_drive(run.way_from(call, to), WITH_PATIENT, crew.unit, patient)
        yield run.wait(drive_s + patients.hospital_handover_s[patient])
    run.close_course(call, TRANSPORTED)
    run.recorder.free_s[patient] = run.clock._now
    run.fleet.release(crew, to, patient)
