"""Placing of names on a map, so that none covers another name, a mark or the edge."""

from __future__ import annotations

import math

from matplotlib.axes import Axes

from akuttsim.report.figures.geography import Point
from akuttsim.report.figures.style import FAINT, INK

Box = tuple[float, ...]
"""Left, bottom, right, top in pixels."""

Spot = tuple[float, float, str, str]
_POINTS = 11.5
_LINES = 1.05

_SPOTS: list[Spot] = [
    (x * far, y * far, ha, va)
    for far in (1.0, 1.8, 2.8, 4.0)
    for x, y, ha, va in (
        (9, 0, "left", "center"),
        (-9, 0, "right", "center"),
        (0, 9, "center", "bottom"),
        (8, 7, "left", "bottom"),
        (-8, 7, "right", "bottom"),
        (8, -9, "left", "top"),
        (-8, -9, "right", "top"),
        (0, -22, "center", "top"),
    )
]
"""Where a name may stand from its place, in pixels, the best first."""


_PARTS = (0.2, 0.35, 0.5, 0.65, 0.8, 0.95)
"""Where along a leader it is seen whether it crosses a name."""
_NEAR_PX = 22
"""Farther off than this, a thin line leads from the name to its place."""
_LEADER = {"arrowstyle": "-", "color": FAINT, "linewidth": 0.7, "shrinkA": 1, "shrinkB": 3}


def placed(axes: Axes, wanted: list[tuple[Point, str]], taken: list[Box]) -> None:
    """Write names; each takes the first spot that is free, or the least covered."""
    boxes, known = list(taken), len(taken)
    for at, words in wanted:
        size = _size(axes, words)
        x, y = axes.transData.transform(at)
        spots = [_box((x, y), spot, size) for spot in _SPOTS]
        costs = [_covered(box, boxes, axes) + _away((x, y), box, boxes[known:]) for box in spots]
        best = costs.index(min(costs))
        boxes.append(spots[best])
        _write(axes, at, words, _SPOTS[best])


def _size(axes: Axes, words: str) -> tuple[float, float]:
    """Return how wide and high words are in pixels."""
    text = axes.text(0, 0, words, fontsize=_POINTS, linespacing=_LINES)
    extent = text.get_window_extent()
    text.remove()
    return float(extent.width), float(extent.height)


def _box(at: Point, spot: Spot, size: tuple[float, float]) -> Box:
    """Return the box of words of some size at a spot, with a little room around."""
    x, y, ha, va = spot
    width, height = size
    left = at[0] + x - {"left": 0.0, "center": 0.5, "right": 1.0}[ha] * width
    bottom = at[1] + y - {"bottom": 0.0, "center": 0.5, "top": 1.0}[va] * height
    return (left - 2, bottom - 1, left + width + 2, bottom + height + 1)


def _write(axes: Axes, at: Point, words: str, spot: Spot) -> None:
    x, y, ha, va = spot
    is_near = max(abs(x), abs(y)) <= _NEAR_PX
    text = axes.annotate(
        words,
        at,
        xytext=(x, y),
        textcoords="offset pixels",
        ha=ha,
        va=va,
        fontsize=_POINTS,
        color=INK,
        zorder=6,
        annotation_clip=False,
        linespacing=_LINES,
        arrowprops=None if is_near else _LEADER,
    )
    text.set_gid("halo")


def _away(at: Point, box: Box, names: list[Box]) -> float:
    """Return what it costs that a name is far off, and that its leader runs through other names."""
    to = (min(max(at[0], box[0]), box[2]), min(max(at[1], box[1]), box[3]))
    steps = [(at[0] + part * (to[0] - at[0]), at[1] + part * (to[1] - at[1])) for part in _PARTS]
    crossed = sum(n[0] < x < n[2] and n[1] < y < n[3] for n in names for x, y in steps)
    return 2.0 * math.dist(at, to) + 100.0 * crossed


def _covered(box: Box, boxes: list[Box], axes: Axes) -> float:
    """Return how many square pixels of a box are covered by others or lie outside the drawing."""
    frame = axes.get_position(original=True).transformed(axes.figure.transFigure)
    inside = _overlap(box, (frame.x0, frame.y0, frame.x1, frame.y1))
    outside = (box[2] - box[0]) * (box[3] - box[1]) - inside
    return round(10 * outside + sum(_overlap(box, other) for other in boxes), 3)


def _overlap(one: Box, other: Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, wide) * max(0.0, high)
