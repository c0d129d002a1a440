"""Region: what the service meets. People, places, roads, how often they call, how care goes."""

from __future__ import annotations

from pydantic import Field

from akuttsim.scenario.care import Care, Misjudged, Patience
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
from akuttsim.scenario.weather import Weather


class Tables(Model):
    """File names of the tables beside region.yaml."""

    municipalities: str
    places: str
    people: str
    roads: str
    ferries: str | None = None
    projections: str | None = None


class Region(Model):
    """A district with its people, roads and illness: the same for every organisation.

    With `year` its people are those expected on 1 January of that year: the published ones, of
    `people_year`, changed age by age as the table of projections says. The calendar stays.
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
    roads: tuple[Road, ...] = Field(strict=False)
    ferries: tuple[Ferry, ...] = Field(default=(), strict=False)
    projections: tuple[Projection, ...] = Field(default=(), strict=False)
    hospitals: dict[Slug, Hospital] = Field(min_length=1)
    outside: dict[Slug, Outside] = Field(default_factory=dict)
    driving: Driving
    demand: Demand
    urgency: Urgency
    misjudged: Misjudged
    patience: Patience
    care: Care
    weather: Weather | None = None

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
