"""On the phone to 116117, as the caller lives it."""

from __future__ import annotations

from akuttsim.chain.answering import answered
from akuttsim.chain.cases import RINGS_113, RINGS_AGAIN
from akuttsim.chain.clock import Pathway
from akuttsim.chain.emergency import rings_113
from akuttsim.chain.nurse import nurse_talks
from akuttsim.chain.run import Call, Run
from akuttsim.records import LINE_116117, LOST, OUTSIDE
from akuttsim.units import tick


def rings_116117(run: Run, call: Call) -> Pathway:
    """Ring 116117: menu, queue, perhaps hang up and ring again, until a nurse answers."""
    patient = call.patient
    for attempt, patience_s in enumerate(run.cases.patience_s):
        room = run.room_116117(call)
        stays_s: float | None = patience_s[patient]
        if room.menu_s and call.line == LINE_116117:
            stays_s = yield from hears_menu(run, call, room.menu_s, patience_s[patient])
        nurse = None
        if stays_s is not None:
            nurse = yield from answered(run, call, room, stays_s)
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


def hears_menu(run: Run, call: Call, menu_s: float, patience_s: float) -> Pathway:
    """Hear the recorded message; return the patience left, or None after hanging up in it."""
    counts = run.cases.menu_counts
    if patience_s < counts * menu_s:
        yield run.wait(tick(patience_s / counts))
        run.recorder.left_in_menu[call.patient] += 1
        return None
    yield run.wait(menu_s)
    return patience_s - counts * menu_s


def turns_to_113(run: Run, call: Call) -> Pathway:
    """Ring 113 instead; a neighbour district's caller may be answered outside the model."""
    if call.municipality < 0 and run.room_outside(call, "113") is None:
        run.ends(call, OUTSIDE)
    else:
        yield from rings_113(run, call)
