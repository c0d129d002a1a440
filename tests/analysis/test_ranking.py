"""Ranking and selection: by hand, and how often it selects the best of normals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binom

from akuttsim.statistics.ranking import SelectionRule, contenders_for_best, selection_state

ASKED = SelectionRule(indifference=1.0, direction="higher", first=10, error=0.05)


def normals(means: list[float], correlation: float, seed: int, runs: int = 400) -> np.ndarray:
    """Return replications of models with common patients, who give the correlation."""
    draws = np.random.default_rng(seed)
    shared = draws.normal(0.0, 1.0, (runs, 1)) * math.sqrt(correlation)
    own = draws.normal(0.0, 1.0, (runs, len(means))) * math.sqrt(1 - correlation)
    return 1.5 * (shared + own) + np.array(means)


def at_least(right: int, trials: int, share: float) -> bool:
    """Tell whether so many right do not contradict a share: rejected by chance 1 in 1,000."""
    return bool(right >= binom.ppf(0.001, trials, share))


@pytest.mark.parametrize("correlation", [0.0, 0.8])
@pytest.mark.parametrize("direction", ["higher", "lower"])
def test_it_selects_the_best_as_often_as_promised(correlation: float, direction: str) -> None:
    """300 selections among six, five of them worse by just the indifference (the hardest case).

    The promise is 95 in 100; fewer than 273 would contradict it at 1 in 1,000.
    """
    sign = 1.0 if direction == "higher" else -1.0
    asked = SelectionRule(1.0, direction, 10, 0.05)  # type: ignore[arg-type]
    right = 0
    for seed in range(300):
        values = sign * normals([0.0, 0.0, 1.0, 0.0, 0.0, 0.0], correlation, seed)
        found = selection_state(values, asked)
        assert found.is_decided
        right += found.contenders == (2,)
    assert at_least(right, 300, 0.95)


def test_common_patients_spare_replications() -> None:
    """With correlation 0.8 the same selections take less than half the replications."""
    taken = {0.0: 0, 0.8: 0}
    for correlation in taken:
        for seed in range(40):
            found = selection_state(normals([0.0, 1.0, 0.0, 0.5], correlation, seed), ASKED)
            taken[correlation] += int(found.let_go_after.max())
    assert taken[0.8] < taken[0.0] / 2


def test_the_first_replications_are_for_all() -> None:
    values = normals([0.0, 50.0], 0.0, 1)
    assert selection_state(values[:9], ASKED).contenders == (0, 1)
    found = selection_state(values[:10], ASKED)
    assert found.contenders == (1,) and found.let_go_after.tolist() == [10, 0]


def test_elimination_by_hand() -> None:
    """Two models, n0 = 2, error 1/16, indifference 1: eta = (0.125^-2 - 1) / 2 = 31.5.

    Differences 3 and 5: variance 2, reach 2 * 31.5 * 1 * 2 = 126. A lead of (126 - r) / 2 is asked
    for after r replications; with 3.9 more each time 8 + 3.9 (r - 2) is above it from r = 15 on.
    """
    better = np.array([3.0, 5.0] + [3.9] * 40)
    values = np.column_stack([better, np.zeros(42)])
    asked = SelectionRule(indifference=1.0, direction="higher", first=2, error=1 / 16)
    assert selection_state(values[:14], asked).contenders == (0, 1)
    assert selection_state(values[:15], asked).contenders == (0,)
    assert selection_state(values, asked).let_go_after.tolist() == [0, 15]
    assert selection_state(values[: asked.first], asked).at_most == 127


def test_it_ends_where_it_said_it_would() -> None:
    values = normals([0.0, 0.0, 0.0], 0.0, 5, runs=3000)
    most = selection_state(values[: ASKED.first], ASKED).at_most
    assert selection_state(values[:most], ASKED).is_decided


def test_step_by_step_is_as_all_at_once_and_those_let_go_need_no_values() -> None:
    values = normals([0.0, 0.4, 1.0, -3.0], 0.3, 11)
    whole = selection_state(values, ASKED)
    for runs in range(1, 60):
        step = selection_state(values[:runs], ASKED)
        gone = np.flatnonzero((whole.let_go_after > 0) & (whole.let_go_after <= runs))
        assert sorted(step.contenders) == [m for m in range(4) if m not in gone]
    blank = values.copy()
    for model, after in enumerate(whole.let_go_after):
        if after:
            blank[after:, model] = np.nan
    again = selection_state(blank, ASKED)
    assert again.contenders == whole.contenders
    assert again.let_go_after.tolist() == whole.let_go_after.tolist()


def test_a_contender_without_a_value_is_refused() -> None:
    values = normals([0.0, 0.1], 0.0, 1, runs=12)
    values[11, 1] = np.nan
    with pytest.raises(ValueError, match="first 12"):
        selection_state(values, ASKED)


def test_twins_stay_together_to_the_end() -> None:
    values = np.repeat(normals([0.0], 0.0, 3), 2, axis=1)
    found = selection_state(values, ASKED)
    assert found.contenders == (0, 1) and found.at_most == 10
    assert contenders_for_best(values, "higher") == (0, 1)


def test_one_model_alone_is_the_best() -> None:
    assert selection_state(normals([0.0], 0.0, 3), ASKED).is_decided


def test_the_set_holds_the_best_as_often_as_promised() -> None:
    """400 sets of five models after 12 replications; fewer than 366 would contradict 95 in 100."""
    held = sum(
        2 in contenders_for_best(normals([0.0, 0.3, 0.6, 0.5, -2.0], 0.5, seed, 12), "higher")
        for seed in range(400)
    )
    assert at_least(held, 400, 0.95)


def test_the_set_leaves_out_what_is_clearly_worse_and_stands_best_first() -> None:
    values = normals([5.0, 5.2, 0.0], 0.5, 4, runs=12)
    values[6:, 2] = np.nan
    means = values[:, :2].mean(axis=0)
    assert contenders_for_best(values, "higher") == tuple(np.argsort(-means).tolist())
    assert contenders_for_best(values, "lower") == (2,)
