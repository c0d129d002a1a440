"""Co-responders beside the ambulance: first responders, a satellite's nurse, and supports.

Supports are a helicopter, a boat or a single responder.
"""

from __future__ import annotations

from akuttsim.chain.clock import Pathway
from akuttsim.chain.crews_and_missions import Mission
from akuttsim.chain.patient_view import HOME
from akuttsim.chain.run_state import Call, Run, Way
from akuttsim.chain.service import CareSite, ResponderGroup, SupportUnit
from akuttsim.records import (
    AMBULANCE,
    NURSE_OUT,
    RED,
    STRAIGHT,
    SUPPORT,
    TO_PATIENT,
    TO_STATION,
    WITH_PATIENT,
)


def choose_support(run: Run, call: Call, ambulance_s: float) -> SupportUnit | None:
    """Return the support that is expected first, if that is before the ambulance."""
    best, soonest_s = None, ambulance_s
    for support in run.service.supports:
        if support_may_go(run, call, support):
            way_s = support_way_out(run, support, call).seconds
            expected_s = support.expected_reaction_s + way_s
            if way_s <= support.farthest_s and expected_s < soonest_s:
                best, soonest_s = support, expected_s
    return best


def support_may_go(run: Run, call: Call, support: SupportUnit) -> bool:
    """Tell whether a support is asked for, free, on duty and, where it flies, has the weather."""
    if support.is_out or run.optional.u_support[call.patient] >= support.sent[call.urgency]:
        return False
    if support.needs_weather and not run.optional.flyable[call.patient]:
        return False
    return support.is_on_duty(run.clock._now)


def support_way(
    run: Run, support: SupportUnit, start: int, end: int, start_km: float = 0.0, end_km: float = 0.0
) -> Way:
    """Return the way from one place to another, by road with blue light or straight.

    By road also the kilometres about both ends; what flies lands near, what sails is met there.
    """
    if support.straight is None:
        return run.way(start, end, "blue", start_km, end_km)
    return Way(start, end, STRAIGHT, -1, support.straight.seconds(start, end))


def support_way_out(run: Run, support: SupportUnit, call: Call) -> Way:
    """Return the way from base to the patient."""
    return support_way(run, support, support.base, call.place, 0.0, call.local_km)


def send_support(run: Run, call: Call, mission: Mission, support: SupportUnit) -> Pathway:
    """Go to the patient, help, perhaps take the patient along, and return to base."""
    patient, since_s = call.patient, run.clock._now
    support.is_out = True
    reaction_s = run.optional.support_s[support.index][patient]
    out = support_way_out(run, support, call)
    way_s = run.record_drive(out, TO_PATIENT, support.unit, patient, after_s=reaction_s)
    yield run.wait(reaction_s + way_s)
    leaves_from = mission.place
    if not mission.completed:
        run.recorder.support[patient] = support.index
        run.recorder.support_s[patient] = run.clock._now
        run.note_first_help(call)
        yield run.wait(run.patients.on_scene_s[patient])
        leaves_from = yield from take_patient_along(run, call, mission, support)
    home = support_way(run, support, leaves_from, support.base, call.local_km)
    yield run.wait(run.record_drive(home, TO_STATION, support.unit, patient))
    run.recorder.log_activity(support.unit, SUPPORT, since_s, run.clock._now, patient)
    support.is_out = False


def take_patient_along(run: Run, call: Call, mission: Mission, support: SupportUnit) -> Pathway:
    """Take the patient to hospital, or settle it at home, if the ambulance has not; return where.

    The ambulance, if it is still on its way, turns back.
    """
    patient, place = call.patient, mission.place
    stays = run.patients.conveyed[patient] == HOME
    conveys = run.optional.u_support_conveys[patient] < support.conveys and not stays
    settles = stays and support.straight is None
    if mission.completed or not (conveys or settles):
        return place
    run.recorder.left_scene_s[patient] = run.clock._now
    run.fleet.complete_mission(mission)
    run.turn_doctor_back(mission)
    if stays:
        run.close_course(call, AMBULANCE)
        return place
    hospital = run.hospital_for(place)
    way = support_way(run, support, place, hospital)
    yield run.wait(run.record_drive(way, WITH_PATIENT, support.unit, patient))
    run.recorder.at_hospital_s[patient] = run.clock._now
    run.close_course(call, AMBULANCE)
    yield run.wait(run.patients.hospital_handover_s[patient])
    return hospital


def alert_co_responders(run: Run, call: Call, mission: Mission) -> None:
    """Alert all who come beside the ambulance; each goes its own way."""
    ambulance_s = run.fleet.soonest_s(mission)
    support = choose_support(run, call, ambulance_s)
    if support is not None:
        run.clock.start(send_support(run, call, mission, support))
    if call.urgency == RED:
        alert_first_responders(run, call, mission, ambulance_s)
        for site in run.service.serving[call.municipality]:
            if site.call_out is not None:
                run.clock.start(call_out_nurse(run, call, mission, site))


def alert_first_responders(run: Run, call: Call, mission: Mission, ambulance_s: float) -> None:
    """Alert the nearest first responders who answer; they stay until the ambulance has come."""
    patient, nearest_s = call.patient, float("inf")
    nearest: tuple[Way, float] | None = None
    for number, group in enumerate(run.service.responders):
        way = run.way_to(call, group.place)
        reaction_s = run.optional.responder_s[number][patient]
        comes = reaction_s and is_group_alerted(group, way.seconds, ambulance_s)
        if comes and reaction_s + way.seconds < nearest_s:
            nearest, nearest_s = (way, reaction_s), reaction_s + way.seconds
    if nearest is not None:
        run.record_drive(nearest[0], TO_PATIENT, -1, patient, after_s=nearest[1])
        run.clock.later(nearest_s, lambda _: note_responder_arrival(run, call, mission))


def is_group_alerted(group: ResponderGroup, drive_s: float, ambulance_s: float) -> bool:
    """Tell whether they are near enough, well before the ambulance, and that is late enough."""
    expected_s = group.expected_reaction_s + drive_s
    if drive_s > group.max_drive_s or ambulance_s <= group.ambulance_later_than_s:
        return False
    return expected_s + group.ahead_s <= ambulance_s


def note_responder_arrival(run: Run, call: Call, mission: Mission) -> None:
    """Note when first responders stand at the patient, unless others have left with the patient."""
    if not mission.completed:
        run.recorder.responder_s[call.patient] = run.clock._now
        run.note_first_help(call)


def call_out_nurse(run: Run, call: Call, mission: Mission, site: CareSite) -> Pathway:
    """The satellite's nurse goes out to a red incident nearby, if not with somebody."""
    assert site.call_out is not None and site.nurses is not None
    way = run.way_to(call, site.place)
    goes = run.optional.u_nurse_goes[call.patient] < site.call_out.share
    if not goes or way.seconds > site.call_out.max_drive_s:
        return
    nurse = site.nurses.take_free()
    if nurse is None:
        return
    yield run.wait(run.record_drive(way, TO_PATIENT, nurse.unit, call.patient))
    if not mission.completed:
        run.recorder.nurse_on_scene_s[call.patient] = run.clock._now
        run.note_first_help(call)
        yield run.wait(run.patients.doctor_on_scene_s[call.patient])
    yield run.wait(run.record_drive(way.back, TO_STATION, nurse.unit, call.patient))
    nurse.finish(NURSE_OUT, call.patient)
