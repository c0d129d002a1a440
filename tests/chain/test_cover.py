"""Cover by hand: yellow and green wait while too few people would have a crew in reach.

Of 15,610 people 12,200 live at centre, 2,900 at upper and 510 on the island; within 12 minutes with
blue light of hospital or centre is the town, of upper the valley.
"""

from __future__ import annotations

from typing import Any

import pytest

from akuttsim.chain.fleet import PreparednessRule
from akuttsim.records import GREEN, YELLOW
from tests.chain.by_hand import (
    CENTRE,
    CROSS,
    HOSPITAL,
    ISLAND,
    MIN,
    UPPER,
    crew,
    fleet,
    incident,
    meets,
    number,
    times,
    transport,
)

TOWN, VALLEY = crew("hospital"), crew("upper")
IN_TOWN, IN_VALLEY, ON_ISLAND = 12_200, 2_900, 510
EVERYBODY = IN_TOWN + IN_VALLEY + ON_ISLAND


def cover(least: float, within: float = 12, yellow: float = 30, green: float = 90) -> Any:
    return {
        "within_min": number(within),
        "least_share": number(least),
        "yellow_waits_at_most_min": number(yellow),
        "green_waits_at_most_min": number(green),
    }


def rule(least: float, within: float = 12) -> PreparednessRule:
    plan = fleet(TOWN, dispatch={"cover": cover(least, within)}).plan
    assert plan.organisation.dispatch.cover is not None
    return PreparednessRule(plan, plan.organisation.dispatch.cover)


@pytest.mark.parametrize(
    ("places", "people"),
    [
        ([], 0),
        ([HOSPITAL], IN_TOWN),
        ([HOSPITAL, CENTRE], IN_TOWN),
        ([UPPER], IN_VALLEY),
        ([UPPER, HOSPITAL], IN_TOWN + IN_VALLEY),
        ([ISLAND], ON_ISLAND),
        ([UPPER, CENTRE, ISLAND], EVERYBODY),
        ([CROSS], 0),
    ],
)
def test_people_in_reach_are_counted_once(places: list[int], people: int) -> None:
    share = people / EVERYBODY
    assert rule(max(share - 1e-9, 0)).is_kept_by(places)
    assert people == EVERYBODY or not rule(share + 1e-9).is_kept_by(places)


def test_reach_is_with_blue_light() -> None:
    """From cross to centre it is 750 s: 12.5 minutes."""
    assert rule(0.5, 12.5).is_kept_by([CROSS]) and not rule(0.5, 12.49).is_kept_by([CROSS])


def test_yellow_and_green_wait_so_long_at_most() -> None:
    mine = rule(0.5)
    assert (mine.waits_at_most_s(YELLOW), mine.waits_at_most_s(GREEN)) == (1800, 5400)


def held(*crews: Any, least: float = 0.5, **how: float) -> Any:
    return fleet(*crews, dispatch={"cover": cover(least, **how)})


@pytest.mark.parametrize(("urgency", "wait", "rolls"), [(YELLOW, 1800, 120), (GREEN, 5400, 180)])
def test_the_last_crew_is_held_until_the_longest_wait(
    urgency: int, wait: float, rolls: float
) -> None:
    record = meets(held(TOWN), incident(CENTRE, urgency=urgency))
    assert times(record.courses.alerted_s) == [wait]
    assert times(record.courses.on_scene_s) == [wait + rolls + 90]


def test_red_is_never_held() -> None:
    assert times(meets(held(TOWN), incident(CENTRE)).courses.alerted_s) == [0]


def test_a_crew_goes_where_the_others_keep_the_cover() -> None:
    """Two in town: one may go, the second is held until the first is back."""
    at = held(TOWN, TOWN)
    record = meets(at, incident(CENTRE, urgency=YELLOW), incident(CENTRE, 60.0, urgency=YELLOW))
    assert times(record.courses.alerted_s) == [0, 120 + 90 + 600]


def test_the_valleys_crew_may_go_as_it_covers_few() -> None:
    at = held(TOWN, VALLEY)
    assert times(meets(at, incident(UPPER, urgency=YELLOW)).courses.alerted_s) == [0]
    assert times(meets(at, incident(CENTRE, urgency=YELLOW)).courses.alerted_s) == [1800]


def test_red_goes_past_those_who_are_held_and_they_wait_no_longer_for_it() -> None:
    """At 30 minutes yellow may leave nobody behind, but no crew is there; then the first free."""
    red = incident(CENTRE, 20 * MIN, on_scene_s=1200.0)
    record = meets(held(TOWN), incident(CENTRE, urgency=YELLOW), red)
    free = 20 * 60 + 90 + 72 + 1200
    assert times(record.courses.alerted_s) == [free, 1200]
    assert times(record.courses.on_scene_s)[0] == free, "the crew is there with red"


def test_who_may_go_first_goes_first_of_those_who_are_held() -> None:
    """Green may go from 90 minutes. Yellow since 69 minutes may from 99: or 89, if it waits 20."""
    green, yellow = incident(CENTRE, urgency=GREEN), incident(CENTRE, 69 * MIN, urgency=YELLOW)
    by_30 = meets(held(TOWN), green, yellow)
    green_free = 5400 + 180 + 90 + 600
    assert times(by_30.courses.alerted_s) == [5400, green_free], "held no longer, it waits"
    by_20 = meets(held(TOWN, yellow=20), green, yellow)
    assert times(by_20.courses.alerted_s) == [89 * 60 + 120 + 90 + 600, 89 * 60]


def test_planned_transports_are_held_as_green_and_transport_vehicles_are_not() -> None:
    ordered = transport(CENTRE, HOSPITAL)
    assert times(meets(held(TOWN), ordered).courses.on_scene_s) == [5400 + 180 + 90]
    vehicle = crew("hospital", kind="transport")
    assert times(meets(held(TOWN, vehicle), ordered).courses.on_scene_s) == [180 + 90]


def test_a_crew_on_its_way_home_covers_where_it_is_going() -> None:
    """The valley's crew is freed in town and drives home: it does not cover the town."""
    at = held(TOWN, VALLEY)
    busy = incident(HOSPITAL, 0.0, on_scene_s=7200.0)
    second = incident(HOSPITAL, 1.0, on_scene_s=60.0)
    yellow = incident(HOSPITAL, 60 + 90 + 2322 + 300.0, urgency=YELLOW)
    record = meets(at, busy, second, yellow)
    assert record.courses.crew.tolist() == [0, 1, 1]
    asked = times(record.courses.requested_s)[2]
    assert asked is not None and times(record.courses.alerted_s)[2] == asked + 1800
