"""At the clinic and at a satellite: triage at the door, nurse, doctor, tests, observation."""

from __future__ import annotations

from math import inf

from akuttsim.chain.clock import Pathway
from akuttsim.chain.crew_nurse import examined_by_crew
from akuttsim.chain.interruptions import attended
from akuttsim.chain.run import Call, Run
from akuttsim.chain.service import Site
from akuttsim.records import CONSULTATION, DOOR_TRIAGE, NURSE, RED, RESULT, TO_CARE, VIDEO


def seen_at_clinic(run: Run, call: Call, site: Site) -> Pathway:
    """Be seen by the doctor, here or where one is sent on at closing time; return where.

    Nobody is sent on twice.
    """
    yield from received(run, call, site)
    doctor = yield from doctor_comes(run, call, site, site.sends_on)
    if doctor is None:
        site = yield from sent_on_at_closing(run, call, site)
        yield from received(run, call, site)
        doctor = yield from doctor_comes(run, call, site, False)
    work = (CONSULTATION, run.cases.consultation_s[call.patient])
    doctor = yield from attended(run, call, site.doctors.queue, doctor, work)
    doctor.finishes(CONSULTATION, call.patient)
    if site.tests or site.free_beds:
        yield from followed_up(run, call, site)
    goes_out(run, call, site)
    return site


def comes_in(run: Run, call: Call, site: Site) -> None:
    """Stand inside: the staff will stay for this patient."""
    run.recorder.clinic[call.patient] = site.index
    run.recorder.at_clinic_s[call.patient] = run.clock._now
    if call.doctor_called_s != call.doctor_called_s:
        call.doctor_called_s = run.clock._now
    site.opens_door()


def goes_out(run: Run, call: Call, site: Site) -> None:
    """Leave the clinic."""
    run.recorder.left_clinic_s[call.patient] = run.clock._now
    site.closes_door()


def received(run: Run, call: Call, site: Site) -> Pathway:
    """Triage at the door, where that is done; then a nurse receives, where there are nurses."""
    comes_in(run, call, site)
    if site.door_triage:
        yield from triaged_at_door(run, call, site)
    if site.nurses is not None:
        nurse = site.nurses.find() or (yield site.nurses.wait(call.urgency))
        run.recorder.nurse_s[call.patient] = run.clock._now
        yield run.wait(run.cases.nurse_s[call.patient])
        nurse.finishes(NURSE, call.patient)


def triaged_at_door(run: Run, call: Call, site: Site) -> Pathway:
    """A nurse judges everyone who comes in, before other work and in order of arrival."""
    assert site.nurses is not None
    nurse = site.nurses.find() or (yield site.nurses.wait(RED))
    yield run.wait(run.choices.door_triage_s[call.patient])
    nurse.finishes(DOOR_TRIAGE, call.patient)
    call.urgency = run.choices.judged_at_door[call.patient]
    if call.urgency == RED:
        run.recognised(call)


def doctor_comes(run: Run, call: Call, site: Site, till_closing: bool) -> Pathway:
    """Wait for the doctor by urgency; return the doctor, or None if sent on at closing time."""
    queue = site.doctors.queue
    run.recorder.doctor_asked_s[call.patient] = run.clock._now
    doctor = queue.find()
    if doctor is None:
        now = run.clock._now
        closes_s = run.openings.closes_s(now, site.index) if till_closing else inf
        doctor = yield queue.wait(call.urgency, None if closes_s == inf else closes_s - now)
    return doctor


def sent_on_at_closing(run: Run, call: Call, site: Site) -> Pathway:
    """Leave a clinic that closes, and drive to where a doctor is on duty."""
    goes_out(run, call, site)
    call.comes_to(site.place)
    other = run.clinic_for(call, 0.0, with_doctor=True)
    run.calls_doctor(call, other.doctors)
    drive_s = run.drives(run.way(call.place, other.place), TO_CARE, -1, call.patient)
    run.recorder.travels(call.patient, drive_s)
    yield run.wait(drive_s)
    return other


def followed_up(run: Run, call: Call, site: Site) -> Pathway:
    """Tests, and observation in a bed if one is free; after each the doctor comes once more."""
    choices, patient = run.choices, call.patient
    if site.tests and choices.tests_s[patient]:
        yield run.wait(choices.tests_s[patient])
        yield from doctor_returns(run, call, site, choices.result_s[patient])
    if site.free_beds and choices.observation_s[patient]:
        site.free_beds -= 1
        yield run.wait(choices.observation_s[patient])
        run.recorder.bed_s[patient] = choices.observation_s[patient]
        yield from doctor_returns(run, call, site, choices.observed_result_s[patient])
        site.free_beds += 1


def doctor_returns(run: Run, call: Call, site: Site, result_s: float) -> Pathway:
    """The doctor sees the patient once more."""
    queue = site.doctors.queue
    doctor = queue.find() or (yield queue.wait(call.urgency))
    doctor = yield from attended(run, call, queue, doctor, (RESULT, result_s))
    doctor.finishes(RESULT, call.patient)


def seen_at_satellite(run: Run, call: Call, site: Site) -> Pathway:
    """The nurse examines here and, if needed, stays while the doctor there joins on video."""
    comes_in(run, call, site)
    if site.crew is not None:
        yield from examined_by_crew(run, call, site)
        yield from doctor_on_video(run, call, site)
        run.fleet.release(site.crew.crew, site.place, call.patient)
    else:
        assert site.nurses is not None
        nurse = site.nurses.find() or (yield site.nurses.wait(call.urgency))
        run.recorder.nurse_s[call.patient] = run.clock._now
        yield run.wait(run.cases.satellite_nurse_s[call.patient])
        yield from doctor_on_video(run, call, site)
        nurse.finishes(NURSE, call.patient)
    goes_out(run, call, site)


def doctor_on_video(run: Run, call: Call, site: Site) -> Pathway:
    """The doctor elsewhere joins on video, for the patients who need one."""
    if not run.cases.satellite_doctor[call.patient]:
        return
    queue, recorder, patient = site.doctors.queue, run.recorder, call.patient
    recorder.doctor_asked_s[patient] = run.clock._now
    doctor = queue.find() or (yield queue.wait(call.urgency))
    recorder.doctor_s[patient] = run.clock._now
    work = (VIDEO, run.cases.satellite_video_s[patient])
    doctor = yield from attended(run, call, queue, doctor, work)
    doctor.finishes(VIDEO, patient)
