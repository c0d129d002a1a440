"""Hours and kilometres driven: by hand, and the indicator against the roads that were driven."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from akuttsim.indicators import driving
from akuttsim.indicators.driving import trip_km, trip_path
from akuttsim.records import (
    BY_BLUE_LIGHT,
    BY_UNKNOWN_WAY,
    OUT_OF_REGION,
    STRAIGHT,
    TO_CARE,
    TO_HOME,
    TO_PATIENT,
    TO_POST,
    TO_RENDEZVOUS,
    TO_STATION,
    WAY_IN_TRIP,
    WITH_PATIENT,
    Unit,
)
from tests import small

WORLD = small.world()
PLACE = WORLD.plan.place_index
HOSPITAL, CENTRE, CROSS, UPPER = (PLACE[n] for n in ("hospital", "centre", "cross", "upper"))
WEEK = 168 / 167
ALWAYS = ((0.0, WORLD.plan.end_s),)
UNITS = (
    Unit("town-1", "crew", "hospital", ALWAYS),
    Unit("upper-1", "crew", "upper", ALWAYS),
    Unit("d", "doctor", "duty-doctor", ALWAYS),
    Unit("n", "nurse", "legevakt", ALWAYS),
    Unit("b", "back_up_doctor", "duty-doctor", ALWAYS),
    Unit("s", "support", "single_responder", ALWAYS),
)
TOWN, UPPER_1, DOCTOR, NURSE, BACK_UP, SINGLE = range(6)
H, NOON = 3600.0, small.at(12)
WAY_KM = 61.0
"""From the hospital to the upper valley: 1 km to the centre, 20 to the crossing, 40 up."""


def seen_of(*rows: tuple[Any, ...], **columns: Any) -> small.Observed:
    """Return a record of trips alone; their times are hours after noon."""
    drove = small.trips(*((*row[:5], NOON + row[5] * H, NOON + row[6] * H) for row in rows))
    drove = small.trips(
        *((*row[:5], NOON + row[5] * H, NOON + row[6] * H) for row in rows),
        condition=WORLD.travel.noon, **columns,
    )  # fmt: skip
    return small.seen(WORLD, small.people([NOON]), small.courses(1), units=UNITS, drove=drove)


def hours(seen: small.Observed, group_by: str = "role") -> dict[str, float]:
    rows = small.values(driving.hours_driven_a_week(seen), group_by)
    return {name: value / WEEK for name, (value, _) in rows.items() if value}


def km(seen: small.Observed) -> dict[str, float]:
    rows = small.values(driving.km_driven_a_week(seen), "who")
    return {name: value / WEEK for name, (value, _) in rows.items() if value}


def test_a_mission_to_hospital_and_home() -> None:
    """Half an hour out and 0.7 in, none home: the station is at the hospital."""
    seen = seen_of(
        (TOWN, TO_PATIENT, 0, HOSPITAL, UPPER, 0.1, 0.6),
        (TOWN, WITH_PATIENT, 0, UPPER, HOSPITAL, 1.0, 1.7),
    )
    assert hours(seen) == pytest.approx({"crew": 0.5 + 0.7})
    assert hours(seen, "crew") == pytest.approx({"town-1": 1.2})
    assert km(seen) == pytest.approx({"crews": 2 * WAY_KM})
    assert WORLD.travel.km_to(HOSPITAL)[UPPER] == WAY_KM


def test_a_mission_from_where_the_one_before_ended() -> None:
    """It does not begin at the station, and what it does not drive does not count."""
    seen = seen_of((UPPER_1, TO_PATIENT, 0, HOSPITAL, CENTRE, 0.0, 0.1),
                   (UPPER_1, TO_STATION, -1, CENTRE, UPPER, 0.5, 1.2))  # fmt: skip
    assert km(seen) == pytest.approx({"crews": 1.0 + 60.0})


def test_a_crew_called_off_has_driven_until_then() -> None:
    """Half-way in time along 40 km between two places is 20 km."""
    leg_s = WORLD.drive_s("cross", "upper")
    seen = seen_of((UPPER_1, TO_PATIENT, 0, UPPER, CROSS, 0, leg_s / 2 / H), completed=False,
                   there_s=NOON + leg_s)  # fmt: skip
    assert hours(seen, "crew") == pytest.approx({"upper-1": leg_s / 2 / H})
    assert km(seen) == pytest.approx({"crews": 20.0}, abs=1e-3)


def test_a_trip_begun_on_the_road_drives_what_is_left_of_the_stretch() -> None:
    """A quarter of 40 km lies behind it, then 20 and 1 km to the hospital."""
    seen = seen_of((UPPER_1, TO_STATION, -1, UPPER, HOSPITAL, 0, 1), joins=CROSS,
                   stretch_done=0.25)  # fmt: skip
    assert km(seen) == pytest.approx({"crews": 0.75 * 40 + 21})


def test_transports_out_of_the_region_count_what_is_known() -> None:
    """All hours away, and the road to the hospital where the vehicle is free again."""
    seen = seen_of((TOWN, OUT_OF_REGION, 0, UPPER, HOSPITAL, 0, 6), mode=BY_UNKNOWN_WAY)
    assert hours(seen) == pytest.approx({"crew": 6.0})
    assert km(seen) == pytest.approx({"crews": WAY_KM})


def test_doctors_nurses_and_single_responders_there_and_back() -> None:
    rows = [
        (unit, kind, 0, *ends, start, start + 0.5)
        for unit in (DOCTOR, BACK_UP, NURSE, SINGLE)
        for kind, ends, start in (
            (TO_PATIENT, (HOSPITAL, UPPER), 0.0),
            (TO_STATION, (UPPER, HOSPITAL), 1.0),
        )
    ]
    seen = seen_of(*rows, mode=BY_BLUE_LIGHT)
    there_and_back = 2 * WAY_KM
    assert km(seen) == pytest.approx(
        {"doctors": 2 * there_and_back, "nurses": there_and_back,
         "single_responder": there_and_back}
    )  # fmt: skip
    expected = {"doctor": 2.0, "nurse": 1.0, "single_responder": 1.0}
    assert hours(seen) == pytest.approx(expected)


def test_meetings_and_posts_count_and_a_way_in_does_not() -> None:
    seen = seen_of((TOWN, TO_RENDEZVOUS, 0, HOSPITAL, CROSS, 0, 0.3),
                   (TOWN, TO_POST, -1, HOSPITAL, CENTRE, 2, 2.1))  # fmt: skip
    assert km(seen) == pytest.approx({"crews": 21.0 + 1.0})
    way_in = seen_of((BACK_UP, WAY_IN_TRIP, -1, -1, HOSPITAL, 0, 0.5), mode=BY_UNKNOWN_WAY)
    assert km(way_in) == {} and hours(way_in) == {}
    assert np.isnan(trip_km(way_in)).all()


def test_what_flies_is_not_on_the_road() -> None:
    seen = seen_of((SINGLE, TO_PATIENT, 0, HOSPITAL, UPPER, 0, 0.2), mode=STRAIGHT)
    assert km(seen) == {} and hours(seen) == {}
    assert 0 < trip_km(seen)[0] < WAY_KM


def test_a_flight_cut_short_would_have_gone_on_at_its_speed() -> None:
    there = small.world(
        small.organisation({"supports": {"air": small.support("helicopter", "hospital")}})
    )
    units = (Unit("air", "support", "helicopter", ALWAYS),)

    def flight(completed: bool) -> small.MeasuredRun:
        drove = small.trips((0, TO_PATIENT, 0, HOSPITAL, UPPER, NOON, NOON + 60),
                            mode=STRAIGHT, completed=completed)  # fmt: skip
        course = small.courses(1)
        return small.seen(there, small.people([NOON]), course, units=units, drove=drove)

    assert trip_path(flight(True), 0) == ((HOSPITAL, UPPER), (NOON, NOON + 60))
    km = float(trip_km(flight(True))[0])
    places, passed_s = trip_path(flight(False), 0)
    assert places == (HOSPITAL, UPPER)
    assert passed_s == pytest.approx((NOON, NOON + km / 200 * 3600))


def test_patients_drive_by_own_means_and_first_responders_in_their_own_cars() -> None:
    seen = seen_of((-1, TO_CARE, 0, UPPER, HOSPITAL, 0, 1), (-1, TO_HOME, 0, HOSPITAL, UPPER, 2, 3),
                   (-1, TO_PATIENT, 0, CENTRE, HOSPITAL, 0, 0.1))  # fmt: skip
    assert km(seen) == pytest.approx({"patients": 2 * WAY_KM, "first_responders": 1.0})
    assert hours(seen) == {}


def test_what_began_outside_the_measured_span_is_left_out() -> None:
    seen = seen_of((TOWN, TO_STATION, -1, UPPER, HOSPITAL, -13, -11))
    assert hours(seen) == {} and km(seen) == {}


def test_nobody_drove() -> None:
    seen = small.seen(WORLD, small.people([]), small.courses(0))
    assert small.values(driving.hours_driven_a_week(seen))["all"] == (0, 0)
    assert small.values(driving.km_driven_a_week(seen))["all"] == (0, 0)
