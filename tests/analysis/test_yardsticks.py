"""Indicators that stand beside published figures, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from akuttsim.indicators import published_figures
from akuttsim.records import LINE_113, LINE_116117, RED
from tests import small

WORLD = small.world()
NOON = small.at(12)
MIN = 60.0
CENTRE, UPPER = (WORLD.plan.place_index[name] for name in ("centre", "upper"))
NEVER = np.nan


def red(minutes: list[float], **columns: object) -> small.Observed:
    """Return red incidents reached so many minutes after 113 was notified at noon."""
    count = len(minutes)
    usual = {
        "judged": [RED] * count,
        "notified_s": [NOON] * count,
        "alerted_s": [NOON] * count,
        "rolling_s": [NOON] * count,
        "on_scene_s": [NOON + minute * MIN for minute in minutes],
    }
    people = small.people([NOON] * count, place=CENTRE, line=LINE_113)
    return small.seen(WORLD, people, small.courses(count, **{**usual, **columns}))


def whole(rows: object) -> tuple[float, int]:
    return small.values(rows)["all"]  # type: ignore[arg-type]


def test_the_nearest_crew_is_within_five_minutes_of_the_best_on_duty() -> None:
    nearest_s = min(
        WORLD.drive_s(crew.station, "centre", "blue")
        for crew in WORLD.plan.organisation.ambulances.values()
    )
    near, far = nearest_s / MIN + 4.9, nearest_s / MIN + 5.1
    assert whole(published_figures.nearest_crew_share(red([near, far, near]))) == (
        pytest.approx(2 / 3),
        3,
    )


def test_the_spread_is_p90_over_median() -> None:
    seen = red([10.0] * 8 + [30.0] * 2 + [10.0])
    assert whole(published_figures.ambulance_response_p90_over_median(seen))[0] == pytest.approx(
        3.0
    )


def test_red_to_the_legevakt_is_of_those_taken_along() -> None:
    left = [NOON + 20 * MIN] * 3 + [NEVER]
    seen = red(
        [10.0] * 4,
        left_scene_s=left,
        at_clinic_s=[NOON + 30 * MIN, NEVER, NEVER, NEVER],
        at_hospital_s=[NEVER, NOON + 40 * MIN, NOON + 40 * MIN, NEVER],
    )
    assert whole(published_figures.red_to_legevakt_share(seen)) == (pytest.approx(1 / 3), 3)


def test_a_weekend_contact_counts_as_such() -> None:
    times = [small.at(12, day) for day in (1, 2, 5, 6)]
    people = small.people(times, place=CENTRE, line=LINE_116117, is_contact=True)
    course = small.courses(4)
    assert whole(published_figures.weekend_share(small.seen(WORLD, people, course))) == (0.5, 4)


def test_fewer_people_are_far_with_a_wider_limit_and_a_closed_door_makes_more() -> None:
    seen = red([10.0])
    forty = small.values(published_figures.far_from_legevakt_40_min_share(seen), "time_of_day")
    sixty = small.values(published_figures.far_from_legevakt_60_min_share(seen), "time_of_day")
    assert forty.keys() == sixty.keys() == {"day", "evening", "night"}
    assert all(sixty[name][0] <= forty[name][0] for name in forty)


@pytest.mark.parametrize("name", ["missions_a_car_day", "km_a_mission", "office_hours_share"])
def test_of_a_run_they_are_known(name: str) -> None:
    patients = WORLD.sample(2)
    seen = WORLD.observed(patients, WORLD.meets(patients))
    value, n = whole(getattr(published_figures, name)(seen))
    assert n > 0 and value > 0
    assert whole(published_figures.helicopter_missions_per_10000_a_year(seen)) == (0.0, 0)
    assert whole(published_figures.responders_per_1000_a_year(seen)) == (
        pytest.approx(np.nan, nan_ok=True),
        0,
    ), "without first responders there is no number to compare"


def test_responders_a_year_are_of_the_people_of_each_municipality() -> None:
    """In a week three came to the town's people, one to the upper's and none to the island's.

    12,200, 2,900 and 510 people; the neighbour's patient is nobody's. The week has 167 hours:
    summer time begins.
    """
    group = {"title": "Town", "place": "centre", "available": {"value": 0.5, **small.MADE_UP},
             "reaction_min": {"constant": 5, **small.MADE_UP},
             "max_drive_min": {"value": 20, **small.MADE_UP}}  # fmt: skip
    world = small.world(small.organisation({"first_responders": {"centre": group}}))
    people = small.people([NOON] * 6, place=[CENTRE] * 3 + [UPPER] * 2 + [-1], line=LINE_113)
    came_s = [NOON + 9 * MIN] * 4 + [NEVER, NOON + 9 * MIN]
    seen = small.seen(world, people, small.courses(6, responder_s=came_s))
    rows = list(published_figures.responders_per_1000_a_year(seen))
    a_year = 365.25 * 24 / 167
    assert whole(rows) == (pytest.approx(4 * a_year / 15.61), 4)
    assert small.values(rows, "municipality") == {
        "town": (pytest.approx(3 * a_year / 12.2), 3),
        "upper": (pytest.approx(a_year / 2.9), 1),
        "island": (0.0, 0),
    }
