"""Municipality borders that the user gives as GeoJSON: only outlines and names are taken."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from akuttsim.errors import InputError, Problem

MOST_BYTES = 60_000_000
MOST_POINTS = 2_000_000
NAMES = ("kommunenavn", "navn", "name", "Name", "NAVN", "NAME")
_LONGEST_NAME = 120

Point = tuple[float, float]
"""Longitude and latitude in degrees."""


@dataclass(frozen=True)
class Border:
    """The outlines of one municipality, islands and holes alike, with the name in the file."""

    name: str
    rings: tuple[tuple[Point, ...], ...]


def read_borders(path: Path) -> list[Border]:
    """Return the polygons of a GeoJSON file in degrees (WGS 84).

    Raises InputError where it is no such file, too large, or has no polygon.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _wrong(path, f"is larger than {MOST_BYTES // 1_000_000} MB; give a simpler one")
        content = json.loads(path.read_text("utf-8"))
        borders = [border for feature in _features(content) if (border := _border(feature))]
    except OSError as error:
        raise _wrong(path, f"cannot be read ({error.strerror})") from None
    except (ValueError, TypeError, LookupError, RecursionError):
        raise _wrong(path, _EXPECTED) from None
    if not borders:
        raise _wrong(path, f"has no polygon; {_EXPECTED}")
    if sum(len(ring) for border in borders for ring in border.rings) > MOST_POINTS:
        raise _wrong(path, f"has more than {MOST_POINTS} points; give a simpler one")
    return borders


_EXPECTED = (
    "must be GeoJSON: a FeatureCollection of Polygons or MultiPolygons "
    "with longitude and latitude in degrees"
)


def _wrong(path: Path, what: str) -> InputError:
    return InputError([Problem(str(path), 0, "", what)])


def _features(content: Any) -> list[Any]:
    if not isinstance(content, dict) or not isinstance(content.get("features"), list):
        raise ValueError("no features")
    features: list[Any] = content["features"]
    return features


def _border(feature: Any) -> Border | None:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict):
        return None
    rings = tuple(_ring(each) for each in _rings(geometry))
    return Border(_name(feature.get("properties")), rings) if rings else None


def _name(properties: Any) -> str:
    known = properties if isinstance(properties, dict) else {}
    names = (known.get(key) for key in NAMES)
    return next((name[:_LONGEST_NAME] for name in names if isinstance(name, str) and name), "")


def _rings(geometry: dict[str, Any]) -> Iterator[Any]:
    parts = geometry.get("coordinates")
    if geometry.get("type") == "Polygon":
        yield from parts or []
    elif geometry.get("type") == "MultiPolygon":
        for polygon in parts or []:
            yield from polygon


def _ring(points: Any) -> tuple[Point, ...]:
    return tuple(_point(each) for each in points)


def _point(point: Any) -> Point:
    lon, lat = float(point[0]), float(point[1])
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise ValueError("not degrees")
    return lon, lat
