"""Timetables by the day: the exact mean wait against somebody who arrives in every second."""

from __future__ import annotations

import math
from bisect import bisect_left
from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from akuttsim.config.schema.geography import Driving
from akuttsim.config.schema.region import Region
from akuttsim.roads.road_network import (
    HOURS_OF_DAY,
    Situation,
    build_network,
    clock_times,
    day_type,
    situations,
    waits_between,
)
from tests.nightly import examples
from tests.roads.networks import SOURCED, ferry, region

DAY = 86_400
WEEKDAY, SATURDAY, SUNDAY = "06:20 12:00 23:30 00:45", "08:00 20:00", "10:00"
BACK = "07:00 13:00"
TIMETABLE = {
    "times_weekday": WEEKDAY, "times_saturday": SATURDAY, "times_sunday": SUNDAY,
    "back_weekday": BACK, "back_saturday": BACK, "back_sunday": BACK,
}  # fmt: skip


def seconds(text: str) -> list[int]:
    return [int(word[:2]) * 3600 + int(word[3:]) * 60 for word in text.split()]


def plain_waits(days: list[list[int]], longest: float) -> list[float]:
    """Return the mean wait by hour of the second of these days; arrivals in mid-second."""
    sails = sorted((number - 1) * DAY + each for number, day in enumerate(days) for each in day)
    waits = []
    for hour in range(HOURS_OF_DAY):
        arrivals = [hour * 3600 + second + 0.5 for second in range(3600)]
        each = [min(sails[bisect_left(sails, at)] - at, longest) for at in arrivals]
        waits.append(math.fsum(each) / 3600)
    return waits


day = st.lists(st.integers(0, 30 * 3600), min_size=1, max_size=20)


@settings(max_examples=examples(12), deadline=None)
@given(days=st.tuples(day, day, day), longest=st.sampled_from([math.inf, 3600.0, 0.0]))
def test_waits_between_different_days_are_those_of_arriving_every_second(
    days: tuple[list[int], list[int], list[int]], longest: float
) -> None:
    before, same, after = (tuple(map(float, sorted(each))) for each in days)
    actual = waits_between((before, same, after), longest)
    np.testing.assert_allclose(actual, plain_waits(list(days), longest), rtol=1e-9, atol=1e-6)


def test_a_time_before_the_one_before_it_is_after_midnight() -> None:
    assert clock_times(WEEKDAY) == (22_800.0, 43_200.0, 84_600.0, DAY + 2_700.0)
    assert clock_times("00:10 06:00") == (600.0, 21_600.0)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("2026-01-09", "weekday"), ("2026-01-10", "saturday"), ("2026-01-11", "sunday"),
     ("2026-05-01", "sunday"), ("2026-04-02", "sunday"), ("2026-12-24", "weekday")],
)  # fmt: skip
def test_a_public_holiday_sails_like_a_sunday(name: str, kind: str) -> None:
    assert day_type(date.fromisoformat(name)) == kind


def timed(departures: str) -> Region:
    some = region(2, [], [ferry(0, 1, **TIMETABLE)])
    driving = some.driving.model_dump() | {"departures": departures}
    return some.model_copy(update={"driving": Driving.model_validate(driving)})


def at(some: Region, moment: str) -> tuple[float, float]:
    """Return the seconds across, and back, by car at a local time."""
    roads = build_network(some)
    [situation] = situations(some.driving, [datetime.fromisoformat(moment)])
    there, back = roads.at(situation)["car"]
    return float(there), float(back)


FRIDAY, SATURDAY_NIGHT, SUNDAY_NIGHT = "2026-01-09T23:00", "2026-01-10T00:00", "2026-01-11T22:00"


@pytest.mark.parametrize(
    ("moment", "days"),
    [(FRIDAY, (WEEKDAY, WEEKDAY, SATURDAY)), (SATURDAY_NIGHT, (WEEKDAY, SATURDAY, SUNDAY)),
     (SUNDAY_NIGHT, (SATURDAY, SUNDAY, WEEKDAY)), ("2026-01-14T05:00", (WEEKDAY,) * 3)],
)  # fmt: skip
def test_the_timetable_of_the_day_counts_and_what_sails_after_midnight(
    moment: str, days: tuple[str, str, str]
) -> None:
    """At 00:00 on Saturday there is still Friday's last one, at 00:45."""
    timetable = [list(map(int, clock_times(text))) for text in days]
    wait = plain_waits(timetable, math.inf)[int(moment[11:13])]
    assert at(timed("timetable"), moment)[0] == pytest.approx(wait + 15 * 60, abs=1e-4)


def test_each_way_has_its_own_times() -> None:
    there, back = at(timed("timetable"), "2026-01-14T12:00")
    assert back == pytest.approx(30 * 60 + 15 * 60, abs=1e-4)
    assert there != back


def test_without_the_timetable_sailings_are_even_whatever_the_day_and_the_table() -> None:
    plain = build_network(region(2, [], [ferry(0, 1)])).seconds["car"][23]
    assert at(timed("even"), FRIDAY) == tuple(plain)
    assert at(timed("even"), SUNDAY_NIGHT.replace("22:", "23:")) == tuple(plain)


def test_a_ferry_without_times_sails_evenly_in_a_region_by_the_timetable() -> None:
    some = timed("timetable").model_copy(update={"ferries": (ferry(0, 1),)})
    assert at(some, FRIDAY) == tuple(build_network(some).at(Situation(23))["car"])


def test_half_a_timetable_is_refused() -> None:
    with pytest.raises(ValueError, match="a timetable needs all of"):
        ferry(0, 1, times_weekday="06:00", **SOURCED)
    with pytest.raises(ValueError, match="times_saturday"):
        ferry(0, 1, **{**TIMETABLE, "times_saturday": "8:00"})
