"""Weather: the share of hours in which a helicopter can fly, and how long bad weather lasts."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from akuttsim.scenario.fields import Model, Number, Sourced

FourShares = Annotated[
    tuple[Annotated[float, Field(gt=0, le=1)], ...],
    Field(strict=False, min_length=4, max_length=4),
]


class Flyable(Sourced):
    """Shares of the hours in which a helicopter can fly, in the four quarters of the year.

    In daylight and in the dark, at the first hospital; the range is a factor on each share.
    """

    daylight: FourShares
    dark: FourShares


class Weather(Model):
    """When helicopters can fly. Weather too bad for it lasts `unflyable_spell_h` on average.

    Weather that can be flown in daylight only is too bad from dusk until dawn.
    """

    flyable: Flyable
    unflyable_spell_h: Number

    @model_validator(mode="after")
    def _spells_of_whole_hours(self) -> Self:
        least = 1 / min(*self.flyable.daylight, *self.flyable.dark)
        if self.unflyable_spell_h.value < least:
            raise ValueError(
                f"unflyable_spell_h must be at least {least:.3g}: weather changes hour by hour, "
                "and so rarely flyable it cannot change faster"
            )
        return self
