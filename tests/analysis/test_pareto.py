"""The Pareto front against brute force, and what may be said of models off it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from akuttsim.statistics.ranking import is_on_pareto_front, pareto_standings
from akuttsim.statistics.verdicts import Direction

COST: tuple[Direction, Direction] = ("lower", "higher")


def dominates(one: list[int], other: list[int]) -> bool:
    pairs = list(zip(one, other, strict=True))
    return all(a <= b for a, b in pairs) and any(a < b for a, b in pairs)


@given(st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 4), min_size=width, max_size=width),
                           min_size=1, max_size=9)))  # fmt: skip
def test_the_front_is_what_no_other_point_dominates(points: list[list[int]]) -> None:
    exact = [not any(dominates(other, point) for other in points) for point in points]
    assert is_on_pareto_front(np.array(points, dtype=float)).tolist() == exact
    assert any(exact)


def about(*means: float) -> np.ndarray:
    """Return a row for each mean: six replications that go up and down together."""
    swing = np.array([-3.0, -1.0, 0.0, 0.0, 1.0, 3.0])
    return np.array([mean + swing for mean in means])


def test_a_dearer_and_worse_model_is_beaten() -> None:
    assert pareto_standings([about(10, 20), about(80, 70)], COST) == ["front", "beaten"]
    assert pareto_standings([about(10, 20), about(70, 80)], COST) == ["front", "front"]


def test_equally_good_and_cheaper_is_enough() -> None:
    assert pareto_standings([about(10, 20), about(80, 80)], COST) == ["front", "beaten"]
    assert pareto_standings([about(10, 10), about(80, 80)], COST) == ["front", "front"]


def test_what_chance_may_have_done_is_left_open() -> None:
    rng = np.random.default_rng(3)
    unsure = 80 + rng.normal(0, 5, (2, 6))
    unsure[1] -= unsure[1].mean() - unsure[0].mean() + 0.5
    assert pareto_standings([about(10, 20), unsure], COST) == ["front", "open"]


def test_one_model_alone_is_the_front() -> None:
    assert pareto_standings([about(10), about(80)], COST) == ["front"]


@pytest.mark.parametrize("lost", [1, 3])
def test_replications_that_only_one_model_has_tell_nothing_of_the_pair(lost: int) -> None:
    cost = about(10, 20)
    cost[1, :lost] = np.nan
    assert pareto_standings([cost, about(80, 70)], COST) == ["front", "beaten"]
