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
@options.only
@options.resume
@click.option("--dry-run", is_flag=True, help="Say what would be run, how long and how large.")
@click.option("--no-report", is_flag=True, help="Write no page; akuttsim report does it later.")
@click.option("--cluster", metavar="ADDRESS", help="Run on the Dask cluster of this scheduler.")
def command(
    experiment: str,
    out: Path | None,
    workers: int | None,
    records: bool,
    only: str | None,
    resume: bool,
    dry_run: bool,
    no_report: bool,
    cluster: str | None,
) -> None:
    """Run EXPERIMENT, a shipped name (such as 01-first-look) or a path to a file.

    Every organisation meets the same patients. Each finished run is kept at once; a stopped sweep
    goes on with --resume.
    """
    from akuttsim.cli import sweeping
    from akuttsim.experiments.study import study_of_experiment

    study = study_of_experiment(experiment)
    folder = out or Path("results") / study.name
    if dry_run:
        sweeping.print_plan(study, folder, workers)
    elif only is not None:
        sweeping.do_one(study, only)
    else:
        failed = sweeping.sweep(study, folder, sweeping.How(workers, records, resume, cluster))
        sweeping.print_answer(folder, "en")
        if no_report:
            sweeping.say_where(folder)
        else:
            sweeping.write_reports(folder)
        sweeping.leave_for(failed)
