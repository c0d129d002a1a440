from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from akuttsim.config.schema.calendar import is_free_day
from akuttsim.patients.call_rates import (
    day_factors,
    hour_weights,
    rates_of_run,
    relative_rates,
    special_factor,
)
from tests.patients.changed import ERROR_RATE, STEADY, region

WEEK = [datetime(2026, 1, 12) + timedelta(hours=hour) for hour in range(7 * 24)]
"""An ordinary week in the first quarter, whose factor is 0.96."""
SUMMER_WEEK = [datetime(2026, 8, 10) + timedelta(hours=hour) for hour in range(7 * 24)]
"""An ordinary week in the third quarter, whose factor is 0.98."""
YEAR = [datetime(2026, 1, 1) + timedelta(hours=hour) for hour in range(365 * 24)]


def rates(hours: list[datetime], line_113: bool = False) -> NDArray[np.float64]:
    return relative_rates(region(), hours, line_113)


def share(hours: list[datetime], inside: Any, line_113: bool = False) -> float:
    """Return the share of calls in quarters of an hour that are inside."""
    quarters = [
        rate / 4 * sum(inside(hour + timedelta(minutes=15 * quarter)) for quarter in range(4))
        for hour, rate in zip(hours, rates(hours, line_113), strict=True)
    ]
    return float(sum(quarters) / rates(hours, line_113).sum())


def is_night(at: datetime) -> bool:
    return at.hour >= 23 or at.hour < 8


def is_day(at: datetime) -> bool:
    return 8 <= at.hour + at.minute / 60 < 15.5


@pytest.mark.parametrize("line_113", [False, True])
def test_ordinary_weeks_differ_by_their_quarter_and_the_year_has_mean_one(line_113: bool) -> None:
    year = rates(YEAR, line_113)
    ordinary = [np.mean(rates(WEEK, line_113)), np.mean(rates(SUMMER_WEEK, line_113))]
    assert ordinary[0] / ordinary[1] == pytest.approx(0.96 / 0.98, rel=1e-12)
    assert year.mean() == pytest.approx(1.0, rel=1e-12)


def test_shares_of_office_hours_night_and_weekend_are_the_published_ones() -> None:
    """Office hours 10.6 % (2019) to 17 % (2021), night 12 to 15 %, weekends 40 % with holidays."""
    office = share(WEEK, lambda at: is_day(at) and at.weekday() < 5)
    assert 0.106 < office < 0.17
    assert 0.12 < share(WEEK, is_night) < 0.15
    assert share(WEEK, lambda at: at.weekday() >= 5) == pytest.approx(0.37, abs=0.003)
    assert share(YEAR, lambda at: at.weekday() >= 5 or is_free_day(at.date())) == pytest.approx(
        0.40, abs=0.015
    )
    one_day = share(WEEK, lambda at: at.weekday() == 5) / share(WEEK, lambda at: at.weekday() == 0)
    assert one_day == pytest.approx(1.47)


def test_113_is_half_way_between_116117_and_flat() -> None:
    flat = np.repeat([share(WEEK, lambda at, d=d: at.weekday() == d) for d in range(7)], 24) / 24
    by_116117 = rates(WEEK) / rates(WEEK).sum()
    by_113 = rates(WEEK, True) / rates(WEEK, True).sum()
    np.testing.assert_allclose(by_113, (by_116117 + flat) / 2, rtol=1e-12)


def test_hours_may_be_flattened() -> None:
    flat = region("demand.hours_116117.flatten=1.0").demand
    assert [weights.tolist() for weights in hour_weights(flat, False)] == [[1.0] * 24] * 2
    given = region().demand
    for line_113 in (False, True):
        assert [weights.mean() for weights in hour_weights(given, line_113)] == [
            pytest.approx(1.0), pytest.approx(1.0),
        ]  # fmt: skip


