"""The doctor's call-out (utrykning): alerted to a red incident, the doctor goes out or stays."""

from __future__ import annotations

from akuttsim.chain.call_out_rules import chance_of_going
from akuttsim.chain.clock import Pathway
from akuttsim.chain.crews import Mission
from akuttsim.chain.interruptions import (
    NOBODY_WAITS,
    Task,
    Trip,
    called_away,
    drives,
    ends_trip,
    from_the_road,
    way_home,
)
from akuttsim.chain.run import Call, Run, Way
from akuttsim.chain.service import Doctors
from akuttsim.chain.staff import Person
from akuttsim.records import (
    BUSY,
    BY_CAR,
    CALL_OUT,
    DECLINED,
    LEFT_PATIENT,
    TO_PATIENT,
    TO_STATION,
    TOO_FAR,
    WENT_OUT,
)
from akuttsim.roads.network import Mode
from akuttsim.units import MINUTE_S


def doctor_called_out(run: Run, call: Call, mission: Mission) -> Pathway:
    """The doctor on duty is alerted to a red incident, and goes out or not."""
    doctors, patient, became = run.doctors_for(call), call.patient, run.recorder.doctor_call_out
    drive_s = run.way_to(call, doctors.place, driving_mode(doctors)).seconds
    became[patient] = reason_to_stay(run, patient, doctors, drive_s)
    if became[patient]:
        return
    found = whoever_goes(run, doctors)
    if found is None:
        became[patient] = BUSY
        return
    doctor, left = found
    became[patient] = LEFT_PATIENT if left and left.urgency != NOBODY_WAITS else WENT_OUT
    trip = sets_out(run, call, doctors, doctor, left)
    back = way_home(run, CALL_OUT, call)
    if (yield from reaches(run, call, mission, trip)):
        with_patient_s = run.cases.doctor_on_scene_s[patient]
        if back is not None:
            yield run.wait(with_patient_s)
        after_s = 0.0 if back is not None else with_patient_s
        way = way_back(run, trip, doctors)
        home: Trip | None = run.departs(way, TO_STATION, doctor.unit, patient, after_s)
    else:
        home = turns_back(run, call, doctors, trip)
    if home is None or (yield from drives(run, doctor, back, home)):
        doctors.come_back(doctor)
        doctor.finishes(CALL_OUT, patient)


def driving_mode(doctors: Doctors) -> Mode:
    """Return how the doctors of a team drive out: with blue light in a response vehicle."""
    return "blue" if doctors.response_car else "car"


def reason_to_stay(run: Run, patient: int, doctors: Doctors, drive_s: float) -> int:
    """Return why the doctor does not go out, or 0: too far, or little benefit expected."""
    limit = run.plan.organisation.call_outs.max_drive_min
    if not doctors.call_outs or (limit is not None and drive_s > limit.value * MINUTE_S):
        return TOO_FAR
    if run.going_odds is None:
        return 0 if run.cases.doctor_goes[patient] else DECLINED
    queue = doctors.queue
    others_wait = bool(queue.waiting) or not queue.team.idle
    chance = chance_of_going(run.going_odds, drive_s, others_wait, doctors.response_car)
    return 0 if run.choices.u_doctor_goes[patient] < chance else DECLINED


def whoever_goes(run: Run, doctors: Doctors) -> tuple[Person, Task | None] | None:
    """Take a doctor who is free, or one whose work may be left, with that work; None if none."""
    doctor = doctors.queue.find()
    return called_away(run, doctors) if doctor is None else (doctor, None)


def sets_out(run: Run, call: Call, doctors: Doctors, doctor: Person, left: Task | None) -> Trip:
    """Return the trip out: after the reaction, or at once by a doctor who is on the road."""
    order, mode = (TO_PATIENT, call.patient), driving_mode(doctors)
    if left is not None and left.trip is not None:
        return from_the_road(run, left.trip, order, (call.place, call.local_km), mode)
    if left is None or left.place is None:
        doctors.drive_out(doctor)
        start, start_km = doctors.place, 0.0
    else:
        start, start_km = left.place
    reaction_s = run.choices.doctor_reaction_s[call.patient]
    way = run.way(start, call.place, mode, start_km, call.local_km)
    return run.departs(way, TO_PATIENT, doctor.unit, call.patient, reaction_s)


def reaches(run: Run, call: Call, mission: Mission, trip: Trip) -> Pathway:
    """React and drive out; return whether the patient is still there.

    With `turns_back` the doctor turns when the patient has been taken away.
    """
    departure, over_s = trip
    wait = run.wait(over_s - run.clock._now)
    if run.plan.organisation.call_outs.turns_back:
        mission.doctor_on_way = wait
    called_off = yield wait
    ends_trip(run, departure, called_off is not False)
    if called_off is False:
        return False
    mission.doctor_on_way = None
    run.recorder.doctor_on_scene_s[call.patient] = run.clock._now
    run.is_helped(call)
    return True


def way_back(run: Run, trip: Trip, doctors: Doctors) -> Way:
    """Return the way home: as out and as long, where that was the whole way without blue light."""
    out, over_s = trip
    if out.mode == BY_CAR and out.origin == out.joins == doctors.place:
        seconds = over_s - out.departed_s
        ends_s = (out.joins_s - out.departed_s, over_s - out.there_s)
        way = Way(out.origin, out.destination, out.mode, out.condition, seconds, *ends_s,
                  out.origin_km, out.destination_km)  # fmt: skip
        return way.back
    return run.way(out.destination, doctors.place, "car", out.destination_km)


def turns_back(run: Run, call: Call, doctors: Doctors, trip: Trip) -> Trip | None:
    """Return the trip home from wherever one has come to; None if one never left the base."""
    departure, base = trip[0], doctors.place
    if run.clock._now > departure.departed_s:
        return from_the_road(run, departure, (TO_STATION, call.patient), (base, 0.0), "car")
    if departure.origin == base:
        return None
    way = run.way(departure.origin, base, "car", departure.origin_km)
    return run.departs(way, TO_STATION, departure.unit, call.patient)
