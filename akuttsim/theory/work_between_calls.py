"""Calls whose operators do other work between them: Erlang A with tasks that go last.

A task begins only where no call waits and enough operators are left free, and is then done to its
end. Calls and tasks arrive as Poisson streams, and all times are exponential. Without tasks the
figures are those of Erlang A (`akuttsim.theory.erlang`).

A Markov chain in continuous time, solved as such. Whoever calls finds its long-run state: R. W.
Wolff (1982), "Poisson arrivals see time averages", Operations Research 30.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.linalg import expm
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import spsolve

from akuttsim.records import Floats
from akuttsim.units import HOUR_S

MOST_WAITING, MOST_TASKS_WAITING = 15, 4
"""So many calls and tasks wait at most; more than that are lost."""


class _State(NamedTuple):
    """Calls in the room, tasks at work and tasks that wait."""

    calls: int
    at_tasks: int
    waiting_tasks: int


@dataclass(frozen=True)
class SharedRoom:
    """Operators who answer calls and do tasks that go last.

    Attributes:
        operators: How many are on duty.
        at_tasks: So many of them may do tasks at the same time.
        calls_per_h: Calls an hour.
        handling_s: Mean seconds of a call.
        patience_s: Mean patience, seconds.
        tasks_per_h: Tasks an hour.
        task_s: Mean seconds of a task.
        ring_again: Share of those who give up who ring again, at once, as another call.
    """

    operators: int
    at_tasks: int
    calls_per_h: float
    handling_s: float
    patience_s: float
    tasks_per_h: float
    task_s: float
    ring_again: float = 0.0

    def answered_within(self, within_s: float) -> float:
        """Return the share of calls answered within so many seconds, in the long run."""
        states = [
            _State(calls, tasks, waiting)
            for calls in range(self.operators + MOST_WAITING + 1)
            for tasks in range(self._most_at_tasks + 1)
            for waiting in range(MOST_TASKS_WAITING + 1 if self._most_at_tasks else 1)
        ]
        shares = self._long_run(states)
        # the same however many call, once somebody waits: worked out once for all hours
        in_time = replace(self, calls_per_h=0.0)._in_time_by_queue(within_s)
        answered = calls = 0.0
        for share, state in zip(shares.tolist(), states, strict=True):
            rings = share * (self.calls_per_h / HOUR_S + self.ring_again * self._giving_up(state))
            answered += rings * self._in_time(state, in_time)
            calls += rings
        return answered / calls

    def _giving_up(self, state: _State) -> float:
        """Return how many give up a second."""
        return max(0, state.calls + state.at_tasks - self.operators) / self.patience_s

    @property
    def _most_at_tasks(self) -> int:
        return self.at_tasks if self.tasks_per_h > 0 else 0

    def _long_run(self, states: list[_State]) -> Floats:
        """Return the share of time in each state."""
        place = {state: number for number, state in enumerate(states)}
        moves = [
            (place[state], place[then], rate)
            for state in states
            for then, rate in self._moves(state)
            if then in place
        ]
        start, end, rate = (np.array(column) for column in zip(*moves, strict=True))
        rows, columns = np.concatenate([end, start]), np.concatenate([start, start])
        flows, size = np.concatenate([rate, -rate]), len(states)
        kept = (
            rows > 0
        )  # the first balance follows from the others: the shares add up to one instead
        rows = np.concatenate([rows[kept], np.zeros(size, dtype=int)])
        columns = np.concatenate([columns[kept], np.arange(size)])
        flows = np.concatenate([flows[kept], np.ones(size)])
        equations = coo_matrix((flows, (rows, columns)), (size, size)).tocsc()
        shares: Floats = spsolve(equations, np.eye(1, size).ravel())
        return shares

    def _moves(self, state: _State) -> Iterator[tuple[_State, float]]:
        """Yield what a state may become, with how often a second."""
        calls, tasks, _ = state
        busy = min(calls, self.operators - tasks)
        lost = (1 - self.ring_again) * self._giving_up(state)
        yield state._replace(calls=calls + 1), self.calls_per_h / HOUR_S
        if calls:
            leaving = self._settled(state._replace(calls=calls - 1))
            yield leaving, busy / self.handling_s + lost
        if self._most_at_tasks:
            arisen = state._replace(waiting_tasks=state.waiting_tasks + 1)
            yield self._settled(arisen), self.tasks_per_h / HOUR_S
        if tasks:
            yield self._settled(state._replace(at_tasks=tasks - 1)), tasks / self.task_s

    def _settled(self, state: _State) -> _State:
        """Return the state once a task that may begin has begun."""
        reserve = self.operators - self._most_at_tasks
        if state.waiting_tasks and self.operators - state.calls - state.at_tasks > reserve:
            return _State(state.calls, state.at_tasks + 1, state.waiting_tasks - 1)
        return state

    def _in_time(self, state: _State, in_time: Floats) -> float:
        """Return the chance that who calls now is answered in time."""
        ahead = state.calls - (self.operators - state.at_tasks)
        return 1.0 if ahead < 0 else float(in_time[min(ahead, MOST_WAITING), state.at_tasks])

    @lru_cache(maxsize=500)  # noqa: B019 - rooms are values, and few of them are kept
    def _in_time_by_queue(self, within_s: float) -> Floats:
        """Return the chance to be answered in time, by who waits ahead and who is at tasks.

        Nobody begins a task while somebody waits. Who gives up is not answered.
        """
        most = self._most_at_tasks
        size = (MOST_WAITING + 1) * (most + 1)
        rates = np.zeros((size + 1, size + 1))  # the last state: answered
        for ahead in range(MOST_WAITING + 1):
            for tasks in range(most + 1):
                now = ahead * (most + 1) + tasks
                next_by_call = now - (most + 1) if ahead else size
                next_by_task = next_by_call - 1 if ahead else size
                at_calls = (self.operators - tasks) / self.handling_s
                rates[now, next_by_call] += at_calls + ahead / self.patience_s
                if tasks:
                    rates[now, next_by_task] += tasks / self.task_s
                rates[now, now] = -rates[now].sum() - 1.0 / self.patience_s
        answered: Floats = expm(rates * within_s)[:size, size].reshape(MOST_WAITING + 1, most + 1)
        return answered
