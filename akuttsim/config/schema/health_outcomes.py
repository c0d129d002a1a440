"""Health outcomes: published relations from waiting times to what happens to people.

Each relation tells what its clock measures: from the collapse, from the call or from the onset of
symptoms. The model's own clock runs from the first ring. Nothing here is drawn; which patients have
a condition is settled by a uniform that every patient has (`patients.conditions`).
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from akuttsim.config.schema.values import (
    AGE_GROUPS,
    Bilingual,
    ByAge,
    Factor,
    LogOdds,
    Model,
    Number,
    Share,
    Slug,
    Sourced,
)
from akuttsim.texts import message

MIDDLE_AGES = (3.0, 11.0, 18.0, 25.0, 40.0, 58.5, 73.5, 84.5, 93.0)
"""A year of age that stands for each of `AGE_GROUPS`."""


class ConditionRate(Model):
    """A time-critical condition: how many have it, of what ages, and which number they ring.

    Attributes:
        per_100000: People a year, for each 100,000 inhabitants of the whole country.
        doubles_every_years: Years of age over which the rate doubles; None for the same at all
            ages.
        flat_below_age: The age below which the rate is as at that age; None for no such age.
        ages: The only age groups that have it; None for all.
        red: Share of them who ring and are truly red; the others come some other way.
        rings_113: Share of these who ring 113 themselves; the others ring 116117.
    """

    per_100000: Number
    doubles_every_years: Factor | None = None
    flat_below_age: Number | None = None
    ages: tuple[Literal["16-19", "20-29", "30-49"], ...] | None = Field(
        default=None, strict=False, min_length=1
    )
    red: Share
    rings_113: Share

    def by_age(self) -> tuple[float, ...]:
        """Return the rate of each age group over that of others; only their proportions matter."""
        doubling = self.doubles_every_years
        least = 0.0 if self.flat_below_age is None else self.flat_below_age.value
        return tuple(
            (1.0 if doubling is None else 2 ** (max(age, least) / doubling.value))
            * (self.ages is None or name in self.ages)
            for name, age in zip(AGE_GROUPS, MIDDLE_AGES, strict=True)
        )


class Conditions(Model):
    """The time-critical conditions among those who are truly red; the rest of red has none.

    Attributes:
        national_people: Inhabitants of the country by age, of which the rates are.
        arrest: Arrest outside hospital that an ambulance treats.
        stroke: Acute stroke.
        stemi: Infarct with ST elevation, which needs its artery opened at once.
        trauma: Severe injury.
        sepsis: Sepsis.
        breathing: Respiratory distress, as a share of all red.
        birth: Unplanned birth outside an institution.
    """

    national_people: ByAge
    arrest: ConditionRate
    stroke: ConditionRate
    stemi: ConditionRate
    trauma: ConditionRate
    sepsis: ConditionRate
    breathing: Share
    birth: ConditionRate


class ArrestCurve(Model):
    """How survival after arrest falls with the minutes from the call to the ambulance.

    Logistic: the odds of survival fall by the same factor every minute.

    Attributes:
        title: What it is called.
        slope_cpr_per_min: Fall of the log-odds a minute with CPR before the ambulance.
        slope_none_per_min: The same without.
        own_level: Log-odds with CPR at `at_min` where and when the curve was published; None where
            that is not known. Shown, never used for a result.
    """

    title: Bilingual
    slope_cpr_per_min: Number
    slope_none_per_min: Number
    own_level: LogOdds | None = None


Knot = Annotated[
    tuple[Annotated[float, Field(ge=0)], Annotated[float, Field(ge=0, le=1)]], Field(strict=False)
]
Knots = Annotated[tuple[Knot, ...], Field(strict=False, min_length=2)]
"""Pairs of minutes and the share that has happened by then, both rising, the last share 1."""


class ShareByMinute(Sourced):
    """A distribution of minutes, straight between points.

    Attributes:
        points: Pairs of minutes and the share that has happened by then.
        value: A factor on all the minutes; 1 changes nothing. The range is of this factor.

    Raises:
        ValueError: Minutes or shares do not rise, or the last share is not 1.
    """

    points: Knots
    value: float = Field(default=1.0, gt=0)

    @model_validator(mode="after")
    def _rising(self) -> Self:
        pairs = zip(self.points, self.points[1:], strict=False)
        rising = all(a[0] < b[0] and a[1] <= b[1] for a, b in pairs)
        if not rising or self.points[-1][1] != 1:
            raise ValueError(message("configs.outcomes.points"))
        return self


class NamedCurve(Sourced):
    """A curve of another time and place, shown beside the others and never used for a result.

    The log-odds of survival are minus `at_once`, minus each rate times its minutes.

    Attributes:
        title: What it is called.
        population: Of whom it holds.
        clock: When its minutes begin: at the collapse, or at the call.
        at_once: Minus the log-odds at no delay at all.
        per_min_cpr: For each minute until CPR.
        per_min_crew: For each minute until the ambulance or the shock.
    """

    title: Bilingual
    population: Bilingual
    clock: Literal["collapse", "call"]
    at_once: float
    per_min_cpr: float = Field(ge=0)
    per_min_crew: float = Field(ge=0)


class ArrestSurvival(Model):
    """Survival at 30 days after an arrest outside hospital, on the clock of the call.

    Three curves, always told together, since published slopes differ four-fold. The level of each
    is such that a country with Norway's response times and share of CPR has Norway's survival.

    Attributes:
        survival: Share alive after 30 days, of those treated, in the country.
        cpr: Share who get CPR before the ambulance, first responders' not counted.
        response: Minutes from the call until the ambulance is at the address, in the country.
        at_min: The minutes at which `cpr_log_odds` holds.
        cpr_log_odds: How much CPR before the ambulance adds to the log-odds then.
        steep: The steepest curve.
        middle: The one between.
        flat: The flattest.
        steep_until_min: After so many minutes no curve falls faster than the middle one.
        first_min: Before so many minutes nothing is known; survival is held.
        last_min: The same after so many.
        defibrillator: Share of first helpers other than crews who bring a defibrillator.
        shockable: Share of arrests that a shock can help; of these the first defibrillator stops
            the clock.
        comparisons: Older curves by name.
    """

    survival: Share
    cpr: Share
    response: ShareByMinute
    at_min: Number
    cpr_log_odds: LogOdds
    steep: ArrestCurve
    middle: ArrestCurve
    flat: ArrestCurve
    steep_until_min: Number
    first_min: Number
    last_min: Number
    defibrillator: Share
    shockable: Share
    comparisons: dict[Slug, NamedCurve] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.first_min.value < self.steep_until_min.value <= self.last_min.value:
            raise ValueError(message("configs.outcomes.minutes"))
        return self


class StrokeTreatment(Model):
    """What minutes are worth in stroke, from the onset of symptoms to the needle.

    Attributes:
        onset_to_call: Minutes from onset to the call.
        door_to_needle_min: Minutes from the hospital's door until treatment.
        window_min: Minutes from onset within which the clot can be dissolved.
        dissolved: Share of all strokes that get this treatment.
        days_per_min: Healthy days gained for each minute sooner, for each one treated.
    """

    onset_to_call: ShareByMinute
    door_to_needle_min: Number
    window_min: Number
    dissolved: Share
    days_per_min: Number


class InfarctTreatment(Model):
    """How an infarct with ST elevation is treated: the artery opened in time, or lysis on the way.

    Attributes:
        pci_after_hospital_min: Minutes from the region's hospital until the artery is opened: the
            transfer to a hospital that does it, and its work.
        window_min: Minutes from the call within which opening is preferred.
        lysis_after_crew_min: Minutes from the crew's arrival until lysis is given.
    """

    pci_after_hospital_min: Number
    window_min: Number
    lysis_after_crew_min: Number


class DelayedAmbulance(Model):
    """What minutes until the ambulance are worth over all that is red, whatever the condition.

    Attributes:
        admitted_per_5_min: Share more who are admitted to hospital for each five minutes later.
    """

    admitted_per_5_min: Share


class HealthOutcomes(Model):
    """Relations from waiting times to what happens to people, as a file of their own.

    Attributes:
        outcomes: Its name.
        title: What people call it.
        conditions: Which conditions there are among red.
        arrest: Survival after arrest.
        stroke: Minutes in stroke.
        stemi: Treatment of an infarct with ST elevation.
        delay: Minutes until the ambulance, of all red; None where they are not told.
    """

    outcomes: Slug
    title: Bilingual
    conditions: Conditions
    arrest: ArrestSurvival
    stroke: StrokeTreatment
    stemi: InfarctTreatment
    delay: DelayedAmbulance | None = None
