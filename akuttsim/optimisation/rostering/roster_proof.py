"""The cheapest roster, its proof against today's hour by hour, and the files of both."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from akuttsim.chain.run_plan import Plan
from akuttsim.config import shipped
from akuttsim.config.schema.experiment import STANDARD_MARGINS
from akuttsim.config.schema.roster import OperatorStaffing
from akuttsim.config.variant_writer import (
    ProposedVariant,
    config_reference,
    config_yaml,
    region_stub,
    titled,
)
from akuttsim.config.yaml_document import ConfigContent
from akuttsim.errors import InputError, Problem
from akuttsim.experiments.files import write_whole
from akuttsim.experiments.load_study import load_all_margins
from akuttsim.experiments.run_identity import PLAIN
from akuttsim.experiments.run_worker import FinishedRun
from akuttsim.indicators.measured_run import MeasuredRun
from akuttsim.optimisation.rostering.roster_question import (
    RosterOptions,
    RosterOutcome,
    RosterQuestion,
    RosterRoom,
    RosterTrials,
    hours_of_run,
    joined_outcomes,
    open_roster_trials,
    roster_outcome,
)
from akuttsim.optimisation.rostering.roster_search import (
    OfferedLoad,
    RosterSolution,
    TellText,
    is_decided,
    search_roster,
)
from akuttsim.statistics.hourly_service_level import (
    HOURS_OF_WEEK,
    CallTally,
    confidence_of_every_hour,
    service_level_differences,
    service_levels,
)
from akuttsim.statistics.intervals import Interval, difference_verdict, target_verdict
from akuttsim.statistics.verdicts import Verdict
from akuttsim.texts import message
from akuttsim.theory.staffing_levels import DAY, ShiftRoster


def roster_as_staffings(roster: ShiftRoster, source: str) -> dict[str, OperatorStaffing]:
    """Return a roster as staffings by name: a shift of both kinds of day is one staffing.

    Args:
        roster: How many people have each shift.
        source: Where the numbers come from. They are assumptions (grade C), and may be one less or
            one more.
    """
    people = Counter({(shift.start, shift.length, shift.days): n for shift, n in roster.items()})
    staffings = {}
    for start, length in sorted({(shift.start, shift.length) for shift in roster}):
        weekdays, weekends = (people[start, length, days] for days in ("weekdays", "weekends"))
        counts = {"daily": weekdays} if weekdays == weekends else {
            "weekdays": weekdays, "weekends": weekends}  # fmt: skip
        for days, count in counts.items():
            if count:
                hours = f"{_clock_time(start)}-{_clock_time((start + length) % DAY)}"
                name = f"{days}-{hours.replace(':', '')}"
                staffings[name] = OperatorStaffing(
                    days=days,
                    hours=hours,
                    on_duty=count,
                    grade="C",
                    range=(max(1, count - 1), count + 1),
                    source=source,
                )
    return staffings


def _clock_time(slot: int) -> str:
    return f"{slot // 2:02d}:{slot % 2 * 30:02d}"


RUNS_AT_ONCE = 2
"""So many replications are run for a roster of the search at a time, until it is decided.

At most as many as in the proof. The number of processes does not change it, nor what is found.
"""

INDISTINGUISHABLE = 0.001
"""A share so near the target is not told apart from it by any sensible number of runs."""


@dataclass(frozen=True)
class ProofLength:
    """How long a roster is proved.

    Attributes:
        replications: Runs of the proof; the search begins with a share of them.
        seed: Seed of the patients of the search.
        workers: Processes that do the runs.
    """

    replications: int
    seed: int
    workers: int

    @property
    def proof_seed(self) -> int:
        """Return a seed whose patients the search has not met."""
        return self.seed + 1


@dataclass(frozen=True)
class RosterHour:
    """One hour of the week, with today's roster and with the one proposed.

    Attributes:
        days: Weekdays or weekends.
        hour: Hour of the day, 0 to 23.
        calls: Calls of the proof in all.
        busy_operators: Mean operators at work with the proposed roster.
        needed_by_formula: People that the formula asks for.
        on_duty_before: Mean operators on duty with today's roster.
        on_duty: The same with the proposed one.
        answered_before: Share answered in time with today's roster, with its interval.
        answered: The same with the proposed one.
        verdict: Whether the proposed roster meets the target.
        change: Change of the share, paired on the same patients.
        compared: Verdict on the change.
    """

    days: str
    hour: int
    calls: int
    busy_operators: float
    needed_by_formula: int
    on_duty_before: float
    on_duty: float
    answered_before: Interval
    answered: Interval
    verdict: Verdict
    change: Interval
    compared: Verdict


@dataclass(frozen=True)
class ProvenRoster:
    """The cheapest roster of a search, and its proof beside today's.

    Attributes:
        operators: The roster as the organisation has it.
        search: What the search came to.
        before: What today's roster did with the patients of the proof.
        after: What the proposed roster did with the same patients.
        hours: Both, hour by hour of the week (48).
    """

    operators: dict[str, OperatorStaffing]
    search: RosterSolution
    before: RosterOutcome
    after: RosterOutcome
    hours: tuple[RosterHour, ...]


ProveRoster = Callable[[dict[str, OperatorStaffing]], tuple[RosterOutcome, RosterOutcome]]
"""Lets the patients of the proof meet today's roster and the one found; returns what both did."""


