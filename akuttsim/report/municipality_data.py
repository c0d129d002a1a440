"""Municipalities on the interactive map: borders from the user's file, and measured quantities."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from akuttsim.errors import InputError, Problem
from akuttsim.records import JsonObject
from akuttsim.report.context import Words
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


def _border_name(properties: JsonObject) -> str:
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


def _border_number(properties: JsonObject) -> str:
    """Return the four digits of a municipality's number in the properties; "" for none."""
    texts = (str(properties.get(key, "")).strip() for key in NUMBERS)
    numbers = (text.zfill(4) for text in texts if text.isdecimal() and len(text) in (3, 4))
    return next(numbers, "")


def _outer_rings(geometry: JsonObject) -> Iterator[Any]:
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


MEASURED = (
    "ambulance_response_median_min",
    "ambulance_response_p90_min",
    "travel_to_care_min",
)
"""Indicators with values by municipality, in minutes."""


def map_quantities(words: Words) -> list[JsonObject]:
    """Return each quantity that the results have: its name, levels and changes from the base.

    `levels[model][municipality]` is the mean with the words to show, `changes` likewise with the
    verdict; None where nothing was measured.
    """
    chosen = words.chosen
    known = [name for name in MEASURED if chosen.groups(name, "municipality")]
    return [
        {
            "name": name,
            "label": words.labels.indicator(name),
            "levels": [_quantity_levels(words, model, name) for model in chosen.organisations],
            "changes": [_quantity_changes(words, model, name) for model in chosen.organisations],
        }
        for name in known
    ]


def _quantity_levels(words: Words, model: str, name: str) -> list[list[Any] | None]:
    levels: list[list[Any] | None] = []
    for municipality in words.chosen.municipalities():
        level = words.chosen.level(model, name, "municipality", municipality)
        known = level is not None and level.is_known
        levels.append(
            [level.mean, words.numbers.mean(level), words.numbers.interval(level)]
            if known and level is not None
            else None
        )
    return levels


def _quantity_changes(words: Words, model: str, name: str) -> list[list[Any] | None]:
    changes: list[list[Any] | None] = []
    for municipality in words.chosen.municipalities():
        change = words.chosen.change(model, name, "municipality", municipality)
        if change is None or not change.is_known:
            changes.append(None)
            continue
        verdict = words.labels.verdict(change)
        says = verdict.words if verdict else ""
        css = verdict.css if verdict else ""
        interval = words.numbers.interval(change)
        changes.append([change.mean, words.numbers.change(change), interval, css, says])
    return changes
