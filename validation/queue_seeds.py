"""One question after the other under many seeds: whether intervals hold, and questions err apart.

`akuttsim queue --method simulated` is asked of sixteen rooms whose exact answers are known. Of each
seed it is noted which intervals hold the exact mean wait, and how many rooms lie above theirs.
Rooms that drew the same random numbers would all lie high under one seed and low under another.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product

import numpy as np
import pandas as pd
from scipy.stats import chi2

from akuttsim.experiments.executor import execute_tasks
from akuttsim.experiments.test_bench import (
    QueueQuestion,
    exact_queue_figures,
    simulated_queue_figures,
)
from akuttsim.units import HOUR_S
from validation.coverage_criteria import FALSE_ALARM_RATE, coverage_bounds
from validation.study_size import TALK_S, WITHIN_S, RealityStudySize

ROOM_SIZES = (1, 2, 5, 10)
ROOM_LOADS = (0.6, 0.8)
ROOM_PATIENCES_S = (math.inf, 540.0)


def seeded_questions() -> list[QueueQuestion]:
    """Return the sixteen rooms."""
    return [
        QueueQuestion(load * size * HOUR_S / TALK_S, TALK_S, WITHIN_S, patience_s, size)
        for size, load, patience_s in product(ROOM_SIZES, ROOM_LOADS, ROOM_PATIENCES_S)
    ]


def seeded_waits(seed: int, rooms: int, calls: int) -> pd.DataFrame:
    """Return what each of the first rooms comes to under a seed: if it holds, and if it is high."""
    rows = []
    for question in seeded_questions()[:rooms]:
        found = simulated_queue_figures(question, seed, calls)
        exact, mean, low, high = (
            float(value or 0.0)
            for value in (
                exact_queue_figures(question)["wait_mean_s"],
                *(found[f"wait_mean_s{end}"] for end in ("", "_low", "_high")),
            )
        )
        rows.append({"seed": seed, "held": low <= exact <= high, "is_high": mean > exact})
    return pd.DataFrame(rows)


def seed_measures(
    form: RealityStudySize, workers: int, tell: Callable[[int], None]
) -> Iterator[tuple[str, tuple[float, float, float], int]]:
    """Yield what is measured over so many seeds: its value with the bounds, and of how many.

    Args:
        form: How many seeds (from 1, at least 2), rooms, and calls of an answer.
        workers: Processes; the figures do not depend on them.
        tell: Called with how many seeds more are done.
    """
    tasks = [
        partial(seeded_waits, seed, form.seed_rooms, form.seed_calls)
        for seed in range(1, form.seeds + 1)
    ]
    table = pd.concat(execute_tasks(tasks, workers, tell))
    held = float(table["held"].mean())
    yield (
        "intervals that hold the exact mean wait",
        (held, *coverage_bounds(len(table))),
        len(table),
    )
    rooms, share = form.seed_rooms, float(table["is_high"].mean())
    high = table.groupby("seed")["is_high"].sum().to_numpy()
    chance = rooms * share * (1 - share)
    ratio = float(np.var(high, ddof=1)) / chance if chance else math.inf
    tails = (FALSE_ALARM_RATE / 2, 1 - FALSE_ALARM_RATE / 2)
    least, most = (float(chi2.ppf(tail, form.seeds - 1)) / (form.seeds - 1) for tail in tails)
    what = "variance between seeds of how many rooms lie above, over that of rooms by themselves"
    yield what, (ratio, least, most), form.seeds
