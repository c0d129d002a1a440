"""Borders of municipalities from a GeoJSON file, and in which of them a position lies."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.errors import InputError, Problem
from akuttsim.great_circle import chord_km, unit_vectors
from akuttsim.texts import message

MOST_BYTES = 60_000_000
MOST_POINTS = 2_000_000
NAMES = (
    "kommunenavn", "komm_navn", "kommune_navn", "municipality_name", "navn", "name", "kommune",
    "municipality",
)  # fmt: skip
"""Properties that hold the name, the surest first; capitals count as small letters."""

NUMBERS = (
    "kommunenummer", "kommunenr", "komm", "kommunenum", "komm_nr", "knr", "kommune_nr",
    "municipality_number", "id",
)  # fmt: skip
"""Properties that hold the number of the municipality."""

_NORWEGIAN = ("nor", "nb", "nob", "no", "nn", "nno")
_LONGEST_NAME = 120

Point = tuple[float, float]
"""Longitude and latitude in degrees."""


@dataclass(frozen=True)
class Border:
    """The outlines of one municipality, islands and holes alike.

    Attributes:
        name: Its name in the file; "" where that has none.
        rings: Closed lines of longitude and latitude in degrees.
        number: Its number in the file; "" where that has none.
    """

    name: str
    rings: tuple[tuple[Point, ...], ...]
    number: str = ""


def read_borders(path: Path) -> list[Border]:
    """Return the polygons of a GeoJSON file in degrees (WGS 84).

    Args:
        path: The file.

    Raises:
        InputError: It is no such file, too large, or has no polygon.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _border_error(
                path, message("files.borders.large", most_bytes=MOST_BYTES // 1000000)
            )
        content = json.loads(path.read_text("utf-8-sig"))
        borders = [
            border
            for feature in _geojson_features(content)
            if (border := _border_of_feature(feature))
        ]
    except OSError as error:
        raise _border_error(
            path, message("files.borders.cannot_read", strerror=error.strerror)
        ) from None
    except (ValueError, TypeError, LookupError, RecursionError):
        raise _border_error(path, _EXPECTED) from None
    if not borders:
        raise _border_error(path, message("files.borders.no_polygon", expected=_EXPECTED))
    if sum(len(ring) for border in borders for ring in border.rings) > MOST_POINTS:
        raise _border_error(path, message("files.borders.points", most_points=MOST_POINTS))
    return borders


_EXPECTED = message("files.borders.must_be")


def _border_error(path: Path, what: str) -> InputError:
    return InputError([Problem(str(path), 0, "", what)])


def _geojson_features(content: Any) -> list[Any]:
    if not isinstance(content, dict) or not isinstance(content.get("features"), list):
        raise ValueError
    features: list[Any] = content["features"]
    return features


def _border_of_feature(feature: Any) -> Border | None:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict):
        return None
    rings = tuple(tuple(map(_checked_point, ring)) for ring in _outer_rings(geometry))
    properties = feature.get("properties")
    known = properties if isinstance(properties, dict) else {}
    by_key = {str(key).casefold(): value for key, value in known.items()}
    return Border(_border_name(by_key), rings, _border_number(by_key)) if rings else None


def _border_name(properties: Mapping[str, Any]) -> str:
    """Return the name in the properties of a border, whose keys are in small letters."""
    names = (_one_name(properties.get(key)) for key in NAMES)
    return next((name[:_LONGEST_NAME] for name in names if name), "")


def _one_name(value: Any) -> str:
    """Return a name that is a text, or a list of languages and names as Kartverket writes it."""
    if isinstance(value, list):
        several = [each for each in value if isinstance(each, dict)]
        several.sort(key=lambda each: each.get("sprak") not in _NORWEGIAN)
        return next((name for each in several if (name := _one_name(each.get("navn")))), "")
    text = value.strip() if isinstance(value, str) else ""
    return "" if text.isdecimal() else text


def _border_number(properties: Mapping[str, Any]) -> str:
    """Return the four digits of a municipality's number in the properties; "" for none."""
    texts = (str(properties.get(key, "")).strip() for key in NUMBERS)
    numbers = (text.zfill(4) for text in texts if text.isdecimal() and len(text) in (3, 4))
    return next(numbers, "")


def _outer_rings(geometry: Mapping[str, Any]) -> Iterator[Any]:
    parts = geometry.get("coordinates")
    if geometry.get("type") == "Polygon":
        yield from parts or []
    elif geometry.get("type") == "MultiPolygon":
        for polygon in parts or []:
            yield from polygon


def _checked_point(point: Any) -> Point:
    lon, lat = float(point[0]), float(point[1])
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise ValueError
    return lon, lat


NEAR_KM = 2.0
"""A position this near to a border belongs to its municipality: shores are drawn coarsely."""

Degrees = NDArray[np.float64]


def border_of_positions(borders: Sequence[Border], lat: Degrees, lon: Degrees) -> NDArray[np.int64]:
    """Return in which border each position lies.

    Args:
        borders: The borders; where two lie over each other the first counts.
        lat: Latitudes in degrees, shape (positions,).
        lon: Longitudes in degrees.

    Returns:
        Indices of borders; of a position in none the nearest within `NEAR_KM`, else -1.
    """
    found = np.full(len(lat), -1, dtype=np.int64)
    for number, border in enumerate(borders):
        is_inside = np.zeros(len(lat), dtype=np.bool_)
        for ring in border.rings:  # a hole turns inside into outside again
            corners = np.array(ring, dtype=np.float64)
            low, high = corners.min(axis=0), corners.max(axis=0)
            near = (lon >= low[0]) & (lon <= high[0]) & (lat >= low[1]) & (lat <= high[1])
            rows = np.flatnonzero(near & (found < 0))
            is_inside[rows] ^= _is_in_ring(corners, lon[rows], lat[rows])
        found[is_inside & (found < 0)] = number
    _take_nearest(found, borders, lat, lon)
    return found


def _is_in_ring(corners: Degrees, lon: Degrees, lat: Degrees) -> NDArray[np.bool_]:
    """Return which positions lie within a ring: a line to the east crosses it an odd number."""
    inside = np.zeros(len(lon), dtype=np.bool_)
    if not len(lon):
        return inside
    for (x1, y1), (x2, y2) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y1 != y2:
            is_level = (y1 > lat) != (y2 > lat)
            inside ^= is_level & (lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1)
    return inside


def _take_nearest(
    found: NDArray[np.int64], borders: Sequence[Border], lat: Degrees, lon: Degrees
) -> None:
    """Give positions that lie in no border to the one whose corner is nearest."""
    from scipy.spatial import cKDTree

    rows = np.flatnonzero(found < 0)
    if not len(rows):
        return
    counts = [sum(len(ring) for ring in border.rings) for border in borders]
    owner = np.repeat(np.arange(len(borders)), counts)
    corners = np.array([point for border in borders for ring in border.rings for point in ring])
    tree = cKDTree(unit_vectors(corners[:, 1], corners[:, 0]))
    chord, nearest = tree.query(unit_vectors(lat[rows], lon[rows]))
    is_near = chord_km(np.asarray(chord)) <= NEAR_KM
    found[rows[is_near]] = owner[np.asarray(nearest)[is_near]]
