"""Checks of the geography tables of Namdal: always the tables, and the real data where present."""

from __future__ import annotations

import csv
import gzip
import json
import math
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLES = ROOT / "configs" / "regions" / "namdal"
DATA = Path(os.environ.get("AKUTTSIM_DATA", ROOT.parent / "shared" / "data"))
AGES = "age_0_5 age_6_15 age_16_19 age_20_29 age_30_49 age_50_66 age_67_79 age_80_89 age_90_plus"
AGE_COLUMNS = AGES.split()
# SSB table 07459, 1 January 2026, all ages: kept here apart from municipalities.csv.
PUBLISHED_TOTALS = {
    "namsos": 15112, "overhalla": 3944, "grong": 2292, "hoylandet": 1230, "lierne": 1302,
    "namsskogan": 803, "royrvik": 439, "flatanger": 1110, "leka": 596, "naeroysund": 9920,
    "osen": 911,
}  # fmt: skip
KINDS = {"settlement", "junction", "quay", "hospital"}
BOX = (64.0, 65.2, 10.2, 14.2)
GRADES = {"A", "A*", "B", "C"}
TOLERANCE_KM = 3.0

Row = dict[str, str]
Point = tuple[float, float]

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="real data not present")


@cache
def table(name: str) -> tuple[Row, ...]:
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def positions() -> dict[str, Point]:
    return {row["place"]: (float(row["lat"]), float(row["lon"])) for row in table("places")}


@cache
def municipality_of() -> dict[str, str]:
    return {row["place"]: row["municipality"] for row in table("places")}


@cache
def numbers() -> dict[str, str]:
    return {row["number"]: row["municipality"] for row in table("municipalities")}


def people_at(row: Row) -> int:
    return sum(int(row[column]) for column in AGE_COLUMNS)


def distance_km(a: Point, b: Point) -> float:
    """Great-circle distance of two (lat, lon) points in degrees."""
    (p, x), (q, y) = ((math.radians(u), math.radians(v)) for u, v in (a, b))
    h = math.sin((p - q) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin((x - y) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(h))


def reached(start: str, edges: Iterable[Row]) -> set[str]:
    near: dict[str, set[str]] = defaultdict(set)
    for row in edges:
        near[row["from"]].add(row["to"])
        near[row["to"]].add(row["from"])
    seen, todo = {start}, [start]
    while todo:
        fresh = near[todo.pop()] - seen
        seen |= fresh
        todo += fresh
    return seen


# ---- the tables alone -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "key"), [("municipalities", "municipality"), ("places", "place"), ("people", "place"),
                      ("ferries", "ferry")]
)  # fmt: skip
def test_keys_are_unique_slugs(name: str, key: str) -> None:
    keys = [row[key] for row in table(name)]
    assert len(keys) == len(set(keys))
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value) for value in keys)


def test_all_eleven_municipalities_with_the_published_totals() -> None:
    assert {row["municipality"]: people_at(row) for row in table("municipalities")} == (
        PUBLISHED_TOTALS
    )
    assert all(re.fullmatch(r"5\d{3}", row["number"]) for row in table("municipalities"))


def test_people_sum_to_the_municipality_in_every_age_group() -> None:
    sums: Counter[tuple[str, str]] = Counter()
    for row in table("people"):
        for column in AGE_COLUMNS:
            sums[municipality_of()[row["place"]], column] += int(row[column])
    published = {
        (row["municipality"], column): int(row[column])
        for row in table("municipalities")
        for column in AGE_COLUMNS
    }
    assert {key: sums[key] for key in published} == published


def test_people_live_in_settlements_and_at_quays_only() -> None:
    kinds = {row["place"]: row["kind"] for row in table("places")}
    assert {kinds[row["place"]] for row in table("people")} <= {"settlement", "quay"}
    assert all(int(row[column]) >= 0 for row in table("people") for column in AGE_COLUMNS)


def test_at_least_sixty_places_of_known_kind_grade_and_municipality() -> None:
    rows = table("places")
    assert len(rows) >= 60
    assert {row["kind"] for row in rows} == KINDS
    assert {row["grade"] for row in rows} <= GRADES
    assert {row["municipality"] for row in rows} == set(PUBLISHED_TOTALS)


def test_coordinates_are_inside_the_region() -> None:
    south, north, west, east = BOX
    assert all(south < lat < north and west < lon < east for lat, lon in positions().values())


