"""Callers of another language: a colleague who speaks it, at once or soon, or an interpreter.

Nobody knows the language before the call is answered. Whoever answers hears it after a while, and
is free again when the caller is passed to a colleague or waits for one.
"""

from __future__ import annotations

from akuttsim.chain.clock_and_queues import Pathway
from akuttsim.chain.pathways.operators import FIRST_IN_LINE
from akuttsim.chain.run_state import Call, Run
from akuttsim.chain.staff_queues import StaffMember
from akuttsim.records import (
    TALK,
    UNDERSTOOD_BY_COLLEAGUE,
    UNDERSTOOD_BY_INTERPRETER,
    UNDERSTOOD_BY_WHO_ANSWERED,
)
from akuttsim.units import tick


def talk_in_other_language(run: Run, call: Call, nurse: StaffMember) -> Pathway:
    """Talk with a caller of another language, oneself, through a colleague or an interpreter.

    Args:
        run: The run.
        call: The caller, whom a nurse has answered.
        nurse: Who has answered.

    Returns:
        Who goes on with the call when the talk is over.
    """
    talk_s = run.patients.talk_s[call.patient]
    assert call.room is not None
    rule, speaking = call.room.interpreting, call.room.speaking
    queue = speaking.get(run.patients.language[call.patient])
    if rule is None:
        yield run.wait_while_speaking(call, talk_s)
        return nurse
    if queue is not None and queue in nurse.queues:
        yield run.wait_while_speaking(call, 0.0)
        note_understood(run, call, UNDERSTOOD_BY_WHO_ANSWERED)
        yield run.wait(talk_s)
        return nurse
    yield run.wait_while_speaking(call, tick(rule.understands_s.value))
    if queue is not None and queue.on_duty:
        nurse.finish(TALK, call.patient)
        colleague = yield from queue.acquire(FIRST_IN_LINE, rule.waits_at_most_s.value)
        if colleague is not None:
            note_understood(run, call, UNDERSTOOD_BY_COLLEAGUE)
            yield run.wait(talk_s)
            return colleague
        nurse = yield from call.room.operators.acquire(FIRST_IN_LINE)
    yield run.wait(run.optional.connect_s[call.room.index][call.patient])
    note_understood(run, call, UNDERSTOOD_BY_INTERPRETER)
    yield run.wait(tick(talk_s * rule.talk_factor.value))
    return nurse


def note_understood(run: Run, call: Call, by: int) -> None:
    """Note who speaks the caller's language, and when they were there."""
    run.recorder.understood_by[call.patient] = by
    run.recorder.understood_s[call.patient] = run.clock._now
