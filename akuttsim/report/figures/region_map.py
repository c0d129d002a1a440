"""Figures: maps of the region, coloured by response time or by change in the journey to care."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from akuttsim.report.figures.geography import Geography, Point
from akuttsim.report.figures.placing import placed
from akuttsim.report.figures.style import FAINT, INK, Size, bare, drawn, plain
from akuttsim.report.selection import Estimate
from akuttsim.report.words import Words

RESPONSE = "ambulance_response_median_min"
TRAVEL = "travel_to_care_min"

_STEPS = (12, 25, 40)
_SHADES = ("#cfe3f2", "#7fb2d9", "#2f79b5", "#0b3c66")
"""Light to dark, so that they keep their order in grey; the steps hold the official limits."""
_BETTER, _WORSE, _OPEN, _UNKNOWN = "#2f79b5", "#D55E00", "#d3d7da", "#ffffff"

_SERVICE_MARKS: dict[str, dict[str, Any]] = {
    "hospital": {"marker": "$\\mathbf{H}$", "mfc": "#8c1d40", "mec": "#8c1d40"},
    "legevakt": {"marker": "P", "mfc": "#8c1d40", "mec": "#8c1d40"},
    "satellite": {"marker": "D", "mfc": "#E69F00", "mec": INK},
    "station": {"marker": "s", "mfc": "white", "mec": INK},
}
_SPACING_PX = 12.0
_NARROW_PX = 400
_ROOM_FOR_NAMES_PX = 60
_WIDE_PX = 600
"""From this width on a map has room for names in one line."""


class Shade(NamedTuple):
    """What a municipality's colour and label say."""

    colour: str
    label: str


Shading = Callable[[str], Shade]


def response_map(words: Words, organisation: str, size: Size) -> str:
    """Return a map coloured by the median ambulance response, as inline SVG."""

    def shade(municipality: str) -> Shade:
        level = words.chosen.level(organisation, RESPONSE, "municipality", municipality)
        if level is None or not level.is_known:
            return Shade(_UNKNOWN, "")
        step = sum(level.mean > limit for limit in _STEPS)
        return Shade(
            _SHADES[step], words.numbers.amount(level.mean, level.unit, 0 if size.narrow else 1)
        )

    alt = _alt(words, "map.alt", organisation, shade)
    name = f"map-{_order(words, organisation)}" + ("-narrow" if size.narrow else "")
    legend = _response_legend(words)
    return drawn(name, alt, size, lambda f: _draw(f, words, organisation, shade, (size, legend)))


def change_map(words: Words, organisation: str, size: Size) -> str:
    """Return a map coloured by the change in the journey to care, as inline SVG."""

    def shade(municipality: str) -> Shade:
        change = words.chosen.change(organisation, TRAVEL, "municipality", municipality)
        if change is None or not change.is_known:
            return Shade(_UNKNOWN, "")
        return Shade(_colour_of(change), words.numbers.signed(change) if change.is_clear else "")

    alt = _alt(words, "map.change_alt", organisation, shade)
    name = f"change-{_order(words, organisation)}"
    legend = _change_legend(words)
    return drawn(name, alt, size, lambda f: _draw(f, words, organisation, shade, (size, legend)))


def _colour_of(change: Estimate) -> str:
    return {"better": _BETTER, "worse": _WORSE}.get(change.verdict, _OPEN)


def _order(words: Words, organisation: str) -> int:
    return words.chosen.organisations.index(organisation)


def _alt(words: Words, key: str, organisation: str, shade: Shading) -> str:
    names = [name for name in words.chosen.municipalities() if shade(name).label]
    levels = [f"{words.labels.municipality(name)} {shade(name).label}" for name in names]
    region = words.text.both(words.chosen.manifest["region"]["title"])
    model = words.labels.organisation(organisation)
    return words.text(key, region=region, model=model, levels=", ".join(levels))


def _draw(
    figure: Figure, words: Words, organisation: str, shade: Shading, look: tuple[Size, list[Line2D]]
) -> None:
    size, legend = look
    land = Geography(words.chosen.manifest["region"])
    axes = _frame(figure, size, legend)
    _ways(axes, land)
    circles = _places(axes, land, shade, 0.5 if size.width < _WIDE_PX else 1.0)
    axes.margins(0.06)
    axes.autoscale_view()
    axes.apply_aspect()
    axes.autoscale(False)  # from here on, pixels have their place
    services = land.services(words.chosen.manifest["organisations"][organisation])
    taken = _scale_bar(axes, words) + _services(axes, services)
    taken += [_around(axes, at, radius) for at, radius in circles]
    _names(axes, words, land, shade, taken)


def _frame(figure: Figure, size: Size, legend: list[Line2D]) -> Axes:
    """Return axes for the map above a legend of as many rows as it needs."""
    figure.set_layout_engine("none")
    columns = _columns(size.width)
    below = _legend_px(size.width, len(legend)) / size.height
    axes = figure.add_axes((0.0, below, 1.0, 1.0 - below))
    bare(axes)
    axes.set_aspect("equal")
    figure.legend(
        handles=legend, loc="lower left", ncols=columns, columnspacing=1.2, borderaxespad=0.2
    )
    return axes


def map_size(words: Words, width: int) -> Size:
    """Return the size of a map of this width, with the height that the region asks for."""
    high_to_wide = Geography(words.chosen.manifest["region"]).high_to_wide()
    below = _legend_px(width, len(_response_legend(words)))
    narrow = width < _NARROW_PX
    high = width * min(1.4, max(0.4, high_to_wide)) + (_ROOM_FOR_NAMES_PX if narrow else 0)
    return Size(width, round(high) + below, narrow)


