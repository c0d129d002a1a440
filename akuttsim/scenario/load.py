"""Loading: from a name or path to frozen values, with every error at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from akuttsim.errors import InputError, Problem
from akuttsim.scenario import shipped
from akuttsim.scenario.experiment import Experiment, Targets
from akuttsim.scenario.fields import Model
from akuttsim.scenario.geography import TIMETABLE
from akuttsim.scenario.organisation import Organisation
from akuttsim.scenario.overlay import (
    ONLY_TOP,
    Change,
    Find,
    Resolved,
    laid_over,
    resolve,
    set_value,
)
from akuttsim.scenario.published import Figures
from akuttsim.scenario.region import Region
from akuttsim.scenario.tables import (
    AGE_COLUMNS,
    Row,
    drop_empty,
    gather_ages,
    keyed,
    read_table,
    table_digest,
)
from akuttsim.scenario.validate import validate
from akuttsim.scenario.yaml_tree import Node

M = TypeVar("M", bound=Model)

_KEY_VALUE = "write --set KEY=VALUE, such as demand.day_cv.value=0.2"
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
_TABLES = ("municipalities", "places", "people", "roads", "ferries", "projections", "travel_times")
"""The tables of a region, in the order in which they are read: people go into places."""


@dataclass(frozen=True)
class Loaded(Generic[M]):
    """A checked value, and the tree that tells where each part of it was written."""

    value: M
    tree: Node
    files: tuple[str, ...]
    changes: tuple[Change, ...] = ()

    def problem(self, key: str, what: str) -> Problem:
        """Return a problem at a dotted key, with the file and line where that key stands."""
        node = self.tree
        for part in key.split("."):
            node = child(node, part) or node
        if node.file in self.files[:-1]:
            what = f"{what} ({self.files[-1]} builds on this file)"
        return Problem(node.file, node.line, key, what)


def child(node: Node, part: str) -> Node | None:
    """Return what stands at a key of a mapping or a place of a list, or None."""
    if isinstance(node.value, dict):
        return node.value.get(part)
    if isinstance(node.value, list) and part.isdigit() and int(part) < len(node.value):
        return node.value[int(part)]
    return None


_OF_ITS_OWN = ONLY_TOP | {"region", "description"}
"""What an addition does not bring along: it changes a config, and is none of its own."""


def load_region(
    name: str,
    sets: Sequence[str] = (),
    beside: Path | None = None,
    additions: Sequence[str] = (),
) -> Loaded[Region]:
    """Load a region by shipped name or path, with its tables. Raises InputError.

    `additions` are variants of it, by name or path, whose changes are laid over it in turn.
    """
    path = shipped.find("region", name, beside)
    folders = {shipped.shown(path): path.parent}

    def find_base(base: str, folder: Path) -> Path:
        found = shipped.find("region", base, folder)
        folders[shipped.shown(found)] = found.parent
        return found

    found = _with_additions(resolve(path, find_base), "region", additions, find_base, beside)
    of_tables = [each for each in sets if each.startswith("tables")]
    written = _with_sets(found.tree, of_tables)
    tree, problems = _with_tables(written, folders, path.parent)
    _raise_with_others(problems, tree)
    rest = [each for each in sets if each not in of_tables]
    loaded = _checked(found.files, found.changes, _with_sets(tree, rest), Region)
    _tell_where(loaded.value, written, folders, path.parent)
    return loaded


def _tell_where(region: Region, tree: Node, folders: dict[str, Path], own: Path) -> None:
    """Tell a region where its table of travel times lies; it is read when first needed."""
    tables = child(tree, "tables")
    node = tables and child(tables, "travel_times")
    if node and region.travel_times:
        region.travel_times.lies_at(_inside(node, "travel_times", folders.get(node.file, own)))


def load_organisation(
    name: str,
    sets: Sequence[str] = (),
    beside: Path | None = None,
    additions: Sequence[str] = (),
) -> Loaded[Organisation]:
    """Load an organisation by shipped name or path, with additions as `load_region`. InputError."""
    path = shipped.find("organisation", name, beside)
    find_base = partial(_find_base, "organisation")
    found = _with_additions(resolve(path, find_base), "organisation", additions, find_base, beside)
    return _checked(found.files, found.changes, _with_sets(found.tree, sets), Organisation)


def _with_additions(
    found: Resolved, kind: str, additions: Sequence[str], find: Find, beside: Path | None
) -> Resolved:
    for name in additions:
        path = find(name, beside) if beside is not None else shipped.find(kind, name)
        found = laid_over(found, path, find, _OF_ITS_OWN)
    return found


def with_settings(loaded: Loaded[M], sets: Sequence[str]) -> Loaded[M]:
    """Return a loaded value with some keys set, each as KEY=VALUE. Raises InputError."""
    if not sets:
        return loaded
    tree = _with_sets(loaded.tree, sets)
    return Loaded(validate(tree, type(loaded.value)), tree, loaded.files, loaded.changes)


def load_experiment(name: str, sets: Sequence[str] = ()) -> Loaded[Experiment]:
    """Load an experiment by shipped name or path. Raises InputError."""
    path = shipped.find("experiment", name)
    found = resolve(path, partial(_find_base, "experiment"))
    return _checked(found.files, found.changes, _with_sets(found.tree, sets), Experiment)


def load_targets(name: str, beside: Path | None = None) -> Loaded[Targets]:
    """Load a set of targets by shipped name or path. Raises InputError."""
    path = shipped.find("targets", name, beside)
    found = resolve(path, partial(_find_base, "targets"))
    return _checked(found.files, found.changes, found.tree, Targets)


def load_published(name: str) -> Loaded[Figures]:
    """Load published figures by shipped name or path. Raises InputError."""
    path = shipped.find("published", name)
    found = resolve(path, partial(_find_base, "published"))
    return _checked(found.files, found.changes, found.tree, Figures)


def _find_base(kind: str, name: str, folder: Path) -> Path:
    return shipped.find(kind, name, folder)


def _checked(
    files: tuple[str, ...], changes: tuple[Change, ...], tree: Node, model: type[M]
) -> Loaded[M]:
    return Loaded(validate(tree, model), tree, files, changes)


def _with_sets(tree: Node, sets: Sequence[str]) -> Node:
    problems: list[Problem] = []
    for assignment in sets:
        try:
            tree = _with_set(tree, assignment)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return tree


def _with_set(tree: Node, assignment: str) -> Node:
    key, sign, text = assignment.partition("=")
    if not sign or not key:
        raise InputError([Problem("--set", 0, assignment, _KEY_VALUE)])
    return set_value(tree, key, text)


def split_sets(sets: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the settings for the region and for the organisation, told apart by their first key.

    Raises InputError for a key that neither has.
    """
    region, organisation, problems = [], [], []
    for assignment in sets:
        first = assignment.split("=")[0].split(".")[0]
        if "=" not in assignment:
            problems.append(Problem("--set", 0, assignment, _KEY_VALUE))
        elif first in Organisation.model_fields:
            organisation.append(assignment)
        elif first in Region.model_fields:
            region.append(assignment)
        else:
            problems.append(Problem("--set", 0, first, _unknown_section(first)))
    if problems:
        raise InputError(problems)
    return region, organisation


