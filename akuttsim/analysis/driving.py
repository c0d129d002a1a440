"""Indicator of driving: the hours that crews, doctors and nurses spend on the road."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from akuttsim.analysis.kilometres import WHO, WHOSE, who_drove
from akuttsim.analysis.observed import Observed, Row
from akuttsim.analysis.trips import trip_s, trips_began
from akuttsim.units import HOUR_S

DRIVERS = {
    "crew": WHOSE["crew"],
    "transport_vehicle": WHOSE["transport_vehicle"],
    "neighbour_crew": WHOSE["neighbour_crew"],
    "doctor": WHOSE["doctor"],
    "nurse": WHOSE["nurse"],
    "single_responder": WHOSE["support"],
}
"""Whose hours are counted, and what their kilometres are counted as."""


def hours_driven_a_week(seen: Observed) -> Iterator[Row]:
    """Hours a week that crews, doctors and nurses drive.

    What it counts: the trips of `km_driven_a_week` but for those of patients and first responders,
    from when the wheels roll until arrival, or until a trip is cut short: crews to patients, with
    them to hospital or clinic, to meet another, home, and to stand-by posts; doctors (back-ups
    included) and satellite nurses on home visits and call-outs, there and back; single responders.
    A transport out of the region counts for all the time that it is away, the handover there too,
    which nothing tells apart. A back-up doctor's way in, helicopters and boats are left out. Unit:
    hours a week. By role and by vehicle.
    Source: akuttsim's own definition.
    """
    who, names = who_drove(seen), tuple(seen.organisation.ambulances)
    counted = [WHO.index(each) for each in DRIVERS.values()]
    mine = trips_began(seen) & np.isin(who, counted)
    hours = (trip_s(seen) / HOUR_S / seen.weeks)[mine]
    role = np.full(len(WHO), -1, dtype=np.intp)
    role[counted] = np.arange(len(counted))
    index = {name: number for number, name in enumerate(names)}
    vehicle = np.array([index.get(u.name, -1) for u in seen.record.units] + [-1], dtype=np.intp)
    yield Row("hours_driven_a_week", "all", "all", float(hours.sum()), "h per week", len(hours))
    for group_by, groups, codes in (
        ("role", tuple(DRIVERS), role[who[mine]]),
        ("crew", names, vehicle[seen.record.trips.unit[mine]]),
    ):
        known = codes >= 0
        total = np.bincount(codes[known], weights=hours[known], minlength=len(groups)).tolist()
        count = np.bincount(codes[known], minlength=len(groups)).tolist()
        for name, value, n in zip(groups, total, count, strict=True):
            yield Row("hours_driven_a_week", group_by, name, value, "h per week", n)
