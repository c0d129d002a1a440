"""Region: what the service meets. People, places, roads, how often they call, how care goes."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from akuttsim.scenario.care import Care, Misjudged, Patience, Worsening
from akuttsim.scenario.demand import Demand, Urgency
from akuttsim.scenario.fields import Bilingual, Model, Slug
from akuttsim.scenario.geography import (
    CalendarSettings,
    Driving,
    Ferry,
    Hospital,
    Municipality,
    Outside,
    Place,
    Projection,
    Road,
)
from akuttsim.scenario.local_drive import LocalDrive
from akuttsim.scenario.ways import GivenTimes, StraightLine
from akuttsim.scenario.weather import Weather


class Tables(Model):
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
    tables: Tables
    people_year: int | None = None
    year: int | None = None
    municipalities: dict[Slug, Municipality]
    places: dict[Slug, Place]
    roads: tuple[Road, ...] = Field(default=(), strict=False)
    ferries: tuple[Ferry, ...] = Field(default=(), strict=False)
    projections: tuple[Projection, ...] = Field(default=(), strict=False)
    travel_times: GivenTimes | None = None
    straight_line: StraightLine | None = None
    response_goal_areas: Literal["incident", "municipality"] = "incident"
    hospitals: dict[Slug, Hospital] = Field(min_length=1)
    outside: dict[Slug, Outside] = Field(default_factory=dict)
    driving: Driving
    local_drive: LocalDrive | None = None
    demand: Demand
    urgency: Urgency
    misjudged: Misjudged
    worsening: Worsening | None = None
    patience: Patience
    care: Care
    weather: Weather | None = None

    @model_validator(mode="after")
    def _drives_one_way_only(self) -> Self:
        given = (self.tables.roads, self.tables.travel_times, self.straight_line)
        if sum(each is not None for each in given) != 1:
            raise ValueError("needs one of tables.roads, tables.travel_times and straight_line")
        if self.tables.roads is None and self.tables.ferries is not None:
            raise ValueError("tables.ferries needs tables.roads: ferries join roads")
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
            raise ValueError(
                "demand.distance_decay.instead.worse_later needs worsening, which tells when"
            )
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
