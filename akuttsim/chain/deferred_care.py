"""What people do who did not come, or were sent home: 113, the next morning, asking again."""

from __future__ import annotations

from akuttsim.chain.clock import Pathway
from akuttsim.chain.emergency import rings_113
from akuttsim.chain.phone import rings_116117
from akuttsim.chain.run import Call, Run
from akuttsim.records import (
    CAME,
    LINE_116117,
    LINE_HEALTH,
    RANG_113_INSTEAD,
    RED,
    WAITED_TILL_MORNING,
)


def rings_113_instead(run: Run, call: Call) -> Pathway:
    """Somebody truly red rings 113 rather than the legevakt far away."""
    run.recorder.instead[call.patient] = RANG_113_INSTEAD
    yield from rings_113(run, call)


def waits_till_morning(run: Run, call: Call) -> Pathway:
    """Somebody truly red waits till the morning, and then rings 116117."""
    run.recorder.instead[call.patient] = WAITED_TILL_MORNING
    yield run.wait(run.cases.until_morning_s[call.patient])
    yield from rings_116117(run, call)


def asks_again(run: Run, call: Call) -> Pathway:
    """Somebody sent home has got worse and rings again: 113 if it is taken for red by now.

    This time nobody stays away, however far it is, and nobody is sent home to get worse once more.
    """
    patient, cases = call.patient, run.cases
    assert cases.again is not None
    run.recorder.asks_again(patient, run.clock._now)
    judged = cases.again.judged(patient, call.urgency)
    cases.judged[patient] = cases.judged_113[patient] = judged
    cases.way[patient] = cases.again.way[judged][patient]
    cases.way_113[patient] = cases.again.way_113[judged][patient]
    cases.instead[patient] = CAME
    cases.worsens_s[patient] = cases.worsens_113_s[patient] = 0.0
    once_more = Call(patient, cases)
    if once_more.line != LINE_HEALTH:
        once_more.line = LINE_116117
    yield from (rings_113 if judged == RED else rings_116117)(run, once_more)
