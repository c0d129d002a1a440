from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from akuttsim.errors import InputError
from akuttsim.roads.importers.graph import NO_FERRY, simplify_graph
from akuttsim.roads.importers.osm import (
    DEFAULT_KMH,
    FerryCrossing,
    OsmOptions,
    read_osm,
)
from akuttsim.roads.importers.road_tags import (
    Access,
    RoadDoubts,
    driving_directions,
    ferry_minutes,
    limit_kmh,
    may_drive,
    road_speed_kmh,
    way_access,
)
from tests.shared_data import folder

osmium = pytest.importorskip("osmium")

READING = OsmOptions(DEFAULT_KMH, 1.0, 50.0, 30.0)
NODES = "".join(
    f'<node id="{n}" lat="{64.5 + 0.001 * n}" lon="11.5" version="1"/>' for n in range(1, 9)
)


def way(number: int, nodes: list[int], **tags: str) -> str:
    refs = "".join(f'<nd ref="{n}"/>' for n in nodes)
    said = "".join(f'<tag k="{k.replace("__", ":")}" v="{v}"/>' for k, v in tags.items())
    return f'<way id="{number}" version="1">{refs}{said}</way>'


def osm(tmp_path: Path, *ways: str, head: str = "") -> Path:
    path = tmp_path / "map.osm"
    path.write_text(f'<?xml version="1.0"?>{head}<osm version="0.6">{NODES}{"".join(ways)}</osm>')
    return path


def pairs(path: Path) -> dict[tuple[str, str], float]:
    """Return the speed of each stretch by its ends."""
    graph = read_osm(path, "map.osm", READING).graph
    ends = zip(graph.start.tolist(), graph.end.tolist(), graph.kmh().tolist(), strict=True)
    return {(graph.names[a], graph.names[b]): round(kmh, 6) for a, b, kmh in ends}


def test_roads_are_driven_both_ways_at_their_limit_or_by_class(tmp_path: Path) -> None:
    path = osm(tmp_path, way(1, [1, 2], highway="residential"),
               way(2, [2, 3], highway="secondary", maxspeed="80"),
               way(3, [4, 5], highway="trunk", maxspeed__forward="70",
                   maxspeed__backward="50"))  # fmt: skip
    assert pairs(path) == {("1", "2"): 30, ("2", "1"): 30, ("2", "3"): 80, ("3", "2"): 80,
                           ("4", "5"): 70, ("5", "4"): 50}  # fmt: skip


def test_one_way_streets_roundabouts_and_motorways_are_driven_one_way(tmp_path: Path) -> None:
    path = osm(tmp_path, way(1, [1, 2], highway="residential", oneway="yes"),
               way(2, [3, 4], highway="residential", oneway="-1"),
               way(3, [5, 6], highway="motorway"),
               way(4, [6, 7, 8], highway="primary", junction="roundabout"))  # fmt: skip
    assert set(pairs(path)) == {("1", "2"), ("4", "3"), ("5", "6"), ("6", "7"), ("7", "8")}
    assert driving_directions({"highway": "motorway", "oneway": "no"}) == (True, True)


def test_nobody_stops_on_a_motorway(tmp_path: Path) -> None:
    path = osm(tmp_path, way(1, [1, 2, 3], highway="motorway"), way(2, [3, 4], highway="primary"))
    graph = read_osm(path, "map.osm", READING).graph
    assert [graph.names[k] for k in np.flatnonzero(graph.can_stop)] == ["3", "4"]


def test_private_ways_and_those_of_others_are_left_out_and_counted(tmp_path: Path) -> None:
    path = osm(tmp_path, way(1, [1, 2], highway="residential"),
               way(2, [2, 3], highway="service", access="private"),
               way(3, [3, 4], highway="unclassified", motor_vehicle="no"),
               way(4, [4, 5], highway="footway"), way(5, [5, 6], highway="track"))  # fmt: skip
    read = read_osm(path, "map.osm", READING)
    assert read.graph.points == 2
    assert read.skipped == {"private or closed to cars": 2, "not a road for cars": 2}
    assert may_drive({"access": "no", "motor_vehicle": "yes"})
    assert may_drive({"access": "destination"})


def test_a_car_ferry_is_one_crossing_with_its_time_and_the_mean_wait(tmp_path: Path) -> None:
    cars = {"route": "ferry", "motor_vehicle": "yes"}
    path = osm(tmp_path, way(1, [1, 2], highway="primary"), way(2, [4, 5], highway="primary"),
               way(3, [2, 3, 4], name="Sundet", duration="00:12", **cars),
               way(4, [5, 6], **cars), way(5, [6, 7], route="ferry", foot="yes"))  # fmt: skip
    read = read_osm(path, "map.osm", READING)
    assert read.crossings[0] == FerryCrossing("Sundet", 12.0, True)
    assert not read.crossings[1].is_tagged
    ferry = read.graph.ferry != NO_FERRY
    assert read.graph.seconds[ferry][0] == (12 + 30) * 60
    assert read.skipped == {"ferry not for cars": 1}


@pytest.mark.parametrize(("text", "kmh"), [
    ("50", 50), ("30 mph", 48.28), ("NO:urban", None), ("walk", 6), ("none", None),
    ("80,5", 80.5), ("80 @ (22:00-06:00)", None), ("DE:zone:30", 30),
    ("['30', '50']", 30), ("80;60", 60), ("999", None),
])  # fmt: skip
def test_speed_limits(text: str, kmh: float | None) -> None:
    found = limit_kmh(text)
    assert found == (kmh if kmh is None else pytest.approx(kmh, abs=0.01))


