"""What the commands about call logs have in common: reading one, and saying what was found."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from akuttsim.calllog.logged_calls import CallLog
    from akuttsim.config.schema.region import Region

WIDTH = 100

file_format = click.option(
    "--format",
    "form",
    required=True,
    help="How the log is written: a YAML file, or a shipped name (such as anonymous-bank).",
)


class Day(click.ParamType):  # type: ignore[type-arg]
    """A day written as 2026-02-01."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day that an option names."""
        try:
            return datetime.strptime(str(value), "%Y-%m-%d").date()
        except ValueError:
            self.fail(f"'{value}' is no day; write it such as 2026-02-01", param, ctx)


DAY = Day()


def read(file: Path, form: str, region: Region | None) -> CallLog:
    """Read a log as its format says. Raises InputError."""
    from akuttsim.calllog.log_reader import read_log
    from akuttsim.config.loader import load_log_format

    return read_log(file, load_log_format(form).value, region)


def usable(file: Path, form: str, region: Region) -> CallLog:
    """Read a log that is to be used. Raises InputError for what must be put right first."""
    from akuttsim.errors import InputError, Problem
    from akuttsim.report.logs.document import LogWords
    from akuttsim.report.logs.findings import advice, sentence

    log, words = read(file, form, region), LogWords("en")
    problems = [
        Problem(
            str(file),
            each.lines[0] if each.lines else 0,
            each.column,
            " ".join(f"{sentence(each, words)}. {advice(each, words)}".split()),
        )
        for each in log.stops
    ]
    if problems:
        raise InputError(problems)
    say_findings(log, only_grave=True)
    return log


def say_findings(log: CallLog, only_grave: bool = False) -> None:
    """Print what was found, gravest first; what is merely told only where all is asked for."""
    from akuttsim.report.logs.document import LogWords
    from akuttsim.report.logs.findings import advice, sentence, where

    words = LogWords("en")
    for each in log.findings:
        if only_grave and each.weight == "told":
            continue
        place = where(each, words)
        tail = f" [{place}]" if place != words("none") else ""
        said = f"{words(f'weight.{each.weight}')}: {sentence(each, words)}.{tail}"
        said = " ".join(f"{said} {advice(each, words)}".split())
        click.echo(fill(said, WIDTH, subsequent_indent="    ", break_on_hyphens=False))
