"""The local drive: how far each person is from the place that stands for the neighbourhood."""

from __future__ import annotations

import numpy as np

from akuttsim.chain.plan import Plan
from akuttsim.records import Floats, Patients
from akuttsim.roads.network import Mode
from akuttsim.units import HOUR_S, TICKS_PER_S


class LocalRoads:
    """How long the roads about places take, by how one drives and the condition of the roads."""

    __slots__ = ("_kmh", "_per_km_s", "_travel")

    def __init__(self, plan: Plan) -> None:
        """Take the speed of a region's local roads; without a local drive none is ever driven."""
        local = plan.region.local_drive
        self._kmh = 0.0 if local is None else local.kmh.value
        self._travel = plan.travel
        self._per_km_s: dict[tuple[Mode, int], float] = {}

    def seconds(self, km: float, mode: Mode, condition: int) -> float:
        """Return the seconds, in whole ticks, that so many kilometres take."""
        if not km:
            return 0.0
        per_km_s = self._per_km_s.get((mode, condition))
        if per_km_s is None:
            factor = self._travel.speed_factor(mode, condition, self._kmh)
            per_km_s = self._per_km_s[mode, condition] = HOUR_S / (self._kmh * factor)
        return round(km * per_km_s * TICKS_PER_S) / TICKS_PER_S


def local_km(plan: Plan, patients: Patients) -> Floats:
    """Return how far by road each patient is from the place; 0 where the region says nothing."""
    local, km = plan.region.local_drive, np.zeros(len(patients))
    if local is None:
        return km
    built_up = [place.built_up in ("yes", "town") for place in plan.region.places.values()]
    here = np.array([*built_up, False])[patients.place]
    for mask, distribution in ((here, local.built_up_km), (~here, local.elsewhere_km)):
        km[mask] = distribution.quantile(patients.u_local_drive[mask])
    km[patients.place < 0] = 0.0
    return km