def test_day_factors_average_one_over_a_week() -> None:
    working, free = day_factors(region().demand)
    assert free / working == pytest.approx(1.47)
    assert (5 * working + 2 * free) / 7 == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("day", "factor"),
    [
        (date(2026, 3, 28), 1.0),
        (date(2026, 3, 29), 1.3),  # Palm Sunday
        (date(2026, 4, 6), 1.3),  # Easter Monday
        (date(2026, 4, 7), 1.0),
        (date(2026, 12, 24), 0.8),
        (date(2026, 12, 25), 1.0),
        (date(2026, 1, 1), 1.0),
    ],
)
def test_days_that_stand_out(day: date, factor: float) -> None:
    assert special_factor(day, region().demand) == factor


def rate(at: datetime) -> float:
    """Return the rate of an hour without its quarter's factor."""
    quarter = region().demand.quarter_factor.values[(at.month - 1) // 3]
    return float(rates([at])[0] / quarter)


def test_a_holiday_is_as_busy_as_a_saturday() -> None:
    for hour in range(24):
        saturday = rate(datetime(2026, 5, 9, hour))
        assert rate(datetime(2026, 5, 1, hour)) == pytest.approx(saturday)
        assert rate(datetime(2026, 5, 8, hour)) != pytest.approx(saturday)


def test_christmas_eve_is_told_over_a_saturday_also_when_it_is_a_thursday() -> None:
    """Sandvik 2019: 80 % of an ordinary Saturday."""
    for hour in range(24):
        saturday = rate(datetime(2026, 12, 12, hour))
        assert rate(datetime(2026, 12, 24, hour)) == pytest.approx(0.8 * saturday)


def test_new_years_night_is_told_over_a_saturday_night() -> None:
    """Sandvik 2019: 243 % of an ordinary Saturday night; over at eight."""
    for hour in range(24):
        saturday = rate(datetime(2026, 1, 10, hour))
        factor = 2.4 if hour < 8 else 1.0
        assert rate(datetime(2026, 1, 1, hour)) == pytest.approx(factor * saturday)


def test_holidays_lift_the_year_a_little_above_its_ordinary_weeks() -> None:
    """Holidays and special days add 1.7 %, so that an ordinary week lies as much below the year."""
    assert 0.96 / rates(WEEK).mean() == pytest.approx(1.019, abs=0.001)


@pytest.mark.parametrize("year", [2024, 2026])
@pytest.mark.parametrize("line_113", [False, True])
def test_the_mean_of_a_year_is_that_of_its_hours(year: int, line_113: bool) -> None:
    """Hour by hour, from the rates of hours over the mean of another year."""
    some = region(f"calendar.start={year}-02-03")
    hours = [datetime(year, 1, 1) + timedelta(hours=hour) for hour in range(365 * 24)]
    assert relative_rates(some, hours, line_113).mean() == pytest.approx(1.0, rel=1e-12)


def swings(cv: float, days: int = 2000, replication: int = 0) -> NDArray[np.float64]:
    """Return how busy each day is over what its rate says."""
    wild = region(f"demand.day_cv.value={cv}")
    steady = region(STEADY)
    [busy, usual] = [rates_of_run(each, days, 3, replication) for each in (wild, steady)]
    np.testing.assert_allclose(busy[True] / usual[True], busy[False] / usual[False])
    return (busy[False] / usual[False]).reshape(days, 24)


@pytest.mark.parametrize("cv", [0.15, 0.4])
def test_busy_days_swing_as_a_gamma_of_the_given_cv_about_the_same_mean(cv: float) -> None:
    days = swings(cv)
    np.testing.assert_allclose(days, days[:, :1].repeat(24, axis=1))
    exact = stats.gamma(1 / cv**2, scale=cv**2)
    assert stats.kstest(days[:, 0], exact.cdf).pvalue > ERROR_RATE
    assert days[:, 0].mean() == pytest.approx(1.0, abs=4 * cv / np.sqrt(len(days)))


def test_days_that_swing_more_swing_the_same_way() -> None:
    few, many = swings(0.15)[:, 0], swings(0.16)[:, 0]
    np.testing.assert_array_equal(np.argsort(few), np.argsort(many))
    assert (swings(0.15, 30)[:, 0] == few[:30]).all()
    assert abs(np.corrcoef(few, swings(0.15, replication=1)[:, 0])[0, 1]) < 5 / np.sqrt(2000)
