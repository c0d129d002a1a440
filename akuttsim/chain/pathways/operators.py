"""What operators do: answer calls, ring back, and have tasks and breaks beside.

A call is answered by whoever is free, in turn, by a neighbour, or by being rung up. Tasks of the
room arise at random times; a break stands in the middle of a shift.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import nan
from typing import NamedTuple

import numpy as np

from akuttsim.chain.clock_and_queues import Pathway, Waiting
from akuttsim.chain.recorder import ANSWERED, ANSWERED_BY, CALLED_BACK, FOUND, LEFT, RANG
from akuttsim.chain.run_plan import Plan, Seat
from akuttsim.chain.run_state import Call, Run
from akuttsim.chain.service import ControlRoomState
from akuttsim.chain.staff_queues import StaffMember, StaffQueue
from akuttsim.config.schema.control_room import Breaks
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.roster import RecurringTask, unroll
from akuttsim.patients.other_tasks import MOST_PER_HOUR, OtherTasks, TaskCandidates
from akuttsim.records import CONFERENCE, LINE_HEALTH, OTHER_TASK, TALK
from akuttsim.units import HOUR_S, MINUTE_S, tick, to_ticks

FIRST_IN_LINE = 0
"""Priority of colleagues who hold a patient on the other line."""

IN_TURN = 1
"""Priority of all who ring, but for the button for urgent help of 116117; and at the counter."""

AFTER_ALL_WHO_RING = 2
"""Priority of those whom 113 rings back: nobody who rings waits for them."""


def ring_room(run: Run, call: Call, room: ControlRoomState, patience_s: float | None) -> Pathway:
    """Ring at the operators; wait until somebody answers or patience ends.

    Who is free is taken at once, and picks up a little later: the time until then is part of what
    comes next (`Run.wait_while_speaking`).

    Args:
        run: The run.
        call: The caller; a row in the log of calls is begun.
        room: The room that should answer; while it is down its back-up does.
        patience_s: Seconds after which the caller hangs up; None for never.

    Returns:
        Who answers, taken from their queue; None after hanging up.
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
    """Hang up before the operator who was found has picked up.

    Args:
        run: The run.
        call: The caller, whose row in the log becomes that of one who was not answered.
        operator: Who would have answered; free again at that moment.
        leaves_s: When the caller hangs up, in seconds of the run.

    Returns:
        None: nobody has answered.
    """
    log, now = call.ring, run.clock._now
    call.picking_up_s = 0.0
    log[ANSWERED], log[ANSWERED_BY] = nan, -1.0
    yield run.wait(max(0.0, leaves_s - now))
    log[LEFT] = run.clock._now
    operator.finish(TALK, call.patient)
    return None


def log_answer(run: Run, call: Call, room: ControlRoomState, operator: StaffMember) -> int:
    """Log the answer.

    Args:
        run: The run.
        call: The caller.
        room: The room that was rung.
        operator: Who has answered, perhaps in another room after overflow.

    Returns:
        The position of the room in which it was answered.
    """
    log = call.ring
    if operator.team is not room.operators.team:
        room = run.service.answered_by(operator, room)
    call.room = room
    log[ANSWERED] = run.clock._now
    log[ANSWERED_BY] = index = room.index
    return index


