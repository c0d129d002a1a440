"""How every figure looks, and how it becomes inline SVG."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from akuttsim.report.figures.noted import Noted, note

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
    """The colour, mark and line of one organisation model, the same in all figures."""

    name: str
    title: str
    colour: str
    mark: str
    dash: Any


def looks(titles: dict[str, str]) -> list[Look]:
    """Return the look of each model; after seven, colours come again with other marks and lines."""
    return [
        Look(
            name,
            plain(title),
            COLOURS[index % 7],
            MARKS[(index + index // 7) % 7],
            DASHES[(index + index // 7) % 7],
        )
        for index, (name, title) in enumerate(titles.items())
    ]


LONGEST_NAME = 60
"""Letters of a name that a figure has room for."""


def plain(words: str, longest: int = LONGEST_NAME) -> str:
    """Return a name for a figure: on one line, short, dollar signs not read as mathematics."""
    line = " ".join(words.split())
    short = line if len(line) <= longest else line[: longest - 1] + "…"
    return short.replace("$", r"\$")


@dataclass(frozen=True)
class Size:
    """A drawing's size in CSS pixels, and whether it is for a narrow screen."""

    width: int
    height: int
    narrow: bool = False


def drawn(name: str, alt: str, size: Size, draw: Callable[[Figure], None]) -> str:
    """Return a figure as inline SVG with its text in words; `name` is its own within the page."""
    with mpl.rc_context({**STYLE, "svg.hashsalt": f"akuttsim-{name}"}), any_letters():
        figure = Figure(figsize=(size.width / 72, size.height / 72), dpi=72, layout="constrained")
        draw(figure)
        sink = io.StringIO()
        canvas: Any = FigureCanvasSVG(figure)
        # savefig would draw a constrained figure twice, once for its layout alone
        canvas.print_svg(sink, metadata={"Date": None})
    inline = _inline(sink.getvalue(), name, alt)
    if not size.narrow:
        note(Noted(name, alt, (size.width, size.height), draw, inline))
    return inline


@contextmanager
def any_letters() -> Iterator[None]:
    """Draw letters that matplotlib's font has not without a warning: a browser's font has them."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
        yield


def _inline(svg: str, name: str, alt: str) -> str:
    """Return the SVG element alone: no outside address, no id that another figure could have."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>\s*", "", body, flags=re.S)
    body = _LONG.sub(lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), body)
    head, rest = body[: body.index(">")], body[body.index(">") + 1 :]
    box = re.search(r'viewBox="[^"]*"', head)
    rest = rest.replace("xlink:href", "href")
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', rest))
    rest = rest.replace('<g id="halo">', '<g class="halo">')
    rest = re.sub(r' id="([^"]+)"', lambda m: _own_id(m[1], name, used), rest)
    rest = re.sub(r'(url\(#|href="#)', rf"\g<1>{name}-", rest)
    label = escape(alt, quote=True)
    return f'<svg {box[0] if box else ""} role="img" aria-label="{label}">{rest.strip()}'


def _own_id(found: str, name: str, used: set[str]) -> str:
    return f' id="{name}-{found}"' if found in used else ""


def bare(axes: Axes) -> None:
    """Take away frame, ticks and grid, as for a map."""
    axes.set_axis_off()
    axes.grid(False)
