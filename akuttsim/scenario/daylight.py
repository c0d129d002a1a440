"""Daylight: when the sun is up at a place, in seconds of the run.

Equations of the Solar Calculator of NOAA's Global Monitoring Laboratory (after Meeus, Astronomical
Algorithms, 1998, chapters 25 and 28): right to about a minute up to 72 degrees of latitude. `math`
rather than NumPy, and whole seconds, so that every CPU gives the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import acos, asin, cos, degrees, pi, radians, sin, tan

from akuttsim.scenario.calendar import Calendar
from akuttsim.units import DAY_S

Span = tuple[float, float]
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


def daylight_hours(lat: float, lon: float, calendar: Calendar, days: int) -> list[Span]:
    """Return the spans in which the sun is up, as seconds since the run's start, in order of time.

    At a latitude and longitude in degrees (north and east positive), over so many days of a run.
    Under the midnight sun a span lasts for days; in the polar night there is none.
    """
    zero = calendar.local(0.0).timestamp()
    spans: list[Span] = []
    for rise, down in _each_day(lat, lon, calendar, days):
        start, end = max(rise - zero, 0.0), min(down - zero, days * DAY_S)
        if spans and start - spans[-1][1] <= JOINED_S:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        elif start < end:
            spans.append((start, end))
    return spans


def _each_day(lat: float, lon: float, calendar: Calendar, days: int) -> Iterator[Span]:
    """Yield sunrise and sunset about each day's noon, as whole seconds since 1970.

    Also those of the days before and after: the sun may set after midnight.
    """
    for offset in range(-1, days + 2):
        day = calendar.start + timedelta(days=offset)
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp() - lon * DEGREE_S
        noon -= _sun(noon)[1]
        rise, down = (noon + side * _half_day(lat, noon, side) for side in (-1, 1))
        if rise < down:
            yield float(round(rise)), float(round(down))


def _half_day(lat: float, noon: float, side: int) -> float:
    """Return the seconds between noon and sunrise (side -1) or sunset (side 1).

    0 where the sun stays down, half a day where it stays up.
    """
    half = 0.0
    for _ in range(REFINEMENTS):
        declination = _sun(noon + side * half)[0]
        high = sin(radians(lat)) * sin(declination)
        cosine = (cos(ZENITH) - high) / (cos(radians(lat)) * cos(declination))
        half = acos(max(-1.0, min(1.0, cosine))) / (2 * pi) * DAY_S
    return half


def _sun(at_s: float) -> tuple[float, float]:
    """Return the sun's declination in radians and the equation of time in seconds.

    The equation of time is how much the sundial is ahead of the mean sun.
    """
    t = (at_s - J2000_S) / CENTURY_S
    mean = radians((280.46646 + t * (36_000.76983 + t * 0.0003032)) % 360)
    anomaly = radians(357.52911 + t * (35_999.05029 - 0.0001537 * t))
    eccentricity = 0.016708634 - t * (0.000042037 + 0.0000001267 * t)
    node = radians(125.04 - 1934.136 * t)
    longitude = mean + radians(_centre(t, anomaly) - 0.00569 - 0.00478 * sin(node))
    tilt = radians(23.439291 - 0.013004167 * t + 0.00256 * cos(node))
    y = tan(tilt / 2) ** 2
    ahead = y * sin(2 * mean) - 2 * eccentricity * sin(anomaly)
    ahead += 4 * eccentricity * y * sin(anomaly) * cos(2 * mean)
    ahead -= y**2 * sin(4 * mean) / 2 + 1.25 * eccentricity**2 * sin(2 * anomaly)
    return asin(sin(tilt) * sin(longitude)), degrees(ahead) * DEGREE_S


def _centre(t: float, anomaly: float) -> float:
    """Return the equation of the centre in degrees: true longitude of the sun less the mean one."""
    return (
        sin(anomaly) * (1.914602 - t * (0.004817 + 0.000014 * t))
        + sin(2 * anomaly) * (0.019993 - 0.000101 * t)
        + sin(3 * anomaly) * 0.000289
    )
