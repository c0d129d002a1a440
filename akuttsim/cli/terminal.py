"""What commands share: options, tables, progress, and help and errors in the language spoken.

Tables go to standard output, progress to standard error. English help is what a command itself
says; click's own words and the commands' help in Norwegian come from the catalogues.
"""

from __future__ import annotations

import copy
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import zip_longest
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click
from click import core, decorators, exceptions, formatting, parser, types
from click.shell_completion import CompletionItem

from akuttsim.errors import did_you_mean
from akuttsim.texts import ENGLISH, LANGUAGES, Lang, in_words, language, said_language, say
from akuttsim.texts import counted as counted_message

if TYPE_CHECKING:
    from rich.progress import Progress

Command = TypeVar("Command", bound=Callable[..., Any])

out_option = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the results. Default: results/NAME.",
)
workers_option = click.option(
    "--workers",
    type=click.IntRange(1, 1024),
    help="Processes to use. Default: one for each core.",
)
resume_option = click.option(
    "--resume", is_flag=True, help="Go on with what a stopped run or sweep left in the folder."
)
only_option = click.option(
    "--only", metavar="RUN", help="Do one run alone and keep nothing, such as plain/NAME/0."
)
records_option = click.option(
    "--records",
    is_flag=True,
    help="Also keep all patients, units' work and trips (large).",
)

outcomes_option = click.option(
    "--outcomes", metavar="NAME", help="Also work out health outcomes, as health: a name or a path."
)


seed_option = click.option("--seed", type=click.IntRange(0), default=1, show_default=True)


