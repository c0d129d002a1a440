"""Planned ambulance transports: when they are due, from where, and where they go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import cos, radians
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.demand import PlannedTransports
from akuttsim.config.schema.region import Region
from akuttsim.patients.arrivals import HOURS_A_YEAR, day_shapes, days_of, days_of_year, free_days
from akuttsim.patients.rates import callers_113
from akuttsim.patients.thinning import Arrivals, Rates
from akuttsim.records import GREEN, LINE_TRANSPORT, Flags, Floats, Indices
from akuttsim.units import HOUR_S, to_ticks

OUT_OF_REGION = -1
"""Where a transport goes that leaves the region."""


def planned_transports(
    region: Region, planned: PlannedTransports, due: Arrivals
) -> dict[str, NDArray[Any]]:
    """Return the transports of those who are due one.

    `place` is where the patient waits: at home, or at the hospital nearest to it as the crow flies.
    """
    people, home, count = due.persons, due.home, len(due)
    hospital = _nearest_hospital(region)[home]
    begins_there = people.uniform("from_hospital") < planned.from_hospital.value
    leaves = people.uniform("out_of_region") < planned.out_of_region.value
    other_end = np.where(begins_there, home, hospital)
    return {
        "time_s": due.time_s,
        "line": np.full(count, LINE_TRANSPORT, dtype=np.int8),
        "is_contact": np.zeros(count, dtype=bool),
        "place": np.where(begins_there, hospital, home).astype(np.int32),
        "age_group": due.age_group,
        "urgency": np.full(count, GREEN, dtype=np.int8),
        "transport_to": np.where(leaves, OUT_OF_REGION, other_end).astype(np.int32),
        "away_s": _away_s(planned, leaves, people.uniform("away")),
    }


def transport_rates(region: Region, planned: PlannedTransports, hours: Sequence[datetime]) -> Rates:
    """Return how often each place and age is due a transport, in these hours of the run.

    So many in the year in which the run begins. Neither season nor busy days: they are ordered
    when they suit.
    """
    start = region.calendar.calendar().start
    days = days_of_year(start.year)
    mean = float(np.mean(_shapes(planned)[free_days(days)].ravel()))
    an_hour = callers_113(region) * (planned.per_person_year.value / HOURS_A_YEAR)
    return Rates("transport", region.place_ids, an_hour, _weights(planned, hours) / mean)


def _shapes(planned: PlannedTransports) -> Floats:
    shapes: Floats = np.array(day_shapes(planned.hours))
    return shapes * [[1.0], [planned.free_day_factor.value]]


def _weights(planned: PlannedTransports, hours: Sequence[datetime]) -> Floats:
    days, day_of_hour = days_of(hours)
    weights: Floats = _shapes(planned)[
        free_days(days)[day_of_hour], [local.hour for local in hours]
    ]
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
