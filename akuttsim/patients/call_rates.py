"""How often people call: by place and age, hour, day and season, and from neighbour districts.

Neighbours are as old as the region's people are; how far they are from care, or how many of them
have no GP, is not known here, so that the rates hold as published.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.calendar import easter_sunday, is_free_day
from akuttsim.config.schema.region import (
    Demand,
    HourlyWeights,
    Region,
    SafetyAlarms,
    neighbour_populations,
    place_populations,
)
from akuttsim.config.schema.values import AGE_GROUPS, ByAge
from akuttsim.patients.streams import numbered_persons
from akuttsim.records import Codes, Indices

ByPlaceAndAge = NDArray[np.float64]


def people_by_place(region: Region) -> ByPlaceAndAge:
    """Return inhabitants as [place, age group], in the year that the region is asked for."""
    return np.array(list(place_populations(region).values()), dtype=np.float64)


def published_by_place(region: Region) -> ByPlaceAndAge:
    """Return the published inhabitants as [place, age group], whatever year is asked for."""
    return np.array([place.people for place in region.places.values()], dtype=np.float64)


def use_by_place(region: Region) -> ByPlaceAndAge:
    """Return the factor on each place's calls to 116117 by how many there have no regular GP.

    The rates hold where the share without is the national one: (1 + s (f - 1)) over the same of
    that share. All ones in a region that does not tell.
    """
    without = region.demand.without_gp
    if without is None:
        return np.ones(len(region.places))
    shares = [
        without.municipalities.get(place.municipality, without.share.value)
        for place in region.places.values()
    ]
    more = without.factor.value - 1
    factors: ByPlaceAndAge = (1 + np.array(shares) * more) / (
        1 + without.national_share.value * more
    )
    return factors


def callers_116117(region: Region) -> ByPlaceAndAge:
    """Return people weighed by how often they ring 116117, as [place, age group]."""
    factor = np.array(region.demand.age_factor_116117.as_tuple())
    weighed: ByPlaceAndAge = people_by_place(region) * factor * use_by_place(region)[:, None]
    return weighed


def callers_113(region: Region) -> ByPlaceAndAge:
    """Return people weighed by how often they ring 113, as [place, age group]."""
    weighed: ByPlaceAndAge = people_by_place(region) * np.array(
        region.demand.age_factor_113.as_tuple()
    )
    return weighed


def alarm_users(region: Region, alarms: SafetyAlarms) -> ByPlaceAndAge:
    """Return the expected users of a safety alarm as [place, age group]."""
    users: ByPlaceAndAge = people_by_place(region) * np.array(alarms.users_by_age.as_tuple())
    return users


def draw_homes(weighed: ByPlaceAndAge, u: ByPlaceAndAge) -> tuple[Indices, Codes]:
    """Return place and age group at each uniform, of people weighed as [place, age group]."""
    cumulative = np.cumsum(weighed.ravel())
    cell = np.searchsorted(cumulative, u * cumulative[-1], side="right")
    place, age_group = np.divmod(cell, len(AGE_GROUPS))
    return place.astype(np.int32), age_group.astype(np.int8)


DistrictByAge = NDArray[np.float64]


def neighbour_calls_113(region: Region, district: str) -> DistrictByAge:
    """Return a neighbour district's calls to 113 a year, shape (1, age groups).

    As many a person as in the region, and of the region's ages.
    """
    calls = neighbour_populations(region)[district] * region.demand.calls_113_per_person_year.value
    return calls * _age_shares(region, region.demand.age_factor_113)


def neighbour_calls_116117(region: Region, district: str) -> tuple[DistrictByAge, DistrictByAge]:
    """Return a district's contacts and other calls to 116117 a year, as [1, age group].

    At its own rates, or the region's.
    """
    own, usual = region.outside[district], region.demand
    contacts = own.contacts_per_person_year or usual.contacts_per_person_year
    others = own.other_calls_per_person_year or usual.other_calls_per_person_year
    people = neighbour_populations(region)[district] * _age_shares(region, usual.age_factor_116117)
    return people * contacts.value, people * others.value


def _age_shares(region: Region, factor: ByAge) -> DistrictByAge:
    """Return the share of each age among those who ring, as [1, age group]."""
    ring = people_by_place(region).sum(axis=0, keepdims=True) * np.array(factor.as_tuple())
    shares: DistrictByAge = ring / ring.sum()
    return shares


ByHour = NDArray[np.float64]

HOURS_A_YEAR = 365.25 * 24
NEW_YEARS_NIGHT_ENDS = 8
"""New Year's night lasts from midnight until this hour."""


def hour_weights(demand: Demand, line_113: bool) -> tuple[ByHour, ByHour]:
    """Return weights of the 24 hours on working days and free days, each with mean 1.

    The 113 line is flattened further, by `flatten_113` (facts sheet 2.5).
    """
    flatter = [demand.flatten_113.value] if line_113 else []
    return day_shapes(demand.hours_116117, *flatter)