def length_options(
    weeks: int,
    replications: int,
    fewest_weeks: int = 1,
    most_replications: int = 10_000,
    why_more: str | None = None,
) -> Callable[[Command], Command]:
    """Return the options of how long runs are, how many, and their seed.

    Args:
        weeks: How many weeks are measured where none are asked for; ten years at most.
        replications: How many runs of each organisation, at least two so that there are intervals.
        fewest_weeks: The fewest weeks that the command can do with.
        most_replications: The most replications that it takes.
        why_more: Help on what more replications are good for.
    """
    options = (
        click.option(
            "--weeks", type=click.IntRange(fewest_weeks, 520), default=weeks, show_default=True
        ),
        click.option(
            "--replications",
            type=click.IntRange(2, most_replications),
            default=replications,
            show_default=True,
            help=why_more,
        ),
        seed_option,
    )

    def with_options(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return with_options


class SuggestingGroup(click.Group):
    """A group that names the nearest command instead of one that it does not have."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; UsageError with the nearest name where there is none."""
        name = args[0]
        if name.startswith("-") or ctx.resilient_parsing or self.get_command(ctx, name):
            return super().resolve_command(ctx, args)
        near = did_you_mean(name, self.list_commands(ctx))
        said = say("commands.no_such_command", name=name, near=near)
        raise click.UsageError(f"{said}?" if near else f"{said}.", ctx)


def print_usage_error(error: click.ClickException) -> None:
    """Print an error of the command line on one line: which command, what is wrong, what helps."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = context.command_path if context else "akuttsim"
    what = " ".join(error.format_message().split())
    comma = re.search(r"'(-?\d+),(\d+)'", what)
    if comma and isinstance(error, click.BadParameter):
        what = say("commands.decimal_point", what=what, point=f"{comma[1]}.{comma[2]}")
    click.echo(say("commands.wrong_usage", command=path, what=what), err=True)


NameCompletion = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def names_of(*kinds: str) -> NameCompletion:
    """Return what completes an argument: the shipped names of some kinds, or else a path.

    Args:
        kinds: Kinds of config, of `shipped.KINDS`.
    """

    def complete(
        ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from akuttsim.config import shipped

        names = dict.fromkeys(name for kind in kinds for name in shipped.config_names(kind))
        found = [CompletionItem(name) for name in names if name.startswith(incomplete)]
        return found or [CompletionItem(incomplete, type="file")]

    return complete


def page_language_option(default: Lang | None) -> Callable[[Command], Command]:
    """Return the option of a page's language, which is also the one that is spoken.

    Where neither the option nor AKUTTSIM_LANG says one, the page has its own default; None for
    what is printed more than made, which is in the language that is spoken.
    """
    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        default=lambda: said_language() or default or language(),
        show_default=default or False,
        help="Norwegian (bokmål) or English.",
    )


def spoken_language() -> click.Option:
    """Return the option of the language that is spoken, for a command that makes no page of one.

    It was understood before the command was looked for: here it is only checked and described.
    """
    return click.Option(
        ["--lang"],
        type=click.Choice(LANGUAGES),
        expose_value=False,
        help="Language to speak: Norwegian (bokmål) or English. Default: AKUTTSIM_LANG, else the "
        "system's.",
    )


def print_hidden_content(file: Path, sheet: str | None = None) -> None:
    """Print what one does not see in a workbook that was read, or what was not read of it.

    Args:
        file: A file that was read as a table.
        sheet: The sheet that was read; None for the first that one sees.
    """
    from akuttsim.tables import hidden_content

    for said in hidden_content(file, sheet):
        click.echo(f"! {file.name}: {in_words(said)}")


def print_table(heading: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    """Print a table: the first column to the left, the others to the right.

    Args:
        heading: What stands above each column.
        lines: Rows of as many cells.
    """
    widths = [max(len(line[k]) for line in [heading, *lines]) for k in range(len(heading))]
    for line in [heading, *lines]:
        cells = [
            cell.ljust(width) if k == 0 else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())


def print_wrapped_table(
    heading: Sequence[str], lines: Sequence[Sequence[str]], widest: Sequence[int]
) -> None:
    """Print a table to the left in which no column is wider than told: its cells are broken.

    The first column has dotted keys, which are broken after a dot.

    Args:
        heading: What stands above each column.
        lines: Rows of as many cells.
        widest: The most letters of each column.
    """
    rows = [heading, *lines]
    widths = [min(limit, max(len(row[k]) for row in rows)) for k, limit in enumerate(widest)]
    for row in rows:
        spaced = [row[0].replace(".", ". "), *row[1:]]
        broken = [
            wrap(cell, width, break_on_hyphens=False)
            for cell, width in zip(spaced, widths, strict=True)
        ]
        broken[0] = [part.replace(". ", ".") for part in broken[0]]
        for parts in zip_longest(*broken, fillvalue=""):
            cells = (part.ljust(width) for part, width in zip(parts, widths, strict=True))
            click.echo("  ".join(cells).rstrip())


class ProgressBar(Protocol):
    """Progress that somebody may look at."""

    def advance(self, done: int) -> None:
        """So many more runs are done."""

    def shows(self, more: int, answer: str) -> None:
        """So many runs are to be done now, and this is the answer so far."""


class SilentProgress:
    """Progress that nobody looks at."""

    def advance(self, done: int) -> None:
        """Say nothing."""

    def shows(self, more: int, answer: str) -> None:
        """Say nothing."""


class LinesProgress:
    """Progress as a line at each tenth of the runs, for a file or a pipe."""

    def __init__(self, total: int, what: str, things: str) -> None:
        """Begin with nothing done."""
        self.total, self.what, self.done, self.answer = total, what, 0, ""
        self._things = things
        self._told, self._began = 0, time.monotonic()

    def advance(self, done: int) -> None:
        """Say how far it is when another tenth is done."""
        self.done += done
        tenth = 10 * self.done // max(self.total, 1)
        if tenth > self._told:
            self._told = tenth
            left = (time.monotonic() - self._began) / self.done * (self.total - self.done)
            things = say(f"commands.progress.{self._things}")
            count = say("commands.progress.of", done=self.done, total=self.total, things=things)
            told = say(
                "commands.progress.left", what=self.what, count=count, left=duration_in_words(left)
            )
            click.echo(f"{told}; {self.answer}" if self.answer else told, err=True)

    def shows(self, more: int, answer: str) -> None:
        """Note what is to be done, and the answer for the next line."""
        self.total, self.answer = max(self.total, self.done + more), answer


class MovingProgress:
    """Progress as a bar at a terminal."""

    def __init__(self, bar: Progress, total: int, what: str) -> None:
        """Begin with nothing done."""
        self._bar = bar
        self._task = bar.add_task(what, total=total, answer="")

    def advance(self, done: int) -> None:
        """Move the bar."""
        self._bar.advance(self._task, done)

    def shows(self, more: int, answer: str) -> None:
        """Show how many runs there are now, and the answer."""
        task = self._bar.tasks[self._task]
        total = max(task.total or 0, task.completed + more)
        self._bar.update(self._task, total=total, answer=answer)


@contextmanager
def show_progress(total: int, what: str, things: str = "runs") -> Iterator[ProgressBar]:
    """Show a bar with time left and answer so far; in CI nothing, at no terminal a few lines.

    Args:
        total: How many things there are to be done.
        what: What is being done, before the bar.
        things: What the total counts, of commands.progress.
    """
    if os.environ.get("CI"):
        yield SilentProgress()
        return
    if not sys.stderr.isatty():
        yield LinesProgress(total, what, things)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    answer = "{task.fields[answer]}"
    columns = (
        what,
        BarColumn(),
        MofNCompleteColumn(),
        f"{say(f'commands.progress.{things}')},",
        TimeRemainingColumn(),
        say("commands.progress.left_word"),
        answer,
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield MovingProgress(bar, total, what)


def duration_in_words(seconds: float) -> str:
    """Return a time in words that are exact enough for waiting: 40 s, 12 min, 3.5 h."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return (
        f"{seconds / 60:.0f} min"
        if seconds < 5400
        else say("commands.progress.hours", hours=seconds / 3600)
    )


