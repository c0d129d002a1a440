"""The study of exact answers: all parts, run side by side, and the criteria that they must meet."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from akuttsim.experiments.executor import TableTask, TellProgress, execute_tasks
from validation import (
    cobham_priorities,
    dijkstra_journeys,
    erlang_rooms,
    hypercube_cities,
    littles_law,
    run_lengths,
    time_varying_year,
)
from validation.coverage_criteria import criteria_by_figure, criterion
from validation.study_size import ExactStudySize

Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class StudyPart:
    """A part of the study: its pieces of work, and the tables made of what they return."""

    name: str
    tasks: Callable[[ExactStudySize], Iterator[TableTask]]
    tables: Callable[[pd.DataFrame], Tables]


STUDY_PARTS = (
    StudyPart("grid", erlang_rooms.grid_tasks, erlang_rooms.grid_tables),
    StudyPart("patience", erlang_rooms.patience_tasks, erlang_rooms.patience_tables),
    StudyPart("priorities", cobham_priorities.priority_tasks, cobham_priorities.priority_tables),
    StudyPart("cities", hypercube_cities.city_tasks, hypercube_cities.city_tables),
    StudyPart("little", littles_law.little_tasks, littles_law.little_tables),
    StudyPart("journeys", dijkstra_journeys.journey_tasks, dijkstra_journeys.journey_tables),
    StudyPart("lengths", run_lengths.run_length_tasks, run_lengths.run_length_tables),
    StudyPart("year", time_varying_year.year_tasks, time_varying_year.year_tables),
)


def exact_study_tasks(form: ExactStudySize) -> list[tuple[str, TableTask]]:
    """Return every piece of work with the name of its part."""
    return [(part.name, task) for part in STUDY_PARTS for task in part.tasks(form)]


def run_exact_study(form: ExactStudySize, workers: int, tell: TellProgress) -> Tables:
    """Run the study; `criteria_by_figure` says what was asked for, found, and met.

    The tables do not depend on the number of processes.
    """
    work = exact_study_tasks(form)
    results = execute_tasks([task for _, task in work], workers, tell)
    tables: Tables = {"form": pd.DataFrame([{"name": form.name}])}
    by_part = itertools.groupby(zip(work, results, strict=True), key=lambda pair: pair[0][0])
    parts = {part.name: part for part in STUDY_PARTS}
    for name, pairs in by_part:
        tables |= parts[name].tables(pd.concat([result for _, result in pairs]))
    return tables | {"criteria": pd.DataFrame(exact_study_criteria(tables))}


def exact_study_criteria(tables: Tables) -> list[dict[str, object]]:
    """Return the criteria: coverage where there are intervals, and the rest one by one."""
    whole, repeats, hours = tables["grid"], tables["grid_intervals"], tables["year"]
    gaps, roads, patient = tables["little"], tables["journeys"], tables["patience"]
    named = tables["priorities_intervals"]
    return [
        *criteria_by_figure("one control room", repeats[repeats["counted"]]),
        *criteria_by_figure("one control room, all runs of a setting", whole[whole["counted"]]),
        *criteria_by_figure(
            "patience", patient[patient["counted"] & (patient["figure"] == "abandoned")]
        ),
        *criteria_by_figure("priorities", named),
        *criteria_by_figure(
            "small cities", hypercube_cities.independent_intervals(tables["cities_intervals"])
        ),
        _rounding_criterion("Little's law", "largest gap", gaps["gap_whole_run"], gaps["rounding"]),
        _rounding_criterion(
            "travel times", "largest difference, s", roads["largest_s"], roads["rounding_s"]
        ),
        _coverage_criterion("a year by hour", "hours whose figures hold", hours[hours["counted"]]),
        _coverage_criterion("a year by hour", "mean wait of the year holds", tables["year_wait"]),
    ]


def _rounding_criterion(
    part: str, what: str, values: pd.Series[float], most: pd.Series[float]
) -> dict[str, object]:
    """Return the criterion on the value that comes nearest to the most that rounding explains."""
    worst = int((values / most).to_numpy().argmax())
    tables = (float(values.iloc[worst]), 0.0, float(most.iloc[worst]))
    return criterion(part, what, tables, len(values))


def _coverage_criterion(part: str, what: str, table: pd.DataFrame) -> dict[str, object]:
    return criterion(part, what, (float(table["held"].mean()), 1.0, 1.0), len(table))


def unmet_criteria(tables: Tables) -> list[str]:
    """Return the criteria that were not met, and for no known reason, in words."""
    table = tables["criteria"]
    if "reason" in table:
        table = table[table["reason"] == ""]
    return [
        f"{row.part}: {row.what} is {row.value:.4g}, must lie in {row.low:.4g} to {row.high:.4g}"
        for row in table[~table["met"].astype(bool)].itertuples()
    ]
