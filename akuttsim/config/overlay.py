"""A variant is a base plus named changes. Every value keeps the file and line it came from."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from akuttsim.config import shipped
from akuttsim.config.yaml_document import (
    Node,
    node_from_values,
    plain_values,
    read_yaml,
    read_yaml_value,
)
from akuttsim.errors import InputError, Problem, did_you_mean, quote_value
from akuttsim.texts import message

MAX_LEVELS = 10
OVERRIDE = "--set"

FindBase = Callable[[str, Path], Path]
"""From the name after `extends:` and the folder of the file that has it to the base's path."""

ONLY_TOP = frozenset({"organisation", "experiment", "title"})
"""What names a config: a variant that took these over could not be told from its base."""

_CHANGE_KEYS = ("why", "set", "remove")
_LANGUAGES = ("nb", "en")


@dataclass(frozen=True)
class NamedChange:
    """A named change that a variant makes to its base.

    Attributes:
        name: Its name under `changes`.
        why: The sentence that says why, in 'nb' and 'en'; a plain sentence stands for both.
        file: File that makes the change.
        line: Line where the change begins.
    """

    name: str
    why: dict[str, str]
    file: str
    line: int


@dataclass(frozen=True)
class Resolved:
    """A config with its bases and changes worked in.

    Attributes:
        tree: The whole config.
        files: The files it was put together from, the base first.
        changes: Named changes, in the order made.
        own: What each file has by itself.
    """

    tree: Node
    files: tuple[str, ...]
    changes: tuple[NamedChange, ...]
    own: tuple[Node, ...]


@dataclass(frozen=True)
class _ChangeEdit:
    """What a named change does to the tree.

    Attributes:
        change: Its name and reason.
        over: Keys that are laid over the tree.
        removed: Dotted paths that are taken away before, so that a roster can be written anew.
    """

    change: NamedChange
    over: Node | None
    removed: tuple[Node, ...]


def resolve_variant(path: Path, find: FindBase, only_top: frozenset[str] = ONLY_TOP) -> Resolved:
    """Read the config at `path`, laid over what it extends.

    First the base, then the file's own keys (`merge_nodes`), then its changes in the order written:
    in each first `remove_key`, then `set`.

    Args:
        path: The file.
        find: From the name after `extends:` and the file's folder to the base's path.
        only_top: Top-level keys that are not taken over from a base: each file has its own or none.

    Raises:
        InputError: With every problem found.
    """
    return _resolve_under(path, find, only_top, ())


def overlay_variant(
    resolved: Resolved, path: Path, find: FindBase, only_top: frozenset[str]
) -> Resolved:
    """Lay on a config what the config at `path` changes in a base that the two have in common.

    So a winter and a storm, each written as a variant of a region, can be met together. Everything
    between the common base and `path` is laid over, the oldest first.

    Args:
        resolved: The config that is changed.
        path: The variant whose changes are added.
        find: From the name after `extends:` and a file's folder to the base's path.
        only_top: Top-level keys that are not laid over.

    Raises:
        InputError: The two have no base in common.
    """
    chain, at = [], path
    while shipped.display_path(at) not in resolved.files:
        own = read_yaml(at, shipped.display_path(at))
        chain.append(own)
        base = _base_path(at, own, find, ())
        if base is None or len(chain) > MAX_LEVELS:
            what = message("configs.overlay.not_on_it", files=resolved.files[0])
            raise InputError([Problem(shipped.display_path(path), 0, "extends", what)])
        at = base
    for own in reversed(chain):
        plain_keys = dataclasses.replace(own, value=_children_without(own, *only_top))
        resolved = _overlay_file(plain_keys, resolved, _edits_of_file(own), frozenset())
    return resolved


def merge_nodes(base: Node, over: Node) -> Node:
    """Lay `over` on `base`: mappings key by key, everything else replaced, null removes the key.

    Args:
        base: What is changed; a mapping that is in both stays where it was written.
        over: What is laid over it; a mapping that is new stands as written here.

    Raises:
        InputError: A null at a key that is not there, with the nearest one that is.
    """
    if not isinstance(over.value, dict) or not isinstance(base.value, dict) or base is over:
        return over
    merged = dict(_mapping_of(base))
    for key, child in over.value.items():
        if child.value is not None:
            merged[key] = merge_nodes(merged.get(key, child), child)
        elif key in merged:
            del merged[key]
        else:
            what = message("configs.overlay.nothing_to_remove", key=key)
            comma = message("configs.overlay.decimal_comma")
            hint = comma if key.isdecimal() else did_you_mean(key, merged)
            raise _node_error(child, key, what + hint)
    return dataclasses.replace(base, value=merged)


