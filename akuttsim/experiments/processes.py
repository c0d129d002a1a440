"""Processes that work for this one: they leave Ctrl-C to it, and end when it is gone."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from typing import TypeVar

import pandas as pd

STOP_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


@contextmanager
def defer_signals() -> Iterator[None]:
    """Let Ctrl-C and requests to end wait until this is over; then they do what they would have.

    A process started meanwhile never hears Ctrl-C, which a terminal sends to it too: it is for its
    parent to deal with, and in a process that still reads its modules would end in a traceback.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[int] = []
    before = {
        stop_signal: now
        for stop_signal in STOP_SIGNALS
        if callable(now := signal.getsignal(stop_signal))
    }
    for each in before:
        signal.signal(each, lambda number, _: waiting.append(number))
    try:
        with _block_interrupt_for_children():
            yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    for each in waiting:
        signal.raise_signal(each)


@contextmanager
def _block_interrupt_for_children() -> Iterator[None]:
    """Block Ctrl-C in this thread: a process inherits that from the thread that starts it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


T = TypeVar("T")

GRACE_S = 1.0
"""How long processes that are told to end may take before they are killed."""

SIGNAL_POLL_S = 0.1
"""How often a process that waits for others listens to a stop."""


def _no_setup() -> None:
    """Enter without anything to make ready."""


@contextmanager
def open_processes(
    count: int, enter: Callable[..., None] = _no_setup, *given: object
) -> Iterator[ProcessPoolExecutor]:
    """Open a pool of processes, each of which first enters with what is given.

    Whatever goes wrong meanwhile, Ctrl-C too, all are ended at once.
    """
    pool = ProcessPoolExecutor(
        count, mp_context=get_context("spawn"), initializer=_start_process, initargs=(enter, given)
    )
    try:
        yield pool
    except BaseException:
        _stop_processes(pool)
        raise
    pool.shutdown()


def submit_task(pool: ProcessPoolExecutor, task: Callable[..., T], *of: object) -> Future[T]:
    """Give a task to a pool, which may start processes for it; a stop is heard afterwards."""
    with defer_signals():
        return pool.submit(task, *of)


def wait_for_first(futures: Iterable[Future[T]]) -> set[Future[T]]:
    """Wait until some of these have ended, and return those.

    A stop is heard between short waits and not within one: raised while this thread holds a lock of
    the pool, it would leave that locked, and the process would wait for ever when it ends.
    """
    those = list(futures)
    while True:
        with defer_signals():
            ended = wait(those, timeout=SIGNAL_POLL_S, return_when=FIRST_COMPLETED).done
        if ended:
            return ended


def wait_for_result(future: Future[T]) -> T:
    """Wait for a result, and hear a stop as `wait_for_first` does."""
    wait_for_first([future])
    return future.result()


def _start_process(enter: Callable[..., None], given: tuple[object, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    enter(*given)


def _exit_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _stop_processes(pool: ProcessPoolExecutor) -> None:
    """End a pool at once; what its workers had finished is kept already, or not wanted.

    They are gone when this returns, so that none writes into a folder that is tidied after it; so
    is the pool's own thread: left alone, it closes its pipe while Python, ending, writes to it.
    """
    there = list((pool._processes or {}).values())
    manager: threading.Thread | None = getattr(pool, "_executor_manager_thread", None)
    pool.shutdown(wait=False, cancel_futures=True)
    for process in there:
        process.terminate()
    until = time.monotonic() + GRACE_S
    for process in there:
        process.join(max(until - time.monotonic(), 0))
        process.kill()
    if manager is not None:
        manager.join(GRACE_S)


TableTask = Callable[[], pd.DataFrame]
"""A piece of work that knows its own seed and can be sent to another process."""

TellProgress = Callable[[int], None]
"""Told how many more pieces are done."""


def execute_tasks(
    tasks: Sequence[TableTask], workers: int, tell: TellProgress
) -> list[pd.DataFrame]:
    """Return the result of each piece of work, in the order in which they were given."""
    if workers <= 1:
        return [_count_result(task(), tell) for task in tasks]
    with open_processes(workers) as pool:
        waiting = [submit_task(pool, task) for task in tasks]
        return [_count_result(wait_for_result(future), tell) for future in waiting]


def _count_result(result: pd.DataFrame, tell: TellProgress) -> pd.DataFrame:
    tell(1)
    return result
