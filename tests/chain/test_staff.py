"""Teams: whose turn it is, which queue goes first, and who stays when the shift is over."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from akuttsim.chain.clock_and_queues import Clock, Waiting
from akuttsim.chain.recorder import Recorder
from akuttsim.chain.staff_queues import StaffMember, StaffQueue, Team, run_roster
from akuttsim.records import PHONE


def team(
    people: int,
    keeps_free: Sequence[int] = (0,),
    trained: Sequence[tuple[int, ...]] | None = None,
    clock: Clock | None = None,
) -> tuple[Clock, Team]:
    """Return a clock and a team of which everybody has come on duty."""
    clock = clock or Clock()
    made = Team(clock, Recorder(10), range(people), keeps_free, trained)
    for person in made.people:
        made.begin_shift(person)
    return clock, made


def answered(clock: Clock, *waits: Waiting) -> list[StaffMember | None]:
    clock.run_to(clock.now + 1)
    return [wait.value if wait.triggered else None for wait in waits]


def taken(queue: StaffQueue) -> StaffMember:
    """Take somebody who must be free."""
    person = queue.take_free()
    assert person is not None
    return person


def test_who_has_been_idle_longest_is_taken() -> None:
    _, made = team(3)
    first, second, third = made.people
    assert made.queues[0].take_free() is first
    assert made.queues[0].take_free() is second
    first.finish(PHONE, 0)
    assert [made.queues[0].take_free(), made.queues[0].take_free(), made.queues[0].take_free()] == [
        third,
        first,
        None,
    ]


def test_priority_then_time() -> None:
    clock, made = team(1)
    person = made.queues[0].take_free()
    assert person is not None
    later, urgent, last = made.queues[0].wait(1), made.queues[0].wait(0), made.queues[0].wait(1)
    order = []
    for _ in range(3):
        person.finish(PHONE, 0)
        order.append([each.triggered for each in (later, urgent, last)])
    assert order == [[False, True, False], [True, True, False], [True, True, True]]
    assert answered(clock, later) == [person]


def test_who_gave_up_is_passed_over() -> None:
    clock, made = team(1)
    person = made.queues[0].take_free()
    assert person is not None
    impatient, patient = made.queues[0].wait(0, 5.0), made.queues[0].wait(1)
    assert made.queues[0].waiting == 2
    clock.run_to(10.0)
    assert impatient.triggered and impatient.value is None
    person.finish(PHONE, 0)
    assert patient.triggered and made.queues[0].waiting == 0


def test_the_last_one_stays_for_patients_inside_and_goes_with_them() -> None:
    _, made = team(1)
    (person,) = made.people
    made.queues[0].expect_one_more()
    made.queues[0].expect_one_more()
    made.end_shift(person)
    assert made.queues[0].take_free() is person, "two patients are inside"
    person.finish(PHONE, 0)
    made.queues[0].expect_one_less()
    assert made.queues[0].take_free() is person, "one patient is inside"
    person.finish(PHONE, 1)
    made.queues[0].expect_one_less()
    assert made.queues[0].take_free() is None, "the doors are closed"


def test_nobody_stays_where_colleagues_go_on() -> None:
    _, made = team(2)
    first, second = made.people
    made.queues[0].expect_one_more()
    made.end_shift(first)
    assert [made.queues[0].take_free(), made.queues[0].take_free()] == [second, None]


def test_who_stayed_goes_when_somebody_comes_on() -> None:
    _, made = team(2)
    first, second = made.people
    made.queues[0].expect_one_more()
    made.end_shift(second)
    made.end_shift(first)
    made.begin_shift(second)
    assert [made.queues[0].take_free(), made.queues[0].take_free()] == [second, None]


def test_who_stayed_into_the_next_shift_is_there_once() -> None:
    _, made = team(1)
    (person,) = made.people
    made.queues[0].expect_one_more()
    made.end_shift(person)
    made.begin_shift(person)
    assert [made.queues[0].take_free(), made.queues[0].take_free()] == [person, None]


def test_work_that_lasts_into_the_next_shift_is_finished_first() -> None:
    """Off duty and on again while at work: nobody is given a second patient at the same time."""
    clock, made = team(1)
    (person,) = made.people
    assert made.queues[0].take_free() is person
    made.end_shift(person)
    waiting = made.queues[0].wait(1)
    made.begin_shift(person)
    assert answered(clock, waiting) == [None]
    assert made.queues[0].take_free() is None
    person.finish(PHONE, 0)
    assert answered(clock, waiting) == [person]


def test_whoever_waits_is_served_by_who_comes_on() -> None:
    clock, made = team(1)
    (person,) = made.people
    made.end_shift(person)
    waiting = made.queues[0].wait(1)
    assert answered(clock, waiting) == [None]
    made.begin_shift(person)
    assert answered(clock, waiting) == [person]
    assert made.queues[0].take_free() is None


# -- several queues ---------------------------------------------------------------------------


def test_the_queue_that_goes_first_is_served_first_whatever_the_priority() -> None:
    clock, made = team(1, keeps_free=(0, 0))
    first, second = made.queues
    person = taken(second)
    later, urgent, before = second.wait(1), second.wait(0), first.wait(9)
    order = []
    for _ in range(3):
        person.finish(PHONE, 0)
        order.append([each.triggered for each in (before, urgent, later)])
    assert order == [[True, False, False], [True, True, False], [True, True, True]]
    assert answered(clock, before, urgent, later) == [person] * 3


def test_as_many_are_kept_free_as_the_queue_says() -> None:
    """Of three, two are kept free: one serves the second queue, the first takes all three."""
    _, made = team(3, keeps_free=(0, 2))
    first, second = made.queues
    one = taken(second)
    assert second.take_free() is None, "two are left"
    waiting = second.wait(0)
    others = [taken(first), taken(first)]
    others[0].finish(PHONE, 0)
    assert not waiting.triggered, "the one who is free now is kept free"
    others[1].finish(PHONE, 0)
    assert not waiting.triggered, "two are to be kept free"
    one.finish(PHONE, 0)
    assert waiting.triggered and waiting.value is one


def test_whoever_is_left_alone_serves_all_queues() -> None:
    """Nobody can be kept free by a person alone: else who waits would wait until the morning."""
    _, made = team(2, keeps_free=(0, 1))
    _, second = made.queues
    day, night = made.people
    assert taken(second) is day
    waiting = second.wait(0)
    assert not waiting.triggered
    made.end_shift(day)
    assert waiting.triggered and waiting.value is night


def test_a_colleague_who_may_do_less_lets_another_serve_who_could_not_be_spared() -> None:
    """One must be left for the first queue; when somebody else is, the second's is served."""
    _, made = team(2, keeps_free=(0, 1), trained=[(0,), (0, 1)])
    first, second = made.queues
    only_first, both = made.people
    assert taken(first) is only_first, "who may do least is taken"
    waiting = second.wait(0)
    assert not waiting.triggered, "the other one is kept free"
    only_first.finish(PHONE, 0)
    assert waiting.value is both


