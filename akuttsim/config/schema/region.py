"""A region: what every organisation meets there, and how much is asked of the service by whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

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
from akuttsim.config.schema.health_outcomes import HealthOutcomes
from akuttsim.config.schema.values import (
    AGE_GROUPS,
    FITTED_TO,
    Bilingual,
    ByAge,
    Count,
    Duration,
    Factor,
    FittedDays,
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
    """A named addition: when it holds, and in which municipalities or places; else everywhere.

    Attributes:
        title: What people call it.
        when: Days and hours in which it holds.
        municipalities: Whose people it is about; None for all.
        places: The places whose people it is about; None for all. One of the two at most.

    Raises:
        ValueError: Both municipalities and places are named.
    """

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
        """Tell whether it holds for those who live at a place of a municipality.

        Args:
            place: Name of the place.
            municipality: Name of the municipality in which it lies.
        """
        if self.places is not None:
            return place in self.places
        return self.municipalities is None or municipality in self.municipalities


class Surge(LocalAddition):
    """A time in which people ring more, or less: factors on the calls to 116117 and to 113.

    Attributes:
        factor_116117: Factor on calls to 116117; None for no change.
        factor_113: Factor on calls to 113; None for no change. One of the two must be given.
        ages: Age groups that ring so; None for all.

    Raises:
        ValueError: Neither factor is given.
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

    Attributes:
        people_factor: People in the place over those who live there.
    """

    people_factor: Factor


class Incident(Model):
    """Many patients at once, at a place, a date and a local time of day.

    The first of the callers rings 113 then, about a patient who is red.

    Attributes:
        title: What people call it.
        date: The day, such as 2026-01-14.
        time: Local time of the first call, such as 14:30.
        place: The place where it happens.
        patients: How many are hurt or ill, 1 or more.
        urgency: How urgent the others than the first are.
        found_after_min: Minutes from the first call until each of the others is found; nobody rings
            for them.
        callers: How many ring 113 about it, 1 or more.
        after_min: Minutes from the first call until each of the other callers rings.
        talk_s: Seconds of an operator at 113 with each of the other callers.

    Raises:
        ValueError: Nobody is hurt, or nobody rings.
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
        """Return when the first call comes, in seconds since the run began; below 0 before it.

        Args:
            calendar: The region's first day and time zone.
        """
        hour, minute = (int(part) for part in self.time.split(":"))
        return calendar.seconds(date.fromisoformat(self.date), hour * 60 + minute)


Weights = Annotated[
    tuple[Annotated[float, Field(ge=0)], ...], Field(strict=False, min_length=24, max_length=24)
]


class HourlyWeights(Sourced):
    """Contacts over the day: weights of the 24 hours, on working days and on free days.

    Only the shape matters: the weights of a day are scaled to a mean of 1. The range is that of
    `flatten`.

    Attributes:
        weekday: 24 weights of 0 or more, from the hour after midnight.
        weekend: The same on Saturdays, Sundays and public holidays.
        flatten: How much of an even spread is mixed in, from 0 (as given) to 1 (flat).
    """

    weekday: Weights
    weekend: Weights
    flatten: float = Field(ge=0, le=1)


class SpecialDays(Model):
    """Factors on the calls of days that stand out, over an ordinary day of their kind.

    Attributes:
        easter_week: From Palm Sunday to Easter Monday.
        christmas_eve: 24 December, over a Saturday.
        new_years_night: From midnight to eight on 1 January.
    """

    easter_week: Factor
    christmas_eve: Factor
    new_years_night: Factor


class Quarters(Sourced):
    """Factors on the calls of the four quarters of the year; the range is a factor on each.

    Attributes:
        values: Four factors above 0, from January to March on.
    """

    values: tuple[Annotated[float, Field(gt=0)], ...] = Field(
        strict=False, min_length=4, max_length=4
    )


