"""The one queue of the chain: who waits for a person, a crew or a place, and who comes first.

The order is urgency (lower numbers first), then time of joining. Who goes on after an interruption
comes before others of the same urgency. A wait may be cancelled, by patience that ends or by help
that is no longer needed, and it may stand in the queues of several teams at once.

Pathways ask in one way, whatever they wait for::

    nurse = yield from site.nurses.acquire(priority=call.urgency)
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from heapq import heappush
from typing import Any, Generic, TypeVar

from simpy.events import NORMAL, PENDING, Event

from akuttsim.chain.clock import Clock, Pathway

RESUMES_BEFORE = 1 << 40
"""More than ever stand in a queue: how far ahead those stand who have been served in part."""


class Waiting(Event):
    """A wait: a SimPy event that ends with who or what comes, or with None when it is cancelled.

    Attributes:
        entries: The queues in which it stands, each with its place there (urgency, number).
    """

    def __init__(self, clock: Clock) -> None:
        """Make a wait that stands in no queue yet."""
        self.env = clock
        self.callbacks = []
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

    def cancel(self, _: Event | None = None) -> None:
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
        free: How many are free; none while somebody waits.
    """

    __slots__ = ("free",)

    def __init__(self, clock: Clock, count: int) -> None:
        """Make so many free places."""
        super().__init__(clock)
        self.free = count

    def take_free(self) -> bool:
        """Take a place if one is free; tell whether it was."""
        if self.free == 0:
            return False
        self.free -= 1
        return True

    def release(self) -> None:
        """Give a place back, or to the next who waits."""
        if self.line:
            self.line[0][2].end_with(True)
        else:
            self.free += 1
