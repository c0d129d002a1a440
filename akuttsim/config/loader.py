"""Load configs: from a name or path to frozen values, with every error at once.

An error is placed in the file that the user can mend, and at the column of a table. Whoever gives a
file of one kind for another is told what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from akuttsim.config import shipped
from akuttsim.config.overlay import (
    ONLY_TOP,
    FindBase,
    NamedChange,
    Resolved,
    overlay_variant,
    resolve_variant,
    set_value,
)
from akuttsim.config.region_tables import AGE_COLUMNS, TABLES, read_region_tables, table_path
from akuttsim.config.schema.experiment import (
    Calibration,
    Experiment,
    FigureMapping,
    IndicatorMargins,
    IndicatorTargets,
    PublishedFigures,
)
from akuttsim.config.schema.health_outcomes import HealthOutcomes
from akuttsim.config.schema.log_format import LogFormat
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import Model
from akuttsim.config.validator import validate
from akuttsim.config.yaml_document import (
    Node,
    child_node,
    nearest_node,
    node_at,
    nodes_on_path,
    read_yaml,
)
from akuttsim.errors import InputError, Problem
from akuttsim.texts import message

_ROW_KEY = re.compile(r"^(?:roads|ferries|projections)\.\d+\.(?=.)")
_AGE_KEY = re.compile(r"\bpeople\.(\d)$")


@dataclass(frozen=True)
class ConfigSources:
    """A config as it was put together from its files.

    Attributes:
        tree: All files laid over each other.
        files: The files, as the user would write them, the base first.
        own: What each file has by itself, in the same order.
    """

    tree: Node
    files: tuple[str, ...]
    own: tuple[Node, ...] = ()

    def blamed(self, problem: Problem) -> Problem:
        """Return a problem of the tree told where the user can mend it.

        What is wrong with a whole section, or lacks in it, is told in the last file that wrote in
        it; what only a shipped file wrote, in the user's own that builds on it.
        """
        if problem.file.endswith(".csv"):
            return replace(problem, key=column_key(problem.key))
        if problem.file not in self.files[:-1] or len(self.own) != len(self.files):
            return problem
        parts = problem.key.split(".")
        if is_section(self.tree, parts):
            above = zip(self.files, self.own, strict=True)
            later = list(above)[self.files.index(problem.file) + 1 :]
            for file, node in reversed(later):
                depth, line = written_depth(node, parts)
                if depth == len(parts):
                    return replace(problem, file=file, line=line)
        return self._at_the_top(problem, parts)

    def _at_the_top(self, problem: Problem, parts: Sequence[str]) -> Problem:
        """Return a problem of a file below told in the user's own, with where it was written."""
        top = self.files[-1]
        if not shipped.is_shipped(problem.file) or shipped.is_shipped(top):
            return replace(
                problem, what=message("configs.where.builds_on_this", what=problem.what, top=top)
            )
        what = message(
            "configs.where.written_in", what=problem.what, file=problem.file, line=problem.line
        )
        return replace(problem, file=top, line=written_depth(self.own[-1], parts)[1], what=what)


def column_key(key: str) -> str:
    """Return the key of a table's cell by its column: `km`, `places.centre.age_0_5`."""
    return _AGE_KEY.sub(lambda match: AGE_COLUMNS[int(match[1])], _ROW_KEY.sub("", key))


def is_section(tree: Node, parts: Sequence[str]) -> bool:
    """Tell whether a key stands for a mapping, or for nothing that is there.

    Args:
        tree: The config.
        parts: The parts of the dotted key.
    """
    node = node_at(tree, parts)
    return node is None or isinstance(node.value, dict)


def written_depth(own: Node, parts: Sequence[str]) -> tuple[int, int]:
    """Return how much of a path a file writes itself, and the line of that; 0 and 1 for none.

    Its changes count as its keys do.

    Args:
        own: What the file has by itself.
        parts: The parts of the dotted key.
    """
    paths = (nodes_on_path(tree, parts) for tree in (own, *_change_settings(own)))
    _, *deepest = max(paths, key=len)
    return len(deepest), deepest[-1].line if deepest else 1


def _change_settings(own: Node) -> Iterator[Node]:
    """Yield what each named change of a file sets."""
    changes = child_node(own, "changes")
    if changes is None or not isinstance(changes.value, dict):
        return
    for change in changes.value.values():
        over = child_node(change, "set")
        if over is not None:
            yield over


