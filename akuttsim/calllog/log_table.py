"""The rows of a call log as text: the columns that are read, and what was left out on the way.

All cells are searched for persons, read or not; columns that are not read are forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from akuttsim.calllog.log_words import hospital_words, place_words
from akuttsim.calllog.logged_calls import LogFinding, log_finding
from akuttsim.calllog.privacy import BY_HEADING, Privacy
from akuttsim.calllog.vocabulary import is_call_number
from akuttsim.config.schema.log_format import LogFormat
from akuttsim.config.schema.region import Region
from akuttsim.errors import InputError, Problem, did_you_mean, quote_value
from akuttsim.records import Flags, Floats
from akuttsim.tables import DELIMITERS, TableRules, read_rows
from akuttsim.texts import Message, message
from akuttsim.units import HOUR_S
from akuttsim.untrusted_files import unusable_file

MAX_COLUMNS = 300


LOG_RULES = TableRules(
    most_bytes=200_000_000,
    most_rows=2_000_000,
    most_columns=MAX_COLUMNS,
    words={
        "missing": "logs.missing",
        "not_a_file": "logs.not_a_file",
        "too_large": "logs.too_large",
        "bomb": "logs.bomb",
        "gzip": "logs.gzip",
        "binary": "logs.binary",
        "encoding": "logs.encoding",
        "rows": "logs.rows",
        "empty": "logs.empty",
    },
)
"""At most 200 MB, unpacked: about a million calls."""


TELLS_LITTLE = 3
"""Rows with no more filled cells than these may be alike by chance, and are kept."""


FORMULA = ("=", "@", "+cmd", "-cmd")
"""How a cell begins that a spreadsheet would run; such a cell is never read as a value."""


@dataclass
class LogTable:
    """The columns that are read, as text, and what was left out on the way.

    Attributes:
        file: Its name in errors.
        width: How many columns the file has.
        place: Where each column that is read stands, from 0.
        columns: The cells of each column that is read, row by row.
        leave_out: Values of columns whose rows are no calls, in small letters.
        line: The line of each row.
        rows: How many rows the file has.
        ragged: Lines with more or fewer cells than the heading.
        doubled: Lines that repeat an earlier one.
        by_format: Lines that the format leaves out.
        formulas: Lines with a formula in a cell that is read.
        row_hashes: Hashes of the rows so far, by which one that repeats another is known.
        suspects: Hashes of the cells of columns that are not read and may be numbers of calls, by
            position.
        unread_persons: What columns that are not read look like, by position.
        stray_quotes: Lines in which a quote begins that is no sign of a cell of several lines.
    """

    file: str
    width: int
    place: dict[str, int]
    columns: dict[str, list[str]]
    leave_out: dict[str, frozenset[str]]
    line: list[int] = field(default_factory=list)
    rows: int = 0
    ragged: list[int] = field(default_factory=list)
    doubled: list[int] = field(default_factory=list)
    by_format: list[int] = field(default_factory=list)
    formulas: list[int] = field(default_factory=list)
    row_hashes: set[int] = field(default_factory=set)
    suspects: dict[int, list[int]] = field(default_factory=dict)
    unread_persons: dict[int, str] = field(default_factory=dict)
    stray_quotes: list[int] = field(default_factory=list)

    def add(self, line: int, cells: list[str]) -> None:
        """Add a row's cells to the columns that are read, or note why it is left out."""
        self.rows += 1
        if len(cells) != self.width:
            self.ragged.append(line)
            return
        row_hash = hash(tuple(cells))
        mine = {name: cells[position].strip() for name, position in self.place.items()}
        if row_hash in self.row_hashes and sum(map(bool, cells)) > TELLS_LITTLE:
            self.doubled.append(line)
        elif any(mine[name].casefold() in words for name, words in self.leave_out.items()):
            self.by_format.append(line)
        elif any(cell.startswith(FORMULA) for cell in mine.values()):
            self.formulas.append(line)
        else:
            self.line.append(line)
            for name, cell in mine.items():
                self.columns[name].append(cell)
            for position, hashes in self.suspects.items():
                hashes.append(hash(cells[position].strip()) if cells[position].strip() else 0)
        self.row_hashes.add(row_hash)

    @property
    def lines(self) -> NDArray[np.int64]:
        """Return the line of each row that is read."""
        return np.array(self.line, dtype=np.int64)

    def cells(self, names: Sequence[str]) -> list[str]:
        """Return the first filled cell of some columns, row by row."""
        if len(names) == 1:
            return self.columns[names[0]]
        several = zip(*(self.columns[name] for name in names), strict=True)
        return [next((cell for cell in cells if cell), "") for cells in several]

    def dates(self, form: LogFormat) -> list[str] | None:
        """Return the column of dates, where the format has one."""
        return None if form.date is None else self.columns[form.date.column]

    def findings(self) -> list[LogFinding]:
        """Return what was left out."""
        return [
            *log_finding("ragged", "left_out", "", self.ragged),
            *log_finding("doubled", "left_out", "", self.doubled),
            *log_finding("formulas", "left_out", "", self.formulas),
            *log_finding("by_format", "told", "", self.by_format),
            *log_finding("stray_quotes", "told", "", self.stray_quotes),
            *(
                LogFinding(
                    "persons_unread", "told", "", 1, (), (("position", str(k + 1)), ("like", like))
                )
                for k, like in sorted(self.unread_persons.items())
            ),
        ]


