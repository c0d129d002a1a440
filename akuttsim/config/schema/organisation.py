"""Organisation: what we choose. Control rooms, clinics, doctors, ambulances and their rosters."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from akuttsim.config.schema.clinic import Clinic, ClinicCare, DoctorTeam, EConsultation, WalkIns
from akuttsim.config.schema.control_room import ControlRoom
from akuttsim.config.schema.costs import Costs
from akuttsim.config.schema.fleet import (
    AcuteBeds,
    BirthCare,
    Crew,
    Dispatch,
    Escort,
    FirstResponders,
    Handover,
    Mobilisation,
    Support,
)
from akuttsim.config.schema.home_nursing import HomeNursing
from akuttsim.config.schema.roster_filling import RosterFilling
from akuttsim.config.schema.values import (
    FITTED_TO,
    Bilingual,
    ByUrgencyShare,
    Duration,
    FittedDays,
    LogOdds,
    Model,
    Number,
    Share,
    Slug,
)
from akuttsim.texts import message


class GoingOut(Model):
    """What makes an alerted doctor more or less likely to go out, in log-odds.

    The share that goes falls with the drive and nothing forbids going.

    Attributes:
        offset: Added to the log-odds of `goes` for a doctor 15 minutes away whom nobody waits for,
            in an ordinary car: fitted so that of all who are alerted `goes` do go.
        half_hour_farther: Added for each half hour beyond these 15 minutes.
        others_wait: Added where no doctor of the team is free or somebody waits.
        response_car: Added where the team has a response vehicle (legevaktbil).
    """

    offset: LogOdds
    half_hour_farther: LogOdds
    others_wait: LogOdds
    response_car: LogOdds


class DoctorReaction(Model):
    """How long an alerted doctor takes to be on the way.

    Attributes:
        day_min: Minutes by day.
        night_min: Minutes at night, in the `night_hours` of `mobilisation`.
    """

    day_min: Duration
    night_min: Duration


class CallOuts(Model):
    """When the doctor on duty is alerted to a red incident and goes out (utrykning).

    Attributes:
        alerted: Share of red incidents to which the doctor is alerted.
        goes: Share of the alerted who go. Without `odds` it is the same for all within
            `max_drive_min`, and whoever has a patient is busy.
        max_drive_min: The longest drive, in minutes; None for any.
        odds: How the circumstances change who goes; None for not at all.
        reaction: Minutes until on the way; None for at once.
        leaves_for_red: Judged urgencies of patients whom the doctor leaves for red; such a patient
            waits for the rest.
        turns_back: Whether the doctor on the way turns when the patient has been taken away.

    Raises:
        ValueError: There is neither a longest drive nor odds; or odds about a share of 0 or 1.
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
    """Home visits (sykebesøk): beyond this drive the patient is asked to come instead.

    Attributes:
        max_drive_min: The longest drive of the doctor, in minutes.
    """

    max_drive_min: Number


class DoctorConference(Model):
    """At 113 the operator takes the doctor on duty into the call.

    Attributes:
        share: Share of calls of each urgency in which the doctor is asked.
        talk_s: Seconds that the doctor takes part.
        waits_at_most_s: Seconds that the operator waits for the doctor before going on without.
        spared: Share of these missions, by urgency, for which no ambulance is needed after all.
    """

    share: ByUrgencyShare
    talk_s: Duration
    waits_at_most_s: Number
    spared: ByUrgencyShare


class TripleAlert(Model):
    """Fire brigade and police are alerted with the ambulance: extra time for the operator.

    Attributes:
        share: Share of missions, by urgency.
        extra_s: Seconds of the operator after the talk.
    """

    share: ByUrgencyShare
    extra_s: Duration


class EmergencyCalls(Model):
    """What may be done at 113 beside interview and dispatch.

    Attributes:
        doctor_conference: The doctor on duty takes part in some calls.
        triple_alert: Fire brigade and police are alerted too.
    """

    doctor_conference: DoctorConference | None = None
    triple_alert: TripleAlert | None = None


class VideoToDoctor(Model):
    """The doctor is shown the patient, if free in time.

    Attributes:
        share: Share of the cases in which it is tried.
        talk_min: Minutes of the doctor.
        waits_at_most_min: Minutes that they wait for a doctor before going on without.
        spared: Share of those seen so in which the patient can stay.
    """

    share: Share
    talk_min: Duration
    waits_at_most_min: Number
    spared: Share


class DoctorVideo(Model):
    """Video to the doctor on duty: from ambulances (not red) and from nursing homes.

    Attributes:
        from_ambulance: A crew shows its patient; some are not taken along then.
        from_nursing_home: Of health personnel's calls that would lead to a visit, the resident is
            shown first; some need no visit then.
    """

    from_ambulance: VideoToDoctor | None = None
    from_nursing_home: VideoToDoctor | None = None


class Organisation(Model):
    """One way of organising the chain in a region: all that one chooses, nothing about the people.

    Names are those of the file's keys; sections refer to each other by them.

    Attributes:
        organisation: Its name, as experiments and commands call it.
        region: The region that it is for.
        title: A short title for tables and pages.
        description: What is special about it, in some sentences.
        control_rooms: Who answers 116117, 113 and safety alarms.
        doctors: Teams of doctors on duty.
        clinics: Legevakter, GP offices and satellites.
        ambulances: Crews with their stations and shifts.
        mobilisation: How long crews take from alarm until the wheels roll.
        call_outs: When the doctor goes out to red incidents.
        home_visits: How far the doctor drives to patients at home.
        clinic_care: What is done at clinics beside the examination.
        walk_ins: Who comes without ringing first; None for nobody.
        e_consultation: Green contacts on screen; None for none.
        emergency_calls: What is done at 113 beside interview and dispatch.
        doctor_video: When the doctor is shown patients on video.
        dispatch: The dispatcher's rules.
        supports: Helicopters, boats and single responders.
        first_responders: Groups of first responders.
        births: Where women in labour go; None for the nearest hospital.
        escorts: Who rides along on long journeys: midwives, and health personnel with psychiatric
            patients.
        acute_beds: Municipal acute beds.
        handovers: How many crews a hospital takes over from at a time.
        home_nursing: Home nursing as people on duty; None where it always has somebody to send.
        filling: Which shifts of the rosters stand empty; None where all are always filled.
        costs: Unit prices; None where costs are not told.
        fitted_to: The days of a call log that its rosters are read from; replays show them first.

    Raises:
        ValueError: Doctors are on home duty, there are prices, and none for a doctor at home.
    """

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
    births: BirthCare | None = None
    escorts: dict[Slug, Escort] = Field(default_factory=dict)
    acute_beds: dict[Slug, AcuteBeds] = Field(default_factory=dict)
    handovers: dict[Slug, Handover] = Field(default_factory=dict)
    home_nursing: HomeNursing | None = None
    filling: RosterFilling | None = None
    costs: Costs | None = None
    fitted_to: FittedDays | None = FITTED_TO

    @property
    def sends_by_condition(self) -> bool:
        """Tell whether an acute team or a second crew goes out to some conditions alone."""
        teams = [team.acute_team for team in self.doctors.values()]
        return any(sent.causes for sent in (*teams, self.dispatch.second_crew) if sent is not None)

    @model_validator(mode="after")
    def _prices_home_duty(self) -> Self:
        rows = (row for team in self.doctors.values() for row in team.on_duty.values())
        at_home = any(row.duty == "home" for row in rows)
        if at_home and self.costs is not None and self.costs.hour_nok.doctor_at_home is None:
            raise ValueError(message("configs.doctors.cost_at_home"))
        return self
