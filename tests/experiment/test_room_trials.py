"""Trials of rosters: what the chain tells of a room is what the indicators tell."""

from __future__ import annotations

import numpy as np
import pytest

from akuttsim.chain.simulation import simulate
from akuttsim.config.schema.roster import OperatorStaffing
from akuttsim.experiments.patient_source import other_tasks_of_run
from akuttsim.optimisation.rostering.roster_proof import (
    ample_roster,
    load_of_room,
    room_without_breaks,
)
from akuttsim.optimisation.rostering.roster_question import (
    RosterOutcome,
    RosterRoom,
    open_roster_trials,
)
from akuttsim.statistics.hourly_service_level import CallTally
from tests import small

ROOM = RosterRoom(small.region(), small.organisation(), "lvs", 120.0, 2)


def alike(one: RosterOutcome, other: RosterOutcome) -> bool:
    """Tell whether two trials are equal to the last bit."""
    pairs = zip((*one.tally, *one[1:]), (*other.tally, *other[1:]), strict=True)
    return all(np.array_equal(mine, theirs) for mine, theirs in pairs)


def test_the_share_of_all_hours_is_the_indicators() -> None:
    """Holidays, the change of the clock and two rooms included: the small region's first weeks."""
    with open_roster_trials(ROOM, 1) as tried:
        seen = tried.evaluate(ROOM.today, 7, range(1))
    world = small.world(weeks=2, warmup=2)
    rows = world.measured(world.sample(7))
    official = [row for row in rows if row.indicator == "answered_116117_within_120_s"]
    share, calls = small.values(official)["all"]
    assert seen.tally.in_time.sum() / seen.tally.calls.sum() == pytest.approx(share)
    assert seen.tally.calls.sum() == calls
    staffed = [row for row in rows if row.indicator == "staffed_hours_a_week"]
    assert seen.hours == pytest.approx(small.values(staffed, "team")["operator lvs"][0])


def test_weeks_are_the_same_in_one_process_and_in_two() -> None:
    with open_roster_trials(ROOM, 1) as one, open_roster_trials(ROOM, 2) as two:
        found = [tried.evaluate(ROOM.today, 7, range(3)) for tried in (one, two)]
    assert alike(*found)
    assert found[0].tally.calls.shape == (6, 48)


def test_replications_are_one_below_the_other() -> None:
    with open_roster_trials(ROOM, 1) as tried:
        both = tried.evaluate(ROOM.today, 7, range(2))
        each = [tried.evaluate(ROOM.today, 7, range(n, n + 1)) for n in range(2)]
    assert np.array_equal(both.tally.calls, np.vstack([one.tally.calls for one in each]))
    assert not np.array_equal(each[0].tally.calls, each[1].tally.calls)


def test_people_on_duty_by_hour_are_the_rosters() -> None:
    with open_roster_trials(ROOM, 1) as tried:
        seen = tried.evaluate(ROOM.today, 7, range(1))
    day = [1.0] * 15 + [1.5] + [2.0] * 6 + [1.0] * 2
    assert seen.on_duty.tolist() == pytest.approx(day * 2)
    # one at all hours, and one more for 6.5 hours on 14 days, of which one has 23 hours
    assert seen.hours == pytest.approx(168 * (1 + 14 * 6.5 / 335))
    assert np.all(seen.busy > 0) and np.all(seen.busy <= seen.on_duty * 1.5)


def test_with_many_on_duty_nobody_waits_and_the_load_is_all_the_work() -> None:
    with open_roster_trials(ROOM, 1) as tried:
        many, few = (tried.evaluate(each, 7, range(1)) for each in (ample_roster(ROOM), ROOM.today))
    assert np.array_equal(many.tally.calls, many.tally.in_time)
    load = load_of_room(many)
    # between another call's 140 s and a contact's 284 s of talk, 90 s of notes and a conference
    assert 140 < load.handling_s < 284 + 90 + 60
    assert load.busy.sum() > few.busy.sum()


def test_nobody_who_rings_is_no_load() -> None:
    nobody = CallTally(np.zeros((2, 48)), np.zeros((2, 48)))
    load = load_of_room(RosterOutcome(nobody, np.zeros(48), np.ones(48), 168.0))
    assert load.busy.sum() == 0 and load.handling_s > 0


def test_another_roster_leaves_the_other_rooms_alone() -> None:
    one = {"always": OperatorStaffing.model_validate(small.staff(3))}
    changed = ROOM.staffed(one)
    assert changed.control_rooms["lvs"].operators == one
    assert changed.control_rooms["amk"] == ROOM.organisation.control_rooms["amk"]
    assert list(changed.control_rooms) == list(ROOM.organisation.control_rooms)


def test_breaks_are_no_work_that_is_offered_to_a_room() -> None:
    """They hang on how many are on duty: an ample roster would have more of them than of calls."""
    breaks = {
        "minutes": {"value": 30, **small.MADE_UP},
        "shift_h": {"value": 5.5, **small.MADE_UP},
        "longest_shift_h": {"value": 10, **small.MADE_UP},
    }
    work = {"keeps_free": {"value": 0, **small.MADE_UP}, "tasks": {}, "breaks": breaks}
    resting = small.organisation({"control_rooms": {"lvs": {"other_tasks": work}}})
    loads = []
    for organisation in (small.organisation(), resting):
        room = RosterRoom(small.region(), organisation, "lvs", 120.0, 2)
        with open_roster_trials(room_without_breaks(room), 1) as tried:
            loads.append(load_of_room(tried.evaluate(ample_roster(room), 7, range(1))))
    assert np.array_equal(loads[0].busy, loads[1].busy)
    assert loads[0].handling_s == loads[1].handling_s


def test_calls_alone_are_those_of_the_whole_chain_at_a_fraction_of_its_events() -> None:
    """But for the few who get worse on their way to care, and ring again."""
    with open_roster_trials(ROOM, 1) as whole, open_roster_trials(ROOM, 1, True) as phone:
        one, other = (each.evaluate(ROOM.today, 1, range(2)) for each in (whole, phone))
    assert abs(one.tally.calls.sum() - other.tally.calls.sum()) <= 0.02 * one.tally.calls.sum()
    np.testing.assert_allclose(other.busy.mean(), one.busy.mean(), rtol=0.02)
    world = small.world(ROOM.organisation)
    tasks = other_tasks_of_run(world.plan, 1, 0)
    records = [
        simulate(world.plan, world.sample(1), tasks, calls_alone=alone) for alone in (False, True)
    ]
    assert records[1].events < 0.8 * records[0].events
