"""The first sheet of a workbook: the decision, its matrix in numbers, and two charts of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from akuttsim.report.context import Estimate, Words
from akuttsim.report.decision import (
    Decision,
    JudgedColumn,
    MatrixCell,
    decision,
    levels_compared,
    ranked_places,
)
from akuttsim.report.decision_answer import size_in_margins
from akuttsim.report.decision_paper import INK, MUTED, SIGNS, TEXT_COLOURS, TINTS, decision_paper
from akuttsim.report.exporters.sheets import LONGEST_TITLE, sheet_unit_name
from akuttsim.report.first_screen import (
    MARKS as VERDICT_KINDS,
)
from akuttsim.report.first_screen import (
    target_flag,
    verdict_word,
)
from akuttsim.statistics.verdicts import Verdict
from akuttsim.texts import KRONER, scale_value, unit_format

MOST_IN_CHART = 6
"""Models whose bars can be told apart."""

_LONGEST_BAR = 10
"""Margins at which the axis ends; a bar that goes further is cut there and stands in the table."""

_COLOURS = ("#4a4f54", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00")


@dataclass(frozen=True)
class VerdictCell:
    """A model's level as a number (money in millions), and what is judged of it in words."""

    level: float
    unit: str
    kind: str
    words: str


@dataclass(frozen=True)
class NumberTable:
    """Numbers that a chart is drawn from.

    Attributes:
        title: What the chart shows.
        heads: The head of the names, then one for each series.
        rows: A name, and a number for each series; NaN for none.
        axis: What the numbers are.
    """

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[float, ...]], ...]
    axis: str


@dataclass(frozen=True)
class DecisionGrid:
    """What the first sheet of a workbook holds.

    Attributes:
        title: Its name.
        lines: Question, choice, answer and how sure, each with its heading.
        heads: The heads of the matrix: what is judged, its unit, target, then two a model.
        rows: What is judged, its unit and target, then a cell for each model, the base first.
        margins: Differences in units of the margin, by model; better is above nought.
        places: Each municipality before and after, in what hits any of them hardest.
    """

    title: str
    lines: tuple[tuple[str, str], ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[tuple[str, str, str], tuple[VerdictCell, ...]], ...]
    margins: NumberTable
    places: NumberTable | None


def decision_grid(words: Words) -> DecisionGrid:
    """Return the decision of some results as it stands on the first sheet of a workbook."""
    told, text = decision(words), words.text
    paper = decision_paper(words, told)
    lines = [("question", told.question), ("choice", told.choice), ("answer", told.answer)]
    lines += [("warning", warning) for warning in paper.warnings]
    lines += [("missed", missed) for missed in paper.missed]
    lines += [("sure", told.how_sure)]
    titles = [row.title for row in told.rows]
    judged = [text(f"workbook.{head}") for head in ("judged", "unit", "goal")]
    models = [head for title in titles for head in (title, text("workbook.verdict"))]
    return DecisionGrid(
        text("workbook.title")[:LONGEST_TITLE],
        tuple((text(f"workbook.line.{key}"), line) for key, line in lines),
        (*judged, *models),
        tuple(_grid_row(words, told, at) for at in range(len(told.columns))),
        _margins(words, told),
        _places(words),
    )


def _grid_row(
    words: Words, told: Decision, at: int
) -> tuple[tuple[str, str, str], tuple[VerdictCell, ...]]:
    column = told.columns[at]
    cells = [_verdict_cell(words, column, row.organisation, row.cells[at]) for row in told.rows]
    unit = next((cell.unit for cell in cells if cell.unit), "")
    unit_in_words = column.unit or sheet_unit_name(words, unit)
    return (column.heading, unit_in_words, column.goal), tuple(cells)


def _verdict_cell(words: Words, column: JudgedColumn, model: str, cell: MatrixCell) -> VerdictCell:
    level = words.chosen.level(model, column.indicator, column.group_by, column.group)
    unit = level.unit if level else ""
    _, after = levels_compared(cell.estimate, None, level)
    after = scale_value(after, unit) if unit == KRONER else after
    kind = VERDICT_KINDS.get(cell.verdict, "") if cell.verdict else ""
    if kind:
        told = verdict_word(words, cell)
        change = f"{cell.change} ({cell.interval})" if cell.interval else cell.change
        return VerdictCell(after, unit, kind, f"{SIGNS[kind]} {told}: {change}")
    return VerdictCell(after, unit, "", _target_in_words(words, cell))


