from __future__ import annotations

import math

import numpy as np
import pytest

from akuttsim.theory.erlang import delay_queue
from akuttsim.theory.hypercube import preferences_by_travel, response_times, solve_exact

TRAVEL = np.array([[200.0, 900.0], [700.0, 100.0]])
CALLS = [0.5, 0.7]


def test_one_unit_is_m_m_1_plus_travel() -> None:
    travel = np.array([[300.0, 600.0]])
    city = solve_exact([0.3, 0.3], preferences_by_travel(travel), 3600)
    figures = response_times(city, [0.3, 0.3], travel, 600)
    assert figures.travel_mean_s == pytest.approx(450)
    assert figures.travel_within == pytest.approx(1.0)
    near, far = (delay_queue(0.6, 3600, 1, left).answered_within for left in (300, 0))
    assert figures.response_within == pytest.approx((near + far) / 2, rel=1e-10)


def test_hardly_any_calls_get_the_nearest_unit() -> None:
    city = solve_exact([1e-9, 1e-9], preferences_by_travel(TRAVEL), 3600)
    figures = response_times(city, [1e-9, 1e-9], TRAVEL, 150)
    assert figures.travel_mean_s == pytest.approx(150)
    assert figures.travel_within == pytest.approx(0.5)


def test_lost_calls_never_get_a_response() -> None:
    city = solve_exact(CALLS, preferences_by_travel(TRAVEL), 3600, queue=False)
    figures = response_times(city, CALLS, TRAVEL, 1e6)
    assert figures.travel_within == pytest.approx(1.0)
    assert figures.response_within == pytest.approx(1 - city.lost)


def test_response_is_the_sum_over_waits_by_simple_quadrature() -> None:
    city = solve_exact(CALLS, preferences_by_travel(TRAVEL), [3000, 3600])
    figures = response_times(city, CALLS, TRAVEL, 800)
    share = np.array(CALLS) / sum(CALLS)
    waited = city.waits * city.queue_share[:, None] * share
    waits_s = (np.arange(400_000) + 0.5) * 0.05
    density = city.catch_up_per_s * np.exp(-city.catch_up_per_s * waits_s) * 0.05
    late_share = sum(
        waited[n, a] * density[waits_s + TRAVEL[n, a] <= 800].sum()
        for n in range(2)
        for a in range(2)
    )
    at_once = ((city.serves * share - waited) * (TRAVEL <= 800)).sum()
    assert figures.response_within == pytest.approx(at_once + late_share, rel=1e-5)
    assert figures.response_within < figures.travel_within


def test_travel_must_fit_the_model() -> None:
    city = solve_exact(CALLS, preferences_by_travel(TRAVEL), 3600)
    with pytest.raises(ValueError, match="fits the solved model"):
        response_times(city, CALLS, TRAVEL.T[:1], 600)
    assert math.isfinite(city.catch_up_per_s)
