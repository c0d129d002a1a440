"""Home nursing (hjemmetjenesten) as people: alarms, planned visits, and work in a nursing home.

Whoever is free takes an alarm before a planned visit, and of planned work what was due first. From
one home they drive straight to the next; when nobody waits they drive back to the base, and are
taken on that way as they are from the base. A visit that has begun is finished.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from akuttsim.chain.clock_and_queues import Pathway
from akuttsim.chain.pathways.operators import NOBODY, nursing_home_task, task_times
from akuttsim.chain.recorder import AT_DOOR, LEFT_HOME, VISITOR
from akuttsim.chain.run_plan import local_distance_km
from akuttsim.chain.run_state import (
    NOBODY_WAITS,
    Call,
    Run,
    Trip,
    log_trip_end,
    make_trip,
    trip_from_road,
)
from akuttsim.chain.service import HomeNursingTeam
from akuttsim.chain.staff_queues import InterruptibleWork, Spot, StaffMember, StaffQueue
from akuttsim.patients.other_tasks import OtherTasks
from akuttsim.records import (
    HOME_NURSING,
    NURSE_OUT,
    OTHER_TASK,
    RETURN,
    TO_PATIENT,
    TO_STATION,
    VISIT,
    DueVisits,
)
from akuttsim.units import MINUTE_S, to_ticks

AS_DUE = 0
"""Priority of all planned work: what was due first goes first."""


class HomeTask(NamedTuple):
    """A planned visit, or work in the nursing home: when, whose, where, how long, what it is."""

    time_s: float
    team: HomeNursingTeam
    spot: Spot
    takes_s: float
    kind: int


def start_home_nursing(run: Run, candidates: OtherTasks, due: DueVisits | None) -> None:
    """Start the work of home nursing that is not for alarms.

    Args:
        run: The run.
        candidates: Times and uniforms of work that might arise in nursing homes, drawn before.
        due: The planned visits that fall due, drawn before.
    """
    nursing = run.plan.organisation.home_nursing
    if nursing is None:
        return
    for team, (name, config) in zip(run.service.home_nursing, nursing.teams.items(), strict=True):
        for key, task in config.nursing_home.items():
            times = task_times(run.plan, task, candidates[nursing_home_task(name, key)])
            base = (team.place, 0.0)
            tasks = [HomeTask(at_s, team, base, takes_s, OTHER_TASK) for at_s, takes_s in times]
            run.clock.start(run_home_tasks(run, tasks))
    if nursing.planned is not None:
        assert due is not None, "planned visits have not been drawn"
        run.clock.start(run_planned_visits(run, due))


def run_home_tasks(run: Run, tasks: list[HomeTask]) -> Pathway:
    """Let the work of a nursing home arise, in order of time."""
    for task in tasks:
        yield run.wait(task.time_s - run.clock._now)
        run.clock.start(do_home_task(run, task, None))


def run_planned_visits(run: Run, due: DueVisits) -> Pathway:
    """Let planned visits fall due; those where no team visits are not followed."""
    nursing = run.plan.organisation.home_nursing
    assert nursing is not None and nursing.planned is not None
    takes_s = to_ticks(nursing.planned.visit_min.quantile(due.u_visit) * MINUTE_S)
    columns = (due.time_s, due.place, local_distance_km(run.plan, due), takes_s)
    is_visited = np.isin(due.place, list(run.service.home_nursing_by_place))
    rows = zip(*(each[is_visited].tolist() for each in columns), strict=True)
    for time_s, place, km, visit_s in rows:
        yield run.wait(time_s - run.clock._now)
        team = home_nursing_at(run, place)
        if team is not None:
            log = run.recorder.log_planned_visit(team.index, place, time_s)
            visit = HomeTask(time_s, team, (place, km), visit_s, VISIT)
            run.clock.start(do_home_task(run, visit, log))


def home_nursing_at(run: Run, place: int) -> HomeNursingTeam | None:
    """Return who visits a place now: the first of its teams of whom anybody is on duty.

    At hours at which nobody is, that is the first team, whose people will come; None where home
    nursing is not people on duty.
    """
    teams = run.service.home_nursing_by_place.get(place)
    if not teams:
        return None
    return next((team for team in teams if team.alarms.on_duty), teams[0])


def do_home_task(run: Run, task: HomeTask, log: list[float] | None) -> Pathway:
    """Wait for somebody, who drives there and does the work.

    Args:
        run: The run.
        task: A planned visit, or work in a nursing home.
        log: The visit's row in the record; None for work in a nursing home.
    """
    team = task.team
    found = yield from find_home_nurse(run, team, team.planned, AS_DUE, (task.spot, NOBODY), None)
    nurse = yield from drive_to_home(run, found)
    if log is not None:
        log[VISITOR], log[AT_DOOR] = nurse.unit, run.clock._now
    yield run.wait(task.takes_s)
    if log is not None:
        log[LEFT_HOME] = run.clock._now
    yield from leave_home(run, team, nurse, task.spot, (task.kind, NOBODY))


def visit_after_alarm(run: Run, call: Call, team: HomeNursingTeam) -> Pathway:
    """Whoever is free first drives to the user of an alarm and helps.

    Args:
        run: The run.
        call: The user, about whom the response centre has told home nursing.
        team: The team that visits there now.

    Returns:
        Whether anybody could set out in time; if not, the user is still without help.
    """
    patient, spot = call.patient, (call.place, call.local_km)
    waits_s = team.passes_on_after_s if team.alarms.on_duty else 0.0
    found = yield from find_home_nurse(
        run, team, team.alarms, call.urgency, (spot, patient), waits_s
    )
    if found is None:
        return False
    nurse = yield from drive_to_home(run, found)
    run.recorder.nurse_on_scene_s[patient] = run.clock._now
    run.note_first_help(call)
    yield run.wait(run.optional.home_help_s[patient])
    run.close_course(call, HOME_NURSING)
    yield from leave_home(run, team, nurse, spot, (NURSE_OUT, patient))
    return True


SetOut = tuple[StaffMember, Trip]
"""Somebody of home nursing who has been found, and the drive to where the work is."""

Destination = tuple[Spot, int]
"""Where somebody is needed, and the patient there (-1 for planned work)."""


def find_home_nurse(
    run: Run,
    team: HomeNursingTeam,
    queue: StaffQueue,
    priority: int,
    to: Destination,
    waits_s: float | None,
) -> Pathway:
    """Find who goes: of those at the base and on their way back the one who is there first.

    With none of them somebody comes from another home, when done there.

    Args:
        run: The run.
        team: The team.
        queue: Its queue of alarms or of planned work.
        priority: The place in that queue.
        to: Where somebody is needed, and for whom.
        waits_s: Seconds after which it is too late to set out; None for never.

    Returns:
        Who goes, with the trip there; None where nobody could set out in time.
    """
    on_way = soonest_on_way_back(run, team, to)
    nurse = queue.take_free()
    if nurse is not None:
        trip = trip_from_stop(run, team, nurse, to)
        if on_way is None or trip[1] <= on_way[1][1]:
            return nurse, trip
        team.put_back(nurse)
    if on_way is not None:
        break_off_way_back(run, on_way[0])
        return on_way
    nurse = yield queue.wait(priority, waits_s)
    return None if nurse is None else (nurse, trip_from_stop(run, team, nurse, to))


def soonest_on_way_back(run: Run, team: HomeNursingTeam, to: Destination) -> SetOut | None:
    """Return who of those on duty and on their way back would be there first, and the trip."""
    spot, patient = to
    found: SetOut | None = None
    for person in team.alarms.team.people:
        if person.task is not None and person.task.trip is not None and person.on_duty:
            trip = trip_from_road(run, person.task.trip, (TO_PATIENT, patient), spot, "car")
            if found is None or trip[1] < found[1][1]:
                found = person, trip
    return found


def break_off_way_back(run: Run, nurse: StaffMember) -> None:
    """Take somebody from the way back, of which the piece that is driven is logged."""
    task, nurse.task = nurse.task, None
    assert task is not None and task.wait is not None
    run.clock.call_off(task.wait)
    nurse.switch_work(RETURN, task.patient)


def trip_from_stop(run: Run, team: HomeNursingTeam, nurse: StaffMember, to: Destination) -> Trip:
    """Return the trip to a home of somebody who is at the base or at another home."""
    (place, km), patient = to
    start, start_km = team.stops.get(nurse.unit, (team.place, 0.0))
    way = run.way(start, place, "car", start_km, km)
    return run.begin_trip(way, TO_PATIENT, nurse.unit, patient)


def drive_to_home(run: Run, found: SetOut) -> Pathway:
    """Drive to where the work is; return who has come. To stay at the base is no trip."""
    nurse, (departure, over_s) = found
    if over_s > run.clock._now:
        yield run.wait(over_s - run.clock._now)
        log_trip_end(run, departure, True)
    return nurse


def leave_home(
    run: Run, team: HomeNursingTeam, nurse: StaffMember, spot: Spot, work: tuple[int, int]
) -> Pathway:
    """Go on to whoever waits next, or drive back to the base and be free on the way.

    Args:
        run: The run.
        team: The team.
        nurse: Who is done there.
        spot: Where that is.
        work: What was done: kind of the activity, and patient.
    """
    base = (team.place, 0.0)
    if spot == base:
        team.stops.pop(nurse.unit, None)
        nurse.finish(*work)
        return
    team.stops[nurse.unit] = spot
    nurse.switch_work(*work)
    if nurse.team.waiting and nurse.take_next():
        return
    way = run.way(spot[0], team.place, "car", spot[1])
    home = run.begin_trip(way, TO_STATION, nurse.unit, work[1])
    if (yield from make_trip(run, nurse, InterruptibleWork(RETURN, work[1], NOBODY_WAITS), home)):
        del team.stops[nurse.unit]
        nurse.finish(RETURN, work[1])
