"""Neighbour districts: how often their people ring numbers that may be answered for them here.

They are as old as the region's people are; how far they are from care, or how many of them have no
GP, is not known here, so that the rates hold as published.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from akuttsim.config.schema.region import Region, neighbour_populations
from akuttsim.config.schema.values import ByAge
from akuttsim.patients.rates import people_by_place

Array = NDArray[np.float64]


def calls_113(region: Region, district: str) -> Array:
    """Return a district's calls to 113 a year, as [1, age group]: as many a person as here."""
    calls = neighbour_populations(region)[district] * region.demand.calls_113_per_person_year.value
    return calls * _ages(region, region.demand.age_factor_113)


def calls_116117(region: Region, district: str) -> tuple[Array, Array]:
    """Return a district's contacts and other calls to 116117 a year, as [1, age group].

    At its own rates, or the region's.
    """
    own, usual = region.outside[district], region.demand
    contacts = own.contacts_per_person_year or usual.contacts_per_person_year
    others = own.other_calls_per_person_year or usual.other_calls_per_person_year
    people = neighbour_populations(region)[district] * _ages(region, usual.age_factor_116117)
    return people * contacts.value, people * others.value


def _ages(region: Region, factor: ByAge) -> Array:
    """Return the share of each age among those who ring, as [1, age group]."""
    ring = people_by_place(region).sum(axis=0, keepdims=True) * np.array(factor.as_tuple())
    shares: Array = ring / ring.sum()
    return shares
