"""Tables from outside: columns by the names that their owner gave them, checked row by row."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from akuttsim.errors import InputError, Problem, did_you_mean
from akuttsim.roads.importing.graph import Array, Mask
from akuttsim.roads.importing.outside import read_bytes, refused

MAX_ROWS = 20_000_000
SHOWN = 5
"""Wrong rows of a kind that are told one by one."""


@dataclass(frozen=True)
class Columns:
    """A table's cells as text, with the line of each row; `file` as the user would write it."""

    file: str
    cells: pd.DataFrame
    line: np.ndarray[tuple[int], np.dtype[np.int64]]

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.cells)

    def texts(self, column: str) -> list[str]:
        """Return a column as text without blanks round it."""
        found: list[str] = self._column(column).str.strip().tolist()
        return found

    def numbers(self, column: str) -> Array:
        """Return a column as numbers; a decimal comma is read too. InputError for other text."""
        text = self._column(column).str.strip().str.replace(",", ".", regex=False)
        values = pd.to_numeric(text, errors="coerce").to_numpy(dtype=np.float64)
        self.refuse(
            ~np.isfinite(values), column, lambda row: f"must be a number (got {text[row]!r})"
        )
        return values

    def where(self, kept: Mapping[str, str]) -> Columns:
        """Return only the rows whose columns have these texts. InputError where none is left."""
        mask = np.ones(len(self), dtype=np.bool_)
        for column, value in kept.items():
            mask &= (self._column(column).str.strip() == value).to_numpy()
        if not mask.any():
            raise refused(self.file, f"no row has {dict(kept)}; see the keys under `where`")
        return Columns(self.file, self.cells[mask].reset_index(drop=True), self.line[mask])

    def refuse(self, wrong: Mask, column: str, what: Callable[[int], str]) -> None:
        """Raise InputError for the rows that are wrong, the first of them with its own line."""
        rows = np.flatnonzero(wrong)
        if not len(rows):
            return
        problems = [
            Problem(self.file, int(self.line[row]), column, what(int(row))) for row in rows[:SHOWN]
        ]
        if len(rows) > SHOWN:
            more = f"and so in {len(rows) - SHOWN} more rows"
            problems.append(Problem(self.file, int(self.line[rows[SHOWN]]), column, more))
        raise InputError(problems)

    def _column(self, name: str) -> pd.Series[str]:
        if name not in self.cells.columns:
            near = did_you_mean(name, self.cells.columns)
            has = ", ".join(map(str, self.cells.columns[:12]))
            raise refused(self.file, f"has no column {name!r}{near}; it has {has}")
        found: pd.Series[str] = self.cells[name]
        return found


def read_columns(path: Path, shown_as: str) -> Columns:
    """Return a CSV file's cells; comma, semicolon or tab between them. Raises InputError."""
    text = _decoded(read_bytes(path, shown_as), shown_as)
    heading = text[: text.find("\n") if "\n" in text else len(text)]
    sign = max(",;\t", key=heading.count)
    try:
        cells = pd.read_csv(
            io.StringIO(text), sep=sign, dtype=str, keep_default_na=False, nrows=MAX_ROWS + 1
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as error:
        said = " ".join(str(error).split())[:150]
        raise refused(shown_as, f"is no CSV table: {said}") from None
    if len(cells) > MAX_ROWS:
        raise refused(shown_as, f"has more than {MAX_ROWS} rows; take a part of it")
    cells.columns = [str(name).strip() for name in cells.columns]
    return Columns(shown_as, cells, np.arange(2, len(cells) + 2))


def _decoded(content: bytes, shown_as: str) -> str:
    if b"\0" in content[:4096]:
        raise refused(shown_as, "is a binary file, not a table; save it as CSV UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")  # Statistics Norway's older exports
