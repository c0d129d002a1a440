"""Who calls at all: use falls with the distance to the nearest open clinic with a doctor."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import small
from chain.by_hand import CENTRE, HOSPITAL, UPPER, number, world
from scipy import stats

from akuttsim.chain.presence import distance_km, present
from akuttsim.patients.decay import highest_factor
from akuttsim.records import (
    GREEN,
    LINE_113,
    LINE_ALARM,
    NOT_PRESENT,
    RED,
    Patients,
)

PER_KM = {"consultation": 0.0145, "home_visit": 0.01, "red": 0.005, "phone": 0.0}
REFERENCE_KM = 9.0
KM = {HOSPITAL: 0.0, CENTRE: 1.0, UPPER: 61.0}
"""By road to the hospital, where the legevakt is."""

IN_NEED_OF = {
    "consultation": {"u_need": 0.3},
    "home_visit": {"u_need": 0.02},
    "red": {"urgency": RED, "u_need": 0.3},
    "phone": {"u_need": 0.65},
}


def region(**rates: float) -> Any:
    names = {f"{kind}_per_km": number(PER_KM[kind]) for kind in PER_KM if kind != "phone"}
    decay = {**names, "reference_km": number(REFERENCE_KM)}
    return small.region({"demand": {"distance_decay": decay}})


def contacts(u_present: Any, **columns: Any) -> Patients:
    usual = {"is_contact": True, "urgency": GREEN, "u_present": u_present}
    return small.people([small.at(12)] * len(u_present), **{**usual, **columns})


def come(world: small.World, patients: Patients) -> list[bool]:
    flags: list[bool] = present(world.plan, patients, world.plan.municipalities(patients)).tolist()
    return flags


@pytest.mark.parametrize("place", KM)
@pytest.mark.parametrize("kind", PER_KM)
def test_the_share_that_comes_falls_by_the_exponential_of_the_distance(
    kind: str, place: int
) -> None:
    """Of those drawn for a clinic at the door; a hair below the share comes, a hair above not."""
    drawn = math.exp(PER_KM["consultation"] * REFERENCE_KM)
    share = math.exp(PER_KM[kind] * (REFERENCE_KM - KM[place])) / drawn
    patients = contacts([share * 0.9999, share * 1.0001], place=place, **IN_NEED_OF[kind])
    assert come(world(region()), patients) == [True, False]


def test_consultations_fall_as_published() -> None:
    """Out of 20 000 who would come next door, exp(-0.0145 x 61) do from the valley: 99.9 %."""
    count = 20_000
    patients = contacts(np.random.default_rng(1).random(count), place=UPPER, u_need=0.3)
    came = sum(come(world(region()), patients))
    low, high = stats.binom.interval(0.999, count, math.exp(-0.0145 * 61))
    assert low <= came <= high


def test_the_phone_keeps_the_published_rate_wherever_people_live() -> None:
    count = 20_000
    share = 1 / highest_factor(region().demand.distance_decay)
    for place in KM:
        patients = contacts(np.random.default_rng(2).random(count), place=place, u_need=0.65)
        low, high = stats.binom.interval(0.999, count, share)
        assert low <= sum(come(world(region()), patients)) <= high


@pytest.mark.parametrize("columns", [{"line": LINE_113}, {"is_contact": False}])
def test_calls_to_113_and_calls_that_are_no_contact_do_not_fall(columns: Any) -> None:
    patients = contacts([0.9999], place=UPPER, u_need=0.3, **columns)
    assert come(world(region()), patients) == [True]


def test_without_decay_everybody_comes() -> None:
    assert come(world(), contacts([0.9999], place=UPPER, u_need=0.3)) == [True]


def test_everybody_can_be_made_to_come_whatever_the_distance() -> None:
    made_to = region()
    decay = made_to.demand.distance_decay.model_copy(update={"everybody_comes": True})
    demand = made_to.demand.model_copy(update={"distance_decay": decay})
    at = world(made_to.model_copy(update={"demand": demand}))
    assert come(at, contacts([0.9999], place=UPPER, u_need=0.3)) == [True]


def test_a_clinic_nearby_brings_those_back_who_did_not_come() -> None:
    """With a legevakt in the valley the same people come as if they lived next door."""
    opens = {"always": {"days": "daily", "hours": "00:00-24:00", "municipalities": ["upper"]}}
    valley = {
        "title": "Valley", "kind": "legevakt", "place": "upper", "doctors": "duty-doctor",
        "open": opens,
    }  # fmt: skip
    u = np.random.default_rng(3).random(2000)
    patients = contacts(u, place=UPPER, u_need=0.3)
    far, near = world(region()), world(region(), clinics={"valley": valley})
    assert sum(come(far, patients)) < sum(come(near, patients)) == 2000
    assert distance_km(far.plan, patients)[0] == 61
    assert distance_km(near.plan, patients)[0] == 0


def test_a_satellite_does_not_count_for_it_has_no_doctor() -> None:
    satellite = small.organisation(base="satellite")
    at = small.world(satellite, region())
    evening = small.people([small.at(18)], place=UPPER)
    assert distance_km(at.plan, evening).tolist() == [61]


def test_distance_is_to_what_is_open_at_the_time() -> None:
    """GPs by day in the centre, the legevakt by night at the hospital, a kilometre further."""
    at = small.world(where=region())
    times = [small.at(12), small.at(20)]
    assert distance_km(at.plan, small.people(times, place=UPPER)).tolist() == [60, 61]


def test_who_does_not_come_leaves_no_trace() -> None:
    at = world(region())
    record = at.meets(contacts([0.99, 0.0], place=UPPER, u_need=0.3))
    assert record.courses.outcome[0] == NOT_PRESENT
    assert record.calls.patient.tolist() == [1]
    assert set(record.activities.patient.tolist()) == {1}


def test_an_alarm_that_no_centre_answers_is_not_pressed_here() -> None:
    patients = contacts([0.0, 0.9999], line=LINE_ALARM)
    assert come(world(), patients) == [False, False]
