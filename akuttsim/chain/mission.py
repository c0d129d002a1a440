"""The ambulance mission: dispatched, on the way, with the patient, delivered, free again."""

from __future__ import annotations

from akuttsim.chain.cases import HOME, LEGEVAKT
from akuttsim.chain.clinic import seen_at_clinic
from akuttsim.chain.clock import Pathway
from akuttsim.chain.dispatch import driving_mode
from akuttsim.chain.fleet import Crew
from akuttsim.chain.run import Call, Run
from akuttsim.chain.service import Doctors, Site
from akuttsim.records import (
    AMBULANCE,
    AVOIDED_CONVEYANCE,
    BUSY,
    CALL_OUT,
    CLINIC,
    DECLINED,
    DISPATCH,
    OUTSIDE,
    RED,
    TOO_FAR,
    VIDEO,
    WENT_OUT,
    YELLOW,
)
from akuttsim.units import MINUTE_S


def ambulance_to(run: Run, call: Call) -> Pathway:
    """Send an ambulance to a patient, and follow both until the patient is delivered."""
    yield from dispatched(run, call)
    if call.municipality < 0:
        run.ends(call, OUTSIDE)
        return
    if call.urgency == RED and run.cases.doctor_alerted[call.patient]:
        run.clock.start(doctor_called_out(run, call))
    crew: Crew = run.fleet.find(call.place, call.urgency) or (yield run.fleet.wait(call.urgency))
    yield from driven_to(run, call, crew)
    yield from cared_for_on_scene(run, call, crew)


def dispatched(run: Run, call: Call) -> Pathway:
    """A dispatcher of the room that has the call takes the mission, by urgency."""
    assert call.room is not None
    missions = call.room.dispatching
    run.recorder.requested_s[call.patient] = run.clock._now
    dispatcher = missions.find() or (yield missions.wait(call.urgency))
    yield run.wait(run.cases.dispatch_s[call.patient])
    dispatcher.finishes(DISPATCH, call.patient)


def driven_to(run: Run, call: Call, crew: Crew) -> Pathway:
    """The crew is alerted, mobilises and drives until it stands at the patient."""
    cases, recorder, patient = run.cases, run.recorder, call.patient
    now = run.clock._now
    mobilisation_s = run.fleet.mobilisation_s(
        crew, cases.station_s[patient], cases.night_extra_s[patient], cases.home_extra_s[patient]
    )
    drive_s = run.fleet.drive_s(crew, call.place, call.urgency)
    recorder.crew[patient] = crew.index
    recorder.alerted_s[patient] = now
    recorder.rolling_s[patient] = now + mobilisation_s
    yield run.wait(mobilisation_s + drive_s)
    recorder.on_scene_s[patient] = run.clock._now


def cared_for_on_scene(run: Run, call: Call, crew: Crew) -> Pathway:
    """Care on scene; then home, legevakt or hospital."""
    cases, patient = run.cases, call.patient
    yield run.wait(cases.on_scene_s[patient])
    to = cases.conveyed[patient]
    if run.choices.crew_video_s[patient] and call.urgency != RED and to != HOME:
        stays = yield from shown_to_doctor(run, call)
        to = HOME if stays else to
    run.recorder.left_scene_s[patient] = run.clock._now
    if to == HOME:
        run.ends(call, AMBULANCE)
        is_free(run, call, crew, call.place)
    elif to == LEGEVAKT:
        yield from delivered_to_legevakt(run, call, crew)
    else:
        yield from delivered_to_hospital(run, call, crew)


def shown_to_doctor(run: Run, call: Call) -> Pathway:
    """The crew shows the patient to the doctor on video, if free soon; return who stays home."""
    video = run.plan.organisation.doctor_video.from_ambulance
    assert video is not None
    queue, patient = run.doctors_on_phone(call).queue, call.patient
    longest_s = video.waits_at_most_min.value * MINUTE_S
    doctor = queue.find() or (yield queue.wait(call.urgency, longest_s))
    if doctor is None:
        return False
    yield run.wait(run.choices.crew_video_s[patient])
    doctor.finishes(VIDEO, patient)
    if run.choices.stays_home[patient]:
        run.recorder.avoided[patient] = AVOIDED_CONVEYANCE
    return run.choices.stays_home[patient]


