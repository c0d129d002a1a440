"""The hospital's door and municipal acute beds on hand-made courses."""

from __future__ import annotations

import math

import pytest

from akuttsim.indicators import care
from akuttsim.records import ACUTE_BED, AMBULANCE, GREEN, NOT_PRESENT, RED, YELLOW
from tests import small

NOON, MIN, HOUR, NEVER = small.at(12), 60.0, 3600.0, math.nan
WEEK = 168 / 167  # the clocks go forward in the measured week
TAKES = {"red": 0.0, "yellow": 0.2, "green": 0.2, **small.MADE_UP}


def beds(count: int, stay_h: dict[str, object], *municipalities: str) -> dict[str, object]:
    """Return municipal acute beds as a config has them."""
    return {"title": "Beds", "place": "centre", "municipalities": municipalities,
            "beds": {"value": count, **small.MADE_UP}, "takes": TAKES,
            "stay_h": {**stay_h, **small.MADE_UP}}  # fmt: skip


BEDS = {
    "town-beds": beds(2, {"constant": 16.7}, "town"),
    "upper-beds": beds(1, {"triangular": {"low": 0, "mode": 0, "high": 40}}, "upper", "town"),
}
WORLD = small.world(small.organisation({"acute_beds": BEDS}))
START, END = WORLD.plan.measured
CENTRE, UPPER, ISLAND = (WORLD.plan.place_index[name] for name in ("centre", "upper", "island"))


def test_waiting_to_hand_over_counts_those_taken_at_once() -> None:
    """0, 30 and 60 minutes; one that no crew handed over, and a neighbour's, are left out."""
    waits = [0.0, 30.0, 60.0, NEVER, 90.0]
    arrived = [NOON, NOON, NOON + HOUR, NOON, NOON]
    course = small.courses(
        5,
        at_hospital_s=arrived,
        handover_began_s=[at + wait * MIN for at, wait in zip(arrived, waits, strict=True)],
        judged=[RED, YELLOW, YELLOW, RED, RED],
        outcome=[AMBULANCE] * 5,
    )
    place = [CENTRE, CENTRE, UPPER, CENTRE, -1]
    seen = small.seen(WORLD, small.people([NOON] * 5, place=place), course)
    found = list(care.handover_wait_min(seen))
    assert small.values(found)["all"] == (30.0, 3)
    assert small.values(found, "urgency")["yellow"] == (45.0, 2)
    hours = small.values(found, "hour")
    assert (hours["12"], hours["13"]) == ((15.0, 2), (60.0, 1))
    p90 = small.values(care.handover_wait_p90_min(seen))["all"]
    assert p90 == (pytest.approx(30 + 0.8 * 30), 3)


def admitted(*rows: tuple[int, float, float], **columns: object) -> small.Observed:
    """Return patients in an acute bed: home, when admitted, and their chance of a long stay."""
    place, ended, u = zip(*rows, strict=True)
    given = {"outcome": [ACUTE_BED] * len(rows), "judged": [GREEN] * len(rows), **columns}
    course = small.courses(len(rows), ended_s=ended, **given)
    patients = small.people([NOON] * len(rows), place=list(place), u_acute_bed_stay=list(u))
    return small.seen(WORLD, patients, course)


def test_admissions_by_urgency_municipality_and_place() -> None:
    rows = [(CENTRE, NOON, 0.5), (UPPER, NOON, 0.5), (ISLAND, NOON, 0.5), (UPPER, NOON, 0.5)]
    seen = admitted(
        *rows,
        outcome=[ACUTE_BED, ACUTE_BED, AMBULANCE, NOT_PRESENT],
        judged=[YELLOW, GREEN, GREEN, GREEN],
    )
    found = list(care.acute_bed_admissions_a_week(seen))
    assert small.values(found)["all"] == (pytest.approx(2 * WEEK), 2)
    assert [n for _, n in small.values(found, "urgency").values()] == [0, 1, 1]
    assert [n for _, n in small.values(found, "municipality").values()] == [1, 1, 0]
    assert [n for _, n in small.values(found, "acute_beds").values()] == [1, 1]


def test_bed_hours_are_what_lies_within_the_span() -> None:
    """The town's 2 beds: 16.7 h, 6.7 h of a stay begun before, none of one that ended before.

    The valley's bed: a stay of 10 h (chance 7/16 of the triangle), of which 4 before the end.
    """
    chance = 1 - (30 / 40) ** 2
    seen = admitted(
        (CENTRE, NOON, 0.5),
        (CENTRE, START - 10 * HOUR, 0.5),
        (CENTRE, START - 20 * HOUR, 0.5),
        (UPPER, END - 4 * HOUR, chance),
    )
    found = list(care.acute_beds_in_use(seen))
    places = small.values(found, "acute_beds")
    assert places["town-beds"] == (pytest.approx((16.7 + 6.7) / (2 * 167)), 3)
    assert places["upper-beds"] == (pytest.approx(4 / 167), 1)
    assert small.values(found)["all"] == (pytest.approx((16.7 + 6.7 + 4) / (3 * 167)), 4)


def test_a_stay_has_the_length_of_the_patients_own_chance() -> None:
    chance = 1 - (30 / 40) ** 2
    seen = admitted((UPPER, NOON, chance))
    found = small.values(care.acute_beds_in_use(seen), "acute_beds")
    assert found["upper-beds"][0] == pytest.approx(10 / 167)


def test_without_acute_beds_there_is_no_share() -> None:
    world = small.world()
    seen = small.seen(world, small.people([NOON]), small.courses(1))
    ((value, n),) = small.values(care.acute_beds_in_use(seen)).values()
    assert math.isnan(value) and n == 0
    assert small.values(care.acute_bed_admissions_a_week(seen))["all"] == (0, 0)


def test_in_a_run_no_more_lie_there_than_there_are_beds() -> None:
    """One bed for all who may be admitted, two days each: nearly always taken, never twice."""
    takes = {"red": 1.0, "yellow": 1.0, "green": 1.0, **small.MADE_UP}
    every = beds(1, {"constant": 48}, "town", "upper", "island") | {"takes": takes}
    world = small.world(small.organisation({"acute_beds": {"beds": every}}), weeks=4, warmup=4)
    patients = world.sample()
    seen = world.observed(patients, world.meets(patients))
    assert 0.7 < small.values(care.acute_beds_in_use(seen))["all"][0] <= 1


EVERY = (
    care.handover_wait_min,
    care.handover_wait_p90_min,
    care.acute_bed_admissions_a_week,
    care.acute_beds_in_use,
)


@pytest.mark.parametrize("indicator", EVERY)
def test_nobody_came_to_hospital(indicator) -> None:
    small.tells_of_nobody(indicator, WORLD)
