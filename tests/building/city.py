"""A made-up city of crossings, by default as large as the graphs of the field: 54,289 junctions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

SIDE = 233
STEP_KM = 0.2


def write_city(folder: Path, side: int = SIDE) -> dict[str, Any]:
    """Write the tables of a square city; return the specification.

    Speeds and directions are drawn.
    """
    rng = np.random.default_rng(54_000)
    row, column = np.divmod(np.arange(side * side), side)
    lat = 60.0 + row * STEP_KM / 111.2
    lon = 10.5 + column * STEP_KM / (111.2 * np.cos(np.radians(60.2)))
    points = zip(lat.round(6), lon.round(6), strict=True)
    lines = ["id,lat,lon", *(f"{k},{a},{b}" for k, (a, b) in enumerate(points))]
    (folder / "points.csv").write_text("\n".join(lines) + "\n")
    start = np.concatenate([np.flatnonzero(column < side - 1), np.flatnonzero(row < side - 1)])
    step = np.concatenate([np.ones(side * (side - 1)), np.full(side * (side - 1), side)])
    kmh = rng.choice([30, 40, 50, 60, 80], len(start))
    one_way = np.where(rng.random(len(start)) < 0.1, "yes", "no")
    rows = zip(start, (start + step).astype(int), kmh, one_way, strict=True)
    lines = ["from,to,km,kmh,one_way", *(f"{a},{b},{STEP_KM},{v},{o}" for a, b, v, o in rows)]
    (folder / "edges.csv").write_text("\n".join(lines) + "\n")
    _write_people(folder, lat, lon)
    return SPEC


def _write_people(folder: Path, lat: Any, lon: Any) -> None:
    from pyproj import Transformer

    convert = Transformer.from_crs("EPSG:4326", "EPSG:25833", always_xy=True)
    east, north = convert.transform(lon, lat)
    code = (2_000_000 + east // 1000 * 1000).astype(np.int64) * 10_000_000 + (
        north // 1000 * 1000
    ).astype(np.int64)
    cells = np.unique(code)[::5]
    (folder / "grid.csv").write_text(
        "cell,people,kommune\n" + "".join(f"{c},500,9901\n" for c in cells)
    )
    middle = f"{lat[len(lat) // 2]},{lon[len(lon) // 2]}"
    (folder / "sites.csv").write_text(f"name,lat,lon\nSykehuset,{middle}\n")


MADE_UP = {"source": "made up", "grade": "C"}
SPEC: dict[str, Any] = {
    "build": "city",
    "title": "City",
    "description": "A made-up city",
    "roads": {
        "kind": "edges", "file": "edges.csv", "from": "from", "to": "to", "km": "km", "kmh": "kmh",
        "one_way": "one_way", "both_ways": True,
        "points": {"file": "points.csv", "id": "id", "lat": "lat", "lon": "lon"}, **MADE_UP,
    },
    "people": {
        "year": 2026, "gather_km": 0,
        "grid": {"file": "grid.csv", "cell": "cell", "people": "people", "cell_m": 1000,
                 "municipality": "kommune", **MADE_UP},
    },
    "facilities": [{"kind": "hospital", "file": "sites.csv", "name": "name", "lat": "lat",
                    "lon": "lon", **MADE_UP}],
}  # fmt: skip
