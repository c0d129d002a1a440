"""At the clinic and at a satellite: triage at the door, nurse, doctor, tests, observation.

A satellite may be staffed by an ambulance crew between missions.
"""

from __future__ import annotations

from math import inf

from akuttsim.chain.clock import Pathway
from akuttsim.chain.crews_and_missions import Mission
from akuttsim.chain.fleet import CrewNurse
from akuttsim.chain.run_state import Call, Run, attend_patient
from akuttsim.chain.service import CareSite
from akuttsim.records import CONSULTATION, DOOR_TRIAGE, GREEN, NURSE, RED, RESULT, TO_CARE, VIDEO


def staff_satellites_with_crews(run: Run) -> None:
    """Give the satellites that crews staff their crew."""
    names = list(run.plan.organisation.ambulances)
    for site, clinic in zip(run.service.sites, run.plan.organisation.clinics.values(), strict=True):
        if clinic.nurses_of_crew is not None:
            crew = run.fleet.crews[names.index(clinic.nurses_of_crew)]
            site.crew = CrewNurse(run.clock, run.fleet, crew)


def examine_by_crew(run: Run, call: Call, site: CareSite) -> Pathway:
    """Be examined between missions: called away, the crew goes on when it is back."""
    assert site.crew is not None
    remaining_s = run.patients.satellite_nurse_s[call.patient]
    called_away = True
    while called_away is not None:
        mission = Mission(call.patient, site.place, GREEN, kind=NURSE)
        yield from site.crew.acquire(mission, priority=call.urgency)
        began_s = run.clock._now
        if remaining_s == run.patients.satellite_nurse_s[call.patient]:
            run.recorder.nurse_s[call.patient] = began_s
        called_away = yield run.fleet.care_until(site.crew.crew, remaining_s)
        remaining_s -= run.clock._now - began_s
    run.fleet.note_arrival(site.crew.crew)


def attend_clinic(run: Run, call: Call, site: CareSite) -> Pathway:
    """Be seen by the doctor, here or where one is sent on at closing time; return where.

    Nobody is sent on twice.
    """
    yield from receive_patient(run, call, site)
    doctor = yield from wait_for_doctor(run, call, site, site.sends_on)
    if doctor is None:
        site = yield from send_on_at_closing(run, call, site)
        yield from receive_patient(run, call, site)
        doctor = yield from wait_for_doctor(run, call, site, False)
    work = (CONSULTATION, run.patients.consultation_s[call.patient])
    doctor = yield from attend_patient(run, call, site.doctors.queue, doctor, work)
    doctor.finish(CONSULTATION, call.patient)
    if site.tests or site.free_beds:
        yield from follow_up(run, call, site)
    leave_clinic(run, call, site)
    return site


def enter_clinic(run: Run, call: Call, site: CareSite) -> None:
    """Stand inside: the staff will stay for this patient."""
    run.recorder.clinic[call.patient] = site.index
    run.recorder.at_clinic_s[call.patient] = run.clock._now
    if call.doctor_called_s != call.doctor_called_s:
        call.doctor_called_s = run.clock._now
    site.patient_enters()


def leave_clinic(run: Run, call: Call, site: CareSite) -> None:
    """Leave the clinic."""
    run.recorder.left_clinic_s[call.patient] = run.clock._now
    site.patient_leaves()


def receive_patient(run: Run, call: Call, site: CareSite) -> Pathway:
    """Triage at the door, where that is done; then a nurse receives, where there are nurses."""
    enter_clinic(run, call, site)
    if site.door_triage:
        yield from triage_at_door(run, call, site)
    if site.nurses is not None:
        nurse = yield from site.nurses.acquire(priority=call.urgency)
        run.recorder.nurse_s[call.patient] = run.clock._now
        yield run.wait(run.patients.nurse_s[call.patient])
        nurse.finish(NURSE, call.patient)


