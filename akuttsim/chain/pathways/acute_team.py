"""The acute team (akutteam): doctor and nurse alerted to red together, with the ambulance.

They go in one vehicle from the clinic, or each alone and meet at the patient. Doctor and nurse are
with the patient until their part is done and a crew is there; the doctor may ride along to
hospital. Then the way back is driven: by the nurse's vehicle, which has followed, or by a lift.
The crew is whichever the dispatcher sends.
"""

from __future__ import annotations

from akuttsim.chain.clock_and_queues import Pathway
from akuttsim.chain.crews import Mission
from akuttsim.chain.patient_view import Conveyed
from akuttsim.chain.run_state import (
    NOBODY_WAITS,
    Call,
    Run,
    TakenDoctor,
    TeamWithPatient,
    Trip,
    doctor_driving_mode,
    drive_to_incident,
    log_trip_end,
    set_out,
    take_doctor_for_call_out,
    turn_back,
    way_back,
)
from akuttsim.chain.service import AcuteTeamRule, DoctorsOnDuty
from akuttsim.chain.staff_queues import StaffMember
from akuttsim.records import (
    CALL_OUT,
    TEAM_AWAY,
    TEAM_LEFT_PATIENT,
    TEAM_WENT_OUT,
    TO_PATIENT,
    TO_RENDEZVOUS,
    TO_STATION,
)

NOBODY = -1
"""The unit of a passenger who is not there."""


def is_team_alerted(run: Run, call: Call) -> bool:
    """Tell whether an acute team is alerted to a red patient, in place of the doctor alone.

    It is where the doctors on duty for the patient's municipality are one, for its share and causes
    of red, within its longest drive.
    """
    doctors, patient, optional = run.doctors_for(call), call.patient, run.optional
    team = doctors.acute_team
    if team is None or optional.u_team_alerted[patient] >= team.alerted:
        return False
    if team.causes and optional.condition[patient] not in team.causes:
        return False
    way = run.way_to(call, doctors.place, doctor_driving_mode(doctors))
    return way.seconds <= team.farthest_s


def send_acute_team(run: Run, call: Call, mission: Mission) -> Pathway:
    """Doctor and nurse go out to a red patient, help, perhaps ride along, and come back.

    Args:
        run: The run.
        call: A red patient's call, to whom the team is alerted.
        mission: The ambulance's mission; the team turns back when it is completed without them.
    """
    doctors, patient = run.doctors_for(call), call.patient
    team = doctors.acute_team
    assert team is not None
    taken = take_doctor_for_call_out(run, doctors)
    run.recorder.doctor_call_out[patient] = answer_to_alert(taken)
    if taken is None:
        return
    team.teams_out += 1
    call.team = TeamWithPatient(run.clock)
    reaction_s = run.optional.team_reaction_s[doctors.index][patient]
    trip = set_out(run, call, doctors, taken, reaction_s)
    nurse = team.take_nurse()
    rides = nurse if nurse is not None and rides_with_doctor(team, taken) else None
    if nurse is not None and rides is None:
        run.clock.start(send_nurse_alone(run, call, mission, team, nurse))
    passenger = NOBODY if rides is None else rides.unit
    home: Trip | None
    if (yield from drive_to_incident(run, call, mission, trip, True, passenger)):
        if rides is not None:
            run.recorder.nurse_on_scene_s[patient] = run.clock._now
        home = yield from help_patient(run, call, doctors, trip, passenger)
    else:
        home = turn_back(run, call, doctors, trip)
    if home is not None:
        departure, over_s = home
        yield run.wait(over_s - run.clock._now)
        log_trip_end(run, departure, True, passenger)
    team.teams_out -= 1
    doctors.come_back(taken[0])
    taken[0].finish(CALL_OUT, patient)
    if rides is not None:
        team.release_nurse(rides, patient)


def answer_to_alert(taken: TakenDoctor | None) -> int:
    """Return what became of the alert, a code of `DoctorCallOut`."""
    if taken is None:
        return TEAM_AWAY
    interrupted = taken[1]
    left_patient = interrupted is not None and interrupted.urgency != NOBODY_WAITS
    return TEAM_LEFT_PATIENT if left_patient else TEAM_WENT_OUT


