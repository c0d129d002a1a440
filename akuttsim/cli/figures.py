"""akuttsim figures: every figure of a report as PNG and SVG."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from akuttsim.cli import options


@click.command(short_help="Write every figure as PNG and SVG.")
@click.argument("results", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the figures. Default: figures (or figures-en) in the results.",
)
@options.language("nb")
def command(results: Path, out: Path | None, lang: Literal["nb", "en"]) -> None:
    """Write every figure of RESULTS in publication size, and index.md that says what each shows.

    PNG at 300 dots an inch, and SVG that needs no font; 180 mm wide, or half of that.
    """
    from akuttsim.cli.reading import read
    from akuttsim.report.publishing import write_figures

    folder = out or results / ("figures" if lang == "nb" else "figures-en")
    told = write_figures(read(results, lang), lang, folder)
    click.echo(f"{len(told)} figures in {folder}; index.md says what each shows")
