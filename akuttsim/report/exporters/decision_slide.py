"""The decision as one picture in the shape of a slide: 1920 x 1080, no text below 20 pixels."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Circle, Rectangle
from matplotlib.textpath import TextToPath

from akuttsim.experiments.files import write_whole
from akuttsim.experiments.results import Results
from akuttsim.report.context import Words
from akuttsim.report.decision_paper import (
    INK,
    MARK_COLOURS,
    MUTED,
    RULE,
    SIGNS,
    TEXT_COLOURS,
    TINTS,
    DecisionPaper,
    PaperCell,
    PaperNoticing,
    PaperRow,
    paper_of_results,
)
from akuttsim.report.figures.people_marks import draw_people_marks
from akuttsim.report.figures.style import STYLE, any_letters
from akuttsim.texts import Lang

WIDTH, HEIGHT = 1920, 1080
LEAST = 20
"""Pixels of the smallest text: what is read from the last row."""

_EDGE, _GAP = 60, 40
_LEFT_WIDTH, _RIGHT = 1200, 1310
"""Width of the matrix, and where what stands beside it begins."""

_RIGHT_WIDTH = WIDTH - _EDGE - _RIGHT
_FOOT_TOP = HEIGHT - 44
_LEADING = 1.28
_ASCENT = 0.93
"""From the top of a line to where its letters stand, of the size of its type."""


def write_decision_slide(results: Results, lang: Lang, out: Path) -> None:
    """Write the decision of some results as a PNG; the same results give the same bytes.

    Raises OSError where `out` cannot be written.
    """
    write_whole(out, slide_content(*paper_of_results(results, lang)))


def slide_content(words: Words, paper: DecisionPaper) -> bytes:
    """Return the slide as PNG, with the question as its title for who cannot see it."""
    sink = io.BytesIO()
    with mpl.rc_context(STYLE), any_letters():
        figure = mpl.figure.Figure(figsize=(WIDTH / 72, HEIGHT / 72), dpi=72)
        _Slide(words, paper, figure).draw()
        metadata = {"Software": None, "Title": paper.question, "Description": paper.choice}
        options: Any = {"metadata": metadata}
        figure.savefig(sink, format="png", dpi=72, facecolor="white", **options)
    return sink.getvalue()


_SURE_LINES = 7
"""Lines that say how sure the answer is, at most."""


class _Slide:
    """Draws one decision in pixels, from the upper left.

    Attributes:
        words: Texts in the language.
        paper: What is told.
        figure: The picture.
        axes: The whole of it, a unit a pixel.
    """

    def __init__(self, words: Words, paper: DecisionPaper, figure: mpl.figure.Figure) -> None:
        self.words, self.paper, self.figure = words, paper, figure
        self.axes = figure.add_axes((0, 0, 1, 1))
        self.axes.set_xlim(0, WIDTH)
        self.axes.set_ylim(HEIGHT, 0)
        self.axes.axis("off")

    def draw(self) -> None:
        """Draw everything: the answer above, the matrix left, people, places and doubt right."""
        paper = self.paper
        below = self._answer(36)
        self._matrix(below)
        self._beside(below)
        self._text(paper.foot, (_EDGE, _FOOT_TOP + 8), WIDTH - 2 * _EDGE, LEAST, MUTED, most=1)

    def _text(
        self,
        text: str,
        at: tuple[float, float],
        width: float,
        size: float,
        colour: str = INK,
        **how: Any,
    ) -> float:
        """Write a text in lines of a width; return where the next may begin."""
        is_bold, most = how.get("is_bold", False), how.get("most", 3)
        x, y = at
        for line in _first_lines(wrapped(text, width, size, is_bold), most):
            self.axes.text(
                x,
                y + _ASCENT * size,
                line,
                fontsize=size,
                color=colour,
                fontweight="bold" if is_bold else "normal",
                va="baseline",
                parse_math=False,
            )
            y += _LEADING * size
        return y

    def _answer(self, top: float) -> float:
        """Draw question, choice and answer over the full width; return where they end."""
        paper, width = self.paper, WIDTH - 2 * _EDGE
        fits = (size for size in (36, 30) if len(wrapped(paper.question, width, size, True)) <= 2)
        y = self._text(paper.question, (_EDGE, top), width, next(fits, 26), is_bold=True) + 8
        begins = y
        size = next((each for each in (26, 23) if self._answer_fits(width - 24, each)), LEAST)
        y = self._text(paper.choice, (_EDGE + 24, y), width - 24, size + 4, is_bold=True)
        y = self._text(paper.answer, (_EDGE + 24, y + 4), width - 24, size, most=4)
        bar = Rectangle((_EDGE, begins), 6, y - begins, color=INK, linewidth=0)
        self.axes.add_patch(bar)
        for warning in paper.warnings[:1]:
            colour = TEXT_COLOURS["worse"]
            y = self._text(f"! {warning}", (_EDGE, y + 6), width, LEAST, colour, most=2)
        return y + 20

    def _answer_fits(self, width: float, size: float) -> bool:
        """Tell whether the choice stands on two lines and the answer on three."""
        choice = wrapped(self.paper.choice, width, size + 4, is_bold=True)
        return len(choice) <= 2 and len(wrapped(self.paper.answer, width, size, False)) <= 3

    # --- the matrix -------------------------------------------------------------------------------

    def _matrix(self, top: float) -> None:
        models, rows = self.paper.models, self.paper.rows
        first = 390 if len(models) > 2 else 520
        width = (_LEFT_WIDTH - first) / len(models)
        y = top
        for at, model in enumerate(models):
            x = _EDGE + first + at * width
            below = self._text(model.title, (x, top), width - 12, LEAST, is_bold=True, most=3)
            y = max(y, below)
        y += 4
        height = min((_FOOT_TOP - 8 - y) / max(len(rows), 1), 96)
        for row in rows:
            self._matrix_row(row, y, height, (first, width))
            y += height

    def _matrix_row(
        self, row: PaperRow, y: float, height: float, widths: tuple[float, float]
    ) -> None:
        first, width = widths
        self.axes.plot((_EDGE, _EDGE + _LEFT_WIDTH), (y, y), color=RULE, linewidth=1)
        below = self._text(row.heading, (_EDGE, y + 7), first - 12, LEAST, is_bold=True, most=2)
        if below + LEAST < y + height:
            self._text(row.note, (_EDGE, below), first - 12, LEAST, MUTED, most=1)
        for at, cell in enumerate(row.cells):
            self._cell(cell, (_EDGE + first + at * width, y), (width, height))

    def _cell(self, cell: PaperCell, at: tuple[float, float], size: tuple[float, float]) -> None:
        (x, y), (width, height) = at, size
        if cell.matters:
            tint = Rectangle((x - 8, y + 1), width - 4, height - 2, color=TINTS[cell.kind])
            tint.set_linewidth(0)
            self.axes.add_patch(tint)
        told = f"{cell.before} → {cell.after}" if cell.before else cell.after
        colour = INK if cell.matters or not cell.kind else MUTED
        is_wide = len(wrapped(told, width - 14, 22, cell.matters)) > 1
        points = LEAST if is_wide else 22
        self._text(told, (x, y + 7), width, points, colour, is_bold=cell.matters, most=1)
        below = y + 7 + _LEADING * 22
        if not cell.kind:
            flag = f"{SIGNS[cell.flag]} {cell.flag_word}".strip()
            lines = 2 if below + 2 * _LEADING * LEAST <= y + height else 1
            self._text(flag, (x, below), width - 8, LEAST, MUTED, most=lines)
            return
        self._mark(cell.kind, (x + 9, below + 12))
        colour = TEXT_COLOURS.get(cell.kind, MUTED)
        is_bold = cell.matters
        self._text(cell.word, (x + 28, below), width - 28, LEAST, colour, is_bold=is_bold, most=1)

    def _mark(self, kind: str, at: tuple[float, float]) -> None:
        """Draw a disc with a tick, a square with a cross, a dashed ring with a question mark."""
        x, y = at
        colour = MARK_COLOURS.get(kind, MUTED)
        if kind == "better":
            self.axes.add_patch(Circle((x, y), 10, color=colour))
            self.axes.plot((x - 5, x - 1, x + 5), (y, y + 4, y - 4), color="white", linewidth=2.5)
        elif kind == "worse":
            self.axes.add_patch(Rectangle((x - 9, y - 9), 18, 18, color=colour))
            for side in (-5, 5):
                self.axes.plot((x - side, x + side), (y - 5, y + 5), color="white", linewidth=2.5)
        elif kind == "same":
            for down in (-3, 3):
                self.axes.plot((x - 8, x + 8), (y + down, y + down), color=colour, linewidth=2.5)
        else:
            ring = Circle((x, y), 9, fill=False, color=colour, linestyle=(0, (3, 2)), linewidth=1.5)
            self.axes.add_patch(ring)

    # --- beside the matrix ------------------------------------------------------------------------

    def _beside(self, top: float) -> None:
        text, paper = self.words.text, self.paper
        sure = wrapped(paper.how_sure, _RIGHT_WIDTH, LEAST, False)[:_SURE_LINES]
        last = _FOOT_TOP - 8 - (len(sure) + 1.3) * _LEADING * LEAST
        y = top
        if paper.noticing:
            title = text("screen.noticing.title")
            y = self._text(title, (_RIGHT, y), _RIGHT_WIDTH, 22, is_bold=True, most=2) + 4
            for of in paper.noticing:
                y = self._people(of, y)
        self._hardest(y + 6, last)
        below = self._text(text("screen.sure"), (_RIGHT, last), _RIGHT_WIDTH, 22, is_bold=True)
        self._text(paper.how_sure, (_RIGHT, below), _RIGHT_WIDTH, LEAST, most=_SURE_LINES)

    def _people(self, of: PaperNoticing, y: float) -> float:
        y = self._text(of.title, (_RIGHT, y), _RIGHT_WIDTH, LEAST, is_bold=True, most=1)
        frame = (_RIGHT / WIDTH, 1 - (y + 26) / HEIGHT, _RIGHT_WIDTH / WIDTH, 24 / HEIGHT)
        draw_people_marks(self.figure.add_axes(frame), of.marks, across=50, size=7)
        told = ", ".join(
            f"{count} {word}" for name, word, count in of.counts if name != "unchanged"
        )
        return self._text(told, (_RIGHT, y + 28), _RIGHT_WIDTH, LEAST, MUTED, most=2) + 6

    def _hardest(self, y: float, last: float) -> None:
        """Write where it is felt most, as far down as there is room."""
        lines = places_felt(self.paper)
        if not lines or y + 4 * _LEADING * LEAST > last:
            return
        title = self.words.text("screen.places.title")
        y = self._text(title, (_RIGHT, y), _RIGHT_WIDTH, 22, is_bold=True, most=1) + 4
        for kind, line in lines:
            height = len(wrapped(line, _RIGHT_WIDTH - 28, LEAST, False)[:3]) * _LEADING * LEAST
            if y + height < last - 12:
                self._mark(kind, (_RIGHT + 10, y + 12))
                y = self._text(line, (_RIGHT + 28, y), _RIGHT_WIDTH - 28, LEAST, most=3) + 4


def _first_lines(lines: list[str], most: int) -> list[str]:
    """Return no more lines than there is room for; what is left out is shown to be."""
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], lines[most - 1].rstrip(" ,;:") + "…"]


def places_felt(paper: DecisionPaper) -> list[tuple[str, str]]:
    """Return who is hit hardest in each model, then who gains most, with its mark.

    Of each model it is told in the first thing judged that hits (helps) any place there, before
    all in one whose levels are known.
    """
    told = []
    for side, kind in enumerate(("worse", "better")):
        for at, model in enumerate(paper.models[1:]):
            felt = [(each, *each.pairs[at][side]) for each in paper.places]
            with_levels = [one for one in felt if "→" in one[2]] or [one for one in felt if one[2]]
            for line, place, levels in with_levels[:1]:
                levels = f"{levels.partition(' (')[0]} {line.note if '→' in levels else ''}".strip()
                told.append((kind, f"{place}: {line.heading}, {levels} ({model.title})"))
    return told


def wrapped(text: str, width: float, size: float, is_bold: bool) -> list[str]:
    """Return a text as lines that are no wider than so many pixels; a long word is divided."""
    lines, line = [], ""
    for word in _pieces(text.split(" "), width, size, is_bold):
        longer = f"{line} {word}" if line else word
        if line and _text_width(longer, size, is_bold) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines


def _pieces(words: Sequence[str], width: float, size: float, is_bold: bool) -> list[str]:
    """Return words, those that are wider than a line in pieces."""
    pieces = []
    for word in words:
        while _text_width(word, size, is_bold) > width and len(word) > 1:
            share = width / _text_width(word, size, is_bold)
            kept = max(1, int(len(word) * share * 0.9))
            pieces.append(word[:kept])
            word = word[kept:]
        pieces.append(word)
    return pieces


def _text_width(text: str, size: float, is_bold: bool) -> float:
    return _unit_width(text, is_bold) * size


@cache
def _measure() -> TextToPath:
    return TextToPath()


@lru_cache(maxsize=10_000)
def _unit_width(text: str, is_bold: bool) -> float:
    """Return how wide a text is, of the size of its type."""
    font = FontProperties(family="DejaVu Sans", weight="bold" if is_bold else "normal", size=100)
    width, _, _ = _measure().get_text_width_height_descent(text, font, ismath=False)
    return float(width) / 100
