"""A second crew to red: by hand, as an exact chain of states says, and against the same people."""

from __future__ import annotations

from typing import Any

import numpy as np

from akuttsim.indicators.ambulance import second_crews_a_week
from akuttsim.records import LINE_113, MISSION, RED, TO_ASSIST, WITH_PATIENT, Patients, Record
from akuttsim.statistics.intervals import t_interval
from tests import small
from tests.chain import test_going_out_moves_the_right_way as moves
from tests.chain.by_hand import (
    CENTRE,
    CROSS,
    HOSPITAL,
    conveyed,
    crew,
    fleet,
    incident,
    meets,
    number,
    times,
    work,
)
from tests.chain.test_against_queueing_theory import REPLICATIONS, TALK_S, callers, covers
from tests.chain.test_going_out_against_theory import AT_ONCE, measured

TOWN, VALLEY = crew("hospital"), crew("upper")
WANTED = {"u_crew_video": 0.0}


def sends(*crews: Any, within_min: float = 60, share: float = 1.0, **rule: Any) -> small.World:
    second = {"share": number(share), "within_min": number(within_min), **rule}
    return fleet(*crews, dispatch={"second_crew": second})


def out(record: Record) -> list[tuple[str, Any, Any]]:
    """Return each crew's work: where it belongs, from when to when."""
    return [(where, start, end) for where, start, end, _ in work(record, MISSION)]


def test_both_help_until_the_patient_leaves_and_the_first_takes_the_patient_along() -> None:
    """From town after 912 s, from the valley after 1590; the first leaves at 912 + 1200."""
    record = meets(sends(TOWN, VALLEY), conveyed(CROSS, **{**WANTED, "on_scene_s": 1200.0}))
    trips = record.trips
    assert times(trips.arrived_s[trips.kind == TO_ASSIST]) == [90 + 1500]
    assert times(record.courses.left_scene_s) == [912 + 1200]
    ends = sorted(end for _, _, end in out(record))
    assert ends == [2112, 2112 + 822 + 600], "the second is free at the scene"
    assert (trips.kind == WITH_PATIENT).sum() == 1


def test_the_second_turns_back_when_the_patient_leaves_before_it_comes() -> None:
    record = meets(sends(TOWN, VALLEY), incident(CROSS, **WANTED))
    trips = record.trips
    assert not trips.completed[trips.kind == TO_ASSIST].any()
    assert sorted(end for _, _, end in out(record)) == [1512, 1512]


def test_no_second_crew_for_others_too_far_away_or_where_there_is_only_one() -> None:
    for world, patient in (
        (sends(TOWN, VALLEY, within_min=20), incident(CROSS, **WANTED)),
        (sends(TOWN, VALLEY, share=0.5), incident(CROSS, u_crew_video=0.6)),
        (sends(TOWN), incident(CROSS, **WANTED)),
    ):
        assert len(out(meets(world, patient))) == 1


def test_causes_are_of_those_who_have_the_condition() -> None:
    outcomes = small.region({"outcomes": small.outcomes()})
    rule = {"share": number(1.0), "within_min": number(60), "causes": ["arrest"]}
    world = fleet(TOWN, TOWN, where=outcomes, dispatch={"second_crew": rule})
    people = [
        incident(CENTRE, at_s, **WANTED, u_condition=u) for at_s, u in ((0, 0.0), (9e3, 0.9999))
    ]
    record = meets(world, *people)
    assert record.trips.patient[record.trips.kind == TO_ASSIST].tolist() == [0]


def share_that_finds_nobody_out(per_h: float) -> float:
    """Return the exact share of patients who find both of two crews free.

    States are those with nobody; with one patient and both crews, and some who wait; with two
    patients, and some who wait; with one patient and one crew. Who waits gets one crew alone.
    """
    most, arrive, done = 40, per_h / 3600, 1 / TALK_S
    nobody, both, two, one = 0, 1, 1 + most, 1 + 2 * most
    rates = np.zeros((2 + 2 * most, 2 + 2 * most))
    rates[nobody, both] = rates[one, two] = arrive
    rates[one, nobody] = rates[both, nobody] = rates[both + 1, one] = done
    rates[two, one] = 2 * done
    for wait in range(1, most):
        rates[both + wait - 1, both + wait] = rates[two + wait - 1, two + wait] = arrive
        rates[two + wait, two + wait - 1] = 2 * done
        if wait >= 2:
            rates[both + wait, two + wait - 2] = done
    np.fill_diagonal(rates, -rates.sum(axis=1))
    equations = np.vstack([rates.T, np.ones(len(rates))])
    stationary = np.linalg.lstsq(equations, np.append(np.zeros(len(rates)), 1.0), rcond=None)[0]
    return float(stationary[nobody])


