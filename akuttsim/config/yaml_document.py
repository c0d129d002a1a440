"""A YAML document as a tree of nodes, each of which knows the file and line it was written in."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import Any

import yaml

from akuttsim.errors import InputError, Problem, did_you_mean, quote_value
from akuttsim.texts import message, said_by

Scalar = str | int | float | bool | None

ConfigContent = dict[str, Any]
"""A mapping of a config as plain values, as it is written to YAML: which keys there are and what
they hold is told by the schema that reads it back (`config.schema`)."""

MAX_BYTES = 2_000_000
MAX_DEPTH = 40
TOO_DEEP = message("configs.yaml.too_deep", max_depth=MAX_DEPTH)
MAX_VALUES = 200_000
MAX_DIGITS = 18
MAX_KEY = 200
MAX_PROBLEMS = 1000

_LOADER: type = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_WORDS: dict[str, Scalar] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    "\ufeff\ufffe\uffff]"
)
_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a YAML document, and where it was written.

    Attributes:
        value: A scalar, or the nodes of a mapping or list.
        file: The file, as the user would write it.
        line: Its line, from 1; in a mapping that of the value's key.
    """

    value: Scalar | dict[str, Node] | list[Node]
    file: str
    line: int


KeyParts = Sequence[str | int]
"""The parts of a dotted key: names in mappings, places in lists counted from 0."""

MOST_PLACE_DIGITS = 8
"""Digits of a place in a list that are read as a number: no list is longer."""


def child_node(node: Node, part: str | int) -> Node | None:
    """Return what stands at a key of a mapping or a place of a list, or None.

    Args:
        node: A node, which may also be a single value.
        part: A key, or a place in a list, counted from 0; a place may be written as text.
    """
    name = str(part)
    if isinstance(node.value, dict):
        return node.value.get(name)
    if isinstance(node.value, list) and name.isdecimal() and len(name) <= MOST_PLACE_DIGITS:
        return node.value[int(name)] if int(name) < len(node.value) else None
    return None


def nodes_on_path(tree: Node, parts: KeyParts) -> list[Node]:
    """Return the nodes from the top along a path, as far as the tree has it; the top is first.

    Args:
        tree: The config.
        parts: The parts of a dotted key.
    """
    nodes = [tree]
    for part in parts:
        child = child_node(nodes[-1], part)
        if child is None:
            break
        nodes.append(child)
    return nodes


def node_at(tree: Node, parts: KeyParts) -> Node | None:
    """Return the node at the end of a path; None where the tree does not have it all."""
    nodes = nodes_on_path(tree, parts)
    return nodes[-1] if len(nodes) > len(parts) else None


def nearest_node(tree: Node, parts: KeyParts) -> Node:
    """Return the node that is nearest to a path: parts that the tree has not are passed over."""
    for part in parts:
        tree = child_node(tree, part) or tree
    return tree


class _StopError(Exception):
    """Nothing more can be read after this problem."""


class _Open:
    """A mapping or list that is being read."""

    __slots__ = ("children", "has_key", "key", "line")

    def __init__(self, children: dict[str, Node] | list[Node], line: int) -> None:
        self.children = children
        self.line = line
        self.key = ""
        self.has_key = False

    def part(self) -> str:
        """Return the part of a dotted path that leads to the child being read."""
        return str(len(self.children)) if isinstance(self.children, list) else self.key


