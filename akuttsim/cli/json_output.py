"""What commands print for programs: `--json`, one shape for every command that prints figures.

    {"akuttsim": "0.1.0", "shape": 1, "command": "run",
     "figures": [{"figure": "answered_116117_within_120_s", "of": "namdal-today", "value": 0.93,
                  "unit": "share", "low": 0.92, "high": 0.94}],
     "files": {"results": "results/namdal-today"}}

Each figure has `figure`, `value` and `unit` (a share is of 1; null for a text or a pure number) and
says by `of` whose it is. `low` and `high` are a 95 % interval. What else tells figures apart, such
as `group_by` and `group`, `case` or `against`, is there where it is not the same for all. What
people read goes to standard error meanwhile. `shape` is raised when any of this changes.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import pandas as pd

SHAPE = 1
"""Raised whenever what a program reads would be understood otherwise."""

Cell = str | int | float | bool | None


@dataclass(frozen=True)
class Figure:
    """One figure that a command prints.

    Attributes:
        name: What it is: an indicator, or a name of the command's documentation.
        value: The number, or a text such as the name of a place.
        unit: Its unit: share (of 1), s, min, h, km, people, calls a day and so on.
        of: Whose it is: an organisation, region, room or file.
        more: What else is said of it: `low`, `high`, `verdict`, `group_by`, `group` ...
    """

    name: str
    value: Cell
    unit: str = ""
    of: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)

    def as_entry(self) -> dict[str, Cell]:
        """Return it as it stands in the list of figures."""
        about = {"figure": self.name, "of": self.of or None, "value": _plain_cell(self.value)}
        more = {key: _plain_cell(each) for key, each in self.more.items()}
        return {**about, "unit": self.unit or None, **more}


@dataclass(frozen=True)
class Answer:
    """What a command comes to, for `--json`.

    Attributes:
        figures: Returns its figures; called only where they are asked for.
        files: What was written, by what it is.
        afterwards: What is to be done when the answer is printed, such as to end with a code.
    """

    figures: Callable[[], Iterable[Figure]]
    files: Mapping[str, Path] = field(default_factory=dict)
    afterwards: Callable[[], object] | None = None


CommandFunction = Callable[..., "Answer | None"]


def with_json(function: CommandFunction) -> Callable[..., None]:
    """Give a command the option --json, which prints its figures in place of words and tables.

    Args:
        function: The command, which returns its answer; None where it has no figures this time.
    """

    @click.option("--json", "as_json", is_flag=True, help="Print figures with units, for programs.")
    @wraps(function)
    def command(*arguments: Any, as_json: bool, **options: Any) -> None:
        if as_json:
            with redirect_stdout(sys.stderr):
                answer = function(*arguments, **options)
                printed = _as_json(answer or Answer(lambda: ()))
            click.echo(printed)
        else:
            answer = function(*arguments, **options)
        if answer is not None and answer.afterwards is not None:
            answer.afterwards()

    return command


def _as_json(answer: Answer) -> str:
    """Return an answer as a text, the same for the same answer."""
    from importlib.metadata import PackageNotFoundError, version  # it reads much of the library

    try:
        package = version("akuttsim")
    except PackageNotFoundError:  # a checkout that is not installed
        package = ""
    path = click.get_current_context().command_path.partition(" ")[2]
    content = {
        "akuttsim": package,
        "shape": SHAPE,
        "command": path,
        "figures": [figure.as_entry() for figure in answer.figures()],
        "files": {name: path.as_posix() for name, path in answer.files.items()},
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def _plain_cell(value: Any) -> Cell:
    """Return a value as JSON has it: NaN and infinity as null, numbers of numpy as numbers."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def figures_of_results(folder: Path) -> Iterator[Figure]:
    """Yield the figures of a results folder for the whole region: levels, then differences.

    Those of municipalities, hours and other groups stand in its summary.csv and differences.csv.
    """
    from akuttsim.experiments.results import read_results

    results = read_results(folder)
    yield from _rows(results.summary, ("target",))
    yield from _rows(results.differences, ("against", "margin"))


def _rows(table: pd.DataFrame, more: tuple[str, ...]) -> Iterator[Figure]:
    """Yield the rows of a table of indicators that are of the whole region."""
    if table.empty:
        return
    for row in table[table["group_by"] == "all"].to_dict("records"):
        about = {"case": row["case"], "low": row["ci_low"], "high": row["ci_high"]}
        about |= {name: row[name] for name in (*more, "verdict")}
        yield Figure(row["indicator"], row["mean"], row["unit"], row["organisation"], about)
