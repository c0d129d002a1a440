"""Staff and the queues before them: teams on a roster, and the doctor on call at home (bakvakt).

A team shares one or more queues; who is free takes the first of the work that goes first. The
doctor on call is woken when the queue before the doctors on duty is long, or all of them are out,
and goes home when it is quiet again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Sequence

from akuttsim.chain.clock_and_queues import Clock, Delay, Pathway, PriorityQueue, Waiting
from akuttsim.chain.recorder import Departure, Recorder, activity
from akuttsim.records import BY_UNKNOWN_WAY, WAY_IN, WAY_IN_TRIP

RosterChange = tuple[float, int, bool]
"""A time, a person's position in the team, and whether the person comes on duty (or goes off)."""


Spot = tuple[int, float]
"""A place, and how many kilometres by road from there somebody's door is."""


class InterruptibleWork:
    """Work in hand that a red alarm may end early.

    `kind` and `patient` are those of the activity; `urgency` tells how grave it is to leave it;
    `place` is where it is done, and how far by road from there the door is (None at the base),
    and `trip` the drive under way, if it is one.
    `wait` ends at `ends_s` unless it is called off.
    """

    __slots__ = ("ends_s", "kind", "patient", "place", "trip", "urgency", "wait")

    def __init__(self, kind: int, patient: int, urgency: int, place: Spot | None = None) -> None:
        """Describe work that has not begun."""
        self.kind = kind
        self.patient = patient
        self.urgency = urgency
        self.place = place
        self.trip: Departure | None = None
        self.wait: Delay | None = None
        self.ends_s = 0.0


class StaffMember:
    """A seat for an operator, dispatcher, nurse or doctor: whoever sits on it is one person.

    A seat that is staffed round the clock never goes off duty.

    Attributes:
        unit: Row in the record's table of units.
        queues: The queues that the person may serve, in the order in which they go first.
        on_duty: Whether the shift is on; `at_work` whether somebody is being served.
        since: When the work in hand began, in seconds of the run.
        task: The work in hand, where a red alarm may end it early.
        home_duty: Whether the person is on duty at home, and `at_home` until called in.
    """

    __slots__ = (
        "at_home",
        "at_work",
        "home_duty",
        "on_duty",
        "queues",
        "since",
        "task",
        "team",
        "unit",
    )

    def __init__(self, unit: int, team: Team, queues: tuple[StaffQueue, ...]) -> None:
        """Make a person off duty; `unit` is the row in the record's table of units."""
        self.unit = unit
        self.team = team
        self.queues = queues
        self.on_duty = False
        self.at_work = False
        self.since = 0.0
        self.task: InterruptibleWork | None = None
        self.home_duty = False
        self.at_home = False

    def finish(self, kind: int, patient: int) -> None:
        """End a stretch of work, log it, and take the next who waits."""
        team = self.team
        log = team.log
        log(activity(self.unit, kind, self.since, team.clock._now, patient))
        if team.waiting and self.take_next():
            return
        self.at_work = False
        # what almost always happens, without the calls that rarer cases need
        if not self.on_duty:
            team.keep_if_needed(self)
        elif team.is_mixed or team.on_quiet is not None:
            team.make_idle(self)
        else:
            team.idle.append(self)

    def take_next(self) -> bool:
        """Take the next who waits, of the queue that goes first; tell whether somebody does.

        A person off duty takes only those whom nobody on duty may serve.
        """
        team = self.team
        for queue in self.queues:
            if queue.line and (
                not queue.keeps_free or len(team.idle) >= min(queue.keeps_free, team.on_duty - 1)
                if self.on_duty
                else queue.on_duty == 0
            ):
                self.at_work = True
                self.since = team.clock._now
                queue.line[0][2].end_with(self)
                return True
        return False

    def switch_work(self, kind: int, patient: int) -> None:
        """Log a stretch of work and go on with another for the same patient."""
        now = self.team.clock._now
        self.team.log(activity(self.unit, kind, self.since, now, patient))
        self.since = now


