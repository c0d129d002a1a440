"""The ambulance mission: dispatched, on the way, with the patient, delivered, free again."""

from __future__ import annotations

from collections.abc import Callable

from simpy.events import Event

from akuttsim.chain.clock import Pathway
from akuttsim.chain.crews_and_missions import Mission, VehicleCrew
from akuttsim.chain.pathways.clinic import attend_clinic
from akuttsim.chain.pathways.co_responders import alert_co_responders
from akuttsim.chain.pathways.duty_doctor import call_out_doctor, find_doctor_within
from akuttsim.chain.pathways.transport import deliver_to_hospital, discharge_from_clinic
from akuttsim.chain.patient_view import HOME, Conveyed
from akuttsim.chain.run_state import Call, Run
from akuttsim.records import (
    AMBULANCE,
    AVOIDED_CONVEYANCE,
    DISPATCH,
    OUTSIDE,
    RED,
    VIDEO,
    WITH_PATIENT,
    complete_table,
)
from akuttsim.units import MINUTE_S


def send_ambulance(run: Run, call: Call) -> Pathway:
    """Send an ambulance to a patient, and follow both until the patient is delivered."""
    yield from dispatch_mission(run, call)
    if call.municipality < 0:
        run.close_course(call, OUTSIDE)
        return
    mission = run.mission_to(call)
    if call.urgency == RED and run.patients.doctor_alerted[call.patient]:
        run.clock.start(call_out_doctor(run, call, mission))
    if run.service.alerts_others:
        alert_co_responders(run, call, mission)
    crew = yield from wait_at_scene(run, call, mission)
    if crew is not None:
        yield from care_on_scene(run, call, mission, crew)


def dispatch_mission(run: Run, call: Call) -> Pathway:
    """A dispatcher of the room that has the call takes the mission, by urgency."""
    assert call.room is not None
    missions = call.room.dispatching
    run.recorder.requested_s[call.patient] = run.clock._now
    dispatcher = yield from missions.acquire(priority=call.urgency)
    yield run.wait(run.patients.dispatch_s[call.patient])
    dispatcher.finish(DISPATCH, call.patient)


def wait_at_scene(run: Run, call: Call, mission: Mission) -> Pathway:
    """Wait for a crew, and until it stands at the patient; return it.

    On its way it may be sent to somebody graver, and the patient waits for another; or another
    takes over who is there much sooner. Returns None if nobody need come any more.
    """
    while not mission.completed:
        crew = yield from run.fleet.acquire(mission)
        if crew is None:
            break
        called_off = yield alert_crew(run, call, crew)
        if called_off is None:
            run.fleet.note_arrival(crew)
            run.recorder.on_scene_s[call.patient] = run.clock._now
            run.note_first_help(call)
            if run.patients.corrected_on_scene[call.patient]:
                call.urgency = RED
            if call.urgency == RED:
                run.note_recognised_red(call)
            return crew
        if mission.completed:
            run.recorder.free_s[call.patient] = run.clock._now
        elif mission.crew is None:
            run.recorder.taken_over[call.patient] += 1
    return None


def alert_crew(run: Run, call: Call, crew: VehicleCrew) -> Event:
    """Alert the crew; yields when it stands at the patient, or is called off."""
    recorder, patient, now = run.recorder, call.patient, run.clock._now
    mobilisation_s, arrival = run.send_crew(crew)
    recorder.crew[patient] = crew.index
    recorder.alerted_s[patient] = now
    recorder.rolling_s[patient] = now + mobilisation_s
    return arrival


def care_on_scene(run: Run, call: Call, mission: Mission, crew: VehicleCrew) -> Pathway:
    """Care on scene; then home, legevakt or hospital, unless others have taken the patient."""
    patients, patient = run.patients, call.patient
    yield run.wait(patients.on_scene_s[patient])
    to = patients.conveyed[patient]
    if run.optional.crew_video_s[patient] and call.urgency != RED and to != HOME:
        stays = yield from show_to_doctor(run, call)
        to = HOME if stays else to
    if mission.completed:
        run.release_crew(crew, at=call.place, patient=patient, local_km=call.local_km)
        return
    mission.completed = True
    run.turn_doctor_back(mission)
    run.recorder.left_scene_s[patient] = run.clock._now
    if to == HOME:
        run.close_course(call, AMBULANCE)
        run.release_crew(crew, at=call.place, patient=patient, local_km=call.local_km)
    else:
        yield from DELIVERY[to](run, call, crew)


def show_to_doctor(run: Run, call: Call) -> Pathway:
    """The crew shows the patient to the doctor on video, if free soon; return who stays home."""
    video = run.plan.organisation.doctor_video.from_ambulance
    assert video is not None
    patient = call.patient
    doctor = yield from find_doctor_within(run, call, video.waits_at_most_min.value * MINUTE_S)
    if doctor is None:
        return False
    yield run.wait(run.optional.crew_video_s[patient])
    doctor.finish(VIDEO, patient)
    if run.optional.stays_home[patient]:
        run.recorder.avoided[patient] = AVOIDED_CONVEYANCE
    return run.optional.stays_home[patient]


def deliver_to_legevakt(run: Run, call: Call, crew: VehicleCrew) -> Pathway:
    """Drive to the nearest clinic with a doctor, hand over, and let the patient be seen there."""
    site = run.clinic_for(call, 0.0, with_doctor=True)
    run.tell_doctor_at_home(call, site.doctors)
    way = run.way_from(call, site.place)
    yield run.wait(run.record_drive(way, WITH_PATIENT, crew.unit, call.patient))
    run.clock.later(
        run.patients.legevakt_handover_s[call.patient],
        lambda _: run.release_crew(crew, at=site.place, patient=call.patient),
    )
    last_site = yield from attend_clinic(run, call, site)
    yield from discharge_from_clinic(run, call, last_site)


DELIVERY: dict[int, Callable[[Run, Call, VehicleCrew], Pathway]] = complete_table(
    {Conveyed.LEGEVAKT: deliver_to_legevakt, Conveyed.HOSPITAL: deliver_to_hospital},
    Conveyed,
    other={Conveyed.HOME},
)
"""How a crew delivers its patient, by where to; who stays at home is not conveyed."""
