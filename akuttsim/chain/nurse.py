"""The nurse at 116117: judges how urgent it is, and sends the caller on."""

from __future__ import annotations

from collections.abc import Callable

from akuttsim.chain.answering import FIRST_IN_LINE, answered
from akuttsim.chain.clock import Pathway
from akuttsim.chain.doctor import rung_up_by_doctor, spared_by_doctor
from akuttsim.chain.mission import ambulance_to
from akuttsim.chain.run import Call, Run
from akuttsim.chain.staff import Person
from akuttsim.chain.visits import comes_to_clinic, home_visit
from akuttsim.records import (
    ADVICE,
    AMBULANCE,
    CAME,
    CLINIC,
    CONFERENCE,
    DOCTOR_PHONE,
    DOCTOR_PHONE_INSTEAD,
    HOME_VISIT,
    LINE_HEALTH,
    NEXT_DAY,
    NEXT_DAY_INSTEAD,
    OUTSIDE,
    RED,
    TALK,
    WITHOUT,
)


def nurse_talks(run: Run, call: Call, nurse: Person) -> Pathway:
    """The nurse judges the urgency, by voice or video, and sends the caller on.

    Red is recognised before all has been said: the rest of her talk comes after the conference.
    """
    cases, recorder, patient = run.cases, run.recorder, call.patient
    call.urgency = recorder.judged[patient] = cases.judged[patient]
    recorder.video[patient] = cases.video[patient]
    recorder.video_moved[patient] = cases.video_moved[patient]
    yield run.speaks(call, cases.talk_s[patient])
    if call.urgency == RED:
        run.recognised(call)
    way = cases.way[patient]
    if call.municipality < 0:
        yield from back_to_own_district(run, call, nurse)
        return
    if way == AMBULANCE:
        yield from conference_with_113(run, call, nurse)
        return
    run.clock.later(cases.after_call_s[patient], lambda _: nurse.finishes(TALK, patient))
    if way == ADVICE:
        run.sent_home(call, ADVICE, cases.worsens_s[patient])
        return
    if run.choices.asks_doctor[patient]:
        spared = yield from spared_by_doctor(run, call)
        if spared:
            return
    if CAME < cases.instead[patient] <= WITHOUT:
        yield from stays_away(run, call, cases.instead[patient])
    else:
        yield from ONWARD[way](run, call)


ONWARD: dict[int, Callable[[Run, Call], Pathway]] = {
    DOCTOR_PHONE: rung_up_by_doctor,
    CLINIC: comes_to_clinic,
    HOME_VISIT: home_visit,
}
"""Where 116117 sends a caller on who needs more than advice; an ambulance goes through 113."""


def stays_away(run: Run, call: Call, instead: int) -> Pathway:
    """Care is too far away: the caller settles for advice, the doctor's phone or another day."""
    run.recorder.instead[call.patient] = instead
    if instead == DOCTOR_PHONE_INSTEAD:
        yield from rung_up_by_doctor(run, call)
    else:
        outcome = NEXT_DAY if instead == NEXT_DAY_INSTEAD else ADVICE
        run.sent_home(call, outcome, run.cases.worsens_s[call.patient])


def back_to_own_district(run: Run, call: Call, nurse: Person) -> Pathway:
    """A neighbour district's caller is sent on to care that is outside the model.

    With red the nurse stays on the line for as long as a conference with 113 takes. 113's own part
    of it is left out, as it is in organisations in which another room answers for the district.
    """
    cases, patient, did = run.cases, call.patient, TALK
    if cases.way[patient] == AMBULANCE:
        did = CONFERENCE
        yield run.wait(cases.conference_s[patient])
    rest_s = cases.rest_of_talk_s[patient] + cases.after_call_s[patient]
    run.clock.later(rest_s, lambda _: nurse.finishes(did, patient))
    run.ends(call, OUTSIDE)


def conference_with_113(run: Run, call: Call, nurse: Person) -> Pathway:
    """The nurse stays on the line until 113 answers and both have spoken; 113 takes over.

    What was left of her talk when she recognised red she does then, with her notes. Where she
    answers 113 herself, she goes on alone.
    """
    cases, patient = run.cases, call.patient
    rest_s = cases.rest_of_talk_s[patient]
    amk = run.room_113(call)
    run.recorder.notified_s[patient] = run.clock._now
    call.priority, call.line = FIRST_IN_LINE, LINE_HEALTH
    taker = nurse
    if run.answers_herself(nurse, amk):
        call.room = amk.in_service()
    else:
        taker = yield from answered(run, call, amk, None)
        yield run.speaks(call, cases.conference_s[patient])
        after_s, rest_s = rest_s + cases.after_call_s[patient], 0.0
        run.clock.later(after_s, lambda _: nurse.finishes(CONFERENCE, patient))
    run.clock.start(ambulance_to(run, call))
    yield run.wait(cases.interview_113_s[patient] + rest_s)
    taker.finishes(TALK, patient)