@pytest.mark.parametrize("name", ["roads", "ferries"])
def test_edges_join_two_known_places_once(name: str) -> None:
    pairs = [tuple(sorted((row["from"], row["to"]))) for row in table(name)]
    assert len(pairs) == len(set(pairs))
    assert all(a != b and {a, b} <= positions().keys() for a, b in pairs)


def test_road_length_against_the_great_circle() -> None:
    for row in table("roads"):
        direct = distance_km(positions()[row["from"]], positions()[row["to"]])
        ratio = float(row["km"]) / direct
        assert ratio >= 1.0, row
        assert ratio <= 2.0 or row["note"], row


def test_road_speeds_are_below_the_limit_of_an_ordinary_road() -> None:
    assert all(30 <= float(row["kmh"]) <= 80 for row in table("roads"))


def test_every_place_is_reached_by_road_and_ferry() -> None:
    assert reached("namsos", table("roads") + table("ferries")) == set(positions())


def test_only_the_islands_need_a_ferry() -> None:
    cut_off = set(positions()) - reached("namsos", table("roads"))
    assert cut_off == {
        "brakstad", "dun", "seierstad", "leknes", "skei-leka", "solsem", "gjerdinga", "borgan",
    }  # fmt: skip


def test_ferries_ply_between_quays_at_readable_times() -> None:
    kinds = {row["place"]: row["kind"] for row in table("places")}
    for row in table("ferries"):
        assert {kinds[row["from"]], kinds[row["to"]]} == {"quay"}
        assert re.fullmatch(r"[0-2]\d:[0-5]\d", row["first"]) and row["first"] < row["last"]
        assert int(row["departures"]) > 0 and float(row["crossing_min"]) > 0


def test_a_timetable_agrees_with_the_row_it_stands_in() -> None:
    """First and last by the row, and as many; Gjerdinga's leaves out what not every day has."""
    timed = [row for row in table("ferries") if row["times_weekday"]]
    assert [row["ferry"] for row in table("ferries") if row not in timed] == [
        "ramstadlandet-borgan"
    ]
    for row in timed:
        times = row["times_weekday"].split()
        assert (times[0], times[-1]) == (row["first"], row["last"])
        fewer = 2 if row["ferry"] == "eidshaug-gjerdinga" else 0
        assert len(times) == int(row["departures"]) - fewer
        for day in ("weekday", "saturday", "sunday"):
            there, back = (row[f"{way}_{day}"].split() for way in ("times", "back"))
            assert len(there) == len(back) and there == sorted(set(there))
            assert back == sorted(set(back))


def test_no_edge_runs_straight_past_another_place_on_its_road() -> None:
    """A place of the same road must not lie on the straight line between two joined places."""
    on_road: dict[str, set[str]] = defaultdict(set)
    for row in table("roads"):
        on_road[row["road"]] |= {row["from"], row["to"]}
    jumped = [
        (row["from"], row["to"], place)
        for row in table("roads")
        for place in on_road[row["road"]] - {row["from"], row["to"]}
        if row["road"].startswith(("E", "Fv")) and detour_km(row, place) < 0.1
    ]
    assert jumped == []


def detour_km(row: Row, place: str) -> float:
    a, b, p = (positions()[name] for name in (row["from"], row["to"], place))
    return distance_km(a, p) + distance_km(p, b) - distance_km(a, b)


# ---- against the real data ---------------------------------------------------------------------


def geonames() -> list[tuple[str, Point]]:
    path = DATA / "norway_settlements_geonames" / "settlements_no.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kommune2024"] in numbers()]
    return [(row["name"], (float(row["latitude"]), float(row["longitude"]))) for row in rows]


def cells() -> list[tuple[str, Point, float]]:
    """Municipality, position and population scaled to 2026 of each populated 1-km cell."""
    path = DATA / "ssb_popgrid" / "pop_1km_2019_kommune_scaled2026.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kommune2024"] in numbers()]
    return [
        (
            numbers()[row["kommune2024"]],
            (float(row["lat"]), float(row["lon"])),
            float(row["pop_2026_scaled"]),
        )
        for row in rows
    ]


@cache
def people_of_cells_by_nearest_place() -> dict[str, float]:
    homes = {row["place"] for row in table("people")}
    sums: dict[str, float] = defaultdict(float)
    for municipality, point, people in cells():
        own = [p for p in homes if municipality_of()[p] == municipality]
        sums[min(own, key=lambda p: distance_km(positions()[p], point))] += people
    return dict(sums)


