"""Geography: calendar, municipalities, places with their people, roads, ferries, hospitals."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, model_validator

from akuttsim.scenario.calendar import Calendar
from akuttsim.scenario.fields import (
    AGE_GROUPS,
    Bilingual,
    Grade,
    Model,
    Number,
    Slug,
    Sourced,
    Speedup,
)
from akuttsim.scenario.road_conditions import Clock, Link, RoadCondition, Traffic

DayType = Literal["weekday", "saturday", "sunday"]
"""A day of a timetable; a public holiday has Sunday's."""

TIMETABLE = (
    "times_weekday", "times_saturday", "times_sunday",
    "back_weekday", "back_saturday", "back_sunday",
)  # fmt: skip
"""Columns of the table of ferries that hold a timetable; a table may be without."""

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


def _every_age(value: tuple[float, ...]) -> tuple[float, ...]:
    if len(value) != len(AGE_GROUPS):
        raise ValueError(f"must have {len(AGE_GROUPS)} numbers, one for each age group")
    return value


IsoDate = Annotated[str, AfterValidator(_iso_date)]
"""A date such as 2026-01-05."""

People = Annotated[
    tuple[Annotated[int, Field(ge=0)], ...], Field(strict=False), AfterValidator(_every_age)
]
"""Inhabitants by age group, in the order of `AGE_GROUPS`."""

ExpectedPeople = Annotated[
    tuple[Annotated[float, Field(ge=0)], ...], Field(strict=False), AfterValidator(_every_age)
]
"""Expected inhabitants by age group, which need not be whole; in the order of `AGE_GROUPS`."""


class Projection(Model):
    """People by age on 1 January of a year: of a municipality, or `national` for the country.

    Only the change from one year to another is used, so that index numbers do as well for a
    municipality; the country's must be people.
    """

    municipality: Slug
    year: int = Field(ge=1900, le=2200)
    people: ExpectedPeople
    source: str = Field(min_length=3)
    grade: Grade


class CalendarSettings(Model):
    """First day of a run and its time zone."""

    start: IsoDate
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
    """A settlement, road junction, ferry quay, hospital or other site, with its people by age.

    `built_up` tells whether it lies in a built-up area (Statistics Norway's tettsted, of 200 people
    and more), and whether that has more than 10,000 people (`town`); a table of places may be
    without that column.
    """

    name: str = Field(min_length=1)
    municipality: Slug
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    kind: Literal["settlement", "junction", "quay", "hospital", "facility"]
    note: str = ""
    source: str = Field(min_length=1)
    grade: Grade
    built_up: Literal["no", "yes", "town"] | None = None
    people: People = (0,) * len(AGE_GROUPS)


class Road(Link):
    """A stretch of road, driven both ways or, where it is one-way, from `from` to `to` only."""

    road: str = Field(min_length=1)
    km: float = Field(gt=0, le=500)
    kmh: float = Field(ge=5, le=120)
    one_way: Literal["yes", "no"] = "no"
    note: str = ""
    source: str = Field(min_length=1)
    grade: Grade


def _clock_times(value: str) -> str:
    for text in value.split():
        _CLOCK.validate_python(text)
    return value


_CLOCK = TypeAdapter[str](Clock)

ClockTimes = Annotated[str, AfterValidator(_clock_times), Field(min_length=5)]
"""Departures of a day in order, such as '06:20 07:40 00:15'; an earlier one is after midnight."""


class Ferry(Link):
    """A ferry between two quays.

    It sails evenly from the first to the last departure each way or, where the region drives by
    the timetable, at the times there are: from the one quay, and back from the other.
    """

    ferry: Slug
    road: str = Field(min_length=1)
    km: float = Field(gt=0, le=500)
    crossing_min: float = Field(gt=0, le=600)
    first: Clock
    last: Clock
    departures: int = Field(ge=1, le=200)
    on_call_min: float | None = Field(default=None, ge=0, le=600)
    times_weekday: ClockTimes | None = None
    times_saturday: ClockTimes | None = None
    times_sunday: ClockTimes | None = None
    back_weekday: ClockTimes | None = None
    back_saturday: ClockTimes | None = None
    back_sunday: ClockTimes | None = None
    note: str = ""
    source: str = Field(min_length=1)
    grade: Grade

    @model_validator(mode="after")
    def _whole_timetable(self) -> Self:
        given = [getattr(self, name) is not None for name in TIMETABLE]
        if any(given) and not all(given):
            raise ValueError(f"a timetable needs all of {', '.join(TIMETABLE)}, or none")
        return self

    def timetable(self, day: DayType, back: bool) -> str | None:
        """Return the departures of a day from the one quay, or back from the other."""
        found: str | None = getattr(self, f"{'back' if back else 'times'}_{day}")
        return found


class Hospital(Model):
    """A hospital with an emergency department."""

    title: Bilingual
    place: Slug


class Outside(Sourced):
    """People of a neighbour district who ring a control room that is shared with this region.

    Only the phone side of them is simulated: they keep operators and dispatchers busy. They ring
    113 as often as the region's people, and 116117 too unless it is said here how often.
    """

    title: Bilingual
    people: int = Field(gt=0)
    contacts_per_person_year: Number | None = None
    other_calls_per_person_year: Number | None = None


class Driving(Model):
    """How fast vehicles go, against the car speeds of the road table.

    `departures` tells whether ferries sail evenly over the day or by their timetable, where they
    have one.
    """

    blue_light_town: Speedup
    blue_light_rural: Speedup
    town_below_kmh: Number
    departures: Literal["even", "timetable"] = "even"
    traffic: Traffic | None = None
    conditions: dict[Slug, RoadCondition] = Field(default_factory=dict)