class StaffQueue(PriorityQueue[Waiting]):
    """Those who wait for one kind of a team's work.

    Attributes:
        keeps_free: How many people of the team must be left free for what goes before this, but
            never all who are on duty.
        on_duty: How many are on duty who may do this work.
        expected: Patients in the clinic who will need this queue.
        on_growth: Called when one more waits.
    """

    __slots__ = ("expected", "keeps_free", "on_duty", "on_growth", "team")

    def __init__(self, team: Team, keeps_free: int = 0) -> None:
        """Make an empty queue before a team."""
        super().__init__(team.clock)
        self.team = team
        self.keeps_free = keeps_free
        self.on_duty = 0
        self.expected = 0
        self.on_growth: Callable[[StaffQueue], None] | None = None

    def take_free(self) -> StaffMember | None:
        """Take the person who has been idle longest, or None."""
        team = self.team
        idle = team.idle
        if not idle or (self.keeps_free and len(idle) <= min(self.keeps_free, team.on_duty - 1)):
            return None
        person = team.take_least_trained(self) if team.is_mixed else idle.popleft()
        if person is not None:
            person.at_work = True
            person.since = team.clock._now
        return person

    def join(self, waiting: Waiting, priority: int, resumes: bool = False) -> None:
        """Let somebody stand in this queue, perhaps in others at the same time."""
        super().join(waiting, priority, resumes)
        self.team.waiting += 1
        if self.on_growth is not None:
            self.on_growth(self)

    def remove(self, place: tuple[int, int]) -> None:
        """Take away who stands at a place; the wait itself goes on, in other queues."""
        del self.line[bisect_left(self.line, place)]
        self.team.waiting -= 1

    def offer(self, waiting: Waiting, priority: int) -> None:
        """Take somebody who waits elsewhere: answered at once if a person is free here."""
        if waiting.triggered or self in waiting.queues:
            return
        person = self.take_free()
        if person is None:
            self.join(waiting, priority)
        else:
            waiting.end_with(person)

    def move_all_to(self, other: StaffQueue) -> None:
        """Send all who wait here to another queue, in their order."""
        while self.line:
            priority, number, waiting = self.line[0]
            waiting.entries.remove((self, (priority, number)))
            self.remove((priority, number))
            other.offer(waiting, priority)

    def expect_one_more(self) -> None:
        """Note a patient who will need this queue before the doors can be closed."""
        self.expected += 1

    def expect_one_less(self) -> None:
        """Note that a patient has left; after the last one, those who stayed go home."""
        self.expected -= 1
        if self.expected == 0:
            self.team.send_home()


