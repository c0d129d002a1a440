"""What drives, flies and sails to patients, and how the dispatcher uses it."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    field_validator,
    model_serializer,
    model_validator,
)

from akuttsim.config.schema.roster import CrewShift, Hours, Period
from akuttsim.config.schema.values import (
    Bilingual,
    ByUrgencyShare,
    Count,
    Duration,
    DurationByUrgency,
    Model,
    Number,
    Share,
    Slug,
    Sourced,
)
from akuttsim.crew_choice import CREW_RULES, DEFAULT_RULE
from akuttsim.texts import message


class RestRule(Model):
    """Rest after a night of work: who worked more than so long in `night` is off duty after it."""

    night: Hours
    worked_more_than_h: Number
    rests_h: Number


class Crew(Sourced):
    """A vehicle with its crew: where it is stationed and when it is on duty.

    An ambulance takes everything; a patient-transport vehicle (syketransport) planned transports
    and green missions only, and before any ambulance does; a neighbour region's ambulance comes to
    red only, when it is `available` and expected `quicker_by_min` before our own.
    """

    title: Bilingual
    station: Slug
    shifts: tuple[CrewShift, ...] = Field(strict=False, min_length=1)
    kind: Literal["ambulance", "transport", "neighbour"] = "ambulance"
    rest: RestRule | None = None
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

    Sent with the ambulance in the share `sent` of each urgency, when on duty, free and expected
    before it. A single responder (enkeltbemannet enhet) drives by road; the others go in a straight
    line at `speed_kmh`: a boat to `reaches` only. A helicopter flies in flyable weather, and by
    daylight only where `daylight_only`. `conveys` is the share of its patients that it takes to
    hospital itself (the nearest); a single responder conveys nobody, but leaves at home who need
    not be taken along, and the ambulance turns back.
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

    Volunteers or fire service: `available` is the share of alarms that somebody answers;
    `reaction_min` from alert until they drive; they go at most `max_drive_min`. `asked_for` is the
    share of red incidents that AMK wants them for (all, without it), the same incidents for all
    groups; `ahead_min` how long before the ambulance they must be expected to be there;
    `ambulance_later_than_min` asks them only where the ambulance is expected later than that.
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
        """Return the share of red incidents that they are asked for."""
        return 1.0 if self.asked_for is None else self.asked_for.value


class StandByPosts(Model):
    """Where free crews wait when so many are free: posts in order of importance (move-up)."""

    free: int = Field(ge=1, le=50)
    at: tuple[Slug, ...] = Field(strict=False, min_length=1)


class PreparednessLimits(Model):
    """Yellow and green wait while fewer than `least_share` of people would have a crew in reach.

    In reach: a free crew within `within_min` with blue light. Nobody waits longer than
    `waits_at_most_min` for this reason.
    """

    within_min: Number
    least_share: Share
    yellow_waits_at_most_min: Number
    green_waits_at_most_min: Number


class RendezvousRule(Model):
    """Long drives to hospital: a free crew from there comes to meet, and takes the patient over."""

    longer_than_min: Number
    handover_min: Number


class Dispatch(Model):
    """Rules of the dispatcher.

    `chain.fleet.DispatchRules` has them as the run uses them.

    Attributes:
        rule: Which of the free crews goes, a name of `akuttsim.crew_choice`.
        red_takes_over_min: Red takes a crew on its way to yellow or green, with no patient aboard,
            if it is expected at least so many minutes before any free one; None for never.
        cover: Share of people who must keep a crew in reach, for which yellow and green wait.
        stand_by: Where free crews wait outside their stations, by how many are free.
        half_way: Which long drives to hospital another crew meets on the way.
    """

    rule: str = DEFAULT_RULE
    red_takes_over_min: Number | None = None
    cover: PreparednessLimits | None = None
    stand_by: tuple[StandByPosts, ...] = Field(default=(), strict=False)
    half_way: RendezvousRule | None = None

    @field_validator("rule")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if name not in CREW_RULES:
            raise ValueError(message("configs.fleet.unknown_rule", known=", ".join(CREW_RULES)))
        return name

    @model_serializer(mode="wrap")
    def _without_default_rule(self, dump: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Leave the default out: digests of organisations from before there was a choice hold."""
        values: dict[str, object] = dump(self)
        if values.get("rule") == DEFAULT_RULE:
            del values["rule"]
        return values


class Mobilisation(Model):
    """From alarm until the wheels roll (chute time)."""

    station_s: DurationByUrgency
    night_extra_s: Duration
    night_hours: Hours
    home_extra_s: Duration


class AcuteBeds(Model):
    """Municipal acute beds (ØHD/KAD): for patients who would else be admitted to hospital.

    `takes` is the share of them, by urgency, that may lie there; with no bed free they go on to
    hospital.
    """

    title: Bilingual
    place: Slug
    municipalities: tuple[Slug, ...] = Field(strict=False, min_length=1)
    beds: Count
    takes: ByUrgencyShare
    stay_h: Duration


class Handover(Model):
    """A hospital's emergency department takes over from so many crews at a time; others wait."""

    places: Count
