"""The run's clock, and the one queue of the chain: who waits, and who comes first.

The clock is SimPy's, with processes that start and end without an event of their own.

The order of a queue is urgency (lower numbers first), then time of joining. Who goes on after an
interruption comes before others of the same urgency. A wait may be cancelled, by patience that ends
or by help that is no longer needed, and it may stand in the queues of several teams at once.

Pathways ask in one way, whatever they wait for::

nurse = yield from site.nurses.acquire(priority=call.urgency)
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Generator, Iterator
from heapq import heappop, heappush, heapreplace
from typing import Any, Generic, TypeVar

from simpy import Environment
from simpy.core import StopSimulation
from simpy.events import NORMAL, PENDING, Event

Pathway = Generator[Event, Any, Any]
"""A care pathway: a SimPy process that yields wherever time passes."""


BEFORE_ALL: Any = -1
"""Priority of the end: it comes before whatever else would happen at the same time."""


def _stop() -> None:
    """End the run."""
    raise StopSimulation


def _end_at_once() -> Pathway:
    """Wait for nothing."""
    yield from ()


NOBODY = _end_at_once()
"""The journey of nobody, which has ended: what has been called off still comes up."""
next(NOBODY, None)


class Delay(float, Event):
    """A wait: how many seconds, and SimPy's event of their having passed.

    Made without any Python call, which matters: it is the most frequent object of a run. The clock
    puts it in its queue when a journey yields it. It is waited for by one journey, never as a part
    of a condition, and need not know its clock.

    Attributes:
        journey: The journey that waits, and goes on when it has passed.
    """

    __slots__ = ("journey",)
    __init__ = object.__init__
    _ok = True
    _value: bool | None = None
    journey: Pathway


class CalledOff(Delay):
    """The end of a wait that was called off: its journey goes on with False."""

    __slots__ = ()
    _value = False


class DelayedCall(Delay):
    """A delay after which something is done, by nobody's journey.

    Attributes:
        action: What is called.
        args: With what it is called.
    """

    __slots__ = ("action", "args")
    action: Callable[..., object]
    args: tuple[Any, ...]


class Clock(Environment):
    """SimPy's environment with journeys and plain delayed calls.

    A journey is a SimPy process that starts at once and ends silently: SimPy schedules one event to
    start a process and one to end it, and nobody waits for a journey. Each thing that it yields is
    waited for by it alone, so that the clock lets it go on without a list of callbacks. Errors
    reach the run at once.
    """

    def __init__(self) -> None:
        """Set the clock to 0.

        `wait` returns an event so many seconds from when it is yielded.
        """
        super().__init__()
        self.wait: Callable[[float], Delay] = Delay

    def start(self, pathway: Pathway) -> None:
        """Start a journey now, and run it until it first waits."""
        event: Any = next(pathway, None)
        if type(event) is Delay:
            event.journey = pathway
            heappush(self._queue, (self._now + event, NORMAL, next(self._eid), event))
        elif event is not None:
            event.journey = pathway

    def later(self, delay_s: float, action: Callable[..., object], *args: Any) -> None:
        """Call `action` with these arguments after a delay."""
        delay = DelayedCall(delay_s)
        delay.action, delay.args = action, args
        heappush(self._queue, (self._now + delay_s, NORMAL, next(self._eid), delay))

    def call_off(self, delay: Delay) -> None:
        """End a wait now, with False; who waits goes on at once instead of later."""
        early = CalledOff(0.0)
        early.journey, delay.journey = delay.journey, NOBODY
        heappush(self._queue, (self._now, NORMAL, next(self._eid), early))

    def scheduled(self) -> int:
        """Return how many events have been scheduled so far; the count itself takes one number."""
        return next(self._eid)

    def run_to(self, end_s: float) -> None:
        """Let all events before `end_s` happen. As SimPy's `run`, for events that never fail.

        An event stays first in the queue while it happens, for whatever it schedules comes later:
        the wait that follows it then takes its place in one move instead of two. A journey that
        has ended is told from one that waits without an exception, which would cost more than all.
        """
        queue, numbers, end = self._queue, self._eid, DelayedCall(0.0)
        end.action, end.args = _stop, ()
        heappush(queue, (end_s, BEFORE_ALL, 0, end))
        event: Any
        try:
            while True:
                now, _, _, event = queue[0]
                self._now = now
                if type(event) is Delay:
                    journey = event.journey
                    event = next(journey, None)
                elif type(event) is DelayedCall:
                    event.action(*event.args)
                    heappop(queue)
                    continue
                else:
                    journey = event.journey
                    event = _go_on(journey, event._value)
                if type(event) is Delay:
                    event.journey = journey
                    heapreplace(queue, (now + event, NORMAL, next(numbers), event))
                    continue
                heappop(queue)
                if event is not None:
                    event.journey = journey
        except StopSimulation:
            heappop(queue)


def _go_on(journey: Pathway, value: Any) -> Event | None:
    """Let a journey go on with what it waited for; return what it waits for next, if anything."""
    try:
        return journey.send(value)
    except StopIteration:
        return None


RESUMES_BEFORE = 1 << 40
"""More than ever stand in a queue: how far ahead those stand who have been served in part."""


class Waiting(Event):
    """A wait: a SimPy event that ends with who or what comes, or with None when it is cancelled.

    Attributes:
        entries: The queues in which it stands, each with its place there (urgency, number).
        journey: The journey that waits, which goes on at its end.
    """

    journey: Pathway = NOBODY

    def __init__(self, clock: Clock) -> None:
        """Make a wait that stands in no queue yet."""
        self.env = clock
        self.entries: list[tuple[PriorityQueue[Any], tuple[int, int]]] = []

    @property
    def queues(self) -> list[PriorityQueue[Any]]:
        """Return the queues in which it stands."""
        return [queue for queue, _ in self.entries]

    def end_with(self, unit: Any) -> None:
        """Leave every queue, with the person, crew or place that comes."""
        for queue, place in self.entries:
            queue.remove(place)
        # as `succeed`, without the two calls
        clock, self._ok, self._value = self.env, True, unit
        heappush(clock._queue, (clock._now, NORMAL, next(clock._eid), self))

    def cancel(self) -> None:
        """Give up, unless somebody has come."""
        if self._value is PENDING:
            self.end_with(None)


WaitingT = TypeVar("WaitingT", bound=Waiting)


class PriorityQueue(Generic[WaitingT]):
    """Those who wait, by urgency, then by time of joining.

    Attributes:
        line: (urgency, number, wait) of each, first of all who comes first.
        since_s: Since when somebody has waited without a break, if anybody waits.
    """

    __slots__ = ("_joined", "clock", "line", "since_s")

    def __init__(self, clock: Clock) -> None:
        """Make an empty queue."""
        self.clock = clock
        self.line: list[tuple[int, int, WaitingT]] = []
        self.since_s = 0.0
        self._joined = 0

    @property
    def waiting(self) -> int:
        """Return how many wait."""
        return len(self.line)

    def __iter__(self) -> Iterator[WaitingT]:
        """Yield those who wait now, first of all who comes first; they may leave meanwhile."""
        return (waiting for _, _, waiting in self.line.copy())

    def take_free(self) -> Any:
        """Take what is free now; None if nothing is, or if nothing is ever free by itself."""
        return None

    def acquire(
        self, priority: int, patience_s: float | None = None, resumes: bool = False
    ) -> Pathway:
        """Take what is free, or wait for it; return it, or None when patience ends first.

        Args:
            priority: Urgency; lower numbers come first.
            patience_s: Seconds after which the wait is given up; None for never.
            resumes: Whether this goes on after an interruption, before others as urgent.
        """
        return self.take_free() or (yield self.wait(priority, patience_s, resumes))

    def wait(
        self, priority: int, patience_s: float | None = None, resumes: bool = False
    ) -> Waiting:
        """Join the queue without looking who is free; arguments as for `acquire`."""
        waiting: Any = Waiting(self.clock)
        self.join(waiting, priority, resumes)
        if patience_s is not None:
            self.clock.later(patience_s, waiting.cancel)
        return waiting  # type: ignore[no-any-return]

    def join(self, waiting: WaitingT, priority: int, resumes: bool = False) -> None:
        """Let a wait stand in this queue, perhaps in others at the same time."""
        if not self.line:
            self.since_s = self.clock._now
        self._joined += 1
        number = self._joined - RESUMES_BEFORE if resumes else self._joined
        waiting.entries.append((self, (priority, number)))
        insort(self.line, (priority, number, waiting))

    def remove(self, place: tuple[int, int]) -> None:
        """Take away who stands at a place; the wait itself goes on, in other queues."""
        del self.line[bisect_left(self.line, place)]


class LimitedPlaces(PriorityQueue[Waiting]):
    """So many places, such as beds or an emergency department's door, and the queue for them.

    Attributes:
        free: How many are free; none while somebody waits. Below nought where places were closed
            while they were taken.
    """

    __slots__ = ("free",)

    def __init__(self, clock: Clock, count: int) -> None:
        """Make so many free places."""
        super().__init__(clock)
        self.free = count

    def take_free(self) -> bool:
        """Take a place if one is free; tell whether it was."""
        if self.free <= 0:
            return False
        self.free -= 1
        return True

    def release(self) -> None:
        """Give a place back, or to the next who waits."""
        if self.line and self.free >= 0:
            self.line[0][2].end_with(True)
        else:
            self.free += 1

    def open_more(self, count: int) -> None:
        """Open so many places more, for those who wait first; or close some, below nought."""
        self.free += count
        while self.free > 0 and self.line:
            self.free -= 1
            self.line[0][2].end_with(True)
