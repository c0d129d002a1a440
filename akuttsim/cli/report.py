"""Commands that tell results: report (page, decision, spreadsheet, CSV files) and figures."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import click

from akuttsim.cli import DISK_ERRORS, terminal
from akuttsim.collector import garbage_collector_off
from akuttsim.texts import Lang, in_words, page_ending, say

if TYPE_CHECKING:
    from akuttsim.experiments.results import Results
    from akuttsim.municipality_borders import Border

Format = Literal["html", "pdf", "docx", "png", "xlsx", "csv", "pdf-page"]


@click.command(short_help="Write the report of a results folder.")
@click.argument("results", type=click.Path(path_type=Path))
@terminal.page_language_option("nb")
@click.option(
    "--format",
    "form",
    type=click.Choice(get_args(Format)),
    default="html",
    show_default=True,
    help="html: the whole page. pdf, docx: the decision on two sheets of A4, to print or to go on "
    "writing in. png: the decision as one slide. xlsx, csv: all numbers. pdf-page: the whole page "
    "as a PDF (needs Chromium, Chrome or Edge).",
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
@garbage_collector_off()
def report_command(
    results: Path,
    lang: Lang,
    form: Format,
    borders: Path | None,
    out: Path | None,
    is_to_open: bool,
) -> None:
    """Write the report of RESULTS, a folder made by run, sweep or demo.

    One page that needs no network: report.html in Norwegian, report-en.html in English. The other
    forms have the same names. Of a sweep that was stopped, the finished runs are told, with a
    warning.
    """
    from akuttsim.municipality_borders import read_borders

    outlines = read_borders(borders) if borders else []
    if out is not None and form != "csv" and out.is_dir():
        raise click.BadParameter(say("commands.report.is_a_folder", out=out), param_hint="--out")
    ending = _ENDINGS.get(form, f".{form}")
    path = out or results / f"report{page_ending(lang)}{ending}"
    try:
        read = read_results_folder(results, lang)
        _tell_borders(read, outlines)
        _write_report_form(read, lang, form, path, outlines)
    except OSError as error:
        if out is None and error.errno in DISK_ERRORS:
            click.echo(say("commands.report.elsewhere", name=path.name), err=True)
        raise
    click.echo(say("commands.report.at", path=path))
    open_or_print(path, is_to_open)


def _tell_borders(results: Results, outlines: Sequence[Border]) -> None:
    """Print what is odd about the borders: none of the region's, or names that were not found."""
    if outlines:
        from akuttsim.report.replay_map import borders_told

        for said in borders_told(results, outlines):
            click.echo(f"! {in_words(said)}", err=True)


_ENDINGS = {"csv": "-csv", "pdf-page": "-page.pdf"}
"""What the names of these forms end with; the others end with their own name."""


def _write_report_form(
    results: Results, lang: Lang, form: Format, out: Path, borders: Sequence[Border]
) -> None:
    """Write the report in a form."""
    if form in ("pdf", "docx", "png"):
        _write_decision(results, lang, form, out)
    elif form == "xlsx":
        from akuttsim.report.exporters.spreadsheet import write_spreadsheet

        write_spreadsheet(results, lang, out)
    elif form == "csv":
        from akuttsim.report.exporters.spreadsheet import write_csv_files

        write_csv_files(results, lang, out)
    elif form == "pdf-page":
        from akuttsim.report.exporters.html_page import report_page
        from akuttsim.report.exporters.pdf import write_pdf

        write_pdf(report_page(results, lang, borders), out)
    else:
        from akuttsim.report.exporters.html_page import write_report

        write_report(results, lang, out, borders)


def _write_decision(results: Results, lang: Lang, form: Format, out: Path) -> None:
    """Write the decision alone, on two pages or as a slide."""
    if form == "pdf":
        from akuttsim.report.exporters.decision_pdf import write_decision_pdf

        write_decision_pdf(results, lang, out)
    elif form == "docx":
        from akuttsim.report.exporters.decision_docx import write_decision_docx

        write_decision_docx(results, lang, out)
    else:
        from akuttsim.report.exporters.decision_slide import write_decision_slide

        write_decision_slide(results, lang, out)


@click.command(short_help="Write every figure as PNG and SVG.")
@click.argument("results", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the figures. Default: figures (or figures-en) in the results.",
)
@terminal.page_language_option("nb")
def figures_command(results: Path, out: Path | None, lang: Lang) -> None:
    """Write every figure of RESULTS in publication size, and index.md that says what each shows.

    PNG at 300 dots an inch, and SVG that needs no font; 180 mm wide, or half of that.
    """
    from akuttsim.report.exporters.figure_files import write_figures

    folder = out or results / f"figures{page_ending(lang)}"
    told = write_figures(read_results_folder(results, lang), lang, folder)
    click.echo(say("commands.figures", n_told=len(told), folder=folder))


def read_results_folder(folder: Path, lang: Lang) -> Results:
    """Read results; of a study that is not finished, say so and take what there is."""
    from akuttsim.experiments.results import read_in_progress, read_results
    from akuttsim.report.sentences import unfinished_lines

    if read_in_progress(folder) is None:
        results = read_results(folder)
    else:  # what runs studies is not read where all that is asked for is a page
        from akuttsim.experiments.runner import read_results_so_far

        results = read_results_so_far(folder)
    if not results.is_verified:
        click.echo(say("commands.report.no_digests"), err=True)
    for line in unfinished_lines(results, lang):
        click.echo(f"! {line}", err=True)
    return results


def open_or_print(path: Path, asked: bool) -> None:
    """Open what was made, where somebody sits before a screen; else say where it is."""
    if not asked:
        return
    if not has_screen(os.environ, sys.platform) or not webbrowser.open(path.resolve().as_uri()):
        click.echo(say("commands.no_browser", resolve=path.resolve()))


def has_screen(environment: Mapping[str, str], platform: str) -> bool:
    """Tell whether somebody sees a window that is opened."""
    if environment.get("CI"):
        return False
    is_unix = platform not in ("win32", "darwin")
    return not is_unix or any(environment.get(each) for each in ("DISPLAY", "WAYLAND_DISPLAY"))
