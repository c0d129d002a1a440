"""The tables of a region: CSV rows as config nodes that know their file and line.

Each table lies in the folder of the file that names it. Ages in tables are single years or spans,
which are sorted into the nine groups of Statistics Norway.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from akuttsim.config import shipped
from akuttsim.config.schema.geography import TIMETABLE
from akuttsim.config.schema.values import AGE_GROUPS
from akuttsim.config.yaml_document import Node, Scalar, node_at
from akuttsim.errors import InputError, Problem
from akuttsim.tables import TableRules, drop_empty_columns, open_table
from akuttsim.texts import joined_texts, message

MAX_BYTES = 20_000_000
REGION_RULES = TableRules(
    most_bytes=MAX_BYTES,
    words={
        "missing": "configs.tables.no_table",
        "not_a_file": "configs.tables.no_table",
        "cannot_read": "configs.tables.no_table",
        "too_large": "configs.tables.too_large",
        "bomb": "configs.tables.too_large",
        "not_a_row": "configs.tables.not_a_row",
    },
)

MAX_BYTES_LARGE = 1_000_000_000
"""A table of travel times between thousands of places."""

AGE_COLUMNS = tuple("age_" + age.replace("-", "_").replace("90+", "90_plus") for age in AGE_GROUPS)
_TEXT_COLUMNS = frozenset(
    "place name municipality kind note source grade road from to ferry first last number".split()
) | {"one_way", "emergency_only", "built_up", *TIMETABLE}

_OPTIONAL_COLUMNS = (*TIMETABLE, "one_way", "emergency_only", "built_up")
"""Columns of text whose cells may be empty."""

NodeRow = dict[str, Node]


def read_table(
    path: Path, shown_as: str, columns: frozenset[str], optional: frozenset[str] = frozenset()
) -> list[NodeRow]:
    """Return a CSV file's rows as nodes. The heading has all the columns, and any optional ones.

    Columns of text stay text; the others become numbers, or None where empty. Raises InputError.
    """
    table = open_table(path, shown_as, REGION_RULES)
    sign = table.heading_delimiter()
    rows = drop_empty_columns(list(table.rows(sign)))
    if not rows:
        raise InputError([Problem(shown_as, 0, "", message("configs.tables.empty"))])
    heading = rows[0][1]
    expected = columns | (optional & set(heading))
    problems = list(_heading_problems(heading, expected, shown_as))
    width = len(heading)
    if not problems or width == len(expected):
        problems += [
            Problem(
                shown_as, line, "", message("configs.tables.cells", n_cells=len(cells), width=width)
            )
            for line, cells in rows[1:]
            if len(cells) != width
        ]
    if problems:
        raise InputError(problems)
    decimal = "." if sign == "," else ","
    return [
        {
            column: Node(
                cell.strip() if column in _TEXT_COLUMNS else _parse_cell(cell.strip(), decimal),
                shown_as,
                line,
            )
            for column, cell in zip(heading, cells, strict=True)
        }
        for line, cells in rows[1:]
    ]


def table_digest(path: Path, shown_as: str) -> str:
    """Return the SHA-256 of a large table's file.

    Args:
        path: The file.
        shown_as: Its name as the user would write it.

    Raises:
        InputError: It cannot be read, or is far too large.
    """
    try:
        if path.stat().st_size > MAX_BYTES_LARGE:
            raise InputError([Problem(shown_as, 0, "", message("configs.tables.much_too_large"))])
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        what = message("configs.tables.no_table")
        raise InputError([Problem(shown_as, 0, "", what)]) from None


def _heading_problems(
    heading: list[str], columns: frozenset[str], shown_as: str
) -> Iterator[Problem]:
    """Yield which columns of a heading are missing, unknown or stand twice."""
    if len(set(heading)) == len(heading) and set(heading) == columns:
        return
    wrong = {
        "missing": columns - set(heading),
        "unknown": set(heading) - columns,
        "twice": {name for name, count in Counter(heading).items() if count > 1},
    }
    said = joined_texts(
        (
            message(f"configs.tables.heading.{how}", columns=", ".join(sorted(each))[:200])
            for how, each in wrong.items()
            if each
        ),
        "; ",
    )
    yield Problem(shown_as, 1, "", message("configs.tables.wrong_heading", said=said))


def _parse_cell(cell: str, decimal: str) -> Scalar:
    """Return an int or float; None where empty; the text itself where it is no number.

    A decimal comma is read where the columns are not divided by commas; there 1,500 may be meant
    as thousands and stays text, which the checks refuse.
    """
    if not cell:
        return None
    plain = cell.replace(",", ".") if decimal == "," and cell.count(",") == 1 else cell
    for kind in (int, float):
        try:
            return kind(plain) if plain.isascii() and "_" not in plain and len(plain) < 40 else cell
        except ValueError:
            continue
    return cell


def rows_by_key(rows: list[NodeRow], key: str, shown_as: str) -> Node:
    """Return rows as a mapping by one column, which is taken out.

    Args:
        rows: The rows of a table.
        key: The column.
        shown_as: Name of the table as the user would write it.

    Raises:
        InputError: Two rows have the same key.
    """
    result: dict[str, Node] = {}
    problems = []
    for row in rows:
        name = row.pop(key)
        if str(name.value) in result:
            first = result[str(name.value)].line
            what = message("configs.tables.twice", first=first)
            problems.append(Problem(name.file, name.line, str(name.value), what))
        result[str(name.value)] = Node(dict(row), name.file, name.line)
    if problems:
        raise InputError(problems)
    return Node(result, shown_as, 1)


def gather_ages(row: NodeRow) -> None:
    """Replace a row's nine age columns by one list `people`."""
    ages: list[Node] = [row.pop(column) for column in AGE_COLUMNS]
    row["people"] = Node(ages, ages[0].file, ages[0].line)


