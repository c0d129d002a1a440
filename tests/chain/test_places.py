"""Places that can be full: taken while there are any, then by urgency, then by who came first."""

from __future__ import annotations

from akuttsim.chain.clock_and_queues import Clock, LimitedPlaces, Pathway
from akuttsim.records import GREEN, RED, YELLOW


def test_so_many_are_taken_and_one_more_when_one_is_left() -> None:
    places = LimitedPlaces(Clock(), 2)
    assert [places.take_free() for _ in range(3)] == [True, True, False]
    places.release()
    assert places.take_free() and not places.take_free()


def test_places_are_closed_when_they_are_left_and_opened_for_those_who_wait() -> None:
    clock, served = Clock(), []
    places = LimitedPlaces(clock, 2)

    def waits(number: int) -> Pathway:
        yield places.wait(YELLOW)
        served.append(number)

    assert places.take_free() and places.take_free()
    places.open_more(-1)
    clock.start(waits(0))
    clock.start(waits(1))
    places.release()
    clock.run_to(1)
    assert not served, "the first that is left is closed"
    places.release()
    clock.run_to(2)
    assert served == [0]
    places.open_more(1)
    clock.run_to(3)
    assert served == [0, 1] and not places.take_free()


def test_who_waits_gets_the_place_that_is_left_by_priority_then_in_turn() -> None:
    clock, served = Clock(), []
    places = LimitedPlaces(clock, 1)

    def waits(number: int, urgency: int) -> Pathway:
        yield places.wait(urgency)
        served.append(number)

    assert places.take_free()
    for number, urgency in enumerate((GREEN, YELLOW, RED, YELLOW)):
        clock.start(waits(number, urgency))
    for _ in range(4):
        places.release()
        assert not places.take_free(), "it went to who waited"
        clock.run_to(clock._now + 1)
    assert served == [2, 1, 3, 0]
    places.release()
    assert places.take_free()