MODELS_BY_KIND: dict[str, tuple[str, type[Model]]] = {
    "experiment": ("experiment", Experiment),
    "organisation": ("organisation", Organisation),
    "calibration": ("calibration", Calibration),
    "figure mapping": ("mapping", FigureMapping),
    "log format": ("log", LogFormat),
    "region": ("region", Region),
    "targets": ("targets", IndicatorTargets),
    "margins": ("margins", IndicatorMargins),
    "outcomes": ("conditions", HealthOutcomes),
    "published": ("figures", PublishedFigures),
}
"""Each kind of file, with the key at its top that tells it, and its model."""


@contextmanager
def explain_wrong_kind(kind: str, path: Path) -> Iterator[None]:
    """Where a file of another kind is refused, raise what kind it is and what it is for instead.

    Args:
        kind: The kind that was wanted.
        path: The file.

    Raises:
        InputError: What was refused, or that the file is of another kind.
    """
    try:
        yield
    except InputError:
        other = _other_kind_problem(kind, path)
        if other is not None:
            raise InputError([other]) from None
        raise


def _other_kind_problem(kind: str, path: Path) -> Problem | None:
    """Return the problem of a file that has the key of another kind, and fits that kind better.

    Some keys of kinds are keys of others too: an organisation and an experiment name their region.
    """
    file = shipped.display_path(path)
    try:
        keys = read_yaml(path, file).value
    except InputError:
        return None
    assert isinstance(keys, dict)
    own, model = MODELS_BY_KIND[kind]
    for other, (key, better) in MODELS_BY_KIND.items():
        tells = key in keys and (own not in keys or key not in model.model_fields)
        known_by_other, known_by_own = (
            _count_known_keys(keys, better),
            _count_known_keys(keys, model),
        )
        if tells and (known_by_other > known_by_own or known_by_other == known_by_own == len(keys)):
            what = message("configs.kinds.this_is", file=shipped.use(other, file))
            return Problem(file, keys[key].line, key, what)
    return None


def _count_known_keys(keys: dict[str, Node], model: type[Model]) -> int:
    """Return how many keys of a file a model has at its top."""
    return len(keys.keys() & model.model_fields.keys())


M = TypeVar("M", bound=Model)

_KEY_VALUE = message("configs.set.form")


@dataclass(frozen=True)
class Loaded(Generic[M]):
    """A checked config, with the tree that tells where each part of it was written.

    Attributes:
        value: The config as a model.
        tree: The tree it was checked from.
        files: The files it was put together from, the base first.
        changes: Named changes of its variants, the oldest first.
        own: What each file has by itself.
    """

    value: M
    tree: Node
    files: tuple[str, ...]
    changes: tuple[NamedChange, ...] = ()
    own: tuple[Node, ...] = ()

    def problem(self, key: str, what: str) -> Problem:
        """Return a problem at a dotted key, told where the user can mend it."""
        return problem_at(ConfigSources(self.tree, self.files, self.own), key, what)


def problem_at(written: ConfigSources, key: str, what: str) -> Problem:
    """Return a problem at a dotted key, with the file and line where that key stands.

    Args:
        written: The config and its files.
        key: Dotted key; where it is not there, the nearest part that is tells the line.
        what: What is wrong, and what to write instead.
    """
    node = nearest_node(written.tree, key.split("."))
    return written.blamed(Problem(node.file, node.line, key, what))


_NOT_FROM_ADDITIONS = ONLY_TOP | {"region", "description"}
"""What an addition does not bring along: it changes a config, and is none of its own."""


def load_region(
    name: str,
    sets: Sequence[str] = (),
    relative_to: Path | None = None,
    additions: Sequence[str] = (),
    outcomes: str | None = None,
) -> Loaded[Region]:
    """Load a region, with its tables, and check it against its schema.

    Args:
        name: Shipped name, path, or folder of the region.
        sets: Settings, each as KEY=VALUE.
        relative_to: Folder of the file that names the region.
        additions: Variants of a common base whose changes are laid over the region.
        outcomes: Name or path of the health outcomes that are asked for; None for none.

    Raises:
        InputError: With every problem found, each with file and line.
    """
    path = shipped.find_config("region", name, relative_to)
    asked_for = None if outcomes is None else load_outcomes(outcomes, relative_to).tree
    with explain_wrong_kind("region", path):
        return _load_region_file(path, sets, relative_to, additions, asked_for)


