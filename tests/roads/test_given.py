"""Regions without roads: given travel times, and straight lines times a detour."""

from __future__ import annotations

import math
import pickle
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akuttsim.config.region_tables import table_digest
from akuttsim.config.schema.geography import StraightLine, TravelTimeTable
from akuttsim.config.schema.region import Region
from akuttsim.errors import InputError
from akuttsim.roads import travel as travel_module
from akuttsim.roads import travel_time_matrix as given_module
from akuttsim.roads.road_network import Situation, build_network
from akuttsim.roads.travel import (
    MatrixConditions,
    MatrixTravel,
    RoadTravel,
    travel_by_road,
    travel_of_region,
)
from akuttsim.roads.travel_time_matrix import (
    PlacesInSquares,
    TravelTimeMatrix,
    read_matrix,
    straight_line_matrix,
)
from tests import small
from tests.nightly import examples
from tests.roads.networks import namdal

SOURCED = {"grade": "C", "range": [0.5, 2.0], "source": "made up"}
LINE = StraightLine.model_validate(
    {
        "by_distance": [{"km": 2, "detour": 1.6, "kmh": 35}, {"km": 10, "detour": 1.3, "kmh": 55}],
        **SOURCED,
    }
)


def without_roads(some: Region, **update: Any) -> Region:
    tables = some.tables.model_copy(update={"roads": None, "ferries": None})
    return some.model_copy(update={"tables": tables, "roads": (), "ferries": (), **update})


def crow_km(a: Any, b: Any) -> float:
    """Return great-circle kilometres by the spherical law of cosines."""
    one, other, apart = math.radians(a.lat), math.radians(b.lat), math.radians(b.lon - a.lon)
    cosine = math.sin(one) * math.sin(other) + math.cos(one) * math.cos(other) * math.cos(apart)
    return 6371.0 * math.acos(min(cosine, 1.0))


def test_straight_lines_take_the_detour_and_speed_of_their_distance() -> None:
    some = without_roads(namdal(), straight_line=LINE)
    times, places = travel_of_region(some), list(some.places.values())
    for start, end in ((0, 5), (3, 40), (10, 120)):
        crow = crow_km(places[start], places[end])
        share = min(max((crow - 2) / 8, 0), 1)
        detour, kmh = 1.6 - 0.3 * share, 35 + 20 * share
        seconds = crow * detour / kmh * 3600
        assert times.to("car", 0, end)[start] == pytest.approx(seconds, rel=1e-6)
        factor = 1.3 if kmh < 50 else 1.2
        assert times.to("blue", 0, end)[start] == pytest.approx(seconds / factor, rel=1e-6)
        assert times.km_to(end)[start] == pytest.approx(crow * detour, rel=1e-6)


@settings(max_examples=examples(50), deadline=None)
@given(km=st.lists(st.floats(0, 300), min_size=2, max_size=20))
def test_farther_never_takes_shorter(km: list[float]) -> None:
    lat = 60 + np.array(sorted(km)) / 111.2
    seconds, town_s, _ = straight_line_matrix(LINE, lat, np.full(len(lat), 10.0), 50.0)
    assert (np.diff(seconds[0] - seconds[0, 0]) >= -1e-6).all()
    assert (town_s <= seconds).all()


def test_detours_that_would_bring_the_farther_one_sooner_are_refused() -> None:
    points = [{"km": 2, "detour": 3.0, "kmh": 20}, {"km": 3, "detour": 1.0, "kmh": 90}]
    with pytest.raises(ValueError, match="3 km must be farther, and take longer, than 2 km"):
        StraightLine.model_validate({"by_distance": points, **SOURCED})


@cache
def of_namdal() -> tuple[RoadTravel, TravelTimeMatrix]:
    """Return Namdal's travel by road, and the same times as a table, ferries left out."""
    some = namdal().model_copy(update={"ferries": ()})
    roads = build_network(some)
    from akuttsim.roads.importers.graph import NO_FERRY, Graph, times_between

    lat, lon = (np.array([getattr(p, x) for p in some.places.values()]) for x in ("lat", "lon"))
    count = len(roads.start)
    graph = Graph(some.place_ids, lat, lon, np.ones(len(lat), dtype=bool),
                  roads.start.astype(np.int64), roads.end.astype(np.int64),
                  roads.at(Situation(12))["car"], roads.km,
                  np.tile([road.kmh < 50 for road in some.roads], 2), np.full(count, NO_FERRY),
                  np.zeros(count, dtype=np.int64), ("road",))  # fmt: skip
    seconds, town_s, km = times_between(graph, np.arange(len(lat)))
    return travel_by_road(some), TravelTimeMatrix(seconds, town_s, km, lat, lon)


