"""How many operators a target needs.

Source of the target's definition: Helsedirektoratet, "Anrop og svartid - Legevakt" (2023):
calls answered within 120 s / all calls, unanswered ones included; the goal is 80 %.
"""

from __future__ import annotations

import math

from akuttsim.theory import inputs
from akuttsim.theory.erlang import QueueFigures
from akuttsim.theory.patience import patience_queue


def queue_figures(
    calls_per_h: float,
    talk_s: float,
    operators: float,
    within_s: float,
    patience_s: float = math.inf,
) -> QueueFigures:
    """Erlang A for finite patience, Erlang C for infinite; units and errors of both."""
    return patience_queue(calls_per_h, talk_s, operators, within_s, patience_s)


def operators_needed(
    calls_per_h: float,
    talk_s: float,
    target_share: float,
    within_s: float,
    patience_s: float = math.inf,
) -> int:
    """Smallest whole number of operators, at least 1, who answer ``target_share`` in time.

    The share answered rises with every operator (Erlang C and A are monotone in c), so the search
    doubles and halves. ``within_s`` and ``patience_s`` in seconds. ValueError on wrong input.
    """
    target = inputs.open_share("target_share", target_share)
    load = inputs.offered_load(calls_per_h, talk_s)

    def enough(operators: int) -> bool:
        if math.isinf(patience_s) and load >= operators * (1 - inputs.LOAD_MARGIN):
            return False
        figures = queue_figures(calls_per_h, talk_s, operators, within_s, patience_s)
        return figures.answered_within >= target

    few, many = 0, 1
    while not enough(many):
        few, many = many, many * 2
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if enough(middle) else (middle, many)
    return many
