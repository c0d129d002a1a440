"""The tables beside a region: CSV rows as config nodes that know their file and line."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from akuttsim.errors import InputError, Problem
from akuttsim.scenario.fields import AGE_GROUPS
from akuttsim.scenario.geography import TIMETABLE
from akuttsim.scenario.yaml_tree import Node, Scalar

MAX_BYTES = 20_000_000
MAX_BYTES_LARGE = 1_000_000_000
"""A table of travel times between thousands of places."""

AGE_COLUMNS = tuple("age_" + age.replace("-", "_").replace("90+", "90_plus") for age in AGE_GROUPS)
_TEXT = frozenset(
    "place name municipality kind note source grade road from to ferry first last number".split()
) | {"one_way", "built_up", *TIMETABLE}

_OPTIONAL = (*TIMETABLE, "one_way", "built_up")
"""Columns of text whose cells may be empty."""

Row = dict[str, Node]


def read_table(
    path: Path, shown_as: str, columns: frozenset[str], optional: frozenset[str] = frozenset()
) -> list[Row]:
    """Return a CSV file's rows as nodes. The heading has all the columns, and any optional ones.

    Columns of text stay text; the others become numbers, or None where empty. Raises InputError.
    """
    reader = csv.reader(io.StringIO(_text(path, shown_as)))
    try:
        rows = list(_numbered(reader))
    except csv.Error as error:
        raise InputError(
            [Problem(shown_as, reader.line_num, "", f"not a CSV row: {error}")]
        ) from None
    if not rows:
        raise InputError([Problem(shown_as, 0, "", "the table is empty; it needs a heading line")])
    heading = rows[0][1]
    expected = columns | (optional & set(heading))
    problems = list(_wrong_heading(heading, expected, shown_as))
    if not problems or len(heading) == len(expected):
        problems += _wrong_lengths(rows[1:], len(heading), shown_as)
    if problems:
        raise InputError(problems)
    return [_row(heading, cells, shown_as, line) for line, cells in rows[1:]]


def _numbered(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not empty with the line in which it begins."""
    begins = 1
    for cells in reader:
        if any(cells):
            yield begins, cells
        begins = reader.line_num + 1  # type: ignore[attr-defined]


def _text(path: Path, shown_as: str) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError([Problem(shown_as, 0, "", "larger than 20 MB; split the region")])
        return path.read_bytes().decode("utf-8-sig")
    except OSError:
        what = "no such table; give its file name beside region.yaml"
        raise InputError([Problem(shown_as, 0, "", what)]) from None
    except UnicodeDecodeError:
        what = "not UTF-8 text; save it as CSV UTF-8"
        raise InputError([Problem(shown_as, 0, "", what)]) from None


def table_digest(path: Path, shown_as: str) -> str:
    """Return the SHA-256 of a large table's file. Raises InputError where it cannot be read."""
    try:
        if path.stat().st_size > MAX_BYTES_LARGE:
            raise InputError([Problem(shown_as, 0, "", "larger than 1 GB; split the region")])
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        what = "no such table; give its file name beside region.yaml"
        raise InputError([Problem(shown_as, 0, "", what)]) from None


def _wrong_lengths(
    rows: list[tuple[int, list[str]]], width: int, shown_as: str
) -> Iterator[Problem]:
    for line, cells in rows:
        if len(cells) != width:
            yield Problem(shown_as, line, "", f"has {len(cells)} cells; the heading has {width}")


def _wrong_heading(heading: list[str], columns: frozenset[str], shown_as: str) -> Iterator[Problem]:
    if len(set(heading)) == len(heading) and set(heading) == columns:
        return
    if len(heading) == 1 and ";" in heading[0]:
        what = "has ; between the columns; save it with commas there, and a point in numbers"
        raise InputError([Problem(shown_as, 1, "", what)])
    wrong = {
        "missing": columns - set(heading),
        "unknown": set(heading) - columns,
        "twice": {name for name, count in Counter(heading).items() if count > 1},
    }
    said = "; ".join(
        f"{how}: {', '.join(sorted(each))[:200]}" for how, each in wrong.items() if each
    )
    yield Problem(shown_as, 1, "", f"wrong heading ({said}); comma between the columns")


def _row(heading: list[str], cells: list[str], shown_as: str, line: int) -> Row:
    return {
        column: Node(cell.strip() if column in _TEXT else _number(cell.strip()), shown_as, line)
        for column, cell in zip(heading, cells, strict=True)
    }


def _number(cell: str) -> Scalar:
    """Return an int or float; None where empty; the text itself where it is no number."""
    if not cell:
        return None
    for kind in (int, float):
        try:
            return kind(cell) if _is_plain(cell) else cell
        except ValueError:
            continue
    return cell


def _is_plain(cell: str) -> bool:
    return cell.isascii() and "_" not in cell and len(cell) < 40


def keyed(rows: list[Row], key: str, shown_as: str) -> Node:
    """Return rows as a mapping by one column, which is taken out. Raises InputError on a double."""
    result: dict[str, Node] = {}
    problems = []
    for row in rows:
        name = row.pop(key)
        if str(name.value) in result:
            first = result[str(name.value)].line
            what = f"stands twice (first in line {first}); keep one"
            problems.append(Problem(name.file, name.line, str(name.value), what))
        result[str(name.value)] = Node(dict(row), name.file, name.line)
    if problems:
        raise InputError(problems)
    return Node(result, shown_as, 1)


def gather_ages(row: Row) -> None:
    """Replace a row's nine age columns by one list `people`."""
    ages: list[Node] = [row.pop(column) for column in AGE_COLUMNS]
    row["people"] = Node(ages, ages[0].file, ages[0].line)


def drop_empty(row: Row) -> Row:
    """Return a row without its empty cells, so that defaults apply."""
    empty = {key for key in _OPTIONAL if key in row and row[key].value == ""}
    return {key: node for key, node in row.items() if node.value is not None and key not in empty}
