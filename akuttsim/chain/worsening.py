"""Getting worse: who, of those sent home, asks again, when, and how urgent they are taken for then.

One rule for all: those judged less urgent than they are, and those who stayed away because care was
far. They are then a level more urgent than they were judged before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from akuttsim.chain import triage
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.values import URGENCIES
from akuttsim.records import RED, Flags, Floats, Patients
from akuttsim.units import HOUR_S, TICKS_PER_S, to_ticks


@dataclass(frozen=True, slots=True)
class Again:
    """How those are met who ask again: whether it is found out, and where each urgency leads.

    `way` and `way_113` have a list of the patients for each urgency.
    """

    recognised: list[bool]
    way: tuple[list[int], ...]
    way_113: tuple[list[int], ...]

    def judged(self, patient: int, before: int) -> int:
        """Return how urgent a patient is judged to be who has got worse."""
        return max(before - 1, RED) if self.recognised[patient] else before


def again(region: Region, patients: Patients) -> Again | None:
    """Return how those are met who ask again; None where nobody gets worse."""
    if region.worsening is None:
        return None
    recognised = patients.u_recognised < region.worsening.recognised.value
    levels = [np.full(len(patients), code, dtype=np.int8) for code in range(len(URGENCIES))]
    return Again(
        recognised.tolist(),
        tuple(triage.ways_from_116117(region, patients, each).tolist() for each in levels),
        tuple(triage.ways_from_113(region, patients, each).tolist() for each in levels),
    )


def worsens_after_s(
    region: Region, patients: Patients, too_low: Flags, stayed_away: Flags
) -> Floats:
    """Return after how long each gets worse who is sent home; 0 for who does not.

    A share of those judged too low, and all who stayed away and get worse later.
    """
    after_s = np.zeros(len(patients))
    worsening = region.worsening
    if worsening is None:
        return after_s
    share = np.array(worsening.judged_too_low.as_tuple())[patients.urgency]
    ours = patients.is_contact & (patients.place >= 0) & ~patients.same_incident
    worse = ours & ((too_low & (patients.u_worsens < share)) | stayed_away)
    hours = worsening.after_h.quantile(patients.u_worsens_after[worse], patients.urgency[worse])
    after_s[worse] = np.maximum(to_ticks(hours * HOUR_S), 1 / TICKS_PER_S)
    return after_s
