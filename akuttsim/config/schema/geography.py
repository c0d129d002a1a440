"""Geography: places with their people, roads, ferries and driving; and seasons."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    Field,
    PrivateAttr,
    TypeAdapter,
    model_validator,
)

from akuttsim.config.schema.calendar import (
    DATE_FORM,
    DAYS_FORM,
    HOURS_FORM,
    MINUTES_A_DAY,
    Calendar,
    check_days,
    day_word_matches,
    easter_sunday,
    parse_hours,
)
from akuttsim.config.schema.values import (
    AGE_GROUPS,
    Bilingual,
    Duration,
    Factor,
    Grade,
    Model,
    Number,
    Shorthand,
    Slug,
    Sourced,
    Speedup,
)
from akuttsim.texts import message

_EASTER = re.compile(r"easter([+-]\d{1,3})?")
_YEARLY = re.compile(r"\d{2}-\d{2}")
_LEAP_YEAR = "2000-"


def _valid_day_of_year(value: str) -> str:
    """Return a day of the year that there is; ValueError for others."""
    season_end_kind(value)
    return value


def season_end_kind(text: str) -> str:
    """Return the form of an end of a season: 'easter', 'yearly' or 'dated'.

    Args:
        text: Such as easter-3, 11-15 or 2026-01-14.

    Raises:
        ValueError: It has none of these forms, or there is no such day; the message tells the
            forms.
    """
    if _EASTER.fullmatch(text):
        return "easter"
    kind = "yearly" if _YEARLY.fullmatch(text) else "dated"
    try:
        date.fromisoformat(text if kind == "dated" else _LEAP_YEAR + text)
    except ValueError:
        forms = message("configs.days.forms")
        raise ValueError(message("configs.days.such_as", forms=forms, text=text)) from None
    return kind


def _valid_season_days(value: str) -> str:
    """Return days of a season that can be read as such; ValueError for others."""
    check_days(value)
    return value


def _valid_whole_hours(value: str) -> str:
    """Return hours that begin and end on the hour; ValueError for others."""
    if any(minute % 60 for minute in parse_hours(value)):
        raise ValueError(message("configs.days.on_the_hour", value=value))
    return value


DayOfYear = Annotated[
    str,
    AfterValidator(_valid_day_of_year),
    Field(
        json_schema_extra={
            "pattern": rf"^({_EASTER.pattern}|{_YEARLY.pattern}|\d{{4}}-{_YEARLY.pattern})$"
        }
    ),
]
"""A day of every year (11-15), a date (2026-01-14), or days from Easter Sunday (easter-8)."""

DayWords = Annotated[
    str, AfterValidator(_valid_season_days), Field(json_schema_extra={**DAYS_FORM})
]
"""Days as a roster has them, such as weekdays, or dates: 2026-01-14 2026-01-15."""

WholeHours = Annotated[
    str, AfterValidator(_valid_whole_hours), Field(json_schema_extra={**HOURS_FORM})
]


class SeasonHours(Model):
    """From one day to another, both with; of these the days and whole hours that are named.

    Without `from` and `to`, all the year. Hours past midnight belong to the day they begin on.

    Attributes:
        first: The first day (key `from`): 11-15 every year, 2026-01-14 once, easter-8 by Easter
            Sunday.
        last: The last day (key `to`), in the same form. A yearly season may run over New Year.
        days: Day words or dates.
        hours: From and to, on the hour.

    Raises:
        ValueError: One end without the other, ends of two forms, or a last day before the first.
    """

    first: DayOfYear | None = Field(default=None, alias="from")
    last: DayOfYear | None = Field(default=None, alias="to")
    days: DayWords = "daily"
    hours: WholeHours = "00:00-24:00"

    @model_validator(mode="after")
    def _ends_of_one_kind(self) -> Self:
        if (self.first is None) != (self.last is None):
            raise ValueError(message("configs.days.both_or_neither"))
        if self.first and self.last and season_end_kind(self.first) != season_end_kind(self.last):
            raise ValueError(message("configs.days.one_form"))
        if (
            self.first
            and self.last
            and season_end_kind(self.first) != "yearly"
            and self._is_empty()
        ):
            raise ValueError(message("configs.days.not_after"))
        return self

    def _is_empty(self) -> bool:
        assert self.first is not None
        assert self.last is not None
        if season_end_kind(self.first) == "easter":
            return _from_easter(self.first) > _from_easter(self.last)
        return self.first > self.last

    def covers(self, local: datetime) -> bool:
        """Tell whether it holds in the hour that begins at this local time.

        Args:
            local: The local time at the start of the hour.
        """
        start, end = parse_hours(self.hours)
        minute, day = local.hour * 60, local.date()
        if start <= minute < end and self.on(day):
            return True
        return minute + MINUTES_A_DAY < end and self.on(day - timedelta(days=1))

    def on(self, day: date) -> bool:
        """Tell whether it holds on this day, by season and day words, whatever its hours.

        Args:
            day: The date.
        """
        return self._in_season(day) and any(
            day_word_matches(word, day) for word in self.days.split()
        )

    def _in_season(self, day: date) -> bool:
        if self.first is None or self.last is None:
            return True
        kind = season_end_kind(self.first)
        if kind == "easter":
            since = (day - _easter(day.year)).days
            return _from_easter(self.first) <= since <= _from_easter(self.last)
        text = day.isoformat() if kind == "dated" else f"{day:%m-%d}"
        if self.first <= self.last:
            return self.first <= text <= self.last
        return text >= self.first or text <= self.last


_easter = cache(easter_sunday)


def _from_easter(text: str) -> int:
    """Return how many days after Easter Sunday a text such as `easter-3` says; 0 for `easter`."""
    return int(text.removeprefix("easter") or 0)


Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
"""A time of day such as 06:20."""

Slowing = Annotated[float, Field(gt=0, le=1)]


class Link(Model):
    """A way between two places, used both ways.

    Attributes:
        start: One place (key `from`).
        end: The other (key `to`).
    """

    start: Slug = Field(alias="from")
    end: Slug = Field(alias="to")


class Traffic(Sourced):
    """Factors on the speed in the 24 hours of a working day; the range is a factor on each.

    Blue light follows them too. Free days have no traffic.

    Attributes:
        values: 24 factors above 0 up to 1, from the hour after midnight.
        where: `town`, on roads below `town_below_kmh`, or `everywhere`.
    """

    values: tuple[Slowing, ...] = Field(strict=False, min_length=24, max_length=24)
    where: Literal["town", "everywhere"]


class ConvoyColumn(Link):
    """A stretch that is driven in a column behind a plough, evenly from first to last, both ways.

    Nobody turns in a column.

    Attributes:
        first: Time of the first departure.
        last: Time of the last departure.
        departures: How many there are in a day.
        extra_min: Minutes that the column needs beyond ordinary driving.
        on_call_min: The longest wait with blue light, in minutes; None to wait as all do.
    """

    first: Clock
    last: Clock
    departures: int = Field(ge=1, le=200)
    extra_min: Number
    on_call_min: Number | None = None


class RoadCondition(Model):
    """A named state of the roads and when it holds: a winter, a storm, a closed pass.

    Of conditions that hold at once speeds multiply and closures join.

    Attributes:
        title: What people call it.
        when: Seasons, days and hours in which it holds.
        speed: A factor on the speed on all roads, with blue light too; None for no change.
        closed: Stretches that are not to be had.
        columns: Stretches that are driven in a column, by name.
        cancelled_ferries: Ferries that do not sail.
        cut_off_wait_min: Minutes after which what is closed or cancelled is passed all the same (an
            opening, the first column or sailing), if the way round takes longer.
    """

    title: Bilingual
    when: SeasonHours
    speed: Factor | None = None
    closed: tuple[Link, ...] = Field(default=(), strict=False)
    columns: dict[Slug, ConvoyColumn] = Field(default_factory=dict)
    cancelled_ferries: tuple[Slug, ...] = Field(default=(), strict=False)
    cut_off_wait_min: Number | None = None


DayType = Literal["weekday", "saturday", "sunday"]
"""A day of a timetable; a public holiday has Sunday's."""

