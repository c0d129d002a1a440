"""Doctors in training on duty (LIS1): they ask the doctor on call, who may come in to the patient.

The duty to have somebody on call behind whoever may not be alone is in the regulation on emergency
medicine outside hospital (akuttmedisinforskriften § 7).
"""

from __future__ import annotations

from akuttsim.chain.clock_and_queues import Pathway
from akuttsim.chain.run_state import Call, Run
from akuttsim.chain.service import DoctorsOnDuty
from akuttsim.chain.staff_queues import StaffMember
from akuttsim.records import CONSULTATION, PHONE


def end_consultation_in_training(
    run: Run, call: Call, doctors: DoctorsOnDuty, doctor: StaffMember
) -> Pathway:
    """End a consultation where some doctors are in training: one asks, and the other may come.

    Doctor and doctor on call are both busy while they talk. Who comes in examines the patient, who
    waits inside; the doctor in training goes on with others meanwhile.

    Args:
        run: The run.
        call: The patient, who has been examined.
        doctors: The team, with somebody on call.
        doctor: Who examined, perhaps in training.
    """
    rule, back_up, patient = doctors.training, doctors.back_up, call.patient
    assert rule is not None and back_up is not None
    asks = run.optional.u_asks_back_up[patient] < rule.asks[call.urgency]
    adviser = back_up.take_for_advice() if asks and doctor.unit in rule.units else None
    if adviser is None:
        doctor.finish(CONSULTATION, patient)
        return
    doctor.switch_work(CONSULTATION, patient)
    yield run.wait(run.optional.training_talk_s[doctors.index][patient])
    adviser.switch_work(PHONE, patient)
    doctor.finish(PHONE, patient)
    if run.optional.u_back_up_comes[patient] < rule.comes:
        yield back_up.come_in(adviser)
        adviser.since = run.clock._now
        yield run.wait(run.patients.consultation_s[patient])
        adviser.switch_work(CONSULTATION, patient)
    back_up.rest_again(adviser)
