"""One control room over a grid of sizes, loads and patience, against Erlang C and Erlang A."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
import pandas as pd

from akuttsim.experiments.executor import TableTask
from akuttsim.experiments.test_bench import (
    QUEUE_FIGURES,
    BenchLength,
    QueueQuestion,
    queue_runs,
    relaxation_time_s,
)
from akuttsim.patients.queue_patients import CallerProcess
from akuttsim.theory.erlang import answering_figures
from akuttsim.units import HOUR_S, MINUTE_S
from validation.coverage_criteria import LEAST_EVENTS, interval_rows
from validation.study_size import PATIENCES_MIN, RUNS_PER_REPEAT, TALK_S, WITHIN_S, ExactStudySize

GRID_WARMUP = 5
"""A run begins to measure after so many times that the queue takes to forget how it began."""

LONG_LOAD = 0.85
"""Above this load runs of patient callers are so long that fewer are made."""


@dataclass(frozen=True)
class ErlangSetting:
    """A control room: operators, work offered for each of them, and mean patience."""

    operators: int
    load: float
    patience_min: float

    def question(self) -> QueueQuestion:
        """Return the setting as akuttsim queue would ask it."""
        calls_per_h = self.load * self.operators * HOUR_S / TALK_S
        patience_s = self.patience_min * MINUTE_S
        return QueueQuestion(calls_per_h, TALK_S, WITHIN_S, patience_s, self.operators)

    def exact(self) -> dict[str, float]:
        """Return the exact figures (Erlang C, or A with patience)."""
        q = self.question()
        found = answering_figures(q.calls_per_h, q.talk_s, q.operators, q.within_s, q.patience_s)
        return {name: getattr(found, name) for name in QUEUE_FIGURES}


def grid_settings(form: ExactStudySize) -> list[ErlangSetting]:
    """Return the grid."""
    return [
        ErlangSetting(size, load, patience)
        for patience in PATIENCES_MIN
        for load in (form.loads_patient if math.isinf(patience) else form.loads_impatient)
        for size in form.sizes
    ]


def grid_run_length(question: QueueQuestion, form: ExactStudySize, seed: int) -> BenchLength:
    """Return runs long enough for means that are near normal; see the study of lengths."""
    relaxation_h = relaxation_time_s(question) / HOUR_S
    hours = max(form.least_calls / question.calls_per_h, form.relaxations * relaxation_h)
    return BenchLength(hours, GRID_WARMUP * relaxation_h, RUNS_PER_REPEAT, seed)


def grid_tasks(form: ExactStudySize) -> Iterator[TableTask]:
    """Return one piece of work for each setting and repeat."""
    for number, setting in enumerate(grid_settings(form)):
        for repeat in range(_grid_repeats(form, setting)):
            yield partial(grid_runs, form, setting, 1_000_000 + 1_000 * number + repeat)


def _grid_repeats(form: ExactStudySize, setting: ErlangSetting) -> int:
    if math.isfinite(setting.patience_min):
        return form.repeats_impatient
    return form.repeats_long if setting.load > LONG_LOAD else form.repeats


def grid_runs(form: ExactStudySize, setting: ErlangSetting, seed: int) -> pd.DataFrame:
    """Return one row for each run of a repeat."""
    q = setting.question()
    who = CallerProcess(q.calls_per_h, q.talk_s, q.patience_s)
    runs = queue_runs(who, setting.operators, q.within_s, grid_run_length(q, form, seed))
    table = pd.DataFrame(runs[:, : len(QUEUE_FIGURES)], columns=list(QUEUE_FIGURES))
    return table.assign(**asdict(setting), seed=seed, calls=runs[:, -1])


def grid_tables(runs: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return `grid`, each setting over all its runs, and `grid_intervals`, repeat by repeat."""
    every, repeats = [], []
    keys = list(ErlangSetting.__dataclass_fields__)
    for _, of_setting in runs.groupby(keys, sort=False):
        operators, load, patience_min = of_setting[keys].iloc[0].tolist()
        setting = ErlangSetting(int(operators), load, patience_min)
        exact, calls = setting.exact(), float(of_setting["calls"].mean())
        told = {**asdict(setting), "calls_a_run": calls}
        every += interval_rows(_figure_matrix(of_setting), exact, {**told, "runs": len(of_setting)})
        for seed, of_repeat in of_setting.groupby("seed"):
            repeats += interval_rows(_figure_matrix(of_repeat), exact, {**told, "repeat": seed})
    return {"grid": _with_event_counts(every), "grid_intervals": _with_event_counts(repeats)}


def _figure_matrix(runs: pd.DataFrame) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return runs[list(QUEUE_FIGURES)].to_numpy(dtype=np.float64)


def _with_event_counts(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Mark the figures whose events are many enough in a run for a t interval."""
    table = pd.DataFrame(rows)
    events = [
        counted_events(ErlangSetting(*key), figure) * calls
        for *key, figure, calls in table[
            [*ErlangSetting.__dataclass_fields__, "figure", "calls_a_run"]
        ].itertuples(index=False)
    ]
    return table.assign(counted=np.array(events) >= LEAST_EVENTS)


def counted_events(setting: ErlangSetting, figure: str) -> float:
    """Return the share of calls that are (or are not, if rarer) what a figure is about."""
    exact = setting.exact()
    if figure == "occupancy":
        return 1.0
    share = exact["wait_probability" if figure == "wait_mean_s" else figure]
    return share if figure == "wait_mean_s" else min(share, 1 - share)


PATIENCE_OPERATORS = 10
PATIENCE_LOADS = (0.9, 1.2)
PATIENCE_MINUTES = (0.0, 0.5, 1.0, 2.0, 4.0, 9.0, 20.0)
PATIENCE_CURVE_POINTS = 81
"""Points of the exact curve."""


def patience_tasks(form: ExactStudySize) -> Iterator[TableTask]:
    """Return one piece of work for each load, patience and repeat."""
    settings = [
        ErlangSetting(PATIENCE_OPERATORS, load, minutes)
        for load in PATIENCE_LOADS
        for minutes in PATIENCE_MINUTES
    ]
    for number, setting in enumerate(settings):
        for repeat in range(form.repeats_long):
            yield partial(grid_runs, form, setting, 2_000_000 + 1_000 * number + repeat)


def patience_tables(runs: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return `patience`, each setting beside its exact answer, and the exact `patience_curve`."""
    curve = [
        {"load": load, "patience_min": minutes, "abandoned": exact["abandoned"]}
        for load in PATIENCE_LOADS
        for minutes in np.linspace(0.0, max(PATIENCE_MINUTES), PATIENCE_CURVE_POINTS).tolist()
        for exact in [ErlangSetting(PATIENCE_OPERATORS, load, minutes).exact()]
    ]
    return {"patience": grid_tables(runs)["grid"], "patience_curve": pd.DataFrame(curve)}
