"""How long the phone rings before who is free picks it up; who leaves meanwhile; red recognised."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

import numpy as np
import pytest
from scipy import stats

from akuttsim.chain.patient_view import view_patients
from akuttsim.config.loader import load_organisation
from akuttsim.indicators.calls import answered_113_within_10_s
from akuttsim.records import (
    ADVICE,
    AMBULANCE,
    CONFERENCE,
    GREEN,
    LINE_113,
    LINE_HEALTH,
    LOST,
    RED,
    TALK,
    Patients,
    Record,
)
from akuttsim.theory.priority_queues import pollaczek_khinchine
from akuttsim.units import to_ticks
from tests import small
from tests.chain.by_hand import (
    CENTRE,
    START,
    in_need,
    meets,
    number,
    person,
    takes,
    times,
    work,
    world,
)

PICKS_UP = {"lvs": {"pick_up_s": takes(8)}, "amk": {"pick_up_s": takes(5)}}
RINGS_BACK = {"dial_s": takes(20), "not_reached": number(0.2)}


def calls(record: Record) -> list[tuple[Any, ...]]:
    """Return when each call rang, found an operator, was answered and was given up."""
    c = record.calls
    return list(
        zip(*(times(e) for e in (c.rang_s, c.found_s, c.answered_s, c.left_s)), strict=True)
    )


def advised(after_s: float = 0.0, **columns: Any) -> Patients:
    """Return a green caller who gets advice after a talk of 100 s."""
    return person(after_s, **{"is_contact": True, "urgency": GREEN, "talk_s": 100.0, **columns})


def red(after_s: float = 0.0, **columns: Any) -> Patients:
    """Return a red caller of 116117: talk 300 s, conference 40, interview 60, notes 30."""
    usual = {"is_contact": True, "urgency": RED, "place": CENTRE}
    said = {"talk_s": 300.0, "conference_s": 40.0, "interview_113_s": 60.0, "after_call_s": 30.0}
    return person(after_s, **{**usual, **said, **columns})


# -- picking up ------------------------------------------------------------------------------------


def test_who_is_free_picks_up_a_little_later_and_is_taken_meanwhile() -> None:
    record = meets(world(control_rooms=PICKS_UP), advised(), advised(2.0))
    assert calls(record) == [(0, 0, 8, None), (2, 108, 116, None)]
    assert work(record, TALK) == [("lvs", 0, 108, 0), ("lvs", 108, 216, 1)]
    assert times(record.courses.ended_s) == [108, 216]


def test_each_number_has_its_own_time_and_colleagues_wait_for_it_too() -> None:
    """The nurse rings AMK, which picks up after 5 s; the conference begins then."""
    record = meets(world(control_rooms=PICKS_UP), red(line=LINE_HEALTH))
    assert calls(record) == [(0, 0, 8, None), (308, 308, 313, None)]
    assert times(record.courses.requested_s) == [313 + 40]
    assert work(record, CONFERENCE) == [("lvs", 0, 313 + 40 + 30, 0)]


def test_patience_runs_until_the_phone_is_picked_up_and_frees_the_operator_then() -> None:
    record = meets(world(control_rooms=PICKS_UP), advised(patience_1_s=6.0), advised(1.0))
    assert calls(record) == [(0, 0, None, 6), (1, 6, 14, None)]
    assert record.courses.outcome.tolist() == [LOST, ADVICE]
    assert record.calls.answered_by.tolist() == [-1, 0]


def test_who_stays_as_long_as_it_takes_is_answered() -> None:
    record = meets(world(control_rooms=PICKS_UP), advised(patience_1_s=8.0))
    assert calls(record) == [(0, 0, 8, None)]


def test_what_is_picked_up_takes_no_event_of_its_own() -> None:
    people = [advised(60.0 * n) for n in range(20)]
    with_it = meets(world(control_rooms=PICKS_UP), *people)
    assert with_it.events == meets(world(), *people).events


def test_a_pick_up_of_nothing_is_none_but_for_a_tick() -> None:
    """Not in use, the record is the same to the last bit; and it hangs on the patient's uniform."""
    people = small.world().sample(3)
    usual = small.world().meets(people)
    again = small.changed(people, u_pick_up=people.u_pick_up[::-1].copy())
    assert small.same(usual.calls, small.world().meets(again).calls)
    assert np.array_equal(usual.calls.found_s, usual.calls.answered_s, equal_nan=True)


def test_the_same_callers_of_113_are_answered_in_time_less_often_by_who_is_slower() -> None:
    people = small.world().sample(4)
    shares = []
    for pick_up_s in (2.0, 9.0, 11.0):
        room = {"amk": {"pick_up_s": takes(pick_up_s)}}
        seen = small.world(small.organisation({"control_rooms": room}))
        found = answered_113_within_10_s(seen.observed(people, seen.meets(people)))
        shares.append(small.values(found)["all"][0])
    assert shares[0] >= shares[1] > shares[2] == 0


