"""Reads a call log: rows become calls, and what is wrong with them is noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from akuttsim.calllog.logged_calls import CallLog, LogFinding, log_finding, log_name
from akuttsim.calllog.matching import place_ids, place_words, read_words, who_hung_up
from akuttsim.calllog.plausibility import find_doubts, swapped_pattern
from akuttsim.calllog.privacy import BY_HEADING, Privacy
from akuttsim.calllog.times import read_call_times, read_stage
from akuttsim.config.schema.log_format import LogFormat
from akuttsim.config.schema.region import Region
from akuttsim.errors import InputError, Problem, did_you_mean, quote_value
from akuttsim.records import Floats
from akuttsim.tables import TableRules, read_rows
from akuttsim.texts import Message, message
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


def read_log(path: Path, form: LogFormat, region: Region | None = None) -> CallLog:
    """Read a call log, with all that is wrong or doubtful in it.

    Args:
        path: CSV, CSV packed with gzip, or a workbook.
        form: How the log is written: columns, words, times.
        region: Whose places the log's words are, and with whose hours of the day its calls are
            compared; None to read without.

    Returns:
        The calls in order of time, with findings. Rows that are no calls are left out.

    Raises:
        InputError: A file that is none, columns that are not there, no time that can be read, and
            columns that look like persons: such a log is not read at all.
    """
    _check_places(form, region)
    table = _read_table(path, form, region)
    called = read_call_times(table.cells(form.columns.time), table.dates(form), form)
    keep = ~np.isnan(called.seconds)
    is_empty = ~keep & ~called.unread & ~called.skipped
    findings = [
        *table.findings(),
        *log_finding("unread", "left_out", "time", table.lines[called.unread]),
        *log_finding("skipped_hour", "stops", "time", table.lines[called.skipped]),
        *log_finding("no_time", "left_out", "time", table.lines[is_empty]),
        *log_finding("repeated_hour", "told", "time", table.lines[called.repeated]),
    ]  # fmt: skip
    if not keep.any():
        raise _unreadable_times(table, form, findings)
    stages, about_stages = _read_stages(table, form, called.seconds)
    words, about_words = read_words(table, form, region)
    log = CallLog(
        file=log_name(path),
        name=form.log,
        time_zone=_wall_zone(form, region),
        rows=table.rows,
        at=table.lines,
        time_s=called.seconds,
        stages=stages,
        line=words["number"].astype(np.int8),
        urgency=words["urgency"].astype(np.int8),
        place=words["place"].astype(np.int32),
        places=place_ids(region),
        hung_up=who_hung_up(words["outcome"], stages),
        columns=form.columns.given(),
    ).picked(keep)
    log, doubts = find_doubts(log, form, region)
    return log.with_findings([*about_words, *findings, *about_stages, *doubts])


@dataclass
class _LogTable:
    """The columns that are read, as text, and what was left out on the way.

    Attributes:
        file: Its name in errors.
        columns: The cells of each column that is read, row by row.
        leave_out: Values of columns whose rows are no calls, in small letters.
        line: The line of each row.
        rows: How many rows the file has.
        ragged: Lines with more or fewer cells than the heading.
        doubled: Lines that repeat an earlier one.
        by_format: Lines that the format leaves out.
        formulas: Lines with a formula in a cell that is read.
    """

    file: str
    columns: dict[str, list[str]]
    leave_out: dict[str, frozenset[str]]
    line: list[int] = field(default_factory=list)
    rows: int = 0
    ragged: list[int] = field(default_factory=list)
    doubled: list[int] = field(default_factory=list)
    by_format: list[int] = field(default_factory=list)
    formulas: list[int] = field(default_factory=list)

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
        ]


def _read_table(path: Path, form: LogFormat, region: Region | None) -> _LogTable:
    """Read the columns that the format names; look at all cells for persons."""
    rows = read_rows(path, str(path), LOG_RULES, form.delimiter, form.encoding)
    _, heading = next(rows)
    heading = [name.strip() for name in heading]
    _check_heading(heading, form, path)
    privacy = Privacy(heading, _known_places(form, region), _impersonal_columns(form))
    place = {name: heading.index(name) for name in form.read()}
    no_calls = {name: frozenset(map(str.casefold, words)) for name, words in form.leave_out.items()}
    table = _LogTable(str(path), {name: [] for name in place}, no_calls)
    row_hashes: set[int] = set()
    for line, cells in rows:
        privacy.look_at_row(cells)
        _take_row(table, place, (line, cells, len(heading)), row_hashes)
    _refuse_persons(privacy.person_columns(), path)
    if not table.line:
        raise unusable_file(str(path), message("logs.no_calls"))
    return table


def _take_row(
    table: _LogTable,
    place: dict[str, int],
    row: tuple[int, list[str], int],
    row_hashes: set[int],
) -> None:
    """Add a row's cells to the columns that are read, or note why it is left out."""
    line, cells, width = row
    table.rows += 1
    if len(cells) != width:
        table.ragged.append(line)
        return
    row_hash = hash(tuple(cells))
    mine = {name: cells[position].strip() for name, position in place.items()}
    if row_hash in row_hashes and sum(map(bool, cells)) > TELLS_LITTLE:
        table.doubled.append(line)
    elif any(mine[name].casefold() in words for name, words in table.leave_out.items()):
        table.by_format.append(line)
    elif any(cell.startswith(FORMULA) for cell in mine.values()):
        table.formulas.append(line)
    else:
        table.line.append(line)
        for name, cell in mine.items():
            table.columns[name].append(cell)
    row_hashes.add(row_hash)


