"""The plan: seats, shifts, openings and the measured span, unrolled to seconds."""

from __future__ import annotations

import math

import pytest

from akuttsim.chain.run_plan import AFTER_DAYS, COOLDOWN_DAYS
from akuttsim.units import DAY_S, HOUR_S
from tests import small

WORLD = small.world()
TOWN, UPPER, ISLAND = 0, 1, 2


def test_the_measured_span_follows_the_warm_up() -> None:
    """The week from Tuesday 24 March: on Sunday the clocks go forward, so that an hour is gone."""
    start, end = WORLD.plan.measured
    assert start == DAY_S
    assert end == 8 * DAY_S - HOUR_S
    assert WORLD.plan.days == 1 + 7 + COOLDOWN_DAYS
    assert WORLD.plan.end_s == (WORLD.plan.days + AFTER_DAYS) * DAY_S


def test_people_who_follow_each_other_share_a_seat() -> None:
    """One operator day and night and one more in the evening are two seats, not three."""
    lvs = [unit for unit in WORLD.plan.units if unit.team == "lvs"]
    assert [unit.name for unit in lvs] == ["lvs/operator-1", "lvs/operator-2"]
    assert len(lvs[0].on_duty) == 1
    assert lvs[1].on_duty[0] == (small.at(15.5, 0), small.at(22, 0))


def test_shifts_that_touch_are_one_and_home_duty_is_remembered() -> None:
    spans = WORLD.plan.crews["upper-1"]
    assert spans[1] == ((small.at(8, 0), small.at(16, 0)), False)
    assert spans[2] == ((small.at(16, 0), small.at(8, 1)), True)
    crew = next(unit for unit in WORLD.plan.units if unit.name == "upper-1")
    assert len(crew.on_duty) == 1, "on duty without a break, at the station or at home"


def test_who_is_open_for_whom() -> None:
    openings = WORLD.plan.openings
    assert openings.at(small.at(10, 0), TOWN) == (0,)
    assert openings.at(small.at(15.5, 0), TOWN) == (1,)
    assert openings.at(small.at(10, 6), UPPER) == (1,), "on Sunday the GP office is closed"


@pytest.mark.parametrize(
    ("hour", "clinic", "opens"), [(7.0, 0, 8.0), (9.0, 0, 9.0), (9.0, 1, 15.5), (16.0, 0, 24 + 8.0)]
)
def test_when_a_clinic_next_opens(hour: float, clinic: int, opens: float) -> None:
    assert WORLD.plan.openings.opens_s(small.at(hour, 0), TOWN, clinic) == small.at(opens, 0)


def test_a_clinic_that_never_opens_for_a_municipality() -> None:
    world = small.world(small.organisation(base="satellite"))
    satellite = list(world.plan.organisation.clinics).index("satellite")
    assert world.plan.openings.opens_s(0.0, TOWN, satellite) == math.inf
    assert world.plan.openings.opens_s(0.0, UPPER, satellite) == small.at(16, 0)


def test_night_hours_and_road_conditions_are_local() -> None:
    """After the clocks went forward, hour 23 of the clock is an hour earlier in the run."""
    plan = WORLD.plan
    before = small.at(22, 0)
    assert not plan.is_night_hour[int(before // HOUR_S)]
    assert plan.is_night_hour[int(small.at(23, 0) // HOUR_S)]
    sunday_22 = int(small.at(22, 6) // HOUR_S)
    assert plan.is_night_hour[sunday_22], "22 elapsed hours into Sunday the clock says 23"


def test_units_are_numbered_by_room_clinic_team_and_crew() -> None:
    roles = [unit.role for unit in WORLD.plan.units]
    assert (
        roles == sorted(roles, key=["operator", "dispatcher", "nurse", "doctor", "crew"].index)
        or roles[-3:] == ["crew"] * 3
    )
    assert len({unit.name for unit in WORLD.plan.units}) == len(roles)
