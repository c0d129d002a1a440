"""Where red incidents and visits to a clinic are to be expected, by place and year.

As where nobody stays away because care is far: a site is chosen for who needs it, and those who
live far from today's would else count for less because they do.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.region import Region
from akuttsim.patients.rates import callers_113, callers_116117
from akuttsim.patients.urgency import red_share_113, shares_116117

Array = NDArray[np.float64]


def red_incidents(region: Region) -> Array:
    """Return truly red contacts a year by place: those to 113, and those to 116117.

    Further callers about one incident are not told apart; they are as many everywhere.
    """
    demand = region.demand
    to_113 = callers_113(region).sum(axis=1) * demand.calls_113_per_person_year.value
    contacts = callers_116117(region) * demand.contacts_per_person_year.value
    red: Array = to_113 * red_share_113(region) + contacts @ shares_116117(region)[:, 0]
    return red


def clinic_visits(region: Region) -> Array:
    """Return visits to a clinic after a contact with 116117, a year, as [place, urgency].

    Red ones are those that the region sends to a clinic; the others get an ambulance. Calls that
    113 passes on are left out.
    """
    contacts = callers_116117(region) * region.demand.contacts_per_person_year.value
    needs = region.care.needs
    red = 0.0 if needs.red is None else needs.red.clinic
    to_clinic = np.array([red, needs.yellow.clinic, needs.green.clinic])
    visits: Array = contacts @ shares_116117(region) * to_clinic
    return visits
