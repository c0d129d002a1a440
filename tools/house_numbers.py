"""Print how the package is cut and named: house_numbers.py [PACKAGE].

The numbers are signs for a reader, not aims: a long function made of one thought is fine. Only the
first three end with exit code 1 when they are above what is held (`HELD`).
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

POINTING_WORDS = frozenset(
    "each seen found told asked given taken kept made said here there beside apart moved drawn"
    " noted alike met left held put".split()
)
"""Participles and pointing words: in a name they say that something was meant, and not what."""

HELD = {
    "public names in more than one module": 10,
    "longest import chain": 18,
    "file names in more than one folder": 12,
}
"""The most that each of these may be; above it the script fails."""


@dataclass(frozen=True)
class SourceFile:
    """One module of the package.

    Attributes:
        path: Where it lies.
        module: Its dotted name.
        text: Its source.
        tree: Its syntax tree.
    """

    path: Path
    module: str
    text: str
    tree: ast.Module

    def top_level(self, kind: type | tuple[type, ...]) -> list[str]:
        """Return the names of the functions or classes that stand at the top level."""
        return [node.name for node in self.tree.body if isinstance(node, kind)]


def read_package(folder: Path) -> list[SourceFile]:
    """Return every module below a folder that is called as the package is."""
    paths = sorted(folder.rglob("*.py"))
    names = [
        ".".join((folder.name, *path.relative_to(folder).with_suffix("").parts)) for path in paths
    ]
    return [
        SourceFile(path, name.removesuffix(".__init__"), text, ast.parse(text))
        for path, name in zip(paths, names, strict=True)
        for text in [path.read_text("utf-8")]
    ]


def imports_of(file: SourceFile, modules: set[str]) -> set[str]:
    """Return the package's modules that one imports, lazily and for types too."""
    return {
        name
        for node in ast.walk(file.tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))
        if name in modules
    }


def longest_chain(imports: dict[str, set[str]]) -> list[str]:
    """Return the modules of the longest chain of imports, the uppermost first."""
    known: dict[str, list[str]] = {}

    def chain_from(module: str, above: tuple[str, ...]) -> list[str]:
        if module in above:
            return []
        if module not in known:
            below = (chain_from(name, (*above, module)) for name in sorted(imports[module]))
            known[module] = [module, *max(below, key=len, default=[])]
        return known[module]

    sys.setrecursionlimit(10_000)
    return max((chain_from(module, ()) for module in imports), key=len)


def names_by_module(files: list[SourceFile], is_private: bool) -> dict[str, set[str]]:
    """Return the modules that define each top-level function or class."""
    places: defaultdict[str, set[str]] = defaultdict(set)
    for file in files:
        for name in file.top_level((ast.FunctionDef, ast.ClassDef)):
            if name.startswith("_") == is_private:
                places[name].add(file.module)
    return places


def helpers_used_once(file: SourceFile) -> int:
    """Return how many private functions of a module it names a single time."""
    uses = Counter(node.id for node in ast.walk(file.tree) if isinstance(node, ast.Name))
    return sum(uses[name] == 1 for name in file.top_level(ast.FunctionDef) if name.startswith("_"))


def docstring_lines(file: SourceFile) -> int:
    """Return the lines of docstrings of a module, its classes and functions."""
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(file.tree) if isinstance(node, holders)]
    first = [node.body[0] for node in nodes if ast.get_docstring(node) is not None]
    return sum((node.end_lineno or node.lineno) - node.lineno + 1 for node in first)


def pointing_words(file: SourceFile) -> int:
    """Return how often a name holds a pointing word."""
    names = (node.id for node in ast.walk(file.tree) if isinstance(node, ast.Name))
    return sum(bool(POINTING_WORDS & set(re.split("_+", name))) for name in names)


def house_numbers(files: list[SourceFile]) -> dict[str, int]:
    """Return the numbers of the package by what they count."""
    modules = {file.module for file in files}
    imports = {file.module: imports_of(file, modules) for file in files}
    importers = Counter(name for names in imports.values() for name in names)
    folders: defaultdict[str, set[Path]] = defaultdict(set)
    for file in files:
        if file.path.name != "__init__.py":
            folders[file.path.name].add(file.path.parent)
    lines = sum(file.text.count("\n") for file in files)
    functions = sum(len(file.top_level(ast.FunctionDef)) for file in files)
    public, private = (names_by_module(files, is_private) for is_private in (False, True))
    return {
        "public names in more than one module": sum(len(at) > 1 for at in public.values()),
        "longest import chain": len(longest_chain(imports)),
        "file names in more than one folder": sum(len(at) > 1 for at in folders.values()),
        "private helper names in more than one module": sum(len(at) > 1 for at in private.values()),
        "helpers used once, % of top-level functions": round(
            100 * sum(map(helpers_used_once, files)) / functions
        ),
        "modules that exactly one other imports": sum(count == 1 for count in importers.values()),
        "docs, % of lines": round(100 * sum(map(docstring_lines, files)) / lines),
        "pointing words in names per 1,000 lines": round(
            1000 * sum(map(pointing_words, files)) / lines
        ),
        "dict[str, Any]": sum(file.text.count("dict[str, Any]") for file in files),
        "files": len(files),
        "lines": lines,
    }


def main() -> int:
    """Print the numbers; return 1 and say why if one is above what is held."""
    files = read_package(Path(sys.argv[1] if len(sys.argv) > 1 else "akuttsim"))
    numbers = house_numbers(files)
    for name, number in numbers.items():
        print(f"{name:48} {number:7,d}" + (f"   at most {HELD[name]}" if name in HELD else ""))
    above = [name for name, most in HELD.items() if numbers[name] > most]
    if "longest import chain" in above:
        modules = {file.module for file in files}
        chain = longest_chain({file.module: imports_of(file, modules) for file in files})
        print("The longest import chain:", " > ".join(chain), file=sys.stderr)
    for name in above:
        print(f"Too many: {name}", file=sys.stderr)
    return 1 if above else 0


if __name__ == "__main__":
    sys.exit(main())
