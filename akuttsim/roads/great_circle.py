"""Distances on a sphere as large as the Earth, and the seconds of what flies or sails straight."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.geography import Place
from akuttsim.units import EARTH_KM, tick

Kilometres = NDArray[np.float64]


def unit_vectors(lat: Kilometres, lon: Kilometres) -> Kilometres:
    """Return points on the unit sphere, a row with x, y, z each: neighbours there are so here."""
    phi, lam = np.radians(lat), np.radians(lon)
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def km_between(
    lat: Kilometres, lon: Kilometres, to_lat: Kilometres, to_lon: Kilometres
) -> Kilometres:
    """Return great-circle kilometres between points, pair by pair (haversine)."""
    half_phi, half_lam = np.radians(to_lat - lat) / 2, np.radians(to_lon - lon) / 2
    both = np.cos(np.radians(lat)) * np.cos(np.radians(to_lat))
    root = np.sqrt(np.sin(half_phi) ** 2 + both * np.sin(half_lam) ** 2)
    km: Kilometres = 2 * EARTH_KM * np.arcsin(np.minimum(root, 1.0))
    return km


def straight_km(lat: Kilometres, lon: Kilometres) -> Kilometres:
    """Return great-circle kilometres between all points, [from, to]."""
    return km_between(lat[:, None], lon[:, None], lat[None, :], lon[None, :])


def chord_km(chord: Kilometres) -> Kilometres:
    """Return great-circle kilometres of straight distances between points of the unit sphere."""
    km: Kilometres = 2 * EARTH_KM * np.arcsin(np.minimum(chord / 2, 1.0))
    return km


MEAN_EARTH_KM = 6371.0


class StraightLineTimes:
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
            km = great_circle_km(self._places[start], self._places[end])
            found = self._known[start, end] = tick(km * self._per_km_s)
        return found


def great_circle_km(one: Place, other: Place) -> float:
    """Return the great-circle distance between two places (haversine)."""
    lat, lat_2 = math.radians(one.lat), math.radians(other.lat)
    half_lat, half_lon = (lat_2 - lat) / 2, math.radians(other.lon - one.lon) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat) * math.cos(lat_2) * math.sin(half_lon) ** 2
    return 2 * MEAN_EARTH_KM * math.asin(math.sqrt(chord))
