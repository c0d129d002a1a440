"""akuttsim demo: three models of Namdal, the answer and the report."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from akuttsim.cli import options, show


@click.command(short_help="Compare three models of Namdal.")
@options.language("en")
@options.out
@options.workers
def command(lang: Literal["nb", "en"], out: Path | None, workers: int | None) -> None:
    """Compare today's organisation of Namdal with one legevakt, and with satellites.

    Takes about a minute on two cores. Prints the answer and writes the report in both languages.
    """
    from akuttsim.cli import sweeping
    from akuttsim.experiments.study import study_of_experiment

    study = study_of_experiment(sweeping.DEMO)
    folder = out or show.free_folder(Path("results") / "demo")
    failed = sweeping.sweep(study, folder, sweeping.How(workers))
    sweeping.print_answer(folder, lang)
    sweeping.write_reports(folder)
    sweeping.leave_for(failed)
