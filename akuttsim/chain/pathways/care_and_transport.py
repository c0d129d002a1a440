"""Care after the phone: at a clinic or satellite, at home, at hospital, and the way between.

At the clinic's door there may be triage; then nurse, doctor, tests, observation, and home, to a
municipal acute bed or to hospital. A satellite may be staffed by an ambulance crew between
missions. A doctor may visit at home instead; planned transports are of patients in a bed.
"""

from __future__ import annotations

from math import inf

from akuttsim.chain.clock_and_queues import Pathway
from akuttsim.chain.crews import Mission, VehicleCrew
from akuttsim.chain.dispatch_rules import ambulance_driving_mode
from akuttsim.chain.fleet import CrewNurse
from akuttsim.chain.run_state import (
    Call,
    Run,
    Way,
    attend_patient,
    interruptible_drive_home,
    interruptible_work,
    make_trip,
    wait_for_next_doctor,
    work_on,
)
from akuttsim.chain.service import AcuteBedUnit, BedNursingRule, CareSite, DoctorsOnDuty
from akuttsim.chain.staff_queues import StaffMember, StaffQueue
from akuttsim.records import (
    ACUTE_BED,
    AMBULANCE,
    BY_UNKNOWN_WAY,
    CLINIC,
    CONSULTATION,
    DOOR_TRIAGE,
    GREEN,
    HOME_VISIT,
    NURSE,
    OUT_OF_REGION,
    RED,
    RESULT,
    TO_CARE,
    TO_HOME,
    TO_PATIENT,
    TO_STATION,
    TRANSPORT,
    TRANSPORTED,
    VIDEO,
    VISIT,
    WITH_PATIENT,
    YELLOW,
)
from akuttsim.units import MINUTE_S


def staff_satellites_with_crews(run: Run) -> None:
    """Give the satellites that crews staff their crew."""
    names = list(run.plan.organisation.ambulances)
    for site, clinic in zip(run.service.sites, run.plan.organisation.clinics.values(), strict=True):
        if clinic.nurses_of_crew is not None:
            crew = run.fleet.crews[names.index(clinic.nurses_of_crew)]
            site.crew = CrewNurse(run.clock, run.fleet, crew)


def examine_by_crew(run: Run, call: Call, site: CareSite) -> Pathway:
    """Be examined between missions: called away, the crew goes on when it is back.

    Args:
        run: The run.
        call: A patient at the satellite.
        site: A satellite that an ambulance crew staffs.
    """
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
    """Be seen by the doctor, here or where one is sent on at closing time.

    Nobody is sent on twice. In order: triage at the door, nurse, doctor, tests, observation.

    Args:
        run: The run.
        call: A patient who has just come in.
        site: The clinic.

    Returns:
        The clinic where the doctor saw the patient.
    """
    yield from receive_patient(run, call, site)
    doctor = yield from wait_for_doctor(run, call, site, site.sends_on)
    if doctor is None:
        site = yield from send_on_at_closing(run, call, site)
        yield from receive_patient(run, call, site)
        doctor = yield from wait_for_doctor(run, call, site, False)
    work = (CONSULTATION, run.patients.consultation_s[call.patient])
    doctor = yield from attend_patient(run, call, site.doctors.queue, doctor, work)
    if site.doctors.training is not None:
        yield from run.ends_in_training(run, call, site.doctors, doctor)
    else:
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
        nurse = yield from wait_inside(run, call, site.nurses)
        run.recorder.nurse_s[call.patient] = run.clock._now
        yield run.wait(run.patients.nurse_s[call.patient])
        nurse.finish(NURSE, call.patient)


def triage_at_door(run: Run, call: Call, site: CareSite) -> Pathway:
    """A nurse judges everyone who comes in, before other work and in order of arrival.

    Args:
        run: The run.
        call: The patient, whose urgency becomes the true one.
        site: The clinic, which has nurses.
    """
    assert site.nurses is not None
    nurse = yield from site.nurses.acquire(priority=RED)
    yield run.wait(run.optional.door_triage_s[call.patient])
    nurse.finish(DOOR_TRIAGE, call.patient)
    call.urgency = run.optional.judged_at_door[call.patient]
    if call.urgency == RED:
        run.note_recognised_red(call)


