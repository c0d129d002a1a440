"""The sheets as files: one Excel workbook, or a folder of CSV files in the language's dialect."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter

from akuttsim.experiments.files import write_whole
from akuttsim.experiments.results import Results
from akuttsim.report.context import Catalogue, ResultsView, VerdictLabel, Words
from akuttsim.report.decision_paper import TEXT_COLOURS, TINTS
from akuttsim.report.document import Amount, SheetCell, SheetColumn, WorkbookSheet
from akuttsim.report.exporters.decision_sheet import (
    DecisionGrid,
    DecisionSheetWriter,
    decision_grid,
)
from akuttsim.report.exporters.workbook import KEYS, workbook_sheets
from akuttsim.texts import Lang, decimal_mark, unit_format

LONGEST_TEXT = 32_767
"""Letters that a cell can hold."""

MOST_ROWS = 1_048_575
"""Rows that a sheet can hold below its heading."""

_AS_TEXT = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
_PLAIN = "General"
_FACES: dict[str, dict[str, Any]] = {
    "heading": {"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom"},
    "text": {"valign": "top"},
    "wrapped": {"valign": "top", "text_wrap": True},
    "good": {"bg_color": TINTS["better"], "font_color": TEXT_COLOURS["better"], "valign": "top"},
    "bad": {
        "bg_color": TINTS["worse"],
        "font_color": TEXT_COLOURS["worse"],
        "bold": True,
        "valign": "top",
    },
}
_COLOURED = {"met": "good", "better": "good", "not-met": "bad", "worse": "bad"}
_WRAPPED_FROM = 60
"""Columns from this width on break their lines."""


def write_spreadsheet(results: Results, lang: Lang, out: Path) -> None:
    """Write all sheets as an .xlsx file; the same results give the same bytes.

    Args:
        results: The results folder, as read.
        lang: The language.
        out: The file.

    Raises:
        OSError: `out` cannot be written.
    """
    lead = decision_grid(Words(Catalogue(lang), ResultsView(results)))
    grids = workbook_sheets(results, lang)
    write_whole(out, xlsx_content(grids, results.manifest.times.ended, lead))


def xlsx_content(
    grids: Sequence[WorkbookSheet], created: str, lead: DecisionGrid | None = None
) -> bytes:
    """Return the sheets as the content of an .xlsx file.

    Args:
        grids: The first sheet, the list of contents, and the others.
        created: The date of the file, as ISO 8601: that of the study, so that bytes are the same.
        lead: The decision, which stands before all of them.
    """
    sink = io.BytesIO()
    workbook = xlsxwriter.Workbook(sink, _AS_TEXT)
    workbook.set_properties({"created": datetime.fromisoformat(created).replace(tzinfo=None)})
    if lead is not None:
        DecisionSheetWriter(workbook, lead).write()
    writer = _XlsxWriter(workbook)
    first, contents, *others = grids
    writer.front(first, contents)
    for other in others:
        writer.sheet(other)
    workbook.close()
    return sink.getvalue()


class _XlsxWriter:
    """Writes sheets into a workbook, whose formats are made once each."""

    def __init__(self, workbook: Any) -> None:
        self.workbook = workbook
        self.face = cache(lambda name: workbook.add_format(_FACES[name]))
        self.numbered = cache(
            lambda code: workbook.add_format({"num_format": code, "valign": "top"})
        )

    def front(self, first: WorkbookSheet, contents: WorkbookSheet) -> None:
        """Write the first sheet: what the results are, then a list of the sheets with links."""
        sheet = self._begun(first)
        self._rows(sheet, first, 1)
        start = len(first.rows) + 3
        self._heading(sheet, contents.columns, start - 1)
        self._rows(sheet, contents, start)
        for row, (title, *_) in enumerate(contents.rows, start):
            sheet.write_url(row, 0, f"internal:'{title}'!A1", string=title)

    def sheet(self, grid: WorkbookSheet) -> None:
        """Write a sheet with frozen headings that can be filtered."""
        sheet = self._begun(grid)
        self._rows(sheet, grid, 1)
        sheet.freeze_panes(1, grid.frozen)
        sheet.autofilter(0, 0, min(len(grid.rows), MOST_ROWS), len(grid.columns) - 1)

    def _begun(self, grid: WorkbookSheet) -> Any:
        sheet = self.workbook.add_worksheet(grid.title)
        for number, column in enumerate(grid.columns):
            sheet.set_column(number, number, column.width)
        self._heading(sheet, grid.columns, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer("&L&A&R&P / &N")
        return sheet

    def _heading(self, sheet: Any, columns: Sequence[SheetColumn], row: int) -> None:
        for number, column in enumerate(columns):
            sheet.write_string(row, number, _text_that_fits(column.heading), self.face("heading"))

    def _rows(self, sheet: Any, grid: WorkbookSheet, start: int) -> None:
        for row, cells in enumerate(grid.rows[:MOST_ROWS], start):
            for number, cell in enumerate(cells):
                self._cell(sheet, (row, number), cell, grid.columns[number].width)

    def _cell(self, sheet: Any, at: tuple[int, int], cell: SheetCell, width: int) -> None:
        match cell:
            case None:
                return
            case Amount():
                value, code = _number_and_format(cell)
                sheet.write_number(*at, value, self.numbered(code))
            case VerdictLabel(css, _, words):
                sheet.write_string(*at, words, self.face(_COLOURED.get(css, "text")))
            case str():
                face = "wrapped" if width >= _WRAPPED_FROM else "text"
                sheet.write_string(*at, _text_that_fits(cell), self.face(face))
            case _:
                sheet.write_number(*at, cell, self.numbered(_PLAIN))


def _number_and_format(cell: Amount) -> tuple[float, str]:
    """Return a number and its format; a change of a share is told in percentage points."""
    if not cell.is_change:
        return cell.value, unit_format(cell.unit).spreadsheet
    is_share = cell.unit == "share"
    code = unit_format("" if is_share else cell.unit).spreadsheet
    return (100 * cell.value if is_share else cell.value), f"+{code};-{code};0"


def _text_that_fits(words: str) -> str:
    """Return a text that fits into a cell."""
    return words if len(words) <= LONGEST_TEXT else words[: LONGEST_TEXT - 1] + "…"


class CsvDialect(NamedTuple):
    """What stands between columns and before decimals."""

    between: str
    decimal: str


def csv_dialect(lang: Lang) -> CsvDialect:
    """Return the list separator and decimal mark that Excel reads when it is set to a language."""
    has_comma = decimal_mark(lang) == ","
    return CsvDialect(";", ",") if has_comma else CsvDialect(",", ".")


MARK = "\ufeff"
"""Tells Excel that a file is UTF-8."""

_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Beginnings by which a spreadsheet takes a text for a formula."""


