"""Shifts that cover a need: the cheapest whole numbers of each allowed shift.

The set-covering form of shift planning: G. B. Dantzig (1954), "A comment on Edie's 'Traffic delays
at toll booths'", Operations Research 2, 339-341; solved as an integer programme (HiGHS). The week
is one of five weekdays and two weekend days that goes round: Sunday's night shift ends on Monday.
Time is counted in half hours; `need` and what is on duty have the shape (336,), from Monday 00:00.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from akuttsim.theory import inputs
from akuttsim.theory.inputs import FloatArray

IntArray = NDArray[np.int64]

DAY = 48
"""Half hours of a day."""

WEEK = 7 * DAY

DayType = Literal["weekdays", "weekends"]
DAYS: dict[DayType, range] = {"weekdays": range(5), "weekends": range(5, 7)}


@dataclass(frozen=True, order=True)
class Shift:
    """One person's shift on every day of a type: start and length in half hours."""

    days: DayType
    start: int
    length: int

    @property
    def slots(self) -> IntArray:
        """Return 1 for each half hour of the week in which somebody on this shift is on duty."""
        on_duty = np.zeros(WEEK, dtype=np.int64)
        for day in DAYS[self.days]:
            first = day * DAY + self.start
            on_duty[np.arange(first, first + self.length) % WEEK] = 1
        return on_duty

    @property
    def hours(self) -> float:
        """Return one person's hours in a week."""
        return len(DAYS[self.days]) * self.length / 2


Roster = Mapping[Shift, int]
"""How many people are on each shift."""


def allowed_shifts(starts: Iterable[int], lengths: Iterable[int]) -> tuple[Shift, ...]:
    """Return every shift of these starts and lengths (half hours), in a fixed order.

    ValueError for a start that is not in a day, or a length that is not from half an hour to a day.
    """
    begins, lasts = sorted(set(starts)), sorted(set(lengths))
    if not begins or any(not 0 <= start < DAY for start in begins):
        raise ValueError("starts must be half hours of a day, at least one")
    if not lasts or any(not 1 <= length <= DAY for length in lasts):
        raise ValueError("shift lengths must be from half an hour to 24 hours, at least one")
    return tuple(
        Shift(days, start, length) for days in DAYS for start in begins for length in lasts
    )


def on_duty(roster: Roster) -> IntArray:
    """Return how many people of a roster are on duty in each half hour of the week."""
    people = (count * shift.slots for shift, count in sorted(roster.items()))
    return sum(people, start=np.zeros(WEEK, dtype=np.int64))


def cost(roster: Roster, price: FloatArray) -> float:
    """Return what a roster costs a week; `price` is that of each half hour of one person."""
    return float(on_duty(roster) @ price)


def uncovered(need: IntArray, shifts: Iterable[Shift]) -> IntArray:
    """Return the half hours with a need in which none of the shifts is on duty."""
    reached = on_duty(dict.fromkeys(shifts, 1)) > 0
    return np.flatnonzero((np.asarray(need) > 0) & ~reached)


def cheapest_roster(need: IntArray, shifts: Sequence[Shift], price: FloatArray) -> dict[Shift, int]:
    """Return the cheapest roster with at least `need` on duty in every half hour of the week.

    Of several that cost the same, the one with the fewest different shifts; then the one whose
    shifts come first in `shifts`. ValueError where no shift reaches a half hour with a need,
    RuntimeError if the solver gives up.
    """
    wanted, prices = _checked(need, shifts, price)
    table = np.column_stack([shift.slots for shift in shifts])
    # alike half hours of alike days are one row
    rows = np.unique(np.column_stack([table, wanted])[wanted > 0], axis=0)
    covers = LinearConstraint(sparse.csr_array(rows[:, :-1]), lb=rows[:, -1])
    costs = prices @ table
    cheapest = _solved(costs, [covers], np.inf)
    counts = _fewest(rows, costs, float(costs @ cheapest))
    return {shift: int(count) for shift, count in zip(shifts, counts, strict=True) if count}


def _checked(
    need: IntArray, shifts: Sequence[Shift], price: FloatArray
) -> tuple[IntArray, FloatArray]:
    wanted = inputs.non_negatives("need", np.asarray(need, dtype=float))
    prices = inputs.non_negatives("price", price)
    if wanted.size != WEEK or prices.size != WEEK or np.any(wanted != np.rint(wanted)):
        raise ValueError("need and price must have a number for each of 336 half hours, need whole")
    if uncovered(wanted.astype(np.int64), shifts).size:
        raise ValueError("no shift is on duty in some half hours with a need")
    return wanted.astype(np.int64), prices


def _fewest(rows: IntArray, costs: FloatArray, budget: float) -> IntArray:
    """Return the counts of the fewest different shifts that cover the rows within a budget."""
    shifts, most = len(costs), int(rows[:, -1].max(initial=0))
    covering = np.hstack([rows[:, :-1], np.zeros((len(rows), shifts))])
    identity = sparse.eye_array(shifts)
    # each count is at most `most` where its shift is used: more of one shift never helps
    constraints = [
        LinearConstraint(sparse.csr_array(covering), lb=rows[:, -1]),
        LinearConstraint(np.concatenate([costs, np.zeros(shifts)])[None, :],
                         ub=budget * (1 + 1e-9) + 1e-9),
        LinearConstraint(sparse.hstack([identity, -most * identity]), ub=0),
    ]  # fmt: skip
    # the order of shifts only breaks ties: all of it together weighs less than one shift
    order = np.arange(shifts) / max(1, shifts) / (2.0 * shifts * max(1, most))
    upper = np.concatenate([np.full(shifts, most), np.ones(shifts)])
    return _solved(np.concatenate([order, np.ones(shifts)]), constraints, upper)[:shifts]


def _solved(
    costs: FloatArray, constraints: Sequence[LinearConstraint], upper: FloatArray | float
) -> IntArray:
    result = milp(
        costs,
        integrality=np.ones(len(costs), dtype=np.int64),
        bounds=Bounds(0, upper),
        constraints=constraints,
        options={"mip_rel_gap": 0.0},
    )
    if result.x is None:
        raise RuntimeError(f"the integer programme was not solved: {result.message}")
    return np.rint(result.x).astype(np.int64)
