"""Figure: daily series of pilot runs, their moving average, and where each is cut."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from akuttsim.report.catalogue import Catalogue
from akuttsim.report.figures.style import COLOURS, FAINT, TARGET, Size, drawn
from akuttsim.statistics.run_length import WarmUpChoice, welch_moving_average

WINDOW_DAYS = 7
"""Welch's average takes so many days to either side."""


def warm_up(text: Catalogue, chosen: WarmUpChoice, given_days: int, size: Size) -> str:
    """Return the figure as inline SVG: a panel for each series."""
    name = "warm-up-narrow" if size.narrow else "warm-up"
    alt = text("warm_up.alt", series=text.listed([series_name(text, s) for s in chosen.series]))
    return drawn(name, alt, size, lambda figure: _draw(figure, text, chosen, given_days))


def series_name(text: Catalogue, name: str) -> str:
    """Return the name of a daily series in words."""
    return text(f"warm_up.series.{name}")


def _draw(figure: Figure, text: Catalogue, chosen: WarmUpChoice, given_days: int) -> None:
    panels = figure.subplots(len(chosen.series), 1, sharex=True, squeeze=False)[:, 0]
    for axes, name in zip(panels, chosen.series, strict=True):
        _panel(axes, text, chosen, name, given_days)
    panels[-1].set_xlabel(text("warm_up.days_axis"))
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper left", ncols=2)


def _panel(axes: Axes, text: Catalogue, chosen: WarmUpChoice, name: str, given_days: int) -> None:
    days, cut = chosen.series[name], chosen.cuts[name].days
    axes.plot(days, ".", color=COLOURS[0], markersize=4, label=text("warm_up.day"))
    smooth = welch_moving_average(days, WINDOW_DAYS)
    axes.plot(smooth, color=COLOURS[1], linewidth=2, label=text("warm_up.welch"))
    axes.axvspan(0, given_days, color=FAINT, alpha=0.18, label=text("warm_up.given"))
    where = np.nan if cut is None else cut
    axes.axvline(where, color=TARGET, linestyle=(0, (6, 3)), label=text("warm_up.cut"))
    axes.set_title(series_name(text, name), loc="left", fontsize=12, fontweight="normal")
    axes.set_xlim(0, len(days))
    axes.set_ylim(bottom=0 if np.nanmin(days) >= 0 else None)
