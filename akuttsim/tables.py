"""Tables from outside, as people save them: delimited text and Excel workbooks, row by row.

One reader for call logs, the tables of a region, official statistics, road data and rosters. It
reads what Norwegian Excel, Statistics Norway and others write: semicolon, comma, tab or | between
the columns; a byte-order mark; UTF-8, Windows-1252 or UTF-16; quoted cells of several lines;
`sep=;` in the first line; empty columns and rows at the end; text packed with gzip; sheets of a
workbook. Formulas are not computed. Every row knows the line in which it begins.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar

from akuttsim import untrusted_files
from akuttsim.errors import InputError, Problem, quote_value
from akuttsim.texts import message
from akuttsim.untrusted_files import read_bytes, unusable_file

DELIMITERS = (";", ",", "\t", "|")
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
EXCEL_ROWS = 1_048_576
"""The rows of a sheet, by Excel's own limit."""

WORDS = {
    **untrusted_files.WORDS,
    "binary": "files.table.binary",
    "encoding": "files.table.encoding",
    "not_a_row": "files.table.not_a_row",
    "empty": "files.table.empty",
    "rows": "files.table.rows",
    "no_workbook": "files.table.no_workbook",
    "workbook": "files.table.workbook",
    "old_excel": "files.table.old_excel",
    "cannot_open": "files.table.cannot_open",
    "package": "files.table.package",
    "no_sheet": "files.table.no_sheet",
}
"""Keys of the messages that are said of a table, by reason; a reader may have others for some."""

TextRow = tuple[int, list[str]]
"""The line in which a row begins, counted from 1, and its cells as text."""

CellRow = tuple[int, Sequence[object]]
"""The same with the cells as they are: text, or numbers, dates and times of a workbook."""


Row = TypeVar("Row", TextRow, CellRow)


@dataclass(frozen=True)
class TableRules:
    """How much of a file a reader takes, and in which words it refuses one.

    Attributes:
        most_bytes: Bytes of the file, packed and unpacked.
        most_rows: Rows that are not empty, with the heading.
        most_columns: Columns of a workbook that are read; of text, all are.
        words: Keys of the messages of errors, by the reasons of `WORDS`, where they differ.
        has_quotes: Whether a quote begins a cell that may hold delimiters and several lines; else
            it is a sign as any other.
    """

    most_bytes: int = untrusted_files.MAX_BYTES
    most_rows: int = 20_000_000
    most_columns: int = 300
    words: Mapping[str, str] = field(default_factory=dict)
    has_quotes: bool = True

    def say(self, reason: str, **values: object) -> str:
        """Return what is said for a reason."""
        return message(self.all_words[reason], **values)

    @cached_property
    def all_words(self) -> Mapping[str, str]:
        """The key of the message for every reason."""
        return {**WORDS, **self.words}


