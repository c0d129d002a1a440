"""Large regions from real data, beside drive times that others worked out; skipped without them.

Memory is measured in processes of their own, so that no other test's counts; the time that they
take, `python -m benchmarks.region_build` tells.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from akuttsim.config.loader import load_region
from akuttsim.config.schema.region import Region
from akuttsim.records import Floats
from akuttsim.regionbuilder.region_folder import make_region
from akuttsim.roads.travel import travel_of_region
from tests.building.city import write_city
from tests.building.oslo import AKERSHUS, EAST
from tests.nightly import IS_NIGHTLY, by_night
from tests.shared_data import folder

pytest.importorskip("osmium")
pytest.importorskip("pyproj")

BUILD_MB = 4000
SIDE = by_night(120, 233)

MEASURED = """
import resource, sys
from pathlib import Path
from akuttsim.regionbuilder.region_folder import make_region
make_region(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_maxrss / 1024)
"""


def built(tmp_path: Path, spec: Any, data: Path | None = None) -> tuple[Path, float]:
    """Build in another process; return the folder, and the MB that it took at most."""
    path = tmp_path / "spec.yaml"
    path.write_text(yaml.safe_dump(spec, allow_unicode=True), encoding="utf-8")
    command = [sys.executable, "-c", MEASURED, str(path), str(tmp_path), str(data or folder())]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return tmp_path / spec["build"], float(done.stdout)


@pytest.mark.nightly
@pytest.mark.skipif(not IS_NIGHTLY, reason="by night; by day a part of the same region is built")
@pytest.mark.skipif(sys.platform == "win32", reason="memory is measured as Unix does")
def test_oslo_and_akershus_are_built_and_near_the_drive_times_that_others_give(
    tmp_path: Path,
) -> None:
    """15 stations by some 2,000 cells: ours are a plain search's on the arcs, and beside OSRM's.

    The arcs and OSRM's seconds are two people's work on one map. Ours over OSRM's: 0.96 at the
    median, eight in ten between 0.83 and 1.07, as a plain search gives too.
    """
    place, megabytes = built(tmp_path, AKERSHUS)
    assert megabytes < BUILD_MB
    region = load_region(str(place)).value
    assert len(region.municipalities) > 20 and region.people() > 1_200_000
    ours, osrm, plain = _drives(place, region)
    assert len(ours) > 25_000
    np.testing.assert_allclose(ours, plain, atol=2e-3)
    low, median, high = np.percentile((ours / osrm)[osrm > 300], [10, 50, 90])
    assert 0.9 < median < 1.0 and low > 0.8 and high < 1.1


def _drives(place: Path, region: Region) -> tuple[Floats, Floats, Floats]:
    """Return the seconds from each station's cell to each cell: ours, OSRM's, a plain search's."""
    times, ids = travel_of_region(region), {name: k for k, name in enumerate(region.place_ids)}
    ours = times.seconds["car"][times.noon]
    number, lat, lon, arcs = _arcs()
    at = {(round(p.lat, 6), round(p.lon, 6)): ids[name] for name, p in region.places.items()}
    of_cell = {node: at.get((lat[k], lon[k])) for node, k in number.items()}
    node_of = {row: node for node, row in of_cell.items() if row is not None}
    stations = {row["name"]: ids[row["place"]] for row in rows_of(place / "facilities.csv")
                if row["kind"] == "station"}  # fmt: skip
    data = folder() / "oslo_akershus_ems"
    start_of = {row["id"]: stations.get(row["name"]) for row in rows_of(data / "stations.csv")}
    found = []
    for row in rows_of(data / "od_station_to_cell.csv"):
        start, end = start_of[row["station_id"]], of_cell.get(row["cell_ssbid1000m"])
        if start is not None and end is not None:
            leg = number[node_of[start]], number[row["cell_ssbid1000m"]]
            found.append((ours[start, end], float(row["seconds"]), *leg))
    each = np.array(found)
    starts, row = np.unique(each[:, 2].astype(int), return_inverse=True)
    each[:, 2] = dijkstra(arcs, indices=starts)[row, each[:, 3].astype(int)]
    return each[:, 0], each[:, 1], each[:, 2]


