"""Back-ups and closing hours by hand: who stands in goes home again, and works in one place."""

from __future__ import annotations

import numpy as np
import pytest

from akuttsim.chain.clock_and_queues import Clock
from akuttsim.chain.recorder import Recorder
from akuttsim.chain.staff_queues import OnCallDoctors, StaffMember, Team
from akuttsim.records import PHONE, VISIT, WAY_IN

WAY_S = 600.0


def doctors(regulars: int, longer_than: int | None = None) -> tuple[Clock, Team, OnCallDoctors]:
    """Return a team of which all are on duty, and one back-up on call for when all are out."""
    clock = Clock()
    team = Team(clock, Recorder(10), range(regulars))
    back_up = OnCallDoctors(clock, team, range(9, 10), WAY_S, longer_than, longer_than is None)
    for person in team.people[:regulars]:
        team.begin_shift(person)
    back_up.change_duty(back_up.people[0], on_call=True)
    return clock, team, back_up


def out(team: Team, back_up: OnCallDoctors) -> StaffMember:
    """Send a doctor out; return who."""
    doctor = team.queues[0].take_free()
    assert doctor is not None
    back_up.note_departure(doctor)
    return doctor


def test_the_stand_in_goes_when_the_doctor_is_back_even_after_the_shift() -> None:
    clock, team, back_up = doctors(1)
    doctor = out(team, back_up)
    clock.run_to(WAY_S + 1)
    (stand_in,) = back_up.people
    assert stand_in.on_duty and stand_in in team.idle
    team.end_shift(doctor)
    back_up.note_return(doctor)
    doctor.finish(VISIT, 0)
    assert not stand_in.on_duty and not team.idle
    assert team.queues[0].take_free() is None


@pytest.mark.parametrize("ends_shift", [True, False])
def test_all_are_out_only_if_nobody_on_duty_is_in(ends_shift: bool) -> None:
    """Who drove out before the end of the shift does not count for who has come on since."""
    clock, team, back_up = doctors(2)
    first = out(team, back_up)
    if ends_shift:
        team.end_shift(first)
    else:
        out(team, back_up)
    clock.run_to(WAY_S + 1)
    assert back_up.people[0].on_duty is not ends_shift


def test_who_stayed_for_patients_inside_is_not_woken_while_at_work() -> None:
    """The back-up is the last one there when the doctors go home, and is not rung up at home."""
    clock, team, back_up = doctors(1, longer_than=0)
    queue, (stays,) = team.queues[0], back_up.people
    regular = queue.take_free()
    assert regular is not None
    queue.expect_one_more()
    first = queue.wait(1)
    clock.run_to(WAY_S + 1)
    assert first.value is stays
    team.end_shift(regular)
    regular.finish(PHONE, 0)
    stays.finish(PHONE, 1)
    assert not stays.on_duty and queue.take_free() is stays, "somebody is inside"
    waiting = queue.wait(1)
    clock.run_to(clock.now + 2 * WAY_S)
    stays.finish(PHONE, 2)
    assert waiting.value is stays
    did = team.recorder.activities()
    assert np.count_nonzero(did.kind == WAY_IN) == 1
