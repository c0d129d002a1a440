from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akuttsim.config.schema.calendar import (
    DAY_WORDS,
    DAYS,
    Calendar,
    check_days,
    day_word_matches,
    easter_sunday,
    is_free_day,
    parse_hours,
    parse_weekly,
    public_holidays,
)

unhurried = settings(deadline=None)

OSLO = ZoneInfo("Europe/Oslo")
# Published dates of Easter Sunday, among them the earliest and latest that are possible.
EASTER = {
    1818: (3, 22), 1943: (4, 25), 1961: (4, 2), 2000: (4, 23), 2008: (3, 23), 2011: (4, 24),
    2024: (3, 31), 2025: (4, 20), 2026: (4, 5), 2027: (3, 28), 2028: (4, 16), 2029: (4, 1),
    2030: (4, 21), 2038: (4, 25), 2285: (3, 22),
}  # fmt: skip
# Norwegian public holidays of 2026 as printed in an almanac.
HOLIDAYS_2026 = ["01-01", "04-02", "04-03", "04-05", "04-06", "05-01", "05-14", "05-17", "05-24",
                 "05-25", "12-25", "12-26"]  # fmt: skip


@pytest.mark.parametrize(("year", "day"), EASTER.items())
def test_easter_sunday(year: int, day: tuple[int, int]) -> None:
    assert easter_sunday(year) == date(year, *day)


def test_public_holidays_of_2026() -> None:
    assert sorted(f"{day:%m-%d}" for day in public_holidays(2026)) == HOLIDAYS_2026


def test_holidays_that_fall_together_count_once() -> None:
    assert len(public_holidays(2008)) == 11  # Ascension Day was 1 May
    assert date(2024, 5, 17) in public_holidays(2024)
    assert date(2024, 12, 24) not in public_holidays(2024)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 1, 5), {"weekdays", "mon"}),  # an ordinary Monday
        (date(2026, 1, 10), {"weekends", "sat"}),
        (date(2026, 4, 3), {"weekends", "holidays"}),  # Good Friday is staffed as a weekend
        (date(2026, 4, 5), {"weekends", "holidays", "sun"}),  # Easter Sunday
        (date(2026, 5, 17), {"weekends", "holidays", "sun"}),
        (date(2027, 5, 17), {"weekends", "holidays"}),  # a Monday
        (date(2026, 12, 24), {"weekdays", "thu"}),  # Christmas Eve is no public holiday
    ],
)
def test_words_that_cover_a_day(day: date, words: set[str]) -> None:
    assert {word for word in DAY_WORDS if day_word_matches(word, day)} == words | {"daily"}


@unhurried
@given(day=st.dates(date(2020, 1, 1), date(2040, 12, 31)), offset=st.integers(-3, 3))
def test_a_date_covers_that_day_only(day: date, offset: int) -> None:
    check_days(day.isoformat())
    assert day_word_matches(day.isoformat(), day + timedelta(offset)) == (offset == 0)


@pytest.mark.parametrize("word", ["2026-02-29", "2026-13-01", "2026-00-10", "0000-01-01"])
def test_a_date_that_no_calendar_has_is_told(word: str) -> None:
    with pytest.raises(ValueError, match=f"a date that no calendar has: {word}; write another"):
        check_days(f"sat {word}")


@unhurried
@given(day=st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_weekdays_and_weekends_share_out_every_day(day: date) -> None:
    assert day_word_matches("weekdays", day) != day_word_matches("weekends", day)
    assert day_word_matches("weekends", day) == is_free_day(day)
    assert day_word_matches("weekdays", day) == any(
        day_word_matches(word, day) for word in DAYS[:5]
    )


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("08:00-15:30", (480, 930)), ("23:00-08:00", (1380, 1920)), ("00:00-24:00", (0, 1440)),
        ("08:00-08:00", (480, 1920)), ("00:00-00:00", (0, 1440)), ("23:59-24:00", (1439, 1440)),
        ("00:01-00:00", (1, 1440)),
    ],
)  # fmt: skip
def test_hours_run_over_midnight(text: str, minutes: tuple[int, int]) -> None:
    assert parse_hours(text) == minutes


