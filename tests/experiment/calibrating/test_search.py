"""The search on responses known exactly: it finds the truth, within bounds and the trials given."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akuttsim.optimisation.calibration.calibration_search import (
    EFFECT_STEP,
    Point,
    TriedPoints,
    edge_points,
    possible_ranges,
    search_optimum,
    target_effects,
)
from akuttsim.optimisation.calibration.outcome import analyse_identifiability
from akuttsim.records import Floats
from tests.nightly import examples

LINEAR = np.array([[8.0, 2.0], [-3.0, 6.0], [4.0, -5.0]])
"""Tolerances that three targets move over the whole range of two unknowns."""

FIRST: list[Point] = [(0.5, 0.5), (0.1, 0.9), (0.8, 0.2)]


def linear(matrix: Floats, truth: Sequence[float]) -> Callable[[Sequence[Point]], list[Floats]]:
    return lambda points: [matrix @ (np.array(point) - np.array(truth)) for point in points]


@given(st.tuples(st.floats(0, 1), st.floats(0, 1)))
@settings(max_examples=examples(60), deadline=None)
def test_a_linear_response_gives_back_the_truth(truth: tuple[float, float]) -> None:
    found = search_optimum(TriedPoints(linear(LINEAR, truth), 200), FIRST)
    assert found.has_settled
    assert found.point == pytest.approx(truth, abs=0.02)
    assert found.effects == pytest.approx(LINEAR, rel=1e-6)
    assert np.abs(found.misses).max() <= 0.2


def test_a_truth_beyond_the_range_ends_at_the_nearest_bound() -> None:
    found = search_optimum(TriedPoints(linear(np.diag([4.0, 4.0]), (1.4, 0.3)), 200), FIRST)
    assert found.point == pytest.approx((1.0, 0.3), abs=0.02)
    assert all(0 <= each <= 1 for each in found.point)


def test_a_bent_response_is_followed() -> None:
    def bent(points: Sequence[Point]) -> list[Floats]:
        at = [np.array([np.exp(2 * x) - np.exp(1.4), 10 * x * y - 1.4]) for x, y in points]
        return [10 * each for each in at]

    found = search_optimum(TriedPoints(bent, 200), FIRST)
    assert found.point == pytest.approx((0.7, 0.2), abs=0.01)


def test_two_unknowns_that_act_as_a_sum_are_met_and_told() -> None:
    matrix = np.array([[6.0, 6.0], [-4.0, -4.0], [2.0, 2.0]])
    trials = TriedPoints(linear(matrix, (0.3, 0.6)), 200)
    found = search_optimum(trials, FIRST)
    assert sum(found.point) == pytest.approx(0.9, abs=0.02)
    told = analyse_identifiability(found.effects, ["a", "b"], ["x", "y", "z"])
    assert [pair[:2] for pair in told.inseparable_pairs()] == [("a", "b")]
    trials.most += 100
    out = edge_points(trials, found)
    spans = possible_ranges([*out, found.point])
    assert all(low < 0.1 and high > 0.8 for low, high in spans), "each alone may be nearly anything"


def test_what_is_possible_is_the_box_that_tolerances_leave() -> None:
    trials = TriedPoints(linear(np.diag([4.0, 10.0]), (0.5, 0.5)), 200)
    found = search_optimum(trials, FIRST)
    (low_a, high_a), (low_b, high_b) = possible_ranges([*edge_points(trials, found), found.point])
    assert (low_a, high_a) == pytest.approx((0.25, 0.75), abs=0.02)
    assert (low_b, high_b) == pytest.approx((0.4, 0.6), abs=0.01)


def test_no_point_is_possible_where_a_target_cannot_be_met() -> None:
    trials = TriedPoints(linear(np.diag([4.0, 4.0]), (1.9, 0.5)), 200)
    assert (
        edge_points(trials, search_optimum(trials, FIRST)) == [] and trials.feasible_points() == []
    )


@given(st.integers(10, 40))
@settings(max_examples=examples(20), deadline=None)
def test_there_are_never_more_trials_than_told(most: int) -> None:
    asked: list[Point] = []

    def rough(points: Sequence[Point]) -> list[Floats]:
        asked.extend(points)
        return [np.array([np.sin(40 * x) + 2, np.cos(33 * y) + 2]) for x, y in points]

    found = search_optimum(TriedPoints(rough, most), FIRST)
    assert len(asked) <= most and len(set(asked)) == len(asked)
    assert found.effects.shape == (2, 2) and not np.isnan(found.effects).any()


def test_effects_at_a_bound_are_of_the_way_there_is() -> None:
    trials = TriedPoints(linear(LINEAR, (0.0, 0.0)), 20)
    assert target_effects(trials, (0.0, 1.0)) == pytest.approx(LINEAR)
    assert set(trials.responses) == {(0.0, 1.0), (EFFECT_STEP, 1.0), (0.0, 1 - EFFECT_STEP)}
