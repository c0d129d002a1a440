"""How every figure looks and becomes inline SVG; its scales, and which models it has room for."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from html import escape
from typing import Any, NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from akuttsim.report.context import Words
from akuttsim.texts import KRONER

LineStyle = dict[str, Any]
"""Properties of a line, mark or patch, as matplotlib names them."""


class FigureRecord(NamedTuple):
    """A figure that was drawn for the page, to be drawn again in publication size.

    Attributes:
        name: Its name within the page, and as a file.
        alt: What it shows, in words, for who does not see it.
        size: Width and height in CSS pixels.
        draw: What draws it on a matplotlib figure.
        inline: The SVG as the page has it.
    """

    name: str
    alt: str
    size: tuple[int, int]
    draw: Callable[[Figure], None]
    inline: str


_NOTES: ContextVar[list[FigureRecord] | None] = ContextVar("notes", default=None)
_IS_DRAWN: ContextVar[bool] = ContextVar("is_drawn", default=True)


@contextmanager
def recording_figures(draws: bool = True) -> Iterator[list[FigureRecord]]:
    """Note every figure that is drawn within the block, in the order of drawing.

    Args:
        draws: Whether the page's figures are drawn too; else they are blank, for who draws them
            from the notes alone.
    """
    notes: list[FigureRecord] = []
    token, drawn = _NOTES.set(notes), _IS_DRAWN.set(draws)
    try:
        yield notes
    finally:
        _NOTES.reset(token)
        _IS_DRAWN.reset(drawn)


def record_figure(figure: FigureRecord) -> None:
    """Note a figure if somebody wants to know."""
    notes = _NOTES.get()
    if notes is not None:
        notes.append(figure)


INK = "#1d2730"
FAINT = "#5b6770"
GRID = "#dfe3e6"
TARGET = "#1d2730"

COLOURS = ("#4a4f54", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""The base in grey, then Okabe and Ito's colours (Color Universal Design, 2008)."""
MARKS = ("o", "s", "^", "D", "v", "P", "X")
DASHES: tuple[Any, ...] = (
    "-",
    (0, (5, 2)),
    (0, (1.5, 1.5)),
    (0, (6, 2, 1.5, 2)),
    (0, (3, 3)),
    (0, (8, 2)),
    (0, (1, 3)),
)

STYLE: Any = {
    "svg.fonttype": "none",
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "font.family": "DejaVu Sans",
    "font.size": 12,
    "axes.titlesize": 13,
    "axes.titleweight": "bold",
    "axes.labelsize": 12,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "legend.fontsize": 12,
}

_LONG = re.compile(r"(?<![\w.#])-?\d+\.\d{3,}(?![\w.])")
"""Coordinates finer than a hundredth of a pixel, which nobody sees and the page must carry."""


@dataclass(frozen=True)
class Look:
    """The colour, mark and line of one organisation model, the same in all figures.

    Attributes:
        name: The model in the results.
        title: What it is called, short enough for a figure.
        colour: A colour that people with colour blindness tell from the others.
        mark: A matplotlib marker.
        dash: A matplotlib line style; with the mark it tells models apart in grey.
    """

    name: str
    title: str
    colour: str
    mark: str
    dash: Any


