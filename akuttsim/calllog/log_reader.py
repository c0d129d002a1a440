"""Reads a call log: rows become calls, and what is wrong with them is noted.

Words become codes on the way: which number, place, urgency and outcome each stands for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from akuttsim.calllog.logged_calls import LINES, UNKNOWN, CallLog, LogFinding, log_finding, log_name
from akuttsim.calllog.plausibility import find_doubts, swapped_pattern
from akuttsim.calllog.privacy import BY_HEADING, Privacy
from akuttsim.calllog.times import read_call_times, read_stage
from akuttsim.config.schema.log_format import CODED, HUNG_UP, LogFormat
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import URGENCIES
from akuttsim.errors import InputError, Problem, did_you_mean, quote_value
from akuttsim.records import Flags, Floats
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

WordCodes = NDArray[np.int64]

NO_REGION = 0
"""Code of any place that a log tells where there is no region to find it in."""

MOST_UNKNOWN = 0.5
"""Where a larger share of a column's filled cells is not understood, the format or the region is
wrong, and what would be drawn instead is not the log's."""

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
        raise _unreadable_times(table, form)
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
        ]


def _read_table(path: Path, form: LogFormat, region: Region | None) -> _LogTable:
    """Read the columns that the format names; look at all cells for persons.

    Args:
        path: The file.
        form: Its columns, and the words whose rows are left out.
        region: Whose places are no names of persons; None without one.

    Raises:
        InputError: A file that cannot be read, a column that is missing or stands twice, no call in
            it, and each column that looks like persons.
    """
    rows = read_rows(path, str(path), LOG_RULES, form.delimiter, form.encoding)
    _, heading = next(rows)
    heading = [name.strip() for name in heading]
    _check_heading(heading, form, path)
    # the words that the format says are places are no names; its columns of times, numbers,
    # urgencies and outcomes are no persons, whatever they are called
    mapping = form.columns.given()
    theirs = {word for words in form.values.place.values() for word in words}
    privacy = Privacy(
        heading,
        frozenset(theirs | place_words(region).keys()),
        {column for name, columns in mapping.items() if name != "place" for column in columns},
    )
    no_calls = {name: frozenset(map(str.casefold, words)) for name, words in form.leave_out.items()}
    place = {name: heading.index(name) for name in form.read()}
    table = _LogTable(str(path), len(heading), place, {name: [] for name in place}, no_calls)
    for line, cells in rows:
        privacy.look_at_row(cells)
        table.add(line, cells)
    persons = privacy.person_columns()
    if persons:
        raise InputError(
            [
                Problem(str(path), 1, quote_value(name), _looks_like(like))
                for name, like in persons.items()
            ]
        )
    if not table.line:
        raise unusable_file(str(path), message("logs.no_calls"))
    return table


def _check_heading(heading: list[str], form: LogFormat, path: Path) -> None:
    """Raise InputError for columns that are missing or twice, and for too many."""
    if len(heading) > MAX_COLUMNS:
        what = message("logs.columns", n_heading=len(heading), max_columns=MAX_COLUMNS)
        raise unusable_file(str(path), what)
    missing = sorted(name for name in form.read() if heading.count(name) == 0)
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


def _wall_zone(form: LogFormat, region: Region | None) -> str:
    """Return the time zone that callers live by: the region's; Norway's for a log kept in UTC."""
    if region is not None:
        return region.calendar.time_zone
    is_in_utc = form.time_zone.startswith(("UTC", "Etc/"))
    return "Europe/Oslo" if is_in_utc else form.time_zone


def _unreadable_times(table: _LogTable, form: LogFormat) -> InputError:
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


def place_ids(region: Region | None) -> tuple[str, ...]:
    """Return the ids of a region's places, municipalities and neighbours, in the order of codes."""
    return () if region is None else (*region.places, *region.municipalities, *region.outside)


