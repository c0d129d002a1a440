"""The decision as a Word document of two pages of A4, to go on writing in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.figure
from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

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
    PaperPlaces,
    PaperRow,
    paper_of_results,
)
from akuttsim.report.exporters.decision_pdf import fit_on_paper
from akuttsim.report.figures.people_marks import draw_people_marks
from akuttsim.report.figures.style import STYLE
from akuttsim.texts import Lang

FONT = "Arial"
"""Stands on every computer with Word, and is narrower than what the PDF is set in."""

_WIDTH_MM = 180
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of every file within the document: that of writing would change its bytes."""

Run = tuple[str, float, str, bool]
"""A piece of text: words, size in points, colour, and whether it is bold."""


def write_decision_docx(results: Results, lang: Lang, out: Path) -> None:
    """Write the decision of some results as a Word document; the same results, the same bytes.

    Raises OSError where `out` cannot be written.
    """
    write_whole(out, docx_content(*paper_of_results(results, lang)))


def docx_content(words: Words, paper: DecisionPaper) -> bytes:
    """Return a decision as the content of a .docx file."""
    fit = fit_on_paper(words, paper)
    document = _DocxWriter(words, fit.paper).written()
    _scale_type(document, fit.scale)
    sink = io.BytesIO()
    document.save(sink)
    return _with_fixed_times(sink.getvalue())


def _scale_type(document: Any, scale: float) -> None:
    """Set all type smaller where it must be, in half points."""
    if scale < 1:
        for root in (document.styles.element, document.element):
            for size in root.iter(qn("w:sz")):
                size.set(qn("w:val"), str(round(scale * int(size.get(qn("w:val"))))))