def remove_key(tree: Node, dotted: str, at: Node) -> Node:
    """Return `tree` without a key.

    Args:
        tree: The config.
        dotted: Path of the key.
        at: Where the path was written, for the error.

    Raises:
        InputError: There is no such key; with the nearest one that is there.
    """
    path = _DottedPath(dotted, at)

    def without(parent: Node) -> Node:
        if isinstance(parent.value, list):
            raise path.error(message("configs.overlay.in_a_list"))
        key = path.existing(parent, path.last)
        return dataclasses.replace(parent, value=_children_without(parent, str(key)))

    return path.edit(tree, without)


def set_value(tree: Node, dotted: str, text: str) -> Node:
    """Return `tree` with a value at a dotted path; its origin is `--set`.

    Args:
        tree: The config.
        dotted: The path; a number in it is a place in a list, counted from 0.
        text: The value as YAML; null removes the key.

    Raises:
        InputError: The text is not a YAML value, or the path's parent does not exist.
    """
    path = _DottedPath(dotted, Node(dotted, OVERRIDE, 0))
    value = _override_node(path, text)

    def changed(parent: Node) -> Node:
        key = path.parts[-1]
        if not isinstance(parent.value, dict):
            return path.put(parent, path.last, value)
        if value.value is None:
            return dataclasses.replace(parent, value=_children_without(parent, key))
        return dataclasses.replace(parent, value=parent.value | {key: merge_nodes(value, value)})

    return path.edit(tree, changed)


def missing_path_part(tree: Node, dotted: str) -> tuple[int, str]:
    """Return how far a path leads into a config.

    Args:
        tree: The config.
        dotted: The path.

    Returns:
        How many of its parts are there, and what is to be said of the next; "" if all are.
    """
    path, node = _DottedPath(dotted, Node(dotted, OVERRIDE, 0)), tree
    for depth in range(len(path.parts)):
        try:
            key = path.existing(node, depth)
        except InputError as error:
            return depth, error.problems[0].what
        node = node.value[key]  # type: ignore[index, assignment]
    return len(path.parts), ""


def _override_node(path: _DottedPath, text: str) -> Node:
    """Return the value that a setting writes; InputError for none, or for several lines."""
    if not text.strip():
        raise path.error(message("configs.set.no_value"))
    try:
        value = plain_values(read_yaml_value(text, OVERRIDE))
    except InputError as error:
        raise InputError(path.problem(problem.what) for problem in error.problems) from None
    if isinstance(value, dict | list) and text.lstrip()[0] not in "{[":
        raise path.error(message("configs.set.not_one_value", text=quote_value(text)))
    return node_from_values(value, OVERRIDE, 0)


class _DottedPath:
    """A dotted path into a tree, with the node that it was written in."""

    def __init__(self, dotted: str, at: Node) -> None:
        self.parts = dotted.split(".")
        self.last = len(self.parts) - 1
        self._at = at

    def problem(self, what: str) -> Problem:
        """Return a problem at the path."""
        return Problem(self._at.file, self._at.line, ".".join(self.parts), what)

    def error(self, what: str) -> InputError:
        """Return an InputError at the path."""
        return InputError([self.problem(what)])

    def existing(self, node: Node, depth: int) -> str | int:
        """Return the key of `node` that the part at `depth` names; InputError when none is."""
        part = self.parts[depth]
        if isinstance(node.value, dict) and part in node.value:
            return part
        if isinstance(node.value, list):
            if part.isdecimal() and len(part) < 9 and int(part) < len(node.value):
                return int(part)
            raise self.error(
                message("configs.set.no_place", part=quote_value(part), n_value=len(node.value) - 1)
            )
        raise self.error(self._missing(node, depth))

    def _missing(self, node: Node, depth: int) -> str:
        """Say that a part of the path is not there, with what is near it or there."""
        above = ".".join(self.parts[:depth])
        where = (
            message("configs.set.in", above=above) if depth else message("configs.set.at_the_top")
        )
        if not isinstance(node.value, dict):
            return message("configs.set.only_a_value", where=where, value=quote_value(node.value))
        near = did_you_mean(self.parts[depth], node.value)
        known = ", ".join(list(node.value)[:8]) or message("configs.value.nothing")
        near = near or message("configs.set.there_is", known=known)
        return message(
            "configs.set.there_is_no", parts=quote_value(self.parts[depth]), where=where, near=near
        )

    def put(self, node: Node, depth: int, child: Node) -> Node:
        """Return `node` with another child at an existing key."""
        key = self.existing(node, depth)
        if isinstance(node.value, list):
            value = [child if i == key else old for i, old in enumerate(node.value)]
            return dataclasses.replace(node, value=value)
        return dataclasses.replace(node, value=_mapping_of(node) | {str(key): child})

    def edit(self, node: Node, change: Callable[[Node], Node], depth: int = 0) -> Node:
        """Return `node` with the parent of the path's last part changed."""
        if depth == self.last:
            return change(node)
        key = self.existing(node, depth)
        child: Node = node.value[key]  # type: ignore[index, assignment]
        return self.put(node, depth, self.edit(child, change, depth + 1))


