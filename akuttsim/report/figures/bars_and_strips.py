"""Figures: the parts of a number as stacked bars, and values on strips with scales of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import fill, wrap
from typing import Any

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from akuttsim.report.context import Numbers
from akuttsim.report.figures.style import (
    COLOURS,
    DASHES,
    FAINT,
    GRID,
    INK,
    LineStyle,
    Size,
    decimals_of,
    figure_svg,
    plain_label,
)

PART_COLOURS = ("#3b5b7a", "#a9d3ef", "#d98324", "#f6d9a8", "#2f7d6b", "#cfe8d5", "#8a8f94")
HATCHES = ("", "....", "////", "", "\\\\\\\\", "xxxx", "---")
"""Dark and light by turns, with hatching, so that neighbours differ in grey too."""
_LONG_NAME = 22
"""Letters of a name that leaves no room for another beside it on a phone."""


@dataclass(frozen=True)
class StackedBar:
    """A model's bar.

    Attributes:
        title: The model's title.
        sizes: The size of each part, in the order of `StackedBars.parts`, all in one unit.
        sum_in_words: Their sum as it is written at the end of the bar.
    """

    title: str
    sizes: tuple[float, ...]
    sum_in_words: str


@dataclass(frozen=True)
class StackedBars:
    """Bars of the same parts, one for each model.

    Attributes:
        key: The name of the figure within the page.
        parts: What the parts are called, from the left.
        bars: The bars, from above.
        axis: What stands along the axis, with its unit.
        alt: What the figure shows, in words.
        tell: Writes a number of the axis.
    """

    key: str
    parts: tuple[str, ...]
    bars: tuple[StackedBar, ...]
    axis: str
    alt: str
    tell: Callable[[float], str]


def stacked_bars_figure(of: StackedBars, narrow: bool) -> str:
    """Return stacked bars as inline SVG.

    Args:
        of: The bars and what they are called.
        narrow: Whether it is for a phone.
    """
    columns = _legend_name_columns(of, narrow)
    lines = -(-len(of.parts) // columns)
    height = 80 + 22 * lines + len(of.bars) * (62 if narrow else 50)
    size = Size(370 if narrow else 960, height, narrow)
    name = f"{of.key}-narrow" if narrow else of.key
    return figure_svg(name, of.alt, size, lambda figure: _draw_stacked(figure, of, narrow))


def _draw_stacked(figure: Figure, of: StackedBars, narrow: bool) -> None:
    axes = figure.subplots()
    with mpl.rc_context({"hatch.linewidth": 0.8}):
        _draw_stacked_bars(axes, of)
    longest = max(sum(bar.sizes) for bar in of.bars)
    for row, bar in enumerate(of.bars):
        title = plain_label(bar.title, 44 if narrow else 60)
        axes.text(0, row - 0.33, title, fontsize=11.5, va="bottom")
        axes.text(
            sum(bar.sizes) + 0.01 * longest, row, bar.sum_in_words, fontsize=11.5, va="center"
        )
    axes.set_xlim(0, longest * (1.3 if narrow else 1.14))
    axes.set_ylim(len(of.bars) - 0.6, -0.85)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="y", visible=False)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: of.tell(x)))
    axes.locator_params(axis="x", nbins=4 if narrow else 8)
    axes.set_xlabel(fill(of.axis, 44 if narrow else 120))
    figure.legend(
        loc="outside upper left", ncols=_legend_name_columns(of, narrow), handlelength=2.4
    )


def _legend_name_columns(of: StackedBars, narrow: bool) -> int:
    """Return how many of the parts' names have room side by side."""
    if not narrow:
        return 4
    return 1 if max(map(len, of.parts)) > _LONG_NAME else 2


def _draw_stacked_bars(axes: Axes, of: StackedBars) -> None:
    starts = [0.0] * len(of.bars)
    for index, part in enumerate(of.parts):
        sizes = [bar.sizes[index] for bar in of.bars]
        axes.barh(
            range(len(of.bars)),
            sizes,
            left=starts,
            height=0.5,
            color=PART_COLOURS[index % len(PART_COLOURS)],
            hatch=HATCHES[index % len(HATCHES)],
            edgecolor=INK,
            linewidth=0.8,
            label=plain_label(part),
        )
        starts = [start + size for start, size in zip(starts, sizes, strict=True)]


