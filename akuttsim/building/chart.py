"""The map of a region's page: roads, places by people and drive time, facilities, as SVG parts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from akuttsim.building.suspicious import Site
from akuttsim.scenario.region import Region

Array = NDArray[np.float64]

WIDTH = 960.0
MARGIN = 18.0
STEPS_MIN = (12, 25, 45, 90)
SHADES = ("#cfe3f2", "#7fb2d9", "#2f79b5", "#0b3c66", "#8f3a00")
"""Light to dark, so that they keep their order in grey; the last is what looks wrong."""

SMALLEST, LARGEST = 2.2, 26.0
MOST_ROADS = 30_000


@dataclass(frozen=True)
class Dot:
    """A place on the map, with who lives there and how far they have to drive."""

    x: float
    y: float
    radius: float
    colour: str
    place: str
    people: int
    minutes: float


@dataclass(frozen=True)
class Mark:
    """A facility on the map."""

    x: float
    y: float
    sign: str
    site: Site


@dataclass(frozen=True)
class Chart:
    """A map: its height, roads and ferries as paths, dots from the largest, marks, scale bar."""

    height: float
    roads: str
    ferries: str
    dots: list[Dot]
    marks: list[Mark]
    bar_px: float
    bar_km: int


class Paper:
    """Positions in kilometres on paper of a given width, north up."""

    def __init__(self, lat: Array, lon: Array) -> None:
        """Fit the paper round these positions; a spot alone gets some land round it."""
        shorter = math.cos(math.radians(float(lat.min() + lat.max()) / 2))
        self._shorter, self._west, self._north = shorter, float(lon.min()), float(lat.max())
        wide = max((float(lon.max()) - self._west) * 111.2 * shorter, 1.0)
        high = max((self._north - float(lat.min())) * 111.2, 1.0)
        self.px_a_km = min((WIDTH - 2 * MARGIN) / wide, 1100.0 / high)
        self.height = high * self.px_a_km + 2 * MARGIN

    def at(self, lat: float, lon: float) -> tuple[float, float]:
        """Return where a position is on the paper."""
        x = MARGIN + (lon - self._west) * 111.2 * self._shorter * self.px_a_km
        y = MARGIN + (self._north - lat) * 111.2 * self.px_a_km
        return round(x, 1), round(y, 1)


SIGNS = {"hospital": "H", "legevakt": "+", "satellite": "S", "station": "A"}


def chart(region: Region, sites: Sequence[Site], nearest_min: Array) -> Chart:
    """Return the map of these sites with places coloured by minutes to the nearest of them."""
    lat, lon = (np.array([getattr(p, x) for p in region.places.values()]) for x in ("lat", "lon"))
    paper = Paper(lat, lon)
    bar_km = next(km for km in (1, 2, 5, 10, 20, 50, 100, 1000) if km * paper.px_a_km > 70)
    return Chart(
        height=round(paper.height),
        roads=_paths(region, paper, [(each.start, each.end) for each in region.roads]),
        ferries=_paths(region, paper, [(each.start, each.end) for each in region.ferries]),
        dots=_dots(region, paper, nearest_min),
        marks=[_mark(region, paper, site) for site in sites],
        bar_px=round(bar_km * paper.px_a_km, 1),
        bar_km=bar_km,
    )


def _paths(region: Region, paper: Paper, links: Sequence[tuple[str, str]]) -> str:
    parts = []
    for start, end in links[:MOST_ROADS]:
        one, other = (region.places[name] for name in (start, end))
        (x, y), (to_x, to_y) = paper.at(one.lat, one.lon), paper.at(other.lat, other.lon)
        parts.append(f"M{x} {y}L{to_x} {to_y}")
    return "".join(parts)


def shade(minutes: float) -> str:
    """Return the colour of a drive of so many minutes."""
    return SHADES[sum(minutes > step for step in STEPS_MIN)]


def _dots(region: Region, paper: Paper, nearest_min: Array) -> list[Dot]:
    people = [sum(place.people) for place in region.places.values()]
    room = WIDTH * paper.height / max(len(people), 1)
    scale = min(LARGEST, math.sqrt(room) * 0.9) / math.sqrt(max(*people, 1))
    dots = []
    for place, living, minutes in zip(
        region.places.values(), people, nearest_min.tolist(), strict=True
    ):
        if living:
            radius = round(max(SMALLEST, scale * math.sqrt(living)), 1)
            at = paper.at(place.lat, place.lon)
            dots.append(Dot(*at, radius, shade(minutes), place.name, living, minutes))
    return sorted(dots, key=lambda dot: -dot.radius)


def _mark(region: Region, paper: Paper, site: Site) -> Mark:
    place = region.places[site.place]
    x, y = paper.at(place.lat, place.lon)
    return Mark(x, y, sign(site.kind), site)


def sign(kind: str) -> str:
    """Return the letter or sign that stands for a kind of facility."""
    return SIGNS.get(kind, "?")
