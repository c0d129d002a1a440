"""Rosters as they are filled: by hand, against exact values, and on the same people."""

from __future__ import annotations

from collections import Counter
from math import comb
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest

from akuttsim.chain.filled_rosters import rostered_shifts, taken_by
from akuttsim.chain.run_plan import Plan
from akuttsim.chain.simulation import simulate
from akuttsim.config.schema.roster_filling import StaffGaps
from akuttsim.experiments.patient_source import plan_of_run
from akuttsim.records import LINE_116117, NURSE, Record, ShiftTaken
from akuttsim.theory.erlang import delay_queue
from akuttsim.units import DAY_S
from tests import small
from tests.analysis.prices import COSTS
from tests.chain.by_hand import number
from tests.chain.test_against_queueing_theory import (
    CONFIDENCE,
    REPLICATIONS,
    TALK_S,
    WITHIN_S,
    callers,
    covers,
    measured,
)
from tests.chain.test_moves_the_right_way import answer_s, surely_falls

NEVER = {"share": number(0), "locum": number(0), "overtime": number(0)}


def gaps(sick: float, shift_h: float = 24, locum: float = 0, overtime: float = 0) -> dict[str, Any]:
    """Return staff of whom a share is sick, and by whom their shifts are taken."""
    missing = {"share": number(sick), "locum": number(locum), "overtime": number(overtime)}
    return {"shift_at_most_h": number(shift_h), "vacant": NEVER, "sick": missing}


def room(operators: int, filling: Any = None) -> small.World:
    """Return the small district with so many 116117 operators round the clock."""
    staffing = {"evening": None, "always": small.staff(operators)}
    lvs = {"operators": staffing, "menu_s": number(0)}
    return small.world(small.organisation({"control_rooms": {"lvs": lvs}, "filling": filling}))


def on_duty(plan: Plan, role: str, team: str, time_s: float) -> int:
    """Return how many of a team are on duty at a time."""
    seats = plan.teams[role, team]
    return sum(any(a <= time_s < b for a, b in seat.spans) for seat in seats)


def became(plan: Plan) -> dict[str, int]:
    """Return who took each shift, by which it is."""
    assert plan.shifts is not None
    names = (shift.name for shift in rostered_shifts(plan))
    return dict(zip(names, plan.shifts.taken_by.tolist(), strict=True))


def test_without_it_the_plan_is_as_it_was() -> None:
    plan = room(2).plan
    assert plan_of_run(plan, 1, 0) is plan
    assert plan.shifts is None


def test_who_takes_a_shift() -> None:
    """A fifth vacant, a tenth sick; half go to locums, half of the others to colleagues."""
    half = {"locum": number(0.5), "overtime": number(0.5)}
    vacant, sick = {"share": number(0.2), **half}, {"share": number(0.1), **half}
    how = StaffGaps.model_validate({"shift_at_most_h": number(8), "vacant": vacant, "sick": sick})
    assert taken_by(how, 0.2, 0.1, 0.0) == ShiftTaken.OWN
    assert taken_by(how, 0.19, 0.9, 0.49) == ShiftTaken.LOCUM
    assert taken_by(how, 0.9, 0.09, 0.5) == ShiftTaken.OVERTIME
    assert taken_by(how, 0.9, 0.09, 0.74) == ShiftTaken.OVERTIME
    assert taken_by(how, 0.19, 0.09, 0.75) == ShiftTaken.NOBODY


def test_a_roster_round_the_clock_is_cut_into_equal_shifts() -> None:
    shifts = rostered_shifts(room(1, {"operators": gaps(0.5, shift_h=10)}).plan)
    mine = [shift.span for shift in shifts if shift.key == ("operator", "lvs")]
    assert mine[:4] == [(0, 28_800), (28_800, 57_600), (57_600, 86_400), (86_400, 115_200)]


def test_somebody_is_ordered_in_where_else_nobody_would_be_there() -> None:
    """All are sick and nobody takes their shifts: of two, one is ordered in at all hours."""
    plan = plan_of_run(room(2, {"operators": gaps(1)}).plan, 1, 0)
    lvs = Counter(by for name, by in became(plan).items() if name.startswith("operator/lvs"))
    assert lvs[ShiftTaken.ORDERED] == lvs[ShiftTaken.NOBODY] > 0
    assert {on_duty(plan, "operator", "lvs", hour * 3600.0) for hour in range(24 * 8)} == {1}


def test_the_same_shifts_lack_their_own_person_in_both_organisations() -> None:
    """One more on the roster, and another kind of staff: the shifts of both are as they were."""
    one = became(plan_of_run(room(2, {"operators": gaps(0.4, 8)}).plan, 5, 3))
    two = became(
        plan_of_run(room(3, {"operators": gaps(0.4, 8), "doctors": gaps(0.5, 8)}).plan, 5, 3)
    )
    own = {name for name, by in one.items() if by == ShiftTaken.OWN}
    assert own == {name for name in one if two[name] == ShiftTaken.OWN}
    assert 0 < len(own) < len(one)


def test_more_who_are_sick_are_those_of_before_and_others() -> None:
    few, many = (
        became(plan_of_run(room(2, {"operators": gaps(share, 8)}).plan, 5, 3))
        for share in (0.1, 0.3)
    )
    missing = [{name for name, by in run.items() if by} for run in (few, many)]
    assert missing[0] < missing[1]


