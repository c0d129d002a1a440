"""Going to care by hand: booked times, in the waiting room or at home until then."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from akuttsim.records import CLINIC, LINE_HEALTH, RED, Patients
from akuttsim.units import TICKS_PER_S
from tests import small
from tests.chain.by_hand import CENTRE, MIN, UPPER, in_need, meets, number, person, times, world

SLOT_S = 20 * MIN


def books(*urgencies: str, doctors: int = 1, **parts: Any) -> small.World:
    """Return the district where some get a time, one in twenty minutes for each doctor."""
    booking = {"urgencies": list(urgencies), "slot_min": number(20)}
    team = {"on_duty": {"always": small.staff(doctors)}}
    return world(
        clinic_care={"booking": booking},
        doctors={"duty-doctor": team},
        clinics={"legevakt": {"care": ["booking"], **parts}},
    )


def comes(after_s: float = 0.0, **columns: Any) -> Patients:
    """Return a green patient whom health personnel ring about, so that nobody waits on the phone.

    Talk takes no time, making ready ten minutes and the doctor twenty.
    """
    usual = {"preparation_s": 10 * MIN, "consultation_s": SLOT_S, "line": LINE_HEALTH}
    return in_need("clinic", after_s, **{**usual, **columns})


def test_those_with_a_time_wait_at_home_and_not_at_the_clinic() -> None:
    """Three could come at 600 s: their times are 600, 1800 and 3000 s, and nobody waits there."""
    people = [comes(), comes(0.0), comes(0.0)]
    booked, at_once = meets(books("green"), *people), meets(books("red"), *people)
    assert times(booked.courses.at_clinic_s) == [600, 1800, 3000]
    assert booked.courses.waited_at_home_s.tolist() == [0, 1200, 2400]
    assert times(booked.courses.left_home_s) == times(booked.courses.at_clinic_s)
    assert times(at_once.courses.at_clinic_s) == [600] * 3
    assert np.isnan(at_once.courses.waited_at_home_s).all(), "no time was booked"
    assert times(booked.courses.doctor_s) == times(at_once.courses.doctor_s) == [600, 1800, 3000]


def test_the_drive_is_made_before_the_time() -> None:
    at = books("green")
    drive_s = at.drive_s("upper", "hospital")
    record = meets(at, comes(place=UPPER), comes(place=UPPER))
    first, second = record.courses.at_clinic_s.tolist()
    assert second - first == SLOT_S
    assert np.array_equal(record.courses.at_clinic_s - record.courses.left_home_s, [drive_s] * 2)
    assert record.courses.waited_at_home_s.tolist() == [0, SLOT_S]


def test_two_doctors_give_twice_as_many_times() -> None:
    record = meets(books("green", doctors=2), comes(), comes(), comes())
    assert times(record.courses.at_clinic_s) == [600, 1200, 1800]


def test_others_come_at_once_and_take_no_time_in_the_book() -> None:
    red = {"urgency": RED, "u_misjudged": 0.0, "u_need": 0.5}
    record = meets(books("green"), comes(), comes(1.0, **red), comes(2.0))
    assert record.courses.waited_at_home_s[1] != record.courses.waited_at_home_s[1]
    assert times(record.courses.at_clinic_s) == [600, 601, 1800]


def test_a_time_that_is_left_before_the_others_is_taken() -> None:
    """Who needs an hour to make ready books 3600 s; those who ring later fill the book before."""
    slow = comes(preparation_s=3600.0)
    record = meets(books("green"), slow, *(comes(float(n)) for n in range(1, 5)))
    assert times(record.courses.at_clinic_s) == [3600, 601, 1801, 4800, 6000]


def test_times_are_whole_ticks_for_any_number_of_doctors() -> None:
    record = meets(books("green", doctors=7), *(comes() for _ in range(5)))
    ticks = record.courses.at_clinic_s * TICKS_PER_S
    assert np.array_equal(ticks, np.rint(ticks))


def test_an_empty_book_keeps_nobody_at_home() -> None:
    record = meets(books("green"), comes(), comes(7200.0))
    assert record.courses.waited_at_home_s.tolist() == [0, 0]


@pytest.mark.parametrize("closes_early", [True, False])
def test_when_the_book_is_full_until_closing_the_patient_comes_at_once(closes_early: bool) -> None:
    """Open until 13:00: times are left at 600, 1800 and 3000 s, and the fourth has none."""
    hours = {"days": "daily", "hours": "08:00-13:00" if closes_early else "08:00-14:00"}
    day = {"day": {**hours, "municipalities": ["town"]}}
    night = {"days": "daily", "hours": "14:00-13:00"}
    other = {
        "title": "Other", "kind": "legevakt", "place": "upper", "doctors": "duty-doctor",
        "open": {"night": {**night, "municipalities": ["town", "upper", "island"]}},
    }  # fmt: skip
    parts = {"open": {"always": None, **day}}
    booking = {"urgencies": ["green"], "slot_min": number(20)}
    at = world(
        clinic_care={"booking": booking},
        clinics={"legevakt": {"care": ["booking"], **parts}, "other": other},
    )
    record = meets(at, *(comes(place=CENTRE, preparation_s=600.0) for _ in range(4)))
    drive_s = at.drive_s("centre", "hospital")
    home = record.courses.waited_at_home_s.tolist()
    assert record.courses.outcome.tolist() == [CLINIC] * 4
    if closes_early:
        assert home == [0, 1200, 2400, 0]
        assert record.courses.at_clinic_s[3] == record.courses.at_clinic_s[0]
    else:
        assert home == [0, 1200, 2400, 3600]
    assert record.courses.travel_s.tolist() == [drive_s] * 4


def test_the_way_to_care_is_on_the_record() -> None:
    at = world()
    drive_s = at.drive_s("centre", "hospital")
    patient = person(is_contact=True, u_need=0.3, place=CENTRE, preparation_s=300.0, talk_s=60.0)
    courses = meets(at, patient).courses
    assert times(courses.left_home_s) == [360]
    assert courses.travel_s.tolist() == [drive_s]
    assert courses.at_clinic_s[0] == courses.left_home_s[0] + drive_s