def _target_in_words(words: Words, cell: MatrixCell) -> str:
    flag = target_flag(cell)
    return words.text(f"paper.flag.{flag}") if flag else ""


def _margins(words: Words, told: Decision) -> NumberTable:
    """Return every difference in units of what just matters; better is above nought."""
    good = words.chosen.manifest.directions
    models = [row for row in told.rows if not row.is_base][:MOST_IN_CHART]
    rows = []
    for at, column in enumerate(told.columns):
        sign = {"higher": 1.0, "lower": -1.0}.get(good.get(column.indicator, ""), math.nan)
        sizes = (_size(model.cells[at].estimate) * sign for model in models)
        rows.append((column.heading, tuple(sizes)))
    kept = [row for row in rows if not all(math.isnan(size) for size in row[1])]
    text = words.text
    heads = (text("workbook.judged"), *(model.title for model in models))
    return NumberTable(text("workbook.margins"), heads, tuple(kept), text("workbook.axis"))


def _size(change: Estimate | None) -> float:
    return math.nan if change is None or not change.is_known else size_in_margins(change)


def _places(words: Words) -> NumberTable | None:
    """Return each municipality before and after, in the thing and model that hit one hardest."""
    hit = [
        (place.weight, model, indicator)
        for (model, indicator, change), place in ranked_places(words).items()
        if change == Verdict.WORSE
    ]
    if not hit:
        return None
    _, model, indicator = max(hit)
    base, text = words.chosen.base, words.text
    titles = [words.labels.organisation(name) for name in (base, model)]
    rows = [
        (words.labels.place(place), _before_after(words, model, indicator, place))
        for place in words.chosen.municipalities()
    ]
    label = words.labels.indicator(indicator)
    return NumberTable(
        text("workbook.places", label=label, model=titles[1]),
        (text("workbook.municipality"), *titles),
        tuple(row for row in rows if not any(math.isnan(number) for number in row[1])),
        sheet_unit_name(words, words.chosen.unit(indicator)),
    )


def _before_after(words: Words, model: str, indicator: str, place: str) -> tuple[float, float]:
    """Return a municipality's levels: of the same people where the table has it."""
    key = (indicator, "municipality", place)
    change = words.chosen.change(model, *key)
    base, level = words.chosen.level(words.chosen.base, *key), words.chosen.level(model, *key)
    before, after = levels_compared(change, base, level)
    scale = 100.0 if level is not None and level.unit == "share" else 1.0
    return before * scale, after * scale


# --- writing --------------------------------------------------------------------------------------

_FACES: dict[str, dict[str, Any]] = {
    "label": {"font_color": MUTED, "valign": "top"},
    "question": {"bold": True, "font_size": 16, "font_color": INK, "text_wrap": True},
    "choice": {"bold": True, "font_size": 13, "font_color": INK, "text_wrap": True},
    "line": {"font_size": 11, "text_wrap": True, "valign": "top"},
    "heading": {"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom"},
    "name": {"bold": True, "text_wrap": True, "valign": "top"},
    "plain": {"text_wrap": True, "valign": "top", "font_color": MUTED},
    **{
        kind: {
            "bg_color": TINTS[kind],
            "font_color": TEXT_COLOURS[kind],
            "bold": True,
            "text_wrap": True,
            "valign": "top",
        }
        for kind in TINTS
    },
}
_LETTERS_A_LINE = 110


