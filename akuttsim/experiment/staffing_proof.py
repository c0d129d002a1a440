"""The proof of a roster: today's and the found one on the same fresh patients, hour by hour."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from akuttsim.analysis.hours_of_week import HOURS, Tally, all_at_once, differences, shares
from akuttsim.analysis.intervals import Comparison, Interval, Verdict, comparison, verdict
from akuttsim.config.schema.roster import OperatorStaffing
from akuttsim.experiment.room_trials import Room, Seen, Trials, trials
from akuttsim.experiment.rosters import staffings
from akuttsim.experiment.staffing import Found, Load, Tell, in_doubt, search
from akuttsim.experiment.staffing_question import Question
from akuttsim.theory.staffing_levels import ShiftRoster

SEARCHED = 0.5
"""So large a share of the proof's replications is run for a roster of the search at first.

Where it is then in doubt whether the roster meets the target, as many as in the proof are run.
"""

CLOSE = 0.001
"""A share so near the target is not told apart from it by any sensible number of runs."""


@dataclass(frozen=True)
class Length:
    """How many replications the proof has, their first seed, and how many processes do them."""

    replications: int
    seed: int
    workers: int

    @property
    def proof_seed(self) -> int:
        """Return a seed whose patients the search has not met."""
        return self.seed + 1


@dataclass(frozen=True)
class Hour:
    """One hour of the week: calls of the proof, people needed and on duty, share in time.

    The share before is that of today's roster; `change` is paired on the same patients.
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
    compared: Comparison


@dataclass(frozen=True)
class Staffed:
    """A roster found, as the organisation has it, and the proof of it beside today's."""

    operators: dict[str, OperatorStaffing]
    found: Found
    before: Seen
    after: Seen
    hours: tuple[Hour, ...]


def find_roster(question: Question, length: Length, source: str, tell: Tell) -> Staffed:
    """Search for the cheapest roster, then prove it. Raises InputError, and what the chain may."""
    with trials(question.room, length.workers) as tried:
        found = _found(question, tried, length, tell)
        tell(f"proof with {length.replications} runs of fresh patients")
        operators = staffings(found.roster, source)
        proof = range(length.replications)
        before = tried.see(question.room.today, length.proof_seed, proof)
        after = tried.see(operators, length.proof_seed, proof)
    hours = by_hour(found, before, after, question.wish.target.share)
    return Staffed(operators, found, before, after, hours)


def _found(question: Question, tried: Trials, length: Length, tell: Tell) -> Found:
    runs = max(2, math.ceil(SEARCHED * length.replications))
    target = question.wish.target
    tell("how much work the room has")
    with trials(without_breaks(question.room), 1) as never_resting:
        load = offered(never_resting.see(ample(question.room), length.seed, range(runs)))

    def see(roster: ShiftRoster) -> Tally:
        operators = staffings(roster, "tried")
        seen = tried.see(operators, length.seed, range(runs)).tally
        if runs < length.replications and in_doubt(seen, target):
            rest = range(runs, length.replications)
            seen = seen.joined(tried.see(operators, length.seed, rest).tally)
        return seen

    return search(question.wish, load, see, tell)


def without_breaks(room: Room) -> Room:
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


def ample(room: Room) -> dict[str, OperatorStaffing]:
    """Return a roster with so many on duty that callers hardly ever wait."""
    most = sum(staffing.on_duty for staffing in room.today.values())
    always = {"days": "daily", "hours": "00:00-24:00", "source": "tried", "grade": "C"}
    many = OperatorStaffing.model_validate(
        {**always, "on_duty": min(20_000, 20 + 3 * most), "range": (0, 20_000)}
    )
    return {"always": many}


def offered(seen: Seen) -> Load:
    """Return the work offered to a room, from runs in which nobody waits."""
    calls = float(seen.tally.calls.sum()) / len(seen.tally.calls)
    # 24 x 7 hours a week: each of the 48 hours stands for five days, or for two
    hours = np.repeat([5.0, 2.0], HOURS // 2)
    work_h = float(np.nansum(seen.busy * hours))
    return Load(np.nan_to_num(seen.busy), 3600 * work_h / calls if calls and work_h else 1.0)


def by_hour(found: Found, before: Seen, after: Seen, target: float) -> tuple[Hour, ...]:
    """Return the 48 hours of the week, today and with the roster found.

    All intervals hold together with 95 % confidence (Bonferroni), and so do the verdicts.
    """
    confidence = all_at_once()
    was, now = shares(before.tally, confidence), shares(after.tally, confidence)
    change = differences(after.tally, before.tally, confidence)
    calls = after.tally.calls.sum(axis=0)
    return tuple(
        Hour(
            days="weekdays" if hour < HOURS // 2 else "weekends",
            hour=hour % (HOURS // 2),
            calls=int(calls[hour]),
            busy_operators=float(after.busy[hour]),
            needed_by_formula=int(found.formula[hour]),
            on_duty_before=float(before.on_duty[hour]),
            on_duty=float(after.on_duty[hour]),
            answered_before=was[hour],
            answered=now[hour],
            verdict=verdict(now[hour], "at_least", target),
            change=change[hour],
            compared=comparison(change[hour], "higher"),
        )
        for hour in range(HOURS)
    )


def runs_to_tell(hours: Iterable[Hour], target: float, replications: int) -> int | None:
    """Return about how many replications would decide the hours in doubt; None if none is.

    An interval shrinks with the square root of the runs. Hours whose share is the target itself,
    to a tenth of a per cent, would take endlessly many and are left out, as are those without an
    interval.
    """
    factors = [
        ((each.answered.high - each.answered.low) / 2 / (each.answered.mean - target)) ** 2
        for each in hours
        if each.verdict == "cannot tell" and abs(each.answered.mean - target) > CLOSE
    ]
    known = [factor for factor in factors if factor > 1]
    return math.ceil(replications * max(known)) if known else None


def hours_a_week(seen: Seen) -> float:
    """Return hours staffed a week, to a tenth: the weeks in which the clock changes differ."""
    return round(seen.hours, 1)
