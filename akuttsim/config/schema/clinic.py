"""Clinics and doctors: where patients are seen, by whom, and what is done there.

Which clinics and satellites see whom, of which municipality, at which hour, is defined here alone:
the chain, the check, the map, the search for sites and the indicators use it. A clinic with a
doctor on site sees everybody; a satellite those of the urgencies that it takes, and nobody who
needs a doctor on site. Each is open for the municipalities of its services.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from akuttsim.config.schema.roster import DoctorStaffing, Period, ServiceHours, Staffing, Weekly
from akuttsim.config.schema.values import (
    Bilingual,
    ByUrgencyShare,
    ConditionName,
    Count,
    Duration,
    Model,
    Number,
    Share,
    Slug,
    Sourced,
)
from akuttsim.texts import message

UrgencyName = Literal["red", "yellow", "green"]


class TrainingHelp(Model):
    """What the doctor on call does for a doctor in training who has examined a patient.

    The talk is on the phone, and both are busy. If nobody on call can be had at once, the doctor in
    training goes on alone.

    Attributes:
        asks: Share of the patients examined at a clinic, by judged urgency, about whom the doctor
            asks.
        talk_min: Minutes that they talk.
        comes: Share of these to whom the doctor on call then comes in, and examines them again.
    """

    asks: ByUrgencyShare
    talk_min: Duration
    comes: Share


class BackUpDoctor(Model):
    """A second doctor on call at home (bakvakt), and the rule that wakes this doctor.

    Stays until nobody waits any more.

    Attributes:
        on_call: When somebody is on call, and how many, by a name of the row.
        comes_after_min: Minutes from being woken until at the clinic and ready.
        queue_longer_than: Woken when more patients than this wait for the doctors on duty.
        when_all_are_out: Woken when the last of the doctors on duty drives out.
        training: What doctors in training on duty ask for; None where nobody is.

    Raises:
        ValueError: There is no rule that would ever wake the doctor.
    """

    on_call: dict[Slug, Staffing] = Field(min_length=1)
    comes_after_min: Number
    queue_longer_than: Count | None = None
    when_all_are_out: bool = False
    training: TrainingHelp | None = None

    @model_validator(mode="after")
    def _some_rule(self) -> Self:
        rules = (self.queue_longer_than, self.training)
        if not self.when_all_are_out and all(rule is None for rule in rules):
            raise ValueError(message("configs.clinics.back_up_when"))
        return self


class Rotation(Sourced):
    """Doctors who take turns at a post: some weeks on, then some off (nordsjøturnus).

    Each place of the team on duty is a post, and whoever is on has all its hours until the next
    comes. The chain knows places alone: this tells whose they are, for indicators of hours on duty,
    rest and cost. The range is that of the weeks off.

    Attributes:
        weeks_on: Weeks that a doctor has the post at a stretch.
        weeks_off: Weeks off after it, 0 or more.
        changes: Day and time at which the next one comes, such as mon 08:00.
    """

    weeks_on: int = Field(ge=1)
    weeks_off: int = Field(ge=0)
    changes: Weekly

    @property
    def doctors_a_post(self) -> float:
        """Return how many doctors a post takes, not always a whole number: (on + off) / on."""
        return (self.weeks_on + self.weeks_off) / self.weeks_on


class HomeDuty(Model):
    """How doctors on home duty (hjemmevakt) come in to patients at a clinic.

    A doctor called in stays as long as somebody is inside, and then goes home again; calls, video
    and going out need no coming in.

    Attributes:
        comes_in_min: Minutes from the call until at the clinic: woken, dressed and driven.
        called: `when_sent`: as soon as 116117 sends the patient or the ambulance leaves the scene,
            so that both are on their way; or `at_the_door`, when the patient stands there.
    """

    comes_in_min: Duration
    called: Literal["when_sent", "at_the_door"]


class AcuteTeam(Model):
    """Doctor and nurse on duty who go out to red together (akutteam), alerted with the ambulance.

    They go where the doctors are on duty for the patient's municipality, in place of the doctor
    alone (`call_outs`), and always if a doctor can be had. The ambulance is whichever the
    dispatcher sends. Nobody takes the team from its way, also not from its way back.

    Attributes:
        nurses_of: The clinic whose own nurse goes too, if one is free; None for the doctor alone.
        nurses_stay: How many of the nurses on duty stay behind in any case.
        travels: `together`: the nurse rides with the doctor, from the doctors' place; `apart`: each
            drives and they meet at the patient. Who is not at the base drives alone.
        alerted: Share of red incidents in reach that the team is alerted to.
        causes: Time-critical conditions that it is alerted to; empty for all red. They are known
            only in studies with health outcomes.
        max_drive_min: The longest drive to the patient, in minutes.
        reaction_min: Minutes from the alert until on the way.
        rides_along: Share of patients taken to hospital with whom the doctor rides along.
        lift_after_min: Minutes after the hand-over until a doctor who rode along has a lift back; a
            nurse of the same vehicle follows the ambulance instead, and drives back with the
            doctor.
        clinic: While the team is out and no doctor of it is left, `waits`: patients come and wait;
            or `closes`: whom 116117 sends then goes to another clinic that is open, if there is
            one.
    """

    nurses_of: Slug | None = None
    nurses_stay: Count | None = None
    travels: Literal["together", "apart"] = "together"
    alerted: Share
    causes: tuple[ConditionName, ...] = Field(default=(), strict=False)
    max_drive_min: Number
    reaction_min: Duration
    rides_along: Share
    lift_after_min: Number
    clinic: Literal["waits", "closes"] = "waits"


class DoctorTeam(Model):
    """Doctors on duty together: one place at a time, shared by all that asks for a doctor.

    Attributes:
        title: What people call the team.
        place: Where its doctors are when nothing is to be done: a place of the region.
        on_duty: The roster: periods with how many doctors, on site or at home, by a name of the
            row.
        home_duty: How those whose duty is `home` come in; must be there if anybody's is.
        home_visits: Whether its doctors visit patients at home (sykebesøk).
        call_outs: Whether its doctors are alerted to red incidents (utrykning).
        response_car: Whether there is a response vehicle (legevaktbil) that goes out with blue
            light.
        back_up: A second doctor on call, and what wakes this one.
        rotation: That one doctor has a place for weeks on end.
        acute_team: That the doctor goes out to red with a nurse, as a team (akutteam).

    Raises:
        ValueError: Somebody is on home duty and nothing says how they come in, or a rotation has
            doctors on site at some hours and at home at others; or doctors are in training and
            nobody on call helps them.
    """

    title: Bilingual
    place: Slug
    on_duty: dict[Slug, DoctorStaffing] = Field(min_length=1)
    home_duty: HomeDuty | None = None
    home_visits: bool
    call_outs: bool
    response_car: bool = False
    back_up: BackUpDoctor | None = None
    rotation: Rotation | None = None
    acute_team: AcuteTeam | None = None

    @model_validator(mode="after")
    def _comes_in(self) -> Self:
        at_home = any(staffing.duty == "home" for staffing in self.on_duty.values())
        if at_home and self.home_duty is None:
            raise ValueError(message("configs.clinics.home_duty"))
        on_site = any(staffing.duty == "on_site" for staffing in self.on_duty.values())
        if at_home and on_site and self.rotation is not None:
            raise ValueError(message("configs.clinics.rotation"))
        in_training = any(staffing.in_training for staffing in self.on_duty.values())
        if in_training != (self.back_up is not None and self.back_up.training is not None):
            raise ValueError(message("configs.clinics.in_training"))
        return self


class NurseCallOut(Model):
    """A satellite's nurse goes out to red incidents nearby (utrykning), while the door waits.

    Only when no patient is at the door.

    Attributes:
        goes: Share of the incidents in reach to which the nurse goes.
        max_drive_min: The longest drive, in minutes with blue light.
    """

    goes: Share
    max_drive_min: Number


class Clinic(Model):
    """A place where patients are seen.

    A GP office (fastlegekontor) and a legevakt have the doctor on site; a satellite has a nurse on
    site and the doctor of another clinic on video. Nurses are the clinic's own, those of a control
    room, or an ambulance crew: one of the three at most.

    Attributes:
        title: What people call it.
        kind: `gp_office`, `legevakt` or `satellite`.
        place: Where it is: a place of the region.
        open: Periods in which it is open, each with the municipalities it then serves.
        doctors: The team whose doctors see its patients, on site or (satellite) on video.
        nurses: Roster of nurses of its own; empty where there are none.
        nurses_of: The control room whose operators receive its patients when they are not on the
            phone.
        keeps_free: How many of those operators must be left for the phone.
        takes: Of a satellite, the judged urgencies that it sees; never red.
        care: What this clinic does of the organisation's `clinic_care`.
        observation_beds: How many beds for observation, where `care` names observation.
        nurses_of_crew: The ambulance whose crew staffs a satellite between missions; it is
            stationed there.
        nurse_call_out: That a satellite's nurse goes out to red incidents near by.
        at_closing: `stays`: the staff finish all who are inside; `sends_on`: those whom no doctor
            has seen are sent on to where one is on duty.

    Raises:
        ValueError: Several kinds of nurses; keys of a satellite at another clinic, or the other way
            round; observation without beds or beds without observation; a satellite that takes red.
    """

    title: Bilingual
    kind: Literal["gp_office", "legevakt", "satellite"]
    place: Slug
    open: dict[Slug, ServiceHours] = Field(min_length=1)
    doctors: Slug
    nurses: dict[Slug, Staffing] = Field(default_factory=dict)
    nurses_of: Slug | None = None
    keeps_free: Count | None = None
    takes: tuple[UrgencyName, ...] = Field(default=("green",), strict=False, min_length=1)
    care: tuple[Literal["door_triage", "tests", "observation", "booking"], ...] = Field(
        default=(), strict=False
    )
    observation_beds: Count | None = None
    nurses_of_crew: Slug | None = None
    nurse_call_out: NurseCallOut | None = None
    at_closing: Literal["stays", "sends_on"] = "stays"

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.nurses) + (self.nurses_of is not None) + (self.nurses_of_crew is not None) > 1:
            raise ValueError(message("configs.clinics.one_of_nurses"))
        if self.kind != "satellite" and (self.nurses_of_crew or self.nurse_call_out):
            raise ValueError(message("configs.clinics.for_satellites"))
        if ("observation" in self.care) != (self.observation_beds is not None):
            raise ValueError(message("configs.clinics.observation"))
        if self.kind == "satellite" and (self.care or self.nurses_of or self.observation_beds):
            raise ValueError(message("configs.clinics.nothing_under_care"))
        if self.kind == "satellite" and "red" in self.takes:
            raise ValueError(message("configs.clinics.no_red"))
        return self


class DoorTriage(Model):
    """Triage at the door: a nurse judges each who comes in, in order of arrival.

    Attributes:
        triage_min: Minutes that it takes.
    """

    triage_min: Duration


class ClinicTests(Model):
    """Tests after the doctor's examination; the doctor then sees the patient once more.

    Attributes:
        share: Share of patients who are tested, by true urgency.
        wait_min: Minutes until the answer, in which the doctor sees others.
        result_min: Minutes that the doctor then needs with the patient.
    """

    share: ByUrgencyShare
    wait_min: Duration
    result_min: Duration


class BedNursing(Model):
    """What patients in observation beds need of the clinic's nurses, who receive meanwhile.

    Attributes:
        every_min: Minutes from the end of one look until the next is due; it then waits in turn.
        look_min: Minutes that a nurse needs each time.
        beds_per_nurse: For how many patients in bed one nurse on duty is enough: with more no bed
            is taken; None for any number.

    Raises:
        ValueError: The next look is due at once.
    """

    every_min: Number
    look_min: Number
    beds_per_nurse: Count | None = None

    @model_validator(mode="after")
    def _later(self) -> Self:
        if not self.every_min.value:
            raise ValueError(message("configs.clinics.looked_at"))
        return self


class Observation(Model):
    """Observation in a bed of the clinic; the doctor then sees the patient once more.

    With no bed free the patient goes on without.

    Attributes:
        share: Share of patients who are observed, by true urgency.
        stay_min: Minutes in the bed.
        result_min: Minutes that the doctor then needs with the patient.
        nursing: What they need of the nurses meanwhile; None for nothing.
    """

    share: ByUrgencyShare
    stay_min: Duration
    result_min: Duration
    nursing: BedNursing | None = None


class Booking(Model):
    """Booked times: patients of these urgencies get a time and wait at home until then.

    Attributes:
        urgencies: Judged urgencies whose patients get a time.
        slot_min: Minutes between the times of one doctor on duty.
    """

    urgencies: tuple[UrgencyName, ...] = Field(strict=False, min_length=1)
    slot_min: Number


class ClinicCare(Model):
    """What may be done at clinics beside the examination; each clinic names its own in `care`.

    Attributes:
        door_triage: A nurse judges each who comes in.
        tests: Tests whose answers some patients wait for.
        observation: Beds in which some patients stay for a while.
        booking: Some patients get a time and wait at home.
    """

    door_triage: DoorTriage | None = None
    tests: ClinicTests | None = None
    observation: Observation | None = None
    booking: Booking | None = None


class WalkIns(Model):
    """Patients who come without ringing first, where a clinic with a doctor is open.

    Attributes:
        share: Share of the public's contacts with 116117 that begin at the door instead.
    """

    share: Share


class EConsultation(Model):
    """Green contacts that are taken on screen instead: by a net doctor, or by our own doctors.

    Attributes:
        share: Share of green contacts that begin on screen while it is open.
        open: Periods in which it is open, by a name of the row.
        doctors: The team that takes them; without it the net doctor is outside the chain, never
            busy.
        consultation_min: Minutes of the doctor's work on screen.
        sent_on: Share who ring 116117 all the same.
    """

    share: Share
    open: dict[Slug, Period] = Field(min_length=1)
    doctors: Slug | None = None
    consultation_min: Duration
    sent_on: Share


Need = UrgencyName | Literal["doctor"]
"""What somebody needs: to be seen with an urgency, or a doctor on site."""

CLINIC_URGENCIES: tuple[UrgencyName, ...] = ("red", "yellow", "green")
"""Urgencies with which somebody may be seen, in the order of their codes."""


def has_doctor(clinic: Clinic) -> bool:
    """Tell whether the doctor is on site: a legevakt or a GP office, not a satellite.

    Args:
        clinic: Any clinic of the organisation, open at the moment or not.
    """
    return clinic.kind != "satellite"


def clinic_sees(clinic: Clinic, need: Need) -> bool:
    """Tell whether somebody with this need is seen at a clinic or satellite.

    Args:
        clinic: The clinic or satellite; its hours are not asked about.
        need: A judged urgency, or `doctor` for those who need a doctor on site.
    """
    return has_doctor(clinic) or need in clinic.takes


def clinics_in_reach(
    clinics: Mapping[str, Clinic],
    need: Need,
    municipality: str,
    is_open: Callable[[ServiceHours], bool],
) -> tuple[str, ...]:
    """Return the clinics and satellites where people of a municipality are seen.

    Args:
        clinics: All of the organisation, by name.
        need: An urgency, or `doctor` for those who need a doctor on site.
        municipality: Where the people live.
        is_open: Tells whether a service (hours, and for whom) runs at the moment looked at.

    Returns:
        Their names in the order of the organisation, not by distance; empty where all are closed.
    """
    return tuple(
        name
        for name, clinic in clinics.items()
        if clinic_sees(clinic, need) and clinic_serves(clinic, municipality, is_open)
    )


def clinic_serves(
    clinic: Clinic, municipality: str, is_open: Callable[[ServiceHours], bool]
) -> bool:
    """Tell whether a clinic or satellite is open for a municipality at the moment looked at.

    Args:
        clinic: The clinic or satellite.
        municipality: Where the people live.
        is_open: Tells whether a service (hours, and for whom) runs at the moment looked at.
    """
    return any(
        municipality in service.municipalities and is_open(service)
        for service in clinic.open.values()
    )
