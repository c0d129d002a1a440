from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akuttsim.config.schema.calendar import Calendar, daylight_hours
from akuttsim.units import DAY_S
from tests.nightly import examples

PLACES = {"namsos": (64.47, 11.50), "trondheim": (63.43, 10.40), "bodo": (67.28, 14.40),
          "tromso": (69.65, 18.96), "hammerfest": (70.66, 23.68)}  # fmt: skip
LATS, LONS = st.floats(-75, 75), st.floats(-180, 180)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def oslo(day: str) -> Calendar:
    return Calendar(date.fromisoformat(day), "Europe/Oslo")


def minutes(day: str, place: str) -> list[tuple[float, float]]:
    """Return the spans of one day, in minutes after its midnight."""
    return [(a / 60, b / 60) for a, b in daylight_hours(*PLACES[place], oslo(day), 1)]


def clock(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


# Almanakk for Norge (University of Oslo), table of the 15th of each month in 2010 by way of
# Wikipedia's "Northern Norway"; Trondheim on 6 May from the almanac's own page for Midt-Norge.
ALMANAC = [
    ("trondheim", "2020-05-06", "04:39", "21:53"), ("trondheim", "2012-06-21", "03:02", "23:38"),
    ("bodo", "2010-01-15", "10:18", "14:05"), ("bodo", "2010-02-15", "08:16", "16:18"),
    ("bodo", "2010-03-15", "06:24", "18:02"), ("bodo", "2010-04-15", "05:16", "20:51"),
    ("bodo", "2010-05-15", "03:06", "22:56"), ("bodo", "2010-08-15", "04:27", "21:43"),
    ("bodo", "2010-09-15", "06:20", "19:34"), ("bodo", "2010-10-15", "08:02", "17:33"),
    ("bodo", "2010-11-15", "09:04", "14:29"), ("bodo", "2010-12-15", "11:18", "12:37"),
    ("tromso", "2010-01-15", "11:31", "12:17"), ("tromso", "2010-03-15", "06:07", "17:41"),
    ("tromso", "2010-05-15", "01:43", "23:48"), ("tromso", "2010-08-15", "03:44", "21:50"),
    ("tromso", "2010-11-15", "09:25", "13:32"), ("hammerfest", "2010-03-15", "05:50", "17:22"),
    ("hammerfest", "2010-11-15", "09:28", "12:50"),
]  # fmt: skip


@pytest.mark.parametrize(("place", "day", "rises", "sets"), ALMANAC)
def test_as_the_almanac_has_it_to_two_minutes(place: str, day: str, rises: str, sets: str) -> None:
    [(up, down)] = minutes(day, place)
    assert up == pytest.approx(clock(rises), abs=2.5)
    assert down == pytest.approx(clock(sets), abs=2.5)


def test_namsos_at_midsummer_and_midwinter() -> None:
    """A degree north of Trondheim and three south of Bodø: between their days."""
    [(up, down)] = minutes("2026-06-21", "namsos")
    assert clock("02:20") < up < clock("02:50")
    assert clock("23:45") < down <= clock("24:00")
    [(up, down)] = minutes("2026-12-21", "namsos")
    assert clock("10:05") < up < clock("10:20")
    assert clock("14:00") < down < clock("14:15")


# Store norske leksikon, "midnattssol": first and last day on which the sun's edge stays up.
MIDNIGHT_SUN = [("bodo", "05-31", "07-12"), ("tromso", "05-18", "07-25"),
                ("hammerfest", "05-14", "07-29")]  # fmt: skip


@pytest.mark.parametrize(("place", "first", "last"), MIDNIGHT_SUN)
def test_under_the_midnight_sun_one_span_lasts_for_weeks(place: str, first: str, last: str) -> None:
    spans = daylight_hours(*PLACES[place], oslo("2026-04-01"), 180)
    start, end = max(spans, key=lambda span: span[1] - span[0])
    began, ended = (oslo("2026-04-01").local(each).date() for each in (start, end))
    assert abs(began - date.fromisoformat(f"2026-{first}")) <= timedelta(days=1)
    assert abs(ended - date.fromisoformat(f"2026-{last}")) <= timedelta(days=1)


def test_the_sun_stays_away_from_tromso_from_late_november_to_15_january() -> None:
    """Almanakk for Norge: 26 November to 15 January, give or take a day."""
    spans = daylight_hours(*PLACES["tromso"], oslo("2026-11-01"), 110)
    (gone, back), days = max(
        (((a[1], b[0]), b[0] - a[1]) for a, b in pairwise(spans)),
        key=lambda each: each[1],
    )
    assert abs(oslo("2026-11-01").local(gone).date() - date(2026, 11, 27)) <= timedelta(days=1)
    assert abs(oslo("2026-11-01").local(back).date() - date(2027, 1, 15)) <= timedelta(days=1)
    assert days > 47 * DAY_S
    assert daylight_hours(*PLACES["tromso"], oslo("2026-12-15"), 1) == []


@settings(deadline=None, max_examples=examples(60))
@given(lat=LATS, lon=LONS, day=DAYS, days=st.integers(1, 20))
def test_spans_are_apart_in_order_and_in_the_run(
    lat: float, lon: float, day: date, days: int
) -> None:
    spans = daylight_hours(lat, lon, Calendar(day, "Europe/Oslo"), days)
    ends = [end for span in spans for end in span]
    assert ends == sorted(set(ends))
    assert all(0 <= end <= days * DAY_S for end in ends)
    assert all(end == int(end) for end in ends)


@settings(deadline=None, max_examples=examples(30))
@given(lat=LATS, lon=LONS, day=DAYS, days=st.integers(2, 20))
def test_a_longer_run_begins_with_the_days_of_the_shorter(
    lat: float, lon: float, day: date, days: int
) -> None:
    calendar = Calendar(day, "Europe/Oslo")
    long = daylight_hours(lat, lon, calendar, days)
    limit = (days - 1) * DAY_S
    cut = [(start, min(end, limit)) for start, end in long if start < limit]
    assert daylight_hours(lat, lon, calendar, days - 1) == cut


@settings(deadline=None, max_examples=examples(30))
@given(lat=st.floats(-60, 60), lon=LONS, year=st.integers(2020, 2035))
def test_a_year_is_light_for_somewhat_more_than_half_of_it(
    lat: float, lon: float, year: int
) -> None:
    """The sun's radius and the air's refraction add some minutes to each day."""
    spans = daylight_hours(lat, lon, Calendar(date(year, 1, 1), "UTC"), 365)
    share = sum(end - start for start, end in spans) / (365 * DAY_S)
    assert 0.5 < share < 0.53


def test_days_have_23_or_25_hours_when_clocks_change() -> None:
    """Elapsed seconds: the sun knows nothing of summer time (29 March 2026)."""
    spans = daylight_hours(*PLACES["namsos"], oslo("2026-03-28"), 3)
    rises = [start for start, _ in spans]
    assert rises[1] - rises[0] == pytest.approx(DAY_S, abs=300)
    assert [oslo("2026-03-28").local(rise).hour for rise in rises] == [5, 6, 6]