class Team:
    """People on one roster, and the queues that they serve together.

    Whoever has been idle longest is taken; where not everybody may do everything, the one who may
    do least. At the end of a shift a person finishes the work in hand; if nobody takes over, also
    what waits and what is expected.

    Attributes:
        people: Everybody on the roster, on duty or not.
        queues: What they serve, in the order in which it goes first.
        idle: Those who are free, longest first.
        on_duty: How many are on duty.
        is_mixed: Whether not everybody may serve every queue.
        waiting: How many stand in all its queues together.
        on_quiet: Called when a person finds nobody waiting.
    """

    __slots__ = ("_staying", "clock", "idle", "is_mixed", "log", "on_duty", "on_quiet",
                 "people", "queues", "recorder", "waiting")  # fmt: skip

    def __init__(
        self,
        clock: Clock,
        recorder: Recorder,
        units: range,
        keeps_free: Sequence[int] = (0,),
        trained: Sequence[tuple[int, ...]] | None = None,
    ) -> None:
        """Make a team of people off duty, one for each row of the table of units.

        `keeps_free` has a number for each queue; `trained` the queues that each person may serve,
        where that is not all of them.
        """
        self.clock = clock
        self.recorder = recorder
        self.log = recorder.log
        self.queues = tuple(StaffQueue(self, index) for index in keeps_free)
        everything = tuple(range(len(keeps_free)))
        served = trained or [everything] * len(units)
        self.is_mixed = any(mine != everything for mine in served)
        self.people = [
            StaffMember(unit, self, tuple(self.queues[index] for index in mine))
            for unit, mine in zip(units, served, strict=True)
        ]
        self.on_duty = 0
        self.waiting = 0
        self.on_quiet: Callable[[], None] | None = None
        self.idle: deque[StaffMember] = deque()
        self._staying: list[StaffMember] = []

    def add_member(self, unit: int) -> StaffMember:
        """Let somebody from another roster join, off duty, who may serve every queue."""
        person = StaffMember(unit, self, self.queues)
        self.people.append(person)
        return person

    def take_least_trained(self, queue: StaffQueue) -> StaffMember | None:
        """Take of the idle who may serve a queue the one who may do least, or None."""
        best: StaffMember | None = None
        for person in self.idle:
            able = queue in person.queues and (person.on_duty or not queue.on_duty)
            if able and (best is None or len(person.queues) < len(best.queues)):
                best = person
        if best is not None:
            self.idle.remove(best)
        return best

    def keep_if_needed(self, person: StaffMember) -> None:
        """Let a person off duty and not at work stay for patients inside, or go home."""
        if self._is_needed(person):
            self._staying.append(person)
            self.make_idle(person)

    def make_idle(self, person: StaffMember) -> None:
        """Let a person be free; in a mixed team a colleague need not be kept free any more."""
        self.idle.append(person)
        if self.is_mixed and self.waiting:
            self._serve_those_waiting()
        if self.on_quiet is not None and person.on_duty:
            self.on_quiet()

    def _serve_those_waiting(self) -> None:
        """Let the idle take those for whom nobody could be spared until now."""
        for queue in self.queues:
            while queue.line:
                person = queue.take_free()
                if person is None:
                    break
                queue.line[0][2].end_with(person)

    def _is_needed(self, person: StaffMember) -> bool:
        """Tell whether patients are inside whom nobody on duty may serve, but this person may."""
        return any(queue.expected and not queue.on_duty for queue in person.queues)

    def begin_shift(self, person: StaffMember) -> None:
        """Begin a person's shift; whoever stayed for lack of a successor may go.

        Somebody may still be at work from an earlier shift, or have stayed after it.
        """
        self.on_duty += 1
        for queue in person.queues:
            queue.on_duty += 1
        person.on_duty = True
        person.at_home = person.home_duty and not person.at_work
        if person in self._staying:
            self._staying.remove(person)
        self.send_home()
        if person.at_work or person in self.idle:
            return
        if not person.take_next():
            self.make_idle(person)

    def end_shift(self, person: StaffMember) -> None:
        """End a person's shift; work in hand is finished."""
        self.on_duty -= 1
        for queue in person.queues:
            queue.on_duty -= 1
        person.on_duty = False
        if person in self.idle:
            if self._is_needed(person):
                self._staying.append(person)
            else:
                self.idle.remove(person)
                person.take_next()
        self._serve_those_waiting()

    def send_home(self) -> None:
        """Let those go who stayed after their shift and are not needed any more."""
        if not self._staying:
            return
        for person in [each for each in self._staying if not self._is_needed(each)]:
            self._staying.remove(person)
            if person in self.idle:
                self.idle.remove(person)


def run_roster(clock: Clock, team: Team, changes: list[RosterChange]) -> Pathway:
    """Bring a team's people on and off duty, in order of time.

    Args:
        clock: The clock of the run.
        team: The team.
        changes: Time, position of the person, and whether they come; in order.
    """
    for at, position, comes in changes:
        if at > clock._now:
            yield clock.wait(at - clock._now)
        person = team.people[position]
        if comes:
            team.begin_shift(person)
        else:
            team.end_shift(person)


def wakes_on_call_doctor(waiting: int, longer_than: int | None, all_out: bool) -> bool:
    """Tell whether a rule wakes the doctor on call: too many wait, or every doctor on duty is out.

    Args:
        waiting: How many wait for the doctors on duty.
        longer_than: How many may wait; None for any number.
        all_out: Whether all are out, where that wakes one.
    """
    return all_out or (longer_than is not None and waiting > longer_than)


