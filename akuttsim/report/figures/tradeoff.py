"""Figure: what a model costs against what it gives, and which models no other beats in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from akuttsim.report.figures.scales import numbered, unit_words
from akuttsim.report.figures.style import FAINT, INK, Look, Size, drawn
from akuttsim.report.numbers import shown
from akuttsim.report.selection import Estimate
from akuttsim.report.words import Words
from akuttsim.statistics.ranking import ParetoStanding


@dataclass(frozen=True)
class Spot:
    """A model in a trade-off: its cost, its value of an indicator, and how it stands by both."""

    look: Look
    cost: Estimate
    value: Estimate
    standing: ParetoStanding


@dataclass(frozen=True)
class Panel:
    """An indicator against cost."""

    title: str
    is_lower_good: bool
    spots: tuple[Spot, ...]


def tradeoff(words: Words, panels: Sequence[Panel], size: Size, alt: str) -> str:
    """Return the figure as inline SVG; in every panel up is better and left is cheaper."""
    name = "tradeoff-narrow" if size.narrow else "tradeoff"
    return drawn(name, alt, size, lambda figure: _draw(figure, words, panels, size))


def _draw(figure: Figure, words: Words, panels: Sequence[Panel], size: Size) -> None:
    columns = 1 if size.narrow else 2
    rows = -(-len(panels) // columns)
    axes = figure.subplots(rows, columns, sharex=True, squeeze=False).ravel()
    for each, panel in zip(axes, panels, strict=False):
        _panel(each, words, panel)
    for each in axes[len(panels) :]:
        each.set_visible(False)
    cost = panels[0].spots[0].cost.unit
    numbered(axes[0].xaxis, words, 4 if size.narrow else 6)
    figure.supxlabel(words.text("tradeoff.axis", unit=unit_words(words, cost)), fontsize=12)
    shown_looks = {spot.look.name: spot.look for panel in panels for spot in panel.spots}
    handles = [
        Line2D([], [], linestyle="none", marker=look.mark, color=look.colour, label=look.title)
        for look in shown_looks.values()
    ]
    figure.legend(handles=handles, loc="outside upper left", ncols=1 if size.narrow else 3)


def _panel(axes: Axes, words: Words, panel: Panel) -> None:
    unit = panel.spots[0].value.unit
    axes.set_title(f"{panel.title} ({unit_words(words, unit)})", loc="left", fontsize=12.5)
    _front(axes, panel)
    for spot in panel.spots:
        _spot(axes, spot)
    numbered(axes.yaxis, words, 5)
    axes.margins(0.12)
    if unit == "share":
        low, high = axes.get_ylim()
        axes.set_ylim(max(low, 0.0), min(high, 101.0))
    if panel.is_lower_good:
        axes.invert_yaxis()


def _spot(axes: Axes, spot: Spot) -> None:
    """Draw a model with both intervals: filled and ringed on the front, hollow off it."""
    x, y = (shown(each.mean, each.unit) for each in (spot.cost, spot.value))
    for ends, is_cost in ((spot.cost, True), (spot.value, False)):
        if ends.has_interval:
            low, high = shown(ends.low, ends.unit), shown(ends.high, ends.unit)
            across, along = ([low, high], [y, y]) if is_cost else ([x, x], [low, high])
            axes.plot(across, along, color=spot.look.colour, linewidth=1.3)
    is_on = spot.standing == "front"
    axes.plot(
        [x],
        [y],
        linestyle="none",
        marker=spot.look.mark,
        markersize=11 if is_on else 8,
        markerfacecolor=spot.look.colour if is_on else "white",
        markeredgecolor=INK if is_on else spot.look.colour,
        markeredgewidth=1.2 if is_on else 1.6,
        zorder=4,
    )
    if spot.standing == "beaten":
        axes.plot([x], [y], "x", color=INK, markersize=6, zorder=5)


def _front(axes: Axes, panel: Panel) -> None:
    """Draw the front as the stairs that no model lies beyond."""
    on = sorted(
        (shown(each.cost.mean, each.cost.unit), shown(each.value.mean, each.value.unit))
        for each in panel.spots
        if each.standing == "front"
    )
    x, y = [a for a, _ in on], [b for _, b in on]
    axes.step(x, y, where="post", color=FAINT, linewidth=1.4, linestyle=(0, (5, 3)), zorder=1)
