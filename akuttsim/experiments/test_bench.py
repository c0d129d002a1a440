"""The test bench: parts of the chain by themselves, run by the chain's own processes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from math import ceil

import numpy as np

from akuttsim.chain.run_plan import Plan, Seat, make_plan
from akuttsim.chain.simulation import simulate
from akuttsim.config.loader import load_organisation, load_region
from akuttsim.config.schema.control_room import ControlRoom
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.roster import Staffing
from akuttsim.patients.queue_patients import CallerProcess, draw_queue_callers
from akuttsim.records import Floats, Patients, Record, Unit
from akuttsim.roads.travel import travel_of_region
from akuttsim.statistics.intervals import Interval, t_interval
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

    As `theory.erlang.QueueFigures`: `answered_within` of all calls; `wait_mean_s` over all callers,
    those who gave up included; shares of 1.
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
    """Let callers ring at a control room of the real chain, with so many operators."""
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
    """Return one row of figures for each replication, as `queue_run_figures` orders them."""
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
    rooms = {
        name: room if name == BENCH_ROOM else room.model_copy(update=_two_on_duty(room))
        for name, room in organisation.control_rooms.items()
    }
    small = organisation.model_copy(update={"control_rooms": rooms})
    start, end = length.warmup_h, length.warmup_h + length.hours
    return replace(
        make_plan(region, small, travel_of_region(region), weeks, 0),
        measured=(start * HOUR_S, end * HOUR_S),
    )


def _two_on_duty(room: ControlRoom) -> dict[str, dict[str, Staffing]]:
    return {
        role: {name: each.model_copy(update={"on_duty": 2}) for name, each in staff.items()}
        for role, staff in (("operators", room.operators), ("dispatchers", room.dispatchers))
    }


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
