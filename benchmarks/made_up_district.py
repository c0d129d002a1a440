"""A made-up district of any size: cells of a kilometre in a square, driven along straight lines.

Illness and care are Namdal's, and the organisation is the first one that `region build` makes: one
116117 room, one 113 room, a legevakt for each 100,000 people, a station for each 30,000.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from pyproj import Transformer

from akuttsim.config.schema.values import AGE_GROUPS
from akuttsim.experiments.study import Study, study_of_run
from akuttsim.regionbuilder.region_folder import make_region

WEST_M, SOUTH_M = 200_000, 6_600_000
"""South-west corner of the square, UTM 33: some land east of Oslo."""

MADE_UP = {"source": "made up", "grade": "C"}
FIRST_AGES = (0, 6, 16, 20, 30, 50, 67, 80, 90)
SHARES = (0.07, 0.12, 0.05, 0.13, 0.27, 0.2, 0.11, 0.04, 0.01)
"""Share of people in each age group, who are all as old as its youngest."""


class District(NamedTuple):
    """How large a district is.

    Attributes:
        name: Its identifier.
        people: Inhabitants.
        places: Cells with people.
        municipalities: How many it has, each a strip of cells.
    """

    name: str
    people: int
    places: int
    municipalities: int = 1


def write_district(district: District, folder: Path) -> Path:
    """Build the region of a district; return the file of its organisation."""
    assert len(FIRST_AGES) == len(AGE_GROUPS)
    count = district.places
    row, column = np.divmod(np.arange(count), int(np.ceil(count**0.5)))
    east, north = WEST_M + 1000 * column, SOUTH_M + 1000 * row
    # the nearer to the middle, the more: as the inverse of the distance
    apart_km = np.hypot(column - column.mean(), row - row.mean())
    weight = 1 / (1 + apart_km)
    people = np.maximum(weight / weight.sum() * district.people, 1).astype(int)
    number = 9901 + np.arange(count) * district.municipalities // count
    cell = (2_000_000 + east) * 10_000_000 + north
    _write(folder / "grid.csv", "cell,people,kommune", zip(cell, people, number, strict=True))
    of_age = [
        (kommune, age, int(share * people[number == kommune].sum()))
        for kommune in np.unique(number)
        for age, share in zip(FIRST_AGES, SHARES, strict=True)
    ]
    _write(folder / "ages.csv", "kommune,age,people", of_age)
    to_degrees = Transformer.from_crs("EPSG:25833", "EPSG:4326", always_xy=True)
    lon, lat = (x.round(6) for x in to_degrees.transform(east + 500, north + 500))
    facilities = []
    for kind, people_each in (("hospital", 300_000), ("legevakt", 100_000), ("station", 30_000)):
        many = max(1, min(district.people // people_each, count))
        at = np.linspace(0, count - 1, many + 2).astype(int)[1:-1]
        sites = [(f"{kind} {number}", lat[k], lon[k]) for number, k in enumerate(at, start=1)]
        _write(folder / f"{kind}.csv", "name,lat,lon", sites)
        facilities.append({"kind": kind, "file": f"{kind}.csv", "name": "name", "lat": "lat",
                           "lon": "lon", **MADE_UP})  # fmt: skip
    path = folder / f"{district.name}-spec.yaml"
    path.write_text(yaml.safe_dump(_specification(district, facilities)), encoding="utf-8")
    return make_region(path, folder, folder).organisation


def _write(path: Path, heading: str, rows: Any) -> None:
    """Write a table of plain values as CSV."""
    lines = (",".join(str(cell) for cell in row) for row in rows)
    path.write_text("\n".join([heading, *lines]) + "\n", encoding="utf-8")


def _specification(district: District, facilities: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what `region build` builds from."""
    return {
        "build": district.name,
        "title": district.name,
        "description": "A made-up district",
        "roads": {
            "kind": "straight_line", "range": [0.7, 1.5], **MADE_UP,
            "by_distance": [{"km": 2, "detour": 1.6, "kmh": 35},
                            {"km": 15, "detour": 1.34, "kmh": 52}],
        },
        "people": {
            "year": 2026, "gather_km": 0,
            "grid": {"file": "grid.csv", "cell": "cell", "people": "people", "cell_m": 1000,
                     "municipality": "kommune", **MADE_UP},
            "by_age": {"file": "ages.csv", "municipality": "kommune", "age": "age",
                       "people": "people", **MADE_UP},
        },
        "facilities": facilities,
    }  # fmt: skip


def study_of_district(district: District, folder: Path, weeks: int, seed: int) -> Study:
    """Return the study of one run of a district's first organisation."""
    return study_of_run([str(write_district(district, folder))], None, (), (weeks, 1, seed))
