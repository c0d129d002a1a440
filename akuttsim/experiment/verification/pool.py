"""Pieces of work spread over processes; what comes back does not depend on how many."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from akuttsim.experiment.workers import given, processes, result_of

Task = Callable[[], pd.DataFrame]
"""A piece of work that knows its own seed and can be sent to another process."""

Told = Callable[[int], None]
"""Told how many more pieces are done."""


def done(tasks: Sequence[Task], workers: int, tell: Told) -> list[pd.DataFrame]:
    """Return the result of each piece of work, in the order in which they were given."""
    if workers <= 1:
        return [_told(task(), tell) for task in tasks]
    with processes(workers) as pool:
        waiting = [given(pool, task) for task in tasks]
        return [_told(result_of(future), tell) for future in waiting]


def _told(result: pd.DataFrame, tell: Told) -> pd.DataFrame:
    tell(1)
    return result