@pytest.mark.parametrize("operators", [1, 2, 3])
def test_the_answer_times_are_those_of_an_independent_recursion(operators: int) -> None:
    """First come first served by hand (Kiefer and Wolfowitz): pick-up and talk hold an operator."""
    rng = np.random.default_rng(operators)
    at = np.cumsum(rng.exponential(120.0 / operators, 2000)).round(1)
    talk_s, u = rng.exponential(90.0, 2000).round(1) + 0.1, rng.random(2000)
    pick_up = {"lognormal": {"median": 7.0, "sigma": 0.5}, **small.MADE_UP}
    room = {"pick_up_s": pick_up, "operators": {"always": small.staff(operators)}}
    there = world(control_rooms={"lvs": room})
    people = small.people((at + START).tolist(), talk_s=talk_s, u_pick_up=u)
    record = there.meets(people)
    assert there.plan.organisation.control_rooms["lvs"].pick_up_s is not None
    picks_up_s = view_patients(there.plan, people).optional.pick_up_s[0]
    free = [0.0] * operators
    expected = []
    for rang_s, ringing_s, spoken_s in zip(people.time_s, picks_up_s, people.talk_s, strict=True):
        found_s = max(rang_s, heappop(free))
        expected.append(found_s + ringing_s - rang_s)
        heappush(free, found_s + ringing_s + spoken_s)
    assert np.array_equal(record.calls.answered_s - record.calls.rang_s, expected)
    assert np.mean(np.array(expected) > 10) > 0.3


# -- the menu --------------------------------------------------------------------------------------


def menu(counts: float) -> small.World:
    where = small.region({"patience": {"menu_counts": number(counts)}})
    return world(where, control_rooms={"lvs": {"menu_s": {"value": 30.0}}})


def test_patience_runs_in_the_menu_and_who_leaves_there_never_rang() -> None:
    record = meets(menu(1.0), advised(patience_1_s=20.0), advised(500.0))
    assert calls(record)[0][0] == 530 and len(record.calls.patient) == 1
    assert record.courses.left_in_menu.tolist() == [1, 0]
    assert record.courses.outcome.tolist() == [LOST, ADVICE]
    assert times(record.courses.ended_s)[0] == 20


def test_what_the_menu_counts_for_is_taken_from_the_wait_for_an_operator() -> None:
    busy = advised(talk_s=7200.0)
    for counts, left_s in ((0.0, 5 + 30 + 50), (0.5, 5 + 30 + 35), (1.0, 5 + 30 + 20)):
        record = meets(menu(counts), busy, advised(5.0, patience_1_s=50.0))
        assert calls(record)[1][3] == left_s


def test_colleagues_hear_no_menu() -> None:
    record = meets(menu(1.0), advised(patience_1_s=20.0, line=LINE_HEALTH))
    assert record.courses.left_in_menu.tolist() == [0] and calls(record)[0][2] == 0


# -- 113 rings back --------------------------------------------------------------------------------


def lost_at_113(after_s: float = 0.0, **columns: Any) -> Patients:
    usual = {"line": LINE_113, "is_contact": True, "patience_113_s": 10.0, "talk_113_s": 50.0}
    return person(after_s, **{**usual, **columns})


def test_113_rings_back_who_hung_up_when_nobody_else_rings() -> None:
    room = world(control_rooms={"amk": {"rings_back": RINGS_BACK}})
    busy, later = (lost_at_113(t, patience_113_s=9e9, talk_113_s=100.0) for t in (0.0, 50.0))
    record = meets(room, busy, lost_at_113(5.0, u_reached=0.5), later)
    assert calls(record) == [(0, 0, 0, None), (5, 200, 220, 15), (50, 100, 100, None)]
    assert record.calls.called_back.tolist() == [False, True, False]
    assert record.courses.outcome.tolist() == [ADVICE, ADVICE, ADVICE]
    assert times(record.courses.ended_s)[1] == 220 + 50


def test_who_is_not_reached_stays_lost() -> None:
    room = world(control_rooms={"amk": {"rings_back": RINGS_BACK}})
    busy = lost_at_113(patience_113_s=9e9, talk_113_s=100.0)
    record = meets(room, busy, lost_at_113(5.0, u_reached=0.1))
    assert record.courses.outcome.tolist() == [ADVICE, LOST]
    assert calls(record)[1][2:] == (None, 15) and not record.calls.called_back[1]
    assert work(record, TALK)[1] == ("amk", 100, 120, 1)


# -- red recognised --------------------------------------------------------------------------------

RECOGNISED = {"care": {"recognise_red_s": takes(90)}}


def test_a_call_judged_red_goes_to_113_when_recognised_and_the_rest_comes_after() -> None:
    """Recognised at 90 s, conference until 130; then the other 210 s of her talk, and notes."""
    record = meets(world(small.region(RECOGNISED)), red())
    assert times(record.courses.notified_s) == [90]
    assert times(record.courses.requested_s) == [130]
    assert work(record, CONFERENCE) == [("lvs", 0, 130 + 210 + 30, 0)]
    assert record.courses.outcome.tolist() == [AMBULANCE]


