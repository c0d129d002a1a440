"""Figure: values on strips one below the other, each with a scale of its own, and what is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator

from akuttsim.report.figures.scales import decimals_of
from akuttsim.report.figures.style import COLOURS, DASHES, FAINT, GRID, INK, Size, drawn, plain
from akuttsim.report.numbers import Numbers

BANDS: dict[str, dict[str, Any]] = {
    "tolerance": {"facecolor": "#cfd5da", "edgecolor": "none"},
    "possible": {"facecolor": "#9ecae8", "edgecolor": COLOURS[1], "linewidth": 1.0},
}
"""What is a stretch of a strip, by kind."""

LINES: dict[str, dict[str, Any]] = {
    "range": {"color": INK, "linewidth": 1.4, "marker": "|", "markersize": 11},
    "way": {"color": FAINT, "linewidth": 1.6, "linestyle": DASHES[2]},
    "chance": {"color": INK, "linewidth": 1.3, "marker": "|", "markersize": 7},
}
"""What reaches from one value to another."""

HOLLOW: dict[str, Any] = {"mfc": "white", "mew": 1.8, "markersize": 12}
"""So large that it is seen about a full mark in the same place."""

MARKS: dict[str, dict[str, Any]] = {
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
class Part:
    """A value on a strip, or what reaches from one value to another; `kind` says how it looks."""

    kind: str
    low: float
    high: float


@dataclass(frozen=True)
class Strip:
    """One strip: what it is about, what it shows in words, and its parts from back to front."""

    title: str
    told: str
    parts: tuple[Part, ...]

    def ends(self) -> tuple[float, float]:
        """Return the lowest and the highest value on the scale, with a margin."""
        low = min(part.low for part in self.parts)
        high = max(part.high for part in self.parts)
        room = _MARGIN * (high - low) or 1.0
        return low - room, high + room

    def text(self, is_narrow: bool) -> tuple[list[str], list[str]]:
        """Return title and what is told in lines that have room."""
        columns = _NARROW_COLUMNS if is_narrow else _COLUMNS
        return wrap(plain(self.title, 120), columns), wrap(self.told, columns)


@dataclass(frozen=True)
class Strips:
    """Strips with the name of the figure within its page, and what its kinds of parts are."""

    name: str
    strips: Sequence[Strip]
    kinds: Mapping[str, str]

    def used(self) -> list[str]:
        """Return the kinds that there are, in the order of the legend."""
        there = {part.kind for strip in self.strips for part in strip.parts}
        return [kind for kind in self.kinds if kind in there]


def strips(of: Strips, numbers: Numbers, alt: str, is_narrow: bool) -> str:
    """Return the figure as inline SVG."""
    columns = 2 if is_narrow else 4
    legend = _LEGEND_PX * -(-len(of.used()) // columns) + _FIRST_PX
    rows = sum(_height(strip, is_narrow) for strip in of.strips)
    size = Size(370 if is_narrow else 900, legend + rows, is_narrow)
    name = f"{of.name}-narrow" if is_narrow else of.name
    return drawn(name, alt, size, lambda figure: _draw(figure, of, numbers, size))


def _height(strip: Strip, is_narrow: bool) -> int:
    return _LINE_PX * sum(map(len, strip.text(is_narrow))) + _STRIP_PX + _BELOW_PX


def _draw(figure: Figure, of: Strips, numbers: Numbers, size: Size) -> None:
    axes = figure.subplots()
    top = _FIRST_PX
    for strip in of.strips:
        _strip(axes, strip, numbers, (top, size.narrow))
        top += _height(strip, size.narrow)
    axes.set_xlim(0, 1)
    axes.set_ylim(top, 0)
    axes.set_axis_off()
    handles = [_handle(kind, of.kinds[kind]) for kind in of.used()]
    columns = 2 if size.narrow else 4
    figure.legend(handles=handles, loc="outside upper left", ncols=columns, fontsize=11)


def _strip(axes: Axes, strip: Strip, numbers: Numbers, at: tuple[int, bool]) -> None:
    """Write a strip's text at its top, and draw its parts and its scale below."""
    top, is_narrow = at
    title, told = strip.text(is_narrow)
    looks: Any = [{"color": INK, "fontsize": 12.5}] * len(title)
    looks += [{"color": FAINT, "fontsize": 11.5}] * len(told)
    for line, look in zip((*title, *told), looks, strict=True):
        axes.text(0, top, line, va="top", **look).set_in_layout(False)
        top += _LINE_PX
    middle = top + _STRIP_PX / 2 + 4
    low, high = strip.ends()
    _scale(axes, numbers, (low, high), middle + _STRIP_PX / 2)
    for part in strip.parts:
        here = [(value - low) / (high - low) for value in (part.low, part.high)]
        _part(axes, part.kind, here, middle)


def _scale(axes: Axes, numbers: Numbers, ends: tuple[float, float], below: float) -> None:
    """Draw a strip's own scale below it."""
    low, high = ends
    axes.plot([0, 1], [below] * 2, color=FAINT, linewidth=0.8)
    ticks = [each for each in MaxNLocator(5).tick_values(low, high) if low <= each <= high]
    for tick in ticks:
        place = (tick - low) / (high - low)
        axes.plot([place] * 2, [below - _STRIP_PX, below + 4], color=GRID, linewidth=0.8, zorder=0)
        written = numbers.plain(tick, decimals_of(ticks))
        text = axes.text(place, below + 5, written, ha="center", va="top", fontsize=11)
        text.set_in_layout(False)


def _part(axes: Axes, kind: str, here: Sequence[float], middle: float) -> None:
    left, right = here
    if kind in BANDS:
        half = _STRIP_PX / 2 if kind == "tolerance" else _STRIP_PX / 5
        corner = (left, middle - half)
        axes.add_patch(Rectangle(corner, right - left, 2 * half, **BANDS[kind]))
    elif kind in LINES:
        axes.plot(here, [middle] * 2, **LINES[kind])
    else:
        axes.plot([left], [middle], linestyle="", **{"markersize": _MARK_PX, **MARKS[kind]})


def _handle(kind: str, label: str) -> Artist:
    """Return what the legend shows for a kind."""
    if kind in BANDS:
        return Patch(**BANDS[kind], label=label)
    if kind in LINES:
        return Line2D([], [], label=label, **LINES[kind])
    look = {"markersize": _MARK_PX, **MARKS[kind]}
    look["markersize"] = min(look["markersize"], 13)
    return Line2D([], [], linestyle="", label=label, **look)