def _arcs() -> tuple[dict[str, int], Floats, Floats, csr_array]:
    """Return the cells' numbers, where they are, and the seconds of the arcs between them."""
    data = folder() / "oslo_akershus_traveltime_graph"
    nodes, arcs = rows_of(data / "nodes.csv"), rows_of(data / "arcs.csv")
    number = {row["node"]: k for k, row in enumerate(nodes)}
    ends = [[number[row[key]] for row in arcs] for key in ("from_cell", "to_cell")]
    seconds = np.array([float(row["minutes"]) * 60 for row in arcs])
    matrix = csr_array((seconds, (ends[0], ends[1])), shape=(len(nodes), len(nodes)))
    lat, lon = (np.array([round(float(row[x]), 6) for row in nodes]) for x in ("lat", "lon"))
    return number, lat, lon, matrix


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.skipif(sys.platform == "win32", reason="memory is measured as Unix does")
def test_a_real_extract_is_built_with_roads_and_with_times_alike(tmp_path: Path) -> None:
    """Eastern Oslo, 35,000 points: the roads kept, or only a table, give the same drive times."""
    roads = {**EAST, "roads": {**EAST["roads"], "keep": "quickest-ways"}}
    place, megabytes = built(tmp_path, roads)
    assert megabytes < BUILD_MB
    by_road = load_region(str(place)).value
    assert len(by_road.roads) > 500 and 250_000 < by_road.people() < 400_000
    path = tmp_path / "table.yaml"
    path.write_text(yaml.safe_dump(EAST, allow_unicode=True), encoding="utf-8")
    by_table = load_region(str(make_region(path, tmp_path / "table", folder()).folder)).value
    assert by_table.roads == ()
    one, other = travel_of_region(by_road), travel_of_region(by_table)
    count = len(by_table.places)
    assert by_road.place_ids[:count] == by_table.place_ids
    apart = one.seconds["car"][one.noon][:count, :count] - other.seconds["car"][other.noon]
    assert np.abs(apart).max() < 1e-3
    blue = one.seconds["blue"][one.noon][:count, :count] / other.seconds["blue"][other.noon].clip(1)
    assert blue.max() <= 1 + 1e-5 and np.median(blue[blue > 0]) > 0.99


@pytest.mark.skipif(sys.platform == "win32", reason="memory is measured as Unix does")
@pytest.mark.nightly
def test_a_city_of_crossings_is_built_in_4_gb(tmp_path: Path) -> None:
    """The times are those of a plain search on the table as it was written, pair by pair.

    By night 54,000 junctions, as many as the graphs of the field have.
    """
    spec = write_city(tmp_path, SIDE)
    place, megabytes = built(tmp_path, spec, tmp_path)
    assert megabytes < BUILD_MB
    region = load_region(str(place)).value
    assert len(region.places) > 0.005 * SIDE**2
    rows, points = rows_of(tmp_path / "edges.csv"), rows_of(tmp_path / "points.csv")
    start, end = (np.array([int(row[key]) for row in rows]) for key in ("from", "to"))
    took = np.array([float(row["km"]) / float(row["kmh"]) * 3600 for row in rows])
    back = np.array([row["one_way"] == "no" for row in rows])
    ends = np.concatenate([start, end[back]]), np.concatenate([end, start[back]])
    graph = csr_array((np.concatenate([took, took[back]]), ends), shape=(len(points),) * 2)
    at = {(float(p["lat"]), float(p["lon"])): k for k, p in enumerate(points)}
    where = np.array([at[round(p.lat, 6), round(p.lon, 6)] for p in region.places.values()])
    plain = dijkstra(graph, indices=where[:40])[:, where]
    times = travel_of_region(region)
    np.testing.assert_allclose(times.seconds["car"][times.noon][:40], plain, atol=2e-3)