def join_queue(run: Run, call: Call, room: ControlRoomState, patience_s: float | None) -> Waiting:
    """Join the queue; colleagues who hold other callers let go, and a neighbour may be offered.

    Args:
        run: The run.
        call: The caller, whose priority is the place in the queue.
        room: The room whose operators are waited for.
        patience_s: Seconds after which the wait ends without anybody; None for never.
    """
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
    """Keep the place in the queue off the line, and be rung up when its turn comes.

    Args:
        run: The run.
        call: The caller.
        room: The room whose operators are waited for.
        log: The caller's row in the log of calls.

    Returns:
        Who rings up; None for who cannot be reached, which counts as having left.
    """
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
    """Be rung back by 113 after hanging up, when nobody else rings.

    Args:
        run: The run.
        call: The caller who hung up.
        room: The room that was rung.

    Returns:
        The operator who speaks with the caller now; None where the room rings nobody back or the
        caller does not answer.
    """
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
    """Hand a caller to another room.

    The holder stays until somebody answers and both have spoken for a while; who answers for that
    room as well goes on herself. If somebody waits for the holder by then or rings meanwhile, and
    nobody else is free, the holder answers that and the caller waits alone: two rooms must never
    wait for each other.

    Args:
        run: The run.
        call: The caller; it counts as health personnel's, first in line.
        holder: Who has the caller now.
        room: The room that is to go on.
        overlap_s: How long both speak with the caller, in seconds.

    Returns:
        Who goes on there.
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


NOBODY = -1
"""The patient of work that is for no patient."""


class RoomTask(NamedTuple):
    """One task or break: when it arises, for how long it takes a whole operator, if in turn."""

    time_s: float
    takes_s: float
    in_turn: bool


def task_names(organisation: Organisation) -> tuple[str, ...]:
    """Return the tasks that arise in control rooms, each as room and task, and in nursing homes.

    Where operators receive at a clinic (`nurses_of`), the tasks at the door are that and left out.

    Args:
        organisation: The organisation, whose rooms say what they do beside calls, and whose teams
            of home nursing what they do in a nursing home.
    """
    receiving = {
        clinic.nurses_of for clinic in organisation.clinics.values() if clinic.nurses_of is not None
    }
    in_rooms = tuple(
        f"{name}.{key}"
        for name, room in organisation.control_rooms.items()
        if room.other_tasks is not None
        for key, task in room.other_tasks.tasks.items()
        if not (task.at_door and receiving & {name, room.operators_of})
    )
    nursing = organisation.home_nursing
    if nursing is None:
        return in_rooms
    teams = nursing.teams.items()
    return in_rooms + tuple(
        nursing_home_task(name, key) for name, team in teams for key in team.nursing_home
    )


def nursing_home_task(team: str, task: str) -> str:
    """Return the name of work that a team of home nursing has in a nursing home."""
    return f"home_nursing.{team}.{task}"


def start_room_tasks(run: Run, candidates: OtherTasks) -> None:
    """Start the tasks and breaks of every room.

    Args:
        run: The run.
        candidates: Times and uniforms of tasks that might arise, by room and task, drawn before.

    Raises:
        ValueError: A task of the organisation has not been drawn.
    """
    rooms = run.plan.organisation.control_rooms
    names = task_names(run.plan.organisation)
    missing = [name for name in names if name not in candidates]
    if missing:
        raise ValueError(f"other tasks have not been drawn: {', '.join(missing)}")
    for index, (name, room) in enumerate(rooms.items()):
        if room.other_tasks is None:
            continue
        tasks = [
            RoomTask(*when, task.starts == "in_turn")
            for key, task in room.other_tasks.tasks.items()
            if f"{name}.{key}" in names
            for when in task_times(run.plan, task, candidates[f"{name}.{key}"])
        ]
        if room.other_tasks.breaks is not None and ("operator", name) in run.plan.teams:
            tasks += shift_breaks(run.plan.teams["operator", name], room.other_tasks.breaks)
        run.clock.start(run_room_tasks(run, index, sorted(tasks)))


def task_times(
    plan: Plan, task: RecurringTask, candidates: TaskCandidates
) -> list[tuple[float, float]]:
    """Return when tasks of one kind arise and how long each takes, in seconds.

    They are the candidates that its rate and its hours keep.

    A higher rate keeps the same and adds some, so that organisations are compared with the same
    luck.

    Args:
        plan: The plan of the run.
        task: How often it arises, in which hours, and how long it takes.
        candidates: What might arise at the highest rate there may be.
    """
    arises = candidates.u_arises * MOST_PER_HOUR < task.per_hour.value
    in_hours = np.zeros(len(arises), dtype=np.bool_)
    for start, end in unroll(task, plan.region.calendar.calendar(), plan.days):
        in_hours |= (candidates.time_s >= start) & (candidates.time_s < end)
    rows = np.flatnonzero(arises & in_hours & (candidates.time_s < plan.end_s))
    takes_s = to_ticks(task.minutes.quantile(candidates.u_duration[rows]) * MINUTE_S)
    return list(zip(candidates.time_s[rows].tolist(), takes_s.tolist(), strict=True))


def shift_breaks(seats: tuple[Seat, ...], rule: Breaks) -> Iterator[RoomTask]:
    """Yield one break in the middle of every shift that is long enough, of every seat.

    Args:
        seats: The posts of the room's operators.
        rule: How long a break is, and from what length a shift has one.
    """
    takes_s = rule.minutes.value * MINUTE_S
    for seat in seats:
        for start, end in seat.spans:
            # equal shifts fill the span, as a seat may never be empty; over a long one they drift
            # over the hours of the day, for nobody knows at which hours people relieve each other
            count = max(1, -(-(end - start) // (rule.longest_shift_h.value * HOUR_S)))
            length_s = (end - start) / count
            for number in range(int(count)):
                begins, ends = start + number * length_s, start + (number + 1) * length_s
                if ends - begins >= rule.shift_h.value * HOUR_S:
                    yield RoomTask(tick((begins + ends - takes_s) / 2), takes_s, False)


def run_room_tasks(run: Run, room: int, tasks: list[RoomTask]) -> Pathway:
    """Let each task arise at its time; it begins when an operator takes it."""
    clock, state = run.clock, run.service.rooms[room]
    assert state.other_tasks is not None
    for task in tasks:
        if task.time_s > clock._now:
            yield clock.wait(task.time_s - clock._now)
        queue = state.operators if task.in_turn else state.other_tasks
        clock.start(do_task(run, queue, task.takes_s))


def do_task(run: Run, queue: StaffQueue, takes_s: float) -> Pathway:
    """One operator does the task from beginning to end; no call interrupts it."""
    operator = yield from queue.acquire(priority=IN_TURN)
    yield run.wait(takes_s)
    operator.finish(OTHER_TASK, NOBODY)