def write_csv_files(results: Results, lang: Lang, folder: Path) -> list[Path]:
    """Write each sheet as a CSV file of its own; return the files.

    Files of sheets that these results do not have are removed from the folder. The same results
    give the same bytes. Raises OSError where the folder cannot be written.
    """
    grids = {sheet.key: sheet for sheet in workbook_sheets(results, lang)}
    for key in KEYS:
        if key in grids:
            write_whole(folder / f"{key}.csv", csv_content(grids[key], csv_dialect(lang)))
        else:
            (folder / f"{key}.csv").unlink(missing_ok=True)
    return [folder / f"{key}.csv" for key in KEYS if key in grids]


def csv_content(grid: WorkbookSheet, dialect: CsvDialect) -> bytes:
    """Return a sheet as the content of a CSV file: a byte order mark, UTF-8, LF."""
    sink = io.StringIO()
    writer = csv.writer(sink, delimiter=dialect.between, lineterminator="\n")
    writer.writerow(_formula_safe(column.heading) for column in grid.columns)
    for row in grid.rows:
        writer.writerow(_csv_cell(cell, dialect) for cell in row)
    return (MARK + sink.getvalue()).encode("utf-8")


def _csv_cell(cell: SheetCell, dialect: CsvDialect) -> str:
    match cell:
        case None:
            return ""
        case Amount(value, unit):
            shown = round(100 * value, 10) if unit == "share" else value
            return repr(float(shown)).replace(".", dialect.decimal)
        case VerdictLabel(words=words):
            return _formula_safe(words)
        case str():
            return _formula_safe(cell)
        case _:
            return repr(cell).replace(".", dialect.decimal)


def _formula_safe(words: str) -> str:
    """Return a text that no spreadsheet takes for a formula: with an apostrophe in front."""
    return f"'{words}" if words.startswith(_ACTIVE) else words
