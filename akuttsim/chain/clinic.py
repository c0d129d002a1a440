"""With nurse and doctor: on the phone, at the clinic, at a satellite."""

from __future__ import annotations

from akuttsim.chain.clock import Pathway
from akuttsim.chain.run import Call, Run
from akuttsim.chain.service import Site
from akuttsim.records import (
    CONSULTATION,
    DOCTOR_PHONE,
    NURSE,
    PHONE,
    VIDEO,
)


def rung_up_by_doctor(run: Run, call: Call) -> Pathway:
    """The doctor on duty rings the patient up."""
    team, patient = run.doctors_for(call).team, call.patient
    run.recorder.doctor_asked_s[patient] = run.clock._now
    doctor = team.find() or (yield team.wait(call.urgency))
    run.recorder.doctor_s[patient] = run.clock._now
    yield run.wait(run.cases.doctor_phone_s[patient])
    team.release(doctor, PHONE, patient)
    run.ends(call, DOCTOR_PHONE)


def seen_at_clinic(run: Run, call: Call, site: Site) -> Pathway:
    """A nurse receives, where the clinic has nurses; then the doctor, by urgency."""
    cases, recorder, patient = run.cases, run.recorder, call.patient
    recorder.clinic[patient] = site.index
    recorder.at_clinic_s[patient] = run.clock._now
    site.opens_door()
    if site.nurses is not None:
        nurse = site.nurses.find() or (yield site.nurses.wait(call.urgency))
        recorder.nurse_s[patient] = run.clock._now
        yield run.wait(cases.nurse_s[patient])
        site.nurses.release(nurse, NURSE, patient)
    team = site.doctors.team
    recorder.doctor_asked_s[patient] = run.clock._now
    doctor = team.find() or (yield team.wait(call.urgency))
    recorder.doctor_s[patient] = run.clock._now
    yield run.wait(cases.consultation_s[patient])
    team.release(doctor, CONSULTATION, patient)
    site.closes_door()


def seen_at_satellite(run: Run, call: Call, site: Site) -> Pathway:
    """The nurse examines here and, if needed, stays while the doctor there joins on video."""
    cases, recorder, patient = run.cases, run.recorder, call.patient
    assert site.nurses is not None
    recorder.clinic[patient] = site.index
    recorder.at_clinic_s[patient] = run.clock._now
    site.opens_door()
    nurse = site.nurses.find() or (yield site.nurses.wait(call.urgency))
    recorder.nurse_s[patient] = run.clock._now
    yield run.wait(cases.satellite_nurse_s[patient])
    if cases.satellite_doctor[patient]:
        team = site.doctors.team
        recorder.doctor_asked_s[patient] = run.clock._now
        doctor = team.find() or (yield team.wait(call.urgency))
        recorder.doctor_s[patient] = run.clock._now
        yield run.wait(cases.satellite_video_s[patient])
        team.release(doctor, VIDEO, patient)
    site.nurses.release(nurse, NURSE, patient)
    site.closes_door()