def _unknown_section(first: str) -> str:
    known = [*Organisation.model_fields, *Region.model_fields]
    close = get_close_matches(first, known, n=1)
    hint = f"did you mean {close[0]}" if close else "one of " + ", ".join(dict.fromkeys(known))
    return f"neither the organisation nor the region has this key; {hint}"


def _with_tables(tree: Node, folders: dict[str, Path], own: Path) -> tuple[Node, list[Problem]]:
    """Return a region's tree with its tables read in, and all that is wrong with them.

    A table lies beside the file that names it, which may be a base's; `folders` has each file's.
    """
    assert isinstance(tree.value, dict)
    tables = tree.value.get("tables")
    parts = {key: node for key, node in tree.value.items() if key not in _TABLES}
    problems = [_not_here(name, tree.value[name]) for name in tree.value.keys() - parts.keys()]
    for name in _TABLES:
        node = tables and child(tables, name)
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


def _raise_with_others(problems: list[Problem], tree: Node) -> None:
    """Raise what is wrong with the tables together with what is wrong beside them."""
    if not problems:
        return
    try:
        validate(tree, Region)
    except InputError as error:
        problems += [problem for problem in error.problems if problem.key not in _TABLES]
    raise InputError(problems)


def _inside(node: Node, name: str, folder: Path) -> Path:
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
    return keyed(read_table(path, shown_as, _PLACE), "place", shown_as)


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
