"""Several callers about one incident: further ones about a red one, and all of a named one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.region import Incident, Region, SameIncident
from akuttsim.patients.call_rates import draw_homes, people_by_place
from akuttsim.patients.streams import Persons, join_persons, numbered_persons
from akuttsim.records import LINE_113, LINE_VICTIM, RED, Flags, Floats, Indices
from akuttsim.units import MINUTE_S, to_ticks

MOST_FURTHER = 5
"""No more than so many ring after the first."""


def expected_further(same: SameIncident) -> float:
    """Return how many are expected to ring after the first about a red incident."""
    return sum(same.again.value**k for k in range(1, MOST_FURTHER + 1))


def further_callers(
    first: Mapping[str, NDArray[Any]], persons: Persons, same: SameIncident
) -> tuple[Persons, dict[str, NDArray[Any]]]:
    """Return further callers about the truly red 113 calls of some patients, by incident.

    Who they are hangs on the patient and on whether they are the first, second ... to ring again.
    They speak of the same patient: the same place, age and urgency.
    """
    red = np.flatnonzero((first["line"] == LINE_113) & (first["urgency"] == RED))
    about = persons.take(red)
    might_ring = [about.others("rings_again", number) for number in range(MOST_FURTHER)]
    rings = [
        persons_again.uniform("rings_again") < same.again.value for persons_again in might_ring
    ]
    further = np.cumprod(rings, axis=0).T.astype(bool)
    incident = red[np.nonzero(further)[0]]
    people = join_persons(might_ring).take(_rows_by_incident(further))
    delays = same.after_min.quantile(people.uniform("after")) * MINUTE_S
    return people, {
        "time_s": first["time_s"][incident] + _since_first(to_ticks(delays), further.sum(axis=1)),
        "line": np.full(len(incident), LINE_113, dtype=np.int8),
        "is_contact": np.zeros(len(incident), dtype=bool),
        "same_incident": np.ones(len(incident), dtype=bool),
        **{name: first[name][incident] for name in ("place", "age_group", "urgency")},
    }


def _rows_by_incident(further: Flags) -> Indices:
    """Return the positions of those who ring, incident by incident, among first, second ..."""
    incident, number = np.nonzero(further)
    return (number * len(further) + incident).astype(np.int32)


def _since_first(delays: Floats, further: NDArray[np.int64]) -> Floats:
    """Return the sum of delays since each incident's first call; exact, in whole ticks."""
    passed = np.concatenate([[0.0], np.cumsum(delays)])
    begun = np.repeat(np.cumsum(further) - further, further)
    since: Floats = passed[1:] - passed[begun]
    return since


FOR_CERTAIN = 0.0
"""A uniform inside every share: the first call about an incident always leads to an ambulance."""

JUDGED_RIGHT = 0.5
"""A uniform outside the shares that are misjudged: everybody hears what has happened."""


def persons_at_incident(name: str, incident: Incident, seed: int, replication: int) -> Persons:
    """Return the callers about an incident, then the other patients, each by a number of its own.

    More callers, or more patients, leave the others the same.
    """
    kinds = {"ring": incident.callers.value, "hurt": incident.patients.value - 1}
    return join_persons([
        numbered_persons(seed, replication, f"incident.{name}.{kind}", count)
        for kind, count in kinds.items()
    ])  # fmt: skip


def incident_people(
    region: Region, incident: Incident, begins_s: float, people: Persons
) -> dict[str, NDArray[Any]]:
    """Return what befalls the people of `persons_at_incident`.

    The first caller's patient is red and is one of the patients; further callers speak of the same
    one. The others are as old as the region's people are, and nobody rings for them.
    """
    ring, count = incident.callers.value, len(people)
    row = np.arange(count)
    is_victim, is_further = row >= ring, (row > 0) & (row < ring)
    age_group = draw_homes(people_by_place(region).sum(axis=0)[None], people.uniform("home"))[1]
    shares = np.cumsum(incident.urgency.as_tuple())
    mixed = np.searchsorted(shares[:2], people.uniform("urgency") * shares[2], side="right")
    return {
        "time_s": begins_s + _delays_s(incident, is_victim, row > 0, people.uniform("delay")),
        "line": np.where(is_victim, LINE_VICTIM, LINE_113).astype(np.int8),
        "is_contact": ~is_victim & ~is_further,
        "same_incident": is_further,
        "place": np.full(count, tuple(region.places).index(incident.place), dtype=np.int32),
        "age_group": np.where(is_further, age_group[0], age_group).astype(np.int8),
        "urgency": np.where(is_victim, mixed, RED).astype(np.int8),
        "u_need_113": _with_first_uniform(people.uniform("u_need_113"), FOR_CERTAIN),
        "u_misjudged_113": _with_first_uniform(people.uniform("u_misjudged_113"), JUDGED_RIGHT),
    }


def _delays_s(incident: Incident, is_victim: Flags, is_later: Flags, u: Floats) -> Floats:
    """Return how long after the first call each other one comes, or each other patient is found."""
    discovery_min, call_min = incident.found_after_min.quantile(u), incident.after_min.quantile(u)
    minutes = np.where(is_victim, discovery_min, call_min)
    return np.where(is_later, to_ticks(minutes * MINUTE_S), 0.0)


def _with_first_uniform(u: Floats, first: float) -> Floats:
    """Return the uniforms with that of the first call replaced."""
    u[0] = first
    return u
