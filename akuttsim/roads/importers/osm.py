"""OpenStreetMap: roads and ferries of an .osm.pbf or .osm file, read with pyosmium.

Speeds are those of a stretch with a speed limit, or by the class of its road.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from akuttsim.errors import InputError, Problem
from akuttsim.great_circle import great_circle_km
from akuttsim.roads.importers.graph import MOST_STRETCHES, NO_FERRY, Graph, Stretch, graph_of
from akuttsim.roads.importers.road_tags import (
    Access,
    RoadDoubts,
    Tags,
    barrier_access,
    car_access,
    driving_directions,
    ferry_minutes,
    read_limit,
    road_speed_kmh,
    tag_parts,
    timed_tags,
    way_access,
)
from akuttsim.texts import message
from akuttsim.units import HOUR_S, MINUTE_S
from akuttsim.untrusted_files import refuse_size, unusable_file

DEFAULT_KMH: dict[str, float] = {
    "motorway": 95, "motorway_link": 60,
    "trunk": 70, "trunk_link": 50,
    "primary": 60, "primary_link": 45,
    "secondary": 50, "secondary_link": 40,
    "tertiary": 40, "tertiary_link": 35,
    "unclassified": 40, "residential": 30,
    "living_street": 15, "service": 15, "road": 30,
}  # fmt: skip
"""Car speeds of OpenStreetMap's road classes where no limit is told: assumptions (grade C)."""

MAX_BYTES = 2_000_000_000
SHORTEST_KM = 1e-6
"""Two points at one spot are a millimetre apart, so that every stretch takes some time."""

FERRY_KMH = 20.0
"""Speed of a ferry whose crossing time no tag tells (grade C)."""

_NO_STOPPING = frozenset({"motorway", "motorway_link"})
_OTHER_CLASSES = frozenset({
    "track", "footway", "path", "cycleway", "steps", "bridleway", "pedestrian", "busway",
    "bus_guideway", "bus_stop", "escape", "raceway", "rest_area", "services", "corridor",
    "elevator", "platform", "proposed", "construction", "planned", "via_ferrata", "no", "none",
    "emergency_bay", "emergency_access_point", "abandoned", "disused", "razed", "demolished",
    "ladder", "trail", "crossing", "trailhead", "traffic_island", "stop",
    "street_lamp", "passing_place",
})  # fmt: skip
"""Classes that are no roads for cars, and are left out without a doubt."""


@dataclass(frozen=True)
class OsmOptions:
    """How roads are read.

    Attributes:
        speeds: Car speeds in km/h by road class; ways of other classes are not read.
        of_limit: Share of a speed limit that cars drive.
        town_below_kmh: A street slower than this is in town.
        ferry_wait_min: Mean wait that a crossing counts with until the region is written.
    """

    speeds: Mapping[str, float]
    of_limit: float
    town_below_kmh: float
    ferry_wait_min: float


@dataclass(frozen=True)
class FerryCrossing:
    """A ferry as it was read.

    Attributes:
        name: Its name, or its road's number.
        minutes: Of the crossing.
        is_tagged: Whether a tag tells the minutes; else they are worked out at `FERRY_KMH`.
    """

    name: str
    minutes: float
    is_tagged: bool


@dataclass
class OsmRoads:
    """What was read from an extract.

    Attributes:
        graph: The roads and ferries.
        crossings: Ferries, by the graph's ferry numbers.
        skipped: Ways that were not read, as counts by reason.
        doubts: What its owner should look at.
    """

    graph: Graph
    crossings: list[FerryCrossing]
    skipped: dict[str, int]
    doubts: RoadDoubts


LocatedNode = tuple[int, float, float]
"""A point of a way: its number, latitude and longitude."""


@dataclass(frozen=True)
class _OsmWay:
    """A way of the extract: its number, tags, and points (None for one that is not there)."""

    id: int
    tags: Tags
    nodes: list[LocatedNode | None]
    minutes: float | None = None
    """Its part of the crossing time that a ferry's relation tells."""

    @property
    def name(self) -> str:
        """Return how the way is found again at openstreetmap.org."""
        return f"way/{self.id}"

    @property
    def pieces(self) -> list[list[LocatedNode]]:
        """Return the runs of points that are there; a road is broken where one is missing."""
        runs: list[list[LocatedNode]] = [[]]
        for node in self.nodes:
            if node is not None:
                runs[-1].append(node)
            elif runs[-1]:
                runs.append([])
        return [run for run in runs if len(run) > 1]

    @property
    def has_gap(self) -> bool:
        """Tell whether a point is missing between two that are there."""
        is_there = "".join("." if node is None else "x" for node in self.nodes).strip(".")
        return "." in is_there


