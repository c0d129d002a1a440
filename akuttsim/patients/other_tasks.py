"""What operators have to do beside calls: candidates, drawn before a run for any rate."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import ceil, sqrt
from typing import NamedTuple

import numpy as np

from akuttsim.config.schema.roster import MOST_TASKS_PER_HOUR
from akuttsim.patients.streams import stream
from akuttsim.records import Floats
from akuttsim.units import DAY_S, HOUR_S, to_ticks

MOST_PER_HOUR = MOST_TASKS_PER_HOUR
"""How many candidates of one kind of task there are an hour; no task may arise more often."""


class TaskCandidates(NamedTuple):
    """Times at which a kind of task might arise, and the uniforms that make a task of some.

    A task arises where `u_arises` lies below its rate as a share of `MOST_PER_HOUR`: a higher rate
    keeps every task of the lower one, and however many operators there are, the tasks are the same.
    """

    time_s: Floats
    u_arises: Floats
    u_duration: Floats


OtherTasks = Mapping[str, TaskCandidates]
"""Candidates by the name of the task: its room and its own, with a full stop between."""


def draw_other_tasks(
    names: Collection[str], days: int, seed: int, replication: int
) -> dict[str, TaskCandidates]:
    """Return the candidates of each named task over a run.

    Each task has streams of its own; a longer run begins with the tasks of the shorter.

    Args:
        names: Names of tasks: room and task, with a full stop between.
        days: Days of the run.
        seed: Seed of all numbers.
        replication: The replication's number.
    """
    return {name: _task_candidates(name, days * DAY_S, seed, replication) for name in names}


def _task_candidates(name: str, until_s: float, seed: int, replication: int) -> TaskCandidates:
    """Return the candidates of one task, `MOST_PER_HOUR` an hour on average (Poisson)."""
    expected = until_s / HOUR_S * MOST_PER_HOUR
    count = ceil(expected + 10 * sqrt(expected) + 10)
    gaps, arises, duration = (
        stream(seed, replication, f"other_task.{name}.{quantity}")
        for quantity in ("gap", "arises", "duration")
    )
    time_s = to_ticks(np.cumsum(gaps.exponential(HOUR_S / MOST_PER_HOUR, count)))
    in_run = time_s < until_s
    return TaskCandidates(
        time_s[in_run], arises.random(count)[in_run], duration.random(count)[in_run]
    )
