"""Commands of the what-if page: app opens it on a folder, open on one file that was passed on."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from akuttsim.cli import terminal
from akuttsim.texts import Lang, language, say

if TYPE_CHECKING:
    from akuttsim.app.export import Writers
    from akuttsim.app.server import Workshop
    from akuttsim.experiments.results import Results


@click.command(short_help="Ask what if: a page to change an organisation on.")
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option("--view", is_flag=True, help="For showing only: nothing can be changed or run.")
@click.option("--port", type=click.IntRange(0, 65535), default=0,
              help="Port of 127.0.0.1. Default: a free one.")  # fmt: skip
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@terminal.workers_option
def app_command(folder: Path, view: bool, port: int, no_browser: bool, workers: int | None) -> None:
    """Open a page in the browser on which to ask what if.

    Files of one's own, drafts and results are in FOLDER. The page is served on this machine alone;
    stop it with Ctrl-C. What was being run goes on when the page is opened again.
    """
    _serve_page(folder, view, port, not no_browser, workers)


@click.command(short_help="Open a study that was passed on as one file.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--to", "folder", type=click.Path(path_type=Path, file_okay=False),
              help="Folder to unpack into. Default: one of the file's name beside it.")  # fmt: skip
@click.option("--view", is_flag=True, help="For showing only: nothing can be changed or run.")
@click.option("--port", type=click.IntRange(0, 65535), default=0,
              help="Port of 127.0.0.1. Default: a free one.")  # fmt: skip
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@terminal.workers_option
def open_command(
    file: Path,
    folder: Path | None,
    view: bool,
    port: int,
    no_browser: bool,
    workers: int | None,
) -> None:
    """Open FILE, such as study.akuttsim, which somebody saved from the what-if page.

    It is unpacked into a folder, and the page opened on that: to look, to change, to run again.
    """
    from akuttsim.app.study_file import unpack_study

    into = folder or file.with_suffix("")
    unpack_study(file, into)
    click.echo(say("commands.app.unpacked", folder=into))
    _serve_page(into, view, port, not no_browser, workers)


def _serve_page(
    folder: Path, view: bool, port: int, opens_browser: bool, workers: int | None
) -> None:
    """Serve the page of a folder until it is stopped."""
    from akuttsim.app.guard import Door
    from akuttsim.app.server import AppSettings, create_app, listen, serve

    folder.mkdir(parents=True, exist_ok=True)
    socket = listen(port)
    door = Door(socket.getsockname()[1], view)
    opened: list[Workshop] = []

    def open_workshop() -> Workshop:
        opened.append(workshop(folder.resolve(), workers))
        return opened[0]

    app = create_app(AppSettings(folder.resolve(), door, language()), open_workshop)
    click.echo(say("commands.app.address", address=door.address()))
    click.echo(say("commands.app.stop"))
    if opens_browser:
        webbrowser.open(door.address())
    try:
        serve(app, socket)
    finally:
        for each in opened:
            each.studies.close()


def workshop(folder: Path, workers: int | None) -> Workshop:
    """Return what works on the drafts of a folder, in so many processes (None: one a core)."""
    from akuttsim.app.draft_pages import draft_routes
    from akuttsim.app.drafts import Bases, Drafts
    from akuttsim.app.live_study import Studies
    from akuttsim.app.server import Workshop

    drafts = Drafts(folder, Bases(folder))
    return Workshop(drafts, Studies(drafts, workers, results_writers()), draft_routes)


def results_writers() -> Writers:
    """Return what writes results as files; each is loaded when it is first needed."""

    def html(results: Results, lang: Lang, path: Path) -> None:
        from akuttsim.report.exporters.html_page import write_report

        write_report(results, lang, path)

    def pdf(results: Results, lang: Lang, path: Path) -> None:
        from akuttsim.report.exporters.decision_pdf import write_decision_pdf

        write_decision_pdf(results, lang, path)

    def xlsx(results: Results, lang: Lang, path: Path) -> None:
        from akuttsim.report.exporters.spreadsheet import write_spreadsheet

        write_spreadsheet(results, lang, path)

    return {"html": html, "pdf": pdf, "xlsx": xlsx}
