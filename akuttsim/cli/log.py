"""Commands on a real call log: log checks it, replay runs its calls, fit fits a region to it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click

from akuttsim.cli import terminal
from akuttsim.cli.json_output import Answer, Figure, figures_of_results, with_json
from akuttsim.cli.own_files import write_schemas_beside
from akuttsim.texts import language, say

if TYPE_CHECKING:
    from akuttsim.calllog.format_draft import FormatDraft
    from akuttsim.calllog.logged_calls import CallLog
    from akuttsim.config.schema.region import Region
    from akuttsim.statistics.call_log_fit import FittedRegion

WIDTH = 100

format_option = click.option(
    "--format",
    "form",
    required=True,
    shell_complete=terminal.names_of("log format"),
    help="How the log is written: a YAML file, or a shipped name (such as anonymous-bank).",
)


class DayOption(click.ParamType):  # type: ignore[type-arg]
    """A day written as 2026-02-01."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day that an option names."""
        try:
            return datetime.strptime(str(value), "%Y-%m-%d").date()
        except ValueError:
            self.fail(say("logs.no_day", value=value), param, ctx)


DAY = DayOption()


def read_call_log(file: Path, form: str, region: Region | None) -> CallLog:
    """Read a log as its format says. Raises InputError."""
    from akuttsim.calllog.log_reader import read_log
    from akuttsim.config.loader import load_log_format

    return read_log(file, load_log_format(form).value, region)


def read_usable_call_log(file: Path, form: str, region: Region) -> CallLog:
    """Read a log that is to be used. Raises InputError for what must be put right first."""
    from akuttsim.errors import InputError, Problem
    from akuttsim.report.context import LogWords
    from akuttsim.report.log_pages.check_page import finding_advice, finding_sentence

    log, words = read_call_log(file, form, region), LogWords(language())
    problems = [
        Problem(
            str(file),
            stop.lines[0] if stop.lines else 0,
            stop.column,
            " ".join(f"{finding_sentence(stop, words)}. {finding_advice(stop, words)}".split()),
        )
        for stop in log.stops
    ]
    if problems:
        raise InputError(problems)
    print_findings(log, only_grave=True)
    return log


def print_findings(log: CallLog, only_grave: bool = False) -> None:
    """Print what was found, gravest first; what is merely told only where all is asked for."""
    from akuttsim.report.context import LogWords
    from akuttsim.report.log_pages.check_page import finding_advice, finding_place, finding_sentence

    words = LogWords(language())
    for finding in log.findings:
        if only_grave and finding.weight == "told":
            continue
        place = finding_place(finding, words)
        tail = f" [{place}]" if place != words("none") else ""
        said = f"{words(f'weight.{finding.weight}')}: {finding_sentence(finding, words)}.{tail}"
        said = " ".join(f"{said} {finding_advice(finding, words)}".split())
        click.echo(fill(said, WIDTH, subsequent_indent="    ", break_on_hyphens=False))


@click.group(name="log", cls=terminal.SuggestingGroup, short_help="Look at a real call log.")
def log_command() -> None:
    """Look at a real call log before it is replayed or fitted."""


@log_command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@format_option
@click.option(
    "--region",
    shell_complete=terminal.names_of("region"),
    help="A region that the log's places belong to: a name or a path.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the pages. Default: results/log-FORMAT.",
)
@with_json
def log_check(file: Path, form: str, region: str | None, out: Path | None) -> Answer:
    """Say what is missing, impossible, out of order or doubled in the call log FILE.

    FILE is CSV (with , or ; between columns), or that packed with gzip. Exit code 2 if something
    must be put right before the log can be used, or if a column looks like persons.
    """
    from akuttsim.config.loader import load_region

    log = read_call_log(file, form, load_region(region).value if region else None)
    terminal.print_hidden_content(file)
    folder = out or terminal.free_folder(Path("results") / f"log-{log.name}")
    _write_check_pages(folder, log)
    stop = partial(sys.exit, 2) if log.stops else None
    return Answer(lambda: _log_figures(log), {"page": folder / "log.html"}, stop)


def _log_figures(log: CallLog) -> Iterator[Figure]:
    """Yield how many calls a log has, how many tell each column, and what was found in it."""
    from akuttsim.statistics.call_log_fit import summarise_log

    yield Figure("calls", len(log), "calls", log.name)
    yield Figure("rows", log.rows, "rows", log.name)
    for column, calls in summarise_log(log).filled.items():
        yield Figure(f"filled.{column}", calls, "calls", log.name)
    for finding in log.findings:
        about = {"weight": finding.weight, "column": finding.column}
        yield Figure(f"finding.{finding.kind}", len(finding.lines), "lines", log.name, about)


