"""What drives, flies and sails to patients, and how the dispatcher uses it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)

from akuttsim.config.schema.roster import CrewShift, Hours, Period
from akuttsim.config.schema.values import (
    Bilingual,
    ByUrgencyShare,
    ConditionName,
    Count,
    Duration,
    DurationByUrgency,
    Model,
    Number,
    Share,
    Slug,
    Sourced,
)
from akuttsim.crew_choice import (
    CREW_RULES,
    DEFAULT_RETURN_RULE,
    DEFAULT_RULE,
    DEFAULT_TIE_ORDER,
    RETURN_RULES,
    TIE_ORDERS,
)
from akuttsim.texts import message


class RestRule(Model):
    """Rest after a night of work: who worked more than so long in `night` is off duty after it.

    Attributes:
        night: Hours of the day that count as night, such as 23:00-07:00.
        worked_more_than_h: Hours on missions in the night above which the rest begins.
        rests_h: Hours off duty, from the end of the night.
    """

    night: Hours
    worked_more_than_h: Number
    rests_h: Number


CrewSkill = Literal["paramedic", "nurse"]
"""What somebody of a crew may be beside a skilled ambulance worker (ambulansefagarbeider)."""


class Crew(Sourced):
    """A vehicle with its crew: where it is stationed and when it is on duty.

    An ambulance takes everything; a patient-transport vehicle (syketransport) planned transports
    and green missions only, before any ambulance does (but see `dispatch.transport_later_min`); a
    neighbour region's ambulance comes to red only, when it is available and expected sooner than
    our own.

    Attributes:
        title: What people call it.
        station: The place where it is when it has nothing to do.
        shifts: When it is on duty, at the station or at home.
        kind: `ambulance`, `transport` or `neighbour`.
        rest: Rest after a night of work; None for none.
        skills: What somebody of the crew is beside an ambulance worker: `paramedic` or `nurse`.
        available: Of a neighbour's ambulance, the share of missions for which it can come.
        quicker_by_min: Of a neighbour's ambulance, how many minutes sooner than our own it must be
            expected.

    Raises:
        ValueError: A key of neighbours is missing at a neighbour's crew, or stands at another crew.
    """

    title: Bilingual
    station: Slug
    shifts: tuple[CrewShift, ...] = Field(strict=False, min_length=1)
    kind: Literal["ambulance", "transport", "neighbour"] = "ambulance"
    rest: RestRule | None = None
    skills: tuple[CrewSkill, ...] = Field(default=(), strict=False)
    available: Share | None = None
    quicker_by_min: Number | None = None

    @model_validator(mode="after")
    def _neighbours_are_shared(self) -> Self:
        has_neighbour_key = {self.available is not None, self.quicker_by_min is not None}
        if has_neighbour_key != {self.kind == "neighbour"}:
            raise ValueError(message("configs.fleet.neighbour"))
        return self


class Support(Model):
    """Help that comes beside the ambulance: helicopter, rescue helicopter, boat, single responder.

    Sent with the ambulance when on duty, free and expected before it. A single responder
    (enkeltbemannet enhet) drives by road and conveys nobody, but leaves at home who need not be
    taken along, and the ambulance turns back. The others go in a straight line. A helicopter flies
    in flyable weather.

    Attributes:
        title: What people call it.
        kind: `helicopter`, `rescue_helicopter`, `boat` or `single_responder`.
        base: The place where it waits.
        on_duty: Periods in which it may set out, by a name of the row.
        reaction_min: Minutes from the alert until it is on the way.
        sent: Share of missions of each judged urgency that it is asked for.
        speed_kmh: Kilometres an hour in a straight line; not for a single responder.
        reaches: Of a boat, the places to which it can go.
        reaches_within_min: The longest way that it goes, in minutes; None for any.
        daylight_only: Whether it sets out by daylight only.
        conveys: Share of its patients that it takes to the nearest hospital itself.

    Raises:
        ValueError: Speed or conveyance of what drives by road, or none of what flies or sails; a
            boat without places, or places without a boat.
    """

    title: Bilingual
    kind: Literal["helicopter", "rescue_helicopter", "boat", "single_responder"]
    base: Slug
    on_duty: dict[Slug, Period] = Field(min_length=1)
    reaction_min: Duration
    sent: ByUrgencyShare
    speed_kmh: Number | None = None
    reaches: tuple[Slug, ...] = Field(default=(), strict=False)
    reaches_within_min: Number | None = None
    daylight_only: bool = False
    conveys: Share | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        by_road = self.kind == "single_responder"
        if by_road != (self.speed_kmh is None) or by_road != (self.conveys is None):
            raise ValueError(message("configs.fleet.flies_or_sails"))
        if (self.kind == "boat") != bool(self.reaches):
            raise ValueError(message("configs.fleet.boat"))
        return self


class FirstResponders(Model):
    """First responders (akutthjelpere) of a place, alerted to red with the ambulance.

    Volunteers or fire service. They give first help and convey nobody.

    Attributes:
        title: What people call the group.
        place: Where they set out from.
        available: Share of alarms that somebody of the group answers.
        reaction_min: Minutes from the alert until they drive.
        max_drive_min: The longest drive, in minutes.
        asked_for: Share of red incidents that AMK wants them for (all, without it), the same
            incidents for all groups.
        ahead_min: How many minutes before the ambulance they must be expected to be there.
        ambulance_later_than_min: They are asked only where the ambulance is expected later than
            this, in minutes.
    """

    title: Bilingual
    place: Slug
    available: Share
    reaction_min: Duration
    max_drive_min: Number
    asked_for: Share | None = None
    ahead_min: Number | None = None
    ambulance_later_than_min: Number | None = None

    @property
    def share_of_red(self) -> float:
        """Return the share of red incidents that they are asked for: all, where none is told."""
        return 1.0 if self.asked_for is None else self.asked_for.value


class StandByPosts(Model):
    """Where free crews wait when so many are free: posts in order of importance (move-up).

    Attributes:
        free: The number of free crews at which these posts are manned.
        at: The places, the most important first; crews beyond them stay at their stations.
    """

    free: int = Field(ge=1, le=50)
    at: tuple[Slug, ...] = Field(strict=False, min_length=1)


class PreparednessLimits(Model):
    """Yellow and green wait while fewer than `least_share` of people would have a crew in reach.

    In reach: a free crew within `within_min` with blue light. Red never waits for this reason.

    Attributes:
        within_min: Minutes with blue light from a free crew to the people.
        least_share: Share of the region's people who must keep a crew in reach.
        yellow_waits_at_most_min: Minutes after which a yellow mission gets a crew all the same.
        green_waits_at_most_min: Minutes after which a green mission gets a crew all the same.
    """

    within_min: Number
    least_share: Share
    yellow_waits_at_most_min: Number
    green_waits_at_most_min: Number


class RendezvousRule(Model):
    """Long drives to hospital: a free crew from there comes to meet, and takes the patient over.

    Attributes:
        longer_than_min: Minutes of the drive above which a crew is asked to meet.
        handover_min: Minutes that taking the patient over costs both crews.
    """

    longer_than_min: Number
    handover_min: Number


class SecondCrew(Model):
    """A second crew is sent to some red patients, such as those with a cardiac arrest.

    It is sent after the first, if one more is free then; nobody waits for it, and it is free when
    the patient leaves the scene.

    Attributes:
        share: Share of red missions.
        causes: Time-critical conditions to which it is sent; empty for all red. They are known only
            in studies with health outcomes.
        within_min: Minutes within which it must be expected at the patient.
        skill: What the first crew must lack, and the second must have; None for any two crews.
    """

    share: Share
    causes: tuple[ConditionName, ...] = Field(default=(), strict=False)
    within_min: Number
    skill: CrewSkill | None = None


class Escort(Model):
    """Somebody on call who rides along in the ambulance on a long journey, and comes back.

    A midwife with a woman in labour (følgetjeneste), or health personnel with a psychiatric
    patient. One person, who drives to the patient and is away until back at the base.

    Attributes:
        title: What people call the escort.
        goes_with: `births` or `psychiatry`.
        base: The place where the escort is when nobody asks.
        on_duty: Periods in which the escort may be asked, by a name of the row.
        reaction_min: Minutes from being asked until on the way.
        max_drive_min: The longest drive to a patient, in minutes.
    """

    title: Bilingual
    goes_with: Literal["births", "psychiatry"]
    base: Slug
    on_duty: dict[Slug, Period] = Field(min_length=1)
    reaction_min: Duration
    max_drive_min: Number


class BirthCare(Model):
    """Where women in labour go, and who is escorted. Without it: to the nearest hospital, nobody.

    Attributes:
        wards: Hospitals of the region with a maternity ward; none where all go out of the region.
        escort_over_min: Minutes of the drive to the ward above which it is far: an escort is asked
            for (the national limit is 90).
        far_by_ambulance: Share of those who have it far who go by ambulance.
    """

    wards: tuple[Slug, ...] = Field(default=(), strict=False)
    escort_over_min: Number
    far_by_ambulance: Share


class Dispatch(Model):
    """Rules of the dispatcher.

    `chain.fleet.DispatchRules` has them as the run uses them.

    Attributes:
        rule: Which of the free crews goes, a name of `akuttsim.crew_choice`.
        equally_near: Who goes of crews that are equally near: `longest_free`, `first_in_file` or
            `least_worked` (the shortest time on missions in the run).
        returning_from: Where a crew on its way back counts from: `road` (its position there),
            `nearest_place`, `where_freed` (until it is back) or `station` (as if it were there).
        red_takes_over_min: Red takes a crew on its way to yellow or green, with no patient aboard,
            if it is expected at least so many minutes before any free one; None for never.
        transport_later_min: A free patient-transport vehicle goes before any ambulance, unless one
            is expected more than so many minutes sooner; None for however late the vehicle is.
        cover: Share of people who must keep a crew in reach, for which yellow and green wait.
        stand_by: Where free crews wait outside their stations, by how many are free.
        half_way: Which long drives to hospital another crew meets on the way.
        second_crew: To which red patients a second crew is sent; None for nobody.
        back_from_afar: When a crew back in the region from a hospital outside it may be sent:
            `on_the_road` as soon as it is back, `at_station` when it has come home.
    """

    rule: str = DEFAULT_RULE
    equally_near: str = DEFAULT_TIE_ORDER
    returning_from: str = DEFAULT_RETURN_RULE
    red_takes_over_min: Number | None = None
    transport_later_min: Number | None = None
    cover: PreparednessLimits | None = None
    stand_by: tuple[StandByPosts, ...] = Field(default=(), strict=False)
    half_way: RendezvousRule | None = None
    second_crew: SecondCrew | None = None
    back_from_afar: Literal["on_the_road", "at_station"] = "on_the_road"

    @field_validator("rule", "equally_near", "returning_from")
    @classmethod
    def _is_known(cls, name: str, info: ValidationInfo) -> str:
        known = _NAMES_OF_RULES[str(info.field_name)]
        if name not in known:
            raise ValueError(message("configs.fleet.unknown_rule", known=", ".join(known)))
        return name

    @model_serializer(mode="wrap")
    def _without_default_rules(self, dump: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Leave defaults out: digests of organisations from before there was a choice hold."""
        values: dict[str, object] = dump(self)
        for name in _NAMES_OF_RULES:
            if values.get(name) == type(self).model_fields[name].default:
                del values[name]
        return values


