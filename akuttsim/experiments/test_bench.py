"""The test bench: parts of the chain by themselves, and exact answers for one control room.

The chain's own processes are run in a laboratory where little else takes time. A control room gets
exact answers from queueing theory, or simulated ones with their intervals.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import astuple, dataclass, replace
from functools import cache
from math import ceil
from typing import TypeVar

import numpy as np

from akuttsim.chain.run_plan import Plan, Seat, make_plan
from akuttsim.chain.simulation import simulate
from akuttsim.config.loader import load_organisation, load_region
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.errors import option_error
from akuttsim.patients.queue_patients import CallerProcess, draw_queue_callers
from akuttsim.records import Floats, Patients, Record, Unit
from akuttsim.roads.travel import travel_of_region
from akuttsim.statistics.intervals import Interval, t_interval
from akuttsim.texts import message, said_by
from akuttsim.theory.erlang import answering_figures, operators_needed
from akuttsim.theory.priority_queues import waits_by_class_mmc
from akuttsim.theory.staffing_levels import SHIFT_BANDS, ShiftBand, contacts_per_h
from akuttsim.units import HOUR_S

BENCH_ROOM = "room-116117"


WEEK_H = 168


@cache
def bench_configs() -> tuple[Region, Organisation]:
    """Return the region and the organisation of the laboratory, in which little takes time."""
    return load_region("laboratory").value, load_organisation("laboratory").value


@dataclass(frozen=True)
class BenchLength:
    """How long a replication is, after a warm-up, and how many there are.

    People ring for the warm-up, the measured hours, and the warm-up's hours once more, so that the
    last who are measured meet the usual load.

    Attributes:
        hours: Hours that are measured.
        warmup_h: Hours before them.
        replications: Number of replications.
        seed: Seed of all of them.
    """

    hours: float
    warmup_h: float
    replications: int
    seed: int

    @property
    def ringing_h(self) -> float:
        """Return for how many hours people ring."""
        return self.hours + 2 * self.warmup_h


@dataclass(frozen=True)
class SimulatedQueue:
    """What callers of one control room met, each with its 95 % interval over replications.

    Attributes:
        operators: Operators on duty.
        answered_within: Share of all calls answered within the limit (of 1).
        wait_mean_s: Mean wait over all callers, those who gave up included, in seconds.
        wait_probability: Share of callers who had to wait.
        abandoned: Share of callers who gave up.
        occupancy: Share of operators' time at work.
        wait_mean_first_s: Mean wait of those who go first, in seconds; NaN where there are none.
        wait_mean_others_s: Mean wait of the others.
        calls: Calls that the figures rest on.
    """

    operators: int
    answered_within: Interval
    wait_mean_s: Interval
    wait_probability: Interval
    abandoned: Interval
    occupancy: Interval
    wait_mean_first_s: Interval
    wait_mean_others_s: Interval
    calls: int


def simulate_queue(
    who: CallerProcess, operators: int, within_s: float, length: BenchLength
) -> SimulatedQueue:
    """Let callers ring at a control room of the real chain.

    Args:
        who: How often they ring, how long they talk, and how patient they are.
        operators: Operators round the clock.
        within_s: The limit, in seconds.
        length: How long a replication is, and how many there are.
    """
    table = queue_runs(who, operators, within_s, length)
    within, wait, must_wait, left, busy, first, others = (
        t_interval(column) for column in table[:, :7].T
    )
    return SimulatedQueue(
        operators=operators,
        answered_within=within,
        wait_mean_s=wait,
        wait_probability=must_wait,
        abandoned=left,
        occupancy=busy,
        wait_mean_first_s=first,
        wait_mean_others_s=others,
        calls=int(table[:, 7].sum()),
    )


def queue_runs(who: CallerProcess, operators: int, within_s: float, length: BenchLength) -> Floats:
    """Return one row of figures for each replication.

    Args:
        who: How often callers ring, how long they talk, and how patient they are.
        operators: Operators round the clock.
        within_s: The limit, in seconds.
        length: How long a replication is, and how many there are.

    Returns:
        Shape (replications, 8), in the order of `queue_run_figures`.
    """
    prepared = queue_plan(operators, length)
    runs = []
    for replication in range(length.replications):
        patients = draw_queue_callers(who, length.ringing_h, length.seed, replication)
        runs.append(queue_run_figures(simulate(prepared, patients), patients, within_s))
    return np.array(runs)


def clinic_plan(doctors: int, length: BenchLength) -> Plan:
    """Return the plan of the laboratory with so many doctors round the clock."""
    return plan_with_team(bench_plan(*bench_configs(), length), "doctor", "doctor", doctors)


def queue_plan(operators: int, length: BenchLength) -> Plan:
    """Return the plan of the laboratory with so many 116117 operators round the clock."""
    return plan_with_team(bench_plan(*bench_configs(), length), "operator", BENCH_ROOM, operators)


def bench_plan(region: Region, organisation: Organisation, length: BenchLength) -> Plan:
    """Return a plan that measures these hours; at 113, where nothing takes time, two are enough."""
    weeks = ceil(length.ringing_h / WEEK_H)
    rooms = dict(organisation.control_rooms)
    for name, room in organisation.control_rooms.items():
        if name != BENCH_ROOM:
            two_on_duty = {
                role: {one: row.model_copy(update={"on_duty": 2}) for one, row in staff.items()}
                for role, staff in (
                    ("operators", room.operators),
                    ("dispatchers", room.dispatchers),
                )
            }
            rooms[name] = room.model_copy(update=two_on_duty)
    small = organisation.model_copy(update={"control_rooms": rooms})
    start, end = length.warmup_h, length.warmup_h + length.hours
    return replace(
        make_plan(region, small, travel_of_region(region), weeks, 0),
        measured=(start * HOUR_S, end * HOUR_S),
    )


def plan_with_team(prepared: Plan, role: str, team: str, people: int) -> Plan:
    """Return the plan with so many people in one team, on duty to the end of the run and beyond."""
    always = ((0.0, 2 * prepared.end_s),)
    seats = tuple(
        Seat(Unit(f"{team}/{role}-{number}", role, team, always), always)
        for number in range(1, people + 1)
    )
    teams = prepared.teams | {(role, team): seats}
    crews = tuple(unit for unit in prepared.units if unit.role == "crew")
    staff = tuple(seat.unit for each in teams.values() for seat in each)
    return replace(prepared, teams=teams, units=staff + crews)


def queue_run_figures(record: Record, patients: Patients, within_s: float) -> tuple[float, ...]:
    """Return one replication's figures in the order of `SimulatedQueue`, then the calls."""
    calls, (start, end) = record.calls, record.measured
    mine = (calls.rang_s >= start) & (calls.rang_s < end)
    answered = ~np.isnan(calls.answered_s[mine])
    ended_s = np.fmin(np.fmin(calls.answered_s, calls.left_s), record.end_s)
    waits = (ended_s - calls.rang_s)[mine]
    first = patients.urgent_button[calls.patient[mine]]
    return (
        float(np.mean(answered & (waits <= within_s))),
        float(np.mean(waits)),
        float(np.mean(~answered | (waits > 0))),
        float(np.mean(~np.isnan(calls.left_s[mine]))),
        _occupancy(record),
        float(np.mean(waits[first])) if first.any() else np.nan,
        float(np.mean(waits[~first])) if not first.all() else np.nan,
        len(waits),
    )


