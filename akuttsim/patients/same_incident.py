"""Several calls about one incident: who else rings 113 about a red one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.demand import SameIncident
from akuttsim.patients.streams import Persons, together
from akuttsim.records import LINE_113, RED, Flags, Floats, Indices
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
    rings = [each.uniform("rings_again") < same.again.value for each in might_ring]
    further = np.cumprod(rings, axis=0).T.astype(bool)
    incident = red[np.nonzero(further)[0]]
    people = together(might_ring).take(_by_incident(further))
    delays = same.after_min.quantile(people.uniform("after")) * MINUTE_S
    return people, {
        "time_s": first["time_s"][incident] + _since_first(to_ticks(delays), further.sum(axis=1)),
        "line": np.full(len(incident), LINE_113, dtype=np.int8),
        "is_contact": np.zeros(len(incident), dtype=bool),
        "same_incident": np.ones(len(incident), dtype=bool),
        **{name: first[name][incident] for name in ("place", "age_group", "urgency")},
    }


def _by_incident(further: Flags) -> Indices:
    """Return the positions of those who ring, incident by incident, among first, second ..."""
    incident, number = np.nonzero(further)
    return (number * len(further) + incident).astype(np.int32)


def _since_first(delays: Floats, further: NDArray[np.int64]) -> Floats:
    """Return the sum of delays since each incident's first call; exact, in whole ticks."""
    passed = np.concatenate([[0.0], np.cumsum(delays)])
    begun = np.repeat(np.cumsum(further) - further, further)
    since: Floats = passed[1:] - passed[begun]
    return since
