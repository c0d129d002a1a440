"""Where a problem is told: in the file that the user can mend, at the column of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from akuttsim.errors import Problem
from akuttsim.scenario import shipped
from akuttsim.scenario.tables import AGE_COLUMNS
from akuttsim.scenario.yaml_tree import Node, child

_ROW = re.compile(r"^(?:roads|ferries|projections)\.\d+\.(?=.)")
_AGE = re.compile(r"\bpeople\.(\d)$")


@dataclass(frozen=True)
class Written:
    """A config as it was put together: its tree, and each file by itself, the base first."""

    tree: Node
    files: tuple[str, ...]
    own: tuple[Node, ...] = ()

    def blamed(self, problem: Problem) -> Problem:
        """Return a problem of the tree told where the user can mend it.

        What is wrong with a whole section, or lacks in it, is told in the last file that wrote in
        it; what only a shipped file wrote, in the user's own that builds on it.
        """
        if problem.file.endswith(".csv"):
            return replace(problem, key=in_columns(problem.key))
        if problem.file not in self.files[:-1] or len(self.own) != len(self.files):
            return problem
        parts = problem.key.split(".")
        if is_section(self.tree, parts):
            above = zip(self.files, self.own, strict=True)
            later = list(above)[self.files.index(problem.file) + 1 :]
            for file, node in reversed(later):
                depth, line = touched(node, parts)
                if depth == len(parts):
                    return replace(problem, file=file, line=line)
        return self._at_the_top(problem, parts)

    def _at_the_top(self, problem: Problem, parts: Sequence[str]) -> Problem:
        top = self.files[-1]
        if not shipped.is_shipped(problem.file) or shipped.is_shipped(top):
            return replace(problem, what=f"{problem.what} ({top} builds on this file)")
        what = f"{problem.what} (written in {problem.file}:{problem.line}, which this builds on)"
        return replace(problem, file=top, line=touched(self.own[-1], parts)[1], what=what)


def in_columns(key: str) -> str:
    """Return the key of a table's cell by its column: `km`, `places.centre.age_0_5`."""
    return _AGE.sub(lambda found: AGE_COLUMNS[int(found[1])], _ROW.sub("", key))


def is_section(tree: Node, parts: Sequence[str]) -> bool:
    """Tell whether a key stands for a mapping, or for nothing that is there."""
    node: Node | None = tree
    for part in parts:
        node = node and child(node, part)
    return node is None or isinstance(node.value, dict)


def touched(own: Node, parts: Sequence[str]) -> tuple[int, int]:
    """Return how much of a path a file writes itself, and the line of that; 0 and 1 for none.

    Its changes count as its keys do.
    """
    ways = (_walked(tree, parts) for tree in (own, *_set_by_changes(own)))
    return max(ways, key=lambda way: way[0])


def _walked(tree: Node, parts: Sequence[str]) -> tuple[int, int]:
    node, depth, line = tree, 0, 1
    for part in parts:
        inner = child(node, part)
        if inner is None:
            break
        node, depth, line = inner, depth + 1, inner.line
    return depth, line


def _set_by_changes(own: Node) -> Iterator[Node]:
    changes = child(own, "changes")
    if changes is None or not isinstance(changes.value, dict):
        return
    for change in changes.value.values():
        over = child(change, "set")
        if over is not None:
            yield over
