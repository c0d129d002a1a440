"""Care: what callers need, how patient they are, and how long everything takes."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from akuttsim.config.schema.values import (
    ByUrgencyShare,
    Duration,
    DurationByUrgency,
    Model,
    Share,
    Whole,
)
from akuttsim.texts import message


class Mistriage(Model):
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
                raise ValueError(message("configs.care.hard_share"))
        return self


class Worsening(Model):
    """Who gets worse and asks again, of those who were sent home; and what is found out then.

    `judged_too_low` are the shares, by true urgency, of those judged less urgent than they are. It
    comes `after_h` (by true urgency), and they are then a level more urgent than they were judged
    before; `recognised` is how often that is found out when they ring again.
    `corrected_on_scene` is how often a crew that is sent to somebody truly red, who was judged less
    urgent, finds it out there.
    """

    judged_too_low: ByUrgencyShare
    after_h: DurationByUrgency
    recognised: Share
    corrected_on_scene: Share


class Needs(Whole):
    """What a judged urgency leads to: shares that sum to one. The range is a factor on advice."""

    advice: float = Field(ge=0, le=1)
    doctor_phone: float = Field(ge=0, le=1)
    clinic: float = Field(ge=0, le=1)
    home_visit: float = Field(ge=0, le=1)
    ambulance: float = Field(ge=0, le=1)


class NeedsByUrgency(Model):
    """What a 116117 call judged red, yellow or green leads to.

    Red goes to 113 for an ambulance; with `red` only in its share, and others are seen at once at a
    clinic with a doctor, where a red patient goes first.
    """

    red: Needs | None = None
    yellow: Needs
    green: Needs


class Needs113(Whole):
    """What a 113 call leads to: an ambulance, a transfer to 116117, or advice."""

    ambulance: float = Field(ge=0, le=1)
    to_116117: float = Field(ge=0, le=1)
    advice: float = Field(ge=0, le=1)


class Needs113ByUrgency(Model):
    """What a 113 call judged red, yellow or green leads to."""

    red: Needs113
    yellow: Needs113
    green: Needs113


class Patience(Model):
    """How long callers wait, and what those do who hang up.

    `menu_counts` is what a second of the recorded message counts against patience, of a second of
    ringing; without it nobody hangs up before it rings at an operator.
    """

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
    menu_counts: Share | None = None


class Conveyance(Whole):
    """Where an ambulance leaves its patient; the shares sum to one."""

    home: float = Field(ge=0, le=1)
    legevakt: float = Field(ge=0, le=1)
    hospital: float = Field(ge=0, le=1)


class ConveyanceByUrgency(Model):
    """Where an ambulance leaves its patient, by urgency."""

    red: Conveyance
    yellow: Conveyance
    green: Conveyance


class Care(Model):
    """How long care takes and what it leads to; true of the patients, whoever serves them.

    `recognise_red_s` is how long a nurse at 116117 talks before she judges a call red and rings
    AMK; without it she talks to the end first.
    """

    urgent_button: ByUrgencyShare
    talk_s: Duration
    recognise_red_s: Duration | None = None
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
    conveyed: ConveyanceByUrgency
    hospital_handover_min: Duration
    legevakt_handover_min: Duration
    doctor_on_scene_min: Duration
