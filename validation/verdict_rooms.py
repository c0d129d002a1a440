"""Verdicts on control rooms with exact answers: one by one against targets, and two and two."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

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
from akuttsim.records import Floats
from akuttsim.statistics.intervals import (
    Interval,
    cut_at_zero,
    difference_verdict,
    share_interval,
    t_interval,
    target_verdict,
)
from akuttsim.statistics.verdicts import Verdict
from akuttsim.theory.erlang import answering_figures
from akuttsim.units import HOUR_S, MINUTE_S
from validation.study_size import PATIENCES_MIN, WITHIN_S, VerdictStudySize

ROOM_SIZES = (1, 2, 3, 4, 6, 8, 12, 20)
TALKS_S = (240.0, 300.0, 420.0)
ROOM_LOADS = {True: (0.35, 0.85), False: (0.6, 1.15)}
"""Least and most work for each operator, where nobody hangs up and where callers do."""

GOLDEN = (math.sqrt(5) - 1) / 2
"""Multiples of it, less their whole parts, spread evenly over 0 to 1 however many there are."""

ROOM_WARMUP = 5

Side = Literal["at_least", "at_most"]
GOALS: dict[str, tuple[Side, float]] = {
    "answered_within": ("at_least", 0.05),
    "wait_mean_s": ("at_most", 10.0),
    "abandoned": ("at_most", 0.02),
}
"""Which side of a target is good, and the step of the round numbers that targets are."""

MARGIN = 0.02
"""A difference in the share answered that is called too small to matter."""


@dataclass(frozen=True)
class JudgedRoom:
    """A control room: operators, work offered for each of them, mean talk and patience."""

    operators: int
    load: float
    talk_s: float
    patience_s: float

    def question(self) -> QueueQuestion:
        """Return the room as akuttsim queue would ask it."""
        calls_per_h = self.load * self.operators * HOUR_S / self.talk_s
        return QueueQuestion(calls_per_h, self.talk_s, WITHIN_S, self.patience_s, self.operators)


def judged_room(number: int) -> JudgedRoom:
    """Return the room of a number: sizes, talks and patience in turn, and loads spread evenly."""
    patience_s = PATIENCES_MIN[number // len(ROOM_SIZES) % len(PATIENCES_MIN)] * MINUTE_S
    least, most = ROOM_LOADS[math.isinf(patience_s)]
    load = least + (most - least) * (number * GOLDEN % 1)
    return JudgedRoom(
        ROOM_SIZES[number % len(ROOM_SIZES)], load, TALKS_S[number % len(TALKS_S)], patience_s
    )


PairChange = Literal["talks 3 % shorter", "talks 10 % longer", "one operator more", "other callers"]
PAIR_CHANGES: tuple[PairChange, ...] = (
    "talks 3 % shorter",
    "talks 10 % longer",
    "one operator more",
)


def pair_change(number: int) -> PairChange:
    """Return how the second of a pair differs; in each tenth pair nothing does but the callers."""
    return "other callers" if number % 10 == 9 else PAIR_CHANGES[number % len(PAIR_CHANGES)]


def changed_question(question: QueueQuestion, what: PairChange) -> QueueQuestion:
    """Return the second room of a pair."""
    factor = {"talks 3 % shorter": 0.97, "talks 10 % longer": 1.1}.get(what, 1.0)
    more = 1 if what == "one operator more" else 0
    talk_s, operators = question.talk_s * factor, question.operators + more
    return replace(question, talk_s=talk_s, operators=operators)


def exact_room_figures(question: QueueQuestion) -> dict[str, float]:
    """Return the exact figures (Erlang C, or A with patience)."""
    q = question
    exact = answering_figures(q.calls_per_h, q.talk_s, q.operators, q.within_s, q.patience_s)
    return {name: getattr(exact, name) for name in QUEUE_FIGURES}


def room_tasks(form: VerdictStudySize) -> Iterator[TableTask]:
    """Return one piece of work for each room with its pair."""
    for number in range(form.rooms):
        yield partial(room_verdicts, form, number)


def room_verdicts(form: VerdictStudySize, number: int) -> pd.DataFrame:
    """Return the verdicts on a room, figure by figure, and on it against its pair."""
    question, what = judged_room(number).question(), pair_change(number)
    other = changed_question(question, what)
    runs = _room_runs(form, question, question, number)
    other_runs = _room_runs(
        form, other, question, number + (form.rooms if what == "other callers" else 0)
    )
    rows = [
        *_target_verdicts(question, runs, number),
        _pair_verdict(question, other, runs, other_runs, what),
    ]
    return pd.DataFrame(rows).assign(room=number, operators=question.operators)


def _room_runs(
    form: VerdictStudySize, question: QueueQuestion, alike: QueueQuestion, number: int
) -> Floats:
    """Return replications, as long for both rooms of a pair so that the same callers ring."""
    forgets_h = relaxation_time_s(alike) / HOUR_S
    hours = max(form.calls / alike.calls_per_h, form.relaxations * forgets_h)
    length = BenchLength(hours, ROOM_WARMUP * forgets_h, form.replications, 11_000_000 + number)
    who = CallerProcess(question.calls_per_h, question.talk_s, question.patience_s)
    return queue_runs(who, int(question.operators), question.within_s, length)


def _target_verdicts(
    question: QueueQuestion, runs: Floats, number: int
) -> Iterator[dict[str, object]]:
    truth = exact_room_figures(question)
    for figure, (side, step) in GOALS.items():
        if figure == "abandoned" and math.isinf(question.patience_s):
            continue
        value = truth[figure]
        target = target_near(value, step, number)
        interval = _figure_interval(figure, runs)
        verdict = target_verdict(interval, side, target)
        is_met = value >= target if side == "at_least" else value <= target
        yield _verdict_row(
            figure, interval, (verdict, _is_wrong_on_target(verdict, is_met)), value, target
        )


def target_near(value: float, step: float, number: int) -> float:
    """Return the round number nearest to the exact value, or the next one below or above it."""
    return max(round(value / step) + number % 3 - 1, 1) * step


def _figure_interval(figure: str, runs: Floats) -> Interval:
    values = runs[:, QUEUE_FIGURES.index(figure)]
    if figure == "wait_mean_s":
        return cut_at_zero(t_interval(values))
    return share_interval(values, runs[:, -1].astype(np.int64))


def _is_wrong_on_target(verdict: Verdict, is_met: bool) -> bool:
    return verdict == ("not met" if is_met else "met")


def _pair_verdict(
    question: QueueQuestion,
    other: QueueQuestion,
    runs: Floats,
    other_runs: Floats,
    what: PairChange,
) -> dict[str, object]:
    """Return the verdict on the share answered in the second room against the first, paired."""
    truth = (
        exact_room_figures(other)["answered_within"]
        - exact_room_figures(question)["answered_within"]
    )
    interval = t_interval(other_runs[:, 0] - runs[:, 0])
    verdict = difference_verdict(interval, "higher", MARGIN)
    row = _verdict_row(
        "difference", interval, (verdict, is_wrong_difference(verdict, truth)), truth, MARGIN
    )
    return row | {"change": what}


def is_wrong_difference(verdict: Verdict, truth: float) -> bool:
    """Tell whether a verdict on a difference, of which higher is good, claims what is not so."""
    claims = {
        "better": truth > MARGIN,
        "worse": truth < -MARGIN,
        "no difference that matters": abs(truth) <= MARGIN,
    }
    return not claims.get(verdict, True)


def _verdict_row(
    figure: str, interval: Interval, verdict: tuple[str, bool], truth: float, goal: float
) -> dict[str, object]:
    return {
        "figure": figure, "mean": interval.mean, "low": interval.low, "high": interval.high,
        "exact": truth, "goal": goal, "verdict": verdict[0], "wrong": verdict[1], "change": "",
    }  # fmt: skip


def room_tables(found: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return `rooms` and `pairs`, a row for each verdict."""
    is_pair = found["figure"] == "difference"
    return {"rooms": found[~is_pair], "pairs": found[is_pair]}
