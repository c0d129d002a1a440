"""One control room under different rosters, on the same patients, over several processes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from math import ceil, inf
from typing import NamedTuple

import numpy as np

from akuttsim.chain.run_plan import Plan, make_plan
from akuttsim.chain.simulation import simulate
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.roster import OperatorStaffing
from akuttsim.experiments.executor import Executor, Job, open_executor
from akuttsim.experiments.patient_source import other_tasks_of_run
from akuttsim.patients.sampling import sample_patients
from akuttsim.records import Floats, Patients
from akuttsim.roads.travel import Travel, travel_of_region
from akuttsim.statistics.hourly_service_level import (
    CallTally,
    HoursOfWeek,
    hour_of_week,
    mean_by_hour_of_week,
    seconds_per_elapsed_hour,
    tally_calls,
)
from akuttsim.units import HOUR_S, MINUTE_S, WEEK_S

Operators = Mapping[str, OperatorStaffing]
"""A control room's roster, as the organisation has it."""

RosterTask = tuple[Operators, int, int]
"""A roster to be tried, with the seed and the number of the replication."""

EVALUATION_WARMUP_DAYS = 2
REPLICATIONS_CACHED = 4
"""So many replications' patients are kept in each process."""


@dataclass(frozen=True)
class RosterRoom:
    """A control room whose roster is looked for.

    Attributes:
        region: The region whose people ring.
        organisation: The organisation of today.
        name: Name of the control room in it.
        within_s: Limit to answer in, seconds from the first ring, as the official indicator has it.
        weeks: Weeks that are measured in each run.
    """

    region: Region
    organisation: Organisation
    name: str
    within_s: float
    weeks: int

    @property
    def today(self) -> Operators:
        """Return the roster that the organisation has."""
        return self.organisation.control_rooms[self.name].operators

    @property
    def reserved_operators(self) -> int:
        """Return how many must stay free for what goes first, of operators that rooms share."""
        reserves = [
            room.keeps_free.value
            for name, room in self.organisation.control_rooms.items()
            if room.keeps_free is not None and self.name in (name, room.operators_of)
        ]
        return max(reserves, default=0)

    @property
    def patience_s(self) -> float:
        """Return the mean patience that the formula counts with, in seconds.

        The simulation has everybody's own. Nobody gives up a safety alarm.
        """
        number, patience = self.organisation.control_rooms[self.name].number, self.region.patience
        if number == "alarm":
            return inf
        minutes = patience.line_113_min if number == "113" else patience.green_min
        return minutes.expected() * MINUTE_S

    def staffed(self, operators: Operators) -> Organisation:
        """Return the organisation with another roster in the room."""
        rooms = self.organisation.control_rooms
        changed = rooms[self.name].model_copy(update={"operators": dict(operators)})
        return self.organisation.model_copy(update={"control_rooms": {**rooms, self.name: changed}})


class RosterOutcome(NamedTuple):
    """What a roster did in simulated weeks.

    Attributes:
        tally: Calls, and calls answered in time, by week and hour of the week.
        busy: Mean operators at work, by hour of the week (48: a weekday's and a weekend day's).
        on_duty: Mean operators on duty, by the same hours.
        hours: Hours staffed in a week.
    """

    tally: CallTally
    busy: Floats
    on_duty: Floats
    hours: float


class RoomBench:
    """A room in one process: its travel times, and the patients of the last replications.

    Patients are drawn once and meet every roster, so that rosters differ by themselves alone.
    """

    def __init__(self, room: RosterRoom) -> None:
        """Work out travel times once."""
        self.room = room
        self.travel: Travel = travel_of_region(room.region)
        self._patients: OrderedDict[tuple[int, int], Patients] = OrderedDict()
        self._hour_of_week: HoursOfWeek | None = None

    def evaluate(self, task: RosterTask) -> RosterOutcome:
        """Let a replication's patients meet the room with a roster.

        Args:
            task: The roster, the seed of the patients, and the number of the replication.

        Returns:
            The tally of the room's calls, and its operators by hour of the week.
        """
        room, (operators, seed, replication) = self.room, task
        prepared = make_plan(
            room.region, room.staffed(operators), self.travel, room.weeks, EVALUATION_WARMUP_DAYS
        )
        record = simulate(
            prepared,
            self._drawn(prepared, seed, replication),
            other_tasks_of_run(prepared, seed, replication),
        )
        hours, activities = self._hours(prepared.end_s), record.activities
        is_room = [unit.role == "operator" and unit.team == room.name for unit in record.units]
        is_work = np.isin(activities.unit, np.flatnonzero(is_room))
        busy = seconds_per_elapsed_hour(
            activities.start_s[is_work], activities.end_s[is_work], len(hours)
        )
        seats = prepared.teams["operator", room.name]
        spans = np.array([span for seat in seats for span in seat.spans])
        on_duty = seconds_per_elapsed_hour(spans[:, 0], spans[:, 1], len(hours)) / HOUR_S
        start, end = (int(at // HOUR_S) for at in record.measured)
        number = list(room.organisation.control_rooms).index(room.name)
        return RosterOutcome(
            tally_calls(record, number, room.within_s, hours),
            mean_by_hour_of_week(busy / HOUR_S, hours, record.measured),
            mean_by_hour_of_week(on_duty, hours, record.measured),
            float(on_duty[start:end].mean()) * WEEK_S / HOUR_S,
        )

    def _drawn(self, prepared: Plan, seed: int, replication: int) -> Patients:
        """Return a replication's patients: drawn once, and kept for the next rosters."""
        key = (seed, replication)
        if key not in self._patients:
            while len(self._patients) >= REPLICATIONS_CACHED:
                self._patients.popitem(last=False)
            self._patients[key] = sample_patients(
                prepared.region, prepared.days, seed, replication, prepared.neighbours
            )
        return self._patients[key]

    def _hours(self, end_s: float) -> HoursOfWeek:
        if self._hour_of_week is None:
            calendar = self.room.region.calendar.calendar()
            self._hour_of_week = hour_of_week(calendar, ceil(end_s / HOUR_S) + 2)
        return self._hour_of_week


class RosterTrials:
    """Rosters tried on a room, replications spread over processes.

    A replication always goes to the same process, which has its patients already.
    """

    def __init__(self, room: RosterRoom, executor: Executor[RosterTask, RosterOutcome]) -> None:
        """Take the room, and who tries rosters on it."""
        self.room = room
        self._executor = executor

    def evaluate(self, operators: Operators, seed: int, replications: range) -> RosterOutcome:
        """Return what a roster did over replications.

        Args:
            operators: The roster, as the organisation would have it.
            seed: Seed of the patients.
            replications: Numbers of the replications.

        Returns:
            Tallies one below the other; of the other figures the means.
        """
        tasks = [(operators, seed, replication) for replication in replications]
        outcomes = list(self._executor.in_order(tasks))
        return RosterOutcome(
            reduce(CallTally.joined, (outcome.tally for outcome in outcomes)),
            np.mean([outcome.busy for outcome in outcomes], axis=0),
            outcomes[0].on_duty,
            outcomes[0].hours,
        )


@contextmanager
def open_roster_trials(room: RosterRoom, workers: int) -> Iterator[RosterTrials]:
    """Make processes ready for trials of a room, and end them afterwards.

    Args:
        room: The room.
        workers: Processes; with one, this process does the runs itself.
    """
    job = Job(RoomBench.evaluate, RoomBench, (room,))
    with open_executor(job, workers, place_of=lambda task: task[2]) as executor:
        yield RosterTrials(room, executor)
