"""Work at night, wakings and rest on hand-made nights of a doctor and an operator."""

from __future__ import annotations

import math

import pytest

from akuttsim.indicators import duty
from akuttsim.records import (
    AFTER_CALL,
    CONSULTATION,
    MISSION,
    PHONE,
    RETURN,
    TALK,
    VIDEO,
    WAY_IN,
    Unit,
)
from tests import small

WORLD = small.world()
END = WORLD.plan.end_s
ALWAYS = ((0.0, END),)
TEAM = ("doctor", "duty-doctor")
DOCTOR, OPERATOR, CAR, BACK, BOAT = range(5)
UNITS = (
    Unit("d", *TEAM, ALWAYS),
    Unit("o", "operator", "lvs", tuple((small.at(23, day), small.at(27, day)) for day in range(9))),
    Unit("town-1", "crew", "hospital", ALWAYS),
    Unit("b", "back_up_doctor", "duty-doctor", ALWAYS),
    Unit("boat", "support", "boat", ALWAYS),
)
NIGHTS = 6


def worked(*rows: tuple[int, int, float, float, int], units: tuple[Unit, ...] = UNITS):
    """Return work: unit, kind, from and to hour of the first measured day, patient."""
    did = small.activities(*((u, k, small.at(s), small.at(e), p) for u, k, s, e, p in rows))
    return small.seen(WORLD, small.people([small.at(12)]), small.courses(1), did=did, units=units)


def test_tasks_a_night_by_person() -> None:
    """Talk and notes are one task; the one at 7:00 and the drive home are none."""
    seen = worked(
        (OPERATOR, TALK, 23.5, 23.6, 0),
        (OPERATOR, AFTER_CALL, 23.6, 23.7, 0),
        (OPERATOR, TALK, 23.7, 23.8, 1),
        (OPERATOR, TALK, 24.5, 24.6, 1),
        (OPERATOR, TALK, 22.9, 23.2, 2),
        (CAR, MISSION, 25, 27, 0),
        (CAR, RETURN, 27, 28, -1),
        (DOCTOR, PHONE, 31, 31.2, 0),
        (BACK, WAY_IN, 25, 25.4, -1),
        (BACK, CONSULTATION, 25.4, 26, 0),
        (BOAT, MISSION, 25, 26, 0),
    )
    rows = list(duty.night_calls_per_shift(seen))
    roles = small.values(rows, "role")
    person_nights = 5 * 4 / 8 + 4 / 7  # on duty four hours of eight, or of seven
    assert roles["operator"] == (pytest.approx(3 / person_nights), 3)
    assert roles["crew"] == (pytest.approx(1 / NIGHTS), 1)
    assert roles["doctor"] == (0, 0)
    assert roles["back_up_doctor"] == (pytest.approx(1 / NIGHTS), 1)
    assert math.isnan(roles["nurse"][0]) and "support" not in roles
    assert small.values(rows)["all"] == (pytest.approx(5 / (person_nights + 3 * NIGHTS)), 5)
    assert small.values(rows, "team")["crew town-1"] == (pytest.approx(1 / NIGHTS), 1)


def test_a_doctor_is_woken_after_half_an_hour_without_work() -> None:
    """First night three times (one call follows too soon); second once; third worked into it."""
    seen = worked(
        (DOCTOR, PHONE, 23.6, 23.7, 0),
        (DOCTOR, CONSULTATION, 25, 25.5, 1),
        (DOCTOR, PHONE, 25.9, 26, 2),
        (DOCTOR, VIDEO, 26.5, 27, 3),
        (DOCTOR, PHONE, 24 + 30.9, 24 + 31.5, 0),
        (DOCTOR, CONSULTATION, 48 + 22, 48 + 22.8, 0),
        (DOCTOR, CONSULTATION, 48 + 23.1, 48 + 23.4, 1),
        (BACK, PHONE, 72 + 25, 72 + 25.5, 1),
    )
    once = list(duty.doctor_woken_share(seen))
    assert small.values(once)["all"] == (pytest.approx(2 / NIGHTS), NIGHTS)
    assert small.values(once, "team")["duty-doctor"] == (pytest.approx(2 / NIGHTS), NIGHTS)
    assert small.values(once, "team")["gps"][1] == 0
    assert math.isnan(small.values(once, "team")["gps"][0])
    thrice = list(duty.doctor_woken_thrice_share(seen))
    assert small.values(thrice)["all"] == (pytest.approx(1 / NIGHTS), NIGHTS)


def test_only_nights_with_one_doctor_throughout_count() -> None:
    """A second doctor in the first night; in the second they overlap and leave a gap after."""
    first = Unit("d", *TEAM, ((0.0, small.at(24 + 26)), (small.at(24 + 28), END)))
    second = Unit(
        "e", *TEAM, ((small.at(25), small.at(27)), (small.at(24 + 24), small.at(24 + 26)))
    )
    seen = worked((0, PHONE, 48 + 25, 48 + 26, 0), units=(first, second))
    assert small.values(duty.doctor_woken_share(seen))["all"] == (pytest.approx(1 / 4), 4)


def test_longest_rest_between_22_and_8() -> None:
    """Gaps of 3.5, 2 and 3 h in the first night; ten hours in the others (nine as clocks go on)."""
    seen = worked(
        (DOCTOR, PHONE, 25.5, 26, 0),
        (DOCTOR, PHONE, 28, 29, 0),
        (CAR, MISSION, 21, 24, 0),
        (CAR, RETURN, 24, 25, -1),
        (CAR, MISSION, 31, 33, 0),
        (OPERATOR, TALK, 24, 25, 0),
    )
    rows = list(duty.longest_rest_h(seen))
    roles = small.values(rows, "role")
    rest = 4 * 10 + 9
    assert roles["doctor"] == (pytest.approx((3.5 + rest) / NIGHTS), NIGHTS)
    assert roles["crew"] == (pytest.approx((6 + rest) / NIGHTS), NIGHTS)
    assert math.isnan(roles["operator"][0]) and roles["operator"][1] == 0, "on duty half the night"
    assert roles["back_up_doctor"] == (pytest.approx((10 + rest) / NIGHTS), NIGHTS)
    assert small.values(rows, "team")["doctor duty-doctor"] == roles["doctor"]


def test_work_all_night_leaves_no_rest() -> None:
    seen = worked((DOCTOR, CONSULTATION, 20, 24 * 8, 0))
    assert small.values(duty.longest_rest_h(seen), "role")["doctor"] == (0, NIGHTS)


def test_nobody_at_all() -> None:
    seen = worked(units=UNITS[BOAT:])
    assert small.values(duty.night_calls_per_shift(seen))["all"][1] == 0
    assert small.values(duty.doctor_woken_share(seen))["all"][1] == 0
    assert all(math.isnan(row.value) for row in duty.longest_rest_h(seen))
