from __future__ import annotations

from itertools import combinations_with_replacement, pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akuttsim.theory.location_models import best_placement
from akuttsim.theory.rostered_coverage import (
    CoverageFloors,
    CoveragePeriod,
    NoPlacement,
    RosteredCrews,
    best_stations,
    covered_by_atom,
)
from tests.nightly import examples

SITES, ATOMS = 4, 7


def expected_cover(periods: list[CoveragePeriod], units: np.ndarray) -> float:
    """Return the share of demand that finds an idle crew in reach, over all periods."""
    demand = sum(float(period.demand.sum()) for period in periods)
    return float(covered_by_atom(periods, units).sum()) / demand


def periods_of(seed: int, busy: float = 0.3, groups: int = 2) -> list[CoveragePeriod]:
    """Two periods: in the second, group 1 is off duty, and reach is another."""
    rng = np.random.default_rng(seed)
    demand = rng.uniform(1, 10, ATOMS)
    day = rng.random((groups, SITES, ATOMS)) < 0.4
    night = rng.random((groups, SITES, ATOMS)) < 0.3
    night[1:] = False
    return [CoveragePeriod(demand, busy, day), CoveragePeriod(demand * 0.5, busy / 2, night)]


def fleet_of(today: list[list[int]], total: int | None = None, more: int = 0) -> RosteredCrews:
    units = np.array(today)
    most = units.sum(axis=1) + more
    return RosteredCrews(units, units * 0, most, units.sum() if total is None else total)


def every_placement(most: list[int]) -> list[np.ndarray]:
    rows = [
        [np.bincount(at, minlength=SITES) for at in combinations_with_replacement(range(SITES), m)]
        for m in most
    ]
    return [np.array(units) for units in product(*rows)]


def test_cover_worked_by_hand() -> None:
    reach = np.array([[[True, False], [True, True]]])
    day = CoveragePeriod(np.array([6.0, 2.0]), 0.5, reach)
    night = CoveragePeriod(np.array([2.0, 0.0]), 0.0, reach)
    units = np.array([[1, 1]])
    assert covered_by_atom([day, night], units) == pytest.approx([6 * 0.75 + 2, 2 * 0.5])
    assert expected_cover([day, night], units) == pytest.approx((6.5 + 1) / 10)


@settings(max_examples=examples(30), deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.1, 0.4]))
def test_the_best_equals_trying_all(seed: int, busy: float) -> None:
    periods = periods_of(seed, busy)
    best = best_stations(periods, fleet_of([[2, 0, 0, 0], [1, 0, 0, 0]])).units
    every = max(expected_cover(periods, units) for units in every_placement([2, 1]))
    assert expected_cover(periods, best) >= every * (1 - 2e-3)
    assert best.sum(axis=1).tolist() == [2, 1]


def test_with_one_roster_and_one_period_it_is_daskins_model() -> None:
    rng = np.random.default_rng(4)
    travel, demand = rng.uniform(60, 1200, (6, 12)), rng.uniform(1, 10, 12)
    daskin = best_placement(travel, demand, 3, 480, 0.3)
    period = CoveragePeriod(demand, 0.3, (travel <= 480)[None])
    units = best_stations([period], fleet_of([[3, 0, 0, 0, 0, 0]])).units
    assert expected_cover([period], units) == pytest.approx(daskin.covered, rel=2e-3)


@settings(max_examples=examples(30), deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 0.2))
def test_never_covers_less_than_today(seed: int, least_gain: float) -> None:
    fleet, periods = fleet_of([[1, 1, 0, 0], [0, 0, 1, 0]]), periods_of(seed)
    before = expected_cover(periods, fleet.today)
    after = best_stations(periods, fleet, least_gain).units
    moved = np.maximum(after - fleet.today, 0).sum()
    assert expected_cover(periods, after) >= before + moved * least_gain - 2e-3