def _occupancy(record: Record) -> float:
    """Return the share of operators' time in the measured span that they were at work."""
    operators = [i for i, unit in enumerate(record.units) if unit.team == BENCH_ROOM]
    activities, (start, end) = record.activities, record.measured
    mine = np.isin(activities.unit, operators)
    worked = np.clip(activities.end_s[mine], start, end) - np.clip(
        activities.start_s[mine], start, end
    )
    return float(worked.sum()) / (len(operators) * (end - start))


T = TypeVar("T")

QUEUE_FIGURES = ("answered_within", "wait_mean_s", "wait_probability", "abandoned", "occupancy")
"""The figures of a queue, in the order in which they are shown."""

CALLS_WANTED = 200_000
"""A simulated answer rests on about so many calls over its replications."""

MOST_H = 8_760
"""A replication measures a year at most."""

REPLICATIONS = 20


@dataclass(frozen=True)
class QueueQuestion:
    """A control room by itself.

    Attributes:
        calls_per_h: Calls an hour.
        talk_s: Mean talk, in seconds.
        within_s: The limit within which calls should be answered, in seconds.
        patience_s: Mean patience, in seconds; infinite where nobody hangs up.
        operators: Operators on duty; may be a fraction when exact.
        first_share: Share of calls that go first in the queue.
        next_shares: Shares of the classes that go after these, in turn; all others go last.
    """

    calls_per_h: float
    talk_s: float
    within_s: float
    patience_s: float
    operators: float
    first_share: float = 0.0
    next_shares: tuple[float, ...] = ()

    @property
    def has_classes(self) -> bool:
        """Whether some calls go before others."""
        return self.first_share > 0 or len(self.next_shares) > 0


