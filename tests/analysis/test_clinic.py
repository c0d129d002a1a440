"""Clinics on hand-made courses: stays, beds and closing time."""

from __future__ import annotations

import math

import pytest

from akuttsim.indicators import clinic
from akuttsim.records import CLINIC, GREEN, NOT_PRESENT, YELLOW
from tests import small

BEDS = {"care": ["observation"], "observation_beds": {"value": 2, **small.MADE_UP}}
WORLD = small.world(small.organisation({"clinics": {"legevakt": BEDS}}))
GP, LEGEVAKT = 0, 1
NOON = small.at(12)
HOUR, MIN = 3600.0, 60.0
NEVER = math.nan
WEEK = 168 / 167  # the clocks go forward in the measured week


def stays(*rows: tuple[int, float, float], **columns: object) -> small.Observed:
    """Return patients at a clinic: which, when they came and when they left."""
    which, came, left = zip(*rows, strict=True) if rows else ((), (), ())
    course = small.courses(len(rows), clinic=which, at_clinic_s=came, left_clinic_s=left, **columns)
    return small.seen(WORLD, small.people([NOON] * len(rows)), course)


def test_walk_ins_by_clinic() -> None:
    rows = [(GP, NOON, NOON), (LEGEVAKT, NOON, NOON), (LEGEVAKT, NOON, NOON)]
    found = list(clinic.walk_ins_a_week(stays(*rows, walk_in=[False, True, True])))
    assert small.values(found)["all"] == (pytest.approx(2 * WEEK), 2)
    assert [n for _, n in small.values(found, "clinic").values()] == [0, 2]


def test_who_never_came_is_no_walk_in() -> None:
    seen = stays((-1, NEVER, NEVER), walk_in=[True], outcome=[NOT_PRESENT])
    assert small.values(clinic.walk_ins_a_week(seen))["all"] == (0, 0)


def test_waiting_at_home_is_of_those_with_a_booked_time() -> None:
    rows = [(GP, NOON, NOON), (GP, NOON, NOON), (LEGEVAKT, NOON, NOON)]
    waited = [0.0, 40 * MIN, NEVER]
    seen = stays(*rows, waited_at_home_s=waited, judged=[GREEN, YELLOW, GREEN])
    found = list(clinic.waited_at_home_min(seen))
    assert small.values(found)["all"] == (20.0, 2)
    assert small.values(found, "clinic")["gp-office"] == (20.0, 2)
    assert small.values(found, "urgency")["yellow"] == (40.0, 1)


def test_time_at_the_clinic_is_of_those_who_have_left() -> None:
    rows = [
        (GP, NOON, NOON + 20 * MIN),
        (LEGEVAKT, NOON, NOON + 30 * MIN),
        (LEGEVAKT, NOON, NOON + 100 * MIN),
        (LEGEVAKT, NOON, NEVER),
    ]
    seen = stays(*rows, judged=[GREEN, GREEN, YELLOW, GREEN])
    found = list(clinic.time_at_clinic_median_min(seen))
    assert small.values(found)["all"] == (30.0, 3)
    assert small.values(found, "clinic") == {"gp-office": (20.0, 1), "legevakt": (65.0, 2)}
    assert small.values(found, "urgency")["green"] == (25.0, 2)
    p90 = small.values(clinic.time_at_clinic_p90_min(seen))["all"]
    assert p90 == (pytest.approx(30 + 0.8 * 70), 3)


def test_beds_in_use_are_of_bed_hours_while_open() -> None:
    """The legevakt is closed 7.5 h on five working days of the 167 h: 2 beds x 129.5 h."""
    rows = [(LEGEVAKT, NOON, NOON)] * 3
    seen = stays(*rows, bed_s=[20 * HOUR, 5.9 * HOUR, NEVER])
    observed = list(clinic.observed_a_week(seen))
    assert small.values(observed)["all"] == (pytest.approx(2 * WEEK), 2)
    assert small.values(observed, "clinic")["legevakt"][1] == 2
    found = list(clinic.observation_beds_in_use(seen))
    assert small.values(found)["all"] == (pytest.approx(0.1), 2)
    by_clinic = small.values(found, "clinic")
    assert by_clinic["legevakt"] == (pytest.approx(0.1), 2)
    assert math.isnan(by_clinic["gp-office"][0])


def test_without_beds_there_is_no_share() -> None:
    seen = small.seen(small.world(), small.people([NOON]), small.courses(1))
    value, n = small.values(clinic.observation_beds_in_use(seen))["all"]
    assert math.isnan(value) and n == 0


def test_inside_at_closing_time() -> None:
    """The GP office closes at 15:30 on Tuesday to Friday and Monday."""
    closes = small.at(15.5)
    seen = stays(
        (GP, closes - HOUR, closes + 1),
        (GP, closes - HOUR, closes),  # leaves as it closes
        (GP, closes + 1, closes + HOUR),  # comes after
        (GP, closes - HOUR, closes + 24 * HOUR + 1),  # still there the day after: two closings
    )
    found = list(clinic.patients_left_at_closing_a_week(seen))
    assert small.values(found)["all"] == (pytest.approx(3 * WEEK), 3)
    assert [n for _, n in small.values(found, "clinic").values()] == [3, 0]


def test_a_clinic_closes_only_when_no_period_goes_on() -> None:
    """The legevakt goes from night to weekend at 8 on Saturday without closing."""
    saturday, monday = small.at(8, 5), small.at(7, 7)
    seen = stays(
        (LEGEVAKT, saturday - HOUR, saturday + HOUR),
        (LEGEVAKT, monday - 2 * HOUR, NEVER),  # 08:00 on Monday; after that the run is over
    )
    found = small.values(clinic.patients_left_at_closing_a_week(seen), "clinic")
    assert [n for _, n in found.values()] == [0, 1]


def test_who_was_sent_on_and_is_at_the_next_place_has_not_left_it() -> None:
    """Left the GP office at 15:30, came to the legevakt at 16 and is there on Wednesday at 8."""
    seen = stays((LEGEVAKT, small.at(16), small.at(15.5)))
    found = small.values(clinic.patients_left_at_closing_a_week(seen))
    assert found["all"][1] == 4, "Wednesday, Thursday, Friday and Monday"
    assert small.values(clinic.time_at_clinic_median_min(seen))["all"][1] == 0


def test_nobody_came() -> None:
    seen = stays()
    assert small.values(clinic.patients_left_at_closing_a_week(seen))["all"] == (0, 0)
    assert math.isnan(small.values(clinic.time_at_clinic_median_min(seen))["all"][0])


def test_a_stay_counts_though_its_outcome_is_another() -> None:
    """A course may end elsewhere than at the clinic: it was there all the same."""
    row = (LEGEVAKT, NOON, NOON + HOUR)
    seen = stays(row, row, outcome=[CLINIC, NOT_PRESENT + 1])
    assert small.values(clinic.time_at_clinic_median_min(seen))["all"] == (60.0, 2)