def test_a_table_made_from_roads_has_the_roads_times() -> None:
    """Ordinary cars to the tick; blue light along the cars' way, which is seldom not its own."""
    roads, given_times = of_namdal()
    conditions = MatrixConditions(given_times, namdal().driving)
    number = conditions.number(Situation(12))
    joined = np.isfinite(given_times.seconds)
    car, blue = (conditions.times(mode)[number] for mode in ("car", "blue"))
    np.testing.assert_array_equal(car[joined], roads.seconds["car"][roads.noon][joined])
    by_way = roads.seconds["blue"][roads.noon]
    assert (blue[joined] >= by_way[joined] - 1e-4).all()  # ticks add up
    assert np.mean(blue[joined] <= by_way[joined] + 1e-3) > 0.99


def test_conditions_of_given_times_are_those_of_speeds() -> None:
    _, given_times = of_namdal()
    traffic = {"values": [1.0] * 8 + [0.5] * 16, "where": "town", **SOURCED}
    driving = namdal().driving.model_validate(
        {**namdal().driving.model_dump(by_alias=True), "traffic": traffic}
    )
    conditions = MatrixConditions(given_times, driving)
    night, day = conditions.number(Situation(3)), conditions.number(Situation(12))
    assert [conditions.number(Situation(hour)) for hour in (4, 13)] == [night, day] == [0, 1]
    joined = np.isfinite(given_times.seconds)
    slower = conditions.times("car")[day][joined] - conditions.times("car")[night][joined]
    np.testing.assert_allclose(slower, given_times.town_s[joined], atol=1e-5)


def line_travel() -> MatrixTravel:
    """Return travel along a line of four places, 0 to 3 a degree of longitude apart."""
    places = list(namdal().places.items())[:4]
    line = {name: place.model_copy(update={"lat": 64.0, "lon": 10.0 + k})
            for k, (name, place) in enumerate(places)}  # fmt: skip
    found = travel_of_region(without_roads(namdal(), places=line, straight_line=LINE))
    assert isinstance(found, MatrixTravel)
    return found


def test_on_the_way_a_unit_is_at_the_place_nearest_to_the_straight_line() -> None:
    times = line_travel()
    route = times.route(0, 0, 3)
    whole = route.duration_s
    assert route.places == (0, 3)
    for share, near in ((0.0, 0), (0.3, 1), (0.6, 2), (0.9, 3)):
        ways = times.ways_from(route, share * whole, 0, "car")
        assert (near, 0.0) in ways
        assert near == 3 or ways[0] == (3, pytest.approx((1 - share) * whole))
    assert times.ways_from(route, whole, 0, "car") == [(3, 0.0)]
    assert times.route(0, 2, 2).duration_s == 0


def table(
    tmp_path: Path, change: Any = None, name: str = "t.parquet"
) -> tuple[TravelTimeTable, tuple]:
    places = ("a", "b", "c")
    rows = [(x, y, 100.0 * (i + 2 * j), 40.0) for i, x in enumerate(places)
            for j, y in enumerate(places) if x != y]  # fmt: skip
    names = ("from", "to", "seconds", "town_seconds")
    columns: dict[str, list[Any]] = {name: [row[k] for row in rows] for k, name in enumerate(names)}
    if change:
        change(columns)
    path = tmp_path / name
    if name.endswith(".parquet"):
        pq.write_table(pa.table(columns), path)
    else:
        pa.csv.write_csv(pa.table(columns), path)
    given_times = TravelTimeTable(file=name, sha256=table_digest(path, name))
    given_times.lies_at(path)
    return given_times, places


@pytest.mark.parametrize("name", ["t.parquet", "t.csv"])
def test_a_table_is_read_as_it_was_written(tmp_path: Path, name: str) -> None:
    seconds, town_s, km = read_matrix(*table(tmp_path, name=name))
    assert seconds.tolist() == [[0, 200, 400], [100, 0, 500], [200, 400, 0]]
    assert town_s[0].tolist() == [0, 40, 40]
    assert np.isnan(km[0, 1])


