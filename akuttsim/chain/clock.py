"""The run's clock: SimPy with processes that start and end without an event of their own."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from heapq import heappop, heappush
from typing import Any

from simpy import Environment
from simpy.core import StopSimulation
from simpy.events import NORMAL, Event, Process, Timeout

Pathway = Generator[Event, Any, Any]
"""A care pathway: a SimPy process that yields wherever time passes."""


class _Started:
    """Stands in for SimPy's event that starts a process."""

    _ok = True
    _value = None


_STARTED: Any = _Started()

BEFORE_ALL: Any = -1
"""Priority of the end: it comes before whatever else would happen at the same time."""


class Delay(Timeout):
    """A SimPy timeout that puts itself in the queue, which saves two calls for each wait.

    It is waited for by itself, never as a part of a condition, and need not know its clock.
    """

    _ok = True
    _value = None

    def __init__(self, clock: Clock, delay_s: float) -> None:
        """Wait so many seconds from now; a journey is called back at the end."""
        self.callbacks = []
        heappush(clock._queue, (clock._now + delay_s, NORMAL, next(clock._eid), self))


class Journey(Process):
    """A SimPy process that starts at once and ends silently.

    SimPy schedules one event to start a process and one to end it. Nobody waits for a journey, and
    it starts at the time it is made, so that both are left out. A journey yields only events that
    are still to come, and nobody asks the clock which journey is active. Errors reach the run at
    once.
    """

    def __init__(self, env: Environment, pathway: Pathway) -> None:
        """Start `pathway` and run it until it first waits."""
        self._send = pathway.send
        self._resume(_STARTED)

    def _resume(self, event: Event) -> None:
        try:
            self._send(event._value).callbacks.append(self._resume)
        except StopIteration:
            return


class Clock(Environment):
    """SimPy's environment with journeys and plain delayed calls."""

    def __init__(self) -> None:
        """Set the clock to 0.

        `wait` returns an event so many seconds from now; `start` starts a journey now.
        """
        super().__init__()
        self.wait: Callable[[float], Delay] = partial(Delay, self)
        self.start: Callable[[Pathway], Journey] = partial(Journey, self)

    def later(self, delay_s: float, action: Callable[[Event], Any]) -> None:
        """Call `action` after a delay."""
        Delay(self, delay_s).callbacks.append(action)

    def call_off(self, delay: Delay) -> None:
        """End a wait now, with False; who waits goes on at once instead of later."""
        early = Event(self)
        early.callbacks, delay.callbacks = delay.callbacks, []
        early.succeed(False)

    def scheduled(self) -> int:
        """Return how many events have been scheduled so far; the count itself takes one number."""
        return next(self._eid)

    def run_to(self, end_s: float) -> None:
        """Let all events before `end_s` happen. As SimPy's `run`, for events that never fail."""
        queue, end = self._queue, Event(self)
        end._ok, end._value = True, None
        end.callbacks.append(StopSimulation.callback)
        heappush(queue, (end_s, BEFORE_ALL, 0, end))
        try:
            while True:
                self._now, _, _, event = heappop(queue)
                callbacks, event.callbacks = event.callbacks, None  # type: ignore[assignment]
                for callback in callbacks:
                    callback(event)
        except StopSimulation:
            return
