"""Kilometres by road along the quickest drive by day."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from akuttsim.config.schema.region import Region
from akuttsim.roads.road_network import build_network
from akuttsim.roads.travel import NOON, Travel, travel_of_region
from tests.lines_run import lines_run
from tests.nightly import examples
from tests.roads.networks import ferry, namdal, region, regions, road

few = settings(max_examples=examples(40), deadline=None)


def quickest_km(some: Region, times: Travel, start: int, end: int) -> set[float]:
    """Return the lengths of all quickest ways at noon between two places, by networkx."""
    roads = build_network(some)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(roads.places))
    seconds = roads.seconds["car"][NOON]
    for a, b, s, km in zip(roads.start, roads.end, seconds, roads.km, strict=True):
        known = graph.get_edge_data(int(a), int(b), {"s": np.inf})
        if s < known["s"]:
            graph.add_edge(int(a), int(b), s=float(s), km={float(km)})
        elif s == known["s"]:
            known["km"].add(float(km))
    found: set[float] = set()
    for way in nx.all_shortest_paths(graph, start, end, weight="s"):
        lengths = {0.0}
        for a, b in pairwise(way):
            lengths = {far + km for far in lengths for km in graph[a][b]["km"]}
        found |= lengths
    return found


@few
@given(some=regions())
def test_km_are_those_of_a_quickest_way_found_by_networkx(some: Region) -> None:
    times = travel_of_region(some)
    places = len(some.places)
    for end in range(places):
        km = times.km_to(end)
        for start in range(places):
            nearest = min(abs(km[start] - each) for each in quickest_km(some, times, start, end))
            assert nearest < 1e-9


def test_km_of_namdal_are_along_the_route_that_vehicles_drive() -> None:
    times, roads = travel_of_region(namdal()), build_network(namdal())
    seconds = roads.seconds["car"][NOON]
    length: dict[tuple[int, int], tuple[float, float]] = {}
    for start, end, s, km in zip(roads.start, roads.end, seconds, roads.km, strict=True):
        key = (int(start), int(end))
        length[key] = min(length.get(key, (np.inf, 0.0)), (float(s), float(km)))
    condition = times.condition_of_hour[NOON]
    for end in range(0, roads.places, 7):
        km = times.km_to(end)
        for start in range(roads.places):
            places = times.route(condition, start, end).places
            way = sum(length[leg][1] for leg in pairwise(places))
            assert km[start] == pytest.approx(way, abs=1e-9)


def test_some_distances_of_namdal_are_as_on_a_map() -> None:
    """Namsos-Grong about 50 km, Grong-Namsskogan about 70, Namsos-Namdalseid 37."""
    times, places = travel_of_region(namdal()), namdal().place_ids
    km = times.km_to(places.index("namsos"))
    assert 45 < km[places.index("grong")] < 52
    assert km[places.index("namsos")] == 0
    assert 60 < times.km_to(places.index("grong"))[places.index("namsskogan")] < 80
    assert km.max() < 250


def test_the_quicker_way_counts_though_it_is_longer_and_ferries_count_their_km() -> None:
    by_fast = travel_of_region(region(3, [road(0, 2, 10.0, 20.0), road(0, 1, 8.0, 80.0),
                                road(1, 2, 8.0, 80.0)]))  # fmt: skip
    assert by_fast.km_to(2).tolist() == [16.0, 8.0, 0.0]
    over = travel_of_region(region(3, [road(0, 1, 5.0, 50.0)], [ferry(1, 2, km=4.0)]))
    assert over.km_to(2).tolist() == [9.0, 4.0, 0.0]


def test_by_day_counts_where_the_ferry_rests_by_night() -> None:
    some = region(2, [road(0, 1, 60.0, 60.0)], [ferry(0, 1, km=3.0)])
    times = travel_of_region(some)
    night = times.condition_of_hour[1]
    assert times.seconds["car"][night][0, 1] == 3600.0
    assert times.km_to(1)[0] == 3.0


def test_of_two_roads_side_by_side_the_quicker_counts() -> None:
    some = region(2, [road(0, 1, 12.0, 80.0), road(0, 1, 10.0, 40.0)])
    assert travel_of_region(some).km_to(0).tolist() == [0.0, 12.0]


def test_a_place_is_measured_once_and_nobody_can_change_it() -> None:
    times = travel_of_region(namdal())
    km = times.km_to(3)
    assert times.km_to(3) is km
    with pytest.raises(ValueError, match="read-only"):
        km[0] = 1.0


def test_two_thousand_places_on_a_line_are_measured_all_at_once() -> None:
    """The work grows with the places, and not with all that lie on the way of each."""
    places = 2100
    line = region(places, [road(n, n + 1, 1.0, 60.0) for n in range(places - 1)])
    times = travel_of_region(line)
    assert lines_run(lambda: times.km_to(0)) < 25 * places
    np.testing.assert_allclose(times.km_to(0), np.arange(places))
