"""The region and organisation that a new one builds on: what of them has to go."""

from __future__ import annotations

import json
from collections.abc import Iterable

from akuttsim.scenario.load import Loaded
from akuttsim.scenario.region import Region
from akuttsim.scenario.yaml_tree import Node, plain

BASE_ORGANISATION = "namdal-today"
"""Whose mobilisation, call-outs, home visits and prices a new organisation begins with."""

OF_ITS_OWN = ("incidents", "surges", "visitors")
"""Parts of demand that name places of the region that they were written for."""


def child(tree: Node, *path: str) -> Node | None:
    """Return the node at a path of keys; None where there is none."""
    node: Node | None = tree
    for key in path:
        node = node.value.get(key) if node and isinstance(node.value, dict) else None
    return node


def keys(tree: Node, *path: str) -> list[str]:
    """Return the keys of the mapping at a path; none where there is none."""
    node = child(tree, *path)
    return list(node.value) if node and isinstance(node.value, dict) else []


def inline(value: object) -> str:
    """Return a value as YAML on one line; JSON is YAML."""
    return json.dumps(value, ensure_ascii=False)


def removed(names: Iterable[str]) -> dict[str, None]:
    """Return the mapping that takes keys of a base away."""
    return dict.fromkeys(names)


def gone(base: Loaded[Region]) -> dict[str, object]:
    """Return what of a base region must go in another: neighbours, events, the local drive."""
    tree = base.tree
    result: dict[str, object] = {
        name: None
        for name in ("outside", "year", "straight_line", "local_drive")
        if child(tree, name) and plain(child(tree, name)) is not None  # type: ignore[arg-type]
    }
    events = [name for name in OF_ITS_OWN if keys(tree, "demand", name)]
    if events:
        result["demand"] = removed(events)
    driving = [name for name in ("conditions",) if keys(tree, "driving", name)]
    if driving:
        result["driving"] = removed(driving)
    return result
