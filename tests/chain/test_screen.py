"""E-consultation by hand: with a net doctor outside the chain, or with our own."""

from __future__ import annotations

from typing import Any

import pytest

from akuttsim.records import (
    ADVICE,
    E_CONSULT,
    E_CONSULTATION,
    GREEN,
    LINE_HEALTH,
    PHONE,
    RED,
    YELLOW,
    Patients,
)
from tests import small
from tests.chain.by_hand import START, in_need, meets, number, person, takes, times, work, world


def on_screen(hours: str = "12:00-20:00", **parts: Any) -> small.World:
    """Return the district where half of green callers may see a doctor on screen in opening hours.

    One in five must ring 116117 all the same.
    """
    screen = {
        "share": number(0.5),
        "open": {"daily": {"days": "daily", "hours": hours}},
        "consultation_min": takes(10),
        "sent_on": number(0.2),
    }
    return world(e_consultation={**screen, **parts})


def green(after_s: float = 0.0, **columns: Any) -> Patients:
    usual = {"is_contact": True, "urgency": GREEN, "u_e_consultation": 0.4, "talk_s": 60.0}
    return person(after_s, **{**usual, **columns})


def test_a_net_doctor_is_never_waited_for_and_is_nobody_of_ours() -> None:
    record = meets(on_screen(), green(), green(10.0))
    assert record.courses.outcome.tolist() == [E_CONSULTATION] * 2
    assert times(record.courses.ended_s) == [600, 610]
    assert len(record.calls.patient) == 0
    assert len(record.activities.unit) == 0


def test_our_own_doctors_are_waited_for_as_for_all_their_work() -> None:
    busy = in_need("doctor_phone", -10.0, doctor_phone_s=110.0)
    record = meets(on_screen(doctors="duty-doctor"), busy, green(), green(1.0))
    assert work(record, PHONE, E_CONSULT) == [
        ("duty-doctor", -10, 100, 0),
        ("duty-doctor", 100, 700, 1),
        ("duty-doctor", 700, 1300, 2),
    ]
    assert times(record.courses.doctor_s)[1:] == [100, 700]
    assert times(record.courses.ended_s)[1:] == [700, 1300]


def test_who_is_sent_on_rings_116117() -> None:
    record = meets(on_screen(), green(u_e_sent_on=0.19), green(1.0, u_e_sent_on=0.21))
    assert times(record.calls.rang_s) == [600]
    assert times(record.courses.ended_s) == [660, 601]
    assert record.courses.outcome.tolist() == [ADVICE, E_CONSULTATION]


@pytest.mark.parametrize(
    "columns",
    [
        {"urgency": YELLOW},
        {"urgency": RED},
        {"u_e_consultation": 0.6},
        {"line": LINE_HEALTH},
        {"is_contact": False},
    ],
)
def test_others_ring_as_before(columns: Any) -> None:
    record = meets(on_screen(), green(**columns))
    assert times(record.calls.rang_s)[0] == 0
    assert record.courses.outcome[0] != E_CONSULTATION


def test_only_in_opening_hours_to_the_second() -> None:
    record = meets(on_screen(), green(-1.0), green(0.0), green(8 * 3600 - 1.0), green(8 * 3600.0))
    begun = record.courses.outcome == E_CONSULTATION
    assert begun.tolist() == [False, True, True, False]
    assert record.calls.rang_s.tolist() == [START - 1, START + 8 * 3600]