@settings(max_examples=examples(15), deadline=None)
@given(st.integers(0, 10_000))
def test_more_crews_never_cover_less(seed: int) -> None:
    periods = periods_of(seed)
    fleets = [fleet_of([[1, 1, 0, 0], [0, 0, 1, 0]], total, 3) for total in range(1, 6)]
    covers = [expected_cover(periods, best_stations(periods, fleet).units) for fleet in fleets]
    assert all(after >= before - 2e-3 for before, after in pairwise(covers))


def test_a_move_that_gains_too_little_is_not_made() -> None:
    reach = np.array([[[True, False], [True, True]]])
    period = CoveragePeriod(np.array([99.0, 1.0]), 0.0, reach)
    fleet = fleet_of([[1, 0]])
    assert best_stations([period], fleet, 0.005).units.tolist() == [[0, 1]]
    assert best_stations([period], fleet, 0.02).units.tolist() == [[1, 0]]


def test_kept_crews_stay_and_areas_keep_what_they_have() -> None:
    reach = np.array([[[True, False], [False, True]]])
    period = CoveragePeriod(np.array([10.0, 1.0]), 0.0, reach)
    fleet = fleet_of([[0, 1]])
    second = np.array([False, True])
    assert best_stations([period], fleet).units.tolist() == [[1, 0]]
    kept = RosteredCrews(fleet.today, fleet.today, fleet.most, 1)
    assert best_stations([period], kept).units.tolist() == [[0, 1]]
    floor = CoverageFloors(((second, 1.0),))
    assert best_stations([period], fleet, floors=[floor]).units.tolist() == [[0, 1]]
    with pytest.raises(NoPlacement):
        best_stations([period], fleet, floors=[CoverageFloors(((~second, 10.0), (second, 1.0)))])


def test_a_floor_may_go_by_a_shorter_limit() -> None:
    period = CoveragePeriod(np.array([10.0, 1.0]), 0.0, np.array([[[True, False], [True, True]]]))
    sooner = CoveragePeriod(np.array([10.0, 1.0]), 0.0, np.array([[[True, False], [False, False]]]))
    fleet, both = fleet_of([[1, 0]]), np.array([True, True])
    assert best_stations([period], fleet).units.tolist() == [[0, 1]]
    floor = CoverageFloors(((both, 10.0),), (sooner,))
    assert best_stations([period], fleet, floors=[floor]).units.tolist() == [[1, 0]]


def test_a_site_has_no_more_than_it_may() -> None:
    period = CoveragePeriod(np.array([10.0, 1.0]), 0.5, np.array([[[True, False], [False, True]]]))
    units = np.array([[2, 0]])
    free = RosteredCrews(units, units * 0, np.array([2]), 2)
    assert best_stations([period], free).units.tolist() == [[2, 0]]
    single = RosteredCrews(units, units * 0, np.array([2]), 2, most_at_site=1)
    assert best_stations([period], single).units.tolist() == [[1, 1]]


@pytest.mark.parametrize(("total", "kept"), [(3, 0), (1, 1)])
def test_an_impossible_fleet_is_refused(total: int, kept: int) -> None:
    today = np.array([[1, 1, 0, 0], [0, 0, 0, 0]])
    fleet = RosteredCrews(today, today * kept, np.array([2, 0]), total)
    with pytest.raises(ValueError):
        best_stations(periods_of(1), fleet)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_too_large_to_be_solved_is_no_farther_from_the_best_than_told(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    periods, fleet = periods_of(seed), fleet_of([[3, 0, 0, 0], [2, 0, 0, 0]])
    best = max(expected_cover(periods, units) for units in every_placement([3, 2]))
    monkeypatch.setattr("akuttsim.theory.rostered_coverage.MOST_TERMS", 0)
    units, short = best_stations(periods, fleet)
    assert best - short - 1e-3 <= expected_cover(periods, units) <= best + 1e-9
    assert short < 0.05
