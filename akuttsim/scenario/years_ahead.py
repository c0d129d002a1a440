"""People in the year that a region is asked for: the published ones, changed as is projected."""

from __future__ import annotations

from collections.abc import Sequence

from akuttsim.scenario.geography import Projection
from akuttsim.scenario.region import Region

NATIONAL = "national"
"""What the table of projections has for municipality in the rows of the whole country."""

Ages = tuple[float, ...]
"""Inhabitants, or a factor on them, by age group in the order of `AGE_GROUPS`."""


def people_in(region: Region) -> dict[str, Ages]:
    """Return the people of each place by age: published ones, or those expected in `year`.

    Every place of a municipality changes alike, age by age. Expected people are not whole. The
    region must have passed `check_region`.
    """
    if region.year is None:
        return {name: place.people for name, place in region.places.items()}
    change = {name: _change(region, name) for name in region.municipalities}
    return {
        name: _times(place.people, change[place.municipality])
        for name, place in region.places.items()
    }


def municipality_people(region: Region) -> dict[str, Ages]:
    """Return the people of each municipality by age, as `people_in`."""
    published = {name: each.people for name, each in region.municipalities.items()}
    if region.year is None:
        return {**published}
    return {name: _times(people, _change(region, name)) for name, people in published.items()}


def people_by_age(region: Region) -> Ages:
    """Return all inhabitants by age, as `people_in`."""
    return tuple(map(sum, zip(*municipality_people(region).values(), strict=True)))


def outside_people(region: Region) -> dict[str, float]:
    """Return the people of each neighbour district, changed as all ages of the country together."""
    change = 1.0
    if region.outside and region.year is not None and region.people_year is not None:
        rows = rows_of(region, NATIONAL)
        change = sum(projected(rows, region.year)) / sum(projected(rows, region.people_year))
    return {name: change * each.people for name, each in region.outside.items()}


def rows_of(region: Region, municipality: str) -> list[Projection]:
    """Return the projections of a municipality by year: its own, or the country's."""
    own = [row for row in region.projections if row.municipality == municipality]
    country = [row for row in region.projections if row.municipality == NATIONAL]
    return sorted(own or country, key=lambda row: row.year)


def projected(rows: Sequence[Projection], year: int) -> Ages:
    """Return the people of a year by age, on a straight line between the years around it.

    Raises ValueError for a year outside the rows.
    """
    before = max((row for row in rows if row.year <= year), key=lambda row: row.year)
    after = min((row for row in rows if row.year >= year), key=lambda row: row.year)
    if before.year == after.year:
        return before.people
    share = (year - before.year) / (after.year - before.year)
    both = zip(before.people, after.people, strict=True)
    return tuple(earlier + share * (later - earlier) for earlier, later in both)


def _change(region: Region, municipality: str) -> Ages:
    """Return the factor on each age's people from the year of the published ones to `year`."""
    assert region.year is not None and region.people_year is not None
    rows = rows_of(region, municipality)
    then, now = projected(rows, region.year), projected(rows, region.people_year)
    return tuple(
        later / earlier if earlier else 1.0 for later, earlier in zip(then, now, strict=True)
    )


def _times(people: Sequence[int], change: Ages) -> Ages:
    return tuple(count * factor for count, factor in zip(people, change, strict=True))