def test_where_a_table_lies_goes_along_to_other_processes(tmp_path: Path) -> None:
    given_times, places = table(tmp_path)
    again = pickle.loads(pickle.dumps(given_times))
    assert "path" not in again.model_dump()
    np.testing.assert_array_equal(
        read_matrix(again, places)[0], read_matrix(given_times, places)[0]
    )


def _short(columns: dict[str, list]) -> None:
    for cells in columns.values():
        cells.pop()


def _twice(columns: dict[str, list]) -> None:
    for cells in columns.values():
        cells.append(cells[0])


WRONG = [
    (_short, "has no time from c to b; every pair of places needs one"),
    (_twice, "has a pair of places twice; keep one"),
    (lambda c: c["from"].__setitem__(0, "x"), "has places that the table of places has not: x"),
    (lambda c: c["seconds"].__setitem__(0, -1.0), "has times that are below zero or not finite"),
    (lambda c: c["town_seconds"].__setitem__(0, 999.0), "has town_seconds that are below zero"),
    (lambda c: c.pop("seconds"), "must have the columns from, to, seconds"),
    (lambda c: c.update(seconds=["x"] * 6), "is no table of travel times as Parquet or CSV"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), WRONG)
def test_a_table_that_is_not_whole_is_told(tmp_path: Path, change: Any, said: str) -> None:
    with pytest.raises(InputError, match=f"t.parquet: {said}"):
        read_matrix(*table(tmp_path, change))


def test_a_file_that_is_no_table_or_has_changed_is_told(tmp_path: Path) -> None:
    given_times, places = table(tmp_path)
    given_times.path.write_bytes(b"PAR1 and then nothing")
    with pytest.raises(InputError, match="has changed since the region was loaded"):
        read_matrix(given_times, places)
    broken = given_times.model_copy(update={"sha256": table_digest(given_times.path, "t")})
    broken.lies_at(given_times.path)
    with pytest.raises(InputError, match="is no table of travel times as Parquet or CSV"):
        read_matrix(broken, places)


def test_a_table_that_would_fill_the_memory_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(given_module, "MAX_ROWS", 5)
    with pytest.raises(InputError, match="has more than 5 rows, or unpacks to more than 3 GB"):
        read_matrix(*table(tmp_path))


def test_a_large_regions_times_are_read_where_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    as_lists = [list(line_travel().to("car", 0, place)) for place in range(4)]
    monkeypatch.setattr(travel_module, "MOST_AS_LISTS", 3)
    times = line_travel()
    assert [list(times.to("car", 0, place)) for place in range(4)] == as_lists
    assert not isinstance(times.to("car", 0, 0), list), "nothing was copied"


def test_the_nearest_of_many_places_is_that_of_a_plain_search() -> None:
    """Also where places lie on each other, all in one corner, or far from the point."""
    rng = np.random.default_rng(5)
    for x, y in (
        (rng.random(300), rng.random(300)),
        (rng.integers(0, 6, 80).astype(float), rng.integers(0, 6, 80).astype(float)),
        (np.append(rng.random(50) / 1000, 1.0), np.append(rng.random(50) / 1000, 1.0)),
        (np.zeros(3), np.zeros(3)),
    ):
        squares = PlacesInSquares(x.tolist(), y.tolist())
        points = rng.uniform(-0.2, 1.2, (200, 2)) * max(x.max(), 1.0)
        points = np.concatenate([points, np.column_stack([x, y])[:50]])
        plain = [int(np.argmin((x - east) ** 2 + (y - north) ** 2)) for east, north in points]
        assert [squares.nearest(east, north) for east, north in points.tolist()] == plain


def test_the_chain_runs_without_roads_and_alike_each_time() -> None:
    """Crews are on their way for as long as the table says, and are sent on from there."""
    flat = without_roads(small.region(), straight_line=LINE)
    world = small.world(where=flat)
    patients = world.sample()
    record = world.meets(patients)
    assert small.same(record.courses, small.world(where=flat).meets(patients).courses)
    went = (record.courses.crew >= 0) & ~np.isnan(record.courses.on_scene_s)
    assert went.sum() > 20
    assert (record.courses.on_scene_s[went] > patients.time_s[went]).all()