@needs_data
def test_named_towns_lie_where_geonames_has_them() -> None:
    for name, point in geonames():
        named = [row["place"] for row in table("places") if row["name"].split(" ")[0] == name]
        assert named, name
        assert min(distance_km(positions()[p], point) for p in named) < TOLERANCE_KM, name


@needs_data
def test_people_follow_the_grid_cells_nearest_to_each_place() -> None:
    grid = people_of_cells_by_nearest_place()
    for row in table("people"):
        assert people_at(row) == pytest.approx(grid.get(row["place"], 0.0), rel=0.02, abs=2.0)


@needs_data
def test_most_people_live_near_the_place_they_are_given_to() -> None:
    by_municipality: dict[str, list[tuple[Point, float]]] = defaultdict(list)
    for municipality, point, people in cells():
        by_municipality[municipality].append((point, people))
    near = sum(
        people
        for municipality, group in by_municipality.items()
        for point, people in group
        if any(
            distance_km(positions()[row["place"]], point) < TOLERANCE_KM
            for row in table("people")
            if municipality_of()[row["place"]] == municipality
        )
    )
    assert near / sum(PUBLISHED_TOTALS.values()) > 0.9


@needs_data
def test_published_figures_are_those_of_the_summary() -> None:
    path = DATA / "kommune_population_age_sex" / "kommuner_2024_summary.csv"
    with path.open(encoding="utf-8", newline="") as file:
        summary = {row["kommune"]: row for row in csv.DictReader(file)}
    for row in table("municipalities"):
        source = summary[row["number"]]
        assert [row[c] for c in AGE_COLUMNS] == [
            source[c.replace("age_", "a").replace("90_plus", "90p") + "_2026"] for c in AGE_COLUMNS
        ]


@needs_data
def test_places_lie_in_their_own_municipality() -> None:
    """The stations of neighbours, where nobody is counted, carry the municipality they serve."""
    shapes = rings_by_municipality()
    stations_of_neighbours = {
        row["place"] for row in table("places") if "outside the region" in row["note"]
    }
    astray = {
        place: round(offshore_km(point, shapes[municipality_of()[place]]), 1)
        for place, point in positions().items()
        if place not in stations_of_neighbours
    }
    assert not stations_of_neighbours & {row["place"] for row in table("people")}
    assert {place: km for place, km in astray.items() if km > TOLERANCE_KM} == {}


def rings_by_municipality() -> dict[str, list[list[Point]]]:
    """Outer rings as (lat, lon); the polygons are coarse and cut at the coast."""
    path = DATA / "kommune_boundaries_2024" / "Kommuner-S.geojson"
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    shapes: dict[str, list[list[Point]]] = {}
    for feature in features:
        number, geometry = feature["properties"]["kommunenummer"], feature["geometry"]
        parts = geometry["coordinates"]
        polygons = parts if geometry["type"] == "MultiPolygon" else [parts]
        if number in numbers():
            shapes[numbers()[number]] = [[(y, x) for x, y, *_ in rings[0]] for rings in polygons]
    return shapes


def offshore_km(point: Point, rings: list[list[Point]]) -> float:
    """0 inside any ring, otherwise the distance to the nearest edge of one."""
    edges = [(a, b) for ring in rings for a, b in pairwise(ring)]
    if any(inside(point, ring) for ring in rings):
        return 0.0
    return min(distance_to_edge_km(point, a, b) for a, b in edges)


def inside(point: Point, ring: list[Point]) -> bool:
    """Ray casting to the east."""
    lat, lon = point
    crossings = 0
    for (lat1, lon1), (lat2, lon2) in pairwise(ring):
        if (lat1 > lat) != (lat2 > lat):
            crossings += lon < lon1 + (lat - lat1) / (lat2 - lat1) * (lon2 - lon1)
    return crossings % 2 == 1


def distance_to_edge_km(point: Point, a: Point, b: Point) -> float:
    """On a plane that is local to the point."""
    north, east = 111.2, 111.2 * math.cos(math.radians(point[0]))
    (ax, ay), (bx, by) = (((q[1] - point[1]) * east, (q[0] - point[0]) * north) for q in (a, b))
    dx, dy = bx - ax, by - ay
    length2 = dx * dx + dy * dy
    t = 0.0 if length2 == 0 else max(0.0, min(1.0, -(ax * dx + ay * dy) / length2))
    return math.hypot(ax + t * dx, ay + t * dy)