TIMETABLE = (
    "times_weekday", "times_saturday", "times_sunday",
    "back_weekday", "back_saturday", "back_sunday",
)  # fmt: skip
"""Columns of the table of ferries that hold a timetable; a table may be without."""

DENSE_TETTSTED = 10_000
"""A municipality with any part of a tettsted above this is 'tettbygd' (goal 12 min, not 25)."""


FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Years of calendars and projections; time zones and holidays are known in them."""


def _valid_iso_date(value: str) -> str:
    """Return a date that there is, in a year that is meant; ValueError for others."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise ValueError(message("configs.days.date", value=value)) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        years = {"first": FIRST_YEAR, "last": LAST_YEAR}
        raise ValueError(message("configs.days.year", **years, value=value))
    return value


def _valid_time_zone(value: str) -> str:
    """Return a time zone that is known; ValueError for others."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(message("configs.days.time_zone", value=value)) from None
    return value


def _four_digits(value: object) -> object:
    return f"{value:04d}" if isinstance(value, int) and not isinstance(value, bool) else value


def _valid_ages(value: tuple[float, ...]) -> tuple[float, ...]:
    """Return numbers of which there is one for each of `AGE_GROUPS`; ValueError for others."""
    if len(value) != len(AGE_GROUPS):
        raise ValueError(message("configs.people.by_age", n_age_groups=len(AGE_GROUPS)))
    return value


IsoDate = Annotated[str, AfterValidator(_valid_iso_date), Field(json_schema_extra={**DATE_FORM})]
"""A date such as 2026-01-05."""

People = Annotated[
    tuple[Annotated[int, Field(ge=0)], ...], Field(strict=False), AfterValidator(_valid_ages)
]
"""Inhabitants by age group, in the order of `AGE_GROUPS`."""

ExpectedPeople = Annotated[
    tuple[Annotated[float, Field(ge=0)], ...], Field(strict=False), AfterValidator(_valid_ages)
]
"""Expected inhabitants by age group, which need not be whole; in the order of `AGE_GROUPS`."""


class Projection(Model):
    """People by age on 1 January of a year: of a municipality, or `national` for the country.

    Only the change from one year to another is used, so that index numbers do as well for a
    municipality; the country's must be people.

    Attributes:
        municipality: Its name, or `national`.
        year: The year.
        people: Nine numbers by age group.
        source: Where they come from.
        grade: How well they are known.
    """

    municipality: Slug
    year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR)
    people: ExpectedPeople
    source: str = Field(min_length=3)
    grade: Grade


class CalendarSettings(Model):
    """First day of a run and its time zone.

    Attributes:
        start: A date; runs begin at its local midnight.
        time_zone: A name of the time zone database, such as Europe/Oslo.
    """

    start: IsoDate
    time_zone: Annotated[str, AfterValidator(_valid_time_zone)]

    def calendar(self) -> Calendar:
        """Return the calendar that starts at local midnight of the first day."""
        return Calendar(date.fromisoformat(self.start), self.time_zone)


class Municipality(Model):
    """A municipality (kommune) with its published people by age group.

    Attributes:
        number: Its official number of four digits.
        name: Its name.
        largest_tettsted: People of the largest tettsted that it has a part of.
        people: Published people, nine numbers by age group.
    """

    number: Annotated[str, Shorthand(_four_digits, int), Field(pattern=r"^\d{4}$")]
    name: str = Field(min_length=1)
    largest_tettsted: int = Field(ge=0)
    people: People

    @property
    def is_dense(self) -> bool:
        """Tell whether the official ambulance goal is 12 minutes (tettbygd) rather than 25."""
        return self.largest_tettsted > DENSE_TETTSTED


class Place(Model):
    """A settlement, road junction, ferry quay, hospital or other site, with its people by age.

    Attributes:
        name: What people call it.
        municipality: The municipality in which it lies.
        lat: Latitude in degrees, north positive.
        lon: Longitude in degrees, east positive.
        kind: What it is; people may live at any kind.
        note: Anything a reader should know.
        source: Where its position comes from.
        grade: How well it is known.
        built_up: Whether it lies in a built-up area (Statistics Norway's tettsted, of 200 people
            and more), and whether that has more than 10,000 people (`town`); a table of places may
            be without that column.
        people: Nine numbers by age group.
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
    """A stretch of road, driven both ways or, where it is one-way, from `from` to `to` only.

    Attributes:
        road: Number or name of the road.
        km: Length in kilometres.
        kmh: Speed of a car in kilometres an hour.
        one_way: `yes` or `no`.
        emergency_only: `yes` where only ambulances and others with blue light may drive.
        note: Anything a reader should know.
        source: Where length and speed come from.
        grade: How well they are known.
    """

    road: str = Field(min_length=1)
    km: float = Field(gt=0, le=500)
    kmh: float = Field(ge=5, le=120)
    one_way: Literal["yes", "no"] = "no"
    emergency_only: Literal["yes", "no"] = "no"
    note: str = ""
    source: str = Field(min_length=1)
    grade: Grade