def _resolve_under(
    path: Path, find: FindBase, only_top: frozenset[str], above: tuple[Path, ...]
) -> Resolved:
    """Return a config laid over its bases; `above` are the files that led here, against circles."""
    own = read_yaml(path, shipped.display_path(path))
    problems: list[Problem] = []
    edits: list[_ChangeEdit] = []
    base = None
    with _collect_problems(problems):
        edits = _edits_of_file(own)
    with _collect_problems(problems):
        base_path = _base_path(path, own, find, above)
        base = base_path and _resolve_under(base_path, find, only_top, (*above, path.resolve()))
    if problems:
        raise InputError(problems)
    return (
        _overlay_file(own, base, edits, only_top)
        if base
        else Resolved(own, (own.file,), (), (own,))
    )


def _overlay_file(
    own: Node, base: Resolved, edits: list[_ChangeEdit], only_top: frozenset[str]
) -> Resolved:
    """Return a file's own keys and changes laid over its base."""
    problems: list[Problem] = []
    under = dataclasses.replace(own, value=_children_without(base.tree, *only_top))
    tree = merge_nodes(
        under, dataclasses.replace(own, value=_children_without(own, "extends", "changes"))
    )
    for edit in edits:
        for path in edit.removed:
            with _collect_problems(problems):
                tree = remove_key(tree, str(path.value), path)
        tree = merge_nodes(tree, edit.over) if edit.over else tree
    if problems:
        raise InputError(problems)
    changes = (*base.changes, *(edit.change for edit in edits))
    return Resolved(tree, (*base.files, own.file), changes, (*base.own, own))


def _base_path(path: Path, own: Node, find: FindBase, above: tuple[Path, ...]) -> Path | None:
    """Return the base of a file, or None; InputError for no name, a circle, or too many levels."""
    at = _mapping_of(own).get("extends")
    if at is None:
        if "changes" in _mapping_of(own):
            what = message("configs.overlay.nothing_to_change")
            raise _node_error(_mapping_of(own)["changes"], "changes", what)
        return None
    if not isinstance(at.value, str) or not at.value.strip():
        raise _node_error(
            at, "extends", message("configs.overlay.name_of_a_config", value=quote_value(at.value))
        )
    chain = (*above, path.resolve())
    if len(chain) > MAX_LEVELS:
        raise _node_error(
            at, "extends", message("configs.overlay.too_many_levels", max_levels=MAX_LEVELS)
        )
    base = _find_base_file(at.value, at, path, find)
    if base.resolve() in chain:
        raise _node_error(
            at, "extends", message("configs.overlay.back_to_itself", value=quote_value(at.value))
        )
    return base


def _find_base_file(name: str, at: Node, path: Path, find: FindBase) -> Path:
    """Return the file of a base; InputError at `extends` where it is not to be found."""
    try:
        base = find(name, path.parent)
        if base.is_file():
            return base
        what = message("configs.overlay.no_file", base=shipped.display_path(base))
    except InputError as error:
        raise InputError(
            p if p.file else Problem(at.file, at.line, "extends", p.what) for p in error.problems
        ) from None
    except OSError as error:
        what = message(
            "configs.overlay.cannot_look", name=quote_value(name), strerror=error.strerror
        )
    raise _node_error(at, "extends", what)


