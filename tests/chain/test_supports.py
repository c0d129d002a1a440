"""Helicopter, boat and single responder by hand: who is sent, and who may not go."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from akuttsim.config.region_checks import km_between_places
from akuttsim.records import GREEN, SUPPORT, YELLOW
from akuttsim.units import HOUR_S
from tests.chain.by_hand import (
    CENTRE,
    CROSS,
    ISLAND,
    UPPER,
    conveyed,
    crew,
    fleet,
    incident,
    meets,
    number,
    shares,
    support,
    takes,
    times,
    work,
)

TOWN, FAR = crew("hospital"), crew("island")
SENT = {"u_support": 0.0}


def beside(*crews: Any, **supports: Any) -> Any:
    return fleet(*(crews or (TOWN,)), supports=supports)


def went(world: Any, *people: Any) -> list[int]:
    """Return which support helped each patient."""
    return [int(each) for each in meets(world, *people).courses.support]


HELI = support("helicopter", "hospital")


def test_a_helicopter_flies_in_flyable_weather_only_and_a_car_in_any() -> None:
    for world, in_bad_weather in (
        (beside(heli=HELI), -1),
        (beside(rescue=support("rescue_helicopter", "hospital")), -1),
        (beside(car=support("single_responder", "upper")), 0),
    ):
        assert went(world, incident(UPPER, **SENT)) == [0]
        assert went(world, incident(UPPER, **SENT, flyable=False)) == [in_bad_weather]


@pytest.mark.parametrize(("hour", "flies"), [(5, False), (8, True), (17, True), (20, False)])
def test_by_daylight_only(hour: float, flies: bool) -> None:
    """In late March at 64 degrees north the sun is up from about 06 to 19."""
    patient = incident(UPPER, (hour - 12) * HOUR_S, **SENT)
    by_day = {**HELI, "daylight_only": True}
    assert went(beside(heli=by_day), patient) == [0 if flies else -1]
    assert went(beside(heli=HELI), patient) == [0]


@pytest.mark.parametrize(("hour", "goes"), [(7.99, False), (8, True), (15.99, True), (16, False)])
def test_on_duty_only(hour: float, goes: bool) -> None:
    day = {**HELI, "on_duty": {"day": {"days": "daily", "hours": "08:00-16:00"}}}
    patient = incident(UPPER, (hour - 12) * HOUR_S, **SENT)
    assert went(beside(heli=day), patient) == [0 if goes else -1]


def test_it_is_asked_for_in_its_share_of_each_urgency_as_judged() -> None:
    world = beside(heli={**HELI, "sent": shares(0.5, 0.2, 0.0)})
    for urgency, u, goes in (
        (0, 0.49, 0), (0, 0.5, -1), (YELLOW, 0.19, 0), (YELLOW, 0.2, -1), (GREEN, 0.0, -1)
    ):  # fmt: skip
        assert went(world, incident(UPPER, urgency=urgency, u_support=u)) == [goes]


def test_it_is_not_sent_where_the_ambulance_is_expected_first() -> None:
    """The single responder of centre needs 300 s there, the town's crew 162; if busy, it goes."""
    world = beside(car=support("single_responder", "centre"))
    assert went(world, incident(CENTRE, **SENT)) == [-1]
    busy = incident(CROSS, u_support=1.0)
    assert went(world, busy, incident(CENTRE, 1.0, **SENT)) == [-1, 0]


def test_the_one_expected_first_goes_and_only_that() -> None:
    near, far = support("single_responder", "cross"), support("single_responder", "centre")
    slow = {**near, "reaction_min": takes(17.6)}
    assert went(beside(FAR, far=far, near=near), incident(CROSS, **SENT)) == [1]
    assert went(beside(FAR, far=far, slow=slow), incident(CROSS, **SENT)) == [0]
    assert len(work(meets(beside(FAR, far=far, near=near), incident(CROSS, **SENT)), SUPPORT)) == 1


