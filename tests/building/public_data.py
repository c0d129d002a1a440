"""A made-up district as public data: an OSM extract, a population grid, ages, facilities.

A town by the sea, a valley road, an island behind a ferry, and a one-way trap; UTM zone 33 cells.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import yaml

TOWN = (64.466, 11.495)

NODES = {
    # the town: a small net of streets
    1: (64.466, 11.495), 2: (64.466, 11.506), 3: (64.470, 11.495), 4: (64.470, 11.506),
    # the valley road, with a bend, to the east
    10: (64.466, 11.60), 11: (64.460, 11.70), 12: (64.465, 11.94),
    # the quay, the island
    20: (64.490, 11.39), 21: (64.515, 11.33), 22: (64.517, 11.32),
    # a one-way trap off the town, and roads that nothing joins
    30: (64.474, 11.51), 31: (64.478, 11.51), 40: (64.40, 11.40), 41: (64.40, 11.42),
    # a dead end without people
    50: (64.455, 11.65),
}  # fmt: skip

WAYS: list[tuple[list[int], dict[str, str]]] = [
    ([1, 2, 4, 3, 1], {"highway": "residential", "name": "Ringveien"}),
    ([2, 10, 11, 12], {"highway": "secondary", "maxspeed": "80", "ref": "Fv1"}),
    ([1, 20], {"highway": "secondary", "ref": "Fv2"}),
    ([20, 21], {"route": "ferry", "motor_vehicle": "yes", "name": "Øyferja", "duration": "00:20"}),
    ([21, 22], {"highway": "tertiary"}),
    ([4, 30], {"highway": "residential", "oneway": "yes"}),
    ([30, 31], {"highway": "residential"}),
    ([40, 41], {"highway": "unclassified"}),
    ([11, 50], {"highway": "unclassified"}),
    ([3, 41], {"highway": "service", "access": "private"}),
]

PEOPLE = {1: 900, 4: 700, 10: 30, 12: 400, 22: 120}
"""People of the cell that each of these points lies in."""

FACILITIES = (
    "name,kind,lat,lon\n"
    "Sykehuset,hospital,64.4665,11.5061\n"
    "Legevakten,legevakt,64.4665,11.5061\n"
    "Stasjonen,station,64.4660,11.4950\n"
    "Dalen,station,64.4652,11.9402\n"
)


def osm_xml() -> str:
    """Return the extract as OSM XML."""
    parts = ['<?xml version="1.0"?><osm version="0.6">']
    parts += [
        f'<node id="{n}" lat="{lat}" lon="{lon}" version="1"/>' for n, (lat, lon) in NODES.items()
    ]
    for number, (nodes, tags) in enumerate(WAYS, 100):
        refs = "".join(f'<nd ref="{n}"/>' for n in nodes)
        said = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        parts.append(f'<way id="{number}" version="1">{refs}{said}</way>')
    return "".join([*parts, "</osm>"])


def cell_of(lat: float, lon: float, cell_m: int = 1000) -> int:
    """Return the number of the cell of UTM 33 that a position lies in."""
    from pyproj import Transformer

    convert = Transformer.from_crs("EPSG:4326", "EPSG:25833", always_xy=True)
    east, north = convert.transform(lon, lat)
    east, north = (int(each // cell_m) * cell_m for each in (east, north))
    return (2_000_000 + east) * 10_000_000 + north


def grid_csv(cell_m: int = 1000) -> str:
    """Return the population grid: the valley is municipality 9902, the rest 9901."""
    rows = ["cell;people;kommune;lat;lon"]
    for point, people in PEOPLE.items():
        lat, lon = NODES[point]
        kommune = "9902" if point == 12 else "9901"
        rows.append(f"{cell_of(lat, lon, cell_m)};{people};{kommune};{lat};{lon}")
    return "\n".join(rows) + "\n"


def ages_csv() -> str:
    """Return people by single years of age and sex: 1,760 in 9901 and 410 in 9902."""
    rows = ["region;alder;kjonn;antall"]
    for kommune, people in (("9901", 1760), ("9902", 410)):
        left = people
        for age in range(0, 100, 5):
            for sex in ("kvinner", "menn"):
                count = people // 40 if (age, sex) != (95, "menn") else left
                left -= count
                rows.append(f"{kommune};{age} år;{sex};{count}")
    return "\n".join(rows) + "\n"


def spec(**changes: Any) -> dict[str, Any]:
    """Return the specification as a mapping, with parts replaced by dotted key."""
    made_up = {"source": "made up", "grade": "C"}
    here = {"name": "name", "lat": "lat", "lon": "lon", "file": "facilities.csv", **made_up}
    found: dict[str, Any] = {
        "build": "fjord",
        "title": "Fjord",
        "description": "A made-up district",
        "roads": {"kind": "osm", "file": "map.osm", **made_up},
        "people": {
            "year": 2026, "gather_km": 1.5,
            "grid": {"file": "grid.csv", "cell": "cell", "people": "people", "cell_m": 1000,
                     "municipality": "kommune", "lat": "lat", "lon": "lon", **made_up},
            "by_age": {"file": "ages.csv", "municipality": "region", "age": "alder",
                       "people": "antall", **made_up},
        },
        "facilities": [
            {"kind": kind, "where": {"kind": kind}, **here}
            for kind in ("hospital", "legevakt", "station")
        ],
    }  # fmt: skip
    for key, value in changes.items():
        *path, last = key.split("__")
        at = found
        for part in path:
            at = at[part]
        if value is None:
            del at[last]
        else:
            at[last] = value
    return found


def written(folder: Path, **changes: Any) -> Path:
    """Write the data and the specification; return the path of the latter."""
    folder.mkdir(exist_ok=True)
    files = {"map.osm": osm_xml(), "grid.csv": grid_csv(), "ages.csv": ages_csv(),
             "facilities.csv": FACILITIES}  # fmt: skip
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    path = folder / "spec.yaml"
    path.write_text(yaml.safe_dump(spec(**changes), allow_unicode=True), encoding="utf-8")
    return path


def edited(folder: Path, name: str, old: str, new: str) -> None:
    """Replace a text in one of the files."""
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


def given_times(folder: Path) -> dict[str, Any]:
    """Write a table of travel times between the populated points; return `roads` for the spec."""
    points = [1, 4, 10, 12, 22]
    (folder / "points.csv").write_text(
        "id,lat,lon\n" + "".join(f"p{n},{NODES[n][0]},{NODES[n][1]}\n" for n in points)
    )
    rows = ["a,b,min"]
    for one in points:
        for other in points:
            km = 111.2 * np.hypot(NODES[one][0] - NODES[other][0],
                                  0.43 * (NODES[one][1] - NODES[other][1]))  # fmt: skip
            if one != other:
                rows.append(f"p{one},p{other},{1.5 * km:.4f}")
    (folder / "times.csv").write_text("\n".join(rows) + "\n")
    return {"kind": "travel_times", "file": "times.csv", "from": "a", "to": "b", "minutes": "min",
            "points": {"file": "points.csv", "id": "id", "lat": "lat", "lon": "lon"},
            "source": "made up", "grade": "C"}  # fmt: skip
