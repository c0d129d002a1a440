"""How the study's figures look, and how they become files."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK = "#1d2730"
EXACT = "#1d2730"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#4a4f54")
"""Okabe and Ito's colours (Color Universal Design, 2008), then grey."""
MARKS = ("o", "s", "^", "D", "v", "P", "X")

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.edgecolor": "#5b6770",
    "axes.linewidth": 0.8,
    "grid.color": "#dfe3e6",
    "grid.linewidth": 0.8,
    "text.color": INK,
    "legend.frameon": False,
    "legend.fontsize": 10,
}


def drawn(name: str, size: tuple[float, float], draw: Callable[[Figure], None]) -> bytes:
    """Return a figure as SVG, the same bytes for the same numbers; `size` in inches."""
    with mpl.rc_context({**_STYLE, "svg.hashsalt": f"akuttsim-verification-{name}"}):
        figure = Figure(figsize=size, layout="constrained")
        draw(figure)
        sink = io.BytesIO()
        figure.savefig(sink, format="svg", facecolor="white", metadata={"Date": None})
    return sink.getvalue()


def diagonal(axes: Axes) -> None:
    """Draw the line on which simulated and exact are the same."""
    low = max(axes.get_xlim()[0], axes.get_ylim()[0])
    high = min(axes.get_xlim()[1], axes.get_ylim()[1])
    axes.plot([low, high], [low, high], color=EXACT, linewidth=0.9, zorder=1)
