from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akuttsim.theory.location_models import (
    best_placement,
    covered_share,
    expected_covered_share,
    mexclp_busy_share,
    units_in_reach,
)
from tests.nightly import examples

TRAVEL = np.array([[100.0, 500.0, 900.0], [800.0, 300.0, 500.0]])
DEMAND = [50.0, 30.0, 20.0]


def test_coverage_worked_by_hand() -> None:
    assert units_in_reach(TRAVEL, [1, 1], 500).tolist() == [1, 2, 1]
    assert covered_share(TRAVEL, DEMAND, [1, 0], 500) == pytest.approx(0.8)
    assert covered_share(TRAVEL, DEMAND, [0, 1], 500) == pytest.approx(0.5)
    # Daskin's sum: 0.5 * (1 - .4) + 0.3 * (1 - .16) + 0.2 * (1 - .4)
    expected = expected_covered_share(TRAVEL, DEMAND, [1, 1], 500, 0.4)
    assert expected == pytest.approx(0.3 + 0.252 + 0.12)


def test_unreachable_places_are_allowed() -> None:
    travel = np.array([[100.0, np.inf]])
    assert covered_share(travel, [1.0, 3.0], [1], 600) == pytest.approx(0.25)


def test_busy_share_is_work_per_unit() -> None:
    assert mexclp_busy_share(2, 3600, 8) == pytest.approx(0.25)


@settings(max_examples=examples(25), deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.2, 0.6]), st.integers(1, 4))
def test_best_placement_equals_trying_all(seed: int, busy: float, units: int) -> None:
    rng = np.random.default_rng(seed)
    travel, demand = rng.uniform(60, 1200, (5, 9)), rng.uniform(1, 10, 9)
    every = (
        expected_covered_share(travel, demand, np.bincount(sites, minlength=5), 480, busy)
        for sites in combinations_with_replacement(range(5), units)
    )
    best = best_placement(travel, demand, units, 480, busy)
    assert best.covered == pytest.approx(max(every), rel=1e-9)
    assert best.units.sum() <= units


def test_real_size_is_quick_and_better_than_spreading_evenly() -> None:
    rng = np.random.default_rng(3)
    sites, atoms = rng.uniform(0, 100, (30, 2)), rng.uniform(0, 100, (300, 2))
    travel = np.linalg.norm(sites[:, None] - atoms[None], axis=2) * 60
    demand = rng.uniform(0, 1, 300)
    best = best_placement(travel, demand, 10, 1200, 0.3)
    even = np.arange(30) % 3 == 0
    assert best.covered > expected_covered_share(travel, demand, even.astype(int), 1200, 0.3)
