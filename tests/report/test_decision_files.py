"""The decision as files to pass on: two pages as PDF and Word, and a slide."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import docx
import matplotlib.image
import openpyxl
import pytest

from akuttsim.indicators.registry import indicator_directions
from akuttsim.report import decision_paper as decision_paper_module
from akuttsim.report.context import Catalogue, ResultsView, Words
from akuttsim.report.decision import decision
from akuttsim.report.decision_paper import (
    MOST_CLAIMS,
    MOST_MISSED,
    MOST_PLACES,
    MOST_WARNINGS,
    PaperCell,
    PaperClaim,
    PaperModel,
    PaperNoticing,
    PaperPlaces,
    PaperRow,
    decision_paper,
    fitted,
)
from akuttsim.report.exporters import decision_pdf, decision_slide
from akuttsim.report.exporters.decision_docx import docx_content
from akuttsim.report.exporters.decision_pdf import pdf_content
from akuttsim.report.exporters.decision_sheet import decision_grid
from akuttsim.report.exporters.decision_slide import HEIGHT, LEAST, WIDTH, slide_content, wrapped
from akuttsim.report.exporters.spreadsheet import write_spreadsheet
from akuttsim.report.first_screen import NOTICED
from tests.hostile import HOSTILE, MOST_HOSTILE
from tests.nightly import IS_NIGHTLY, at_least_one_by_day
from tests.report.conftest import named
from tests.report.manifests import set_manifest
from tests.report.many_models import with_more

MAKERS = {"pdf": pdf_content, "docx": docx_content, "png": slide_content}
PAGE = re.compile(rb"/Type /Page\b(?!s)")


def told(results, lang="nb"):
    words = Words(Catalogue(lang), ResultsView(results))
    return words, decision_paper(words, decision(words))


def pages(content):
    return len(PAGE.findall(content))


def pdf_words(words, paper, monkeypatch):
    """Return the words that are set in a PDF, in order: its font is embedded letter by letter."""
    kept = []
    line = decision_pdf._PdfWriter._line

    def keeps(self, markup, *how):
        kept.append(markup)
        return line(self, markup, *how)

    monkeypatch.setattr(decision_pdf._PdfWriter, "_line", keeps)
    pdf_content(words, paper)
    return plain(" ".join(kept))


def plain(markup):
    """Return what is read of marked-up words: tags gone, three letters written out."""
    bare = re.sub(r"<[^>]*>", "", markup)
    bare = bare.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return " ".join(bare.split())


def spaced(text):
    return " ".join(text.split())


def docx_text(content):
    document = docx.Document(io.BytesIO(content))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    parts = [*document.paragraphs, *(each for cell in cells for each in cell.paragraphs)]
    return " ".join(" ".join(each.text for each in parts).split())


def stretched(paper, text):
    """Return a paper with as much as there can be, every text of a user's as long as it may be."""
    long = {part: fitted(text, part) for part in decision_paper_parts()}
    models = (PaperModel(long["title"], long["summary"]),) * 4
    change = "−100,4 (−107,4 til −51,3)"
    base = PaperCell("", "", "100,2 %", "", "", "part-met", "mål nådd i snitt")
    worse = PaperCell(
        "worse", "100,2 %", "100,1 %", "dårligere", change, "maybe-met", "mål usikkert"
    )
    row = PaperRow("", long["heading"], f"{long['unit']}; mål: minst 80 %", (base, *[worse] * 3))
    place = (long["place"], f"100 → 200 ({long['note']})")
    counts = tuple((name, name, 200) for name in NOTICED)
    marks = tuple(name for name in NOTICED for _ in range(20))
    return replace(
        paper,
        question=long["question"],
        choice=long["choice"],
        answer=long["answer"],
        warnings=(long["warning"],) * (MOST_WARNINGS + 1),
        claims=(PaperClaim("worse", "Holder ikke", long["claim"], long["why"]),) * MOST_CLAIMS,
        more_claims="9 påstander til",
        models=models,
        rows=(row,) * 8,
        missed=(long["line"],) * MOST_MISSED,
        noticing=(PaperNoticing(long["title"], counts, marks, "…"),) * 3,
        places=(PaperPlaces(long["heading"], long["unit"], ((place, place),) * 3),) * MOST_PLACES,
        quiet=long["line"],
        how_sure=long["line"],
        rest=long["line"],
    )


