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
    """Under- and over-triage on the phone: judged a level below or above the true urgency.

    A share of calls is hard to judge; these are the ones that a nurse turns on video for. In them
    a judgement by voice is wrong more often; video finds the true urgency.

    Attributes:
        under: Share of all calls that are judged too low.
        over: Share of all calls that are judged too high.
        hard_share: Share of all calls that are hard to judge.
        hard_under: Share of the hard calls that are judged too low by voice.
        hard_over: Share of the hard calls that are judged too high by voice.

    Raises:
        ValueError: The hard calls alone would give more misjudged calls than there are in all, or
            more than all of the calls, of the hard ones or of the others are misjudged.
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

    @model_validator(mode="after")
    def _not_more_than_all(self) -> Self:
        hard = self.hard_under.value + self.hard_over.value
        others = self.under.value + self.over.value - self.hard_share.value * hard
        if hard > 1 + 1e-9:
            names = "hard_under, hard_over"
            raise ValueError(message("configs.shares.at_most_one", names=names, total=hard))
        if others > 1 - self.hard_share.value + 1e-9:
            total = self.under.value + self.over.value
            if total > 1:
                names = "under, over"
                raise ValueError(message("configs.shares.at_most_one", names=names, total=total))
            raise ValueError(message("configs.care.easy_calls", total=total))
        return self


class WhileWaiting(Model):
    """Who gets worse while they wait for the care that they have been promised.

    The same chance in each hour since they rang, as long as they wait: for the doctor's call, a
    visit, to come to the clinic, in its waiting room or for an ambulance. Those judged too low have
    a share and a time of their own.

    Attributes:
        yellow: Of those truly yellow (haster), the share who get worse in an hour of waiting.
        green: Of those truly green (vanlig).
    """

    yellow: Share
    green: Share


class Worsening(Model):
    """Who gets worse, of those who were sent home or who wait; and what is found out then.

    Without it in the region nobody gets worse. Nobody gets worse twice.

    Attributes:
        judged_too_low: Shares, by true urgency, of those judged less urgent than they are, who get
            worse.
        after_h: Hours from being sent home until then, by true urgency. They are then a level more
            urgent than they were judged before.
        recognised: Share in which that is found out when they ring again; the others are judged as
            before.
        corrected_on_scene: Share in which a crew that is sent to somebody truly red, who was judged
            less urgent, finds it out there and drives on with blue light.
        while_waiting: Who gets worse waiting for care; None for nobody.
    """

    judged_too_low: ByUrgencyShare
    after_h: DurationByUrgency
    recognised: Share
    corrected_on_scene: Share
    while_waiting: WhileWaiting | None = None


class Needs(Whole):
    """What a judged urgency leads to: shares that sum to one. The range is a factor on advice.

    Attributes:
        advice: Advice on the phone, and nothing more.
        doctor_phone: The doctor on duty rings back.
        clinic: A consultation at a clinic or satellite.
        home_visit: The doctor drives to the patient.
        ambulance: Passed on to 113, which sends an ambulance.
    """

    advice: float = Field(ge=0, le=1)
    doctor_phone: float = Field(ge=0, le=1)
    clinic: float = Field(ge=0, le=1)
    home_visit: float = Field(ge=0, le=1)
    ambulance: float = Field(ge=0, le=1)


class NeedsByUrgency(Model):
    """What a 116117 call judged red, yellow or green leads to.

    Attributes:
        red: Red goes to 113 for an ambulance by rule, where this is left out. With it only its
            share does, and others are seen at once at a clinic with a doctor, where a red patient
            goes first.
        yellow: Where calls judged yellow lead.
        green: Where calls judged green lead.
    """

    red: Needs | None = None
    yellow: Needs
    green: Needs


class Needs113(Whole):
    """What a 113 call leads to; the shares sum to one.

    Attributes:
        ambulance: An ambulance is sent.
        to_116117: The operator passes the caller on to 116117, and stays until a nurse answers.
        advice: Advice, and the call ends.
    """

    ambulance: float = Field(ge=0, le=1)
    to_116117: float = Field(ge=0, le=1)
    advice: float = Field(ge=0, le=1)


class Needs113ByUrgency(Model):
    """What a 113 call judged red, yellow or green leads to.

    Attributes:
        red: Where calls judged red lead.
        yellow: Where calls judged yellow lead.
        green: Where calls judged green lead.
    """

    red: Needs113
    yellow: Needs113
    green: Needs113


class Patience(Model):
    """How long callers wait, and what those do who hang up.

    Waiting is counted from when the phone rings at the control room, unless `menu_counts` says
    more. After the third attempt nobody rings 116117 again.

    Attributes:
        red_min: Minutes that a caller about a red patient waits at 116117.
        yellow_min: Minutes that a caller about a yellow patient waits.
        green_min: Minutes that a caller about a green patient waits.
        line_113_min: Minutes that a caller waits at 113, whatever the urgency.
        health_line_min: Minutes that health personnel wait at 116117.
        soon_share: Share of attempts in which the caller hangs up within seconds: a wrong number,
            or second thoughts.
        soon_s: Seconds until these hang up.
        rings_again: Share, by true urgency, of those who hang up at 116117 and ring it again.
        rings_113: Share, by true urgency, of those who hang up at 116117 and ring 113 instead.
        again_after_min: Minutes from hanging up until ringing again.
        menu_counts: What a second of the recorded message counts against patience, of a second of
            ringing (0 to 1); without it nobody hangs up before it rings at an operator.
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
    """Where an ambulance leaves its patient; the shares sum to one.

    Attributes:
        home: The patient stays where the crew met them.
        legevakt: Driven to the clinic with a doctor on duty.
        hospital: Driven to hospital.
    """

    home: float = Field(ge=0, le=1)
    legevakt: float = Field(ge=0, le=1)
    hospital: float = Field(ge=0, le=1)