def _load_region_file(
    path: Path,
    sets: Sequence[str],
    relative_to: Path | None,
    additions: Sequence[str],
    outcomes: Node | None,
) -> Loaded[Region]:
    """Load a region from its file: variants, settings of tables, tables, other settings."""
    folders = {shipped.display_path(path): path.parent}

    def find_base(base: str, folder: Path) -> Path:
        resolved = shipped.find_config("region", base, folder)
        folders[shipped.display_path(resolved)] = resolved.parent
        return resolved

    resolved = _overlay_additions(
        resolve_variant(path, find_base), "region", additions, find_base, relative_to
    )
    if outcomes is not None:
        assert isinstance(resolved.tree.value, dict)
        with_outcomes = {**resolved.tree.value, "outcomes": outcomes}
        resolved = replace(resolved, tree=replace(resolved.tree, value=with_outcomes))
    of_tables = [setting for setting in sets if setting.startswith("tables")]
    written = _apply_settings(resolved.tree, of_tables)
    tree, problems = read_region_tables(written, folders, path.parent)
    _raise_table_problems(problems, ConfigSources(tree, resolved.files, resolved.own))
    rest = [setting for setting in sets if setting not in of_tables]
    loaded = _check_tree(resolved, _apply_settings(tree, rest), Region)
    node = node_at(written, ("tables", "travel_times"))
    if node and loaded.value.travel_times:
        loaded.value.travel_times.lies_at(
            table_path(node, "travel_times", folders.get(node.file, path.parent))
        )
    return loaded


def load_organisation(
    name: str,
    sets: Sequence[str] = (),
    relative_to: Path | None = None,
    additions: Sequence[str] = (),
) -> Loaded[Organisation]:
    """Load an organisation, and check it against its schema.

    Args:
        name: Shipped name or path.
        sets: Settings, each as KEY=VALUE.
        relative_to: Folder of the file that names the organisation.
        additions: Variants of a common base whose changes are laid over the organisation.

    Raises:
        InputError: With every problem found, each with file and line.
    """
    path = shipped.find_config("organisation", name, relative_to)
    find = partial(_find_base_config, "organisation")
    with explain_wrong_kind("organisation", path):
        resolved = _overlay_additions(
            resolve_variant(path, find), "organisation", additions, find, relative_to
        )
        return _check_tree(resolved, _apply_settings(resolved.tree, sets), Organisation)


def _overlay_additions(
    resolved: Resolved,
    kind: str,
    additions: Sequence[str],
    find: FindBase,
    relative_to: Path | None,
) -> Resolved:
    """Lay variants of a common base over a config, one after the other."""
    for name in additions:
        path = (
            find(name, relative_to) if relative_to is not None else shipped.find_config(kind, name)
        )
        resolved = overlay_variant(resolved, path, find, _NOT_FROM_ADDITIONS)
    return resolved


def with_settings(loaded: Loaded[M], sets: Sequence[str]) -> Loaded[M]:
    """Return a loaded config with some keys set.

    Args:
        loaded: The config.
        sets: Settings, each as KEY=VALUE.

    Raises:
        InputError: A key is not there, or the value does not fit.
    """
    if not sets:
        return loaded
    tree = _apply_settings(loaded.tree, sets)
    value = _validate_sources(ConfigSources(tree, loaded.files, loaded.own), type(loaded.value))
    old = loaded.value
    if isinstance(value, Region) and isinstance(old, Region) and value.travel_times:
        assert old.travel_times is not None
        value.travel_times.lies_at(old.travel_times.path)
    return Loaded(value, tree, loaded.files, loaded.changes, loaded.own)


def read_unchecked(kind: str, path: Path) -> ConfigSources:
    """Return a file of a kind as it is written, laid over its bases and unchecked.

    Args:
        kind: The kind, by which names of bases are looked up.
        path: The file.

    Raises:
        InputError: It cannot be read.
    """
    resolved = resolve_variant(path, partial(_find_base_config, kind))
    return ConfigSources(resolved.tree, resolved.files, resolved.own)


def load_experiment(name: str) -> Loaded[Experiment]:
    """Load an experiment.

    Args:
        name: Shipped name or path.

    Raises:
        InputError: With every problem found, each with file and line.
    """
    return _load_without_settings("experiment", name, Experiment)


def load_targets(name: str, relative_to: Path | None = None) -> Loaded[IndicatorTargets]:
    """Load a set of targets.

    Args:
        name: Shipped name or path.
        relative_to: Folder of the file that names it.

    Raises:
        InputError: With every problem found, each with file and line.
    """
    return _load_without_settings("targets", name, IndicatorTargets, relative_to)


def load_margins(name: str, relative_to: Path | None = None) -> Loaded[IndicatorMargins]:
    """Load a set of margins.

    Args:
        name: Shipped name or path.
        relative_to: Folder of the file that names it.

    Raises:
        InputError: With every problem found, each with file and line.
    """
    return _load_without_settings("margins", name, IndicatorMargins, relative_to)


