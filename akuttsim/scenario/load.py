"""Loading: from a name or path to frozen values, with every error at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from akuttsim.errors import InputError, Problem
from akuttsim.scenario import shipped
from akuttsim.scenario.blame import Written
from akuttsim.scenario.calibration import Calibration
from akuttsim.scenario.call_log import LogFormat
from akuttsim.scenario.experiment import Experiment, Targets
from akuttsim.scenario.fields import Model
from akuttsim.scenario.figure_mapping import FigureMapping
from akuttsim.scenario.kinds import expected
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
from akuttsim.scenario.region_tables import TABLES, table_path, with_tables
from akuttsim.scenario.validate import validate
from akuttsim.scenario.yaml_tree import Node, child

M = TypeVar("M", bound=Model)

_KEY_VALUE = "write --set KEY=VALUE, such as demand.day_cv.value=0.2"


@dataclass(frozen=True)
class Loaded(Generic[M]):
    """A checked value, and the tree that tells where each part of it was written."""

    value: M
    tree: Node
    files: tuple[str, ...]
    changes: tuple[Change, ...] = ()
    own: tuple[Node, ...] = ()

    def problem(self, key: str, what: str) -> Problem:
        """Return a problem at a dotted key, told where the user can mend it."""
        return problem_at(Written(self.tree, self.files, self.own), key, what)


def problem_at(written: Written, key: str, what: str) -> Problem:
    """Return a problem at a dotted key, with the file and line where that key stands."""
    node = written.tree
    for part in key.split("."):
        node = child(node, part) or node
    return written.blamed(Problem(node.file, node.line, key, what))


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
    with expected("region", path):
        return _region(path, sets, beside, additions)


def _region(
    path: Path, sets: Sequence[str], beside: Path | None, additions: Sequence[str]
) -> Loaded[Region]:
    folders = {shipped.shown(path): path.parent}

    def find_base(base: str, folder: Path) -> Path:
        found = shipped.find("region", base, folder)
        folders[shipped.shown(found)] = found.parent
        return found

    found = _with_additions(resolve(path, find_base), "region", additions, find_base, beside)
    of_tables = [each for each in sets if each.startswith("tables")]
    written = _with_sets(found.tree, of_tables)
    tree, problems = with_tables(written, folders, path.parent)
    _raise_with_others(problems, Written(tree, found.files, found.own))
    rest = [each for each in sets if each not in of_tables]
    loaded = _checked(found, _with_sets(tree, rest), Region)
    _tell_where(loaded.value, written, folders, path.parent)
    return loaded


def _tell_where(region: Region, tree: Node, folders: dict[str, Path], own: Path) -> None:
    """Tell a region where its table of travel times lies; it is read when first needed."""
    tables = child(tree, "tables")
    node = tables and child(tables, "travel_times")
    if node and region.travel_times:
        region.travel_times.lies_at(table_path(node, "travel_times", folders.get(node.file, own)))


def load_organisation(
    name: str,
    sets: Sequence[str] = (),
    beside: Path | None = None,
    additions: Sequence[str] = (),
) -> Loaded[Organisation]:
    """Load an organisation by shipped name or path, with additions as `load_region`. InputError."""
    path = shipped.find("organisation", name, beside)
    find = partial(_find_base, "organisation")
    with expected("organisation", path):
        found = _with_additions(resolve(path, find), "organisation", additions, find, beside)
        return _checked(found, _with_sets(found.tree, sets), Organisation)


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
    value = _validated(Written(tree, loaded.files, loaded.own), type(loaded.value))
    _keep_place(value, loaded.value)
    return Loaded(value, tree, loaded.files, loaded.changes, loaded.own)


def _keep_place(new: Model, old: Model) -> None:
    """Tell a region anew where its table of travel times lies."""
    if isinstance(new, Region) and isinstance(old, Region) and new.travel_times:
        assert old.travel_times is not None
        new.travel_times.lies_at(old.travel_times.path)


def written(kind: str, path: Path) -> Written:
    """Return a file of a kind as it is written, unchecked. InputError where it cannot be read."""
    found = resolve(path, partial(_find_base, kind))
    return Written(found.tree, found.files, found.own)


def load_experiment(name: str) -> Loaded[Experiment]:
    """Load an experiment by shipped name or path. Raises InputError."""
    return _named("experiment", name, Experiment)


def load_targets(name: str, beside: Path | None = None) -> Loaded[Targets]:
    """Load a set of targets by shipped name or path. Raises InputError."""
    return _named("targets", name, Targets, beside)


def load_published(name: str) -> Loaded[Figures]:
    """Load published figures by shipped name or path. Raises InputError."""
    return _named("published", name, Figures)


def load_calibration(name: str) -> Loaded[Calibration]:
    """Load a calibration by shipped name or path. Raises InputError."""
    return _named("calibration", name, Calibration)


def load_figure_mapping(name: str) -> Loaded[FigureMapping]:
    """Load the mapping of a published table by shipped name or path. Raises InputError."""
    return _named("figure mapping", name, FigureMapping)


def load_log_format(name: str, beside: Path | None = None) -> Loaded[LogFormat]:
    """Load the format of a call log by shipped name or path. Raises InputError."""
    return _named("log format", name, LogFormat, beside)


def _named(kind: str, name: str, model: type[M], beside: Path | None = None) -> Loaded[M]:
    """Load a config of a kind that no setting changes."""
    path = shipped.find(kind, name, beside)
    with expected(kind, path):
        found = resolve(path, partial(_find_base, kind))
        return _checked(found, found.tree, model)


def _find_base(kind: str, name: str, folder: Path) -> Path:
    return shipped.find(kind, name, folder)


def _checked(found: Resolved, tree: Node, model: type[M]) -> Loaded[M]:
    value = _validated(Written(tree, found.files, found.own), model)
    return Loaded(value, tree, found.files, found.changes, found.own)


def _validated(written: Written, model: type[M]) -> M:
    try:
        return validate(written.tree, model)
    except InputError as error:
        raise InputError(map(written.blamed, error.problems)) from None


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


def _raise_with_others(problems: list[Problem], written: Written) -> None:
    """Raise what is wrong with the tables together with what is wrong beside them."""
    if not problems:
        return
    try:
        _validated(written, Region)
    except InputError as error:
        problems += [problem for problem in error.problems if problem.key not in TABLES]
    raise InputError(problems)
