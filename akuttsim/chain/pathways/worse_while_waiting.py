"""Getting worse while one waits for care: at home, inside a clinic, or for an ambulance.

When it would happen was drawn before the run, and counts from the first ring; it does if the
patient still waits then. At home they ring again, and the first wait is given up. Inside, and
where an ambulance has been asked for, those go before others in whom it is found out. Nobody gets
worse twice.
"""

from __future__ import annotations

from typing import Any

from akuttsim.chain.clock_and_queues import Pathway, PriorityQueue
from akuttsim.chain.crews import Mission
from akuttsim.chain.run_state import Call, Run
from akuttsim.records import RED
from akuttsim.units import DAY_S


def until_worse_s(run: Run, call: Call) -> float | None:
    """Return in how many seconds somebody gets worse who still waits then; None for never.

    As for those sent home, nobody does after the last caller of the run.
    """
    at_s = run.patients.worse_at_s[call.patient]
    if at_s >= run.plan.days * DAY_S:
        return None
    return max(at_s - run.clock._now, 0.0)


def note_worse(run: Run, call: Call) -> None:
    """Record that somebody has got worse who waits."""
    run.recorder.worse_waiting_s[call.patient] = run.clock._now
    run.patients.worse_at_s[call.patient] = float("inf")


def ring_again_worse(run: Run, call: Call, after_s: float = 0.0) -> None:
    """Let somebody at home who has got worse, or will in so many seconds, ring again."""

    def ring(_: None) -> None:
        note_worse(run, call)
        run.clock.start(run.contact_again(run, call))

    run.clock.later(after_s, ring)


def wait_inside(
    run: Run, call: Call, queue: PriorityQueue[Any], longest_s: float | None = None
) -> Pathway:
    """Wait in a clinic, by urgency; who is seen to get worse goes before those less urgent.

    Args:
        run: The run.
        call: The patient, whose urgency is raised if it is found out.
        queue: The queue before the nurses or doctors.
        longest_s: After how many seconds the wait is given up; None for never.

    Returns:
        The nurse or doctor; None for who has given up.
    """
    worse_s = until_worse_s(run, call)
    if worse_s is None or (longest_s is not None and longest_s <= worse_s):
        return (yield from queue.acquire(call.urgency, longest_s))
    person = yield from queue.acquire(call.urgency, worse_s)
    if person is not None:
        return person
    note_worse(run, call)
    find_out_worse(run, call)
    rest_s = None if longest_s is None else longest_s - worse_s
    return (yield from queue.acquire(call.urgency, rest_s))


def find_out_worse(run: Run, call: Call) -> None:
    """Raise the urgency of somebody who has got worse by a level, if it is found out."""
    assert run.patients.second_contact is not None
    call.urgency = run.patients.second_contact.judged(call.patient, call.urgency)
    if call.urgency == RED:
        run.note_recognised_red(call)


def watch_who_waits_for_crew(run: Run, call: Call, mission: Mission) -> None:
    """See to it that a mission goes before others if its patient gets worse before a crew comes.

    A crew on its way drives on as it did, and finds it out on scene.
    """
    worse_s = until_worse_s(run, call)
    if worse_s is None or call.urgency == RED:
        return

    def raise_urgency(_: None) -> None:
        is_there = run.recorder.on_scene_s[call.patient]
        if mission.completed or is_there == is_there:
            return
        note_worse(run, call)
        find_out_worse(run, call)
        run.fleet.raise_urgency(mission, call.urgency)

    run.clock.later(worse_s, raise_urgency)
