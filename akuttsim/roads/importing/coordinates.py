"""Positions from outside: degrees as they should be, or metres of a map projection, converted."""

from __future__ import annotations

import numpy as np

from akuttsim.errors import InputError, Problem
from akuttsim.roads.importing.columns import Columns
from akuttsim.roads.importing.graph import Array, Mask

DEGREES = "EPSG:4326"
LAT, LON = (57.0, 81.5), (3.0, 34.0)
"""Norway with Svalbard: what lies elsewhere, but here with its numbers exchanged, is swapped."""


def positions(rows: Columns, lat: str, lon: str, crs: str) -> tuple[Array, Array]:
    """Return latitudes and longitudes in degrees from two columns.

    With a `crs` of metres, `lat` is the column of northings and `lon` that of eastings. Raises
    InputError for metres that are told as degrees and for latitude and longitude swapped.
    """
    first, second = rows.numbers(lat), rows.numbers(lon)
    if crs != DEGREES:
        first, second = degrees(second, first, crs)
        both = f"{lat} and {lon}"
        outside = ~_in_norway(first, second)
        rows.refuse(
            outside,
            both,
            lambda row: (
                f"is not in Norway as {crs} (it comes out at "
                f"{first[row]:.2f} N, {second[row]:.2f} E); are easting and northing swapped"
            ),
        )
        return first, second
    _refuse_metres(rows, (lat, lon), first, second)
    swapped = ~_in_norway(first, second) & _in_norway(second, first)
    rows.refuse(
        swapped,
        f"{lat} and {lon}",
        lambda row: (
            "latitude and longitude are swapped "
            f"({first[row]:g} and {second[row]:g}); exchange the two columns in the spec"
        ),
    )
    return first, second


def _in_norway(lat: Array, lon: Array) -> Mask:
    return (lat >= LAT[0]) & (lat <= LAT[1]) & (lon >= LON[0]) & (lon <= LON[1])


def _refuse_metres(rows: Columns, names: tuple[str, str], lat: Array, lon: Array) -> None:
    metres = (np.abs(lat) > 90) | (np.abs(lon) > 180)
    rows.refuse(
        metres,
        f"{names[0]} and {names[1]}",
        lambda row: (
            f"{lat[row]:g} and {lon[row]:g} "
            "are no degrees; if they are metres (UTM), write crs: EPSG:25833 (or 25832, 25835)"
        ),
    )


def degrees(east: Array, north: Array, crs: str) -> tuple[Array, Array]:
    """Return latitudes and longitudes of eastings and northings. Raises InputError."""
    try:
        from pyproj import Transformer
        from pyproj.exceptions import CRSError
    except ImportError:
        what = f"converting {crs} needs pyproj; install it: pip install 'akuttsim[roads]'"
        raise InputError([Problem("", 0, "crs", what)]) from None
    try:
        convert = Transformer.from_crs(crs, DEGREES, always_xy=True)
    except CRSError:
        what = f"{crs} is not known; write EPSG:25833 for UTM zone 33, or EPSG:4326 for degrees"
        raise InputError([Problem("", 0, "crs", what)]) from None
    lon, lat = convert.transform(east, north)
    return np.asarray(lat), np.asarray(lon)
