"""The second doctor on call, by hand: who wakes, when the doctor comes, and when it is over."""

from __future__ import annotations

from typing import Any

import pytest

from akuttsim.chain.staff_queues import wakes_on_call_doctor
from akuttsim.records import LINE_HEALTH, PHONE, VISIT, WAY_IN, Patients, Record
from tests import small
from tests.chain.by_hand import (
    CENTRE,
    UPPER,
    in_need,
    meets,
    number,
    person,
    sourced,
    times,
    work,
    world,
)


def bakvakt(
    longer_than: int | None = None,
    all_out: bool = False,
    on_call: Any = small.staff(1),  # noqa: B008
    **shifts: Any,
) -> small.World:
    """Return one doctor on duty, and one at home who comes after ten minutes."""
    back_up: dict[str, Any] = {
        "on_call": {"always": on_call},
        "comes_after_min": number(10),
        "when_all_are_out": all_out,
    }
    if longer_than is not None:
        back_up["queue_longer_than"] = sourced(value=longer_than)
    on_duty = {"always": None, **shifts} if shifts else {}
    return world(doctors={"duty-doctor": {"back_up": back_up, "on_duty": on_duty}})


def asks(after_s: float, lasts_s: float) -> Patients:
    """Return who asks for the doctor on the phone, through health personnel, at a time."""
    return in_need("doctor_phone", after_s, line=LINE_HEALTH, doctor_phone_s=lasts_s)


def by_whom(record: Record, kind: int) -> list[tuple[str, float, float, int]]:
    names = {unit: row.name for unit, row in enumerate(record.units)}
    did = record.activities
    rows = [
        (names[unit].split("/")[1], *times((start, end)), int(patient))
        for unit, what, start, end, patient in zip(
            did.unit, did.kind, did.start_s, did.end_s, did.patient, strict=True
        )
        if what == kind
    ]
    return sorted(rows, key=lambda row: (row[1], row[3]))  # type: ignore[return-value]


ON_DUTY, BACK_UP = "doctor-1", "back_up_doctor-1"


@pytest.mark.parametrize(
    ("waiting", "longer_than", "all_out", "wakes"),
    [
        (2, 1, False, True),
        (1, 1, False, False),
        (0, None, True, True),
        (9, None, False, False),
        (1, 0, False, True),
    ],
)
def test_the_rule(waiting: int, longer_than: int | None, all_out: bool, wakes: bool) -> None:
    assert wakes_on_call_doctor(waiting, longer_than, all_out) == wakes


def test_a_back_up_is_woken_when_too_many_wait_and_stays_until_nobody_does() -> None:
    """The second who waits (at 20 s) wakes; from 620 s there are two; at 1620 nobody waits."""
    people = [asks(0.0, 5000.0), asks(10.0, 500.0), asks(20.0, 500.0), asks(2000.0, 10.0)]
    record = meets(bakvakt(1), *people)
    assert by_whom(record, WAY_IN) == [(BACK_UP, 20, 620, -1)]
    assert by_whom(record, PHONE) == [
        (ON_DUTY, 0, 5000, 0),
        (BACK_UP, 620, 1120, 1),
        (BACK_UP, 1120, 1620, 2),
        (ON_DUTY, 5000, 5010, 3),
    ]


def test_nobody_wakes_as_long_as_no_more_wait_than_the_rule_allows() -> None:
    record = meets(bakvakt(2), asks(0.0, 5000.0), asks(10.0, 500.0), asks(20.0, 500.0))
    assert by_whom(record, WAY_IN) == []


def test_who_finds_nobody_waiting_on_arrival_goes_home_again_and_can_be_woken_again() -> None:
    record = meets(
        bakvakt(0), asks(0.0, 300.0), asks(1.0, 10.0), asks(900.0, 2000.0), asks(901.0, 9.0)
    )
    assert by_whom(record, WAY_IN) == [(BACK_UP, 1, 601, -1), (BACK_UP, 901, 1501, -1)]
    assert by_whom(record, PHONE)[-1] == (BACK_UP, 1501, 1510, 3)


