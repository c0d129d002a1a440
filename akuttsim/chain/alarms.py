"""Safety alarms (trygghetsalarm), as the user and the response centre's operator live them."""

from __future__ import annotations

from akuttsim.chain.answering import answered, passed_to
from akuttsim.chain.clock import Pathway
from akuttsim.chain.emergency import taken_by_113
from akuttsim.chain.nurse import nurse_talks
from akuttsim.chain.run import Call, Run
from akuttsim.chain.service import Room
from akuttsim.chain.staff import Person
from akuttsim.patients.alarms import ALARM_CLOSED_THERE, ALARM_TO_113, ALARM_TO_HOME_NURSING
from akuttsim.records import ALARM, ALARM_CLOSED, HOME_NURSING


def presses_alarm(run: Run, call: Call) -> Pathway:
    """Press the alarm; the centre's operator closes it, or passes it on."""
    cases, patient = run.cases, call.patient
    centre = run.room_for(call, run.answering_alarms)
    operator = yield from answered(run, call, centre, None)
    yield run.speaks(call, cases.alarm_talk_s[patient])
    way = cases.alarm_way[patient]
    if way == ALARM_CLOSED_THERE:
        operator.finishes(ALARM, patient)
        run.ends(call, ALARM_CLOSED)
    elif way == ALARM_TO_HOME_NURSING:
        yield from home_nursing_sent(run, call, operator)
    elif way == ALARM_TO_113:
        yield from passed_on_to_113(run, call, operator)
    else:
        yield from passed_on_to_nurse(run, call, operator)


def home_nursing_sent(run: Run, call: Call, operator: Person) -> Pathway:
    """The operator tells home nursing (hjemmetjenesten), who come when they can."""
    cases, patient = run.cases, call.patient
    yield run.wait(cases.alarm_handover_s[patient])
    operator.finishes(ALARM, patient)
    yield run.wait(cases.home_nursing_s[patient])
    run.ends(call, HOME_NURSING)


def passed_on_to_113(run: Run, call: Call, operator: Person) -> Pathway:
    """The operator rings 113 and hands the user over."""
    run.recorder.notified_s[call.patient] = run.clock._now
    taker = yield from handed_to(run, call, operator, run.room_113(call))
    yield from taken_by_113(run, call, taker)


def passed_on_to_nurse(run: Run, call: Call, operator: Person) -> Pathway:
    """The operator rings 116117 and hands the user over."""
    room = run.room_116117(call)
    nurse = yield from handed_to(run, call, operator, room)
    yield from nurse_talks(run, call, nurse)


def handed_to(run: Run, call: Call, operator: Person, room: Room) -> Pathway:
    """Hand a user over to another room; return who goes on there.

    Where the operator answers that number as well, she goes on herself, without a hand-over.
    """
    operator.turns_from(ALARM, call.patient)
    handover_s = run.cases.alarm_handover_s[call.patient]
    return (yield from passed_to(run, call, operator, room, handover_s))
