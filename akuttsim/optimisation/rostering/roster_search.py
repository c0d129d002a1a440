"""The search for the cheapest roster of a control room that meets a target in every hour.

A formula (Erlang A) says how many each hour needs at least; the cheapest shifts that have so many
on duty are found by integer programming, and simulated. Hours that miss get one more until none
does. Then shifts are left out or shortened, what saves most first, as long as every hour is met.
Nothing proves that no cheaper roster exists: the search stops after `MOST_TRIALS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from akuttsim.records import Floats
from akuttsim.statistics.hourly_service_level import (
    HOURS_OF_WEEK,
    CallTally,
    confidence_of_every_hour,
    service_levels,
)
from akuttsim.texts import counted, message
from akuttsim.theory.erlang import answering_figures
from akuttsim.theory.input_checks import Unstable
from akuttsim.theory.staffing_levels import (
    DAY,
    AnswerTarget,
    HalfHourCounts,
    ShiftRoster,
    WeeklyShift,
    cheapest_roster,
    roster_cost,
    staff_by_load,
    staff_on_duty,
)
from akuttsim.units import HOUR_S

MOST_ROUNDS = 12
"""So often hours that miss the target get one more."""

MOST_TRIALS = 24
"""So many rosters are simulated at most while shifts are left out or shortened."""

SEARCH_MARGIN = 0.05
"""A roster is not tried if the formula falls so far short of the target: about what it errs."""

NEAR = 0.01
"""The same, of the formula held against a simulated roster: it errs less by then."""

LEAST_FACTOR, MOST_FACTOR, HALVINGS = 0.25, 4.0, 8
"""By how much the formula's work may be changed to tell what was simulated, and how finely."""

HourFlags = NDArray[np.bool_]
HalfHourNeed = HalfHourCounts
"""People needed in each half hour of a weekday and of a weekend day; shape (2, 48)."""


@dataclass(frozen=True)
class RosterRequirements:
    """What a roster must do, and what it may consist of.

    Attributes:
        target: Share of calls to answer, within how many seconds, and how patient callers are.
        shifts: The shifts that are allowed.
        price: What an operator costs in each half hour of the week (336): kroner, or 0.5 where no
            prices are known, so that the cost is in hours.
        least: Fewest on duty at any time.
    """

    target: AnswerTarget
    shifts: tuple[WeeklyShift, ...]
    price: Floats
    least: int


@dataclass(frozen=True)
class OfferedLoad:
    """The work offered to a room.

    Attributes:
        busy: Mean operators at work if nobody ever waits, by hour of the week (48).
        handling_s: Mean time that a call keeps an operator busy, seconds.
    """

    busy: Floats
    handling_s: float


@dataclass(frozen=True)
class RosterSolution:
    """The cheapest roster of a search.

    Attributes:
        roster: How many people have each shift.
        formula: People that the formula asks for, by hour of the week (48).
        tried: How many rosters were simulated.
        missed: Hours of the week in which even this roster missed the target.
    """

    roster: dict[WeeklyShift, int]
    formula: HalfHourCounts
    tried: int
    missed: int


SimulateRoster = Callable[[ShiftRoster], CallTally]
TellText = Callable[[str], None]


def search_roster(
    requirements: RosterRequirements, load: OfferedLoad, simulate: SimulateRoster, tell: TellText
) -> RosterSolution:
    """Return the cheapest roster found by which every hour meets the target in simulated runs.

    Args:
        requirements: Target, allowed shifts and prices.
        load: Work of the room, for the formula.
        simulate: Lets callers meet a roster, and tallies who was answered in time.
        tell: Is told after each step how far the search has come.
    """
    formula = need_by_formula(requirements, load)
    simulated = _SimulatedRosters(simulate)
    need, roster = _raise_need(requirements, _need_by_half_hour(formula), simulated, tell)
    missed = int(_hours_below_target(simulated.tally(roster), requirements.target).sum())
    if not missed:
        roster = _lower_need(requirements, load, (need, roster), simulated, tell)
    return RosterSolution(roster, formula, simulated.count, missed)


