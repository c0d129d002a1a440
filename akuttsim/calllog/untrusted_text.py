"""The text of a file from outside: hostile until read, whatever its name says it is."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from stat import S_ISREG
from typing import IO

from akuttsim.errors import InputError, Problem

MAX_BYTES = 200_000_000
"""The most that a log may hold when unpacked: about a million calls."""

MAX_ROWS = 2_000_000
MAX_COLUMNS = 300
MAX_PROBLEMS = 20
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
DELIMITERS = (";", ",", "\t", "|")
_CHUNK = 1 << 20


def text_rows(
    path: Path, delimiter: str | None, encoding: str | None
) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not empty with the line in which it begins, the heading first.

    Raises InputError for what cannot be read: too large, a broken archive, no table.
    """
    text = text_of(path, encoding)
    first = text[: text.find("\n") + 1] or text
    sign = {"tab": "\t"}.get(delimiter or "", delimiter) or _guess_delimiter(first)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    return _numbered_rows(reader, str(path))


def text_of(path: Path, encoding: str | None) -> str:
    """Return the text of a file that may be packed with gzip. Raises InputError, as `text_rows`."""
    return _decode_text(_read_unpacked(path), encoding, str(path))


def _numbered_rows(reader: Iterator[list[str]], file: str) -> Iterator[tuple[int, list[str]]]:
    begins, rows = 1, 0
    try:
        for cells in reader:
            if any(cells):
                rows += 1
                if rows > MAX_ROWS:
                    raise unusable_log(file, f"more than {MAX_ROWS} rows; give one year at a time")
                yield begins, cells
            begins = reader.line_num + 1  # type: ignore[attr-defined]
    except csv.Error as error:
        raise InputError([Problem(file, begins, "", f"not a row of a table: {error}")]) from None
    if not rows:
        raise unusable_log(file, "is empty; a log needs a heading line and a row for each call")


def _read_unpacked(path: Path) -> bytes:
    try:
        if not S_ISREG(path.stat().st_mode):
            raise unusable_log(str(path), "not a file; give a CSV file, or one packed with gzip")
        with path.open("rb") as file:
            head = file.read(4)
            file.seek(0)
            return (
                _read_gzip(file, str(path))
                if head.startswith(GZIP)
                else _read_plain(file, head, path)
            )
    except FileNotFoundError:
        raise unusable_log(str(path), "no such file; give the path of the log") from None
    except (OSError, ValueError) as error:
        if isinstance(error, gzip.BadGzipFile):
            raise unusable_log(str(path), BROKEN) from None
        reason = getattr(error, "strerror", None) or str(error)
        raise unusable_log(str(path), f"cannot be read ({reason})") from None


BROKEN = "a gzip file that is broken or cut off; pack it again, or give it unpacked"


def _read_plain(file: IO[bytes], head: bytes, path: Path) -> bytes:
    if head.startswith((ZIP, OLD_EXCEL)):
        what = "a workbook or zip archive, which is not opened; save the sheet as CSV"
        raise unusable_log(str(path), what)
    return _read_limited(file, str(path))


def _read_gzip(file: IO[bytes], name: str) -> bytes:
    try:
        with gzip.GzipFile(fileobj=file) as unpacked:
            return _read_limited(unpacked, name)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise unusable_log(name, BROKEN) from None


def _read_limited(file: IO[bytes] | gzip.GzipFile, name: str) -> bytes:
    """Return what a file holds; never more is unpacked than a log may have."""
    parts, size = [], 0
    while part := file.read(_CHUNK):
        size += len(part)
        if size > MAX_BYTES:
            most = f"{MAX_BYTES // 1_000_000} MB when unpacked"
            raise unusable_log(name, f"larger than {most}; give one year at a time")
        parts.append(part)
    return b"".join(parts)


def _decode_text(raw: bytes, encoding: str | None, file: str) -> str:
    """Return the text: as told, else UTF-8, else Windows-1252, which Norwegian exports often are.

    A byte-order mark says it for itself.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\0" in raw[:4096] and encoding != "utf-16":
        raise unusable_log(file, "is a binary file; give a CSV file")
    for each in (encoding,) if encoding else ("utf-8", "windows-1252"):
        try:
            return raw.decode("utf-8-sig" if each == "utf-8" else each)
        except UnicodeDecodeError:
            continue
    known = encoding or "UTF-8 or Windows-1252"
    raise unusable_log(
        file, f"is not {known} text; save it as UTF-8, or write `encoding:` in the format"
    )


def _guess_delimiter(heading: str) -> str:
    """Return the sign that divides the heading most often."""
    return max(DELIMITERS, key=heading.count)


def unusable_log(file: str, what: str) -> InputError:
    """Return the error of a log that cannot be read at all."""
    return InputError([Problem(file, 0, "", what)])
