"""Patients who go to care, and care that goes to patients."""

from __future__ import annotations

from akuttsim.chain.clinic import seen_at_clinic, seen_at_satellite
from akuttsim.chain.clock import Pathway
from akuttsim.chain.mission import leaves_clinic
from akuttsim.chain.run import Call, Run
from akuttsim.chain.service import Site
from akuttsim.records import CLINIC, HOME_VISIT, VISIT
from akuttsim.units import MINUTE_S


def comes_to_clinic(run: Run, call: Call) -> Pathway:
    """Make ready, drive to the nearest clinic open on arrival, and be seen there."""
    preparation_s = run.cases.preparation_s[call.patient]
    site = run.clinic_for(call, preparation_s, with_doctor=False)
    drive_s = run.drive_s(call.place, site.place)
    run.recorder.left_home_s[call.patient] = run.clock._now + preparation_s
    run.recorder.travel_s[call.patient] = drive_s
    yield run.wait(preparation_s + drive_s)
    if site.is_satellite:
        yield from visits_satellite(run, call, site)
    else:
        yield from seen_at_clinic(run, call, site)
        yield from leaves_clinic(run, call, site)


def visits_satellite(run: Run, call: Call, satellite: Site) -> Pathway:
    """Be seen at the satellite; some must drive on to a clinic with a doctor on site."""
    yield from seen_at_satellite(run, call, satellite)
    if not run.cases.sent_on[call.patient]:
        run.ends(call, CLINIC)
        return
    call.place = satellite.place
    site = run.clinic_for(call, 0.0, with_doctor=True)
    drive_s = run.drive_s(call.place, site.place)
    run.recorder.travel_s[call.patient] += drive_s
    yield run.wait(drive_s)
    yield from seen_at_clinic(run, call, site)
    yield from leaves_clinic(run, call, site)


def home_visit(run: Run, call: Call) -> Pathway:
    """The doctor drives to the patient and back; too far away, the patient is asked to come."""
    doctors, patient = run.doctors_for(call), call.patient
    drive_s = run.drive_s(doctors.place, call.place)
    limit_s = run.plan.organisation.home_visits.max_drive_min.value * MINUTE_S
    if not doctors.home_visits or drive_s > limit_s:
        yield from comes_to_clinic(run, call)
        return
    team = doctors.team
    run.recorder.doctor_asked_s[patient] = run.clock._now
    doctor = team.find() or (yield team.wait(call.urgency))
    yield run.wait(drive_s)
    run.recorder.doctor_s[patient] = run.clock._now
    yield run.wait(run.cases.home_visit_s[patient])
    run.ends(call, HOME_VISIT)
    yield run.wait(drive_s)
    team.release(doctor, VISIT, patient)
