"""The search for the cheapest roster of a control room that meets a target in every hour.

A formula says how many each hour of the week needs; shifts are laid over that need at the lowest
cost; the chain itself tells in which hours callers still wait too long, and these get one more.
Then stretches of the day get one less, and shifts are left out or shortened, to see whether all
hours are met without. What comes out is the cheapest roster found, not proved to be the cheapest
there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.analysis.hours_of_week import HOURS, Tally, all_at_once, shares
from akuttsim.records import Floats
from akuttsim.theory.erlang import answering_figures
from akuttsim.theory.input_checks import HOUR_S, FloatArray, Unstable
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

ROUNDS = 12
"""So often hours that miss the target get one more."""

MOST_TRIALS = 24
"""So many rosters are simulated at most while shifts are left out or shortened."""

MARGIN = 0.05
"""A roster is not tried if the formula falls so far short of the target: about what it errs."""

Hours = NDArray[np.bool_]
Need = HalfHourCounts
"""People needed in each half hour of a weekday and of a weekend day; shape (2, 48)."""


@dataclass(frozen=True)
class Wish:
    """What a roster must do, which shifts it may have, and what half hours cost (336,)."""

    target: AnswerTarget
    shifts: tuple[WeeklyShift, ...]
    price: FloatArray
    least: int


@dataclass(frozen=True)
class Load:
    """Work of a room by hour of the week (48), in busy operators, and the mean of a call."""

    busy: Floats
    handling_s: float


@dataclass(frozen=True)
class Found:
    """The cheapest roster found, what the formula asked for (48), and how the search went.

    `missed` counts the hours of the week in which even this roster missed in the search.
    """

    roster: dict[WeeklyShift, int]
    formula: HalfHourCounts
    tried: int
    missed: int


See = Callable[[ShiftRoster], Tally]
Tell = Callable[[str], None]


def search(wish: Wish, load: Load, see: See, tell: Tell) -> Found:
    """Return the cheapest roster found by which, in the runs of the search, every hour is met."""
    formula = needed(wish, load)
    tries = _Tries(see)
    need, roster = _raised(wish, _by_half_hour(formula), tries, tell)
    missed = int(_short(tries.see(roster), wish.target).sum())
    if not missed:
        roster = _lowered(wish, load, (need, roster), tries, tell)
    return Found(roster, formula, tries.count, missed)


def needed(wish: Wish, load: Load) -> HalfHourCounts:
    """Return the people that the formula asks for in each of the 48 hours of the week."""
    staff = staff_by_load(load.busy, load.handling_s, wish.target)
    return np.maximum(np.array(staff, dtype=np.int64), wish.least)


def week(need: Need) -> HalfHourCounts:
    """Return the need of each half hour of the week, from that of a weekday and a weekend day."""
    return np.concatenate([np.tile(need[0], 5), np.tile(need[1], 2)])


def people(roster: ShiftRoster) -> Need:
    """Return the fewest that are on duty in each half hour of the weekdays and of the weekend."""
    days = staff_on_duty(roster).reshape(7, DAY)
    return np.stack([days[:5].min(axis=0), days[5:].min(axis=0)])


class _Tries:
    """Rosters that were simulated, each once."""

    def __init__(self, see: See) -> None:
        self._see = see
        self._seen: dict[tuple[tuple[WeeklyShift, int], ...], Tally] = {}
        self._too_few: list[HalfHourCounts] = []

    @property
    def count(self) -> int:
        return len(self._seen)

    def see(self, roster: ShiftRoster) -> Tally:
        key = tuple(sorted(roster.items()))
        if key not in self._seen:
            self._seen[key] = self._see(roster)
        return self._seen[key]

    def fails(self, roster: ShiftRoster, target: AnswerTarget) -> bool:
        """Tell whether a roster misses somewhere; at once if one with as many all along did."""
        there = staff_on_duty(roster)
        if any(np.all(there <= few) for few in self._too_few):
            return True
        failed = bool(_short(self.see(roster), target).any())
        if failed:
            self._too_few.append(there)
        return failed


def _short(tally: Tally, target: AnswerTarget) -> Hours:
    """Tell in which hours the target is not safely met: the interval's lower end is below it.

    As in the proof the intervals hold for all hours together: what is only just met here would be
    in doubt there. Where so few rang that nothing could be told though all were answered in time,
    more people are no help, and the mean decides. Hours in which nobody rang are met.
    """
    found, best = (shares(each, all_at_once()) for each in (tally, Tally(tally.calls, tally.calls)))
    decides = [
        interval.low if of_all.low >= target.share else interval.mean
        for interval, of_all in zip(found, best, strict=True)
    ]
    short: Hours = np.array(decides) < target.share
    return short


def _first_to_raise(tally: Tally, target: AnswerTarget, short: Hours) -> Hours:
    """Return the hours that miss on average, if any; else those that are only in doubt."""
    mean = np.array([each.mean for each in shares(tally)])
    clearly: Hours = mean < target.share
    return clearly if clearly.any() else short


def in_doubt(tally: Tally, target: AnswerTarget) -> bool:
    """Tell whether more runs might change what is told of a roster: no hour fails for certain."""
    known = shares(tally, all_at_once())
    if any(each.high < target.share for each in known):
        return False
    return any(each.low < target.share for each in known)


def _by_half_hour(of_hours: NDArray[Any]) -> NDArray[Any]:
    return np.repeat(of_hours.reshape(2, HOURS // 2), 2, axis=1)


def _by_hour(need: Need) -> HalfHourCounts:
    """Return the fewest in each of the 48 hours."""
    fewest: HalfHourCounts = need.reshape(HOURS, 2).min(axis=1)
    return fewest


def _raised(
    wish: Wish, need: Need, tries: _Tries, tell: Tell
) -> tuple[Need, dict[WeeklyShift, int]]:
    """Give hours that miss the target one more until none does, or the rounds are over."""
    roster = cheapest_roster(week(need), wish.shifts, wish.price)
    for _ in range(ROUNDS):
        short = _short(tries.see(roster), wish.target)
        tell(f"{_hours(roster):g} hours a week: {_missing(int(short.sum()))}")
        if not short.any():
            break
        short = _first_to_raise(tries.see(roster), wish.target, short)
        more = _by_half_hour(_by_hour(people(roster)) + 1)
        need = np.where(_by_half_hour(short), np.maximum(need, more), need)
        roster = cheapest_roster(week(need), wish.shifts, wish.price)
    return need, roster


def _lowered(
    wish: Wish, load: Load, at: tuple[Need, dict[WeeklyShift, int]], tries: _Tries, tell: Tell
) -> dict[WeeklyShift, int]:
    """Leave out or shorten shifts as long as every hour is met, what saves most first."""
    need, roster = at
    until = tries.count + MOST_TRIALS
    while tries.count < until:
        cheaper = _first_that_holds(wish, load, (need, roster), tries, until)
        if cheaper is None:
            break
        need, roster = cheaper
        tell(f"{_hours(roster):g} hours a week: {_missing(0)}")
    return roster


def _first_that_holds(
    wish: Wish, load: Load, at: tuple[Need, dict[WeeklyShift, int]], tries: _Tries, until: int
) -> tuple[Need, dict[WeeklyShift, int]] | None:
    need, roster = at
    worth_a_trial = _formula(wish.target, load)
    paid = roster_cost(roster, wish.price)
    asked: set[bytes] = set()
    for less in _with_less(wish, need, roster):
        if tries.count >= until or less.min() < wish.least:
            continue
        if less.tobytes() in asked or not worth_a_trial(_by_hour(less)):
            continue
        asked.add(less.tobytes())
        other = cheapest_roster(week(less), wish.shifts, wish.price)
        if roster_cost(other, wish.price) < paid - 1e-6 and not tries.fails(other, wish.target):
            return less, other
    return None


def _with_less(wish: Wish, need: Need, roster: ShiftRoster) -> Iterator[Need]:
    """Yield lower needs to try, in each kind what saves most first.

    First a stretch of the day that asks for one less; then what is left when one person's shift is
    left out or shortened.
    """
    yield from sorted(_levelled(need), key=lambda less: int(less.sum()))
    there = staff_on_duty(roster)
    gone = [was - now for was, now in _smaller(wish, roster)]
    for fewer in sorted(gone, key=lambda gone: -float(gone @ wish.price)):
        days = (there - fewer).reshape(7, DAY)
        yield np.minimum(need, np.stack([days[:5].min(axis=0), days[5:].min(axis=0)]))


def _levelled(need: Need) -> Iterator[Need]:
    """Yield the need with everything above a level cut, or one stretch of a day above it."""
    for level in range(int(need.min()), int(need.max())):
        yield np.minimum(need, level)
        for days in range(len(need)):
            edges = np.flatnonzero(np.diff(need[days] > level, prepend=False, append=False))
            for first, last in edges.reshape(-1, 2).tolist():
                less = need.copy()
                less[days, first:last] = level
                yield less


def _smaller(wish: Wish, roster: ShiftRoster) -> Iterator[tuple[HalfHourCounts, HalfHourCounts]]:
    """Yield half hours of each shift, with nothing and with each shorter shift inside it."""
    for shift in sorted(roster):
        was = shift.slots
        yield was, was * 0
        for other in wish.shifts:
            if other.days == shift.days and other.length < shift.length:
                now = other.slots
                if np.all(now <= was):
                    yield was, now


def _formula(target: AnswerTarget, load: Load) -> Callable[[HalfHourCounts], bool]:
    """Return what tells whether the formula finds so many in each hour worth a trial."""

    @cache
    def near(hour: int, operators: int) -> bool:
        rate = float(load.busy[hour]) * HOUR_S / load.handling_s
        return _answered(rate, load.handling_s, operators, target) >= target.share - MARGIN

    def worth_a_trial(operators: HalfHourCounts) -> bool:
        return all(near(hour, count) for hour, count in enumerate(operators.tolist()))

    return worth_a_trial


def _answered(calls_per_h: float, handling_s: float, operators: int, target: AnswerTarget) -> float:
    try:
        found = answering_figures(
            calls_per_h, handling_s, operators, target.within_s, target.patience_s
        )
    except Unstable:
        return 0.0
    return found.answered_within


def _hours(roster: ShiftRoster) -> float:
    return sum(shift.hours * count for shift, count in roster.items())


def _missing(hours: int) -> str:
    if hours == 0:
        return "every hour is met"
    return f"{hours} of the 48 hours of weekday and weekend miss{'es' if hours == 1 else ''}"