def test_a_satellite_without_its_nurse_is_closed() -> None:
    """Nobody is seen there; whoever would have come meets the doctor at the legevakt."""
    satellite = small.organisation({}, base="satellite")
    closed = small.organisation({"filling": {"nurses": gaps(1)}}, base="satellite")
    before, after = small.world(satellite), small.world(closed)
    patients = before.sample()
    seen = [_seen_by_nurses(world.meets(patients), "satellite") for world in (before, after)]
    assert seen[0] > 0 == seen[1]
    rows = {(row.indicator, row.group): row.value for row in after.measured(patients)}
    assert rows["closed_for_want_of_staff_h_a_week", "satellite"] == pytest.approx(
        7 * 6 * 168 / 167
    )
    assert rows["shifts_not_filled", "nurse satellite"] == 1
    assert rows["shifts_not_filled", "nurse legevakt"] < 1


def _seen_by_nurses(record: Record, clinic: str) -> int:
    did = record.activities
    mine = [n for n, unit in enumerate(record.units) if unit[1:3] == ("nurse", clinic)]
    return int((np.isin(did.unit, mine) & (did.kind == NURSE)).sum())


def test_a_vehicle_without_a_crew_stands() -> None:
    """Every shift of a crew is empty: none drives, and red waits until the end of the run."""
    world = small.world(small.organisation({"filling": {"crews": gaps(1)}}))
    record = world.meets(world.sample())
    assert all(unit.on_duty == () for unit in record.units if unit.role == "crew")
    assert (record.courses.crew < 0).all()
    rows = {(row.indicator, row.group): row.value for row in world.measured(world.sample())}
    assert rows["shifts_not_filled", "crew"] == 1


def test_shifts_of_another_are_dearer() -> None:
    """Every operator's shift is a colleague's overtime, at twice the price of an hour."""
    costs = [{**COSTS, "overtime_factor": factor} for factor in (None, number(2))]
    filling = {"operators": gaps(1, overtime=1)}
    patients = small.world().sample()
    rows = [
        small.world(small.organisation({"costs": each, "filling": filling})).measured(patients)
        for each in costs
    ]
    once, twice = (
        {row.group: row.value for row in mine if row.indicator == "cost_nok_a_year"}
        for mine in rows
    )
    assert twice["operator"] == pytest.approx(2 * once["operator"])
    assert twice["doctor"] == once["doctor"]


SHARE = 0.4
OPERATORS = 3
CALLS_PER_H = 3.6


def staffing(least: int = 1) -> dict[int, float]:
    """Return the exact share of shifts with so many of three on duty, one ordered in at least."""
    shares: dict[int, float] = {}
    for there in range(OPERATORS + 1):
        chance = comb(OPERATORS, there) * (1 - SHARE) ** there * SHARE ** (OPERATORS - there)
        shares[max(there, least)] = shares.get(max(there, least), 0.0) + chance
    return shares


def test_so_many_are_on_duty_as_the_binomial_says() -> None:
    plan = room(OPERATORS, {"operators": gaps(SHARE)}).plan
    counts: Counter[int] = Counter()
    for replication in range(60):
        filled = plan_of_run(plan, 9, replication)
        counts += Counter(on_duty(filled, "operator", "lvs", (d + 0.5) * DAY_S) for d in range(9))
    for people, exact in staffing().items():
        interval = binomtest(counts[people], counts.total()).proportion_ci(CONFIDENCE)
        assert interval.low <= exact <= interval.high, (people, interval, exact)


def test_waits_are_erlang_c_mixed_over_who_is_there() -> None:
    """Shifts of a day are long beside a talk: each waits as with so many servers as came.

    With the binomial of how many come that is a queue with a random number of servers.
    """
    plan = room(OPERATORS, {"operators": gaps(SHARE)}).plan
    less = {"share who wait": [], "answered within": []}  # type: dict[str, list[float]]
    for replication in range(REPLICATIONS):
        filled = plan_of_run(plan, 9, replication)
        waits, left, _ = measured(simulate(filled, callers(CALLS_PER_H, 40_000 + replication)))
        assert not left.any()
        there = [on_duty(filled, "operator", "lvs", (day + 0.5) * DAY_S) for day in range(1, 8)]
        exact = [delay_queue(CALLS_PER_H, TALK_S, people, WITHIN_S) for people in there]
        waited = float(np.mean([each.wait_probability for each in exact]))
        within = float(np.mean([each.answered_within for each in exact]))
        less["share who wait"].append(1 + float(np.mean(waits > 0)) - waited)
        less["answered within"].append(1 + float(np.mean(waits <= WITHIN_S)) - within)
    for what, values in less.items():
        covers(values, 1.0, what)
        assert np.std(values) < 0.05


def test_the_phone_waits_longer_where_shifts_stand_empty() -> None:
    full, empty = room(2), room(2, {"operators": gaps(0.3, 8)})

    def difference(replication: int) -> float:
        patients = callers(10.0, 60_000 + replication)
        runs = [
            simulate(plan_of_run(world.plan, 3, replication), patients) for world in (full, empty)
        ]
        return answer_s(runs[0], LINE_116117) - answer_s(runs[1], LINE_116117)

    surely_falls(difference, 12)
