"""Teams under any sequence of what may happen to them: a rule-based state machine."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from akuttsim.chain.clock_and_queues import Clock, Waiting
from akuttsim.chain.recorder import Recorder
from akuttsim.chain.staff_queues import StaffMember, StaffQueue, Team
from akuttsim.records import PHONE
from tests.nightly import examples

QUEUES = 3
trainings = st.sets(st.integers(0, QUEUES - 1), min_size=1).map(lambda each: tuple(sorted(each)))


class Staff(RuleBasedStateMachine):
    """A team with three queues and mixed training, and a neighbour who may be offered callers.

    The model knows who waits where, who is at work for whom, and since when somebody has waited.
    """

    waits = Bundle("waits")

    @initialize(
        keeps_free=st.lists(st.integers(0, 2), min_size=QUEUES, max_size=QUEUES),
        trained=st.lists(trainings, min_size=1, max_size=4),
        alike=st.booleans(),
    )
    def hires(self, keeps_free: list[int], trained: list[tuple[int, ...]], alike: bool) -> None:
        self.clock = Clock()
        served = None if alike else trained
        self.team = Team(self.clock, Recorder(1), range(len(trained)), keeps_free, served)
        self.neighbour = Team(self.clock, Recorder(1), range(2))
        self.people = [*self.team.people, *self.neighbour.people]
        self.queues = [*self.team.queues, *self.neighbour.queues]
        self.asked: dict[Waiting, set[StaffQueue]] = {}
        self.serving: dict[StaffMember, object] = {}
        self.since: dict[StaffQueue, float | None] = dict.fromkeys(self.queues)

    # -- what may happen --------------------------------------------------------------------

    @rule(
        target=waits,
        queue=st.integers(0, QUEUES),
        priority=st.integers(0, 2),
        patience_s=st.none() | st.integers(1, 30).map(float),
    )
    def asks(self, queue: int, priority: int, patience_s: float | None) -> Any:
        asked = self.queues[queue]
        person = asked.take_free()
        if person is not None:
            assert person not in self.serving, "taken from other work"
            assert asked in person.queues
            assert person.on_duty or not asked.on_duty
            self.serving[person] = object()
            return None
        waiting = asked.wait(priority, patience_s)
        self.asked[waiting] = {asked}
        return waiting

    @rule(waiting=waits, queue=st.integers(0, QUEUES))
    def is_offered_elsewhere(self, waiting: Waiting | None, queue: int) -> None:
        if waiting in self.asked:
            self.asked[waiting].add(self.queues[queue])
            self.queues[queue].offer(waiting, 1)

    @rule(one=st.integers(0, QUEUES), other=st.integers(0, QUEUES))
    def moves(self, one: int, other: int) -> None:
        if one != other:
            for waiting in (each for each in self.asked if self.queues[one] in each.queues):
                self.asked[waiting].add(self.queues[other])
            self.queues[one].move_all_to(self.queues[other])

    @rule(number=st.integers(0, 5))
    def finish(self, number: int) -> None:
        at_work = list(self.serving)
        if at_work:
            person = at_work[number % len(at_work)]
            del self.serving[person]
            person.finish(PHONE, 0)

    @rule(number=st.integers(0, 5))
    def comes_or_goes(self, number: int) -> None:
        person = self.people[number % len(self.people)]
        (person.team.end_shift if person.on_duty else person.team.begin_shift)(person)

    @rule(queue=st.integers(0, QUEUES), comes_in=st.booleans())
    def expects(self, queue: int, comes_in: bool) -> None:
        if comes_in:
            self.queues[queue].expect_one_more()
        elif self.queues[queue].expected:
            self.queues[queue].expect_one_less()

    @rule(seconds=st.integers(1, 20))
    def time_passes(self, seconds: int) -> None:
        self.clock.run_to(self.clock.now + seconds)

    # -- what must hold ---------------------------------------------------------------------

    @invariant()
    def nobody_is_in_two_places(self) -> None:
        for waiting in [each for each in self.asked if each.triggered]:
            person, asked = waiting.value, self.asked.pop(waiting)
            if person is not None:
                assert person not in self.serving, "answers two at once"
                may = [queue for queue in asked if queue in person.queues]
                assert may, "answers without training"
                assert person.on_duty or any(not queue.on_duty for queue in may)
                self.serving[person] = waiting
        for person in self.people:
            assert person.at_work == (person in self.serving)

    @invariant()
    def the_idle_are_those_on_duty_and_those_who_are_needed(self) -> None:
        for team in (self.team, self.neighbour):
            assert len(set(team.idle)) == len(team.idle)
            for person in team.people:
                needed = any(each.expected and not each.on_duty for each in person.queues)
                is_idle = person in team.idle
                assert not (is_idle and person.at_work)
                assert not (person.on_duty and not person.at_work and not is_idle)
                assert not (is_idle and not person.on_duty and not needed)

    @invariant()
    def nobody_waits_for_somebody_idle_who_need_not_be_kept_free(self) -> None:
        for queue in (each for each in self.queues if each.waiting):
            team = queue.team
            able = [each for each in team.idle if queue in each.queues]
            on_duty = [each for each in able if each.on_duty]
            if on_duty:
                assert len(team.idle) <= min(queue.keeps_free, team.on_duty - 1)
            assert queue.on_duty or not able, "off duty, and nobody else may"

    @invariant()
    def those_who_wait_are_counted(self) -> None:
        for queue in self.queues:
            pending = [each for each in self.asked if queue in each.queues]
            assert queue.waiting == len(pending)
            assert queue.on_duty == sum(
                each.on_duty and queue in each.queues for each in self.people
            )

    @invariant()
    def it_is_known_since_when_somebody_waits(self) -> None:
        for queue in self.queues:
            if not queue.waiting:
                self.since[queue] = None
            elif self.since[queue] is None:
                self.since[queue] = queue.since_s
                assert queue.since_s == self.clock.now
            assert self.since[queue] in (None, queue.since_s)


TestStaff = Staff.TestCase
TestStaff.settings = settings(
    max_examples=examples(150), stateful_step_count=40, deadline=None, derandomize=True
)
