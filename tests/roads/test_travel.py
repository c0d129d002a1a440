from __future__ import annotations

from functools import cache

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from akuttsim.config.schema.region import Region
from akuttsim.records import MODES, Mode
from akuttsim.roads.road_network import HOURS_OF_DAY, build_network
from akuttsim.roads.travel import Route, Travel, travel_of_region
from akuttsim.units import TICKS_PER_S
from tests.nightly import examples
from tests.roads.networks import ferry, namdal, region, regions, road

few = settings(max_examples=examples(40), deadline=None)


@cache
def in_namdal() -> Travel:
    return travel_of_region(namdal())


def by_networkx(region: Region, mode: Mode, hour: int) -> NDArray[np.float64]:
    """Return the seconds between all places by the plain method."""
    roads = build_network(region)
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(roads.places))
    for start, end, seconds in zip(roads.start, roads.end, roads.seconds[mode][hour], strict=True):
        graph.add_edge(int(start), int(end), weight=float(seconds))
    lengths = dict(nx.all_pairs_dijkstra_path_length(graph))
    return np.array([[lengths[a][b] for b in range(roads.places)] for a in range(roads.places)])


@few
@given(some=regions(), hour=st.integers(0, HOURS_OF_DAY - 1))
def test_travel_times_are_shortest_paths(some: Region, hour: int) -> None:
    times = travel_of_region(some)
    for mode in MODES:
        actual = times.seconds[mode][times.condition_of_hour[hour]]
        np.testing.assert_array_equal(actual, by_networkx(some, mode, hour))


@pytest.mark.parametrize("hour", [3, 14])
@pytest.mark.parametrize("mode", MODES)
def test_travel_times_of_namdal_are_shortest_paths(mode: Mode, hour: int) -> None:
    times = in_namdal()
    actual = times.seconds[mode][times.condition_of_hour[hour]]
    np.testing.assert_array_equal(actual, by_networkx(namdal(), mode, hour))


@pytest.mark.parametrize("mode", MODES)
def test_times_of_namdal_are_those_of_a_distance(mode: Mode) -> None:
    """Symmetric and never shorter by way of a third place: exact, since times are whole ticks."""
    for seconds in in_namdal().seconds[mode]:
        np.testing.assert_array_equal(seconds, seconds.T)
        assert (np.diag(seconds) == 0).all()
        assert np.isfinite(seconds).all()
        assert (seconds * TICKS_PER_S % 1 == 0).all()
        for via in range(len(seconds)):
            assert (seconds <= seconds[:, via, None] + seconds[None, via, :]).all()


def test_blue_light_is_never_slower_in_namdal() -> None:
    times = in_namdal()
    for car, blue in zip(times.seconds["car"], times.seconds["blue"], strict=True):
        assert (blue <= car).all()


def test_some_drives_of_namdal_are_as_on_a_map() -> None:
    times, places = in_namdal(), namdal().place_ids
    noon = times.seconds["car"][times.condition_of_hour[12]]

    def minutes(start: str, end: str) -> float:
        return float(noon[places.index(start), places.index(end)]) / 60

    assert 35 < minutes("namsos", "grong") < 60
    assert 90 < minutes("namsos", "sandvika") < 150
    assert 80 < minutes("namsos", "rorvik") < 150
    assert minutes("namsos", "namsos-sykehus") < 5


def test_only_ferries_tell_the_hours_apart() -> None:
    by_road = travel_of_region(region(3, [road(0, 1, 5.0, 50.0), road(1, 2, 9.0, 80.0)]))
    assert by_road.condition_of_hour == (0,) * HOURS_OF_DAY
    crossing = ferry(0, 1, first="06:00", last="05:00", departures=24)  # on the hour, all day
    assert travel_of_region(region(2, [], [crossing])).condition_of_hour == (0,) * HOURS_OF_DAY
    by_day = travel_of_region(region(2, [], [ferry(0, 1)])).condition_of_hour
    assert len({by_day[hour] for hour in range(5, 22)}) == 1
    assert len(set(by_day)) == 1 + 7


@few
@given(some=regions())
def test_a_condition_is_a_set_of_hours_with_the_same_seconds(some: Region) -> None:
    roads, times = build_network(some), travel_of_region(some)
    for one in range(HOURS_OF_DAY):
        for other in range(one):
            alike = all((roads.seconds[mode][one] == roads.seconds[mode][other]).all()
                        for mode in MODES)  # fmt: skip
            same = times.condition_of_hour[one] == times.condition_of_hour[other]
            assert alike == same
    assert set(times.condition_of_hour) == set(range(len(times.seconds["car"])))


def test_seconds_to_a_place_are_its_column() -> None:
    times = in_namdal()
    assert times.to("blue", 1, 7) == times.seconds["blue"][1][:, 7].tolist()
    assert times.to("blue", 1, 7) is times.to("blue", 1, 7)


def legs(route: Route) -> list[tuple[int, int]]:
    return list(zip(route.places, route.places[1:], strict=False))


@few
@given(some=regions(), hour=st.integers(0, HOURS_OF_DAY - 1))
def test_a_route_drives_stretch_by_stretch_in_the_quickest_time(some: Region, hour: int) -> None:
    times, roads = travel_of_region(some), build_network(some)
    condition = times.condition_of_hour[hour]
    stretch = {}
    for start, end, seconds in zip(roads.start, roads.end, roads.seconds["car"][hour], strict=True):
        key = (int(start), int(end))
        stretch[key] = min(stretch.get(key, np.inf), float(seconds))
    for start in range(roads.places):
        for end in range(roads.places):
            route = times.route(condition, start, end)
            assert (route.places[0], route.places[-1], route.reached_s[0]) == (start, end, 0.0)
            assert route.duration_s == times.seconds["car"][condition][start, end]
            assert np.diff(route.reached_s).tolist() == [stretch[leg] for leg in legs(route)]
            assert len(route.on_ferry) == len(route.places) - 1