class OnCallDoctors:
    """Doctors on call behind a team on duty; they join it when woken, until nobody waits.

    `longer_than` patients may wait before one is woken; `when_all_are_out` wakes one when the last
    doctor on duty drives out. `place` is where they come to (-1: told nowhere); nobody knows where
    they live.
    """

    __slots__ = ("_asleep", "_awake", "_clock", "_comes_after_s", "_longer_than", "_on_call",
                 "_out", "_team", "_when_all_are_out", "people", "place")  # fmt: skip

    def __init__(
        self, clock: Clock, team: Team, units: range, comes_after_s: float,
        longer_than: int | None, when_all_are_out: bool,
    ) -> None:  # fmt: skip
        """Make doctors who are not on call yet, one for each row of the table of units."""
        self.people = [team.add_member(unit) for unit in units]
        self.place = -1
        self._clock = clock
        self._team = team
        self._comes_after_s = comes_after_s
        self._longer_than = longer_than
        self._when_all_are_out = when_all_are_out
        self._on_call: list[StaffMember] = []
        self._asleep: list[StaffMember] = []
        self._awake: list[StaffMember] = []
        self._out: list[StaffMember] = []
        for queue in team.queues:
            queue.on_growth = self.wake_if_needed
        team.on_quiet = self.send_home_if_quiet

    def wake_if_needed(self, queue: StaffQueue) -> None:
        """Wake a doctor if the rule says so for those who wait now."""
        asleep = [each for each in self._asleep if not each.at_work]
        if asleep and wakes_on_call_doctor(queue.waiting, self._longer_than, self._all_are_out()):
            person = asleep[0]
            self._asleep.remove(person)
            self._awake.append(person)
            woken_s = self._clock._now
            self._clock.later(self._comes_after_s, self._arrives, person, woken_s)

    def _all_are_out(self) -> bool:
        """Tell whether all doctors on duty are out, where the doctor on call stands in then."""
        if not self._when_all_are_out:
            return False
        people = self._team.people
        on_duty = [person for person in people if person.on_duty and person not in self._awake]
        return bool(on_duty) and all(person in self._out for person in on_duty)

    def _arrives(self, person: StaffMember, woken_s: float) -> None:
        """Let a woken doctor begin work, and log the way in."""
        self._log_way_in(person, woken_s, self._clock._now)
        self._team.begin_shift(person)
        self.send_home_if_quiet()

    def _log_way_in(self, person: StaffMember, woken_s: float, there_s: float) -> None:
        recorder = self._team.recorder
        recorder.log_activity(person.unit, WAY_IN, woken_s, there_s, -1)
        way_in = Departure(
            person.unit, WAY_IN_TRIP, -1, -1, -1, 0.0, self.place, BY_UNKNOWN_WAY, -1,
            woken_s, woken_s, there_s,
        )  # fmt: skip
        recorder.log_trip(way_in, there_s, True)

    def send_home_if_quiet(self) -> None:
        """Send home those who find nobody waiting, unless they stand in for doctors who are out."""
        if self._awake and not self._all_are_out():
            for person in [
                idle_person
                for idle_person in self._awake
                if idle_person.on_duty and not idle_person.at_work
            ]:
                self._awake.remove(person)
                self._team.end_shift(person)
                if person in self._on_call:
                    self._asleep.append(person)

    def take_for_advice(self) -> StaffMember | None:
        """Take a doctor on call who is at home and not asked by another; None if there is none."""
        person = next((each for each in self._asleep if not each.at_work), None)
        if person is not None:
            person.at_work, person.since = True, self._clock._now
        return person

    def come_in(self, person: StaffMember) -> Delay:
        """Let a doctor who was asked drive in, log the way, and return the wait until there."""
        woken_s = self._clock._now
        self._log_way_in(person, woken_s, woken_s + self._comes_after_s)
        return self._clock.wait(self._comes_after_s)

    def rest_again(self, person: StaffMember) -> None:
        """Let a doctor who was asked be at home again; one is woken if the rule says so now."""
        person.at_work = False
        self.wake_if_needed(self._team.queues[0])

    def note_departure(self, person: StaffMember) -> None:
        """Note that a doctor of the team drives out, which may wake a back-up."""
        self._out.append(person)
        self.wake_if_needed(self._team.queues[0])

    def note_return(self, person: StaffMember) -> None:
        """Note that a doctor of the team is back; who stood in may go."""
        self._out.remove(person)
        self.send_home_if_quiet()

    def change_duty(self, person: StaffMember, on_call: bool) -> None:
        """Begin or end a doctor's hours on call; who has been woken goes on until quiet."""
        if not on_call:
            self._on_call.remove(person)
            if person in self._asleep:
                self._asleep.remove(person)
        else:
            self._on_call.append(person)
            if person not in self._awake:
                self._asleep.append(person)


def run_on_call_roster(
    clock: Clock, back_up: OnCallDoctors, changes: list[RosterChange]
) -> Pathway:
    """Begin and end the doctors' hours on call, in order of time."""
    for at, position, begins in changes:
        if at > clock._now:
            yield clock.wait(at - clock._now)
        back_up.change_duty(back_up.people[position], begins)