def load_outcomes(name: str, relative_to: Path | None = None) -> Loaded[HealthOutcomes]:
    """Load health outcomes.

    Args:
        name: Shipped name or path.
        relative_to: Folder of the file that names it.

    Raises:
        InputError: With every problem found, each with file and line.
    """
    return _load_without_settings("outcomes", name, HealthOutcomes, relative_to)


def load_published(name: str) -> Loaded[PublishedFigures]:
    """Load published figures by shipped name or path. Raises InputError."""
    return _load_without_settings("published", name, PublishedFigures)


def load_calibration(name: str) -> Loaded[Calibration]:
    """Load a calibration by shipped name or path. Raises InputError."""
    return _load_without_settings("calibration", name, Calibration)


def load_figure_mapping(name: str) -> Loaded[FigureMapping]:
    """Load the mapping of a published table by shipped name or path. Raises InputError."""
    return _load_without_settings("figure mapping", name, FigureMapping)


def load_log_format(name: str, relative_to: Path | None = None) -> Loaded[LogFormat]:
    """Load the format of a call log.

    Args:
        name: Shipped name or path.
        relative_to: Folder of the file that names it.

    Raises:
        InputError: With every problem found, each with file and line.
    """
    return _load_without_settings("log format", name, LogFormat, relative_to)


def load_small_config(kind: str, name: str) -> Model:
    """Load a config of a kind that no setting changes, any but region and organisation.

    Args:
        kind: One of `MODELS_BY_KIND`.
        name: Shipped name or path.

    Raises:
        InputError: With every problem found, each with file and line.
    """
    return _load_without_settings(kind, name, MODELS_BY_KIND[kind][1]).value


def _load_without_settings(
    kind: str, name: str, model: type[M], relative_to: Path | None = None
) -> Loaded[M]:
    """Load a config of a kind that no setting changes."""
    path = shipped.find_config(kind, name, relative_to)
    with explain_wrong_kind(kind, path):
        resolved = resolve_variant(path, partial(_find_base_config, kind))
        return _check_tree(resolved, resolved.tree, model)


def _find_base_config(kind: str, name: str, folder: Path) -> Path:
    """Return the file of the config that another one extends."""
    return shipped.find_config(kind, name, folder)


def _check_tree(resolved: Resolved, tree: Node, model: type[M]) -> Loaded[M]:
    """Return a tree as a checked config; InputError tells problems where they are to be mended."""
    value = _validate_sources(ConfigSources(tree, resolved.files, resolved.own), model)
    return Loaded(value, tree, resolved.files, resolved.changes, resolved.own)


def _validate_sources(written: ConfigSources, model: type[M]) -> M:
    """Return a config as its model; InputError tells problems where they are to be mended."""
    try:
        return validate(written.tree, model)
    except InputError as error:
        raise InputError(map(written.blamed, error.problems)) from None


def _apply_settings(tree: Node, sets: Sequence[str]) -> Node:
    """Return a tree with settings applied; InputError with all that do not fit."""
    problems: list[Problem] = []
    for assignment in sets:
        try:
            tree = _apply_setting(tree, assignment)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return tree


def _apply_setting(tree: Node, assignment: str) -> Node:
    """Return a tree with one setting, written as KEY=VALUE, applied."""
    key, sign, text = assignment.partition("=")
    if not sign or not key:
        raise InputError([Problem("--set", 0, assignment, _KEY_VALUE)])
    return set_value(tree, key, text)


def split_settings(sets: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the settings for the region and for the organisation, told apart by their first key.

    Args:
        sets: Settings, each as KEY=VALUE.

    Raises:
        InputError: A key that neither has.
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
            known = [*Organisation.model_fields, *Region.model_fields]
            close = get_close_matches(first, known, n=1)
            hint = (
                message("configs.set.did_you_mean", close=close[0])
                if close
                else message("configs.set.one_of", known=", ".join(dict.fromkeys(known)))
            )
            problems.append(Problem("--set", 0, first, message("configs.set.unknown", hint=hint)))
    if problems:
        raise InputError(problems)
    return region, organisation


def _raise_table_problems(problems: list[Problem], written: ConfigSources) -> None:
    """Raise what is wrong with the tables together with what is wrong beside them."""
    if not problems:
        return
    try:
        _validate_sources(written, Region)
    except InputError as error:
        problems += [problem for problem in error.problems if problem.key not in TABLES]
    raise InputError(problems)
