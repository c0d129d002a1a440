"""Checks of a region: where places lie, road conditions, surges, visitors and projections.

Places are held against the region's other places and its roads' lengths; conditions, surges and
visitors against the places, roads and ferries that they name; projections against the year that the
region is asked for.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.loader import Loaded
from akuttsim.config.schema.geography import Ferry, Link, Place, Road
from akuttsim.config.schema.region import (
    NATIONAL,
    LocalAddition,
    Region,
    projected_people,
    projection_rows,
)
from akuttsim.config.schema.roster import CHECKED_DAYS
from akuttsim.config.schema.values import AGE_GROUPS
from akuttsim.errors import Problem, did_you_mean
from akuttsim.great_circle import great_circle_km
from akuttsim.texts import joined_texts, message

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

SWAPPED = message("configs.places.swapped")


def check_positions(loaded: Loaded[Region]) -> Iterator[Problem]:
    """Yield places that are far from all others, then roads shorter than the straight line.

    A road at a place that is told already is not told again.
    """
    places = loaded.value.places.values()
    swapped = [is_in_norway(place.lon, place.lat) for place in places]
    if swapped and all(swapped) and _is_norwegian(loaded.value):
        what = message("configs.places.all_swapped", swapped=SWAPPED)
        yield loaded.problem("places", what)
        return
    near, strays = _main_and_stray_places(loaded.value)
    for name in strays:
        stray = loaded.value.places[name]
        km = _km_to_nearest((stray.lat, stray.lon), near)
        is_swapped = _km_to_nearest((stray.lon, stray.lat), near) <= FAR_KM
        hint = SWAPPED if is_swapped else message("configs.places.mend")
        at = message("configs.places.at", lat=stray.lat, lon=stray.lon)
        what = message("configs.places.far_off", at=at, km=km, hint=hint)
        yield loaded.problem(f"places.{name}", what)
    yield from _short_links(loaded, strays)


def km_between_places(one: Place, other: Place) -> float:
    """Return the great-circle kilometres between two places."""
    return great_circle_km(one.lat, one.lon, other.lat, other.lon)


def is_in_norway(lat: float, lon: float) -> bool:
    """Tell whether a position is within the latitudes and longitudes of Norway's mainland."""
    (south, north), (west, east) = NORWAY
    return south <= lat <= north and west <= lon <= east


def _is_norwegian(region: Region) -> bool:
    """Tell whether a region lies in Norway, by its time zone."""
    return region.calendar.time_zone == "Europe/Oslo"


def _main_and_stray_places(region: Region) -> tuple[list[Place], list[str]]:
    """Return the places that are a region together, and the names of those far from them."""
    norwegian = _is_norwegian(region)

    def weight(names: list[str]) -> tuple[int, int]:
        at_home = (is_in_norway(region.places[name].lat, region.places[name].lon) for name in names)
        return (sum(at_home) if norwegian else 0, len(names))

    largest: list[str] = max(_place_groups(region), key=weight, default=[])
    main = set(largest)
    near = [place for name, place in region.places.items() if name in main]
    return near, [name for name in region.places if name not in main]


def _place_groups(region: Region) -> list[list[str]]:
    """Return the places in groups that are far from each other.

    Squares of one degree stand for the places in them, so that thousands of places are few.
    """
    squares: dict[Position, list[str]] = {}
    for name, place in region.places.items():
        squares.setdefault((math.floor(place.lat), math.floor(place.lon)), []).append(name)
    ungrouped, groups = set(squares), []
    for square in squares:
        if square in ungrouped:
            ungrouped.remove(square)
            groups.append(
                [
                    name
                    for near_square in _take_near_squares(square, ungrouped)
                    for name in squares[near_square]
                ]
            )
    return groups


