"""How many replications a verdict takes: paired, unpaired and fixed, from runs of Namdal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from akuttsim.chain.run_plan import Plan, make_plan
from akuttsim.chain.simulation import simulate
from akuttsim.config.loader import load_organisation, load_region
from akuttsim.config.schema.region import Region
from akuttsim.experiments.executor import TableTask
from akuttsim.experiments.patient_source import other_tasks_of_run
from akuttsim.indicators.measured_run import MeasuredRun
from akuttsim.indicators.registry import indicator_directions, measure_indicators
from akuttsim.patients.sampling import sample_patients
from akuttsim.patients.streams import stream
from akuttsim.records import Floats
from akuttsim.roads.travel import Travel, travel_of_region
from akuttsim.statistics.intervals import CONFIDENCE, Interval, difference_verdict
from akuttsim.statistics.run_length import LEAST_RUNS, LOOK_AHEAD
from akuttsim.statistics.verdicts import Verdict
from validation.study_size import VerdictStudySize

TODAY = "namdal-today"
ORGANISATIONS = (TODAY, "namdal-one-legevakt", "namdal-satellites")
NAMDAL_SEED = 12_000_000
WARMUP_DAYS = 2
REPLICATIONS_PER_TASK = 4
"""Replications in a piece of work."""


def namdal_tasks(form: VerdictStudySize) -> Iterator[TableTask]:
    """Return pieces of work of a few replications each."""
    for first in range(0, form.namdal, REPLICATIONS_PER_TASK):
        yield partial(
            namdal_indicators, form, range(first, min(first + REPLICATIONS_PER_TASK, form.namdal))
        )


def namdal_indicators(form: VerdictStudySize, replications: range) -> pd.DataFrame:
    """Return each organisation's indicators for all, replication by replication."""
    region, times, plans = _namdal_plans(form.weeks)
    rows = []
    for replication in replications:
        patients = sample_patients(region, plans[TODAY].days, NAMDAL_SEED, replication)
        for name, prepared in plans.items():
            record = simulate(
                prepared, patients, other_tasks_of_run(prepared, NAMDAL_SEED, replication)
            )
            measured = measure_indicators(
                MeasuredRun(region, prepared.organisation, times, patients, record)
            )
            rows += [(name, replication, *row) for row in measured if row.group_by == "all"]
    columns = ["organisation", "replication", *measured[0]._fields]
    return pd.DataFrame(rows, columns=columns)


@cache
def _namdal_plans(weeks: int) -> tuple[Region, Travel, dict[str, Plan]]:
    region = load_region("namdal").value
    times = travel_of_region(region)
    plans = {
        name: make_plan(region, load_organisation(name).value, times, weeks, WARMUP_DAYS)
        for name in ORGANISATIONS
    }
    return region, times, plans


FIXED_REPLICATIONS = 30
"""The customary number of replications."""

ORDER_SEED = 14_000_000


@dataclass(frozen=True)
class VerdictQuestion:
    """A question: whether an organisation differs from today in an indicator, and by how much."""

    indicator: str
    organisation: str
    margin: float


ONE_LEGEVAKT, SATELLITES = ORGANISATIONS[1:]
VERDICT_QUESTIONS = (
    VerdictQuestion("travel_to_care_min", ONE_LEGEVAKT, 1.0),
    VerdictQuestion("ring_to_doctor_min", ONE_LEGEVAKT, 2.0),
    VerdictQuestion("ring_to_doctor_min", SATELLITES, 2.0),
    VerdictQuestion("travel_to_care_min", SATELLITES, 1.0),
    VerdictQuestion("answered_116117_within_120_s", ONE_LEGEVAKT, 0.01),
    VerdictQuestion("ambulance_within_25_min", ONE_LEGEVAKT, 0.02),
    VerdictQuestion("hours_without_ambulance", ONE_LEGEVAKT, 0.5),
    VerdictQuestion("arrival_to_doctor_p90_min", SATELLITES, 2.0),
)


def race_table(form: VerdictStudySize, wide: pd.DataFrame) -> pd.DataFrame:
    """Return for each question the replications until its verdict, over many orders of them.

    Unpaired: today's replications in another order than the other organisation's, so that each
    meets patients of its own, with Welch's (1947) interval. A verdict counts from where it stays
    the same over `LOOK_AHEAD` further replications; none after all replications counts as all.
    `*_wrong` is the share of verdicts that the mean of all replications contradicts.
    """
    return pd.DataFrame([_race_row(form, wide, question) for question in VERDICT_QUESTIONS])


