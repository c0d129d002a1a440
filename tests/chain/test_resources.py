"""Setting up by hand: distances in a straight line, where a boat goes, doors, beds, who is told."""

from __future__ import annotations

import math
from typing import Any

import pytest

from akuttsim.chain.clock_and_queues import Clock
from akuttsim.chain.service_setup import (
    build_acute_beds,
    build_hospital_doors,
    build_responders,
    build_supports,
    has_co_responders,
)
from akuttsim.config.region_checks import km_between_places
from akuttsim.great_circle import EARTH_KM
from akuttsim.records import GREEN, RED
from akuttsim.units import TICKS_PER_S
from tests import small
from tests.chain.by_hand import (
    crew,
    fleet,
    number,
    open_for,
    satellite,
    shares,
    sourced,
    support,
    takes,
)

PLACES = small.region().places


def by_the_cosine(one: str, other: str) -> float:
    """Return the great-circle distance by the spherical law of cosines."""
    a, b = PLACES[one], PLACES[other]
    lat, lat_2 = math.radians(a.lat), math.radians(b.lat)
    turn = math.cos(lat) * math.cos(lat_2) * math.cos(math.radians(b.lon - a.lon))
    return EARTH_KM * math.acos(math.sin(lat) * math.sin(lat_2) + turn)


@pytest.mark.parametrize(("one", "other"), [("hospital", "upper"), ("quay", "island")])
def test_kilometres_are_those_of_the_great_circle(one: str, other: str) -> None:
    there = km_between_places(PLACES[one], PLACES[other])
    assert there == pytest.approx(by_the_cosine(one, other), rel=1e-6)
    assert there == km_between_places(PLACES[other], PLACES[one])
    assert km_between_places(PLACES[one], PLACES[one]) == 0


def test_a_degree_of_latitude_is_111_km() -> None:
    north = PLACES["hospital"].model_copy(update={"lat": 65.0})
    assert km_between_places(PLACES["hospital"], north) == pytest.approx(111.19, abs=0.01)


def plan(**changes: Any) -> Any:
    return fleet(crew("hospital"), **changes).plan


def test_a_helicopter_flies_between_all_places_in_whole_ticks() -> None:
    mine = plan(supports={"heli": support("helicopter", "hospital")})
    [heli], index = build_supports(mine), mine.place_index
    assert heli.straight is not None
    flown = heli.straight.seconds(index["hospital"], index["upper"])
    assert flown == pytest.approx(by_the_cosine("hospital", "upper") / 200 * 3600, abs=1e-3)
    assert flown * TICKS_PER_S == round(flown * TICKS_PER_S)
    ways = ((one, other) for one in index.values() for other in index.values())
    assert all(math.isfinite(heli.straight.seconds(*way)) for way in ways)


def test_a_boat_goes_between_its_base_what_it_reaches_and_the_hospital_only() -> None:
    boat = support("boat", "quay", reaches=["island"], speed_kmh=number(50))
    mine = plan(supports={"boat": boat})
    [sailing], index = build_supports(mine), mine.place_index
    assert sailing.straight is not None
    seconds, quay = sailing.straight.seconds, index["quay"]
    sails = {name for name in index if math.isfinite(seconds(quay, index[name]))}
    assert sails == {"quay", "island", "hospital"}
    assert math.isinf(seconds(index["upper"], index["island"]))


def test_supports_come_after_the_crews_in_the_table_of_units() -> None:
    single = support("single_responder", "upper", reaches_within_min=number(20))
    mine = plan(supports={"heli": support("helicopter", "hospital"), "single": single})
    heli, one = build_supports(mine)
    names = [mine.units[each.unit].name for each in (heli, one)]
    assert names == ["heli", "single"]
    assert (heli.needs_weather, one.needs_weather) == (True, False)
    assert (heli.farthest_s, one.farthest_s) == (math.inf, 1200)
    assert (heli.conveys, one.conveys) == (0.5, 0.0)
    assert one.straight is None and heli.expected_reaction_s == 300
    assert one.base == mine.place_index["upper"] and one.sent == (1.0, 0.0, 0.0)


def test_responders_are_at_their_place() -> None:
    group = {"title": "Fire", "place": "upper", "available": number(0.5), "reaction_min": takes(4),
             "max_drive_min": number(10)}  # fmt: skip
    mine = plan(first_responders={"fire": group})
    assert [(responder.place, responder.max_drive_s) for responder in build_responders(mine)] == [
        (3, 600.0)
    ]
    assert has_co_responders(mine)


def test_somebody_else_is_alerted_only_where_there_is_somebody() -> None:
    assert not has_co_responders(plan())
    assert has_co_responders(plan(supports={"one": support("single_responder", "upper")}))
    call_out = {"goes": number(1), "max_drive_min": number(10)}
    at_upper = satellite(open=open_for("upper"), nurses={"all": small.staff(1)})
    assert not has_co_responders(plan(clinics={"satellite": at_upper}))
    assert has_co_responders(plan(clinics={"satellite": {**at_upper, "nurse_call_out": call_out}}))


def test_the_door_is_at_the_hospitals_place() -> None:
    mine = plan(handovers={"hospital": {"places": sourced(value=2)}})
    found = build_hospital_doors(mine, Clock())
    assert list(found) == [0] and found[0].free == 2
    assert build_hospital_doors(plan(), Clock()) == {}


def test_municipal_beds_are_for_their_municipalities_by_urgency() -> None:
    config = {"title": "B", "place": "upper", "municipalities": ["upper"], "stay_h": takes(48),
              "beds": sourced(value=3), "takes": shares(0, 0.2, 0.5)}  # fmt: skip
    (mine,) = build_acute_beds(plan(acute_beds={"beds": config}), Clock())
    assert (mine.index, mine.place, mine.municipalities) == (0, 3, frozenset({1}))
    assert mine.beds.free == 3 and (mine.takes[RED], mine.takes[GREEN]) == (0, 0.5)