def need_by_formula(requirements: RosterRequirements, load: OfferedLoad) -> HalfHourCounts:
    """Return the people that the formula asks for in each of the 48 hours of the week.

    Args:
        requirements: Target, and the fewest there may be.
        load: Work of the room by hour.
    """
    staff = staff_by_load(load.busy, load.handling_s, requirements.target)
    return np.maximum(np.array(staff, dtype=np.int64), requirements.least)


def weekly_need(need: HalfHourNeed) -> HalfHourCounts:
    """Return the need of each half hour of the week, from that of a weekday and a weekend day."""
    return np.concatenate([np.tile(need[0], 5), np.tile(need[1], 2)])


def fewest_on_duty(roster: ShiftRoster) -> HalfHourNeed:
    """Return the fewest on duty in each half hour of the weekdays and of the weekend: (2, 48)."""
    days = staff_on_duty(roster).reshape(7, DAY)
    return np.stack([days[:5].min(axis=0), days[5:].min(axis=0)])


class _SimulatedRosters:
    """Rosters that were simulated, each once."""

    def __init__(self, simulate: SimulateRoster) -> None:
        self._simulate = simulate
        self._tallies: dict[tuple[tuple[WeeklyShift, int], ...], CallTally] = {}
        self._too_few: list[HalfHourCounts] = []

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._tallies)

    def tally(self, roster: ShiftRoster) -> CallTally:
        """Return the tally of a roster, simulated if it was not before."""
        key = tuple(sorted(roster.items()))
        if key not in self._tallies:
            self._tallies[key] = self._simulate(roster)
        return self._tallies[key]

    def fails(self, roster: ShiftRoster, target: AnswerTarget) -> bool:
        """Tell whether a roster misses somewhere; at once if one with as many all along did."""
        on_duty = staff_on_duty(roster)
        if any(np.all(on_duty <= few) for few in self._too_few):
            return True
        failed = bool(_hours_below_target(self.tally(roster), target).any())
        if failed:
            self._too_few.append(on_duty)
        return failed


def _hours_below_target(tally: CallTally, target: AnswerTarget) -> HourFlags:
    """Tell in which hours the target is not safely met: the interval's lower end is below it.

    As in the proof the intervals hold for all hours together: what is only just met here would be
    in doubt there. Where so few rang that nothing could be told though all were answered in time,
    more people are no help, and the mean decides. Hours in which nobody rang are met.
    """
    levels, best = (
        service_levels(calls, confidence_of_every_hour())
        for calls in (tally, CallTally(tally.calls, tally.calls))
    )
    decides = [
        interval.low if of_all.low >= target.share else interval.mean
        for interval, of_all in zip(levels, best, strict=True)
    ]
    short: HourFlags = np.array(decides) < target.share
    return short


IMPROBABLE = 2.33
"""Standard errors by which a mean moves once in a hundred, in one direction."""


def is_decided(tally: CallTally, target: AnswerTarget, most_weeks: int) -> bool:
    """Tell whether more runs would change nothing of what is told of a roster.

    Either every hour meets the target by intervals that hold at every look, or there is an hour of
    which all the runs that may be done would not show that it does, but once in a hundred.

    Args:
        tally: The calls so far.
        target: What every hour is to meet.
        most_weeks: Weeks of all the runs that may be done.
    """
    confidence, weeks = confidence_of_every_hour(), len(tally.calls)
    if weeks >= most_weeks:
        return True
    rang = tally.calls.sum(axis=0) > 0
    sure = [level.low >= target.share for level in service_levels(tally, confidence, True)]
    if np.all(np.array(sure) | ~rang):
        return True
    levels, best = (
        service_levels(calls, confidence) for calls in (tally, CallTally(tally.calls, tally.calls))
    )
    quantile, part = float(stdtrit(weeks - 1, 0.5 + confidence / 2)), weeks / most_weeks
    # what the mean may still rise, less what its interval will reach below it in the end
    slack = IMPROBABLE / quantile * sqrt(1 - part) - sqrt(part)
    return any(
        level.mean + slack * (level.mean - level.low) < target.share
        for level, of_all in zip(levels, best, strict=True)
        if of_all.low >= target.share
    )


