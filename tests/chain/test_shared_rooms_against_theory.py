"""Rooms that share, beds and doctors against exact queueing theory, as with a single room.

Poisson arrivals and exponential work go through `simulate`. Each exact value must lie in the 99.9 %
interval over replications; with fixed seeds the tests give the same answer every time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.sparse import lil_array
from scipy.sparse.linalg import spsolve

from akuttsim.records import (
    BUSY,
    GREEN,
    LINE_113,
    LINE_116117,
    LINE_ALARM,
    LINE_HEALTH,
    RED,
    TOO_FAR,
    WENT_OUT,
    YELLOW,
    Patients,
    Record,
)
from akuttsim.theory.erlang import delay_queue, erlang_b
from akuttsim.theory.priority_queues import waits_by_class_mmc
from akuttsim.units import DAY_S
from tests import small
from tests.chain.by_hand import NEEDS, UPPER, room, shares, sourced, takes, world
from tests.chain.test_against_queueing_theory import (
    DAYS,
    REPLICATIONS,
    TALK_S,
    WITHIN_S,
    callers,
    covers,
    measured,
)
from tests.chain.test_alarms import CLOSED, region
from tests.nightly import at_least_one_by_day

SEEDS = range(REPLICATIONS)
Meets = Callable[[int], Record]


def staffed(count: int) -> dict[str, Any]:
    return {"operators": {"always": small.staff(count)}}


def from_both(per_h: float, of_valley: float, seed: int) -> Patients:
    """Return callers of whom so large a share live in the valley, the rest in town."""
    patients = callers(per_h, seed)
    valley = np.random.default_rng(seed + 1).random(len(patients)) < of_valley
    return small.changed(patients, place=np.where(valley, UPPER, 0).astype(np.int32))


def is_one_queue(meets: Meets, per_h: float, operators: int) -> None:
    """Hold share who wait, mean wait and share answered in time against Erlang C."""
    exact = delay_queue(per_h, TALK_S, operators, WITHIN_S)
    waits = [measured(meets(seed))[0] for seed in SEEDS]
    covers([float(np.mean(w > 0)) for w in waits], exact.wait_probability, "share who wait")
    covers([float(np.mean(w)) for w in waits], exact.wait_mean_s, "mean wait")
    within = [float(np.mean(w <= WITHIN_S)) for w in waits]
    covers(within, exact.answered_within, "answered within")


AT_ONCE = {"queue_longer_than": sourced(value=0)}


@pytest.mark.parametrize(("town", "valley", "of_valley"), [(1, 1, 0.5), (1, 2, 0.2)])
def test_two_rooms_that_overflow_to_each_other_at_once_are_one(
    town: int, valley: int, of_valley: float
) -> None:
    """Also where one of them alone has more calls than it could ever answer."""
    lvs = {"municipalities": ["town"], "overflow": {"to": "next", **AT_ONCE}, **staffed(town)}
    other = room("upper", "island", on_duty=valley, overflow={"to": "lvs", **AT_ONCE})
    at, per_h = world(control_rooms={"lvs": lvs, "next": other}), 8.5 * (town + valley)
    is_one_queue(
        lambda seed: at.meets(from_both(per_h, of_valley, 100 + seed)), per_h, town + valley
    )


def test_overflow_to_a_room_without_calls_of_its_own_is_one_queue_for_both() -> None:
    lvs = {"municipalities": ["town", "upper"], "overflow": {"to": "next", **AT_ONCE}}
    at = world(control_rooms={"lvs": lvs, "next": room("island", on_duty=2)})
    is_one_queue(lambda seed: at.meets(callers(25.0, 200 + seed)), 25.0, 3)


def test_a_back_up_for_a_room_that_is_always_down_meets_the_calls_of_both() -> None:
    always = {"days": "daily", "hours": "00:00-24:00"}
    lvs = {"municipalities": ["town"], "down": {"always": always}, "back_up": "next"}
    at = world(control_rooms={"lvs": lvs, "next": room("upper", "island", on_duty=2)})
    is_one_queue(lambda seed: at.meets(from_both(17.0, 0.5, 300 + seed)), 17.0, 2)


def from_outside(per_h: float, share: float, seed: int) -> Patients:
    """Return callers of whom so large a share belong to the neighbour district."""
    patients = callers(per_h, seed)
    theirs = np.random.default_rng(seed + 1).random(len(patients)) < share
    place = np.where(theirs, -1, 0).astype(np.int32)
    return small.changed(patients, place=place, outside=np.where(theirs, 0, -1).astype(np.int8))


@pytest.mark.nightly
@pytest.mark.parametrize(("operators", "per_h"), at_least_one_by_day([(2, 16.0), (3, 25.0)]))
def test_a_regional_room_is_one_queue_for_both_districts(operators: int, per_h: float) -> None:
    """Three in four calls come from the neighbour, as from Innherred and Stjørdal."""
    at = world(control_rooms={"lvs": {"outside": ["neighbour"], **staffed(operators)}})
    is_one_queue(lambda seed: at.meets(from_outside(per_h, 0.73, 1100 + seed)), per_h, operators)


def test_each_district_of_a_regional_room_is_answered_as_the_other() -> None:
    """Whoever calls meets the same queue: each district's share in time is Erlang C's."""
    at = world(control_rooms={"lvs": {"outside": ["neighbour"], **staffed(2)}})
    exact = delay_queue(16.0, TALK_S, 2, WITHIN_S).answered_within
    shares_in_time: tuple[list[float], list[float]] = ([], [])
    for seed in SEEDS:
        patients = from_outside(16.0, 0.73, 1200 + seed)
        waits, _, patient = measured(at.meets(patients))
        theirs = patients.place[patient] < 0
        for mine, found in zip((~theirs, theirs), shares_in_time, strict=True):
            found.append(float(np.mean(waits[mine] <= WITHIN_S)))
    covers(shares_in_time[0], exact, "own callers answered within")
    covers(shares_in_time[1], exact, "neighbours answered within")


def test_where_another_room_answers_the_neighbours_our_own_are_alone_in_the_queue() -> None:
    at = world(control_rooms={"lvs": staffed(1)})
    is_one_queue(lambda seed: at.meets(from_outside(24.0, 0.75, 1300 + seed)), 6.0, 1)


def test_a_response_centre_answers_as_erlang_c_says() -> None:
    served = ("town", "upper", "island")
    at = world(region(), control_rooms={"centre": room(*served, number="alarm", on_duty=2)})

    def meets(seed: int) -> Record:
        patients = callers(16.0, 400 + seed, line=LINE_ALARM, u_alarm=CLOSED)
        return at.meets(small.changed(patients, alarm_talk_s=patients.talk_s))

    is_one_queue(meets, 16.0, 2)


def of_two_numbers(per_h: tuple[float, float], seed: int) -> Patients:
    """Return callers of 113 and of 116117 whose talk has the same mean."""
    patients = callers(sum(per_h), seed)
    first = np.random.default_rng(seed + 1).random(len(patients)) < per_h[0] / sum(per_h)
    line = np.where(first, LINE_113, LINE_116117).astype(np.int8)
    return small.changed(patients, line=line, talk_113_s=patients.talk_s)


def waits_by_line(record: Record) -> tuple[float, float]:
    """Return the mean wait of 113 and of 116117."""
    waits, _, patient = measured(record)
    line = record.calls.line[np.searchsorted(record.calls.patient, patient)]
    return float(np.mean(waits[line == LINE_113])), float(np.mean(waits[line == LINE_116117]))


def shared(operators: int, keeps_free: int) -> small.World:
    lvs = {"operators": None, "operators_of": "amk", "keeps_free": sourced(value=keeps_free)}
    return world(control_rooms={"lvs": lvs, "amk": staffed(operators)})


@pytest.mark.parametrize(("operators", "per_h"), [(1, (3.0, 4.0)), (3, (12.0, 18.0))])
def test_shared_operators_give_113_the_priority_that_cobham_says(
    operators: int, per_h: tuple[float, float]
) -> None:
    at, exact = shared(operators, 0), waits_by_class_mmc(per_h, TALK_S, operators)
    means = [waits_by_line(at.meets(of_two_numbers(per_h, 500 + 10 * s))) for s in SEEDS]
    covers([first for first, _ in means], float(exact[0]), "mean wait at 113")
    covers([second for _, second in means], float(exact[1]), "mean wait at 116117")


State = tuple[int, int, int]


def states(operators: int, kept: int, most: tuple[int, int]) -> list[State]:
    """Return all (busy, waiting for 113, waiting for 116117), with so many waiting at most."""
    return [
        (busy, first, second)
        for busy in range(operators + 1)
        for first in range(most[0] + 1 if busy == operators else 1)
        for second in range(most[1] + 1 if busy >= operators - kept else 1)
    ]


def steps(state: State, rates: tuple[float, float], operators: int, kept: int) -> Any:
    """Yield where a state goes next and how often in a mean talk."""
    busy, first, second = state
    yield ((busy + 1, 0, second) if busy < operators else (busy, first + 1, second)), rates[0]
    spared = busy < operators - kept
    yield ((busy + 1, 0, 0) if spared else (busy, first, second + 1)), rates[1]
    if first:
        yield (busy, first - 1, second), busy
    elif second and busy <= operators - kept:
        yield (busy, 0, second - 1), busy
    elif busy:
        yield (busy - 1, 0, second), busy


def waits_with_reservation(
    per_h: tuple[float, float], operators: int, kept: int
) -> tuple[float, float]:
    """Return the exact mean waits where so many operators are kept free for the first class.

    The stationary chain, solved; the longest queues it knows are never reached in practice.
    """
    rates = (per_h[0] * TALK_S / 3600, per_h[1] * TALK_S / 3600)
    index = {state: n for n, state in enumerate(states(operators, kept, (40, 250)))}
    flow = lil_array((len(index), len(index)))
    for state, n in index.items():
        for after, rate in steps(state, rates, operators, kept):
            if after in index:
                flow[index[after], n] += rate
                flow[n, n] -= rate
    flow[0, :] = 1.0
    right = np.zeros(len(index))
    right[0] = 1.0
    stationary = spsolve(flow.tocsc(), right)
    waiting = np.array([state[1:] for state in index]).T @ stationary
    return float(waiting[0] / rates[0] * TALK_S), float(waiting[1] / rates[1] * TALK_S)


@pytest.mark.parametrize(("operators", "per_h"), [(1, (3.0, 4.0)), (3, (12.0, 18.0))])
def test_the_chain_that_keeps_nobody_free_is_cobham(
    operators: int, per_h: tuple[float, float]
) -> None:
    exact = waits_by_class_mmc(per_h, TALK_S, operators)
    assert waits_with_reservation(per_h, operators, 0) == pytest.approx(exact, rel=1e-6)


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("operators", "kept", "per_h"),
    at_least_one_by_day([(2, 1, (4.0, 6.0)), (3, 1, (6.0, 14.0)), (4, 2, (20.0, 6.0))], 2),
)
def test_operators_kept_free_for_113_are_as_the_exact_chain_says(
    operators: int, kept: int, per_h: tuple[float, float]
) -> None:
    exact = waits_with_reservation(per_h, operators, kept)
    assert exact[0] < 0.9 * waits_by_class_mmc(per_h, TALK_S, operators)[0], "it makes a difference"
    at = shared(operators, kept)
    means = [waits_by_line(at.meets(of_two_numbers(per_h, 600 + 10 * s))) for s in SEEDS]
    covers([first for first, _ in means], exact[0], "mean wait at 113")
    covers([second for _, second in means], exact[1], "mean wait at 116117")


@pytest.mark.parametrize(("operators", "per_h"), [(1, 8.0), (3, 30.0)])
def test_callers_without_patience_are_lost_as_erlang_b_says(operators: int, per_h: float) -> None:
    at = world(control_rooms={"lvs": staffed(operators)})
    lost = []
    for seed in SEEDS:
        _, left, _ = measured(at.meets(callers(per_h, 700 + seed, patience_1_s=0.0)))
        lost.append(float(np.mean(left)))
    covers(lost, erlang_b(per_h * TALK_S / 3600, operators), "share lost")


def red_incidents(per_h: float, seed: int) -> Patients:
    """Return red calls to which the doctor goes if free: no drive, exponential time there."""
    calls = {"line": LINE_113, "is_contact": True, "urgency": RED, "u_need_113": 0.0}
    goes = {"u_doctor_alerted": 0.0, "u_doctor_goes": 0.0, "u_mobilisation": 0.5}
    patients = callers(per_h, seed, **calls, **goes, u_conveyed=0.0)
    return small.changed(patients, doctor_on_scene_s=patients.talk_s, talk_s=0 * patients.talk_s)


@pytest.mark.nightly
@pytest.mark.parametrize(("doctors", "per_h"), at_least_one_by_day([(1, 6.0), (2, 20.0)]))
def test_a_doctor_who_is_out_already_is_missed_as_erlang_b_says(doctors: int, per_h: float) -> None:
    always = [("00:00-24:00", "station")]
    crews = small.crews(**{f"town_{n}": small.crew("hospital", *always) for n in range(12)})
    team = {"on_duty": {"always": small.staff(doctors)}}
    at = world(doctors={"duty-doctor": team}, **crews)
    missed = []
    for seed in SEEDS:
        record = at.meets(red_incidents(per_h, 800 + seed))
        start, end = record.measured
        asked = (record.courses.notified_s >= start) & (record.courses.notified_s < end)
        became = record.courses.doctor_call_out[asked]
        assert set(became.tolist()) == {BUSY, WENT_OUT} and TOO_FAR not in became
        missed.append(float(np.mean(became == BUSY)))
    covers(missed, erlang_b(per_h * TALK_S / 3600, doctors), "share missed")


@pytest.mark.parametrize(("beds", "per_h"), [(1, 1.0), (3, 4.0)])
def test_observation_beds_are_full_as_erlang_b_says(beds: int, per_h: float) -> None:
    """Half are to be observed for an hour in the mean; doctor and nurse take no time."""
    stay = sourced(exponential={"mean": 60.0})
    observation = {"share": shares(0, 0, 0.5), "stay_min": stay, "result_min": takes(0)}
    legevakt = {"care": ["observation"], "observation_beds": sourced(value=beds)}
    at = world(clinic_care={"observation": observation}, clinics={"legevakt": legevakt})
    full = []
    for seed in SEEDS:
        arrives = callers(2 * per_h, 900 + seed, is_contact=True, u_need=NEEDS["clinic"])
        draw = np.random.default_rng(950 + seed)
        uniforms = {
            name: draw.random(len(arrives)) for name in ("u_observed", "u_observation_time")
        }
        patients = small.changed(arrives, talk_s=0 * arrives.talk_s, **uniforms)
        record = at.meets(patients)
        start, end = record.measured
        mine = (patients.u_observed < 0.5) & (patients.time_s >= start) & (patients.time_s < end)
        full.append(float(np.mean(np.isnan(record.courses.bed_s[mine]))))
    covers(full, erlang_b(per_h, beds), "share who find no bed")


@pytest.mark.parametrize("doctors", [1, 2])
def test_who_asks_for_the_doctor_waits_by_urgency_as_cobham_says(doctors: int) -> None:
    """Rung up by the doctor: yellow before green, each in turn, nobody interrupted."""
    per_h = (3.0 * doctors, 6.0 * doctors)
    exact = waits_by_class_mmc(per_h, TALK_S, doctors)
    at = world(doctors={"duty-doctor": {"on_duty": {"always": small.staff(doctors)}}})
    means: dict[int, list[float]] = {YELLOW: [], GREEN: []}
    for seed in SEEDS:
        patients = callers(sum(per_h), 1000 + seed, is_contact=True, line=LINE_HEALTH)
        first = np.random.default_rng(1050 + seed).random(len(patients)) < per_h[0] / sum(per_h)
        urgency = np.where(first, YELLOW, GREEN).astype(np.int8)
        need = np.where(first, 0.9, NEEDS["doctor_phone"])
        asked = small.changed(patients, urgency=urgency, u_need=need, talk_s=0 * patients.talk_s,
                              doctor_phone_s=patients.talk_s)  # fmt: skip
        courses = at.meets(asked).courses
        mine = (patients.time_s >= DAY_S) & (patients.time_s < (DAYS - 1) * DAY_S)
        waits = courses.doctor_s - courses.doctor_asked_s
        for level, values in means.items():
            values.append(float(np.mean(waits[mine & (urgency == level)])))
    covers(means[YELLOW], float(exact[0]), "mean wait of yellow")
    covers(means[GREEN], float(exact[1]), "mean wait of green")
