"""Staff: people with one place at a time, and those who wait for them by priority."""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush

from simpy.events import PENDING, Event

from akuttsim.chain.clock import Clock, Pathway
from akuttsim.chain.recorder import Recorder

Change = tuple[float, int, bool]
"""A time, a person's position in the team, and whether the person comes on duty (or goes off)."""


class Person:
    """An operator, dispatcher, nurse or doctor."""

    __slots__ = ("at_work", "on_duty", "since", "unit")

    def __init__(self, unit: int) -> None:
        """Make a person off duty; `unit` is the row in the record's table of units."""
        self.unit = unit
        self.on_duty = False
        self.at_work = False
        self.since = 0.0


class Waiting(Event):
    """A wait for a person: ends with the person, or with None when patience ends first."""

    def hang_up(self, _: Event) -> None:
        """Give up, unless somebody has come."""
        if self._value is PENDING:
            self.succeed(None)


class Team:
    """People who share one queue: served by priority, then by who came first.

    Whoever has been idle longest is taken. At the end of a shift a person finishes the work in
    hand; if nobody takes over, also what waits and what is `expected` (patients in the clinic).
    """

    __slots__ = (
        "_asked",
        "_clock",
        "_idle",
        "_queue",
        "_recorder",
        "_staying",
        "expected",
        "on_duty",
        "people",
    )

    def __init__(self, clock: Clock, recorder: Recorder, units: range) -> None:
        """Make a team of people off duty, one for each row of the table of units."""
        self.people = [Person(unit) for unit in units]
        self.on_duty = 0
        self.expected = 0
        self._clock = clock
        self._recorder = recorder
        self._idle: deque[Person] = deque()
        self._queue: list[tuple[int, int, Waiting]] = []
        self._staying: list[Person] = []
        self._asked = 0

    def find(self) -> Person | None:
        """Take the person who has been idle longest, or None."""
        if not self._idle:
            return None
        person = self._idle.popleft()
        person.at_work = True
        person.since = self._clock._now
        return person

    def wait(self, priority: int, patience_s: float | None = None) -> Waiting:
        """Join the queue, lower numbers first; yields a person, or None on giving up."""
        waiting = Waiting(self._clock)
        self._asked += 1
        heappush(self._queue, (priority, self._asked, waiting))
        if patience_s is not None:
            self._clock.later(patience_s, waiting.hang_up)
        return waiting

    def is_wanted(self) -> bool:
        """Tell whether somebody waits."""
        return any(waiting._value is PENDING for _, _, waiting in self._queue)

    def release(self, person: Person, kind: int, patient: int) -> None:
        """End a person's work, log it, and let the person take the next who waits."""
        now = self._clock._now
        self._recorder.did(person.unit, kind, person.since, now, patient)
        if person.on_duty or self.on_duty == 0:
            waiting = self._next_waiting()
            if waiting is not None:
                person.since = now
                waiting.succeed(person)
                return
        person.at_work = False
        if person.on_duty:
            self._idle.append(person)
        elif self.on_duty == 0 and self.expected > 0:
            self._idle.append(person)
            self._staying.append(person)

    def _next_waiting(self) -> Waiting | None:
        while self._queue:
            waiting = heappop(self._queue)[2]
            if waiting._value is PENDING:
                return waiting
        return None

    def comes_on(self, person: Person) -> None:
        """Begin a person's shift; whoever stayed for lack of a successor may go.

        Somebody may still be at work from an earlier shift, or have stayed after it.
        """
        self.on_duty += 1
        person.on_duty = True
        self._send_home(keep=person)
        if person.at_work or person in self._idle:
            return
        waiting = self._next_waiting()
        if waiting is None:
            self._idle.append(person)
        else:
            person.at_work = True
            person.since = self._clock._now
            waiting.succeed(person)

    def goes_off(self, person: Person) -> None:
        """End a person's shift; work in hand is finished."""
        self.on_duty -= 1
        person.on_duty = False
        if person not in self._idle:
            return
        if self.on_duty == 0 and self.expected > 0:
            self._staying.append(person)
        else:
            self._idle.remove(person)

    def expects(self) -> None:
        """Note a patient who will need this team before the doors can be closed."""
        self.expected += 1

    def expects_no_more(self) -> None:
        """Note that a patient has left; after the last one, those who stayed go home."""
        self.expected -= 1
        if self._staying and self.expected == 0:
            self._send_home()

    def _send_home(self, keep: Person | None = None) -> None:
        for person in self._staying:
            if person is not keep and person in self._idle:
                self._idle.remove(person)
        self._staying.clear()


def roster(clock: Clock, team: Team, changes: list[Change]) -> Pathway:
    """Bring a team's people on and off duty, in order of time."""
    for at, position, comes in changes:
        if at > clock._now:
            yield clock.wait(at - clock._now)
        person = team.people[position]
        if comes:
            team.comes_on(person)
        else:
            team.goes_off(person)
