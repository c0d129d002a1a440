"""Figures of pages about a call log: lines and steps, by hour and by day."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from akuttsim.records import Flags, Floats
from akuttsim.report.figures.style import COLOURS, DASHES, FAINT, INK, Size, figure_svg

WIDE = Size(900, 330)
HALF = Size(450, 330, narrow=True)
SEEN, FITTED, OTHER = INK, COLOURS[1], COLOURS[2]


@dataclass(frozen=True)
class AxisTexts:
    """What stands along the two axes.

    Attributes:
        across: Along the lower axis, with its unit.
        up: Above the upright one, with its unit.
        written: Writes a number of the upright one; takes the number and how many decimals it
            needs.
    """

    across: str
    up: str
    written: Callable[[float, int], str]


@dataclass(frozen=True)
class Series:
    """Points or a line with a name.

    Attributes:
        name: Its name in the legend.
        at: Positions along the lower axis.
        values: Values; NaN leaves a gap.
        low: The lower end of a band, or of bars at points; None for none.
        high: The upper end.
        is_points: Whether it is drawn as points.
        colour: Its colour.
        is_dashed: Whether its line is dashed.
    """

    name: str
    at: Floats
    values: Floats
    low: Floats | None = None
    high: Floats | None = None
    is_points: bool = False
    colour: str = FITTED
    is_dashed: bool = False


def lines_figure(
    name: str, alt: str, axis: AxisTexts, series: Sequence[Series], size: Size = WIDE
) -> str:
    """Return lines, points and bands as inline SVG.

    Args:
        name: Its own name within the page.
        alt: What it shows, in words.
        axis: What stands along the axes.
        series: What is drawn.
        size: Size of the drawing.
    """
    return figure_svg(
        name, alt, size, lambda figure: _draw_series_figure(figure, axis, series, size)
    )


def _draw_series_figure(
    figure: Figure, axis: AxisTexts, series: Sequence[Series], size: Size
) -> None:
    axes = figure.subplots()
    for line in series:
        _draw_one_series(axes, line)
    _label_axes(axes, axis)
    tops = np.concatenate([np.zeros(1), *(_series_top(line) for line in series)])
    axes.set_ylim(0, float(np.nanmax(tops)) * 1.06 or 1.0)
    if len(series) > 1:
        figure.legend(loc="outside upper left", ncols=2 if size.narrow else 3)


def _series_top(line: Series) -> Floats:
    return line.values if line.high is None else np.fmax(line.values, line.high)


def _draw_one_series(axes: Axes, line: Series) -> None:
    if line.is_points:
        axes.plot(line.at, line.values, "o", color=line.colour, markersize=5, label=line.name)
        if line.low is not None and line.high is not None:
            axes.vlines(line.at, line.low, line.high, color=line.colour, linewidth=1.3)
        return
    dash = DASHES[1] if line.is_dashed else "-"
    look: Any = {"color": line.colour, "linewidth": 1.8, "linestyle": dash}
    if np.isnan(line.values).any():
        look["marker"] = "."
    axes.plot(line.at, line.values, label=line.name, **look)
    if line.low is not None and line.high is not None:
        axes.fill_between(line.at, line.low, line.high, color=line.colour, alpha=0.18, linewidth=0)
        lone = _lone_points(line.low + line.high)
        at, low, high = line.at[lone], line.low[lone], line.high[lone]
        axes.vlines(at, low, high, color=line.colour, alpha=0.3, linewidth=6)


def _lone_points(values: Floats) -> Flags:
    """Return which points have none on either side, so that no band can be drawn between them."""
    known = np.pad(~np.isnan(values), 1)
    lone: Flags = known[1:-1] & ~known[:-2] & ~known[2:]
    return lone


def _label_axes(axes: Axes, axis: AxisTexts) -> None:
    from matplotlib.ticker import FuncFormatter

    formatter = FuncFormatter(lambda y, _: tick_label(axis, axes.get_yticks().tolist(), float(y)))
    axes.yaxis.set_major_formatter(formatter)
    axes.set_xlabel(axis.across)
    axes.set_title(axis.up, loc="left", fontsize=12, fontweight="normal")
    axes.grid(axis="x", visible=False)


MOST_DECIMALS = 4


def tick_label(axis: AxisTexts, marks: Sequence[float], value: float) -> str:
    """Return a mark of the upright axis, with the fewest decimals that write every mark exactly.

    0, 0.5 and 1 must not be written as 0, 0 and 1.
    """
    for decimals in range(MOST_DECIMALS):
        if all(_adds_only_noughts(axis, mark, decimals) for mark in marks):
            return axis.written(value, decimals)
    return axis.written(value, MOST_DECIMALS)


def _adds_only_noughts(axis: AxisTexts, mark: float, decimals: int) -> bool:
    """Tell whether one more decimal would add nothing but a nought."""
    fewer, more = (re.sub(r"\D", "", axis.written(mark, decimals + k)) for k in (0, 1))
    return int(more) == 10 * int(fewer)


def hours_figure(
    name: str, alt: str, axis: AxisTexts, series: Sequence[Series], size: Size = WIDE
) -> str:
    """Return lines over the hours of the day as inline SVG.

    Args:
        name: Its own name within the page.
        alt: What it shows, in words.
        axis: What stands along the axes.
        series: What is drawn, at hours from 0 to 23.
        size: Size of the drawing.
    """

    def draw(figure: Figure) -> None:
        _draw_series_figure(figure, axis, series, size)
        axes = figure.axes[0]
        axes.set_xlim(-0.6, 23.6)
        hours = range(0, 24, 4 if size.narrow else 2)
        axes.set_xticks(list(hours), [f"{hour:02d}" for hour in hours])

    return figure_svg(name, alt, size, draw)


def days_figure(
    name: str, alt: str, axis: AxisTexts, at: NDArray[np.datetime64], counts: NDArray[np.int64]
) -> str:
    """Return a bar for each day as inline SVG.

    Args:
        name: Its own name within the page.
        alt: What it shows, in words.
        axis: What stands along the axes.
        at: The days, shape (days,).
        counts: Calls of each day, shape (days,).
    """

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.bar(at.astype("datetime64[s]").astype(object), counts, width=0.9, color=FAINT)
        axes.margins(x=0.01)
        _label_axes(axes, axis)
        _date_axis(axes)

    return figure_svg(name, alt, Size(900, 240), draw)


def _date_axis(axes: Axes) -> None:
    from matplotlib.dates import AutoDateLocator, DateFormatter

    axes.xaxis.set_major_locator(AutoDateLocator(maxticks=8))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(DateFormatter("%Y-%m-%d"))  # type: ignore[no-untyped-call]
