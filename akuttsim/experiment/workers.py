"""Processes that work for this one: they leave Ctrl-C to it, and end when it is gone."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from typing import TypeVar

from akuttsim.experiment.undisturbed import undisturbed

T = TypeVar("T")

PATIENCE_S = 1.0
"""How long processes that are told to end may take before they are killed."""

HEARD_S = 0.1
"""How often a process that waits for others listens to a stop."""


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


def given(pool: ProcessPoolExecutor, task: Callable[..., T], *of: object) -> Future[T]:
    """Give a task to a pool, which may start processes for it; a stop is heard afterwards."""
    with undisturbed():
        return pool.submit(task, *of)


def first_ended(futures: Iterable[Future[T]]) -> set[Future[T]]:
    """Wait until some of these have ended, and return those.

    A stop is heard between short waits and not within one: raised while this thread holds a lock of
    the pool, it would leave that locked, and the process would wait for ever when it ends.
    """
    those = list(futures)
    while True:
        with undisturbed():
            ended = wait(those, timeout=HEARD_S, return_when=FIRST_COMPLETED).done
        if ended:
            return ended


def result_of(future: Future[T]) -> T:
    """Wait for a result, and hear a stop as `first_ended` does."""
    first_ended([future])
    return future.result()


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

    They are gone when this returns, so that none writes into a folder that is tidied after it; so
    is the pool's own thread: left alone, it closes its pipe while Python, ending, writes to it.
    """
    there = list((pool._processes or {}).values())
    manager: threading.Thread | None = getattr(pool, "_executor_manager_thread", None)
    pool.shutdown(wait=False, cancel_futures=True)
    for process in there:
        process.terminate()
    until = time.monotonic() + PATIENCE_S
    for process in there:
        process.join(max(until - time.monotonic(), 0))
        process.kill()
    if manager is not None:
        manager.join(PATIENCE_S)
