"""akuttsim report: the page of a results folder."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from akuttsim.cli import options


@click.command(short_help="Write the report of a results folder.")
@click.argument("results", type=click.Path(path_type=Path))
@options.language("nb")
def command(results: Path, lang: Literal["nb", "en"]) -> None:
    """Write the report of RESULTS, a folder made by run, sweep or demo.

    One page that needs no network: report.html in Norwegian, report-en.html in English.
    """
    from akuttsim.report.page import write_report
    from akuttsim.store.results import read_results

    page = results / ("report.html" if lang == "nb" else "report-en.html")
    write_report(read_results(results), lang, page)
    click.echo(f"Report: {page}")
