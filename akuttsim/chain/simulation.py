"""One run: a plan meets its patients, and a record is left; queues that only grow are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import Any

from akuttsim.chain.clock_and_queues import Clock, Pathway, PriorityQueue
from akuttsim.chain.fleet import Fleet
from akuttsim.chain.optional_care import Beginning
from akuttsim.chain.pathways.care_and_transport import (
    make_planned_transport,
    staff_satellites_with_crews,
)
from akuttsim.chain.pathways.doctors_in_training import end_consultation_in_training
from akuttsim.chain.pathways.first_contact import (
    ask_again,
    hold_e_consultation,
    lie_at_incident,
    press_alarm,
    ring_113,
    ring_113_instead,
    ring_116117,
    wait_till_morning,
    walk_in,
)
from akuttsim.chain.pathways.home_nursing import start_home_nursing
from akuttsim.chain.pathways.long_journeys import (
    give_birth,
    go_to_psychiatry,
    transfer_to_hospital,
)
from akuttsim.chain.pathways.operators import start_room_tasks
from akuttsim.chain.recorder import Recorder
from akuttsim.chain.run_plan import Plan
from akuttsim.chain.run_state import Call, Run
from akuttsim.chain.service_setup import (
    build_service,
    crew_duties,
    crews_with_rest,
    run_crew_duties,
    run_post_shift_rest,
)
from akuttsim.chain.view_in_pieces import view_in_pieces
from akuttsim.collector import garbage_collector_off
from akuttsim.long_columns import let_go_of_pages, pieces
from akuttsim.patients.other_tasks import OtherTasks
from akuttsim.records import (
    WENT_WITHOUT,
    WITHOUT,
    DueVisits,
    Overload,
    Patients,
    Record,
    complete_table,
)
from akuttsim.units import DAY_S

LONGEST_RUSH_S = DAY_S
"""A queue that has not been empty for a day, a night included, does not recover by itself."""


def queue_overloads(run: Run) -> Iterator[Overload]:
    """Yield the queues of people and crews that have not been empty for the last day and more."""
    now = run.clock._now
    for (role, team), people in run.service.teams.items():
        stuck = [queue for queue in people.queues if has_only_grown(queue, now)]
        if stuck:
            waiting = sum(queue.waiting for queue in stuck)
            yield Overload(role, team, min(queue.since_s for queue in stuck), waiting)
    for name, site in zip(run.plan.organisation.clinics, run.service.sites, strict=True):
        if site.crew is not None and has_only_grown(site.crew.patients, now):
            yield Overload("nurse", name, site.crew.patients.since_s, site.crew.patients.waiting)
    missions = run.fleet.missions
    if has_only_grown(missions, now):
        yield Overload("crew", "", missions.since_s, missions.waiting)


def has_only_grown(queue: PriorityQueue[Any], now: float) -> bool:
    """Tell whether somebody has waited in a queue for more than the last day without a break."""
    return bool(queue.waiting) and now - queue.since_s > LONGEST_RUSH_S


NO_TASKS: OtherTasks = MappingProxyType({})
"""For organisations whose operators do nothing but answer."""


def simulate(
    plan: Plan,
    patients: Patients,
    other_tasks: OtherTasks = NO_TASKS,
    calls_alone: bool = False,
    due_visits: DueVisits | None = None,
) -> Record:
    """Return what happens when these patients meet this organisation.

    A pure function: nothing is drawn, and the same arguments give the same record to the last bit.

    Args:
        plan: What region and organisation fix beforehand.
        patients: Who falls ill, in order of time; `patients.sampling` draws them.
        other_tasks: What operators may have to do beside calls, by room and task, and home nursing
            in nursing homes, by team and task; needed where an organisation has any.
        calls_alone: Whether to follow people no farther than the end of their calls and the
            dispatch, for questions about a control room that has no other work: at a fraction of
            the cost, but nobody asks again after having got worse on the way to care.
        due_visits: Planned visits of home nursing; needed where an organisation has any.

    Returns:
        Courses, a row a patient in the order of `patients`, with calls, activities and trips.
    """
    clock, recorder = Clock(), Recorder(len(patients))
    service = build_service(plan, clock, recorder)
    fleet = Fleet(clock, recorder, plan)
    clock.start(run_crew_duties(clock, fleet, crew_duties(plan, fleet)))
    for crew, rest in crews_with_rest(plan, fleet):
        clock.start(run_post_shift_rest(clock, fleet, crew, rest))
    run = Run(plan, clock, view_in_pieces(plan, patients), recorder, service, fleet)
    run.contact_again, run.calls_alone = ask_again, calls_alone
    run.ends_in_training = end_consultation_in_training
    staff_satellites_with_crews(run)
    for patient in run.patients.never_ask:
        recorder.outcome[patient], recorder.instead[patient] = WENT_WITHOUT, WITHOUT
    start_room_tasks(run, other_tasks)
    if not calls_alone:
        start_home_nursing(run, other_tasks, due_visits)
    grown: list[Overload] = []
    clock.start(begin_pathways(run, grown))
    with garbage_collector_off():
        clock.run_to(plan.end_s)
    fleet.finish(plan.end_s)
    return Record(
        courses=recorder.courses(run.patients.present),
        calls=recorder.calls(),
        units=plan.units,
        activities=recorder.activities(),
        trips=recorder.trips(plan.end_s),
        measured=plan.measured,
        end_s=plan.end_s,
        events=clock.scheduled(),
        overloads=tuple(grown),
        planned_visits=recorder.planned_visits() if run.service.home_nursing else None,
        shifts=plan.shifts,
    )


def begin_pathways(run: Run, grown: list[Overload]) -> Pathway:
    """Let each person begin at the time drawn; then tell which queues have grown all along.

    How a contact begins is the column `begins` of `optional_care`: on the line that was drawn,
    unless the organisation takes walk-ins or e-consultations, or care is too far away.

    Args:
        run: The run, whose patients are in order of time.
        grown: A list to which queues that only grow are added at the end.
    """
    clock, start, wait = run.clock, run.clock.start, run.wait
    times, begins = run.patients.time_s, run.optional.begins
    for part in pieces(len(run.patients.present)):
        for patient in run.patients.present[part]:
            time_s = times[patient]
            if time_s > clock._now:
                yield wait(time_s - clock._now)
            start(PATHWAY_BY_BEGINNING[begins[patient]](run, Call(patient, run.patients)))
        run.recorder.lay_aside()
        let_go_of_pages()
    grown += queue_overloads(run)


PATHWAY_BY_BEGINNING: dict[int, Callable[[Run, Call], Pathway]] = complete_table(
    {
        Beginning.RINGS_116117: ring_116117,
        Beginning.RINGS_HEALTH_LINE: ring_116117,
        Beginning.RINGS_113: ring_113,
        Beginning.PRESSES_ALARM: press_alarm,
        Beginning.IS_TRANSPORTED: make_planned_transport,
        Beginning.LIES_AT_INCIDENT: lie_at_incident,
        Beginning.IS_TRANSFERRED: transfer_to_hospital,
        Beginning.GOES_TO_PSYCHIATRY: go_to_psychiatry,
        Beginning.IS_IN_LABOUR: give_birth,
        Beginning.WALKS_IN: walk_in,
        Beginning.CONSULTS_ON_SCREEN: hold_e_consultation,
        Beginning.RINGS_113_INSTEAD: ring_113_instead,
        Beginning.WAITS_TILL_MORNING: wait_till_morning,
    },
    Beginning,
    other={Beginning.GOES_WITHOUT},
)
"""The pathway of a person, by how the contact begins; who goes without takes none."""
