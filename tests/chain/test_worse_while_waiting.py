"""Getting worse while one waits: by hand, against Erlang A, and moved by what makes people wait."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from akuttsim.records import (
    AMBULANCE,
    DOCTOR_PHONE,
    GREEN,
    LINE_113,
    RED,
    YELLOW,
    Patients,
    Record,
)
from akuttsim.theory.erlang import patience_queue
from akuttsim.units import DAY_S, to_ticks
from tests import small
from tests.chain.by_hand import (
    HOSPITAL,
    MIN,
    NEEDS,
    START,
    UPPER,
    in_need,
    meets,
    number,
    shares,
    times,
    world,
    worsening,
)
from tests.chain.test_against_queueing_theory import DAYS, REPLICATIONS, covers

HALF_AN_HOUR = 0.5
"""The share of those who wait whom the hour makes worse."""

AFTER_AN_HOUR, AFTER_20_MIN = 0.5, 1 - 0.5 ** (1 / 3)
"""Uniforms of those who get worse an hour, and twenty minutes, after they rang."""

NEVER, FOUND_OUT, MISSED = 1 - 1e-12, 0.0, 0.9
BY_HAND = {"talk_s": 120.0, "preparation_s": 300.0, "consultation_s": 3600.0, "nurse_s": 60.0,
           "doctor_phone_s": 3600.0, "u_recognised": FOUND_OUT}  # fmt: skip


@cache
def region(per_h: float = HALF_AN_HOUR) -> Any:
    """Return the district in which so many of those who wait get worse in an hour."""
    rule = {**worsening(2, 3, recognised=0.5, on_scene=0.0), "judged_too_low": shares(0, 0, 0)}
    waiting = {"while_waiting": {"yellow": number(per_h), "green": number(per_h)}}
    return small.region({"worsening": {**rule, **waiting}})


def contact(need: str, after_s: float = 0.0, **columns: Any) -> Patients:
    return in_need(need, after_s, **{**BY_HAND, "u_worsens": NEVER, **columns})


def two(need: str, **second: Any) -> tuple[Patients, Patients]:
    """Return one who keeps the doctor busy, and another ten minutes later."""
    return contact(need), contact(need, 10 * MIN, **second)


def test_who_waits_for_the_doctor_s_call_rings_again_and_is_judged_graver() -> None:
    """By hand: the doctor speaks for an hour from minute 2; the second rings at 10, is worse at 30,
    rings again, is yellow now, and is the first whom the doctor calls when free."""
    record = meets(world(region()), *two("doctor_phone", u_worsens=AFTER_20_MIN))
    worse = (10 + 20) * MIN
    assert times(record.courses.worse_waiting_s) == times(record.courses.again_s) == [None, worse]
    assert times(record.calls.rang_s) == [0, 10 * MIN, worse]
    assert record.courses.judged.tolist() == [GREEN, YELLOW]


def test_who_is_reached_in_time_does_not() -> None:
    record = meets(world(region()), *two("doctor_phone", u_worsens=AFTER_AN_HOUR))
    assert times(record.courses.worse_waiting_s) == [None, None]
    assert record.courses.outcome.tolist() == [DOCTOR_PHONE] * 2
    assert times(record.courses.doctor_s) == [2 * MIN, 62 * MIN]


def test_nobody_gets_worse_where_the_region_does_not_say_so() -> None:
    record = meets(world(), *two("doctor_phone", u_worsens=0.0))
    assert np.isnan(record.courses.worse_waiting_s).all()


def test_on_the_way_to_the_clinic_it_is_too_late_to_come() -> None:
    """Half an hour's drive, ready after 40 minutes, worse after an hour."""
    late = contact("clinic", place=UPPER, preparation_s=40 * MIN, u_worsens=AFTER_AN_HOUR)
    record = meets(world(region()), late)
    assert times(record.courses.worse_waiting_s) == [60 * MIN]
    assert times(record.calls.rang_s) == [0, 60 * MIN]
    assert record.courses.judged.tolist() == [YELLOW]


def waiting_room(u_recognised: float) -> Record:
    """Return the record of three in a waiting room; the third gets worse before the doctor comes.

    Consultations take an hour; they ring at 0, 10 and 20 minutes, and are there 8 minutes later.
    """
    last = contact("clinic", 20 * MIN, u_worsens=AFTER_20_MIN, u_recognised=u_recognised)
    return meets(world(region()), contact("clinic"), contact("clinic", 10 * MIN), last)


def test_in_the_waiting_room_who_is_seen_to_get_worse_goes_first() -> None:
    record = waiting_room(FOUND_OUT)
    assert times(record.courses.worse_waiting_s) == [None, None, 40 * MIN]
    first, second, third = times(record.courses.doctor_s)
    assert (third, second) == (first + 60 * MIN, first + 120 * MIN)
    assert np.isnan(record.courses.again_s).all(), "nobody rings from the waiting room"


