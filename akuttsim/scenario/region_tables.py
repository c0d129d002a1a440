"""The tables of a region, read into its tree: each in the folder of the file that names it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from akuttsim.errors import InputError, Problem
from akuttsim.scenario import shipped
from akuttsim.scenario.geography import TIMETABLE
from akuttsim.scenario.tables import (
    AGE_COLUMNS,
    Row,
    drop_empty,
    gather_ages,
    keyed,
    read_table,
    table_digest,
)
from akuttsim.scenario.yaml_tree import Node, child

_MUNICIPALITY = frozenset({"municipality", "number", "name", "largest_tettsted", *AGE_COLUMNS})
_PLACE = frozenset("place name municipality lat lon kind note source grade".split())
_PEOPLE = frozenset({"place", *AGE_COLUMNS})
_ROAD = frozenset("from to road km kmh note source grade".split())
_FERRY = frozenset(
    "ferry from to road km crossing_min first last departures on_call_min note source grade".split()
)
_PROJECTION = frozenset({"municipality", "year", "source", "grade", *AGE_COLUMNS})
_TIMETABLE = frozenset(TIMETABLE)
_ONE_WAY = frozenset({"one_way"})
_BUILT_UP = frozenset({"built_up"})
TABLES = ("municipalities", "places", "people", "roads", "ferries", "projections", "travel_times")
"""The tables of a region, in the order in which they are read: people go into places."""


def with_tables(tree: Node, folders: dict[str, Path], own: Path) -> tuple[Node, list[Problem]]:
    """Return a region's tree with its tables read in, and all that is wrong with them.

    A table lies beside the file that names it, which may be a base's; `folders` has each file's.
    """
    assert isinstance(tree.value, dict)
    tables = tree.value.get("tables")
    parts = {key: node for key, node in tree.value.items() if key not in TABLES}
    problems = [_not_here(name, tree.value[name]) for name in tree.value.keys() - parts.keys()]
    for name in TABLES:
        node = tables and child(tables, name)
        if node is None or not isinstance(node.value, str):
            continue
        try:
            _read_part(name, table_path(node, name, folders.get(node.file, own)), parts)
        except InputError as error:
            problems += error.problems
    return Node(parts, tree.file, tree.line), problems


def _not_here(name: str, node: Node) -> Problem:
    what = f"a table is the place for this; name it under tables.{name} and remove this"
    return Problem(node.file, node.line, name, what)


def table_path(node: Node, name: str, folder: Path) -> Path:
    """Return the path of a table, which must lie in the folder: a region travels as one folder."""
    path = folder / str(node.value)
    if path.resolve().is_relative_to(folder.resolve()):
        return path
    what = "must lie in the region's own folder; write its file name"
    raise InputError([Problem(node.file, node.line, f"tables.{name}", what)])


def _read_part(name: str, path: Path, parts: dict[str, Node]) -> None:
    shown_as = shipped.shown(path)
    if name == "people":
        _settle(read_table(path, shown_as, _PEOPLE), shown_as, parts)
    else:
        parts[name] = _READ[name](path, shown_as)


def _municipalities(path: Path, shown_as: str) -> Node:
    rows = read_table(path, shown_as, _MUNICIPALITY)
    for row in rows:
        gather_ages(row)
    return keyed(rows, "municipality", shown_as)


def _places(path: Path, shown_as: str) -> Node:
    rows = read_table(path, shown_as, _PLACE, _BUILT_UP)
    return keyed([_without_empty(row, _BUILT_UP) for row in rows], "place", shown_as)


def _without_empty(row: Row, columns: frozenset[str]) -> Row:
    """Return a row without its empty cells in these columns, so that defaults apply."""
    return {key: node for key, node in row.items() if key not in columns or node.value != ""}


def _projections(path: Path, shown_as: str) -> Node:
    rows = read_table(path, shown_as, _PROJECTION)
    for row in rows:
        gather_ages(row)
    return Node([Node(dict(row), shown_as, row["year"].line) for row in rows], shown_as, 1)


def _roads(path: Path, shown_as: str) -> Node:
    return _links(read_table(path, shown_as, _ROAD, _ONE_WAY), shown_as)


def _ferries(path: Path, shown_as: str) -> Node:
    return _links(read_table(path, shown_as, _FERRY, _TIMETABLE), shown_as)


def _links(rows: list[Row], shown_as: str) -> Node:
    links = [Node(drop_empty(row), shown_as, row["from"].line) for row in rows]
    return Node([*links], shown_as, 1)


def _travel_times(path: Path, shown_as: str) -> Node:
    digest = Node(table_digest(path, shown_as), shown_as, 0)
    return Node({"file": Node(path.name, shown_as, 0), "sha256": digest}, shown_as, 0)


_READ: dict[str, Callable[[Path, str], Node]] = {
    "municipalities": _municipalities,
    "places": _places,
    "roads": _roads,
    "ferries": _ferries,
    "projections": _projections,
    "travel_times": _travel_times,
}
"""How each table is read, but that of people, which go into places."""


def _settle(rows: list[Row], shown_as: str, parts: dict[str, Node]) -> None:
    """Give each place its people. Raises InputError for people in a place that is not there."""
    for row in rows:
        gather_ages(row)
    people = keyed(rows, "place", shown_as).value
    if "places" not in parts:
        return
    places = parts["places"].value
    assert isinstance(places, dict) and isinstance(people, dict)
    problems = []
    for name, person in people.items():
        place = places.get(name)
        if place is None:
            what = "no such place in the table of places; add it there or remove the row"
            problems.append(Problem(person.file, person.line, name, what))
            continue
        assert isinstance(place.value, dict) and isinstance(person.value, dict)
        places[name] = Node({**place.value, **person.value}, place.file, place.line)
    if problems:
        raise InputError(problems)
