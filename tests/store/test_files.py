"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from akuttsim.errors import InputError
from akuttsim.experiments.files import (
    INDICATORS,
    read_indicators,
    write_csv,
    write_parquet,
    write_whole,
)


def indicators(count: int = 3) -> pa.Table:
    texts = [[text] * count for text in ("today", "x", "all", "07", "share")]
    values, numbers = [0.1 * n for n in range(count)], list(range(count))
    rows = [["plain"] * count, texts[0], numbers, *texts[1:4], values, texts[4], numbers]
    arrays = [pa.array(row, type=field.type) for row, field in zip(rows, INDICATORS, strict=True)]
    return pa.Table.from_arrays(arrays, schema=INDICATORS)


def test_folders_are_made_and_content_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "file"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert [each.name for each in path.parent.iterdir()] == ["file"]


def test_whoever_reads_the_old_file_goes_on_reading_it(tmp_path: Path) -> None:
    """A file is exchanged, never written over: no reader sees half of the new one."""
    path = tmp_path / "file"
    write_whole(path, b"old content")
    with path.open("rb") as reader:
        write_whole(path, b"new")
        assert reader.read() == b"old content"


def test_a_write_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full when the content is flushed: the old file stays and no part of the new."""
    path = tmp_path / "file"
    write_whole(path, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new and longer")
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write_parquet(tmp_path / name, indicators())
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_reading_back_gives_the_table(tmp_path: Path) -> None:
    write_parquet(tmp_path / "t", indicators())
    assert read_indicators(tmp_path / "t").equals(indicators())


@pytest.mark.parametrize("spoil", ["cut", "empty", "other", "flipped"])
def test_a_broken_table_is_refused(tmp_path: Path, spoil: str) -> None:
    path = tmp_path / "t"
    write_parquet(path, indicators(2000))
    content = path.read_bytes()
    if spoil == "other":
        write_parquet(path, pa.table({"a": [1]}))
    else:
        broken = {"cut": content[: len(content) // 2], "empty": b"",
                  "flipped": content[:-300] + bytes(200) + content[-100:]}[spoil]  # fmt: skip
        path.write_bytes(broken)
    with pytest.raises(InputError):
        read_indicators(path)


def test_csv_is_plain(tmp_path: Path) -> None:
    write_csv(tmp_path / "t.csv", pd.DataFrame({"sted": ["Røyrvik, øst", "b"], "x": [0.5, None]}))
    assert (tmp_path / "t.csv").read_bytes() == 'sted,x\n"Røyrvik, øst",0.5\nb,\n'.encode()