class ConveyanceByUrgency(Model):
    """Where an ambulance leaves its patient, by the patient's true urgency.

    Attributes:
        red: Of patients who are red.
        yellow: Of patients who are yellow.
        green: Of patients who are green.
    """

    red: Conveyance
    yellow: Conveyance
    green: Conveyance


class Care(Model):
    """How long care takes and what it leads to; true of the patients, whoever serves them.

    Attributes:
        urgent_button: Share of callers to 116117, by true urgency, who press the urgent button in
            the menu and go first in the queue.
        talk_s: Seconds that a nurse at 116117 talks with a caller who needs care.
        recognise_red_s: Seconds that a nurse talks before she judges a call red and rings AMK, at
            most the whole talk; without it she talks to the end first.
        after_call_s: Seconds of notes after each call, before the nurse is free again.
        other_call_s: Seconds of a call to 116117 that is no contact: a question, a repeat.
        conference_s: Seconds that nurse, caller and AMK speak together when a call is passed to
            113.
        talk_113_s: Seconds of the whole talk with an operator at 113.
        interview_113_s: Seconds until the operator at 113 knows enough for a mission, by true
            urgency.
        dispatch_s: Seconds of a dispatcher's work from getting a mission until a crew is alerted.
        needs: What a call to 116117 leads to, by judged urgency.
        needs_113: What a call to 113 leads to, by judged urgency.
        preparation_min: Minutes from being asked to come until the patient sets out.
        without_car: Share of patients who come by taxi.
        taxi_wait_min: Minutes that these wait for it, on top of making ready.
        nurse_min: Minutes that a clinic's nurse receives a patient.
        consultation_min: Minutes of a doctor's consultation at a clinic.
        doctor_phone_min: Minutes of a doctor's call back.
        home_visit_min: Minutes that the doctor is with the patient at home, drives not counted.
        satellite_nurse_min: Minutes that a satellite's nurse examines a patient.
        satellite_video_min: Minutes that nurse and doctor then are on video together.
        satellite_doctor_share: Share of a satellite's patients for whom the doctor joins on video.
        satellite_sent_on: Share of a satellite's patients who are sent on to a clinic with a
            doctor.
        admitted: Share of a clinic's patients, by true urgency, who are admitted to hospital.
        admitted_by_ambulance: Share of the admitted, by true urgency, whom an ambulance takes.
        on_scene_min: Minutes that a crew is with the patient before it drives, by true urgency.
        conveyed: Where an ambulance leaves its patient, by urgency.
        hospital_handover_min: Minutes that a crew needs to hand over at hospital.
        legevakt_handover_min: Minutes that a crew needs to hand over at a legevakt.
        doctor_on_scene_min: Minutes that a doctor on a call-out is with the patient.
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
