"""One control room by itself: exact answers, or the chain's own processes with an interval."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from akuttsim.errors import option_error
from akuttsim.experiments.test_bench import BenchLength, simulate_queue
from akuttsim.patients.queue_patients import CallerProcess
from akuttsim.statistics.intervals import Interval
from akuttsim.texts import message, said_by
from akuttsim.theory.erlang import answering_figures, operators_needed
from akuttsim.theory.priority_queues import waits_by_class_mmc
from akuttsim.theory.staffing_levels import SHIFT_BANDS, ShiftBand, contacts_per_h
from akuttsim.units import HOUR_S

T = TypeVar("T")

QUEUE_FIGURES = ("answered_within", "wait_mean_s", "wait_probability", "abandoned", "occupancy")
"""The figures of a queue, in the order in which they are shown."""

CALLS_WANTED = 200_000
"""A simulated answer rests on about so many calls over its replications."""

MOST_H = 8_760
"""A replication measures a year at most."""

REPLICATIONS = 20


@dataclass(frozen=True)
class QueueQuestion:
    """A control room: calls an hour, mean talk, patience and limit in seconds, operators.

    `first_share` of calls goes first in the queue; `operators` may be a fraction when exact.
    """

    calls_per_h: float
    talk_s: float
    within_s: float
    patience_s: float
    operators: float
    first_share: float = 0.0


QueueAnswer = dict[str, float | None]
"""The figures by name; with `_low` and `_high` beside each when simulated. None where unknown."""


def calls_of_people(population: float, hour: str) -> float:
    """Return calls an hour of a weekend shift for a population. Raises InputError."""
    if hour not in SHIFT_BANDS:
        raise option_error(
            "--hour", message("experiments.queue.hour", bands=", ".join(SHIFT_BANDS), hour=hour)
        )
    band: ShiftBand = hour
    return _answer_of_theory(lambda: contacts_per_h(population, band))


def operators_for_target(question: QueueQuestion, target: float) -> int:
    """Return the operators that a target share asks for. Raises InputError."""
    return _answer_of_theory(
        lambda: operators_needed(
            question.calls_per_h, question.talk_s, target, question.within_s, question.patience_s
        )
    )


def with_operators(question: QueueQuestion, operators: float) -> QueueQuestion:
    """Return the same control room with so many operators."""
    return replace(question, operators=operators)


def exact_queue_figures(question: QueueQuestion) -> QueueAnswer:
    """Return Erlang's exact figures (C, or A with patience); waits by class with priorities.

    Raises InputError where there is no long-run answer, or no exact one.
    """
    if question.first_share and math.isfinite(question.patience_s):
        what = message("experiments.queue.no_exact")
        raise option_error("--priority", what)
    q = question
    figures = _answer_of_theory(
        lambda: answering_figures(q.calls_per_h, q.talk_s, q.operators, q.within_s, q.patience_s)
    )
    answer: QueueAnswer = {name: getattr(figures, name) for name in ("operators", *QUEUE_FIGURES)}
    if not question.first_share:
        return answer
    # Priorities move the waits of the classes, and with them the share answered in time; of the
    # latter no closed form is kept here.
    rates = [q.calls_per_h * q.first_share, q.calls_per_h * (1 - q.first_share)]
    first, others = waits_by_class_mmc(rates, q.talk_s, q.operators)
    answer["answered_within"] = None
    return answer | {"wait_mean_first_s": float(first), "wait_mean_others_s": float(others)}


def simulated_queue_figures(question: QueueQuestion, seed: int) -> QueueAnswer:
    """Return the figures of the chain's own control room, each with its 95 % interval.

    Raises InputError for a fraction of an operator, or a queue that grows without end.
    """
    if question.operators != int(question.operators) or question.operators < 1:
        raise option_error("--operators", message("experiments.queue.whole"))
    if question.calls_per_h == 0:
        raise option_error("--calls-per-hour", message("experiments.queue.above_zero"))
    exact_queue_figures(replace(question, first_share=0.0))  # refuses what has no answer
    who = CallerProcess(
        question.calls_per_h, question.talk_s, question.patience_s, question.first_share
    )
    length = _queue_run_length(question, seed)
    found = simulate_queue(who, int(question.operators), question.within_s, length)
    answer: QueueAnswer = {"operators": float(question.operators)}
    for name in QUEUE_FIGURES:
        answer |= _mean_with_ends(name, getattr(found, name))
    if question.first_share:
        answer |= _mean_with_ends("wait_mean_first_s", found.wait_mean_first_s)
        answer |= _mean_with_ends("wait_mean_others_s", found.wait_mean_others_s)
    return answer


def _queue_run_length(question: QueueQuestion, seed: int) -> BenchLength:
    """Return replications with the calls wanted, long enough to forget how they began."""
    forgets_h = relaxation_time_s(question) / HOUR_S
    wanted_h = max(CALLS_WANTED / REPLICATIONS / question.calls_per_h, 5 * forgets_h)
    return BenchLength(min(wanted_h, MOST_H), min(5 * forgets_h, MOST_H), REPLICATIONS, seed)


def relaxation_time_s(question: QueueQuestion) -> float:
    """Return about how long a queue needs to forget how it began (its relaxation time), seconds.

    M/M/c forgets at the rate c mu (1 - sqrt(load))^2, at most mu; with patience no slower than the
    slower of talk and patience. Sources: P. M. Morse (1955), "Stochastic properties of waiting
    lines", Operations Research 3, 255-261; E. A. van Doorn (1985), "Conditions for exponential
    ergodicity and bounds for the decay parameter of a birth-death process", Advances in Applied
    Probability 17, 514-530.
    """
    slowest_s = max(question.talk_s, question.patience_s)
    load = question.calls_per_h * question.talk_s / HOUR_S / question.operators
    if load >= 1:
        return slowest_s
    room = question.operators * (1 - math.sqrt(load)) ** 2
    return min(question.talk_s + question.talk_s / room, slowest_s)


def _mean_with_ends(name: str, interval: Interval) -> QueueAnswer:
    """Return a mean and its ends; None for what nobody met."""
    known = [None if math.isnan(value) else value for value in interval]
    return dict(zip((name, f"{name}_low", f"{name}_high"), known, strict=True))


def _answer_of_theory(ask: Callable[[], T]) -> T:
    """Return what a function of theory answers; its refusals become errors of input."""
    try:
        return ask()
    except ValueError as error:
        raise option_error("", said_by(error)) from None