@dataclass
class _OsmCollector:
    """The points and stretches of the ways read so far; points are numbered as they come."""

    reading: OsmOptions
    barriers: dict[int, Tags] = field(default_factory=dict)
    points: dict[int, int] = field(default_factory=dict)
    where: list[tuple[str, float, float, bool]] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    labels: dict[str, int] = field(default_factory=dict)
    crossings: list[FerryCrossing] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)
    doubts: RoadDoubts = field(default_factory=RoadDoubts)
    shut: dict[int, list[int]] = field(default_factory=dict)

    def skip(self, why: str) -> None:
        """Count a way that is not read."""
        self.skipped[why] = self.skipped.get(why, 0) + 1

    def point(self, node: LocatedNode, can_stop: bool) -> int:
        """Return the number of a point; one at which any of its roads lets one stop is a stop."""
        ref, lat, lon = node
        number = self.points.get(ref)
        if number is None:
            number = self.points[ref] = len(self.where)
            self.where.append((str(ref), lat, lon, can_stop))
        elif can_stop and not self.where[number][3]:
            self.where[number] = (str(ref), lat, lon, True)
        return number

    def shut_point(self, node: LocatedNode, can_stop: bool) -> int:
        """Return the number of a new point on one side of a barrier that cars do not pass."""
        ref, lat, lon = node
        sides = self.shut.setdefault(ref, [])
        sides.append(len(self.where))
        name = str(ref) if len(sides) == 1 else f"{ref}-{len(sides)}"
        self.where.append((name, lat, lon, can_stop))
        return sides[-1]

    def bridge_barriers(self) -> None:
        """Join the sides of barriers that vehicles with blue light pass."""
        for ref, sides in self.shut.items():
            tags = self.barriers[ref]
            if barrier_access(tags, RoadDoubts(), "") is Access.EMERGENCY:
                self.doubts.add("emergency", f"node/{ref}")
                self.stretches += [
                    Stretch(start, end, SHORTEST_KM, SHORTEST_KM, False, NO_FERRY, 0, True)
                    for start in sides
                    for end in sides
                    if start != end
                ]

    def is_shut(self, ref: int) -> bool:
        """Tell whether a barrier stops cars at a point; the first time it is noted."""
        tags = self.barriers.get(ref)
        if tags is None:
            return False
        if ref in self.shut:
            return True
        where = f"node/{ref}"
        if barrier_access(tags, self.doubts, where) is Access.OPEN:
            del self.barriers[ref]
            return False
        self.doubts.add("shut_barrier", f"{where} barrier={tags['barrier']}")
        self.shut[ref] = []
        return True


def read_osm(path: Path, shown_as: str, reading: OsmOptions) -> OsmRoads:
    """Read the roads and car ferries of an OpenStreetMap extract.

    Every point of a road is one of the graph. Private ways are skipped, and ways for others than
    cars. One-way streets, roundabouts and motorways are driven one way. A road ends at a barrier
    that cars do not pass, and where a point of it is missing.

    Args:
        path: A file that ends in .osm.pbf or .osm.
        shown_as: Its name in errors.
        reading: Speeds, and what counts as in town.

    Raises:
        InputError: No such file, or none with a road that cars may use; and without pyosmium.
    """
    refuse_size(path, shown_as, MAX_BYTES)
    if not path.name.endswith((".osm", ".osm.pbf", ".pbf")):
        raise unusable_file(shown_as, message("files.osm.ending"))
    collector = _OsmCollector(reading)
    try:
        collector.barriers, relations = _barriers_and_ferry_relations(path)
        for way in _tagged_ways(path, _ferry_members(path, relations, collector.doubts)):
            _collect_way(collector, way)
        collector.bridge_barriers()
    except InputError:
        raise
    except Exception as error:  # the library's own, which share no base
        reason = " ".join(str(error).split())[:150]
        raise unusable_file(shown_as, message("files.osm.cannot_read", said=reason)) from None
    if not collector.stretches:
        raise unusable_file(shown_as, message("files.osm.no_road"))
    graph = graph_of(collector.where, collector.stretches, collector.labels)
    skipped: dict[str, int] = {
        message(f"files.osm.left_out.{why}"): n for why, n in collector.skipped.items()
    }
    return OsmRoads(graph, collector.crossings, skipped, collector.doubts)


def _osmium() -> Any:
    """Return the library that reads extracts. Raises InputError where it is not installed."""
    try:
        import osmium
    except ImportError:
        what = message("files.osm.package")
        raise InputError([Problem("", 0, "", what)]) from None
    return osmium