def _edits_of_file(own: Node) -> list[_ChangeEdit]:
    """Return what the changes of a file do, in the order written; InputError with every problem."""
    node = _mapping_of(own).get("changes")
    if node is None or node.value is None:
        return []
    if not isinstance(node.value, dict):
        raise _node_error(node, "changes", message("configs.changes.named"))
    problems: list[Problem] = []
    edits: list[_ChangeEdit] = []
    for name, change in node.value.items():
        with _collect_problems(problems):
            edits.append(_read_edit(name, change))
    if problems:
        raise InputError(problems)
    return edits


def _read_edit(name: str, node: Node) -> _ChangeEdit:
    """Return a named change; InputError with all that is wrong with it."""
    problems = list(_change_problems(node, f"changes.{name}"))
    if problems:
        raise InputError(problems)
    keys = _mapping_of(node)
    change = NamedChange(name, _reason_in_both_languages(keys["why"]), node.file, node.line)
    removed = keys["remove"].value if "remove" in keys else []
    assert isinstance(removed, list)
    return _ChangeEdit(change, keys.get("set"), tuple(removed))


def _change_problems(node: Node, key: str) -> Iterator[Problem]:
    """Everything that is wrong with one change, its tree aside."""
    if not isinstance(node.value, dict):
        yield _node_problem(node, key, message("configs.changes.must_have"))
        return
    for name, child in node.value.items():
        if name not in _CHANGE_KEYS:
            near = did_you_mean(name, _CHANGE_KEYS)
            what = message("configs.changes.unknown_key", near=near)
            yield _node_problem(child, f"{key}.{name}", what)
    why = node.value.get("why", node)
    if not _is_sentence(why):
        yield _node_problem(why, f"{key}.why", message("configs.changes.why"))
    yield from _edit_problems(node.value, node, key)


def _edit_problems(keys: Mapping[str, Node], node: Node, key: str) -> Iterator[Problem]:
    """Yield what is wrong with what a change sets and removes."""
    over, paths = keys.get("set"), keys.get("remove")
    if over is None and paths is None:
        yield _node_problem(node, key, message("configs.changes.changes_nothing"))
    if over is not None and not isinstance(over.value, dict):
        yield _node_problem(over, f"{key}.set", message("configs.changes.set"))
    if paths is not None and not isinstance(paths.value, list):
        yield _node_problem(paths, f"{key}.remove", message("configs.changes.remove"))
    for path in paths.value if paths is not None and isinstance(paths.value, list) else ():
        if not isinstance(path.value, str):
            what = message("configs.changes.path", value=quote_value(path.value))
            yield _node_problem(path, f"{key}.remove", what)


@contextmanager
def _collect_problems(problems: list[Problem]) -> Iterator[None]:
    """Note the problems of the block and go on."""
    try:
        yield
    except InputError as error:
        problems.extend(error.problems)


def _mapping_of(node: Node) -> dict[str, Node]:
    """Return the children of a node that is a mapping."""
    assert isinstance(node.value, dict)
    return node.value


def _children_without(node: Node, *names: str) -> dict[str, Node]:
    """Return the children of a mapping but for some."""
    return {key: child for key, child in _mapping_of(node).items() if key not in names}


def _node_problem(node: Node, key: str, what: str) -> Problem:
    """Return a problem at the place where a node was written."""
    return Problem(node.file, node.line, key, what)


def _node_error(node: Node, key: str, what: str) -> InputError:
    """Return an InputError at the place where a node was written."""
    return InputError([_node_problem(node, key, what)])


def _is_sentence(why: Node) -> bool:
    """Tell whether a reason is text, or text in both languages."""
    if isinstance(why.value, dict):
        return set(why.value) == set(_LANGUAGES) and all(map(_is_sentence, why.value.values()))
    return isinstance(why.value, str) and bool(why.value.strip())


def _reason_in_both_languages(why: Node) -> dict[str, str]:
    """Return a reason by language; one text stands for both."""
    if isinstance(why.value, dict):
        return {lang: str(text.value) for lang, text in why.value.items()}
    return dict.fromkeys(_LANGUAGES, str(why.value))
