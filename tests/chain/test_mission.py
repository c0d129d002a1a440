"""The mission by hand: recalled, overtaken by other help, or on scene when others leave."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from akuttsim.config.region_checks import km_between_places
from akuttsim.records import AMBULANCE, MISSION, RETURN, SUPPORT, YELLOW
from akuttsim.units import tick
from tests.chain.by_hand import (
    CENTRE,
    CROSS,
    UPPER,
    conveyed,
    crew,
    fleet,
    incident,
    meets,
    number,
    sourced,
    support,
    times,
    work,
)

TOWN, VALLEY = crew("hospital"), crew("upper")
TAKES_IT = {"u_support": 0.0, "u_support_conveys": 0.4}
STAYS_BESIDE = {"u_support": 0.0, "u_support_conveys": 0.6}


def single(base: str = "upper", *crews: Any, **more: Any) -> Any:
    """Return crews with a single responder; reaction five minutes."""
    one = support("single_responder", base)
    return fleet(*(crews or (TOWN,)), supports={"single": one}, **more)


def flies_from(base: str, *crews: Any, **more: Any) -> Any:
    """Return crews with a helicopter of 200 km/h that conveys every other of its patients."""
    return fleet(*(crews or (TOWN,)), supports={"heli": support("helicopter", base)}, **more)


def flight_s(world: Any, start: str, end: str) -> float:
    places = world.plan.region.places
    return tick(km_between_places(places[start], places[end]) * 3600 / 200)


def test_the_single_responder_settles_it_and_the_ambulance_turns_back() -> None:
    """At the patient after 300 s and done after 900; the ambulance is 810 s on its way then."""
    record = meets(single(), incident(UPPER, u_support=0.0))
    courses = record.courses
    assert courses.outcome.tolist() == [AMBULANCE]
    assert times(courses.ended_s) == times(courses.free_s) == times(courses.left_scene_s) == [900]
    assert np.isnan(courses.on_scene_s[0]) and courses.crew.tolist() == [0]
    assert work(record, MISSION) == [("hospital", 0, 900, 0)]
    assert work(record, SUPPORT) == [("single_responder", 0, 900, 0)]
    assert work(record, RETURN)[0][1] == 900
    assert not courses.taken_over.any(), "nobody graver took it"


def test_the_crew_that_turned_back_takes_the_next_from_where_it_is() -> None:
    """810 s on its way: 72 to centre, and 738 of the 750 to cross. Someone at cross: 12 s."""
    record = meets(single(), incident(UPPER, u_support=0.0), incident(CROSS, 900.0))
    assert times(record.courses.rolling_s)[1] == 900
    assert times(record.courses.on_scene_s)[1] == pytest.approx(912, abs=0.001)


def test_the_crew_that_turned_back_takes_who_waits() -> None:
    record = meets(single(), incident(UPPER, u_support=0.0), incident(CENTRE, 60.0, u_support=1.0))
    assert times(record.courses.alerted_s)[1] == 900
    assert record.courses.crew.tolist() == [0, 0]
    assert times(record.courses.on_scene_s)[1] == pytest.approx(900 + 738, abs=0.01)


def test_who_waits_for_an_ambulance_and_needs_none_any_more_gets_none() -> None:
    """No crew is free; the single responder settles it alone, and the crew stays free then."""
    at = single("upper", VALLEY)
    busy = incident(CENTRE, on_scene_s=9000.0, u_support=1.0)
    record = meets(at, busy, incident(UPPER, 10.0, u_support=0.0))
    assert record.courses.crew.tolist() == [0, -1]
    assert np.isnan(record.courses.alerted_s[1]) and times(record.courses.ended_s)[1] == 910
    assert [row[3] for row in work(record, MISSION)] == [0]


def test_a_patient_who_must_be_conveyed_gets_the_ambulance_all_the_same() -> None:
    """On scene at 90 + 2322, and so long there; the single responder has gone at 900."""
    record = meets(single(), conveyed(UPPER, u_support=0.0))
    scene = 90 + 2322
    assert times(record.courses.support_s) == [300]
    assert times(record.courses.on_scene_s) == [scene]
    assert times(record.courses.at_hospital_s) == [scene + 600 + 2322]
    assert work(record, SUPPORT) == [("single_responder", 0, 900, 0)]


def test_the_ambulance_that_is_expected_first_goes_alone() -> None:
    record = meets(single("centre", VALLEY, TOWN), incident(CENTRE, u_support=0.0))
    assert record.courses.support.tolist() == [-1] and not work(record, SUPPORT)
    assert times(record.courses.ended_s) == [90 + 72 + 600]


def test_the_crew_on_scene_is_free_when_its_care_ends_if_others_have_settled_it() -> None:
    """The single responder is there at 300 and has settled it at 900, the ambulance at 840."""
    record = meets(single("cross", crew("centre")), incident(CROSS, u_support=0.0))
    assert times(record.courses.on_scene_s) == [90 + 750]
    assert times(record.courses.ended_s) == times(record.courses.left_scene_s) == [900]
    assert times(record.courses.free_s) == [90 + 750 + 600]
    assert work(record, MISSION) == [("centre", 0, 1440, 0)]


def test_the_helicopter_takes_the_patient_and_the_ambulance_turns_back() -> None:
    """It flies from the hospital, treats for ten minutes, and flies back with the patient."""
    at = flies_from("hospital")
    record = meets(at, conveyed(UPPER, **TAKES_IT))
    there = 300 + flight_s(at, "hospital", "upper")
    lands = there + 600 + flight_s(at, "upper", "hospital")
    courses = record.courses
    assert times(courses.support_s) == times(courses.first_help_s) == [round(there, 3)]
    assert times(courses.at_hospital_s) == times(courses.ended_s) == [round(lands, 3)]
    assert times(courses.free_s) == times(courses.left_scene_s) == [round(there + 600, 3)]
    assert np.isnan(courses.on_scene_s[0])
    assert work(record, SUPPORT) == [("helicopter", 0, round(lands + 600, 3), 0)]


def test_the_helicopter_that_does_not_convey_leaves_it_to_the_ambulance() -> None:
    at = flies_from("hospital")
    record = meets(at, conveyed(UPPER, **STAYS_BESIDE))
    flown = flight_s(at, "hospital", "upper")
    assert times(record.courses.on_scene_s) == [90 + 2322]
    assert times(record.courses.at_hospital_s) == [90 + 2322 + 600 + 2322]
    assert work(record, SUPPORT) == [("helicopter", 0, round(300 + 600 + 2 * flown, 3), 0)]


def test_who_is_left_at_home_is_not_flown_to_hospital() -> None:
    for share in (0.5, 0.0):
        heli = support("helicopter", "hospital", conveys=number(share))
        at = fleet(TOWN, supports={"heli": heli})
        record = meets(at, incident(UPPER, **TAKES_IT))
        assert np.isnan(record.courses.at_hospital_s[0])
        assert times(record.courses.ended_s) == [90 + 2322 + 600], "by the ambulance"


def test_the_ambulance_that_has_left_with_the_patient_is_not_recalled() -> None:
    """The helicopter takes twice as long to react as usual: nobody is there, and it turns."""
    usual = sourced(triangular={"low": 0, "mode": 20, "high": 40})
    slow = support("helicopter", "hospital", reaction_min=usual)
    at = fleet(crew("centre"), supports={"heli": slow})
    record = meets(at, conveyed(UPPER, **TAKES_IT, u_support_time=1 - 1e-12))
    flown = flight_s(at, "hospital", "upper")
    left = 90 + 750 + 1500 + 600
    assert 1200 + flown < 90 + 2250 and 2400 + flown > left
    courses = record.courses
    assert times(courses.on_scene_s) == times(courses.first_help_s) == [left - 600]
    assert times(courses.at_hospital_s) == [left + 2322]
    assert np.isnan(courses.support_s[0]) and courses.support.tolist() == [-1]
    (turned,) = work(record, SUPPORT)
    assert turned[1:3] == (0, pytest.approx(2400 + 2 * flown, abs=0.01))


def test_a_crew_sent_to_somebody_graver_leaves_the_help_that_is_there() -> None:
    """Yellow, taken over by red; the single responder settles yellow before another comes."""
    one = support("single_responder", "upper")
    one["sent"] = {"red": 0.0, "yellow": 1.0, "green": 0.0, "grade": "D", "source": "made up"}
    rule = {"red_takes_over_min": number(0)}
    at = fleet(TOWN, supports={"single": one}, dispatch=rule)
    yellow = incident(UPPER, urgency=YELLOW, u_support=0.0)
    record = meets(at, yellow, incident(CENTRE, 600.0))
    assert record.courses.taken_over.tolist() == [1, 0]
    assert times(record.courses.ended_s)[0] == 900
    assert [row[3] for row in work(record, MISSION)] == [0, 1]
    assert np.isnan(record.courses.on_scene_s[0])
