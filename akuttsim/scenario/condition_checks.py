"""Checks of road conditions, surges and visitors against the places, roads and ferries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from akuttsim.errors import Problem
from akuttsim.scenario.checked_year import CHECKED_DAYS
from akuttsim.scenario.geography import Road
from akuttsim.scenario.load import Loaded
from akuttsim.scenario.region import Region
from akuttsim.scenario.road_conditions import Link, RoadCondition
from akuttsim.scenario.surges import Somewhere


def road_conditions(loaded: Loaded[Region]) -> Iterator[Problem]:
    """Every stretch and ferry that a condition names exists, and nobody is cut off unsaid."""
    wrong = list(chain(_stretches(loaded), _ferries(loaded)))
    yield from wrong or _cut_off(loaded)


def additions(loaded: Loaded[Region]) -> Iterator[Problem]:
    """Every place and municipality that a surge or visitors name exists, and somebody lives there.

    Visitors multiply the people there.
    """
    demand = loaded.value.demand
    named: Iterable[tuple[str, Somewhere]] = chain(
        ((f"demand.surges.{name}", surge) for name, surge in demand.surges.items()),
        ((f"demand.visitors.{name}", visitors) for name, visitors in demand.visitors.items()),
    )
    for key, area in named:
        yield from _area(loaded, key, area)


def joined_to(start: str, region: Region, links: Iterable[Link]) -> set[str]:
    """Return the places, with itself, to which one can drive from one place, and back again."""
    links = list(links)
    return driven_from(start, region, links) & driven_from(start, region, links, back=True)


def driven_from(start: str, region: Region, links: Iterable[Link], back: bool = False) -> set[str]:
    """Return the places to which one can drive from one; with `back`, from which one can to it."""
    neighbours: dict[str, set[str]] = {name: set() for name in region.places}
    for link in links:
        one_way = isinstance(link, Road) and link.one_way == "yes"
        if not (one_way and back):
            neighbours.get(link.start, set()).add(link.end)
        if not one_way or back:
            neighbours.get(link.end, set()).add(link.start)
    seen, todo = {start}, [start]
    while todo:
        new = neighbours.get(todo.pop(), set()) - seen
        seen |= new
        todo.extend(new)
    return seen


def _stretches(loaded: Loaded[Region]) -> Iterator[Problem]:
    region = loaded.value
    roads = {frozenset((road.start, road.end)) for road in region.roads}
    for name, condition in region.driving.conditions.items():
        closed = ((f"closed.{index}", link) for index, link in enumerate(condition.closed))
        columns = ((f"columns.{each}", link) for each, link in condition.columns.items())
        for key, link in chain(closed, columns):
            if frozenset((link.start, link.end)) not in roads:
                what = f"no stretch from {link.start!r} to {link.end!r} in the table of roads"
                yield loaded.problem(f"driving.conditions.{name}.{key}", what)


def _ferries(loaded: Loaded[Region]) -> Iterator[Problem]:
    region = loaded.value
    known = {ferry.ferry for ferry in region.ferries}
    for name, condition in region.driving.conditions.items():
        for index, ferry in enumerate(condition.cancelled_ferries):
            if ferry not in known:
                key = f"driving.conditions.{name}.cancelled_ferries.{index}"
                yield loaded.problem(key, f"no ferry {ferry!r} in the table of ferries")


def _cut_off(loaded: Loaded[Region]) -> Iterator[Problem]:
    """Tell the places that closed roads cut off, alone or with what is closed at the same time."""
    region = loaded.value
    start = next(iter(region.hospitals.values())).place
    told: set[str] = set()
    for names in _held_together(region):
        lost = [name for name in region.places if name not in _reached(start, region, names)]
        if lost and not told.intersection(names):
            told.update(names)
            what = (
                f"cuts off {', '.join(lost[:8])}: leave a way open, or write cut_off_wait_min, how "
                "long they wait for an opening or the first column or sailing"
            )
            key = f"driving.conditions.{names[-1]}"
            yield loaded.problem(key, " and ".join(names) + " " + what)


def _held_together(region: Region) -> list[tuple[str, ...]]:
    """Return the conditions that close something without a wait: each, and those held at once."""
    closing = {name: each for name, each in region.driving.conditions.items() if _closes(each)}
    alone: list[tuple[str, ...]] = [(name,) for name in closing]
    if len(closing) < 2:
        return alone
    hours = region.calendar.calendar().hours(CHECKED_DAYS * 24)
    at_once = dict.fromkeys(
        tuple(name for name, each in closing.items() if each.when.covers(hour)) for hour in hours
    )
    return alone + [names for names in at_once if len(names) > 1]


def _closes(condition: RoadCondition) -> bool:
    some = bool(condition.closed or condition.cancelled_ferries)
    return some and condition.cut_off_wait_min is None


def _reached(start: str, region: Region, names: tuple[str, ...]) -> set[str]:
    conditions = [region.driving.conditions[name] for name in names]
    closed = {frozenset((link.start, link.end)) for each in conditions for link in each.closed}
    cancelled = {ferry for each in conditions for ferry in each.cancelled_ferries}
    open_roads = [road for road in region.roads if frozenset((road.start, road.end)) not in closed]
    sailing = [ferry for ferry in region.ferries if ferry.ferry not in cancelled]
    return joined_to(start, region, [*open_roads, *sailing])


def _area(loaded: Loaded[Region], key: str, area: Somewhere) -> Iterator[Problem]:
    wrong = list(_unknown(loaded, key, area))
    yield from wrong
    living = (
        sum(place.people)
        for name, place in loaded.value.places.items()
        if area.holds_at(name, place.municipality)
    )
    if not wrong and not any(living):
        yield loaded.problem(key, "nobody lives there; name a place that has people to multiply")


def _unknown(loaded: Loaded[Region], key: str, area: Somewhere) -> Iterator[Problem]:
    region = loaded.value
    for index, name in enumerate(area.municipalities or ()):
        if name not in region.municipalities:
            what = f"no municipality {name!r} in the table of municipalities"
            yield loaded.problem(f"{key}.municipalities.{index}", what)
    for index, name in enumerate(area.places or ()):
        if name not in region.places:
            yield loaded.problem(
                f"{key}.places.{index}", f"no place {name!r} in the table of places"
            )
