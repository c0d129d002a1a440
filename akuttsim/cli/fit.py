"""akuttsim fit: a region fitted to a real call log."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

import click

from akuttsim.cli import logs, show

if TYPE_CHECKING:
    from akuttsim.statistics.call_log_fit import FittedRegion


@click.command(short_help="Fit a region to a real call log.")
@click.argument("file", type=click.Path(path_type=Path))
@logs.file_format
@click.option("--region", required=True, help="The region to fit: a shipped name or a path.")
@click.option("--first", type=logs.DAY, help="The first day that is used.")
@click.option("--last", type=logs.DAY, help="The last day that is used.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the region. Default: results/REGION-fitted.",
)
def command(
    file: Path,
    form: str,
    region: str,
    first: date | None,
    last: date | None,
    seed: int,
    out: Path | None,
) -> None:
    """Fit a region to the call log FILE: when people call, talk, patience and durations.

    Writes a region that extends the one given, each value with source and 95 % interval, and a
    page that shows how well it fits. What the log does not tell is left as it is.
    """
    from akuttsim.config.loader import load_region
    from akuttsim.experiments.files import write_whole
    from akuttsim.experiments.fit_region import fit_region_to_log, write_fitted_region
    from akuttsim.experiments.patient_source import calls_between
    from akuttsim.report.logs.fit_page import fit_page

    home = load_region(region).value
    log = calls_between(logs.usable(file, form, home), (first, last))
    found = fit_region_to_log(log, home, seed)
    folder = out or show.free_folder(Path("results") / f"{home.region}-fitted")
    path = write_fitted_region(found, region, folder)
    write_whole(folder / "fit.html", fit_page(found, "nb").encode("utf-8"))
    write_whole(folder / "fit-en.html", fit_page(found, "en").encode("utf-8"))
    _say(found)
    click.echo(f"\nRegion: {path}")
    click.echo(f"Page:   {folder / 'fit.html'} (norsk), {folder / 'fit-en.html'} (English)")


def _say(found: FittedRegion) -> None:
    """Print each fitted number but those of single hours, and what was not fitted."""
    from akuttsim.report.logs.fit_page import unfitted_lines
    from akuttsim.statistics.call_log_fit import fitted_parameter_rows

    rows = [
        (f"{row['key']} {row['parameter']}", *(f"{row[k]:.4g}" for k in ("value", "low", "high")))
        for row in fitted_parameter_rows(found)
        if not row["parameter"].startswith(("weekday ", "weekend "))
    ]
    show.table(("fitted", "value", "low", "high"), rows)
    click.echo()
    for line in unfitted_lines(found, "en"):
        click.echo(fill(line, logs.WIDTH, subsequent_indent="    ", break_on_hyphens=False))
