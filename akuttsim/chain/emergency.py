"""On the phone at 113, as the caller and the operator live it."""

from __future__ import annotations

from akuttsim.chain.answering import FIRST_IN_LINE, answered, passed_to, rung_back
from akuttsim.chain.clock import Pathway
from akuttsim.chain.doctor import doctor_within
from akuttsim.chain.mission import ambulance_to
from akuttsim.chain.nurse import nurse_talks
from akuttsim.chain.run import Call, Run
from akuttsim.chain.staff import Person
from akuttsim.patients.needs import TO_116117
from akuttsim.records import (
    ADVICE,
    AMBULANCE,
    AVOIDED_AMBULANCE,
    DOCTOR_CONFERENCE,
    DOCTOR_PHONE,
    LINE_113,
    LINE_HEALTH,
    LOST,
    RED,
    TALK,
    TRIPLE_ALERT,
)

IN_TURN = 1
"""Priority of all who ring 113; the button for urgent help is on 116117 only."""


def rings_113(run: Run, call: Call) -> Pathway:
    """Ring 113, and be answered, or hang up and perhaps be rung back."""
    call.line, call.priority = LINE_113, IN_TURN
    run.recorder.notified_s[call.patient] = run.clock._now
    patience_s, room = run.cases.patience_113_s[call.patient], run.room_113(call)
    taker = yield from answered(run, call, room, patience_s)
    if taker is None:
        taker = yield from rung_back(run, call, room)
    if taker is None:
        run.ends(call, LOST)
    else:
        yield from taken_by_113(run, call, taker)


def taken_by_113(run: Run, call: Call, taker: Person) -> Pathway:
    """The operator interviews: an ambulance, advice, 116117, or an incident known already."""
    cases, patient = run.cases, call.patient
    call.urgency = run.recorder.judged[patient] = cases.judged_113[patient]
    way = cases.way_113[patient]
    if way == AMBULANCE:
        yield from interviewed_by_113(run, call, taker)
        return
    yield run.speaks(call, cases.talk_113_s[patient])
    if way == TO_116117:
        pass_on = passed_on_to_116117 if call.municipality >= 0 else neighbour_passed_on
        yield from pass_on(run, call, taker)
        return
    taker.finishes(TALK, patient)
    if call.urgency == RED:
        run.recognised(call)
    run.sent_home(call, way, cases.worsens_113_s[patient])


def interviewed_by_113(run: Run, call: Call, taker: Person) -> Pathway:
    """Find out enough to send an ambulance, then stay on the line and alert other services."""
    cases, patient = run.cases, call.patient
    interview_s = cases.interview_113_s[patient]
    yield run.speaks(call, interview_s)
    if call.urgency == RED:
        run.recognised(call)
    if run.choices.doctor_conference_s[patient]:
        spared = yield from doctor_joins(run, call)
        if spared:
            taker.finishes(TALK, patient)
            run.ends(call, DOCTOR_PHONE)
            return
    run.clock.start(ambulance_to(run, call))
    rest_s = cases.talk_113_s[patient] - interview_s
    if rest_s > 0:
        yield run.wait(rest_s)
    if run.choices.triple_alert_s[patient]:
        taker.turns_from(TALK, patient)
        yield run.wait(run.choices.triple_alert_s[patient])
        taker.finishes(TRIPLE_ALERT, patient)
    else:
        taker.finishes(TALK, patient)


def doctor_joins(run: Run, call: Call) -> Pathway:
    """The doctor on duty joins the call if free soon; return whether no ambulance is needed."""
    conference = run.plan.organisation.emergency_calls.doctor_conference
    assert conference is not None
    patient = call.patient
    doctor = yield from doctor_within(run, call, conference.waits_at_most_s.value)
    if doctor is None:
        return False
    run.recorder.doctor_s[patient] = run.clock._now
    yield run.wait(run.choices.doctor_conference_s[patient])
    doctor.finishes(DOCTOR_CONFERENCE, patient)
    if run.choices.spared[patient]:
        run.recorder.avoided[patient] = AVOIDED_AMBULANCE
    return run.choices.spared[patient]


def passed_on_to_116117(run: Run, call: Call, taker: Person) -> Pathway:
    """The call belongs at 116117: the operator waits until a nurse answers, and hands it over.

    Where the operator is a nurse of 116117 as well, she goes on with it herself.
    """
    room = run.room_116117(call)
    overlap_s = run.cases.conference_s[call.patient]
    nurse = yield from passed_to(run, call, taker, room, overlap_s)
    yield from nurse_talks(run, call, nurse)


def neighbour_passed_on(run: Run, call: Call, taker: Person) -> Pathway:
    """A neighbour district's call belongs at 116117: here, if a room answers for the district.

    The operator lets go at once wherever that is, so that 113 has as much to do with neighbours in
    every organisation.
    """
    taker.finishes(TALK, call.patient)
    room = run.room_outside(call, "116117")
    if room is None:
        run.ends(call, ADVICE)
        return
    call.priority, call.line = FIRST_IN_LINE, LINE_HEALTH
    nurse = yield from answered(run, call, room, None)
    yield from nurse_talks(run, call, nurse)


def found_at_incident(run: Run, call: Call) -> Pathway:
    """Lie at an incident that 113 knows: nobody rings again, and an ambulance is asked for."""
    patient = call.patient
    call.urgency = run.recorder.judged[patient] = run.cases.judged_113[patient]
    call.room = run.room_113(call).in_service()
    run.recorder.notified_s[patient] = run.clock._now
    yield from ambulance_to(run, call)