def test_recognition_takes_at_most_the_whole_talk_and_moves_nobody_elses() -> None:
    there = world(small.region(RECOGNISED))
    record = meets(there, red(talk_s=60.0), in_need("clinic", 3600.0, talk_s=300.0))
    assert times(record.courses.notified_s)[0] == 60
    assert work(record, CONFERENCE) == [("lvs", 0, 60 + 40 + 30, 0)]
    assert work(record, TALK)[-1][:3] == ("lvs", 3600, 3900)


def test_it_is_the_judgement_that_counts_not_the_truth() -> None:
    """Red judged yellow is talked to the end; yellow judged red is put through at once."""
    rates = {"under": number(0.2), "over": number(0.2), "hard_share": number(0.0)}
    there = world(small.region({**RECOGNISED, "misjudged": rates}))
    too_low, too_high = red(u_misjudged=0.01, u_need=0.5), red(7200.0, urgency=1, u_misjudged=0.99)
    record = meets(there, too_low, too_high)
    assert record.courses.judged.tolist() == [1, 0]
    assert times(record.courses.notified_s)[1] == 7200 + 90
    assert work(record, TALK)[0][:3] == ("lvs", 0, 330)


def test_the_nurse_is_busy_as_long_as_before_and_red_is_sent_sooner_for_the_same_people() -> None:
    """Not one operator gets a second more from it: the hours are those of the whole talk."""
    people = small.world().sample(5)
    slow, quick = (small.world(where=small.region(r)).meets(people) for r in ({}, RECOGNISED))
    red_ones = (slow.courses.judged == RED) & (people.line != LINE_113)
    slow_s, quick_s = ((r.courses.notified_s - people.time_s)[red_ones] for r in (slow, quick))
    both = ~np.isnan(slow_s) & ~np.isnan(quick_s)
    assert both.sum() > 10 and np.median(quick_s[both]) < np.median(slow_s[both]) - 60


def test_one_operator_with_pick_up_answers_as_theory_says() -> None:
    """M/G/1: picking up is in the service; who finds her free is answered when she has picked up.

    Share within the pick-up 1 - rho, mean by Pollaczek and Khinchine. 24 runs, t-intervals that
    fail one time in a thousand each.
    """
    talk_s, pick_up_s, apart_s = 92.0, 8.0, 160.0
    service_s = talk_s + pick_up_s
    there = world(control_rooms={"lvs": {"pick_up_s": takes(pick_up_s)}})
    expected_s = pollaczek_khinchine(3600 / apart_s, service_s, talk_s / service_s).wait_mean_s
    waits = [_answer_times_s(there, seed, apart_s, talk_s) for seed in range(24)]
    for found, truth in (
        ([np.mean(each <= pick_up_s) for each in waits], 1 - service_s / apart_s),
        ([np.mean(each) for each in waits], expected_s + pick_up_s),
    ):
        interval = stats.ttest_1samp(found, truth).confidence_interval(0.999)
        assert interval.low < truth < interval.high
        assert interval.high - interval.low < 0.25 * truth


def _answer_times_s(there: small.World, seed: int, apart_s: float, talk_s: float) -> Any:
    """Return the answer times of 3,600 callers, after 400 who find an emptier line."""
    rng = np.random.default_rng(seed)
    at = START + np.cumsum(rng.exponential(apart_s, 4000))
    at, talks_s = to_ticks(at), to_ticks(rng.exponential(talk_s, 4000))
    record = there.meets(small.people(at.tolist(), talk_s=talks_s))
    return (record.calls.answered_s - record.calls.rang_s)[400:]


# -- two numbers -----------------------------------------------------------------------------------


def test_who_answers_two_numbers_talks_longer_and_others_do_not() -> None:
    trained = {"talk_factor": number(1.2), "year_nok": number(5e5)}
    there = world(small.region(RECOGNISED), control_rooms={"lvs": {"cross_training": trained}})
    record = meets(there, advised(), red(1000.0), lost_at_113(5000.0, patience_113_s=9e9))
    assert work(record, TALK)[0] == ("lvs", 0, 120, 0)
    assert times(record.courses.notified_s)[1] == pytest.approx(1000 + 1.2 * 90, abs=0.01)
    assert times(record.courses.ended_s)[2] == 5050


def test_113s_talk_is_longer_where_its_people_answer_two_numbers() -> None:
    trained = {"talk_factor": number(1.5), "year_nok": number(0)}
    there = world(control_rooms={"amk": {"cross_training": trained}})
    record = meets(there, lost_at_113(patience_113_s=9e9))
    assert times(record.courses.ended_s) == [75]


COSTS = load_organisation("namdal-today").value.model_dump(mode="json", by_alias=True)["costs"]


def test_training_for_two_numbers_is_paid_for() -> None:
    trained = {"talk_factor": number(1.0), "year_nok": number(5e5)}

    def cost(**rooms: Any) -> dict[str, float]:
        there = small.world(small.organisation({"control_rooms": rooms, "costs": COSTS}))
        rows = there.measured(there.sample(1))
        return {r.group: r.value for r in rows if r.indicator == "cost_nok_a_year"}

    without, with_it = cost(), cost(lvs={"cross_training": trained})
    assert with_it["all"] - without["all"] == pytest.approx(5e5)
    assert with_it["training"] == 5e5 and without["training"] == 0