@dataclass(frozen=True)
class TableFile:
    """A table that is open: the text of a file, or the cells of a workbook's sheet.

    Attributes:
        file: Its name in errors.
        rules: Limits and words.
        text: Delimited text; empty for a workbook.
        sheet: The rows of a sheet with their numbers; None for text.
    """

    file: str
    rules: TableRules
    text: str = ""
    sheet: tuple[CellRow, ...] | None = None

    def delimiters(self) -> list[str]:
        """Return the signs that may be between the columns, the likeliest first.

        Without a heading to look at (titles may stand above it) the most frequent sign near the top
        is the likeliest. A workbook has none; for it one empty sign is returned.
        """
        if self.sheet is not None:
            return [""]
        return sorted(DELIMITERS, key=self.text[:20_000].count, reverse=True)

    def heading_delimiter(self) -> str:
        """Return the sign that is most often in the first line, outside of quotes."""
        declared = _SEP_LINE.match(self.text)
        if declared:
            return declared[1]
        heading = _QUOTED.sub("", _FIRST_LINE.match(self.text)[0])  # type: ignore[index]
        return max(DELIMITERS, key=heading.count)

    def cell_rows(self, delimiter: str) -> Iterator[CellRow]:
        """Yield each row that is not empty; cells of a workbook as they are.

        Raises:
            InputError: Not rows of a table, or too many of them.
        """
        return self._limited(self._text_rows(delimiter) if self.sheet is None else self.sheet)

    def rows(self, delimiter: str) -> Iterator[TextRow]:
        """Yield each row that is not empty with its cells as text. Raises as `cell_rows`."""
        if self.sheet is None:
            return self._limited(self._text_rows(delimiter))
        rows = self._limited(self.sheet)
        return ((line, [text_of_cell(cell) for cell in cells]) for line, cells in rows)

    def _limited(self, rows: Iterable[Row]) -> Iterator[Row]:
        for count, row in enumerate(rows, 1):
            if count > self.rules.most_rows:
                raise unusable_file(self.file, self.rules.say("rows", most=self.rules.most_rows))
            yield row

    def _text_rows(self, delimiter: str) -> Iterator[TextRow]:
        declared = _SEP_LINE.match(self.text)
        begins = 2 if declared else 1
        skipped = begins - 1
        source = io.StringIO(self.text[declared.end() if declared else 0 :], newline="")
        quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if self.rules.has_quotes else csv.QUOTE_NONE
        reader = csv.reader(source, delimiter=delimiter, quoting=quoting)
        try:
            for cells in reader:
                if any(cells):
                    yield begins, cells
                begins = reader.line_num + 1 + skipped
        except csv.Error as error:
            what = self.rules.say("not_a_row", error=error)
            raise InputError([Problem(self.file, begins, "", what)]) from None


_FIRST_LINE = re.compile(r"(?:[^\r\n\"]|\"[^\"]*\")*")
"""What stands before the first end of a line that no quotes are round: CR, LF or both."""

_SEP_LINE = re.compile(r"sep=([;,\t|])(?:\r\n|\r|\n)", re.IGNORECASE)
"""The line by which a CSV file tells Excel what is between its columns."""

_QUOTED = re.compile(r'"[^"]*"')


def open_table(
    path: Path,
    shown_as: str,
    rules: TableRules,
    encoding: str | None = None,
    sheet: str | None = None,
) -> TableFile:
    """Open a file that holds a table, by what it holds and not by its name.

    Args:
        path: Delimited text, text packed with gzip, or a workbook (.xlsx).
        shown_as: Its name in errors.
        rules: Limits and words.
        encoding: Of text: `utf-8`, `windows-1252` or `utf-16`; None to find it out.
        sheet: Of a workbook; None for the first.

    Raises:
        InputError: What cannot be read, is too large, or holds no table.
    """
    content = read_bytes(path, shown_as, rules.most_bytes, rules.all_words)
    if content.startswith(OLD_EXCEL):
        raise unusable_file(shown_as, rules.say("old_excel"))
    if content.startswith(ZIP):
        return TableFile(shown_as, rules, sheet=_sheet_rows(content, shown_as, rules, sheet))
    if path.suffix == ".xlsx":
        raise unusable_file(shown_as, rules.say("no_workbook"))
    return TableFile(shown_as, rules, _decode_text(content, shown_as, rules, encoding))


def read_rows(
    path: Path,
    shown_as: str,
    rules: TableRules,
    delimiter: str | None = None,
    encoding: str | None = None,
) -> Iterator[TextRow]:
    """Yield the rows of a table whose first row is its heading, with the line of each.

    Empty rows are left out; empty cells beyond the last column of the heading are cut off, so that
    a row has more cells than the heading only where something stands in them.

    Args:
        path: Delimited text, text packed with gzip, or a workbook (.xlsx).
        shown_as: Its name in errors.
        rules: Limits and words.
        delimiter: The sign between the columns, or `tab`; None to find it out from the heading.
        encoding: Of text, as in `open_table`; None to find it out.

    Raises:
        InputError: As `open_table`, before the first row; and in a row that is none.
    """
    table = open_table(path, shown_as, rules, encoding)
    sign = {"tab": "\t"}.get(delimiter or "", delimiter) or table.heading_delimiter()
    rows = table.rows(sign)
    heading = next(rows, None)
    if heading is None:
        raise unusable_file(shown_as, rules.say("empty"))
    width = len(heading[1])
    yield heading
    for line, cells in rows:
        yield line, cells if len(cells) <= width or any(cells[width:]) else cells[:width]


