"""E-consultation: a contact that begins on screen, with a net doctor or our own."""

from __future__ import annotations

from akuttsim.chain.clock import Pathway
from akuttsim.chain.interruptions import attended
from akuttsim.chain.phone import rings_116117
from akuttsim.chain.run import Call, Run
from akuttsim.records import E_CONSULT, E_CONSULTATION


def consults_on_screen(run: Run, call: Call) -> Pathway:
    """See a doctor on screen; some must ring 116117 all the same."""
    doctors, patient = run.service.e_consulting, call.patient
    if doctors is None:
        yield run.wait(run.choices.e_consultation_s[patient])
    else:
        queue = doctors.queue
        doctor = queue.find() or (yield queue.wait(call.urgency))
        run.recorder.doctor_s[patient] = run.clock._now
        work = (E_CONSULT, run.choices.e_consultation_s[patient])
        doctor = yield from attended(run, call, queue, doctor, work)
        doctor.finishes(E_CONSULT, patient)
    if run.choices.e_sent_on[patient]:
        yield from rings_116117(run, call)
    else:
        run.ends(call, E_CONSULTATION)