class _Builder:
    """Turns parser events into nodes, and notes every problem on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.open: list[_Open] = []
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._values = 0
        self._documents = 0
        self._on: dict[type, Callable[[Any, int], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._start,
            yaml.SequenceStartEvent: self._start,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }

    def take(self, event: Any) -> None:
        """Add one event; `_StopError` when nothing more can be read."""
        act = self._on.get(type(event))
        if act is not None:
            act(event, event.start_mark.line + 1)

    def note(self, line: int, what: str) -> None:
        """Note a problem at the value being read."""
        key = ".".join(part for part in (level.part() for level in self.open) if part)
        self.problems.append(Problem(self.file, line, key if self.open else "", what))
        if len(self.problems) >= MAX_PROBLEMS:
            raise _StopError

    def _stop(self, line: int, what: str) -> None:
        """Note a problem, and read no further."""
        self.note(line, what)
        raise _StopError

    def _document(self, event: yaml.Event, line: int) -> None:
        """Refuse a second document."""
        self._documents += 1
        if self._documents > 1:
            self._stop(line, message("configs.yaml.second_document"))

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        """Take a scalar as the key or the value that is due."""
        self._check(event, line)
        level = self.open[-1] if self.open else None
        if level is not None and isinstance(level.children, dict) and not level.has_key:
            self._key(level, event.value, line)
        else:
            self._add(self._read(event, line), line)

    def _check(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, line: int) -> None:
        """Note anchors and tags, which configs do not have."""
        if event.anchor is not None:
            self.note(line, message("configs.yaml.anchor", anchor=event.anchor))
        if event.tag is not None:
            self.note(line, message("configs.yaml.tag", tag=quote_value(event.tag)))

    def _read(self, event: yaml.ScalarEvent, line: int) -> Scalar:
        """Return the value of a scalar; text where it was quoted."""
        # A plain scalar has style '' from the C parser and None from the Python one.
        if event.style:
            if event.style == '"' and _UNSEEN.search(event.value):
                self.note(line, message("configs.yaml.control_character"))
            return str(event.value)
        try:
            return plain_scalar(event.value)
        except ValueError as error:
            self.note(line, said_by(error))
            return None

    def _key(self, level: _Open, key: str, line: int) -> None:
        """Begin a key of a mapping; note one that is no name or stands twice."""
        level.key, level.line, level.has_key = key, line, True
        assert isinstance(level.children, dict)
        if key == "<<":
            self.note(line, message("configs.yaml.merge_key"))
        elif not key.strip() or len(key) > MAX_KEY or "\n" in key or _UNSEEN.search(key):
            level.key = ""
            self.note(line, message("configs.yaml.no_key", key=quote_value(key)))
        elif key in level.children:
            first = level.children[key].line
            self.note(line, message("configs.yaml.key_twice", first=first))

    def _add(self, value: Scalar | dict[str, Node] | list[Node], line: int) -> None:
        """Put a value where it is due."""
        self._values += 1
        if self._values > MAX_VALUES:
            self._stop(line, message("configs.yaml.too_many", max_values=MAX_VALUES))
        if not self.open:
            self.root = Node(value, self.file, line)
            return
        level = self.open[-1]
        if isinstance(level.children, list):
            level.children.append(Node(value, self.file, line))
        elif level.has_key:
            level.children.setdefault(level.key, Node(value, self.file, level.line))
            level.key, level.has_key = "", False
        else:
            level.key, level.line, level.has_key = "", line, True
            self.note(line, message("configs.yaml.plain_key"))

    def _start(self, event: yaml.CollectionStartEvent, line: int) -> None:
        """Begin a mapping or list."""
        self._check(event, line)
        if len(self.open) >= MAX_DEPTH:
            del self.open[1:]  # the path would be as long as the nesting is deep
            self._stop(line, TOO_DEEP)
        is_map = isinstance(event, yaml.MappingStartEvent)
        self.open.append(_Open({} if is_map else [], line))

    def _end(self, event: yaml.Event, line: int) -> None:
        """Put a finished mapping or list where it is due."""
        level = self.open.pop()
        line = level.line
        if isinstance(level.children, dict):  # a mapping stands where its first value does
            line = next((node.line for node in level.children.values()), line)
        self._add(level.children, line)

    def _alias(self, event: yaml.AliasEvent, line: int) -> None:
        """Note an alias, which configs do not have."""
        self.note(line, message("configs.yaml.alias", anchor=event.anchor))
        self._add(None, line)


def plain_scalar(text: str) -> Scalar:
    """Return what unquoted `text` means: null, true, false, a number, else the text itself.

    ValueError, with what would be right, for a number that is too long or too large.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        if len(text) > MAX_DIGITS:
            what = message("configs.yaml.digits", n_text=len(text), max_digits=MAX_DIGITS)
            raise ValueError(what)
        return int(text)
    if _FLOAT.fullmatch(text):
        if not math.isfinite(float(text)):
            raise ValueError(message("configs.yaml.large_number", text=quote_value(text)))
        return float(text)
    return text


def read_yaml(path: Path, shown_as: str | None = None) -> Node:
    """Read the mapping in a YAML file.

    Args:
        path: The file.
        shown_as: What messages call it; by default its path.

    Raises:
        InputError: With every problem found, or because the file cannot be read.
    """
    file = str(path) if shown_as is None else shown_as
    try:
        if not S_ISREG(path.stat().st_mode):
            raise _unreadable_file(file, message("configs.yaml.not_a_file"))
        with path.open("rb") as stream:
            text = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        near = did_you_mean(path.name, _files_of_folder(path))
        raise _unreadable_file(file, message("configs.yaml.no_file", near=near)) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise _unreadable_file(file, message("configs.yaml.cannot_read", reason=reason)) from None
    return read_text_as_yaml(text, file)


def _files_of_folder(path: Path) -> list[str]:
    """Return the names in a file's folder; none where it cannot be looked into."""
    try:
        return sorted(other.name for other in path.parent.iterdir())
    except OSError:
        return []


def read_text_as_yaml(text: bytes, shown_as: str) -> Node:
    """Read the mapping in `text`, called `shown_as` in messages. InputError with every problem."""
    builder = _build_tree(_decode_yaml(text, shown_as), shown_as)
    root = builder.root
    if not builder.problems:
        if root is None or root.value is None:
            raise _unreadable_file(shown_as, message("configs.yaml.empty"))
        if isinstance(root.value, dict):
            return root
        what = message("configs.yaml.not_a_mapping", value=quote_value(root.value))
        builder.note(root.line, what)
    raise InputError(builder.problems)


