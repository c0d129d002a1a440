"""Distances on a sphere as large as the Earth."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from akuttsim.units import EARTH_KM

Array = NDArray[np.float64]


def unit_vectors(lat: Array, lon: Array) -> Array:
    """Return points on the unit sphere, a row with x, y, z each: neighbours there are so here."""
    phi, lam = np.radians(lat), np.radians(lon)
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def km_between(lat: Array, lon: Array, to_lat: Array, to_lon: Array) -> Array:
    """Return great-circle kilometres between points, pair by pair (haversine)."""
    half_phi, half_lam = np.radians(to_lat - lat) / 2, np.radians(to_lon - lon) / 2
    both = np.cos(np.radians(lat)) * np.cos(np.radians(to_lat))
    root = np.sqrt(np.sin(half_phi) ** 2 + both * np.sin(half_lam) ** 2)
    km: Array = 2 * EARTH_KM * np.arcsin(np.minimum(root, 1.0))
    return km


def straight_km(lat: Array, lon: Array) -> Array:
    """Return great-circle kilometres between all points, [from, to]."""
    return km_between(lat[:, None], lon[:, None], lat[None, :], lon[None, :])


def chord_km(chord: Array) -> Array:
    """Return great-circle kilometres of straight distances between points of the unit sphere."""
    km: Array = 2 * EARTH_KM * np.arcsin(np.minimum(chord / 2, 1.0))
    return km