def _with_fixed_times(content: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as made, zipfile.ZipFile(sink, "w") as kept:
        for name in made.namelist():
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            kept.writestr(entry, made.read(name))
    return sink.getvalue()


class _DocxWriter:
    """Writes one decision.

    Attributes:
        words: Texts in the language.
        paper: What is told.
        document: The document as it grows.
    """

    def __init__(self, words: Words, paper: DecisionPaper) -> None:
        self.words, self.paper = words, paper
        self.document: Any = Document()

    def written(self) -> Any:
        """Return the document."""
        self._set_up()
        paper, text = self.paper, self.words.text
        self._heading(paper.question, 1)
        self._line([(paper.choice, 13, INK, True)])
        self._line([(paper.answer, 11, INK, False)])
        for warning in paper.warnings:
            self._line([(f"! {warning}", 9, TEXT_COLOURS["worse"], True)])
        self._claims()
        self._heading(text("paper.matrix.title"), 2)
        self._matrix()
        self._line([(text("paper.matrix.note"), 7.5, MUTED, False)])
        for line in (*paper.missed, paper.rest):
            self._line([(line, 9, INK, False)])
        self._noticing()
        self._places()
        self._heading(text("screen.sure"), 2)
        self._line([(paper.how_sure, 9, INK, False)])
        return self.document

    def _set_up(self) -> None:
        """Set paper, language, properties, and what stands above and below each page."""
        manifest = self.words.chosen.manifest
        ended = datetime.fromisoformat(manifest.times.ended).astimezone(UTC).replace(tzinfo=None)
        lang = {"nb": "nb-NO", "en": "en-GB"}[self.words.text.lang]
        properties = self.document.core_properties
        properties.title, properties.author = self.paper.question[:250], "akuttsim"
        properties.subject, properties.language = self.paper.choice[:250], lang
        properties.created = properties.modified = ended
        properties.last_modified_by, properties.revision = "akuttsim", 1
        properties.comments, properties.keywords = self.paper.foot[:250], ""
        _set_styles(self.document.styles, lang)
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(15)
        section.top_margin, section.bottom_margin = Mm(16), Mm(14)
        section.header_distance, section.footer_distance = Mm(8), Mm(7)
        self._margin(section.header.paragraphs[0], self.paper.head, self.words.text("paper.kind"))
        foot = section.footer.paragraphs[0]
        before, _, rest = self.words.text("paper.page", page="\0", pages="\1").partition("\0")
        between, _, after = rest.partition("\1")
        self._margin(foot, self.paper.foot, before)
        _add_field(foot, "PAGE")
        _add_runs(foot, [(between, 7.5, MUTED, False)])
        _add_field(foot, "NUMPAGES")
        _add_runs(foot, [(after, 7.5, MUTED, False)])

    def _margin(self, paragraph: Any, left: str, right: str) -> None:
        stops = paragraph.paragraph_format.tab_stops
        stops.clear_all()
        stops.add_tab_stop(Mm(_WIDTH_MM), WD_TAB_ALIGNMENT.RIGHT)
        paragraph.style = self.document.styles["Normal"]
        _add_runs(paragraph, [(f"{left}\t{right}", 7.5, MUTED, False)])

    def _heading(self, text: str, level: int) -> None:
        self.document.add_heading(text, level)

    def _line(self, runs: Sequence[Run]) -> None:
        """Write a paragraph; nothing where there are no words."""
        if any(words for words, *_ in runs):
            _add_runs(self.document.add_paragraph(), runs)

    def _claims(self) -> None:
        if not self.paper.claims:
            return
        self._heading(self.paper.hypothesis, 2)
        for claim in self.paper.claims:
            why = f" ({claim.why})" if claim.why else ""
            self._line(
                [
                    (f"{SIGNS[claim.kind]} ", 9, MARK_COLOURS.get(claim.kind, MUTED), True),
                    (f"{claim.outcome}: ", 9, INK, True),
                    (f"{claim.words}{why}", 9, INK, False),
                ]
            )
        self._line([(self.paper.more_claims, 7.5, MUTED, False)])

    # --- tables -----------------------------------------------------------------------------------

    def _table(self, widths: Sequence[float], caption: str, heads: int = 1) -> Any:
        """Return a table with its widths in mm, heads that are marked, and an alternative text."""
        table = self.document.add_table(rows=heads, cols=len(widths))
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        properties = table._tbl.tblPr
        for name in ("w:tblCaption", "w:tblDescription"):
            properties.append(_element(name, val=caption))
        for row in table.rows:
            row._tr.get_or_add_trPr().append(_element("w:tblHeader", val="true"))
        return table

    def _matrix(self) -> None:
        models, text = self.paper.models, self.words.text
        first = 52.0 if len(models) > 2 else 80.0
        widths = [first, *[(_WIDTH_MM - first) / len(models)] * len(models)]
        table = self._table(widths, text("paper.matrix.caption"))
        heads = [[(text("paper.matrix.judged"), 7.5, MUTED, False)]]
        _fill(table.rows[0].cells[0], heads)
        for cell, model in zip(table.rows[0].cells[1:], models, strict=True):
            _fill(cell, [[(model.title, 9, INK, True)], [(model.summary, 7.5, MUTED, False)]])
        for row in self.paper.rows:
            _add_matrix_row(table, row)
        _finish(table, widths)

    def _noticing(self) -> None:
        if not self.paper.noticing:
            return
        text = self.words.text
        self._heading(text("screen.noticing.title"), 2)
        self._line([(text("screen.noticing.mark"), 7.5, MUTED, False)])
        for of in self.paper.noticing:
            runs: list[Run] = [(f"{of.title}: ", 9, INK, True)]
            for at, (_, word, count) in enumerate(of.counts):
                runs += [(f"{', ' if at else ''}{count} ", 9, INK, True), (word, 9, INK, False)]
            self._line(runs)
            self._people(of)

    def _people(self, of: PaperNoticing) -> None:
        """Put in the marks as a picture that tells who cannot see it what it shows."""
        paragraph = self.document.add_paragraph()
        picture = paragraph.add_run().add_picture(io.BytesIO(people_png(of)), width=Mm(_WIDTH_MM))
        picture._inline.docPr.set("descr", of.alt)
        picture._inline.docPr.set("title", of.title)

    def _places(self) -> None:
        paper, text = self.paper, self.words.text
        if not (paper.places or paper.quiet):
            return
        self._heading(text("screen.places.title"), 2)
        if paper.places:
            self._places_table(paper.places)
        self._line([(paper.quiet, 7.5, MUTED, False)])

    def _places_table(self, places: Iterable[PaperPlaces]) -> None:
        models, text = self.paper.models[1:], self.words.text
        width = (_WIDTH_MM - 36) / (2 * len(models))
        widths = [36.0, *[width] * (2 * len(models))]
        table = self._table(widths, text("paper.places.caption"), heads=2)
        above, below = table.rows
        for at, model in enumerate(models):
            pair = above.cells[1 + 2 * at].merge(above.cells[2 + 2 * at])
            _fill(pair, [[(model.title, 9, INK, True)]])
            for cell, kind in zip(below.cells[1 + 2 * at :][:2], ("worse", "better"), strict=True):
                told = text("screen.places.worst" if kind == "worse" else "screen.places.best")
                mark: Run = (f"{SIGNS[kind]} ", 7.5, MARK_COLOURS[kind], True)
                words: Run = (told, 7.5, MUTED, False)
                _fill(cell, [[mark, words]])
        for line in places:
            row = table.add_row()
            head: list[list[Run]] = [
                [(line.heading, 9, INK, False)],
                [(line.note, 7.5, MUTED, False)],
            ]
            _fill(row.cells[0], head)
            told_places = [place for pair in line.pairs for place in pair]
            for cell, (place, levels) in zip(row.cells[1:], told_places, strict=True):
                named: Run = (place, 9, INK, True) if levels else (place, 7.5, MUTED, False)
                _fill(cell, [[named], [(levels, 7.5, INK, False)]])
        _finish(table, widths)


def people_png(of: PaperNoticing) -> bytes:
    """Return a mark for every ten of 1,000 people as a picture 180 mm wide."""
    sink = io.BytesIO()
    with mpl.rc_context(STYLE):
        figure = mpl.figure.Figure(figsize=(_WIDTH_MM / 25.4, 7.4 / 25.4), dpi=200)
        axes = figure.add_axes((0, 0, 1, 1))
        draw_people_marks(axes, of.marks, across=50)
        options: Any = {"metadata": {"Software": None}}
        figure.savefig(sink, format="png", facecolor="white", **options)
    return sink.getvalue()


def _set_styles(styles: Any, lang: str) -> None:
    """Set the type of text and headings, and the language that Word checks the spelling in."""
    for name, size, above in (("Normal", 9, 0), ("Heading 1", 16, 0), ("Heading 2", 11.5, 7)):
        style = styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.font.color.rgb = _rgb(INK)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[key]
        for key in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(key), FONT)
        form = style.paragraph_format
        form.space_before, form.space_after, form.line_spacing = Pt(above), Pt(2), 1.1
    defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in defaults.findall(qn("w:lang")):
        defaults.remove(old)
    defaults.append(_element("w:lang", val=lang, eastAsia=lang))


