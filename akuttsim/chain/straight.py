"""Straight ways: of what flies or sails, over the great circle between places."""

from __future__ import annotations

import math
from collections.abc import Sequence

from akuttsim.config.schema.geography import Place
from akuttsim.units import tick

EARTH_KM = 6371.0


class Straight:
    """The seconds in a straight line between places, in whole ticks, worked out when asked for."""

    __slots__ = ("_allowed", "_known", "_per_km_s", "_places")

    def __init__(self, places: Sequence[Place], per_km_s: float, allowed: frozenset[int]) -> None:
        """Take the places, the seconds for each kilometre, and where it may go at all."""
        self._places = places
        self._per_km_s = per_km_s
        self._allowed = allowed
        self._known: dict[tuple[int, int], float] = {}

    def seconds(self, start: int, end: int) -> float:
        """Return the seconds from one place to another; infinite where it does not go."""
        if start not in self._allowed or end not in self._allowed:
            return math.inf
        found = self._known.get((start, end))
        if found is None:
            km = kilometres(self._places[start], self._places[end])
            found = self._known[start, end] = tick(km * self._per_km_s)
        return found


def kilometres(one: Place, other: Place) -> float:
    """Return the great-circle distance between two places (haversine)."""
    lat, lat_2 = math.radians(one.lat), math.radians(other.lat)
    half_lat, half_lon = (lat_2 - lat) / 2, math.radians(other.lon - one.lon) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat) * math.cos(lat_2) * math.sin(half_lon) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(chord))