FerryRelation = tuple[dict[str, str], list[int]]
"""Tags of a ferry's relation, and the numbers of its ways."""


def _barriers_and_ferry_relations(path: Path) -> tuple[dict[int, Tags], list[FerryRelation]]:
    """Return the tags of all points with a barrier, and the relations that are ferries."""
    osmium = _osmium()
    entities: Any = osmium.osm
    barriers: dict[int, Tags] = {}
    relations: list[FerryRelation] = []
    read = osmium.FileProcessor(str(path), entities.NODE | entities.RELATION)
    for item in read.with_filter(osmium.filter.KeyFilter("barrier", "route")):
        tags = {tag.k: tag.v for tag in item.tags}
        if item.is_node() and "barrier" in tags:
            barriers[item.id] = tags
        elif item.is_relation() and "ferry" in tag_parts(tags.get("route", "")):
            relations.append((tags, [each.ref for each in item.members if each.type == "w"]))
    return barriers, relations


def _located_ways(path: Path, *filters: Any) -> Iterator[_OsmWay]:
    """Yield the ways that pass some filters, with their points."""
    osmium = _osmium()
    entities: Any = osmium.osm
    ways = osmium.FileProcessor(str(path), entities.NODE | entities.WAY).with_locations()
    for each in (*filters, osmium.filter.EntityFilter(entities.WAY)):
        ways = ways.with_filter(each)
    for way in ways:
        nodes = [(n.ref, n.lat, n.lon) if n.location.valid() else None for n in way.nodes]
        yield _OsmWay(way.id, {tag.k: tag.v for tag in way.tags}, nodes)


def _ferry_members(
    path: Path, relations: list[FerryRelation], doubts: RoadDoubts
) -> dict[int, _OsmWay]:
    """Return the ways of ferries' relations, each with the tags of the relation that it lacks.

    The crossing time of a relation of several ways is shared among them by their lengths.
    """
    wanted = sorted({number for _, members in relations for number in members})
    if not wanted:
        return {}
    ways = {way.id: way for way in _located_ways(path, _osmium().filter.IdFilter(wanted))}
    km = {number: sum(sum(_leg_lengths(piece)) for piece in ways[number].pieces) for number in ways}
    found: dict[int, _OsmWay] = {}
    for tags, members in relations:
        known = [ways[number] for number in members if number in ways]
        mine = [way for way in known if "highway" not in way.tags]
        total, told = sum(km[way.id] for way in mine), ferry_minutes(tags.get("duration", ""))
        is_whole = len(known) == len(members) and not any(None in way.nodes for way in mine)
        if told is not None and not (is_whole and total > 0):
            doubts.add("ferry_part", tags.get("name", "relation"))
            told = None
        passed_on = {key: value for key, value in tags.items() if key not in ("type", "duration")}
        for way in mine:
            minutes = None if told is None else told * km[way.id] / total
            whole = _OsmWay(way.id, {**passed_on, **way.tags}, way.nodes, minutes)
            found.setdefault(way.id, whole)
    return found


def _tagged_ways(path: Path, ferries: dict[int, _OsmWay]) -> Iterator[_OsmWay]:
    """Yield each road and ferry, last the ferries that only a relation tells to be one."""
    told = set[int]()
    for way in _located_ways(path, _osmium().filter.KeyFilter("highway", "route")):
        told.add(way.id)
        yield ferries.get(way.id, way)
    yield from (way for number, way in ferries.items() if number not in told)


def _collect_way(collector: _OsmCollector, way: _OsmWay) -> None:
    """Add a way to the graph as road or ferry, or count why it is skipped."""
    tags, doubts = way.tags, collector.doubts
    road_class = tags.get("highway")
    if not way.pieces:
        collector.skip("no_points")
    elif "ferry" in tag_parts(tags.get("route", "")):
        _collect_ferry(collector, way)
    elif road_class not in collector.reading.speeds:
        collector.skip("not_for_cars")
        if road_class is not None and road_class.lower() not in _OTHER_CLASSES:
            doubts.add("road_class", f"{way.name} highway={road_class}")
    else:
        _collect_road(collector, way)
    if len(collector.stretches) > MOST_STRETCHES:
        raise ValueError(message("files.osm.stretches", most_stretches=MOST_STRETCHES))