class InsteadOfComing(Model):
    """What people do instead, of those who do not come because care is far away.

    Shares of them all; the rest ring as before and get advice.

    Attributes:
        doctor_phone: Share who get the doctor on the phone.
        next_day: Share who are seen by their GP another day, outside the chain.
        worse_later: Share who get advice, get worse, ring again and then come, whatever the
            distance.
        without: Share who never ring.
        red_rings_113: Share of those truly red who ring 113; the others wait till eight in the
            morning and ring 116117 then.

    Raises:
        ValueError: The shares are more than one together.
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
        """Return the share who ring and get advice: all whom the other shares leave."""
        parts = (self.doctor_phone, self.next_day, self.worse_later, self.without)
        return 1.0 - sum(part.value for part in parts)


class DistanceDecay(Model):
    """How use falls with the distance to the nearest open clinic with a doctor: exp(-rate x km).

    Nobody vanishes: those who do not come do what `instead` says, or where it is not told ring and
    get advice (red: ring 113).

    Attributes:
        consultation_per_km: Rate of consultations, for each kilometre by road.
        home_visit_per_km: Rate of home visits.
        red_per_km: Rate of red contacts.
        reference_km: The distance at which the region's published rates of calls hold.
        satellite_counts: How much a satellite counts as such a clinic, of those that it takes: not
            at all (0, as where it is not told) to fully (1).
        instead: What those do who do not come.
        everybody_comes: Nobody is kept away: what differs between organisations is then what each
            does for the same patients.
    """

    consultation_per_km: Number
    home_visit_per_km: Number
    red_per_km: Number
    reference_km: Number
    satellite_counts: Share | None = None
    instead: InsteadOfComing | None = None
    everybody_comes: bool = False


class WithoutGP(Model):
    """People without a regular GP use the legevakt more.

    What counts is how a municipality's share differs from that of the country, so that the
    published rates hold where it does not.

    Attributes:
        share: Their share of the people.
        national_share: Their share where the published rates were counted.
        factor: How many times as much they use the legevakt.
        municipalities: Their share in municipalities where it is another one.
    """

    share: Share
    national_share: Share
    factor: Factor
    municipalities: dict[Slug, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)


class SameIncident(Model):
    """Several calls to 113 about one red incident.

    They are among the published number of 113 calls, and nobody is sent to them.

    Attributes:
        again: Share of calls about a red incident after which one more rings.
        after_min: Minutes from one call until the next.
        talk_s: Seconds of an operator with each of them.
    """

    again: Share
    after_min: Duration
    talk_s: Duration


class AlarmNeeds(Whole):
    """What a safety alarm leads to at the response centre; the shares sum to one.

    Attributes:
        closed: Closed there, with nobody sent.
        home_nursing: Home nursing comes.
        to_116117: Passed on to 116117.
        to_113: Passed on to 113.
    """

    closed: float = Field(ge=0, le=1)
    home_nursing: float = Field(ge=0, le=1)
    to_116117: float = Field(ge=0, le=1)
    to_113: float = Field(ge=0, le=1)


class SafetyAlarms(Model):
    """Safety alarms (trygghetsalarm): who has one, how often it is pressed, what it leads to.

    Attributes:
        users_by_age: Users for each person of an age group.
        alarms_per_user_month: Alarms that a user presses in a month.
        hours: How alarms are spread over the day.
        needs: What they lead to.
        talk_s: Seconds that the response centre's operator talks with the user.
        handover_s: Seconds that the operator needs to pass an alarm on.
        home_nursing_min: Minutes that home nursing then takes to come.
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

    Ages need them as they ring 113.

    Attributes:
        per_person_year: Transports of a person in a year, in the mean of all ages.
        hours: How their times are spread over the day.
        free_day_factor: A free day's number over a working day's.
        from_hospital: Share that begins at hospital.
        out_of_region: Share that leaves the region.
        away_h: Hours of these from leaving the patient's place until back at the region's hospital.
    """

    per_person_year: Number
    hours: HourlyWeights
    free_day_factor: Number
    from_hospital: Share
    out_of_region: Share
    away_h: Duration


class WayOut(Model):
    """The way to a hospital outside the region.

    Attributes:
        leaves_at: The place where the road leaves the region.
        beyond_min: Minutes of the drive from there on, one way.
    """

    leaves_at: Slug
    beyond_min: Duration


class HospitalTransfers(Model):
    """Patients whom an ambulance takes from the region's hospital to one outside it.

    Those by air are left out. Ages need them as they ring 113.

    Attributes:
        per_person_year: Transfers of a person in a year, in the mean of all ages.
        hours: How their times are spread over the day.
        free_day_factor: A free day's number over a working day's.
        urgency: How urgent they are; red is driven with blue light and waits for nobody.
        way_out: Where the other hospital is.
    """

    per_person_year: Number
    hours: HourlyWeights
    free_day_factor: Number
    urgency: UrgencyMix
    way_out: WayOut


class PsychiatricTransports(Model):
    """People whom an ambulance takes from home to a psychiatric ward outside the region.

    Attributes:
        per_person_year: Transports in a year of a person whose age has the factor 1.
        age_factor: How often each age needs one, over that.
        hours: How their times are spread over the day.
        free_day_factor: A free day's number over a working day's.
        urgency: How urgent they are.
        escorted: Share whom somebody must ride along with: an escort of the organisation that is
            free and near enough, else the police.
        police_after_min: Minutes from when they are asked until the police are there.
        way_out: Where the ward is.
    """

    per_person_year: Number
    age_factor: ByAge
    hours: HourlyWeights
    free_day_factor: Number
    urgency: UrgencyMix
    escorted: Share
    police_after_min: Duration
    way_out: WayOut


class Births(Model):
    """Women in labour who set out for a maternity ward, at all hours alike.

    Attributes:
        per_1000_a_year: Births a year for each 1,000 people of an age, men among them.
        birth_after_h: Hours from when she is to leave until the child is born.
        by_ambulance: Share who go by ambulance, of those to whom the ward is not far.
        way_out: Where the ward outside the region is, for an organisation that has none in it.
    """

    per_1000_a_year: ByAge
    birth_after_h: Duration
    by_ambulance: Share
    way_out: WayOut


class PsychiatricCallers(Model):
    """Contacts with 116117 about mental illness or substance misuse, which take longer talks.

    Attributes:
        share: Share of the public's contacts with 116117.
        talk_factor: How many times as long the nurse talks with them.
    """

    share: Share
    talk_factor: Factor


class CallerLanguage(Model):
    """Callers to 116117 who are helped in another language than Norwegian.

    Attributes:
        title: What people call the language, or the languages.
        share: Share of the public's callers in its municipalities.
        municipalities: Where these callers live; empty for everywhere.
    """

    title: Bilingual
    share: Share
    municipalities: tuple[Slug, ...] = Field(default=(), strict=False)


class Demand(Model):
    """How often people call, by age, hour, day and season.

    Rates are of the mean year; factors say who rings more and when.

    Attributes:
        contacts_per_person_year: Calls to 116117 that need care, of a person in a year.
        other_calls_per_person_year: Other calls to 116117: questions, repeats.
        calls_113_per_person_year: Calls to 113.
        health_line_share: Share of contacts with 116117 that come from health personnel.
        age_factor_116117: How often each age rings 116117; only the shape matters.
        age_factor_113: How often each age rings 113.
        hours_116117: How calls to 116117 are spread over the day.
        flatten_113: How much flatter the day is at 113, from 0 to 1.
        weekend_factor: A free day's number over a working day's.
        quarter_factor: How the quarters of the year differ.
        special_days: Easter, Christmas Eve and New Year's night.
        day_cv: How days differ by more than chance: the coefficient of variation of a factor that a
            whole day has, on both numbers.
        distance_decay: That fewer come the farther away care is; None for no such thing.
        without_gp: That people without a GP come more.
        same_incident: That several ring about one incident.
        safety_alarms: Alarms; None where they are not simulated.
        planned_transports: Transports; None where they are not simulated.
        psychiatric_callers: Contacts that take longer talks; None where they are not told apart.
        languages: Languages of callers that not every operator speaks, by name.
        hospital_transfers: Transfers to hospitals outside the region; None where they are not
            simulated.
        psychiatric_transports: Journeys to a psychiatric ward outside the region; None where they
            are not simulated.
        births: Journeys to a maternity ward; None where they are not simulated.
        incidents: Events with many patients, by name.
        surges: Times in which people ring more or less, by name.
        visitors: Times with more or fewer people in a place, by name.
    """

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
    psychiatric_callers: PsychiatricCallers | None = None
    languages: dict[Slug, CallerLanguage] = Field(default_factory=dict)
    hospital_transfers: HospitalTransfers | None = None
    psychiatric_transports: PsychiatricTransports | None = None
    births: Births | None = None
    incidents: dict[Slug, Incident] = Field(default_factory=dict)
    surges: dict[Slug, Surge] = Field(default_factory=dict)
    visitors: dict[Slug, VisitorPeriod] = Field(default_factory=dict)


class UrgencyAsJudged(Model):
    """How urgent contacts are judged to be, by age, by who rings and by time of day.

    As judged on the phone and published: the truth follows when the known share of misjudged calls
    is undone. A contact's shares are those of its age, times by how much its line and its time of
    day differ from all contacts; then scaled so that all contacts of 116117 together have
    `level_116117`.

    Attributes:
        all_contacts: All contacts of the statistics that the other mixes are from.
        level_116117: What all contacts of 116117 in the region together shall have.
        by_age: The mix of each age group; all of `AGE_GROUPS`.
        health_line: Contacts from health personnel.
        phone_line: Contacts from the public by phone.
        line_113: Calls to 113.
        day: Contacts by day.
        evening: Contacts in the evening.
        night: Contacts at night.

    Raises:
        ValueError: An age group is missing or unknown.
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
    """File names of the tables beside region.yaml.

    Attributes:
        municipalities: Municipalities with their published people.
        places: Places with positions and kinds.
        people: People of each place by age.
        roads: Stretches of road; None where travel times or straight lines stand instead.
        travel_times: Travel times between all places.
        ferries: Ferries, only with roads.
        projections: Expected people of coming years.
    """

    municipalities: str
    places: str
    people: str
    roads: str | None = None
    travel_times: str | None = None
    ferries: str | None = None
    projections: str | None = None