def find_roster(
    question: RosterQuestion,
    length: ProofLength,
    source: str,
    tell: TellText,
    prove: ProveRoster | None = None,
) -> ProvenRoster:
    """Search for the cheapest roster, then prove it on patients that the search has not met.

    Args:
        question: Room and requirements.
        length: Replications, seed and processes.
        source: Where the staffings' numbers come from, for the config.
        tell: Is told how far the search has come.
        prove: Does the runs of the proof; None for runs of which nothing else is kept.

    Raises:
        InputError: What the simulation refuses.
    """
    with open_roster_trials(question.room, length.workers, calls_alone=True) as trials:
        solution = _search_cheapest(question, trials, length, tell)
    tell(message("commands.staff.proof", n=length.replications))
    operators = roster_as_staffings(solution.roster, source)
    before, after = (prove or partial(_prove_by_trials, question, length))(operators)
    hours = proof_by_hour(solution, before, after, question.requirements.target.share)
    return ProvenRoster(operators, solution, before, after, hours)


def _prove_by_trials(
    question: RosterQuestion, length: ProofLength, operators: dict[str, OperatorStaffing]
) -> tuple[RosterOutcome, RosterOutcome]:
    """Return what both rosters did, of runs of which nothing else is kept."""
    proof = range(length.replications)
    with open_roster_trials(question.room, length.workers) as trials:
        before = trials.evaluate(question.room.today, length.proof_seed, proof)
        return before, trials.evaluate(operators, length.proof_seed, proof)


def tally_room(room: RosterRoom, plan: Plan, run: MeasuredRun) -> RosterOutcome:
    """Return what a roster did in one run of a study."""
    return roster_outcome(room, plan, run.record, hours_of_run(room, plan.end_s))


def compared_outcomes(
    finished: Iterable[FinishedRun], today: str
) -> tuple[RosterOutcome, RosterOutcome]:
    """Return what today's roster and the other did, in the replications that both have.

    Args:
        finished: Runs of a study of both, each with its `tally_room`.
        today: The name of today's organisation.

    Raises:
        InputError: Not one replication of both has ended.
    """
    before: dict[int, RosterOutcome] = {}
    after: dict[int, RosterOutcome] = {}
    for done in finished:
        if isinstance(done.tally, RosterOutcome) and done.run.case == PLAIN:
            mine = before if done.run.organisation == today else after
            mine[done.run.replication] = done.tally
    both = sorted(before.keys() & after.keys())
    if not both:
        raise InputError([Problem("", 0, today, message("experiments.results.not_one_run"))])
    one, other = (joined_outcomes([mine[number] for number in both]) for mine in (before, after))
    return one, other


def _search_cheapest(
    question: RosterQuestion, trials: RosterTrials, length: ProofLength, tell: TellText
) -> RosterSolution:
    """Search for the cheapest roster; a trial is over when it is decided, or as long as the proof.

    The work offered to the room is measured first, in one process, with so many operators without
    breaks that nobody waits.
    """
    target, weeks = question.requirements.target, question.room.weeks
    tell(message("commands.staff.how_much_work"))
    with open_roster_trials(room_without_breaks(question.room), 1, True) as never_resting:
        load = load_of_room(
            never_resting.evaluate(ample_roster(question.room), length.seed, range(RUNS_AT_ONCE))
        )

    def simulate(roster: ShiftRoster) -> CallTally:
        operators = roster_as_staffings(roster, "tried")
        tally: CallTally | None = None
        for first in range(0, length.replications, RUNS_AT_ONCE):
            numbers = range(first, min(first + RUNS_AT_ONCE, length.replications))
            more = trials.evaluate(operators, length.seed, numbers).tally
            tally = more if tally is None else tally.joined(more)
            if is_decided(tally, target, length.replications * weeks):
                break
        assert tally is not None
        return tally

    return search_roster(question.requirements, load, simulate, tell)


def room_without_breaks(room: RosterRoom) -> RosterRoom:
    """Return a room whose operators have no breaks.

    Breaks hang on how many are on duty and are no work that is offered to a room: those of an
    ample roster would be more than all calls.
    """
    one = room.organisation.control_rooms[room.name]
    if one.other_tasks is None:
        return room
    work = one.other_tasks.model_copy(update={"breaks": None})
    rooms = dict(room.organisation.control_rooms)
    rooms[room.name] = one.model_copy(update={"other_tasks": work})
    changed = room.organisation.model_copy(update={"control_rooms": rooms})
    return replace(room, organisation=changed)


