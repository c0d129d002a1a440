"""A satellite that a crew staffs, by hand: between missions, called away, and back again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from akuttsim.records import (
    CLINIC,
    GREEN,
    MISSION,
    NURSE,
    RETURN,
    STAND_BY,
    UNFINISHED,
    VIDEO,
    YELLOW,
    Overload,
)
from akuttsim.units import DAY_S, HOUR_S
from tests import small
from tests.chain.by_hand import (
    CROSS,
    START,
    UPPER,
    conveyed,
    crew,
    fleet,
    in_need,
    incident,
    meets,
    number,
    open_for,
    satellite,
    times,
    work,
)

HALF_AN_HOUR = 1800.0


def crewed(*crews: Any, **changes: Any) -> Any:
    """Return a satellite at upper that the first crew staffs; other crews as given."""
    opened = open_for("upper")
    site = satellite(takes=["yellow", "green"], open=opened, nurses_of_crew="crew-0")
    return fleet(*(crews or (crew("upper"),)), clinics={"satellite": site}, **changes)


def comes(after_s: float = 0.0, **columns: Any) -> Any:
    """Return one at upper whom the crew examines for half an hour."""
    usual = {"place": UPPER, "satellite_nurse_s": HALF_AN_HOUR}
    return in_need("clinic", after_s, **{**usual, **columns})


def examined(record: Any) -> list[tuple[float, float, int]]:
    return [row[1:] for row in work(record, NURSE)]


def test_a_free_crew_at_its_station_examines_who_comes() -> None:
    record = meets(crewed(), comes())
    assert examined(record) == [(0, 1800, 0)]
    assert times(record.courses.nurse_s) == times(record.courses.at_clinic_s) == [0]
    assert times(record.courses.left_clinic_s) == times(record.courses.ended_s) == [1800]
    assert record.courses.outcome.tolist() == [CLINIC]


def test_the_doctor_joins_on_video_with_the_crew_beside_the_patient() -> None:
    record = meets(crewed(), comes(u_satellite_doctor=0.0, satellite_video_s=300.0))
    assert examined(record) == [(0, 2100, 0)]
    assert work(record, VIDEO) == [("duty-doctor", 1800, 2100, 0)]


def test_red_calls_the_crew_away_and_the_rest_is_done_when_it_is_back() -> None:
    """600 s done; out to cross for 90 + 1500 + 600 and home in 1800; 1200 s are left."""
    record = meets(crewed(), comes(), incident(CROSS, 600.0))
    back = 600 + 90 + 1500 + 600 + 1800
    assert times(record.courses.on_scene_s)[1] == 600 + 90 + 1500, "it mobilises as any crew"
    assert examined(record) == [(0, 600, 0), (back, back + 1200, 0)]
    assert times(record.courses.nurse_s)[0] == 0 and times(record.courses.ended_s)[0] == back + 1200
    assert [row[1:] for row in work(record, MISSION)] == [(600, back - 1800, 1)]
    assert work(record, RETURN)[0][1:3] == (back - 1800, back)


def test_it_may_be_called_away_more_than_once() -> None:
    record = meets(crewed(), comes(), incident(UPPER, 600.0), incident(UPPER, 1600.0))
    assert examined(record) == [(0, 600, 0), (1290, 1600, 0), (2290, 2290 + 890, 0)]
    assert sum(end - start for start, end, _ in examined(record)) == HALF_AN_HOUR


def test_called_away_in_the_second_the_examination_ends_it_comes_back_to_end_it() -> None:
    """Else it would be freed from the red patient whom it is on its way to."""
    record = meets(crewed(), comes(), incident(UPPER, HALF_AN_HOUR))
    assert [row[1:] for row in work(record, MISSION)] == [(1800, 1800 + 690, 1)]
    assert times(record.courses.free_s)[1] == 1800 + 690
    assert times(record.courses.left_clinic_s)[0] in (1800, 1800 + 690)


def test_an_examination_of_no_time_is_over_at_once() -> None:
    record = meets(crewed(), comes(satellite_nurse_s=0.0))
    assert times(record.courses.left_clinic_s) == [0]


@pytest.mark.parametrize("urgency", [YELLOW, GREEN])
def test_less_than_red_does_not_call_it_away(urgency: int) -> None:
    record = meets(crewed(), comes(), incident(UPPER, 600.0, urgency=urgency))
    assert examined(record) == [(0, 1800, 0)]
    assert times(record.courses.alerted_s)[1] == 1800


def test_it_is_not_called_away_where_another_is_expected_as_soon_or_sooner() -> None:
    """The other crew of upper goes, though the one with the patient comes first in the fleet."""
    record = meets(crewed(crew("upper"), crew("cross")), comes(), incident(CROSS, 600.0))
    assert record.courses.crew.tolist() == [-1, 1] and examined(record) == [(0, 1800, 0)]
    record = meets(crewed(crew("upper"), crew("centre")), comes(), incident(CROSS, 600.0))
    assert record.courses.crew.tolist() == [-1, 1], "750 s from there, 1500 from the satellite"


def test_it_is_not_called_away_from_the_doctor_on_video() -> None:
    seen = comes(u_satellite_doctor=0.0, satellite_video_s=300.0)
    record = meets(crewed(), seen, incident(UPPER, 1900.0))
    assert examined(record) == [(0, 2100, 0)] and times(record.courses.alerted_s)[1] == 2100


def test_patients_wait_by_urgency_until_the_crew_is_back_at_its_station() -> None:
    """Out to cross from 0, back at 90 + 1500 + 600 + 1800 = 3990."""
    people = [incident(CROSS), comes(10.0), comes(20.0), comes(30.0, urgency=YELLOW, u_need=0.3)]
    record = meets(crewed(), *people)
    assert record.courses.outcome.tolist()[1:] == [CLINIC] * 3
    assert examined(record) == [(3990, 5790, 3), (5790, 7590, 1), (7590, 9390, 2)]


def test_nobody_is_received_on_home_duty_and_who_waits_is_when_it_ends() -> None:
    """On home duty until 14:00."""
    shifts = small.crew("upper", ("14:00-22:00", "station"), ("22:00-14:00", "home"))
    record = meets(crewed(shifts), comes())
    assert examined(record) == [(2 * HOUR_S, 2 * HOUR_S + 1800, 0)]


def test_nobody_is_received_off_duty_and_who_waits_is_when_it_begins() -> None:
    record = meets(crewed(crew("upper", "13:00-22:00"), crew("hospital")), comes())
    assert examined(record) == [(HOUR_S, HOUR_S + 1800, 0)]


POST = {"stand_by": [{"free": 1, "at": ["cross"]}]}


def test_a_crew_comes_back_from_its_post_for_who_waits_and_goes_there_again() -> None:
    """It stands at cross, 1800 s away, where it drove as soon as it was on duty."""
    record = meets(crewed(dispatch=POST), comes(2400.0))
    assert examined(record) == [(2400 + 1800, 2400 + 3600, 0)]
    assert work(record, RETURN)[0][1:3] == (2400, 4200)
    assert [row[1:3] for row in work(record, STAND_BY)][1:] == [(6000, 7800)]


def test_nobody_is_posted_while_patients_wait_at_the_satellite() -> None:
    """The next is taken when the one before has done, and the post stays empty meanwhile."""
    record = meets(crewed(dispatch=POST), *(comes(2400.0 + late) for late in (0, 60, 120)))
    assert examined(record) == [(4200 + k * 1800, 6000 + k * 1800, k) for k in range(3)]
    assert [row[1] for row in work(record, STAND_BY)][1:] == [4200 + 3 * 1800]


def test_a_queue_that_the_crew_never_comes_to_is_told() -> None:
    """It is always on home duty, where it receives nobody."""
    home = small.crew("upper", ("00:00-24:00", "home"))
    record = meets(crewed(home), comes(), comes(60.0), incident(CROSS, 2 * DAY_S))
    assert (record.courses.outcome[:2] == UNFINISHED).all()
    assert record.overloads == (Overload("nurse", "satellite", START, 2),)


def test_it_may_be_called_to_a_red_patient_that_needs_it_though_red_takes_over_nobody() -> None:
    """On its way to yellow it is not turned: that is another rule."""
    record = meets(crewed(), incident(CROSS, urgency=YELLOW), incident(CROSS, 60.0))
    assert not record.courses.taken_over.any()
    rule = {"red_takes_over_min": number(0)}
    at = crewed(dispatch=rule)
    record = meets(at, incident(CROSS, urgency=YELLOW), incident(CROSS, 60.0))
    assert record.courses.taken_over.tolist() == [1, 0]


def test_who_is_sent_on_drives_to_the_legevakt_when_the_crew_has_done() -> None:
    record = meets(crewed(), comes(u_sent_on=0.0, consultation_s=60.0))
    assert times(record.courses.ended_s) == [1800 + 2790 + 60]
    assert examined(record)[0] == (0, 1800, 0) and record.courses.crew.tolist() == [-1]


def test_a_patient_conveyed_from_elsewhere_leaves_the_satellite_waiting_until_it_is_home() -> None:
    """Called off the road nothing: it drives home 2790 s from the hospital first."""
    record = meets(crewed(), conveyed(UPPER), comes(60.0))
    at_home = 690 + 2322 + 600 + 2790
    assert examined(record) == [(at_home, at_home + 1800, 1)]
    assert not np.isnan(record.courses.ended_s).any()
