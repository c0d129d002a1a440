"""A district that is simple enough to compute by hand, and people who come to it one by one.

One operator, one dispatcher, one nurse and one doctor round the clock; one legevakt, at the
hospital. Times are seconds after START, a Tuesday at noon.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from akuttsim.config.schema.organisation import Organisation
from akuttsim.records import GREEN, LINE_113, LINE_TRANSPORT, RED, YELLOW, Patients, Record
from tests import small

START = small.at(12)
ALWAYS = {"days": "daily", "hours": "00:00-24:00"}
OPEN = {**ALWAYS, "municipalities": ["town", "upper", "island"]}
MIN = 60.0

HOSPITAL, CENTRE, UPPER = 0, 1, 3
"""Places; the legevakt is at the hospital, so that who lives there drives no time at all."""

NEEDS = {"home_visit": 0.02, "clinic": 0.3, "doctor_phone": 0.65}
"""A uniform for each need of a caller judged green at 116117."""

ONE_OF_EACH: dict[str, Any] = {
    "control_rooms": {
        "lvs": {
            "menu_s": {"value": 0.0},
            "video": None,
            "operators": {"evening": None, "always": small.staff(1)},
        },
        "amk": {"operators": {"day": None, "always": small.staff(1)}},
    },
    "doctors": {
        "gps": None,
        "duty-doctor": {
            "on_duty": {"weekday": None, "weekend": None, "always": small.staff(1)}
        },
    },
    "clinics": {
        "gp-office": None,
        "legevakt": {
            "open": {"weekday": None, "weekend": None, "always": OPEN},
            "nurses": {"weekday": None, "weekend": None, "always": small.staff(1)},
        },
    },
}  # fmt: skip


@cache
def _simple() -> dict[str, Any]:
    return small.organisation(ONE_OF_EACH).model_dump(mode="json", by_alias=True)


def organisation(**changes: Any) -> Organisation:
    """Return the simple organisation with changes; None takes away."""
    return Organisation.model_validate(small.laid_over(_simple(), changes))


def world(where: Any = None, **changes: Any) -> small.World:
    """Return the simple organisation with changes in its region."""
    return small.world(organisation(**changes), where)


def sourced(**value: Any) -> dict[str, Any]:
    return {**value, **small.MADE_UP}


def number(value: float) -> dict[str, Any]:
    return sourced(value=value)


def takes(units: float) -> dict[str, Any]:
    """Return a duration that is always the same."""
    return sourced(constant=units)


def shares(red: float, yellow: float, green: float) -> dict[str, Any]:
    return sourced(red=red, yellow=yellow, green=green)


def room(*municipalities: str, on_duty: int = 1, number: str = "116117", **parts: Any) -> Any:
    """Return a control room as a config has it."""
    operators = {} if "operators_of" in parts else {"always": small.staff(on_duty)}
    return {
        "title": number,
        "number": number,
        "municipalities": list(municipalities),
        "menu_s": sourced(value=0.0),
        "operators": operators,
        **parts,
    }


def satellite(**parts: Any) -> dict[str, Any]:
    """Return a satellite at upper with the doctor on video, as a config has it; parts are added."""
    return {"title": "Satellite", "kind": "satellite", "place": "upper", "doctors": "duty-doctor",
            **parts}  # fmt: skip


def open_for(*municipalities: str, hours: str = "00:00-24:00") -> dict[str, Any]:
    """Return opening hours, every day, for the people of some municipalities."""
    return {"all": {"days": "daily", "hours": hours, "municipalities": list(municipalities)}}


def person(after_s: float = 0.0, **columns: Any) -> Patients:
    """Return one who begins so long after START."""
    return small.people([START + after_s], **columns)


def in_need(need: str, after_s: float = 0.0, **columns: Any) -> Patients:
    """Return a contact judged green whom 116117 sends to what is needed."""
    usual = {"is_contact": True, "urgency": GREEN, "u_need": NEEDS[need]}
    return person(after_s, **{**usual, **columns})


def meets(world: small.World, *people: Patients) -> Record:
    """Return the record of these people, who must come in order of time."""
    return world.meets(small.concatenated(*people))


def times(column: Any) -> list[float | None]:
    """Return times after START, None where it did not happen."""
    return [None if np.isnan(t) else round(float(t) - START, 3) for t in column]


def work(record: Record, *kinds: int) -> list[tuple[str, float, float, int]]:
    """Return who did these kinds of work (team), from when to when, and for whom."""
    did = record.activities
    rows = [
        (record.units[unit].team, *times((start, end)), int(patient))
        for unit, kind, start, end, patient in zip(
            did.unit, did.kind, did.start_s, did.end_s, did.patient, strict=True
        )
        if kind in kinds
    ]
    return sorted(rows, key=lambda row: (row[1], row[2], row[3]))  # type: ignore[return-value]


def worsening(yellow_h: float, green_h: float, recognised: float, on_scene: float) -> Any:
    """Return how those judged too low get worse: all of them, the red within the hour."""
    return {
        "judged_too_low": shares(1.0, 1.0, 0.0),
        "after_h": {"red": takes(1), "yellow": takes(yellow_h), "green": takes(green_h)},
        "recognised": number(recognised),
        "corrected_on_scene": number(on_scene),
    }


# -- going out -----------------------------------------------------------------------------------
#
# Seconds by car, and with blue light: hospital 90/72 centre 900/750 cross 1800/1500 upper, and
# cross 600/500 quay. A crew rolls after 90 s to red, 120 to yellow, 180 to green, by day.

CROSS, QUAY, ISLAND = 2, 4, 5
ROUND_THE_CLOCK = ("00:00-24:00", "station")
TO_HOME, TO_LEGEVAKT, TO_HOSPITAL = 0.0, {RED: 0.1, YELLOW: 0.3, GREEN: 0.4}, 0.999


def exactly(units: float) -> dict[str, Any]:
    """Return the change that makes a drawn duration always the same."""
    return {"lognormal": None, **takes(units)}


MOBILISES = {"station_s": {"red": exactly(90), "yellow": exactly(120), "green": exactly(180)}}


def crew(station: str, hours: str = "00:00-24:00", duty: str = "station", **more: Any) -> Any:
    """Return a crew with one shift, every day."""
    return small.crew(station, (hours, duty), **more)


def fleet(*crews: dict[str, Any], where: Any = None, **changes: Any) -> small.World:
    """Return the simple organisation with these crews only, named crew-0, crew-1 and so on."""
    named = small.crews(**{f"crew_{n}": each for n, each in enumerate(crews)})
    return world(where, **named, **{"mobilisation": MOBILISES, **changes})


def incident(place: int, after_s: float = 0.0, **columns: Any) -> Patients:
    """Return a red caller of 113 whom a crew treats for ten minutes and leaves at home.

    Nobody needs time on the phone: the crew is alerted at once.
    """
    usual = {"line": LINE_113, "is_contact": True, "urgency": RED, "u_need_113": 0.0,
             "on_scene_s": 600.0, "u_conveyed": TO_HOME, "place": place}  # fmt: skip
    return person(after_s, **{**usual, **columns})


def conveyed(place: int, after_s: float = 0.0, **columns: Any) -> Patients:
    """Return a red caller who is taken to hospital; the handover there takes ten minutes."""
    to_hospital = {"u_conveyed": TO_HOSPITAL, "hospital_handover_s": 600.0}
    return incident(place, after_s, **{**to_hospital, **columns})


def transport(place: int, to: int, after_s: float = 0.0, **columns: Any) -> Patients:
    """Return a planned transport: ten minutes to fetch, ten to hand over."""
    usual = {"line": LINE_TRANSPORT, "transport_to": to, "on_scene_s": 600.0, "place": place,
             "hospital_handover_s": 600.0}  # fmt: skip
    return person(after_s, **{**usual, **columns})


def support(kind: str, base: str, **more: Any) -> Any:
    """Return a support that reacts in five minutes and goes to every red patient."""
    return small.support(kind, base, **more)


def clock_s(at: float) -> float:
    """Return seconds after START of a time that did happen."""
    return round(float(at) - START, 3)
