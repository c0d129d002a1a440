"""Walk-ins: patients who come to the door without ringing first."""

from __future__ import annotations

from akuttsim.chain.clinic import comes_in, goes_out, seen_at_clinic, triaged_at_door
from akuttsim.chain.clock import Pathway
from akuttsim.chain.delivery import goes_home, leaves_clinic
from akuttsim.chain.phone import rings_116117
from akuttsim.chain.run import Call, Run
from akuttsim.chain.service import Site
from akuttsim.records import ADVICE, TO_CARE


def walks_in(run: Run, call: Call) -> Pathway:
    """Drive to the nearest clinic with a doctor; if none is open now, ring 116117 instead."""
    patient, recorder = call.patient, run.recorder
    if not run.is_open_for(call):
        yield from rings_116117(run, call)
        return
    site = run.clinic_for(call, 0.0, with_doctor=True)
    drive_s = run.drives(run.way_from(call, site.place), TO_CARE, -1, patient)
    recorder.walk_in[patient] = True
    recorder.left_home_s[patient] = run.clock._now
    recorder.travel_s[patient] = drive_s
    yield run.wait(drive_s)
    call.urgency = recorder.judged[patient] = run.choices.judged_at_door[patient]
    if site.door_triage and run.cases.way[patient] == ADVICE:
        yield from advised_at_door(run, call, site)
        return
    site = yield from seen_at_clinic(run, call, site)
    yield from leaves_clinic(run, call, site)


def advised_at_door(run: Run, call: Call, site: Site) -> Pathway:
    """The nurse at the door gives advice; no doctor is needed."""
    comes_in(run, call, site)
    yield from triaged_at_door(run, call, site)
    goes_out(run, call, site)
    run.ends(call, ADVICE)
    goes_home(run, call, site)