def _collect_road(collector: _OsmCollector, way: _OsmWay) -> None:
    """Add the stretches of a road between its points, in the directions in which it is driven."""
    tags, doubts = way.tags, collector.doubts
    allowed = {
        direction: way_access(tags, doubts, way.name, direction)
        for direction in ("forward", "backward")
    }
    for kind, tag in timed_tags(tags):
        doubts.add(kind, f"{way.name} {tag}")
    if set(allowed.values()) == {Access.CLOSED}:
        collector.skip("private")
        return
    if Access.EMERGENCY in allowed.values():
        doubts.add("emergency", way.name)
    if way.has_gap:
        doubts.add("gap", way.name)
    road_class = tags["highway"]
    label = tags.get("ref") or tags.get("name") or road_class
    number = collector.labels.setdefault(
        " ".join(label.split())[:60] or road_class, len(collector.labels)
    )
    driven = driving_directions(tags, doubts, way.name)
    legs = [leg for piece in way.pieces for leg in _legs(collector, piece, road_class)]
    for direction, is_driven in zip(allowed, driven, strict=True):
        if is_driven and allowed[direction] is not Access.CLOSED:
            is_emergency = allowed[direction] is Access.EMERGENCY
            kmh = _way_kmh(collector, way, direction)
            in_town = kmh < collector.reading.town_below_kmh
            for start, end, km in legs:
                ends = (start, end) if direction == "forward" else (end, start)
                seconds = km / kmh * HOUR_S
                collector.stretches.append(
                    Stretch(*ends, seconds, km, in_town, NO_FERRY, number, is_emergency)
                )


def _way_kmh(collector: _OsmCollector, way: _OsmWay, direction: str) -> float:
    """Return the car speed of a road in a direction."""
    key = f"maxspeed:{direction}" if f"maxspeed:{direction}" in way.tags else "maxspeed"
    limit = way.tags.get(key, "")
    if not read_limit(limit)[1]:
        collector.doubts.add("maxspeed", f"{way.name} {key}={limit}")
    reading = collector.reading
    return road_speed_kmh(way.tags["highway"], limit, reading.speeds, reading.of_limit)


def _legs(
    collector: _OsmCollector, nodes: list[LocatedNode], road_class: str
) -> list[tuple[int, int, float]]:
    """Return start, end and kilometres between successive points of a road.

    At a shut barrier the road ends on one side and begins anew on the other.
    """
    can_stop = road_class not in _NO_STOPPING
    starts, ends = list[int](), list[int]()
    for place, node in enumerate(nodes):
        if not collector.is_shut(node[0]):
            number = collector.point(node, can_stop)
            starts.append(number)
            ends.append(number)
            continue
        if place > 0:
            ends.append(collector.shut_point(node, can_stop))
        if place < len(nodes) - 1:
            starts.append(collector.shut_point(node, can_stop))
            ends += starts[-1:] if place == 0 else []
    return list(zip(starts, ends[1:], _leg_lengths(nodes), strict=False))


def _leg_lengths(nodes: list[LocatedNode]) -> list[float]:
    """Return the kilometres between successive points of a way."""
    lat, lon = (np.array([node[k] for node in nodes]) for k in (1, 2))
    km = great_circle_km(lat[:-1], lon[:-1], lat[1:], lon[1:])
    lengths: list[float] = np.maximum(km, SHORTEST_KM).tolist()
    return lengths


def _collect_ferry(collector: _OsmCollector, way: _OsmWay) -> None:
    """Take a car ferry as one crossing from its first point to its last, both ways."""
    tags, doubts = way.tags, collector.doubts
    name = " ".join((tags.get("name") or tags.get("ref") or "ferry").split())[:60]
    allowed = car_access(tags, doubts, way.name)
    if allowed is not Access.OPEN:
        collector.skip("ferry_not_for_cars")
        if allowed is None and "foot" not in tags:
            doubts.add("ferry_unsaid", f"{way.name} {name}")
        return
    if way.nodes[0] is None or way.nodes[-1] is None:
        collector.skip("ferry_cut")
        doubts.add("ferry_cut", f"{way.name} {name}")
        return
    known = [node for node in way.nodes if node is not None]
    km, duration = sum(_leg_lengths(known)), tags.get("duration", "")
    tagged_minutes = ferry_minutes(duration)
    if duration and tagged_minutes is None:
        doubts.add("duration", f"{way.name} duration={duration}")
    tagged_minutes = tagged_minutes or way.minutes
    minutes = tagged_minutes or km / FERRY_KMH * 60
    first, last = (collector.point(node, False) for node in (known[0], known[-1]))
    label = collector.labels.setdefault(name, len(collector.labels))
    seconds = (minutes + collector.reading.ferry_wait_min) * MINUTE_S
    for start, end in ((first, last), (last, first)):
        number = len(collector.crossings)
        collector.stretches.append(Stretch(start, end, seconds, km, False, number, label))
    collector.crossings.append(FerryCrossing(name, minutes, tagged_minutes is not None))
