"""How many operators by hour, from people or calls, and the cheapest shifts that cover them.

Source: G. Raknes, T. Morken, S. Hunskaar (2017), "Legevaktsentralar - bemanning og folketal",
Tidsskrift for Den norske legeforening 137(22), 1785-9, abstract: the smallest sensible catchment of
a legevaktsentral is 29,134 inhabitants, where the chance of at least 10 contacts in a weekend night
shift is one half. Grades used below: A read in the source, B from memory, D arithmetic.

SIPP ("stationary, independent, period by period") staffs every hour as if its mean rate had lasted
for ever. Known bias (L. V. Green, P. J. Kolesar and J. Soares 2001, "Improving the SIPP approach
for staffing service systems that have cyclic demands", Operations Research 49, 549-564): congestion
comes after the calls, so hours just after a peak get too few operators and targets are missed
there, the more so the longer the calls, the steeper the day and the larger the service. Lagging the
rate by one mean handling time (Lag Avg), and taking the highest rate inside the lagged hour (Lag
Max), mend most of it. The exact answer to hold them against is in ``time_varying``. Days are
cyclic: hour 0 follows hour 23.

The set-covering form of shift planning: G. B. Dantzig (1954), "A comment on Edie's 'Traffic delays
at toll booths'", Operations Research 2, 339-341; solved as an integer programme (HiGHS). The week
is one of five weekdays and two weekend days that goes round: Sunday's night shift ends on Monday.
Time is counted in half hours; `need` and what is on duty have the shape (336,), from Monday 00:00.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.special import gammainc, gammaincinv

from akuttsim.records import Floats
from akuttsim.texts import message
from akuttsim.theory import input_checks
from akuttsim.theory.erlang import QueueFigures, answering_figures, operators_needed
from akuttsim.units import HOUR_S

ShiftBand = Literal["day", "evening", "night"]
SMALLEST_CATCHMENT = 29_134
CONTACTS_THERE = 10


@dataclass(frozen=True)
class BandProfile:
    """``share`` of a day's contacts and ``hours`` of the band."""

    share: float
    hours: float


SHIFT_BANDS: dict[ShiftBand, BandProfile] = {
    "day": BandProfile(share=0.41, hours=7.5),
    "evening": BandProfile(share=0.45, hours=7.5),
    "night": BandProfile(share=0.135, hours=9.0),
}
"""Shares of contacts (grade D: back-solved from table 3 of Hansen, Zakariassen and Hunskaar, BMC
Health Services Research 2009;9:123; spans 35-47, 38-53 and 12-15 %) and the bands 08-15:30,
15:30-23 and 23-08 of the Watchtower project (grade B)."""


def night_contacts_per_inhabitant() -> float:
    """Contacts per inhabitant in one weekend night shift (grade D): about 3.3 per 10,000.

    The Poisson mean with P(at least 10) = 1/2, 9.67, over the published 29,134 inhabitants.
    """
    return float(gammaincinv(CONTACTS_THERE, 0.5)) / SMALLEST_CATCHMENT


def contacts_in_shift(inhabitants: float, band: ShiftBand) -> float:
    """Return the expected contacts of a weekend shift in ``band`` for ``inhabitants`` people.

    Night as in Raknes et al. (2017); day and evening scaled by the shares in ``SHIFT_BANDS``, which
    are shares over all days (grade D). A weekend night of this size is about twice what the yearly
    Watchtower rate of 0.36 contacts an inhabitant would give, so it is a planning figure for a busy
    shift and not a mean over the year. ValueError on wrong input.
    """
    people = input_checks.non_negative("inhabitants", inhabitants)
    relative = _band_profile(band).share / SHIFT_BANDS["night"].share
    return people * night_contacts_per_inhabitant() * relative


def contacts_per_h(inhabitants: float, band: ShiftBand, calls_per_contact: float = 1.0) -> float:
    """Contacts per hour of a weekend shift, times ``calls_per_contact``.

    1 as in the staffing tool; about 1.6 counts repeats, unanswered and information calls too
    (grade D: 0.58 calls over 0.36 contacts an inhabitant and year, Helsedirektoratet 2023 and
    Midtboe, Raknes and Hunskaar, BMC Family Practice 2017;18:84).
    """
    factor = input_checks.positive("calls_per_contact", calls_per_contact)
    return contacts_in_shift(inhabitants, band) / _band_profile(band).hours * factor


def chance_of_contacts(
    inhabitants: float, band: ShiftBand, at_least: int = CONTACTS_THERE
) -> float:
    """P(at least ``at_least`` contacts in a weekend shift), contacts being Poisson."""
    least = input_checks.count("at_least", at_least, least=1)
    return float(gammainc(least, contacts_in_shift(inhabitants, band)))


