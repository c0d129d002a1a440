"""Figures: maps of the region, coloured by response time or by change in the journey to care."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from akuttsim.experiments.manifest import ResolvedConfig
from akuttsim.records import JsonObject
from akuttsim.report.context import Estimate, Words
from akuttsim.report.figure_data import KM_A_DEGREE
from akuttsim.report.figures.style import (
    FAINT,
    INK,
    LineStyle,
    Size,
    figure_svg,
    hide_axes,
    plain_label,
)
from akuttsim.statistics.verdicts import Verdict

SERVICES = ("hospital", "legevakt", "satellite", "station")
MapPoint = tuple[float, float]


@dataclass(frozen=True)
class MapPlace:
    """A place on the map.

    Attributes:
        at: Kilometres east and north.
        municipality: The municipality in which it lies.
        people: How many live there.
    """

    at: MapPoint
    municipality: str
    people: int


class Geography:
    """A region in kilometres, with degrees of longitude shortened to what they are at its middle.

    Equirectangular with the middle latitude as standard: areas come out nearly right over a
    district of a few hundred kilometres.
    """

    def __init__(self, region: ResolvedConfig) -> None:
        """Take places, roads, ferries and hospitals from the region of a manifest."""
        raw = region["places"]
        latitudes = [place["lat"] for place in raw.values()]
        middle = (min(latitudes) + max(latitudes)) / 2
        shorter = math.cos(math.radians(middle))
        self.places = {
            name: MapPlace(
                (KM_A_DEGREE * shorter * place["lon"], KM_A_DEGREE * place["lat"]),
                place["municipality"],
                sum(place["people"]),
            )
            for name, place in raw.items()
        }
        self.roads = [self._ends(road) for road in region["roads"]]
        self.ferries = [self._ends(ferry) for ferry in region["ferries"]]
        self.hospitals = [hospital["place"] for hospital in region["hospitals"].values()]

    def _ends(self, way: JsonObject) -> tuple[MapPoint, MapPoint]:
        return self.places[way["from"]].at, self.places[way["to"]].at

    def high_to_wide(self) -> float:
        """Return how high the region is against its width."""
        east, north = zip(*(place.at for place in self.places.values()), strict=True)
        return float((max(north) - min(north)) / max(max(east) - min(east), 1.0))

    def main_place(self, municipality: str) -> MapPlace | None:
        """Return the most populous place of a municipality."""
        own = [place for place in self.places.values() if place.municipality == municipality]
        return max(own, key=lambda place: place.people, default=None)

    def services(self, organisation: ResolvedConfig) -> list[tuple[MapPoint, list[str]]]:
        """Return where an organisation has services, each place with its kinds in a fixed order.

        GP offices are left out. Services nearer than 3 km to one another stand together.
        """
        marks: list[tuple[MapPoint, set[str]]] = []
        for kind, place in self._sites(organisation):
            at = self.places[place].at
            near = next((kinds for where, kinds in marks if math.dist(where, at) < 3.0), None)
            if near is None:
                marks.append((at, {kind}))
            else:
                near.add(kind)
        return [(at, [kind for kind in SERVICES if kind in kinds]) for at, kinds in marks]

    def _sites(self, organisation: ResolvedConfig) -> list[tuple[str, str]]:
        clinics = organisation["clinics"].values()
        sites = [("hospital", place) for place in self.hospitals]
        sites += [
            (clinic["kind"], clinic["place"]) for clinic in clinics if clinic["kind"] in SERVICES
        ]
        crews = organisation["ambulances"].values()
        return sites + [("station", crew["station"]) for crew in crews]


PixelBox = tuple[float, ...]
"""Left, bottom, right, top in pixels."""

NameSpot = tuple[float, float, str, str]
_POINTS = 11.5
_LINES = 1.05

_SPOTS: list[NameSpot] = [
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


def place_names(axes: Axes, wanted: list[tuple[MapPoint, str]], occupied: list[PixelBox]) -> None:
    """Write names; each takes the first spot that is free, or the least covered.

    Args:
        axes: The map, whose scale must not change any more.
        wanted: Where each name belongs, and the words; the first have the first choice.
        occupied: Boxes in pixels that names should not cover.
    """
    boxes, known = list(occupied), len(occupied)
    for at, words in wanted:
        size = _words_size(axes, words)
        x, y = axes.transData.transform(at)
        spots = [_name_box((x, y), spot, size) for spot in _SPOTS]
        costs = [
            _covered_px(box, boxes, axes) + _leader_cost((x, y), box, boxes[known:])
            for box in spots
        ]
        best = costs.index(min(costs))
        boxes.append(spots[best])
        _write_name(axes, at, words, _SPOTS[best])


def _words_size(axes: Axes, words: str) -> tuple[float, float]:
    """Return how wide and high words are in pixels."""
    text = axes.text(0, 0, words, fontsize=_POINTS, linespacing=_LINES)
    extent = text.get_window_extent()
    text.remove()
    return float(extent.width), float(extent.height)


def _name_box(at: MapPoint, spot: NameSpot, size: tuple[float, float]) -> PixelBox:
    """Return the box of words of some size at a spot, with a little room around."""
    x, y, ha, va = spot
    width, height = size
    left = at[0] + x - {"left": 0.0, "center": 0.5, "right": 1.0}[ha] * width
    bottom = at[1] + y - {"bottom": 0.0, "center": 0.5, "top": 1.0}[va] * height
    return (left - 2, bottom - 1, left + width + 2, bottom + height + 1)


def _write_name(axes: Axes, at: MapPoint, words: str, spot: NameSpot) -> None:
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


def _leader_cost(at: MapPoint, box: PixelBox, names: list[PixelBox]) -> float:
    """Return what it costs that a name is far off, and that its leader runs through other names."""
    to = (min(max(at[0], box[0]), box[2]), min(max(at[1], box[1]), box[3]))
    steps = [(at[0] + part * (to[0] - at[0]), at[1] + part * (to[1] - at[1])) for part in _PARTS]
    crossed = sum(n[0] < x < n[2] and n[1] < y < n[3] for n in names for x, y in steps)
    return 2.0 * math.dist(at, to) + 100.0 * crossed


def _covered_px(box: PixelBox, boxes: list[PixelBox], axes: Axes) -> float:
    """Return how many square pixels of a box are covered by others or lie outside the drawing."""
    frame = axes.get_position(original=True).transformed(axes.figure.transFigure)
    inside = _box_overlap(box, (frame.x0, frame.y0, frame.x1, frame.y1))
    outside = (box[2] - box[0]) * (box[3] - box[1]) - inside
    return round(10 * outside + sum(_box_overlap(box, other) for other in boxes), 3)


def _box_overlap(one: PixelBox, other: PixelBox) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, wide) * max(0.0, high)


RESPONSE = "ambulance_response_median_min"
TRAVEL = "travel_to_care_min"

_STEPS = (12, 25, 40)
_SHADES = ("#cfe3f2", "#7fb2d9", "#2f79b5", "#0b3c66")
"""Light to dark, so that they keep their order in grey; the steps hold the official limits."""
_BETTER, _WORSE, _OPEN, _UNKNOWN = "#2f79b5", "#D55E00", "#d3d7da", "#ffffff"

_SERVICE_MARKS: dict[str, LineStyle] = {
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
    """What a municipality's colour and label say.

    Attributes:
        colour: Colour of its places.
        label: What stands beside its name; "" leaves the name out.
    """

    colour: str
    label: str


Shading = Callable[[str], Shade]


def response_map(words: Words, organisation: str, size: Size) -> str:
    """Return a map coloured by the median ambulance response, as inline SVG.

    Args:
        words: Results in one language.
        organisation: The model.
        size: Size of the drawing, of `map_size`.
    """

    def shade(municipality: str) -> Shade:
        level = words.chosen.level(organisation, RESPONSE, "municipality", municipality)
        if level is None or not level.is_known:
            return Shade(_UNKNOWN, "")
        step = sum(level.mean > limit for limit in _STEPS)
        return Shade(
            _SHADES[step], words.numbers.amount(level.mean, level.unit, 0 if size.narrow else 1)
        )

    alt = _region_map_alt(words, "map.alt", organisation, shade)
    name = f"map-{_municipality_order(words, organisation)}" + ("-narrow" if size.narrow else "")
    legend = _response_legend(words)
    return figure_svg(
        name, alt, size, lambda f: _draw_region_map(f, words, organisation, shade, (size, legend))
    )


def change_map(words: Words, organisation: str, size: Size) -> str:
    """Return a map coloured by the change in the journey to care, as inline SVG.

    Args:
        words: Results in one language.
        organisation: A model that is not the base.
        size: Size of the drawing, of `map_size`.
    """

    def shade(municipality: str) -> Shade:
        change = words.chosen.change(organisation, TRAVEL, "municipality", municipality)
        if change is None or not change.is_known:
            return Shade(_UNKNOWN, "")
        return Shade(_colour_of(change), words.numbers.signed(change) if change.is_clear else "")

    alt = _region_map_alt(words, "map.change_alt", organisation, shade)
    name = f"change-{_municipality_order(words, organisation)}"
    legend = _change_legend(words)
    return figure_svg(
        name, alt, size, lambda f: _draw_region_map(f, words, organisation, shade, (size, legend))
    )


def _colour_of(change: Estimate) -> str:
    colours: dict[str, str] = {Verdict.BETTER: _BETTER, Verdict.WORSE: _WORSE}
    return colours.get(change.verdict, _OPEN)


def _municipality_order(words: Words, organisation: str) -> int:
    return words.chosen.organisations.index(organisation)


def _region_map_alt(words: Words, key: str, organisation: str, shade: Shading) -> str:
    names = [name for name in words.chosen.municipalities() if shade(name).label]
    levels = [f"{words.labels.municipality(name)} {shade(name).label}" for name in names]
    region = words.text.both(words.chosen.manifest.region["title"])
    model = words.labels.organisation(organisation)
    return words.text(key, region=region, model=model, levels=", ".join(levels))


def _draw_region_map(
    figure: Figure, words: Words, organisation: str, shade: Shading, look: tuple[Size, list[Line2D]]
) -> None:
    size, legend = look
    land = Geography(words.chosen.manifest.region)
    axes = _map_axes(figure, size, legend)
    _draw_roads(axes, land)
    circles = _draw_places(axes, land, shade, 0.5 if size.width < _WIDE_PX else 1.0)
    axes.margins(0.06)
    axes.autoscale_view()
    axes.apply_aspect()
    axes.autoscale(False)  # from here on, pixels have their place
    services = land.services(words.chosen.manifest.organisations[organisation])
    taken = _scale_bar(axes, words) + _draw_services(axes, services)
    taken += [_circle_box(axes, at, radius) for at, radius in circles]
    _draw_names(axes, words, land, shade, taken)


def _map_axes(figure: Figure, size: Size, legend: list[Line2D]) -> Axes:
    """Return axes for the map above a legend of as many rows as it needs."""
    figure.set_layout_engine("none")
    columns = _legend_columns(size.width)
    below = _legend_px(size.width, len(legend)) / size.height
    axes = figure.add_axes((0.0, below, 1.0, 1.0 - below))
    hide_axes(axes)
    axes.set_aspect("equal")
    figure.legend(
        handles=legend, loc="lower left", ncols=columns, columnspacing=1.2, borderaxespad=0.2
    )
    return axes


def map_size(words: Words, width: int) -> Size:
    """Return the size of a map of this width, with the height that the region asks for.

    Args:
        words: Results in one language.
        width: Width in pixels.
    """
    high_to_wide = Geography(words.chosen.manifest.region).high_to_wide()
    below = _legend_px(width, len(_response_legend(words)))
    narrow = width < _NARROW_PX
    high = width * min(1.4, max(0.4, high_to_wide)) + (_ROOM_FOR_NAMES_PX if narrow else 0)
    return Size(width, round(high) + below, narrow)


def _legend_columns(width: int) -> int:
    return 2 if width < _WIDE_PX else 5


def _legend_px(width: int, entries: int) -> int:
    return 12 + 18 * math.ceil(entries / _legend_columns(width))


def _draw_roads(axes: Axes, land: Geography) -> None:
    axes.add_collection(LineCollection(land.roads, colors="#b4bbc1", linewidths=1.1, zorder=1))
    dotted = LineCollection(
        land.ferries, colors="#0072B2", linewidths=1.4, linestyles=(0, (1.2, 1.8)), zorder=1
    )
    axes.add_collection(dotted)


def _draw_places(
    axes: Axes, land: Geography, shade: Shading, scale: float
) -> list[tuple[MapPoint, float]]:
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


def _circle_box(axes: Axes, at: MapPoint, radius: float) -> tuple[float, ...]:
    x, y = axes.transData.transform(at)
    return (x - radius, y - radius, x + radius, y + radius)


def _draw_services(
    axes: Axes, services: list[tuple[MapPoint, list[str]]]
) -> list[tuple[float, ...]]:
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


def _draw_names(
    axes: Axes, words: Words, land: Geography, shade: Shading, taken: list[tuple[float, ...]]
) -> None:
    """Write each municipality's name and value beside its largest place, where there is room."""
    wanted = []
    for name in words.chosen.municipalities():
        place = land.main_place(name)
        if place is not None and shade(name).label:
            title = plain_label(words.labels.municipality(name)).replace(" - ", " –\n")
            between = " " if axes.figure.bbox.width >= _WIDE_PX else "\n"
            wanted.append((place.at, f"{title}{between}{shade(name).label}"))
    place_names(axes, wanted, taken)


