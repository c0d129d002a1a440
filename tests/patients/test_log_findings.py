"""Bad data never passes silently: clocks that are off, and month and day swapped."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from akuttsim.calllog.plausibility import swapped_day
from akuttsim.patients.sampling import sample_patients
from akuttsim.records import LINE_113
from tests.logs import kinds, log_format, only, read
from tests.small import region

OSLO = ZoneInfo("Europe/Oslo")
Spoilt = Callable[[datetime], str]


def calls(first: str, days: int) -> list[datetime]:
    """Return local times of the small region's calls to 116117 from a day on."""
    where = region({"calendar": {"start": first}})
    some = sample_patients(where, days, 1, 0)
    times = some.time_s[some.line != LINE_113]
    zero = datetime.fromisoformat(first).replace(tzinfo=OSLO).timestamp()
    return [datetime.fromtimestamp(zero + second, OSLO) for second in times]


def found(folder: Path, times: list[datetime], written: Spoilt, **form: object) -> dict[str, int]:
    """Return what was found but what chance brings: two calls in a second, an hour come twice."""
    text = "time\n" + "".join(f"{written(time)}\n" for time in times)
    log = read(folder, text, log_format(only("time"), **{"times": "iso", **form}), region())
    chance = ("repeated_hour time", "alike", "out_of_order time")
    return {kind: n for kind, n in kinds(log).items() if kind not in chance}


def iso(time: datetime) -> str:
    return time.replace(tzinfo=None).isoformat(" ", "seconds")


WINTER, SPRING = calls("2026-01-12", 56), calls("2026-03-02", 56)


@pytest.mark.parametrize("times", [WINTER, SPRING, calls("2026-09-28", 56)])
def test_a_log_as_it_should_be_has_nothing_to_put_right(
    tmp_path: Path, times: list[datetime]
) -> None:
    assert found(tmp_path, times, iso) == {}


def test_utc_given_as_local_time_is_seen_against_the_region(tmp_path: Path) -> None:
    utc = found(tmp_path, WINTER, lambda t: iso(t.astimezone(ZoneInfo("UTC"))))
    assert list(utc) == ["shifted_hours time"]
    told = found(tmp_path, WINTER, lambda t: iso(t.astimezone(ZoneInfo("UTC"))), time_zone="UTC")
    assert told == {}


def test_winter_time_all_year_is_seen_as_clocks_change(tmp_path: Path) -> None:
    always_winter = found(tmp_path, SPRING, lambda t: iso(t - (t.dst() or timedelta())))
    assert "clock_change time" in always_winter


def test_times_in_the_hour_that_is_skipped_are_no_local_times(tmp_path: Path) -> None:
    midnight = datetime(2026, 3, 29, tzinfo=OSLO).timestamp()
    night = [datetime.fromtimestamp(midnight + 60 * minute, OSLO) for minute in range(300)]
    skipped = found(tmp_path, night, lambda t: iso(t.astimezone(ZoneInfo("Etc/GMT-1"))))
    assert skipped["skipped_hour time"] == 60


def test_a_clock_that_the_author_is_sure_of_is_told_and_stops_nothing(tmp_path: Path) -> None:
    text = "time\n" + "".join(f"{iso(t - timedelta(hours=2))}\n" for t in WINTER)
    form = log_format(only("time"), times="iso", sure_of=["clock"])
    log = read(tmp_path, text, form, region())
    assert {finding.weight for finding in log.findings} == {"told"}


@pytest.mark.parametrize("hours", [-2, -1, 1, 2])
def test_columns_of_two_clocks_are_seen(tmp_path: Path, hours: int) -> None:
    rows = [f"{iso(t)};{iso(t + timedelta(hours=hours, seconds=20))}" for t in WINTER[:400]]
    form = log_format(only("time", "answered"), times="iso")
    log = read(tmp_path, "time;answered\n" + "\n".join(rows), form)
    shifted = next(finding for finding in log.findings if finding.kind == "shifted_column")
    assert dict(shifted.details)["hours"] == str(hours) and shifted.weight == "stops"


def swapped(time: datetime) -> datetime:
    return time.replace(month=time.day, day=time.month) if time.day <= 12 else time


def test_dates_that_a_spreadsheet_swapped_where_it_could_are_seen(tmp_path: Path) -> None:
    some = found(tmp_path, WINTER, lambda t: iso(swapped(t)))
    rows = sum(t.day <= 12 and t.day != t.month for t in WINTER)
    assert some["swapped_some time"] == rows


def test_single_dates_swapped_are_seen(tmp_path: Path) -> None:
    times = [swapped(t) if k % 97 == 0 else t for k, t in enumerate(WINTER)]
    wrong = sum(a != b for a, b in zip(times, WINTER, strict=True))
    assert found(tmp_path, times, iso)["swapped_some time"] == wrong


def test_only_days_up_to_twelve_in_many_months_are_swapped(tmp_path: Path) -> None:
    year = [t for t in calls("2026-01-01", 150) if t.day <= 12]
    assert "swapped_all time" in found(tmp_path, year, iso)


def test_swapping_twice_gives_the_day_again() -> None:
    start = int(np.datetime64("2026-01-01", "D").astype(int))
    for day in range(start, start + 365):
        assert swapped_day(swapped_day(day)) == day


def test_a_slip_of_the_pen_is_left_out(tmp_path: Path) -> None:
    times = [*WINTER[:500], WINTER[500].replace(year=2062)]
    assert found(tmp_path, times, iso) == {"far_off time": 1}


def test_days_without_a_call_are_named(tmp_path: Path) -> None:
    times = [t for t in WINTER if t.day not in (20, 21)]
    assert found(tmp_path, times, iso)["empty_days time"] == 2 + 2


def test_calls_alike_at_one_moment_are_told_and_kept(tmp_path: Path) -> None:
    text = "time;id\n2026-03-24T12:00:00;1\n2026-03-24T12:00:00;2\n"
    log = read(tmp_path, text, log_format(only("time"), times="iso"))
    assert len(log) == 2 and kinds(log) == {"alike": 1}
