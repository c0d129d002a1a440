"""GraphML: a network as osmnx and others write it, read with networkx once it is known safe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from xml.parsers import expat

import networkx as nx

from akuttsim.roads.importers.graph import NO_FERRY, Graph, Stretch, graph_of
from akuttsim.roads.importers.osm import (
    SHORTEST_KM,
    OsmOptions,
    limit_kmh,
    may_drive,
    road_speed_kmh,
)
from akuttsim.texts import message, said_by
from akuttsim.units import HOUR_S
from akuttsim.untrusted_files import read_bytes, unusable_file

MAX_BYTES = 400_000_000
_LAT, _LON = ("lat", "y", "latitude"), ("lon", "x", "longitude")


class _UnsafeError(ValueError):
    """The file declares a document type or entities, which a network never needs."""


def refuse_entities(content: bytes, shown_as: str) -> None:
    """Raise InputError for XML that is broken or declares a document type or entities."""

    def unsafe(*_: Any) -> None:
        raise _UnsafeError(message("files.graphml.entities"))

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = unsafe
    parser.EntityDeclHandler = unsafe
    try:
        parser.Parse(content, True)
    except _UnsafeError as error:
        raise unusable_file(shown_as, said_by(error)) from None
    except expat.ExpatError as error:
        raise unusable_file(shown_as, message("files.graphml.not_whole", error=error)) from None


def read_graphml(path: Path, shown_as: str, reading: OsmOptions) -> Graph:
    """Return the network in a GraphML file. Raises InputError.

    Points need lat and lon (or y and x, in degrees); stretches a length in metres and, of
    travel_time (s), speed_kph, maxspeed or highway, the first that they have.
    """
    import io

    content = read_bytes(path, shown_as, MAX_BYTES)
    refuse_entities(content, shown_as)
    try:
        network = nx.read_graphml(io.BytesIO(content), force_multigraph=True)
    except (nx.NetworkXError, KeyError, ValueError, TypeError) as error:
        reason = " ".join(str(error).split())[:150]
        raise unusable_file(shown_as, message("files.graphml.cannot_read", said=reason)) from None
    return _graph_of_network(network, shown_as, reading)


def _graph_of_network(network: Any, shown_as: str, reading: OsmOptions) -> Graph:
    number = {name: place for place, name in enumerate(network.nodes)}
    points = [
        (str(name), _first_number(data, _LAT, shown_as), _first_number(data, _LON, shown_as), True)
        for name, data in network.nodes(data=True)
    ]
    labels: dict[str, int] = {}
    rows: list[Stretch] = []
    for start, end, data in network.edges(data=True):
        tags = {key: str(value) for key, value in data.items()}
        if not may_drive(tags):
            continue
        stretch = _stretch_of_edge((number[start], number[end]), tags, reading, shown_as)
        label = labels.setdefault(tags.get("ref") or tags.get("name") or "road", len(labels))
        ends = [(stretch.start, stretch.end), (stretch.end, stretch.start)]
        for first, last in ends if not network.is_directed() else ends[:1]:
            rows.append(Stretch(first, last, stretch.seconds, stretch.km, stretch.in_town,
                                NO_FERRY, label))  # fmt: skip
    if not rows:
        raise unusable_file(shown_as, message("files.graphml.no_stretch"))
    return graph_of(points, rows, labels)


def _first_number(data: Mapping[str, Any], keys: Iterable[str], shown_as: str) -> float:
    for key in keys:
        if key in data:
            try:
                return float(data[key])
            except ValueError:
                break
    raise unusable_file(shown_as, message("files.graphml.lacks_number", keys=", ".join(keys)))


def _stretch_of_edge(
    ends: tuple[int, int], tags: Mapping[str, str], reading: OsmOptions, shown_as: str
) -> Stretch:
    try:
        km = max(float(tags["length"]) / 1000, SHORTEST_KM)
        kmh = _stretch_kmh(tags, km, reading)
    except (KeyError, ValueError):
        what = message("files.graphml.lacks_length")
        raise unusable_file(shown_as, what) from None
    return Stretch(*ends, km / kmh * HOUR_S, km, kmh < reading.town_below_kmh)


def _stretch_kmh(tags: Mapping[str, str], km: float, reading: OsmOptions) -> float:
    if "travel_time" in tags:
        return min(max(km / max(float(tags["travel_time"]), 1e-6) * HOUR_S, 5.0), 120.0)
    if "speed_kph" in tags:
        return min(max(float(tags["speed_kph"]), 5.0), 120.0)
    limit = tags.get("maxspeed", "")
    if limit_kmh(limit) is not None:
        return road_speed_kmh("", limit, {"": 0.0}, reading.of_limit)
    classes = [
        speed for speed in reading.speeds if speed in tags["highway"].strip("[]'\" ").split("', '")
    ]
    return road_speed_kmh(classes[0] if classes else "unclassified", "", reading.speeds, 1.0)
