from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akuttsim.roads.importers.graph import Graph, keep_quickest_ways, simplify_graph, times_between
from tests.nightly import examples
from tests.roads.importing.networks_drawn import both, graph, graphs, plain_dijkstra, stretch

few = settings(max_examples=examples(150), deadline=None)
CAR_AND_BLUE = [(1.0, 1.0), (1.3, 1.2)]


@few
@given(some=graphs(), data=st.data())
def test_simplifying_changes_no_travel_time(some: Graph, data: st.DataObject) -> None:
    """With ordinary cars and with blue light, to a millionth of a second."""
    kept = data.draw(st.lists(st.integers(0, some.points - 1), min_size=1, max_size=5, unique=True))
    small, order = simplify_graph(some, kept)
    assert order[: len(kept)].tolist() == kept
    for speedups in CAR_AND_BLUE:
        for new, old in enumerate(kept):
            before = [plain_dijkstra(some, old, *speedups)[each] for each in kept]
            after = plain_dijkstra(small, new, *speedups)[: len(kept)]
            np.testing.assert_allclose(after, before, rtol=0, atol=1e-6)


@few
@given(some=graphs(), data=st.data())
def test_keeping_only_quickest_ways_changes_no_travel_time(
    some: Graph, data: st.DataObject
) -> None:
    kept = data.draw(st.lists(st.integers(0, some.points - 1), min_size=1, max_size=5, unique=True))
    small, _ = simplify_graph(some, kept)
    least = keep_quickest_ways(small, len(kept), CAR_AND_BLUE)
    assert len(least.start) <= len(small.start)
    for speedups in CAR_AND_BLUE:
        for place in range(len(kept)):
            before = plain_dijkstra(small, place, *speedups)[: len(kept)]
            after = plain_dijkstra(least, place, *speedups)[: len(kept)]
            np.testing.assert_allclose(after, before, rtol=0, atol=1e-6)


def test_a_chain_becomes_one_stretch_and_dead_ends_go() -> None:
    chain = graph(5, [*both(0, 1, 10), *both(1, 2, 20), *both(2, 3, 30), *both(2, 4, 99)])
    small, order = simplify_graph(chain, [0, 3])
    assert order.tolist() == [0, 3]
    assert sorted(small.seconds.tolist()) == [60, 60]
    assert small.km.tolist() == [1, 1]


def test_streets_in_town_and_roads_outside_are_not_joined() -> None:
    """Blue light gains more on the one than on the other."""
    small, _ = simplify_graph(graph(3, [*both(0, 1, 10, True), *both(1, 2, 20, False)]), [0, 2])
    assert small.points == 3


def test_a_quay_stays_where_its_ferry_begins() -> None:
    ferry = [stretch(1, 2, 900, ferry=0), stretch(2, 1, 900, ferry=0)]
    small, _ = simplify_graph(graph(4, [*both(0, 1, 60), *ferry, *both(2, 3, 60)]), [0, 3])
    assert small.points == 4
    assert sorted(set(small.ferry.tolist())) == [-1, 0]


@few
@given(some=graphs())
def test_times_between_places_are_shortest_paths(some: Graph) -> None:
    points = np.arange(some.points)
    seconds, town_s, km = times_between(some, points)
    for start in points.tolist():
        np.testing.assert_allclose(seconds[start], plain_dijkstra(some, start), rtol=1e-12)
    reached = np.isfinite(seconds)
    assert (town_s[reached] <= seconds[reached] + 1e-9).all()
    np.testing.assert_allclose(km[reached], seconds[reached] / 60, rtol=1e-9, atol=1e-12)


def test_town_seconds_are_those_of_the_quickest_way() -> None:
    some = graph(4, [*both(0, 1, 10, True), *both(1, 2, 20), *both(2, 3, 5, True), *both(0, 3, 99)])
    _, town_s, _ = times_between(some, np.array([0, 3]))
    assert town_s[0, 1] == pytest.approx(15)
