"""Interruptions: work that a red alarm may take a doctor from, and that goes on afterwards."""

from __future__ import annotations

from bisect import bisect_right

from akuttsim.chain.clock import Pathway
from akuttsim.chain.dispatch_rules import least_grave_work
from akuttsim.chain.recorder import MODE_CODES, Departure
from akuttsim.chain.run_state import Call, Run
from akuttsim.chain.service import DoctorsOnDuty
from akuttsim.chain.staff_queues import InterruptibleWork, Spot, StaffMember, StaffQueue
from akuttsim.records import CONSULTATION, GREEN, RESULT, WAY_IN
from akuttsim.roads.road_network import Mode
from akuttsim.roads.travel import Route
from akuttsim.units import tick

NOBODY_WAITS = GREEN + 1
"""The urgency of a drive home: less than that of any patient."""

AT_THE_CLINIC = (CONSULTATION, RESULT)
"""Work that a doctor on home duty must come in for."""

Trip = tuple[Departure, float]
"""A trip and when it is over."""


def interruptible_work(
    run: Run, kind: int, call: Call, place: Spot | None = None
) -> InterruptibleWork | None:
    """Return work for a patient, or None if a doctor never leaves somebody of this urgency."""
    if call.urgency not in run.left_for_red:
        return None
    return InterruptibleWork(kind, call.patient, call.urgency, place)


def interruptible_drive_home(run: Run, kind: int, call: Call) -> InterruptibleWork | None:
    """Return the drive home from a patient, or None if no doctor is ever taken from work."""
    return InterruptibleWork(kind, call.patient, NOBODY_WAITS) if run.left_for_red else None


def work_on(
    run: Run, doctor: StaffMember, task: InterruptibleWork | None, seconds: float
) -> Pathway:
    """Work for so many seconds; return None when done, or how many are left if called away.

    Where nobody is ever called away, and where nobody is, this is one wait.
    """
    wait = run.wait(seconds)
    if task is None:
        yield wait
        return None
    task.wait, task.ends_s, doctor.task = wait, run.clock._now + seconds, task
    called_off = yield wait
    if called_off is False:
        return task.ends_s - run.clock._now
    doctor.task = None
    return None


def make_trip(run: Run, doctor: StaffMember, task: InterruptibleWork | None, trip: Trip) -> Pathway:
    """Make a trip; return whether it came to its end, or the doctor was called away."""
    departure, over_s = trip
    if task is not None:
        task.trip = departure
    remaining_s = yield from work_on(run, doctor, task, over_s - run.clock._now)
    log_trip_end(run, departure, remaining_s is None)
    return remaining_s is None


def log_trip_end(run: Run, departure: Departure, completed: bool) -> None:
    """Log a trip as ended or cut short now; one whose wheels never rolled is none."""
    now = run.clock._now
    if completed or now > departure.departed_s:
        trip = departure if completed else departure.cut_at(now, _local_end_s(run, departure))
        run.recorder.log_trip(trip, now, completed)


def _local_end_s(run: Run, trip: Departure) -> float:
    """Return how long the kilometres about a trip's destination take."""
    local_roads = run.fleet.movement.local_roads
    return local_roads.seconds(trip.destination_km, MODE_OF_CODE[trip.mode], trip.condition)


def attend_patient(
    run: Run, call: Call, queue: StaffQueue, doctor: StaffMember, work: tuple[int, float]
) -> Pathway:
    """Work of a kind for so many seconds, in pieces if doctors are called away; return the last.

    At the clinic the patient has met a doctor when the first one is there: after one was called
    away on the way in, that is a colleague.
    """
    kind, remaining_s = work
    while True:
        is_present = True
        if doctor.at_home and kind in AT_THE_CLINIC:
            is_present = yield from come_in_from_home(run, call, doctor)
        if is_present:
            if kind in AT_THE_CLINIC:
                run.note_doctor(call)
                run.note_recognised_red(call)
            rest_s = yield from work_on(
                run, doctor, interruptible_work(run, kind, call), remaining_s
            )
            if rest_s is None:
                return doctor
            remaining_s = rest_s
        doctor = yield from wait_for_next_doctor(run, call, queue)