def decision_paper_parts():
    return decision_paper_module._ROOM


@pytest.mark.nightly
@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_same_results_give_the_same_bytes(make_results, lang):
    """The slide in one language, by night in both: it draws the same shapes with other words."""
    slides = {"png"} if lang == "nb" or IS_NIGHTLY else set()
    for kind in {"pdf", "docx"} | slides:
        first, second = (MAKERS[kind](*told(make_results(), lang)) for _ in range(2))
        assert first == second


def test_a_decision_is_at_most_two_pages(results):
    words, paper = told(results)
    assert pages(pdf_content(words, paper)) in (1, 2)


@pytest.mark.nightly
@pytest.mark.parametrize(
    "text", at_least_one_by_day(["W" * 10_000, "Ord og flere ord " * 60, "x" * 10_000])
)
def test_the_longest_decision_that_can_be_is_two_pages(results, text):
    words, paper = told(results)
    assert pages(pdf_content(words, stretched(paper, text))) == 2


def test_the_pages_say_how_many_they_are(results, monkeypatch):
    words, paper = told(results)
    short = replace(paper, places=(), noticing=(), rows=paper.rows[:1], claims=())
    content = pdf_content(words, short)
    written = []
    monkeypatch.setattr(
        decision_pdf.Canvas, "drawRightString", lambda _, x, y, text: written.append(text)
    )
    assert pages(content) == 1 and pdf_content(words, short) and written[-1] == "side 1 av 1"


@pytest.mark.parametrize(("lang", "tag"), [("nb", "nb-NO"), ("en", "en-GB")])
def test_files_name_their_language_and_their_question(results, lang, tag):
    words, paper = told(results, lang)
    pdf = pdf_content(words, paper)
    assert f"/Lang ({tag})".encode() in pdf and b"/DisplayDocTitle true" in pdf
    assert b"/Outlines" in pdf
    assert b"20260105080100" in pdf
    content = docx_content(words, paper)
    document = docx.Document(io.BytesIO(content))
    assert document.core_properties.language == tag
    assert document.core_properties.title == paper.question
    assert str(document.core_properties.modified)[:10] == "2026-01-05"
    styles = zipfile.ZipFile(io.BytesIO(content)).read("word/styles.xml").decode()
    assert re.findall(r'<w:lang w:val="([^"]*)"', styles) == [tag]


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_all_files_say_what_the_decision_says(results, lang, monkeypatch):
    words, paper = told(results, lang)
    known = decision(words)
    in_word = docx_text(docx_content(words, paper))
    in_pdf = pdf_words(words, paper, monkeypatch)
    shown = [row for row in known.rows if row.is_base or row.is_shown]
    for said in (in_word, in_pdf):
        for text in (known.question, known.choice, known.answer, known.how_sure):
            assert spaced(text) in said
        for row in shown:
            assert spaced(row.title) in said
            for cell in row.cells:
                assert spaced(cell.after) in said and spaced(cell.interval) in said


def test_word_tables_have_heads_and_words_for_who_cannot_see_them(results):
    words, paper = told(results)
    full = stretched(paper, "Ord ")
    document = docx.Document(io.BytesIO(docx_content(words, full)))
    for table in document.tables:
        xml = table._tbl.xml
        assert "w:tblCaption" in xml and "w:tblHeader" in xml
    assert len(document.tables) == 2
    pictures = [shape._inline.docPr for shape in document.inline_shapes]
    assert len(pictures) == 3 and all(each.get("descr") for each in pictures)
    assert [each.style.name for each in document.paragraphs].count("Heading 1") == 1
    [section] = document.sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


def test_colour_never_stands_alone(results):
    words, paper = told(results)
    for row in paper.rows:
        for cell in row.cells[1:]:
            assert not cell.matters or cell.word in ("bedre", "dårligere")
    xml = docx.Document(io.BytesIO(docx_content(words, paper))).tables[0]._tbl.xml
    assert 'w:fill="fdeadb"' in xml.lower() and "dårligere" in xml


