"""akuttsim warm-up: how long a run is marked by its empty start."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from akuttsim.cli import options, show


@click.command(short_help="Say how long a warm-up an experiment needs.")
@click.argument("experiment")
@click.option("--weeks", type=click.IntRange(8, 104), default=12, show_default=True,
              help="Length of a pilot run.")  # fmt: skip
@click.option("--replications", type=click.IntRange(2, 1000), default=10, show_default=True,
              help="Pilot runs.")  # fmt: skip
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the page. Default: results/warm-up-NAME.",
)
@options.language("nb")
@options.workers
def command(
    experiment: str,
    weeks: int,
    replications: int,
    out: Path | None,
    lang: Literal["nb", "en"],
    workers: int | None,
) -> None:
    """Run the first organisation of EXPERIMENT a few times from an empty start.

    Says by a published rule (MSER-5) how many days each daily series is marked by the start, and
    what warm-up and run length would do; writes a page with the figure.
    """
    from akuttsim.experiments.pilot_runs import pilot_series, pilot_tasks
    from akuttsim.experiments.runner import default_workers
    from akuttsim.experiments.study import study_of_experiment
    from akuttsim.report.warm_up import Pilot, warm_up_lines, write_warm_up
    from akuttsim.statistics.run_length import choose_warm_up

    study = study_of_experiment(experiment)
    work = pilot_tasks(study, weeks, replications)
    with show.progress(len(work), study.name) as bar:
        found = choose_warm_up(pilot_series(work, workers or default_workers(), bar.advance))
    title: str = getattr(study.organisations[study.base].title, lang)
    told = Pilot(study.name, title, replications, weeks, study.warmup_days, study.weeks)
    click.echo("\n".join(warm_up_lines(found, told, "en")))
    page = (out or Path("results") / f"warm-up-{study.name}") / "warm-up.html"
    write_warm_up(found, told, lang, page)
    click.echo(f"\nPage: {page}")