_NAMES_OF_RULES: dict[str, Mapping[str, object]] = {
    "rule": CREW_RULES,
    "equally_near": TIE_ORDERS,
    "returning_from": RETURN_RULES,
}


class Mobilisation(Model):
    """From alarm until the wheels roll (chute time). The parts are added to each other.

    Attributes:
        station_s: Seconds of a crew at its station, by the mission's urgency.
        night_extra_s: Seconds more in `night_hours`.
        night_hours: Hours of the day that count as night, such as 23:00-07:00.
        home_extra_s: Seconds more of a crew on home duty.
    """

    station_s: DurationByUrgency
    night_extra_s: Duration
    night_hours: Hours
    home_extra_s: Duration


class AcuteBeds(Model):
    """Municipal acute beds (ØHD/KAD): for patients who would else be admitted to hospital.

    With no bed free they go on to hospital.

    Attributes:
        title: What people call the unit.
        place: Where its beds are.
        municipalities: Whose patients may lie there.
        beds: How many beds there are.
        takes: Share of the patients to be admitted, by urgency, who may lie there.
        by_ambulance: Share of the patients whom an ambulance would take to hospital, by urgency as
            judged, whom it brings there instead; None for none.
        stay_h: Hours that a patient stays.
    """

    title: Bilingual
    place: Slug
    municipalities: tuple[Slug, ...] = Field(strict=False, min_length=1)
    beds: Count
    takes: ByUrgencyShare
    by_ambulance: ByUrgencyShare | None = None
    stay_h: Duration


class HandoverHours(Period):
    """Hours in which an emergency department takes over from another number of crews.

    Attributes:
        places: From how many crews at a time.
    """

    places: Count


class Handover(Model):
    """A hospital's emergency department takes over from so many crews at a time; others wait.

    Those who wait go by urgency, then by who came first. Whoever is being taken over when places
    are closed is finished first.

    Attributes:
        places: From how many crews at a time; a hospital without this rule takes over from all.
        by_hour: Periods with another number, by a name of the row; of several the first counts.
    """

    places: Count
    by_hour: dict[Slug, HandoverHours] = Field(default_factory=dict)
