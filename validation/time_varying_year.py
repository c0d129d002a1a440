"""A year whose calls follow the hour of the day, with the same staff day and night."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd

from akuttsim.chain.simulation import simulate
from akuttsim.config.loader import load_region
from akuttsim.experiments.executor import TableTask
from akuttsim.experiments.test_bench import BenchLength, queue_plan
from akuttsim.patients.call_rates import hour_weights
from akuttsim.patients.queue_patients import CallerProcess, draw_queue_callers
from akuttsim.records import Floats, Record
from akuttsim.statistics.intervals import t_interval
from akuttsim.theory.staffing_levels import pointwise_stationary
from akuttsim.theory.time_varying import exact_day
from akuttsim.units import DAY_S, HOUR_S, WEEK_S
from validation.coverage_criteria import FALSE_ALARM_RATE, LEAST_EVENTS
from validation.study_size import WITHIN_S, ExactStudySize

YEAR_OPERATORS = 5
YEAR_TALK_S = 900.0
PEAK_LOAD = 0.96
HOURS_A_DAY = 24
BATCH_S = 4 * WEEK_S


def rates_per_h() -> Floats:
    """Return calls an hour by hour of the day: the shape of a working day in Namdal."""
    shape, _ = hour_weights(load_region("namdal").value.demand, line_113=False)
    return np.asarray(shape / shape.max() * PEAK_LOAD * YEAR_OPERATORS * HOUR_S / YEAR_TALK_S)


def year_tasks(form: ExactStudySize) -> Iterator[TableTask]:
    """Return one piece of work for each year."""
    for run in range(form.years):
        yield partial(year_runs, form.weeks_of_year, run)


def year_runs(weeks: int, run: int) -> pd.DataFrame:
    """Return one row for each hour of the day: who must wait, and how many are waiting."""
    length = BenchLength(weeks * 7 * HOURS_A_DAY, HOURS_A_DAY, 1, 8_000_000)
    rates = np.tile(rates_per_h(), weeks * 7 + 2)
    patients = draw_queue_callers(
        CallerProcess(rates.tolist(), YEAR_TALK_S), length.ringing_h, length.seed, run
    )
    return stretches_by_hour(simulate(queue_plan(YEAR_OPERATORS, length), patients)).assign(run=run)


def stretches_by_hour(record: Record) -> pd.DataFrame:
    """Return the hours of the day in each stretch of four weeks.

    Calls, the share of them that waits, the mean number waiting, and the mean wait of all. The
    nights empty the queue, so that the stretches are as good as independent.
    """
    start, end = record.measured
    edges = np.arange(start, end + 1, BATCH_S)
    batches = [_stretch_by_hour(record, span) for span in pairwise(edges.tolist())]
    return pd.concat([each.assign(batch=number) for number, each in enumerate(batches)])


def _stretch_by_hour(record: Record, span: tuple[float, float]) -> pd.DataFrame:
    calls, (start, end) = record.calls, span
    mine = (calls.rang_s >= start) & (calls.rang_s < end)
    rang_s, waits = calls.rang_s[mine], (calls.answered_s - calls.rang_s)[mine]
    hour = (rang_s // HOUR_S).astype(np.int64) % HOURS_A_DAY
    count = np.bincount(hour, minlength=HOURS_A_DAY)
    waiting_s = waiting_seconds_by_hour(calls.rang_s, calls.answered_s, span)
    return pd.DataFrame(
        {
            "hour": np.arange(HOURS_A_DAY),
            "wait_probability": np.bincount(hour, waits > 0, HOURS_A_DAY) / count,
            "queue_mean": waiting_s / ((end - start) / DAY_S * HOUR_S),
            "wait_mean_s": float(waits.mean()),
        }
    )


def waiting_seconds_by_hour(began_s: Floats, ended_s: Floats, span: tuple[float, float]) -> Floats:
    """Return seconds of waiting that fell into each hour of the day within a span of time."""
    began, ended = np.clip(began_s, *span), np.clip(ended_s, *span)
    total = np.zeros(HOURS_A_DAY)
    while len(began):
        hour = (began // HOUR_S).astype(np.int64)
        upto = np.minimum(ended, (hour + 1) * HOUR_S)
        total += np.bincount(hour % HOURS_A_DAY, upto - began, HOURS_A_DAY)
        goes_on = ended > upto
        began, ended = upto[goes_on], ended[goes_on]
    return total


def year_tables(runs: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return `year` by hour, and `year_wait`, the mean wait of all callers."""
    rates, staff = rates_per_h(), [YEAR_OPERATORS] * HOURS_A_DAY
    exact = exact_day(rates, YEAR_TALK_S, staff)
    stationary = pointwise_stationary(rates, YEAR_TALK_S, staff, WITHIN_S)
    truth = pd.DataFrame(
        {
            "hour": np.arange(HOURS_A_DAY),
            "calls_per_h": rates,
            "wait_probability": exact.wait_probability,
            "queue_mean": exact.queue_mean,
            "psa_wait_probability": [each.wait_probability for each in stationary.hours],
            "psa_wait_s": [each.wait_mean_s for each in stationary.hours],
        }
    )
    truth["psa_queue_mean"] = truth["calls_per_h"] * truth["psa_wait_s"] / HOUR_S
    rows = [
        _row_of_hour(hour, figure, runs) for _, hour in truth.iterrows() for figure in YEAR_FIGURES
    ]
    wait = _interval_over_runs(runs[runs["hour"] == 0], "wait_mean_s")
    whole = {"exact": exact.wait_mean_s, "stationary": stationary.wait_mean_s, "counted": True}
    by_hour = pd.DataFrame(rows).sort_values(["figure", "hour"])
    return {
        "year": _with_coverage(by_hour),
        "year_wait": _with_coverage(pd.DataFrame([whole | wait])),
    }


YEAR_FIGURES = ("wait_probability", "queue_mean")
SIMULTANEOUS = 1 - FALSE_ALARM_RATE / (2 * HOURS_A_DAY + 1)
"""Confidence of each interval such that all of them together hold at a chance of 1 - ERROR."""


def _row_of_hour(hour: pd.Series[float], figure: str, runs: pd.DataFrame) -> dict[str, object]:
    waiting = hour["calls_per_h"] * hour["wait_probability"] * BATCH_S / DAY_S
    heads = {"figure": figure, "hour": int(hour["hour"]), "calls_per_h": hour["calls_per_h"]}
    answers = {"exact": hour[figure], "stationary": hour[f"psa_{figure}"]}
    interval_entries = _interval_over_runs(runs[runs["hour"] == hour["hour"]], figure)
    return {**heads, **answers, **interval_entries, "counted": bool(waiting >= LEAST_EVENTS)}


def _interval_over_runs(runs: pd.DataFrame, figure: str) -> dict[str, float]:
    values = runs[figure].to_numpy(dtype=np.float64)
    mean, low, high = t_interval(values)
    _, lowest, highest = t_interval(values, SIMULTANEOUS)
    return {"mean": mean, "low": low, "high": high, "lowest": lowest, "highest": highest}


def _with_coverage(table: pd.DataFrame) -> pd.DataFrame:
    covered = (table["lowest"] <= table["exact"]) & (table["exact"] <= table["highest"])
    return table.assign(held=covered)