def read_yaml_value(text: str, shown_as: str) -> Node:
    """Read `text` as one YAML value of any kind; InputError with every problem."""
    decoded = _decode_yaml(text.encode(errors="surrogateescape"), shown_as)
    builder = _build_tree(decoded, shown_as)
    if builder.problems:
        raise InputError(builder.problems)
    return builder.root or Node(None, shown_as, 1)


def _build_tree(text: str, file: str) -> _Builder:
    """Return what a YAML text holds, with every problem found on the way."""
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except _StopError:
        pass
    except yaml.YAMLError as error:
        builder.problems.append(_syntax_problem(error, text, file))
    except (ValueError, OverflowError):  # the Python parser, on an escape like "\UFFFFFFFF"
        what = message("configs.yaml.escape")
        builder.problems.append(Problem(file, 0, "", what))
    return builder


def _syntax_problem(error: yaml.YAMLError, text: str, file: str) -> Problem:
    """Return the problem of a text that is no YAML, with line and likely cure."""
    if "nesting depth" in str(getattr(error, "problem", "")):  # the parser's own limit came first
        mark = getattr(error, "problem_mark", None)
        return Problem(file, mark.line + 1 if mark else 1, "", TOO_DEEP)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    lines = _LINE_END.split(text)
    last = len(lines) - (len(lines) > 1 and not lines[-1])
    line = min(mark.line + 1, last) if mark else 1
    found = getattr(error, "problem", None) or message("configs.yaml.not_understood")
    since = _opening_line_hint(error, line)
    cure = _syntax_advice(found, lines[line - 1])
    return Problem(
        file, line, "", message("configs.yaml.syntax", found=found, since=since, cure=cure)
    )


def _opening_line_hint(error: yaml.YAMLError, line: int) -> str:
    """Say where what is not closed was opened, if that is on an earlier line."""
    start = getattr(error, "context_mark", None)
    if start is None or start.line + 1 >= line:
        return ""
    return message("configs.yaml.since", context=error.context, line=start.line + 1)  # type: ignore[attr-defined]


def _syntax_advice(found: str, line: str) -> str:
    """Return the likely cure of an error, from the parser's words and the line."""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return message("configs.yaml.tabs")
    if "mapping values" in found:
        return message("configs.yaml.colon")
    if "cannot start any token" in found:
        return message("configs.yaml.special_sign")
    return message("configs.yaml.check_quotes")


def _decode_yaml(text: bytes, file: str) -> str:
    """Return a file's bytes as text; InputError for what is too large, or no plain UTF-8."""
    if len(text) > MAX_BYTES:
        size = message("configs.yaml.larger", max_bytes=MAX_BYTES // 1000000)
        raise _unreadable_file(file, message("configs.yaml.long_tables", size=size))
    if text.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) or file.lower().endswith(".csv"):
        raise _unreadable_file(file, message("configs.yaml.table", file=file))
    if text.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _unreadable_file(file, message("configs.yaml.utf16"))
    if b"\0" in text:
        raise _unreadable_file(file, message("configs.yaml.binary"))
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = len(_LINE_END.split(text[: error.start].decode("utf-8", "replace")))
        raise InputError(
            [Problem(file, line, "", message("configs.yaml.not_utf8", byte=text[error.start]))]
        ) from None
    _refuse_unseen(decoded, file)
    return decoded


def _refuse_unseen(text: str, file: str) -> None:
    """Refuse what editors do not show; some of it would also upset the line numbers."""
    if not _UNSEEN.search(text):
        return
    found = [
        Problem(file, number, "", message("configs.yaml.invisible", match=ord(match[0])))
        for number, line in enumerate(_LINE_END.split(text), 1)
        if (match := _UNSEEN.search(line))
    ]
    raise InputError(found[:MAX_PROBLEMS])


def _unreadable_file(file: str, what: str) -> InputError:
    """Return the error of a whole file."""
    return InputError([Problem(file, 0, "", what)])


def plain_values(node: Node) -> object:
    """Return the values alone, as nested dict, list, text, numbers, booleans and None."""
    if isinstance(node.value, dict):
        return {key: plain_values(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain_values(child) for child in node.value]
    return node.value


def node_from_values(value: object, file: str, line: int) -> Node:
    """Return `value` as a tree in which everything comes from one place; TypeError otherwise."""
    if isinstance(value, dict):
        return Node(
            {_text_key(k): node_from_values(v, file, line) for k, v in value.items()}, file, line
        )
    if isinstance(value, list | tuple):
        return Node([node_from_values(child, file, line) for child in value], file, line)
    if value is None or isinstance(value, str | int | float):
        return Node(value, file, line)
    raise TypeError(f"a config cannot hold a {type(value).__name__}")


def _text_key(key: object) -> str:
    """Return a key that is text; TypeError for another."""
    if not isinstance(key, str):
        raise TypeError(f"a config's keys are text, not {type(key).__name__}")
    return key
