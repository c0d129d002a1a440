from __future__ import annotations

import math

import numpy as np
import pytest

from akuttsim.records import Floats
from akuttsim.theory.erlang import answering_figures, operators_needed
from akuttsim.theory.staffing_levels import (
    AnswerTarget,
    StaffingMethod,
    planning_rates_per_h,
    pointwise_stationary,
    staff_by_hour,
    staff_by_load,
)
from akuttsim.theory.time_varying import exact_day

HOURS = np.arange(24)
DAY = 60 - 50 * np.cos(2 * np.pi * (HOURS + 0.5) / 24)


def test_sipp_takes_each_hour_by_itself() -> None:
    target = AnswerTarget(0.8, 120, 540)
    wanted = [operators_needed(rate, 300, 0.8, 120, 540) for rate in DAY]
    assert staff_by_hour(DAY, 300, target) == wanted


def test_lagged_rates_are_those_seen_one_call_earlier() -> None:
    rates = [10.0, 20.0, 40.0]
    assert planning_rates_per_h(rates, 900, "sipp").tolist() == rates
    # a quarter of an hour earlier: 3/4 of the own hour and 1/4 of the hour before, cyclic
    lagged = planning_rates_per_h(rates, 900, "lag_avg")
    assert lagged == pytest.approx([17.5, 17.5, 35.0])
    assert planning_rates_per_h(rates, 900, "lag_max").tolist() == [40.0, 20.0, 40.0]
    assert planning_rates_per_h(rates, 3600, "lag_max").tolist() == [40.0, 10.0, 20.0]
    assert planning_rates_per_h(rates, 5400, "lag_avg") == pytest.approx([30.0, 25.0, 15.0])


def test_sipp_misses_its_target_after_the_peak_and_lagging_mends_it() -> None:
    """The bias of Green, Kolesar and Soares (2001), with half-hour calls on a steep day."""

    def waits(method: StaffingMethod) -> Floats:
        staff = staff_by_hour(DAY, 1800, AnswerTarget(0.8, 0), method)
        return exact_day(DAY, 1800, staff).wait_probability

    sipp = waits("sipp")
    assert np.all(sipp[3:12] < 0.2)  # too many operators while the calls rise
    assert np.all(sipp[14:22] > 0.2)  # too few after the peak at noon
    assert waits("lag_avg").max() < 0.21
    assert waits("lag_max").max() < 0.2


def test_pointwise_stationary_averages_over_calls() -> None:
    day = pointwise_stationary([10.0, 30.0], 300, [2, 4], 120, 540)
    quiet, busy = answering_figures(10, 300, 2, 120, 540), answering_figures(30, 300, 4, 120, 540)
    assert day.hours == (quiet, busy)
    assert day.abandoned == pytest.approx((quiet.abandoned + 3 * busy.abandoned) / 4)
    assert day.wait_mean_s == pytest.approx((quiet.wait_mean_s + 3 * busy.wait_mean_s) / 4)
    assert day.answered_within == pytest.approx(
        (quiet.answered_within + 3 * busy.answered_within) / 4
    )


def test_pointwise_stationary_overstates_the_peak_wait() -> None:
    # Green and Kolesar (1991) find it an upper bound, the stationary mean rate a lower one
    staff = [12] * 24
    pointwise = pointwise_stationary(DAY, 300, staff, 120)
    exact = exact_day(DAY, 300, staff)
    assert exact.wait_mean_s < pointwise.wait_mean_s
    average = answering_figures(float(DAY.mean()), 300, 12, 120).wait_mean_s
    assert average < exact.wait_mean_s
    assert math.isfinite(pointwise.wait_mean_s)


def test_a_load_that_lasts_is_staffed_as_its_calls_are() -> None:
    target = AnswerTarget(0.8, 120, 540)
    loads = [rate * 300 / 3600 for rate in DAY.tolist()]
    assert staff_by_load(loads, 300, target) == staff_by_hour(DAY, 300, target)
    assert staff_by_load([0.0], 300, target) == [1]
    with pytest.raises(ValueError, match="loads"):
        staff_by_load([-1.0], 300, target)


def test_the_modified_offered_load_keeps_the_wait_even_through_the_day() -> None:
    """Long calls: busy operators come after the calls, and so do the staff (Jennings 1996)."""
    hours = np.arange(0, 24, 1 / 60)
    rates = 60 - 50 * np.cos(2 * np.pi * hours / 24)
    # calls of 30 min on average: what is left of earlier ones decays by a half-hour's exponential
    ages = np.arange(0, 12, 1 / 60)
    lasting = np.exp(-ages / 0.5) / 60
    load = np.array([lasting @ rates[(minute - np.arange(ages.size)) % 1440]
                     for minute in range(1440)]).reshape(24, 60).mean(axis=1)  # fmt: skip
    staff = staff_by_load(load, 1800, AnswerTarget(0.8, 0))
    waits = exact_day(DAY, 1800, staff).wait_probability
    assert waits.max() < 0.215 and waits.min() > 0.08
    sipp = exact_day(DAY, 1800, staff_by_hour(DAY, 1800, AnswerTarget(0.8, 0))).wait_probability
    assert np.ptp(waits) < np.ptp(sipp) / 2
