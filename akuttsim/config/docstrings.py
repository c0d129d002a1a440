"""Docstrings as data: what a class says of itself and of its attributes, also where -OO runs."""

from __future__ import annotations

import ast
import inspect
import sys
from functools import cache


def class_docs(model: type) -> tuple[str, dict[str, str]]:
    """Return what a model's docstring says of it, and of each of its attributes."""
    if model.__module__ not in sys.modules:
        return "", {}
    return _docs_of_module(model.__module__).get(model.__name__, ("", {}))


@cache
def _docs_of_module(module: str) -> dict[str, tuple[str, dict[str, str]]]:
    """Return the docstrings of a module's classes, read from its source: -OO strips the others."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    classes = (node for node in tree.body if isinstance(node, ast.ClassDef))
    return {node.name: _split_docstring(ast.get_docstring(node) or "") for node in classes}


def _split_docstring(text: str) -> tuple[str, dict[str, str]]:
    """Return the text of a docstring before its sections, and its attributes by name."""
    about, _, rest = text.partition("\nAttributes:\n")
    about = about.partition("\nRaises:\n")[0]
    attributes: dict[str, str] = {}
    name = ""
    for line in rest.splitlines():
        if line and not line.startswith(" "):
            break
        if line.startswith("    ") and not line.startswith("     "):
            name, _, line = line.strip().partition(": ")
        if name and line.strip():
            attributes[name] = f"{attributes.get(name, '')} {line.strip()}".strip()
    return " ".join(about.split()), attributes
