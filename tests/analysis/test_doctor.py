"""What doctors spare, and when the back-up is called in."""

from __future__ import annotations

import pytest

from akuttsim.indicators import clinic
from akuttsim.records import (
    AVOIDED_AMBULANCE,
    AVOIDED_NOTHING,
    AVOIDED_VISIT,
    CONSULTATION,
    NOT_PRESENT,
    WAY_IN,
    Unit,
)
from tests import small

BACK_UP = {"on_call": {"always": small.staff(1)}, "comes_after_min": {"value": 20, **small.MADE_UP},
           "when_all_are_out": True}  # fmt: skip
WORLD = small.world(small.organisation({"doctors": {"duty-doctor": {"back_up": BACK_UP}}}))
ALWAYS = ((0.0, WORLD.plan.end_s),)
UNITS = (
    Unit("duty-doctor/doctor-1", "doctor", "duty-doctor", ALWAYS),
    Unit("duty-doctor/back_up_doctor-1", "back_up_doctor", "duty-doctor", ALWAYS),
)
DUTY, BACK = 0, 1
NOON = small.at(12)
WEEK = 168 / 167  # the clocks go forward in the measured week


def test_avoided_by_what_was_spared() -> None:
    avoided = [AVOIDED_VISIT, AVOIDED_VISIT, AVOIDED_AMBULANCE, AVOIDED_NOTHING, AVOIDED_VISIT]
    course = small.courses(5, avoided=avoided, outcome=[1, 1, 1, 1, NOT_PRESENT])
    found = list(clinic.avoided_a_week(small.seen(WORLD, small.people([NOON] * 5), course)))
    assert small.values(found)["all"] == (pytest.approx(3 * WEEK), 3)
    assert {name: n for name, (_, n) in small.values(found, "avoided").items()} == {
        "visit": 2,
        "ambulance": 1,
        "conveyance": 0,
        "nursing_home_visit": 0,
    }


def wakings(*hours: float) -> small.Observed:
    rows = [(BACK, WAY_IN, small.at(hour), small.at(hour) + 1200, -1) for hour in hours]
    rows += [(DUTY, CONSULTATION, NOON, NOON + 600, 0), (BACK, CONSULTATION, NOON, NOON + 600, 0)]
    did = small.activities(*rows)
    return small.seen(WORLD, small.people([NOON]), small.courses(1), did=did, units=UNITS)


def test_wakings_by_night_and_team() -> None:
    """Night is 23 to 8: two at its first and last minute, two just outside."""
    found = list(clinic.back_up_wakings_a_week(wakings(23.0, 31.99, 22.99, 8.0)))
    assert small.values(found)["all"] == (pytest.approx(4 * WEEK), 4)
    assert [n for _, n in small.values(found, "time_of_day").values()] == [2, 2]
    assert small.values(found, "team") == {"duty-doctor": (pytest.approx(4 * WEEK), 4)}


def test_doctors_on_home_duty_come_in_and_those_on_site_never_do() -> None:
    home_duty = {"comes_in_min": {"constant": 10, **small.MADE_UP}, "called": "when_sent"}
    team = {"on_duty": {"weekday": {"duty": "home"}}, "home_duty": home_duty}
    world = small.world(small.organisation({"doctors": {"duty-doctor": team}}))
    rows = [(DUTY, WAY_IN, small.at(hour), small.at(hour), 0) for hour in (23.0, 12.0, -1.0)]
    rows += [(BACK, WAY_IN, NOON, NOON + 1200, -1)]
    seen = small.seen(world, small.people([NOON]), small.courses(1), did=small.activities(*rows),
                      units=UNITS)  # fmt: skip
    found = list(clinic.came_in_from_home_a_week(seen))
    assert small.values(found)["all"] == (pytest.approx(2 * WEEK), 2)
    assert [n for _, n in small.values(found, "time_of_day").values()] == [1, 1]
    assert small.values(found, "team") == {"duty-doctor": (pytest.approx(2 * WEEK), 2)}


def test_wakings_outside_the_measured_span_do_not_count() -> None:
    found = list(clinic.back_up_wakings_a_week(wakings(-1.0, 7 * 24 + 1.0)))
    assert small.values(found)["all"] == (0, 0)
