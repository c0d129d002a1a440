"""Demand: how often people call, and how urgent it truly is."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from akuttsim.scenario.fields import (
    AGE_GROUPS,
    ByAge,
    Factor,
    Model,
    Number,
    Share,
    Sourced,
    UrgencyMix,
)

Weights = Annotated[
    tuple[Annotated[float, Field(ge=0)], ...], Field(strict=False, min_length=24, max_length=24)
]


class Hours(Sourced):
    """Contacts over the day: weights of the 24 hours, on working days and on free days.

    `flatten` mixes in an even spread (0 as given, 1 flat); the range is that of `flatten`.
    """

    weekday: Weights
    weekend: Weights
    flatten: float = Field(ge=0, le=1)


class SpecialDays(Model):
    """Factors on the calls of days that stand out."""

    easter_week: Factor
    christmas_eve: Factor
    new_years_night: Factor


class Quarters(Sourced):
    """Factors on the calls of the four quarters of the year; the range is a factor on each."""

    values: tuple[Annotated[float, Field(gt=0)], ...] = Field(
        strict=False, min_length=4, max_length=4
    )


class Demand(Model):
    """How often people call, by age, hour, day and season."""

    contacts_per_person_year: Number
    other_calls_per_person_year: Number
    calls_113_per_person_year: Number
    health_line_share: Share
    age_factor_116117: ByAge
    age_factor_113: ByAge
    hours_116117: Hours
    flatten_113: Share
    weekend_factor: Factor
    quarter_factor: Quarters
    special_days: SpecialDays
    day_cv: Number


class Urgency(Model):
    """How urgent the contacts truly are, by age, by who rings and by time of day.

    A contact's shares are those of its age, times by how much its line and its time of day differ
    from all contacts; then scaled so that all contacts of 116117 together have `level_116117`.
    """

    all_contacts: UrgencyMix
    level_116117: UrgencyMix
    by_age: dict[str, UrgencyMix]
    health_line: UrgencyMix
    phone_line: UrgencyMix
    line_113: UrgencyMix
    day: UrgencyMix
    evening: UrgencyMix
    night: UrgencyMix

    @model_validator(mode="after")
    def _all_ages(self) -> Self:
        if set(self.by_age) != set(AGE_GROUPS):
            raise ValueError(f"by_age must have exactly the age groups {', '.join(AGE_GROUPS)}")
        return self
