"""The command line: reads arguments, makes one call, says where the result is."""

from __future__ import annotations

import errno
import io
import os
import re
import sys
from importlib import import_module
from typing import Any

import click

from akuttsim.cli.terminal import (
    SuggestingGroup,
    help_text,
    print_usage_error,
    speak_in_click,
    speaking,
    spoken_language,
)
from akuttsim.texts import VARIABLE, choose_language, language_option, unknown_language

COMMANDS = {
    "demo": "Compare three ways of organising Namdal and write the report.",
    "app": "Ask what if: a page to change an organisation on.",
    "open": "Open a study that was passed on as one file.",
    "check": "Say what was understood of config files, or every error in them.",
    "list": "List what there is to run, copy and write.",
    "copy": "Copy a shipped file, to change it.",
    "new": "Begin an organisation or an experiment of one's own.",
    "schema": "Write JSON Schemas, so that an editor helps with files of one's own.",
    "region": "Make a district of one's own, from public data, and look at it.",
    "run": "Run one organisation and print how it does.",
    "sweep": "Run an experiment: several organisations on the same patients.",
    "compare": "Compare results folders made at different times.",
    "warm-up": "Say how long a warm-up an experiment needs.",
    "report": "Write the report of a results folder.",
    "figures": "Write every figure of a results folder as PNG and SVG.",
    "place": "Say where ambulances, satellites or first responders should stand.",
    "log": "Look at a real call log before it is used.",
    "replay": "Let the real calls of a log meet one organisation, or several.",
    "fit": "Fit a region to a real call log.",
    "calibrate": "Move assumptions until published figures are met.",
    "import": "Read public tables and rosters into files of a district.",
    "queue": "Say how long callers wait, or how many operators are needed.",
    "theory": "Exact models of a few crews: hypercube and coverage.",
    "staff": "Find the cheapest roster of a control room that meets a target.",
    "world": "Show organisations beside published figures of Norway.",
    "verify": "Hold the chain against exact answers and write the study.",
}
"""The commands with their one-line help, so that --help imports none of them."""

MODULES = {
    "app": "what_if",  # `app` is the group of all commands
    "open": "what_if",
    "demo": "studies",
    "run": "studies",
    "sweep": "studies",
    "compare": "studies",
    "warm-up": "studies",
    "figures": "report",
    "list": "own_files",
    "copy": "own_files",
    "new": "own_files",
    "schema": "own_files",
    "region": "district",
    "import": "district",
    "replay": "log",
    "fit": "log",
    "queue": "control_room",
    "staff": "control_room",
    "calibrate": "verify",
    "world": "verify",
}
"""The module of each command that is not in one of its own name."""

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NOT_ALLOWED = (errno.EROFS, errno.EACCES, errno.EPERM)
DISK_ERRORS = (*NO_ROOM, *NOT_ALLOWED)

_UNFINISHED = re.compile(r"^\.(.+)\.unfinished(?:-\d+)?$")
"""A file that is not whole yet; nobody has asked for one of this name."""


class CommandGroup(SuggestingGroup):
    """A group that imports a command only when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        module = import_module(f"akuttsim.cli.{MODULES.get(cmd_name, name)}")
        command: click.Command = getattr(module, f"{name}_command")
        return speaking(command, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands."""
        with formatter.section(help_text("commands", "Commands")):
            formatter.write_dl([
                (name, help_text(f"{name}.short", short)) for name, short in COMMANDS.items()
            ])  # fmt: skip

    def make_context(self, info_name: str | None, args: list[str], *more: Any, **extra: Any) -> Any:
        """Understand --lang wherever it stands, before anything can go wrong or be explained."""
        choose_language(language_option(args))
        speak_in_click()
        if unknown_language():
            from akuttsim.errors import InputError, Problem
            from akuttsim.texts import message

            what = message("commands.unknown_language", said=unknown_language())
            raise InputError([Problem("", 0, VARIABLE, what)])
        return super().make_context(info_name, args, *more, **extra)

    def get_help(self, ctx: click.Context) -> str:
        """Explain in the language that is spoken."""
        return super(CommandGroup, speaking(self, "akuttsim")).get_help(ctx)


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="akuttsim")
def app() -> None:
    """Simulate Norway's local emergency chain outside hospital, from the phone call to the care.

    Compares ways of organising a district: who answers 116117 and 113, where doctors, nurses and
    ambulances are, who shares them. Start with: akuttsim demo
    """


app.params.append(spoken_language())


def main() -> None:
    """Run the command line; errors in the input are lines, not tracebacks."""
    _show_what_the_console_can()
    calculate_in_one_thread()
    try:
        app(standalone_mode=False, prog_name="akuttsim")
    except click.ClickException as error:
        print_usage_error(error)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo(_say("stopped"), err=True)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        _exit_for_disk_error(error)
    except Exception as error:
        from akuttsim.errors import InputError

        if not isinstance(error, InputError):
            raise
        for problem in error.problems:
            click.echo(str(problem), err=True)
        sys.exit(2)


ALGEBRA_THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""What says how many threads a library of linear algebra uses, before it is loaded."""


def calculate_in_one_thread() -> None:
    """Let each process calculate in one thread, unless the user says otherwise.

    Work is shared by processes, one a core, and matrices are small: threads would only wait for
    each other, and how many there are may change a sum's last digit.
    """
    for name in ALGEBRA_THREADS:
        os.environ.setdefault(name, "1")


def _show_what_the_console_can() -> None:
    """Let letters that a console's encoding lacks be shown as question marks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _say(key: str, **values: object) -> str:
    from akuttsim.texts import say

    return say(f"commands.{key}", **values)


def _exit_for_disk_error(error: OSError) -> None:
    """Say what cannot be written: a file by the name that it was to have, and its folder."""
    if error.errno not in DISK_ERRORS:
        raise error
    said = _say("cannot_write", reason=error.strerror)
    if isinstance(error.filename, str):
        folder, name = os.path.split(error.filename)
        unfinished = _UNFINISHED.match(name)
        whole_name = unfinished[1] if unfinished else name
        file = _say("file_in_folder", file=whole_name, folder=folder or os.curdir)
        said = _say("cannot_write_file", file=file, reason=error.strerror)
    click.echo(said, err=True)
    sys.exit(3)
