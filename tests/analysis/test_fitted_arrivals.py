import numpy as np
import pytest
from scipy import stats

from akuttsim.patients.streams import stream
from akuttsim.statistics.call_log_fit import LogDays, fit_arrivals
from tests.nightly import by_night

DRAWS = by_night(60, 120)
LEAST = int(stats.binom.ppf(0.0005, DRAWS, 0.90))
"""Percentile intervals over 60 days fall a little short of 95 %: at least 90 % is asked for."""

SHAPE = np.concatenate([np.full(8, 0.5), np.full(16, 1.25)])


def made(
    draw: np.random.Generator, days: int, level: float, weekend: float, cv: float
) -> tuple[LogDays, np.ndarray]:
    """Return days with a Poisson number each hour, and when in its hour each call came."""
    free = np.arange(days) % 7 >= 5
    swing = draw.gamma(1 / cv**2, cv**2, days) if cv else np.ones(days)
    mean = 4 * SHAPE * np.where(free, weekend, 1.0)[:, None]
    counts = draw.poisson(level * mean * swing[:, None])
    return LogDays(counts, mean, free), draw.uniform(0, 3600, int(counts.sum()))


@pytest.mark.nightly
def test_intervals_cover_the_truth() -> None:
    draw, covered = np.random.default_rng(11), np.zeros(2)
    for _ in range(DRAWS):
        days, within = made(draw, 63, 1.3, 1.4, 0.2)
        found = fit_arrivals(days, within, stream(1, 0, "test"))
        assert found is not None and found.weekend_factor is not None
        covered[0] += found.level.low <= 1.3 <= found.level.high
        covered[1] += found.weekend_factor.low <= 1.4 <= found.weekend_factor.high
    assert (covered >= LEAST).all()


def test_hours_weekends_and_busy_days_are_found_in_a_long_log() -> None:
    days, within = made(np.random.default_rng(2), 728, 1.0, 1.5, 0.3)
    found = fit_arrivals(days, within, stream(1, 0, "test"))
    assert found is not None
    ratio = np.array([each.mean for each in found.weekday]) / (4 * SHAPE)
    assert abs(ratio - ratio.mean()).max() < 0.1
    assert found.day_cv.low < 0.3 < found.day_cv.high
    assert 0.9 < found.dispersion < 1.1 and found.p_even > 0.001


def test_calls_on_the_hour_are_not_even() -> None:
    days, within = made(np.random.default_rng(2), 70, 1.0, 1.0, 0.0)
    found = fit_arrivals(days, within * 0.2, stream(1, 0, "test"))
    assert found is not None and found.p_even < 1e-6 and found.day_cv.mean < 0.1


def test_less_than_a_week_is_not_fitted() -> None:
    days, within = made(np.random.default_rng(2), 6, 1.0, 1.0, 0.0)
    assert fit_arrivals(days, within, stream(1, 0, "test")) is None


def test_without_free_days_nothing_is_said_of_them() -> None:
    days, within = made(np.random.default_rng(2), 21, 1.0, 1.0, 0.0)
    working = LogDays(days.counts, days.expected, np.zeros(21, dtype=bool))
    found = fit_arrivals(working, within, stream(1, 0, "test"))
    assert found is not None and found.weekend == [] and found.weekend_factor is None
