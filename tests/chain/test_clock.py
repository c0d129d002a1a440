"""The clock: journeys start at once, delays end in order, errors are not swallowed."""

from __future__ import annotations

import pytest

from akuttsim.chain.clock_and_queues import Clock, Pathway
from akuttsim.chain.crews import seconds_to_patient
from akuttsim.crew_choice import quickest


def test_a_journey_runs_until_its_first_wait_when_it_is_made() -> None:
    clock, seen = Clock(), []

    def walks() -> Pathway:
        seen.append(("starts", clock.now))
        yield clock.wait(5.0)
        seen.append(("goes on", clock.now))

    clock.start(walks())
    assert seen == [("starts", 0)]
    clock.run_to(100.0)
    assert seen == [("starts", 0), ("goes on", 5.0)] and clock.now == 100.0


def test_delays_that_end_together_end_in_the_order_in_which_they_began() -> None:
    clock, order = Clock(), []
    for name in "abc":
        clock.later(3.0, order.append, name)
    clock.later(1.0, order.append, "first")
    clock.run_to(10.0)
    assert order == ["first", "a", "b", "c"]


def test_nothing_at_or_after_the_end_happens() -> None:
    clock, seen = Clock(), []
    for delay in (1.0, 2.0, 3.0):
        clock.later(delay, lambda: seen.append(clock.now))
    clock.run_to(2.0)
    assert seen == [1.0]


def test_an_error_in_a_journey_stops_the_run() -> None:
    clock = Clock()

    def breaks() -> Pathway:
        yield clock.wait(1.0)
        raise ZeroDivisionError

    clock.start(breaks())
    with pytest.raises(ZeroDivisionError):
        clock.run_to(2.0)


def test_a_journey_can_wait_for_an_event_that_has_happened() -> None:
    clock, got = Clock(), []

    def waits() -> Pathway:
        event = clock.event()
        event.succeed("now")
        got.append((yield event))
        got.append((yield clock.wait(0.0)))

    clock.start(waits())
    clock.run_to(1.0)
    assert got == ["now", None]


def test_quickest_takes_the_first_of_equals() -> None:
    assert quickest([3.0, 1.0, 1.0], []) == 1


def test_seconds_by_the_better_way() -> None:
    assert seconds_to_patient([(0, 10.0), (1, 30.0)], [100.0, 5.0]) == 35.0
