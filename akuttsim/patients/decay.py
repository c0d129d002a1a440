"""The fall of use with distance: how much oftener people would ring with a clinic at the door."""

from __future__ import annotations

import math

from akuttsim.scenario.demand import DistanceDecay


def highest_factor(decay: DistanceDecay) -> float:
    """Return the factor on contacts with a clinic at no distance, at the steepest of the rates.

    So many contacts are drawn; an organisation meets those whose `u_present` lies below
    exp(rate x (reference - km)) over this, so that nobody is wanting wherever the clinics lie.
    """
    rates = (decay.consultation_per_km, decay.home_visit_per_km, decay.red_per_km)
    return math.exp(max(rate.value for rate in rates) * decay.reference_km.value)
