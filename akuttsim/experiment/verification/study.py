"""The study: all parts, run side by side, and the criteria that they must meet."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from akuttsim.experiment.verification import (
    cities,
    grid,
    journeys,
    lengths,
    little,
    patience,
    priorities,
    year,
)
from akuttsim.experiment.verification.coverage import criteria, criterion
from akuttsim.experiment.verification.form import Form
from akuttsim.experiment.verification.pool import Task, Told, done

Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Part:
    """A part of the study: its pieces of work, and the tables made of what they return."""

    name: str
    tasks: Callable[[Form], Iterator[Task]]
    tables: Callable[[pd.DataFrame], Tables]


PARTS = (
    Part("grid", grid.tasks, grid.tables),
    Part("patience", patience.tasks, patience.tables),
    Part("priorities", priorities.tasks, priorities.tables),
    Part("cities", cities.tasks, cities.tables),
    Part("little", little.tasks, little.tables),
    Part("journeys", journeys.tasks, journeys.tables),
    Part("lengths", lengths.tasks, lengths.tables),
    Part("year", year.tasks, year.tables),
)


def tasks(form: Form) -> list[tuple[str, Task]]:
    """Return every piece of work with the name of its part."""
    return [(part.name, task) for part in PARTS for task in part.tasks(form)]


def verified(form: Form, workers: int, tell: Told) -> Tables:
    """Run the study; `criteria` says what was asked for, found, and met.

    The tables do not depend on the number of processes.
    """
    work = tasks(form)
    results = done([task for _, task in work], workers, tell)
    found: Tables = {"form": pd.DataFrame([{"name": form.name}])}
    by_part = itertools.groupby(zip(work, results, strict=True), key=lambda pair: pair[0][0])
    parts = {part.name: part for part in PARTS}
    for name, pairs in by_part:
        found |= parts[name].tables(pd.concat([result for _, result in pairs]))
    return found | {"criteria": pd.DataFrame(judged(found))}


def judged(found: Tables) -> list[dict[str, object]]:
    """Return the criteria: coverage where there are intervals, and the rest one by one."""
    whole, repeats, hours = found["grid"], found["grid_intervals"], found["year"]
    gaps, roads, patient = found["little"], found["journeys"], found["patience"]
    named = found["priorities_intervals"]
    return [
        *criteria("one control room", repeats[repeats["counted"]]),
        *criteria("one control room, all runs of a setting", whole[whole["counted"]]),
        *criteria("patience", patient[patient["counted"] & (patient["figure"] == "abandoned")]),
        *criteria("priorities", named),
        *criteria("small cities", cities.independent(found["cities_intervals"])),
        _within("Little's law", "largest gap", gaps["gap_whole_run"], gaps["rounding"]),
        _within("travel times", "largest difference, s", roads["largest_s"], roads["rounding_s"]),
        _all_held("a year by hour", "hours whose figures hold", hours[hours["counted"]]),
        _all_held("a year by hour", "mean wait of the year holds", found["year_wait"]),
    ]


def _within(
    part: str, what: str, values: pd.Series[float], most: pd.Series[float]
) -> dict[str, object]:
    """Return the criterion on the value that comes nearest to the most that rounding explains."""
    worst = int((values / most).to_numpy().argmax())
    found = (float(values.iloc[worst]), 0.0, float(most.iloc[worst]))
    return criterion(part, what, found, len(values))


def _all_held(part: str, what: str, table: pd.DataFrame) -> dict[str, object]:
    return criterion(part, what, (float(table["held"].mean()), 1.0, 1.0), len(table))


def failures(found: Tables) -> list[str]:
    """Return the criteria that were not met, in words."""
    table = found["criteria"]
    return [
        f"{row.part}: {row.what} is {row.value:.4g}, must lie in {row.low:.4g} to {row.high:.4g}"
        for row in table[~table["met"].astype(bool)].itertuples()
    ]
