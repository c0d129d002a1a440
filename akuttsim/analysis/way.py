"""Indicators of the patient's whole way, from the first ring: to first help and to hospital."""

from __future__ import annotations

import numpy as np

from akuttsim.analysis.groupings import by_age, by_distance, by_municipality, by_urgency
from akuttsim.analysis.observations import Observations
from akuttsim.analysis.observed import Mask, Observed, mean
from akuttsim.records import Floats
from akuttsim.units import MINUTE_S


def ring_to_first_help_min(seen: Observed) -> Observations:
    """Mean minutes from the first ring until anybody stands at the patient.

    Anybody: as in `first_help_median_min`, of any urgency. Whom it counts: patients of the region
    whom somebody was sent out to and came to; those who came to a clinic themselves are left out.
    First ring as in `ring_to_doctor_min`; of an incident's victims nobody rings about, when they
    were found. Unit: minutes. By municipality, urgency, age and distance to the nearest legevakt
    (kilometres by road; GP offices and satellites are left out), with the worst and best
    municipality and the gap between them.
    Source: akuttsim's own definition.
    """
    return _from_ring(seen, "ring_to_first_help_min", seen.record.courses.first_help_s)


def ring_to_hospital_min(seen: Observed) -> Observations:
    """Mean minutes from the first ring until the patient is at hospital.

    Whom it counts: patients of the region whom an ambulance, helicopter or boat took to hospital
    from where they fell ill, until arrival there; the wait at its door is not in it. Those admitted
    from a clinic are left out, for nothing tells when they arrived. First ring and groups as in
    `ring_to_first_help_min`. Unit: minutes.
    Source: akuttsim's own definition.
    """
    return _from_ring(seen, "ring_to_hospital_min", seen.record.courses.at_hospital_s)


def _from_ring(seen: Observed, indicator: str, until_s: Floats) -> Observations:
    mask: Mask = seen.residents & ~np.isnan(until_s)
    minutes = (until_s - seen.patients.time_s)[mask] / MINUTE_S
    groups = [by_municipality(seen, mask), by_urgency(seen, mask)]
    groups += [by_age(seen, mask), by_distance(seen, mask)]
    who = np.flatnonzero(mask)
    return Observations(indicator, "min", minutes, mean, groups, who, has_gap=True)