def test_and_keeps_their_turn_where_nobody_sees_it() -> None:
    record = waiting_room(MISSED)
    assert times(record.courses.worse_waiting_s) == [None, None, 40 * MIN]
    first, second, third = times(record.courses.doctor_s)
    assert (second, third) == (first + 60 * MIN, first + 120 * MIN)


def test_a_mission_that_waits_for_a_crew_goes_before_others() -> None:
    """One crew, busy for hours; of two yellow who wait, the later one gets worse and is red."""
    yellow = {"is_contact": True, "urgency": YELLOW, "place": HOSPITAL, "line": LINE_113,
              "u_need_113": 0.0, "on_scene_s": 3 * 3600.0, "u_conveyed": 0.0,
              "u_recognised": FOUND_OUT}  # fmt: skip
    people = [
        small.people([START + n * MIN], u_worsens=u, **yellow)
        for n, u in enumerate((NEVER, NEVER, AFTER_AN_HOUR))
    ]
    where = world(region(), ambulances={"town-2": None, "upper-1": None})
    record = meets(where, *people)
    assert record.courses.outcome.tolist() == [AMBULANCE] * 3
    worse = times(record.courses.worse_waiting_s)
    assert worse[:2] == [None, None] and worse[2] == 62 * MIN
    first, second, third = record.courses.on_scene_s
    assert first < third < second


def doctor_line(per_h: float, talks_s: float, seed: int) -> Patients:
    """Return callers whom one doctor calls back, of exponential length, at a constant rate."""
    draw = np.random.default_rng(seed)
    count = draw.poisson(per_h * 24 * DAYS)
    when = to_ticks(np.sort(draw.random(count)) * DAYS * DAY_S)
    return small.people(
        when.tolist(), is_contact=True, urgency=GREEN, u_need=NEEDS["doctor_phone"], talk_s=0.0,
        doctor_phone_s=to_ticks(draw.exponential(talks_s, count)), u_worsens=draw.random(count),
        u_recognised=FOUND_OUT,
    )  # fmt: skip


def only_advice(where: Any) -> Any:
    """Return the district in which yellow gets advice, and leaves the doctor's line."""
    data = where.model_dump(mode="json", by_alias=True)
    ends = {"advice": 1.0, "doctor_phone": 0.0, "clinic": 0.0, "home_visit": 0.0, "ambulance": 0.0}
    data["care"]["needs"]["yellow"] |= ends
    return type(where).model_validate(data)


def test_erlang_a_tells_how_many_get_worse_before_the_doctor_rings() -> None:
    """One doctor who rings back, and patience that ends by getting worse: M/M/1+M."""
    per_h, talks_s, share = 5.0, 900.0, 0.4
    patience_s = -3600.0 / math.log(1 - share)
    exact = patience_queue(per_h, talks_s, 1, 600.0, patience_s)
    at = world(only_advice(region(share)), control_rooms={"lvs": {"operators": {
        "always": small.staff(30)}}})  # fmt: skip
    worse, waited = [], []
    for seed in range(REPLICATIONS):
        patients = doctor_line(per_h, talks_s, seed)
        record = at.meets(patients)
        first, end = record.measured
        mine = (patients.time_s >= first) & (patients.time_s < end)
        courses = record.courses
        worse.append(float((~np.isnan(courses.worse_waiting_s))[mine].mean()))
        waits = np.fmin(courses.doctor_s, courses.worse_waiting_s)[mine] - patients.time_s[mine]
        waited.append(float(waits.mean()))
    covers(worse, exact.abandoned, "share who get worse")
    covers(waited, exact.wait_mean_s, "mean wait")


def test_more_doctors_spare_it_to_the_same_people() -> None:
    three = {"doctors": {"duty-doctor": {"on_duty": {"always": small.staff(3)}}}}
    waiting = region().worsening.model_dump(mode="json", by_alias=True)
    busy = {"demand": {"contacts_per_person_year": {"value": 2.0}}, "worsening": waiting}
    worse = []
    for change in ({}, three):
        at = world(small.region(busy), **change)
        courses = at.meets(at.sample(3)).courses
        worse.append(int((~np.isnan(courses.worse_waiting_s)).sum()))
    assert 0 < worse[1] < worse[0]


def test_who_is_red_never_gets_worse_waiting() -> None:
    patients = small.people([START], is_contact=True, urgency=RED, u_worsens=0.0)
    assert np.isnan(world(region()).meets(patients).courses.worse_waiting_s).all()
