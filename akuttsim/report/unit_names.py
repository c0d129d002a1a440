"""What people and vehicles are called in the replay."""

from __future__ import annotations

from typing import Any

from akuttsim.report.words import Words

_TEAMS = {
    "operator": "control_rooms",
    "dispatcher": "control_rooms",
    "nurse": "clinics",
    "doctor": "doctors",
    "back_up_doctor": "doctors",
}
_VEHICLES = ("ambulances", "supports")


def unit_names(words: Words, organisation: dict[str, Any], units: list[list[Any]]) -> list[str]:
    """Return the name of each unit: a vehicle's title, or the role with the team's title."""
    return [_name(words, organisation, *unit[:3]) for unit in units]


def _name(words: Words, organisation: dict[str, Any], name: str, role: str, team: str) -> str:
    if role not in _TEAMS:
        found = (organisation[each].get(name) for each in _VEHICLES)
        vehicle = next((each for each in found if each), None)
        return words.text.both(vehicle["title"]) if vehicle else name
    title = words.text.both(organisation[_TEAMS[role]][team]["title"])
    number = name.rpartition("-")[2]
    if role in ("doctor", "back_up_doctor"):
        alone = number == "1" and role == "doctor"
        return title if alone else words.text(f"live.who.{role}", title=title, number=number)
    return words.text(f"live.who.{role}", title=title, number=number)
