"""The decision as a PDF of two pages of A4, set without a browser."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import matplotlib as mpl
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

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
    PaperClaim,
    PaperNoticing,
    PaperPlaces,
    PaperRow,
    condensed,
    paper_of_results,
)
from akuttsim.texts import Lang

MM = 72 / 25.4
MOST_PAGES = 2
SCALES = (1.0, 0.92, 0.84, 0.76)
"""Sizes of type that are tried until all stands on two pages; the least is 7.1 pt of 9.4."""

_SMALLEST = 0.66
"""For names without end, which nobody reads."""

_MARGIN = 15 * MM
_PLAIN, _BOLD = "DejaVu", "DejaVu-Bold"
_FONTS = {_PLAIN: "DejaVuSans.ttf", _BOLD: "DejaVuSans-Bold.ttf"}

PdfStory = list[Flowable]


def write_decision_pdf(results: Results, lang: Lang, out: Path) -> None:
    """Write the decision of some results as a PDF of at most two pages; same results, same bytes.

    Raises OSError where `out` cannot be written.
    """
    write_whole(out, pdf_content(*paper_of_results(results, lang)))


def pdf_content(words: Words, paper: DecisionPaper) -> bytes:
    """Return a decision as PDF, in the largest type in which it stands on two pages."""
    fit = fit_on_paper(words, paper)
    return _PdfWriter(words, fit.paper, fit.scale).written(fit.pages)[0]


class PaperFit(NamedTuple):
    """What stands on two pages: of what, in how large type (of 1), and on how many pages."""

    paper: DecisionPaper
    scale: float
    pages: int


def fit_on_paper(words: Words, paper: DecisionPaper) -> PaperFit:
    """Return in how large type a decision stands on two pages; without details if in none.

    What is set in a narrower font has room by the same measure.
    """
    told_briefly = condensed(paper)
    tried = [(paper, scale) for scale in SCALES]
    tried += [(told_briefly, scale) for scale in (*SCALES[1:], _SMALLEST)]
    for told, scale in tried:
        pages = _PdfWriter(words, told, scale).written(MOST_PAGES)[1]
        if pages <= MOST_PAGES:
            break
    return PaperFit(told, scale, pages)


@cache
def _register_fonts() -> None:
    """Register the font that comes with matplotlib: it has æ, ø, å, the marks, → and −."""
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    for name, file in _FONTS.items():
        pdfmetrics.registerFont(TTFont(name, str(folder / file)))
    pdfmetrics.registerFontFamily(
        _PLAIN, normal=_PLAIN, bold=_BOLD, italic=_PLAIN, boldItalic=_BOLD
    )


class _Document(BaseDocTemplate):  # type: ignore[misc]
    """A document whose headings are its bookmarks."""

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 (reportlab calls it so)
        """Add a bookmark for a heading that was put on the page."""
        title = getattr(flowable, "bookmark", "")
        if title:
            name = f"{self.page}-{title}"
            self.canv.bookmarkPage(name)
            self.canv.addOutlineEntry(title, name)


class _PdfWriter:
    """Writes one decision in one size of type.

    Attributes:
        words: Texts in the language.
        paper: What is told.
        scale: How large the type is, of 1.
        width: Between the margins, in points.
    """

    def __init__(self, words: Words, paper: DecisionPaper, scale: float) -> None:
        _register_fonts()
        self.words, self.paper, self.scale = words, paper, scale
        self.width = A4[0] - 2 * _MARGIN

    def written(self, pages: int) -> tuple[bytes, int]:
        """Return the PDF, which says that it has so many pages, and how many it has."""
        sink = io.BytesIO()
        lang = {"nb": "nb-NO", "en": "en-GB"}[self.words.text.lang]
        document = _Document(
            sink,
            pagesize=A4,
            title=self.paper.question,
            author="akuttsim",
            subject=self.paper.choice,
            creator=self.paper.foot,
            lang=lang,
            invariant=1,
            displayDocTitle=True,
        )
        foot, head = 13 * MM, 15 * MM
        frame = Frame(_MARGIN, foot, self.width, A4[1] - foot - head, 0, 0, 0, 0)
        document.addPageTemplates(
            PageTemplate(frames=[frame], onPage=partial(self._margins, pages))
        )
        document.build(list(self._story()))
        return sink.getvalue(), document.page

    def _margins(self, pages: int, canvas: Canvas, document: BaseDocTemplate) -> None:
        """Write what stands above and below each page, and the day of the results as its date."""
        ended = datetime.fromisoformat(self.words.chosen.manifest.times.ended)
        canvas.setDateFormatter(lambda *_: f"D:{ended.astimezone(UTC):%Y%m%d%H%M%S}Z")
        canvas.saveState()
        canvas.setFont(_PLAIN, 7.6)
        canvas.setFillColor(HexColor(MUTED))
        right = A4[0] - _MARGIN
        canvas.drawString(_MARGIN, A4[1] - 10 * MM, self.paper.head)
        canvas.drawRightString(right, A4[1] - 10 * MM, self.words.text("paper.kind"))
        canvas.drawString(_MARGIN, 7 * MM, self.paper.foot)
        page = self.words.text("paper.page", page=document.page, pages=pages)
        canvas.drawRightString(right, 7 * MM, page)
        canvas.restoreState()

    def _story(self) -> Iterator[Flowable]:
        paper, text = self.paper, self.words.text
        question = self._line(f"<b>{escape(paper.question)}</b>", 16)
        question.bookmark = paper.question
        yield question
        yield self._answer()
        for warning in paper.warnings:
            yield self._line(f"<b>!</b> {escape(warning)}", 9.4, TEXT_COLOURS["worse"])
        if paper.claims:
            yield self._title(paper.hypothesis)
            yield from (self._line(_claim_markup(claim), 9.4) for claim in paper.claims)
            yield self._line(escape(paper.more_claims), 7.6, MUTED)
        yield self._heading("paper.matrix.title")
        yield self._matrix()
        yield self._line(escape(text("paper.matrix.note")), 7.6, MUTED)
        after = (*paper.missed, paper.rest)
        yield KeepTogether([self._line(escape(line), 9.4) for line in after])
        if paper.noticing:
            yield self._noticing()
        if paper.places or paper.quiet:
            yield KeepTogether(list(self._places()))
        yield KeepTogether([self._heading("screen.sure"), self._line(escape(paper.how_sure), 9.4)])

    def _line(self, markup: str, size: float, colour: str = INK) -> Flowable:
        """Return a paragraph of a size in points before scaling; nothing where there is none."""
        if not markup:
            return Spacer(0, 0)
        scaled = size * self.scale
        style = ParagraphStyle(
            f"{size}{colour}",
            fontName=_PLAIN,
            fontSize=scaled,
            leading=1.32 * scaled,
            textColor=HexColor(colour),
            spaceAfter=0.28 * scaled,
            splitLongWords=1,
        )
        return Paragraph(markup, style)

    def _heading(self, key: str) -> Flowable:
        return self._title(self.words.text(key))

    def _title(self, text: str) -> Flowable:
        heading = self._line(f"<b>{escape(text)}</b>", 11.5)
        heading.keepWithNext = 1
        heading.bookmark = text
        heading.style.spaceBefore = 9 * self.scale
        return heading

    def _answer(self) -> Flowable:
        """Return the bold line and what follows it, with a bar at their left."""
        parts = [self._line(f"<b>{escape(self.paper.choice)}</b>", 13)]
        parts.append(self._line(escape(self.paper.answer), 11.5))
        style = [
            ("LINEBEFORE", (0, 0), (0, -1), 3, HexColor(INK)),
            ("LEFTPADDING", (0, 0), (-1, -1), 8),
            ("TOPPADDING", (0, 0), (-1, -1), 1),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ]
        return Table([[parts]], colWidths=[self.width], style=style, spaceAfter=4)

    # --- the matrix -------------------------------------------------------------------------------

    def _matrix(self) -> Flowable:
        models, rows = self.paper.models, self.paper.rows
        first = (0.34 if len(models) > 2 else 0.46) * self.width
        others = [(self.width - first) / len(models)] * len(models)
        head = [
            self._line(escape(self.words.text("paper.matrix.judged")), 7.6, MUTED),
            *(self._model_head(model.title, model.summary) for model in models),
        ]
        table = [head, *(self._matrix_row(row) for row in rows)]
        style = [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, HexColor(RULE)),
            ("TOPPADDING", (0, 0), (-1, -1), 2.2 * self.scale),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.6 * self.scale),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
            ("LEFTPADDING", (1, 0), (-1, -1), 5),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            *_tints(rows),
        ]
        return Table(table, colWidths=[first, *others], style=style, repeatRows=1)

    def _model_head(self, title: str, summary: str) -> PdfStory:
        return [
            self._line(f"<b>{escape(title)}</b>", 9.4),
            self._line(escape(summary), 7.6, MUTED),
        ]

    def _matrix_row(self, row: PaperRow) -> list[PdfStory]:
        head = [self._line(f"<b>{escape(row.heading)}</b>", 9.4)]
        head.append(self._line(escape(row.note), 7.6, MUTED))
        return [head, *(self._cell(cell) for cell in row.cells)]

    def _cell(self, cell: PaperCell) -> PdfStory:
        small = f'size="{7.6 * self.scale}" color="{MUTED}"'
        before = f"<font {small}>{escape(cell.before)} →</font> " if cell.before else ""
        after = f"<b>{escape(cell.after)}</b>" if cell.matters else escape(cell.after)
        word = f"<b>{escape(cell.word)}</b>" if cell.matters else escape(cell.word)
        colour = TEXT_COLOURS.get(cell.kind, MUTED)
        lines = [
            self._line(f"{before}{after}", 9.4),
            self._line(f"{_mark(cell.kind)}{word}" if word else "", 8.4, colour),
            self._line(escape(cell.change), 7.6, colour),
        ]
        if cell.flag:
            lines.append(self._line(f"{SIGNS[cell.flag]} {escape(cell.flag_word)}", 7.6, INK))
        return lines

    # --- people and places ------------------------------------------------------------------------

    def _noticing(self) -> Flowable:
        parts = [
            self._heading("screen.noticing.title"),
            self._line(escape(self.words.text("screen.noticing.mark")), 7.6, MUTED),
        ]
        for of in self.paper.noticing:
            parts += [
                self._line(f"<b>{escape(of.title)}</b>: {_counts_markup(of)}", 9.4),
                _PeopleMarks(of.marks, self.width, self.scale),
            ]
        return KeepTogether(parts)

    def _places(self) -> Iterator[Flowable]:
        yield self._heading("screen.places.title")
        if self.paper.places:
            yield self._places_table(self.paper.places)
        yield self._line(escape(self.paper.quiet), 7.6, MUTED)

    def _places_table(self, places: Sequence[PaperPlaces]) -> Flowable:
        models = self.paper.models[1:]
        first = 0.22 * self.width
        width = (self.width - first) / (2 * len(models))
        text = self.words.text
        heads = [
            self._line(f"{_mark(kind)}{escape(text(key))}", 7.6, MUTED)
            for _ in models
            for kind, key in (("worse", "screen.places.worst"), ("better", "screen.places.best"))
        ]
        titles = [[self._line(f"<b>{escape(each.title)}</b>", 9.4), ""] for each in models]
        table: list[list[Any]] = [["", *(cell for pair in titles for cell in pair)], ["", *heads]]
        table += [self._place_row(line) for line in places]
        spans = [("SPAN", (1 + 2 * at, 0), (2 + 2 * at, 0)) for at in range(len(models))]
        style = [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 1), (-1, -1), 0.5, HexColor(RULE)),
            ("TOPPADDING", (0, 0), (-1, -1), 2 * self.scale),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1 * self.scale),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            *spans,
        ]
        return Table(table, colWidths=[first, *[width] * (2 * len(models))], style=style)

    def _place_row(self, line: PaperPlaces) -> list[PdfStory]:
        head = [self._line(escape(line.heading), 9.4), self._line(escape(line.note), 7.6, MUTED)]
        cells = [self._place_cell(*place) for pair in line.pairs for place in pair]
        return [head, *cells]

    def _place_cell(self, place: str, levels: str) -> PdfStory:
        if not levels:
            return [self._line(escape(place), 7.6, MUTED)]
        return [self._line(f"<b>{escape(place)}</b>", 9.4), self._line(escape(levels), 7.6)]


def _mark(kind: str) -> str:
    if not kind:
        return ""
    colour = MARK_COLOURS.get(kind, MUTED)
    return f'<font color="{colour}"><b>{SIGNS[kind]}</b></font> '


def _claim_markup(claim: PaperClaim) -> str:
    why = f" ({escape(claim.why)})" if claim.why else ""
    return f"{_mark(claim.kind)}<b>{escape(claim.outcome)}:</b> {escape(claim.words)}{why}"


def _counts_markup(of: PaperNoticing) -> str:
    return ", ".join(f"<b>{count}</b> {escape(word)}" for _, word, count in of.counts)


def _tints(rows: Sequence[PaperRow]) -> Iterator[tuple[Any, ...]]:
    """Yield the tint and the bar of what is better or worse: at the left, or below."""
    for down, row in enumerate(rows, 1):
        for across, cell in enumerate(row.cells, 1):
            if cell.matters:
                at = (across, down)
                yield ("BACKGROUND", at, at, HexColor(TINTS[cell.kind]))
                bar = "LINEBEFORE" if cell.kind == "worse" else "LINEBELOW"
                yield (bar, at, at, 2, HexColor(MARK_COLOURS[cell.kind]))


class _PeopleMarks(Flowable):  # type: ignore[misc]
    """A mark for every ten of 1,000 people, the worst first: shapes that survive grey."""

    _ACROSS = 50

    def __init__(self, marks: Sequence[str], width: float, scale: float) -> None:
        super().__init__()
        self.marks, self.step = marks, min(width / self._ACROSS, 10.2 * scale)
        self.width = width
        self.height = self.step * -(-len(marks) // self._ACROSS) + 4

    def wrap(self, *_: float) -> tuple[float, float]:
        """Return the width and height that it needs."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw the marks, row by row."""
        for at, kind in enumerate(self.marks):
            down, across = divmod(at, self._ACROSS)
            x, y = (across + 0.5) * self.step, self.height - (down + 0.5) * self.step
            _draw_mark(self.canv, kind, (x, y), 0.3 * self.step)


def _draw_mark(canvas: Canvas, kind: str, at: tuple[float, float], half: float) -> None:
    """Draw a cross, a square, a ring, a disc or a diamond."""
    x, y = at
    is_bad = kind in ("lost", "later")
    colour = HexColor(MARK_COLOURS["worse"] if is_bad else MARK_COLOURS["better"])
    canvas.setLineWidth(0.5 * half)
    canvas.setStrokeColor(HexColor(MUTED) if kind == "unchanged" else colour)
    canvas.setFillColor(colour)
    if kind == "lost":
        canvas.line(x - half, y - half, x + half, y + half)
        canvas.line(x - half, y + half, x + half, y - half)
    elif kind == "later":
        canvas.rect(x - half, y - half, 2 * half, 2 * half, stroke=0, fill=1)
    elif kind == "unchanged":
        canvas.setLineWidth(0.2 * half)
        canvas.circle(x, y, 0.8 * half, stroke=1, fill=0)
    else:
        canvas.circle(x, y, half, stroke=int(kind == "gained"), fill=int(kind == "sooner"))