def test_who_may_do_least_is_taken_and_nobody_untrained() -> None:
    _, made = team(3, keeps_free=(0, 0), trained=[(0, 1), (1,), (0,)])
    first, second = made.queues
    both, only_second, only_first = made.people
    assert taken(second) is only_second
    assert taken(second) is both
    assert second.take_free() is None, "the one who is free may not do it"
    assert taken(first) is only_first


def test_a_person_takes_nobody_from_a_queue_without_training() -> None:
    _, made = team(2, keeps_free=(0, 0), trained=[(0,), (1,)])
    first, second = made.queues
    of_first, of_second = taken(first), taken(second)
    waiting = second.wait(0)
    of_first.finish(PHONE, 0)
    assert not waiting.triggered
    of_second.finish(PHONE, 0)
    assert waiting.value is of_second


# -- waiting in two places ----------------------------------------------------------------------


def test_who_waits_in_two_queues_leaves_both_when_either_answers() -> None:
    clock, here = team(1)
    _, there = team(1, clock=clock)
    mine, other = here.queues[0], there.queues[0]
    busy, neighbour = taken(mine), taken(other)
    waiting = mine.wait(1)
    behind = other.wait(0)
    other.offer(waiting, 1)
    assert (mine.waiting, other.waiting) == (1, 2)
    neighbour.finish(PHONE, 0)
    assert behind.value is neighbour and not waiting.triggered, "in turn there, too"
    neighbour.finish(PHONE, 0)
    assert waiting.value is neighbour
    assert (mine.waiting, other.waiting) == (0, 0)
    busy.finish(PHONE, 0)
    assert taken(mine) is busy, "nobody is left to be answered twice"


def test_who_is_offered_where_somebody_is_free_is_answered_at_once() -> None:
    clock, here = team(1)
    _, there = team(1, clock=clock)
    busy = taken(here.queues[0])
    waiting = here.queues[0].wait(1)
    there.queues[0].offer(waiting, 1)
    assert waiting.value is there.people[0] and here.queues[0].waiting == 0
    assert busy.at_work


def test_nobody_stands_twice_in_a_queue_or_is_offered_after_hanging_up() -> None:
    clock, here = team(1)
    _, there = team(1, clock=clock)
    mine, other = here.queues[0], there.queues[0]
    busy = [taken(mine), taken(other)]
    waiting, gone = mine.wait(1), mine.wait(1, 5.0)
    other.offer(waiting, 1)
    other.offer(waiting, 1)
    assert other.waiting == 1
    clock.run_to(6.0)
    other.offer(gone, 1)
    assert (mine.waiting, other.waiting) == (1, 1)
    busy[1].finish(PHONE, 0)
    assert (mine.waiting, other.waiting) == (0, 0)


