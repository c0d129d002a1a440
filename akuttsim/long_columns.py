"""Columns of long runs: in a temporary file in place of memory.

A column of many rows is a map of a file without a name, that is gone when nobody has the column any
more. Who reads or writes it sees no difference. Its pages come into memory where they are touched
and leave it when they are let go of, so that memory does not grow with the length of a run.
"""

from __future__ import annotations

import mmap
import os
import tempfile
import weakref
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

ROWS_IN_MEMORY = 50_000
"""Rows that a table has in memory at once; those of more lie in a file."""

COLUMNS_A_FILE = 32
"""So many columns of 8 bytes a row lie in one file."""

ALIGNED_BYTES = 4096
"""Each column begins on a page of its own."""

_MAPS: weakref.WeakSet[mmap.mmap] = weakref.WeakSet()


def let_go_of_pages() -> None:
    """Let all pages of columns in files leave memory; they stay as they were written.

    Where the system does not know how (Windows), they leave when it needs the memory.
    """
    if hasattr(mmap, "MADV_DONTNEED"):
        for each in list(_MAPS):
            each.madvise(mmap.MADV_DONTNEED)


def _temporary_folder() -> str | None:
    """Return where large temporary files lie: often `/tmp` is itself in memory."""
    usual = Path("/var/tmp")
    return str(usual) if "TMPDIR" not in os.environ and os.access(usual, os.W_OK) else None


def _new_map(size: int) -> mmap.mmap:
    """Return a map of a new file of zeros.

    Raises:
        OSError: The disk has no room for it.
    """
    with tempfile.TemporaryFile(dir=_temporary_folder()) as file:
        if hasattr(os, "posix_fallocate"):  # else a full disk would end the process at a write
            os.posix_fallocate(file.fileno(), 0, size)
        else:
            file.truncate(size)
        new = mmap.mmap(file.fileno(), size)
    _MAPS.add(new)
    return new


class LongColumns:
    """Makes columns of one table, in memory where its rows are few, else in files.

    Attributes:
        rows: How many rows the table has.
        is_long: Whether its columns lie in files.
    """

    def __init__(self, rows: int) -> None:
        """Make no column yet."""
        self.rows = rows
        self.is_long = rows > ROWS_IN_MEMORY
        self._map: mmap.mmap | None = None
        self._used = 0

    def empty(self, dtype: DTypeLike) -> NDArray[Any]:
        """Return a column whose values are to be written."""
        kind = np.dtype(dtype)
        if not self.is_long:
            return np.empty(self.rows, dtype=kind)
        size = -(-self.rows * kind.itemsize // ALIGNED_BYTES) * ALIGNED_BYTES
        if self._map is None or self._used + size > len(self._map):
            self._map, self._used = _new_map(COLUMNS_A_FILE * (8 * self.rows + ALIGNED_BYTES)), 0
        column = np.frombuffer(self._map, dtype=kind, count=self.rows, offset=self._used)
        self._used += size
        return column

    def full(self, dtype: DTypeLike, value: float) -> NDArray[Any]:
        """Return a column that has the same value in all rows."""
        column = self.empty(dtype)
        for part in pieces(self.rows):
            column[part] = value
        return column

    def kept(self, column: NDArray[Any]) -> NDArray[Any]:
        """Return a column with the values of another, which may be forgotten."""
        if not self.is_long:
            return column
        mine = self.empty(column.dtype)
        mine[:] = column
        return mine


def pieces(rows: int) -> Iterator[slice]:
    """Yield the rows of a table a piece at a time, one at least, in order."""
    for start in range(0, max(rows, 1), ROWS_IN_MEMORY):
        yield slice(start, min(start + ROWS_IN_MEMORY, rows))


class RowFile:
    """Rows of a table that are added one after the other, and read again piece by piece.

    Attributes:
        rows: How many there are.
    """

    def __init__(self, row: np.dtype[Any]) -> None:
        """Begin with no rows, each of this type."""
        self.rows = 0
        self._row = row
        self._in_memory: list[bytes] = []
        self._bytes = 0
        self._file: Any = None

    def add(self, rows: bytearray | array[float]) -> None:
        """Add rows, given as the bytes that they consist of."""
        content = bytes(rows)
        self._in_memory.append(content)
        self._bytes += len(content)
        self.rows += len(content) // self._row.itemsize
        if self._bytes > ROWS_IN_MEMORY * self._row.itemsize:
            self._write()

    def _write(self) -> None:
        """Write the rows in memory into the file."""
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=_temporary_folder())  # noqa: SIM115
        self._file.writelines(self._in_memory)
        self._in_memory.clear()
        self._bytes = 0

    def read(self) -> Iterator[tuple[slice, NDArray[Any]]]:
        """Yield which rows these are, and the rows; none is added any more."""
        if self._file is None:
            yield slice(0, self.rows), np.frombuffer(b"".join(self._in_memory), dtype=self._row)
            return
        self._write()
        self._file.seek(0)
        for part in pieces(self.rows):
            content = self._file.read((part.stop - part.start) * self._row.itemsize)
            yield part, np.frombuffer(content, dtype=self._row)
