"""Placing of names on a map, so that none covers another name, a mark or the edge."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.text import Text

from akuttsim.report.figures.geography import Point
from akuttsim.report.figures.style import FAINT, INK

Box = tuple[float, ...]
"""Left, bottom, right, top in pixels."""

_SPOTS = [
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


_NEAR_PX = 22
"""Farther off than this, a thin line leads from the name to its place."""
_LEADER = {"arrowstyle": "-", "color": FAINT, "linewidth": 0.7, "shrinkA": 1, "shrinkB": 3}


def placed(axes: Axes, wanted: list[tuple[Point, str]], taken: list[Box]) -> None:
    """Write names; each takes the first spot that is free, or the least covered."""
    boxes = list(taken)
    for at, words in wanted:
        spots = [_written(axes, at, words, spot) for spot in _SPOTS]
        costs = [_covered(_box(text), boxes, axes) for text in spots]
        best = spots[costs.index(min(costs))]
        for text in spots:
            if text is not best:
                text.remove()
        boxes.append(_box(best))


def _written(axes: Axes, at: Point, words: str, spot: tuple[float, float, str, str]) -> Text:
    x, y, ha, va = spot
    is_near = max(abs(x), abs(y)) <= _NEAR_PX
    text = axes.annotate(
        words,
        at,
        xytext=(x, y),
        textcoords="offset pixels",
        ha=ha,
        va=va,
        fontsize=11.5,
        color=INK,
        zorder=6,
        annotation_clip=False,
        linespacing=1.05,
        arrowprops=None if is_near else _LEADER,
    )
    text.set_gid("halo")
    return text


def _box(text: Text) -> Box:
    text.get_window_extent()  # moves it to its spot
    extent = Text.get_window_extent(text)  # without the leader
    return (extent.x0 - 2, extent.y0 - 1, extent.x1 + 2, extent.y1 + 1)


def _covered(box: Box, boxes: list[Box], axes: Axes) -> float:
    """Return how many square pixels of a box are covered by others or lie outside the drawing."""
    width, height = axes.figure.bbox.width, axes.figure.bbox.height
    inside = _overlap(box, (0.0, 0.0, width, height))
    outside = (box[2] - box[0]) * (box[3] - box[1]) - inside
    return round(10 * outside + sum(_overlap(box, other) for other in boxes), 3)


def _overlap(one: Box, other: Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, wide) * max(0.0, high)