def drop_empty_columns(rows: list[TextRow]) -> list[TextRow]:
    """Return rows without the columns at the end that are empty in every row, the heading too."""
    width = max((filled_width(cells) for _, cells in rows), default=0)
    return [(line, cells[:width]) for line, cells in rows]


def filled_width(cells: Sequence[object]) -> int:
    """Return the number of the last column in which something stands."""
    return next((k for k in range(len(cells), 0, -1) if text_of_cell(cells[k - 1]).strip()), 0)


def _decode_text(content: bytes, shown_as: str, rules: TableRules, encoding: str | None) -> str:
    """Return text: by its byte-order mark, as told, else UTF-8, else Windows-1252.

    Excel and older exports of Statistics Norway write Windows-1252. The five bytes that it does not
    define become U+FFFD there.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\0" in content[:4096] and encoding != "utf-16":
        raise unusable_file(shown_as, rules.say("binary"))
    try:
        return content.decode("utf-8-sig" if encoding in (None, "utf-8") else encoding or "")
    except UnicodeDecodeError:
        if encoding is not None:
            what = rules.say("encoding", encoding=encoding)
            raise unusable_file(shown_as, what) from None
        return content.decode("windows-1252", errors="replace")


def _sheet_rows(
    content: bytes, shown_as: str, rules: TableRules, sheet: str | None
) -> tuple[CellRow, ...]:
    """Return the rows of a sheet with their numbers; formulas stay text that begins with `=`."""
    _refuse_unpacked_size(content, shown_as, rules)
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise unusable_file(shown_as, rules.say("package")) from None
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        chosen = _chosen_sheet(book, sheet)
        if chosen is None:
            sheets = ", ".join(book.sheetnames)
            what = rules.say("no_sheet", sheet=quote_value(sheet), sheets=sheets)
            raise unusable_file(shown_as, what)
        rows = _filled_sheet_rows(chosen, rules)
        book.close()
    except InputError:
        raise
    except Exception as error:  # whatever a broken workbook does to its reader
        reason = " ".join(str(error).split())[:100]
        raise unusable_file(shown_as, rules.say("cannot_open", error=reason)) from None
    width = max((filled_width(cells) for _, cells in rows), default=0)
    return tuple((line, cells[:width]) for line, cells in rows)


def _chosen_sheet(book: Any, name: str | None) -> Any:
    """Return the sheet of a name, or the first that one sees; None where there is none."""
    if name is not None:
        return next((each for each in book.worksheets if each.title == name), None)
    seen = [each for each in book.worksheets if each.sheet_state == "visible"]
    return next(iter(seen or book.worksheets), None)


_HIDDEN_ROW = re.compile(
    rb"<(?:\w+:)?row\b(?=[^>]*\bhidden=\"(?:1|true)\")[^>]*\br=\"(\d+)\"[^>/]*>"
)
_HIDDEN_COLUMNS = re.compile(
    rb"<(?:\w+:)?col\b(?=[^>]*\bhidden=\"(?:1|true)\")(?=[^>]*\bmin=\"(\d+)\")[^>]*\bmax=\"(\d+)\""
)


def hidden_content(path: Path, sheet: str | None = None) -> list[str]:
    """Return what a reader of a table does not see in its workbook, or what is not read of it.

    Hidden rows and columns are read like others; only one sheet is read. Nothing is told of text.

    Args:
        path: A file that was read as a table.
        sheet: The sheet that was read; None for the first that one sees.
    """
    try:
        with path.open("rb") as file:
            if file.read(len(ZIP)) != ZIP:
                return []
        from openpyxl import load_workbook

        book = load_workbook(path, read_only=True, keep_links=False)
        chosen = _chosen_sheet(book, sheet)
        with zipfile.ZipFile(path) as archive:
            told = _hidden_parts(archive.read(chosen._worksheet_path.lstrip("/")))
        if chosen.sheet_state != "visible":
            told.insert(0, message("files.table.hidden_sheet", sheet=chosen.title))
        others = [
            each.title for each in book.worksheets
            if each.title != chosen.title and each.sheet_state == "visible"
        ]  # fmt: skip
        book.close()
    except Exception:  # what is wrong with a workbook is said by its reader
        return []
    if others and sheet is None:
        said = message("files.table.other_sheets", sheet=chosen.title, others=", ".join(others[:8]))
        told.append(said)
    return told


def _hidden_parts(content: bytes) -> list[str]:
    """Return what is told of the hidden rows and columns of a sheet, from its XML."""
    from openpyxl.utils import get_column_letter

    rows = [found[1].decode() for found in _HIDDEN_ROW.finditer(content)]
    spans = [(int(found[1]), int(found[2])) for found in _HIDDEN_COLUMNS.finditer(content)]
    letters = [
        get_column_letter(first) if first == last else
        f"{get_column_letter(first)}-{get_column_letter(last)}"
        for first, last in spans
    ]  # fmt: skip
    told: list[str] = []
    for key, parts in (("hidden_rows", rows), ("hidden_columns", letters)):
        if parts:
            more = ", ..." if len(parts) > MOST_NAMED else ""
            which = ", ".join(parts[:MOST_NAMED]) + more
            told.append(message(f"files.table.{key}", which=which, count=len(parts)))
    return told


MOST_NAMED = 10
"""Hidden rows or columns that are named one by one."""


def _filled_sheet_rows(sheet: Any, rules: TableRules) -> list[tuple[int, tuple[object, ...]]]:
    """Return the rows that are not empty; a sheet may say that it has millions that are."""
    limits = {
        "max_row": min(rules.most_rows + 1, EXCEL_ROWS),
        "max_col": rules.most_columns + 1,
    }
    numbered = enumerate(sheet.iter_rows(values_only=True, **limits), 1)
    return [(line, cells) for line, cells in numbered if any(c is not None for c in cells)]


def _refuse_unpacked_size(content: bytes, shown_as: str, rules: TableRules) -> None:
    """Raise InputError for what is no zip archive, or unpacks to too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise unusable_file(shown_as, rules.say("workbook")) from None
    if size > rules.most_bytes:
        raise unusable_file(shown_as, rules.say("bomb", most=rules.most_bytes / 1e6))