BANDS: dict[str, LineStyle] = {
    "tolerance": {"facecolor": "#cfd5da", "edgecolor": "none"},
    "possible": {"facecolor": "#9ecae8", "edgecolor": COLOURS[1], "linewidth": 1.0},
}
"""What is a stretch of a strip, by kind."""

LINES: dict[str, LineStyle] = {
    "range": {"color": INK, "linewidth": 1.4, "marker": "|", "markersize": 11},
    "way": {"color": FAINT, "linewidth": 1.6, "linestyle": DASHES[2]},
    "chance": {"color": INK, "linewidth": 1.3, "marker": "|", "markersize": 7},
}
"""What reaches from one value to another."""

HOLLOW: LineStyle = {"mfc": "white", "mew": 1.8, "markersize": 12}
"""So large that it is seen about a full mark in the same place."""

STRIP_MARKS: dict[str, LineStyle] = {
    "published": {"marker": "|", "color": INK, "markersize": 26, "mew": 2.2},
    "fitted_before": {"marker": "o", "color": COLOURS[1], **HOLLOW},
    "fitted_after": {"marker": "o", "color": COLOURS[1]},
    "held_before": {"marker": "s", "color": COLOURS[2], **HOLLOW},
    "held_after": {"marker": "s", "color": COLOURS[2]},
    "before": {"marker": "o", "color": INK, **HOLLOW},
    "after": {"marker": "D", "color": INK},
}
"""What is one value; full marks are after, hollow ones before."""

_MARK_PX = 7.5
_LINE_PX, _STRIP_PX, _BELOW_PX, _LEGEND_PX, _FIRST_PX = 17, 34, 42, 24, 14
_COLUMNS, _NARROW_COLUMNS = 130, 52
_MARGIN = 0.07


@dataclass(frozen=True)
class StripMark:
    """A value on a strip, or what reaches from one value to another.

    Attributes:
        kind: How it looks, a key of `BANDS`, `LINES` or `STRIP_MARKS`.
        low: The value, or the lower end, in the unit of the strip.
        high: The upper end; the same as `low` for a single value.
    """

    kind: str
    low: float
    high: float


@dataclass(frozen=True)
class Strip:
    """Values on a scale of their own: a target or an assumption of a calibration.

    Attributes:
        title: What the values are of.
        values_in_words: What it shows, in words.
        parts: The marks and stretches, from back to front.
    """

    title: str
    values_in_words: str
    parts: tuple[StripMark, ...]

    def ends(self) -> tuple[float, float]:
        """Return the lowest and the highest value on the scale, with a margin."""
        low = min(part.low for part in self.parts)
        high = max(part.high for part in self.parts)
        room = _MARGIN * (high - low) or 1.0
        return low - room, high + room

    def text(self, is_narrow: bool) -> tuple[list[str], list[str]]:
        """Return title and what is told in lines that have room."""
        columns = _NARROW_COLUMNS if is_narrow else _COLUMNS
        return wrap(plain_label(self.title, 120), columns), wrap(self.values_in_words, columns)


@dataclass(frozen=True)
class Strips:
    """Strips of one figure.

    Attributes:
        name: Name of the figure within its page.
        strips: The strips from above, each on a scale of its own.
        kinds: What each kind of part is called in the legend.
    """

    name: str
    strips: Sequence[Strip]
    kinds: Mapping[str, str]

    def used(self) -> list[str]:
        """Return the kinds that there are, in the order of the legend."""
        kinds = {part.kind for strip in self.strips for part in strip.parts}
        return [kind for kind in self.kinds if kind in kinds]


