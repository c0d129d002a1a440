"""Figures: what a number consists of, a bar of parts for each model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from textwrap import fill

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from akuttsim.report.figures.style import INK, Size, drawn, plain

COLOURS = ("#3b5b7a", "#a9d3ef", "#d98324", "#f6d9a8", "#2f7d6b", "#cfe8d5", "#8a8f94")
HATCHES = ("", "....", "////", "", "\\\\\\\\", "xxxx", "---")
"""Dark and light by turns, with hatching, so that neighbours differ in grey too."""
_LONG_NAME = 22
"""Letters of a name that leaves no room for another beside it on a phone."""


@dataclass(frozen=True)
class Bar:
    """A model's bar: its title, the size of each part, and its sum in words."""

    title: str
    sizes: tuple[float, ...]
    told: str


@dataclass(frozen=True)
class Stack:
    """Bars of the same parts: what it is called in the page, the parts' names and the axis."""

    key: str
    parts: tuple[str, ...]
    bars: tuple[Bar, ...]
    axis: str
    alt: str
    tell: Callable[[float], str]


def stacked(of: Stack, narrow: bool) -> str:
    """Return the figure as inline SVG."""
    columns = _columns(of, narrow)
    lines = -(-len(of.parts) // columns)
    height = 80 + 22 * lines + len(of.bars) * (62 if narrow else 50)
    size = Size(370 if narrow else 960, height, narrow)
    name = f"{of.key}-narrow" if narrow else of.key
    return drawn(name, of.alt, size, lambda figure: _draw(figure, of, narrow))


def _draw(figure: Figure, of: Stack, narrow: bool) -> None:
    axes = figure.subplots()
    with mpl.rc_context({"hatch.linewidth": 0.8}):
        _bars(axes, of)
    longest = max(sum(bar.sizes) for bar in of.bars)
    for row, bar in enumerate(of.bars):
        title = plain(bar.title, 44 if narrow else 60)
        axes.text(0, row - 0.33, title, fontsize=11.5, va="bottom")
        axes.text(sum(bar.sizes) + 0.01 * longest, row, bar.told, fontsize=11.5, va="center")
    axes.set_xlim(0, longest * (1.3 if narrow else 1.14))
    axes.set_ylim(len(of.bars) - 0.6, -0.85)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="y", visible=False)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: of.tell(x)))
    axes.locator_params(axis="x", nbins=4 if narrow else 8)
    axes.set_xlabel(fill(of.axis, 44 if narrow else 120))
    figure.legend(loc="outside upper left", ncols=_columns(of, narrow), handlelength=2.4)


def _columns(of: Stack, narrow: bool) -> int:
    """Return how many of the parts' names have room side by side."""
    if not narrow:
        return 4
    return 1 if max(map(len, of.parts)) > _LONG_NAME else 2


def _bars(axes: Axes, of: Stack) -> None:
    starts = [0.0] * len(of.bars)
    for index, part in enumerate(of.parts):
        sizes = [bar.sizes[index] for bar in of.bars]
        axes.barh(
            range(len(of.bars)),
            sizes,
            left=starts,
            height=0.5,
            color=COLOURS[index % len(COLOURS)],
            hatch=HATCHES[index % len(HATCHES)],
            edgecolor=INK,
            linewidth=0.8,
            label=plain(part),
        )
        starts = [start + size for start, size in zip(starts, sizes, strict=True)]


def in_parts(sizes: Sequence[float], groups: Sequence[Sequence[int]]) -> tuple[float, ...]:
    """Return the sums of sizes over groups of their places."""
    return tuple(sum(sizes[place] for place in group) for group in groups)