def text_of_cell(cell: object) -> str:
    """Return a workbook's cell as text, as a CSV file in the international form would have it.

    Whole numbers have no decimals; a date is 2026-12-24, a time 08:00:00, both 2026-12-24 08:00:00.
    """
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case datetime.datetime() if cell.time() == datetime.time():
            return cell.date().isoformat()
        case datetime.datetime():
            return cell.isoformat(" ", "seconds")
        case datetime.time():
            return cell.isoformat("seconds")
        case _:
            return str(cell)


_SPACES = re.compile(r"\s")
_NUMBER = re.compile(r"[-−]?\d+(?:[.,]\d+)?")


def parse_number(text: str) -> float | None:
    """Return a number as Norwegians and others write it: 1 234, 63,4 or 63.4 %; None for none.

    A comma is a decimal comma, never a sign between thousands; those are divided by spaces.
    """
    plain = _SPACES.sub("", text).removesuffix("%").replace("−", "-")
    return float(plain.replace(",", ".")) if _NUMBER.fullmatch(plain) else None


EXCEL_EPOCH = datetime.datetime(1899, 12, 30)
"""Day 0 of Excel's dates from March 1900 on; before, it counts a day that never was."""

FIRST_SERIAL, LAST_SERIAL = 20_000, 80_000
"""Numbers that may be dates, 1954 to 2119; others in a column of dates are none."""

SERIAL_DATE = r"\d{5}(?:[.,]\d+)?"
_DATE_PATTERNS = ("%Y-%m-%d", "%d.%m.%Y")


def date_of_cell(cell: object) -> datetime.date | None:
    """Return the date in a cell: a date, 2026-12-24, 24.12.2026 or Excel's 46380; None for none."""
    if isinstance(cell, datetime.datetime):
        return cell.date()
    text = text_of_cell(cell).strip()
    for pattern in _DATE_PATTERNS:
        try:
            return datetime.datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    serial = parse_number(text) if re.fullmatch(SERIAL_DATE, text) else None
    if serial is None or not FIRST_SERIAL <= serial < LAST_SERIAL:
        return None
    return (EXCEL_EPOCH + datetime.timedelta(days=serial)).date()
