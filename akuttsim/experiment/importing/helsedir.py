"""Published answer and response times, such as Helsedirektoratet's CSV files, as targets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from akuttsim.analysis.indicators import directions
from akuttsim.errors import InputError, Problem, did_you_mean
from akuttsim.experiment.importing.table import Rows, number, read_rows
from akuttsim.scenario.figure_mapping import FigureMapping, MappedFigure
from akuttsim.scenario.load import Loaded, load_figure_mapping

HEAD = """\
# Written by akuttsim import helsedir from {file}. A calibration builds on it by `extends:`.
"""


def targets_yaml(path: Path, mapping: str) -> tuple[str, dict[str, Any]]:
    """Return the targets of a published table as YAML, and as they are.

    Raises InputError with every figure that is not found, found twice, or no number.
    """
    loaded = load_figure_mapping(mapping)
    problems = _unknown_indicators(loaded)
    if problems:
        raise InputError(problems)
    told = loaded.value
    wanted = {name.casefold() for name in told.columns()}
    rows = read_rows(
        path,
        lambda cells: len(wanted & {cell.casefold() for cell in cells}) > len(wanted) / 2,
        told.encoding,
    )
    found: dict[str, Any] = {}
    for name, figure in told.figures.items():
        try:
            found[name] = _target(rows, told, figure)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    text = yaml.safe_dump({"targets": found}, sort_keys=False, allow_unicode=True, width=110)
    return HEAD.format(file=path.name) + text, found


def _unknown_indicators(loaded: Loaded[FigureMapping]) -> list[Problem]:
    known = directions()
    return [
        loaded.problem(f"figures.{name}.indicator", f"no such indicator{did_you_mean(it, known)}")
        for name, each in loaded.value.figures.items()
        if (it := each.indicator) not in known
    ]


def _target(rows: Rows, mapping: FigureMapping, figure: MappedFigure) -> dict[str, Any]:
    line, cells = _row(rows, figure)
    value = _number(rows, line, cells, figure.column) * figure.times
    where = ", ".join(figure.where.values())
    target: dict[str, Any] = {
        "indicator": figure.indicator,
        "group_by": figure.group_by,
        "group": figure.group,
        "value": _plain(value),
        **_width(rows, (line, cells), figure, value),
        "source": f"{mapping.source}: {where}; {figure.column} (line {line})",
        "grade": "A",
    }
    if figure.title is not None:
        target = {"title": figure.title.model_dump(), **target}
    return {**target, "held_back": True} if figure.held_back else target


def _width(
    rows: Rows, row: tuple[int, tuple[str, ...]], figure: MappedFigure, value: float
) -> dict[str, float]:
    """Return a tolerance as told, or the standard error of a share of so many cases."""
    if figure.counted is None:
        assert figure.tolerance is not None
        return {"tolerance": figure.tolerance}
    line, cells = row
    cases = _number(rows, line, cells, figure.counted)
    if not 0 < value < 1 or cases <= 0:
        what = "has no standard error here: it needs a share between 0 and 1 of some cases"
        raise InputError([rows.problem(line, figure.counted, f"{what}; write tolerance")])
    return {"standard_error": _plain((value * (1 - value) / cases) ** 0.5)}


def _row(rows: Rows, figure: MappedFigure) -> tuple[int, tuple[str, ...]]:
    """Return the one row that has the words."""
    words = [(rows.place(column), word) for column, word in figure.where.items()]
    found = [row for row in rows.rows if all(row[1][place] == word for place, word in words)]
    if len(found) == 1:
        return found[0]
    told = ", ".join(f"{column} = {word}" for column, word in figure.where.items())
    what = f"{len(found)} rows have {told}; exactly one must"
    raise InputError([rows.problem(found[1][0] if found else 0, "", what)])


def _number(rows: Rows, line: int, cells: tuple[str, ...], column: str) -> float:
    cell = cells[rows.place(column)]
    found = number(cell)
    if found is None:
        raise InputError([rows.problem(line, column, f"{cell[:40]!r} is no number")])
    return found


def _plain(value: float) -> float:
    return float(f"{value:.6g}")
