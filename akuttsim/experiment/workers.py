"""Processes that work for this one: they leave Ctrl-C to it, and end when it is gone."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process

PATIENCE_S = 1.0
"""How long processes that are told to end may take before they are killed."""


def _nothing() -> None:
    """Enter without anything to make ready."""


@contextmanager
def processes(
    count: int, enter: Callable[..., None] = _nothing, *given: object
) -> Iterator[ProcessPoolExecutor]:
    """Open a pool of processes, each of which first enters with what is given.

    Whatever goes wrong meanwhile, Ctrl-C too, all are ended at once.
    """
    pool = ProcessPoolExecutor(
        count, mp_context=get_context("spawn"), initializer=_begin, initargs=(enter, given)
    )
    try:
        yield pool
    except BaseException:
        _stop(pool)
        raise
    pool.shutdown()


def _begin(enter: Callable[..., None], given: tuple[object, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    enter(*given)


def _leave_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _stop(pool: ProcessPoolExecutor) -> None:
    """End a pool at once; what its workers had finished is kept already, or not wanted.

    They are gone when this returns, so that none writes into a folder that is tidied after it.
    """
    there = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in there:
        process.terminate()
    until = time.monotonic() + PATIENCE_S
    for process in there:
        process.join(max(until - time.monotonic(), 0))
        process.kill()