def shell_words(words: Sequence[str]) -> str:
    """Return words as a shell of this system takes them, quoted where it must be."""
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def plural(number: int, what: str) -> str:
    """Return how many there are, in words: 1 run, 2 runs; `what` is of understood.counts."""
    return in_words(counted_message(f"understood.counts.{what}", number))


def results_folder(out: Path | None, usual: Path, resume: bool) -> Path:
    """Return the folder told, else the usual one, or a free one beside it if not resumed.

    Args:
        out: The folder that the user names; None for none.
        usual: Where results of this study lie if nothing is said.
        resume: Whether to go on in a folder that holds results.
    """
    return out or (usual if resume else free_folder(usual))


def free_folder(wanted: Path) -> Path:
    """Return the folder, or the same name with the first free number behind it."""
    folder, number = wanted, 2
    while folder.exists():
        folder = wanted.with_name(f"{wanted.name}-{number}")
        number += 1
    return folder


AnyCommand = TypeVar("AnyCommand", bound=click.Command)


def speaking(command: AnyCommand, name: str) -> AnyCommand:
    """Return a command that knows --lang, and whose help is in the language that is spoken.

    English help is what the command itself says; other languages have it in text/help-LANG.yaml.

    Args:
        command: A command or group, which stays as it is.
        name: Its name, with those of the groups above it before a dot.
    """
    own = copy.copy(command)
    own.params = [copy.copy(param) for param in command.params]
    if "lang" not in [param.name for param in own.params] and not isinstance(own, click.Group):
        own.params.append(spoken_language())
    own.help = help_text(f"{name}.about", own.help or "") or None
    own.short_help = help_text(f"{name}.short", own.short_help or "") or None
    for each in own.params:
        if isinstance(each, click.Option) and each.help:
            is_shared = each.name == "as_json" or (each.name == "lang" and not each.expose_value)
            key = str(each.name) if is_shared else f"{name}.{each.name}"
            each.help = help_text(key, each.help)
        if isinstance(each, click.Option) and language() != ENGLISH:
            each.metavar = _metavar(each)
    if isinstance(own, click.Group):
        own.commands = {
            inner: speaking(each, f"{name}.{inner}") for inner, each in own.commands.items()
        }
    return own


def help_text(key: str, english: str) -> str:
    """Return a help text in the language that is spoken."""
    return english if language() == ENGLISH else _help_texts(language()).get(key, english)


def _metavar(option: click.Option) -> str | None:
    """Return what stands for an option's value in its help; choices stand for themselves."""
    if option.is_flag or option.count or isinstance(option.type, click.Choice):
        return option.metavar
    said = option.metavar or option.type.name.upper()
    return _metavars(language()).get(said.lower().replace(" ", "_").replace("=", "_"), said)


@cache
def _metavars(lang: Lang) -> dict[str, str]:
    """Return what stands for values in help: commands.metavar of the catalogues."""
    from akuttsim.texts import read_texts

    marked = "metavar."
    texts = read_texts("akuttsim", f"commands-{lang}")
    return {key.removeprefix(marked): text for key, text in texts.items() if key.startswith(marked)}


@cache
def _help_texts(lang: Lang) -> dict[str, str]:
    """Return the help texts; the mark of lines to leave as they are is one YAML cannot hold."""
    from akuttsim.texts import read_texts

    texts = read_texts("akuttsim", f"help-{lang}")
    return {key: text.replace("\\b\n", "\b\n") for key, text in texts.items()}


def speak_in_click() -> None:
    """Let click look its own words up here: it asks gettext, which knows none of ours."""
    for module in (core, decorators, exceptions, formatting, parser, types):
        for name, ours in (("_", _word), ("ngettext", _counted_word)):
            if hasattr(module, name):
                setattr(module, name, ours)


def _word(english: str) -> str:
    """Return one of click's own words in the language that is spoken."""
    return english if language() == ENGLISH else _words_of_click(language()).get(english, english)


def _counted_word(one: str, many: str, n: int) -> str:
    """Return one of click's own words for one thing or for several."""
    return _word(one if n == 1 else many)


@cache
def _words_of_click(lang: Lang) -> dict[str, str]:
    """Return click's own words in a language, by the English ones."""
    from akuttsim.texts import read_texts

    english, spoken = (read_texts("akuttsim", f"click-{code}") for code in (ENGLISH, lang))
    return {english[key]: spoken[key] for key in english}