def best(times: Travel, condition: int, ways: list[tuple[int, float]], target: int) -> float:
    return min(seconds + times.seconds["car"][condition][place, target] for place, seconds in ways)


@few
@given(
    some=regions(), hour=st.integers(0, HOURS_OF_DAY - 1), done=st.floats(0, 1.2), data=st.data()
)
def test_from_a_position_nothing_is_farther_than_the_way_on_nor_nearer_than_it_can_be(
    some: Region, hour: int, done: float, data: st.DataObject
) -> None:
    times = travel_of_region(some)
    condition = times.condition_of_hour[hour]
    seconds = times.seconds["car"][condition]
    start, end, target = (data.draw(st.integers(0, len(seconds) - 1)) for _ in range(3))
    route = times.route(condition, start, end)
    elapsed = done * route.duration_s
    ways = times.ways_from(route, elapsed, condition, "car")
    remaining = max(route.duration_s - elapsed, 0.0)
    assert best(times, condition, ways, end) == pytest.approx(remaining, abs=1e-6)
    there = best(times, condition, ways, target)
    assert there <= remaining + seconds[end, target] + 1e-6
    assert there >= seconds[start, target] - elapsed - 1e-6
    blue = times.ways_from(route, elapsed, condition, "blue")
    assert [place for place, _ in blue] == [place for place, _ in ways]
    assert all(fast <= slow for (_, fast), (_, slow) in zip(blue, ways, strict=True))


@few
@given(some=regions(), hour=st.integers(0, HOURS_OF_DAY - 1), data=st.data())
def test_at_the_start_and_at_every_place_on_the_way_all_roads_are_open(
    some: Region, hour: int, data: st.DataObject
) -> None:
    times = travel_of_region(some)
    condition = times.condition_of_hour[hour]
    seconds = times.seconds["car"][condition]
    start, end, target = (data.draw(st.integers(0, len(seconds) - 1)) for _ in range(3))
    route = times.route(condition, start, end)
    for place, reached in zip(route.places, route.reached_s, strict=True):
        ways = times.ways_from(route, reached, condition, "car")
        assert best(times, condition, ways, target) == pytest.approx(seconds[place, target])


def test_past_its_end_a_route_is_at_its_end() -> None:
    times = travel_of_region(region(2, [road(0, 1, 10.0, 60.0)]))
    route = times.route(0, 0, 1)
    assert times.ways_from(route, 600.0, 0, "car") == [(1, 0.0)]
    assert times.ways_from(route, 1e9, 0, "blue") == [(1, 0.0)]
    assert times.ways_from(times.route(0, 1, 1), 0.0, 0, "car") == [(1, 0.0)]


def test_half_way_on_a_road_both_ends_are_half_as_far() -> None:
    times = travel_of_region(region(2, [road(0, 1, 10.0, 60.0)]))
    route = times.route(0, 0, 1)
    assert times.ways_from(route, 300.0, 0, "car") == [(1, 300.0), (0, 300.0)]
    assert times.ways_from(route, 150.0, 0, "blue") == [
        (1, pytest.approx(450 / 1.2)), (0, pytest.approx(150 / 1.2)),
    ]  # fmt: skip


def over_the_fjord() -> Travel:
    return travel_of_region(
        region(4, [road(0, 1, 10.0, 60.0), road(2, 3, 10.0, 60.0)], [ferry(1, 2)])
    )


def test_on_a_ferry_nobody_can_turn_and_nobody_is_across_before_it_lands() -> None:
    times = over_the_fjord()
    condition = times.condition_of_hour[12]
    route = times.route(condition, 0, 3)
    assert route.on_ferry == (False, True, False)
    quay, landed = route.reached_s[1], route.reached_s[2]
    assert landed - quay == pytest.approx(45 * 60)
    for elapsed in np.linspace(quay, landed, 20)[1:-1]:
        for mode in MODES:
            [(place, seconds)] = times.ways_from(route, float(elapsed), condition, mode)
            assert (place, seconds) == (2, pytest.approx(landed - elapsed))
    before = times.ways_from(route, quay - 1.0, condition, "car")
    assert [place for place, _ in before] == [1, 0]
    after = times.ways_from(route, landed + 1.0, condition, "car")
    assert [place for place, _ in after] == [3, 2]


def test_on_the_quay_before_the_ferry_a_vehicle_can_still_turn() -> None:
    times = over_the_fjord()
    condition = times.condition_of_hour[12]
    route = times.route(condition, 1, 3)
    assert times.ways_from(route, 0.0, condition, "car")[1] == (1, 0.0)


def test_a_road_that_is_quicker_than_the_ferry_beside_it_can_be_turned_on() -> None:
    times = travel_of_region(region(2, [road(0, 1, 60.0, 80.0)], [ferry(0, 1, crossing_min=5.0)]))
    night, noon = times.condition_of_hour[2], times.condition_of_hour[12]
    assert times.route(noon, 0, 1).on_ferry == (True,)
    assert times.route(night, 0, 1).on_ferry == (False,)
    assert len(times.ways_from(times.route(night, 0, 1), 60.0, night, "car")) == 2
