"""Tags that real extracts have and a reader takes for open, two-way or nothing at all.

A short road 1 - 2 - 3 and a detour 1 - 4 - 3; what a tag does is told by the ways that are left.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from akuttsim.roads.importers.graph import NO_FERRY, Graph, times_between
from akuttsim.roads.importers.osm import DEFAULT_KMH, OsmOptions, OsmRoads, read_osm

pytest.importorskip("osmium")

READING = OsmOptions(DEFAULT_KMH, 1.0, 50.0, 30.0)
PLACES = {1: (64.5, 11.5), 2: (64.5, 11.6), 3: (64.5, 11.7), 4: (64.6, 11.6), 5: (64.5, 11.4)}


def _tags(tags: dict[str, str]) -> str:
    return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())


def read(
    tmp_path: Path,
    short: dict[str, str],
    *,
    middle: dict[str, str] | None = None,
    ferry: dict[str, str] | None = None,
    relation: dict[str, str] | None = None,
    through: str = "1 2 3",
) -> OsmRoads:
    """Return what is read of the two roads, and of a ferry 1 - 5 with its relation."""
    barrier = _tags(middle or {})
    nodes = "".join(
        f'<node id="{n}" lat="{lat}" lon="{lon}" version="1">{barrier * (n == 2)}</node>'
        for n, (lat, lon) in PLACES.items()
    )
    ways = [(1, through, {"highway": "secondary", "maxspeed": "80", **short}),
            (2, "1 4 3", {"highway": "secondary", "maxspeed": "80"})]  # fmt: skip
    if ferry is not None:
        ways.append((3, "1 5", ferry))
    text = "".join(
        f'<way id="{n}" version="1">'
        + "".join(f'<nd ref="{ref}"/>' for ref in refs.split())
        + f"{_tags(tags)}</way>"
        for n, refs, tags in ways
    )
    if relation is not None:
        member = '<member type="way" ref="3" role=""/>'
        text += f'<relation id="9" version="1">{member}{_tags(relation)}</relation>'
    path = tmp_path / "map.osm"
    path.write_text(f'<?xml version="1.0"?><osm version="0.6">{nodes}{text}</osm>', "utf-8")
    return read_osm(path, "map.osm", READING)


def km(roads: OsmRoads, start: str = "1", end: str = "3", of: Graph | None = None) -> float:
    """Return the length of the quickest way from one point to another, of ordinary cars."""
    graph = of or roads.graph.for_cars()
    points = np.array([graph.names.index(start), graph.names.index(end)])
    return float(times_between(graph, points)[2][0, 1])


SHORT, DETOUR = pytest.approx(9.57, abs=0.01), pytest.approx(24.2, abs=0.1)


@pytest.mark.parametrize(("tags", "there", "back", "doubt"), [
    ({}, SHORT, SHORT, None),
    ({"motor_vehicle": "agricultural;forestry"}, DETOUR, DETOUR, None),
    ({"motor_vehicle": "agricultural;destination"}, SHORT, SHORT, None),
    ({"access": "emergency"}, DETOUR, DETOUR, "emergency"),
    ({"access": "no", "emergency": "yes"}, DETOUR, DETOUR, "emergency"),
    ({"service": "emergency_access"}, DETOUR, DETOUR, "emergency"),
    ({"access": "delivery"}, DETOUR, DETOUR, None),
    ({"access": "no", "motor_vehicle": "yes"}, SHORT, SHORT, None),
    ({"motor_vehicle": "sheep"}, SHORT, SHORT, "access"),
    ({"motor_vehicle:backward": "no"}, SHORT, DETOUR, None),
    ({"access:forward": "private"}, DETOUR, SHORT, None),
    ({"oneway:motor_vehicle": "yes"}, SHORT, DETOUR, None),
    ({"oneway": "yes", "oneway:motorcar": "no"}, SHORT, SHORT, None),
    ({"oneway": "reversible"}, SHORT, SHORT, "reversible"),
    ({"oneway": "sometimes"}, SHORT, SHORT, "oneway"),
    ({"motor_vehicle:conditional": "no @ (Nov 15-May 15)"}, SHORT, SHORT, "timed"),
    ({"access": "no", "access:conditional": "yes @ (Jun-Oct)"}, DETOUR, DETOUR, "timed"),
    ({"oneway:conditional": "yes @ (07:00-09:00)"}, SHORT, SHORT, "timed"),
    ({"maxspeed:conditional": "60 @ (Nov-Mar)"}, SHORT, SHORT, "timed_limit"),
    ({"seasonal": "summer"}, SHORT, SHORT, "season"),
    ({"winter_service": "no"}, SHORT, SHORT, "season"),
    ({"highway": "Secondary"}, DETOUR, DETOUR, "road_class"),
    ({"highway": "cycleway"}, DETOUR, DETOUR, None),
    ({"disused": "yes"}, DETOUR, DETOUR, None),
    ({"maxspeed": "fast"}, SHORT, SHORT, "maxspeed"),
    ({"maxspeed": "80 @ (22:00-06:00)"}, SHORT, SHORT, "maxspeed"),
    ({"maxspeed": "0"}, SHORT, SHORT, "maxspeed"),
])  # fmt: skip
def test_who_drives_a_way_is_what_its_tags_say_and_what_they_do_not_is_told(
    tmp_path: Path, tags: dict[str, str], there: float, back: float, doubt: str | None
) -> None:
    roads = read(tmp_path, tags)
    assert (km(roads), km(roads, "3", "1")) == (there, back)
    assert roads.doubts.count == ({} if doubt is None else {doubt: 1})
    if doubt == "emergency":
        assert km(roads, of=roads.graph) == SHORT
    elif doubt is not None:
        key, value = next(reversed(tags.items()))
        assert key in roads.doubts.example[doubt] and value.lower() in roads.doubts.example[
            doubt
        ].lower()  # fmt: skip


@pytest.mark.parametrize(("tags", "way", "doubt"), [
    ({"barrier": "bollard"}, DETOUR, "shut_barrier"),
    ({"barrier": "block", "motor_vehicle": "yes"}, SHORT, None),
    ({"barrier": "gate"}, SHORT, None),
    ({"barrier": "gate", "locked": "yes"}, DETOUR, "shut_barrier"),
    ({"barrier": "gate", "access": "no"}, DETOUR, "shut_barrier"),
    ({"barrier": "lift_gate", "access": "private", "emergency": "yes"}, DETOUR, "shut_barrier"),
    ({"barrier": "dragon"}, SHORT, "barrier"),
])  # fmt: skip
def test_a_road_ends_at_a_barrier_that_cars_do_not_pass(
    tmp_path: Path, tags: dict[str, str], way: float, doubt: str | None
) -> None:
    roads = read(tmp_path, {}, middle=tags)
    assert km(roads) == way
    is_for_emergency = "emergency" in tags
    assert list(roads.doubts.count) == [doubt] * bool(doubt) + ["emergency"] * is_for_emergency
    assert (km(roads, of=roads.graph) == SHORT) == (is_for_emergency or way is SHORT)
    assert len(set(roads.graph.names)) == roads.graph.points


def test_both_sides_of_a_barrier_are_reached(tmp_path: Path) -> None:
    roads = read(tmp_path, {}, middle={"barrier": "bollard"})
    near, far = (km(roads, "1", name) for name in ("2", "2-2"))
    assert near == pytest.approx(4.79, abs=0.01) and far > 20


def test_a_road_is_broken_where_a_point_of_it_is_missing(tmp_path: Path) -> None:
    roads = read(tmp_path, {}, through="1 2 70 71 3")
    assert km(roads) == DETOUR
    assert roads.doubts.example == {"gap": "way/1"}
    ends = read(tmp_path, {}, through="70 1 2 3 71")
    assert km(ends) == SHORT and not ends.doubts.count


CARS = {"route": "ferry", "motor_vehicle": "yes"}


@pytest.mark.parametrize(("way", "relation", "minutes", "doubt"), [
    ({**CARS, "duration": "00:20"}, None, 20, None),
    ({**CARS, "duration": "00:20", "access": "no"}, None, 20, None),
    ({"note": "x"}, {"type": "route", "duration": "00:20", **CARS}, 20, None),
    (CARS, {"type": "route", "duration": "00:50", **CARS}, 50, None),
    ({**CARS, "duration": "20 min"}, {"type": "route", "duration": "00:50", **CARS}, 20, None),
    ({**CARS, "duration": "15-20"}, None, None, "duration"),
    ({"route": "ferry", "motor_vehicle": "no", "access": "yes"}, None, 0, None),
    ({"route": "ferry", "foot": "yes"}, None, 0, None),
    ({"route": "ferry"}, None, 0, "ferry_unsaid"),
])  # fmt: skip
def test_a_ferry_is_what_its_way_and_its_relation_say(
    tmp_path: Path,
    way: dict[str, str],
    relation: dict[str, str] | None,
    minutes: float | None,
    doubt: str | None,
) -> None:
    roads = read(tmp_path, {}, ferry=way, relation=relation)
    told = [each.minutes if each.is_tagged else None for each in roads.crossings]
    assert told == ([] if minutes == 0 else [minutes])
    assert (roads.graph.ferry != NO_FERRY).sum() == 2 * len(told)
    assert list(roads.doubts.count) == ([] if doubt is None else [doubt])


def test_the_time_of_a_relation_is_shared_among_its_ways_by_length(tmp_path: Path) -> None:
    """The relation's other way is the detour: a road, which has no part of the crossing."""
    path = tmp_path / "map.osm"
    read(tmp_path, {}, ferry=CARS, relation={"type": "route", "duration": "00:30", **CARS})
    text = path.read_text("utf-8")
    second = text.replace(
        '<relation id="9" version="1">',
        '<way id="4" version="1"><nd ref="5"/><nd ref="3"/><tag k="route" v="ferry"/></way>'
        '<relation id="9" version="1"><member type="way" ref="4" role=""/>'
        '<member type="way" ref="2" role=""/>',
    )
    path.write_text(second, "utf-8")
    first, other = read_osm(path, "map.osm", READING).crossings
    assert first.minutes + other.minutes == pytest.approx(30)
    assert other.minutes == pytest.approx(3 * first.minutes, rel=0.01)
    path.write_text(second.replace('ref="4" role', 'ref="44" role'), "utf-8")
    cut = read_osm(path, "map.osm", READING)
    assert not cut.crossings[0].is_tagged and "ferry_part" in cut.doubts.count
