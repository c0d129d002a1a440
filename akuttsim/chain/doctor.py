"""The doctor on the phone and on video: for callers, in the control room, on screen."""

from __future__ import annotations

from akuttsim.chain.clock import Pathway
from akuttsim.chain.interruptions import attended
from akuttsim.chain.run import Call, Run
from akuttsim.records import (
    AVOIDED_NURSING_HOME_VISIT,
    AVOIDED_VISIT,
    DOCTOR_PHONE,
    PHONE,
    REVIEW,
    VIDEO,
)
from akuttsim.units import MINUTE_S


def rung_up_by_doctor(run: Run, call: Call) -> Pathway:
    """The doctor in the control room, or the one on duty, rings the patient up."""
    queue, patient = run.doctors_on_phone(call).queue, call.patient
    run.recorder.doctor_asked_s[patient] = run.clock._now
    doctor = queue.find() or (yield queue.wait(call.urgency))
    run.recorder.doctor_s[patient] = run.clock._now
    work = (PHONE, run.cases.doctor_phone_s[patient])
    doctor = yield from attended(run, call, queue, doctor, work)
    doctor.finishes(PHONE, patient)
    run.sent_home(call, DOCTOR_PHONE, run.cases.worsens_s[patient])


def spared_by_doctor(run: Run, call: Call) -> Pathway:
    """Let a doctor look at it first, where that is done; return whether no visit is needed."""
    if run.choices.nursing_home_video_s[call.patient]:
        return (yield from shown_from_nursing_home(run, call))
    return (yield from reviewed(run, call))


def reviewed(run: Run, call: Call) -> Pathway:
    """The doctor present in the control room takes over the call, and may settle it."""
    assert call.room is not None
    doctors, patient = call.room.doctors, call.patient
    if doctors is None or not doctors.queue.on_duty:
        return False
    queue = doctors.queue
    doctor = queue.find() or (yield queue.wait(call.urgency))
    run.recorder.doctor_s[patient] = run.clock._now
    work = (REVIEW, run.choices.review_s[patient])
    doctor = yield from attended(run, call, queue, doctor, work)
    doctor.finishes(REVIEW, patient)
    return is_spared(run, call, run.choices.settled[patient], AVOIDED_VISIT)


def shown_from_nursing_home(run: Run, call: Call) -> Pathway:
    """The nursing home's nurse shows the resident to the doctor on video, if one is free soon."""
    video = run.plan.organisation.doctor_video.from_nursing_home
    assert video is not None
    patient = call.patient
    doctor = yield from doctor_within(run, call, video.waits_at_most_min.value * MINUTE_S)
    if doctor is None:
        return False
    queue = doctor.team.queues[0]
    run.recorder.doctor_s[patient] = run.clock._now
    work = (VIDEO, run.choices.nursing_home_video_s[patient])
    doctor = yield from attended(run, call, queue, doctor, work)
    doctor.finishes(VIDEO, patient)
    stays = run.choices.stays_in_nursing_home[patient]
    return is_spared(run, call, stays, AVOIDED_NURSING_HOME_VISIT)


def doctor_within(run: Run, call: Call, longest_s: float) -> Pathway:
    """Ask for the doctor on the phone; return who comes, or None if nobody is free that soon."""
    queue = run.doctors_on_phone(call).queue
    return queue.find() or (yield queue.wait(call.urgency, longest_s))


def is_spared(run: Run, call: Call, settled: bool, avoided: int) -> bool:
    """Close the course of a patient whom the doctor has helped from afar; tell whether it was."""
    if settled:
        run.recorder.avoided[call.patient] = avoided
        run.ends(call, DOCTOR_PHONE)
    return settled
