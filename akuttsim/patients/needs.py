"""What a contact with 116117 needs, by its urgency and a uniform of its own."""

from __future__ import annotations

import numpy as np

from akuttsim.records import (
    ADVICE,
    AMBULANCE,
    CLINIC,
    DOCTOR_PHONE,
    HOME_VISIT,
    RED,
    YELLOW,
    Codes,
    Floats,
)
from akuttsim.scenario.care import Needs, NeedsByUrgency


def ways_of_contacts(needs: NeedsByUrgency, urgency: Codes, u_need: Floats) -> Codes:
    """Return where contacts of an urgency lead. Red goes to 113 by rule."""
    green, yellow = _ways(needs.green, u_need), _ways(needs.yellow, u_need)
    return np.select([urgency == RED, urgency == YELLOW], [np.int8(AMBULANCE), yellow], green)


def _ways(needs: Needs, u: Floats) -> Codes:
    """Return the way by comparing each uniform with the cumulated shares.

    The gravest way takes the lowest uniforms, so that a call judged graver gets no lighter care.
    """
    ways = (AMBULANCE, HOME_VISIT, CLINIC, DOCTOR_PHONE, ADVICE)
    shares = (needs.ambulance, needs.home_visit, needs.clinic, needs.doctor_phone)
    return np.array(ways, dtype=np.int8)[np.searchsorted(np.cumsum(shares), u, side="right")]
