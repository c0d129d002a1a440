"""Files that appear whole or not at all and tell when they were damaged; Parquet, CSV and JSON.

What is read back carries a digest of itself: Parquet a seal between its data and its footer, where
other programs do not look, JSON a last entry. A file of an older version has none, and is read.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from akuttsim.errors import InputError, Problem
from akuttsim.long_columns import let_go_of_pages
from akuttsim.records import JsonObject
from akuttsim.texts import message

INDICATORS = pa.schema(
    [
        ("case", pa.string()),
        ("organisation", pa.string()),
        ("replication", pa.int32()),
        ("indicator", pa.string()),
        ("group_by", pa.string()),
        ("group", pa.string()),
        ("value", pa.float64()),
        ("unit", pa.string()),
        ("n", pa.int64()),
    ]
)

Filters = list[tuple[str, str, object]] | None
"""What rows must have: column, operator and value, all of them; None for every row."""


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there complete or not at all, even if the machine stops."""
    with whole_file(path) as file:
        file.write(content)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file to write piece by piece; it is there complete or not at all, as `write_whole`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished-{os.getpid()}")
    try:
        with unfinished.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


ROWS_TOGETHER = 1 << 20
"""Up to so many rows are written at once; of more a quarter of that at a time."""


def write_parquet(path: Path, table: pa.Table, metadata: bool = False, beside: bytes = b"") -> None:
    """Write a sealed Parquet file whole.

    The same table gives the same bytes.

    Args:
        path: The file.
        table: The table.
        metadata: Whether the schema's metadata are written.
        beside: What it belongs to, and what files beside it hold; sealed with it.
    """
    sink = pa.BufferOutputStream()
    rows = ROWS_TOGETHER if table.num_rows <= ROWS_TOGETHER else ROWS_TOGETHER // 4
    with pq.ParquetWriter(
        sink, table.schema, compression="zstd", store_schema=metadata, write_page_checksum=True
    ) as writer:
        for start in range(0, max(table.num_rows, 1), rows):
            writer.write_table(table.slice(start, rows), rows)
            let_go_of_pages()
    write_whole(path, _sealed_parquet(sink.getvalue().to_pybytes(), beside))


SEAL = b"akuttsim sha256="
"""What stands before the 64 digits of a Parquet file's digest."""

_SEALED = len(SEAL) + hashlib.sha256().digest_size * 2
_TAIL = 8
"""Bytes at the end of a Parquet file: the length of its footer, and "PAR1"."""


def _sealed_parquet(content: bytes, beside: bytes) -> bytes:
    """Return a Parquet file with the digest of all its bytes before its footer."""
    at = _footer_start(content)
    digest = _seal_digest(content, beside).encode("ascii")
    return b"".join((content[:at], SEAL, digest, content[at:]))


def _footer_start(content: bytes) -> int:
    """Return where the footer of a Parquet file begins; some place or other of a damaged one."""
    length = int.from_bytes(content[-_TAIL:-4], "little")
    return max(len(content) - _TAIL - length, 0)


def _seal_digest(content: bytes, beside: bytes) -> str:
    """Return the digest of what a file holds, and of what it belongs to."""
    digest = hashlib.sha256()
    for part in (content, beside):
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()


def read_sealed_parquet(path: Path, beside: bytes = b"") -> bytes:
    """Return what a Parquet file holds, once it is as it was written; one without a seal as it is.

    Args:
        path: The file.
        beside: As it was written with.

    Raises:
        InputError: It is not as it was written.
        OSError: It cannot be read.
    """
    content = path.read_bytes()
    if not has_seal(content):
        return content
    at = _footer_start(content) - _SEALED
    bare = content[:at] + content[at + _SEALED :]
    told = content[at : at + _SEALED]
    if told != SEAL + _seal_digest(bare, beside).encode("ascii"):
        raise damaged_file(path)
    return content


