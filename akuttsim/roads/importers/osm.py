"""OpenStreetMap: roads and ferries of an .osm.pbf or .osm file, read with pyosmium.

Speeds are those of a stretch with a speed limit, or by the class of its road.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from akuttsim.errors import InputError, Problem
from akuttsim.great_circle import great_circle_km
from akuttsim.roads.importers.graph import MOST_STRETCHES, NO_FERRY, Graph, Stretch, graph_of
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

_LIMIT = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?", re.IGNORECASE)
_MILE_KM = 1.609344


def limit_kmh(text: str) -> float | None:
    """Return the speed limit that a tag tells, in km/h.

    Of several, such as by lane, the lowest. None for none, and for what no road in Norway has.
    """
    limits = []
    for number, unit in _LIMIT.findall(text):
        kmh = float(number) * (_MILE_KM if unit.lower() == "mph" else 1.0)
        if 5 <= kmh <= 130:
            limits.append(kmh)
    return min(limits, default=None)


def road_speed_kmh(
    road_class: str, limit: str, table: Mapping[str, float], of_limit: float
) -> float:
    """Return the car speed of a road: a share of its limit, else that of its class.

    Args:
        road_class: The tag `highway`.
        limit: The tag `maxspeed`, "" without one.
        table: Speeds in km/h by class.
        of_limit: Share of a limit that cars drive.
    """
    allowed_kmh = limit_kmh(limit) if limit else None
    kmh = allowed_kmh * of_limit if allowed_kmh is not None else table[road_class]
    return min(max(kmh, 5.0), 120.0)


MAX_BYTES = 2_000_000_000
SHORTEST_KM = 1e-6
"""Two points at one spot are a millimetre apart, so that every stretch takes some time."""

FERRY_KMH = 20.0
"""Speed of a ferry whose crossing time no tag tells (grade C)."""

_NO_STOPPING = frozenset({"motorway", "motorway_link"})
_YES = frozenset({"yes", "designated", "permissive", "destination", "official", "permit"})
_NO = frozenset({"no", "private", "agricultural", "forestry", "customers_only", "military"})
_ROUND = frozenset({"roundabout", "circular"})
_CLOCK = re.compile(r"(\d{1,3}):(\d{2})(?::\d{2})?")
_ISO = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:\d+S)?")

Tags = Mapping[str, str]


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
    """

    graph: Graph
    crossings: list[FerryCrossing]
    skipped: dict[str, int]


@dataclass
class _OsmCollector:
    """The points and stretches of the ways read so far; points are numbered as they come."""

    reading: OsmOptions
    points: dict[int, int] = field(default_factory=dict)
    where: list[tuple[str, float, float, bool]] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    labels: dict[str, int] = field(default_factory=dict)
    crossings: list[FerryCrossing] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)

    def skip(self, why: str) -> None:
        """Count a way that is not read."""
        self.skipped[why] = self.skipped.get(why, 0) + 1

    def point(self, ref: int, lat: float, lon: float, can_stop: bool) -> int:
        """Return the number of a point; one at which any of its roads lets one stop is a stop."""
        number = self.points.get(ref)
        if number is None:
            number = self.points[ref] = len(self.where)
            self.where.append((str(ref), lat, lon, can_stop))
        elif can_stop and not self.where[number][3]:
            self.where[number] = (str(ref), lat, lon, True)
        return number