def test_each_who_makes_the_queue_too_long_wakes_one_more() -> None:
    people = [asks(0.0, 9000.0), *(asks(10.0 * n, 1000.0) for n in (1, 2, 3))]
    record = meets(bakvakt(0, on_call=small.staff(2)), *people)
    assert [row[:3] for row in by_whom(record, WAY_IN)] == [
        (BACK_UP, 10, 610),
        ("back_up_doctor-2", 20, 620),
    ]
    assert [row[0] for row in by_whom(record, PHONE)] == [
        ON_DUTY, BACK_UP, "back_up_doctor-2", BACK_UP,
    ]  # fmt: skip


def test_nobody_is_woken_outside_the_hours_on_call() -> None:
    record = meets(
        bakvakt(0, on_call=small.staff(1, "16:00-08:00")), asks(0.0, 3000.0), asks(1.0, 10.0)
    )
    assert by_whom(record, WAY_IN) == []
    assert by_whom(record, PHONE)[1] == (ON_DUTY, 3000, 3010, 1)


def test_who_has_been_woken_goes_on_after_the_hours_on_call() -> None:
    """On call until 12:05; woken at 12:00:01, there at 12:10:01."""
    record = meets(
        bakvakt(0, on_call=small.staff(1, "08:00-12:05")),
        asks(0.0, 3000.0),
        asks(1.0, 10.0),
        asks(650.0, 9.0),
    )
    assert by_whom(record, PHONE)[1] == (BACK_UP, 601, 611, 1)
    assert by_whom(record, PHONE)[2] == (ON_DUTY, 3000, 3009, 2), "and is not woken again"


def drives(at: small.World, place: str) -> float:
    return at.drive_s("hospital", place)


def test_the_last_doctor_who_drives_out_wakes_a_back_up_who_stays_until_the_return() -> None:
    """The back-up sees who asks while the doctor is out, also after all was quiet."""
    at = bakvakt(all_out=True)
    away_s = 2 * drives(at, "upper") + 1800
    visit = in_need("home_visit", line=LINE_HEALTH, place=UPPER, home_visit_s=1800.0)
    people = [visit, asks(100.0, 200.0), asks(away_s - 500, 30.0), asks(away_s + 10, 30.0)]
    record = meets(at, *people)
    assert by_whom(record, VISIT) == [(ON_DUTY, 0, away_s, 0)]
    assert by_whom(record, WAY_IN) == [(BACK_UP, 0, 600, -1)]
    assert by_whom(record, PHONE) == [
        (BACK_UP, 600, 800, 1),
        (BACK_UP, away_s - 500, away_s - 470, 2),
        (ON_DUTY, away_s + 10, away_s + 40, 3),
    ]


def test_nobody_is_woken_while_a_doctor_is_still_in() -> None:
    at = bakvakt(all_out=True, two=small.staff(2))
    visit = in_need("home_visit", line=LINE_HEALTH, place=CENTRE, home_visit_s=1800.0)
    record = meets(at, visit, asks(100.0, 200.0))
    assert by_whom(record, WAY_IN) == []
    both = meets(at, visit, in_need("home_visit", 50.0, line=LINE_HEALTH, home_visit_s=1800.0))
    assert by_whom(both, WAY_IN) == [(BACK_UP, 50, 650, -1)]


def test_the_next_shift_is_in_though_the_last_doctor_is_still_out() -> None:
    """Doctors overlap from 12:00 to 12:30; the first is then on a visit, but not on duty."""
    shifts = {
        "day": small.staff(1, "08:00-12:30"),
        "night": small.staff(1, "12:00-08:00"),
    }
    at = bakvakt(all_out=True, **shifts)
    late = in_need("home_visit", 1700.0, line=LINE_HEALTH, place=UPPER, home_visit_s=7200.0)
    record = meets(at, late, asks(3000.0, 500.0), asks(3100.0, 10.0))
    assert by_whom(record, VISIT)[0][:2] == ("doctor-1", 1700)
    assert by_whom(record, WAY_IN) == []
    assert by_whom(record, PHONE) == [("doctor-2", 3000, 3500, 1), ("doctor-2", 3500, 3510, 2)]


def test_without_a_back_up_all_wait() -> None:
    record = meets(world(), asks(0.0, 5000.0), asks(10.0, 500.0), asks(20.0, 500.0), person(30.0))
    assert [row[1] for row in work(record, PHONE)] == [0, 5000, 5500]
