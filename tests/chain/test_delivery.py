"""Delivery by hand: the emergency department's door, municipal beds, and the way there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from akuttsim.records import ACUTE_BED, AMBULANCE, CLINIC, GREEN, MISSION, RED, TRANSPORT, YELLOW
from tests.chain.by_hand import (
    CENTRE,
    CROSS,
    HOSPITAL,
    UPPER,
    conveyed,
    crew,
    fleet,
    in_need,
    incident,
    meets,
    shares,
    sourced,
    takes,
    times,
    transport,
    work,
)

TOWN = crew("hospital")


def door(places: int, *crews: Any) -> Any:
    return fleet(*crews, handovers={"hospital": {"places": sourced(value=places)}})


def test_one_crew_at_a_time_hands_over_and_the_others_wait_by_urgency() -> None:
    """Four arrive at 762; 600 s each: one at once, then red, yellow, green as the door frees."""
    at = door(1, TOWN, TOWN, TOWN, TOWN)
    at_hospital = {"on_scene_s": 600.0}
    people = [
        conveyed(HOSPITAL, 0.0, urgency=YELLOW, on_scene_s=100.0),
        *(conveyed(HOSPITAL, 1.0, urgency=each, **at_hospital) for each in (GREEN, YELLOW, RED)),
    ]
    record = meets(at, *people)
    courses = record.courses
    assert times(courses.at_hospital_s) == [220, 1 + 780, 1 + 720, 1 + 690]
    assert times(courses.handover_began_s) == [220, 820 + 1200, 820 + 600, 820]
    assert times(courses.free_s) == [820, 2620, 2020, 1420]
    assert times(courses.ended_s) == times(courses.handover_began_s)


def test_with_places_enough_nobody_waits_at_the_door() -> None:
    people = [conveyed(HOSPITAL, float(n)) for n in range(3)]
    for at in (door(3, TOWN, TOWN, TOWN), fleet(TOWN, TOWN, TOWN)):
        courses = meets(at, *people).courses
        assert np.array_equal(courses.handover_began_s, courses.at_hospital_s)
        assert times(courses.handover_began_s) == [690, 691, 692]


def test_who_comes_from_the_clinic_waits_at_the_door_too() -> None:
    """The doctor at upper admits a green patient at 0; the ambulance there is at hospital at 2970.

    Red came to the door at 2900 and is taken over until 3500.
    """
    at = fleet(
        crew("upper"), TOWN,
        doctors={"duty-doctor": {"place": "upper"}},
        clinics={"legevakt": {"place": "upper"}},
        handovers={"hospital": {"places": sourced(value=1)}},
    )  # fmt: skip
    admitted = in_need("clinic", place=UPPER, u_admitted=0.0, u_by_ambulance=0.0,
                       hospital_handover_s=300.0)  # fmt: skip
    record = meets(at, admitted, conveyed(HOSPITAL, 2210.0))
    assert times(record.courses.at_hospital_s)[1] == 2900 < 180 + 2790
    assert [row[1:] for row in work(record, MISSION)] == [(0, 3800, 0), (2210, 3500, 1)]
    assert record.courses.outcome.tolist() == [CLINIC, AMBULANCE]


def beds(place: str = "centre", count: int = 1, takes_all: Any = None, stay_h: float = 24) -> Any:
    return {
        "title": "Beds",
        "place": place,
        "municipalities": ["town", "upper"],
        "beds": sourced(value=count),
        "takes": takes_all or shares(0.0, 0.5, 0.5),
        "stay_h": takes(stay_h),
    }


ADMITTED = {"u_admitted": 0.0, "u_by_ambulance": 0.0, "u_acute_bed": 0.4}


def ended_as(*people: Any, **of_beds: Any) -> list[int]:
    record = meets(fleet(TOWN, acute_beds={"beds": beds(**of_beds)}), *people)
    return [int(each) for each in record.courses.outcome]


def test_a_patient_who_would_be_admitted_lies_in_a_municipal_bed() -> None:
    """If the bed takes so grave a patient, of that municipality, in that share."""
    in_bed = in_need("clinic", **ADMITTED)
    assert ended_as(in_bed) == [ACUTE_BED]
    assert ended_as(in_need("clinic", **{**ADMITTED, "u_acute_bed": 0.5})) == [CLINIC]
    assert ended_as(in_need("clinic", **ADMITTED, place=5)) == [CLINIC], "the island is not served"
    assert ended_as(in_need("clinic", **{**ADMITTED, "u_admitted": 0.9})) == [CLINIC]
    assert ended_as(in_bed, takes_all=shares(1, 1, 0)) == [CLINIC]


def test_a_full_bed_is_passed_by_until_the_stay_has_ended() -> None:
    people = [in_need("clinic", hour * 3600.0, **ADMITTED) for hour in (0, 23.9, 24.1)]
    assert ended_as(*people) == [ACUTE_BED, CLINIC, ACUTE_BED]
    assert ended_as(*people, count=2) == [ACUTE_BED] * 3
    assert ended_as(*people, stay_h=0.1) == [ACUTE_BED] * 3


def test_the_ambulance_drives_to_the_bed_and_hands_over_there() -> None:
    """From the legevakt at the hospital to centre: 180 + 90 s and two minutes at each end."""
    patient = in_need("clinic", **ADMITTED, legevakt_handover_s=120.0, hospital_handover_s=60.0)
    record = meets(fleet(TOWN, acute_beds={"beds": beds()}), patient)
    assert work(record, MISSION) == [("hospital", 0, 180 + 120 + 90 + 60, 0)]
    assert times(record.courses.ended_s) == [0]
    at_clinic = meets(fleet(TOWN, acute_beds={"beds": beds(place="hospital")}), patient)
    assert not work(at_clinic, MISSION), "it lies there already"
    walks = in_need("clinic", **{**ADMITTED, "u_by_ambulance": 1.0})
    assert not work(meets(fleet(TOWN, acute_beds={"beds": beds()}), walks), MISSION)


def test_the_ambulance_takes_some_to_the_bed_instead_of_hospital() -> None:
    """In its own share, by urgency, while a bed is free; whom a doctor accompanies goes on."""
    by = {"by_ambulance": shares(0.5, 0.5, 0.5)}
    drawn = {"u_acute_bed": 0.4, "hospital_handover_s": 60.0}
    place = fleet(TOWN, acute_beds={"beds": {**beds(), **by}})
    record = meets(place, conveyed(CROSS, **drawn), conveyed(CROSS, 20000.0, **drawn))
    assert record.courses.outcome.tolist() == [ACUTE_BED, AMBULANCE], "one bed for a day"
    left_s = times(record.courses.left_scene_s)[0]
    assert left_s is not None
    drive_s = place.drive_s("cross", "centre", "blue")
    assert times(record.courses.ended_s)[0] == left_s + drive_s
    assert times(record.courses.free_s)[0] == left_s + drive_s + 60
    assert np.isnan(record.courses.at_hospital_s[0]), "it is no hospital"
    other = meets(place, conveyed(CROSS, **{**drawn, "u_acute_bed": 0.6}))
    assert other.courses.outcome.tolist() == [AMBULANCE]


def test_who_is_brought_to_the_legevakt_by_ambulance_may_lie_there_too() -> None:
    brought = incident(CENTRE, urgency=YELLOW, u_conveyed=0.3, **ADMITTED)
    assert ended_as(brought) == [ACUTE_BED]
    assert ended_as(incident(CENTRE, u_conveyed=0.1, **ADMITTED)) == [CLINIC], "red never"


@pytest.mark.parametrize(("to", "drive"), [(HOSPITAL, 990), (CENTRE, 900), (CROSS, 0)])
def test_a_transport_drives_as_ordinary_traffic_and_has_no_door(to: int, drive: float) -> None:
    """The emergency department's door is not for those who are awaited on a ward."""
    at = door(1, crew("cross", kind="transport"), TOWN)
    taken = conveyed(HOSPITAL, 0.0, hospital_handover_s=9000.0)
    record = meets(at, taken, transport(CROSS, to, 1.0))
    assert work(record, TRANSPORT) == [("cross", 1, 1 + 180 + 600 + drive + 600, 1)]
    assert record.courses.judged[0] == RED