class DecisionSheetWriter:
    """Writes the first sheet of a workbook, whose formats are made once each."""

    def __init__(self, workbook: Any, grid: DecisionGrid) -> None:
        """Add the sheet; it is the one that is open when the workbook is."""
        self.workbook, self.grid = workbook, grid
        self.sheet = workbook.add_worksheet(grid.title)
        self.face = cache(lambda name: workbook.add_format(_FACES[name]))
        self.numbered = cache(
            lambda code: workbook.add_format({"num_format": code, "valign": "top"})
        )

    def write(self) -> None:
        """Write the lines, the matrix, the numbers of the charts, and the charts beside them."""
        grid, sheet = self.grid, self.sheet
        sheet.set_column(0, 0, 36)
        sheet.set_column(1, 2, 18)
        sheet.set_column(3, max(len(grid.heads), 8), 22)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&R&P / &N")
        row = self._matrix(self._lines() + 1)
        row = self._chart(grid.margins, row + 2, is_bounded=True)
        if grid.places is not None and grid.places.rows:
            self._chart(grid.places, row + 2, is_bounded=False)

    def _lines(self) -> int:
        faces = ["question", "choice"]
        for row, (label, line) in enumerate(self.grid.lines):
            face = faces[row] if row < len(faces) else "line"
            self.sheet.write_string(row, 0, label, self.face("label"))
            self.sheet.merge_range(row, 1, row, 8, "", self.face(face))
            self.sheet.write_string(row, 1, line[:_MOST_LETTERS], self.face(face))
            high = 22 if row < len(faces) else 15
            lines = -(-len(line[:_MOST_LETTERS]) // _LETTERS_A_LINE)
            self.sheet.set_row(row, high * max(lines, 1))
        return len(self.grid.lines)

    def _matrix(self, top: int) -> int:
        """Write levels and verdicts; return the row below."""
        for at, head in enumerate(self.grid.heads):
            self.sheet.write_string(top, at, head[:_MOST_LETTERS], self.face("heading"))
        for row, (judged, cells) in enumerate(self.grid.rows, top + 1):
            for at, words in enumerate(judged):
                self.sheet.write_string(row, at, words, self.face("plain" if at else "name"))
            for number, cell in enumerate(cells):
                self._verdict(row, 3 + 2 * number, cell)
            self.sheet.set_row(row, 32)
        return top + 1 + len(self.grid.rows)

    def _verdict(self, row: int, at: int, cell: VerdictCell) -> None:
        if not math.isnan(cell.level):
            is_money = cell.unit == KRONER
            face = self.numbered("#,##0.0" if is_money else unit_format(cell.unit).spreadsheet)
            self.sheet.write_number(row, at, cell.level, face)
        face = self.face(cell.kind if cell.kind in TINTS else "plain")
        self.sheet.write_string(row, at + 1, cell.words, face)

    def _chart(self, table: NumberTable, top: int, is_bounded: bool) -> int:
        """Write the numbers of a chart, and the chart below them; return the row below both."""
        self.sheet.write_string(top, 0, table.title[:_MOST_LETTERS], self.face("name"))
        for at, head in enumerate(table.heads):
            self.sheet.write_string(top + 1, at, head[:_MOST_LETTERS], self.face("heading"))
        for row, (name, numbers) in enumerate(table.rows, top + 2):
            self.sheet.write_string(row, 0, name, self.face("plain"))
            for at, number in enumerate(numbers, 1):
                if not math.isnan(number):
                    self.sheet.write_number(row, at, number, self.numbered("#,##0.0"))
        below = top + 2 + len(table.rows)
        if not table.rows:
            return below
        chart = self._bars(table, (top + 2, below - 1), is_bounded)
        chart.set_title({"name": [self.grid.title, top, 0], "name_font": {"size": 12}})
        high = 120 + 34 * len(table.rows) if is_bounded else 360
        what = {"description": table.title, "object_position": 2}
        self.sheet.insert_chart(below + 1, 0, chart, what)
        chart.set_size({"width": 980, "height": high})
        return below + 2 + -(-high // 20)

    def _bars(self, table: NumberTable, rows: Sequence[int], is_bounded: bool) -> Any:
        chart = self.workbook.add_chart({"type": "bar" if is_bounded else "column"})
        first, last = rows
        for at in range(1, len(table.heads)):
            colour = _COLOURS[(at if is_bounded else at - 1) % len(_COLOURS)]
            chart.add_series(
                {
                    "name": [self.grid.title, first - 1, at],
                    "categories": [self.grid.title, first, 0, last, 0],
                    "values": [self.grid.title, first, at, last, at],
                    "fill": {"color": colour},
                    "gap": 60,
                }
            )
        ends = {"min": -_LONGEST_BAR, "max": _LONGEST_BAR} if is_bounded else {"min": 0}
        chart.set_x_axis({"label_position": "low", "reverse": is_bounded, "num_font": {"size": 9}})
        chart.set_y_axis({"name": table.axis, "num_format": "0", **ends})
        chart.set_legend({"position": "bottom"})
        return chart


_MOST_LETTERS = 2_000
"""Of a line on this sheet: what a reader takes in, and far below what a cell can hold."""
