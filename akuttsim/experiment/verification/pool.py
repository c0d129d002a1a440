"""Pieces of work spread over processes; what comes back does not depend on how many."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pandas as pd

Task = Callable[[], pd.DataFrame]
"""A piece of work that knows its own seed and can be sent to another process."""

Told = Callable[[int], None]
"""Told how many more pieces are done."""


def done(tasks: Sequence[Task], workers: int, tell: Told) -> list[pd.DataFrame]:
    """Return the result of each piece of work, in the order in which they were given."""
    if workers <= 1:
        return [_told(task(), tell) for task in tasks]
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_enter)
    try:
        waiting = [pool.submit(task) for task in tasks]
        return [_told(future.result(), tell) for future in waiting]
    finally:
        pool.shutdown(cancel_futures=True)


def _told(result: pd.DataFrame, tell: Told) -> pd.DataFrame:
    tell(1)
    return result


def _enter() -> None:
    """Leave Ctrl-C to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
