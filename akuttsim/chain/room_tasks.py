"""What operators do beside calls: tasks of the room that arise at random times, and breaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from akuttsim.chain.clock import Pathway
from akuttsim.chain.run_plan import Plan, Seat
from akuttsim.chain.run_state import Run
from akuttsim.chain.staff_queues import StaffQueue
from akuttsim.config.schema.control_room import Breaks, OtherTask
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.roster import Span, unroll
from akuttsim.patients.other_tasks import MOST_PER_HOUR, OtherTasks, TaskCandidates
from akuttsim.records import OTHER_TASK
from akuttsim.units import HOUR_S, MINUTE_S, tick, to_ticks

IN_TURN = 1
"""Priority of somebody at the counter: as of who rings; the urgent and colleagues go first."""

NOBODY = -1
"""The patient of work that is for no patient."""


class RoomTask(NamedTuple):
    """One task or break: when it arises, for how long it takes a whole operator, if in turn."""

    time_s: float
    takes_s: float
    in_turn: bool


def task_names(organisation: Organisation) -> tuple[str, ...]:
    """Return the tasks that arise in control rooms, each as room and task.

    Where operators receive at a clinic (`nurses_of`), the tasks at the door are that.
    """
    receiving = {
        clinic.nurses_of for clinic in organisation.clinics.values() if clinic.nurses_of is not None
    }
    return tuple(
        f"{name}.{key}"
        for name, room in organisation.control_rooms.items()
        if room.other_tasks is not None
        for key, task in room.other_tasks.tasks.items()
        if not (task.at_door and receiving & {name, room.operators_of})
    )


def start_room_tasks(run: Run, candidates: OtherTasks) -> None:
    """Start the tasks and breaks of every room; raises ValueError if they have not been drawn."""
    rooms = run.plan.organisation.control_rooms
    names = task_names(run.plan.organisation)
    missing = [name for name in names if name not in candidates]
    if missing:
        raise ValueError(f"other tasks have not been drawn: {', '.join(missing)}")
    for index, (name, room) in enumerate(rooms.items()):
        if room.other_tasks is None:
            continue
        tasks = [
            room_task
            for key, task in room.other_tasks.tasks.items()
            if f"{name}.{key}" in names
            for room_task in tasks_of_kind(run.plan, task, candidates[f"{name}.{key}"])
        ]
        if room.other_tasks.breaks is not None and ("operator", name) in run.plan.teams:
            tasks += shift_breaks(run.plan.teams["operator", name], room.other_tasks.breaks)
        run.clock.start(run_room_tasks(run, index, sorted(tasks)))


def tasks_of_kind(plan: Plan, task: OtherTask, candidates: TaskCandidates) -> list[RoomTask]:
    """Return the tasks of one kind: the candidates that its rate and its hours keep."""
    arises = candidates.u_arises * MOST_PER_HOUR < task.per_hour.value
    in_hours = np.zeros(len(arises), dtype=np.bool_)
    for start, end in unroll(task, plan.region.calendar.calendar(), plan.days):
        in_hours |= (candidates.time_s >= start) & (candidates.time_s < end)
    rows = np.flatnonzero(arises & in_hours & (candidates.time_s < plan.end_s))
    takes_s = to_ticks(task.minutes.quantile(candidates.u_duration[rows]) * MINUTE_S)
    pairs = zip(candidates.time_s[rows].tolist(), takes_s.tolist(), strict=True)
    return [RoomTask(time_s, duration_s, task.starts == "in_turn") for time_s, duration_s in pairs]


def shift_breaks(seats: tuple[Seat, ...], rule: Breaks) -> Iterator[RoomTask]:
    """Yield one break in the middle of every shift that is long enough, of every seat."""
    takes_s = rule.minutes.value * MINUTE_S
    for seat in seats:
        for start, end in seat.spans:
            for begins, ends in _equal_shifts(start, end, rule.longest_shift_h.value * HOUR_S):
                if ends - begins >= rule.shift_h.value * HOUR_S:
                    yield RoomTask(tick((begins + ends - takes_s) / 2), takes_s, False)


def _equal_shifts(start: float, end: float, longest_s: float) -> Iterator[Span]:
    """Yield equal shifts of at most so long that fill a span: a seat may never be empty."""
    count = max(1, -(-(end - start) // longest_s))
    length = (end - start) / count
    for number in range(int(count)):
        yield start + number * length, start + (number + 1) * length


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
