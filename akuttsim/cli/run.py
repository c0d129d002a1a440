"""akuttsim run: one organisation."""

from __future__ import annotations

from pathlib import Path

import click

from akuttsim.cli import options, show


@click.command(short_help="Run one organisation.")
@click.argument("organisation")
@click.option("--region", help="Another region than the organisation's own: a name or a path.")
@click.option("--weeks", type=click.IntRange(1, 520), default=4, show_default=True)
@click.option("--replications", type=click.IntRange(2, 10_000), default=10, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--set", "sets", multiple=True, metavar="KEY=VALUE", help="Change one value.")
@options.out
@options.workers
@options.resume
@options.records
@options.only
def command(
    organisation: str,
    region: str | None,
    weeks: int,
    replications: int,
    seed: int,
    sets: tuple[str, ...],
    out: Path | None,
    workers: int | None,
    resume: bool,
    records: bool,
    only: str | None,
) -> None:
    """Run ORGANISATION, a shipped name (such as namdal-today) or a path to a file.

    Several replications of some weeks each; what is printed is their mean with its 95 % interval.
    """
    from akuttsim.cli import sweeping
    from akuttsim.experiments.study import study_of_run

    study = study_of_run([organisation], region, sets, (weeks, replications, seed))
    folder = show.folder_of(out, Path("results") / study.name, resume)
    if only is not None:
        sweeping.do_one(study, only)
        return
    failed = sweeping.sweep(study, folder, sweeping.How(workers, records, resume))
    sweeping.print_main(folder, study.name)
    sweeping.write_reports(folder)
    sweeping.leave_for(failed)