def test_all_who_wait_move_to_another_queue_in_their_order() -> None:
    """The one who is there already, having been offered before, is not counted twice."""
    clock, down = team(1)
    _, back_up = team(1, clock=clock)
    here, there = down.queues[0], back_up.queues[0]
    taken(here)
    helper = taken(there)
    second, gone, first, known = here.wait(1), here.wait(0, 5.0), here.wait(0), here.wait(2)
    there.offer(known, 2)
    clock.run_to(6.0)
    here.move_all_to(there)
    assert (here.waiting, there.waiting) == (0, 3)
    assert gone.value is None
    for wait in (first, second, known):
        assert not wait.triggered
        helper.finish(PHONE, 0)
        assert wait.value is helper
    assert there.waiting == 0


def test_the_free_of_another_team_take_those_who_move_there() -> None:
    clock, down = team(1)
    _, back_up = team(1, clock=clock)
    taken(down.queues[0])
    first, second = down.queues[0].wait(1), down.queues[0].wait(1)
    down.queues[0].move_all_to(back_up.queues[0])
    assert first.value is back_up.people[0] and not second.triggered


# -- who is told, and what is counted -------------------------------------------------------------


def test_growth_is_told_for_each_who_waits_and_quiet_when_nobody_does() -> None:
    _, made = team(1)
    queue, told = made.queues[0], []
    queue.on_growth = lambda grown: told.append(grown.waiting)
    made.on_quiet = lambda: told.append(0)
    person = taken(queue)
    queue.wait(1)
    queue.wait(1)
    for _ in range(3):
        person.finish(PHONE, 0)
    assert told == [1, 2, 0]


def test_since_when_somebody_has_waited_without_a_break() -> None:
    """The first gives up at 20 s with nobody behind; the next comes at 30 s, one more at 40 s."""
    clock, made = team(1)
    queue = made.queues[0]
    person = taken(queue)
    for at, patience_s in ((10.0, 10.0), (30.0, 20.0), (40.0, None)):
        clock.run_to(at)
        queue.wait(1, patience_s)
    assert (queue.waiting, queue.since_s) == (2, 30.0)
    clock.run_to(60.0)
    assert (queue.waiting, queue.since_s) == (1, 30.0), "the other one stood there meanwhile"
    person.finish(PHONE, 0)
    clock.run_to(70.0)
    queue.wait(1)
    assert (queue.waiting, queue.since_s) == (1, 70.0)


# -- the end of a shift ---------------------------------------------------------------------------


def test_the_last_one_serves_what_waits_before_going_home() -> None:
    _, made = team(1)
    queue, (person,) = made.queues[0], made.people
    assert taken(queue) is person
    one, other = queue.wait(1), queue.wait(1)
    made.end_shift(person)
    person.finish(PHONE, 0)
    person.finish(PHONE, 1)
    assert one.value is person and other.value is person
    person.finish(PHONE, 2)
    assert queue.take_free() is None


def test_off_duty_only_what_nobody_on_duty_may_do_is_served() -> None:
    _, made = team(2, keeps_free=(0, 0), trained=[(0, 1), (0,)])
    first, second = made.queues
    both, only_first = made.people
    assert [taken(first), taken(first)] == [only_first, both]
    of_first, of_second = first.wait(0), second.wait(0)
    made.end_shift(both)
    both.finish(PHONE, 0)
    assert of_second.value is both and not of_first.triggered
    both.finish(PHONE, 1)
    assert not both.at_work and not of_first.triggered


def test_who_alone_may_receive_stays_for_patients_inside_and_takes_no_other_work() -> None:
    _, made = team(2, keeps_free=(0, 0), trained=[(0, 1), (0,)])
    phone, door = made.queues
    both, only_phone = made.people
    door.expect_one_more()
    made.end_shift(both)
    assert taken(phone) is only_phone
    assert phone.take_free() is None, "who stays for the door is off duty"
    assert taken(door) is both
    both.finish(PHONE, 0)
    door.expect_one_less()
    assert door.take_free() is None


@pytest.mark.parametrize("patients", [0, 1])
def test_who_joins_from_another_roster_may_do_all(patients: int) -> None:
    _, made = team(1, keeps_free=(0, 0))
    guest = made.add_member(7)
    assert (guest.unit, guest.queues, guest.on_duty) == (7, made.queues, False)
    taken(made.queues[0])
    assert made.queues[patients].take_free() is None
    made.begin_shift(guest)
    assert taken(made.queues[patients]) is guest


def test_a_roster_brings_people_on_and_off_in_time() -> None:
    clock = Clock()
    made = Team(clock, Recorder(1), range(2))
    clock.start(run_roster(clock, made, [(0.0, 0, True), (10.0, 1, True), (10.0, 0, False)]))
    seen = []
    for at in (5.0, 15.0):
        clock.run_to(at)
        seen.append([person.on_duty for person in made.people])
    assert seen == [[True, False], [False, True]]
