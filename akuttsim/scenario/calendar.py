"""The calendar: local time, Norwegian public holidays, daylight saving."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_WORDS = ("daily", "weekdays", "weekends", "holidays", *DAYS)
MINUTES_A_DAY = 24 * 60
HOURS_A_WEEK = 168
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_WEEKLY = re.compile(rf"({'|'.join(DAYS)}) ([01]\d|2[0-3]):([0-5]\d)")
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")


def easter_sunday(year: int) -> date:
    """Return Easter Sunday (Anonymous Gregorian algorithm, Meeus 1991, chapter 8)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    ell = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * ell) // 451
    month, day = divmod(h + ell - 7 * m + 114, 31)
    return date(year, month, day + 1)


@cache
def public_holidays(year: int) -> frozenset[date]:
    """Return the Norwegian public holidays (lov om helligdager 1995; 1 and 17 May)."""
    easter = easter_sunday(year)
    moving = {easter + timedelta(days=offset) for offset in (-3, -2, 0, 1, 39, 49, 50)}
    fixed = {date(year, 1, 1), date(year, 5, 1), date(year, 5, 17)}
    return frozenset(moving | fixed | {date(year, 12, 25), date(year, 12, 26)})


def is_free_day(day: date) -> bool:
    """Tell whether the day is a Saturday, a Sunday or a public holiday."""
    return day.weekday() >= 5 or day in public_holidays(day.year)


def check_days(text: str) -> None:
    """Raise ValueError where `text` is not day words or dates, such as 'weekdays 2026-01-14'."""
    words = text.split()
    wrong = [word for word in words if word not in DAY_WORDS and not _DATE.fullmatch(word)]
    if wrong or not words:
        known = ", ".join(DAY_WORDS)
        raise ValueError(f"days must be some of: {known}, or dates as 2026-01-31 (got {text!r})")
    for word in words:
        if word not in DAY_WORDS and not _is_date(word):
            raise ValueError(f"days has a date that no calendar has: {word}; write another")


def _is_date(word: str) -> bool:
    try:
        return bool(date.fromisoformat(word))
    except ValueError:
        return False


@lru_cache(maxsize=100_000)
def matches(word: str, day: date) -> bool:
    """Tell whether a day word of a roster, or a date such as 2026-01-14, covers this day.

    Weekdays, and mon to fri by name, are working days: a public holiday is staffed as a weekend.
    """
    if word not in DAY_WORDS:
        return word == day.isoformat()
    if word == "daily":
        return True
    if word == "holidays":
        return day in public_holidays(day.year)
    if word in ("weekdays", "weekends"):
        return is_free_day(day) == (word == "weekends")
    index = DAYS.index(word)
    return day.weekday() == index and (index >= 5 or not is_free_day(day))


def parse_hours(text: str) -> tuple[int, int]:
    """Return start and end minute of 'HH:MM-HH:MM'; an end at or before the start is next day.

    Raises ValueError with what would be right.
    """
    found = _HOURS.fullmatch(text)
    h0, m0, h1, m1 = (int(part) for part in found.groups()) if found else (0, 0, 25, 0)
    start, end = h0 * 60 + m0, h1 * 60 + m1
    if end > MINUTES_A_DAY:
        raise ValueError(f"hours must look like 08:00-15:30 or 23:00-08:00 (got {text!r})")
    return start, end if end > start else end + MINUTES_A_DAY


def parse_weekly(text: str) -> tuple[int, int]:
    """Return weekday (Monday is 0) and minute of the day of a weekly time such as 'mon 08:00'.

    Raises ValueError with what would be right.
    """
    found = _WEEKLY.fullmatch(text)
    if found is None:
        raise ValueError(f"must be a weekday and a time, as mon 08:00 (got {text!r})")
    day, hour, minute = found.groups()
    return DAYS.index(day), int(hour) * 60 + int(minute)


@lru_cache(maxsize=100_000)
def _timestamp(day: date, minute: int, time_zone: str) -> float:
    local = datetime.combine(day, time(), ZoneInfo(time_zone)) + timedelta(minutes=minute)
    if local.timestamp() > local.replace(fold=1).timestamp():  # skipped as clocks go forward
        return _timestamp(day, minute + 1, time_zone)
    return local.timestamp()


@dataclass(frozen=True)
class Calendar:
    """Local time against seconds since the start of the run.

    The run starts at local midnight of `start`; seconds are elapsed ones, so that the day on which
    the clocks change has 23 or 25 hours.
    """

    start: date
    time_zone: str

    def seconds(self, day: date, minute: int) -> float:
        """Return seconds since the start of the run at a minute of a local day (may exceed 24 h).

        A minute that the change to summer time skips stands for the moment of the change.
        """
        return _timestamp(day, minute, self.time_zone) - self._zero()

    def _zero(self) -> float:
        return _timestamp(self.start, 0, self.time_zone)

    def local(self, seconds: float) -> datetime:
        """Return local date and time at seconds since the start of the run."""
        return datetime.fromtimestamp(self._zero() + seconds, ZoneInfo(self.time_zone))

    def hours(self, count: int) -> list[datetime]:
        """Return the local time at the start of each elapsed hour of the run."""
        weeks = -(-count // HOURS_A_WEEK)
        return list(_hours(self, weeks)[:count])

    def day(self, offset: int) -> date:
        """Return the date so many days after the start."""
        return self.start + timedelta(days=offset)


@lru_cache(maxsize=8)
def _hours(calendar: Calendar, weeks: int) -> tuple[datetime, ...]:
    """Return the local time of each hour of so many weeks: asked for again and again."""
    return tuple(calendar.local(3600.0 * hour) for hour in range(weeks * HOURS_A_WEEK))
