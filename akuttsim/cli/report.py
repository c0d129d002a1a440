"""akuttsim report: the page of a results folder."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from akuttsim.cli import options


@click.command(short_help="Write the report of a results folder.")
@click.argument("results", type=click.Path(path_type=Path))
@options.language("nb")
@click.option(
    "--borders",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Municipality borders for the map, as GeoJSON in degrees.",
)
def command(results: Path, lang: Literal["nb", "en"], borders: Path | None) -> None:
    """Write the report of RESULTS, a folder made by run, sweep or demo.

    One page that needs no network: report.html in Norwegian, report-en.html in English.
    """
    from akuttsim.report.borders import read_borders
    from akuttsim.report.page import write_report
    from akuttsim.store.results import read_results

    page = results / ("report.html" if lang == "nb" else "report-en.html")
    outlines = read_borders(borders) if borders else ()
    write_report(read_results(results), lang, page, outlines)
    click.echo(f"Report: {page}")
