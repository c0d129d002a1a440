"""First help on hand-made courses: who came, who was first, and what came beside ambulances."""

from __future__ import annotations

import math

import numpy as np
import pytest

from akuttsim.indicators import first_help
from akuttsim.records import (
    AMBULANCE,
    LINE_113,
    LINE_VICTIM,
    MISSION,
    NURSE,
    NURSE_OUT,
    RED,
    SUPPORT,
    YELLOW,
    Unit,
)
from tests import small

SUPPORTS = {
    "heli": small.support("helicopter", "hospital"),
    "rescue": small.support("rescue_helicopter", "hospital"),
    "solo": small.support("single_responder", "centre"),
}
HELI, RESCUE, SOLO = range(3)
WORLD = small.world(small.organisation({"supports": SUPPORTS}))
CENTRE, UPPER = (WORLD.plan.place_index[name] for name in ("centre", "upper"))
NOON, MIN, NEVER = small.at(12), 60.0, math.nan
WEEK = 168 / 167  # the clocks go forward in the measured week
CAME = ("on_scene_s", "responder_s", "doctor_on_scene_s", "nurse_on_scene_s", "support_s")


def patients(
    *rows: dict[str, float], place: int | list[int] = CENTRE, line: int | list[int] = LINE_113,
    **columns: object,
) -> small.Observed:  # fmt: skip
    """Return red patients at noon: in how many minutes each helper came (not named: never)."""
    came = {name: [NOON + row.get(name, NEVER) * MIN for row in rows] for name in CAME}
    first = [NOON + min(row.values(), default=NEVER) * MIN for row in rows]
    given = {"judged": [RED] * len(rows), "notified_s": [NOON] * len(rows), **columns}
    course = small.courses(len(rows), **came, **{"first_help_s": first, **given})
    return small.seen(WORLD, small.people([NOON] * len(rows), place=place, line=line), course)


def test_the_first_to_come_counts_whoever_it_is() -> None:
    """9 and 12 minutes in the town (the second's ambulance is later), 30 in the valley."""
    seen = patients(
        {"on_scene_s": 9.0},
        {"on_scene_s": 20.0, "responder_s": 12.0},
        {"nurse_on_scene_s": 30.0},
        {},  # nobody came
        place=[CENTRE, CENTRE, UPPER, CENTRE],
    )
    median = list(first_help.first_help_median_min(seen))
    assert small.values(median)["all"] == (12.0, 3)
    assert small.values(median, "municipality")["town"] == (10.5, 2)
    p90 = small.values(first_help.first_help_p90_min(seen))["all"]
    assert p90 == (pytest.approx(12 + 0.8 * 18), 3)
    within = list(first_help.first_help_within_12_min(seen))
    assert small.values(within)["all"] == (pytest.approx(2 / 3), 3)
    assert small.values(within, "municipality")["upper"] == (0.0, 1)


def test_only_red_patients_of_the_region_and_each_victim() -> None:
    rows = [{"on_scene_s": 5.0}] * 4
    seen = patients(
        *rows,
        place=[CENTRE, CENTRE, -1, CENTRE],
        judged=[RED, YELLOW, RED, RED],
        line=[LINE_113, LINE_113, LINE_113, LINE_VICTIM],
    )
    assert small.values(first_help.first_help_within_12_min(seen))["all"] == (1.0, 2)


def test_who_was_first_and_the_ambulance_wins_a_tie() -> None:
    seen = patients(
        {"on_scene_s": 9.0, "responder_s": 9.0},
        {"on_scene_s": 9.0, "responder_s": 8.0},
        {"doctor_on_scene_s": 3.0, "on_scene_s": 9.0},
        {"nurse_on_scene_s": 3.0},
        {"support_s": 7.0, "on_scene_s": 9.0},
        {"support_s": 7.0},
        {"support_s": 9.0, "on_scene_s": 7.0},
        {},
        support=[-1, -1, -1, -1, HELI, SOLO, RESCUE, -1],
    )
    found = list(first_help.first_help_by_a_week(seen))
    assert small.values(found)["all"] == (pytest.approx(7 * WEEK), 7)
    assert {name: n for name, (_, n) in small.values(found, "who").items()} == {
        "ambulance": 2,
        "first_responder": 1,
        "doctor": 1,
        "nurse": 1,
        "helicopter": 1,
        "rescue_helicopter": 0,
        "boat": 0,
        "single_responder": 1,
    }


def test_first_responders_are_ahead_or_not_at_all() -> None:
    """4 minutes ahead, 2 behind (counts as 0), one alone, and a neighbour's."""
    seen = patients(
        {"on_scene_s": 14.0, "responder_s": 10.0},
        {"on_scene_s": 8.0, "responder_s": 10.0},
        {"responder_s": 10.0},
        {"on_scene_s": 14.0, "responder_s": 1.0},
        place=[CENTRE, UPPER, UPPER, -1],
    )
    ahead = list(first_help.responder_before_ambulance_min(seen))
    assert small.values(ahead)["all"] == (2.0, 2)
    assert small.values(ahead, "municipality")["upper"] == (0.0, 1)
    came = list(first_help.responders_came_a_week(seen))
    assert small.values(came)["all"] == (pytest.approx(3 * WEEK), 3)
    assert [n for _, n in small.values(came, "municipality").values()] == [1, 2, 0]


def test_support_response_is_of_those_it_came_to_whatever_the_urgency() -> None:
    seen = patients(
        {"support_s": 10.0}, {"support_s": 20.0}, {"support_s": 40.0}, {"on_scene_s": 1.0},
        support=[HELI, HELI, SOLO, -1], judged=[RED, YELLOW, RED, RED],
    )  # fmt: skip
    found = list(first_help.support_response_median_min(seen))
    assert small.values(found)["all"] == (20.0, 3)
    kinds = small.values(found, "kind")
    assert kinds["helicopter"] == (15.0, 2) and kinds["single_responder"] == (40.0, 1)
    assert kinds["boat"][1] == 0
    assert [n for _, n in small.values(found, "support").values()] == [2, 0, 1]