def model_looks(titles: dict[str, str]) -> list[Look]:
    """Return the look of each model; after seven, colours come again with other marks and lines."""
    return [
        Look(
            name,
            plain_label(title),
            COLOURS[index % 7],
            MARKS[(index + index // 7) % 7],
            DASHES[(index + index // 7) % 7],
        )
        for index, (name, title) in enumerate(titles.items())
    ]


LONGEST_NAME = 60
"""Letters of a name that a figure has room for."""


def plain_label(words: str, longest: int = LONGEST_NAME) -> str:
    """Return a name for a figure: on one line, short, dollar signs not read as mathematics.

    Args:
        words: A name as a user has written it.
        longest: Letters that there is room for; a longer name ends in dots.
    """
    line = " ".join(words.split())
    short = line if len(line) <= longest else line[: longest - 1] + "…"
    return short.replace("$", r"\$")


@dataclass(frozen=True)
class Size:
    """A drawing's size on the page.

    Attributes:
        width: Its width in CSS pixels, which are 1/72 inch of matplotlib's paper.
        height: Its height in the same.
        narrow: Whether it is for a phone; such drawings are not published as files.
    """

    width: int
    height: int
    narrow: bool = False


def figure_svg(name: str, alt: str, size: Size, draw: Callable[[Figure], None]) -> str:
    """Return a figure as inline SVG with its text in words; the same figure gives the same bytes.

    Args:
        name: Its own name within the page, from which its ids are made.
        alt: What it shows, in words, for who cannot see it.
        size: Its size; a wide drawing is also recorded for figures as files.
        draw: Draws into an empty figure.
    """
    svg = (
        _drawn_svg(name, size, draw) if _IS_DRAWN.get() else f'<svg viewBox="0 0 1 1">{name}</svg>'
    )
    inline = _inline_svg(svg, name, alt)
    if not size.narrow:
        record_figure(FigureRecord(name, alt, (size.width, size.height), draw, inline))
    return inline


def _drawn_svg(name: str, size: Size, draw: Callable[[Figure], None]) -> str:
    """Return a figure as a whole SVG file."""
    with mpl.rc_context({**STYLE, "svg.hashsalt": f"akuttsim-{name}"}), any_letters():
        figure = Figure(figsize=(size.width / 72, size.height / 72), dpi=72, layout="constrained")
        draw(figure)
        sink = io.StringIO()
        canvas: Any = FigureCanvasSVG(figure)
        # savefig would draw a constrained figure twice, once for its layout alone
        canvas.print_svg(sink, metadata={"Date": None})
    return sink.getvalue()


@contextmanager
def any_letters() -> Iterator[None]:
    """Draw letters that matplotlib's font has not without a warning: a browser's font has them."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
        yield


def _inline_svg(svg: str, name: str, alt: str) -> str:
    """Return the SVG element alone: no outside address, no id that another figure could have."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>\s*", "", body, flags=re.S)
    body = _LONG.sub(lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), body)
    head, rest = body[: body.index(">")], body[body.index(">") + 1 :]
    box = re.search(r'viewBox="[^"]*"', head)
    rest = rest.replace("xlink:href", "href")
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', rest))
    rest = rest.replace('<g id="halo">', '<g class="halo">')
    rest = re.sub(r' id="([^"]+)"', lambda m: _unique_id(m[1], name, used), rest)
    rest = re.sub(r'(url\(#|href="#)', rf"\g<1>{name}-", rest)
    label = escape(alt, quote=True)
    return f'<svg {box[0] if box else ""} role="img" aria-label="{label}">{rest.strip()}'


def _unique_id(identifier: str, name: str, used: set[str]) -> str:
    return f' id="{name}-{identifier}"' if identifier in used else ""


def hide_axes(axes: Axes) -> None:
    """Take away frame, ticks and grid, as for a map."""
    axes.set_axis_off()
    axes.grid(False)


def unit_words(words: Words, unit: str, is_change: bool = False) -> str:
    """Return the name of a unit without a number.

    Args:
        words: Results in one language.
        unit: The unit of an indicator; kroner are millions in a figure.
        is_change: Whether it is of a difference: shares are then percentage points.
    """
    if unit == KRONER:
        return words.text("scales.millions")
    return words.numbers.unit_name(unit, is_change)


def number_axis(axis: Axis, words: Words, most: int = 6) -> None:
    """Write an axis with few numbers, each with as many decimals as their step needs.

    Args:
        axis: The axis.
        words: Results in one language, which writes the numbers.
        most: How many numbers there is room for.
    """
    axis.set_major_locator(MaxNLocator(most))

    def written(value: float, _: int | None) -> str:
        return words.numbers.plain(value, decimals_of(axis.get_majorticklocs().tolist()))

    axis.set_major_formatter(FuncFormatter(written))


def decimals_of(places: Sequence[float]) -> int:
    """Return how many decimals write all of some places as they are; at most four."""
    return next((d for d in range(4) if all(_is_whole_number(x * 10**d) for x in places)), 4)


def _is_whole_number(value: float) -> bool:
    return abs(value - round(value)) < 1e-6
