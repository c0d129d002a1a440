"""Help that is alerted beside the ambulance: satellite's nurse, first responders, supports."""

from __future__ import annotations

from akuttsim.chain.clock import Pathway
from akuttsim.chain.crews import Mission
from akuttsim.chain.run import Call, Run, Way
from akuttsim.chain.service import Responders, Site
from akuttsim.chain.supports import sent_beside, support_to
from akuttsim.records import NURSE_OUT, RED, TO_PATIENT, TO_STATION


def others_alerted(run: Run, call: Call, mission: Mission) -> None:
    """Alert all who come beside the ambulance; each goes its own way."""
    ambulance_s = run.fleet.soonest_s(mission)
    support = sent_beside(run, call, ambulance_s)
    if support is not None:
        run.clock.start(support_to(run, call, mission, support))
    if call.urgency == RED:
        responders_alerted(run, call, mission, ambulance_s)
        for site in run.service.serving[call.municipality]:
            if site.call_out is not None:
                run.clock.start(nurse_called_out(run, call, mission, site))


def responders_alerted(run: Run, call: Call, mission: Mission, ambulance_s: float) -> None:
    """Alert the nearest first responders who answer; they stay until the ambulance has come."""
    patient, nearest_s = call.patient, float("inf")
    nearest: tuple[Way, float] | None = None
    for number, group in enumerate(run.service.responders):
        way = run.way_to(call, group.place)
        reaction_s = run.choices.responder_s[number][patient]
        comes = reaction_s and is_alerted(group, way.seconds, ambulance_s)
        if comes and reaction_s + way.seconds < nearest_s:
            nearest, nearest_s = (way, reaction_s), reaction_s + way.seconds
    if nearest is not None:
        run.drives(nearest[0], TO_PATIENT, -1, patient, after_s=nearest[1])
        run.clock.later(nearest_s, lambda _: responder_arrives(run, call, mission))


def is_alerted(group: Responders, drive_s: float, ambulance_s: float) -> bool:
    """Tell whether they are near enough, well before the ambulance, and that is late enough."""
    expected_s = group.expected_reaction_s + drive_s
    if drive_s > group.max_drive_s or ambulance_s <= group.ambulance_later_than_s:
        return False
    return expected_s + group.ahead_s <= ambulance_s


def responder_arrives(run: Run, call: Call, mission: Mission) -> None:
    """Note when first responders stand at the patient, unless others have left with the patient."""
    if not mission.is_over:
        run.recorder.responder_s[call.patient] = run.clock._now
        run.is_helped(call)


def nurse_called_out(run: Run, call: Call, mission: Mission, site: Site) -> Pathway:
    """The satellite's nurse goes out to a red incident nearby, if not with somebody."""
    assert site.call_out is not None and site.nurses is not None
    way = run.way_to(call, site.place)
    goes = run.choices.u_nurse_goes[call.patient] < site.call_out.share
    if not goes or way.seconds > site.call_out.max_drive_s:
        return
    nurse = site.nurses.find()
    if nurse is None:
        return
    yield run.wait(run.drives(way, TO_PATIENT, nurse.unit, call.patient))
    if not mission.is_over:
        run.recorder.nurse_on_scene_s[call.patient] = run.clock._now
        run.is_helped(call)
        yield run.wait(run.cases.doctor_on_scene_s[call.patient])
    yield run.wait(run.drives(way.back, TO_STATION, nurse.unit, call.patient))
    nurse.finishes(NURSE_OUT, call.patient)
