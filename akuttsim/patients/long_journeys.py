"""Journeys that may keep a crew for hours: hospital transfers, psychiatric transports, births."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.region import (
    Births,
    HospitalTransfers,
    HourlyWeights,
    PsychiatricTransports,
    Region,
    WayOut,
)
from akuttsim.config.schema.values import UrgencyMix
from akuttsim.patients.arrivals import ArrivalRates, Arrivals
from akuttsim.patients.call_rates import (
    HOURS_A_YEAR,
    callers_113,
    day_shapes,
    days_of_hours,
    days_of_year,
    free_days,
    people_by_place,
)
from akuttsim.records import (
    LINE_BIRTH,
    LINE_PSYCHIATRY,
    LINE_TRANSFER,
    YELLOW,
    Codes,
    Floats,
    Indices,
)
from akuttsim.units import HOUR_S, MINUTE_S, to_ticks

JourneyColumns = dict[str, NDArray[Any]]
JourneySource = tuple[ArrivalRates, Callable[[Arrivals], JourneyColumns]]
"""How often people need a journey, and what is drawn of those who do."""


def long_journeys(region: Region, hours: Sequence[datetime]) -> Iterator[JourneySource]:
    """Yield the journeys that a region has: how often, and the columns of who needs one.

    Args:
        region: The region.
        hours: The local time of each hour of the run.
    """
    demand = region.demand
    transfers, psychiatry, births = (
        demand.hospital_transfers,
        demand.psychiatric_transports,
        demand.births,
    )
    if transfers is not None:
        by_hour = relative_hours(region, transfers.hours, transfers.free_day_factor.value, hours)
        an_hour = callers_113(region) * (transfers.per_person_year.value / HOURS_A_YEAR)
        rates = ArrivalRates("transfer", region.place_ids, an_hour, by_hour)
        yield rates, lambda due: transfer_columns(region, transfers, due)
    if psychiatry is not None:
        by_hour = relative_hours(region, psychiatry.hours, psychiatry.free_day_factor.value, hours)
        often = np.array(psychiatry.age_factor.as_tuple()) * psychiatry.per_person_year.value
        an_hour = people_by_place(region) * (often / HOURS_A_YEAR)
        rates = ArrivalRates("psychiatry", region.place_ids, an_hour, by_hour)
        yield rates, lambda due: psychiatry_columns(psychiatry, due)
    if births is not None:
        a_year = people_by_place(region) * np.array(births.per_1000_a_year.as_tuple()) / 1000
        always = np.ones(len(hours))
        rates = ArrivalRates("birth", region.place_ids, a_year / HOURS_A_YEAR, always)
        yield rates, lambda due: birth_columns(births, due)


def relative_hours(
    region: Region, shape: HourlyWeights, free_day_factor: float, hours: Sequence[datetime]
) -> Floats:
    """Return the rate of each hour over the mean of the year in which the run begins."""
    by_day: Floats = np.array(day_shapes(shape)) * [[1.0], [free_day_factor]]
    year = days_of_year(region.calendar.calendar().start.year)
    days, day_of_hour = days_of_hours(hours)
    of_hours: Floats = by_day[free_days(days)[day_of_hour], [local.hour for local in hours]]
    relative: Floats = of_hours / float(np.mean(by_day[free_days(year)].ravel()))
    return relative


def transfer_columns(region: Region, transfers: HospitalTransfers, due: Arrivals) -> JourneyColumns:
    """Return the columns of transfers; `place` is the hospital, the nearest as the crow flies."""
    index = {name: position for position, name in enumerate(region.places)}
    at = np.array([index[hospital.place] for hospital in region.hospitals.values()], dtype=np.int32)
    spots = np.array([(place.lat, place.lon) for place in region.places.values()])
    scale = [1.0, np.cos(np.radians(spots[at[0], 0]))]
    apart = (((spots[:, None] - spots[at]) * scale) ** 2).sum(axis=2)
    nearest: Indices = at[apart.argmin(axis=1)]
    return {
        **_columns(due, LINE_TRANSFER, nearest[due.home]),
        "urgency": _urgencies(transfers.urgency, due),
        "away_s": _beyond_s(transfers.way_out, due),
    }


def psychiatry_columns(psychiatry: PsychiatricTransports, due: Arrivals) -> JourneyColumns:
    """Return the columns of psychiatric transports, who begin at home."""
    uniform = due.persons.uniform
    police_s = to_ticks(psychiatry.police_after_min.quantile(uniform("police_after")) * MINUTE_S)
    escorted = uniform("escorted") < psychiatry.escorted.value
    return {
        **_columns(due, LINE_PSYCHIATRY, due.home),
        "urgency": _urgencies(psychiatry.urgency, due),
        "away_s": _beyond_s(psychiatry.way_out, due),
        "escort_after_s": np.where(escorted, np.maximum(police_s, 1.0), 0.0),
    }


def birth_columns(births: Births, due: Arrivals) -> JourneyColumns:
    """Return the columns of births: at home, yellow, and when the child comes."""
    after_h = births.birth_after_h.quantile(due.persons.uniform("birth_after"))
    return {
        **_columns(due, LINE_BIRTH, due.home),
        "urgency": np.full(len(due), YELLOW, dtype=np.int8),
        "away_s": _beyond_s(births.way_out, due),
        "birth_after_s": to_ticks(after_h * HOUR_S),
    }


def _columns(due: Arrivals, line: int, place: Indices) -> JourneyColumns:
    """Return what all journeys have: time, line, who, and where they begin."""
    count = len(due)
    return {
        "time_s": due.time_s,
        "line": np.full(count, line, dtype=np.int8),
        "is_contact": np.zeros(count, dtype=bool),
        "place": place.astype(np.int32),
        "age_group": due.age_group,
    }


def _urgencies(mix: UrgencyMix, due: Arrivals) -> Codes:
    """Return how urgent each is."""
    limits = np.cumsum(mix.as_tuple())[:2]
    u = due.persons.uniform("journey_urgency")
    return np.searchsorted(limits, u, side="right").astype(np.int8)


def _beyond_s(way: WayOut, due: Arrivals) -> Floats:
    """Return how long each drives beyond the region, one way."""
    seconds: Floats = to_ticks(way.beyond_min.quantile(due.persons.uniform("beyond")) * MINUTE_S)
    return seconds
