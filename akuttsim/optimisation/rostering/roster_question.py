"""A roster question, and the trials that answer it: one control room, its target and shifts.

All that the question names is checked before anything runs. A trial lets the same patients meet
the room under another roster, replications spread over processes.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from math import ceil, inf, nan
from typing import NamedTuple, TypeVar

import numpy as np

from akuttsim.chain.run_plan import Plan, make_plan
from akuttsim.chain.simulation import simulate
from akuttsim.config.load_together import load_together
from akuttsim.config.loader import Loaded
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.roster import OperatorStaffing
from akuttsim.errors import InputError, did_you_mean, option_error
from akuttsim.experiments.executor import Executor, Job, open_executor
from akuttsim.experiments.patient_source import (
    due_visits_of_run,
    other_tasks_of_run,
    plan_of_run,
)
from akuttsim.optimisation.rostering.roster_search import RosterRequirements
from akuttsim.patients.alarms_and_transports import (
    ALARM_CLOSED_THERE,
    ALARM_TO_HOME_NURSING,
    alarm_ways,
)
from akuttsim.patients.sampling import sample_patients
from akuttsim.records import LINE_ALARM, ORDERED_JOURNEYS, Floats, Patients, Record
from akuttsim.roads.travel import Travel, travel_of_region
from akuttsim.statistics.hourly_service_level import (
    CallTally,
    HoursOfWeek,
    hour_of_week,
    mean_by_hour_of_week,
    seconds_per_elapsed_hour,
    tally_calls,
)
from akuttsim.texts import message, said_by
from akuttsim.theory.input_checks import open_share, positive
from akuttsim.theory.staffing_levels import (
    DAY,
    WEEK,
    AnswerTarget,
    allowed_shifts,
    uncovered_half_hours,
)
from akuttsim.units import HOUR_S, MINUTE_S, WEEK_S

T = TypeVar("T")

_TIME = re.compile(r"([01]?\d|2[0-3]):([03]0)")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


Operators = Mapping[str, OperatorStaffing]
"""A control room's roster, as the organisation has it."""

RosterTask = tuple[Operators, int, int]
"""A roster to be tried, with the seed and the number of the replication."""

EVALUATION_WARMUP_DAYS = 2
"""Days before the weeks that are measured in a trial: a control room has no long memory."""

PHONE_WORK = ("answer", "other_task")
"""Work of operators that nothing after the phone has a part in."""

REPLICATIONS_CACHED = 8
"""So many replications' patients are kept in each process."""


@dataclass(frozen=True)
class RosterOptions:
    """A roster question as a user writes it.

    Attributes:
        organisation: Shipped name or path.
        region: The same of a region; None for the organisation's own.
        room: Control room; None for the only one that answers 116117.
        target: Share of calls to answer, and within how many seconds.
        shift_hours: Lengths of shifts, as 7.5,8,12.
        starts: When shifts may start, as 07:00,15:30 or 07:00-23:00.
        least: Fewest on duty at any time.
    """

    organisation: str
    region: str | None
    room: str | None
    target: tuple[float, float]
    shift_hours: str
    starts: str
    least: int


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


@dataclass(frozen=True)
class RosterQuestion:
    """A roster question with everything it names loaded and checked.

    Attributes:
        room: The control room with its organisation and region.
        requirements: What the roster must do.
        hour_nok: What an hour of an operator costs, kroner; None where the organisation has no
            prices, and hours are counted alone.
    """

    room: RosterRoom
    requirements: RosterRequirements
    hour_nok: float | None


