"""The proof: today's organisation and the proposal meet the same patients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from akuttsim.experiment.placing import ambulances, crews, responders, satellites
from akuttsim.experiment.placing.proposal import Proposal
from akuttsim.experiment.placing.question import Question, World, checked, refuse, world
from akuttsim.experiment.placing.written import (
    Length,
    write_experiment,
    write_measuring,
    write_proposal,
)
from akuttsim.experiment.study import Study, study_of_experiment
from akuttsim.store.results import Results, read_results

Array = NDArray[np.float64]
Run = Callable[[Study, Path], None]
"""Does a study's runs into a folder."""

MEASURED = Length(weeks=4, replications=4, seed=0)
"""How long today's crews are watched to tell how busy they are: a share that four months show to
within about one percentage point."""


@dataclass(frozen=True)
class Placed:
    """A proposal with the files that were written for it."""

    world: World
    question: Question
    proposal: Proposal
    organisation: Path
    experiment: Path


def place(
    asked: tuple[str, str | None], question: Question, folder: Path, how: tuple[Length, Run]
) -> Placed:
    """Find sites for `asked`, an organisation and a region, and write the files of the proposal.

    Raises InputError for what cannot be asked, and for a folder that holds something already.
    """
    checked(question)
    of, (length, run) = world(*asked), how
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise refuse("--out", f"{folder} is there already; name a new folder")
    proposal = _proposed(of, question, folder / "measured", (length, run))
    organisation = write_proposal(of, question, proposal, folder)
    experiment = write_experiment(of, question, proposal.main_indicators, (folder, length))
    study_of_experiment(str(experiment))
    return Placed(of, question, proposal, organisation, experiment)


def _proposed(of: World, question: Question, folder: Path, how: tuple[Length, Run]) -> Proposal:
    if question.what == "satellites":
        return satellites.proposed(of, question)
    _try_out(of, question)
    busy = busy_by_hour(of, folder, how)
    if question.what == "ambulances":
        return ambulances.proposed(of, question, busy)
    return responders.proposed(of, question, busy)


def _try_out(of: World, question: Question) -> None:
    """Raise InputError for options that cannot be met, before anything is run."""
    if question.what == "ambulances":
        crews.asked(of, question)
    else:
        responders.asked(of, question)


def busy_by_hour(of: World, folder: Path, how: tuple[Length, Run]) -> Array:
    """Return the share of time on duty that today's crews are at work, by hour of the day."""
    length, run = how
    watched = replace(MEASURED, seed=length.seed)
    run(study_of_experiment(str(write_measuring(of, folder, watched))), folder / "results")
    summary = read_results(folder / "results").summary
    rows = summary[(summary.indicator == "busy_share") & (summary.group_by == "role_hour")]
    shares = rows.set_index("group")["mean"]
    by_hour = np.array([float(shares.get(f"crew {hour:02d}", np.nan)) for hour in range(24)])
    return np.clip(np.where(np.isnan(by_hour), np.nanmean(by_hour), by_hour), 0.0, 0.95)


def prove(placed: Placed, run: Run) -> Results:
    """Run today against the proposal, and return the results."""
    folder = placed.experiment.parent / "results"
    run(study_of_experiment(str(placed.experiment)), folder)
    return read_results(folder)