def test_a_share_of_a_limit_is_driven_but_all_of_a_class_speed() -> None:
    assert road_speed_kmh("primary", "80", {"primary": 60.0}, 0.8) == 64
    assert road_speed_kmh("primary", "", {"primary": 60.0}, 0.8) == 60


@pytest.mark.parametrize(("text", "minutes"), [
    ("00:20", 20), ("1:05:00", 65), ("PT1H10M", 70), ("20", 20), ("", None), ("soon", None),
    ("99:99", None),
])  # fmt: skip
def test_crossing_times(text: str, minutes: float | None) -> None:
    assert ferry_minutes(text) == minutes


BOMB = ('<!DOCTYPE osm [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>')  # fmt: skip
OUTSIDE = '<!DOCTYPE osm [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("head", [BOMB, OUTSIDE])
def test_entities_are_refused(tmp_path: Path, head: str) -> None:
    name = "&c;" if head is BOMB else "&x;"
    path = osm(tmp_path, way(1, [1, 2], highway="residential", name=name), head=head)
    with pytest.raises(InputError, match=r"map.osm: cannot be read as OpenStreetMap data: .*ntit"):
        read_osm(path, "map.osm", READING)


@pytest.mark.parametrize(("name", "content", "said"), [
    ("map.osm", b"<osm><way", "cannot be read as OpenStreetMap data"),
    ("map.osm.pbf", b"\x00\x00\x00\x0dnot a pbf at all", "cannot be read as OpenStreetMap data"),
    ("map.zip", b"PK", "must end in .osm.pbf or .osm; unpack it first"),
    ("map.osm", b"<osm version='0.6'></osm>", "has no road that cars may use"),
])  # fmt: skip
def test_broken_files_are_told(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=said):
        read_osm(path, name, READING)


def test_a_real_extract_that_is_cut_short_is_told(tmp_path: Path) -> None:
    real = folder() / "oslo_east_osm_roads" / "oslo-east-filtered.osm.pbf"
    short = tmp_path / "short.osm.pbf"
    short.write_bytes(real.read_bytes()[:300_000])
    with pytest.raises(InputError, match="cannot be read as OpenStreetMap data"):
        read_osm(short, "short.osm.pbf", READING)


THEIR_KMH = {"trunk_link": 50, "primary_link": 50, "secondary_link": 50, "tertiary_link": 40}
"""Speeds by class of the graph that somebody else made from the same extract."""


def test_the_real_extract_is_the_graph_that_others_made_of_it_edge_by_edge() -> None:
    """16,600 stretches: length to the 5 cm they are rounded to; what is missing nobody may use.

    Half a millimetre more, because their Earth is a millionth larger.
    """
    real = folder() / "oslo_east_osm_roads"
    speeds = {**DEFAULT_KMH, "motorway": 95, **THEIR_KMH}
    path = real / "oslo-east-filtered.osm.pbf"
    read = read_osm(path, "real", OsmOptions(speeds, 1.0, 0.0, 0.0))
    theirs, ways = _theirs(real / "edges.csv")
    number = {name: k for k, name in enumerate(read.graph.names)}
    nodes = dict.fromkeys(each for pair in theirs for each in pair)
    small, _ = simplify_graph(read.graph, [number[node] for node in nodes if node in number])
    ours = defaultdict(list)
    for k in range(len(small.start)):
        pair = small.names[small.start[k]], small.names[small.end[k]]
        ours[pair].append((float(small.seconds[k]), float(small.km[k]) * 1000))
    assert set(ours) <= set(theirs)
    missing = {ways[pair] for pair in theirs.keys() - ours.keys() if pair[0] != pair[1]}
    assert len(theirs.keys() & ours.keys()) > 16_500
    shut = {int(each.split()[0][len("node/") :]) for each in read.doubts.found["shut_barrier"]}
    assert missing <= _closed_to_cars(path, shut)
    off_m = [abs(min(ours[pair])[1] - min(theirs[pair])[1]) for pair in ours]
    assert max(off_m) <= 0.0506
    off_s = [abs(min(ours[pair])[0] - min(theirs[pair])[0]) for pair in ours]
    assert max(off_s) <= 0.0506 / (15 / 3.6)


def _theirs(path: Path) -> tuple[dict[tuple[str, str], list[tuple[float, float]]], dict]:
    found, ways = defaultdict(list), {}
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["access"] not in ("private", "no"):
                metres = float(row["length_m"])
                pair = row["u"], row["v"]
                found[pair].append((metres / float(row["speed_kmh"]) * 3.6, metres))
                ways[pair] = int(row["osm_way"])
    return found, ways


def _closed_to_cars(path: Path, shut: set[int]) -> set[int]:
    """Return the ways that cars may not drive in both directions, or not past a barrier."""
    found = set()
    for way in osmium.FileProcessor(str(path), osmium.osm.WAY):
        tags = {tag.k: tag.v for tag in way.tags}
        both = [way_access(tags, RoadDoubts(), "", each) for each in ("forward", "backward")]
        if both != [Access.OPEN] * 2 or any(node.ref in shut for node in way.nodes):
            found.add(way.id)
    return found