def read_osm(path: Path, shown_as: str, reading: OsmOptions) -> OsmRoads:
    """Read the roads and car ferries of an OpenStreetMap extract.

    Every point of a road is one of the graph. Private ways are skipped, and ways for others than
    cars. One-way streets, roundabouts and motorways are driven one way.

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
        for tags, nodes in _tagged_ways(path):
            _collect_way(collector, tags, nodes)
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
    return OsmRoads(graph, collector.crossings, skipped)


def _tagged_ways(path: Path) -> Iterator[tuple[dict[str, str], list[tuple[int, float, float]]]]:
    """Yield the tags and the located points of each road and ferry."""
    try:
        import osmium
    except ImportError:
        what = message("files.osm.package")
        raise InputError([Problem("", 0, "", what)]) from None
    entities: Any = osmium.osm
    ways = osmium.FileProcessor(str(path), entities.NODE | entities.WAY).with_locations()
    ways = ways.with_filter(osmium.filter.KeyFilter("highway", "route"))
    ways = ways.with_filter(osmium.filter.EntityFilter(entities.WAY))
    for way in ways:
        nodes = [(n.ref, n.lat, n.lon) for n in way.nodes if n.location.valid()]  # type: ignore[union-attr]
        yield {tag.k: tag.v for tag in way.tags}, nodes


def _collect_way(
    collector: _OsmCollector, tags: dict[str, str], nodes: list[tuple[int, float, float]]
) -> None:
    """Add a way to the graph as road or ferry, or count why it is skipped."""
    if len(nodes) < 2:
        collector.skip("no_points")
    elif tags.get("route") == "ferry":
        _collect_ferry(collector, tags, nodes)
    elif tags.get("highway") not in collector.reading.speeds:
        collector.skip("not_for_cars")
    elif not may_drive(tags):
        collector.skip("private")
    else:
        _collect_road(collector, tags, nodes)
    if len(collector.stretches) > MOST_STRETCHES:
        raise ValueError(message("files.osm.stretches", most_stretches=MOST_STRETCHES))


def may_drive(tags: Tags) -> bool:
    """Tell whether ordinary cars may use a way, by its most special tag of access."""
    for key in ("motorcar", "motor_vehicle", "vehicle", "access"):
        if tags.get(key) in _YES:
            return True
        if tags.get(key) in _NO:
            return False
    return tags.get("area") != "yes"


def driving_directions(tags: Tags) -> tuple[bool, bool]:
    """Tell whether a way is driven along its points, and against them."""
    one_way = tags.get("oneway", "")
    if one_way in ("-1", "reverse"):
        return False, True
    if one_way in ("no", "false", "0"):
        return True, True
    is_one_way = one_way in ("yes", "true", "1") or tags.get("junction") in _ROUND
    return True, not (is_one_way or tags.get("highway") == "motorway")


def _collect_road(
    collector: _OsmCollector, tags: dict[str, str], nodes: list[tuple[int, float, float]]
) -> None:
    """Add the stretches of a road between its points, in the directions in which it is driven."""
    road_class, reading = tags["highway"], collector.reading
    label = tags.get("ref") or tags.get("name") or road_class
    number = collector.labels.setdefault(
        " ".join(label.split())[:60] or road_class, len(collector.labels)
    )
    numbers = [collector.point(*node, road_class not in _NO_STOPPING) for node in nodes]
    km = _leg_lengths(nodes)
    for ahead, is_driven in zip((True, False), driving_directions(tags), strict=True):
        limit = tags.get("maxspeed:forward" if ahead else "maxspeed:backward") or tags.get(
            "maxspeed", ""
        )
        kmh = road_speed_kmh(road_class, limit, reading.speeds, reading.of_limit)
        in_town = kmh < reading.town_below_kmh
        for k in range(len(km)) if is_driven else ():
            ends = (numbers[k], numbers[k + 1]) if ahead else (numbers[k + 1], numbers[k])
            seconds = km[k] / kmh * HOUR_S
            collector.stretches.append(Stretch(*ends, seconds, km[k], in_town, NO_FERRY, number))


def _leg_lengths(nodes: list[tuple[int, float, float]]) -> list[float]:
    """Return the kilometres between successive points of a way."""
    lat, lon = (np.array([node[k] for node in nodes]) for k in (1, 2))
    km = great_circle_km(lat[:-1], lon[:-1], lat[1:], lon[1:])
    lengths: list[float] = np.maximum(km, SHORTEST_KM).tolist()
    return lengths


def _collect_ferry(
    collector: _OsmCollector, tags: dict[str, str], nodes: list[tuple[int, float, float]]
) -> None:
    """Take a car ferry as one crossing from its first point to its last, both ways."""
    cars = [tags.get(key, "") for key in ("motorcar", "motor_vehicle", "vehicle", "access")]
    if not any(car in _YES for car in cars) or any(car in _NO for car in cars):
        collector.skip("ferry_not_for_cars")
        return
    km = sum(_leg_lengths(nodes))
    tagged_minutes = ferry_minutes(tags.get("duration", ""))
    minutes = tagged_minutes or km / FERRY_KMH * 60
    name = " ".join((tags.get("name") or tags.get("ref") or "ferry").split())[:60]
    first, last = (collector.point(*node, False) for node in (nodes[0], nodes[-1]))
    label = collector.labels.setdefault(name, len(collector.labels))
    seconds = (minutes + collector.reading.ferry_wait_min) * MINUTE_S
    for start, end in ((first, last), (last, first)):
        number = len(collector.crossings)
        collector.stretches.append(Stretch(start, end, seconds, km, False, number, label))
    collector.crossings.append(FerryCrossing(name, minutes, tagged_minutes is not None))


def ferry_minutes(duration: str) -> float | None:
    """Return the minutes that a tag tells: 00:20, 1:05:00, PT20M or 20; None where none."""
    if clock := _CLOCK.fullmatch(duration.strip()):
        minutes = int(clock[1]) * 60 + int(clock[2])
    elif iso := _ISO.fullmatch(duration.strip()):
        minutes = int(iso[1] or 0) * 60 + int(iso[2] or 0)
    else:
        minutes = int(duration) if duration.strip().isdecimal() and len(duration) < 4 else 0
    return float(minutes) if 0 < minutes <= 600 else None
