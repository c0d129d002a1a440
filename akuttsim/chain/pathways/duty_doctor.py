"""The doctor on duty: on the phone, on video, in the control room, and called out to red.

A call-out (utrykning): alerted to a red incident, the doctor goes out or stays.
"""

from __future__ import annotations

from akuttsim.chain.clock_and_queues import Pathway
from akuttsim.chain.crews import Mission
from akuttsim.chain.dispatch_rules import call_out_chance
from akuttsim.chain.run_state import (
    NOBODY_WAITS,
    Call,
    Run,
    Trip,
    attend_patient,
    doctor_driving_mode,
    drive_to_incident,
    interruptible_drive_home,
    make_trip,
    set_out,
    take_doctor_for_call_out,
    turn_back,
    way_back,
)
from akuttsim.chain.service import DoctorsOnDuty
from akuttsim.records import (
    AVOIDED_NURSING_HOME_VISIT,
    AVOIDED_VISIT,
    BUSY,
    CALL_OUT,
    DECLINED,
    DOCTOR_PHONE,
    LEFT_PATIENT,
    PHONE,
    REVIEW,
    TO_STATION,
    TOO_FAR,
    VIDEO,
    WENT_OUT,
)
from akuttsim.units import MINUTE_S


def speak_with_doctor(run: Run, call: Call) -> Pathway:
    """The doctor in the control room, or the one on duty, rings the patient up.

    Who has got worse by then has rung again.

    Args:
        run: The run.
        call: A patient whom 116117 has promised a call.
    """
    queue, patient = run.doctors_on_phone(call).queue, call.patient
    run.recorder.doctor_asked_s[patient] = run.clock._now
    doctor = yield from queue.acquire(call.urgency, run.until_worse_s(call))
    if doctor is None:
        run.ring_again_worse(call)
        return
    run.recorder.doctor_s[patient] = run.clock._now
    work = (PHONE, run.patients.doctor_phone_s[patient])
    doctor = yield from attend_patient(run, call, queue, doctor, work)
    doctor.finish(PHONE, patient)
    run.send_home(call, DOCTOR_PHONE, run.patients.worsens_s[patient])


def ask_doctor_first(run: Run, call: Call) -> Pathway:
    """Let a doctor look at it first, where that is done.

    Args:
        run: The run.
        call: A patient who would be asked to come or be visited.

    Returns:
        Whether that was enough, so that no visit is needed.
    """
    if run.optional.nursing_home_video_s[call.patient]:
        return (yield from show_from_nursing_home(run, call))
    return (yield from review_in_control_room(run, call))


def review_in_control_room(run: Run, call: Call) -> Pathway:
    """The doctor present in the control room takes over the call, and may settle it."""
    assert call.room is not None
    doctors, patient = call.room.doctors, call.patient
    if doctors is None or not doctors.queue.on_duty:
        return False
    queue = doctors.queue
    doctor = yield from queue.acquire(priority=call.urgency)
    run.recorder.doctor_s[patient] = run.clock._now
    work = (REVIEW, run.optional.review_s[patient])
    doctor = yield from attend_patient(run, call, queue, doctor, work)
    doctor.finish(REVIEW, patient)
    return close_if_spared(run, call, run.optional.settled[patient], AVOIDED_VISIT)


def show_from_nursing_home(run: Run, call: Call) -> Pathway:
    """The nursing home's nurse shows the resident to the doctor on video, if one is free soon."""
    video = run.plan.organisation.doctor_video.from_nursing_home
    assert video is not None
    patient = call.patient
    doctor = yield from find_doctor_within(run, call, video.waits_at_most_min.value * MINUTE_S)
    if doctor is None:
        return False
    queue = doctor.team.queues[0]
    run.recorder.doctor_s[patient] = run.clock._now
    work = (VIDEO, run.optional.nursing_home_video_s[patient])
    doctor = yield from attend_patient(run, call, queue, doctor, work)
    doctor.finish(VIDEO, patient)
    stays = run.optional.stays_in_nursing_home[patient]
    return close_if_spared(run, call, stays, AVOIDED_NURSING_HOME_VISIT)


