"""On the phone to 116117, as the caller lives it."""

from __future__ import annotations

from akuttsim.chain.answering import answered
from akuttsim.chain.cases import RINGS_113, RINGS_AGAIN
from akuttsim.chain.clock import Pathway
from akuttsim.chain.emergency import rings_113
from akuttsim.chain.nurse import nurse_talks
from akuttsim.chain.run import Call, Run
from akuttsim.records import LINE_116117, LOST, OUTSIDE


def rings_116117(run: Run, call: Call) -> Pathway:
    """Ring 116117: menu, queue, perhaps hang up and ring again, until a nurse answers."""
    patient = call.patient
    for attempt, patience_s in enumerate(run.cases.patience_s):
        room = run.room_116117(call)
        if room.menu_s and call.line == LINE_116117:
            yield run.wait(room.menu_s)
        nurse = yield from answered(run, call, room, patience_s[patient])
        if nurse is not None:
            yield from nurse_talks(run, call, nurse)
            return
        step = run.cases.after_hanging_up[attempt][patient]
        if step == RINGS_113:
            yield from turns_to_113(run, call)
            return
        if step != RINGS_AGAIN:
            break
        yield run.wait(run.cases.again_after_s[patient])
    run.ends(call, LOST)


def turns_to_113(run: Run, call: Call) -> Pathway:
    """Ring 113 instead; a neighbour district's caller may be answered outside the model."""
    if call.municipality < 0 and run.room_outside(call, "113") is None:
        run.ends(call, OUTSIDE)
    else:
        yield from rings_113(run, call)