def triage_at_door(run: Run, call: Call, site: CareSite) -> Pathway:
    """A nurse judges everyone who comes in, before other work and in order of arrival."""
    assert site.nurses is not None
    nurse = yield from site.nurses.acquire(priority=RED)
    yield run.wait(run.optional.door_triage_s[call.patient])
    nurse.finish(DOOR_TRIAGE, call.patient)
    call.urgency = run.optional.judged_at_door[call.patient]
    if call.urgency == RED:
        run.note_recognised_red(call)


def wait_for_doctor(run: Run, call: Call, site: CareSite, till_closing: bool) -> Pathway:
    """Wait for the doctor by urgency; return the doctor, or None if sent on at closing time."""
    queue = site.doctors.queue
    run.recorder.doctor_asked_s[call.patient] = run.clock._now
    patience_s = None
    if till_closing:
        now = run.clock._now
        closes_s = run.openings.closes_s(now, site.index)
        patience_s = None if closes_s == inf else closes_s - now
    return (yield from queue.acquire(call.urgency, patience_s))


def send_on_at_closing(run: Run, call: Call, site: CareSite) -> Pathway:
    """Leave a clinic that closes, and drive to where a doctor is on duty."""
    leave_clinic(run, call, site)
    call.move_to(site.place)
    other = run.clinic_for(call, 0.0, with_doctor=True)
    run.tell_doctor_at_home(call, other.doctors)
    drive_s = run.record_drive(run.way(call.place, other.place), TO_CARE, -1, call.patient)
    run.recorder.add_travel(call.patient, drive_s)
    yield run.wait(drive_s)
    return other


def follow_up(run: Run, call: Call, site: CareSite) -> Pathway:
    """Tests, and observation in a bed if one is free; after each the doctor comes once more."""
    optional, patient = run.optional, call.patient
    if site.tests and optional.tests_s[patient]:
        yield run.wait(optional.tests_s[patient])
        yield from see_doctor_again(run, call, site, optional.result_s[patient])
    if site.free_beds and optional.observation_s[patient]:
        site.free_beds -= 1
        yield run.wait(optional.observation_s[patient])
        run.recorder.bed_s[patient] = optional.observation_s[patient]
        yield from see_doctor_again(run, call, site, optional.observed_result_s[patient])
        site.free_beds += 1


def see_doctor_again(run: Run, call: Call, site: CareSite, result_s: float) -> Pathway:
    """The doctor sees the patient once more."""
    queue = site.doctors.queue
    doctor = yield from queue.acquire(priority=call.urgency)
    doctor = yield from attend_patient(run, call, queue, doctor, (RESULT, result_s))
    doctor.finish(RESULT, call.patient)


def attend_satellite(run: Run, call: Call, site: CareSite) -> Pathway:
    """The nurse examines here and, if needed, stays while the doctor there joins on video."""
    enter_clinic(run, call, site)
    if site.crew is not None:
        yield from examine_by_crew(run, call, site)
        yield from see_doctor_on_video(run, call, site)
        run.fleet.release(site.crew.crew, site.place, call.patient)
    else:
        assert site.nurses is not None
        nurse = yield from site.nurses.acquire(priority=call.urgency)
        run.recorder.nurse_s[call.patient] = run.clock._now
        yield run.wait(run.patients.satellite_nurse_s[call.patient])
        yield from see_doctor_on_video(run, call, site)
        nurse.finish(NURSE, call.patient)
    leave_clinic(run, call, site)


def see_doctor_on_video(run: Run, call: Call, site: CareSite) -> Pathway:
    """The doctor elsewhere joins on video, for the patients who need one."""
    if not run.patients.satellite_doctor[call.patient]:
        return
    queue, recorder, patient = site.doctors.queue, run.recorder, call.patient
    recorder.doctor_asked_s[patient] = run.clock._now
    doctor = yield from queue.acquire(priority=call.urgency)
    recorder.doctor_s[patient] = run.clock._now
    work = (VIDEO, run.patients.satellite_video_s[patient])
    doctor = yield from attend_patient(run, call, queue, doctor, work)
    doctor.finish(VIDEO, patient)
