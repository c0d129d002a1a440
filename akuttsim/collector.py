"""Keeps Python's collector of reference cycles away from work that makes none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def garbage_collector_off() -> Iterator[None]:
    """Search for no circles of rubbish meanwhile; afterwards it is as it was.

    Each search walks all that is kept: a tenth of a long run, half of a crowded one, and a sixth of
    the making of a page.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
