from __future__ import annotations

from pathlib import Path

import pytest

from akuttsim.config.region_tables import (
    AGE_COLUMNS,
    MAX_BYTES,
    NodeRow,
    drop_empty,
    gather_ages,
    read_table,
    rows_by_key,
)
from akuttsim.config.yaml_document import Node, plain_values
from akuttsim.errors import InputError, Problem

COLUMNS = frozenset({"place", "km"})


def table(tmp_path: Path, content: str | bytes) -> list[NodeRow]:
    path = tmp_path / "t.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(path, "t.csv", COLUMNS)


def problems(tmp_path: Path, content: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as raised:
        table(tmp_path, content)
    return raised.value.problems


def values(row: NodeRow) -> dict[str, object]:
    return {name: plain_values(node) for name, node in row.items()}


def test_rows_know_their_line_and_numbers_are_numbers(tmp_path: Path) -> None:
    rows = table(tmp_path, "km,place\n1,a\n2.5,b\n,c\n\n,\n1e2,007\nfar,d\n")
    assert [values(row) for row in rows] == [
        {"km": 1, "place": "a"}, {"km": 2.5, "place": "b"}, {"km": None, "place": "c"},
        {"km": 100.0, "place": "007"}, {"km": "far", "place": "d"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1", 1), (" 1 ", 1), ("1.0", 1.0), ("-2", -2), ("1e2", 100.0), ("", None), ("  ", None),
        ("1_000", "1_000"), ("1 000", "1 000"), ("0x10", "0x10"), ("١", "١"), ('"1,5"', "1,5"),
        ("9" * 40, "9" * 40),
    ],
)  # fmt: skip
def test_a_cell_is_a_number_only_where_it_is_plainly_one(
    tmp_path: Path, cell: str, value: object
) -> None:
    [row] = table(tmp_path, f"place,km\nx,{cell}\n")
    assert plain_values(row["km"]) == value
    assert type(plain_values(row["km"])) is type(value)


def test_columns_of_text_stay_text(tmp_path: Path) -> None:
    [row] = table(tmp_path, "km,place\n1, 0301 \n")
    assert values(row) == {"km": 1, "place": "0301"}


@pytest.mark.parametrize("content", ["place,km\na,1\nb,2\n", "place,km\r\na,1\r\nb,2",
                                     "\ufeffplace,km\na,1\nb,2\n\n"])  # fmt: skip
def test_line_ends_and_byte_order_mark_do_not_matter(tmp_path: Path, content: str) -> None:
    assert [values(row) for row in table(tmp_path, content)] == [
        {"place": "a", "km": 1}, {"place": "b", "km": 2},
    ]  # fmt: skip


def test_lines_are_counted_over_empty_rows_and_cells_of_several_lines(tmp_path: Path) -> None:
    rows = table(tmp_path, 'place,km\na,1\n\n,\n"b\nb\nb",2\nc,3\n')
    assert [row["place"].line for row in rows] == [2, 5, 8]
    assert {node.file for row in rows for node in row.values()} == {"t.csv"}


@pytest.mark.parametrize(
    ("heading", "what"),
    [
        ("place", "missing: km"), ("place,km,x", "unknown: x"), ("place,place", "twice: place"),
        ("Place,km", "unknown: Place"),
    ],
)  # fmt: skip
def test_the_heading_must_be_exact(tmp_path: Path, heading: str, what: str) -> None:
    [found] = problems(tmp_path, f"{heading}\na,1\n")
    assert (found.file, found.line) == ("t.csv", 1)
    assert what in found.what
    assert found.what.endswith("comma between the columns")


@pytest.mark.parametrize(
    "content",
    [
        "place;km\nBodø;1,5\n".encode("cp1252"),
        "sep=;\r\nplace;km;;\r\nBodø;1,5;;\r\n;;;\r\n".encode(),
        "place\tkm\nBodø\t1.5\n".encode("utf-16"),
        "place,km\rBodø,1.5\r".encode(),
    ],
)
def test_a_table_is_read_as_excel_saves_it(tmp_path: Path, content: bytes) -> None:
    assert [values(row) for row in table(tmp_path, content)] == [{"place": "Bodø", "km": 1.5}]


def test_a_renamed_column_does_not_hide_rows_that_are_too_short(tmp_path: Path) -> None:
    found = problems(tmp_path, "place,kilometres\na,1\nb\n")
    assert [each.line for each in found] == [1, 3]


def test_a_huge_heading_gives_a_short_message(tmp_path: Path) -> None:
    [found] = problems(tmp_path, ",".join(f"column-{number}" for number in range(50_000)))
    assert len(str(found)) < 600


def test_every_ragged_row_is_told(tmp_path: Path) -> None:
    found = problems(tmp_path, "place,km\na\nb,2\nc,3,4\n")
    assert [(problem.line, problem.what) for problem in found] == [
        (2, "has 1 cells; the heading has 2"), (4, "has 3 cells; the heading has 2"),
    ]  # fmt: skip


def test_a_quote_that_is_never_closed_is_told_where_it_begins(tmp_path: Path) -> None:
    found = problems(tmp_path, 'place,km\na,1\n"b,2\nc,3\nd,4\n')
    assert [(problem.line, problem.what) for problem in found] == [
        (3, "has 1 cells; the heading has 2")
    ]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "the table is empty; it needs a heading line"),
        (b"\n\n", "the table is empty; it needs a heading line"),
        (b'place,km\n"' + b"x" * 200_000 + b'",1\n', "not a CSV row: field larger"),
        (b"x" * (MAX_BYTES + 1), "larger than 20 MB"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, what: str) -> None:
    [found] = problems(tmp_path, content)
    assert what in found.what


def test_a_folder_or_missing_file_is_no_table(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(InputError, match="no such table; give its file name"):
            read_table(path, "t.csv", COLUMNS)


def test_keyed_rows_lose_the_key_and_know_their_line(tmp_path: Path) -> None:
    node = rows_by_key(table(tmp_path, "place,km\na,1\nb,2\n"), "place", "t.csv")
    assert plain_values(node) == {"a": {"km": 1}, "b": {"km": 2}}
    assert isinstance(node.value, dict)
    assert node.value["b"].line == 3
    assert rows_by_key([], "place", "t.csv") == Node({}, "t.csv", 1)


def test_a_key_that_stands_twice_is_told_with_its_first_line(tmp_path: Path) -> None:
    rows = table(tmp_path, "place,km\na,1\nb,2\na,3\na,4\n")
    with pytest.raises(InputError) as raised:
        rows_by_key(rows, "place", "t.csv")
    assert [(problem.line, problem.key) for problem in raised.value.problems] == [
        (4, "a"),
        (5, "a"),
    ]
    assert "stands twice (first in line 2); keep one" in str(raised.value)


def test_ages_are_gathered_in_order_and_empty_cells_dropped() -> None:
    row = {name: Node(number, "t.csv", 2) for number, name in enumerate(AGE_COLUMNS)}
    row["place"] = Node("a", "t.csv", 2)
    row = dict(reversed(row.items()))
    gather_ages(row)
    assert values(row) == {"place": "a", "people": list(range(9))}
    assert AGE_COLUMNS[0] == "age_0_5"
    assert AGE_COLUMNS[-1] == "age_90_plus"
    assert values(drop_empty({"a": Node(None, "t", 1), "b": Node(0, "t", 1)})) == {"b": 0}
