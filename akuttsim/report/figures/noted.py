"""Figures as they are drawn, noted for whoever wants them in another form than inline SVG."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from matplotlib.figure import Figure


class Noted(NamedTuple):
    """A figure: its name, what it shows in words, its size in CSS pixels, and how it is drawn.

    `inline` is the figure as the page has it.
    """

    name: str
    alt: str
    size: tuple[int, int]
    draw: Callable[[Figure], None]
    inline: str


_NOTES: ContextVar[list[Noted] | None] = ContextVar("notes", default=None)


@contextmanager
def noting() -> Iterator[list[Noted]]:
    """Note every figure that is drawn within the block, in the order of drawing."""
    notes: list[Noted] = []
    token = _NOTES.set(notes)
    try:
        yield notes
    finally:
        _NOTES.reset(token)


def note(figure: Noted) -> None:
    """Note a figure if somebody wants to know."""
    notes = _NOTES.get()
    if notes is not None:
        notes.append(figure)