def _take_near_squares(square: Position, ungrouped: set[Position]) -> list[Position]:
    """Take out of `ungrouped` the squares that are not far from a square, or from one of those."""
    group, todo = [square], [square]
    while todo:
        at = todo.pop()
        others = list(ungrouped)
        near = [others[index] for index in np.flatnonzero(_km_from(at, others) <= FAR_KM)]
        ungrouped.difference_update(near)
        group += near
        todo += near
    return group


def _km_to_nearest(at: Position, places: list[Place]) -> float:
    """Return the kilometres as the crow flies from a position to the nearest of some places."""
    return float(_km_from(at, [(place.lat, place.lon) for place in places]).min())


def _km_from(at: Position, others: list[Position]) -> NDArray[np.float64]:
    """Return the kilometres as the crow flies from a position to each of some others."""
    lat, lon = np.array(others, dtype=np.float64).reshape(-1, 2).T
    return great_circle_km(*at, lat, lon)


def _short_links(loaded: Loaded[Region], strays: Collection[str]) -> Iterator[Problem]:
    """Yield roads and ferries that are shorter than the straight line between their ends."""
    region = loaded.value
    known = region.places.keys() - set(strays)
    links: list[tuple[str, Road | Ferry]] = [
        (f"{kind}.{index}.km", link)
        for kind in ("roads", "ferries")
        for index, link in enumerate(getattr(region, kind))
        if {link.start, link.end} <= known
    ]
    short = [(key, link) for key, link in links if _is_too_short(link, region)]
    whole, wrong = (
        Counter(end for _, link in some for end in (link.start, link.end))
        for some in (links, short)
    )
    doubtful = [name for name in wrong if wrong[name] == whole[name] > 1]
    for key, link in short:
        yield loaded.problem(key, _explain_short_link(link, region, doubtful))


def _is_too_short(link: Road | Ferry, region: Region) -> bool:
    """Tell whether a stretch is clearly shorter than the straight line."""
    share = ROAD_SHARE if isinstance(link, Road) else FERRY_SHARE
    straight = km_between_places(region.places[link.start], region.places[link.end])
    return link.km < share * straight and straight - link.km > SLACK_KM


def _explain_short_link(link: Road | Ferry, region: Region, doubtful: Collection[str]) -> str:
    """Say how much too short a stretch is, and which end is probably wrong."""
    start, end = region.places[link.start], region.places[link.end]
    sort = message("configs.places.road" if isinstance(link, Road) else "configs.places.ferry")
    name = link.road if isinstance(link, Road) else link.ferry
    return message(
        "configs.places.shorter_than_straight",
        sort=sort,
        name=name,
        start=link.start,
        end=link.end,
        km=link.km,
        start2=km_between_places(start, end),
        link=_short_link_hint(link, region, doubtful),
    )


def _short_link_hint(link: Road | Ferry, region: Region, doubtful: Collection[str]) -> str:
    """Say which end is probably wrong: one that fits when swapped, or whose roads all are short."""
    for name, other in ((link.start, link.end), (link.end, link.start)):
        place, far = region.places[name], region.places[other]
        if great_circle_km(place.lon, place.lat, far.lat, far.lon) <= link.km:
            return message("configs.places.are_swapped", name=name, swapped=SWAPPED)
    hint = [name for name in (link.start, link.end) if name in doubtful]
    if len(hint) == 1:
        return message("configs.places.all_that_meet", found=hint[0])
    return message("configs.places.mend_length")


def check_road_conditions(loaded: Loaded[Region]) -> Iterator[Problem]:
    """Yield stretches and ferries in conditions that are not there, else places cut off unsaid."""
    yield from [*_unknown_stretches_and_ferries(loaded)] or _places_cut_off(loaded)


