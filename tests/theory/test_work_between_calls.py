"""Calls with tasks between them: Erlang A without tasks, and what is known exactly with them."""

from __future__ import annotations

import pytest

from akuttsim.theory.erlang import patience_queue
from akuttsim.theory.work_between_calls import SharedRoom


@pytest.mark.parametrize(
    ("operators", "calls_per_h"), [(1, 1.5), (1, 8.0), (2, 5.0), (3, 20.0), (5, 60.0)]
)
def test_without_tasks_it_is_erlang_a(operators: int, calls_per_h: float) -> None:
    room = SharedRoom(operators, operators, calls_per_h, 350.0, 540.0, 0.0, 240.0)
    known = patience_queue(calls_per_h, 350.0, operators, 110.0, 540.0).answered_within
    assert room.answered_within(110.0) == pytest.approx(known, abs=2e-4)


def test_one_operator_is_free_when_at_no_call_and_at_no_task() -> None:
    """With endless patience the operator does all work, so at once is answered in what is left."""
    room = SharedRoom(1, 1, 1.0, 360.0, 1e9, 2.0, 240.0)
    assert room.answered_within(0.0) == pytest.approx(1 - 1 / 10 - 2 * 240 / 3600, abs=1e-3)


def test_an_operator_left_for_the_phone_answers_while_the_other_is_at_a_task() -> None:
    """At few calls the only ones who wait are those who ring while the one left is at a call."""
    reserved = SharedRoom(2, 1, 0.5, 300.0, 540.0, 6.0, 240.0).answered_within(60.0)
    nobody_left = SharedRoom(2, 2, 0.5, 300.0, 540.0, 6.0, 240.0).answered_within(60.0)
    assert nobody_left < 0.97 < 0.98 < reserved


def test_all_who_ring_again_are_answered_in_the_end_but_not_in_time() -> None:
    once = SharedRoom(1, 1, 6.0, 350.0, 300.0, 2.0, 240.0)
    again = SharedRoom(1, 1, 6.0, 350.0, 300.0, 2.0, 240.0, ring_again=0.5)
    assert again.answered_within(110.0) < once.answered_within(110.0) - 0.05
