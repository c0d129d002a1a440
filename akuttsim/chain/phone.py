"""On the phone: 116117 and 113, each as the caller and the operator live it."""

from __future__ import annotations

from collections.abc import Callable

from akuttsim.chain.cases import RINGS_113, RINGS_AGAIN
from akuttsim.chain.clinic import rung_up_by_doctor
from akuttsim.chain.clock import Pathway
from akuttsim.chain.mission import ambulance_to
from akuttsim.chain.run import Call, Run
from akuttsim.chain.service import Room
from akuttsim.chain.staff import Person
from akuttsim.chain.visits import comes_to_clinic, home_visit
from akuttsim.records import (
    ADVICE,
    AMBULANCE,
    CLINIC,
    CONFERENCE,
    DOCTOR_PHONE,
    HOME_VISIT,
    LINE_113,
    LINE_116117,
    LINE_HEALTH,
    LOST,
    NOT_PRESENT,
    TALK,
)

FIRST_IN_LINE = 0
"""Priority of colleagues who hold a patient on the other line."""

IN_TURN = 1
"""Priority of all who ring 113; the button for urgent help is on 116117 only."""


def rings_116117(run: Run, call: Call) -> Pathway:
    """Ring 116117: menu, queue, perhaps hang up and ring again, until a nurse answers."""
    room, patient = run.service.answering_116117[call.municipality], call.patient
    for attempt, patience_s in enumerate(run.cases.patience_s):
        if room.menu_s and call.line == LINE_116117:
            yield run.wait(room.menu_s)
        nurse = yield from answered(run, call, room, patience_s[patient])
        if nurse is not None:
            yield from nurse_talks(run, call, room, nurse)
            return
        step = run.cases.after_hanging_up[attempt][patient]
        if step == RINGS_113:
            yield from rings_113(run, call)
            return
        if step != RINGS_AGAIN:
            break
        yield run.wait(run.cases.again_after_s[patient])
    run.ends(call, LOST)


def answered(run: Run, call: Call, room: Room, patience_s: float | None) -> Pathway:
    """Ring at the operators; return who answers, or None after hanging up."""
    log = run.recorder.rang(call.patient, room.index, call.line, run.clock._now)
    operator = room.operators.find()
    if operator is None:
        waiting = room.operators.wait(call.priority, patience_s)
        while room.holding and not waiting.triggered:
            room.lets_go()
        operator = yield waiting
    log[5 if operator is None else 4] = run.clock._now
    return operator


def nurse_talks(run: Run, call: Call, room: Room, nurse: Person) -> Pathway:
    """The nurse judges the urgency, by voice or video, and sends the caller on."""
    cases, patient = run.cases, call.patient
    call.urgency = cases.judged[patient]
    run.recorder.judged[patient] = call.urgency
    run.recorder.video[patient] = cases.video[patient]
    yield run.wait(cases.talk_s[patient])
    way = cases.way[patient]
    if way == AMBULANCE:
        yield from conference_with_113(run, call, room, nurse)
        return
    run.clock.later(
        cases.after_call_s[patient], lambda _: room.operators.release(nurse, TALK, patient)
    )
    if way == ADVICE:
        run.ends(call, ADVICE)
    else:
        yield from ONWARD[way](run, call)


ONWARD: dict[int, Callable[[Run, Call], Pathway]] = {
    DOCTOR_PHONE: rung_up_by_doctor,
    CLINIC: comes_to_clinic,
    HOME_VISIT: home_visit,
}
"""Where 116117 sends a caller on who needs more than advice; an ambulance goes through 113."""


def conference_with_113(run: Run, call: Call, room: Room, nurse: Person) -> Pathway:
    """The nurse stays on the line until 113 answers and both have spoken; 113 takes over."""
    cases, patient = run.cases, call.patient
    amk = run.service.answering_113[call.municipality]
    call.priority, call.line = FIRST_IN_LINE, LINE_HEALTH
    run.recorder.notified_s[patient] = run.clock._now
    taker = yield from answered(run, call, amk, None)
    yield run.wait(cases.conference_s[patient])
    run.clock.later(
        cases.after_call_s[patient], lambda _: room.operators.release(nurse, CONFERENCE, patient)
    )
    run.clock.start(ambulance_to(run, call, amk))
    yield run.wait(cases.interview_113_s[patient])
    amk.operators.release(taker, TALK, patient)


def rings_113(run: Run, call: Call) -> Pathway:
    """Ring 113: the operator interviews, and sends an ambulance while the call goes on."""
    cases, patient = run.cases, call.patient
    amk = run.room_113(call)
    if amk is None:
        run.ends(call, NOT_PRESENT)
        return
    call.line, call.urgency, call.priority = LINE_113, cases.judged_113[patient], IN_TURN
    run.recorder.notified_s[patient] = run.clock._now
    taker = yield from answered(run, call, amk, cases.patience_113_s[patient])
    if taker is None:
        run.ends(call, LOST)
        return
    run.recorder.judged[patient] = call.urgency
    way = cases.way_113[patient]
    if way == AMBULANCE:
        yield from interviewed_by_113(run, call, amk, taker)
        return
    yield run.wait(cases.talk_113_s[patient])
    if way == ADVICE or call.municipality < 0:
        amk.operators.release(taker, TALK, patient)
        run.ends(call, ADVICE)
    else:
        yield from passed_on_to_116117(run, call, amk, taker)


def interviewed_by_113(run: Run, call: Call, amk: Room, taker: Person) -> Pathway:
    """Find out enough to send an ambulance, then stay on the line with the caller."""
    interview_s = run.cases.interview_113_s[call.patient]
    yield run.wait(interview_s)
    run.clock.start(ambulance_to(run, call, amk))
    rest_s = run.cases.talk_113_s[call.patient] - interview_s
    if rest_s > 0:
        yield run.wait(rest_s)
    amk.operators.release(taker, TALK, call.patient)


def passed_on_to_116117(run: Run, call: Call, amk: Room, taker: Person) -> Pathway:
    """The call belongs at 116117: the operator waits until a nurse answers, and hands it over.

    If somebody waits at 113 by then or rings meanwhile, and nobody else is free, the operator
    answers that and the caller waits for the nurse alone: two rooms must never wait for each other.
    """
    room, held = run.service.answering_116117[call.municipality], (taker, call.patient)
    call.priority, call.line = FIRST_IN_LINE, LINE_HEALTH
    amk.holding.append(held)
    if amk.operators.is_wanted():
        amk.lets_go()
    nurse = yield from answered(run, call, room, None)
    if held in amk.holding:
        amk.holding.remove(held)
        yield run.wait(run.cases.conference_s[call.patient])
        amk.operators.release(taker, CONFERENCE, call.patient)
    yield from nurse_talks(run, call, room, nurse)


RINGS: dict[int, Callable[[Run, Call], Pathway]] = {
    LINE_116117: rings_116117,
    LINE_HEALTH: rings_116117,
    LINE_113: rings_113,
}
"""The pathway that begins when a person rings, by the line rung."""
