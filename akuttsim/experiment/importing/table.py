"""Tables from outside: delimited text with a heading somewhere near the top."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from akuttsim.errors import InputError, Problem, did_you_mean, shown
from akuttsim.patients.log_text import DELIMITERS, MAX_COLUMNS, refused, text_of

MAX_ROWS = 1_000_000
MOST_ABOVE = 20
"""Lines of titles and notes that may stand above the heading."""

_NUMBER = re.compile(r"[-−]?\d+(?:[.,]\d+)?")
_SPACES = re.compile(r"[\s   ]")


@dataclass(frozen=True)
class Rows:
    """A heading, and the rows below it with the line in which each begins."""

    file: str
    heading: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    title: str = ""

    def place(self, name: str) -> int:
        """Return where a column stands. Raises InputError where there is none, or two."""
        wanted = name.casefold()
        found = [k for k, each in enumerate(self.heading) if each.casefold() == wanted]
        if len(found) == 1:
            return found[0]
        what = "two columns have this name" if found else "no such column"
        hint = "" if found else did_you_mean(name, self.heading)
        raise InputError([Problem(self.file, 0, shown(name), what + hint)])

    def problem(self, line: int, column: str, what: str) -> Problem:
        """Return a problem in a row."""
        return Problem(self.file, line, column, what)


def read_rows(
    path: Path, is_heading: Callable[[Sequence[str]], bool], encoding: str | None = None
) -> Rows:
    """Read delimited text; the heading is the first line near the top that looks like one.

    What stands above it is its title. Rows without a cell for each column, such as notes below the
    table, end it. Raises InputError for a file that is none, too large, or has no such heading.
    """
    text = text_of(path, encoding)
    for sign in sorted(DELIMITERS, key=text[:20_000].count, reverse=True):
        lines = _lines(text, sign, str(path))
        for at, (_, cells) in enumerate(lines[:MOST_ABOVE]):
            if len(cells) <= MAX_COLUMNS and is_heading(cells):
                title = " ".join(cell for _, above in lines[:at] for cell in above)
                return Rows(str(path), cells, _of_width(lines[at + 1 :], len(cells)), title)
    raise refused(str(path), "has no heading with the columns that are looked for")


def _lines(text: str, sign: str, file: str) -> list[tuple[int, tuple[str, ...]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    lines, begins = [], 1
    try:
        for cells in reader:
            if any(cells):
                lines.append((begins, tuple(cell.strip() for cell in cells)))
            if len(lines) > MAX_ROWS:
                raise refused(file, f"more than {MAX_ROWS} rows; export fewer")
            begins = reader.line_num + 1
    except csv.Error as error:
        raise InputError([Problem(file, begins, "", f"not a row of a table: {error}")]) from None
    return lines


def _of_width(
    lines: Sequence[tuple[int, tuple[str, ...]]], width: int
) -> tuple[tuple[int, tuple[str, ...]], ...]:
    end = next((k for k, (_, cells) in enumerate(lines) if len(cells) != width), len(lines))
    return tuple(lines[:end])


def number(text: str) -> float | None:
    """Return a number as Norwegians and others write it: 1 234, 63,4 or 63.4 %; None for none."""
    plain = _SPACES.sub("", text).removesuffix("%").replace("−", "-")
    return float(plain.replace(",", ".")) if _NUMBER.fullmatch(plain) else None
