"""How much the tests see: change the code in one place at a time, and ask whether some test fails.

python tools/mutation_check.py [--mutants 20] [--seed 15] [--code REV] [--tests REV]

Each mutant is one change in one function of the chain or of the indicators: a comparison turned,
+ for -, a constant one higher, `and` for `or`, a return at once, a statement left out. Its tests
are the files that import the changed module and, after those, the others of its room; the first
that fails ends it. The same seed on the same code gives the same mutants, so that the tests of two
revisions can be compared on them: `--tests c807015` and `--tests HEAD`.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOMS = ("akuttsim/chain", "akuttsim/analysis")
TESTS = ("tests", "benchmarks", "docs", "pyproject.toml")
TURNED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
Function = ast.FunctionDef | ast.AsyncFunctionDef
Place = tuple[int, str]
"""A place that can be changed: the number of its node in the walk of the tree, and how."""


@dataclass(frozen=True)
class Mutant:
    """A module with one change."""

    module: Path
    line: int
    change: str
    source: str


def places(tree: ast.Module) -> Iterator[Place]:
    """Yield all that can be changed within functions, but for what they say of types."""
    number = {id(node): k for k, node in enumerate(ast.walk(tree))}
    for function in ast.walk(tree):
        if isinstance(function, Function):
            yield number[id(function)], "returns at once"
            for statement in function.body:
                for node in ast.walk(statement):
                    yield from ((number[id(node)], how) for how in changes(node))


def changes(node: ast.AST) -> Iterator[str]:
    """Yield the ways in which a node can be changed."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in TURNED:
        yield "comparison turned"
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in TURNED:
        yield "operator turned"
    if isinstance(node, ast.BoolOp):
        yield "and for or"
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield "one higher"
    is_call = isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant)
    if is_call or isinstance(node, ast.AugAssign):
        yield "left out"


def changed(tree: ast.Module, place: Place) -> tuple[int, str]:
    """Return the line of a change, and the module's source with it."""
    new = copy.deepcopy(tree)
    node, how = list(ast.walk(new))[place[0]], place[1]
    line: int = node.lineno  # type: ignore[attr-defined]
    if isinstance(node, Function):
        node.body.insert(0, ast.Return(None))
    elif how == "left out":
        _replaced(new, node)
    elif isinstance(node, ast.Compare):
        node.ops[0] = TURNED[type(node.ops[0])]()  # type: ignore[assignment]
    elif isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp):
        node.op = TURNED[type(node.op)]()  # type: ignore[assignment]
    elif isinstance(node, ast.Constant):
        node.value += 1  # type: ignore[operator]
    return line, ast.unparse(ast.fix_missing_locations(new))


def _replaced(tree: ast.Module, node: ast.AST) -> None:
    for parent in ast.walk(tree):
        for body in (getattr(parent, name, None) for name in ("body", "orelse", "finalbody")):
            if isinstance(body, list) and node in body:
                body[body.index(node)] = ast.Pass()


def mutants(root: Path, count: int, seed: int) -> list[Mutant]:
    """Return so many mutants of the rooms, drawn from a seed."""
    modules = sorted(path for room in ROOMS for path in (root / room).rglob("*.py"))
    trees = {path: ast.parse(path.read_text("utf-8")) for path in modules}
    every = [(path, place) for path, tree in trees.items() for place in sorted({*places(tree)})]
    found = []
    for path, place in random.Random(seed).sample(every, min(count, len(every))):
        line, source = changed(trees[path], place)
        found.append(Mutant(path.relative_to(root), line, place[1], source))
    return found


def tests_of(root: Path, module: Path) -> list[str]:
    """Return the test files that import a module, then the others of its room."""
    name = ".".join(module.with_suffix("").parts)
    parent, _, own = name.rpartition(".")
    pattern = re.compile(
        rf"^\s*(from {re.escape(name)} import|import {re.escape(name)}\b"
        rf"|from {re.escape(parent)} import [^\n]*\b{own}\b)",
        re.MULTILINE,
    )
    files = sorted((root / "tests").rglob("test_*.py"))
    mine = [path for path in files if pattern.search(path.read_text("utf-8"))]
    room = [path for path in files if path.parent.name == module.parts[1] and path not in mine]
    return [str(path.relative_to(root)) for path in (*mine, *room)]


def fails(root: Path, tests: list[str], limit_s: float) -> str:
    """Run tests; return the first that fails, "too long", or nothing."""
    command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", "-rfE", *tests]
    try:
        done = subprocess.run(
            command,
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=limit_s,
            check=False,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
    except subprocess.TimeoutExpired:
        return "too long"
    if done.returncode == 0:
        return ""
    told = re.search(r"^(?:FAILED|ERROR) (\S+?)(?: - |$)", done.stdout, re.MULTILINE)
    return told.group(1) if told else "ended: " + done.stdout.strip()[-200:]


def tried(root: Path, mutant: Mutant, limit_s: float) -> str:
    """Return what kills a mutant, and nothing if it survives."""
    path, tests = root / mutant.module, tests_of(root, mutant.module)
    whole = path.read_text("utf-8")
    path.write_text(mutant.source, "utf-8")
    try:
        killed_by = fails(root, tests, limit_s)
    finally:
        path.write_text(whole, "utf-8")
    if "::" in killed_by and fails(root, [killed_by], limit_s):
        sys.exit(f"{killed_by} fails without any change: nothing can be said")
    return killed_by


def unpacked(code: str, tests: str, root: Path) -> None:
    """Write the code of one revision with the tests of another."""
    for revision, paths in ((code, ()), (tests, TESTS)):
        if paths:
            subprocess.run(["rm", "-rf", *paths], cwd=root, check=True)
        packed = subprocess.run(
            ["git", "archive", revision, *paths], check=True, capture_output=True
        )
        subprocess.run(["tar", "x", "-C", str(root)], input=packed.stdout, check=True)


def main() -> None:
    """Read the options, try the mutants, and print the share that some test saw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--mutants", type=int, default=20)
    parser.add_argument("--seed", type=int, default=15)
    parser.add_argument("--code", default="HEAD", help="revision whose code is changed")
    parser.add_argument("--tests", default="HEAD", help="revision whose tests are asked")
    parser.add_argument("--limit-s", type=float, default=900.0, help="a mutant's longest test")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        unpacked(given.code, given.tests, root)
        drawn, killed = mutants(root, given.mutants, given.seed), 0
        for number, mutant in enumerate(drawn, 1):
            by = tried(root, mutant, given.limit_s)
            killed += bool(by)
            told = f"{mutant.module}:{mutant.line}: {mutant.change}"
            print(f"{number:3d} {'killed' if by else 'SURVIVES':8s} {told}  {by}", flush=True)
    print(f"{killed} of {len(drawn)} killed ({killed / len(drawn):.0%}), tests of {given.tests}")


if __name__ == "__main__":
    main()