def test_conveyed_by_support_is_without_handover_by_a_crew() -> None:
    arrived = [NOON + 3000, NOON + 3000, NEVER, NOON + 3000]
    seen = patients(
        *[{"support_s": 10.0}] * 3, {"on_scene_s": 10.0},
        support=[HELI, HELI, RESCUE, -1],
        outcome=[AMBULANCE] * 4,
        at_hospital_s=arrived,
        handover_began_s=[NEVER, NOON + 3000, NEVER, NEVER],
    )  # fmt: skip
    found = list(first_help.conveyed_by_support_a_week(seen))
    assert small.values(found)["all"] == (pytest.approx(WEEK), 1)
    assert small.values(found, "support")["heli"][1] == 1


ALWAYS = ((0.0, WORLD.plan.end_s),)
UNITS = (
    Unit("satellite/nurse-1", "nurse", "satellite", ALWAYS),
    Unit("town-1", "crew", "hospital", ALWAYS),
    Unit("heli", "support", "helicopter", ALWAYS),
    Unit("solo", "support", "single_responder", ALWAYS),
)
NURSE_UNIT, CREW_UNIT, HELI_UNIT, SOLO_UNIT = range(4)


def out(
    world: small.World, *rows: tuple[int, int, float, int], **columns: object
) -> small.Observed:
    """Return half-hours out: unit, kind, hour when it began, patient."""
    did = small.activities(
        *(
            (unit, kind, small.at(hour), small.at(hour) + 1800, who)
            for unit, kind, hour, who in rows
        )
    )
    course = small.courses(2, **columns)
    return small.seen(world, small.people([NOON] * 2), course, did=did, units=UNITS)


def test_supports_sent_came_or_came_too_late() -> None:
    """The helicopter is at the first patient; the responder was too late; one began before."""
    seen = out(
        WORLD,
        (HELI_UNIT, SUPPORT, 12.0, 0),
        (SOLO_UNIT, SUPPORT, 12.0, 0),
        (SOLO_UNIT, SUPPORT, 13.0, 1),
        (SOLO_UNIT, SUPPORT, -0.1, 1),
        (CREW_UNIT, MISSION, 12.0, 0),
        support=[HELI, -1],
    )
    found = list(first_help.supports_a_week(seen))
    assert small.values(found)["all"] == (pytest.approx(3 * WEEK), 3)
    assert {k: n for k, (_, n) in small.values(found, "kind").items() if n} == {
        "helicopter": 1,
        "single_responder": 2,
    }
    assert [n for _, n in small.values(found, "support").values()] == [1, 0, 2]
    assert [n for _, n in small.values(found, "came").values()] == [1, 2]


def test_nurse_call_outs_by_satellite() -> None:
    """By the satellite's own nurse twice, and none for looking after patients inside."""
    world = small.world(small.organisation({}, "satellite"))
    seen = out(
        world,
        (NURSE_UNIT, NURSE_OUT, 12.0, 0),
        (NURSE_UNIT, NURSE_OUT, 14.0, 1),
        (NURSE_UNIT, NURSE, 15.0, 1),
        (NURSE_UNIT, NURSE_OUT, -0.1, 1),
    )
    found = list(first_help.nurse_call_outs_a_week(seen))
    assert small.values(found)["all"] == (pytest.approx(2 * WEEK), 2)
    names = list(world.plan.organisation.clinics)
    assert small.values(found, "clinic")["satellite"][1] == 2
    assert list(small.values(found, "clinic")) == names


def test_a_crew_that_is_the_satellites_nurse_goes_out_from_there() -> None:
    clinic = {"nurses": None, "nurses_of_crew": "town-1"}
    organisation = small.organisation({"clinics": {"satellite": clinic}}, "satellite")
    seen = out(small.world(organisation), (CREW_UNIT, NURSE_OUT, 12.0, 0))
    found = small.values(first_help.nurse_call_outs_a_week(seen), "clinic")
    assert found["satellite"][1] == 1


def test_in_a_run_first_help_is_the_earliest_of_all_who_came() -> None:
    patients = WORLD.sample()
    seen = WORLD.observed(patients, WORLD.meets(patients))
    courses = seen.record.courses
    came = np.array([getattr(courses, name) for name in CAME])
    helped = ~np.isnan(courses.first_help_s)
    assert (helped == ~np.isnan(came).all(axis=0)).all()
    assert (courses.first_help_s[helped] == np.nanmin(came[:, helped], axis=0)).all()
    who = small.values(first_help.first_help_by_a_week(seen), "who")
    total = small.values(first_help.first_help_median_min(seen))["all"][1]
    assert sum(n for _, n in who.values()) == total > 0
    assert who["helicopter"][1] > 0 and who["ambulance"][1] > 0


EVERY = (
    first_help.first_help_median_min,
    first_help.first_help_p90_min,
    first_help.first_help_within_12_min,
    first_help.first_help_by_a_week,
    first_help.responders_came_a_week,
    first_help.responder_before_ambulance_min,
    first_help.supports_a_week,
    first_help.support_response_median_min,
    first_help.conveyed_by_support_a_week,
    first_help.nurse_call_outs_a_week,
)


@pytest.mark.parametrize("indicator", EVERY)
@pytest.mark.parametrize("supports", [{}, SUPPORTS])
def test_nobody_needed_help(indicator, supports) -> None:
    world = small.world(small.organisation({"supports": supports}))
    small.tells_of_nobody(indicator, world)