def check_surge_areas(loaded: Loaded[Region]) -> Iterator[Problem]:
    """Every place and municipality that a surge or visitors name exists, and somebody lives there.

    Visitors multiply the people there.
    """
    demand = loaded.value.demand
    named: Iterable[tuple[str, LocalAddition]] = chain(
        ((f"demand.surges.{name}", surge) for name, surge in demand.surges.items()),
        ((f"demand.visitors.{name}", visitors) for name, visitors in demand.visitors.items()),
    )
    for key, area in named:
        wrong = list(_unknown_areas(loaded, key, area))
        yield from wrong
        people = (
            sum(place.people)
            for name, place in loaded.value.places.items()
            if area.holds_at(name, place.municipality)
        )
        if not wrong and not any(people):
            yield loaded.problem(key, message("configs.people.nobody_there"))


def mutually_reachable(start: str, region: Region, links: Iterable[Link]) -> set[str]:
    """Return the places, with itself, to which one can drive from one place, and back again."""
    links = list(links)
    return reachable_places(start, region, links) & reachable_places(
        start, region, links, back=True
    )


def reachable_places(
    start: str, region: Region, links: Iterable[Link], back: bool = False
) -> set[str]:
    """Return the places to which every car can drive from one; with `back`, from which to it."""
    neighbours: dict[str, set[str]] = {name: set() for name in region.places}
    for link in links:
        if isinstance(link, Road) and link.emergency_only == "yes":
            continue
        one_way = isinstance(link, Road) and link.one_way == "yes"
        if not (one_way and back):
            neighbours.get(link.start, set()).add(link.end)
        if not one_way or back:
            neighbours.get(link.end, set()).add(link.start)
    reached, todo = {start}, [start]
    while todo:
        new = neighbours.get(todo.pop(), set()) - reached
        reached |= new
        todo.extend(new)
    return reached


def _unknown_stretches_and_ferries(loaded: Loaded[Region]) -> Iterator[Problem]:
    """Yield stretches, then ferries, that conditions name and the region does not have."""
    region = loaded.value
    roads = {frozenset((road.start, road.end)) for road in region.roads}
    for name, condition in region.driving.conditions.items():
        closed = ((f"closed.{index}", link) for index, link in enumerate(condition.closed))
        columns = ((f"columns.{stretch}", link) for stretch, link in condition.columns.items())
        for key, link in chain(closed, columns):
            if frozenset((link.start, link.end)) not in roads:
                what = message("configs.roads.no_stretch", start=link.start, end=link.end)
                yield loaded.problem(f"driving.conditions.{name}.{key}", what)
    known = {ferry.ferry for ferry in region.ferries}
    for name, condition in region.driving.conditions.items():
        for index, ferry in enumerate(condition.cancelled_ferries):
            if ferry not in known:
                key = f"driving.conditions.{name}.cancelled_ferries.{index}"
                yield loaded.problem(key, message("configs.roads.no_ferry", ferry=ferry))


def _places_cut_off(loaded: Loaded[Region]) -> Iterator[Problem]:
    """Tell the places that closed roads cut off, alone or with what is closed at the same time."""
    region = loaded.value
    start = next(iter(region.hospitals.values())).place
    told: set[str] = set()
    for names in _simultaneous_closures(region):
        conditions = [region.driving.conditions[name] for name in names]
        closed = {frozenset((link.start, link.end)) for held in conditions for link in held.closed}
        cancelled = {ferry for held in conditions for ferry in held.cancelled_ferries}
        roads = [road for road in region.roads if frozenset((road.start, road.end)) not in closed]
        ferries = [ferry for ferry in region.ferries if ferry.ferry not in cancelled]
        reached = mutually_reachable(start, region, [*roads, *ferries])
        lost = [name for name in region.places if name not in reached]
        if lost and not told.intersection(names):
            told.update(names)
            what = message("configs.roads.cuts_off", lost=", ".join(lost[:8]))
            key = f"driving.conditions.{names[-1]}"
            together = joined_texts(names, message("commands.conjunction.and"))
            yield loaded.problem(key, together + " " + what)