QueueAnswer = dict[str, float | None]
"""The figures by name; with `_low` and `_high` beside each when simulated. None where unknown."""


def calls_of_people(population: float, hour: str) -> float:
    """Return calls an hour of a weekend shift for a population.

    Args:
        population: Inhabitants.
        hour: The shift, a name of `SHIFT_BANDS`.

    Raises:
        InputError: There is no such shift, or no such population.
    """
    if hour not in SHIFT_BANDS:
        raise option_error(
            "--hour", message("experiments.queue.hour", bands=", ".join(SHIFT_BANDS), hour=hour)
        )
    band: ShiftBand = hour
    return answer_of_theory(lambda: contacts_per_h(population, band))


def operators_for_target(question: QueueQuestion, target: float) -> int:
    """Return the operators that a target share asks for.

    Args:
        question: The control room; its operators are not looked at.
        target: Share of calls to be answered within the limit (of 1).

    Raises:
        InputError: No number of operators answers it.
    """
    return answer_of_theory(
        lambda: operators_needed(
            question.calls_per_h, question.talk_s, target, question.within_s, question.patience_s
        )
    )


def with_operators(question: QueueQuestion, operators: float) -> QueueQuestion:
    """Return the same control room with so many operators."""
    return replace(question, operators=operators)


def exact_queue_figures(question: QueueQuestion) -> QueueAnswer:
    """Return Erlang's exact figures (C, or A with patience); waits by class with priorities.

    Args:
        question: The control room.

    Raises:
        InputError: There is no long-run answer, or no exact one.
    """
    if question.has_classes and math.isfinite(question.patience_s):
        what = message("experiments.queue.no_exact")
        raise option_error("--priority", what)
    q = question
    figures = answer_of_theory(
        lambda: answering_figures(q.calls_per_h, q.talk_s, q.operators, q.within_s, q.patience_s)
    )
    answer: QueueAnswer = {name: getattr(figures, name) for name in ("operators", *QUEUE_FIGURES)}
    if not question.has_classes:
        return answer
    # Priorities move the waits of the classes, and with them the share answered in time; of the
    # latter no closed form is kept here.
    served = (q.first_share, *q.next_shares)
    shares = np.array([*served, max(1 - math.fsum(served), 0.0)])
    first, *between, others = waits_by_class_mmc(
        q.calls_per_h * shares, q.talk_s, q.operators
    ).tolist()
    answer["answered_within"] = None
    answer |= {"wait_mean_first_s": first}
    answer |= {class_wait_name(number): wait for number, wait in enumerate(between, 2)}
    return answer | {"wait_mean_others_s": others}