@pytest.mark.nightly
@pytest.mark.parametrize("text", at_least_one_by_day(["Ord og flere ord " * 60, "", "x" * 10_000]))
def test_nothing_on_the_slide_is_cut_or_small(results, monkeypatch, text):
    """Every text lies within the picture, is 20 pixels or more and covers no other."""
    words, paper = told(results)
    drawn = []
    write = decision_slide._Slide._text

    def notes(self, text, at, width, size, *how, **more):
        below = write(self, text, at, width, size, *how, **more)
        lines = wrapped(text, width, size, more.get("is_bold", False))
        drawn.append((at, width, size, below, lines))
        return below

    monkeypatch.setattr(decision_slide._Slide, "_text", notes)
    content = slide_content(words, stretched(paper, text) if text else paper)
    assert matplotlib.image.imread(io.BytesIO(content)).shape[:2] == (HEIGHT, WIDTH)
    assert len(drawn) > 10
    for (x, y), width, size, below, lines in drawn:
        assert size >= LEAST and y >= 0 and below <= HEIGHT + 8 and x + width <= WIDTH
        assert all(decision_slide._text_width(line, size, False) <= width for line in lines)


@pytest.mark.nightly
@pytest.mark.parametrize("at", [HOSTILE.index(name) for name in MOST_HOSTILE])
def test_hostile_names_stay_text(make_results, at):
    results = named(make_results(), HOSTILE[at])[1]
    words, paper = told(results)
    assert pages(pdf_content(words, paper)) in (1, 2)
    assert fitted(HOSTILE[at], "place").split()[0][:20] in docx_text(docx_content(words, paper))


def test_hostile_names_are_drawn(make_results):
    for name in ("<script>alert(1)</script>", "$x^2$ \\ $$", "شرطة 👩🏽‍⚕️"):
        words, paper = told(named(make_results(), name)[1])
        assert len(slide_content(words, paper)) > 10_000


def test_twelve_models_are_the_base_three_and_a_line(results):
    words, paper = told(with_more(results, 9))
    assert len(paper.models) <= 4 and paper.rest
    assert pages(pdf_content(words, paper)) <= 2


def test_one_model_alone_has_its_files(make_results):
    words, paper = told(make_results(("today",)))
    assert len(paper.models) == 1
    assert all(make(words, paper) for make in MAKERS.values())


def test_a_text_keeps_no_letter_that_xml_cannot_hold():
    assert fitted("a\x00b\x1fc\u202ed\n e", "place") == "abcd e"
    assert fitted("5\u00a0millioner", "place") == "5\u00a0millioner"
    assert len(fitted("x" * 10_000, "place")) == decision_paper_parts()["place"]
    assert fitted("legevakt " * 99, "place").endswith("legevakt…")


def workbook_of(results, lang, tmp_path):
    write_spreadsheet(results, lang, tmp_path / "report.xlsx")
    return openpyxl.load_workbook(tmp_path / "report.xlsx")


@pytest.mark.parametrize(("lang", "title"), [("nb", "Beslutning"), ("en", "Decision")])
def test_a_workbook_begins_with_the_decision(results, lang, title, tmp_path):
    sheet = workbook_of(results, lang, tmp_path).worksheets[0]
    known = decision(told(results, lang)[0])
    values = [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert sheet.title == title
    for text in (known.question, known.choice, known.answer, known.how_sure):
        assert text in values
    for row in known.rows:
        assert row.title in values
        for cell in row.cells:
            assert not cell.interval or any(cell.interval in str(value) for value in values)


def test_verdicts_have_colour_and_words_and_two_charts_stand_below(results, tmp_path):
    set_manifest(results, directions=indicator_directions())
    sheet = workbook_of(results, "nb", tmp_path).worksheets[0]
    faces = {"dårligere": "FFFDEADB", "bedre": "FFE4EEFA"}
    coloured = [
        (word, cell.fill.fgColor.rgb)
        for row in sheet.iter_rows()
        for cell in row
        for word in faces
        if word in str(cell.value)[:12]
    ]
    assert {word for word, _ in coloured} == set(faces)
    assert all(colour == faces[word] for word, colour in coloured)
    assert [len(chart.series) for chart in sheet._charts] == [2, 2]


def test_the_chart_of_margins_has_better_above_nought(results):
    words, _ = told(set_manifest(results, directions=indicator_directions()))
    rows = dict(decision_grid(words).margins.rows)
    one, two = rows["Reise til behandling"]
    assert one < 0 < two, "3.87 minutes longer, 17.9 minutes shorter"


def test_hostile_names_are_text_on_the_first_sheet(hostile, tmp_path):
    name, results = hostile
    sheet = workbook_of(results, "nb", tmp_path).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert any(str(cell.value).startswith(name[:50]) for cell in cells)
