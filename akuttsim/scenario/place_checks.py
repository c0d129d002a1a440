"""Checks of where places are: among the region's other places, and against its roads' lengths."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator

from akuttsim.errors import Problem
from akuttsim.scenario.geography import Ferry, Place, Road
from akuttsim.scenario.load import Loaded
from akuttsim.scenario.region import Region
from akuttsim.units import EARTH_KM

Position = tuple[float, float]
"""Latitude and longitude in degrees."""

FAR_KM = 500.0
"""Farther than this from every other square of places, a place is not where it is said to be.

On the mainland of Norway the next settlement is never a fifth of that away.
"""

ROAD_SHARE, FERRY_SHARE = 0.95, 0.5
"""The least length over the straight line. Lengths are rounded and a place has no exact middle.

A ferry's length is often the timetable's, and its quays stand for the villages behind them.
"""

SLACK_KM = 0.5
"""A stretch this much shorter than the straight line is let pass: both ends are rounded."""

NORWAY = ((57.0, 72.0), (4.0, 32.0))
"""The mainland's latitudes and longitudes, rounded outwards."""

SWAPPED = "latitude and longitude swapped?"


def positions(loaded: Loaded[Region]) -> Iterator[Problem]:
    """Yield places that are far from all others, then roads shorter than the straight line.

    A road at a place that is told already is not told again.
    """
    if _are_all_swapped(loaded.value):
        what = (
            "the places have latitudes of 4 to 32 and longitudes of 57 to 72, which no place in "
            f"Norway has, though the time zone is Norway's; {SWAPPED}"
        )
        yield loaded.problem("places", what)
        return
    near, strays = _parted(loaded.value)
    for name in strays:
        yield loaded.problem(f"places.{name}", _astray(loaded.value.places[name], near))
    yield from _short(loaded, strays)


def km_apart(one: Place, other: Place) -> float:
    """Return the great-circle kilometres between two places."""
    return _km((one.lat, one.lon), (other.lat, other.lon))


def _km(one: Position, other: Position) -> float:
    (lat, lon), (to_lat, to_lon) = one, other
    across = math.sin(math.radians(to_lon - lon) / 2) ** 2
    both = math.cos(math.radians(lat)) * math.cos(math.radians(to_lat))
    root = math.sin(math.radians(to_lat - lat) / 2) ** 2 + both * across
    return 2 * EARTH_KM * math.asin(min(math.sqrt(root), 1.0))


def is_in_norway(lat: float, lon: float) -> bool:
    """Tell whether a position is within the latitudes and longitudes of Norway's mainland."""
    (south, north), (west, east) = NORWAY
    return south <= lat <= north and west <= lon <= east


def _is_norwegian(region: Region) -> bool:
    return region.calendar.time_zone == "Europe/Oslo"


def _are_all_swapped(region: Region) -> bool:
    places = region.places.values()
    swapped = [is_in_norway(place.lon, place.lat) for place in places]
    return _is_norwegian(region) and bool(swapped) and all(swapped)


def _parted(region: Region) -> tuple[list[Place], list[str]]:
    """Return the places that are a region together, and the names of those far from them."""
    norwegian = _is_norwegian(region)

    def weight(names: list[str]) -> tuple[int, int]:
        at_home = (is_in_norway(region.places[name].lat, region.places[name].lon) for name in names)
        return (sum(at_home) if norwegian else 0, len(names))

    largest: list[str] = max(_groups(region), key=weight, default=[])
    main = set(largest)
    near = [place for name, place in region.places.items() if name in main]
    return near, [name for name in region.places if name not in main]


def _groups(region: Region) -> list[list[str]]:
    """Return the places in groups that are far from each other.

    Squares of one degree stand for the places in them, so that thousands of places are few.
    """
    squares: dict[Position, list[str]] = {}
    for name, place in region.places.items():
        squares.setdefault((math.floor(place.lat), math.floor(place.lon)), []).append(name)
    left, groups = set(squares), []
    for square in squares:
        if square in left:
            left.remove(square)
            groups.append([name for each in _joined(square, left) for name in squares[each]])
    return groups


def _joined(square: Position, left: set[Position]) -> list[Position]:
    """Take out of `left` the squares that are not far from a square, or from one of those."""
    group, todo = [square], [square]
    while todo:
        at = todo.pop()
        near = [other for other in left if _km(at, other) <= FAR_KM]
        left.difference_update(near)
        group += near
        todo += near
    return group


def _astray(place: Place, near: list[Place]) -> str:
    km = min(km_apart(place, other) for other in near)
    is_swapped = _nearest((place.lon, place.lat), near) <= FAR_KM
    hint = SWAPPED if is_swapped else "mend its latitude or longitude"
    at = f"latitude {place.lat:g} and longitude {place.lon:g}"
    return f"at {at} it is {km:.0f} km from the nearest of the region's other places; {hint}"


def _nearest(at: Position, places: list[Place]) -> float:
    return min(_km(at, (place.lat, place.lon)) for place in places)


def _short(loaded: Loaded[Region], strays: Collection[str]) -> Iterator[Problem]:
    region = loaded.value
    known = region.places.keys() - set(strays)
    links: list[tuple[str, Road | Ferry]] = [
        (f"{kind}.{index}.km", link)
        for kind in ("roads", "ferries")
        for index, link in enumerate(getattr(region, kind))
        if {link.start, link.end} <= known
    ]
    short = [(key, link) for key, link in links if _is_too_short(link, region)]
    whole, wrong = (_counted(link for _, link in some) for some in (links, short))
    doubtful = [name for name in wrong if wrong[name] == whole[name] > 1]
    for key, link in short:
        yield loaded.problem(key, _told(link, region, doubtful))


def _counted(links: Iterator[Road | Ferry]) -> Counter[str]:
    return Counter(end for link in links for end in (link.start, link.end))


def _is_too_short(link: Road | Ferry, region: Region) -> bool:
    share = ROAD_SHARE if isinstance(link, Road) else FERRY_SHARE
    straight = km_apart(region.places[link.start], region.places[link.end])
    return link.km < share * straight and straight - link.km > SLACK_KM


def _told(link: Road | Ferry, region: Region, doubtful: Collection[str]) -> str:
    start, end = region.places[link.start], region.places[link.end]
    sort = "road" if isinstance(link, Road) else "ferry"
    name = link.road if isinstance(link, Road) else link.ferry
    return (
        f"the {sort} {name} from {link.start} to {link.end} is {link.km:g} km, but the straight "
        f"line between them is {km_apart(start, end):.1f} km; {_hint(link, region, doubtful)}"
    )


def _hint(link: Road | Ferry, region: Region, doubtful: Collection[str]) -> str:
    """Say which end is probably wrong: one that fits when swapped, or whose roads all are short."""
    for name, other in ((link.start, link.end), (link.end, link.start)):
        place, far = region.places[name], region.places[other]
        if _km((place.lon, place.lat), (far.lat, far.lon)) <= link.km:
            return f"are {name}'s {SWAPPED}"
    found = [name for name in (link.start, link.end) if name in doubtful]
    if len(found) == 1:
        return f"so it is with all that meet in {found[0]}: mend its latitude or longitude"
    return "mend the length, or the latitude and longitude of one of them"
