"""The run's clock: SimPy with processes that start and end without an event of their own."""

from __future__ import annotations

from collections.abc import Callable, Generator
from heapq import heappop, heappush
from typing import Any

from simpy import Environment
from simpy.events import NORMAL, Event, Process, Timeout

Pathway = Generator[Event, Any, Any]
"""A care pathway: a SimPy process that yields wherever time passes."""


class _Started:
    """Stands in for SimPy's event that starts a process."""

    _ok = True
    _value = None


_STARTED: Any = _Started()


class Delay(Timeout):
    """A SimPy timeout that puts itself in the queue, which saves two calls for each wait."""

    def __init__(self, clock: Clock, delay_s: float) -> None:
        """Wait so many seconds from now; a journey is called back at the end."""
        self.env = clock
        self.callbacks = []
        self._value = None
        self._ok = True
        heappush(clock._queue, (clock._now + delay_s, NORMAL, next(clock._eid), self))


class Journey(Process):
    """A SimPy process that starts at once and ends silently.

    SimPy schedules one event to start a process and one to end it. Nobody waits for a journey, and
    it starts at the time it is made, so that both are left out. Errors reach the run at once.
    """

    def __init__(self, env: Environment, pathway: Pathway) -> None:
        """Start `pathway` and run it until it first waits."""
        self.env = env
        self.callbacks = []
        self._generator = pathway
        outer = env._active_proc
        self._resume(_STARTED)
        env._active_proc = outer

    def _resume(self, event: Event) -> None:
        self.env._active_proc = self
        send = self._generator.send
        while True:
            try:
                event = send(event._value)
            except StopIteration:
                self._ok = True
                self._value = None
                return
            if event.callbacks is not None:
                event.callbacks.append(self._resume)
                self._target = event
                return


class Clock(Environment):
    """SimPy's environment with journeys and plain delayed calls."""

    def start(self, pathway: Pathway) -> None:
        """Start a journey now."""
        Journey(self, pathway)

    def wait(self, delay_s: float) -> Delay:
        """Return an event so many seconds from now."""
        return Delay(self, delay_s)

    def later(self, delay_s: float, action: Callable[[Event], None]) -> None:
        """Call `action` after a delay."""
        Delay(self, delay_s).callbacks.append(action)

    def scheduled(self) -> int:
        """Return how many events have been scheduled so far; the count itself takes one number."""
        return next(self._eid)

    def run_to(self, end_s: float) -> None:
        """Let all events before `end_s` happen. As SimPy's `run`, for events that never fail."""
        queue = self._queue
        while queue and queue[0][0] < end_s:
            self._now, _, _, event = heappop(queue)
            callbacks, event.callbacks = event.callbacks, None  # type: ignore[assignment]
            for callback in callbacks:
                callback(event)
        self._now = end_s
