"""Teams: whose turn it is, and who stays when the shift is over."""

from __future__ import annotations

from akuttsim.chain.clock import Clock
from akuttsim.chain.recorder import Recorder
from akuttsim.chain.staff import Person, Team, Waiting
from akuttsim.records import PHONE


def team(people: int) -> tuple[Clock, Team]:
    """Return a clock and a team of which everybody has come on duty."""
    clock = Clock()
    made = Team(clock, Recorder(10), range(people))
    for person in made.people:
        made.comes_on(person)
    return clock, made


def answered(clock: Clock, *waits: Waiting) -> list[Person | None]:
    clock.run_to(clock.now + 1)
    return [wait.value if wait.triggered else None for wait in waits]


def test_who_has_been_idle_longest_is_taken() -> None:
    _, made = team(3)
    first, second, third = made.people
    assert made.find() is first
    assert made.find() is second
    made.release(first, PHONE, 0)
    assert [made.find(), made.find(), made.find()] == [third, first, None]


def test_priority_then_time() -> None:
    clock, made = team(1)
    person = made.find()
    assert person is not None
    later, urgent, last = made.wait(1), made.wait(0), made.wait(1)
    order = []
    for _ in range(3):
        made.release(person, PHONE, 0)
        order.append([each.triggered for each in (later, urgent, last)])
    assert order == [[False, True, False], [True, True, False], [True, True, True]]
    assert answered(clock, later) == [person]


def test_who_gave_up_is_passed_over() -> None:
    clock, made = team(1)
    person = made.find()
    assert person is not None
    impatient, patient = made.wait(0, 5.0), made.wait(1)
    assert made.is_wanted()
    clock.run_to(10.0)
    assert impatient.triggered and impatient.value is None
    made.release(person, PHONE, 0)
    assert patient.triggered and not made.is_wanted()


def test_the_last_one_stays_for_patients_inside_and_goes_with_them() -> None:
    _, made = team(1)
    (person,) = made.people
    made.expects()
    made.expects()
    made.goes_off(person)
    assert made.find() is person, "two patients are inside"
    made.release(person, PHONE, 0)
    made.expects_no_more()
    assert made.find() is person, "one patient is inside"
    made.release(person, PHONE, 1)
    made.expects_no_more()
    assert made.find() is None, "the doors are closed"


def test_nobody_stays_where_colleagues_go_on() -> None:
    _, made = team(2)
    first, second = made.people
    made.expects()
    made.goes_off(first)
    assert [made.find(), made.find()] == [second, None]


def test_who_stayed_goes_when_somebody_comes_on() -> None:
    _, made = team(2)
    first, second = made.people
    made.expects()
    made.goes_off(second)
    made.goes_off(first)
    made.comes_on(second)
    assert [made.find(), made.find()] == [second, None]


def test_who_stayed_into_the_next_shift_is_there_once() -> None:
    _, made = team(1)
    (person,) = made.people
    made.expects()
    made.goes_off(person)
    made.comes_on(person)
    assert [made.find(), made.find()] == [person, None]


def test_work_that_lasts_into_the_next_shift_is_finished_first() -> None:
    """Off duty and on again while at work: nobody is given a second patient at the same time."""
    clock, made = team(1)
    (person,) = made.people
    assert made.find() is person
    made.goes_off(person)
    waiting = made.wait(1)
    made.comes_on(person)
    assert answered(clock, waiting) == [None]
    assert made.find() is None
    made.release(person, PHONE, 0)
    assert answered(clock, waiting) == [person]


def test_whoever_waits_is_served_by_who_comes_on() -> None:
    clock, made = team(1)
    (person,) = made.people
    made.goes_off(person)
    waiting = made.wait(1)
    assert answered(clock, waiting) == [None]
    made.comes_on(person)
    assert answered(clock, waiting) == [person]
    assert made.find() is None