def ample_roster(room: RosterRoom) -> dict[str, OperatorStaffing]:
    """Return a roster with so many on duty that callers hardly ever wait.

    Three times all of today's people and twenty more, day and night.
    """
    most = sum(staffing.on_duty for staffing in room.today.values())
    always = {"days": "daily", "hours": "00:00-24:00", "source": "tried", "grade": "C"}
    many = OperatorStaffing.model_validate(
        {**always, "on_duty": min(20_000, 20 + 3 * most), "range": (0, 20_000)}
    )
    return {"always": many}


def load_of_room(outcome: RosterOutcome) -> OfferedLoad:
    """Return the work offered to a room, from runs with so many operators that nobody waits."""
    calls = float(outcome.tally.calls.sum()) / len(outcome.tally.calls)
    # 24 x 7 hours a week: each of the 48 hours stands for five days, or for two
    hours = np.repeat([5.0, 2.0], HOURS_OF_WEEK // 2)
    work_h = float(np.nansum(outcome.busy * hours))
    return OfferedLoad(
        np.nan_to_num(outcome.busy), 3600 * work_h / calls if calls and work_h else 1.0
    )


def proof_by_hour(
    solution: RosterSolution, before: RosterOutcome, after: RosterOutcome, target: float
) -> tuple[RosterHour, ...]:
    """Return the 48 hours of the week, with today's roster and with the proposed one.

    All intervals hold together with 95 % confidence (Bonferroni), and so do the verdicts.

    Args:
        solution: Says what the formula asked for.
        before: What today's roster did.
        after: What the proposed roster did with the same patients.
        target: Share of calls to answer in time.
    """
    confidence = confidence_of_every_hour()
    was, now = service_levels(before.tally, confidence), service_levels(after.tally, confidence)
    change = service_level_differences(after.tally, before.tally, confidence)
    calls = after.tally.calls.sum(axis=0)
    margin = load_all_margins(STANDARD_MARGINS).place["answered_116117_within_120_s"]
    return tuple(
        RosterHour(
            days="weekdays" if hour < HOURS_OF_WEEK // 2 else "weekends",
            hour=hour % (HOURS_OF_WEEK // 2),
            calls=int(calls[hour]),
            busy_operators=float(after.busy[hour]),
            needed_by_formula=int(solution.formula[hour]),
            on_duty_before=float(before.on_duty[hour]),
            on_duty=float(after.on_duty[hour]),
            answered_before=was[hour],
            answered=now[hour],
            verdict=target_verdict(now[hour], "at_least", target),
            change=change[hour],
            compared=difference_verdict(change[hour], "higher", margin),
        )
        for hour in range(HOURS_OF_WEEK)
    )


def replications_to_decide(
    hours: Iterable[RosterHour], target: float, replications: int
) -> int | None:
    """Return about how many replications would decide the hours in doubt; None if none is.

    An interval shrinks with the square root of the runs. Hours whose share is the target itself,
    to a tenth of a per cent, would take endlessly many and are left out, as are those without an
    interval.
    """
    factors = [
        ((hour.answered.high - hour.answered.low) / 2 / (hour.answered.mean - target)) ** 2
        for hour in hours
        if hour.verdict == "cannot tell" and abs(hour.answered.mean - target) > INDISTINGUISHABLE
    ]
    known = [factor for factor in factors if factor > 1]
    return math.ceil(replications * max(known)) if known else None


def roster_hours_a_week(outcome: RosterOutcome) -> float:
    """Return hours staffed a week, to a tenth: the weeks in which the clock changes differ."""
    return round(outcome.hours, 1)


TARGETS_NAME = "norway"


def roster_source(options: RosterOptions, weeks: int, length: ProofLength) -> str:
    """Return where a found roster comes from: the command that finds it again."""
    region = f" --region {options.region}" if options.region else ""
    room = f" --room {options.room}" if options.room else ""
    target = f"{100 * options.target[0]:g}/{options.target[1]:g}"
    return (
        f"Found by akuttsim staff {options.organisation}{region}{room} --target {target}"
        f" --shift-hours {options.shift_hours} --starts {options.starts} --least {options.least}"
        f" --weeks {weeks} --replications {length.replications} --seed {length.seed}"
    )


def write_roster_files(
    folder: Path,
    options: RosterOptions,
    question: RosterQuestion,
    length: ProofLength,
    operators: dict[str, OperatorStaffing],
) -> Path:
    """Write the variant, and the experiment that proves it against today.

    Args:
        folder: Where they lie.
        options: The question as the user wrote it.
        question: The same, loaded.
        length: Length of the proof, which the experiment repeats.
        operators: The roster found.

    Returns:
        The path of the variant.
    """
    name = f"{question.room.organisation.organisation}-staffed"
    path = folder / f"{name}.yaml"
    variant = _roster_variant(name, folder, options, question, operators)
    write_whole(path, config_yaml(variant.as_config(), kind="organisation"))
    region, organisation_folder = question.room.region, None
    if not options.region:
        organisation_folder = shipped.find_config("organisation", options.organisation).parent
    for file, text in region_stub(
        region, options.region or region.region, folder, organisation_folder
    ).items():
        write_whole(file, text)
    experiment = _roster_experiment(name, folder, options, question, length)
    write_whole(folder / "experiment.yaml", config_yaml(experiment, kind="experiment"))
    return path


def hours_table(hours: Iterable[RosterHour]) -> pd.DataFrame:
    """Return hours of the week as a table; an interval has three columns: mean, _low and _high."""
    rows = []
    for hour in hours:
        row: dict[str, object] = {}
        for name, value in vars(hour).items():
            if isinstance(value, Interval):
                ends = zip(("", "_low", "_high"), value, strict=True)
                row |= {f"{name}{end}": round(number, 4) for end, number in ends}
            else:
                row[name] = round(value, 4) if isinstance(value, float) else value
        rows.append(row)
    return pd.DataFrame(rows)


def _roster_variant(
    name: str,
    folder: Path,
    options: RosterOptions,
    question: RosterQuestion,
    found: dict[str, OperatorStaffing],
) -> ProposedVariant:
    """Return the found roster as a variant of the organisation, in which it replaces today's."""
    organisation, room = question.room.organisation, question.room.name
    nb, en = _target_in_words(options)
    operators: ConfigContent = dict.fromkeys(question.room.today)  # today's are taken away
    for key, staffing in found.items():
        low, high = staffing.range or (0, 0)
        operators[key] = {  # in the order in which people write them
            "days": staffing.days,
            "hours": staffing.hours,
            "on_duty": staffing.on_duty,
            "grade": staffing.grade,
            "range": [int(low), int(high)],
            "source": staffing.source,
        }
    why = {
        "nb": f"Den billigste turnusen som ble funnet der {nb} i hver time av uken.",
        "en": f"The cheapest roster found by which {en} in every hour of the week.",
    }
    return ProposedVariant(
        extends=config_reference("organisation", options.organisation, folder),
        names={"organisation": name},
        title=titled(organisation.title, ", ny turnus", ", new roster"),
        description={
            "nb": f"Som {organisation.organisation}, men med en annen turnus i {room}. {why['nb']}",
            "en": f"As {organisation.organisation}, with another roster in {room}. {why['en']}",
        },
        change="cheapest-roster-found",
        why=why,
        settings={"control_rooms": {room: {"operators": operators}}},
    )


def _roster_experiment(
    name: str, folder: Path, options: RosterOptions, question: RosterQuestion, length: ProofLength
) -> ConfigContent:
    """Return the experiment that holds the found roster against today's.

    Its patients are those of the proof. It is judged first by the indicator of the room's own line,
    then by those of the other lines, hang-ups, staffed hours and costs, where there are such.
    """
    nb, en = _target_in_words(options)
    room = question.room.name
    first = {
        "116117": "answered_116117_within_120_s",
        "113": "answered_113_within_10_s",
        "alarm": "alarm_answer_median_s",
    }
    number = question.room.organisation.control_rooms[room].number
    cost = ["cost_nok_a_year"] if question.room.organisation.costs else []
    chosen = [first[number], *first.values(), "hung_up_116117", "staffed_hours_a_week", *cost]
    if question.room.region.demand.safety_alarms is None:
        chosen.remove(first["alarm"])
    return {
        "experiment": name,
        "question": {
            "nb": f"Hva blir bedre og dårligere med turnusen som ble funnet for {room}?",
            "en": f"What gets better and worse with the roster that was found for {room}?",
        },
        "hypothesis": {
            "nb": f"Med den nye turnusen er målet nådd i hver time av uken: {nb}.",
            "en": f"With the new roster {en} in every hour of the week.",
        },
        "region": question.room.region.region,
        "organisations": [
            config_reference("organisation", options.organisation, folder),
            f"{name}.yaml",
        ],
        "weeks": question.room.weeks,
        "warmup_days": 2,
        "replications": length.replications,
        "seed": length.proof_seed,
        "targets": TARGETS_NAME,
        "main_indicators": list(dict.fromkeys(chosen)),
    }


def _target_in_words(options: RosterOptions) -> tuple[str, str]:
    share, seconds = (f"{number:g}" for number in (100 * options.target[0], options.target[1]))
    nb = f"{share} % besvares innen {seconds} sekunder".replace(".", ",")
    return nb, f"{share} % are answered within {seconds} seconds"
