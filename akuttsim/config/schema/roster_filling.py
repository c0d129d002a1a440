"""Rosters as they are filled: how many shifts lack their own person, and what is done about it.

Off until an organisation has it; every shift then has somebody.
"""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from akuttsim.config.schema.values import Model, Number, Share
from akuttsim.texts import message


class MissingShare(Model):
    """Shifts without their own person for one reason, and who takes them.

    Attributes:
        share: Share of all shifts.
        locum: Share of these that a locum (vikar) takes.
        overtime: Share of those without a locum that a colleague takes beyond own hours.
    """

    share: Share
    locum: Share
    overtime: Share


class StaffGaps(Model):
    """How the shifts of one kind of staff are filled. What nobody takes stands empty.

    Attributes:
        shift_at_most_h: A longer stretch of a roster counts as several equal shifts, in hours.
        vacant: Posts that nobody has (ubesatt stilling), known beforehand.
        sick: Illness and other absence, of the shifts whose post somebody has.
    """

    shift_at_most_h: Number
    vacant: MissingShare
    sick: MissingShare

    @model_validator(mode="after")
    def _some_length(self) -> Self:
        if self.shift_at_most_h.value < 1:
            raise ValueError(message("configs.filling.shift_length"))
        return self


class RosterFilling(Model):
    """Which shifts stand empty, by kind of staff; None for one whose shifts are always filled.

    Which shifts lack their own person is drawn before a run for each shift by itself, so that a
    shift that two organisations have is empty in both. A satellite without a nurse is closed and an
    ambulance without a crew stands; elsewhere somebody is ordered in where else nobody who may do
    the work would be on duty, and that is overtime too. Doctors on call at home behind others
    always come.

    Attributes:
        operators: Operators and dispatchers of control rooms.
        nurses: Nurses of clinics and satellites.
        doctors: Doctors on duty.
        crews: Crews of ambulances and transport vehicles; one who is missing lays the vehicle up.
        home_nurses: Home nursing.
    """

    operators: StaffGaps | None = None
    nurses: StaffGaps | None = None
    doctors: StaffGaps | None = None
    crews: StaffGaps | None = None
    home_nurses: StaffGaps | None = None
