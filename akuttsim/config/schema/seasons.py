"""Seasons: when something holds, by days of the year, days of the week and hours of the day."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import cache
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from akuttsim.config.schema.calendar import (
    MINUTES_A_DAY,
    check_days,
    day_word_matches,
    easter_sunday,
    parse_hours,
)
from akuttsim.config.schema.values import Model
from akuttsim.messages import message

_EASTER = re.compile(r"easter([+-]\d{1,3})?")
_YEARLY = re.compile(r"\d{2}-\d{2}")
_LEAP_YEAR = "2000-"


def _valid_day_of_year(value: str) -> str:
    season_end_kind(value)
    return value


def season_end_kind(text: str) -> str:
    """Return 'easter', 'yearly' or 'dated': the form of an end of a season.

    Raises ValueError with the forms there are.
    """
    if _EASTER.fullmatch(text):
        return "easter"
    kind = "yearly" if _YEARLY.fullmatch(text) else "dated"
    try:
        date.fromisoformat(text if kind == "dated" else _LEAP_YEAR + text)
    except ValueError:
        forms = message("configs.days.forms")
        raise ValueError(message("configs.days.such_as", forms=forms, text=text)) from None
    return kind


def _valid_season_days(value: str) -> str:
    check_days(value)
    return value


def _valid_whole_hours(value: str) -> str:
    if any(minute % 60 for minute in parse_hours(value)):
        raise ValueError(message("configs.days.on_the_hour", value=value))
    return value


DayOfYear = Annotated[str, AfterValidator(_valid_day_of_year)]
"""A day of every year (11-15), a date (2026-01-14), or days from Easter Sunday (easter-8)."""

DayWords = Annotated[str, AfterValidator(_valid_season_days)]
"""Days as a roster has them, such as weekdays, or dates: 2026-01-14 2026-01-15."""

WholeHours = Annotated[str, AfterValidator(_valid_whole_hours)]


class SeasonHours(Model):
    """From one day to another, both with; of these the days and whole hours that are named.

    Without `from` and `to`, all the year. Hours past midnight belong to the day they begin on.
    """

    first: DayOfYear | None = Field(default=None, alias="from")
    last: DayOfYear | None = Field(default=None, alias="to")
    days: DayWords = "daily"
    hours: WholeHours = "00:00-24:00"

    @model_validator(mode="after")
    def _ends_of_one_kind(self) -> Self:
        if (self.first is None) != (self.last is None):
            raise ValueError(message("configs.days.both_or_neither"))
        if self.first and self.last and season_end_kind(self.first) != season_end_kind(self.last):
            raise ValueError(message("configs.days.one_form"))
        if (
            self.first
            and self.last
            and season_end_kind(self.first) != "yearly"
            and self._is_empty()
        ):
            raise ValueError(message("configs.days.not_after"))
        return self

    def _is_empty(self) -> bool:
        assert self.first is not None
        assert self.last is not None
        if season_end_kind(self.first) == "easter":
            return _from_easter(self.first) > _from_easter(self.last)
        return self.first > self.last

    def covers(self, local: datetime) -> bool:
        """Tell whether it holds in the hour that begins at this local time."""
        start, end = parse_hours(self.hours)
        minute, day = local.hour * 60, local.date()
        if start <= minute < end and self.on(day):
            return True
        return minute + MINUTES_A_DAY < end and self.on(day - timedelta(days=1))

    def on(self, day: date) -> bool:
        """Tell whether it holds on this day."""
        return self._in_season(day) and any(
            day_word_matches(word, day) for word in self.days.split()
        )

    def _in_season(self, day: date) -> bool:
        if self.first is None or self.last is None:
            return True
        kind = season_end_kind(self.first)
        if kind == "easter":
            since = (day - _easter(day.year)).days
            return _from_easter(self.first) <= since <= _from_easter(self.last)
        text = day.isoformat() if kind == "dated" else f"{day:%m-%d}"
        if self.first <= self.last:
            return self.first <= text <= self.last
        return text >= self.first or text <= self.last


_easter = cache(easter_sunday)


def _from_easter(text: str) -> int:
    return int(text.removeprefix("easter") or 0)
