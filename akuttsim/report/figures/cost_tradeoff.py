"""Figure: what the models cost a year against what they give, a panel for each indicator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from akuttsim.report.context import Estimate, Words
from akuttsim.report.figures.style import (
    FAINT,
    INK,
    Look,
    Size,
    figure_svg,
    number_axis,
    unit_words,
)
from akuttsim.statistics.ranking import ParetoStanding
from akuttsim.texts import scale_value


@dataclass(frozen=True)
class TradeoffSpot:
    """A model in a trade-off: its cost, its value of an indicator, and how it stands by both."""

    look: Look
    cost: Estimate
    value: Estimate
    standing: ParetoStanding


@dataclass(frozen=True)
class TradeoffPanel:
    """An indicator against cost."""

    title: str
    is_lower_good: bool
    spots: tuple[TradeoffSpot, ...]


def tradeoff_figure(words: Words, panels: Sequence[TradeoffPanel], size: Size, alt: str) -> str:
    """Return the figure as inline SVG; in every panel up is better and left is cheaper."""
    name = "tradeoff-narrow" if size.narrow else "tradeoff"
    return figure_svg(name, alt, size, lambda figure: _draw_tradeoff(figure, words, panels, size))


def _draw_tradeoff(
    figure: Figure, words: Words, panels: Sequence[TradeoffPanel], size: Size
) -> None:
    columns = 1 if size.narrow else 2
    rows = -(-len(panels) // columns)
    axes = figure.subplots(rows, columns, sharex=True, squeeze=False).ravel()
    for panel_axes, panel in zip(axes, panels, strict=False):
        _draw_tradeoff_panel(panel_axes, words, panel)
    for panel_axes in axes[len(panels) :]:
        panel_axes.set_visible(False)
    cost = panels[0].spots[0].cost.unit
    number_axis(axes[0].xaxis, words, 4 if size.narrow else 6)
    figure.supxlabel(words.text("tradeoff.axis", unit=unit_words(words, cost)), fontsize=12)
    shown_looks = {spot.look.name: spot.look for panel in panels for spot in panel.spots}
    handles = [
        Line2D([], [], linestyle="none", marker=look.mark, color=look.colour, label=look.title)
        for look in shown_looks.values()
    ]
    figure.legend(handles=handles, loc="outside upper left", ncols=1 if size.narrow else 3)


def _draw_tradeoff_panel(axes: Axes, words: Words, panel: TradeoffPanel) -> None:
    unit = panel.spots[0].value.unit
    axes.set_title(f"{panel.title} ({unit_words(words, unit)})", loc="left", fontsize=12.5)
    _draw_front(axes, panel)
    for spot in panel.spots:
        _draw_spot(axes, spot)
    number_axis(axes.yaxis, words, 5)
    axes.margins(0.12)
    if unit == "share":
        low, high = axes.get_ylim()
        axes.set_ylim(max(low, 0.0), min(high, 101.0))
    if panel.is_lower_good:
        axes.invert_yaxis()


def _draw_spot(axes: Axes, spot: TradeoffSpot) -> None:
    """Draw a model with both intervals: filled and ringed on the front, hollow off it."""
    x, y = (scale_value(estimate.mean, estimate.unit) for estimate in (spot.cost, spot.value))
    for ends, is_cost in ((spot.cost, True), (spot.value, False)):
        if ends.has_interval:
            low, high = scale_value(ends.low, ends.unit), scale_value(ends.high, ends.unit)
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


def _draw_front(axes: Axes, panel: TradeoffPanel) -> None:
    """Draw the front as the stairs that no model lies beyond."""
    on = sorted(
        (
            scale_value(spot.cost.mean, spot.cost.unit),
            scale_value(spot.value.mean, spot.value.unit),
        )
        for spot in panel.spots
        if spot.standing == "front"
    )
    x, y = [a for a, _ in on], [b for _, b in on]
    axes.step(x, y, where="post", color=FAINT, linewidth=1.4, linestyle=(0, (5, 3)), zorder=1)
