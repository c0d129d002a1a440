"""How much the tests see: change the code in one place at a time, and ask whether some test fails.

python tools/mutation_check.py [--mutants 40] [--seed 15] [--code REV] [--tests REV]

Each mutant is one change in one function of the chain, of the indicators or of their statistics: a
comparison turned, + for -, a constant one higher, `and` for `or`, a return at once, a statement
left out. First every test file runs once on code that notes which of the functions drawn it enters,
so that a mutant is tried on the files that can see it and on no other, the shortest first; the
first failure ends it. The same seed on the same code gives the same mutants, so that the tests of
two revisions can be compared on them: `--code X --tests X` and `--code X --tests Y`.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import math
import os
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOMS = ("chain", "indicators", "statistics", "crew_choice.py", "analysis")
"""Where the chain and the indicators live; `analysis` held the middle three before version 0.2."""
TESTS = ("tests", "benchmarks", "docs", "pyproject.toml")
TESTS_OF_ROOMS = ("chain", "analysis")
OTHERS_PACKAGES = (
    "pytest", "hypothesis", "simpy", "numpy", "pandas", "pydantic", "yaml", "click", "rich",
    "scipy.stats", "scipy.optimize", "networkx", "pyarrow.parquet", "matplotlib.figure", "jinja2",
)  # fmt: skip
"""Read once, before the processes that run the tests part from this one."""
NOTE = "akuttsim_mutation_note"
REACHED = "AKUTTSIM_MUTANTS_REACHED"
NOTING = f"""
import os
seen = set()
def {NOTE}(number):
    if number not in seen:
        seen.add(number)
        with open(os.environ["{REACHED}"], "a") as file:
            file.write(f"{{number}}\\n")
"""
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
    """A module with one change.

    Attributes:
        module: Its file, from the root.
        line: Where the change is.
        change: What it is.
        source: The module's text with it.
        function: Place of the innermost function around it, in the walk of the tree.
    """

    module: Path
    line: int
    change: str
    source: str
    function: int


@dataclass(frozen=True)
class Ended:
    """How a process that ran tests ended.

    Attributes:
        failed: The first test that failed, "too long", or nothing.
        cpu_s: Processor seconds, those of its own processes among them.
    """

    failed: str
    cpu_s: float


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
    rooms = [root / "akuttsim" / room for room in ROOMS]
    modules = sorted(
        p for room in rooms for p in ([room] if room.is_file() else room.rglob("*.py"))
    )
    trees = {path: ast.parse(path.read_text("utf-8")) for path in modules}
    every = [(path, place) for path, tree in trees.items() for place in sorted({*places(tree)})]
    found = []
    for path, place in random.Random(seed).sample(every, min(count, len(every))):
        line, source = changed(trees[path], place)
        around = function_around(trees[path], place[0])
        found.append(Mutant(path.relative_to(root), line, place[1], source, around))
    return found


def function_around(tree: ast.Module, number: int) -> int:
    """Return the number of the innermost function that holds a node, or is it."""
    nodes = list(ast.walk(tree))
    within = [
        k
        for k, node in enumerate(nodes)
        if isinstance(node, Function) and any(part is nodes[number] for part in ast.walk(node))
    ]
    return max(within)


def noting(root: Path, drawn: list[Mutant]) -> dict[Path, str]:
    """Return the modules' texts that note at each function's start which mutants are in it."""
    texts = {}
    for module in {mutant.module for mutant in drawn}:
        tree = ast.parse((root / module).read_text("utf-8"))
        nodes = list(ast.walk(tree))
        for number, mutant in enumerate(drawn):
            function = nodes[mutant.function]
            if mutant.module == module and isinstance(function, Function):
                at = 1 if ast.get_docstring(function) else 0
                note = f"__import__({NOTE!r}).{NOTE}({number})"
                function.body[at:at] = ast.parse(note).body
        texts[module] = ast.unparse(ast.fix_missing_locations(tree))
    return texts


def parted(root: Path, tests: list[str], limit_s: float) -> Ended:
    """Run tests in a process of their own that has the packages already; stop at the first failure.

    Args:
        root: Where code and tests are.
        tests: Files or tests, in their order.
        limit_s: Most processor seconds of one process; ten times as long by the clock, since a
            change can also make a test wait for ever.
    """
    out = root / "printed.txt"
    child, began = os.fork(), time.monotonic()
    if not child:
        _run_tests(root, tests, math.ceil(limit_s), out)
    while not (ended := os.wait4(child, os.WNOHANG))[0]:
        if time.monotonic() - began > 10 * limit_s:
            os.killpg(child, signal.SIGKILL)
        time.sleep(0.02)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    cpu_s = ended[2].ru_utime + ended[2].ru_stime
    if ended[1] == 0:
        return Ended("", cpu_s)
    if os.WIFSIGNALED(ended[1]):
        return Ended("too long", cpu_s)
    printed = out.read_text("utf-8", "replace")
    told = re.search(r"^(?:FAILED|ERROR) (\S+?)(?: - |$)", printed, re.MULTILINE)
    return Ended(told.group(1) if told else "ended: " + printed.strip()[-200:], cpu_s)


def _run_tests(root: Path, tests: list[str], limit_s: int, out: Path) -> None:
    """Become the process that runs tests, and end."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CPU, (limit_s, limit_s))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with out.open("w") as printed:
        os.dup2(printed.fileno(), 1)
        os.dup2(printed.fileno(), 2)
    os.chdir(root)
    sys.path.insert(0, str(root))
    pytest = importlib.import_module("pytest")
    code = 1
    try:
        code = pytest.main(["-x", "-p", "no:cacheprovider", "-rfE", "--tb=no", *tests])
    finally:
        sys.stdout.flush()
        os._exit(int(code))