def day_shapes(hours: HourlyWeights, *flatter: float) -> tuple[ByHour, ByHour]:
    """Return weights of the 24 hours on working days and free days, flattened, with mean 1."""
    pair = []
    for weights in (hours.weekday, hours.weekend):
        shape = np.array(weights) / np.mean(weights)
        for share in (hours.flatten, *flatter):
            shape = (1 - share) * shape + share
        pair.append(shape)
    return pair[0], pair[1]


def day_factors(demand: Demand) -> tuple[float, float]:
    """Return the factors of a working and a free day, so that an ordinary week averages 1."""
    weekend = demand.weekend_factor.value
    working = 7 / (5 + 2 * weekend)
    return working, weekend * working


def special_factor(day: date, demand: Demand) -> float:
    """Return the factor of a day in Easter week or on Christmas Eve; 1 otherwise."""
    easter = _easter(day.year)
    if easter - timedelta(days=7) <= day <= easter + timedelta(days=1):
        return demand.special_days.easter_week.value
    if _is_christmas_eve(day):
        return demand.special_days.christmas_eve.value
    return 1.0


_easter = cache(easter_sunday)


def _is_christmas_eve(day: date) -> bool:
    """Tell whether a day is Christmas Eve."""
    return (day.month, day.day) == (12, 24)


def relative_rates(region: Region, hours: Sequence[datetime], line_113: bool) -> ByHour:
    """Return the expected rate of each hour over the mean hour of the year in which the run begins.

    So many calls a person and year then hold for the year with its holidays and special days.
    """
    year = region.calendar.calendar().start.year
    demand = region.demand
    days = days_of_year(year)
    weights = np.array(hour_weights(demand, line_113))
    rates = np.array([[_day_factor(day, demand)] for day in days]) * weights[free_days(days)]
    rates[0, :NEW_YEARS_NIGHT_ENDS] *= demand.special_days.new_years_night.value
    return _rates_of_hours(demand, hours, line_113) / float(np.mean(rates.ravel()))


def _rates_of_hours(demand: Demand, hours: Sequence[datetime], line_113: bool) -> ByHour:
    """Return the rate of each hour over that of the mean hour of an ordinary week."""
    weights = np.array(hour_weights(demand, line_113))
    days, day_of_hour = days_of_hours(hours)
    factors = np.array([_day_factor(day, demand) for day in days])
    hour = np.array([local.hour for local in hours])
    rates: ByHour = factors[day_of_hour] * weights[free_days(days)[day_of_hour], hour]
    first_night = np.array(
        [
            (local.month, local.day) == (1, 1) and local.hour < NEW_YEARS_NIGHT_ENDS
            for local in hours
        ]
    )
    return np.where(first_night, rates * demand.special_days.new_years_night.value, rates)


def _day_factor(day: date, demand: Demand) -> float:
    """Return the factor of a day: weekday or weekend, quarter, and special days."""
    working, free = day_factors(demand)
    quarter = demand.quarter_factor.values[(day.month - 1) // 3]
    return (free if is_free(day) else working) * quarter * special_factor(day, demand)


def is_free(day: date) -> bool:
    """Tell whether a day is rung like a weekend; Christmas Eve's factor is over a Saturday."""
    return is_free_day(day) or _is_christmas_eve(day)


def free_days(days: Sequence[date]) -> NDArray[np.intp]:
    """Return 1 for each day that is rung like a weekend, else 0."""
    return np.array([is_free(day) for day in days], dtype=np.intp)


def days_of_year(year: int) -> list[date]:
    """Return the first 365 days of a year."""
    return [date(year, 1, 1) + timedelta(days=day) for day in range(365)]


def days_of_hours(hours: Sequence[datetime]) -> tuple[list[date], NDArray[np.intp]]:
    """Return the days on which hours begin, and the position of each hour's day among them."""
    days, day_of_hour = np.unique([local.toordinal() for local in hours], return_inverse=True)
    return [date.fromordinal(day) for day in days.tolist()], day_of_hour.astype(np.intp)


def rates_of_run(region: Region, days: int, seed: int, replication: int) -> dict[bool, ByHour]:
    """Return the rate of each hour over the mean hour, with busy and quiet days, by whether 113.

    A gamma factor moves the rates up and down day by day, the same for all sources: a busy day is
    busy everywhere. A day's factor hangs on the day, the seed and the replication.
    """
    hours = region.calendar.calendar().hours(days * 24)
    swing = _day_swing(region.demand.day_cv.value, days, seed, replication)
    return {line: relative_rates(region, hours, line) * swing for line in (False, True)}


def _day_swing(cv: float, days: int, seed: int, replication: int) -> ByHour:
    """Return the factor of each hour by which a day is busy or quiet: gamma with mean 1."""
    if cv == 0:
        return np.ones(days * 24)
    from scipy.special import gammaincinv

    shape = 1 / cv**2
    u = numbered_persons(seed, replication, "day", days).uniform("day_factor")
    return np.repeat(gammaincinv(shape, u) / shape, 24)
