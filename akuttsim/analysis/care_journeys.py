"""How far it is to care from each place at one moment, by what is needed there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.clinic import (
    CLINIC_URGENCIES,
    Clinic,
    Need,
    clinics_in_reach,
    has_doctor,
)
from akuttsim.config.schema.region import Region
from akuttsim.config.schema.roster import ServiceHours
from akuttsim.records import Floats


@dataclass(frozen=True)
class CareJourneys:
    """Journeys to care from every place of a region, at one moment.

    Each goes to the nearest that sees the need (`care_in_reach`); who is seen at a satellite drives
    on to the nearest doctor in the share that is sent on.

    Attributes:
        region: The places, and the share of a satellite's patients that is sent on.
        clinics: Clinics and satellites of the organisation, by name.
        is_open: Tells whether a service runs at this moment.
        drive_s: Seconds from every place to the place of this index.
    """

    region: Region
    clinics: Mapping[str, Clinic]
    is_open: Callable[[ServiceHours], bool]
    drive_s: Callable[[int], Floats]

    @cached_property
    def doctor_s(self) -> Floats:
        """Return the seconds from each place to a doctor on site; infinite where none is open."""
        return self.journey_s("doctor")

    def journey_s(self, need: Need) -> Floats:
        """Return the expected seconds on the way from each place until the need is seen to."""
        journey = np.full(len(self._home), np.inf)
        for municipality in self.region.municipalities:
            mine = self._home == municipality
            for name in clinics_in_reach(self.clinics, need, municipality, self.is_open):
                journey[mine] = np.minimum(journey[mine], self._to(name)[mine])
            journey[mine] += self._way_on_s(need, municipality, journey[mine], mine)
        return journey

    def mean_s(self, visits: Floats) -> Floats:
        """Return the mean over the visits of each place, given as [place, urgency]."""
        shares = visits / np.maximum(visits.sum(axis=1, keepdims=True), 1e-12)
        total = np.zeros(len(shares))
        for urgency, name in enumerate(CLINIC_URGENCIES):
            if (share := shares[:, urgency]).any():
                total += share * np.where(share > 0, self.journey_s(name), 0.0)
        return np.where(visits.any(axis=1), total, self.doctor_s)

    def _way_on_s(
        self, need: Need, municipality: str, nearest_s: Floats, mine: NDArray[np.bool_]
    ) -> Floats:
        """Return the seconds on from the nearest satellite, in the share that is sent on."""
        sent_on = self.region.care.satellite_sent_on.value
        seen_at = clinics_in_reach(self.clinics, need, municipality, self.is_open)
        doctors = clinics_in_reach(self.clinics, "doctor", municipality, self.is_open)
        on_s = np.zeros(len(nearest_s))
        for name in seen_at:
            if not has_doctor(self.clinics[name]) and doctors:
                here = self.region.place_ids.index(self.clinics[name].place)
                further_s = min(float(self._to(each)[here]) for each in doctors)
                is_nearest = self._to(name)[mine] == nearest_s
                on_s[is_nearest] = sent_on * further_s
        return on_s

    def _to(self, clinic: str) -> Floats:
        return self.drive_s(self.region.place_ids.index(self.clinics[clinic].place))

    @cached_property
    def _home(self) -> NDArray[np.str_]:
        return np.array([place.municipality for place in self.region.places.values()])
