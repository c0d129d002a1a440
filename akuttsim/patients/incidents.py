"""Named incidents with many patients: who rings 113 about them, and who else is hurt."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.demand import Incident
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import UrgencyMix
from akuttsim.patients.rates import homes, people_by_place
from akuttsim.patients.streams import Persons, numbered, together
from akuttsim.records import LINE_113, LINE_VICTIM, RED, Codes, Flags, Floats
from akuttsim.units import MINUTE_S, to_ticks

FOR_CERTAIN = 0.0
"""A uniform inside every share: the first call about an incident always leads to an ambulance."""

JUDGED_RIGHT = 0.5
"""A uniform outside the shares that are misjudged: everybody hears what has happened."""


def at_incident(name: str, incident: Incident, seed: int, replication: int) -> Persons:
    """Return the callers about an incident, then the other patients, each by a number of its own.

    More callers, or more patients, leave the others the same.
    """
    kinds = {"ring": incident.callers.value, "hurt": incident.patients.value - 1}
    return together([
        numbered(seed, replication, f"incident.{name}.{kind}", count)
        for kind, count in kinds.items()
    ])  # fmt: skip


def incident_people(
    region: Region, incident: Incident, begins_s: float, people: Persons
) -> dict[str, NDArray[Any]]:
    """Return what befalls the people of `at_incident`.

    The first caller's patient is red and is one of the patients; further callers speak of the same
    one. The others are as old as the region's people are, and nobody rings for them.
    """
    ring, count = incident.callers.value, len(people)
    row = np.arange(count)
    is_victim, is_further = row >= ring, (row > 0) & (row < ring)
    age_group = homes(people_by_place(region).sum(axis=0)[None], people.uniform("home"))[1]
    mixed = _urgencies(incident.urgency, people.uniform("urgency"))
    return {
        "time_s": begins_s + _delays_s(incident, is_victim, row > 0, people.uniform("delay")),
        "line": np.where(is_victim, LINE_VICTIM, LINE_113).astype(np.int8),
        "is_contact": ~is_victim & ~is_further,
        "same_incident": is_further,
        "place": np.full(count, tuple(region.places).index(incident.place), dtype=np.int32),
        "age_group": np.where(is_further, age_group[0], age_group).astype(np.int8),
        "urgency": np.where(is_victim, mixed, RED).astype(np.int8),
        "u_need_113": _told(people.uniform("u_need_113"), FOR_CERTAIN),
        "u_misjudged_113": _told(people.uniform("u_misjudged_113"), JUDGED_RIGHT),
    }


def _urgencies(mix: UrgencyMix, u: Floats) -> Codes:
    shares = np.cumsum(mix.as_tuple())
    codes: Codes = np.searchsorted(shares[:2], u * shares[2], side="right").astype(np.int8)
    return codes


def _delays_s(incident: Incident, is_victim: Flags, is_later: Flags, u: Floats) -> Floats:
    """Return how long after the first call each other one comes, or each other patient is found."""
    found, rings = incident.found_after_min.quantile(u), incident.after_min.quantile(u)
    minutes = np.where(is_victim, found, rings)
    return np.where(is_later, to_ticks(minutes * MINUTE_S), 0.0)


def _told(u: Floats, first: float) -> Floats:
    """Return the uniforms with that of the first call replaced."""
    u[0] = first
    return u
