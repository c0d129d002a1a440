"""Namdal's region, plain (without the optional sections) or as shipped, or with changes."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from akuttsim.config.loader import load_region
from akuttsim.config.schema.region import Region
from akuttsim.patients.call_rates import people_by_place
from akuttsim.patients.sampling import identified_patients, sample_patients
from akuttsim.patients.streams import Ids, Persons
from akuttsim.records import Patients

ERROR_RATE = 0.001
"""Every family of intervals in these tests fails a correct sampler once in a thousand seeds."""


SECTIONS = ("distance_decay", "without_gp", "same_incident", "safety_alarms", "planned_transports")
PLAIN = (*(f"demand.{section}=null" for section in SECTIONS), "weather=null")


def only(section: str) -> tuple[str, ...]:
    """Return the changes that leave one of the optional sections."""
    return tuple(each for each in PLAIN if section not in each)


@cache
def shipped(*sets: str) -> Region:
    return load_region("namdal", sets).value


def region(*sets: str) -> Region:
    return shipped(*PLAIN, *sets)


@cache
def patients(*sets: str, days: int = 182, seed: int = 7, replication: int = 0) -> Patients:
    return sample_patients(region(*sets), days, seed, replication)


def u_of(name: str, *sets: str, days: int = 182) -> NDArray[np.float64]:
    """Return a quantity's uniforms of those who are `sampled` with replication 0, row by row."""
    return Persons(ids(*sets, days=days), 7, 0).uniform(name)


@cache
def ids(*sets: str, days: int = 182) -> Ids:
    """Return who those are who are `sampled` with replication 0, row by row."""
    return identified_patients(shipped(*sets), days, 7, 0)[1]


@cache
def sampled(*sets: str, days: int = 182, seed: int = 7, replication: int = 0) -> Patients:
    """Return people of the region as shipped, but for what is set."""
    return sample_patients(shipped(*sets), days, seed, replication)


STEADY = "demand.day_cv.value=0.0"
"""Days alike, so that counts are exactly Poisson."""


def in_interval(counted: NDArray[np.int64], expected: NDArray[np.float64]) -> None:
    """Hold each count in its Poisson interval and all together by chi-square, 0.1 % each."""
    low, high = stats.poisson.interval(1 - ERROR_RATE / len(expected), expected)
    assert ((low <= counted) & (counted <= high)).all()
    many = expected >= 5
    surprise = ((counted - expected)[many] ** 2 / expected[many]).sum()
    assert surprise < stats.chi2.ppf(1 - ERROR_RATE, many.sum())


def weights(factor: tuple[float, ...]) -> NDArray[np.float64]:
    """Return the share of callers by place and age group."""
    cells = people_by_place(region()) * np.array(factor)
    shares: NDArray[np.float64] = cells / cells.sum()
    return shares