def test_a_second_crew_comes_as_often_as_the_exact_chain_says() -> None:
    """Two crews; each red patient at the hospital gets both if both are free."""
    per_h, rule = 6.0, {"share": number(1.0), "within_min": number(60)}
    at, second = fleet(TOWN, TOWN, mobilisation=AT_ONCE, dispatch={"second_crew": rule}), []
    for seed in range(REPLICATIONS):
        red = callers(per_h, 3100 + seed, place=HOSPITAL, line=LINE_113, is_contact=True,
                      urgency=RED, u_need_113=0.0, u_conveyed=0.0, **WANTED)  # fmt: skip
        patients = small.changed(red, on_scene_s=red.talk_s, talk_s=0 * red.talk_s)
        trips = at.meets(patients).trips
        had = np.isin(np.arange(len(patients)), trips.patient[trips.kind == TO_ASSIST])
        second.append(float(np.mean(measured(patients, had)[0])))
    covers(second, share_that_finds_nobody_out(per_h), "share with a second crew")


def share_without_crew(_: Patients, record: Record) -> float:
    """Return the share of those less urgent than red who wait for a crew for minutes."""
    courses = record.courses
    waits_s = (courses.alerted_s - courses.requested_s)[courses.judged > RED]
    return float(np.mean(waits_s[~np.isnan(waits_s)] > 200))


def test_second_crews_cost_others_time_and_nobody_is_lost() -> None:
    """On the same people who is less urgent waits longer for a crew; all end as before."""
    rule = {"dispatch": {"second_crew": {"share": number(1.0), "within_min": number(60)}}}
    without, with_it = moves.fleet(), moves.fleet(**rule)
    longer, more = [], []
    for replication in range(8):
        patients = moves.people(replication)
        was, now = without.meets(patients), with_it.meets(patients)
        each = [~np.isnan(record.courses.ended_s) for record in (was, now)]
        assert np.array_equal(*each)
        waits = [share_without_crew(patients, record) for record in (was, now)]
        longer.append(waits[1] - waits[0])
        more.append(moves.hours_at_work(patients, now) - moves.hours_at_work(patients, was))
    for values in (longer, more):
        assert t_interval(np.array(values), 0.999).low > 0, values


def test_second_crews_are_counted_by_whether_they_came_in_time() -> None:
    world = sends(TOWN, VALLEY)
    people = small.concatenated(
        conveyed(CROSS, **{**WANTED, "on_scene_s": 1200.0}), incident(CROSS, 9e3, **WANTED)
    )
    run = world.observed(people, world.meets(people))
    assert small.values(second_crews_a_week(run))["all"][1] == 2
    came = small.values(second_crews_a_week(run), "came")
    assert came["at the patient"][1] == came["too late"][1] == 1


PARAMEDIC = crew("upper", skills=["paramedic"])


def assists(record: Record) -> int:
    return int((record.trips.kind == TO_ASSIST).sum())


def test_a_paramedic_is_sent_where_the_first_crew_has_none() -> None:
    """The nearest of all is sent first; the second is the one with a paramedic, farther away."""
    there = sends(TOWN, TOWN, PARAMEDIC, skill="paramedic")
    record = meets(there, conveyed(CROSS, **{**WANTED, "on_scene_s": 1200.0}))
    trips = record.trips
    assert times(trips.arrived_s[trips.kind == TO_ASSIST]) == [90 + 1500]


def test_nobody_is_sent_for_a_paramedic_who_is_there_or_nowhere() -> None:
    red = conveyed(CROSS, **{**WANTED, "on_scene_s": 1200.0})
    with_one = crew("hospital", skills=["paramedic", "nurse"])
    assert assists(meets(sends(with_one, PARAMEDIC, skill="paramedic"), red)) == 0
    assert assists(meets(sends(TOWN, VALLEY, skill="paramedic"), red)) == 0
    assert assists(meets(sends(TOWN, PARAMEDIC, skill="nurse"), red)) == 0


def test_red_has_a_paramedic_by_the_first_crew_or_the_second() -> None:
    there = sends(TOWN, PARAMEDIC, skill="paramedic")
    people = conveyed(CROSS, **{**WANTED, "on_scene_s": 1200.0})
    rows = [row for row in there.measured(people) if row.indicator == "red_with_skilled_crew"]
    assert [(row.value, row.n) for row in rows if row.group_by == "all"] == [(1.0, 1)]