def smallest_catchment(
    at_least: int = CONTACTS_THERE, chance: float = 0.5, band: ShiftBand = "night"
) -> int:
    """Fewest inhabitants with P(at least ``at_least`` contacts in a weekend shift) >= ``chance``.

    The defaults give the published 29,134. Source: Raknes et al. (2017). ValueError on wrong input.
    """
    least = input_checks.count("at_least", at_least, least=1)
    mean = float(gammaincinv(least, input_checks.open_share("chance", chance)))
    # a hair less than the exact quotient, or rounding would ask for one person too many
    return math.ceil(mean / contacts_in_shift(1.0, band) * (1 - 1e-12))


def _band_profile(band: ShiftBand) -> BandProfile:
    if band not in SHIFT_BANDS:
        raise ValueError(
            message("experiments.theory.hour", bands=", ".join(SHIFT_BANDS), band=band)
        )
    return SHIFT_BANDS[band]


StaffingMethod = Literal["sipp", "lag_avg", "lag_max"]


@dataclass(frozen=True)
class AnswerTarget:
    """Answer ``share`` of all calls within ``within_s`` seconds; mean patience ``patience_s``."""

    share: float
    within_s: float
    patience_s: float = math.inf


def staff_by_hour(
    calls_per_h: Sequence[float] | Floats,
    talk_s: float,
    target: AnswerTarget,
    method: StaffingMethod = "sipp",
) -> list[int]:
    """Operators for each period of one hour; ``calls_per_h[i]`` is the rate in hour i.

    ``talk_s`` seconds. Source: Green, Kolesar and Soares (2001). An hour without calls still gets
    one operator. ValueError on wrong input.
    """
    rates = planning_rates_per_h(calls_per_h, talk_s, method)
    return [
        operators_needed(rate, talk_s, target.share, target.within_s, target.patience_s)
        for rate in rates
    ]


def staff_by_load(
    loads: Sequence[float] | Floats, talk_s: float, target: AnswerTarget
) -> list[int]:
    """Operators for each period from its modified offered load (erlang): those busy if none waited.

    ``talk_s`` mean handling time, seconds. With endlessly many operators the busy ones at a time
    tell both the calls and how long after them the work comes; an hour is staffed as if that load
    had lasted for ever. Source: O. B. Jennings, A. Mandelbaum, W. A. Massey and W. Whitt (1996),
    "Server staffing to meet time-varying demand", Management Science 42, 1383-1394. ValueError on
    wrong input.
    """
    rates = (
        input_checks.non_negatives("loads", loads)
        * HOUR_S
        / input_checks.positive("talk_s", talk_s)
    )
    return [
        operators_needed(rate, talk_s, target.share, target.within_s, target.patience_s)
        for rate in rates.tolist()
    ]


def planning_rates_per_h(
    calls_per_h: Sequence[float] | Floats, talk_s: float, method: StaffingMethod
) -> Floats:
    """Rate, calls per hour, each hour is staffed for: own, or seen one ``talk_s`` earlier.

    Source: Green, Kolesar and Soares (2001). Calls of an hour or more need more than a lag.
    """
    rates = input_checks.non_negatives("calls_per_h", calls_per_h)
    lag_h = input_checks.positive("talk_s", talk_s) / HOUR_S
    if method not in ("sipp", "lag_avg", "lag_max"):
        raise ValueError(message("experiments.theory.method", method=method))
    if method == "sipp":
        return rates
    whole, part = math.floor(lag_h), lag_h - math.floor(lag_h)
    later, earlier = np.roll(rates, whole), np.roll(rates, whole + 1)
    if method == "lag_avg":
        return (1.0 - part) * later + part * earlier
    return np.maximum(later, earlier) if part > 0 else later


@dataclass(frozen=True)
class StationaryDay:
    """Figures of each hour and of the whole day (shares weighted by calls)."""

    hours: tuple[QueueFigures, ...]
    answered_within: float
    wait_mean_s: float
    abandoned: float


def pointwise_stationary(
    calls_per_h: Sequence[float] | Floats,
    talk_s: float,
    operators: Sequence[int],
    within_s: float,
    patience_s: float = math.inf,
) -> StationaryDay:
    """Each hour as if its rate had lasted for ever, averaged over the day's calls.

    Source: L. Green and P. Kolesar (1991), "The pointwise stationary approximation for queues with
    nonstationary arrivals", Management Science 37, 84-97. It overstates the wait at the peak and
    misses its delay. Raises Unstable when an hour has more work than operators and patience is
    infinite; ValueError on wrong input.
    """
    rates = input_checks.non_negatives("calls_per_h", calls_per_h)
    if len(operators) != rates.size or rates.sum() == 0:
        raise ValueError(message("experiments.theory.hours_alike"))
    hours = tuple(
        answering_figures(float(rate), talk_s, staff, within_s, patience_s)
        for rate, staff in zip(rates, operators, strict=True)
    )
    weights = rates / rates.sum()
    return StationaryDay(
        hours=hours,
        answered_within=float(weights @ [hour.answered_within for hour in hours]),
        wait_mean_s=float(weights @ [hour.wait_mean_s for hour in hours]),
        abandoned=float(weights @ [hour.abandoned for hour in hours]),
    )


