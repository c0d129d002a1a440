"""A room hour by hour: counts of made-up calls, and intervals that hold as often as they say."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akuttsim.config.schema.calendar import Calendar
from akuttsim.records import Record
from akuttsim.statistics.hourly_service_level import (
    HOURS_OF_WEEK,
    CallTally,
    confidence_of_every_hour,
    hour_of_week,
    mean_by_hour_of_week,
    seconds_per_elapsed_hour,
    service_level_differences,
    service_levels,
    tally_calls,
)
from akuttsim.units import HOUR_S, WEEK_S
from tests import small
from tests.nightly import examples

NAN = float("nan")


def record(*calls: tuple[int, int, int, float, float, float], weeks: int = 2) -> Record:
    return Record(
        small.courses(1), small.calls(*calls), (), small.activities(), small.trips(),
        (0.0, weeks * WEEK_S), (weeks + 1) * WEEK_S, 0,
    )  # fmt: skip


def monday(weeks: int) -> Calendar:
    """Return a calendar whose first day is an ordinary Monday."""
    return Calendar(date(2026, 1, 12), "Europe/Oslo")


def test_hours_of_weekdays_weekends_and_holidays() -> None:
    hours = hour_of_week(Calendar(date(2026, 5, 13), "Europe/Oslo"), 24 * 5)
    days = hours.reshape(5, 24)
    # Wednesday, Ascension Day, Friday, Saturday, Sunday 17 May
    assert [day[0] for day in days] == [0, 24, 0, 24, 24]
    assert all((day - day[0]).tolist() == [*range(24)] for day in days)


def test_the_day_on_which_clocks_go_forward_lacks_an_hour() -> None:
    hours = hour_of_week(Calendar(date(2026, 3, 29), "Europe/Oslo"), 23)
    assert hours.tolist() == [24, 25, *range(27, 48)]


def test_calls_are_counted_by_week_and_hour_and_only_the_rooms_own() -> None:
    at = 8 * HOUR_S
    made = record(
        (0, 0, 0, at, at + 120, NAN),  # in time, on the second
        (0, 0, 0, at + 1, at + 122, NAN),  # a second late
        (0, 0, 0, at + 2, NAN, at + 9),  # gave up
        (0, 1, 0, at, at, NAN),  # another room
        (0, 0, 0, WEEK_S + 5 * 24 * HOUR_S, WEEK_S + 5 * 24 * HOUR_S, NAN),  # Saturday 00
        (0, 0, 0, 2 * WEEK_S, 2 * WEEK_S, NAN),  # after what is measured
    )
    found = tally_calls(made, 0, 120.0, hour_of_week(monday(3), 3 * 168))
    assert found.calls.shape == found.in_time.shape == (2, HOURS_OF_WEEK)
    assert (found.calls[0, 8], found.in_time[0, 8]) == (3, 1)
    assert (found.calls[1, 24], found.in_time[1, 24]) == (1, 1)
    assert (found.calls.sum(), found.in_time.sum()) == (4, 2)


@settings(max_examples=examples(50))
@given(st.lists(st.tuples(st.floats(0, 3e4), st.floats(0, 9e3)), min_size=1, max_size=20))
def test_seconds_of_spans_in_each_hour(spans: list[tuple[float, float]]) -> None:
    starts = np.array([start for start, _ in spans])
    ends = starts + np.array([length for _, length in spans])
    edges = np.arange(13) * HOUR_S
    by_hand = [
        np.sum(np.clip(ends, lo, hi) - np.clip(starts, lo, hi)) for lo, hi in pairwise(edges)
    ]
    assert seconds_per_elapsed_hour(starts, ends, 12) == pytest.approx(by_hand, abs=1e-6)


def test_the_mean_by_hour_of_week_leaves_out_what_is_not_measured() -> None:
    hours = hour_of_week(monday(2), 2 * 168)
    values = np.where(np.arange(2 * 168) < 168, 99.0, hours.astype(float))
    mean = mean_by_hour_of_week(values, hours, (WEEK_S, 2 * WEEK_S))
    assert mean.tolist() == [*range(48)]


def same_in_all_hours(calls: np.ndarray, in_time: np.ndarray) -> CallTally:
    """Return a tally whose 48 hours are alike: given for each week."""
    return CallTally(
        *(
            np.repeat(each[:, None], HOURS_OF_WEEK, axis=1).astype(float)
            for each in (calls, in_time)
        )
    )


def test_a_share_is_of_all_calls_and_not_a_mean_of_weeks() -> None:
    found = service_levels(same_in_all_hours(np.array([1, 9, 10]), np.array([1, 0, 9])))
    assert found[0].mean == 0.5 and found[0].low < 0.5 < found[0].high
    nobody = service_levels(same_in_all_hours(np.zeros(3), np.zeros(3)))[0]
    assert np.isnan(nobody.mean)
    assert np.isnan(service_levels(same_in_all_hours(np.ones(1), np.ones(1)))[0].low)


def test_a_difference_is_that_of_the_shares_and_narrower_than_unpaired() -> None:
    rng = np.random.default_rng(1)
    calls = rng.poisson(20, 60)
    in_time = rng.binomial(calls, 0.8)
    one, other = (
        same_in_all_hours(calls, in_time),
        same_in_all_hours(calls, in_time - (in_time > 12)),
    )
    change, share, base = (
        f(*t)[0]
        for f, t in (
            (service_level_differences, (other, one)),
            (service_levels, (other,)),
            (service_levels, (one,)),
        )
    )
    assert change.mean == pytest.approx(share.mean - base.mean)
    assert change.high - change.low < (share.high - share.low) / 3
    assert service_level_differences(one, one)[0] == (0, 0, 0)


def drawn(rng: np.random.Generator, spread: float) -> CallTally:
    """Return 100 weeks of calls, 85 % in time; more in some weeks than in others if spread."""
    calls = rng.poisson(5, (100, HOURS_OF_WEEK))
    share = rng.beta(85 / spread, 15 / spread, (100, 1)) if spread else 0.85
    return CallTally(calls.astype(float), rng.binomial(calls, share).astype(float))


@pytest.mark.parametrize("spread", [0.0, 10.0])
def test_intervals_hold_in_as_many_hours_as_they_say(spread: float) -> None:
    """Of 95 %, in 100 samples of 48 hours; hours of one sample share its good and bad weeks.

    A sample's hours held 40 times and more of 48 on average, and all of them together 95 times in
    100 samples: 88 or fewer in under 1 case of 200.
    """
    rng = np.random.default_rng(7)
    held, together = [], []
    for _ in range(100):
        tallied = drawn(rng, spread)
        held += [low <= 0.85 <= high for _, low, high in service_levels(tallied)]
        joint = service_levels(tallied, confidence_of_every_hour())
        together.append(all(low <= 0.85 <= high for _, low, high in joint))
    assert 0.935 < np.mean(held) < 0.985
    assert sum(together) > 88


def test_all_in_time_of_few_calls_is_not_sure() -> None:
    few, many = (
        service_levels(same_in_all_hours(np.full(10, n), np.full(10, n)))[0] for n in (1, 100)
    )
    assert few.mean == many.mean == 1
    assert few.low < 0.8 < 0.99 < many.low