def read_table(
    path: Path, form: LogFormat, region: Region | None, rules: TableRules = LOG_RULES
) -> LogTable:
    """Read the columns that the format names; look at all cells for persons.

    A quote that nobody closes makes one cell of all lines up to the next: where such a cell holds
    lines that are rows of the log, it is read again with quotes as any other sign.

    Args:
        path: The file.
        form: Its columns, and the words whose rows are left out.
        region: Whose places are no names of persons; None without one.
        rules: How the file is read.

    Raises:
        InputError: A file that cannot be read, a column that is missing or stands twice, no call in
            it, and each column that looks like persons.
    """
    rows = read_rows(path, str(path), rules, form.delimiter, form.encoding)
    quotes = None if rules.has_quotes else '" '
    heading = [name.strip(quotes) for name in next(rows)[1]]
    _check_heading(heading, form, path)
    # the words that the format says are places are no names; its columns of times, numbers,
    # urgencies and outcomes are no persons, whatever they are called
    mapping = form.columns.given()
    theirs = {word for words in form.values.place.values() for word in words}
    theirs |= {word for words in form.values.destination.values() for word in words}
    privacy = Privacy(
        heading,
        frozenset(theirs | place_words(region).keys() | hospital_words(region).keys()),
        {c for name, columns in mapping.items() if name not in MAY_NAME for c in columns},
    )
    no_calls = {name: frozenset(map(str.casefold, words)) for name, words in form.leave_out.items()}
    place = {name: heading.index(name) for name in form.read()}
    table = LogTable(str(path), len(heading), place, {name: [] for name in place}, no_calls)
    if form.columns.call is None and "calls" not in form.sure_of:
        unread = set(range(len(heading))) - set(place.values())
        table.suspects = {k: [] for k in sorted(unread) if is_call_number(heading[k])}
    for line, cells in rows:
        if rules.has_quotes and _holds_rows(cells, len(heading)):
            table.stray_quotes.append(line)
        privacy.look_at_row(cells)
        table.add(line, [cell.strip(quotes) for cell in cells])
    if table.stray_quotes:
        plain = read_table(path, form, region, replace(rules, has_quotes=False))
        return replace(plain, stray_quotes=table.stray_quotes)
    _refuse_persons(table, privacy.person_columns(), form)
    if not table.line:
        raise unusable_file(str(path), message("logs.no_calls"))
    return table


MAY_NAME = ("place", "destination", "call", "unit", "operator")
"""Columns of which the heading may still say that they tell who rang."""


def _holds_rows(cells: Sequence[str], width: int) -> bool:
    """Tell whether a cell has lines with as many divisions as the log has, and digits."""
    inner = [line for cell in cells if "\n" in cell for line in cell.splitlines()[1:]]
    return width > 1 and any(
        line[:1].isdigit() and max(map(line.count, DELIMITERS)) >= width - 1 for line in inner
    )


def _refuse_persons(table: LogTable, persons: Mapping[int, str], form: LogFormat) -> None:
    """Refuse columns that are read and look like persons; note those that are not read.

    What is not read is never kept and never shown, so that it is no reason to refuse the rest.
    Whoever wrote the format may vouch for a column that is refused wrongly.

    Raises:
        InputError: With each column that is read and looks like persons.
    """
    read = {position: name for name, position in table.place.items()}
    table.unread_persons = {
        k: like.removesuffix(BY_HEADING) for k, like in persons.items() if k not in read
    }
    wrong = [
        Problem(table.file, 1, quote_value(read[k]), _looks_like(like))
        for k, like in persons.items()
        if k in read and read[k] not in form.not_persons
    ]
    if wrong:
        raise InputError(wrong)


def _check_heading(heading: list[str], form: LogFormat, path: Path) -> None:
    """Raise InputError for columns that are missing or twice, and for too many."""
    if len(heading) > MAX_COLUMNS:
        what = message("logs.columns", n_heading=len(heading), max_columns=MAX_COLUMNS)
        raise unusable_file(str(path), what)
    needed = form.read() | set(form.not_persons)
    missing = sorted(name for name in needed if heading.count(name) == 0)
    twice = sorted(name for name in form.read() if heading.count(name) > 1)
    wrong = {name: message("logs.no_column", near=did_you_mean(name, heading)) for name in missing}
    wrong |= {name: message("logs.two_columns") for name in twice}
    if wrong:
        raise InputError(
            [Problem(str(path), 1, quote_value(name), what) for name, what in wrong.items()]
        )


def _looks_like(like: str) -> Message:
    """Say what a column looks like; one that only its heading tells may get another name."""
    persons = message(f"logs.persons.{like.removesuffix(BY_HEADING).replace(' ', '_')}")
    if not like.endswith(BY_HEADING):
        return message("logs.looks_like", like=persons)
    what = message("logs.persons.by_heading", like=persons)
    return message("logs.looks_like_by_heading", like=what)


SHARED_ROWS, SHARED_SHARE, DIFFERENT = 5, 0.02, 0.3
"""A column of numbers is that of calls where so many rows, and such a share of them, have the
number of another within an hour, and so large a share of all numbers are different."""


NEXT_PART_S = HOUR_S
"""Counters of several machines have numbers in common too, but seldom at one time."""


def find_shared_numbers(
    table: LogTable, form: LogFormat, time_s: Floats, keep: Flags
) -> list[LogFinding]:
    """Return a finding for each unread column by which several rows seem to be one call."""
    findings = []
    for position, hashes in table.suspects.items():
        number = np.array(hashes, dtype=np.int64)[keep]
        order = np.lexsort((time_s, number))
        again = (np.diff(number[order]) == 0) & (number[order][1:] != 0)
        again &= np.diff(time_s[order]) <= NEXT_PART_S
        lines = table.lines[keep][order][1:][again]
        is_number = len(np.unique(number)) >= DIFFERENT * len(number)
        if is_number and len(lines) >= max(SHARED_ROWS, SHARED_SHARE * len(number)):
            calls = len(number) - len(lines)
            column = str(position + 1)
            findings += log_finding("shared", "stops", "", lines, position=column, calls=calls)
    return findings
