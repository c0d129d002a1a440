"""akuttsim report: what a results folder tells, as page, PDF, spreadsheet or CSV files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from akuttsim.cli import DISK_ERRORS, options

if TYPE_CHECKING:
    from akuttsim.experiments.results import Results
    from akuttsim.report.borders import Border

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
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File to write; with --format csv a folder. Default: report.html (or report-en.html) "
    "in the results.",
)
@click.option("--open", "is_to_open", is_flag=True, help="Open it when it is made.")
def command(
    results: Path,
    lang: Lang,
    form: Format,
    borders: Path | None,
    out: Path | None,
    is_to_open: bool,
) -> None:
    """Write the report of RESULTS, a folder made by run, sweep or demo.

    One page that needs no network: report.html in Norwegian, report-en.html in English. The PDF,
    the spreadsheet and the folder of CSV files have the same names. Of a sweep that was stopped,
    the finished runs are told, with a warning.
    """
    from akuttsim.cli.reading import open_if_asked, read
    from akuttsim.report.borders import read_borders

    outlines = read_borders(borders) if borders else ()
    if out is not None and form != "csv" and out.is_dir():
        raise click.BadParameter(f"{out} is a folder; give a file in it", param_hint="--out")
    path = out or results / _usual_name(lang, form)
    try:
        _write(read(results, lang), lang, form, path, outlines)
    except OSError as error:
        if out is None and error.errno in DISK_ERRORS:
            click.echo(f"Write it elsewhere: --out {path.name}", err=True)
        raise
    click.echo(f"Report: {path}")
    open_if_asked(path, is_to_open)


def _usual_name(lang: Lang, form: Format) -> str:
    name = "report" if lang == "nb" else "report-en"
    return f"{name}-csv" if form == "csv" else f"{name}.{form}"


def _write(
    results: Results, lang: Lang, form: Format, out: Path, borders: Sequence[Border]
) -> None:
    """Write the report in a form."""
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
