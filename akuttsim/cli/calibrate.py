"""akuttsim calibrate: assumptions moved until published figures are met."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from akuttsim.cli import terminal
from akuttsim.texts import language, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from akuttsim.optimisation.calibration.calibration_question import CalibrationQuestion
    from akuttsim.optimisation.calibration.outcome import CalibrationOutcome
    from akuttsim.texts import Lang


@click.command(short_help="Move assumptions until published figures are met.")
@click.argument("region")
@click.argument("organisation")
@click.argument("targets")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for what is found. Default: results/NAME.",
)
@terminal.workers_option
@terminal.resume_option
def calibrate_command(
    region: str,
    organisation: str,
    targets: str,
    out: Path | None,
    workers: int | None,
    resume: bool,
) -> None:
    """Calibrate the assumptions of REGION and ORGANISATION to the published figures in TARGETS.

    TARGETS, a YAML file, names the assumptions (grade C) and the figures; see docs/calibrating.md.
    Writes variants of both with the values found, and says what the figures cannot tell apart and
    how far verdicts move within what is still possible. Each finished run is kept at once; a
    stopped calibration goes on with --resume.
    """
    from akuttsim.cli.study_runs import hint_on_interrupt, signals_as_interrupt
    from akuttsim.experiments.runner import default_workers
    from akuttsim.optimisation.calibration.calibration_question import load_calibration_question
    from akuttsim.optimisation.calibration.calibration_run import (
        calibrate,
        trial_limit,
        write_calibrated,
    )

    asked = load_calibration_question(region, organisation, targets)
    folder = terminal.results_folder(out, Path("results") / asked.calibration.calibration, resume)
    with (
        signals_as_interrupt(),
        terminal.show_progress(
            trial_limit(asked), say("commands.progress.trying"), "trials"
        ) as bar,
        hint_on_interrupt(folder),
    ):
        many = workers or default_workers()
        found, trials = calibrate(asked, folder, many, bar.advance, resume=resume)
        written = [
            *write_calibrated(asked, found, trials, folder),
            *_write_calibration_pages(asked, found, folder),
        ]
    _print_calibration(found)
    for path in written:
        click.echo(say("commands.written", path=path))
    click.echo(say("commands.trials", path=folder / "calibration.csv"))


def _write_calibration_pages(
    asked: CalibrationQuestion, found: CalibrationOutcome, folder: Path
) -> Iterator[Path]:
    """Write the page in both languages."""
    from akuttsim.experiments.files import write_whole
    from akuttsim.report.calibration_page import calibration_page

    names = (asked.calibration.calibration, asked.study.region.region, asked.study.base)
    languages: tuple[tuple[Lang, str], ...] = (("nb", ""), ("en", "-en"))
    for lang, ending in languages:
        path = folder / f"calibration{ending}.html"
        write_whole(path, calibration_page(found, names, lang).encode("utf-8"))
        yield path


def _print_calibration(found: CalibrationOutcome) -> None:
    """Print values, figures, what cannot be told apart, and verdicts."""
    from akuttsim.report.calibration_page import (
        CalibrationWords,
        calibration_sentences,
        target_cells,
        unknown_cells,
        verdict_sentences,
    )

    words = CalibrationWords(language())
    moved = ("assumption", "key", "was", "range", "now", "still possible", "of the range")
    terminal.print_table(moved, [unknown_cells(unknown, words) for unknown in found.unknowns])
    click.echo()
    aimed = ("figure", "published", "was", "now (95 % interval)", "")
    terminal.print_table(aimed, [target_cells(target, words) for target in found.targets])
    click.echo()
    for sentence in (*calibration_sentences(found, words), *verdict_sentences(found, words)):
        click.echo(sentence)
    click.echo()