def rides_with_doctor(team: AcuteTeamRule, taken: TakenDoctor) -> bool:
    """Tell whether the nurse rides with the doctor, who is at the base and not out already."""
    interrupted = taken[1]
    is_out = interrupted is not None and (interrupted.place or interrupted.trip) is not None
    return team.rides_together and not is_out


def send_nurse_alone(
    run: Run, call: Call, mission: Mission, team: AcuteTeamRule, nurse: StaffMember
) -> Pathway:
    """The nurse drives from the clinic to meet the doctor at the patient, and back.

    Args:
        run: The run.
        call: A red patient's call.
        mission: The ambulance's mission; when it is over before, the nurse finds nobody.
        team: The team.
        nurse: The nurse, taken already.
    """
    patient, doctors = call.patient, run.doctors_for(call)
    way = run.way_to(call, team.nurses_place)
    reaction_s = run.optional.team_reaction_s[doctors.index][patient]
    drive_s = run.record_drive(way, TO_PATIENT, nurse.unit, patient, after_s=reaction_s)
    yield run.wait(reaction_s + drive_s)
    if not mission.completed:
        run.recorder.nurse_on_scene_s[patient] = run.clock._now
        run.note_first_help(call)
        yield from help_until_crew(run, call)
    yield run.wait(run.record_drive(way.back, TO_STATION, nurse.unit, patient))
    team.release_nurse(nurse, patient)


def help_patient(
    run: Run, call: Call, doctors: DoctorsOnDuty, trip: Trip, passenger: int
) -> Pathway:
    """Help until it is done or, riding along, until the patient is handed over at hospital.

    Args:
        run: The run.
        call: The patient's call.
        doctors: The doctor's team.
        trip: The trip out.
        passenger: Unit of the nurse who rode with the doctor.

    Returns:
        The doctor's trip home.
    """
    team, patient, doctor = doctors.acute_team, call.patient, trip[0].unit
    assert team is not None and call.team is not None
    in_ambulance = run.patients.conveyed[patient] == Conveyed.HOSPITAL
    if in_ambulance and run.optional.u_rides_along[patient] < team.rides_along:
        if (yield call.team.wait_to_ride_along(doctor)):
            way = yield from ride_along(run, call, doctors, passenger)
            return run.begin_trip(way, TO_STATION, doctor, patient)
    else:
        yield from help_until_crew(run, call)
    return run.begin_trip(way_back(run, trip, doctors), TO_STATION, doctor, patient)


def help_until_crew(run: Run, call: Call) -> Pathway:
    """Help for as long as was drawn, and longer if no crew has come by then."""
    yield run.wait(run.patients.doctor_on_scene_s[call.patient])
    assert call.team is not None
    if not call.team.crew_is_there:
        yield call.team.wait_for_crew()


def ride_along(run: Run, call: Call, doctors: DoctorsOnDuty, passenger: int) -> Pathway:
    """Ride in the ambulance until the patient is handed over; then there is a way back.

    A nurse with the team's vehicle follows the ambulance; without her the doctor waits for a lift.

    Args:
        run: The run.
        call: The patient's call.
        doctors: The doctor's team.
        passenger: Unit of the nurse who came in the doctor's vehicle and now drives it.

    Returns:
        The way from the hospital to the doctors' place.
    """
    team = doctors.acute_team
    assert team is not None and call.team is not None
    vehicle_s = run.clock._now
    if passenger != NOBODY:
        follows = run.way_from(call, run.hospital_of(call))
        vehicle_s += run.record_drive(follows, TO_RENDEZVOUS, passenger, call.patient)
    hospital = yield call.team.wait_for_handover()
    if passenger == NOBODY and hospital != doctors.place:
        vehicle_s = run.clock._now + team.lift_after_s
    yield run.wait(max(0.0, vehicle_s - run.clock._now))
    return run.way(hospital, doctors.place)