HalfHourCounts = NDArray[np.int64]

DAY = 48
"""Half hours of a day."""

WEEK = 7 * DAY

RosterDays = Literal["weekdays", "weekends"]
DAYS: dict[RosterDays, range] = {"weekdays": range(5), "weekends": range(5, 7)}


@dataclass(frozen=True, order=True)
class WeeklyShift:
    """One person's shift on every day of a type: start and length in half hours."""

    days: RosterDays
    start: int
    length: int

    @property
    def slots(self) -> HalfHourCounts:
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


ShiftRoster = Mapping[WeeklyShift, int]
"""How many people are on each shift."""


def allowed_shifts(starts: Iterable[int], lengths: Iterable[int]) -> tuple[WeeklyShift, ...]:
    """Return every shift of these starts and lengths (half hours), in a fixed order.

    ValueError for a start that is not in a day, or a length that is not from half an hour to a day.
    """
    begins, lasts = sorted(set(starts)), sorted(set(lengths))
    if not begins or any(not 0 <= start < DAY for start in begins):
        raise ValueError(message("experiments.theory.starts"))
    if not lasts or any(not 1 <= length <= DAY for length in lasts):
        raise ValueError(message("experiments.theory.lengths"))
    return tuple(
        WeeklyShift(days, start, length) for days in DAYS for start in begins for length in lasts
    )


def staff_on_duty(roster: ShiftRoster) -> HalfHourCounts:
    """Return how many people of a roster are on duty in each half hour of the week."""
    people = (count * shift.slots for shift, count in sorted(roster.items()))
    return sum(people, start=np.zeros(WEEK, dtype=np.int64))


def roster_cost(roster: ShiftRoster, price: Floats) -> float:
    """Return what a roster costs a week; `price` is that of each half hour of one person."""
    return float(staff_on_duty(roster) @ price)


def uncovered_half_hours(need: HalfHourCounts, shifts: Iterable[WeeklyShift]) -> HalfHourCounts:
    """Return the half hours with a need in which none of the shifts is on duty."""
    reached = staff_on_duty(dict.fromkeys(shifts, 1)) > 0
    return np.flatnonzero((np.asarray(need) > 0) & ~reached)


def cheapest_roster(
    need: HalfHourCounts, shifts: Sequence[WeeklyShift], price: Floats
) -> dict[WeeklyShift, int]:
    """Return the cheapest roster with at least `need` on duty in every half hour of the week.

    Of several that cost the same, the one with the fewest different shifts; then the one whose
    shifts come first in `shifts`. ValueError where no shift reaches a half hour with a need,
    RuntimeError if the solver gives up.
    """
    wanted, prices = _checked_need(need, shifts, price)
    table = np.column_stack([shift.slots for shift in shifts])
    # alike half hours of alike days are one row
    rows = np.unique(np.column_stack([table, wanted])[wanted > 0], axis=0)
    covers = LinearConstraint(sparse.csr_array(rows[:, :-1]), lb=rows[:, -1])
    costs = prices @ table
    cheapest = _solve_counts(costs, [covers], np.inf)
    counts = _fewest_shifts(rows, costs, float(costs @ cheapest))
    return {shift: int(count) for shift, count in zip(shifts, counts, strict=True) if count}


def _checked_need(
    need: HalfHourCounts, shifts: Sequence[WeeklyShift], price: Floats
) -> tuple[HalfHourCounts, Floats]:
    wanted = input_checks.non_negatives("need", np.asarray(need, dtype=float))
    prices = input_checks.non_negatives("price", price)
    if wanted.size != WEEK or prices.size != WEEK or np.any(wanted != np.rint(wanted)):
        raise ValueError(message("experiments.theory.half_hours"))
    if uncovered_half_hours(wanted.astype(np.int64), shifts).size:
        raise ValueError(message("experiments.theory.no_shift"))
    return wanted.astype(np.int64), prices


def _fewest_shifts(rows: HalfHourCounts, costs: Floats, budget: float) -> HalfHourCounts:
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
    return _solve_counts(np.concatenate([order, np.ones(shifts)]), constraints, upper)[:shifts]


def _solve_counts(
    costs: Floats, constraints: Sequence[LinearConstraint], upper: Floats | float
) -> HalfHourCounts:
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
