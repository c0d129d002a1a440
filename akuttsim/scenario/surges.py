"""Surges and visitors: named additions to how many people ring, and where."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from akuttsim.scenario.fields import Bilingual, Factor, Model, Slug
from akuttsim.scenario.seasons import When

Names = Annotated[tuple[Slug, ...], Field(strict=False, min_length=1)]
Age = Literal["0-5", "6-15", "16-19", "20-29", "30-49", "50-66", "67-79", "80-89", "90+"]


class Somewhere(Model):
    """A named addition: when it holds, and in which municipalities or places; else everywhere."""

    title: Bilingual
    when: When
    municipalities: Names | None = None
    places: Names | None = None

    @model_validator(mode="after")
    def _one_kind_of_area(self) -> Self:
        if self.municipalities and self.places:
            raise ValueError("write municipalities or places, not both")
        return self

    def holds_at(self, place: str, municipality: str) -> bool:
        """Tell whether it holds for those who live at a place of a municipality."""
        if self.places is not None:
            return place in self.places
        return self.municipalities is None or municipality in self.municipalities


class Surge(Somewhere):
    """A time in which people ring more, or less: factors on the calls to 116117 and to 113.

    With `ages`, only these ring so; otherwise all do.
    """

    factor_116117: Factor | None = None
    factor_113: Factor | None = None
    ages: tuple[Age, ...] | None = Field(default=None, strict=False, min_length=1)

    @model_validator(mode="after")
    def _some_factor(self) -> Self:
        if self.factor_116117 is None and self.factor_113 is None:
            raise ValueError("a surge needs factor_116117, factor_113 or both")
        return self


class Visitors(Somewhere):
    """Visitors and people at their cabins: so many times more (or fewer) people in a place.

    They are as old as those who live there and ring both numbers as often; they have no safety
    alarm and are not health personnel.
    """

    people_factor: Factor
