"""Planned ambulance transports: when they are due, from where, and where they go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from math import cos, radians
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.patients.arrivals import HOURS_A_YEAR, day_shapes, is_free, spread
from akuttsim.patients.rates import callers_113, homes
from akuttsim.patients.streams import Stream
from akuttsim.records import GREEN, LINE_TRANSPORT, Flags, Floats, Indices
from akuttsim.scenario.demand import PlannedTransports
from akuttsim.scenario.region import Region
from akuttsim.units import HOUR_S, to_ticks

Draw = Callable[[str], Stream]

OUT_OF_REGION = -1
"""Where a transport goes that leaves the region."""


def planned_transports(
    region: Region, planned: PlannedTransports, hours: Sequence[datetime], draw: Draw
) -> dict[str, NDArray[Any]]:
    """Return the transports that are due in these hours of the run.

    `place` is where the patient waits: at home, or at the hospital nearest to it as the crow flies.
    """
    per_hour = transports_per_hour(region, planned, hours)
    time_s = spread(per_hour, draw("count"), draw("time"))
    count = len(time_s)
    home, age_group = homes(callers_113(region), draw("home").random(count))
    hospital = _nearest_hospital(region)[home]
    begins_there = draw("from_hospital").random(count) < planned.from_hospital.value
    leaves = draw("out_of_region").random(count) < planned.out_of_region.value
    other_end = np.where(begins_there, home, hospital)
    return {
        "time_s": time_s,
        "line": np.full(count, LINE_TRANSPORT, dtype=np.int8),
        "is_contact": np.zeros(count, dtype=bool),
        "place": np.where(begins_there, hospital, home).astype(np.int32),
        "age_group": age_group,
        "urgency": np.full(count, GREEN, dtype=np.int8),
        "transport_to": np.where(leaves, OUT_OF_REGION, other_end).astype(np.int32),
        "away_s": _away_s(planned, leaves, draw("away").random(count)),
    }


def transports_per_hour(
    region: Region, planned: PlannedTransports, hours: Sequence[datetime]
) -> Floats:
    """Return the expected transports of each hour: so many in the year in which the run begins.

    Neither season nor busy days: they are ordered when they suit.
    """
    start = region.calendar.calendar().start
    year = [datetime(start.year, 1, 1) + timedelta(hours=hour) for hour in range(365 * 24)]
    a_year = float(callers_113(region).sum()) * planned.per_person_year.value
    mean = float(np.mean(_weights(planned, year)))
    return _weights(planned, hours) * (a_year / HOURS_A_YEAR / mean)


def _weights(planned: PlannedTransports, hours: Sequence[datetime]) -> Floats:
    shapes = np.array(day_shapes(planned.hours)) * [[1.0], [planned.free_day_factor.value]]
    free = np.array([is_free(local.date()) for local in hours], dtype=np.intp)
    weights: Floats = shapes[free, [local.hour for local in hours]]
    return weights


def _nearest_hospital(region: Region) -> Indices:
    """Return the place of each place's nearest hospital, as the crow flies."""
    index = {name: position for position, name in enumerate(region.places)}
    at = np.array([index[each.place] for each in region.hospitals.values()], dtype=np.int32)
    lat_lon = np.array([(place.lat, place.lon) for place in region.places.values()])
    apart = (lat_lon[:, None] - lat_lon[at]) * [1.0, cos(radians(float(lat_lon[at[0], 0])))]
    nearest: Indices = at[(apart**2).sum(axis=2).argmin(axis=1)]
    return nearest


def _away_s(planned: PlannedTransports, leaves: Flags, u: Floats) -> Floats:
    return np.where(leaves, to_ticks(planned.away_h.quantile(u) * HOUR_S), 0.0)
