"""The search for a roster: exact where the truth is made up, and Erlang's in the laboratory."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest

from akuttsim.config.loader import load_organisation, load_region
from akuttsim.config.schema.region import Region
from akuttsim.optimisation.rostering.roster_proof import ProofLength, ProvenRoster, find_roster
from akuttsim.optimisation.rostering.roster_question import RosterQuestion, RosterRoom
from akuttsim.optimisation.rostering.roster_search import (
    OfferedLoad,
    RosterRequirements,
    fewest_on_duty,
    is_decided,
    need_by_formula,
    search_roster,
    weekly_need,
)
from akuttsim.patients.queue_patients import CallerProcess, draw_queue_callers
from akuttsim.records import Floats, Patients
from akuttsim.statistics.hourly_service_level import HOURS_OF_WEEK, CallTally
from akuttsim.theory.erlang import answering_figures, operators_needed
from akuttsim.theory.staffing_levels import (
    DAY,
    WEEK,
    AnswerTarget,
    HalfHourCounts,
    ShiftRoster,
    allowed_shifts,
    cheapest_roster,
    roster_cost,
    staff_on_duty,
)

PRICE = np.full(WEEK, 0.5)
SHIFTS = allowed_shifts([14, 22, 30, 38, 46], [15, 16, 24])
TARGET = AnswerTarget(0.8, 120.0)
QUIET = OfferedLoad(np.full(HOURS_OF_WEEK, 0.01), 300.0)


def wish(least: int = 1, target: AnswerTarget = TARGET) -> RosterRequirements:
    return RosterRequirements(target, SHIFTS, PRICE, least)


class World:
    """A made-up truth: so many are enough in each half hour (2, 48); else half the calls wait."""

    def __init__(self, enough: HalfHourCounts, calls: float = 1000.0, well: float = 0.97) -> None:
        self.enough, self.calls, self.well = enough, calls, well
        self.asked: list[ShiftRoster] = []
        self.told: list[str] = []

    def see(self, roster: ShiftRoster) -> CallTally:
        self.asked.append(dict(roster))
        well = (fewest_on_duty(roster) >= self.enough).reshape(HOURS_OF_WEEK, 2).all(axis=1)
        calls = np.full((10, HOURS_OF_WEEK), self.calls)
        return CallTally(calls, calls * np.where(well, self.well, 0.5))

    def cheapest(self) -> float:
        return roster_cost(cheapest_roster(weekly_need(self.enough), SHIFTS, PRICE), PRICE)


def enough(day: int, first: int = 8, last: int = 16, otherwise: int = 1) -> HalfHourCounts:
    """Return so many by day on weekdays, and as many less one at the weekend."""
    found = np.full((2, DAY), otherwise, dtype=np.int64)
    found[0, 2 * first : 2 * last] = day
    found[1, 2 * first : 2 * last] = max(otherwise, day - 1)
    return found


@pytest.mark.parametrize("most", [1, 2, 4])
def test_what_the_formula_finds_too_few_is_raised_to_the_truth(most: int) -> None:
    world = World(enough(most))
    found = search_roster(wish(), QUIET, world.see, world.told.append)
    assert np.all(staff_on_duty(found.roster) >= weekly_need(world.enough))
    assert roster_cost(found.roster, PRICE) == world.cheapest()
    assert found.formula.tolist() == [1] * HOURS_OF_WEEK
    assert found.missed == 0 and found.tried == len(world.asked)
    assert world.told[-1].endswith("every hour is met")


def test_what_the_formula_finds_just_too_many_is_lowered_to_the_truth() -> None:
    """Two answer 77.7 % by the formula, which asks for three; in truth two are enough.

    Three answer 97 % in truth and 95.9 % by the formula, which held against that tells of 82 % with
    two: worth a trial.
    """
    world = World(enough(2, otherwise=2))
    busy = OfferedLoad(np.full(HOURS_OF_WEEK, 1.0), 300.0)
    assert need_by_formula(wish(), busy).tolist() == [3] * HOURS_OF_WEEK
    found = search_roster(wish(), busy, world.see, world.told.append)
    assert roster_cost(found.roster, PRICE) == world.cheapest() == 2 * 168
    asked = [tuple(sorted(roster.items())) for roster in world.asked]
    assert len(set(asked)) == len(asked), "no roster is simulated twice"


def test_what_a_simulated_roster_shows_to_be_hopeless_is_not_tried() -> None:
    """Three answer 95.9 % by the formula and 85 % in truth: two would answer far below 77.7 %."""
    world = World(enough(3, otherwise=3), well=0.85)
    busy = OfferedLoad(np.full(HOURS_OF_WEEK, 1.0), 300.0)
    assert search_roster(wish(), busy, world.see, world.told.append).tried == 1


def test_a_trial_is_over_when_it_is_decided() -> None:
    """In each hour 100 calls a week; of 208 weeks there have been 52, of which half vary by 2 %."""
    calls = np.full((52, HOURS_OF_WEEK), 100.0)
    spread = np.where(np.arange(52) % 2, 2.0, -2.0)[:, None]
    for share, is_over in ((85.0, True), (80.6, False), (79.0, True)):
        assert is_decided(CallTally(calls, share + spread + 0 * calls), TARGET, 208) is is_over
    assert is_decided(CallTally(calls, 80.6 + spread + 0 * calls), TARGET, 52)


def test_nothing_cheaper_is_taken_that_misses_somewhere() -> None:
    world = World(enough(3, otherwise=3))
    found = search_roster(
        wish(), OfferedLoad(np.full(HOURS_OF_WEEK, 1.0), 300.0), world.see, world.told.append
    )
    assert roster_cost(found.roster, PRICE) == world.cheapest() == 3 * 168


def test_so_many_as_are_wished_are_always_there() -> None:
    found = search_roster(wish(least=2), QUIET, World(enough(2)).see, lambda _: None)
    assert staff_on_duty(found.roster).min() == 2


def test_a_target_that_nothing_meets_ends_and_is_told() -> None:
    world = World(np.full((2, DAY), 10_000))
    found = search_roster(wish(), QUIET, world.see, world.told.append)
    assert found.missed == HOURS_OF_WEEK
    assert "miss" in world.told[-1]


def test_hours_without_calls_need_no_more_than_the_least() -> None:
    found = search_roster(wish(), QUIET, World(enough(5), calls=0.0).see, lambda _: None)
    assert roster_cost(found.roster, PRICE) == 168 and found.missed == 0


def test_so_few_calls_that_nothing_can_be_told_are_no_reason_for_more_people() -> None:
    """Three calls a week and hour in ten weeks: all in time, they could lie below 80 %."""
    found = search_roster(wish(), QUIET, World(enough(1), calls=3.0).see, lambda _: None)
    assert roster_cost(found.roster, PRICE) == 168 and found.missed == 0


RATE, TALK_S = 2.0, 600.0


def ring(region: Region, days: int, seed: int, replication: int, _: object) -> Patients:
    """Return callers at a constant rate, of the time that the formula counts with."""
    return draw_queue_callers(
        CallerProcess(RATE, TALK_S, math.inf, 0.0), days * 24.0, seed, replication
    )


def laboratory() -> RosterQuestion:
    room = RosterRoom(load_region("laboratory").value, load_organisation("laboratory").value,
                "room-116117", 120.0, 26)  # fmt: skip
    eight = allowed_shifts([14, 30, 46], [16])
    return RosterQuestion(room, RosterRequirements(TARGET, eight, PRICE, 1), None)


@pytest.fixture(scope="module")
def staffed() -> Iterator[ProvenRoster]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("akuttsim.optimisation.rostering.roster_question.sample_patients", ring)
        yield find_roster(laboratory(), ProofLength(4, 1, 1), "test", lambda _: None)


def test_at_a_constant_rate_the_roster_found_is_erlangs(staffed: ProvenRoster) -> None:
    """Two are needed (96 %), one is too few (71 %): in every hour, with a share as Erlang's."""
    needs = operators_needed(RATE, TALK_S, 0.8, 120.0)
    assert needs == 2
    assert {hour.needed_by_formula for hour in staffed.hours} == {needs}
    assert {hour.on_duty for hour in staffed.hours} == {needs}
    verdicts = [hour.verdict for hour in staffed.hours]
    assert "not met" not in verdicts and "met" in verdicts
    exact = answering_figures(RATE, TALK_S, needs, 120.0).answered_within
    assert all(hour.answered.low < exact < hour.answered.high for hour in staffed.hours)
    assert [(operator.days, operator.on_duty) for operator in staffed.operators.values()] == [
        ("daily", 2)
    ] * 3


def test_the_load_measured_is_rate_times_talk(staffed: ProvenRoster) -> None:
    """A third busy all the time: each hour within 4 standard errors of a Poisson number of busy."""
    busy: Floats = np.array([hour.busy_operators for hour in staffed.hours])
    load = RATE * TALK_S / 3600
    # an hour's mean of busy operators has a variance of load times twice the talk over an hour
    weights = np.repeat([5.0, 2.0], HOURS_OF_WEEK // 2)
    error = np.sqrt(load * 2 * TALK_S / 3600 / (weights * 26 * 4))
    assert np.all(np.abs(busy - load) < 4 * error)