def has_seal(content: bytes) -> bool:
    """Tell whether a Parquet file has a seal; where the seal is damaged, too."""
    at = _footer_start(content) - _SEALED
    mark = content[max(at, 0) : max(at + len(SEAL), 0)]
    return 2 * sum(one == other for one, other in zip(mark, SEAL, strict=False)) >= len(SEAL)


def damaged_file(path: Path) -> InputError:
    """Return the error of a file that is not as it was written."""
    return InputError([Problem("", 0, str(path), message("experiments.damage.file"))])


DIGEST_ENTRY = "sha256"
"""The last entry of a JSON file that is read back: its digest, taken where this is noughts."""

_NO_DIGEST = "0" * 64


def write_json(path: Path, content: JsonObject, indent: int | None = None) -> None:
    """Write an object as JSON whole, with its digest as last entry; the same gives the same bytes.

    Args:
        path: The file; its name is not part of the digest, so that it may be copied.
        content: Plain values; no NaN or infinity.
        indent: Blanks that each level is set in by; None for a single line.
    """
    text = json.dumps(
        {**content, DIGEST_ENTRY: _NO_DIGEST},
        ensure_ascii=False,
        indent=indent,
        separators=(",", ":") if indent is None else None,
        allow_nan=False,
    )
    before, _, after = text.rpartition(_NO_DIGEST)
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    write_whole(path, f"{before}{digest}{after}".encode())


def _json_digest(text: bytes, digest: str) -> str:
    """Return the digest of a JSON file, as it was before this one stood in it."""
    before, _, after = text.rpartition(f'"{digest}"'.encode())
    return hashlib.sha256(b'%b"%b"%b' % (before, _NO_DIGEST.encode("ascii"), after)).hexdigest()


class ReadJson(NamedTuple):
    """What a JSON file holds.

    Attributes:
        content: Its object, without the digest.
        is_sealed: Whether it had a digest, which it agrees with.
    """

    content: JsonObject
    is_sealed: bool


def read_json(path: Path) -> ReadJson | None:
    """Return the object of a JSON file, once it is as it was written; None where there is no file.

    Raises InputError where it is damaged: no JSON, no object, or of another digest.
    """
    try:
        text = path.read_bytes()
    except OSError:
        return None
    try:
        content = json.loads(text.decode("utf-8"))
    except (ValueError, RecursionError):
        raise damaged_file(path) from None
    if not isinstance(content, dict):
        raise damaged_file(path)
    digest = content.pop(DIGEST_ENTRY, None)
    if digest is not None and digest != _json_digest(text, str(digest)):
        raise damaged_file(path)
    return ReadJson(content, digest is not None)


def write_csv(path: Path, table: pd.DataFrame) -> None:
    """Write a CSV file whole: comma between columns, a point in numbers, UTF-8, LF."""
    text = table.to_csv(index=False, lineterminator="\n")
    write_whole(path, text.encode("utf-8"))


def read_indicators(
    path: Path, wanted: Filters = None, sealed_with: bytes | None = None
) -> pa.Table:
    """Read a table of indicators, or the rows wanted of it.

    Args:
        path: The file.
        wanted: What rows must have; None for every row.
        sealed_with: What it was written with as `beside`; None for a gathered table, which may be
            too large to be held, and whose digest the manifest has.

    Raises:
        InputError: It is not as it was written, or no table of indicators.
    """
    try:
        source = path
        if sealed_with is not None:
            source = pa.BufferReader(read_sealed_parquet(path, sealed_with))
        table = pq.read_table(source, filters=wanted, page_checksum_verification=True)
    except UNREADABLE_PARQUET:
        raise damaged_file(path) from None
    if not table.schema.equals(INDICATORS):
        raise InputError([Problem("", 0, "", message("experiments.results.no_table", path=path))])
    return table


UNREADABLE_PARQUET = (ValueError, OSError, LookupError, TypeError, MemoryError, pa.ArrowException)
"""What is raised where a Parquet file without a seal is damaged."""