def test_it_is_at_one_place_at_a_time_and_only_goes_from_its_base() -> None:
    """Out until 900 + 1500: someone who falls ill before it is back does not get it."""
    car = support("single_responder", "cross")
    back = 300 + 1500 + 600 + 1500
    late = incident(UPPER, back - 1.0, **SENT)
    again = incident(UPPER, back + 1.0, **SENT)
    world = beside(FAR, car=car)
    assert went(world, incident(UPPER, **SENT), late) == [0, -1]
    record = meets(world, incident(UPPER, **SENT), again)
    assert record.courses.support.tolist() == [0, 0]
    assert times(record.courses.support_s) == [1800, back + 1 + 1800]
    assert [row[1:3] for row in work(record, SUPPORT)] == [(0, back), (back + 1, 2 * back + 1)]


def test_it_does_not_go_farther_than_its_limit() -> None:
    """With blue light it is 750 s from centre to cross: 12.5 minutes."""
    for within, goes in ((12.5, 0), (12.49, -1)):
        car = support("single_responder", "centre", reaches_within_min=number(within))
        assert went(beside(FAR, car=car), incident(CROSS, **SENT)) == [goes]


BOAT = support("boat", "quay", reaches=["island"], speed_kmh=number(60))


def test_a_boat_goes_only_to_the_places_it_reaches() -> None:
    world = beside(boat=BOAT)
    assert went(world, incident(ISLAND, **SENT)) == [0]
    assert went(world, incident(UPPER, **SENT)) == [-1]
    assert went(beside(FAR, boat={**BOAT, "reaches": ["upper"]}), incident(UPPER, **SENT)) == [0]


def test_a_boat_sails_with_the_patient_to_hospital_and_home_again() -> None:
    world = beside(boat=BOAT)
    record = meets(world, conveyed(ISLAND, **SENT, u_support_conveys=0.0))
    places = world.plan.region.places
    sails = [
        km_between_places(places[a], places[b]) * 60
        for a, b in (("quay", "island"), ("island", "hospital"), ("hospital", "quay"))
    ]
    there = 300 + sails[0]
    at_hospital = there + 600 + sails[1]
    assert times(record.courses.support_s) == [pytest.approx(there, abs=0.01)]
    assert times(record.courses.at_hospital_s) == [pytest.approx(at_hospital, abs=0.01)]
    (sailed,) = work(record, SUPPORT)
    assert sailed[2] == pytest.approx(at_hospital + 600 + sails[2], abs=0.01)
    assert np.isnan(record.courses.on_scene_s[0])


def test_help_goes_home_from_where_it_met_the_patient_wherever_that_one_is_now() -> None:
    """It came to upper at 2401 and stays 3000 s; the ambulance left at 3190 and met one at 4690."""
    slow = support("single_responder", "upper", reaction_min=takes(40))
    half_way = {"half_way": {"longer_than_min": number(1), "handover_min": number(0)}}
    at = fleet(crew("upper"), crew("hospital", "12:30-12:00"), supports={"car": slow},
               dispatch=half_way)  # fmt: skip
    first = incident(UPPER, on_scene_s=10.0, u_support=1.0)
    record = meets(at, first, conveyed(UPPER, 1.0, **SENT, on_scene_s=3000.0))
    assert record.courses.met_halfway.tolist() == [False, True]
    assert times(record.courses.at_hospital_s)[1] == 190 + 3000 + 2322
    assert work(record, SUPPORT) == [("single_responder", 1, 1 + 2400 + 3000, 1)]


def test_help_that_comes_too_late_turns_where_the_patient_was() -> None:
    """The patient was handed over at cross at 4690; it comes to upper at 4801 and is home."""
    late = support("single_responder", "upper", reaction_min=takes(80))
    half_way = {"half_way": {"longer_than_min": number(1), "handover_min": number(0)}}
    at = fleet(crew("upper"), crew("hospital", "12:30-12:00"), supports={"car": late},
               dispatch=half_way)  # fmt: skip
    first = incident(UPPER, on_scene_s=10.0, u_support=1.0)
    record = meets(at, first, conveyed(UPPER, 1.0, **SENT, on_scene_s=3000.0))
    assert work(record, SUPPORT) == [("single_responder", 1, 4801, 1)]
    assert record.courses.support.tolist() == [-1, -1]
