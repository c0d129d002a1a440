"""Half-way by hand: where two crews meet, when, and who goes on with the patient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from akuttsim.chain.crews import VehicleCrew
from akuttsim.chain.fleet import soonest_rendezvous
from akuttsim.records import MISSION, RETURN, YELLOW
from akuttsim.roads.travel import Route
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
    times,
    work,
)

WAY = Route((9, 1, 2, 3), (0.0, 100.0, 300.0, 400.0), (False,) * 3)


def needs(**seconds: float) -> tuple[VehicleCrew, Callable[[int], float]]:
    """Return a crew that needs so many seconds to each place (p1=, p2=, p3=)."""
    return VehicleCrew(0, 0, 0), lambda place: seconds[f"p{place}"]


def met(*others: Any) -> tuple[int, float] | None:
    meeting = soonest_rendezvous(WAY, others)
    return None if meeting is None else meeting[1:]


def test_whoever_is_there_first_waits_and_the_soonest_place_counts() -> None:
    assert met(needs(p1=350.0, p2=150.0, p3=20.0)) == (2, 300.0)
    assert met(needs(p1=150.0, p2=150.0, p3=20.0)) == (1, 150.0)
    assert met(needs(p1=500.0, p2=380.0, p3=20.0)) == (2, 380.0)


def test_nobody_meets_at_either_end() -> None:
    assert met(needs(p1=500.0, p2=400.0, p3=0.0)) is None, "it is at the hospital then"
    assert soonest_rendezvous(Route((9, 3), (0.0, 400.0), (False,)), [needs(p3=0.0)]) is None


def test_of_two_crews_the_one_that_makes_the_soonest_meeting_is_sent() -> None:
    late, soon = needs(p1=390.0, p2=390.0, p3=0.0), needs(p1=390.0, p2=310.0, p3=0.0)
    meeting = soonest_rendezvous(WAY, [late, soon])
    assert meeting is not None and meeting[0] is soon[0] and meeting[1:] == (2, 310.0)


def test_a_crew_from_behind_does_not_come_to_meet() -> None:
    """It would be there no sooner than the patient, and the patient would only lose time."""
    assert met(needs(p1=110.0, p2=310.0, p3=410.0)) is None
    assert met(needs(p1=110.0, p2=310.0, p3=399.0)) == (1, 110.0)


TOWN, VALLEY = crew("hospital"), crew("upper")


def half_way(*crews: Any, longer: float = 30, handover: float = 4, **more: Any) -> Any:
    rule = {"longer_than_min": number(longer), "handover_min": number(handover)}
    return fleet(*(crews or (TOWN, VALLEY)), dispatch={"half_way": rule, **more})


def test_red_is_handed_over_at_cross() -> None:
    """The valley's crew leaves upper at 690 and is at cross 1500 s later, the town's after 912.

    Four minutes to hand over; then 822 s to hospital, where the handover takes ten minutes.
    """
    record = meets(half_way(), conveyed(UPPER))
    courses, free = record.courses, 690 + 1500 + 240
    assert courses.met_halfway.tolist() == [True] and courses.crew.tolist() == [1]
    assert times(courses.left_scene_s) == [690]
    assert times(courses.at_hospital_s) == [free + 750 + 72]
    assert times(courses.free_s) == [free], "of the first crew"
    done = free + 822 + 600
    assert [row[:3] for row in work(record, MISSION)] == [
        ("upper", 0, free), ("hospital", 690, done),
    ]  # fmt: skip
    assert work(record, RETURN)[0][:3] == ("upper", free, free + 1800)


def test_yellow_is_handed_over_as_well_without_blue_light() -> None:
    """1800 s to cross, where the town's crew is after 120 + 990, and 990 s on."""
    record = meets(half_way(), conveyed(UPPER, urgency=YELLOW))
    left = 120 + 600
    assert times(record.courses.free_s) == [left + 1800 + 240]
    assert times(record.courses.at_hospital_s) == [left + 1800 + 240 + 990]


@pytest.mark.parametrize(
    "crews",
    [
        (VALLEY,),
        (crew("hospital", duty="home"), VALLEY),
        (VALLEY, VALLEY),
        (crew("hospital", kind="transport"), VALLEY),
    ],
)
def test_nobody_comes_where_nobody_can(crews: Any) -> None:
    """None is free there, or they are at home; another of the same station would be no help."""
    record = meets(half_way(*crews), conveyed(UPPER))
    assert not record.courses.met_halfway.any()
    assert times(record.courses.at_hospital_s) == [690 + 2322]


def test_a_drive_must_be_longer_than_so_many_minutes() -> None:
    """2322 s: 38.7 minutes."""
    for longer, met_halfway in ((38.6, True), (38.7, False)):
        record = meets(half_way(longer=longer), conveyed(UPPER))
        assert record.courses.met_halfway.tolist() == [met_halfway]


def test_the_first_crew_is_free_for_others_where_they_met() -> None:
    """At cross, when it has handed over: the next at upper gets it before the town's."""
    handed = 690 + 1500 + 240
    record = meets(half_way(), conveyed(UPPER), incident(CROSS, handed + 0.0))
    assert record.courses.crew.tolist() == [1, 1]
    assert times(record.courses.on_scene_s)[1] == handed


def test_the_crew_that_comes_to_meet_is_not_free() -> None:
    record = meets(half_way(), conveyed(UPPER), incident(CENTRE, 1000.0))
    assert record.courses.crew.tolist() == [1, 1]
    assert times(record.courses.alerted_s)[1] == 690 + 1500 + 240