def _race_row(
    form: VerdictStudySize, wide: pd.DataFrame, question: VerdictQuestion
) -> dict[str, object]:
    today = wide[question.indicator, TODAY].to_numpy()
    other = wide[question.indicator, question.organisation].to_numpy()
    truth = float((other - today).mean())
    row: dict[str, object] = {**vars(question), "difference": truth}
    row["correlation"] = float(np.corrcoef(today, other)[0, 1])
    for how in ("paired", "unpaired"):
        ends = [
            _replications_until_verdict(question, today, other, how, order)
            for order in range(form.orders)
        ]
        runs = np.array([end for end, _ in ends])
        row[how] = float(np.median(runs))
        row[f"{how}_p90"] = float(np.quantile(runs, 0.9, method="higher"))
        row[f"{how}_at_fixed"] = float(np.mean(runs + LOOK_AHEAD <= FIXED_REPLICATIONS))
        row[f"{how}_never"] = float(np.mean(runs >= len(today)))
        row[f"{how}_wrong"] = float(
            np.mean([_is_wrong_comparison(question, verdict, truth) for _, verdict in ends])
        )
    return row


def _replications_until_verdict(
    question: VerdictQuestion, today: Floats, other: Floats, how: str, order: int
) -> tuple[int, Verdict]:
    """Return after how many replications of each organisation there was a verdict, and which."""
    draws = stream(ORDER_SEED, order, "order")
    first = draws.permutation(len(today))
    second = first if how == "paired" else draws.permutation(len(today))
    values = (today[first], other[second])
    intervals = paired_intervals(*values) if how == "paired" else unpaired_intervals(*values)
    return first_lasting_verdict(question, intervals)


def first_lasting_verdict(question: VerdictQuestion, intervals: Floats) -> tuple[int, Verdict]:
    """Return the first verdict that lasts; `intervals[n - 1]` is the interval of the first n."""
    direction = indicator_directions()[question.indicator]
    last, since = Verdict.CANNOT_TELL, 0
    for runs in range(LEAST_RUNS, len(intervals) + 1):
        verdict = difference_verdict(Interval(*intervals[runs - 1]), direction, question.margin)
        since = since + 1 if verdict == last else 0
        last = verdict
        if verdict != "cannot tell" and since >= LOOK_AHEAD:
            return runs - LOOK_AHEAD, verdict
    return len(intervals), Verdict.CANNOT_TELL


def paired_intervals(today: Floats, other: Floats) -> Floats:
    """Return the t interval of the paired difference after each replication."""
    mean, variance, runs = _running_moments(other - today)
    return _interval_ends(mean, np.sqrt(variance / runs), runs - 1)


def unpaired_intervals(today: Floats, other: Floats) -> Floats:
    """Return Welch's interval of the difference of two independent means after each replication."""
    (mean, variance, runs), (before, spread, _) = _running_moments(other), _running_moments(today)
    both = variance + spread
    with np.errstate(invalid="ignore", divide="ignore"):
        freedom = (runs - 1) * both**2 / (variance**2 + spread**2)
    return _interval_ends(mean - before, np.sqrt(both / runs), freedom)


def _running_moments(values: Floats) -> tuple[Floats, Floats, Floats]:
    runs = np.arange(1, len(values) + 1, dtype=np.float64)
    mean = np.cumsum(values) / runs
    squares = np.cumsum((values - values[0]) ** 2) - runs * (mean - values[0]) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = np.maximum(squares, 0.0) / (runs - 1)
    return mean, variance, runs


def _interval_ends(mean: Floats, error: Floats, freedom: Floats) -> Floats:
    half = stdtrit(freedom, 0.5 + CONFIDENCE / 2) * error
    return np.column_stack([mean, mean - half, mean + half])


def _is_wrong_comparison(question: VerdictQuestion, verdict: Verdict, truth: float) -> bool:
    good = -truth if indicator_directions()[question.indicator] == "lower" else truth
    claims = {
        "better": good > question.margin,
        "worse": good < -question.margin,
        "no difference that matters": abs(truth) <= question.margin,
    }
    return not claims.get(verdict, True)