def drop_empty(row: NodeRow) -> NodeRow:
    """Return a row without its empty cells, so that defaults apply."""
    empty = {key for key in _OPTIONAL_COLUMNS if key in row and row[key].value == ""}
    return {key: node for key, node in row.items() if node.value is not None and key not in empty}


_MUNICIPALITY = frozenset({"municipality", "number", "name", "largest_tettsted", *AGE_COLUMNS})
_PLACE = frozenset("place name municipality lat lon kind note source grade".split())
_PEOPLE = frozenset({"place", *AGE_COLUMNS})
_ROAD = frozenset("from to road km kmh note source grade".split())
_FERRY = frozenset(
    "ferry from to road km crossing_min first last departures on_call_min note source grade".split()
)
_PROJECTION = frozenset({"municipality", "year", "source", "grade", *AGE_COLUMNS})
_TIMETABLE = frozenset(TIMETABLE)
_ONE_WAY = frozenset({"one_way", "emergency_only"})
_BUILT_UP = frozenset({"built_up"})
TABLES = ("municipalities", "places", "people", "roads", "ferries", "projections", "travel_times")
"""The tables of a region, in the order in which they are read: people go into places."""


def read_region_tables(
    tree: Node, folders: dict[str, Path], own: Path
) -> tuple[Node, list[Problem]]:
    """Return a region's tree with its tables read in, and all that is wrong with them.

    A table lies beside the file that names it, which may be a base's.

    Args:
        tree: The region as written.
        folders: The folder of each file that it was put together from.
        own: The folder of the region itself.
    """
    assert isinstance(tree.value, dict)
    parts = {key: node for key, node in tree.value.items() if key not in TABLES}
    problems = []
    for name in tree.value.keys() - parts.keys():
        node = tree.value[name]
        what = message("configs.region.in_a_table", name=name)
        problems.append(Problem(node.file, node.line, name, what))
    for name in TABLES:
        at = node_at(tree, ("tables", name))
        if at is None or not isinstance(at.value, str):
            continue
        try:
            path = table_path(at, name, folders.get(at.file, own))
            shown_as = shipped.display_path(path)
            if name == "people":
                _put_people_into_places(read_table(path, shown_as, _PEOPLE), shown_as, parts)
            else:
                parts[name] = _READERS[name](path, shown_as)
        except InputError as error:
            problems += error.problems
    return Node(parts, tree.file, tree.line), problems


def table_path(node: Node, name: str, folder: Path) -> Path:
    """Return the path of a table.

    Args:
        node: The name of the file as written.
        name: Which table it is.
        folder: The folder of the file that names it.

    Raises:
        InputError: The table lies outside the folder: a region travels as one folder.
    """
    path = folder / str(node.value)
    if path.resolve().is_relative_to(folder.resolve()):
        return path
    what = message("configs.region.own_folder")
    raise InputError([Problem(node.file, node.line, f"tables.{name}", what)])


