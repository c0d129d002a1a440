"""An organisation with the rules of the stock model and the heap loop: what these two do not know.

They know a share of doctors who go out within a limit, and neither reaction, leaving a patient nor
home duty; operators who do nothing but answer; ambulances of our own without rules of dispatch, and
nobody else who comes; and people who come however far it is.
"""

from __future__ import annotations

from akuttsim.config.schema.clinic import DoctorTeam
from akuttsim.config.schema.fleet import Dispatch
from akuttsim.config.schema.organisation import Organisation
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import Number

LIMIT = Number(value=45, grade="D", source="the limit before going out hung on circumstances")


def plain(organisation: Organisation) -> Organisation:
    """Return an organisation without the rules that only the chain knows."""
    off = {"odds": None, "reaction": None, "leaves_for_red": (), "turns_back": False}
    call_outs = organisation.call_outs.model_copy(update={**off, "max_drive_min": LIMIT})
    rooms = {
        name: room.model_copy(update={"other_tasks": None})
        for name, room in organisation.control_rooms.items()
    }
    doctors = {name: on_site(team) for name, team in organisation.doctors.items()}
    crews = {name: c for name, c in organisation.ambulances.items() if c.kind == "ambulance"}
    nobody: dict[str, object] = {"supports": {}, "first_responders": {}, "acute_beds": {}}
    parts = {"call_outs": call_outs, "doctors": doctors, "control_rooms": rooms, **nobody}
    parts |= {"ambulances": crews, "dispatch": Dispatch(), "handovers": {}}
    return organisation.model_copy(update=parts)


def plain_region(region: Region) -> Region:
    """Return a region where everybody comes, nobody gets worse, and people live in the places."""
    demand = region.demand.model_copy(update={"distance_decay": None})
    off = {"demand": demand, "worsening": None, "local_drive": None}
    return region.model_copy(update=off)


def on_site(team: DoctorTeam) -> DoctorTeam:
    """Return a team on site at all hours that it is on duty, without back-up."""
    rows = {name: row.model_copy(update={"duty": "on_site"}) for name, row in team.on_duty.items()}
    return team.model_copy(update={"on_duty": rows, "home_duty": None, "back_up": None})
