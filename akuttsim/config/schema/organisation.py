"""Organisation: what we choose. Control rooms, clinics, doctors, ambulances and their rosters."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from akuttsim.config.schema.clinic import Clinic, ClinicCare, DoctorTeam, EConsultation, WalkIns
from akuttsim.config.schema.control_room import ControlRoom
from akuttsim.config.schema.costs import Costs
from akuttsim.config.schema.fleet import (
    AcuteBeds,
    Crew,
    Dispatch,
    FirstResponders,
    Handover,
    Mobilisation,
    Support,
)
from akuttsim.config.schema.values import (
    Bilingual,
    ByUrgencyShare,
    Duration,
    LogOdds,
    Model,
    Number,
    Share,
    Slug,
)
from akuttsim.texts import message


class GoingOut(Model):
    """What makes an alerted doctor more or less likely to go out, in log-odds.

    `offset` is added to the log-odds of `goes` for a doctor 15 minutes away whom nobody waits for,
    in an ordinary car: fitted so that of all who are alerted `goes` do go. `half_hour_farther` is
    added for each half hour beyond these 15 minutes, `others_wait` where no doctor of the team is
    free or somebody waits, `response_car` where the team has a response vehicle (legevaktbil).
    """

    offset: LogOdds
    half_hour_farther: LogOdds
    others_wait: LogOdds
    response_car: LogOdds


class DoctorReaction(Model):
    """How long an alerted doctor takes to be on the way; `night` is that of `mobilisation`."""

    day_min: Duration
    night_min: Duration


class CallOuts(Model):
    """When the doctor on duty is alerted to a red incident and goes out (utrykning).

    `goes` is the share of the alerted who go. With `odds` it hangs on the circumstances; without,
    it is the same for all within `max_drive_min`, and whoever has a patient is busy. A doctor with
    a patient of the urgencies `leaves_for_red` leaves this patient, who waits for the rest. With
    `turns_back` the doctor on the way turns when the patient has been taken away.
    """

    alerted: Share
    goes: Share
    max_drive_min: Number | None = None
    odds: GoingOut | None = None
    reaction: DoctorReaction | None = None
    leaves_for_red: tuple[Literal["yellow", "green"], ...] = Field(default=(), strict=False)
    turns_back: bool = False

    @model_validator(mode="after")
    def _some_limit(self) -> Self:
        if self.max_drive_min is None and self.odds is None:
            raise ValueError(message("configs.doctors.call_outs"))
        if self.odds is not None and not 0 < self.goes.value < 1:
            raise ValueError(message("configs.doctors.odds"))
        return self


class HomeVisits(Model):
    """Home visits (sykebesøk): beyond this drive the patient is asked to come instead."""

    max_drive_min: Number


class DoctorConference(Model):
    """At 113 the operator takes the doctor on duty into the call, of a share of each urgency.

    The operator waits for the doctor `waits_at_most_s`; some missions are spared.
    """

    share: ByUrgencyShare
    talk_s: Duration
    waits_at_most_s: Number
    spared: ByUrgencyShare


class TripleAlert(Model):
    """Fire brigade and police are alerted with the ambulance: extra time for the operator."""

    share: ByUrgencyShare
    extra_s: Duration


class EmergencyCalls(Model):
    """What may be done at 113 beside interview and dispatch."""

    doctor_conference: DoctorConference | None = None
    triple_alert: TripleAlert | None = None


class VideoToDoctor(Model):
    """The doctor is shown the patient: of `share` of the cases, if free within `waits_at_most_min`.

    `spared` is the share of those in which the patient can stay.
    """

    share: Share
    talk_min: Duration
    waits_at_most_min: Number
    spared: Share


class DoctorVideo(Model):
    """Video to the doctor on duty: from ambulances (not red) and from nursing homes.

    From a nursing home: of health personnel's calls that would lead to a visit.
    """

    from_ambulance: VideoToDoctor | None = None
    from_nursing_home: VideoToDoctor | None = None


class Organisation(Model):
    """One way of organising the chain in a region."""

    organisation: Slug
    region: Slug
    title: Bilingual
    description: Bilingual
    control_rooms: dict[Slug, ControlRoom]
    doctors: dict[Slug, DoctorTeam]
    clinics: dict[Slug, Clinic]
    ambulances: dict[Slug, Crew]
    mobilisation: Mobilisation
    call_outs: CallOuts
    home_visits: HomeVisits
    clinic_care: ClinicCare = ClinicCare()
    walk_ins: WalkIns | None = None
    e_consultation: EConsultation | None = None
    emergency_calls: EmergencyCalls = EmergencyCalls()
    doctor_video: DoctorVideo = DoctorVideo()
    dispatch: Dispatch = Dispatch()
    supports: dict[Slug, Support] = Field(default_factory=dict)
    first_responders: dict[Slug, FirstResponders] = Field(default_factory=dict)
    acute_beds: dict[Slug, AcuteBeds] = Field(default_factory=dict)
    handovers: dict[Slug, Handover] = Field(default_factory=dict)
    costs: Costs | None = None

    @model_validator(mode="after")
    def _prices_home_duty(self) -> Self:
        rows = (row for team in self.doctors.values() for row in team.on_duty.values())
        at_home = any(row.duty == "home" for row in rows)
        if at_home and self.costs is not None and self.costs.hour_nok.doctor_at_home is None:
            raise ValueError(message("configs.doctors.cost_at_home"))
        return self
