"""A region's tables: read beside the files that name them, into the region's tree."""

from __future__ import annotations

from pathlib import Path

from akuttsim.errors import InputError, Problem
from akuttsim.scenario import shipped
from akuttsim.scenario.geography import TIMETABLE
from akuttsim.scenario.tables import AGE_COLUMNS, Row, drop_empty, gather_ages, keyed, read_table
from akuttsim.scenario.yaml_tree import Node

_MUNICIPALITY = frozenset({"municipality", "number", "name", "largest_tettsted", *AGE_COLUMNS})
_PLACE = frozenset("place name municipality lat lon kind note source grade".split())
_PEOPLE = frozenset({"place", *AGE_COLUMNS})
_ROAD = frozenset("from to road km kmh note source grade".split())
_FERRY = frozenset(
    "ferry from to road km crossing_min first last departures on_call_min note source grade".split()
)
_PROJECTION = frozenset({"municipality", "year", "source", "grade", *AGE_COLUMNS})
_TIMETABLE = frozenset(TIMETABLE)
TABLES = ("municipalities", "places", "people", "roads", "ferries", "projections")
"""The tables of a region, in the order in which they are read: people go into places."""


def with_tables(tree: Node, folders: dict[str, Path], own: Path) -> tuple[Node, list[Problem]]:
    """Return a region's tree with its tables read in, and all that is wrong with them.

    A table lies beside the file that names it, which may be a base's; `folders` has each file's.
    """
    assert isinstance(tree.value, dict)
    named = tree.value.get("tables")
    tables = named.value if named is not None and isinstance(named.value, dict) else {}
    parts = {key: node for key, node in tree.value.items() if key not in TABLES}
    problems = [_not_here(name, tree.value[name]) for name in tree.value.keys() - parts.keys()]
    for name in TABLES:
        node = tables.get(name)
        if node is None or not isinstance(node.value, str):
            continue
        try:
            _read_part(name, _inside(node, name, folders.get(node.file, own)), parts)
        except InputError as error:
            problems += error.problems
    return Node(parts, tree.file, tree.line), problems


def _not_here(name: str, node: Node) -> Problem:
    what = f"a table is the place for this; name it under tables.{name} and remove this"
    return Problem(node.file, node.line, name, what)


def _inside(node: Node, name: str, folder: Path) -> Path:
    """Return the path of a table, which must lie in the folder: a region travels as one folder."""
    path = folder / str(node.value)
    if path.resolve().is_relative_to(folder.resolve()):
        return path
    what = "must lie in the region's own folder; write its file name"
    raise InputError([Problem(node.file, node.line, f"tables.{name}", what)])


def _read_part(name: str, path: Path, parts: dict[str, Node]) -> None:
    shown_as = shipped.shown(path)
    if name == "municipalities":
        rows = read_table(path, shown_as, _MUNICIPALITY)
        for row in rows:
            gather_ages(row)
        parts[name] = keyed(rows, "municipality", shown_as)
    elif name == "places":
        parts[name] = keyed(read_table(path, shown_as, _PLACE), "place", shown_as)
    elif name == "people":
        _settle(read_table(path, shown_as, _PEOPLE), shown_as, parts)
    elif name == "projections":
        rows = read_table(path, shown_as, _PROJECTION)
        for row in rows:
            gather_ages(row)
        parts[name] = Node(
            [Node(dict(row), shown_as, row["year"].line) for row in rows], shown_as, 1
        )
    elif name in ("roads", "ferries"):
        required, optional = (_ROAD, frozenset[str]()) if name == "roads" else (_FERRY, _TIMETABLE)
        rows = read_table(path, shown_as, required, optional)
        links = [Node(drop_empty(row), shown_as, row["from"].line) for row in rows]
        parts[name] = Node([*links], shown_as, 1)


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
