"""Moments in which a process must not be stopped, and so is stopped right after them."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

STOPPING = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let Ctrl-C and requests to end wait until this is over; then they do what they would have.

    A process started meanwhile never hears Ctrl-C, which a terminal sends to it too: it is for its
    parent to deal with, and in a process that still reads its modules would end in a traceback.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[int] = []
    before = {each: now for each in STOPPING if callable(now := signal.getsignal(each))}
    for each in before:
        signal.signal(each, lambda number, _: waiting.append(number))
    try:
        with _deaf_children():
            yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    for each in waiting:
        signal.raise_signal(each)


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Block Ctrl-C in this thread: a process inherits that from the thread that starts it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
