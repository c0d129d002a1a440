"""The results as a folder of CSV files, as a spreadsheet of the language reads them."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import NamedTuple

from akuttsim.experiments.files import write_whole
from akuttsim.experiments.results import Results
from akuttsim.report.sheets.book import KEYS, book
from akuttsim.report.sheets.grid import Amount, Cell, Grid, Told
from akuttsim.texts import Lang


class Dialect(NamedTuple):
    """What stands between columns and before decimals."""

    between: str
    decimal: str


DIALECTS: dict[Lang, Dialect] = {"nb": Dialect(";", ","), "en": Dialect(",", ".")}
"""Excel reads the list separator and the decimal mark of the language that it is set to."""

MARK = "\ufeff"
"""Tells Excel that a file is UTF-8."""

_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Beginnings by which a spreadsheet takes a text for a formula."""


def write_csv_files(results: Results, lang: Lang, folder: Path) -> list[Path]:
    """Write each sheet as a CSV file of its own; return the files.

    Files of sheets that these results do not have are removed from the folder. The same results
    give the same bytes. Raises OSError where the folder cannot be written.
    """
    grids = {each.key: each for each in book(results, lang)}
    for key in KEYS:
        if key in grids:
            write_whole(folder / f"{key}.csv", csv_file(grids[key], DIALECTS[lang]))
        else:
            (folder / f"{key}.csv").unlink(missing_ok=True)
    return [folder / f"{key}.csv" for key in KEYS if key in grids]


def csv_file(grid: Grid, dialect: Dialect) -> bytes:
    """Return a sheet as the content of a CSV file: a byte order mark, UTF-8, LF."""
    sink = io.StringIO()
    writer = csv.writer(sink, delimiter=dialect.between, lineterminator="\n")
    writer.writerow(_safe(column.heading) for column in grid.columns)
    for row in grid.rows:
        writer.writerow(_written(cell, dialect) for cell in row)
    return (MARK + sink.getvalue()).encode("utf-8")


def _written(cell: Cell, dialect: Dialect) -> str:
    match cell:
        case None:
            return ""
        case Amount(value, unit):
            shown = round(100 * value, 10) if unit == "share" else value
            return repr(float(shown)).replace(".", dialect.decimal)
        case Told(words):
            return _safe(words)
        case str():
            return _safe(cell)
        case _:
            return repr(cell).replace(".", dialect.decimal)


def _safe(words: str) -> str:
    """Return a text that no spreadsheet takes for a formula: with an apostrophe in front."""
    return f"'{words}" if words.startswith(_ACTIVE) else words
