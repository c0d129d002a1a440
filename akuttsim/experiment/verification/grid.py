"""One control room over a grid of sizes, loads and patience, against Erlang C and Erlang A."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
import pandas as pd

from akuttsim.experiment.laboratory import Length, queue_runs
from akuttsim.experiment.queueing import FIGURES, Question, forgets_s
from akuttsim.experiment.verification.coverage import LEAST_EVENTS, interval_rows
from akuttsim.experiment.verification.form import PATIENCES_MIN, RUNS, TALK_S, WITHIN_S, Form
from akuttsim.experiment.verification.pool import Task
from akuttsim.patients.queue_patients import CallerProcess
from akuttsim.theory.erlang import answering_figures
from akuttsim.units import HOUR_S, MINUTE_S

WARMUP = 5
"""A run begins to measure after so many times that the queue takes to forget how it began."""

LONG_LOAD = 0.85
"""Above this load runs of patient callers are so long that fewer are made."""


@dataclass(frozen=True)
class Setting:
    """A control room: operators, work offered for each of them, and mean patience."""

    operators: int
    load: float
    patience_min: float

    def question(self) -> Question:
        """Return the setting as akuttsim queue would ask it."""
        calls_per_h = self.load * self.operators * HOUR_S / TALK_S
        patience_s = self.patience_min * MINUTE_S
        return Question(calls_per_h, TALK_S, WITHIN_S, patience_s, self.operators)

    def exact(self) -> dict[str, float]:
        """Return the exact figures (Erlang C, or A with patience)."""
        q = self.question()
        found = answering_figures(q.calls_per_h, q.talk_s, q.operators, q.within_s, q.patience_s)
        return {name: getattr(found, name) for name in FIGURES}


def settings(form: Form) -> list[Setting]:
    """Return the grid."""
    return [
        Setting(size, load, patience)
        for patience in PATIENCES_MIN
        for load in (form.loads_patient if math.isinf(patience) else form.loads_impatient)
        for size in form.sizes
    ]


def length(question: Question, form: Form, seed: int) -> Length:
    """Return runs long enough for means that are near normal; see the study of lengths."""
    relaxation_h = forgets_s(question) / HOUR_S
    hours = max(form.least_calls / question.calls_per_h, form.relaxations * relaxation_h)
    return Length(hours, WARMUP * relaxation_h, RUNS, seed)


def tasks(form: Form) -> Iterator[Task]:
    """Return one piece of work for each setting and repeat."""
    for number, setting in enumerate(settings(form)):
        for repeat in range(_repeats(form, setting)):
            yield partial(measured, form, setting, 1_000_000 + 1_000 * number + repeat)


def _repeats(form: Form, setting: Setting) -> int:
    if math.isfinite(setting.patience_min):
        return form.repeats_impatient
    return form.repeats_long if setting.load > LONG_LOAD else form.repeats


def measured(form: Form, setting: Setting, seed: int) -> pd.DataFrame:
    """Return one row for each run of a repeat."""
    q = setting.question()
    who = CallerProcess(q.calls_per_h, q.talk_s, q.patience_s)
    runs = queue_runs(who, setting.operators, q.within_s, length(q, form, seed))
    table = pd.DataFrame(runs[:, : len(FIGURES)], columns=list(FIGURES))
    return table.assign(**asdict(setting), seed=seed, calls=runs[:, -1])


def tables(runs: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return `grid`, each setting over all its runs, and `grid_intervals`, repeat by repeat."""
    every, repeats = [], []
    keys = list(Setting.__dataclass_fields__)
    for _, of_setting in runs.groupby(keys, sort=False):
        operators, load, patience_min = of_setting[keys].iloc[0].tolist()
        setting = Setting(int(operators), load, patience_min)
        exact, calls = setting.exact(), float(of_setting["calls"].mean())
        told = {**asdict(setting), "calls_a_run": calls}
        every += interval_rows(_figures(of_setting), exact, {**told, "runs": len(of_setting)})
        for seed, of_repeat in of_setting.groupby("seed"):
            repeats += interval_rows(_figures(of_repeat), exact, {**told, "repeat": seed})
    return {"grid": _counted(every), "grid_intervals": _counted(repeats)}


def _figures(runs: pd.DataFrame) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return runs[list(FIGURES)].to_numpy(dtype=np.float64)


def _counted(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Mark the figures whose events are many enough in a run for a t interval."""
    table = pd.DataFrame(rows)
    events = [
        counted_events(Setting(*key), figure) * calls
        for *key, figure, calls in table[
            [*Setting.__dataclass_fields__, "figure", "calls_a_run"]
        ].itertuples(index=False)
    ]
    return table.assign(counted=np.array(events) >= LEAST_EVENTS)


def counted_events(setting: Setting, figure: str) -> float:
    """Return the share of calls that are (or are not, if rarer) what a figure is about."""
    exact = setting.exact()
    if figure == "occupancy":
        return 1.0
    share = exact["wait_probability" if figure == "wait_mean_s" else figure]
    return share if figure == "wait_mean_s" else min(share, 1 - share)
