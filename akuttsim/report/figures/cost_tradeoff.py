"""Figure: what the models cost a year against what they give, a panel for each indicator."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from akuttsim.report.context import Words
from akuttsim.report.document import Drawing
from akuttsim.report.document import Figure as ReportFigure
from akuttsim.report.figures.style import (
    FAINT,
    INK,
    Look,
    Size,
    figure_svg,
    number_axis,
    unit_words,
)
from akuttsim.report.sections.tradeoff import (
    TradeoffPanel,
    TradeoffSpot,
    front_sentences,
    tradeoff_panels,
)
from akuttsim.texts import scale_value


def tradeoff_picture(words: Words, looks: Sequence[Look]) -> list[ReportFigure]:
    """Return the figure, in every panel up is better and left is cheaper; none without a cost."""
    panels = tradeoff_panels(words)
    if not panels:
        return []
    size = Size(960, 110 + 300 * ((len(panels) + 1) // 2))
    by_name = {look.name: look for look in looks}
    svg = figure_svg(
        "tradeoff",
        " ".join(front_sentences(words)),
        size,
        lambda figure: _draw_tradeoff(figure, words, panels, by_name),
    )
    captions = (words.text("tradeoff.caption"), words.text("figures.interval"))
    title = words.text("tradeoff.title")
    return [ReportFigure("tradeoff", title, (Drawing(Markup(svg), None),), captions, ())]


def _draw_tradeoff(
    figure: Figure, words: Words, panels: Sequence[TradeoffPanel], looks: dict[str, Look]
) -> None:
    axes = figure.subplots(-(-len(panels) // 2), 2, sharex=True, squeeze=False).ravel()
    for panel_axes, panel in zip(axes, panels, strict=False):
        _draw_tradeoff_panel(panel_axes, words, panel, looks)
    for panel_axes in axes[len(panels) :]:
        panel_axes.set_visible(False)
    cost = panels[0].spots[0].cost.unit
    number_axis(axes[0].xaxis, words, 6)
    figure.supxlabel(words.text("tradeoff.axis", unit=unit_words(words, cost)), fontsize=12)
    shown = {spot.model: looks[spot.model] for panel in panels for spot in panel.spots}
    handles = [
        Line2D([], [], linestyle="none", marker=look.mark, color=look.colour, label=look.title)
        for look in shown.values()
    ]
    figure.legend(handles=handles, loc="outside upper left", ncols=3)


def _draw_tradeoff_panel(
    axes: Axes, words: Words, panel: TradeoffPanel, looks: dict[str, Look]
) -> None:
    unit = panel.spots[0].value.unit
    axes.set_title(
        f"{words.labels.indicator(panel.indicator)} ({unit_words(words, unit)})",
        loc="left",
        fontsize=12.5,
    )
    _draw_front(axes, panel)
    for spot in panel.spots:
        _draw_spot(axes, spot, looks[spot.model])
    number_axis(axes.yaxis, words, 5)
    axes.margins(0.12)
    if unit == "share":
        low, high = axes.get_ylim()
        axes.set_ylim(max(low, 0.0), min(high, 101.0))
    if panel.is_lower_good:
        axes.invert_yaxis()


def _draw_spot(axes: Axes, spot: TradeoffSpot, look: Look) -> None:
    """Draw a model with both intervals: filled and ringed on the front, hollow off it."""
    x, y = (scale_value(estimate.mean, estimate.unit) for estimate in (spot.cost, spot.value))
    for ends, is_cost in ((spot.cost, True), (spot.value, False)):
        if ends.has_interval:
            low, high = scale_value(ends.low, ends.unit), scale_value(ends.high, ends.unit)
            across, along = ([low, high], [y, y]) if is_cost else ([x, x], [low, high])
            axes.plot(across, along, color=look.colour, linewidth=1.3)
    is_on = spot.standing == "front"
    axes.plot(
        [x],
        [y],
        linestyle="none",
        marker=look.mark,
        markersize=11 if is_on else 8,
        markerfacecolor=look.colour if is_on else "white",
        markeredgecolor=INK if is_on else look.colour,
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
