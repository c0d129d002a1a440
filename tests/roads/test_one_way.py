"""One-way roads: driven from `from` to `to` only, and nobody turns on them."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akuttsim.config.schema.geography import Road
from akuttsim.records import MODES
from akuttsim.roads.road_network import build_network
from akuttsim.roads.travel import travel_of_region
from tests.nightly import examples
from tests.roads.networks import namdal, region, road


def one_way(start: int, end: int, km: float, kmh: float) -> Road:
    return road(start, end, km, kmh).model_copy(update={"one_way": "yes"})


@st.composite
def rings(draw: st.DrawFn) -> list[Road]:
    """Draw a ring round which all can drive, and roads across it, some of them one-way."""
    places = draw(st.integers(3, 7))
    km, kmh = st.floats(0.1, 80), st.floats(20, 110)
    roads = [one_way(n, (n + 1) % places, draw(km), draw(kmh)) for n in range(places)]
    for _ in range(draw(st.integers(0, 6))):
        start, end = draw(st.integers(0, places - 1)), draw(st.integers(0, places - 1))
        make = draw(st.sampled_from([road, one_way]))
        roads.append(make(start, end, draw(km), draw(kmh)))
    return roads


@settings(max_examples=examples(60), deadline=None)
@given(roads=rings())
def test_times_are_shortest_paths_the_way_that_is_open(roads: list[Road]) -> None:
    places = 1 + max(int(each.start[1:]) for each in roads)
    some = region(places, roads)
    times = travel_of_region(some)
    arrays = build_network(some)
    for mode in MODES:
        graph = nx.MultiDiGraph()
        seconds = arrays.seconds[mode][12]
        for number, each in enumerate(roads):
            ends = int(each.start[1:]), int(each.end[1:])
            graph.add_edge(*ends, weight=seconds[number])
            if each.one_way == "no":
                graph.add_edge(*reversed(ends), weight=seconds[number])
        expected = dict(nx.all_pairs_dijkstra_path_length(graph))
        actual = times.seconds[mode][times.noon]
        for start in range(places):
            assert [expected[start][end] for end in range(places)] == actual[start].tolist()


def test_nobody_turns_on_a_one_way_road() -> None:
    times = travel_of_region(
        region(3, [one_way(0, 1, 10, 60), road(1, 2, 10, 60), one_way(1, 0, 30, 60)])
    )
    route = times.route(times.noon, 0, 2)
    assert times.ways_from(route, 300.0, times.noon, "car") == [(1, 300.0)]
    assert times.ways_from(route, 900.0, times.noon, "car") == [(2, 300.0), (1, 300.0)]


def test_a_one_way_road_is_as_long_as_it_is_driven() -> None:
    times = travel_of_region(region(2, [one_way(0, 1, 10, 60), one_way(1, 0, 30, 60)]))
    assert times.km_to(1)[0] == 10
    assert times.km_to(0)[1] == 30


def test_roads_without_one_way_have_the_times_they_always_had() -> None:
    """Namdal's own table has no column of that name."""
    assert not build_network(namdal()).no_turn[: len(namdal().roads)].any()
    assert np.isfinite(build_network(namdal()).seconds["car"]).all()


@pytest.mark.parametrize(("start", "end", "said"), [
    ("p1", "p2", "a one-way trap: one can drive here from"),
    ("p2", "p1", "a one-way trap: one can drive from here to"),
])  # fmt: skip
def test_a_one_way_trap_is_told(start: str, end: str, said: str) -> None:
    from akuttsim.config.checks import _unreachable_places
    from akuttsim.config.loader import Loaded
    from akuttsim.config.yaml_document import Node

    hospital = next(iter(namdal().hospitals.values())).model_copy(update={"place": "p0"})
    roads = [road(0, 1, 1, 60), one_way(int(start[1:]), int(end[1:]), 1, 60)]
    some = region(3, roads).model_copy(update={"hospitals": {"h": hospital}})
    problems = list(_unreachable_places(Loaded(some, Node({}, "r.yaml", 1), ("r.yaml",))))
    assert [said in problem.what for problem in problems] == [True]
