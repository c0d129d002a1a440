"""Speeds: of a stretch with a speed limit, or by the class of its road."""

from __future__ import annotations

import re
from collections.abc import Mapping

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
    """Return the speed limit that a tag tells, in km/h; of several the lowest; None if none."""
    found = []
    for number, unit in _LIMIT.findall(text):
        kmh = float(number) * (_MILE_KM if unit.lower() == "mph" else 1.0)
        if 5 <= kmh <= 130:
            found.append(kmh)
    return min(found, default=None)


def kmh_of(road_class: str, limit: str, table: Mapping[str, float], of_limit: float) -> float:
    """Return the car speed of a road: a share of its limit, else that of its class."""
    told = limit_kmh(limit) if limit else None
    kmh = told * of_limit if told is not None else table[road_class]
    return min(max(kmh, 5.0), 120.0)