def _need_by_half_hour(of_hours: NDArray[Any]) -> NDArray[Any]:
    return np.repeat(of_hours.reshape(2, HOURS_OF_WEEK // 2), 2, axis=1)


def _fewest_by_hour(need: HalfHourNeed) -> HalfHourCounts:
    """Return the fewest in each of the 48 hours."""
    fewest: HalfHourCounts = need.reshape(HOURS_OF_WEEK, 2).min(axis=1)
    return fewest


def _raise_need(
    requirements: RosterRequirements,
    need: HalfHourNeed,
    simulated: _SimulatedRosters,
    tell: TellText,
) -> tuple[HalfHourNeed, dict[WeeklyShift, int]]:
    """Give hours that miss the target one more until none does, or `MOST_ROUNDS` are over.

    Returns:
        The need of each half hour (2, 48), and the cheapest roster that meets it.
    """
    roster = cheapest_roster(weekly_need(need), requirements.shifts, requirements.price)
    for _ in range(MOST_ROUNDS):
        short = _hours_below_target(simulated.tally(roster), requirements.target)
        missing = _missed_hours_text(int(short.sum()))
        tell(message("commands.staff.trying", hours=_roster_hours(roster), missing=missing))
        if not short.any():
            break
        # hours that miss on average, if any; else those that are only in doubt
        mean = np.array([level.mean for level in service_levels(simulated.tally(roster))])
        is_sure: HourFlags = mean < requirements.target.share
        short = is_sure if is_sure.any() else short
        more = _need_by_half_hour(_fewest_by_hour(fewest_on_duty(roster)) + 1)
        need = np.where(_need_by_half_hour(short), np.maximum(need, more), need)
        roster = cheapest_roster(weekly_need(need), requirements.shifts, requirements.price)
    return need, roster


def _lower_need(
    requirements: RosterRequirements,
    load: OfferedLoad,
    at: tuple[HalfHourNeed, dict[WeeklyShift, int]],
    simulated: _SimulatedRosters,
    tell: TellText,
) -> dict[WeeklyShift, int]:
    """Leave out or shorten shifts as long as every hour is met, what saves most first."""
    need, roster = at
    until = simulated.count + MOST_TRIALS
    formula = _FormulaAsSimulated(requirements.target, load)
    while simulated.count < until:
        formula.learn(_fewest_by_hour(fewest_on_duty(roster)), simulated.tally(roster))
        cheaper = _first_sufficient(requirements, formula, (need, roster), simulated, until)
        if cheaper is None:
            break
        need, roster = cheaper
        tell(
            message(
                "commands.staff.trying", hours=_roster_hours(roster), missing=_missed_hours_text(0)
            )
        )
    return roster


def _first_sufficient(
    requirements: RosterRequirements,
    formula: _FormulaAsSimulated,
    at: tuple[HalfHourNeed, dict[WeeklyShift, int]],
    simulated: _SimulatedRosters,
    until: int,
) -> tuple[HalfHourNeed, dict[WeeklyShift, int]] | None:
    """Return the first lower need, with its roster, that is cheaper and meets every hour.

    What the formula finds hopeless is not simulated. None when all are tried, or trials are over.
    """
    need, roster = at
    paid = roster_cost(roster, requirements.price)
    tried_needs: set[bytes] = set()
    for less in _lower_needs(requirements, need, roster):
        if simulated.count >= until or less.min() < requirements.least:
            continue
        if less.tobytes() in tried_needs or not formula.is_worth_a_trial(_fewest_by_hour(less)):
            continue
        tried_needs.add(less.tobytes())
        other = cheapest_roster(weekly_need(less), requirements.shifts, requirements.price)
        if roster_cost(other, requirements.price) < paid - 1e-6 and not simulated.fails(
            other, requirements.target
        ):
            return less, other
    return None


def _lower_needs(
    requirements: RosterRequirements, need: HalfHourNeed, roster: ShiftRoster
) -> Iterator[HalfHourNeed]:
    """Yield lower needs to try, in each kind what saves most first.

    First a stretch of the day that asks for one less; then what is left when one person's shift is
    left out or shortened.
    """
    yield from sorted(_levelled_needs(need), key=lambda less: int(less.sum()))
    on_duty = staff_on_duty(roster)
    gone = [was - now for was, now in _shift_reductions(requirements, roster)]
    for fewer in sorted(gone, key=lambda gone: -float(gone @ requirements.price)):
        days = (on_duty - fewer).reshape(7, DAY)
        yield np.minimum(need, np.stack([days[:5].min(axis=0), days[5:].min(axis=0)]))


def _levelled_needs(need: HalfHourNeed) -> Iterator[HalfHourNeed]:
    """Yield the need with everything above a level cut, or one stretch of a day above it."""
    for level in range(int(need.min()), int(need.max())):
        yield np.minimum(need, level)
        for days in range(len(need)):
            edges = np.flatnonzero(np.diff(need[days] > level, prepend=False, append=False))
            for first, last in edges.reshape(-1, 2).tolist():
                less = need.copy()
                less[days, first:last] = level
                yield less


def _shift_reductions(
    requirements: RosterRequirements, roster: ShiftRoster
) -> Iterator[tuple[HalfHourCounts, HalfHourCounts]]:
    """Yield half hours of each shift, with nothing and with each shorter shift inside it."""
    for shift in sorted(roster):
        was = shift.slots
        yield was, was * 0
        for other in requirements.shifts:
            if other.days == shift.days and other.length < shift.length:
                now = other.slots
                if np.all(now <= was):
                    yield was, now


class _FormulaAsSimulated:
    """The formula, with as much work in each hour as makes it tell what a roster simulated did.

    So it knows of tasks beside the calls, breaks and queues from the hour before, and says of fewer
    operators which are not worth a trial.
    """

    def __init__(self, target: AnswerTarget, load: OfferedLoad) -> None:
        """Begin with the load as measured."""
        self._target = target
        self._load = load
        self._simulated = np.zeros(HOURS_OF_WEEK, dtype=np.int64)
        self._factor: dict[int, float] = {}
        self._tally: CallTally | None = None
        self._share = cache(self._answered_in_time)

    def learn(self, operators: HalfHourCounts, tally: CallTally) -> None:
        """Take how many there were in each hour of a roster that was simulated, and its calls."""
        self._simulated, self._tally = operators, tally
        self._factor.clear()

    def is_worth_a_trial(self, operators: HalfHourCounts) -> bool:
        """Tell whether so many in each hour may meet the target, by the formula as it is now."""
        fewer = np.flatnonzero(operators < self._simulated).tolist()
        return all(self._is_near(hour, int(operators[hour])) for hour in fewer)

    def _is_near(self, hour: int, operators: int) -> bool:
        if self._share(hour, operators, 1.0) < self._target.share - SEARCH_MARGIN:
            return False
        return self._share(hour, operators, self._factor_of(hour)) >= self._target.share - NEAR

    def _factor_of(self, hour: int) -> float:
        """Return by how much the work of an hour is multiplied, found by halving."""
        if hour not in self._factor:
            assert self._tally is not None
            calls, in_time = (float(each[:, hour].sum()) for each in self._tally)
            low, high = LEAST_FACTOR, MOST_FACTOR
            for _ in range(HALVINGS):
                middle = sqrt(low * high)
                told = self._share(hour, int(self._simulated[hour]), middle)
                low, high = (middle, high) if told * calls > in_time else (low, middle)
            self._factor[hour] = low
        return self._factor[hour]

    def _answered_in_time(self, hour: int, operators: int, factor: float) -> float:
        """Return the share that so many answer in time; nought where the queue would only grow."""
        target, handling_s = self._target, self._load.handling_s
        rate = factor * float(self._load.busy[hour]) * HOUR_S / handling_s
        try:
            figures = answering_figures(
                rate, handling_s, operators, target.within_s, target.patience_s
            )
        except Unstable:
            return 0.0
        return figures.answered_within


def _roster_hours(roster: ShiftRoster) -> float:
    return sum(shift.hours * count for shift, count in roster.items())


def _missed_hours_text(hours: int) -> str:
    if hours == 0:
        return message("commands.staff.every_hour")
    return counted("commands.staff.hours_miss", hours)
