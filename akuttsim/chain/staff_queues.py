"""Staff: people with one place at a time, and the queues of those who wait for them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from simpy.events import PENDING, Event

from akuttsim.chain.clock import Clock, Pathway
from akuttsim.chain.recorder import Recorder, activity

if TYPE_CHECKING:
    from akuttsim.chain.interruptions import InterruptibleWork

RosterChange = tuple[float, int, bool]
"""A time, a person's position in the team, and whether the person comes on duty (or goes off)."""


WENT_BEFORE = 1 << 40
"""More than ever stand in a queue: how far ahead those stand who have been served in part."""


class StaffMember:
    """An operator, dispatcher, nurse or doctor.

    `queues` are those that the person may serve, in the order in which they go first; `task` is the
    work in hand where a red alarm may end it early. Who has `home_duty` is `at_home` until called
    in to somebody.
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

    def finishes(self, kind: int, patient: int) -> None:
        """End a stretch of work, log it, and take the next who waits."""
        team = self.team
        now = team.clock._now
        team.log(activity(self.unit, kind, self.since, now, patient))
        if team.waiting:
            waiting = team.next_for(self)
            if waiting is not None:
                self.since = now
                waiting.ends_with(self)
                return
        self.at_work = False
        # what almost always happens, without the calls that rarer cases need
        if self.on_duty and not team.is_mixed and team.on_quiet is None:
            team.idle.append(self)
        else:
            team.has_nothing_for(self)

    def turns_from(self, kind: int, patient: int) -> None:
        """Log a stretch of work and go on with another for the same patient."""
        now = self.team.clock._now
        self.team.log(activity(self.unit, kind, self.since, now, patient))
        self.since = now


class Waiting(Event):
    """A wait for a person: ends with the person, or with None when patience ends first.

    It may stand in the queues of several teams at once; whoever is free first takes it.
    """

    def __init__(self, clock: Clock) -> None:
        """Make a wait that stands in no queue yet."""
        super().__init__(clock)
        self.queues: list[StaffQueue] = []

    def hang_up(self, _: Event) -> None:
        """Give up, unless somebody has come."""
        if self._value is PENDING:
            self.ends_with(None)

    def ends_with(self, person: StaffMember | None) -> None:
        """Leave every queue, with the person who comes."""
        for queue in self.queues:
            queue.waiting -= 1
            queue.team.waiting -= 1
        self.succeed(person)


class StaffQueue:
    """Those who wait for one kind of a team's work: by priority, then by who came first.

    `keeps_free` people of the team must be left free for what goes before this, but never all who
    are on duty. `waiting` is how many wait, and `since_s` since when somebody has without a break;
    `expected` are patients in the clinic who will need this queue. `on_growth` is told when one
    more waits.
    """

    __slots__ = ("_asked", "_heap", "expected", "keeps_free", "on_duty", "on_growth", "since_s",
                 "team", "waiting")  # fmt: skip

    def __init__(self, team: Team, keeps_free: int = 0) -> None:
        """Make an empty queue before a team."""
        self.team = team
        self.keeps_free = keeps_free
        self.on_duty = 0
        self.expected = 0
        self.on_growth: Callable[[StaffQueue], None] | None = None
        self.waiting = 0
        self.since_s = 0.0
        self._heap: list[tuple[int, int, Waiting]] = []
        self._asked = 0

    def find(self) -> StaffMember | None:
        """Take the person who has been idle longest, or None."""
        team = self.team
        idle = team.idle
        if not idle or (self.keeps_free and len(idle) <= min(self.keeps_free, team.on_duty - 1)):
            return None
        person = team.least_trained(self) if team.is_mixed else idle.popleft()
        if person is not None:
            person.at_work = True
            person.since = team.clock._now
        return person

    def wait(
        self, priority: int, patience_s: float | None = None, goes_on: bool = False
    ) -> Waiting:
        """Join the queue, lower numbers first; yields a person, or None on giving up.

        Who `goes_on` after an interruption comes before others of the same priority.
        """
        clock = self.team.clock
        waiting = Waiting(clock)
        self.joined_by(waiting, priority, goes_on)
        if patience_s is not None:
            clock.later(patience_s, waiting.hang_up)
        return waiting

    def joined_by(self, waiting: Waiting, priority: int, goes_on: bool = False) -> None:
        """Let somebody stand in this queue, perhaps in others at the same time."""
        if not self.waiting:
            self.since_s = self.team.clock._now
        self.waiting += 1
        self.team.waiting += 1
        self._asked += 1
        waiting.queues.append(self)
        place = self._asked - WENT_BEFORE if goes_on else self._asked
        heappush(self._heap, (priority, place, waiting))
        if self.on_growth is not None:
            self.on_growth(self)

    def offered(self, waiting: Waiting, priority: int) -> None:
        """Take somebody who waits elsewhere: answered at once if a person is free here."""
        if waiting._value is not PENDING or self in waiting.queues:
            return
        person = self.find()
        if person is None:
            self.joined_by(waiting, priority)
        else:
            waiting.ends_with(person)

    def moves_to(self, other: StaffQueue) -> None:
        """Send all who wait here to another queue, in their order."""
        while self._heap:
            priority, _, waiting = heappop(self._heap)
            if waiting._value is PENDING:
                self.waiting -= 1
                self.team.waiting -= 1
                waiting.queues.remove(self)
                other.offered(waiting, priority)

    def expects(self) -> None:
        """Note a patient who will need this queue before the doors can be closed."""
        self.expected += 1

    def expects_no_more(self) -> None:
        """Note that a patient has left; after the last one, those who stayed go home."""
        self.expected -= 1
        if self.expected == 0:
            self.team.sends_home()

    def next(self) -> Waiting:
        """Return who is first, of a queue in which somebody waits."""
        while True:
            waiting = heappop(self._heap)[2]
            if waiting._value is PENDING:
                return waiting


class Team:
    """People on one roster, and the queues that they serve together.

    Whoever has been idle longest is taken; where not everybody may do everything, the one who may
    do least. At the end of a shift a person finishes the work in hand; if nobody takes over, also
    what waits and what is expected. `on_quiet` is told when a person finds nobody waiting.
    `waiting` is how many stand in all its queues together.
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
        self.queues = tuple(StaffQueue(self, each) for each in keeps_free)
        everything = tuple(range(len(keeps_free)))
        served = trained or [everything] * len(units)
        self.is_mixed = any(mine != everything for mine in served)
        self.people = [
            StaffMember(unit, self, tuple(self.queues[each] for each in mine))
            for unit, mine in zip(units, served, strict=True)
        ]
        self.on_duty = 0
        self.waiting = 0
        self.on_quiet: Callable[[], None] | None = None
        self.idle: deque[StaffMember] = deque()
        self._staying: list[StaffMember] = []

    def joined_by(self, unit: int) -> StaffMember:
        """Let somebody from another roster join, off duty, who may serve every queue."""
        person = StaffMember(unit, self, self.queues)
        self.people.append(person)
        return person

    def least_trained(self, queue: StaffQueue) -> StaffMember | None:
        """Take of the idle who may serve a queue the one who may do least, or None."""
        able = [
            person
            for person in self.idle
            if queue in person.queues and (person.on_duty or not queue.on_duty)
        ]
        if not able:
            return None
        person = min(able, key=lambda person: len(person.queues))
        self.idle.remove(person)
        return person

    def has_nothing_for(self, person: StaffMember) -> None:
        """Let a person who is not at work be free, stay for patients inside, or go home."""
        if person.on_duty:
            self._idles(person)
        elif self._is_needed(person):
            self._staying.append(person)
            self._idles(person)

    def next_for(self, person: StaffMember) -> Waiting | None:
        """Return whom a person takes now: of the queue that goes first of those with somebody.

        A person off duty takes only those whom nobody on duty may serve.
        """
        for queue in person.queues:
            if queue.waiting and (
                len(self.idle) >= min(queue.keeps_free, self.on_duty - 1)
                if person.on_duty
                else queue.on_duty == 0
            ):
                return queue.next()
        return None

    def _idles(self, person: StaffMember) -> None:
        """Let a person be free; in a mixed team a colleague need not be kept free any more."""
        self.idle.append(person)
        if self.is_mixed and self.waiting:
            self._serves_who_waits()
        if self.on_quiet is not None and person.on_duty:
            self.on_quiet()

    def _serves_who_waits(self) -> None:
        """Let the idle take those for whom nobody could be spared until now."""
        for queue in self.queues:
            while queue.waiting:
                person = queue.find()
                if person is None:
                    break
                queue.next().ends_with(person)

    def _is_needed(self, person: StaffMember) -> bool:
        """Tell whether patients are inside whom nobody on duty may serve, but this person may."""
        return any(queue.expected and not queue.on_duty for queue in person.queues)

    def comes_on(self, person: StaffMember) -> None:
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
        self.sends_home()
        if person.at_work or person in self.idle:
            return
        if not self._goes_on(person):
            self._idles(person)

    def _goes_on(self, person: StaffMember) -> bool:
        """Let a person who is not at work take the next who waits; tell whether somebody did."""
        waiting = self.next_for(person)
        if waiting is None:
            return False
        person.at_work = True
        person.since = self.clock._now
        waiting.ends_with(person)
        return True

    def goes_off(self, person: StaffMember) -> None:
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
                self._goes_on(person)
        self._serves_who_waits()

    def sends_home(self) -> None:
        """Let those go who stayed after their shift and are not needed any more."""
        for person in [each for each in self._staying if not self._is_needed(each)]:
            self._staying.remove(person)
            if person in self.idle:
                self.idle.remove(person)


def run_roster(clock: Clock, team: Team, changes: list[RosterChange]) -> Pathway:
    """Bring a team's people on and off duty, in order of time."""
    for at, position, comes in changes:
        if at > clock._now:
            yield clock.wait(at - clock._now)
        person = team.people[position]
        if comes:
            team.comes_on(person)
        else:
            team.goes_off(person)
