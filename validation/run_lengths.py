"""How long is long enough: what one run of so many calls can tell."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from akuttsim.chain.simulation import simulate
from akuttsim.experiments.executor import TableTask
from akuttsim.experiments.test_bench import BenchLength, clinic_plan, queue_plan, relaxation_time_s
from akuttsim.patients.queue_patients import CallerProcess, draw_queue_callers, draw_queue_visitors
from akuttsim.records import GREEN, Floats
from akuttsim.units import HOUR_S
from validation.cobham_priorities import DOCTOR, CobhamQueue, doctor_visitors
from validation.erlang_rooms import GRID_WARMUP, ErlangSetting
from validation.study_size import TALK_S, ExactStudySize

RUN_LENGTH_LOADS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
LOWEST_CLASS_QUEUE = CobhamQueue(DOCTOR, 1, 0.83, (0.1, 0.3, 0.6), (20.0, 20.0, 20.0))
"""Three classes at one doctor; the lowest class is looked at."""

LEAST_CALLS = 100
"""A run is cut into 1, 2, 4, ... pieces down to so many calls."""

LEAST_PIECES = 48
"""What calls are needed is scaled up from the longest pieces of which there are so many."""

NORMAL_95 = 1.96
PER_CENT = 0.05


def run_length_tasks(form: ExactStudySize) -> Iterator[TableTask]:
    """Return one piece of work for each long run."""
    for number, load in enumerate(RUN_LENGTH_LOADS):
        for run in range(form.long_runs):
            yield partial(one_operator_pieces, form, load, 7_000_000 + 1_000 * number + run)
    for run in range(form.long_runs):
        yield partial(lowest_class_pieces, form, 7_900_000 + run)


def one_operator_pieces(form: ExactStudySize, load: float, seed: int) -> pd.DataFrame:
    """Return the mean wait, in terms of the exact one, of pieces of one long run of a phone."""
    setting = ErlangSetting(1, load, float("inf"))
    question = setting.question()
    warmup_h = GRID_WARMUP * relaxation_time_s(question) / HOUR_S
    length = BenchLength(form.long_calls / question.calls_per_h, warmup_h, 1, seed)
    who = CallerProcess(question.calls_per_h, TALK_S)
    record = simulate(queue_plan(1, length), draw_queue_callers(who, length.ringing_h, seed, 0))
    start, end = record.measured
    mine = (record.calls.rang_s >= start) & (record.calls.rang_s < end)
    waits = (record.calls.answered_s - record.calls.rang_s)[mine]
    return _piece_means("one operator", load, waits / setting.exact()["wait_mean_s"])


def lowest_class_pieces(form: ExactStudySize, seed: int) -> pd.DataFrame:
    """Return the same of the lowest of three classes; a piece counts customers of all classes."""
    question = LOWEST_CLASS_QUEUE.question()
    warmup_h = 4 * GRID_WARMUP * relaxation_time_s(question) / HOUR_S
    length = BenchLength(form.long_calls / question.calls_per_h, warmup_h, 1, seed)
    patients = draw_queue_visitors(doctor_visitors(LOWEST_CLASS_QUEUE), length.ringing_h, seed, 0)
    courses = simulate(clinic_plan(LOWEST_CLASS_QUEUE.people, length), patients).courses
    start, end = length.warmup_h * HOUR_S, (length.warmup_h + length.hours) * HOUR_S
    mine = (patients.time_s >= start) & (patients.time_s < end)
    waits = np.where(patients.urgency == GREEN, courses.doctor_s - courses.doctor_asked_s, np.nan)
    exact = LOWEST_CLASS_QUEUE.exact()["wait of class 3"]
    return _piece_means("lowest class", LOWEST_CLASS_QUEUE.load, waits[mine] / exact)


def _piece_means(queue: str, load: float, relative: Floats) -> pd.DataFrame:
    """Return means of consecutive pieces of a run, cut into 1, 2, 4, ... pieces of equal size."""
    rows: list[dict[str, object]] = []
    cuts = int(np.log2(len(relative) / LEAST_CALLS)) + 1
    for cut in range(cuts):
        pieces = 2**cut
        calls = len(relative) // pieces
        means = np.nanmean(relative[: calls * pieces].reshape(pieces, calls), axis=1)
        rows += [
            {"queue": queue, "load": load, "cut": cut, "calls": calls, "relative": float(mean)}
            for mean in means
        ]
    return pd.DataFrame(rows)


def half_width_mm1(load: float, calls: float) -> float:
    """Return the 95 % half-width of one run's mean wait over the mean, for M/M/1 and many calls.

    Source: D. J. Daley (1968), "The serial correlation coefficients of waiting times in a
    stationary single server queue", Journal of the Australian Mathematical Society 8, 683-699;
    W. Whitt (1989), "Planning queueing simulations", Management Science 35, 1341-1366.
    """
    variance = load * (2 + 5 * load - 4 * load**2 + load**3) / (1 - load) ** 4
    mean = load / (1 - load)
    return float(NORMAL_95 * np.sqrt(variance / calls) / mean)


def run_length_tables(runs: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return `lengths`, the half-width by calls, and `lengths_needed`, the calls for 5 %."""
    pieces = (
        runs.groupby(["queue", "load", "cut"], sort=False)
        .agg(calls=("calls", "mean"), sd=("relative", "std"), pieces=("relative", "size"))
        .reset_index()
    )
    pieces = pieces.assign(half_width=NORMAL_95 * pieces["sd"])
    return {"lengths": pieces, "lengths_needed": _calls_needed(pieces)}


def _calls_needed(pieces: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for (queue, load), group in pieces.groupby(["queue", "load"], sort=False):
        enough = group[group["pieces"] >= LEAST_PIECES].sort_values("calls").iloc[-1]
        measured = float(enough["calls"]) * (float(enough["half_width"]) / PER_CENT) ** 2
        at_100_000 = float(enough["half_width"]) * np.sqrt(float(enough["calls"]) / 100_000)
        is_mm1 = queue == "one operator"
        exact = (half_width_mm1(float(str(load)), 1) / PER_CENT) ** 2 if is_mm1 else np.nan
        heads = {"queue": queue, "load": load, "pieces": enough["pieces"], "calls": enough["calls"]}
        lengths = {"needed": measured, "needed_exact": exact, "half_width_100000": at_100_000}
        rows.append({**heads, **lengths})
    return pd.DataFrame(rows)