def load_roster_question(options: RosterOptions, weeks: int) -> RosterQuestion:
    """Return a roster question with everything it names loaded.

    Args:
        options: The question as the user wrote it.
        weeks: Weeks that are measured in each run.

    Raises:
        InputError: Something is not there, or cannot be: a room with operators of another, shifts
            that leave hours without anybody, operators who may not do all of the room's work.
    """
    shifts = theory_answer(
        "--shift-hours",
        lambda: allowed_shifts(
            parse_shift_starts(options.starts), parse_shift_lengths(options.shift_hours)
        ),
    )
    missing = uncovered_half_hours(np.ones(WEEK, dtype=np.int64), shifts)
    if missing.size:
        day, slot = divmod(int(missing[0]), DAY)
        when = f"{_DAYS[day]} {slot // 2:02d}:{slot % 2 * 30:02d}"
        what = message("experiments.staff.none_on_duty", when=when)
        raise option_error("--shift-hours, --starts", what)
    home, (loaded,) = load_together([options.organisation], options.region or None)
    region, organisation = home.value, loaded.value
    name = _room_name(organisation, options)
    _require_unlimited_operators(name, loaded)
    costs = organisation.costs
    hour_nok = costs.hour_nok.operator.value if costs else None
    within_s = theory_answer("--target", lambda: positive("seconds", options.target[1]))
    share = theory_answer("--target", lambda: open_share("share", options.target[0]))
    room = RosterRoom(region, organisation, name, within_s, weeks)
    requirements = RosterRequirements(
        target=AnswerTarget(share, within_s, room.patience_s),
        shifts=shifts,
        price=np.full(WEEK, (hour_nok or 1.0) / 2),
        least=max(options.least, 1 + room.reserved_operators),
    )
    return RosterQuestion(room, requirements, hour_nok)


def parse_shift_lengths(text: str) -> list[int]:
    """Return shift lengths such as 7.5,8,12 in half hours. Raises InputError."""
    lengths = []
    for part in text.split(","):
        try:
            hours = float(part)
        except ValueError:
            hours = nan
        if not (hours * 2).is_integer() or not 0 < hours <= 24:
            what = message("experiments.staff.hours", strip=part.strip())
            raise option_error("--shift-hours", what)
        lengths.append(int(hours * 2))
    return lengths


