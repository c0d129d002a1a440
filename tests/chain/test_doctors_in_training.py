"""Doctors in training who ask the one on call: by hand, and against the exact queue."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from akuttsim.records import CLINIC, CONSULTATION, GREEN, PHONE, WAY_IN, Patients
from akuttsim.theory.priority_queues import pollaczek_khinchine
from akuttsim.units import DAY_S
from tests import small
from tests.chain.by_hand import (
    CENTRE,
    NEEDS,
    in_need,
    meets,
    number,
    shares,
    takes,
    work,
    world,
)
from tests.chain.test_against_queueing_theory import REPLICATIONS, callers, covers

MIN = 60.0
ASKS, GOES_ON, COMES, STAYS = 0.3, 0.7, 0.1, 0.9


def in_training(asks: float = 0.5, comes: float = 0.2, hours: str = "00:00-24:00") -> small.World:
    """Return a doctor in training round the clock, and one on call who comes after ten minutes."""
    back_up: dict[str, Any] = {
        "on_call": {"always": small.staff(1, hours)},
        "comes_after_min": number(10),
        "training": {
            "asks": shares(asks, asks, asks),
            "talk_min": takes(6),
            "comes": number(comes),
        },
    }
    on_duty = {"always": {**small.staff(1), "in_training": True}}
    return world(doctors={"duty-doctor": {"back_up": back_up, "on_duty": on_duty}})


def ill(u_asks: float, u_comes: float = STAYS, after_s: float = 0.0) -> Patients:
    return in_need("clinic", after_s, place=CENTRE, consultation_s=20 * MIN,
                   u_doctor_alerted=u_asks, u_doctor_goes=u_comes)  # fmt: skip


def minutes(record: Any, *kinds: int) -> list[tuple[str, float]]:
    """Return whose work of some kinds took how many minutes, in order of time."""
    rows = sorted(work(record, *kinds), key=lambda row: row[1])
    return [(unit, (end - start) / MIN) for unit, start, end, _ in rows]


def test_the_doctor_asks_and_both_talk() -> None:
    record = meets(in_training(), ill(ASKS))
    assert [took for _, took in minutes(record, CONSULTATION)] == [20]
    assert [took for _, took in minutes(record, PHONE)] == [6, 6]
    assert record.courses.outcome.tolist() == [CLINIC]


def test_who_comes_in_examines_the_patient_who_waits_inside() -> None:
    """20 minutes, 6 on the phone, 10 until there, and 20 again."""
    record = meets(in_training(), ill(ASKS, COMES))
    assert [took for _, took in minutes(record, CONSULTATION)] == [20, 20]
    assert [took for _, took in minutes(record, WAY_IN)] == [10]
    inside_s = record.courses.left_clinic_s - record.courses.doctor_s
    assert inside_s.tolist() == [56 * MIN]


def test_the_doctor_goes_on_with_others_while_the_one_on_call_drives_in() -> None:
    record = meets(in_training(), ill(ASKS, COMES), ill(GOES_ON, after_s=MIN))
    waited = record.courses.doctor_s - record.courses.doctor_asked_s
    assert waited.tolist() == [0, 25 * MIN]


@pytest.mark.parametrize(
    ("patient", "there"),
    [(ill(GOES_ON), in_training()), (ill(ASKS), in_training(hours="00:00-06:00"))],
    ids=["not asked about", "nobody on call"],
)
def test_the_doctor_goes_on_alone(patient: Patients, there: small.World) -> None:
    record = meets(there, patient)
    assert minutes(record, PHONE) == []
    assert [took for _, took in minutes(record, CONSULTATION)] == [20]


def test_two_in_training_do_not_ask_one_at_the_same_time() -> None:
    """Who finds the one on call on the phone with a colleague goes on alone."""
    two = {"always": {**small.staff(2), "in_training": True}}
    there = in_training()
    doctors = there.plan.organisation.doctors["duty-doctor"].model_dump(mode="json")
    record = meets(
        world(doctors={"duty-doctor": {**doctors, "on_duty": two}}),
        ill(ASKS), ill(ASKS, after_s=MIN),
    )  # fmt: skip
    assert len(minutes(record, PHONE)) == 2


def test_asking_makes_some_consultations_longer() -> None:
    """Nobody else asks, so that the doctor is M/G/1: 4 minutes, and 6 more with every second."""
    there, means = in_training(asks=0.5, comes=0), []
    exact = pollaczek_khinchine(5.0, 7 * MIN, 3 / 7)
    for replication in range(REPLICATIONS):
        patients = callers(
            5.0, 70_000 + replication, is_contact=True, urgency=GREEN, place=CENTRE,
            u_need=NEEDS["clinic"], consultation_s=4 * MIN,
        )  # fmt: skip
        u = np.random.default_rng(71_000 + replication).random(len(patients))
        asking = small.changed(patients, u_doctor_alerted=u, talk_s=np.ones(len(patients)))
        courses = there.meets(asking).courses
        mine = np.flatnonzero((patients.time_s > DAY_S) & ~np.isnan(courses.doctor_s))
        means.append(float((courses.doctor_s - courses.doctor_asked_s)[mine].mean()))
    covers(means, exact.wait_mean_s, "mean wait for the doctor")
