"""The relations from minutes to outcomes give what was published, each on its own clock."""

from __future__ import annotations

import math

import numpy as np
import pytest

from akuttsim.config.loader import load_outcomes
from akuttsim.indicators.health_relations import (
    CURVES,
    CurveName,
    admitted_more,
    compared_survival,
    expected_survival,
    fitted_level,
    happened_by,
    healthy_days,
    lost_log_odds,
    needle_in_window,
    published_survival,
    spread_minutes,
    survival_after_call,
)

OUTCOMES = load_outcomes("health").value
ARREST = OUTCOMES.arrest
NEVER = np.array([math.inf])


def log_odds(share: float) -> float:
    return math.log(share / (1 - share))


@pytest.mark.parametrize(
    ("minutes", "cpr", "published", "low", "high"),
    [
        (5, True, 0.145, 0.128, 0.164),
        (10, True, 0.067, 0.054, 0.081),
        (13, True, 0.037, 0.022, 0.054),
        (5, False, 0.063, 0.051, 0.076),
        (10, False, 0.022, 0.015, 0.031),
        (13, False, 0.015, 0.006, 0.027),
    ],
)
def test_the_danish_registry_from_call_to_ambulance(
    minutes: float, cpr: bool, published: float, low: float, high: float
) -> None:
    """Circulation, 7,623 arrests 2005-11: five and ten minutes to the digit, 13 in its interval."""
    (survival,) = published_survival(ARREST, np.array([minutes]), cpr)
    assert low <= survival <= high
    if minutes < 13:
        assert survival == pytest.approx(published, abs=0.0005)


def test_slopes_a_minute_are_those_published() -> None:
    """Odds 0.84 and 0.80 in Denmark; Holmén 0.91; ROC between 0.987 and 0.947 (its mean)."""
    odds = {curve: math.exp(-getattr(ARREST, curve).slope_cpr_per_min.value) for curve in CURVES}
    assert odds["steep"] == pytest.approx(0.84, abs=0.005)
    assert math.exp(-ARREST.steep.slope_none_per_min.value) == pytest.approx(0.80, abs=0.005)
    holmen = math.exp((log_odds(0.25) - log_odds(0.44)) / 9.5)
    assert odds["middle"] == pytest.approx(holmen, abs=0.005)
    assert 0.947 < odds["flat"] < 0.987


@pytest.mark.parametrize("curve", CURVES)
def test_the_level_of_each_curve_is_norways(curve: CurveName) -> None:
    """15 % of those treated alive after 30 days, at Norway's response times and 80 % with CPR."""
    norway = survival_after_call(ARREST, curve, spread_minutes(ARREST.response, 2000))
    assert norway.mean() == pytest.approx(0.15, abs=0.0005)
    assert happened_by(ARREST.response, np.array([9.0, 12.0, 21.0])).tolist() == [0.5, 0.69, 0.9]
    contrast = log_odds(0.145) - log_odds(0.063)
    assert ARREST.cpr_log_odds.value == pytest.approx(contrast, abs=0.005)


def test_the_steeper_curve_gains_more_of_two_minutes_and_all_are_held_outside() -> None:
    gains = [
        float(np.diff(survival_after_call(ARREST, curve, np.array([10.0, 8.0])))[0])
        for curve in CURVES
    ]
    assert gains[0] > gains[1] > gains[2] > 0
    for curve in CURVES:
        ends = survival_after_call(ARREST, curve, np.array([0.0, 1.0, 20.0, 45.0]))
        assert ends[0] == ends[1] > ends[2] == ends[3] > 0
    late = [lost_log_odds(ARREST, curve, np.array([15.0, 20.0]), cpr=True) for curve in CURVES]
    assert np.diff(late[0]) == pytest.approx(np.diff(late[1]))


def test_first_help_before_the_ambulance_helps_and_nobody_at_all_does_not() -> None:
    crew = np.array([12.0])
    for curve in CURVES:
        alone = expected_survival(ARREST, curve, crew, crew)
        helped = expected_survival(ARREST, curve, crew, np.array([5.0]))
        at_once = survival_after_call(ARREST, curve, np.array([5.0]))
        assert alone == survival_after_call(ARREST, curve, crew)
        assert alone < helped < at_once
        assert expected_survival(ARREST, curve, NEVER, NEVER) == 0.0
    assert fitted_level(ARREST, "steep") > ARREST.steep.own_level.value  # type: ignore[union-attr]


def test_older_curves_are_those_of_their_programs() -> None:
    """De Maio 33.6, 12.0, 3.6, 1.0 % and 4.6 % at 9 min; Valenzuela 56.5 %; Waalewijn's odds."""
    named = ARREST.comparisons
    minutes = np.array([0.0, 5.0, 10.0, 15.0, 9.0])
    de_maio = compared_survival(named["de-maio"], minutes, minutes)
    assert de_maio == pytest.approx([0.336, 0.120, 0.036, 0.010, 0.046], abs=0.0005)
    nought = np.zeros(1)
    at_once = compared_survival(named["valenzuela"], nought, nought)
    assert at_once == pytest.approx(0.565, abs=0.0005)
    waalewijn = named["waalewijn"]
    coded = 1 / (1 + math.exp(0.04 + 0.30 * 3 + 0.14 * (10 - 3)))
    assert compared_survival(waalewijn, np.array([3.0]), np.array([10.0])) == pytest.approx(coded)
    both = waalewijn.per_min_cpr + waalewijn.per_min_crew
    assert math.exp(-both) == pytest.approx(0.74, abs=0.005)
    assert math.exp(-waalewijn.per_min_crew) == pytest.approx(0.87, abs=0.005)
    assert {each.clock for each in named.values()} == {"call", "collapse"}


def test_a_minute_in_stroke_is_worth_a_quarter_of_a_healthy_day() -> None:
    """1.8 days (0.9-2.7) for each thrombolysed, 14 % of all: 0.25 (0.13-0.38) for any stroke."""
    stroke = OUTCOMES.stroke
    low, high = stroke.days_per_min.range or (0, 0)
    of_one = [float(healthy_days(stroke, np.ones(1), each)[0]) for each in (low, 1.8, high)]
    assert of_one == pytest.approx([0.126, 0.252, 0.378])


def test_who_rings_late_or_is_far_away_falls_out_of_the_four_and_a_half_hours() -> None:
    stroke = OUTCOMES.stroke
    near, hour, far, never = needle_in_window(stroke, np.array([0.0, 60.0, 300.0, math.inf]))
    assert near > hour > far == never == 0.0
    assert hour == pytest.approx(0.3 + 0.42 * (270 - 35 - 60 - 15) / (180 - 15))


def test_five_minutes_later_are_the_published_points_of_admission() -> None:
    """1.24 points for five minutes (0.59-1.94): Asheim 2025, Central Norway."""
    assert OUTCOMES.delay is not None
    of_five = OUTCOMES.delay.admitted_per_5_min
    low, high = of_five.range or (0, 0)
    five = np.array([5.0])
    told = [100 * float(admitted_more(five, each)[0]) for each in (low, of_five.value, high)]
    assert told == pytest.approx([0.59, 1.24, 1.94])