def class_wait_name(number: int) -> str:
    """Return what the mean wait of a class between first and last is called, counted from 1."""
    return f"wait_mean_{number}_s"


def simulated_queue_figures(
    question: QueueQuestion, seed: int, calls_wanted: int = CALLS_WANTED
) -> QueueAnswer:
    """Return the figures of the chain's own control room, each with its 95 % interval.

    Args:
        question: The control room, with whole operators.
        seed: Seed of the callers; under one seed two questions have callers of their own.
        calls_wanted: Calls that the answer rests on, about.

    Raises:
        InputError: A fraction of an operator, no calls, more than two classes, or a queue that
            grows without end.
    """
    if question.next_shares:
        raise option_error("--priority", message("experiments.queue.two_classes"))
    if question.operators != int(question.operators) or question.operators < 1:
        raise option_error("--operators", message("experiments.queue.whole"))
    if question.calls_per_h == 0:
        raise option_error("--calls-per-hour", message("experiments.queue.above_zero"))
    exact_queue_figures(replace(question, first_share=0.0))  # refuses what has no answer
    who = CallerProcess(
        question.calls_per_h, question.talk_s, question.patience_s, question.first_share
    )
    # Replications with the calls wanted, long enough to forget how they began.
    forgets_h = relaxation_time_s(question) / HOUR_S
    wanted_h = max(calls_wanted / REPLICATIONS / question.calls_per_h, 5 * forgets_h)
    own_seed = seed_of_question(question, seed)
    length = BenchLength(min(wanted_h, MOST_H), min(5 * forgets_h, MOST_H), REPLICATIONS, own_seed)
    found = simulate_queue(who, int(question.operators), question.within_s, length)
    answer: QueueAnswer = {"operators": float(question.operators)}
    for name in QUEUE_FIGURES:
        answer |= _mean_with_ends(name, getattr(found, name))
    if question.first_share:
        answer |= _mean_with_ends("wait_mean_first_s", found.wait_mean_first_s)
        answer |= _mean_with_ends("wait_mean_others_s", found.wait_mean_others_s)
    return answer


def seed_of_question(question: QueueQuestion, seed: int) -> int:
    """Return a seed that is the question's own, so that chance of one question is not another's.

    With the same callers' numbers in all, a seed that is high in one question is high in all.
    """
    asked = (seed, *(float(value) for value in astuple(question)[:6]), *question.next_shares)
    return int.from_bytes(hashlib.blake2b(repr(asked).encode("ascii"), digest_size=8).digest())


def relaxation_time_s(question: QueueQuestion) -> float:
    """Return about how long a queue needs to forget how it began (its relaxation time), seconds.

    M/M/c forgets at the rate c mu (1 - sqrt(load))^2, at most mu; with patience no slower than the
    slower of talk and patience. Sources: P. M. Morse (1955), "Stochastic properties of waiting
    lines", Operations Research 3, 255-261; E. A. van Doorn (1985), "Conditions for exponential
    ergodicity and bounds for the decay parameter of a birth-death process", Advances in Applied
    Probability 17, 514-530.
    """
    slowest_s = max(question.talk_s, question.patience_s)
    load = question.calls_per_h * question.talk_s / HOUR_S / question.operators
    if load >= 1:
        return slowest_s
    room = question.operators * (1 - math.sqrt(load)) ** 2
    return min(question.talk_s + question.talk_s / room, slowest_s)


def _mean_with_ends(name: str, interval: Interval) -> QueueAnswer:
    """Return a mean and its ends; None for what nobody met."""
    known = [None if math.isnan(value) else value for value in interval]
    return dict(zip((name, f"{name}_low", f"{name}_high"), known, strict=True))


def answer_of_theory(ask: Callable[[], T]) -> T:
    """Return what a function of theory answers; its refusals become errors of input."""
    try:
        return ask()
    except ValueError as error:
        raise option_error("", said_by(error)) from None
