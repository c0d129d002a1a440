"""Several calls about one incident: who else rings 113 about a red one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.patients.streams import Stream
from akuttsim.records import LINE_113, RED, Floats
from akuttsim.scenario.demand import SameIncident
from akuttsim.units import MINUTE_S, to_ticks

MOST_FURTHER = 5
"""No more than so many ring after the first."""


def expected_further(same: SameIncident) -> float:
    """Return how many are expected to ring after the first about a red incident."""
    return sum(same.again.value**k for k in range(1, MOST_FURTHER + 1))


def further_callers(
    first: Mapping[str, NDArray[Any]], same: SameIncident, draw: Callable[[str], Stream]
) -> dict[str, NDArray[Any]]:
    """Return further callers about the truly red 113 calls of some patients, by incident.

    They speak of the same patient: the same place, age and urgency; `about` has its row.
    """
    red = np.flatnonzero((first["line"] == LINE_113) & (first["urgency"] == RED))
    rings = draw("rings").random((len(red), MOST_FURTHER)) < same.again.value
    further = np.cumprod(rings, axis=1).sum(axis=1)
    incident = np.repeat(red, further)
    delays = same.after_min.quantile(draw("after").random(len(incident))) * MINUTE_S
    return {
        "about": incident,
        "time_s": first["time_s"][incident] + _since_first(to_ticks(delays), further),
        "line": np.full(len(incident), LINE_113, dtype=np.int8),
        "is_contact": np.zeros(len(incident), dtype=bool),
        "same_incident": np.ones(len(incident), dtype=bool),
        **{name: first[name][incident] for name in ("place", "age_group", "urgency")},
    }


def _since_first(delays: Floats, further: NDArray[np.int64]) -> Floats:
    """Return the sum of delays since each incident's first call; exact, in whole ticks."""
    passed = np.concatenate([[0.0], np.cumsum(delays)])
    begun = np.repeat(np.cumsum(further) - further, further)
    since: Floats = passed[1:] - passed[begun]
    return since