def strips_figure(of: Strips, numbers: Numbers, alt: str, is_narrow: bool) -> str:
    """Return strips as inline SVG, each with its text above and its own scale below.

    Args:
        of: The strips.
        numbers: Writes numbers in the language of the page.
        alt: What the figure shows, in words.
        is_narrow: Whether it is for a phone.
    """
    columns = 2 if is_narrow else 4
    legend = _LEGEND_PX * -(-len(of.used()) // columns) + _FIRST_PX
    rows = sum(_strip_height(strip, is_narrow) for strip in of.strips)
    size = Size(370 if is_narrow else 900, legend + rows, is_narrow)
    name = f"{of.name}-narrow" if is_narrow else of.name
    return figure_svg(name, alt, size, lambda figure: _draw_strips(figure, of, numbers, size))


def _strip_height(strip: Strip, is_narrow: bool) -> int:
    return _LINE_PX * sum(map(len, strip.text(is_narrow))) + _STRIP_PX + _BELOW_PX


def _draw_strips(figure: Figure, of: Strips, numbers: Numbers, size: Size) -> None:
    axes = figure.subplots()
    top = _FIRST_PX
    for strip in of.strips:
        _draw_strip(axes, strip, numbers, (top, size.narrow))
        top += _strip_height(strip, size.narrow)
    axes.set_xlim(0, 1)
    axes.set_ylim(top, 0)
    axes.set_axis_off()
    handles = [_strip_legend_handle(kind, of.kinds[kind]) for kind in of.used()]
    columns = 2 if size.narrow else 4
    figure.legend(handles=handles, loc="outside upper left", ncols=columns, fontsize=11)


def _draw_strip(axes: Axes, strip: Strip, numbers: Numbers, at: tuple[int, bool]) -> None:
    """Write a strip's text at its top, and draw its parts and its scale below."""
    top, is_narrow = at
    title, values = strip.text(is_narrow)
    looks: Any = [{"color": INK, "fontsize": 12.5}] * len(title)
    looks += [{"color": FAINT, "fontsize": 11.5}] * len(values)
    for line, look in zip((*title, *values), looks, strict=True):
        axes.text(0, top, line, va="top", **look).set_in_layout(False)
        top += _LINE_PX
    middle = top + _STRIP_PX / 2 + 4
    low, high = strip.ends()
    _draw_strip_scale(axes, numbers, (low, high), middle + _STRIP_PX / 2)
    for part in strip.parts:
        ends = [(value - low) / (high - low) for value in (part.low, part.high)]
        _draw_strip_mark(axes, part.kind, ends, middle)


def _draw_strip_scale(
    axes: Axes, numbers: Numbers, ends: tuple[float, float], below: float
) -> None:
    """Draw a strip's own scale below it."""
    low, high = ends
    axes.plot([0, 1], [below] * 2, color=FAINT, linewidth=0.8)
    ticks = [value for value in MaxNLocator(5).tick_values(low, high) if low <= value <= high]
    for tick in ticks:
        place = (tick - low) / (high - low)
        axes.plot([place] * 2, [below - _STRIP_PX, below + 4], color=GRID, linewidth=0.8, zorder=0)
        written = numbers.plain(tick, decimals_of(ticks))
        text = axes.text(place, below + 5, written, ha="center", va="top", fontsize=11)
        text.set_in_layout(False)


def _draw_strip_mark(axes: Axes, kind: str, ends: Sequence[float], middle: float) -> None:
    start, end = ends
    if kind in BANDS:
        half = _STRIP_PX / 2 if kind == "tolerance" else _STRIP_PX / 5
        corner = (start, middle - half)
        axes.add_patch(Rectangle(corner, end - start, 2 * half, **BANDS[kind]))
    elif kind in LINES:
        axes.plot(ends, [middle] * 2, **LINES[kind])
    else:
        axes.plot([start], [middle], linestyle="", **{"markersize": _MARK_PX, **STRIP_MARKS[kind]})


def _strip_legend_handle(kind: str, label: str) -> Artist:
    """Return what the legend shows for a kind."""
    if kind in BANDS:
        return Patch(**BANDS[kind], label=label)
    if kind in LINES:
        return Line2D([], [], label=label, **LINES[kind])
    look = {"markersize": _MARK_PX, **STRIP_MARKS[kind]}
    look["markersize"] = min(look["markersize"], 13)
    return Line2D([], [], linestyle="", label=label, **look)
