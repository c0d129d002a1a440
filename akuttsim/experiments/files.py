"""Files that appear whole or not at all, and tables as Parquet and CSV."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

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


def write_parquet(path: Path, table: pa.Table, metadata: bool = False) -> None:
    """Write a Parquet file whole, with the schema's metadata or without.

    The same table gives the same bytes.
    """
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", store_schema=metadata)
    write_whole(path, sink.getvalue().to_pybytes())


def write_csv(path: Path, table: pd.DataFrame) -> None:
    """Write a CSV file whole: comma between columns, a point in numbers, UTF-8, LF."""
    text = table.to_csv(index=False, lineterminator="\n")
    write_whole(path, text.encode("utf-8"))


def read_indicators(path: Path, wanted: Filters = None) -> pa.Table:
    """Read a table of indicators, or the rows wanted of it.

    Raises ValueError or OSError where it is not whole.
    """
    table = pq.read_table(path, filters=wanted)
    if not table.schema.equals(INDICATORS):
        raise ValueError(message("experiments.results.no_table", path=path))
    return table
