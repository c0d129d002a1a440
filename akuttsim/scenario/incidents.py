"""Incidents: a named event with many patients at one place, such as a bus accident."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import model_validator

from akuttsim.scenario.calendar import Calendar
from akuttsim.scenario.distributions import Duration
from akuttsim.scenario.fields import Bilingual, Count, Model, Slug, UrgencyMix
from akuttsim.scenario.geography import IsoDate
from akuttsim.scenario.road_conditions import Clock


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
            raise ValueError("an incident needs at least 1 patient and 1 caller")
        return self

    def begins_s(self, calendar: Calendar) -> float:
        """Return when the first call comes, in seconds since the run began; below 0 before it."""
        hour, minute = (int(part) for part in self.time.split(":"))
        return calendar.seconds(date.fromisoformat(self.date), hour * 60 + minute)
