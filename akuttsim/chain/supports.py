"""Supports: helicopter, boat and single responder, sent beside the ambulance."""

from __future__ import annotations

from akuttsim.chain.cases import HOME
from akuttsim.chain.clock import Pathway
from akuttsim.chain.crews import Mission
from akuttsim.chain.run import Call, Run, Way
from akuttsim.chain.service import Support
from akuttsim.records import AMBULANCE, STRAIGHT, SUPPORT, TO_PATIENT, TO_STATION, WITH_PATIENT


def sent_beside(run: Run, call: Call, ambulance_s: float) -> Support | None:
    """Return the support that is expected first, if that is before the ambulance."""
    best, soonest_s = None, ambulance_s
    for support in run.service.supports:
        if may_go(run, call, support):
            way_s = way_out(run, support, call).seconds
            expected_s = support.expected_reaction_s + way_s
            if way_s <= support.farthest_s and expected_s < soonest_s:
                best, soonest_s = support, expected_s
    return best


def may_go(run: Run, call: Call, support: Support) -> bool:
    """Tell whether a support is asked for, free, on duty and, where it flies, has the weather."""
    if support.is_out or run.choices.u_support[call.patient] >= support.sent[call.urgency]:
        return False
    if support.needs_weather and not run.choices.flyable[call.patient]:
        return False
    return support.is_on_duty(run.clock._now)


def way_of(
    run: Run, support: Support, start: int, end: int, start_km: float = 0.0, end_km: float = 0.0
) -> Way:
    """Return the way from one place to another, by road with blue light or straight.

    By road also the kilometres about both ends; what flies lands near, what sails is met there.
    """
    if support.straight is None:
        return run.way(start, end, "blue", start_km, end_km)
    return Way(start, end, STRAIGHT, -1, support.straight.seconds(start, end))


def way_out(run: Run, support: Support, call: Call) -> Way:
    """Return the way from base to the patient."""
    return way_of(run, support, support.base, call.place, 0.0, call.local_km)


def support_to(run: Run, call: Call, mission: Mission, support: Support) -> Pathway:
    """Go to the patient, help, perhaps take the patient along, and return to base."""
    patient, since_s = call.patient, run.clock._now
    support.is_out = True
    reaction_s = run.choices.support_s[support.index][patient]
    out = way_out(run, support, call)
    way_s = run.drives(out, TO_PATIENT, support.unit, patient, after_s=reaction_s)
    yield run.wait(reaction_s + way_s)
    leaves_from = mission.place
    if not mission.is_over:
        run.recorder.support[patient] = support.index
        run.recorder.support_s[patient] = run.clock._now
        run.is_helped(call)
        yield run.wait(run.cases.on_scene_s[patient])
        leaves_from = yield from takes_along(run, call, mission, support)
    home = way_of(run, support, leaves_from, support.base, call.local_km)
    yield run.wait(run.drives(home, TO_STATION, support.unit, patient))
    run.recorder.did(support.unit, SUPPORT, since_s, run.clock._now, patient)
    support.is_out = False


def takes_along(run: Run, call: Call, mission: Mission, support: Support) -> Pathway:
    """Take the patient to hospital, or settle it at home, if the ambulance has not; return where.

    The ambulance, if it is still on its way, turns back.
    """
    patient, place = call.patient, mission.place
    stays = run.cases.conveyed[patient] == HOME
    conveys = run.choices.u_support_conveys[patient] < support.conveys and not stays
    settles = stays and support.straight is None
    if mission.is_over or not (conveys or settles):
        return place
    run.recorder.left_scene_s[patient] = run.clock._now
    run.fleet.is_over(mission)
    run.turns_doctor_back(mission)
    if stays:
        run.ends(call, AMBULANCE)
        return place
    hospital = run.hospital_for(place)
    way = way_of(run, support, place, hospital)
    yield run.wait(run.drives(way, WITH_PATIENT, support.unit, patient))
    run.recorder.at_hospital_s[patient] = run.clock._now
    run.ends(call, AMBULANCE)
    yield run.wait(run.cases.hospital_handover_s[patient])
    return hospital
