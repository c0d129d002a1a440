from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from akuttsim.theory import input_checks
from akuttsim.theory.erlang import (
    delay_queue,
    erlang_b,
    erlang_c,
    finite_queue,
    loss_queue,
    operators_needed,
    patience_queue,
)
from akuttsim.theory.hypercube import preferences_by_travel, solve_exact
from akuttsim.theory.location_models import (
    best_placement,
    expected_covered_share,
    mexclp_busy_share,
)
from akuttsim.theory.priority_queues import (
    pollaczek_khinchine,
    waits_by_class_mg1,
    waits_by_class_mmc,
)
from akuttsim.theory.staffing_levels import (
    AnswerTarget,
    contacts_in_shift,
    contacts_per_h,
    planning_rates_per_h,
    pointwise_stationary,
    smallest_catchment,
)
from akuttsim.theory.time_varying import exact_day

TRAVEL = np.array([[60.0, 120.0], [90.0, 30.0]])
LISTS = np.array([[0, 1], [1, 0]])

REFUSED: dict[str, Callable[[], object]] = {
    "negative load": lambda: erlang_b(-1, 3),
    "NaN servers": lambda: erlang_b(1, math.nan),
    "infinite load": lambda: erlang_c(math.inf, 3),
    "zero operators": lambda: delay_queue(10, 300, 0, 120),
    "zero talk": lambda: delay_queue(10, 0, 3, 120),
    "negative limit": lambda: delay_queue(10, 300, 3, -1),
    "negative operators": lambda: loss_queue(10, 300, -2),
    "negative patience": lambda: patience_queue(10, 300, 3, 120, -1),
    "NaN patience": lambda: patience_queue(10, 300, 3, 120, math.nan),
    "target of one": lambda: operators_needed(10, 300, 1.0, 120),
    "NaN target": lambda: operators_needed(10, 300, math.nan, 120),
    "broken places": lambda: finite_queue(10, 300, 2, 1.5, 120),  # type: ignore[arg-type]
    "negative spread": lambda: pollaczek_khinchine(1, 300, -0.1),
    "no classes": lambda: waits_by_class_mmc([], 300, 2),
    "unequal classes": lambda: waits_by_class_mg1([1, 2], [300], [1]),
    "negative rate": lambda: waits_by_class_mmc([1, -1], 300, 2),
    "unknown method": lambda: planning_rates_per_h([1, 2], 300, "sip"),  # type: ignore[arg-type]
    "too few operators": lambda: pointwise_stationary([1, 2], 300, [1], 120),
    "day without calls": lambda: exact_day([0, 0], 300, [1, 1]),
    "impatient day": lambda: exact_day([1, 1], 300, [1, 1], 0),
    "list names a unit twice": lambda: solve_exact([1, 1], np.array([[0, 0], [1, 0]]), 600),
    "lists do not fit": lambda: solve_exact([1, 1, 1], LISTS, 600),
    "missions do not fit": lambda: solve_exact([1, 1], LISTS, [600, 600, 600]),
    "13 units": lambda: solve_exact([1], np.arange(13)[None, :], 600),
    "NaN travel": lambda: preferences_by_travel(np.array([[math.nan, 1.0]])),
    "demand does not fit": lambda: best_placement(TRAVEL, [1, 2, 3], 1, 60),
    "half a unit": lambda: expected_covered_share(TRAVEL, [1, 2], [0.5, 1], 60, 0.1),  # type: ignore[list-item]
    "always busy": lambda: best_placement(TRAVEL, [1, 2], 1, 60, busy=1.0),
    "negative people": lambda: contacts_in_shift(-1, "night"),
    "unknown hour": lambda: contacts_per_h(1000, "noon"),  # type: ignore[arg-type]
    "chance of one": lambda: smallest_catchment(chance=1.0),
}


@pytest.mark.parametrize("case", REFUSED)
def test_wrong_input_is_refused_with_one_clear_sentence(case: str) -> None:
    with pytest.raises(ValueError, match=r"^[a-z].{15,}$") as refused:
        REFUSED[case]()
    assert not isinstance(refused.value, input_checks.Unstable)


OVERLOADED: dict[str, Callable[[], object]] = {
    "load 1": lambda: delay_queue(132, 300, 11, 120),
    "load above 1": lambda: delay_queue(200, 300, 11, 120),
    "load 1 with endless patience": lambda: patience_queue(132, 300, 11, 120, math.inf),
    "12,000 agents at load 1": lambda: erlang_c(12_000, 12_000),
    "one server": lambda: pollaczek_khinchine(12, 300, 1),
    "ambulances": lambda: solve_exact([3, 3], LISTS, 1200),
    "busy share": lambda: mexclp_busy_share(6, 1200, 2),
    "a day": lambda: exact_day([12, 24], 300, [1, 2]),
    "one hour": lambda: pointwise_stationary([12, 6], 300, [1, 1], 120),
}


@pytest.mark.parametrize("case", OVERLOADED)
def test_load_of_one_or_more_is_refused_with_the_reason(case: str) -> None:
    with pytest.raises(input_checks.Unstable, match="grows without end"):
        OVERLOADED[case]()


def test_rounding_does_not_make_a_load_of_one_look_stable() -> None:
    with pytest.raises(input_checks.Unstable):
        input_checks.stable(math.nextafter(11.0, 0.0), 11.0)
    input_checks.stable(11.0 * (1 - 1e-9), 11.0)


def test_target_defaults_to_endless_patience() -> None:
    assert AnswerTarget(0.8, 120).patience_s == math.inf
