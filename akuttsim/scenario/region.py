"""Region: what the service meets. People, places, roads, how often they call, how care goes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from akuttsim.scenario.calendar import Calendar
from akuttsim.scenario.distributions import Duration, DurationByUrgency
from akuttsim.scenario.fields import (
    AGE_GROUPS,
    Bilingual,
    ByAge,
    ByUrgencyShare,
    Factor,
    Grade,
    Model,
    Number,
    Share,
    Slug,
    Speedup,
    Sourced,
    UrgencyMix,
)

DENSE_TETTSTED = 10_000
"""A municipality with any part of a tettsted above this is 'tettbygd' (goal 12 min, not 25)."""


def _iso_date(value: str) -> str:
    try:
        date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"must be a date such as 2026-01-05 (got {value!r})") from None
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"must be a time zone such as Europe/Oslo (got {value!r})") from None
    return value


def _four_digits(value: object) -> object:
    return f"{value:04d}" if isinstance(value, int) and not isinstance(value, bool) else value


def _every_age(value: tuple[int, ...]) -> tuple[int, ...]:
    if len(value) != len(AGE_GROUPS):
        raise ValueError(f"must have {len(AGE_GROUPS)} numbers, one for each age group")
    return value


People = Annotated[
    tuple[Annotated[int, Field(ge=0)], ...], Field(strict=False), AfterValidator(_every_age)
]
"""Inhabitants by age group, in the order of `AGE_GROUPS`."""


class CalendarSettings(Model):
    """First day of a run and its time zone."""

    start: Annotated[str, AfterValidator(_iso_date)]
    time_zone: Annotated[str, AfterValidator(_zone)]

    def calendar(self) -> Calendar:
        """Return the calendar that starts here."""
        return Calendar(date.fromisoformat(self.start), self.time_zone)


class Municipality(Model):
    """A municipality (kommune) with its published people by age group."""

    number: Annotated[str, BeforeValidator(_four_digits), Field(pattern=r"^\d{4}$")]
    name: str = Field(min_length=1)
    largest_tettsted: int = Field(ge=0)
    people: People

    @property
    def is_dense(self) -> bool:
        """Tell whether the official ambulance goal is 12 minutes (tettbygd) rather than 25."""
        return self.largest_tettsted > DENSE_TETTSTED


class Place(Model):
    """A settlement, road junction, ferry quay or hospital, with its people by age group."""

    name: str = Field(min_length=1)
    municipality: Slug
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    kind: Literal["settlement", "junction", "quay", "hospital"]
    note: str = ""
    source: str = Field(min_length=1)
    grade: Grade
    people: People = (0,) * len(AGE_GROUPS)


class Link(Model):
    """A way between two places, used both ways."""

    start: Slug = Field(alias="from")
    end: Slug = Field(alias="to")


class Road(Link):
    """A stretch of road."""

    road: str = Field(min_length=1)
    km: float = Field(gt=0, le=500)
    kmh: float = Field(ge=5, le=120)
    note: str = ""
    source: str = Field(min_length=1)
    grade: Grade


class Ferry(Link):
    """A ferry between two quays, sailing evenly from first to last departure each way."""

    ferry: Slug
    road: str = Field(min_length=1)
    km: float = Field(gt=0, le=500)
    crossing_min: float = Field(gt=0, le=600)
    first: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    last: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    departures: int = Field(ge=1, le=200)
    on_call_min: float | None = Field(default=None, ge=0, le=600)
    note: str = ""
    source: str = Field(min_length=1)
    grade: Grade


class Hospital(Model):
    """A hospital with an emergency department."""

    title: Bilingual
    place: Slug


class Outside(Sourced):
    """People of a neighbour district who ring a control room that is shared with this region.

    Only the phone side of them is simulated: they keep operators and dispatchers busy.
    """

    title: Bilingual
    people: int = Field(gt=0)


class Driving(Model):
    """How fast vehicles go, against the car speeds of the road table."""

    blue_light_town: Speedup
    blue_light_rural: Speedup
    town_below_kmh: Number


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


class Misjudged(Model):
    """Under- and over-triage on the phone.

    A share of calls is hard to judge; these are the ones that a nurse turns on video for. In them
    a judgement by voice is wrong more often; video finds the true urgency.
    """

    under: Share
    over: Share
    hard_share: Share
    hard_under: Share
    hard_over: Share

    @model_validator(mode="after")
    def _hard_calls_leave_room(self) -> Self:
        for all_calls, hard in ((self.under, self.hard_under), (self.over, self.hard_over)):
            if self.hard_share.value * hard.value > all_calls.value:
                raise ValueError(
                    "hard_share times hard_under (or hard_over) must not exceed under (or over)"
                )
        return self


class Needs(Sourced):
    """What a judged urgency leads to: shares that sum to one. The range is a factor on advice."""

    advice: float = Field(ge=0, le=1)
    doctor_phone: float = Field(ge=0, le=1)
    clinic: float = Field(ge=0, le=1)
    home_visit: float = Field(ge=0, le=1)
    ambulance: float = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _sums_to_one(self) -> Self:
        total = self.advice + self.doctor_phone + self.clinic + self.home_visit + self.ambulance
        if abs(total - 1) > 1e-6:
            raise ValueError(f"the shares must sum to 1 (they sum to {total:g})")
        return self


class NeedsByUrgency(Model):
    """What a 116117 call judged red, yellow or green leads to. Red goes to 113 by rule."""

    yellow: Needs
    green: Needs


class Needs113(Sourced):
    """What a 113 call leads to: an ambulance, a transfer to 116117, or advice."""

    ambulance: float = Field(ge=0, le=1)
    to_116117: float = Field(ge=0, le=1)
    advice: float = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _sums_to_one(self) -> Self:
        total = self.ambulance + self.to_116117 + self.advice
        if abs(total - 1) > 1e-6:
            raise ValueError(f"the shares must sum to 1 (they sum to {total:g})")
        return self


class Needs113ByUrgency(Model):
    """What a 113 call judged red, yellow or green leads to."""

    red: Needs113
    yellow: Needs113
    green: Needs113


class Patience(Model):
    """How long callers wait, and what those do who hang up."""

    red_min: Duration
    yellow_min: Duration
    green_min: Duration
    line_113_min: Duration
    health_line_min: Duration
    soon_share: Share
    soon_s: Duration
    rings_again: ByUrgencyShare
    rings_113: ByUrgencyShare
    again_after_min: Duration


class Conveyed(Sourced):
    """Where an ambulance leaves its patient; the shares sum to one."""

    home: float = Field(ge=0, le=1)
    legevakt: float = Field(ge=0, le=1)
    hospital: float = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _sums_to_one(self) -> Self:
        if abs(self.home + self.legevakt + self.hospital - 1) > 1e-6:
            raise ValueError("home, legevakt and hospital must sum to 1")
        return self


class ConveyedByUrgency(Model):
    """Where an ambulance leaves its patient, by urgency."""

    red: Conveyed
    yellow: Conveyed
    green: Conveyed


class Care(Model):
    """How long care takes and what it leads to; true of the patients, whoever serves them."""

    urgent_button: ByUrgencyShare
    talk_s: Duration
    after_call_s: Duration
    other_call_s: Duration
    conference_s: Duration
    talk_113_s: Duration
    interview_113_s: DurationByUrgency
    dispatch_s: Duration
    needs: NeedsByUrgency
    needs_113: Needs113ByUrgency
    preparation_min: Duration
    without_car: Share
    taxi_wait_min: Duration
    nurse_min: Duration
    consultation_min: Duration
    doctor_phone_min: Duration
    home_visit_min: Duration
    satellite_nurse_min: Duration
    satellite_video_min: Duration
    satellite_doctor_share: Share
    satellite_sent_on: Share
    admitted: ByUrgencyShare
    admitted_by_ambulance: ByUrgencyShare
    on_scene_min: DurationByUrgency
    conveyed: ConveyedByUrgency
    hospital_handover_min: Duration
    legevakt_handover_min: Duration
    doctor_on_scene_min: Duration


class Tables(Model):
    """File names of the tables beside region.yaml."""

    municipalities: str
    places: str
    people: str
    roads: str
    ferries: str | None = None


class Region(Model):
    """A district with its people, roads and illness: the same for every organisation."""

    region: Slug
    title: Bilingual
    description: Bilingual
    calendar: CalendarSettings
    tables: Tables
    municipalities: dict[Slug, Municipality]
    places: dict[Slug, Place]
    roads: tuple[Road, ...] = Field(strict=False)
    ferries: tuple[Ferry, ...] = Field(default=(), strict=False)
    hospitals: dict[Slug, Hospital] = Field(min_length=1)
    outside: dict[Slug, Outside] = Field(default_factory=dict)
    driving: Driving
    demand: Demand
    urgency: Urgency
    misjudged: Misjudged
    patience: Patience
    care: Care

    @property
    def place_ids(self) -> tuple[str, ...]:
        """Return the places in the order of their index."""
        return tuple(self.places)

    @property
    def municipality_ids(self) -> tuple[str, ...]:
        """Return the municipalities in the order of their index."""
        return tuple(self.municipalities)

    def people(self) -> int:
        """Return all inhabitants."""
        return sum(sum(place.people) for place in self.places.values())
