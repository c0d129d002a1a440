"""Namdal's region, as shipped or with one thing changed."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from akuttsim.patients.sample import people_by_place, sample_patients
from akuttsim.records import Patients
from akuttsim.scenario.load import load_region
from akuttsim.scenario.region import Region

ERROR_RATE = 0.001
"""Every family of intervals in these tests fails a correct sampler once in a thousand seeds."""


@cache
def region(*sets: str) -> Region:
    return load_region("namdal", sets).value


@cache
def patients(*sets: str, days: int = 182, seed: int = 7, replication: int = 0) -> Patients:
    return sample_patients(region(*sets), days, seed, replication)


STEADY = "demand.day_cv.value=0.0"
"""Days alike, so that counts are exactly Poisson."""


def weights(factor: tuple[float, ...]) -> NDArray[np.float64]:
    """Return the share of callers by place and age group."""
    cells = people_by_place(region()) * np.array(factor)
    shares: NDArray[np.float64] = cells / cells.sum()
    return shares
