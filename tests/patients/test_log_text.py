import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from akuttsim.calllog.log_table import LOG_RULES
from akuttsim.errors import InputError
from akuttsim.tables import TableRules, read_rows


def rows(
    path: Path, content: bytes, rules: TableRules = LOG_RULES, encoding: str | None = None
) -> list[tuple[int, list[str]]]:
    path.write_bytes(content)
    return list(read_rows(path, str(path), rules, encoding=encoding))


def test_rows_come_with_the_line_in_which_they_begin(tmp_path: Path) -> None:
    found = rows(tmp_path / "a.csv", b'a,b\n"1\n1",2\n\n3,4\n')
    assert found == [(1, ["a", "b"]), (2, ["1\n1", "2"]), (5, ["3", "4"])]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_seen_in_the_heading(tmp_path: Path, sign: str) -> None:
    found = rows(tmp_path / "a.csv", f"a{sign}b{sign}c\n1,5{sign}2{sign}3\n".encode())
    assert [len(cells) for _, cells in found[:1]] == [3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16"])
def test_norwegian_letters_survive_each_encoding(tmp_path: Path, encoding: str) -> None:
    assert rows(tmp_path / "a.csv", "år;øre\nrød;å\n".encode(encoding))[1][1] == ["rød", "å"]


def test_a_packed_log_is_known_by_its_content_and_not_by_its_name(tmp_path: Path) -> None:
    assert rows(tmp_path / "a.csv", gzip.compress(b"a,b\n1,2\n"))[1] == (2, ["1", "2"])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (gzip.compress(b"a,b\n" * 1000, mtime=0)[:-30], "broken or cut off"),
        (b"\x1f\x8bnot gzip at all", "broken or cut off"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0)[:-6] + b"\0\0\0\0\0\0", "broken or cut off"),
        (b"PK\x03\x04workbook", "save the sheet as CSV"),
        (b"\xd0\xcf\x11\xe0old workbook", "save the sheet as CSV"),
        (b"a,b\n\0\0\1\2", "binary"),
        (b"", "is empty"),
        (b'a,b\n"' + b"x" * 200_000 + b'",1\n', "not a row of a table"),
    ],
)
def test_what_is_no_table_is_told_in_one_line(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        rows(tmp_path / "a.csv", content)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    rules = replace(LOG_RULES, most_bytes=5_000_000)
    with pytest.raises(InputError, match="larger than 5 MB when unpacked"):
        rows(tmp_path / "a.csv.gz", gzip.compress(bytes(50_000_000)), rules)


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="more than 10 rows"):
        rows(tmp_path / "a.csv", b"a\n" * 12, replace(LOG_RULES, most_rows=10))


def test_a_wrong_encoding_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not utf-8 text"):
        rows(tmp_path / "a.csv", "r\xf8d;1\n".encode("latin-1"), encoding="utf-8")


def test_a_folder_and_nothing_are_no_logs(tmp_path: Path) -> None:
    for path, said in ((tmp_path, "not a file"), (tmp_path / "none.csv", "no such file")):
        with pytest.raises(InputError, match=said):
            list(read_rows(path, str(path), LOG_RULES))
