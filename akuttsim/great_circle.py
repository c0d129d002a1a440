"""Distances on the sphere: great-circle kilometres between positions in degrees.

The one place that knows how large the Earth is.
"""

from __future__ import annotations

from typing import overload

import numpy as np
from numpy.typing import NDArray

EARTH_KM = 6371.0
"""Radius of the Earth as a sphere: its mean radius of 6,371.009 km (IUGG), rounded."""

Degrees = NDArray[np.float64]
Kilometres = NDArray[np.float64]


@overload
def great_circle_km(lat: float, lon: float, to_lat: float, to_lon: float) -> float: ...
@overload
def great_circle_km(
    lat: float | Degrees, lon: float | Degrees, to_lat: Degrees, to_lon: Degrees
) -> Kilometres: ...
def great_circle_km(
    lat: float | Degrees, lon: float | Degrees, to_lat: float | Degrees, to_lon: float | Degrees
) -> float | Kilometres:
    """Return the great-circle distance between positions, by the haversine formula.

    It stays exact for positions that are close to each other, where the law of cosines does not.
    Heights are not in it, and a road between the two is longer.

    Args:
        lat: Latitude in degrees: a number, or an array of any shape.
        lon: Longitude in degrees.
        to_lat: Latitude of the other end; arrays are paired by NumPy's broadcasting.
        to_lon: Longitude of the other end.

    Returns:
        Kilometres: a float for four numbers, otherwise an array of the shape of the pairs.
    """
    half_lat = np.radians(np.subtract(to_lat, lat)) / 2
    half_lon = np.radians(np.subtract(to_lon, lon)) / 2
    cosines = np.cos(np.radians(lat)) * np.cos(np.radians(to_lat))
    half_chord = np.sqrt(np.sin(half_lat) ** 2 + cosines * np.sin(half_lon) ** 2)
    km = 2 * EARTH_KM * np.arcsin(np.minimum(half_chord, 1.0))
    return km if np.ndim(km) else float(km)


def great_circle_km_of_all_pairs(lat: Degrees, lon: Degrees) -> Kilometres:
    """Return the great-circle kilometres between all positions, indexed [from, to]."""
    return great_circle_km(lat[:, None], lon[:, None], lat[None, :], lon[None, :])


def unit_vectors(lat: Degrees, lon: Degrees) -> NDArray[np.float64]:
    """Return positions as x, y, z on the unit sphere, a row each.

    The nearest by these straight distances are also the nearest along great circles, so that a
    search tree of three dimensions finds neighbours. `chord_km` makes the distances kilometres.
    """
    phi, lam = np.radians(lat), np.radians(lon)
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def chord_km(chord: NDArray[np.float64]) -> Kilometres:
    """Return the great-circle kilometres of straight distances between unit vectors."""
    km: Kilometres = 2 * EARTH_KM * np.arcsin(np.minimum(chord / 2, 1.0))
    return km
