"""Tables of the base's values, and of each other model's with its difference and verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from akuttsim.report.selection import Estimate
from akuttsim.report.tables import Cell, Row, Table, change_cell
from akuttsim.report.words import Words


class Line(NamedTuple):
    """A row of a table: its name and what it is about."""

    name: str
    indicator: str
    group_by: str = "all"
    group: str = "all"


def compared(words: Words, caption: str, first: str, lines: Sequence[Line]) -> Table:
    """Return a table with a row for each line that any model has something of."""
    heads = (first, *(words.labels.organisation(name) for name in words.chosen.organisations))
    rows = tuple(_row(words, line) for line in lines if _is_there(words, line))
    return Table(caption, heads, rows)


def whole(words: Words, indicators: Sequence[str]) -> list[Line]:
    """Return a line for the whole region of each indicator."""
    return [Line(words.labels.indicator(each), each) for each in indicators]


def parted(words: Words, indicator: str, group_by: str, title: str = "{group}") -> list[Line]:
    """Return a line for each group of an indicator, its name written into the title."""
    return [
        Line(title.format(group=group_name(words, group)), indicator, group_by, group)
        for group in words.chosen.groups(indicator, group_by)
    ]


def group_name(words: Words, group: str) -> str:
    """Return the name of a group of the results: a role, a part of the cost, who drives."""
    return words.text.get(f"group.{group}", group)


def _is_there(words: Words, line: Line) -> bool:
    """Tell whether any model has a value other than zero."""
    levels = [words.chosen.level(name, *line[1:]) for name in words.chosen.organisations]
    return any(level is not None and level.is_known and level.mean != 0 for level in levels)


def _row(words: Words, line: Line) -> Row:
    base, *others = (_cell(words, name, line) for name in words.chosen.organisations)
    is_whole = line.group_by == "all"
    definition = words.labels.definition(line.indicator)[0]
    key, explained = (line.indicator, definition) if is_whole else ("", "")
    return Row(line.name, "", (base, *others), key, explained)


def _cell(words: Words, name: str, line: Line) -> Cell:
    """Return a model's value: the base's with its interval, another's with its difference."""
    level = words.chosen.level(name, *line[1:])
    if level is None or not level.is_known:
        return Cell("–")
    written = Cell(words.numbers.mean(level), _ends(words, level))
    change = words.chosen.change(name, *line[1:])
    if name == words.chosen.base or change is None or not change.is_known:
        return written
    difference = change_cell(words, change)
    if change.is_nil:
        return Cell(written.number, verdict=difference.verdict)
    ends = f" ({difference.interval})" if _ends(words, change) else ""
    told = f"{difference.number}{ends}"
    return replace(written, interval="", change=told, verdict=difference.verdict)


def _ends(words: Words, estimate: Estimate) -> str:
    """Return an interval; nothing where the number follows from the rosters and does not vary."""
    return "" if estimate.low == estimate.high else words.numbers.interval(estimate)
