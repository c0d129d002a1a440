"""akuttsim calibrate: assumptions moved until published figures are met."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from akuttsim.cli import options, show

if TYPE_CHECKING:
    from akuttsim.analysis.calibrated import Aimed, Calibrated, Moved


@click.command(short_help="Move assumptions until published figures are met.")
@click.argument("region")
@click.argument("organisation")
@click.argument("targets")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for what is found. Default: results/NAME.",
)
@options.workers
def command(
    region: str, organisation: str, targets: str, out: Path | None, workers: int | None
) -> None:
    """Calibrate the assumptions of REGION and ORGANISATION to the published figures in TARGETS.

    TARGETS, a YAML file, names the assumptions (grade C) and the figures; see docs/calibrating.md.
    Writes variants of both with the values found, and says what the figures cannot tell apart and
    how far verdicts move within what is still possible.
    """
    from akuttsim.experiment.calibrating.calibrate import calibrate, most_trials
    from akuttsim.experiment.calibrating.question import question
    from akuttsim.experiment.calibrating.written import refuse_full, write_calibrated
    from akuttsim.experiment.runner import default_workers

    asked = question(region, organisation, targets)
    folder = out or show.free_folder(Path("results") / asked.calibration.calibration)
    refuse_full(folder)
    with show.progress(most_trials(asked), "Trying") as bar:
        found, trials = calibrate(asked, workers or default_workers(), bar.advance)
    written = write_calibrated(asked, found, trials, folder)
    _say(found)
    for path in written:
        click.echo(f"Written: {path}")
    click.echo(f"Trials:  {folder / 'calibration.csv'}")


def _say(found: Calibrated) -> None:
    """Print values, figures, what cannot be told apart, and verdicts."""
    from akuttsim.report.calibration import sentences, verdict_sentences

    heads = ("assumption", "was", "range", "now", "still possible")
    show.table(heads, [_unknown(each) for each in found.unknowns])
    click.echo()
    heads = ("figure", "published", "was", "now", "")
    show.table(heads, [_target(each) for each in found.targets])
    click.echo()
    for sentence in (*sentences(found), *verdict_sentences(found)):
        click.echo(sentence)
    click.echo()


def _unknown(each: Moved) -> tuple[str, ...]:
    low, high = each.range
    span = "–" if each.possible is None else f"{each.possible[0]:.4g} to {each.possible[1]:.4g}"
    return (each.key, f"{each.before:.4g}", f"{low:g} to {high:g}", f"{each.value:.4g}", span)


def _target(each: Aimed) -> tuple[str, ...]:
    told = "met" if each.is_met else "not met"
    told = f"held back, {told}" if each.held_back else told
    published = f"{each.published:g} ± {each.width:.3g}"
    return (each.name, published, f"{each.before:.4g}", f"{each.after:.4g}", told)
