"""What a sheet is made of: columns that are explained, and rows of text and real numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from akuttsim.report.numbers import KRONER
from akuttsim.report.selection import Estimate
from akuttsim.report.words import Words


@dataclass(frozen=True)
class Amount:
    """A number with its unit, as the results have it: a share lies between 0 and 1."""

    value: float
    unit: str
    is_change: bool = False


@dataclass(frozen=True)
class Told:
    """A verdict in words, with the class that gives it its colour."""

    words: str
    css: str


Cell = str | int | float | Amount | Told | None
"""Text, a plain number, an amount or a verdict; None for an empty cell."""


@dataclass(frozen=True)
class Column:
    """A column: its heading with the unit, what it means, and its width in characters."""

    heading: str
    meaning: str
    width: int


@dataclass(frozen=True)
class Grid:
    """A table: a key for file names, a title, what it tells, and its columns and rows.

    The first `frozen` columns name the rows and stay in sight.
    """

    key: str
    title: str
    about: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    frozen: int = 1


LONGEST_TITLE = 31
"""Letters that a spreadsheet allows in the name of a sheet."""

_WIDTHS = {
    **dict.fromkeys(("mean", "low", "high", "limit", "from", "to", "more"), 12),
    **dict.fromkeys(("hour", "grade", "replication", "runs", "lang"), 9),
    **dict.fromkeys(("unit", "group_by", "weekday", "direction", "factor"), 16),
    **dict.fromkeys(("verdict", "group", "municipality", "against", "of", "case", "sheet"), 24),
    **dict.fromkeys(("model", "key", "fact", "value_in_words"), 32),
    **dict.fromkeys(("indicator", "column"), 44),
    **dict.fromkeys(("source", "meaning", "definition", "why", "contents"), 90),
}
_WIDTH = 20


def column(words: Words, key: str) -> Column:
    """Return a column by its key in the catalogue."""
    heading, meaning = words.text(f"sheets.head.{key}"), words.text(f"sheets.help.{key}")
    return Column(heading, meaning, _WIDTHS.get(key, _WIDTH))


def columns(words: Words, keys: str) -> tuple[Column, ...]:
    """Return columns by their keys, with blanks between them."""
    return tuple(column(words, key) for key in keys.split())


def grid(
    words: Words,
    key: str,
    heads: Sequence[Column],
    rows: Iterable[tuple[Cell, ...]],
    frozen: int = 1,
) -> Grid:
    """Return a table with its title and what it tells from the catalogue."""
    title, about = words.text(f"sheets.title.{key}"), words.text(f"sheets.about.{key}")
    return Grid(key, title[:LONGEST_TITLE], about, tuple(heads), tuple(rows), frozen)


def unit_name(words: Words, unit: str, is_change: bool = False) -> str:
    """Return a unit's name without a number: min, %, percentage points."""
    if unit == KRONER:
        return words.text("sheets.kroner")
    family = "unit_of_change" if is_change else "unit"
    written = words.text.get(f"{family}.{unit}", f"{{n}} {unit}").format(n="")
    return written.replace("\u00a0", " ").strip()


def interval(estimate: Estimate | None, is_change: bool = False) -> tuple[Cell, Cell, Cell]:
    """Return mean and both ends of the interval as cells, empty where there is none."""
    if estimate is None or not estimate.is_known:
        return None, None, None
    ends = (estimate.mean, estimate.low, estimate.high)
    mean, low, high = (amount(end, estimate.unit, is_change) for end in ends)
    return mean, low, high


def amount(value: float, unit: str, is_change: bool = False) -> Amount | None:
    """Return an amount, or None where there is no number."""
    return None if math.isnan(value) else Amount(value, unit, is_change)


def told(words: Words, estimate: Estimate | None) -> Told | None:
    """Return the verdict as a cell; None where an indicator has none."""
    verdict = words.labels.verdict(estimate)
    return Told(verdict.words, verdict.css) if verdict else None