def wait_for_doctor(run: Run, call: Call, site: CareSite, till_closing: bool) -> Pathway:
    """Wait for the doctor by urgency.

    Args:
        run: The run.
        call: The patient.
        site: The clinic.
        till_closing: Whether the wait ends when the clinic closes.

    Returns:
        The doctor; None for who is sent on at closing time.
    """
    queue = site.doctors.queue
    run.recorder.doctor_asked_s[call.patient] = run.clock._now
    patience_s = None
    if till_closing:
        now = run.clock._now
        closes_s = run.openings.closes_s(now, site.index)
        patience_s = None if closes_s == inf else closes_s - now
    return (yield from wait_inside(run, call, queue, patience_s))


def wait_inside(run: Run, call: Call, queue: StaffQueue, longest_s: float | None = None) -> Pathway:
    """Wait in a clinic, by urgency; who is seen to get worse goes before those less urgent.

    Args:
        run: The run.
        call: The patient, whose urgency is raised if it is found out.
        queue: The queue before the nurses or doctors.
        longest_s: After how many seconds the wait is given up; None for never.

    Returns:
        The nurse or doctor; None for who has given up.
    """
    worse_s = run.until_worse_s(call)
    if worse_s is None or (longest_s is not None and longest_s <= worse_s):
        return (yield from queue.acquire(call.urgency, longest_s))
    person = yield from queue.acquire(call.urgency, worse_s)
    if person is not None:
        return person
    run.find_out_worse(call)
    rest_s = None if longest_s is None else longest_s - worse_s
    return (yield from queue.acquire(call.urgency, rest_s))


def send_on_at_closing(run: Run, call: Call, site: CareSite) -> Pathway:
    """Leave a clinic that closes, and drive to where a doctor is on duty.

    Args:
        run: The run.
        call: The patient.
        site: The clinic that closes.

    Returns:
        The clinic that the patient has come to.
    """
    leave_clinic(run, call, site)
    return (yield from drive_on_to_doctor(run, call, site))


def drive_on_to_doctor(run: Run, call: Call, site: CareSite) -> Pathway:
    """Drive from a clinic or satellite to where a doctor is on duty, and return that clinic."""
    call.move_to(site.place)
    other = run.clinic_for(call, 0.0, with_doctor=True)
    run.tell_doctor_at_home(call, other.doctors)
    drive_s = run.record_drive(run.way(call.place, other.place), TO_CARE, -1, call.patient)
    run.recorder.add_travel(call.patient, drive_s)
    yield run.wait(drive_s)
    return other


def follow_up(run: Run, call: Call, site: CareSite) -> Pathway:
    """Tests, and observation in a bed if one is free; after each the doctor comes once more.

    Args:
        run: The run.
        call: A patient whom the doctor has seen.
        site: The clinic; a bed is taken for the stay and the doctor's second look.
    """
    optional, patient = run.optional, call.patient
    if site.tests and optional.tests_s[patient]:
        yield run.wait(optional.tests_s[patient])
        yield from see_doctor_again(run, call, site, optional.result_s[patient])
    if optional.observation_s[patient] and site.has_free_bed():
        site.free_beds -= 1
        site.in_bed += 1
        if site.bed_nursing is not None and site.nurses is not None:
            run.clock.start(look_in_on(run, call, site, site.bed_nursing))
        yield run.wait(optional.observation_s[patient])
        run.recorder.bed_s[patient] = optional.observation_s[patient]
        site.in_bed -= 1
        yield from see_doctor_again(run, call, site, optional.observed_result_s[patient])
        site.free_beds += 1


def look_in_on(run: Run, call: Call, site: CareSite, rule: BedNursingRule) -> Pathway:
    """A nurse looks in on a patient in bed now and then, in turn with those who come in.

    Args:
        run: The run.
        call: The patient, who has just lain down.
        site: The clinic, which has nurses.
        rule: How often, and for how long.
    """
    assert site.nurses is not None
    until_s = run.clock._now + run.optional.observation_s[call.patient]
    while run.clock._now + rule.every_s < until_s:
        yield run.wait(rule.every_s)
        nurse = yield from site.nurses.acquire(priority=call.urgency)
        yield run.wait(rule.look_s)
        nurse.finish(NURSE, call.patient)


