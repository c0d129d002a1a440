"""How much the tests see: change the code in one place at a time, and ask whether some test fails.

python tools/mutation_check.py [--mutants 40] [--seed 15] [--code REV] [--tests REV]

Each mutant is one change in one function of the chain, of the indicators or of their statistics: a
comparison turned, + for -, a constant one higher, `and` for `or`, a return at once, a statement
left out. First all tests run once on code that notes which of the functions drawn each test enters,
so that a mutant is tried on the tests that can see it and on no other: files that do it shortest
first, up to a budget of processor time; the first failure ends it. What one test makes and keeps
for the others of its file (`@cache`, a fixture of the module) is entered by the first alone: so
what survives these tests is tried on all others of their files too. The same seed on the same code
gives the same mutants, so that the tests of two revisions can be compared on them: `--code X
--tests X` and `--code X --tests Y`.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import json
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
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
def note(number):
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
                note = f"__import__({NOTE!r}).note({number})"
                function.body[at:at] = ast.parse(note).body
        texts[module] = ast.unparse(ast.fix_missing_locations(tree))
    return texts


def parted(root: Path, args: list[str], limit_s: float, plugin: object = None) -> Ended:
    """Run pytest in a process of its own that has the packages already.

    Args:
        root: Where code and tests are.
        args: What pytest is told: files or tests, and options.
        limit_s: Most processor seconds of one process; ten times as long by the clock, since a
            change can also make a test wait for ever.
        plugin: Hooks of pytest.
    """
    out = root / "printed.txt"
    child, began = os.fork(), time.monotonic()
    if not child:
        _run_tests(root, args, math.ceil(limit_s), plugin)
    while not (ended := os.wait4(child, os.WNOHANG))[0]:
        if time.monotonic() - began > 60 + 10 * limit_s:
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
    told = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", printed, re.MULTILINE)
    return Ended(told.group(1) if told else "ended: " + printed.strip()[-200:], cpu_s)


def _run_tests(root: Path, args: list[str], limit_s: int, plugin: object) -> None:
    """Become the process that runs tests, and end."""
    code = 1
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (limit_s, limit_s))
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with (root / "printed.txt").open("w") as printed:
            os.dup2(printed.fileno(), 1)
            os.dup2(printed.fileno(), 2)
        os.chdir(root)
        sys.path.insert(0, str(root))
        pytest = importlib.import_module("pytest")
        told = ["-p", "no:cacheprovider", "-o", "timeout=0", "-rfE", "--tb=no", *args]
        code = pytest.main(told, plugins=[plugin] if plugin else [])
    finally:
        sys.stdout.flush()
        os._exit(int(code))


class Noting:
    """Writes, as pytest runs, which mutants' functions each test enters, and how long it takes.

    What is entered while a file is read, or as its first test is made ready, all its tests share.
    """

    def __init__(self, notes: Path, out: Path) -> None:
        """Take the file in which the code notes, and the one to write."""
        self.notes, self.out, self.is_first = notes, out, True
        self.shared = self.entered()

    def entered(self) -> set[int]:
        """Return what was entered since this was asked last."""
        numbers = {int(line) for line in self.notes.read_text().split()}
        self.notes.write_text("")
        importlib.import_module(NOTE).seen.clear()
        return numbers

    def pytest_runtest_logstart(self) -> None:
        """Begin a test."""
        self.shared |= self.entered() if self.is_first else set()
        self.began_s = time.process_time()

    def pytest_runtest_call(self) -> None:
        """End the making ready of a test."""
        if self.is_first:
            self.shared |= self.entered()
        self.is_first = False

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """End a test."""
        mine = sorted(self.entered() | self.shared)
        with self.out.open("a") as file:
            print(json.dumps([nodeid, time.process_time() - self.began_s, mine]), file=file)


class Picked:
    """Leaves of all tests that are found some, in their order."""

    def __init__(self, names: list[str]) -> None:
        """Take the names of the tests."""
        self.names = set(names)

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Leave those."""
        items[:] = [item for item in items if item.nodeid in self.names]


Reach = dict[str, tuple[float, list[int]]]
"""Of each test the processor seconds that it takes, and the mutants whose functions it enters."""