def find_doctor_within(run: Run, call: Call, longest_s: float) -> Pathway:
    """Ask for the doctor on the phone, for a limited time.

    Args:
        run: The run.
        call: The patient, whose urgency is the place in the queue.
        longest_s: Seconds after which those who ask go on without.

    Returns:
        The doctor who comes; None if nobody is free that soon.
    """
    queue = run.doctors_on_phone(call).queue
    return (yield from queue.acquire(call.urgency, patience_s=longest_s))


def close_if_spared(run: Run, call: Call, settled: bool, avoided: int) -> bool:
    """Close the course of a patient whom the doctor has helped from afar.

    Args:
        run: The run.
        call: The patient.
        settled: Whether the doctor's help was enough.
        avoided: What was avoided thereby, a code for the course.

    Returns:
        `settled`, for the caller to go on by.
    """
    if settled:
        run.recorder.avoided[call.patient] = avoided
        run.close_course(call, DOCTOR_PHONE)
    return settled


def call_out_doctor(run: Run, call: Call, mission: Mission) -> Pathway:
    """The doctor on duty is alerted to a red incident, and goes out or not.

    Why not is recorded: too far, little benefit expected, or busy.

    Args:
        run: The run.
        call: A red patient's call.
        mission: The ambulance's mission; the doctor may turn back when it is completed.
    """
    doctors, patient, became = run.doctors_for(call), call.patient, run.recorder.doctor_call_out
    drive_s = run.way_to(call, doctors.place, doctor_driving_mode(doctors)).seconds
    became[patient] = reason_to_stay(run, patient, doctors, drive_s)
    if became[patient]:
        return
    available = take_doctor_for_call_out(run, doctors)
    if available is None:
        became[patient] = BUSY
        return
    doctor, interrupted = available
    became[patient] = (
        LEFT_PATIENT if interrupted and interrupted.urgency != NOBODY_WAITS else WENT_OUT
    )
    trip = set_out(run, call, doctors, available, run.optional.doctor_reaction_s[patient])
    back = interruptible_drive_home(run, CALL_OUT, call)
    turns_back = run.plan.organisation.call_outs.turns_back
    if (yield from drive_to_incident(run, call, mission, trip, turns_back)):
        with_patient_s = run.patients.doctor_on_scene_s[patient]
        if back is not None:
            yield run.wait(with_patient_s)
        after_s = 0.0 if back is not None else with_patient_s
        way = way_back(run, trip, doctors)
        home: Trip | None = run.begin_trip(way, TO_STATION, doctor.unit, patient, after_s)
    else:
        home = turn_back(run, call, doctors, trip)
    if home is None or (yield from make_trip(run, doctor, back, home)):
        doctors.come_back(doctor)
        doctor.finish(CALL_OUT, patient)


def reason_to_stay(run: Run, patient: int, doctors: DoctorsOnDuty, drive_s: float) -> int:
    """Return why the doctor does not go out, or 0 for one who goes.

    Args:
        run: The run.
        patient: Row of the patient.
        doctors: The team that was alerted.
        drive_s: How long the drive takes, in seconds.

    Returns:
        `TOO_FAR` or `DECLINED`, or 0. Whether anybody is free is asked after that.
    """
    limit = run.plan.organisation.call_outs.max_drive_min
    if not doctors.call_outs or (limit is not None and drive_s > limit.value * MINUTE_S):
        return TOO_FAR
    if run.going_odds is None:
        return 0 if run.patients.doctor_goes[patient] else DECLINED
    queue = doctors.queue
    others_wait = bool(queue.waiting) or not queue.team.idle
    chance = call_out_chance(run.going_odds, drive_s, others_wait, doctors.response_car)
    return 0 if run.optional.u_doctor_goes[patient] < chance else DECLINED
