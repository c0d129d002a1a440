"""Pilot runs without warm-up and their daily series, by which a warm-up is chosen.

A daily series shows how long a run is marked by its empty start. Days are stretches of 24 hours
from the start of the measured span; a day without anything to measure is NaN. Pilot runs measure
from the first hour.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from akuttsim.chain.run_plan import make_plan
from akuttsim.chain.simulation import simulate
from akuttsim.errors import InputError, Problem
from akuttsim.experiments.executor import TableTask, TellProgress, execute_tasks
from akuttsim.experiments.patient_source import (
    due_visits_of_run,
    other_tasks_of_run,
    plan_of_run,
)
from akuttsim.experiments.study import Study
from akuttsim.indicators.measured_run import Mask, MeasuredRun, is_one_of
from akuttsim.patients.sampling import sample_patients
from akuttsim.records import JOURNEY, MISSION, ORDERED_JOURNEYS, TRANSPORT, Floats
from akuttsim.roads.travel import travel_of_region
from akuttsim.texts import message
from akuttsim.units import DAY_S, HOUR_S, MINUTE_S

NOON_S = 12 * HOUR_S


def wait_116117_s(run: MeasuredRun) -> Floats:
    """Mean seconds that calls to 116117 wait until answered or given up, by the day they rang."""
    calls = run.record.calls
    ended_s = np.fmin(calls.answered_s, calls.left_s)
    mask = run.calls_to("116117") & ~np.isnan(ended_s)
    return _daily_means(run, calls.rang_s[mask], (ended_s - calls.rang_s)[mask])


def ring_to_doctor_min(run: MeasuredRun) -> Floats:
    """Mean minutes from first ring to doctor, as the indicator of that name, by day of ringing."""
    courses = run.record.courses
    mask = run.measured & ~np.isnan(courses.doctor_s)
    minutes = (courses.doctor_s - run.patients.time_s)[mask] / MINUTE_S
    return _daily_means(run, run.patients.time_s[mask], minutes)


def missions_at_noon(run: MeasuredRun) -> Floats:
    """Missions, planned transports and long journeys under way at noon (12 hours into the day)."""
    did = run.record.activities
    under_way: Mask = is_one_of(did.kind, (MISSION, TRANSPORT, JOURNEY))
    return _count_at_noon(run, did.start_s[under_way], did.end_s[under_way])


def open_contacts_at_noon(run: MeasuredRun) -> Floats:
    """People who have asked for help and whose contact has not ended at noon.

    Planned transports and long journeys are left out.
    """
    mask = run.present & ~is_one_of(run.patients.line, ORDERED_JOURNEYS)
    ended_s = run.record.courses.ended_s[mask]
    until_s = np.where(np.isnan(ended_s), np.inf, ended_s)
    return _count_at_noon(run, run.patients.time_s[mask], until_s)


DAILY_SERIES: tuple[Callable[[MeasuredRun], Floats], ...] = (
    wait_116117_s,
    ring_to_doctor_min,
    missions_at_noon,
    open_contacts_at_noon,
)
"""The series that a warm-up is chosen by: the phone, the doctor, the crews, and all together."""


def daily_series_by_name(run: MeasuredRun) -> dict[str, Floats]:
    """Return every series by name."""
    return {series.__name__: series(run) for series in DAILY_SERIES}


def _day_count(run: MeasuredRun) -> int:
    """Return how many whole days of 24 hours were measured."""
    start, end = run.record.measured
    return int((end - start) // DAY_S)


def _daily_means(run: MeasuredRun, time_s: Floats, values: Floats) -> Floats:
    """Return the mean of the values of each day."""
    days = _day_count(run)
    day = ((time_s - run.record.measured[0]) // DAY_S).astype(np.int64)
    whole = day < days
    count = np.bincount(day[whole], minlength=days)
    total = np.bincount(day[whole], weights=values[whole], minlength=days)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def _count_at_noon(run: MeasuredRun, start_s: Floats, end_s: Floats) -> Floats:
    """Return how many spans hold each noon."""
    noons = run.record.measured[0] + np.arange(_day_count(run)) * DAY_S + NOON_S
    begun = np.searchsorted(np.sort(start_s), noons, side="right")
    over = np.searchsorted(np.sort(end_s), noons, side="right")
    return (begun - over).astype(np.float64)


PILOTS_PER_TASK = 5
"""Replications in a piece of work."""

FIRST_PILOT = 1_000_000
"""Pilot replications count from here, so that they meet none of the patients of the experiment."""


def pilot_tasks(study: Study, weeks: int, replications: int) -> list[TableTask]:
    """Return pieces of work of a few pilot replications of the base each.

    Raises InputError for a study of real calls, whose days are what they are.
    """
    if study.callers.log_entry() is not None:
        what = message("experiments.no_warm_up")
        raise InputError([Problem("", 0, study.name, what)])
    return [
        partial(
            _pilot_table, study, weeks, range(first, min(first + PILOTS_PER_TASK, replications))
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


def _pilot_table(study: Study, weeks: int, replications: range) -> pd.DataFrame:
    """Return the daily series of some pilot replications: day, value, series, replication."""
    times = travel_of_region(study.region)
    prepared = make_plan(study.region, study.organisations[study.base], times, weeks, 0)
    tables = []
    for replication in replications:
        number = FIRST_PILOT + replication
        patients = sample_patients(
            study.region, prepared.days, study.seed, number, prepared.neighbours
        )
        of_run = (prepared, study.seed, number)
        record = simulate(
            plan_of_run(*of_run),
            patients,
            other_tasks_of_run(*of_run),
            due_visits=due_visits_of_run(*of_run),
        )
        measured = MeasuredRun(study.region, prepared.organisation, times, patients, record)
        for name, series in daily_series_by_name(measured).items():
            table = pd.DataFrame({"day": np.arange(len(series)), "value": series})
            tables.append(table.assign(series=name, replication=replication))
    return pd.concat(tables)
