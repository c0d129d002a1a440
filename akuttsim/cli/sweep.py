"""akuttsim sweep: an experiment's organisations on the same patients."""

from __future__ import annotations

from pathlib import Path

import click

from akuttsim.cli import options


@click.command(short_help="Run an experiment.")
@click.argument("experiment")
@options.out
@options.workers
@options.records
@click.option("--resume", is_flag=True, help="Go on with what a stopped sweep left in the folder.")
def command(
    experiment: str, out: Path | None, workers: int | None, records: bool, resume: bool
) -> None:
    """Run EXPERIMENT, a shipped name (such as 01-first-look) or a path to a file.

    Every organisation meets the same patients. Each finished run is kept at once; a stopped sweep
    goes on with --resume.
    """
    from akuttsim.cli.sweeping import print_answer, sweep, write_reports
    from akuttsim.experiment.study import study_of_experiment

    study = study_of_experiment(experiment)
    folder = out or Path("results") / study.name
    sweep(study, folder, workers, records=records, resume=resume)
    print_answer(folder, "en")
    write_reports(folder)