def _add_matrix_row(table: Any, row: PaperRow) -> None:
    added = table.add_row()
    head: list[list[Run]] = [[(row.heading, 9, INK, True)], [(row.note, 7.5, MUTED, False)]]
    _fill(added.cells[0], head)
    for cell, told in zip(added.cells[1:], row.cells, strict=True):
        _fill(cell, _cell_lines(told))
        if told.matters:
            _tint(cell, told.kind)


def _cell_lines(cell: PaperCell) -> list[list[Run]]:
    colour = TEXT_COLOURS.get(cell.kind, MUTED)
    before: Run = (f"{cell.before} → " if cell.before else "", 7.5, MUTED, False)
    lines: list[list[Run]] = [[before, (cell.after, 9, INK, cell.matters)]]
    if cell.word:
        mark: Run = (f"{SIGNS[cell.kind]} ", 8.5, MARK_COLOURS.get(cell.kind, MUTED), True)
        lines.append([mark, (cell.word, 8.5, colour, cell.matters)])
    lines.append([(cell.change, 7.5, colour, False)])
    if cell.flag:
        lines.append([(f"{SIGNS[cell.flag]} {cell.flag_word}", 7.5, INK, False)])
    return lines


def _fill(cell: Any, lines: Iterable[Sequence[Run]]) -> None:
    """Write lines into a cell, leaving out the empty ones."""
    paragraph = cell.paragraphs[0]
    kept = [line for line in lines if any(words for words, *_ in line)]
    for at, line in enumerate(kept):
        written = paragraph if at == 0 else cell.add_paragraph()
        written.paragraph_format.space_after = Pt(1)
        _add_runs(written, line)


def _add_runs(paragraph: Any, runs: Iterable[Run]) -> None:
    for words, size, colour, is_bold in runs:
        if words:
            run = paragraph.add_run(words)
            run.font.size, run.font.bold, run.font.color.rgb = Pt(size), is_bold, _rgb(colour)


def _add_field(paragraph: Any, code: str) -> None:
    """Add a number that Word fills in: of the page, or of all pages."""
    run = paragraph.add_run()
    run.font.size, run.font.color.rgb = Pt(7.5), _rgb(MUTED)
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = code
    for part in (
        _element("w:fldChar", fldCharType="begin"),
        instruction,
        _element("w:fldChar", fldCharType="end"),
    ):
        run._r.append(part)


def _tint(cell: Any, kind: str) -> None:
    """Give a cell its tint, and a bar at the left where worse, below where better."""
    properties = cell._tc.get_or_add_tcPr()
    side = "w:left" if kind == "worse" else "w:bottom"
    borders = OxmlElement("w:tcBorders")
    borders.append(_element(side, val="single", sz="18", color=MARK_COLOURS[kind][1:]))
    properties.append(borders)
    properties.append(_element("w:shd", val="clear", color="auto", fill=TINTS[kind][1:]))


def _finish(table: Any, widths: Sequence[float]) -> None:
    """Rule a table below each row, keep rows whole, and set the width of every cell."""
    borders = OxmlElement("w:tblBorders")
    for side in ("w:bottom", "w:insideH"):
        borders.append(_element(side, val="single", sz="4", color=RULE[1:]))
    properties = table._tbl.tblPr
    layout = properties.find(qn("w:tblLayout"))
    (layout if layout is not None else properties[-1]).addprevious(borders)
    for row in table.rows:
        row._tr.get_or_add_trPr().insert(0, _element("w:cantSplit", val="true"))
        for cell, width in zip(row._tr.tc_lst, widths, strict=False):
            if cell.grid_span == 1:
                cell.width = Mm(width)


def _element(name: str, **values: str) -> Any:
    element = OxmlElement(name)
    for key, value in values.items():
        element.set(qn(f"w:{key}"), value)
    return element


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour[1:].upper())
