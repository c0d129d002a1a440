"""Places that can be full: at the emergency department's door, and beds of a municipality."""

from __future__ import annotations

from heapq import heappop, heappush

from simpy.events import Event

from akuttsim.chain.clock import Clock


class Places:
    """So many places; who finds none may wait, by priority, then by who came first."""

    __slots__ = ("_asked", "_clock", "_queue", "free")

    def __init__(self, clock: Clock, count: int) -> None:
        """Make so many free places."""
        self.free = count
        self._clock = clock
        self._queue: list[tuple[int, int, Event]] = []
        self._asked = 0

    def take(self) -> bool:
        """Take a place if one is free; tell whether it was."""
        if self.free == 0:
            return False
        self.free -= 1
        return True

    def wait(self, priority: int) -> Event:
        """Wait for a place, which is then taken."""
        event = self._clock.event()
        self._asked += 1
        heappush(self._queue, (priority, self._asked, event))
        return event

    def leave(self) -> None:
        """Give a place back, or to the next who waits."""
        if self._queue:
            heappop(self._queue)[2].succeed()
        else:
            self.free += 1