def see_doctor_again(run: Run, call: Call, site: CareSite, result_s: float) -> Pathway:
    """The doctor sees the patient once more.

    Args:
        run: The run.
        call: The patient, who waits by urgency as before.
        site: The clinic.
        result_s: How long the doctor needs, in seconds.
    """
    queue = site.doctors.queue
    doctor = yield from queue.acquire(priority=call.urgency)
    doctor = yield from attend_patient(run, call, queue, doctor, (RESULT, result_s))
    doctor.finish(RESULT, call.patient)


def attend_satellite(run: Run, call: Call, site: CareSite) -> Pathway:
    """The nurse examines here and, if needed, stays while the doctor elsewhere joins on video.

    Nurse and doctor are both busy during the video, and the nurse while the doctor is waited for.

    Args:
        run: The run.
        call: A patient who has just come in.
        site: The satellite, with nurses of its own or a crew.
    """
    enter_clinic(run, call, site)
    if site.crew is not None:
        yield from examine_by_crew(run, call, site)
        yield from see_doctor_on_video(run, call, site)
        run.fleet.release(site.crew.crew, site.place, call.patient)
    else:
        assert site.nurses is not None
        nurse = yield from wait_inside(run, call, site.nurses)
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


def deliver_to_hospital(run: Run, call: Call, crew: VehicleCrew) -> Pathway:
    """Drive to hospital, red with blue light, and hand over; or meet another crew half-way.

    The course ends when somebody at the hospital takes over; the crew is busy until it has handed
    over.

    Args:
        run: The run.
        call: The patient's call.
        crew: The crew at the patient.
    """
    beds = None if is_accompanied(call) else take_acute_bed(run, call, by_ambulance=True)
    if beds is not None:
        yield from deliver_to_acute_bed(run, call, crew, beds)
        return
    hospital = run.hospital_of(call)
    mode = ambulance_driving_mode(call.urgency)
    meeting = run.fleet.meeting((call.place, call.local_km), hospital, mode)
    if meeting is not None:
        crew = yield from meet_half_way(run, call, crew, meeting)
    way = run.way_from(call, hospital, mode)
    yield run.wait(run.drive_with_patient(call, way, crew.unit))
    run.recorder.at_hospital_s[call.patient] = run.clock._now
    run.note_recognised_red(call)
    yield from wait_at_hospital_door(run, call, hospital)
    run.recorder.handover_began_s[call.patient] = run.clock._now
    run.close_course(call, AMBULANCE)
    yield run.wait(run.patients.hospital_handover_s[call.patient])
    leave_hospital_door(run, hospital)
    if call.team is not None:
        call.team.note_handover(hospital)
    run.release_crew(crew, at=hospital, patient=call.patient)


def is_accompanied(call: Call) -> bool:
    """Tell whether an acute team's doctor rides along, to hospital in any case."""
    return call.team is not None and call.team.rider >= 0


def deliver_to_acute_bed(run: Run, call: Call, crew: VehicleCrew, beds: AcuteBedUnit) -> Pathway:
    """Drive to a municipal acute bed, which has been kept, and hand over.

    Args:
        run: The run.
        call: The patient's call.
        crew: The crew at the patient.
        beds: Where the bed is.
    """
    way = run.way_from(call, beds.place, ambulance_driving_mode(call.urgency))
    yield run.wait(run.drive_with_patient(call, way, crew.unit))
    run.note_recognised_red(call)
    lie_in_acute_bed(run, call, beds)
    run.close_course(call, ACUTE_BED)
    yield run.wait(run.patients.hospital_handover_s[call.patient])
    run.release_crew(crew, at=beds.place, patient=call.patient)


def meet_half_way(
    run: Run, call: Call, crew: VehicleCrew, meeting: tuple[VehicleCrew, int, float]
) -> Pathway:
    """Meet a crew from the hospital's side and hand the patient over.

    Args:
        run: The run.
        call: The patient's call, which is at the meeting place afterwards.
        crew: The crew with the patient, free after the hand-over.
        meeting: The other crew, the place, and in how many seconds both can be there.

    Returns:
        The crew that goes on with the patient.
    """
    relief, place, meeting_in_s = meeting
    run.fleet.send_to_meet(relief, Mission(call.patient, place, call.urgency))
    way = run.way_from(call, place, ambulance_driving_mode(call.urgency))
    run.drive_with_patient(call, way, crew.unit)
    yield run.wait(meeting_in_s + run.fleet.rules.half_way_handover_s)
    run.recorder.met_halfway[call.patient] = True
    run.release_crew(crew, at=place, patient=call.patient)
    call.move_to(place)
    return relief


