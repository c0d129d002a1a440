"""A region: what every organisation meets there, and how much is asked of the service by whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from akuttsim.config.schema.calendar import Calendar
from akuttsim.config.schema.care_needs import Care, Mistriage, Patience, Worsening
from akuttsim.config.schema.geography import (
    CalendarSettings,
    Clock,
    Driving,
    Ferry,
    Hospital,
    IsoDate,
    LocalDrive,
    Municipality,
    NeighbourDistrict,
    Place,
    Projection,
    Road,
    SeasonHours,
    StraightLine,
    TravelTimeTable,
    Weather,
)
from akuttsim.config.schema.values import (
    AGE_GROUPS,
    Bilingual,
    ByAge,
    Count,
    Duration,
    Factor,
    Model,
    Number,
    Share,
    Slug,
    Sourced,
    UrgencyMix,
    Whole,
)
from akuttsim.texts import message

AreaNames = Annotated[tuple[Slug, ...], Field(strict=False, min_length=1)]
AgeGroupName = Literal["0-5", "6-15", "16-19", "20-29", "30-49", "50-66", "67-79", "80-89", "90+"]


class LocalAddition(Model):
    """A named addition: when it holds, and in which municipalities or places; else everywhere."""

    title: Bilingual
    when: SeasonHours
    municipalities: AreaNames | None = None
    places: AreaNames | None = None

    @model_validator(mode="after")
    def _one_kind_of_area(self) -> Self:
        if self.municipalities and self.places:
            raise ValueError(message("configs.demand.municipalities_or_places"))
        return self

    def holds_at(self, place: str, municipality: str) -> bool:
        """Tell whether it holds for those who live at a place of a municipality."""
        if self.places is not None:
            return place in self.places
        return self.municipalities is None or municipality in self.municipalities


class Surge(LocalAddition):
    """A time in which people ring more, or less: factors on the calls to 116117 and to 113.

    With `ages`, only these ring so; otherwise all do.
    """

    factor_116117: Factor | None = None
    factor_113: Factor | None = None
    ages: tuple[AgeGroupName, ...] | None = Field(default=None, strict=False, min_length=1)

    @model_validator(mode="after")
    def _some_factor(self) -> Self:
        if self.factor_116117 is None and self.factor_113 is None:
            raise ValueError(message("configs.demand.surge"))
        return self


class VisitorPeriod(LocalAddition):
    """Visitors and people at their cabins: so many times more (or fewer) people in a place.

    They are as old as those who live there and ring both numbers as often; they have no safety
    alarm and are not health personnel.
    """

    people_factor: Factor


class Incident(Model):
    """Many patients at once, at a place, a date and a local time of day: the first call to 113.

    Of `callers` the first rings then, about a patient who is red; each of the others rings
    `after_min` later about the same, for `talk_s`. The other patients are as urgent as `urgency`
    says; each is found `found_after_min` after the first call, and nobody rings for them.
    """

    title: Bilingual
    date: IsoDate
    time: Clock
    place: Slug
    patients: Count
    urgency: UrgencyMix
    found_after_min: Duration
    callers: Count
    after_min: Duration
    talk_s: Duration

    @model_validator(mode="after")
    def _somebody_is_hurt_and_somebody_rings(self) -> Self:
        if min(self.patients.value, self.callers.value) < 1:
            raise ValueError(message("configs.demand.incident"))
        return self

    def begins_s(self, calendar: Calendar) -> float:
        """Return when the first call comes, in seconds since the run began; below 0 before it."""
        hour, minute = (int(part) for part in self.time.split(":"))
        return calendar.seconds(date.fromisoformat(self.date), hour * 60 + minute)


Weights = Annotated[
    tuple[Annotated[float, Field(ge=0)], ...], Field(strict=False, min_length=24, max_length=24)
]


class HourlyWeights(Sourced):
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


class InsteadOfComing(Model):
    """What people do instead, of those who do not come because care is far away.

    Shares of them all; the rest ring as before and get advice. Those who get worse ring again and
    then come, whatever the distance; those without never ring. Of those truly red `red_rings_113`
    ring 113, and the others wait till the morning.
    """

    doctor_phone: Share
    next_day: Share
    worse_later: Share
    without: Share
    red_rings_113: Share

    @model_validator(mode="after")
    def _at_most_a_whole(self) -> Self:
        if self.advice < -1e-9:
            raise ValueError(message("configs.demand.not_above_one"))
        return self

    @property
    def advice(self) -> float:
        """Return the share who ring and get advice: all others."""
        parts = (self.doctor_phone, self.next_day, self.worse_later, self.without)
        return 1.0 - sum(part.value for part in parts)


class DistanceDecay(Model):
    """How use falls with the distance to the nearest open clinic with a doctor: exp(-rate x km).

    The published rates hold at `reference_km`. `satellite_counts` is how much a satellite counts as
    such a clinic, of those that it takes: not at all (0, as where it is not told) to fully (1).
    Nobody vanishes: those who do not come do what `instead` says, or where it is not told ring and
    get advice (red: ring 113). With `everybody_comes` nobody is kept away: what differs between
    organisations is then what each does for the same patients.
    """

    consultation_per_km: Number
    home_visit_per_km: Number
    red_per_km: Number
    reference_km: Number
    satellite_counts: Share | None = None
    instead: InsteadOfComing | None = None
    everybody_comes: bool = False


class WithoutGP(Model):
    """People without a regular GP use the legevakt `factor` times as much.

    `share` is theirs among the people, by municipality where `municipalities` says so;
    `national_share` is theirs where the published rates were counted.
    """

    share: Share
    national_share: Share
    factor: Factor
    municipalities: dict[Slug, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)


class SameIncident(Model):
    """Several calls about one incident: after each about a red one, `again` that one more rings.

    They are among the published number of 113 calls. Each comes `after_min` the one before.
    """

    again: Share
    after_min: Duration
    talk_s: Duration


class AlarmNeeds(Whole):
    """What a safety alarm leads to at the response centre; the shares sum to one."""

    closed: float = Field(ge=0, le=1)
    home_nursing: float = Field(ge=0, le=1)
    to_116117: float = Field(ge=0, le=1)
    to_113: float = Field(ge=0, le=1)


class SafetyAlarms(Model):
    """Safety alarms (trygghetsalarm): users for each person of an age, alarms, what they lead to.

    `handover_s` is how long the response centre's operator needs to pass an alarm on;
    `home_nursing_min` how long home nursing then takes to come.
    """

    users_by_age: ByAge
    alarms_per_user_month: Number
    hours: HourlyWeights
    needs: AlarmNeeds
    talk_s: Duration
    handover_s: Duration
    home_nursing_min: Duration


class PlannedTransports(Model):
    """Planned ambulance transports, ordered beforehand, to hospital, home from it or far away.

    Ages need them as they ring 113. `free_day_factor` is a free day's number over a working day's.
    `from_hospital` is the share that begins at hospital, `out_of_region` the share that leaves the
    region: `away_h` is then from leaving the patient's place until back at the region's hospital.
    """

    per_person_year: Number
    hours: HourlyWeights
    free_day_factor: Number
    from_hospital: Share
    out_of_region: Share
    away_h: Duration


class Demand(Model):
    """How often people call, by age, hour, day and season."""

    contacts_per_person_year: Number
    other_calls_per_person_year: Number
    calls_113_per_person_year: Number
    health_line_share: Share
    age_factor_116117: ByAge
    age_factor_113: ByAge
    hours_116117: HourlyWeights
    flatten_113: Share
    weekend_factor: Factor
    quarter_factor: Quarters
    special_days: SpecialDays
    day_cv: Number
    distance_decay: DistanceDecay | None = None
    without_gp: WithoutGP | None = None
    same_incident: SameIncident | None = None
    safety_alarms: SafetyAlarms | None = None
    planned_transports: PlannedTransports | None = None
    incidents: dict[Slug, Incident] = Field(default_factory=dict)
    surges: dict[Slug, Surge] = Field(default_factory=dict)
    visitors: dict[Slug, VisitorPeriod] = Field(default_factory=dict)


class UrgencyAsJudged(Model):
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
            raise ValueError(message("configs.demand.by_age", age_groups=", ".join(AGE_GROUPS)))
        return self


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
    urgency: UrgencyAsJudged
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
