"""Indicator of kilometres: how far patients and crews, doctors and nurses drive."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from akuttsim.analysis.doctor import BACK_UP_DOCTOR
from akuttsim.analysis.observed import Observed, Row
from akuttsim.analysis.trips import trip_km, trips_began
from akuttsim.records import STRAIGHT, TO_PATIENT, WAY_IN_TRIP

WHO = (
    "patients",
    "crews",
    "transport_vehicles",
    "neighbour_crews",
    "doctors",
    "nurses",
    "single_responder",
    "first_responders",
)
WHOSE = {
    "crew": "crews",
    "transport_vehicle": "transport_vehicles",
    "neighbour_crew": "neighbour_crews",
    "doctor": "doctors",
    BACK_UP_DOCTOR: "doctors",
    "nurse": "nurses",
    "support": "single_responder",
}
"""Who drove, by the role of a unit."""

Driven = dict[str, tuple[float, int]]
"""Kilometres and drives by who drove."""


def km_driven_a_week(seen: Observed) -> Iterator[Row]:
    """Kilometres driven by road in a mean week by patients, crews, doctors and nurses.

    What it counts: every trip of the record that departed in the measured span, with the length of
    the roads that were quickest when the way was chosen, ferries with the length of the crossing; a
    trip that was cut short, as far as it came. Crews, transport vehicles and neighbours' crews: to
    patients and with them, to meet another crew, home and to stand-by posts; those called off or
    turned on the road too. Of planned transports out of the region only the road to the hospital
    where the vehicle is free again. Doctors (back-ups included) and satellite nurses: home visits
    and call-outs, there and back. Single responders: out and back. First responders: out, their way
    home is not followed. Patients: by own means to a clinic, on to another or to hospital, and home
    from a clinic; those fetched by ambulance are left out. Left out: a back-up doctor's way in, for
    nobody knows from where; what flies or sails. Unit: kilometres a week. By who drove.
    Source: akuttsim's own definition.
    """
    driven = driven_km(seen)
    km, n = (sum(each) for each in zip(*driven.values(), strict=True))
    yield Row("km_driven_a_week", "all", "all", km / seen.weeks, "km per week", int(n))
    for who, (km, n) in driven.items():
        yield Row("km_driven_a_week", "who", who, km / seen.weeks, "km per week", n)


def driven_km(seen: Observed) -> Driven:
    """Return the kilometres driven in the measured span, and in how many trips, by who drove."""
    mine = trips_began(seen)
    who = who_drove(seen)[mine]
    counted = who >= 0
    km = np.bincount(who[counted], weights=trip_km(seen)[mine][counted], minlength=len(WHO))
    n = np.bincount(who[counted], minlength=len(WHO))
    return dict(zip(WHO, zip(km.tolist(), n.tolist(), strict=True), strict=True))


def who_drove(seen: Observed) -> NDArray[np.intp]:
    """Return who made each trip, a position in `WHO`; -1 where it is not counted as driving."""
    trips, units = seen.record.trips, seen.record.units
    of_unit = [WHO.index(WHOSE[u.role]) if u.role in WHOSE else -1 for u in units]
    in_own_car = [WHO.index("patients"), WHO.index("first_responders")]
    own = np.array(in_own_car, dtype=np.intp)[(trips.kind == TO_PATIENT).astype(np.intp)]
    who = np.where(trips.unit < 0, own, np.array([*of_unit, -1], dtype=np.intp)[trips.unit])
    left_out = (trips.mode == STRAIGHT) | (trips.kind == WAY_IN_TRIP)
    who[left_out] = -1
    return who
