"""Organisations beside the world: what published figures are in each simulated one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from akuttsim.config.schema.experiment import PublishedFigure
from akuttsim.errors import InputError, Problem
from akuttsim.experiments.results import read_results
from akuttsim.experiments.runner import RunOptions, TellRuns, run_study
from akuttsim.experiments.study import Study, study_of_run
from akuttsim.texts import message

FigureValues = dict[str, float]
"""An organisation's simulated value of each figure, in the figure's unit; NaN where it has none."""


def studies_of_organisations(
    organisations: Sequence[str], length: tuple[int, int, int]
) -> list[Study]:
    """Return a study of each organisation. `length` is weeks, replications and seed.

    Each meets its own region; those of different regions can stand beside each other, for none is
    compared with another. Raises InputError.
    """
    return [study_of_run([name], None, (), length) for name in organisations]


def simulate_figures(
    study: Study, figures: Mapping[str, PublishedFigure], workers: int, tell: TellRuns
) -> FigureValues:
    """Run a study, and return the mean over its replications of each figure.

    Raises InputError if a run failed: a mean of the others would be of other years.
    """
    with TemporaryDirectory(prefix="akuttsim-") as folder:
        failed = run_study(study, Path(folder) / "results", RunOptions(workers=workers), tell)
        if failed:
            reasons = [
                message(
                    "experiments.run.replication_failed",
                    replication=each.run.replication,
                    failure=each.failure,
                )
                for each in failed
            ]
            raise InputError([Problem("", 0, study.base, what) for what in reasons])
        summary = read_results(Path(folder) / "results").summary
    return figure_values(summary, figures)


def figure_values(summary: pd.DataFrame, figures: Mapping[str, PublishedFigure]) -> FigureValues:
    """Return each figure's value in the summary of one organisation."""
    keys = zip(summary["indicator"], summary["group_by"], summary["group"], strict=True)
    means = dict(zip(keys, summary["mean"], strict=True))
    nothing = float("nan")
    return {
        name: float(means.get((each.indicator, each.group_by, each.group), nothing)) * each.times
        for name, each in figures.items()
    }
