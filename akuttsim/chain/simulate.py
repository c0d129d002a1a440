"""One run: a plan meets its patients, and a record is left."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import MappingProxyType

from akuttsim.chain.alarms import presses_alarm
from akuttsim.chain.cases import cases
from akuttsim.chain.choices import (
    CONSULTS_ON_SCREEN,
    RINGS_113_INSTEAD,
    WAITS_TILL_MORNING,
    WALKS_IN,
)
from akuttsim.chain.clock import Clock, Pathway
from akuttsim.chain.crew_nurse import satellites_staffed
from akuttsim.chain.deferred_care import asks_again, rings_113_instead, waits_till_morning
from akuttsim.chain.delivery import planned_transport
from akuttsim.chain.duty import duties, shifts
from akuttsim.chain.emergency import found_at_incident, rings_113
from akuttsim.chain.fleet import Fleet
from akuttsim.chain.other_tasks import tasks_begin
from akuttsim.chain.overload import overloads
from akuttsim.chain.phone import rings_116117
from akuttsim.chain.plan import Plan
from akuttsim.chain.recorder import Recorder
from akuttsim.chain.rest import nights, resting_crews
from akuttsim.chain.run import Call, Run
from akuttsim.chain.screen import consults_on_screen
from akuttsim.chain.staffed import staffed
from akuttsim.chain.walk_in import walks_in
from akuttsim.patients.other_tasks import OtherTasks
from akuttsim.records import (
    LINE_113,
    LINE_116117,
    LINE_ALARM,
    LINE_HEALTH,
    LINE_TRANSPORT,
    LINE_VICTIM,
    WENT_WITHOUT,
    WITHOUT,
    Overload,
    Patients,
    Record,
)

NO_TASKS: OtherTasks = MappingProxyType({})
"""For organisations whose operators do nothing but answer."""


def simulate(plan: Plan, patients: Patients, other_tasks: OtherTasks = NO_TASKS) -> Record:
    """Return what happens when these patients meet this organisation.

    A pure function: nothing is drawn, and the same arguments give the same record to the last bit.
    `other_tasks` are what its operators may have to do beside calls; needed by those that do any.
    """
    clock, recorder = Clock(), Recorder(len(patients))
    service = staffed(plan, clock, recorder)
    fleet = Fleet(clock, recorder, plan)
    clock.start(shifts(clock, fleet, duties(plan, fleet)))
    for crew, rest in resting_crews(plan, fleet):
        clock.start(nights(clock, fleet, crew, rest))
    run = Run(plan, clock, cases(plan, patients), recorder, service, fleet)
    run.asks_again = asks_again
    satellites_staffed(run)
    for patient in run.cases.without:
        recorder.outcome[patient], recorder.instead[patient] = WENT_WITHOUT, WITHOUT
    tasks_begin(run, other_tasks)
    grown: list[Overload] = []
    clock.start(people_ring(run, grown))
    with _collector_at_rest():
        clock.run_to(plan.end_s)
    fleet.finish(plan.end_s)
    return Record(
        courses=recorder.courses(run.cases.present),
        calls=recorder.calls(),
        units=plan.units,
        activities=recorder.activities(),
        trips=recorder.trips(plan.end_s),
        measured=plan.measured,
        end_s=plan.end_s,
        events=clock.scheduled(),
        overloads=tuple(grown),
    )


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep Python's collector of reference cycles away: the loop makes none, and keeps its record.

    Each collection walks all that is kept, which takes a tenth of a long run, and half of a crowded
    one.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def people_ring(run: Run, grown: list[Overload]) -> Pathway:
    """Let each person begin at the time drawn; then tell which queues have grown all along."""
    clock, start, wait = run.clock, run.clock.start, run.wait
    times, begins = run.cases.time_s, run.choices.begins
    for patient in run.cases.present:
        time_s = times[patient]
        if time_s > clock._now:
            yield wait(time_s - clock._now)
        start(BEGINS[begins[patient]](run, Call(patient, run.cases)))
    grown += overloads(run)


BEGINS: dict[int, Callable[[Run, Call], Pathway]] = {
    LINE_116117: rings_116117,
    LINE_HEALTH: rings_116117,
    LINE_113: rings_113,
    LINE_ALARM: presses_alarm,
    LINE_TRANSPORT: planned_transport,
    LINE_VICTIM: found_at_incident,
    WALKS_IN: walks_in,
    CONSULTS_ON_SCREEN: consults_on_screen,
    RINGS_113_INSTEAD: rings_113_instead,
    WAITS_TILL_MORNING: waits_till_morning,
}
"""The pathway of a person, by how the contact begins."""
