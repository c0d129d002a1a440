"""Care within reach: which clinics and satellites see whom, of which municipality, at which hour.

The one definition that the chain, the check, the map, the search for sites and the indicators use.
A clinic with a doctor on site sees everybody; a satellite those of the urgencies that it takes, and
nobody who needs a doctor on site. Each is open for the municipalities of its services.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from akuttsim.scenario.clinics import Clinic, UrgencyName
from akuttsim.scenario.roster import Service

Need = UrgencyName | Literal["doctor"]
"""What somebody needs: to be seen with an urgency, or a doctor on site."""

SEEN: tuple[UrgencyName, ...] = ("red", "yellow", "green")
"""Urgencies with which somebody may be seen, in the order of their codes."""


def has_doctor(clinic: Clinic) -> bool:
    """Tell whether the doctor is on site: a legevakt or a GP office, not a satellite."""
    return clinic.kind != "satellite"


def sees(clinic: Clinic, need: Need) -> bool:
    """Tell whether somebody with this need is seen at a clinic or satellite."""
    return has_doctor(clinic) or need in clinic.takes


def in_reach(
    clinics: Mapping[str, Clinic],
    need: Need,
    municipality: str,
    is_open: Callable[[Service], bool],
) -> tuple[str, ...]:
    """Return the clinics and satellites where people of a municipality are seen.

    Args:
        clinics: All of the organisation, by name.
        need: An urgency, or `doctor` for those who need a doctor on site.
        municipality: Where the people live.
        is_open: Tells whether a service (hours, and for whom) runs at the moment looked at.
    """
    return tuple(
        name
        for name, clinic in clinics.items()
        if sees(clinic, need) and serves(clinic, municipality, is_open)
    )


def serves(clinic: Clinic, municipality: str, is_open: Callable[[Service], bool]) -> bool:
    """Tell whether a clinic or satellite is open for a municipality at the moment looked at."""
    return any(
        municipality in service.municipalities and is_open(service)
        for service in clinic.open.values()
    )