def _check_heading(heading: list[str], form: LogFormat, path: Path) -> None:
    """Raise InputError for columns that are missing or twice, and for too many."""
    if len(heading) > MAX_COLUMNS:
        what = message("logs.columns", n_heading=len(heading), max_columns=MAX_COLUMNS)
        raise unusable_file(str(path), what)
    missing = sorted(name for name in form.read() if heading.count(name) == 0)
    twice = sorted(name for name in form.read() if heading.count(name) > 1)
    problems = [
        Problem(
            str(path),
            1,
            quote_value(name),
            message("logs.no_column", near=did_you_mean(name, heading)),
        )
        for name in missing
    ] + [Problem(str(path), 1, quote_value(name), message("logs.two_columns")) for name in twice]
    if problems:
        raise InputError(problems)


def _refuse_persons(person_columns: dict[str, str], path: Path) -> None:
    """Raise InputError for columns that look like persons, each with what it looks like."""
    problems = [
        Problem(
            str(path),
            1,
            quote_value(name),
            _looks_like(like),
        )
        for name, like in person_columns.items()
    ]
    if problems:
        raise InputError(problems)


def _looks_like(like: str) -> Message:
    """Say what a column looks like; one that only its heading tells may get another name."""
    if not like.endswith(BY_HEADING):
        return message("logs.looks_like", like=_persons(like))
    what = message("logs.persons.by_heading", like=_persons(like.removesuffix(BY_HEADING)))
    return message("logs.looks_like_by_heading", like=what)


def _persons(like: str) -> Message:
    return message(f"logs.persons.{like.replace(' ', '_')}")


def _check_places(form: LogFormat, region: Region | None) -> None:
    """Refuse words of the format that are no place or municipality of the region."""
    known = place_ids(region)
    what = message("logs.no_place")
    problems = [
        Problem("", 0, f"values.place.{name}", f"{what}{did_you_mean(name, known)}")
        for name in form.values.place
        if region is not None and name not in known
    ]
    if problems:
        raise InputError(problems)


def _known_places(form: LogFormat, region: Region | None) -> frozenset[str]:
    """Return words that are places, and thus no names."""
    theirs = {word for words in form.values.place.values() for word in words}
    return frozenset(theirs | place_words(region).keys())


def _impersonal_columns(form: LogFormat) -> set[str]:
    """Return the user's columns of times, numbers, urgencies and outcomes."""
    mapping = form.columns.given()
    return {column for name, columns in mapping.items() if name != "place" for column in columns}


def _wall_zone(form: LogFormat, region: Region | None) -> str:
    """Return the time zone that callers live by: the region's; Norway's for a log kept in UTC."""
    if region is not None:
        return region.calendar.time_zone
    is_in_utc = form.time_zone.startswith(("UTC", "Etc/"))
    return "Europe/Oslo" if is_in_utc else form.time_zone


def _unreadable_times(table: _LogTable, form: LogFormat, findings: list[LogFinding]) -> InputError:
    """Return the error of a log of whose times none can be read, with the first as an example."""
    cells = table.cells(form.columns.time)
    example = next((cell for cell in cells if cell), "")
    what = message("logs.no_time", times=quote_value(form.times), example=quote_value(example))
    if swapped_pattern([example], form):
        what += message("logs.swapped")
    return InputError([Problem(table.file, table.line[0], "time", what)])


def _read_stages(
    table: _LogTable, form: LogFormat, called_s: Floats
) -> tuple[dict[str, Floats], list[LogFinding]]:
    """Return the times of each stage after the call, and what cannot be read."""
    stages, findings = {}, []
    for name, columns in form.columns.given().items():
        if name in ("time", "number", "place", "urgency", "outcome"):
            continue
        read = read_stage(table.cells(columns), table.dates(form), form, called_s)
        stages[name] = read.seconds
        findings += log_finding("unread", "left_out", name, table.lines[read.unread])
        findings += log_finding("skipped_hour", "stops", name, table.lines[read.skipped])
    return stages, findings