@log_command.command("new")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--region", help="A region that the log's places belong to: a name or a path.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write. Default: FILE's name with -log.yaml.",
)
def log_new(file: Path, region: str | None, out: Path | None) -> None:
    """Draft the format of the call log FILE from its headings and cells, for you to look through.

    FILE is CSV (with ; or , between columns), that packed with gzip, or a workbook (.xlsx). No
    column that looks like persons is named in the draft.
    """
    from akuttsim.calllog.format_draft import draft_format
    from akuttsim.config.loader import load_region
    from akuttsim.config.variant_writer import config_yaml
    from akuttsim.errors import InputError, Problem
    from akuttsim.experiments.files import write_whole
    from akuttsim.texts import message

    home = load_region(region).value if region else None
    out = out or Path(f"{file.stem}-log.yaml")
    if out.exists():
        raise InputError(
            [Problem(str(out), 0, "", message("files.not_overwritten", option="--out"))]
        )
    draft = draft_format(file, home)
    terminal.print_hidden_content(file)
    notes = _notes_of_draft(draft, file, out)
    head = "".join(f"# {line}\n" for note in notes for line in note.splitlines())
    write_whole(out, config_yaml(draft.content, head, kind="log format"))
    write_schemas_beside([out])
    click.echo(say("logs.draft.written", out=out))
    for note in notes[1:]:
        click.echo(fill(note, WIDTH, subsequent_indent="    ", break_on_hyphens=False))
    try:
        print_findings(read_call_log(file, str(out), home))
    except InputError as error:
        click.echo(say("logs.draft.wrong"))
        click.echo(str(error))


def _notes_of_draft(draft: FormatDraft, file: Path, out: Path) -> list[str]:
    """Return what the reader of a draft must know: what was left out, guessed or not understood."""
    notes = [say("logs.draft.head", file=file, out=out)]
    units = draft.content.get("units")
    if units:
        notes.append(say("logs.draft.units", names=", ".join(units)))
    for name, words in draft.strange.items():
        if words:
            notes.append(say("logs.draft.strange", name=name, words=", ".join(map(repr, words))))
    if draft.unread:
        notes.append(say("logs.draft.unread", names=", ".join(draft.unread)))
    if draft.persons:
        notes.append(say("logs.draft.persons", n=draft.persons))
    return notes


def _write_check_pages(folder: Path, log: CallLog) -> None:
    """Print what was found in a log, and write its page in both languages."""
    from akuttsim.experiments.files import write_whole
    from akuttsim.report.context import LogWords
    from akuttsim.report.log_pages.check_page import check_page, log_summary
    from akuttsim.statistics.call_log_fit import summarise_log

    click.echo("\n".join(log_summary(log, summarise_log(log), LogWords(language()))))
    print_findings(log)
    write_whole(folder / "log.html", check_page(log, "nb").encode("utf-8"))
    write_whole(folder / "log-en.html", check_page(log, "en").encode("utf-8"))
    click.echo(
        say("commands.pages_of_log", folder=folder / "log.html", folder2=folder / "log-en.html")
    )


@click.command(short_help="Let the real calls of a log meet organisations.")
@click.argument(
    "organisations",
    metavar="ORGANISATION...",
    nargs=-1,
    required=True,
    shell_complete=terminal.names_of("organisation"),
)
@click.option("--log", "file", required=True, type=click.Path(path_type=Path), help="The call log.")
@format_option
@click.option(
    "--region",
    shell_complete=terminal.names_of("region"),
    help="Another region than the organisation's own: a name or a path.",
)
@click.option("--first", type=DAY, help="The first day that is looked at. Default: the log's.")
@click.option("--last", type=DAY, help="The last day that is looked at. Default: the log's.")
@click.option("--replications", type=click.IntRange(2, 1000), default=10, show_default=True)
@terminal.seed_option
@click.option("--set", "sets", multiple=True, metavar="KEY=VALUE", help="Change one value.")
@click.option(
    "--add",
    multiple=True,
    type=click.Choice(["planned_transports", "safety_alarms"]),
    help="Also draw these from the region: no log of calls has them.",
)
@terminal.out_option
@terminal.workers_option
@terminal.resume_option
@with_json
def replay_command(
    organisations: tuple[str, ...],
    file: Path,
    form: str,
    region: str | None,
    first: date | None,
    last: date | None,
    replications: int,
    seed: int,
    sets: tuple[str, ...],
    add: tuple[str, ...],
    out: Path | None,
    workers: int | None,
    resume: bool,
) -> Answer:
    """Let the real calls of a log meet each ORGANISATION: a shipped name, or a path to a file.

    The first should be how it was organised then: it is held against what the log recorded. The
    others are what-ifs on the same calls. What the log lacks is drawn anew in each replication.
    """
    from akuttsim.cli import study_runs
    from akuttsim.experiments.logged_patients import logged_patients
    from akuttsim.experiments.runner import RunOptions
    from akuttsim.experiments.study import study_of_log, with_logged_calls

    asked = study_of_log(organisations, region, sets, (replications, seed))
    log = read_usable_call_log(file, form, asked.region)
    study = with_logged_calls(asked, logged_patients(log, asked.region, (first, last), add))
    folder = terminal.results_folder(out, Path("results") / study.name, resume)
    failed = study_runs.run_with_progress(study, folder, RunOptions(workers, resume=resume))
    study_runs.print_replay(folder)
    study_runs.write_reports(folder)
    after = partial(study_runs.exit_for_failures, failed)
    return Answer(partial(figures_of_results, folder), {"results": folder}, after)