def wait_at_hospital_door(run: Run, call: Call, hospital: int) -> Pathway:
    """Wait at the emergency department's door until somebody takes over, by urgency."""
    door = run.service.doors.get(hospital)
    if door is not None:
        yield from door.acquire(priority=call.urgency)


def leave_hospital_door(run: Run, hospital: int) -> None:
    """Give the place at the emergency department's door to the next crew."""
    door = run.service.doors.get(hospital)
    if door is not None:
        door.release()


def discharge_from_clinic(run: Run, call: Call, site: CareSite) -> Pathway:
    """Go home, or be admitted: to a municipal acute bed if that will do, else to hospital.

    By own means, or by ambulance where it is another place.

    Args:
        run: The run.
        call: A patient whom the doctor is done with.
        site: The clinic.
    """
    patients, patient = run.patients, call.patient
    beds = admit_to_acute_bed(run, call) if patients.admitted[patient] else None
    run.close_course(call, ACUTE_BED if beds is not None else CLINIC)
    if not patients.admitted[patient]:
        drive_home(run, call, site)
        return
    to = run.hospital_for(site.place) if beds is None else beds.place
    if not patients.by_ambulance[patient]:
        run.record_drive(run.way(site.place, to), TO_CARE, -1, patient)
    elif to != site.place:
        call.move_to(site.place)
        yield from transport_admitted(run, call, to, beds)


def drive_home(run: Run, call: Call, site: CareSite) -> None:
    """Drive home from a clinic, who came there by own means."""
    came_s, home = run.recorder.left_home_s[call.patient], run.patients.place[call.patient]
    if came_s == came_s and home >= 0:
        way = run.way(site.place, home, "car", 0.0, run.patients.local_km[call.patient])
        run.record_drive(way, TO_HOME, -1, call.patient)


def admit_to_acute_bed(run: Run, call: Call) -> AcuteBedUnit | None:
    """Lie in a municipal bed, if one that will do is free; return where."""
    beds = take_acute_bed(run, call)
    if beds is not None:
        lie_in_acute_bed(run, call, beds)
    return beds


def lie_in_acute_bed(run: Run, call: Call, beds: AcuteBedUnit) -> None:
    """Lie in a municipal bed that has been taken, for as long as was drawn."""
    stay_s = run.optional.acute_stay_s[beds.index][call.patient]
    run.clock.later(stay_s, beds.beds.release)


def take_acute_bed(run: Run, call: Call, by_ambulance: bool = False) -> AcuteBedUnit | None:
    """Take a free municipal bed that will do for a patient admitted, or on the way to hospital.

    Args:
        run: The run.
        call: The patient, whose urgency and municipality decide.
        by_ambulance: Whether a crew has the patient, rather than a clinic.

    Returns:
        The unit with the bed; None where there is none.
    """
    u_acute_bed = run.optional.u_acute_bed[call.patient]
    for beds in run.service.acute_beds:
        shares = beds.by_ambulance if by_ambulance else beds.takes
        takes = u_acute_bed < shares[call.urgency]
        if takes and call.municipality in beds.municipalities and beds.beds.take_free():
            return beds
    return None


def transport_admitted(run: Run, call: Call, to: int, beds: AcuteBedUnit | None) -> Pathway:
    """An ambulance takes an admitted patient from the clinic to hospital or bed.

    Never as red: the patient is under care already.

    Args:
        run: The run.
        call: The patient at the clinic.
        to: Index of the place to go to.
        beds: The municipal beds, or None for a hospital, where a crew may wait at the door.
    """
    patients, patient = run.patients, call.patient
    call.urgency = max(call.urgency, YELLOW)
    crew = yield from wait_for_crew(run, Mission(patient, call.place, call.urgency))
    yield run.wait(patients.legevakt_handover_s[patient])
    yield run.wait(run.record_drive(run.way_from(call, to), WITH_PATIENT, crew.unit, patient))
    if beds is None:
        yield from wait_at_hospital_door(run, call, to)
    yield run.wait(patients.hospital_handover_s[patient])
    if beds is None:
        leave_hospital_door(run, to)
    run.fleet.release(crew, to, patient)