class Region(Model):
    """A district with its people, roads and illness: the same for every organisation.

    It drives by a table of roads, or by a table of travel times between its places, or, where
    there is neither, along straight lines.

    Attributes:
        region: Its name, as organisations and commands call it.
        title: A short title.
        description: What it is, in some sentences.
        calendar: First day of a run and the time zone.
        tables: Names of the files beside it.
        people_year: The year of the published people.
        year: With it, people are those expected on 1 January of that year: the published ones
            changed age by age as the table of projections says. The calendar stays.
        municipalities: Municipalities by name.
        places: Places by name; their order is the index that arrays use.
        roads: Stretches of road.
        ferries: Ferries.
        projections: Expected people by year.
        travel_times: The table of travel times, where there is no table of roads.
        straight_line: How long straight lines take, where there is neither.
        response_goal_areas: How it is settled whether an ambulance should come within 12 or within
            25 minutes: by where the incident lies, in a tettsted above 10,000 people or outside
            (`incident`, the rule since 2021), or by the largest tettsted of the municipality
            (`municipality`, the rule before, which also holds for places that do not say whether
            they are `built_up`).
        hospitals: Hospitals with an emergency department.
        outside: Neighbour districts whose calls may reach the region's rooms.
        driving: How fast vehicles go.
        local_drive: The drive from the point of the network to the door; None for none.
        demand: How often people call.
        urgency: How urgent they are.
        misjudged: How often that is judged wrong.
        worsening: Who gets worse; None for nobody.
        patience: How long callers wait.
        care: What they need and how long it takes.
        weather: When helicopters can fly; None for always.
        outcomes: What waiting leads to, put in from a file of its own by who asks for it; None
            where nobody does.
        fitted_to: The days of a call log that it was fitted to; a replay shows these first.

    Raises:
        ValueError: Not exactly one of roads, travel times and straight lines; ferries without
            roads; people get worse later and nothing says when.
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
    fitted_to: FittedDays | None = FITTED_TO
    outcomes: HealthOutcomes | None = None

    @model_serializer(mode="wrap")
    def _without_outcomes_not_asked_for(
        self, serialize: SerializerFunctionWrapHandler
    ) -> dict[str, object]:
        """Leave `outcomes` out where there are none, so that digests are as without the key."""
        content: dict[str, object] = serialize(self)
        if self.outcomes is None:
            content.pop("outcomes", None)
        return content

    @model_validator(mode="after")
    def _drives_one_way_only(self) -> Self:
        sources = (self.tables.roads, self.tables.travel_times, self.straight_line)
        if sum(source is not None for source in sources) != 1:
            raise ValueError(message("configs.region.one_of_tables"))
        if self.tables.roads is None and self.tables.ferries is not None:
            raise ValueError(message("configs.region.ferries"))
        return self

    def is_dense(self, place: str) -> bool:
        """Tell whether the ambulance goal of incidents at a place is 12 minutes rather than 25.

        Args:
            place: Name of the place of the incident.
        """
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
        """Return the names of the places in the order of their index in arrays."""
        return tuple(self.places)

    @property
    def municipality_ids(self) -> tuple[str, ...]:
        """Return the names of the municipalities in the order of their index in arrays."""
        return tuple(self.municipalities)

    def largest_place(self, municipality: str) -> str:
        """Return the most populous place of a municipality, which stands for it in drives.

        Args:
            municipality: Its name; it must have a place.
        """
        own = [name for name, place in self.places.items() if place.municipality == municipality]
        return max(own, key=lambda name: sum(self.places[name].people))

    def people(self) -> int:
        """Return all published inhabitants, neighbour districts not counted."""
        return sum(sum(place.people) for place in self.places.values())


NATIONAL = "national"
"""What the table of projections has for municipality in the rows of the whole country."""

Ages = tuple[float, ...]
"""Inhabitants, or a factor on them, by age group in the order of `AGE_GROUPS`."""


def place_populations(region: Region) -> dict[str, Ages]:
    """Return the people of each place by age: published ones, or those expected in `year`.

    Every place of a municipality changes alike, age by age. Expected people are not whole.

    Args:
        region: A region that has passed `check_region`.

    Returns:
        By place, nine numbers in the order of `AGE_GROUPS`.
    """
    if region.year is None:
        return {name: place.people for name, place in region.places.items()}
    change = {name: _projected_change(region, name) for name in region.municipalities}
    return {
        name: _scale_people(place.people, change[place.municipality])
        for name, place in region.places.items()
    }


def municipality_populations(region: Region) -> dict[str, Ages]:
    """Return the people of each municipality by age: published, or those expected in `year`.

    Args:
        region: A region that has passed `check_region`.

    Returns:
        By municipality, nine numbers in the order of `AGE_GROUPS`.
    """
    published = {name: municipality.people for name, municipality in region.municipalities.items()}
    if region.year is None:
        return {**published}
    return {
        name: _scale_people(people, _projected_change(region, name))
        for name, people in published.items()
    }


def people_by_age(region: Region) -> Ages:
    """Return all inhabitants by age: published, or those expected in `year`.

    Args:
        region: A region that has passed `check_region`.
    """
    return tuple(map(sum, zip(*municipality_populations(region).values(), strict=True)))


def neighbour_populations(region: Region) -> dict[str, float]:
    """Return the people of each neighbour district, changed as all ages of the country together.

    Args:
        region: A region that has passed `check_region`.

    Returns:
        People by district, not always whole.
    """
    change = 1.0
    if region.outside and region.year is not None and region.people_year is not None:
        rows = projection_rows(region, NATIONAL)
        change = sum(projected_people(rows, region.year)) / sum(
            projected_people(rows, region.people_year)
        )
    return {name: change * neighbour.people for name, neighbour in region.outside.items()}


def projection_rows(region: Region, municipality: str) -> list[Projection]:
    """Return the projections of a municipality by year: its own, or the country's.

    Args:
        region: The region with its table of projections.
        municipality: Its name, or `NATIONAL`.
    """
    own = [row for row in region.projections if row.municipality == municipality]
    country = [row for row in region.projections if row.municipality == NATIONAL]
    return sorted(own or country, key=lambda row: row.year)


def projected_people(rows: Sequence[Projection], year: int) -> Ages:
    """Return the people of a year by age, on a straight line between the years around it.

    Args:
        rows: The projections of one municipality, or of the country.
        year: The year, of which 1 January is meant.

    Raises:
        ValueError: The year is outside the rows.
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