def place_words(region: Region | None) -> dict[str, int]:
    """Return the words that stand for a place, with its code: ids, and official names.

    A municipality also goes by its number and by each of its names, Norwegian or Sámi. Where a
    place has the same word, the municipality is meant: that is what most logs tell, and to take
    all of a municipality's calls for its centre's would be worse than the other way round.
    """
    if region is None:
        return {}
    words = {place.name: k for k, place in enumerate(region.places.values())}
    words |= {identifier: k for k, identifier in enumerate(place_ids(region))}
    for k, municipality in enumerate(region.municipalities.values(), len(region.places)):
        names = municipality.name.split(" - ")
        words |= dict.fromkeys([municipality.number, municipality.name, *names], k)
    return words


def read_words(
    table: _LogTable, form: LogFormat, region: Region | None
) -> tuple[dict[str, WordCodes], list[LogFinding]]:
    """Return what the log's words stand for: numbers, places, urgencies and outcomes.

    Args:
        table: The columns of the log.
        form: The user's words by ours.
        region: Whose places are known; None without one.

    Returns:
        Codes by column, shape (rows,), `UNKNOWN` for a word that nobody knows; and findings about
        such words, which stop where most of a column's are unknown.
    """
    codes, findings = {}, []
    places = place_words(region)
    known = {  # our words for each column that has words, with the code of each
        "number": dict(LINES),
        "place": places,
        "urgency": {name: code for code, name in enumerate(URGENCIES)},
        "outcome": {"answered": 0, HUNG_UP: 1},
    }
    for name in CODED:
        columns, ours = getattr(form.columns, name), known[name]
        if columns is None:
            default = LINES["116117"] if name == "number" else UNKNOWN
            codes[name] = np.full(len(table.lines), default)
        elif name == "place" and not places:
            filled = [bool(cell) for cell in table.cells(columns)]
            codes[name] = np.where(filled, NO_REGION, UNKNOWN)
        else:
            words = getattr(form.values, name)
            theirs = {word: ours[mine] for mine in words if mine in ours for word in words[mine]}
            cells = table.cells(columns)
            codes[name] = translate_words(cells, {**ours, **theirs})
            weight = "told" if "words" in form.sure_of else "stops"
            findings += _unknown_word_findings(name, cells, codes[name], table.lines, weight)
    return codes, findings


def translate_words(cells: Sequence[str], meaning: Mapping[str, int]) -> WordCodes:
    """Return the code of each cell, UNKNOWN where none is known.

    Case does not matter, but where two words differ by case alone each stands for its own.
    """
    folded = {word.casefold(): code for word, code in meaning.items()}
    codes = {
        cell: meaning.get(cell, folded.get(cell.casefold(), UNKNOWN))
        for cell in dict.fromkeys(cells)
    }
    return np.array([codes[cell] for cell in cells], dtype=np.int64)


def _unknown_word_findings(
    name: str, cells: Sequence[str], codes: WordCodes, lines: NDArray[np.int64], weight: str
) -> list[LogFinding]:
    """Return what is found about words that nobody knows; gravely where most are."""
    filled = np.array([bool(cell) for cell in cells])
    strange = filled & (codes == UNKNOWN)
    words = sorted({cell for cell, odd in zip(cells, strange, strict=True) if odd})
    some = ", ".join(quote_value(word) for word in words[:5])
    values = {"words": some, "kinds": len(words), "filled": int(filled.sum())}
    empty = log_finding("empty", "told", name, lines[~filled])
    if strange.sum() <= MOST_UNKNOWN * filled.sum():
        return [*log_finding("unknown_word", "told", name, lines[strange], **values), *empty]
    if name == "place":
        return [*log_finding("strange_places", "stops", name, lines[strange], **values), *empty]
    return [*log_finding("strange_words", weight, name, lines[strange], **values), *empty]


def who_hung_up(outcome: WordCodes, stages: dict[str, Floats]) -> Flags:
    """Return who left before an answer.

    As the outcome says; where it says nothing, whoever has no time of an answer.

    Args:
        outcome: Codes of outcomes: 0 answered, 1 hung up, `UNKNOWN`.
        stages: Times by stage; without `answered` only the outcome counts.
    """
    by_outcome: Flags = outcome == 1
    if "answered" not in stages:
        return by_outcome
    by_answer: Flags = (outcome == UNKNOWN) & np.isnan(stages["answered"])
    return by_outcome | by_answer
