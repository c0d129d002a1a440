from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akuttsim.theory.location_models import best_medians, mean_median_cost
from tests.nightly import examples

LINE = np.abs(np.subtract.outer(np.arange(5.0), np.arange(5.0)))
"""Five places a minute apart on a road, each of them a site."""


def drawn(seed: int, sites: int = 6, atoms: int = 9) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.uniform(0, 60, (sites, atoms)), rng.uniform(1, 10, atoms)


def test_hakimis_median_of_a_road_worked_by_hand() -> None:
    assert best_medians(LINE, [1, 1, 1, 1, 1], 1).sites == (2,)
    assert best_medians(LINE, [1, 1, 1, 1, 9], 1).sites == (4,)
    two = best_medians(LINE, [1, 1, 1, 1, 1], 2)
    assert two.mean == pytest.approx(3 / 5)


def test_who_has_it_nearer_keeps_to_what_there_is() -> None:
    existing = np.array([0.0, 0.0, 0.0, 9.0, 9.0])
    assert best_medians(LINE, [50, 50, 50, 2, 1], 1, existing).sites == (3,)
    assert mean_median_cost(LINE, [1, 1, 1, 1, 1], [3], existing) == pytest.approx(1 / 5)


def test_what_is_kept_is_always_there() -> None:
    assert best_medians(LINE, [1, 1, 1, 1, 1], 2, kept=[0]).sites in {(0, 3), (0, 2)}
    assert best_medians(LINE, [1, 1, 1, 1, 1], 1, kept=[4]).sites == (4,)


@settings(max_examples=examples(40), deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 4), st.booleans())
def test_the_best_equals_trying_all(seed: int, count: int, beside: bool) -> None:
    cost, demand = drawn(seed)
    existing = np.random.default_rng(seed + 1).uniform(5, 40, 9) if beside else None
    every = (
        mean_median_cost(cost, demand, chosen, existing) for chosen in combinations(range(6), count)
    )
    best = best_medians(cost, demand, count, existing)
    assert best.mean == pytest.approx(min(every), rel=1e-9)
    assert len(best.sites) == count


@settings(max_examples=examples(20), deadline=None)
@given(st.integers(0, 10_000))
def test_more_sites_are_never_farther(seed: int) -> None:
    cost, demand = drawn(seed)
    means = [best_medians(cost, demand, count).mean for count in range(1, 7)]
    assert all(after <= before + 1e-9 for before, after in pairwise(means))


@pytest.mark.parametrize(
    ("cost", "demand", "count"),
    [
        (LINE, [1, 1], 1),
        (LINE, [0, 0, 0, 0, 0], 1),
        (LINE, [1, 1, 1, 1, 1], 6),
        (LINE, [1, 1, 1, 1, 1], 0),
        (LINE * -1, [1, 1, 1, 1, 1], 1),
        (np.full((2, 5), np.inf), [1, 1, 1, 1, 1], 1),
    ],
)
def test_wrong_input_is_refused(cost: np.ndarray, demand: list[float], count: int) -> None:
    with pytest.raises(ValueError):
        best_medians(cost, demand, count)


def test_nothing_at_all_has_no_cost() -> None:
    with pytest.raises(ValueError, match="a site"):
        mean_median_cost(LINE, [1, 1, 1, 1, 1], [])