def delivered_to_legevakt(run: Run, call: Call, crew: Crew) -> Pathway:
    """Drive to the nearest clinic with a doctor, hand over, and let the patient be seen there."""
    site = run.clinic_for(call, 0.0, with_doctor=True)
    yield run.wait(run.drive_s(call.place, site.place))
    run.clock.later(
        run.cases.legevakt_handover_s[call.patient],
        lambda _: is_free(run, call, crew, site.place),
    )
    seen_at = yield from seen_at_clinic(run, call, site)
    yield from leaves_clinic(run, call, seen_at)


def delivered_to_hospital(run: Run, call: Call, crew: Crew) -> Pathway:
    """Drive to hospital, red with blue light, and hand over."""
    hospital = run.hospital_for(call.place)
    yield run.wait(run.drive_s(call.place, hospital, driving_mode(call.urgency)))
    run.recorder.at_hospital_s[call.patient] = run.clock._now
    run.ends(call, AMBULANCE)
    yield run.wait(run.cases.hospital_handover_s[call.patient])
    is_free(run, call, crew, hospital)


def is_free(run: Run, call: Call, crew: Crew, place: int) -> None:
    """The crew reports free at a place."""
    run.recorder.free_s[call.patient] = run.clock._now
    run.fleet.release(crew, place, call.patient)


def leaves_clinic(run: Run, call: Call, site: Site) -> Pathway:
    """Go home, or on to hospital: by own means, or by ambulance where it is another place."""
    cases, patient = run.cases, call.patient
    run.ends(call, CLINIC)
    if not (cases.admitted[patient] and cases.by_ambulance[patient]):
        return
    hospital = run.hospital_for(site.place)
    if hospital != site.place:
        call.place = site.place
        yield from transported(run, call, hospital)


def transported(run: Run, call: Call, hospital: int) -> Pathway:
    """An ambulance takes an admitted patient from the clinic to hospital."""
    cases, patient = run.cases, call.patient
    call.urgency = max(call.urgency, YELLOW)
    crew: Crew = run.fleet.find(call.place, call.urgency) or (yield run.fleet.wait(call.urgency))
    out_s = run.fleet.mobilisation_s(
        crew, cases.station_s[patient], cases.night_extra_s[patient], cases.home_extra_s[patient]
    ) + run.fleet.drive_s(crew, call.place, call.urgency)
    yield run.wait(out_s + cases.legevakt_handover_s[patient])
    yield run.wait(run.drive_s(call.place, hospital) + cases.hospital_handover_s[patient])
    run.fleet.release(crew, hospital, patient)


def doctor_called_out(run: Run, call: Call) -> Pathway:
    """The doctor on duty is alerted to a red incident, and goes out or not (utrykning)."""
    doctors, patient = run.doctors_for(call), call.patient
    drive_s = run.drive_s(doctors.place, call.place)
    refusal = reason_to_stay(run, patient, doctors, drive_s)
    if refusal:
        run.recorder.doctor_call_out[patient] = refusal
        return
    doctor = doctors.queue.find()
    if doctor is None:
        run.recorder.doctor_call_out[patient] = BUSY
        return
    run.recorder.doctor_call_out[patient] = WENT_OUT
    doctors.drive_out(doctor)
    yield run.wait(drive_s)
    run.recorder.doctor_on_scene_s[patient] = run.clock._now
    yield run.wait(run.cases.doctor_on_scene_s[patient] + drive_s)
    doctors.come_back(doctor)
    doctor.finishes(CALL_OUT, patient)


def reason_to_stay(run: Run, patient: int, doctors: Doctors, drive_s: float) -> int:
    """Return why the doctor does not go out, or 0: too far, or little benefit expected."""
    limit_s = run.plan.organisation.call_outs.max_drive_min.value * MINUTE_S
    if not doctors.call_outs or drive_s > limit_s:
        return TOO_FAR
    return 0 if run.cases.doctor_goes[patient] else DECLINED
