"""A crew that becomes free takes over from one that has much farther to a red patient."""

from __future__ import annotations

from typing import Any

import pytest

from akuttsim.records import MISSION, RETURN
from tests import small
from tests.chain.by_hand import (
    CENTRE,
    CROSS,
    HOSPITAL,
    conveyed,
    crew,
    fleet,
    incident,
    meets,
    number,
)

TAKES_OVER = {"dispatch": {"red_takes_over_min": number(5)}}
TO_CENTRE_S = 90.0 + 72.0  # it is at its own station when it becomes free, and mobilises


def near_and_far(**rules: Any) -> small.World:
    """Return one crew at the hospital and one in the upper valley, 2,250 s from the centre."""
    return fleet(crew("hospital"), crew("upper"), **rules)


def test_the_crew_that_is_free_again_goes_and_the_far_one_turns_home() -> None:
    """The near crew is busy with somebody red until the far one has driven for a while."""
    world = near_and_far(**TAKES_OVER)
    first, second = incident(HOSPITAL), incident(CENTRE, 60.0)
    record = meets(world, first, second)
    courses = record.courses
    free_s = courses.free_s[0]
    assert courses.crew.tolist() == [0, 0]
    assert courses.alerted_s[1] == free_s
    assert courses.on_scene_s[1] == pytest.approx(free_s + TO_CENTRE_S, abs=1e-3)
    assert courses.taken_over.tolist() == [0, 0], "nobody graver took the crew"
    far = record.activities.unit == world.plan.first_vehicle + 1
    assert record.activities.kind[far].tolist() == [MISSION, RETURN]


def test_without_the_rule_the_far_crew_goes_all_the_way() -> None:
    record = meets(near_and_far(), incident(HOSPITAL), incident(CENTRE, 60.0))
    assert record.courses.crew.tolist() == [0, 1]


def test_a_crew_that_would_hardly_be_sooner_leaves_it_to_the_one_on_its_way() -> None:
    """The far crew has 1,500 s to the crossing; the near one is free when that is nearly over."""
    world = near_and_far(**TAKES_OVER)
    first = conveyed(HOSPITAL, on_scene_s=1400.0)
    record = meets(world, first, incident(CROSS, 60.0))
    assert record.courses.crew.tolist() == [0, 1]
