from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from akuttsim.config.schema.geography import SeasonHours


def when(**keys: str) -> SeasonHours:
    return SeasonHours.model_validate(keys)


def days_of(year: int, season: SeasonHours) -> list[date]:
    every = (date(year, 1, 1) + timedelta(days=day) for day in range(366))
    return [day for day in every if day.year == year and season.on(day)]


@pytest.mark.parametrize(
    ("keys", "count", "first", "last"),
    [
        ({}, 365, "2026-01-01", "2026-12-31"),
        ({"from": "06-24", "to": "08-15"}, 53, "2026-06-24", "2026-08-15"),
        ({"from": "2026-01-14", "to": "2026-01-16"}, 3, "2026-01-14", "2026-01-16"),
        ({"from": "2025-12-20", "to": "2026-01-02"}, 2, "2026-01-01", "2026-01-02"),
        ({"from": "easter-8", "to": "easter+1"}, 10, "2026-03-28", "2026-04-06"),
        ({"from": "easter", "to": "easter"}, 1, "2026-04-05", "2026-04-05"),
        ({"days": "2026-01-14 sun"}, 53, "2026-01-04", "2026-12-27"),
    ],
)
def test_days_of_a_season(keys: dict[str, str], count: int, first: str, last: str) -> None:
    found = days_of(2026, when(**keys))
    assert (len(found), str(found[0]), str(found[-1])) == (count, first, last)


def test_a_winter_goes_over_the_new_year() -> None:
    winter = when(**{"from": "11-15", "to": "04-15"})
    held = [winter.on(date(2026, *day)) for day in ((11, 14), (11, 15), (1, 1), (4, 15), (4, 16))]
    assert held == [False, True, True, True, False]


def test_hours_past_midnight_belong_to_the_day_they_begin_on() -> None:
    night = when(days="2026-01-16", hours="22:00-06:00")
    held = [
        hour for hour in range(48) if night.covers(datetime(2026, 1, 16) + timedelta(hours=hour))
    ]
    assert held == [22, 23, 24, 25, 26, 27, 28, 29]


@pytest.mark.parametrize(
    ("keys", "gist"),
    [
        ({"from": "11-15"}, "from and to belong together"),
        ({"from": "11-15", "to": "2026-01-01"}, "one form"),
        ({"from": "2026-01-16", "to": "2026-01-14"}, "from must not be after to"),
        ({"from": "easter+1", "to": "easter-8"}, "from must not be after to"),
        ({"from": "15-11", "to": "04-15"}, "must be a day such as"),
        ({"hours": "08:30-16:00"}, "on the hour"),
        ({"days": "weekday"}, "days must be some of"),
    ],
)
def test_what_is_no_season_is_told(keys: dict[str, Any], gist: str) -> None:
    with pytest.raises(ValidationError, match=gist):
        SeasonHours.model_validate(keys)