def _columns(width: int) -> int:
    return 2 if width < _WIDE_PX else 5


def _legend_px(width: int, entries: int) -> int:
    return 12 + 18 * math.ceil(entries / _columns(width))


def _ways(axes: Axes, land: Geography) -> None:
    axes.add_collection(LineCollection(land.roads, colors="#b4bbc1", linewidths=1.1, zorder=1))
    dotted = LineCollection(
        land.ferries, colors="#0072B2", linewidths=1.4, linestyles=(0, (1.2, 1.8)), zorder=1
    )
    axes.add_collection(dotted)


def _places(axes: Axes, land: Geography, shade: Shading, scale: float) -> list[tuple[Point, float]]:
    """Draw places as circles whose area goes with their people; return where and how large."""
    peopled = sorted(
        (place for place in land.places.values() if place.people), key=lambda p: -p.people
    )
    areas = [scale * (10 + place.people / 12) for place in peopled]
    axes.scatter(
        [place.at[0] for place in peopled],
        [place.at[1] for place in peopled],
        s=areas,
        c=[shade(place.municipality).colour for place in peopled],
        edgecolors=FAINT,
        linewidths=0.6,
        zorder=2,
    )
    radii = [math.sqrt(area) / 2 for area in areas]
    return [(place.at, radius) for place, radius in zip(peopled, radii, strict=True)]


def _around(axes: Axes, at: Point, radius: float) -> tuple[float, ...]:
    x, y = axes.transData.transform(at)
    return (x - radius, y - radius, x + radius, y + radius)


def _services(axes: Axes, services: list[tuple[Point, list[str]]]) -> list[tuple[float, ...]]:
    """Draw each place's services in a row below it; return the boxes they fill, in pixels."""
    boxes: list[tuple[float, ...]] = []
    for at, kinds in services:
        x, y = axes.transData.transform(at)
        y -= 13.0
        left = x - _SPACING_PX * (len(kinds) - 1) / 2
        for position, kind in enumerate(kinds):
            spot = axes.transData.inverted().transform((left + _SPACING_PX * position, y))
            axes.plot(*spot, **_SERVICE_MARKS[kind], markersize=8.5, mew=0.9, zorder=5)
        half = _SPACING_PX * len(kinds) / 2
        boxes.append((x - half, y - 6, x + half, y + 6))
    return boxes


def _names(
    axes: Axes, words: Words, land: Geography, shade: Shading, taken: list[tuple[float, ...]]
) -> None:
    """Write each municipality's name and value beside its largest place, where there is room."""
    wanted = []
    for name in words.chosen.municipalities():
        place = land.main_place(name)
        if place is not None and shade(name).label:
            title = plain(words.labels.municipality(name)).replace(" - ", " –\n")
            between = " " if axes.figure.bbox.width >= _WIDE_PX else "\n"
            wanted.append((place.at, f"{title}{between}{shade(name).label}"))
    placed(axes, wanted, taken)


def _scale_bar(axes: Axes, words: Words) -> list[tuple[float, ...]]:
    """Draw a bar of 20 km in the lower left corner; return the box it fills, in pixels."""
    left, _ = axes.get_xlim()
    bottom, top = axes.get_ylim()
    y = bottom + 0.02 * (top - bottom)
    axes.plot([left, left + 20], [y, y], color=FAINT, linewidth=2, solid_capstyle="butt")
    axes.text(left, y + 0.012 * (top - bottom), words.text("map.scale"), fontsize=10.5, color=FAINT)
    x, low = axes.transData.transform((left, y))
    return [(x, low - 2, x + 45, low + 18)]


def _response_legend(words: Words) -> list[Line2D]:
    first, second, third = _STEPS
    says = (
        words.text("map.legend.up_to", high=first),
        words.text("map.legend.between", low=first, high=second),
        words.text("map.legend.between", low=second, high=third),
        words.text("map.legend.over", low=third),
    )
    return [_dot(shade, label) for shade, label in zip(_SHADES, says, strict=True)] + _marks(words)


def _change_legend(words: Words) -> list[Line2D]:
    colours = {"better": _BETTER, "worse": _WORSE, "open": _OPEN}
    says = [_dot(colour, words.text(f"map.legend.{key}")) for key, colour in colours.items()]
    return says + _marks(words)


def _dot(colour: str, label: str) -> Line2D:
    return Line2D(
        [], [], marker="o", linestyle="", mfc=colour, mec=FAINT, markersize=9, label=label
    )


def _marks(words: Words) -> list[Line2D]:
    ferry = Line2D([], [], color="#0072B2", linewidth=1.4, linestyle=(0, (1.2, 1.8)))
    ferry.set_label(words.text("map.legend.ferry"))
    marks = [
        Line2D([], [], linestyle="", markersize=8.5, label=words.text(f"map.legend.{kind}"), **mark)
        for kind, mark in _SERVICE_MARKS.items()
    ]
    return [*marks, ferry]


def is_drawable(words: Words) -> bool:
    """Tell whether the region has places to draw, in more than one spot."""
    places = words.chosen.manifest["region"].get("places") or {}
    spots = {(place["lat"], place["lon"]) for place in places.values()}
    return len(spots) > 1 and all(math.isfinite(part) for spot in spots for part in spot)
