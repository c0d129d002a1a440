"""A mark for every ten of 1,000 people who fall ill, by how they notice a change of service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes

from akuttsim.report.decision_paper import MARK_COLOURS, MUTED

_FACES: dict[str, dict[str, Any]] = {
    "lost": {"marker": "x", "color": MARK_COLOURS["worse"], "linewidths": 1.8},
    "later": {"marker": "s", "color": MARK_COLOURS["worse"]},
    "unchanged": {"marker": "o", "facecolors": "none", "edgecolors": MUTED, "linewidths": 0.7},
    "sooner": {"marker": "o", "color": MARK_COLOURS["better"]},
    "gained": {
        "marker": "D",
        "facecolors": "none",
        "edgecolors": MARK_COLOURS["better"],
        "linewidths": 1.8,
    },
}
"""A shape for each, which survives grey: cross, square, ring, disc, diamond."""


def draw_people_marks(axes: Axes, marks: Sequence[str], across: int, size: float = 5.4) -> None:
    """Draw marks row by row into axes, the first at the upper left.

    Args:
        axes: Filled from edge to edge; its scale and frame are switched off.
        marks: The kind of each ten people.
        across: Marks in a row.
        size: Width of a mark in points.
    """
    rows = -(-len(marks) // across)
    axes.set_xlim(0, across)
    axes.set_ylim(rows, 0)
    axes.axis("off")
    for kind, face in _FACES.items():
        at = [divmod(place, across) for place, each in enumerate(marks) if each == kind]
        if at:
            down, right = zip(*at, strict=True)
            x, y = [each + 0.5 for each in right], [each + 0.5 for each in down]
            axes.scatter(x, y, s=size**2, **face)
