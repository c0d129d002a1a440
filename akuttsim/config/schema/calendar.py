"""The calendar: local time, Norwegian public holidays, daylight saving and daylight.

Daylight is when the sun is up at a place, in seconds of the run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from math import acos, asin, cos, degrees, pi, radians, sin, tan
from zoneinfo import ZoneInfo

from akuttsim.texts import message
from akuttsim.units import DAY_S

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_WORDS = ("daily", "weekdays", "weekends", "holidays", *DAYS)
MINUTES_A_DAY = 24 * 60
HOURS_A_WEEK = 168
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_WEEKLY = re.compile(rf"({'|'.join(DAYS)}) ([01]\d|2[0-3]):([0-5]\d)")
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_DAY = rf"({'|'.join(DAY_WORDS)}|{_DATE.pattern})"

DATE_FORM, HOURS_FORM, WEEKLY_FORM, DAYS_FORM = (
    {"pattern": f"^{form}$"}
    for form in (_DATE.pattern, _HOURS.pattern, _WEEKLY.pattern, rf"\s*{_DAY}(\s+{_DAY})*\s*")
)
"""How these texts are written, for the JSON Schema; the functions below say what is wrong."""


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
    """Tell whether the day is a Saturday, a Sunday or a public holiday.

    Args:
        day: A date; Christmas Eve and New Year's Eve are no public holidays in Norway.
    """
    return day.weekday() >= 5 or day in public_holidays(day.year)


def check_days(text: str) -> None:
    """Check day words or dates, such as 'weekdays 2026-01-14'.

    Args:
        text: Words divided by spaces.

    Raises:
        ValueError: A word is neither a day word nor a date that there is, or there is no word at
            all; the message tells the words there are.
    """
    words = text.split()
    wrong = [word for word in words if word not in DAY_WORDS and not _DATE.fullmatch(word)]
    if wrong or not words:
        known = ", ".join(DAY_WORDS)
        raise ValueError(message("configs.days.which", known=known, text=text))
    for word in words:
        if word not in DAY_WORDS and not _is_calendar_date(word):
            raise ValueError(message("configs.days.no_date", word=word))


def _is_calendar_date(word: str) -> bool:
    """Tell whether a word is a date as 2026-12-24."""
    try:
        return bool(date.fromisoformat(word))
    except ValueError:
        return False


@lru_cache(maxsize=100_000)
def day_word_matches(word: str, day: date) -> bool:
    """Tell whether a day word of a roster, or a date such as 2026-01-14, covers this day.

    Weekdays, and mon to fri by name, are working days: a public holiday is staffed as a weekend.

    Args:
        word: One of `DAY_WORDS`, or a date.
        day: The day.
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

    Args:
        text: Such as 15:30-08:00 or 00:00-24:00.

    Returns:
        Minutes since midnight of the day on which the hours begin; the end may exceed 24 hours.

    Raises:
        ValueError: It is not written so; the message says what would be right.
    """
    match = _HOURS.fullmatch(text)
    h0, m0, h1, m1 = (int(part) for part in match.groups()) if match else (0, 0, 25, 0)
    start, end = h0 * 60 + m0, h1 * 60 + m1
    if end > MINUTES_A_DAY:
        raise ValueError(message("configs.days.hours", text=text))
    return start, end if end > start else end + MINUTES_A_DAY


def parse_weekly(text: str) -> tuple[int, int]:
    """Return weekday (Monday is 0) and minute of the day of a weekly time such as 'mon 08:00'.

    Args:
        text: A day word of a single weekday, and a time.

    Raises:
        ValueError: It is not written so; the message says what would be right.
    """
    match = _WEEKLY.fullmatch(text)
    if match is None:
        raise ValueError(message("configs.days.weekday_and_time", text=text))
    day, hour, minute = match.groups()
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

    Attributes:
        start: The first day of the run.
        time_zone: A name of the time zone database, such as Europe/Oslo.
    """

    start: date
    time_zone: str

    def seconds(self, day: date, minute: int) -> float:
        """Return seconds since the start of the run at a minute of a local day.

        A minute that the change to summer time skips stands for the moment of the change.

        Args:
            day: The date.
            minute: Minutes since its midnight; may exceed 24 hours.
        """
        return _timestamp(day, minute, self.time_zone) - self._zero()

    def _zero(self) -> float:
        """Return the start of the calendar, in seconds since 1970."""
        return _timestamp(self.start, 0, self.time_zone)

    def local(self, seconds: float) -> datetime:
        """Return local date and time at seconds since the start of the run.

        Args:
            seconds: May be below 0, before the run.
        """
        return datetime.fromtimestamp(self._zero() + seconds, ZoneInfo(self.time_zone))

    def hours(self, count: int) -> list[datetime]:
        """Return the local time at the start of each elapsed hour of the run.

        Args:
            count: How many hours, from the first. On the day the clocks go back an hour comes
                twice.
        """
        weeks = -(-count // HOURS_A_WEEK)
        return list(_local_hours(self, weeks)[:count])

    def day(self, offset: int) -> date:
        """Return the date so many days after the start.

        Args:
            offset: Days; -1 is the day before the run.
        """
        return self.start + timedelta(days=offset)


@lru_cache(maxsize=8)
def _local_hours(calendar: Calendar, weeks: int) -> tuple[datetime, ...]:
    """Return the local time of each hour of so many weeks: asked for again and again."""
    return tuple(calendar.local(3600.0 * hour) for hour in range(weeks * HOURS_A_WEEK))


DaylightSpan = tuple[float, float]
"""A start and an end, in seconds."""

ZENITH = radians(90.833)
"""The sun's centre as its upper edge rises: its radius and the refraction of air are 50'."""

J2000_S = 946_728_000.0
"""2000-01-01 12:00 UTC, in seconds since 1970."""

CENTURY_S = 36_525 * DAY_S
DEGREE_S = DAY_S / 360
REFINEMENTS = 3
"""The declination is taken at the hour found before; the third time moves it by less than 1 s."""

JOINED_S = 120.0
"""At midnight sun one day's span ends where the next begins, but for the equation of time."""


def daylight_hours(lat: float, lon: float, calendar: Calendar, days: int) -> list[DaylightSpan]:
    """Return the spans in which the sun is up, as seconds since the run's start, in order of time.

    Under the midnight sun a span lasts for days; in the polar night there is none.

    Args:
        lat: Latitude in degrees, north positive.
        lon: Longitude in degrees, east positive.
        calendar: The run's first day and time zone.
        days: How many days, from the first.

    Source:
        The solar equations of Meeus, as NOAA's solar calculator has them; sunrise is when the upper
        edge of the sun is at the horizon, with the refraction of air.
    """
    zero = calendar.local(0.0).timestamp()
    spans: list[DaylightSpan] = []
    for rise, down in _sunrise_and_sunset(lat, lon, calendar, days):
        start, end = max(rise - zero, 0.0), min(down - zero, days * DAY_S)
        if spans and start - spans[-1][1] <= JOINED_S:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        elif start < end:
            spans.append((start, end))
    return spans


def _sunrise_and_sunset(
    lat: float, lon: float, calendar: Calendar, days: int
) -> Iterator[DaylightSpan]:
    """Yield sunrise and sunset about each day's noon, as whole seconds since 1970.

    Also those of the days before and after: the sun may set after midnight.
    """
    for offset in range(-1, days + 2):
        day = calendar.start + timedelta(days=offset)
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp() - lon * DEGREE_S
        noon -= _sun_position(noon)[1]
        rise, down = (noon + side * _half_day(lat, noon, side) for side in (-1, 1))
        if rise < down:
            yield float(round(rise)), float(round(down))


def _half_day(lat: float, noon: float, side: int) -> float:
    """Return the seconds between noon and sunrise (side -1) or sunset (side 1).

    0 where the sun stays down, half a day where it stays up.
    """
    half = 0.0
    for _ in range(REFINEMENTS):
        declination = _sun_position(noon + side * half)[0]
        high = sin(radians(lat)) * sin(declination)
        cosine = (cos(ZENITH) - high) / (cos(radians(lat)) * cos(declination))
        half = acos(max(-1.0, min(1.0, cosine))) / (2 * pi) * DAY_S
    return half


def _sun_position(at_s: float) -> tuple[float, float]:
    """Return the sun's declination in radians and the equation of time in seconds.

    The equation of time is how much the sundial is ahead of the mean sun.
    """
    t = (at_s - J2000_S) / CENTURY_S
    mean = radians((280.46646 + t * (36_000.76983 + t * 0.0003032)) % 360)
    anomaly = radians(357.52911 + t * (35_999.05029 - 0.0001537 * t))
    eccentricity = 0.016708634 - t * (0.000042037 + 0.0000001267 * t)
    node = radians(125.04 - 1934.136 * t)
    longitude = mean + radians(_equation_of_centre(t, anomaly) - 0.00569 - 0.00478 * sin(node))
    tilt = radians(23.439291 - 0.013004167 * t + 0.00256 * cos(node))
    y = tan(tilt / 2) ** 2
    ahead = y * sin(2 * mean) - 2 * eccentricity * sin(anomaly)
    ahead += 4 * eccentricity * y * sin(anomaly) * cos(2 * mean)
    ahead -= y**2 * sin(4 * mean) / 2 + 1.25 * eccentricity**2 * sin(2 * anomaly)
    return asin(sin(tilt) * sin(longitude)), degrees(ahead) * DEGREE_S


def _equation_of_centre(t: float, anomaly: float) -> float:
    """Return the equation of the centre in degrees: true longitude of the sun less the mean one."""
    return (
        sin(anomaly) * (1.914602 - t * (0.004817 + 0.000014 * t))
        + sin(2 * anomaly) * (0.019993 - 0.000101 * t)
        + sin(3 * anomaly) * 0.000289
    )
