"""akuttsim log: a real call log, looked at before it is used."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from akuttsim.cli import logs

if TYPE_CHECKING:
    from akuttsim.calllog.logged_calls import CallLog


@click.group(name="log", short_help="Look at a real call log.")
def command() -> None:
    """Look at a real call log before it is replayed or fitted."""


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@logs.file_format
@click.option("--region", help="A region that the log's places belong to: a name or a path.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the pages. Default: results/log-FORMAT.",
)
def check(file: Path, form: str, region: str | None, out: Path | None) -> None:
    """Say what is missing, impossible, out of order or doubled in the call log FILE.

    FILE is CSV (with , or ; between columns), or that packed with gzip. Exit code 2 if something
    must be put right before the log can be used, or if a column looks like persons.
    """
    from akuttsim.cli import show
    from akuttsim.config.loader import load_region

    log = logs.read(file, form, load_region(region).value if region else None)
    folder = out or show.free_folder(Path("results") / f"log-{log.name}")
    _write(folder, log)
    if log.stops:
        raise SystemExit(2)


def _write(folder: Path, log: CallLog) -> None:
    from akuttsim.experiments.files import write_whole
    from akuttsim.report.logs.check_page import check_page, summary
    from akuttsim.report.logs.document import LogWords
    from akuttsim.statistics.call_log_fit import summarise_log

    click.echo("\n".join(summary(log, summarise_log(log), LogWords("en"))))
    logs.say_findings(log)
    write_whole(folder / "log.html", check_page(log, "nb").encode("utf-8"))
    write_whole(folder / "log-en.html", check_page(log, "en").encode("utf-8"))
    click.echo(f"\nPage: {folder / 'log.html'} (norsk), {folder / 'log-en.html'} (English)")