def reach_of_tests(root: Path, drawn: list[Mutant], longest_s: float) -> Reach:
    """Return what each test enters, of each file so many processor seconds long.

    A file runs in a process of its own, so that nothing another one had made hides a call.
    """
    out = root / "reach.txt"
    os.environ[REACHED] = str(root / "notes.txt")
    (root / f"{NOTE}.py").write_text(NOTING, "utf-8")
    out.write_text("")
    with replaced(root, noting(root, drawn)):
        child = os.fork()
        if not child:
            _note_all_files(root, longest_s, out)
        _, _, used = os.wait4(child, 0)
    found: Reach = {}
    for line in out.read_text().splitlines():
        name, seconds, numbers = json.loads(line)
        found[name] = (seconds, numbers)
    print(
        f"{len(found)} tests in {used.ru_utime + used.ru_stime:.0f} processor seconds", flush=True
    )
    return found


def _note_all_files(root: Path, longest_s: float, out: Path) -> None:
    """Become a process that has read the package, run each file in one that parts from it, end."""
    try:
        sys.path.insert(0, str(root))
        notes = root / "notes.txt"
        for module in sorted((root / "akuttsim").rglob("[!_]*.py")):
            with suppress(Exception):
                importlib.import_module(".".join(module.relative_to(root).with_suffix("").parts))
        read = notes.read_text() if notes.exists() else ""
        folders = [root / "tests" / name for name in TESTS_OF_ROOMS]
        for path in sorted(each for folder in folders for each in folder.rglob("test_*.py")):
            notes.write_text(read)
            parted(root, [str(path.relative_to(root))], longest_s, Noting(notes, out))
    finally:
        os._exit(0)


def tests_for(number: int, reach: Reach, budget_s: float) -> tuple[list[str], list[str]]:
    """Return the tests that can see a mutant, as many as a budget allows.

    Returns:
        Those that enter its function, and the others of a file of which one does, since they may
        look at what that one made.
    """
    entering = [name for name, (_, numbers) in reach.items() if number in numbers]
    files = {_file_of(name) for name in entering}
    others = [name for name in reach if _file_of(name) in files and name not in entering]
    return within_budget(entering, reach, budget_s), within_budget(others, reach, budget_s)


def within_budget(names: list[str], reach: Reach, budget_s: float) -> list[str]:
    """Return tests file by file, the shortest first: as many as a budget allows, at least one's."""
    by_file: dict[str, list[str]] = defaultdict(list)
    for name in names:
        by_file[_file_of(name)].append(name)
    took = {file: sum(reach[name][0] for name in of) for file, of in by_file.items()}
    chosen: list[str] = []
    for file in sorted(by_file, key=lambda each: took[each]):
        budget_s -= took[file]
        if budget_s < 0 and chosen:
            break
        chosen += by_file[file]
    return chosen


def _file_of(name: str) -> str:
    return name.partition("::")[0]


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
    files = list(dict.fromkeys(map(_file_of, tests)))
    with replaced(root, {mutant.module: mutant.source}):
        ended = parted(root, ["-x", *files], limit_s, Picked(tests))
    if ended.failed in tests and parted(root, [ended.failed], limit_s).failed:
        print(f"    {ended.failed} fails without any change too: it is left out", flush=True)
        return tried(root, mutant, [name for name in tests if name != ended.failed], limit_s)
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
    parser.add_argument("--budget-s", type=float, default=60.0, help="of tests for each mutant")
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
        reach = reach_of_tests(root, drawn, given.budget_s / 2)
        for number, mutant in enumerate(drawn):
            entering, others = tests_for(number, reach, given.budget_s)
            ended, by_others = tried(root, mutant, entering, 60 + 3 * given.budget_s), ""
            if not ended.failed:
                ended, by_others = tried(root, mutant, others, 60 + 3 * given.budget_s), "+"
            killed += bool(ended.failed)
            says = f"{'killed' if ended.failed else 'SURVIVES':8s} {ended.cpu_s:5.0f} s"
            told = f"{mutant.module}:{mutant.line}: {mutant.change}"
            tests = f"{len(entering)}{by_others}{len(others) if by_others else ''} tests"
            print(f"{number + 1:3d} {says} {told} ({tests})  {ended.failed}", flush=True)
    low, high = wilson(killed, len(drawn))
    share = f"{killed / len(drawn):.0%}, 95 % interval {low:.0%} to {high:.0%}"
    print(f"{killed} of {len(drawn)} killed ({share}), code {given.code}, tests {given.tests}")


if __name__ == "__main__":
    main()