def parse_shift_starts(text: str) -> list[int]:
    """Return starts such as 07:00,15:30 or every half hour of 07:00-23:00, in half hours."""
    starts: list[int] = []
    for part in text.split(","):
        ends = [_TIME.fullmatch(end_text.strip()) for end_text in part.split("-")]
        if len(ends) > 2 or None in ends:
            what = message("experiments.staff.starts")
            raise option_error("--starts", f"{what} (got {part.strip()!r})")
        slots = [int(end[1]) * 2 + int(end[2]) // 30 for end in ends if end]
        # a span over midnight, such as 22:00-02:00, goes round
        last = slots[-1] if slots[-1] >= slots[0] else slots[-1] + DAY
        starts += (slot % DAY for slot in range(slots[0], last + 1))
    return starts


def theory_answer(option: str, ask: Callable[[], T]) -> T:
    """Return what a function of theory answers; its refusals become errors of input."""
    try:
        return ask()
    except ValueError as error:
        raise option_error(option, said_by(error)) from None


def _require_unlimited_operators(name: str, loaded: Loaded[Organisation]) -> None:
    """Keep to a room whose operators may do all of its work: shifts here are all alike."""
    problems = [
        loaded.problem(
            f"control_rooms.{name}.operators.{period}.answers",
            message("experiments.staff.all_work"),
        )
        for period, staffing in loaded.value.control_rooms[name].operators.items()
        if staffing.answers is not None
    ]
    if problems:
        raise InputError(problems)


def _room_name(organisation: Organisation, options: RosterOptions) -> str:
    """Return the room asked for, or the only one that answers 116117.

    Raises:
        InputError: There is no such room, several answer 116117, or its operators are another's.
    """
    rooms = organisation.control_rooms
    name, known = options.room, ", ".join(rooms)
    if name is None:
        answering = [room for room, config in rooms.items() if config.number == "116117"]
        if len(answering) != 1:
            raise option_error("--room", message("experiments.staff.choose", rooms=known))
        name = answering[0]
    if name not in rooms:
        near = did_you_mean(name, rooms) or message("experiments.staff.there_is", rooms=known)
        raise option_error("--room", message("experiments.staff.no_room", room=name, near=near))
    owner = rooms[name].operators_of
    if owner is not None:
        what = message("experiments.staff.operators_of", name=name, owner=owner)
        raise option_error("--room", what)
    return name


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


def hours_of_run(room: RosterRoom, end_s: float) -> HoursOfWeek:
    """Return the hour of the week of each hour of a run that ends after so many seconds."""
    return hour_of_week(room.region.calendar.calendar(), ceil(end_s / HOUR_S) + 2)


def roster_outcome(
    room: RosterRoom, plan: Plan, record: Record, hours: HoursOfWeek
) -> RosterOutcome:
    """Return what a roster of a room did in one run.

    Args:
        room: The room.
        plan: The plan of the run, with the roster.
        record: What happened.
        hours: The hour of the week of each hour of the run.
    """
    activities = record.activities
    is_room = [unit.role == "operator" and unit.team == room.name for unit in record.units]
    is_work = np.isin(activities.unit, np.flatnonzero(is_room))
    busy = seconds_per_elapsed_hour(
        activities.start_s[is_work], activities.end_s[is_work], len(hours)
    )
    seats = plan.teams["operator", room.name]
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


def joined_outcomes(outcomes: Sequence[RosterOutcome]) -> RosterOutcome:
    """Return several runs of a roster as one: tallies one below the other, else the means."""
    return RosterOutcome(
        reduce(CallTally.joined, (outcome.tally for outcome in outcomes)),
        np.mean([outcome.busy for outcome in outcomes], axis=0),
        outcomes[0].on_duty,
        outcomes[0].hours,
    )


class RoomBench:
    """A room in one process: its travel times, and the patients of the last replications.

    Patients are drawn once and meet every roster, so that rosters differ by themselves alone.
    """

    def __init__(self, room: RosterRoom, calls_alone: bool = False) -> None:
        """Work out travel times once; `calls_alone` as `open_roster_trials` has it."""
        self.room = room
        self.calls_alone = calls_alone
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
            plan_of_run(prepared, seed, replication),
            self._drawn(prepared, seed, replication),
            other_tasks_of_run(prepared, seed, replication),
            calls_alone=self._follows_calls_alone(prepared),
            due_visits=due_visits_of_run(prepared, seed, replication),
        )
        return roster_outcome(room, prepared, record, self._hours(prepared.end_s))

    def _drawn(self, prepared: Plan, seed: int, replication: int) -> Patients:
        """Return a replication's patients: drawn once, and kept for the next rosters."""
        key = (seed, replication)
        if key not in self._patients:
            while len(self._patients) >= REPLICATIONS_CACHED:
                self._patients.popitem(last=False)
            drawn = sample_patients(
                prepared.region, prepared.days, seed, replication, prepared.neighbours
            )
            self._patients[key] = self._who_may_ring(prepared, drawn)
        return self._patients[key]

    def _follows_calls_alone(self, prepared: Plan) -> bool:
        """Tell whether nothing after the phone is asked for, or has a part in the room's work.

        Home nursing has one: alarms to which nobody of it can set out come to 116117 and 113.
        """
        if prepared.organisation.home_nursing is not None:
            return False
        works = prepared.works["operator", self.room.name]
        return self.calls_alone and all(work.kind in PHONE_WORK for work in works)

    def _who_may_ring(self, prepared: Plan, patients: Patients) -> Patients:
        """Leave out journeys that are ordered, and alarms that end at another response centre."""
        if not self._follows_calls_alone(prepared):
            return patients
        alarms, rooms = self.room.region.demand.safety_alarms, self.room.organisation.control_rooms
        works = prepared.works["operator", self.room.name]
        numbers = {rooms[work.of].number for work in works}
        ends = np.isin(patients.line, ORDERED_JOURNEYS)
        if alarms is not None and "alarm" not in numbers:
            way = alarm_ways(alarms.needs, patients.u_alarm)
            at_centre = np.isin(way, (ALARM_CLOSED_THERE, ALARM_TO_HOME_NURSING))
            ends |= (patients.line == LINE_ALARM) & at_centre
        return Patients(**{name: getattr(patients, name)[~ends] for name in Patients.columns()})

    def _hours(self, end_s: float) -> HoursOfWeek:
        if self._hour_of_week is None:
            self._hour_of_week = hours_of_run(self.room, end_s)
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
        return joined_outcomes(list(self._executor.in_order(tasks)))


@contextmanager
def open_roster_trials(
    room: RosterRoom, workers: int, calls_alone: bool = False
) -> Iterator[RosterTrials]:
    """Make processes ready for trials of a room, and end them afterwards.

    Args:
        room: The room.
        workers: Processes; with one, this process does the runs itself.
        calls_alone: Whether callers are followed no farther than the phone, where the room's
            operators do nothing else: enough to find a roster, and no proof of it.
    """
    job = Job(RoomBench.evaluate, RoomBench, (room, calls_alone))
    with open_executor(job, workers, place_of=lambda task: task[2]) as executor:
        yield RosterTrials(room, executor)
