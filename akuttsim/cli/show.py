"""What commands show: tables on standard output, progress on standard error at a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from textwrap import wrap

import click


def table(heading: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    """Print a table: the first column to the left, the others to the right."""
    widths = [max(len(line[k]) for line in [heading, *lines]) for k in range(len(heading))]
    for line in [heading, *lines]:
        cells = [
            cell.ljust(width) if k == 0 else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())


def wrapped(heading: Sequence[str], lines: Sequence[Sequence[str]], widest: Sequence[int]) -> None:
    """Print a table to the left in which no column is wider than told: its cells are broken.

    The first column has dotted keys, which are broken after a dot.
    """
    rows = [heading, *lines]
    widths = [min(limit, max(len(row[k]) for row in rows)) for k, limit in enumerate(widest)]
    for row in rows:
        spaced = [row[0].replace(".", ". "), *row[1:]]
        broken = [
            wrap(cell, width, break_on_hyphens=False)
            for cell, width in zip(spaced, widths, strict=True)
        ]
        broken[0] = [part.replace(". ", ".") for part in broken[0]]
        for parts in zip_longest(*broken, fillvalue=""):
            cells = (part.ljust(width) for part, width in zip(parts, widths, strict=True))
            click.echo("  ".join(cells).rstrip())


@contextmanager
def progress(total: int, what: str) -> Iterator[Callable[[int], None]]:
    """Show a bar while runs finish; at no terminal, and in CI, show nothing."""
    if not sys.stderr.isatty() or os.environ.get("CI"):
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (what, BarColumn(), MofNCompleteColumn(), "runs,", TimeRemainingColumn(), "left")
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.advance(task, done)


def free_folder(wanted: Path) -> Path:
    """Return the folder, or the same name with the first free number behind it."""
    folder, number = wanted, 2
    while folder.exists():
        folder = wanted.with_name(f"{wanted.name}-{number}")
        number += 1
    return folder
