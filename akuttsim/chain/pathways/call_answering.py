"""How a call is answered: by whoever is free, in turn, by a neighbour, or by being rung up."""

from __future__ import annotations

from math import nan

from akuttsim.chain.clock import Pathway
from akuttsim.chain.queues import Waiting
from akuttsim.chain.recorder import ANSWERED, ANSWERED_BY, CALLED_BACK, FOUND, LEFT, RANG
from akuttsim.chain.run_state import Call, Run
from akuttsim.chain.service import ControlRoomState
from akuttsim.chain.staff_queues import StaffMember
from akuttsim.records import CONFERENCE, LINE_HEALTH, TALK

FIRST_IN_LINE = 0
"""Priority of colleagues who hold a patient on the other line."""


AFTER_ALL_WHO_RING = 2
"""Priority of those whom 113 rings back: nobody who rings waits for them."""


def ring_room(run: Run, call: Call, room: ControlRoomState, patience_s: float | None) -> Pathway:
    """Ring at the operators; return who answers, or None after hanging up.

    Who is free is taken at once, and picks up a little later: the time until then is part of what
    comes next (`Run.wait_while_speaking`).
    """
    patient = call.patient
    log = call.ring = run.recorder.log_call(patient, room.index, call.line, run.clock._now)
    taking = room.in_service() if room.is_down else room
    operator = taking.operators.take_free()
    if operator is None:
        if accepts_callback(run, call, taking):
            log[CALLED_BACK] = 1.0
            return (yield from wait_for_callback(run, call, taking, log))
        operator = yield join_queue(run, call, taking, patience_s)
        if operator is None:
            log[LEFT] = run.clock._now
            return None
    log[FOUND] = run.clock._now
    pick_up_s = run.optional.pick_up_s[log_answer(run, call, taking, operator)]
    if pick_up_s:
        call.picking_up_s = pick_up_s[patient]
        log[ANSWERED] += call.picking_up_s
        if patience_s is not None and log[ANSWERED] > log[RANG] + patience_s:
            return (yield from hang_up_before_pick_up(run, call, operator, log[RANG] + patience_s))
    return operator


def hang_up_before_pick_up(run: Run, call: Call, operator: StaffMember, leaves_s: float) -> Pathway:
    """Hang up before the operator who was found has picked up; return nobody."""
    log, now = call.ring, run.clock._now
    call.picking_up_s = 0.0
    log[ANSWERED], log[ANSWERED_BY] = nan, -1.0
    yield run.wait(max(0.0, leaves_s - now))
    log[LEFT] = run.clock._now
    operator.finish(TALK, call.patient)
    return None


def log_answer(run: Run, call: Call, room: ControlRoomState, operator: StaffMember) -> int:
    """Log the answer; return the room in which it was given."""
    log = call.ring
    if operator.team is not room.operators.team:
        room = run.service.answered_by(operator, room)
    call.room = room
    log[ANSWERED] = run.clock._now
    log[ANSWERED_BY] = index = room.index
    return index


def join_queue(run: Run, call: Call, room: ControlRoomState, patience_s: float | None) -> Waiting:
    """Join the queue; colleagues who hold other callers let go, and a neighbour may be offered."""
    ahead = room.operators.waiting
    waiting = room.operators.wait(call.priority, patience_s)
    if room.overflow is not None and not waiting.triggered:
        room.overflow.offer(run.clock, waiting, call.priority, ahead)
    return waiting


def accepts_callback(run: Run, call: Call, room: ControlRoomState) -> bool:
    """Tell whether a caller is offered to be rung up instead of waiting, and accepts."""
    longer_than = room.callback_longer_than
    if longer_than is None or not run.optional.callback[call.patient]:
        return False
    return call.priority != FIRST_IN_LINE and room.operators.waiting > longer_than


def wait_for_callback(run: Run, call: Call, room: ControlRoomState, log: list[float]) -> Pathway:
    """Keep the place in the queue off the line; some cannot be reached when their turn comes."""
    operator = yield join_queue(run, call, room, None)
    log[FOUND] = run.clock._now
    yield run.wait(run.optional.dial_s[call.patient])
    if run.optional.reached[call.patient]:
        log_answer(run, call, room, operator)
        return operator
    operator.finish(TALK, call.patient)
    log[LEFT] = run.clock._now
    return None


def ring_back_from_113(run: Run, call: Call, room: ControlRoomState) -> Pathway:
    """Be rung back by 113 after hanging up, when nobody else rings; return who does, or None."""
    room = room.in_service()
    dial_s, patient = run.optional.ring_back_s[room.index], call.patient
    if not dial_s:
        return None
    call.priority = AFTER_ALL_WHO_RING
    operator = room.operators.take_free() or (yield join_queue(run, call, room, None))
    call.ring[FOUND] = run.clock._now
    yield run.wait(dial_s[patient])
    if not run.optional.rung_back[room.index][patient]:
        operator.finish(TALK, patient)
        return None
    call.ring[CALLED_BACK] = 1.0
    log_answer(run, call, room, operator)
    return operator


def hand_over_call(
    run: Run, call: Call, holder: StaffMember, room: ControlRoomState, overlap_s: float
) -> Pathway:
    """Hand a caller to another room; return who goes on there.

    The holder stays until somebody answers and both have spoken for a while; who answers for that
    room as well goes on herself. If somebody waits for the holder by then or rings meanwhile, and
    nobody else is free, the holder answers that and the caller waits alone: two rooms must never
    wait for each other.
    """
    assert call.room is not None, "who holds a caller has answered"
    holding, patient = call.room.holding, call.patient
    call.priority, call.line = FIRST_IN_LINE, LINE_HEALTH
    if run.answers_herself(holder, room):
        call.room = room.in_service()
        return holder
    holding.hold(holder, patient)
    colleague = yield from ring_room(run, call, room, None)
    if holding.release(holder, patient):
        yield run.wait_while_speaking(call, overlap_s)
        holder.finish(CONFERENCE, patient)
    return colleague