def _read_municipalities(path: Path, shown_as: str) -> Node:
    """Return the table of municipalities by identifier, people in nine ages."""
    rows = read_table(path, shown_as, _MUNICIPALITY)
    for row in rows:
        gather_ages(row)
    return rows_by_key(rows, "municipality", shown_as)


def _read_places(path: Path, shown_as: str) -> Node:
    """Return the table of places by identifier."""
    rows = read_table(path, shown_as, _PLACE, _BUILT_UP)
    return rows_by_key(
        [
            {key: node for key, node in row.items() if key not in _BUILT_UP or node.value != ""}
            for row in rows
        ],
        "place",
        shown_as,
    )


def _read_projections(path: Path, shown_as: str) -> Node:
    """Return the table of projected people, a node a municipality and year."""
    rows = read_table(path, shown_as, _PROJECTION)
    for row in rows:
        gather_ages(row)
    return Node([Node(dict(row), shown_as, row["year"].line) for row in rows], shown_as, 1)


def _read_roads(path: Path, shown_as: str) -> Node:
    """Return the table of roads, a node a stretch."""
    return _read_links(read_table(path, shown_as, _ROAD, _ONE_WAY), shown_as)


def _read_ferries(path: Path, shown_as: str) -> Node:
    """Return the table of ferries, a node a crossing."""
    return _read_links(read_table(path, shown_as, _FERRY, _TIMETABLE), shown_as)


def _read_links(rows: list[NodeRow], shown_as: str) -> Node:
    """Return rows as a list of nodes, without their empty cells."""
    links = [Node(drop_empty(row), shown_as, row["from"].line) for row in rows]
    return Node([*links], shown_as, 1)


def _travel_times_node(path: Path, shown_as: str) -> Node:
    """Return name and digest of a table of travel times, which is read when first needed."""
    digest = Node(table_digest(path, shown_as), shown_as, 0)
    return Node({"file": Node(path.name, shown_as, 0), "sha256": digest}, shown_as, 0)


_READERS: dict[str, Callable[[Path, str], Node]] = {
    "municipalities": _read_municipalities,
    "places": _read_places,
    "roads": _read_roads,
    "ferries": _read_ferries,
    "projections": _read_projections,
    "travel_times": _travel_times_node,
}
"""How each table is read, but that of people, which go into places."""


def _put_people_into_places(rows: list[NodeRow], shown_as: str, parts: dict[str, Node]) -> None:
    """Give each place its people. Raises InputError for people in a place that is not there."""
    for row in rows:
        gather_ages(row)
    people = rows_by_key(rows, "place", shown_as).value
    if "places" not in parts:
        return
    places = parts["places"].value
    assert isinstance(places, dict) and isinstance(people, dict)
    problems = []
    for name, person in people.items():
        place = places.get(name)
        if place is None:
            what = message("configs.names.no_such_place")
            problems.append(Problem(person.file, person.line, name, what))
            continue
        assert isinstance(place.value, dict) and isinstance(person.value, dict)
        places[name] = Node({**place.value, **person.value}, place.file, place.line)
    if problems:
        raise InputError(problems)


_FIRST_YEARS = [int(re.split(r"[-+]", group)[0]) for group in AGE_GROUPS]
_OPEN_ENDED = re.compile(r"\+|\beller\b|\bor\b")
OLDEST_AGE = 130
_NO_AGE = re.compile(r"\d[.,]\d|^\s*[-−]")
"""Parts of years and what is below zero: no number is fished out of them."""

LONGEST_AGE_TEXT = 40
"""Letters of a cell that are looked at: a name of an age is short."""


def age_group(text: str) -> int | None:
    """Return the place in `AGE_GROUPS` of an age: 37, '037 37 år', '0-5', '90+', '105 or older'.

    None for what is no age, or for years of more than one group, as '80 år eller eldre' are.
    """
    if _NO_AGE.search(text):
        return None
    numbers = [int(each) for each in re.findall(r"\d+", text[:LONGEST_AGE_TEXT])]
    if len(numbers) == 2 and numbers[0] == numbers[1]:
        numbers = numbers[:1]  # a code and its text
    if not numbers or len(numbers) > 2 or max(numbers) > OLDEST_AGE:
        return None
    if _OPEN_ENDED.search(text) and numbers[0] < _FIRST_YEARS[-1]:
        return None
    groups = {sum(number >= first for first in _FIRST_YEARS) - 1 for number in numbers}
    return groups.pop() if len(groups) == 1 else None
