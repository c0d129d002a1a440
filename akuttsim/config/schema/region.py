"""Region: what the service meets.

People, places, roads, how often they call, how care goes. People in the year that a region is asked
for are the published ones, changed as is projected.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Self

from pydantic import Field, model_validator

from akuttsim.config.schema.care_needs import Care, Mistriage, Patience, Worsening
from akuttsim.config.schema.demand import Demand, Urgency
from akuttsim.config.schema.geography import (
    CalendarSettings,
    Driving,
    Ferry,
    Hospital,
    LocalDrive,
    Municipality,
    NeighbourDistrict,
    Place,
    Projection,
    Road,
    StraightLine,
    TravelTimeTable,
    Weather,
)
from akuttsim.config.schema.values import Bilingual, Model, Slug
from akuttsim.messages import message


class RegionTables(Model):
    """File names of the tables beside region.yaml."""

    municipalities: str
    places: str
    people: str
    roads: str | None = None
    travel_times: str | None = None
    ferries: str | None = None
    projections: str | None = None


class Region(Model):
    """A district with its people, roads and illness: the same for every organisation.

    With `year` its people are those expected on 1 January of that year: the published ones, of
    `people_year`, changed age by age as the table of projections says. The calendar stays.

    `response_goal_areas` tells how it is settled whether an ambulance should come within 12 or
    within 25 minutes: by where the incident lies, in a tettsted above 10,000 people or outside
    (`incident`, the rule since 2021), or by the largest tettsted of the municipality
    (`municipality`, the rule before, which also holds for places that do not say whether they are
    `built_up`).

    It drives by a table of roads, or by a table of travel times between its places, or, where
    there is neither, along straight lines.
    """

    region: Slug
    title: Bilingual
    description: Bilingual
    calendar: CalendarSettings
    tables: RegionTables
    people_year: int | None = None
    year: int | None = None
    municipalities: dict[Slug, Municipality]
    places: dict[Slug, Place]
    roads: tuple[Road, ...] = Field(default=(), strict=False)
    ferries: tuple[Ferry, ...] = Field(default=(), strict=False)
    projections: tuple[Projection, ...] = Field(default=(), strict=False)
    travel_times: TravelTimeTable | None = None
    straight_line: StraightLine | None = None
    response_goal_areas: Literal["incident", "municipality"] = "incident"
    hospitals: dict[Slug, Hospital] = Field(min_length=1)
    outside: dict[Slug, NeighbourDistrict] = Field(default_factory=dict)
    driving: Driving
    local_drive: LocalDrive | None = None
    demand: Demand
    urgency: Urgency
    misjudged: Mistriage
    worsening: Worsening | None = None
    patience: Patience
    care: Care
    weather: Weather | None = None

    @model_validator(mode="after")
    def _drives_one_way_only(self) -> Self:
        sources = (self.tables.roads, self.tables.travel_times, self.straight_line)
        if sum(source is not None for source in sources) != 1:
            raise ValueError(message("configs.region.one_of_tables"))
        if self.tables.roads is None and self.tables.ferries is not None:
            raise ValueError(message("configs.region.ferries"))
        return self

    def is_dense(self, place: str) -> bool:
        """Tell whether the ambulance goal of incidents at a place is 12 minutes rather than 25."""
        site = self.places[place]
        if self.response_goal_areas == "incident" and site.built_up is not None:
            return site.built_up == "town"
        return self.municipalities[site.municipality].is_dense

    @model_validator(mode="after")
    def _tells_when_people_get_worse(self) -> Self:
        decay = self.demand.distance_decay
        instead = None if decay is None else decay.instead
        if instead is not None and instead.worse_later.value and self.worsening is None:
            raise ValueError(message("configs.region.worse_later"))
        return self

    @property
    def place_ids(self) -> tuple[str, ...]:
        """Return the places in the order of their index."""
        return tuple(self.places)

    @property
    def municipality_ids(self) -> tuple[str, ...]:
        """Return the municipalities in the order of their index."""
        return tuple(self.municipalities)

    def largest_place(self, municipality: str) -> str:
        """Return the most populous place of a municipality, which stands for it in drives."""
        own = [name for name, place in self.places.items() if place.municipality == municipality]
        return max(own, key=lambda name: sum(self.places[name].people))

    def people(self) -> int:
        """Return all published inhabitants."""
        return sum(sum(place.people) for place in self.places.values())


NATIONAL = "national"
"""What the table of projections has for municipality in the rows of the whole country."""

Ages = tuple[float, ...]
"""Inhabitants, or a factor on them, by age group in the order of `AGE_GROUPS`."""


def place_populations(region: Region) -> dict[str, Ages]:
    """Return the people of each place by age: published ones, or those expected in `year`.

    Every place of a municipality changes alike, age by age. Expected people are not whole. The
    region must have passed `check_region`.
    """
    if region.year is None:
        return {name: place.people for name, place in region.places.items()}
    change = {name: _projected_change(region, name) for name in region.municipalities}
    return {
        name: _scale_people(place.people, change[place.municipality])
        for name, place in region.places.items()
    }


def municipality_populations(region: Region) -> dict[str, Ages]:
    """Return the people of each municipality by age, as `place_populations`."""
    published = {name: municipality.people for name, municipality in region.municipalities.items()}
    if region.year is None:
        return {**published}
    return {
        name: _scale_people(people, _projected_change(region, name))
        for name, people in published.items()
    }


def people_by_age(region: Region) -> Ages:
    """Return all inhabitants by age, as `place_populations`."""
    return tuple(map(sum, zip(*municipality_populations(region).values(), strict=True)))


def neighbour_populations(region: Region) -> dict[str, float]:
    """Return the people of each neighbour district, changed as all ages of the country together."""
    change = 1.0
    if region.outside and region.year is not None and region.people_year is not None:
        rows = projection_rows(region, NATIONAL)
        change = sum(projected_people(rows, region.year)) / sum(
            projected_people(rows, region.people_year)
        )
    return {name: change * neighbour.people for name, neighbour in region.outside.items()}


def projection_rows(region: Region, municipality: str) -> list[Projection]:
    """Return the projections of a municipality by year: its own, or the country's."""
    own = [row for row in region.projections if row.municipality == municipality]
    country = [row for row in region.projections if row.municipality == NATIONAL]
    return sorted(own or country, key=lambda row: row.year)


def projected_people(rows: Sequence[Projection], year: int) -> Ages:
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


def _projected_change(region: Region, municipality: str) -> Ages:
    """Return the factor on each age's people from the year of the published ones to `year`."""
    assert region.year is not None and region.people_year is not None
    rows = projection_rows(region, municipality)
    then, now = projected_people(rows, region.year), projected_people(rows, region.people_year)
    return tuple(
        later / earlier if earlier else 1.0 for later, earlier in zip(then, now, strict=True)
    )


def _scale_people(people: Sequence[int], change: Ages) -> Ages:
    return tuple(count * factor for count, factor in zip(people, change, strict=True))