def reaching(root: Path, drawn: list[Mutant], limit_s: float) -> list[list[str]]:
    """Return, for each mutant, the test files that enter its function, the shortest first.

    A file runs in a process of its own, so that nothing another one had made hides a call.
    """
    folders = [root / "tests" / name for name in TESTS_OF_ROOMS]
    files = sorted(path for folder in folders for path in folder.rglob("test_*.py"))
    note = root / "reached.txt"
    os.environ[REACHED] = str(note)
    (root / f"{NOTE}.py").write_text(NOTING, "utf-8")
    took: dict[str, float] = {}
    entered: dict[str, set[int]] = {}
    with replaced(root, noting(root, drawn)):
        for path in files:
            note.write_text("")
            name = str(path.relative_to(root))
            took[name] = parted(root, ["--maxfail=1000000", name], limit_s).cpu_s
            entered[name] = {int(line) for line in note.read_text().split()}
    print(f"{sum(took.values()):.0f} processor seconds for all {len(took)} files once", flush=True)
    order = sorted(took, key=lambda name: took[name])
    return [[name for name in order if k in entered[name]] for k in range(len(drawn))]


@contextmanager
def replaced(root: Path, texts: dict[Path, str]) -> Iterator[None]:
    """Let modules have other texts for a while; their times stay, so that bytecode stays valid."""
    old = {root / module: (root / module).read_bytes() for module in texts}
    times = {path: path.stat() for path in old}
    for module, text in texts.items():
        (root / module).write_text(text, "utf-8")
    try:
        yield
    finally:
        for path, content in old.items():
            path.write_bytes(content)
            os.utime(path, ns=(times[path].st_atime_ns, times[path].st_mtime_ns))


def tried(root: Path, mutant: Mutant, tests: list[str], limit_s: float) -> Ended:
    """Return what kills a mutant, if anything does."""
    if not tests:
        return Ended("", 0.0)
    with replaced(root, {mutant.module: mutant.source}):
        ended = parted(root, tests, limit_s)
    if "::" in ended.failed and parted(root, [ended.failed], limit_s).failed:
        sys.exit(f"{ended.failed} fails without any change: nothing can be said")
    return ended


def unpacked(code: str, tests: str, root: Path) -> None:
    """Write the code of one revision with the tests of another, and its bytecode."""
    for revision, paths in ((code, ()), (tests, TESTS)):
        if paths:
            subprocess.run(["rm", "-rf", *paths], cwd=root, check=True)
        packed = subprocess.run(
            ["git", "archive", revision, *paths], check=True, capture_output=True
        )
        subprocess.run(["tar", "x", "-C", str(root)], input=packed.stdout, check=True)
    subprocess.run([sys.executable, "-m", "compileall", "-q", "akuttsim"], cwd=root, check=True)


def wilson(killed: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share."""
    z, share = 1.96, killed / of
    middle = share + z * z / (2 * of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (middle - half) / (1 + z * z / of), (middle + half) / (1 + z * z / of)


def main() -> None:
    """Read the options, try the mutants, and print the share that some test saw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--mutants", type=int, default=40)
    parser.add_argument("--seed", type=int, default=15)
    parser.add_argument("--code", default="HEAD", help="revision whose code is changed")
    parser.add_argument("--tests", default="HEAD", help="revision whose tests are asked")
    parser.add_argument("--limit-s", type=float, default=600.0, help="processor seconds a mutant")
    given = parser.parse_args()
    os.environ.update(PYTHONDONTWRITEBYTECODE="1", OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    sys.dont_write_bytecode = True
    for package in OTHERS_PACKAGES:
        importlib.import_module(package)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        os.environ["PYTHONPATH"] = folder
        unpacked(given.code, given.tests, root)
        drawn, killed = mutants(root, given.mutants, given.seed), 0
        for number, (mutant, tests) in enumerate(
            zip(drawn, reaching(root, drawn, given.limit_s), strict=True), 1
        ):
            ended = tried(root, mutant, tests, given.limit_s)
            killed += bool(ended.failed)
            says = f"{'killed' if ended.failed else 'SURVIVES':8s} {ended.cpu_s:5.0f} s"
            told = f"{mutant.module}:{mutant.line}: {mutant.change}"
            print(f"{number:3d} {says} {told} ({len(tests)} files)  {ended.failed}", flush=True)
    low, high = wilson(killed, len(drawn))
    share = f"{killed / len(drawn):.0%}, 95 % interval {low:.0%} to {high:.0%}"
    print(f"{killed} of {len(drawn)} killed ({share}), code {given.code}, tests {given.tests}")


if __name__ == "__main__":
    main()
