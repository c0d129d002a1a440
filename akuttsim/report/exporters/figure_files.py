"""Every figure of the report in publication size: PNG at 300 dpi, SVG, and a list of them."""

from __future__ import annotations

import io
import re
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
import matplotlib.figure
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG

from akuttsim.experiments.files import write_whole
from akuttsim.experiments.results import Results
from akuttsim.report.context import Catalogue, ResultsView, Words
from akuttsim.report.document import Figure
from akuttsim.report.figures.published import all_figures
from akuttsim.report.figures.style import STYLE, FigureRecord, any_letters, recording_figures
from akuttsim.report.sentences import unfinished_sentences
from akuttsim.texts import Lang

DPI = 300
MM = 25.4
FULL_WIDTH_MM = 180
"""Width of a figure over two columns of a journal, or over a page of A4."""

FULL_WIDTH_PX = 960
"""Width on the page of a figure that is printed over the full width; others go with it."""


class FigureFile(NamedTuple):
    """A figure that was written.

    Attributes:
        name: Its name, to which .png and .svg are added.
        title: What it is about.
        alt: What is to be seen in it.
        caption: What stands below it on the page.
        width_mm: Its width when printed, in millimetres.
        height_mm: Its height when printed.
    """

    name: str
    title: str
    alt: str
    caption: str
    width_mm: int
    height_mm: int


def write_figures(results: Results, lang: Lang, folder: Path) -> list[FigureFile]:
    """Write every figure as NAME.png and NAME.svg, and index.md that tells what each shows.

    The same results give the same bytes. PNG has 300 dots an inch; SVG has its letters as outlines.

    Args:
        results: The results folder, as read.
        lang: The language.
        folder: Where the files go; it is made.

    Raises:
        OSError: The folder cannot be written.
    """
    words = Words(Catalogue(lang), ResultsView(results))
    with recording_figures(draws=False) as notes:
        figures = all_figures(words)
    entries = [_figure_entry(words, figure, figures) for figure in notes]
    for note in notes:
        png, svg = _png_and_svg(note)
        write_whole(folder / f"{note.name}.png", png)
        write_whole(folder / f"{note.name}.svg", svg)
    write_whole(folder / "index.md", _figure_index(words, entries).encode("utf-8"))
    return entries


def _figure_entry(words: Words, figure: FigureRecord, figures: list[Figure]) -> FigureFile:
    """Return what is told of a figure: the titles and captions are those of the page."""
    title, caption = words.text("figures.title"), ""
    for picture in figures:
        for drawing in picture.drawings:
            if str(drawing.wide) == figure.inline:
                title, caption = drawing.title or picture.title, " ".join(picture.captions)
    width, height = (round(FULL_WIDTH_MM * px / FULL_WIDTH_PX) for px in figure.size)
    return FigureFile(figure.name, title, figure.alt, caption, width, height)


def _png_and_svg(figure: FigureRecord) -> tuple[bytes, bytes]:
    """Return a figure as PNG and as SVG, with letters as outlines, so that it needs no font."""
    settings: Any = {"svg.fonttype": "path", "svg.hashsalt": f"akuttsim-{figure.name}"}
    with mpl.rc_context({**STYLE, **settings}), any_letters():
        width, height = figure.size
        drawing = mpl.figure.Figure(figsize=(width / 72, height / 72), dpi=72, layout="constrained")
        drawing.set_facecolor("white")
        figure.draw(drawing)
        png = _figure_png(drawing)
        drawing.set_layout_engine("none")  # the SVG is laid out as the PNG: once is enough
        return png, _svg_in_mm(_figure_svg(drawing, figure.alt), figure.size)


def _figure_png(figure: mpl.figure.Figure) -> bytes:
    """Return a figure as PNG that is 300 dots an inch when it is printed in its size."""
    figure.set_dpi(FULL_WIDTH_MM / MM * DPI / (FULL_WIDTH_PX / 72))
    sink = io.BytesIO()
    canvas: Any = FigureCanvasAgg(figure)
    # savefig would draw a constrained figure twice, once for its layout alone
    canvas.print_png(sink, metadata={"Software": None}, pil_kwargs={"dpi": (DPI, DPI)})
    return sink.getvalue()


def _figure_svg(figure: mpl.figure.Figure, alt: str) -> str:
    sink = io.StringIO()
    canvas: Any = FigureCanvasSVG(figure)
    canvas.print_svg(sink, metadata={"Date": None, "Creator": None, "Description": alt})
    return sink.getvalue()


def _svg_in_mm(svg: str, size: tuple[int, int]) -> bytes:
    """Give an SVG the width and height in which it is to be printed."""
    for side, px in zip(("width", "height"), size, strict=True):
        length = f'{side}="{FULL_WIDTH_MM * px / FULL_WIDTH_PX:.2f}mm"'
        svg = re.sub(rf'(<svg [^>]*?)\b{side}="[^"]*pt"', rf"\g<1>{length}", svg, count=1)
    return svg.encode("utf-8")


def _figure_index(words: Words, entries: list[FigureFile]) -> str:
    """Return the list of figures in Markdown."""
    text = words.text
    region = _markdown_text(text.both(words.chosen.manifest.region["title"]))
    lines = [f"# {text('published.title', region=region)}", "", text("published.how"), ""]
    lines += [f"**{_markdown_text(sentence)}**\n" for sentence in unfinished_sentences(words)]
    for entry in entries:
        size = text("published.size", width=entry.width_mm, height=entry.height_mm)
        files = f"[{entry.name}.png]({entry.name}.png), [{entry.name}.svg]({entry.name}.svg)"
        lines += [
            f"## {_markdown_text(entry.title)}",
            "",
            f"{files} ({size})",
            "",
            _markdown_text(entry.alt),
            "",
        ]
        lines += [_markdown_text(entry.caption), ""] if entry.caption else []
    return "\n".join(lines)


def _markdown_text(words: str) -> str:
    """Return words that Markdown and HTML show as they are, on one line."""
    return re.sub(r"([\\`*_{}\[\]|#])", r"\\\1", escape(" ".join(words.split())))
