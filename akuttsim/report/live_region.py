"""The region as the interactive map draws it: whole tens of metres east and north of a corner."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from akuttsim.report.borders import Border
from akuttsim.report.figures.geography import KM_A_DEGREE
from akuttsim.report.words import Words

UNITS_A_KM = 100
_STEP = 12
"""Points of a border nearer than this to the one before are left out (120 m)."""

Project = Callable[[float, float], tuple[int, int]]


def region(words: Words, borders: Sequence[Border] = ()) -> dict[str, Any]:
    """Return places, ways, hospitals and borders; places by position, as everything else says.

    A place is x, y, people, municipality and whether it is a junction; x grows east, y north.
    """
    raw = words.chosen.manifest["region"]
    keys, names = list(raw["places"]), list(raw["municipalities"])
    places = list(raw["places"].values())
    project = _projection(places)
    titles = [words.labels.municipality(name) for name in names]
    return {
        "names": [place["name"] for place in places],
        "places": [
            [*project(each["lat"], each["lon"]), sum(each["people"]),
             names.index(each["municipality"])]
            for each in places
        ],
        "municipalities": titles,
        "roads": _ways(raw["roads"], keys),
        "ferries": _ways(raw["ferries"], keys),
        "hospitals": [
            [words.text.both(each["title"]), keys.index(each["place"])]
            for each in raw["hospitals"].values()
        ],
        "borders": _borders(borders, project, titles, places),
    }  # fmt: skip


def _ways(ways: Iterable[dict[str, Any]], keys: list[str]) -> list[list[int]]:
    return [[keys.index(way["from"]), keys.index(way["to"])] for way in ways]


def _projection(places: list[dict[str, Any]]) -> Project:
    """Return an equirectangular projection with the middle latitude as standard."""
    lats, lons = [each["lat"] for each in places], [each["lon"] for each in places]
    shorter = math.cos(math.radians((min(lats) + max(lats)) / 2))
    south, west = min(lats), min(lons)
    unit = UNITS_A_KM * KM_A_DEGREE

    def project(lat: float, lon: float) -> tuple[int, int]:
        return round(unit * shorter * (lon - west)), round(unit * (lat - south))

    return project


def _borders(
    borders: Sequence[Border], project: Project, titles: list[str], places: list[dict[str, Any]]
) -> list[list[Any]]:
    """Return name, municipality (-1: another) and rings of the borders that touch the region."""
    box = _box(places)
    return [
        [border.name, _municipality(border.name, titles), rings]
        for border in borders
        if (rings := [_thinned(ring, project) for ring in border.rings if _meets(ring, box)])
    ]


def _box(places: list[dict[str, Any]]) -> tuple[float, float, float, float]:
    lats, lons = [each["lat"] for each in places], [each["lon"] for each in places]
    return min(lons) - 0.3, max(lons) + 0.3, min(lats) - 0.15, max(lats) + 0.15


def _meets(ring: Sequence[tuple[float, float]], box: tuple[float, float, float, float]) -> bool:
    west, east, south, north = box
    lons, lats = [lon for lon, _ in ring], [lat for _, lat in ring]
    return bool(ring) and (
        min(lons) < east and max(lons) > west and min(lats) < north and max(lats) > south
    )


def _thinned(ring: Sequence[tuple[float, float]], project: Project) -> list[int]:
    """Return a ring as x, y, x, y, without the points too near to each other to be seen."""
    kept: list[tuple[int, int]] = []
    for lon, lat in ring:
        point = project(lat, lon)
        if not kept or math.dist(kept[-1], point) >= _STEP:
            kept.append(point)
    return [part for point in kept for part in point]


def _municipality(name: str, titles: list[str]) -> int:
    """Return which municipality a border is of; official names stand in several languages."""
    mine = _parts(name)
    return next((n for n, title in enumerate(titles) if mine & _parts(title)), -1)


def _parts(name: str) -> set[str]:
    return {part.strip().casefold() for part in name.replace("–", "-").split(" - ") if part.strip()}
