from __future__ import annotations

import math
import sys
from bisect import bisect_left

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from akuttsim.config.schema.region import Region
from akuttsim.records import MODES
from akuttsim.roads.road_network import (
    HOURS_OF_DAY,
    Conditions,
    Situation,
    build_network,
    mean_waits,
    quickest_stretches,
    sailings,
)
from akuttsim.units import TICKS_PER_S
from tests.nightly import examples
from tests.roads.networks import ferry, namdal, region, regions, road

DAY = 86_400


def waits_by_simulation(departures: list[int], longest: float) -> list[float]:
    """Return the mean wait in each hour of somebody who arrives in the middle of every second."""
    timetable = sorted(day * DAY + departure for day in (-1, 0, 1) for departure in departures)
    waits = []
    for hour in range(HOURS_OF_DAY):
        arrivals = [hour * 3600 + second + 0.5 for second in range(3600)]
        each = [min(timetable[bisect_left(timetable, at)] - at, longest) for at in arrivals]
        waits.append(math.fsum(each) / 3600)
    return waits


@settings(max_examples=examples(12), deadline=None)
@given(
    departures=st.lists(st.integers(0, 30 * 3600), min_size=1, max_size=30),
    longest=st.sampled_from([math.inf, 3600.0, 1800.0, 0.0]),
)
def test_mean_waits_are_those_of_arriving_every_second(
    departures: list[int], longest: float
) -> None:
    expected = waits_by_simulation(departures, longest)
    actual = mean_waits(np.array(departures, dtype=np.float64), longest)
    np.testing.assert_allclose(actual, expected, rtol=1e-9, atol=1e-6)


def test_waits_for_a_ferry_every_half_hour_by_day() -> None:
    waits = mean_waits(np.arange(6.0, 22.5, 0.5) * 3600, math.inf)
    assert waits[6:22] == pytest.approx([900.0] * 16)
    assert waits[22:] == pytest.approx([7.5 * 3600, 6.5 * 3600])
    assert waits[:6] == pytest.approx([(5.5 - hour) * 3600 for hour in range(6)])


def test_whoever_can_call_the_ferry_waits_for_the_sooner_of_the_two() -> None:
    """Within the hour before 06:00 waits run from 60 to 0 minutes: at most 30 gives 22.5."""
    waits = mean_waits(np.array([6.0, 22.0]) * 3600, 1800.0)
    assert waits[5] == pytest.approx(22.5 * 60)
    assert waits[4] == pytest.approx(30 * 60)


def test_sailings_are_spread_evenly_and_may_end_after_midnight() -> None:
    assert list(sailings(ferry(0, 1))) == [hour * 3600.0 for hour in range(6, 23)]
    late = sailings(ferry(0, 1, first="18:00", last="02:00", departures=5))
    assert list(late) == [hour * 3600.0 for hour in (18, 20, 22, 24, 26)]


def test_every_stretch_is_there_both_ways() -> None:
    roads = build_network(region(3, [road(0, 1, 10.0, 60.0)], [ferry(1, 2)]))
    assert list(zip(roads.start.tolist(), roads.end.tolist(), strict=True)) == [
        (0, 1), (1, 2), (1, 0), (2, 1),
    ]  # fmt: skip
    assert roads.is_ferry.tolist() == [False, True, False, True]
    assert roads.km.tolist() == [10.0, 3.0, 10.0, 3.0]
    for seconds in roads.seconds.values():
        assert seconds.shape == (HOURS_OF_DAY, 4)
        np.testing.assert_array_equal(seconds[:, :2], seconds[:, 2:])
        assert (seconds * TICKS_PER_S % 1 == 0).all()


def test_blue_light_is_faster_by_the_factor_of_town_or_country() -> None:
    roads = build_network(region(3, [road(0, 1, 10.0, 49.9), road(1, 2, 10.0, 50.0)]))
    car, blue = roads.seconds["car"][0, :2], roads.seconds["blue"][0, :2]
    assert car.tolist() == pytest.approx([10 / 49.9 * 3600, 720.0])
    assert (car / blue).tolist() == pytest.approx([1.3, 1.2])
    assert (roads.seconds["car"] == roads.seconds["car"][0]).all()


def test_a_ferry_takes_waiting_and_crossing_and_may_be_called_for_with_blue_light() -> None:
    called = build_network(region(2, [], [ferry(0, 1)])).seconds
    assert called["car"][12, 0] == pytest.approx(30 * 60 + 15 * 60)
    assert called["car"][2, 0] == pytest.approx(3.5 * 3600 + 15 * 60)
    assert called["blue"][2, 0] == pytest.approx(40 * 60 + 15 * 60)
    never = build_network(region(2, [], [ferry(0, 1, on_call_min=None)])).seconds
    np.testing.assert_array_equal(never["blue"], never["car"])


def test_blue_light_never_takes_longer_on_any_stretch_of_namdal() -> None:
    seconds = build_network(namdal()).seconds
    assert (seconds["blue"] <= seconds["car"]).all()
    assert (seconds["car"] > 0).all()


@settings(max_examples=examples(20), deadline=None)
@given(regions())
def test_quickest_ways_are_scipys(where: Region) -> None:
    check_quickest_ways(where)


def test_quickest_ways_of_namdal_are_scipys() -> None:
    check_quickest_ways(namdal())


def check_quickest_ways(where: Region) -> None:
    """Times are SciPy's to the bit, whether its graphs are imported or not; so are predecessors."""
    roads = build_network(where)
    situation = Situation(8)
    for mode in MODES:
        seconds = roads.at(situation)[mode]
        rows = quickest_stretches(roads, seconds)
        graph = csr_array(
            (seconds[rows], (roads.start[rows], roads.end[rows])), shape=(roads.places,) * 2
        )
        times, previous = dijkstra(graph, return_predecessors=True)
        for without in (False, True):
            with pytest.MonkeyPatch.context() as patch:
                if without:
                    patch.delitem(sys.modules, "scipy.sparse.csgraph")
                conditions = Conditions(roads)
                number = conditions.number(situation)
                assert conditions.times(mode)[number].tobytes() == times.tobytes()
                assert ("scipy.sparse.csgraph" not in sys.modules) == without
                assert conditions.previous(mode)[number].tolist() == previous.tolist()
                assert conditions.times(mode)[number].tobytes() == times.tobytes()