def _simultaneous_closures(region: Region) -> list[tuple[str, ...]]:
    """Return the conditions that close something without a wait: each, and those held at once."""
    closing = {
        name: condition
        for name, condition in region.driving.conditions.items()
        if (condition.closed or condition.cancelled_ferries) and condition.cut_off_wait_min is None
    }
    alone: list[tuple[str, ...]] = [(name,) for name in closing]
    if len(closing) < 2:
        return alone
    hours = region.calendar.calendar().hours(CHECKED_DAYS * 24)
    at_once = dict.fromkeys(
        tuple(name for name, condition in closing.items() if condition.when.covers(hour))
        for hour in hours
    )
    return alone + [names for names in at_once if len(names) > 1]


def _unknown_areas(loaded: Loaded[Region], key: str, area: LocalAddition) -> Iterator[Problem]:
    """Yield municipalities and places of an event that the region does not have."""
    region = loaded.value
    for index, name in enumerate(area.municipalities or ()):
        if name not in region.municipalities:
            what = message("configs.names.no_municipality_named", name=name)
            yield loaded.problem(f"{key}.municipalities.{index}", what)
    for index, name in enumerate(area.places or ()):
        if name not in region.places:
            yield loaded.problem(
                f"{key}.places.{index}", message("configs.names.no_place_named", name=name)
            )


MOST_PEOPLE = 20_000_000
"""Three times as many as live in Norway."""


def check_doubled_rows(loaded: Loaded[Region]) -> Iterator[Problem]:
    """Yield rows that stand twice, and a region of no people or of too many.

    Two roads between the same places may be as long and fast as each other, not under one name.

    Args:
        loaded: The region with its files.
    """
    region = loaded.value
    people = sum(sum(each.people) for each in region.municipalities.values())
    if people:
        people += sum(each.people for each in region.outside.values())
    if not 0 < people <= MOST_PEOPLE:
        what = "nobody" if not people else "too_many"
        told = message(f"configs.people.{what}", people=people, most=MOST_PEOPLE)
        yield loaded.problem("municipalities", told)
    numbers = [(f"municipalities.{name}.number", each.number)
               for name, each in region.municipalities.items()]  # fmt: skip
    roads = [(f"roads.{index}.from", _row_of_road(road)) for index, road in enumerate(region.roads)]
    names = [(f"ferries.{index}.ferry", ferry.ferry) for index, ferry in enumerate(region.ferries)]
    ferries = [(f"ferries.{index}.from", _row_of_ferry(ferry))
               for index, ferry in enumerate(region.ferries)]  # fmt: skip
    for rows in (numbers, roads, names, ferries):
        yield from _rows_seen_before(loaded, rows)


def _rows_seen_before(
    loaded: Loaded[Region], rows: Iterable[tuple[str, Hashable]]
) -> Iterator[Problem]:
    """Yield the rows whose content an earlier one has, with the line of that."""
    first: dict[Hashable, str] = {}
    for key, content in rows:
        if content in first:
            line = loaded.problem(first[content], "").line
            yield loaded.problem(key, message("configs.tables.twice", first=line))
        first.setdefault(content, key)


def _row_of_road(road: Road) -> Hashable:
    """Return what tells a road from another; both ways of one driven both ways are the same."""
    ends = (road.start, road.end)
    ends = ends if road.one_way == "yes" else (min(ends), max(ends))
    return (*ends, road.road, road.km, road.kmh, road.one_way, road.emergency_only)


def _row_of_ferry(ferry: Ferry) -> Hashable:
    """Return what tells a ferry from another, but for its name and note."""
    content = ferry.model_dump(exclude={"ferry", "note", "source", "grade", "start", "end"})
    return (frozenset((ferry.start, ferry.end)), repr(content))


Problems = Iterator[Problem]

EARLIEST, LATEST = 1950, 2100
"""Published people of other years are a slip of the pen."""

AHEAD = 10
"""A calendar may be that of an older log, but those who wrote it beside the year of the people
did not mean so many years between them."""