@pytest.mark.parametrize(
    "text",
    ["", "8:00-15:30", "08:00–15:30", "08.00-15.30", "08:00-24:30", "24:00-08:00", "08:60-09:00",
     "08:00-25:00", "08:00-15:30 ", "08:00-15:30\n", "08:00", "٠٨:00-15:30"],
)  # fmt: skip
def test_hours_in_another_form_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="hours must look like 08:00-15:30 or 23:00-08:00"):
        parse_hours(text)


def hours_of(day: date) -> float:
    calendar = Calendar(day, "Europe/Oslo")
    return calendar.seconds(day, 24 * 60) / 3600


def test_days_on_which_the_clocks_change_have_23_and_25_hours() -> None:
    assert [hours_of(date(2026, 3, day)) for day in (28, 29, 30)] == [24, 23, 24]
    assert [hours_of(date(2026, 10, day)) for day in (24, 25, 26)] == [24, 25, 24]


def test_seconds_run_on_through_the_change_of_the_clock() -> None:
    calendar = Calendar(date(2026, 3, 28), "Europe/Oslo")
    day = date(2026, 3, 29)
    hours = [(calendar.seconds(day, minute) - calendar.seconds(day, 0)) / 3600
             for minute in (60, 119, 120, 150, 180, 240)]  # fmt: skip
    assert hours == [1, pytest.approx(1 + 59 / 60), 2, 2, 2, 3]


def test_an_hour_that_comes_twice_is_the_first_of_them() -> None:
    calendar = Calendar(date(2026, 10, 25), "Europe/Oslo")
    hours = [calendar.seconds(date(2026, 10, 25), minute) / 3600 for minute in (120, 150, 180)]
    assert hours == [2, 2.5, 4]


@unhurried
@given(
    start=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    minutes=st.integers(0, 400 * 24 * 60),
)
def test_local_time_is_that_of_the_time_zone(start: date, minutes: int) -> None:
    calendar = Calendar(start, "Europe/Oslo")
    midnight = datetime(start.year, start.month, start.day, tzinfo=OSLO)
    expected = midnight.astimezone(UTC) + timedelta(minutes=minutes)
    assert calendar.local(minutes * 60.0).astimezone(UTC) == expected


@unhurried
@given(
    start=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    offset=st.integers(0, 400),
    minutes=st.lists(st.integers(0, 2 * 24 * 60), min_size=2, max_size=2).map(sorted),
)
def test_seconds_never_go_back(start: date, offset: int, minutes: list[int]) -> None:
    calendar = Calendar(start, "Europe/Oslo")
    day = calendar.day(offset)
    first, second = (calendar.seconds(day, minute) for minute in minutes)
    assert first <= second
    rolled = calendar.seconds(day + timedelta(minutes[0] // 1440), minutes[0] % 1440)
    assert first == rolled


def test_hours_of_a_run_are_elapsed_ones() -> None:
    hours = Calendar(date(2026, 3, 29), "Europe/Oslo").hours(5)
    assert [local.hour for local in hours] == [0, 1, 3, 4, 5]
    assert Calendar(date(2026, 10, 25), "Europe/Oslo").hours(4)[-1].fold == 1


@pytest.mark.parametrize(
    ("text", "when"), [("mon 08:00", (0, 480)), ("sun 23:59", (6, 1439)), ("thu 00:00", (3, 0))]
)
def test_a_weekly_time_is_a_weekday_and_a_minute(text: str, when: tuple[int, int]) -> None:
    assert parse_weekly(text) == when


@pytest.mark.parametrize("text", ["monday 08:00", "mon 8:00", "mon", "mon 24:00", "daily 08:00"])
def test_another_weekly_time_is_told_what_would_be_right(text: str) -> None:
    with pytest.raises(ValueError, match="must be a weekday and a time, as mon 08:00"):
        parse_weekly(text)
