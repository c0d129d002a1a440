"""akuttsim report: what a results folder tells, as page, PDF, spreadsheet or CSV files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from akuttsim.cli import options

if TYPE_CHECKING:
    from akuttsim.report.borders import Border
    from akuttsim.store.results import Results

Lang = Literal["nb", "en"]
Format = Literal["html", "pdf", "xlsx", "csv"]


@click.command(short_help="Write the report of a results folder.")
@click.argument("results", type=click.Path(path_type=Path))
@options.language("nb")
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "pdf", "xlsx", "csv"]),
    default="html",
    show_default=True,
    help="A page, a PDF of it (needs Chromium, Chrome or Edge), a spreadsheet, or CSV files.",
)
@click.option(
    "--borders",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Municipality borders for the map, as GeoJSON in degrees.",
)
@click.option("--open", "is_to_open", is_flag=True, help="Open it when it is made.")
def command(
    results: Path, lang: Lang, form: Format, borders: Path | None, is_to_open: bool
) -> None:
    """Write the report of RESULTS, a folder made by run, sweep or demo.

    One page that needs no network: report.html in Norwegian, report-en.html in English. The PDF,
    the spreadsheet and the folder of CSV files have the same names. Of a sweep that was stopped,
    the finished runs are told, with a warning.
    """
    from akuttsim.cli.reading import open_if_asked, read
    from akuttsim.report.borders import read_borders

    outlines = read_borders(borders) if borders else ()
    made = _write(read(results, lang), lang, form, results, outlines)
    click.echo(f"Report: {made}")
    open_if_asked(made, is_to_open)


def _write(
    results: Results, lang: Lang, form: Format, folder: Path, borders: Sequence[Border]
) -> Path:
    """Write the report in a form, and return where it is."""
    name = "report" if lang == "nb" else "report-en"
    out = folder / (f"{name}-csv" if form == "csv" else f"{name}.{form}")
    if form == "xlsx":
        from akuttsim.report.spreadsheet import write_spreadsheet

        write_spreadsheet(results, lang, out)
    elif form == "csv":
        from akuttsim.report.csv_files import write_csv_files

        write_csv_files(results, lang, out)
    elif form == "pdf":
        from akuttsim.report.page import page
        from akuttsim.report.pdf import write_pdf

        write_pdf(page(results, lang, borders), out)
    else:
        from akuttsim.report.page import write_report

        write_report(results, lang, out, borders)
    return out