@click.command(short_help="Fit a region to a real call log.")
@click.argument("file", type=click.Path(path_type=Path))
@format_option
@click.option(
    "--region",
    required=True,
    shell_complete=terminal.names_of("region"),
    help="The region to fit: a shipped name or a path.",
)
@click.option("--first", type=DAY, help="The first day that is used.")
@click.option("--last", type=DAY, help="The last day that is used.")
@terminal.seed_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the region. Default: results/REGION-fitted.",
)
@with_json
def fit_command(
    file: Path,
    form: str,
    region: str,
    first: date | None,
    last: date | None,
    seed: int,
    out: Path | None,
) -> Answer:
    """Fit a region to the call log FILE: when people call, talk, patience and durations.

    Writes a region that extends the one given, each value with source and 95 % interval, and a
    page that shows how well it fits. What the log does not tell is left as it is.
    """
    from akuttsim.config.loader import load_region
    from akuttsim.experiments.files import write_whole
    from akuttsim.experiments.fit_region import fit_region_to_log, write_fitted_region
    from akuttsim.experiments.logged_patients import calls_between
    from akuttsim.report.log_pages.fit_page import fit_page

    home = load_region(region).value
    log = calls_between(read_usable_call_log(file, form, home), (first, last))
    found = fit_region_to_log(log, home, seed)
    folder = out or terminal.free_folder(Path("results") / f"{home.region}-fitted")
    path = write_fitted_region(found, region, folder)
    write_schemas_beside([path])
    write_whole(folder / "fit.html", fit_page(found, "nb").encode("utf-8"))
    write_whole(folder / "fit-en.html", fit_page(found, "en").encode("utf-8"))
    _print_fit(found)
    click.echo(say("commands.region.file", path=path))
    click.echo(
        say("commands.page_of_fit", folder=folder / "fit.html", folder2=folder / "fit-en.html")
    )
    return Answer(lambda: _fit_figures(found), {"region": path, "page": folder / "fit.html"})


def _fit_figures(found: FittedRegion) -> Iterator[Figure]:
    """Yield each fitted number; the ending of its name is its unit, where it has one."""
    from akuttsim.config.validator import split_unit
    from akuttsim.statistics.call_log_fit import fitted_parameter_rows

    for row in fitted_parameter_rows(found):
        about = {"low": row.low, "high": row.high, "n": row.n}
        unit = split_unit(row.parameter)[1].removeprefix("_")
        yield Figure(f"{row.key} {row.parameter}", row.value, unit, more=about)


def _print_fit(found: FittedRegion) -> None:
    """Print each fitted number but those of single hours, and what was not fitted."""
    from akuttsim.report.log_pages.fit_page import unfitted_lines
    from akuttsim.statistics.call_log_fit import fitted_parameter_rows

    rows = [
        (f"{row.key} {row.parameter}", *(f"{end:.4g}" for end in (row.value, row.low, row.high)))
        for row in fitted_parameter_rows(found)
        if not row.parameter.startswith(("weekday ", "weekend "))
    ]
    heading = "commands.fit.fitted", "commands.table.value", "commands.fit.low", "commands.fit.high"
    terminal.print_table([say(each) for each in heading], rows)
    click.echo()
    for line in unfitted_lines(found, language()):
        click.echo(fill(line, WIDTH, subsequent_indent="    ", break_on_hyphens=False))
