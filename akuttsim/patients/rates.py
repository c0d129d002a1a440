"""How much each place and age rings each number, against the mean person of the country."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.demand import SafetyAlarms, WithoutGP
from akuttsim.config.schema.region import Region, place_populations
from akuttsim.config.schema.values import AGE_GROUPS
from akuttsim.records import Codes, Indices

Array = NDArray[np.float64]


def people_by_place(region: Region) -> Array:
    """Return inhabitants as [place, age group], in the year that the region is asked for."""
    return np.array(list(place_populations(region).values()), dtype=np.float64)


def published_by_place(region: Region) -> Array:
    """Return the published inhabitants as [place, age group], whatever year is asked for."""
    return np.array([place.people for place in region.places.values()], dtype=np.float64)


def use_by_place(region: Region) -> Array:
    """Return the factor on each place's calls to 116117 by how many there have no regular GP.

    The rates hold where the share without is the national one: (1 + s (f - 1)) over the same of
    that share. All ones in a region that does not tell.
    """
    without = region.demand.without_gp
    if without is None:
        return np.ones(len(region.places))
    shares = [_share_without(without, place.municipality) for place in region.places.values()]
    more = without.factor.value - 1
    factors: Array = (1 + np.array(shares) * more) / (1 + without.national_share.value * more)
    return factors


def _share_without(without: WithoutGP, municipality: str) -> float:
    return without.municipalities.get(municipality, without.share.value)


def callers_116117(region: Region) -> Array:
    """Return people weighed by how often they ring 116117, as [place, age group]."""
    factor = np.array(region.demand.age_factor_116117.as_tuple())
    weighed: Array = people_by_place(region) * factor * use_by_place(region)[:, None]
    return weighed


def callers_113(region: Region) -> Array:
    """Return people weighed by how often they ring 113, as [place, age group]."""
    weighed: Array = people_by_place(region) * np.array(region.demand.age_factor_113.as_tuple())
    return weighed


def alarm_users(region: Region, alarms: SafetyAlarms) -> Array:
    """Return the expected users of a safety alarm as [place, age group]."""
    users: Array = people_by_place(region) * np.array(alarms.users_by_age.as_tuple())
    return users


def homes(weighed: Array, u: Array) -> tuple[Indices, Codes]:
    """Return place and age group at each uniform, of people weighed as [place, age group]."""
    cumulative = np.cumsum(weighed.ravel())
    cell = np.searchsorted(cumulative, u * cumulative[-1], side="right")
    place, age_group = np.divmod(cell, len(AGE_GROUPS))
    return place.astype(np.int32), age_group.astype(np.int8)
