"""The crews on hand-made courses: waits for one, rules of dispatch, planned transports."""

from __future__ import annotations

import math

import pytest

from akuttsim.indicators import ambulance
from akuttsim.records import (
    GREEN,
    LINE_113,
    LINE_TRANSPORT,
    MISSION,
    NOT_PRESENT,
    RED,
    STAND_BY,
    TRANSPORTED,
    YELLOW,
)
from tests import small

WORLD = small.world()
UNITS = {unit.name: number for number, unit in enumerate(WORLD.plan.units)}
START, END = WORLD.plan.measured
CENTRE, UPPER = (WORLD.plan.place_index[name] for name in ("centre", "upper"))
NOON, MIN, NEVER = small.at(12), 60.0, math.nan
WEEK = 168 / 167  # the clocks go forward in the measured week


def asked(
    *minutes: float, place: int | list[int] = CENTRE, line: int | list[int] = LINE_113,
    **columns: object,
) -> small.Observed:  # fmt: skip
    """Return patients for whom an ambulance was asked at noon, and alerted so long after."""
    count = len(minutes)
    course = small.courses(
        count, requested_s=[NOON] * count, alerted_s=[NOON + m * MIN for m in minutes], **columns
    )
    return small.seen(WORLD, small.people([NOON] * count, place=place, line=line), course)


def test_the_wait_for_a_crew_by_urgency_and_by_whether_it_was_lost() -> None:
    """1, 5 and 30 minutes; a planned transport, a neighbour's and one still waiting are out."""
    seen = asked(
        1.0, 5.0, 30.0, 300.0, 90.0, NEVER,
        judged=[RED, YELLOW, GREEN, -1, YELLOW, GREEN],
        taken_over=[0, 0, 2, 0, 0, 0],
        place=[CENTRE, CENTRE, UPPER, CENTRE, -1, CENTRE],
        line=[LINE_113, LINE_113, LINE_113, LINE_TRANSPORT, LINE_113, LINE_113],
    )  # fmt: skip
    found = list(ambulance.alerted_wait_min(seen))
    assert small.values(found)["all"] == (pytest.approx(12.0), 3)
    urgencies = small.values(found, "urgency")
    assert urgencies == {"red": (1.0, 1), "yellow": (5.0, 1), "green": (30.0, 1)}
    assert small.values(found, "crew") == {"kept": (3.0, 2), "taken over": (30.0, 1)}
    p90 = small.values(ambulance.alerted_wait_p90_min(seen))["all"]
    assert p90 == (pytest.approx(5 + 0.8 * 25), 3)


def test_taken_over_counts_each_yellow_and_green_patient_once() -> None:
    seen = asked(
        1.0, 1.0, 1.0, 1.0,
        judged=[YELLOW, GREEN, GREEN, RED], taken_over=[1, 3, 0, 1],
        place=[CENTRE, UPPER, UPPER, UPPER],
    )  # fmt: skip
    found = list(ambulance.taken_over_a_week(seen))
    assert small.values(found)["all"] == (pytest.approx(2 * WEEK), 2)
    assert [n for _, n in small.values(found, "urgency").values()] == [0, 1, 1]
    assert [n for _, n in small.values(found, "municipality").values()] == [1, 1, 0]


def test_met_halfway_by_municipality() -> None:
    seen = asked(1.0, 1.0, 1.0, met_halfway=[True, True, False], place=[UPPER, UPPER, CENTRE])
    found = list(ambulance.met_halfway_a_week(seen))
    assert small.values(found)["all"] == (pytest.approx(2 * WEEK), 2)
    assert small.values(found, "municipality")["upper"][1] == 2


def test_planned_transports_by_vehicle_and_where_they_end() -> None:
    """Three are ordered: one to the hospital, one out of the region, one that nobody came to."""
    orders = small.people(
        [NOON] * 5,
        place=[CENTRE, UPPER, UPPER, CENTRE, CENTRE],
        line=[LINE_TRANSPORT] * 4 + [LINE_113],
        transport_to=[UPPER, -1, CENTRE, CENTRE, -1],
    )
    course = small.courses(
        5,
        crew=[0, 1, -1, 0, 0],
        on_scene_s=[NOON + 20 * MIN, NOON + 60 * MIN, NEVER, NOON, NOON],
        outcome=[TRANSPORTED, TRANSPORTED, TRANSPORTED, NOT_PRESENT, TRANSPORTED],
    )
    seen = small.seen(WORLD, orders, course)
    found = list(ambulance.transports_a_week(seen))
    assert small.values(found)["all"] == (pytest.approx(3 * WEEK), 3)
    assert [n for _, n in small.values(found, "crew").values()] == [1, 1, 0]
    assert [n for _, n in small.values(found, "destination").values()] == [2, 1]
    waits = list(ambulance.transport_wait_min(seen))
    assert small.values(waits)["all"] == (40.0, 2)
    assert small.values(waits, "municipality")["upper"] == (60.0, 1)


def test_stand_by_is_the_way_to_posts_within_the_span() -> None:
    """Half of an hour that began before the span; two hours of another crew; a mission is none."""
    town, upper = UNITS["town-1"], UNITS["upper-1"]
    did = small.activities(
        (town, STAND_BY, START - 1800, START + 1800, -1),
        (upper, STAND_BY, small.at(12), small.at(14), -1),
        (upper, MISSION, small.at(14), small.at(15), 0),
    )
    seen = small.seen(WORLD, small.people([NOON]), small.courses(1), did=did)
    found = list(ambulance.stand_by_h_a_week(seen))
    assert small.values(found)["all"] == (pytest.approx(2.5 * WEEK), 2)
    assert small.values(found, "crew") == {
        "town-1": (pytest.approx(0.5 * WEEK), 1),
        "town-2": (0, 0),
        "upper-1": (pytest.approx(2 * WEEK), 1),
    }


EVERY = (
    ambulance.alerted_wait_min,
    ambulance.alerted_wait_p90_min,
    ambulance.taken_over_a_week,
    ambulance.met_halfway_a_week,
    ambulance.transports_a_week,
    ambulance.transport_wait_min,
    ambulance.stand_by_h_a_week,
)


@pytest.mark.parametrize("indicator", EVERY)
def test_nobody_needed_a_crew(indicator) -> None:
    small.tells_of_nobody(indicator, WORLD)
