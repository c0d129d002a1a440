"""Tables from outside: columns by the names that their owner gave them, checked row by row.

Positions are degrees as they should be, or metres of a map projection, converted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from akuttsim.errors import InputError, Problem, did_you_mean
from akuttsim.roads.importers.graph import FloatColumn, MaskColumn
from akuttsim.tables import TableRules, TextRow, parse_number, read_rows
from akuttsim.texts import message
from akuttsim.untrusted_files import unusable_file

COLUMN_RULES = TableRules(words={"empty": "files.columns.empty"})

_ROWS_AT_A_TIME = 100_000
"""Rows that become columns together, so that their cells are not held twice."""

SHOWN = 5
"""Wrong rows of a kind that are told one by one."""


@dataclass(frozen=True)
class TableColumns:
    """The columns of a table, as text until they are asked for as numbers.

    Attributes:
        file: Its name in errors.
        cells: The columns by the names of the heading.
        line: The line of the file in which each row begins.
    """

    file: str
    cells: pd.DataFrame
    line: np.ndarray[tuple[int], np.dtype[np.int64]]

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.cells)

    def texts(self, column: str) -> list[str]:
        """Return a column as text without blanks round it."""
        stripped: list[str] = self._column(column).str.strip().tolist()
        return stripped

    def numbers(self, column: str) -> FloatColumn:
        """Return a column as numbers.

        A decimal comma is read, and spaces between thousands.

        Raises:
            InputError: With the rows that are no numbers.
        """
        text = self._column(column).str.strip().str.replace(",", ".", regex=False)
        values = np.array(pd.to_numeric(text, errors="coerce"), dtype=np.float64)
        for row in np.flatnonzero(np.isnan(values)).tolist():
            number = parse_number(text[row])  # 1 234 and a minus sign, which pandas does not know
            values[row] = np.nan if number is None else number
        self.refuse(
            ~np.isfinite(values),
            column,
            lambda row: message("files.columns.number", text=text[row]),
        )
        return values

    def where(self, conditions: Mapping[str, str]) -> TableColumns:
        """Return only some rows.

        Args:
            conditions: Texts that columns must have, by column.

        Raises:
            InputError: No row has them.
        """
        mask = np.ones(len(self), dtype=np.bool_)
        for column, value in conditions.items():
            mask &= (self._column(column).str.strip() == value).to_numpy()
        if not mask.any():
            raise unusable_file(
                self.file, message("files.columns.no_row_has", kept=dict(conditions))
            )
        return TableColumns(self.file, self.cells[mask].reset_index(drop=True), self.line[mask])

    def refuse(self, wrong: MaskColumn, column: str, what: Callable[[int], str]) -> None:
        """Raise InputError for rows that are wrong, the first `SHOWN` of them with their lines.

        Args:
            wrong: Which rows are, shape (rows,).
            column: The column that is named in the error.
            what: Returns what is wrong with a row, by its index.
        """
        rows = np.flatnonzero(wrong)
        if not len(rows):
            return
        problems = [
            Problem(self.file, int(self.line[row]), column, what(int(row))) for row in rows[:SHOWN]
        ]
        if len(rows) > SHOWN:
            more = message("files.columns.more_rows", n_rows=len(rows) - SHOWN)
            problems.append(Problem(self.file, int(self.line[rows[SHOWN]]), column, more))
        raise InputError(problems)

    def _column(self, name: str) -> pd.Series[str]:
        """Return a column. Raises InputError, with the nearest name, where there is none."""
        if name not in self.cells.columns:
            near = did_you_mean(name, self.cells.columns)
            has = ", ".join(map(str, self.cells.columns[:12]))
            raise unusable_file(
                self.file, message("files.columns.no_column", name=name, near=near, has=has)
            )
        column: pd.Series[str] = self.cells[name]
        return column


def read_columns(path: Path, shown_as: str) -> TableColumns:
    """Return the columns of a table, whose first row that is not empty is its heading.

    A row with fewer cells than the heading is filled up with empty ones. Columns of one name are
    told apart as `name`, `name.1` and so on.

    Raises:
        InputError: As `akuttsim.tables.read_rows`, and for a row with more cells than the heading.
    """
    rows = read_rows(path, shown_as, COLUMN_RULES)
    names = _unique_names(next(rows)[1])
    lines: list[int] = []
    parts = [pd.DataFrame({name: pd.Series([], dtype="str") for name in names})]
    while chunk := list(islice(rows, _ROWS_AT_A_TIME)):
        lines += [line for line, _ in chunk]
        columns = zip(*_filled_up(chunk, len(names), shown_as), strict=True)
        parts.append(
            pd.DataFrame(
                {
                    name: pd.Series(cells, dtype="str")
                    for name, cells in zip(names, columns, strict=True)
                }
            )
        )
    table = pd.concat(parts, ignore_index=True)
    return TableColumns(shown_as, table, np.array(lines, dtype=np.int64))


def _filled_up(rows: list[TextRow], width: int, shown_as: str) -> list[list[str]]:
    """Return the cells of rows, short ones filled up. Raises InputError for too long ones."""
    for line, cells in rows:
        if len(cells) > width:
            said = message("files.columns.cells", line=line, n_cells=len(cells), width=width)
            raise unusable_file(shown_as, message("files.columns.no_csv", said=said))
        cells += [""] * (width - len(cells))
    return [cells for _, cells in rows]


def _unique_names(heading: list[str]) -> list[str]:
    """Return the names of a heading, of which each comes once."""
    names = [name.strip() for name in heading]
    before = [names[:index].count(name) for index, name in enumerate(names)]
    return [f"{name}.{count}" if count else name for name, count in zip(names, before, strict=True)]


DEGREES = "EPSG:4326"
LAT, LON = (57.0, 81.5), (3.0, 34.0)
"""Norway with Svalbard: what lies elsewhere, but here with its numbers exchanged, is swapped."""


def read_positions(
    rows: TableColumns, lat: str, lon: str, crs: str
) -> tuple[FloatColumn, FloatColumn]:
    """Return latitudes and longitudes in degrees from two columns.

    Args:
        rows: The table.
        lat: Column of latitudes, or of northings with a `crs` of metres.
        lon: Column of longitudes, or of eastings.
        crs: The map projection, such as EPSG:25833 (UTM zone 33).

    Raises:
        InputError: Metres that are given as degrees, latitude and longitude swapped, or metres that
            come out outside Norway.
    """
    first, second = rows.numbers(lat), rows.numbers(lon)
    if crs != DEGREES:
        first, second = degrees_of_metres(second, first, crs)
        both = f"{lat} and {lon}"
        outside = ~_in_norway(first, second)
        rows.refuse(
            outside,
            both,
            lambda row: message(
                "files.coordinates.not_in_norway", crs=crs, first=first[row], second=second[row]
            ),
        )
        return first, second
    _refuse_metres(rows, (lat, lon), first, second)
    swapped = ~_in_norway(first, second) & _in_norway(second, first)
    rows.refuse(
        swapped,
        f"{lat} and {lon}",
        lambda row: message("files.coordinates.swapped", first=first[row], second=second[row]),
    )
    return first, second


def _in_norway(lat: FloatColumn, lon: FloatColumn) -> MaskColumn:
    """Return which positions are in Norway with Svalbard."""
    return (lat >= LAT[0]) & (lat <= LAT[1]) & (lon >= LON[0]) & (lon <= LON[1])


def _refuse_metres(
    rows: TableColumns, names: tuple[str, str], lat: FloatColumn, lon: FloatColumn
) -> None:
    """Raise InputError for numbers that are no degrees."""
    metres = (np.abs(lat) > 90) | (np.abs(lon) > 180)
    rows.refuse(
        metres,
        f"{names[0]} and {names[1]}",
        lambda row: message("files.coordinates.no_degrees", lat=lat[row], lon=lon[row]),
    )


def degrees_of_metres(
    east: FloatColumn, north: FloatColumn, crs: str
) -> tuple[FloatColumn, FloatColumn]:
    """Convert metres of a map projection to degrees.

    Args:
        east: Eastings.
        north: Northings.
        crs: The projection, such as EPSG:25833.

    Returns:
        Latitudes and longitudes in degrees.

    Raises:
        InputError: A projection that nobody knows; and without pyproj.
    """
    try:
        from pyproj import Transformer
        from pyproj.exceptions import CRSError
    except ImportError:
        what = message("files.coordinates.package", crs=crs)
        raise InputError([Problem("", 0, "crs", what)]) from None
    try:
        convert = Transformer.from_crs(crs, DEGREES, always_xy=True)
    except CRSError:
        what = message("files.coordinates.unknown", crs=crs)
        raise InputError([Problem("", 0, "crs", what)]) from None
    lon, lat = convert.transform(east, north)
    return np.asarray(lat), np.asarray(lon)
