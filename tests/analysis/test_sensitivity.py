"""Sensitivity against exact answers, and verdicts that turn by tables made by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import get_args

import numpy as np
import pytest

from akuttsim.config.schema.experiment import Design, DesignKind
from akuttsim.experiments import design
from akuttsim.statistics.sensitivity import (
    EFFECTS_OF_DESIGN,
    CaseOutcome,
    DesignLayout,
    FactorEffect,
    changed_factors,
    factor_effects,
    turns_verdict,
)

Function = Callable[[np.ndarray], np.ndarray]
WEIGHTS = np.array([4.0, -2.0, 1.0, 0.0])


def additive(x: np.ndarray) -> np.ndarray:
    result: np.ndarray = 3.0 + x @ WEIGHTS
    return result


def ishigami(x: np.ndarray) -> np.ndarray:
    a, b, c = (math.pi * (2 * x - 1)).T
    result: np.ndarray = np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)
    return result


def spread(kind: DesignKind, points: int, factors: int) -> DesignLayout:
    cube = np.array(design.points_of_design(Design(kind=kind, points=points), factors, 5))
    names = tuple(f"x{k}" for k in range(factors))
    cases = tuple(f"case-{k}" for k in range(len(cube)))
    levels = tuple(tuple(map(repr, row)) for row in cube.tolist())
    return DesignLayout(kind, names, cases, levels, cube, design.MORRIS_LEVELS)


def test_every_design_has_a_way_to_read_its_effects():
    assert set(EFFECTS_OF_DESIGN) == set(get_args(DesignKind))


def outcome(values: np.ndarray, verdicts: tuple[str, ...] = ()) -> CaseOutcome:
    told = verdicts or ("",) * len(values)
    return CaseOutcome("b", "a", "travel_to_care_min", "min", values, told)


def measured(function: Function, layout: DesignLayout) -> dict[str, list[FactorEffect]]:
    """Return what is found for a function, by two replications about the exact values."""
    exact = function(layout.points)
    found: dict[str, list[FactorEffect]] = {}
    for effect in factor_effects(outcome(np.column_stack([exact - 0.5, exact + 0.5])), layout):
        found.setdefault(effect.measure, []).append(effect)
    return found


def means(found: list[FactorEffect]) -> list[float]:
    return [each.mean for each in found]


def test_elementary_effects_of_an_additive_function_are_its_weights() -> None:
    found = measured(additive, spread("morris", 8, 4))
    assert means(found["mu"]) == pytest.approx(WEIGHTS)
    assert means(found["mu_star"]) == pytest.approx(abs(WEIGHTS))
    assert means(found["sigma"]) == pytest.approx([0] * 4, abs=1e-9)
    assert [each.factor for each in found["mu"]] == ["x0", "x1", "x2", "x3"]
    assert all(each.ci_low == pytest.approx(each.mean) for each in found["mu_star"])
    assert all(math.isnan(each.ci_low) for each in found["mu"] + found["sigma"])


def test_where_factors_work_together_the_elementary_effects_spread() -> None:
    found = measured(lambda x: x[:, 0] * x[:, 1] + x[:, 2], spread("morris", 20, 3))
    sigma = means(found["sigma"])
    assert sigma[0] > 0.1 and sigma[1] > 0.1
    assert sigma[2] == pytest.approx(0, abs=1e-9)


def test_sobol_indices_of_an_additive_function_are_shares_of_its_squared_weights() -> None:
    found = measured(additive, spread("sobol-indices", 1024, 4))
    exact = WEIGHTS**2 / (WEIGHTS**2).sum()
    for measure in ("S1", "ST"):
        assert means(found[measure]) == pytest.approx(exact, abs=0.01)
        pairs = zip(found[measure], exact, strict=True)
        assert all(each.ci_low <= share <= each.ci_high for each, share in pairs)


def test_sobol_indices_of_ishigamis_function() -> None:
    """Ishigami and Homma 1990; exact values in Saltelli et al. 2008, section 4."""
    found = measured(ishigami, spread("sobol-indices", 2048, 3))
    assert means(found["S1"]) == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)
    assert means(found["ST"]) == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)


def test_a_case_without_a_value_costs_its_block_alone() -> None:
    for kind, points in (("morris", 8), ("sobol-indices", 256)):
        layout = spread(kind, points, 4)  # type: ignore[arg-type]
        values = np.column_stack([additive(layout.points)] * 2)
        whole = factor_effects(outcome(values), layout)
        values[7] = np.nan
        left = factor_effects(outcome(values), layout)
        assert [each[:4] for each in left] == [each[:4] for each in whole]
        assert means(left) == pytest.approx(means(whole), abs=0.05)


def test_nothing_is_told_of_what_never_moves_or_has_too_few_cases() -> None:
    for kind, points in (("sobol-indices", 8), ("sobol", 8), ("latin-hypercube", 8)):
        layout = spread(kind, points, 2)  # type: ignore[arg-type]
        assert factor_effects(outcome(np.ones((len(layout.cases), 2))), layout) == []
    layout = spread("morris", 2, 2)
    values = np.ones((6, 2))
    values[:4] = np.nan
    assert factor_effects(outcome(values), layout) == []


@pytest.mark.parametrize("kind", ["latin-hypercube", "sobol"])
def test_rank_correlation_is_one_for_what_alone_moves_the_outcome(kind: DesignKind) -> None:
    found = measured(lambda x: -np.exp(x[:, 0]), spread(kind, 64, 3))["rank_correlation"]
    assert found[0].mean == pytest.approx(-1)
    assert found[0].ci_high < -0.999
    assert all(abs(each.mean) < 0.4 for each in found[1:]), "one in a thousand at 64 points"


def test_the_interval_of_a_rank_correlation_holds_in_95_of_100() -> None:
    """Of nothing with nothing: 400 intervals of 20 points; below 367 is one in 1000."""
    rng = np.random.default_rng(20)
    hit = 0
    for _ in range(400):
        points = rng.random((20, 1))
        layout = DesignLayout("sobol", ("x",), ("",) * 20, (("",),) * 20, points, 4)
        [found] = factor_effects(outcome(rng.random((20, 1))), layout)
        hit += found.ci_low <= 0 <= found.ci_high
    assert hit >= 367


# --- one at a time --------------------------------------------------------------------------------

ALONE = DesignLayout(
    "one-at-a-time",
    ("talk", "nurses"),
    ("first", "long", "two"),
    (("2.0", "1"), ("3.0", "1"), ("2.0", "2")),
    np.zeros((0, 2)),
    4,
)


def test_an_effect_is_the_paired_change_from_the_first_case() -> None:
    values = np.array([[10.0, 20.0, 30.0], [11.0, 22.0, 33.0], [np.nan, 19.0, 29.0]])
    long, two = factor_effects(outcome(values, ("better", "worse", "better")), ALONE)
    assert long[:4] == ("effect", "talk", "long", "3.0")
    assert two[:4] == ("effect", "nurses", "two", "2")
    half = 4.302653 / 3**0.5  # t of 2 degrees of freedom; the changes are 1, 2 and 3
    assert long[4:7] == pytest.approx((2, 2 - half, 2 + half))
    assert two[4:7] == pytest.approx((-1, -1, -1))
    assert long[7:] == ("better", "worse")


def test_of_a_grid_each_case_is_told_with_all_that_is_changed_in_it() -> None:
    levels = (("2", "1"), ("2", "5"), ("4", "1"), ("4", "5"))
    grid = DesignLayout("grid", ("talk", "nurses"), tuple("abcd"), levels, np.zeros((0, 2)), 4)
    assert [changed_factors(grid, place) for place in range(4)] == [
        ("", ""), ("nurses", "5"), ("talk", "4"), ("talk + nurses", "4 + 5")]  # fmt: skip
    assert len(factor_effects(outcome(np.ones((4, 2))), grid)) == 3


@pytest.mark.parametrize(
    ("first", "then", "low", "high", "told"),
    [
        ("better", "worse", 1, 2, True),
        ("better", "cannot tell", -2, -1, True),
        ("not met", "met", 0.1, 0.2, True),
        ("better", "cannot tell", -1, 0, False),
        ("better", "worse", math.nan, math.nan, False),
        ("better", "better", 1, 2, False),
        ("", "", 1, 2, False),
        ("met", "", 1, 2, False),
    ],
)
def test_a_verdict_is_turned_only_by_a_change_that_is_surely_there(
    first: str, then: str, low: float, high: float, told: bool
) -> None:
    found = FactorEffect("effect", "talk", "long", "3.0", (low + high) / 2, low, high, first, then)
    assert turns_verdict(found) is told