def check_people_year(loaded: Loaded[Region]) -> Problems:
    """Yield what is wrong with the year of the published people: 2062 for 2026."""
    year, start = loaded.value.people_year, loaded.value.calendar.start
    if year is None:
        return
    if not EARLIEST <= year <= LATEST:
        what = message("configs.people.year", earliest=EARLIEST, latest=LATEST, year=year)
        yield loaded.problem("people_year", what)
    elif year - int(start[:4]) >= AHEAD and _is_of_the_calendar(loaded):
        what = message(
            "configs.people.years_after", year=year, year2=year - int(start[:4]), start=start
        )
        yield loaded.problem("people_year", what)


def check_projections(loaded: Loaded[Region]) -> Problems:
    """Yield what is wrong with the projections and with the year."""
    wrong = [*_projection_row_problems(loaded)]
    yield from wrong
    if loaded.value.year is not None and not wrong:
        yield from _projected_year_problems(loaded, loaded.value.year)


def _is_of_the_calendar(loaded: Loaded[Region]) -> bool:
    """Tell whether the year of the people was written beside the calendar or after it.

    A region for an old log has a calendar of its own, and the people of the region it builds on.
    """
    written = [loaded.problem(key, "").file for key in ("people_year", "calendar.start")]
    of_people, of_calendar = (
        loaded.files.index(file) if file in loaded.files else len(loaded.files) for file in written
    )
    return of_people >= of_calendar


def _projection_row_problems(loaded: Loaded[Region]) -> Problems:
    """Yield rows of projections of an unknown municipality, and rows that stand twice."""
    known = {NATIONAL, *loaded.value.municipalities}
    known_rows = set()
    for index, row in enumerate(loaded.value.projections):
        if row.municipality not in known:
            what = message("configs.names.no_municipality_in_table", municipality=row.municipality)
            hint = did_you_mean(row.municipality, known)
            yield loaded.problem(f"projections.{index}.municipality", what + hint)
        if (row.municipality, row.year) in known_rows:
            what = message("configs.people.twice", municipality=row.municipality, year=row.year)
            yield loaded.problem(f"projections.{index}.year", what)
        known_rows.add((row.municipality, row.year))


def _projected_year_problems(loaded: Loaded[Region], year: int) -> Problems:
    """Yield why people cannot be projected to a year."""
    region = loaded.value
    if region.people_year is None:
        what = message("configs.people.needs_year")
        yield loaded.problem("year", what)
        return
    own = {row.municipality for row in region.projections} - {NATIONAL}
    needs_country = bool(region.outside) or own != set(region.municipalities)
    for name in [*sorted(own), *([NATIONAL] if needs_country else [])]:
        yield from _year_outside_projections(loaded, name, (region.people_year, year))
    for name in region.municipalities:
        yield from _ages_not_projected(loaded, name, (region.people_year, year))


def _year_outside_projections(
    loaded: Loaded[Region], name: str, years: tuple[int, int]
) -> Problems:
    """Yield years, the published people's and the one asked for, that rows do not span."""
    rows = projection_rows(loaded.value, name)
    if not rows:
        what = message("configs.people.needs_projections")
        yield loaded.problem("year", what)
        return
    first, last = rows[0].year, rows[-1].year
    for key, year in zip(("people_year", "year"), years, strict=True):
        if not first <= year <= last:
            what = message(
                "configs.people.outside_projections", year=year, name=name, first=first, last=last
            )
            yield loaded.problem(key, what)


def _ages_not_projected(loaded: Loaded[Region], name: str, years: tuple[int, int]) -> Problems:
    """Whoever is published must be projected too, or there is nothing to take a ratio of."""
    region = loaded.value
    rows = projection_rows(region, name)
    if not rows or not rows[0].year <= years[0] <= rows[-1].year:
        return
    now = projected_people(rows, years[0])
    for age, people, base in zip(AGE_GROUPS, region.municipalities[name].people, now, strict=True):
        if people and not base:
            what = message(
                "configs.people.none_of_age", name=name, people=people, age=age, years=years[0]
            )
            yield loaded.problem("projections", what)