def _scale_bar(axes: Axes, words: Words) -> list[tuple[float, ...]]:
    """Draw a bar of 20 km in the lower left corner; return the box it fills, in pixels."""
    west, _ = axes.get_xlim()
    bottom, top = axes.get_ylim()
    y = bottom + 0.02 * (top - bottom)
    axes.plot([west, west + 20], [y, y], color=FAINT, linewidth=2, solid_capstyle="butt")
    axes.text(west, y + 0.012 * (top - bottom), words.text("map.scale"), fontsize=10.5, color=FAINT)
    x, low = axes.transData.transform((west, y))
    return [(x, low - 2, x + 45, low + 18)]


def _response_legend(words: Words) -> list[Line2D]:
    first, second, third = _STEPS
    says = (
        words.text("map.legend.up_to", high=first),
        words.text("map.legend.between", low=first, high=second),
        words.text("map.legend.between", low=second, high=third),
        words.text("map.legend.over", low=third),
    )
    return [
        _legend_dot(shade, label) for shade, label in zip(_SHADES, says, strict=True)
    ] + _service_legend(words)


def _change_legend(words: Words) -> list[Line2D]:
    colours = {"better": _BETTER, "worse": _WORSE, "open": _OPEN}
    says = [_legend_dot(colour, words.text(f"map.legend.{key}")) for key, colour in colours.items()]
    return says + _service_legend(words)


def _legend_dot(colour: str, label: str) -> Line2D:
    return Line2D(
        [], [], marker="o", linestyle="", mfc=colour, mec=FAINT, markersize=9, label=label
    )


def _service_legend(words: Words) -> list[Line2D]:
    ferry = Line2D([], [], color="#0072B2", linewidth=1.4, linestyle=(0, (1.2, 1.8)))
    ferry.set_label(words.text("map.legend.ferry"))
    marks = [
        Line2D([], [], linestyle="", markersize=8.5, label=words.text(f"map.legend.{kind}"), **mark)
        for kind, mark in _SERVICE_MARKS.items()
    ]
    return [*marks, ferry]
