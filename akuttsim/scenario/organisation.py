"""Organisation: what we choose. Control rooms, clinics, doctors, ambulances and their rosters."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from akuttsim.scenario.distributions import Duration, DurationByUrgency
from akuttsim.scenario.fields import Bilingual, Model, Number, Share, Slug, Sourced
from akuttsim.scenario.roster import CrewShift, Hours, Service, Staffing

Municipalities = tuple[Slug, ...]


class Video(Model):
    """Video in the control room: the share of calls it is turned on for, and the time it adds."""

    share: Share
    extra_min: Duration


class ControlRoom(Model):
    """A control room that answers 116117 (legevaktsentral) or 113 (AMK-sentral)."""

    title: Bilingual
    number: Literal["116117", "113"]
    municipalities: Municipalities = Field(strict=False, min_length=1)
    outside: tuple[Slug, ...] = Field(default=(), strict=False)
    menu_s: Number
    operators: dict[Slug, Staffing] = Field(min_length=1)
    dispatchers: dict[Slug, Staffing] = Field(default_factory=dict)
    video: Video | None = None


class DoctorTeam(Model):
    """Doctors on duty together: one place at a time, shared by all that asks for a doctor."""

    title: Bilingual
    place: Slug
    on_duty: dict[Slug, Staffing] = Field(min_length=1)
    home_visits: bool
    call_outs: bool


class Clinic(Model):
    """A place where patients are seen.

    A GP office (fastlegekontor) and a legevakt have the doctor on site; a satellite has a nurse on
    site and the doctor of another clinic on video.
    """

    title: Bilingual
    kind: Literal["gp_office", "legevakt", "satellite"]
    place: Slug
    open: dict[Slug, Service] = Field(min_length=1)
    doctors: Slug
    nurses: dict[Slug, Staffing] = Field(default_factory=dict)


class Crew(Sourced):
    """An ambulance with its crew: where it is stationed and when it is on duty."""

    title: Bilingual
    station: Slug
    shifts: tuple[CrewShift, ...] = Field(strict=False, min_length=1)


class Mobilisation(Model):
    """From alarm until the wheels roll (chute time)."""

    station_s: DurationByUrgency
    night_extra_s: Duration
    night_hours: Hours
    home_extra_s: Duration


class CallOuts(Model):
    """When the doctor on duty is alerted to a red incident and goes out (utrykning)."""

    alerted: Share
    goes: Share
    max_drive_min: Number


class HomeVisits(Model):
    """Home visits (sykebesøk): beyond this drive the patient is asked to come instead."""

    max_drive_min: Number


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