def _valid_clock_times(value: str) -> str:
    """Return times of day, divided by blanks; ValueError for what is none."""
    for text in value.split():
        _CLOCK.validate_python(text)
    return value


_CLOCK = TypeAdapter[str](Clock)

ClockTimes = Annotated[str, AfterValidator(_valid_clock_times), Field(min_length=5)]
"""Departures of a day in order, such as '06:20 07:40 00:15'; an earlier one is after midnight."""


class Ferry(Link):
    """A ferry between two quays.

    It sails evenly from the first to the last departure each way or, where the region drives by
    the timetable, at the times there are: from the one quay, and back from the other.

    Attributes:
        ferry: Its name, as conditions call it.
        road: Number or name of the road that it belongs to.
        km: Length of the crossing in kilometres.
        crossing_min: Minutes of the crossing.
        first: Time of the first departure.
        last: Time of the last departure.
        departures: How many there are in a day, each way.
        on_call_min: The longest wait with blue light, in minutes; None to wait as all do.
        times_weekday: Departures from the first quay on working days, such as '06:20 07:40'.
        times_saturday: The same on Saturdays.
        times_sunday: The same on Sundays and public holidays.
        back_weekday: Departures from the other quay on working days.
        back_saturday: The same on Saturdays.
        back_sunday: The same on Sundays and public holidays.
        note: Anything a reader should know.
        source: Where the values come from.
        grade: How well they are known.

    Raises:
        ValueError: Some columns of the timetable are filled and others are not.
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
        has_times = [getattr(self, name) is not None for name in TIMETABLE]
        if any(has_times) and not all(has_times):
            raise ValueError(message("configs.roads.timetable", timetable=", ".join(TIMETABLE)))
        return self

    def timetable(self, day: DayType, back: bool) -> str | None:
        """Return the departures of a day from the one quay, or back from the other.

        Args:
            day: Working day, Saturday or Sunday.
            back: Whether from the other quay.

        Returns:
            Times divided by spaces; None for a ferry without a timetable.
        """
        departures: str | None = getattr(self, f"{'back' if back else 'times'}_{day}")
        return departures


class Hospital(Model):
    """A hospital with an emergency department.

    Attributes:
        title: What people call it.
        place: The place where it stands.
    """

    title: Bilingual
    place: Slug


class NeighbourDistrict(Sourced):
    """People of a neighbour district who ring a control room that is shared with this region.

    Only the phone side of them is simulated: they keep operators and dispatchers busy.

    Attributes:
        title: What people call it.
        people: How many live there.
        contacts_per_person_year: Contacts with 116117 of a person in a year; None for as often as
            the region's own.
        other_calls_per_person_year: Other calls to 116117, likewise. They ring 113 as often as the
            region's people.
    """

    title: Bilingual
    people: int = Field(gt=0)
    contacts_per_person_year: Number | None = None
    other_calls_per_person_year: Number | None = None


class Driving(Model):
    """How fast vehicles go, against the car speeds of the road table.

    Attributes:
        blue_light_town: Factor on the speed with blue light on slow roads.
        blue_light_rural: Factor on the speed with blue light on other roads.
        town_below_kmh: Roads below this speed, in kilometres an hour, count as town.
        departures: Whether ferries sail evenly over the day or by their timetable, where they have
            one.
        traffic: Hours with slower traffic; None for none.
        conditions: Named states of the roads.
    """

    blue_light_town: Speedup
    blue_light_rural: Speedup
    town_below_kmh: Number
    departures: Literal["even", "timetable"] = "even"
    traffic: Traffic | None = None
    conditions: dict[Slug, RoadCondition] = Field(default_factory=dict)


STRAIGHT_LINES = message("configs.ways.straight")
GIVEN_TIMES = message("configs.ways.table")
"""What is to be said of regions without a table of roads wherever they are met."""


class TravelTimeTable(Model):
    """A table of travel times between all places: its file, and its digest as it was checked.

    Where it lies on this machine is no part of the config: `path`, set when it is loaded.
    """

    file: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    _path: Path | None = PrivateAttr(default=None)

    @property
    def path(self) -> Path:
        """Return where the table lies on this machine."""
        return self._path or Path(self.file)

    def lies_at(self, path: Path) -> None:
        """Tell where the table lies, so that it can be read when its times are first needed.

        Args:
            path: The file; that it is whole is checked when it is read.
        """
        self._path = path


class Detour(Model):
    """At a straight-line distance: the road's length over it, and the speed along the road.

    Attributes:
        km: Straight-line distance in kilometres.
        detour: The road's length over the straight line, 1 or more.
        kmh: Speed along the road, in kilometres an hour.
    """

    km: float = Field(ge=0, le=2000)
    detour: float = Field(ge=1, le=10)
    kmh: float = Field(ge=5, le=120)

    @property
    def hours(self) -> float:
        """Return the hours of a drive over this distance."""
        return self.km * self.detour / self.kmh


class StraightLine(Sourced):
    """Drives without any roads: straight line times a detour factor, at a speed, both by distance.

    Between the points both change evenly; beyond the first and the last they stay. The range,
    where given, is a factor on the times. Fjords, mountains and ferries are not in it.

    Attributes:
        by_distance: Points in order of distance.

    Raises:
        ValueError: A farther point is not farther, or would be reached sooner.
    """

    by_distance: tuple[Detour, ...] = Field(strict=False, min_length=1, max_length=100)

    @model_validator(mode="after")
    def _farther_takes_longer(self) -> Self:
        for before, after in pairwise(self.by_distance):
            if after.km <= before.km or after.hours <= before.hours:
                raise ValueError(message("configs.ways.must_rise", km=after.km, km2=before.km))
        return self


FourShares = Annotated[
    tuple[Annotated[float, Field(gt=0, le=1)], ...],
    Field(strict=False, min_length=4, max_length=4),
]


class Flyable(Sourced):
    """Shares of the hours in which a helicopter can fly, in the four quarters of the year.

    At the first hospital; the range is a factor on each share.

    Attributes:
        daylight: Four shares, of hours in daylight.
        dark: Four shares, of hours in the dark.
    """

    daylight: FourShares
    dark: FourShares


class Weather(Model):
    """When helicopters can fly. Weather too bad for it comes in spells.

    Weather that can be flown in daylight only is too bad from dusk until dawn.

    Attributes:
        flyable: Shares of the hours that can be flown.
        unflyable_spell_h: How long a spell of bad weather lasts on average, in hours.

    Raises:
        ValueError: Spells are too short for the shares, with whole hours of weather.
    """

    flyable: Flyable
    unflyable_spell_h: Number

    @model_validator(mode="after")
    def _spells_of_whole_hours(self) -> Self:
        least = 1 / min(*self.flyable.daylight, *self.flyable.dark)
        if self.unflyable_spell_h.value < least:
            raise ValueError(message("configs.weather.spell", least=least))
        return self


class LocalDrive(Model):
    """Kilometres by road between a place and the homes and incidents about it, and how fast.

    A place is where roads meet; nobody lives there exactly.

    Attributes:
        built_up_km: Kilometres about places that say that they are built up.
        elsewhere_km: Kilometres about all others.
        kmh: Ordinary speed in kilometres an hour; blue light, traffic and conditions of the roads
            change it as they do a road of that speed.
    """

    built_up_km: Duration
    elsewhere_km: Duration
    kmh: Number
