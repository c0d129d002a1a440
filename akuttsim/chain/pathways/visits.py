"""Patients who go to care, and care that goes to patients: the way to a clinic, home visits."""

from __future__ import annotations

from akuttsim.chain.clock import Pathway
from akuttsim.chain.pathways.clinic import attend_clinic, attend_satellite
from akuttsim.chain.pathways.transport import discharge_from_clinic, drive_home
from akuttsim.chain.run_state import (
    Call,
    Run,
    Way,
    interruptible_drive_home,
    interruptible_work,
    make_trip,
    wait_for_next_doctor,
    work_on,
)
from akuttsim.chain.service import CareSite, DoctorsOnDuty
from akuttsim.chain.staff_queues import StaffMember
from akuttsim.records import CLINIC, HOME_VISIT, TO_CARE, TO_PATIENT, TO_STATION, VISIT
from akuttsim.units import MINUTE_S


def come_to_clinic(run: Run, call: Call) -> Pathway:
    """Make ready, drive to the nearest clinic open on arrival, and be seen there.

    Who was judged too low may get worse before arriving, and rings again instead.
    """
    patient, recorder = call.patient, run.recorder
    ready_s = run.patients.preparation_s[patient]
    site = run.clinic_for(call, ready_s, with_doctor=False)
    way = run.way_from(call, site.place)
    drive_s = way.seconds
    if run.will_get_worse(run.patients.worsens_s[patient], ready_s + drive_s):
        run.schedule_second_contact(call, run.patients.worsens_s[patient])
        return
    if call.urgency in site.books:
        at_home_s = booked_delay_s(run, site, ready_s + drive_s)
        recorder.waited_at_home_s[patient] = at_home_s
        ready_s += at_home_s
    recorder.left_home_s[patient] = run.clock._now + ready_s
    recorder.travel_s[patient] = drive_s
    if not site.is_satellite:
        run.tell_doctor_at_home(call, site.doctors)
    run.record_drive(way, TO_CARE, -1, patient, after_s=ready_s)
    yield run.wait(ready_s + drive_s)
    if site.is_satellite:
        yield from visit_satellite(run, call, site)
    else:
        site = yield from attend_clinic(run, call, site)
        yield from discharge_from_clinic(run, call, site)


def booked_delay_s(run: Run, site: CareSite, earliest_in_s: float) -> float:
    """Return how much later than possible the patient's booked time is, in seconds."""
    earliest_s = run.clock._now + earliest_in_s
    return site.book_time(earliest_s, run.openings.closes_s(earliest_s, site.index)) - earliest_s


def visit_satellite(run: Run, call: Call, satellite: CareSite) -> Pathway:
    """Be seen at the satellite; some must drive on to a clinic with a doctor on site."""
    yield from attend_satellite(run, call, satellite)
    if not run.patients.sent_on[call.patient]:
        run.close_course(call, CLINIC)
        drive_home(run, call, satellite)
        return
    call.move_to(satellite.place)
    site = run.clinic_for(call, 0.0, with_doctor=True)
    run.tell_doctor_at_home(call, site.doctors)
    drive_s = run.record_drive(run.way(call.place, site.place), TO_CARE, -1, call.patient)
    run.recorder.add_travel(call.patient, drive_s)
    yield run.wait(drive_s)
    site = yield from attend_clinic(run, call, site)
    yield from discharge_from_clinic(run, call, site)


def make_home_visit(run: Run, call: Call) -> Pathway:
    """The doctor drives to the patient and back; too far away, the patient is asked to come."""
    doctors, patient = run.doctors_for(call), call.patient
    way = run.way_to(call, doctors.place)
    limit_s = run.plan.organisation.home_visits.max_drive_min.value * MINUTE_S
    if not doctors.home_visits or way.seconds > limit_s:
        yield from come_to_clinic(run, call)
        return
    queue, remaining_s = doctors.queue, run.patients.home_visit_s[patient]
    run.recorder.doctor_asked_s[patient] = run.clock._now
    doctor = yield from queue.acquire(priority=call.urgency)
    while remaining_s is not None:
        remaining_s = yield from visit_at_home(run, call, doctors, doctor, (way, remaining_s))
        if remaining_s is not None:
            doctor = yield from wait_for_next_doctor(run, call, queue)


def visit_at_home(
    run: Run, call: Call, doctors: DoctorsOnDuty, doctor: StaffMember, visit: tuple[Way, float]
) -> Pathway:
    """Drive out, see the patient, drive back; return how much is left if called away to red.

    The visit is the way there and how many seconds are left of it.
    """
    patient, (way, remaining_s) = call.patient, visit
    doctors.drive_out(doctor)
    out = run.begin_trip(way, TO_PATIENT, doctor.unit, patient)
    if not (yield from make_trip(run, doctor, interruptible_work(run, VISIT, call), out)):
        return remaining_s
    run.note_doctor(call)
    run.note_recognised_red(call)
    rest_s = yield from work_on(
        run, doctor, interruptible_work(run, VISIT, call, (call.place, call.local_km)), remaining_s
    )
    if rest_s is not None:
        return rest_s
    run.close_course(call, HOME_VISIT)
    back = run.begin_trip(way.back, TO_STATION, doctor.unit, patient)
    if (yield from make_trip(run, doctor, interruptible_drive_home(run, VISIT, call), back)):
        doctors.come_back(doctor)
        doctor.finish(VISIT, patient)
    return None