def come_in_from_home(run: Run, call: Call, doctor: StaffMember) -> Pathway:
    """Let a doctor on home duty come in to a patient; return whether, or called away to red.

    The doctor was told of the patient some time ago, and may be there already.
    """
    patient, now = call.patient, run.clock._now
    comes_in_s = run.comes_in_s[doctor.team][patient]
    remaining_s = max(0.0, call.doctor_called_s + comes_in_s - now)
    if comes_in_s:
        away_s = None
        if remaining_s:
            away_s = yield from work_on(
                run, doctor, interruptible_work(run, WAY_IN, call), remaining_s
            )
        if away_s is not None:
            call.doctor_called_s = run.clock._now
            return False
        doctor.switch_work(WAY_IN, patient)
    doctor.at_home = False
    return True


def wait_for_next_doctor(run: Run, call: Call, queue: StaffQueue) -> Pathway:
    """Wait for whoever is free first to go on with interrupted work; before others as grave."""
    since_s, waited_s = run.clock._now, run.recorder.interrupted_s
    doctor = yield from queue.acquire(call.urgency, resumes=True)
    before_s = waited_s[call.patient]
    waited_s[call.patient] = run.clock._now - since_s + (0.0 if before_s != before_s else before_s)
    return doctor


def call_doctor_away(
    run: Run, doctors: DoctorsOnDuty
) -> tuple[StaffMember, InterruptibleWork] | None:
    """Take a doctor on duty from the least grave work in hand, if any may be left.

    The piece that is done is logged.
    """
    people = [person for person in doctors.queue.team.people if person.task and person.on_duty]
    tasks = [(person.task.urgency, person.task.ends_s) for person in people if person.task]
    chosen = least_grave_work(tasks, run.clock._now)
    if chosen is None:
        return None
    doctor = people[chosen]
    task, doctor.task = doctor.task, None
    assert task is not None and task.wait is not None
    run.clock.call_off(task.wait)
    doctor.switch_work(task.kind, task.patient)
    if task.urgency != NOBODY_WAITS:
        run.recorder.interrupted[task.patient] += 1
    return doctor, task


MODE_OF_CODE: dict[int, Mode] = {code: mode for mode, code in MODE_CODES.items()}


def trip_from_road(run: Run, trip: Departure, order: tuple[int, int], to: Spot, mode: Mode) -> Trip:
    """Return the trip of somebody who turns from another now; the order is its kind and patient.

    On ahead or back, as is quicker; on the way to the place where a trip begun on the road joins
    its own road, on ahead.
    """
    now, condition, travel = run.clock._now, run.condition(), run.plan.travel
    (end, end_km), origin_km = to, 0.0
    times, driven = travel.to(mode, condition, end), trip.cut_at(now, _local_end_s(run, trip))
    if now <= trip.joins_s:
        first, until_s = trip.joins, trip.joins_s - now
        origin, done = trip.origin, _stretch_share_done(trip, now)
        origin_km = trip.origin_km - driven.origin_km
    elif driven.destination_km:
        first, until_s = trip.destination, now - trip.there_s
        origin, done, origin_km = first, 0.0, driven.destination_km
    else:
        route = travel.route(trip.condition, trip.joins, trip.destination, MODE_OF_CODE[trip.mode])
        elapsed_s = now - trip.joins_s
        ways = travel.ways_from(route, elapsed_s, condition, mode)
        first, until_s = min(ways, key=lambda way: way[1] + times[way[0]])
        origin, done = _place_behind(route, elapsed_s, first) if until_s else (first, 0.0)
    joins_s = now + tick(until_s)
    arrival_s = joins_s + times[first]
    departure = Departure(
        trip.unit, *order, origin, first, done, end, MODE_CODES[mode], condition, now, joins_s,
        arrival_s, origin_km, end_km,
    )  # fmt: skip
    return departure, arrival_s + _local_end_s(run, departure)


def _stretch_share_done(trip: Departure, now: float) -> float:
    """Return how much of the stretch to where a trip joins its road lies behind it (0-1)."""
    if trip.joins_s <= trip.departed_s or trip.origin == trip.joins:
        return trip.stretch_done
    part = (now - trip.departed_s) / (trip.joins_s - trip.departed_s)
    return trip.stretch_done + (1 - trip.stretch_done) * part


def _place_behind(route: Route, elapsed_s: float, first: int) -> tuple[int, float]:
    """Return the place behind somebody who goes on to `first`, and how far between it is (0-1)."""
    leg = min(bisect_right(route.reached_s, elapsed_s), len(route.places) - 1) - 1
    start, end = route.places[leg], route.places[leg + 1]
    done = (elapsed_s - route.reached_s[leg]) / (route.reached_s[leg + 1] - route.reached_s[leg])
    if first == end:
        return start, done
    return (end, 1 - done) if first == start else (first, 0.0)
