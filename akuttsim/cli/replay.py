"""akuttsim replay: the real calls of a log meet one organisation, or several."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from akuttsim.cli import logs, options, show


@click.command(short_help="Let the real calls of a log meet organisations.")
@click.argument("organisations", metavar="ORGANISATION...", nargs=-1, required=True)
@click.option("--log", "file", required=True, type=click.Path(path_type=Path), help="The call log.")
@logs.file_format
@click.option("--region", help="Another region than the organisation's own: a name or a path.")
@click.option("--first", type=logs.DAY, help="The first day that is looked at. Default: the log's.")
@click.option("--last", type=logs.DAY, help="The last day that is looked at. Default: the log's.")
@click.option("--replications", type=click.IntRange(2, 1000), default=10, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--set", "sets", multiple=True, metavar="KEY=VALUE", help="Change one value.")
@click.option(
    "--add",
    multiple=True,
    type=click.Choice(["planned_transports", "safety_alarms"]),
    help="Also draw these from the region: no log of calls has them.",
)
@options.out
@options.workers
@options.resume
def command(
    organisations: tuple[str, ...],
    file: Path,
    form: str,
    region: str | None,
    first: date | None,
    last: date | None,
    replications: int,
    seed: int,
    sets: tuple[str, ...],
    add: tuple[str, ...],
    out: Path | None,
    workers: int | None,
    resume: bool,
) -> None:
    """Let the real calls of a log meet each ORGANISATION: a shipped name, or a path to a file.

    The first should be how it was organised then: it is held against what the log recorded. The
    others are what-ifs on the same calls. What the log lacks is drawn anew in each replication.
    """
    from akuttsim.cli import sweeping
    from akuttsim.experiments.patient_source import logged_patients
    from akuttsim.experiments.study import study_of_log, with_logged_calls

    asked = study_of_log(organisations, region, sets, (replications, seed))
    log = logs.usable(file, form, asked.region)
    study = with_logged_calls(asked, logged_patients(log, asked.region, (first, last), add))
    folder = show.folder_of(out, Path("results") / study.name, resume)
    failed = sweeping.sweep(study, folder, sweeping.How(workers, resume=resume))
    sweeping.print_replay(folder)
    sweeping.write_reports(folder)
    sweeping.leave_for(failed)
