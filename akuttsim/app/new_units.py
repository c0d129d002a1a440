"""Units that the page can add to an organisation: what is asked of each, and what it writes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from akuttsim.app.form import (
    SOURCE,
    Edit,
    Site,
    bad_value,
    both_languages,
    graded,
    place_at,
    title_of_unit,
)
from akuttsim.config.schema.region import Region
from akuttsim.config.yaml_document import ConfigContent
from akuttsim.texts import Message, message


class NewUnit(NamedTuple):
    """A unit that is to be added.

    Attributes:
        kind: What it is, of `KINDS`.
        place: The name of its place.
        fields: What was chosen of it, as the page sends it.
    """

    kind: str
    place: str
    fields: Mapping[str, Any]


def new_unit(added: Mapping[str, Any], region: Region) -> NewUnit:
    """Return a unit as it was asked for. Raises InputError for a kind or place that is none."""
    kind = added.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise bad_value("add.kind", message("whatif.wrong.choice", choices=", ".join(KINDS)))
    fields = added.get("fields") or {}
    if not isinstance(fields, Mapping):
        raise bad_value("add.fields", message("whatif.wrong.fields"))
    return NewUnit(kind, place_at(region, added.get("at"), "add.at"), fields)


def write_new_unit(unit: NewUnit, tree: ConfigContent, region: Region) -> tuple[str, Edit]:
    """Return the key of a unit that is added, and what becomes of the config."""
    section, stem, write = KINDS[unit.kind]
    taken = tree.get(section) or {}
    name = next(
        each
        for n in itertools.count(1)
        if (each := f"{stem}-{unit.place}" + (f"-{n}" if n > 1 else "")) not in taken
    )
    content = write(unit, tree, region)
    site = Site(tree, region, section, name, "title")
    place = region.places[unit.place].name
    told = message(f"whatif.change.new_{unit.kind}", place=place)
    return f"{section}.{name}", Edit(site.settings(**content), (), told)


def _titled(unit: NewUnit, region: Region) -> dict[str, str]:
    place = region.places[unit.place].name
    return both_languages(message(f"whatif.title.{unit.kind}", place=place))


class NewField(NamedTuple):
    """What is asked of a new unit.

    Attributes:
        key: What it is, as the page sends it back.
        label: What it is called.
        kind: How it is drawn, as other fields of the form.
        value: What is chosen at first.
        choices: What can be chosen, with what each is called.
    """

    key: str
    label: Message
    kind: str
    value: str | None
    choices: Mapping[str, Message | str]


def fields_of_kind(kind: str, tree: ConfigContent) -> list[NewField]:
    """Return what is asked of a new unit: where it is, and what it needs."""
    at = NewField("at", message("whatif.new.at"), "place", None, {})
    if kind in ("satellite", "legevakt"):
        teams: dict[str, ConfigContent] = tree["doctors"]
        choices = {name: title_of_unit(team, name) for name, team in teams.items()}
        label = message(
            "whatif.field.clinics_doctors" if kind == "satellite" else "whatif.new.doctors"
        )
        nearest = _nearest_legevakt_team(tree)
        return [at, NewField("doctors", label, "choice", nearest, choices)]
    if kind == "ambulance":
        spans = {hours: message(f"whatif.new.{name}") for hours, name in AMBULANCE_HOURS.items()}
        label = message("whatif.field.ambulances_shifts")
        return [at, NewField("hours", label, "choice", next(iter(spans)), spans)]
    return [at]


AMBULANCE_HOURS = {"08:00-08:00": "all_day", "08:00-22:00": "until_ten", "08:00-16:00": "by_day"}
"""Hours that a new ambulance may have, with what they are called."""


EVENING_AND_WEEKEND = (
    ("evening", "weekdays", "15:30-22:00"),
    ("weekend", "weekends", "08:00-22:00"),
)


def _satellite(unit: NewUnit, tree: ConfigContent, region: Region) -> ConfigContent:
    """Return a satellite as the shipped ones are: a nurse on site, a doctor elsewhere on video."""
    doctors = unit.fields.get("doctors") or _nearest_legevakt_team(tree)
    if not isinstance(doctors, str) or doctors not in tree["doctors"]:
        choices = ", ".join(tree["doctors"])
        raise bad_value("add.doctors", message("whatif.wrong.choice", choices=choices))
    served = [region.places[unit.place].municipality]
    rows = [(name, {"days": days, "hours": hours}) for name, days, hours in EVENING_AND_WEEKEND]
    nurse = {"on_duty": 1, "grade": "C", "range": [1, 2], "source": SOURCE}
    return {
        "title": _titled(unit, region),
        "kind": "satellite",
        "place": unit.place,
        "doctors": doctors,
        "takes": ["green"],
        "open": {name: row | {"municipalities": served} for name, row in rows},
        "nurses": {name: row | nurse for name, row in rows},
    }


def _nearest_legevakt_team(tree: ConfigContent) -> str:
    """Return the team of the first legevakt that is open in the evening, or the first at all."""
    clinics: Iterable[ConfigContent] = tree["clinics"].values()
    teams = [clinic["doctors"] for clinic in clinics if clinic["kind"] == "legevakt"]
    return str(next(iter(teams), next(iter(tree["doctors"]), "")))


def _legevakt(unit: NewUnit, tree: ConfigContent, region: Region) -> ConfigContent:
    """Return a legevakt with a doctor team that is there already."""
    content = _satellite(unit, tree, region)
    del content["takes"]
    return content | {"kind": "legevakt"}


def _ambulance(unit: NewUnit, tree: ConfigContent, region: Region) -> ConfigContent:
    hours = unit.fields.get("hours") or next(iter(AMBULANCE_HOURS))
    if not isinstance(hours, str) or hours not in AMBULANCE_HOURS:
        choices = ", ".join(AMBULANCE_HOURS)
        raise bad_value("add.hours", message("whatif.wrong.choice", choices=choices))
    return {
        "title": _titled(unit, region),
        "station": unit.place,
        "shifts": [{"days": "daily", "hours": hours, "duty": "station"}],
        "grade": "C",
        "range": [0, 1],
        "source": SOURCE,
    }


def _first_responders(unit: NewUnit, tree: ConfigContent, region: Region) -> ConfigContent:
    """Return a group like the first that there is, or with assumptions of the shipped ones."""
    groups: Iterable[ConfigContent] = (tree.get("first_responders") or {}).values()
    like = next(iter(groups), None) or {
        "available": graded(0.8, (0, 1), {"range": [0.4, 0.95]}),
        "reaction_min": {"lognormal": {"median": 5, "sigma": 0.4}, "range": [3, 10], "grade": "C",
                         "source": "Assumption: from home or work to the car"},
        "max_drive_min": graded(30, (0, 120), {"range": [10, 45]}),
    }  # fmt: skip
    rest = {key: each for key, each in like.items() if key not in ("title", "place")}
    return {"title": _titled(unit, region), "place": unit.place, **rest}


def _single_responder(unit: NewUnit, tree: ConfigContent, region: Region) -> ConfigContent:
    """Return a car with one paramedic, as the shipped one is."""
    return {
        "title": _titled(unit, region),
        "kind": "single_responder",
        "base": unit.place,
        "on_duty": {"day-and-evening": {"days": "daily", "hours": "08:00-22:00"}},
        "reaction_min": {"lognormal": {"median": 2, "sigma": 0.4}, "range": [1, 5], "grade": "C",
                         "source": "Assumption: on duty where the car stands"},
        "sent": {"red": 1.0, "yellow": 0.7, "green": 0.3, "range": [0.3, 1.0], "grade": "C",
                 "source": "Assumption: sent to most that is urgent"},
    }  # fmt: skip


UnitWriter = Callable[[NewUnit, ConfigContent, Region], ConfigContent]

KINDS: dict[str, tuple[str, str, UnitWriter]] = {
    "satellite": ("clinics", "satellitt", _satellite),
    "legevakt": ("clinics", "legevakt", _legevakt),
    "ambulance": ("ambulances", "ambulanse", _ambulance),
    "first_responders": ("first_responders", "akutthjelpere", _first_responders),
    "single_responder": ("supports", "enkeltbemannet", _single_responder),
}
"""Each kind of unit, with its section, the beginning of its name and what it writes."""

GROUP_OF_KIND = {
    "satellite": "satellites",
    "legevakt": "clinics",
    "ambulance": "ambulances",
    "first_responders": "first_responders",
    "single_responder": "supports",
}
"""In which group of the form each kind is added."""
