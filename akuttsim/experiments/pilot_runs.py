"""Pilot runs without warm-up, by which a warm-up is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from akuttsim.chain.run_plan import make_plan
from akuttsim.chain.simulation import simulate
from akuttsim.errors import InputError, Problem
from akuttsim.experiments.executor import TableTask, TellProgress, execute_tasks
from akuttsim.experiments.patient_source import LoggedPatients, other_tasks_of_run
from akuttsim.experiments.study import Study
from akuttsim.indicators.daily_series import daily_series_by_name
from akuttsim.indicators.measured_run import MeasuredRun
from akuttsim.patients.sampling import sample_patients
from akuttsim.records import Floats
from akuttsim.roads.travel import travel_of_region
from akuttsim.texts import message

PILOTS_PER_TASK = 5
"""Replications in a piece of work."""

FIRST_PILOT = 1_000_000
"""Pilot replications count from here, so that they meet none of the patients of the experiment."""


def pilot_tasks(study: Study, weeks: int, replications: int) -> list[TableTask]:
    """Return pieces of work of a few pilot replications of the base each.

    Raises InputError for a study of real calls, whose days are what they are.
    """
    if isinstance(study.callers, LoggedPatients):
        what = message("experiments.no_warm_up")
        raise InputError([Problem("", 0, study.name, what)])
    return [
        partial(
            _pilot_block, study, weeks, range(first, min(first + PILOTS_PER_TASK, replications))
        )
        for first in range(0, replications, PILOTS_PER_TASK)
    ]


def pilot_series(work: list[TableTask], workers: int, tell: TellProgress) -> dict[str, Floats]:
    """Return the daily series of pilot replications by name: `[replication, day]`."""
    table = pd.concat(execute_tasks(work, workers, tell))
    return {
        str(name): np.array([days["value"].to_numpy() for _, days in group.groupby("replication")])
        for name, group in table.groupby("series", sort=False)
    }


def _pilot_block(study: Study, weeks: int, replications: range) -> pd.DataFrame:
    return pd.concat(_pilot_tables(study, weeks, replications))


def _pilot_tables(study: Study, weeks: int, replications: range) -> Iterator[pd.DataFrame]:
    times = travel_of_region(study.region)
    prepared = make_plan(study.region, study.organisations[study.base], times, weeks, 0)
    days, neighbours = prepared.days, prepared.neighbours
    for replication in replications:
        number = FIRST_PILOT + replication
        patients = sample_patients(study.region, days, study.seed, number, neighbours)
        record = simulate(prepared, patients, other_tasks_of_run(prepared, study.seed, number))
        measured = MeasuredRun(study.region, prepared.organisation, times, patients, record)
        for name, series in daily_series_by_name(measured).items():
            table = pd.DataFrame({"day": np.arange(len(series)), "value": series})
            yield table.assign(series=name, replication=replication)
