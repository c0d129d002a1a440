"""Pilot runs without warm-up, by which a warm-up is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from akuttsim.analysis.daily import daily
from akuttsim.analysis.observed import Observed
from akuttsim.chain.run_plan import make_plan
from akuttsim.chain.simulation import simulate
from akuttsim.errors import InputError, Problem
from akuttsim.experiment.callers import other_tasks
from akuttsim.experiment.logged import LoggedCallers
from akuttsim.experiment.study import Study
from akuttsim.experiment.verification.pool import Task, Told, done
from akuttsim.patients.sampling import sample_patients
from akuttsim.records import Floats
from akuttsim.roads.travel import travel_of_region

BLOCK = 5
"""Replications in a piece of work."""

FIRST = 1_000_000
"""Pilot replications count from here, so that they meet none of the patients of the experiment."""


def tasks(study: Study, weeks: int, replications: int) -> list[Task]:
    """Return pieces of work of a few pilot replications of the base each.

    Raises InputError for a study of real calls, whose days are what they are.
    """
    if isinstance(study.callers, LoggedCallers):
        what = "replays a log, whose days say when a run begins: there is no warm-up to choose"
        raise InputError([Problem("", 0, study.name, what)])
    return [
        partial(_block, study, weeks, range(first, min(first + BLOCK, replications)))
        for first in range(0, replications, BLOCK)
    ]


def pilot(work: list[Task], workers: int, tell: Told) -> dict[str, Floats]:
    """Return the daily series of pilot replications by name: `[replication, day]`."""
    table = pd.concat(done(work, workers, tell))
    return {
        str(name): np.array([days["value"].to_numpy() for _, days in group.groupby("replication")])
        for name, group in table.groupby("series", sort=False)
    }


def _block(study: Study, weeks: int, replications: range) -> pd.DataFrame:
    return pd.concat(_piloted(study, weeks, replications))


def _piloted(study: Study, weeks: int, replications: range) -> Iterator[pd.DataFrame]:
    times = travel_of_region(study.region)
    prepared = make_plan(study.region, study.organisations[study.base], times, weeks, 0)
    days, neighbours = prepared.days, prepared.neighbours
    for replication in replications:
        number = FIRST + replication
        patients = sample_patients(study.region, days, study.seed, number, neighbours)
        record = simulate(prepared, patients, other_tasks(prepared, study.seed, number))
        seen = Observed(study.region, prepared.organisation, times, patients, record)
        for name, series in daily(seen).items():
            table = pd.DataFrame({"day": np.arange(len(series)), "value": series})
            yield table.assign(series=name, replication=replication)
