"""What a contact with 116117 or 113 leads to, by its urgency and a uniform of its own."""

from __future__ import annotations

import numpy as np

from akuttsim.config.schema.care_needs import Needs, Needs113ByUrgency, NeedsByUrgency
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

TO_116117 = HOME_VISIT + 10
"""Way onward from 113: the call belongs to 116117."""


def ways_of_contacts(needs: NeedsByUrgency, urgency: Codes, u_need: Floats) -> Codes:
    """Return where contacts of an urgency lead. Red goes to 113, unless the needs say otherwise."""
    green, yellow = _ways(needs.green, u_need), _ways(needs.yellow, u_need)
    red = np.int8(AMBULANCE) if needs.red is None else _ways(needs.red, u_need)
    return np.select([urgency == RED, urgency == YELLOW], [red, yellow], green)


def ways_of_113_calls(needs: Needs113ByUrgency, urgency: Codes, u_need_113: Floats) -> Codes:
    """Return where calls to 113 of an urgency lead: an ambulance, 116117 or advice."""
    table = [(each.ambulance, each.to_116117) for each in (needs.red, needs.yellow, needs.green)]
    limits: Floats = np.cumsum(np.array(table), axis=1)[urgency]
    is_sent, is_passed_on = u_need_113 < limits[:, 0], u_need_113 < limits[:, 1]
    way = np.select([is_sent, is_passed_on], [AMBULANCE, TO_116117], ADVICE)
    return way.astype(np.int8)


def _ways(needs: Needs, u: Floats) -> Codes:
    """Return the way by comparing each uniform with the cumulated shares.

    The gravest way takes the lowest uniforms, so that a call judged graver gets no lighter care.
    """
    ways = (AMBULANCE, HOME_VISIT, CLINIC, DOCTOR_PHONE, ADVICE)
    shares = (needs.ambulance, needs.home_visit, needs.clinic, needs.doctor_phone)
    return np.array(ways, dtype=np.int8)[np.searchsorted(np.cumsum(shares), u, side="right")]