def wait_for_crew(run: Run, mission: Mission) -> Pathway:
    """Wait for a crew where the patient is safe; it may be sent to somebody graver on its way.

    Args:
        run: The run.
        mission: The mission, with place and urgency.

    Returns:
        The crew that stands at the patient.
    """
    while True:
        crew = yield from run.fleet.acquire(mission)
        _, arrival = run.send_crew(crew)
        called_off = yield arrival
        if called_off is None:
            run.fleet.note_arrival(crew)
            return crew


def make_planned_transport(run: Run, call: Call) -> Pathway:
    """A transport ordered beforehand: waits behind everybody else, and takes its time.

    Args:
        run: The run.
        call: The patient; who leaves the region is away for as long as was drawn, and the crew with
            them.
    """
    if run.calls_alone:
        return
    patients, patient = run.patients, call.patient
    call.urgency = GREEN
    run.recorder.requested_s[patient] = run.clock._now
    mission = Mission(patient, call.place, GREEN, kind=TRANSPORT)
    mission.local_km = call.local_km
    crew = yield from wait_for_crew(run, mission)
    run.recorder.crew[patient] = crew.index
    run.recorder.on_scene_s[patient] = run.clock._now
    yield run.wait(patients.on_scene_s[patient])
    to = patients.transport_to[patient]
    if to < 0:
        to = run.hospital_for(call.place)
        away = Way(call.place, to, BY_UNKNOWN_WAY, -1, patients.away_s[patient])
        yield run.wait(run.record_drive(away, OUT_OF_REGION, crew.unit, patient))
    else:
        drive_s = run.record_drive(run.way_from(call, to), WITH_PATIENT, crew.unit, patient)
        yield run.wait(drive_s + patients.hospital_handover_s[patient])
    run.close_course(call, TRANSPORTED)
    run.recorder.free_s[patient] = run.clock._now
    run.fleet.release(crew, to, patient)


def come_to_clinic(run: Run, call: Call) -> Pathway:
    """Make ready, drive to the nearest clinic open on arrival, and be seen there.

    Who gets worse before arriving rings again instead. Who gets a booked time waits for it at home.

    Args:
        run: The run.
        call: A patient whom 116117 has asked to come.
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
    worse_s = run.until_worse_s(call)
    if worse_s is not None and worse_s < ready_s + drive_s:
        run.clock.later(worse_s, run.ring_again_worse, call)
        return
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
    site = yield from drive_on_to_doctor(run, call, satellite)
    site = yield from attend_clinic(run, call, site)
    yield from discharge_from_clinic(run, call, site)


def make_home_visit(run: Run, call: Call) -> Pathway:
    """The doctor drives to the patient and back; too far away, the patient is asked to come.

    A visit that red interrupts is gone on with by whoever is free first. Who gets worse before a
    doctor sets out rings again instead.

    Args:
        run: The run.
        call: A patient whom 116117 has promised a visit.
    """
    doctors, patient = run.doctors_for(call), call.patient
    way = run.way_to(call, doctors.place)
    limit_s = run.plan.organisation.home_visits.max_drive_min.value * MINUTE_S
    if not doctors.home_visits or way.seconds > limit_s:
        yield from come_to_clinic(run, call)
        return
    queue, remaining_s = doctors.queue, run.patients.home_visit_s[patient]
    run.recorder.doctor_asked_s[patient] = run.clock._now
    doctor = yield from queue.acquire(call.urgency, run.until_worse_s(call))
    if doctor is None:
        run.ring_again_worse(call)
        return
    while remaining_s is not None:
        remaining_s = yield from visit_at_home(run, call, doctors, doctor, (way, remaining_s))
        if remaining_s is not None:
            doctor = yield from wait_for_next_doctor(run, call, queue)


def visit_at_home(
    run: Run, call: Call, doctors: DoctorsOnDuty, doctor: StaffMember, visit: tuple[Way, float]
) -> Pathway:
    """Drive out, see the patient, drive back.

    Args:
        run: The run.
        call: The patient.
        doctors: The doctor's team.
        doctor: The doctor.
        visit: The way there, and how many seconds of the visit are left.

    Returns:
        How many seconds are left if the doctor is called away to red; None when it is done.
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
