"""What operators do beside calls: by hand, the same whoever is on duty, and against Cobham."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from akuttsim.chain.pathways.operators import shift_breaks, task_names
from akuttsim.chain.simulation import simulate
from akuttsim.config.schema.control_room import Breaks
from akuttsim.experiments.patient_source import other_tasks_of_run
from akuttsim.patients.other_tasks import MOST_PER_HOUR, TaskCandidates, draw_other_tasks
from akuttsim.records import GREEN, OTHER_TASK, TALK, Patients, Record
from akuttsim.theory.priority_queues import waits_by_class_mg1
from akuttsim.units import HOUR_S, to_ticks
from tests import small
from tests.chain.by_hand import ALWAYS, START, meets, number, person, takes, work, world

PAPERS = {**ALWAYS, "per_hour": number(6.0), "minutes": takes(5)}
COUNTER = {**PAPERS, "starts": "in_turn"}


def beside(keeps_free: int = 0, **tasks: Any) -> dict[str, Any]:
    """Return other tasks as a config has them."""
    return {"keeps_free": number(keeps_free), "tasks": tasks}


def room(tasks: dict[str, Any], on_duty: int = 1, **more: Any) -> small.World:
    lvs = {"other_tasks": tasks, "operators": {"always": small.staff(on_duty)}, **more}
    return world(control_rooms={"lvs": lvs})


def arise(world: small.World, *at_s: float, patients: Patients) -> Record:
    """Return the record of people and of papers that arise at these times."""
    when = np.array([START + each for each in at_s])
    sure = np.zeros(len(when))
    drawn = {name: TaskCandidates(when, sure, sure) for name in task_names(world.plan.organisation)}
    return simulate(world.plan, patients, drawn)


def caller(after_s: float, talk_s: float = 100.0) -> Patients:
    return person(after_s, is_contact=True, urgency=GREEN, talk_s=talk_s)


def test_a_task_takes_a_whole_operator_and_no_call_interrupts_it() -> None:
    record = arise(room(beside(papers=PAPERS)), 0.0, patients=caller(10.0))
    assert work(record, OTHER_TASK) == [("lvs", 0, 300, -1)]
    assert work(record, TALK) == [("lvs", 300, 400, 0)]


@pytest.mark.parametrize(("task", "first"), [(PAPERS, TALK), (COUNTER, OTHER_TASK)])
def test_papers_wait_for_all_who_ring_and_the_counter_takes_its_turn(
    task: dict[str, Any], first: int
) -> None:
    people = small.concatenated(caller(0.0), caller(20.0))
    record = arise(room(beside(task=task)), 10.0, patients=people)
    begun = {kind: work(record, kind)[-1][1] for kind in (TALK, OTHER_TASK)}
    assert begun == (
        {TALK: 100, OTHER_TASK: 200} if first == TALK else {OTHER_TASK: 100, TALK: 400}
    )


def test_papers_leave_so_many_operators_free_but_not_all_who_are_on_duty() -> None:
    """Of two, one is left: the second task waits for the first; alone, she does it."""
    for on_duty, second in ((1, 300), (2, 300), (3, 0)):
        record = arise(room(beside(1, papers=PAPERS), on_duty), 0.0, 0.0, patients=small.people([]))
        assert [each[1] for each in work(record, OTHER_TASK)] == [0, second]


def test_who_holds_a_caller_lets_go_for_a_caller_but_not_for_papers() -> None:
    """113 hands over to a nurse who is busy: papers that arise at 113 wait meanwhile."""
    amk = {"other_tasks": beside(papers=PAPERS)}
    there = world(control_rooms={"amk": amk})
    held = person(10.0, line=2, is_contact=True, urgency=GREEN, u_need_113=0.5, talk_113_s=50.0,
                  conference_s=40.0)  # fmt: skip
    record = arise(there, 100.0, patients=small.concatenated(caller(0.0, 500.0), held))
    assert work(record, OTHER_TASK) == [("amk", 540, 840, -1)]


def test_tasks_at_the_door_are_left_out_where_operators_receive_at_a_clinic() -> None:
    door = beside(door={**PAPERS, "at_door": True}, papers=PAPERS)
    apart = room(door).plan.organisation
    assert task_names(apart) == ("lvs.door", "lvs.papers")
    shared = {"legevakt": {"nurses": None, "nurses_of": "lvs"}}
    together = world(control_rooms={"lvs": {"other_tasks": door}}, clinics=shared)
    assert task_names(together.plan.organisation) == ("lvs.papers",)


def test_a_room_without_its_tasks_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match=r"lvs\.papers"):
        simulate(room(beside(papers=PAPERS)).plan, small.people([]))


def test_the_same_tasks_arise_however_many_are_on_duty_and_more_at_a_higher_rate() -> None:
    def done(rate: float, on_duty: int) -> int:
        there = room(beside(papers={**PAPERS, "per_hour": number(rate)}), on_duty)
        record = simulate(there.plan, small.people([]), other_tasks_of_run(there.plan, 7, 0))
        tasks = work(record, OTHER_TASK)
        assert sum(end - start for _, start, end, _ in tasks) == pytest.approx(300 * len(tasks))
        return len(tasks)

    assert done(3.0, 1) == done(3.0, 2) < done(4.0, 2)


def test_candidates_come_at_their_rate_and_a_longer_run_begins_with_the_shorter() -> None:
    long, short = (draw_other_tasks(["a.b"], days, 1, 0)["a.b"] for days in (400, 40))
    for name in TaskCandidates._fields:
        assert np.array_equal(getattr(long, name)[: len(short.time_s)], getattr(short, name))
    expected = 400 * 24 * MOST_PER_HOUR
    assert stats.poisson.sf(len(long.time_s), expected) > 1e-3
    assert stats.poisson.cdf(len(long.time_s), expected) > 1e-3
    other = draw_other_tasks(["a.c"], 40, 1, 0)["a.c"]
    assert not np.array_equal(other.time_s[:9], short.time_s[:9])


def test_each_shift_that_is_long_enough_has_a_break_in_the_middle_of_it() -> None:
    staff = {"short": small.staff(1, "08:00-12:00"), "long": small.staff(1, "12:00-20:00")}
    rule = {"minutes": number(30.0), "shift_h": number(5.5), "longest_shift_h": number(12.0)}
    lvs = {"operators": {"always": None, **staff}}
    there = world(control_rooms={"lvs": lvs})
    seats = there.plan.teams["operator", "lvs"]
    found = sorted(shift_breaks(seats, Breaks.model_validate(rule)))
    assert [round(each.time_s / HOUR_S % 24, 2) for each in found[:2]] == [13.75, 13.75]
    assert found[0].takes_s == 1800 and not found[0].in_turn


def test_a_post_that_is_never_empty_has_a_break_in_each_of_its_shifts() -> None:
    rule = {"minutes": number(30.0), "shift_h": number(5.5), "longest_shift_h": number(8.0)}
    seats = room(beside(papers=PAPERS)).plan.teams["operator", "lvs"]
    days = sum(end - start for seat in seats for start, end in seat.spans) / 86400
    assert len(list(shift_breaks(seats, Breaks.model_validate(rule)))) == pytest.approx(
        3 * days, abs=1
    )


def test_calls_and_papers_wait_as_cobham_says() -> None:
    """One operator, two classes, no interruption (M/G/1). 24 runs; 99.9 % t-intervals."""
    calls_h, talk_s, papers_h, papers_s = 12.0, 90.0, 6.0, 200.0
    papers = {**ALWAYS, "per_hour": number(papers_h), "minutes": takes(papers_s / 60)}
    there = room(beside(papers=papers))
    truth = waits_by_class_mg1([calls_h, papers_h], [talk_s, papers_s], [1.0, 0.0])
    waits = [_waits_s(there, seed, calls_h, talk_s) for seed in range(24)]
    found = [[np.mean(run[kind]) for run in waits] for kind in range(2)]
    for each, expected in zip(found, truth, strict=True):
        interval = stats.ttest_1samp(each, expected).confidence_interval(0.999)
        assert interval.low < expected < interval.high
        assert interval.high - interval.low < 0.35 * expected


def _waits_s(there: small.World, seed: int, calls_h: float, talk_s: float) -> tuple[Any, Any]:
    """Return how long callers, and papers, waited for the operator."""
    rng = np.random.default_rng(seed)
    end_s = there.plan.days * 86400.0
    at = np.cumsum(rng.exponential(3600 / calls_h, int(end_s / 3600 * calls_h)))
    people = small.people(at[at < end_s].tolist(), talk_s=0.0)
    talks = to_ticks(rng.exponential(talk_s, len(people)))
    people = small.changed(people, talk_s=talks, patience_1_s=np.full(len(people), 1e9))
    drawn = other_tasks_of_run(there.plan, seed, 0)
    record = simulate(there.plan, people, drawn)
    arose = drawn["lvs.papers"]
    arose_s = arose.time_s[arose.u_arises * MOST_PER_HOUR < 6.0]
    begun = np.sort(record.activities.start_s[record.activities.kind == OTHER_TASK])
    waited = begun - arose_s[: len(begun)]
    return (record.calls.found_s - record.calls.rang_s)[100:], waited[50:-5]


def test_nobody_on_the_phone_meets_other_tasks_where_there_are_none() -> None:
    assert OTHER_TASK not in meets(world(), caller(0.0)).activities.kind


def test_more_to_do_beside_calls_makes_the_same_callers_wait_longer() -> None:
    people = small.world().sample(6)
    waits = []
    for rate in (0.0, 2.0, 6.0):
        there = room(beside(papers={**PAPERS, "per_hour": number(rate)}), 2)
        calls = simulate(there.plan, people, other_tasks_of_run(there.plan, 2, 0)).calls
        waits.append(float(np.nanmean(np.fmin(calls.found_s, calls.left_s) - calls.rang_s)))
    assert waits[0] < waits[1] < waits[2]
