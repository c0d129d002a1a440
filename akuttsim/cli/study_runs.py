"""What commands on studies share: runs with a progress bar, results read, the printed answer."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import webbrowser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill
from typing import Literal

import click

from akuttsim.cli import DISK_ERRORS, NO_ROOM, terminal
from akuttsim.errors import InputError, Problem
from akuttsim.experiments import executor, runner
from akuttsim.experiments.executor import FinishedRun
from akuttsim.experiments.progress import StudyProgress, forecast_study
from akuttsim.experiments.result_tables import possible_companion_runs
from akuttsim.experiments.results import Results, ResultsFolder, read_replay, read_results
from akuttsim.experiments.run_files import RunId
from akuttsim.experiments.runner import default_workers, read_results_so_far, run_study
from akuttsim.experiments.study import Study
from akuttsim.report.answer import answer_of
from akuttsim.report.context import Catalogue, ResultsView, Words
from akuttsim.report.exporters.html_page import write_report
from akuttsim.report.log_pages.replay_page import has_replay, replay_lines, write_replay_pages
from akuttsim.report.sentences import Sentence, overload_lines, unfinished_lines


def read_results_folder(folder: Path, lang: Literal["nb", "en"]) -> Results:
    """Read results; of a study that is not finished, say so and take what there is."""
    results = read_results_so_far(folder)
    for line in unfinished_lines(results, lang):
        click.echo(f"! {line}", err=True)
    return results


def open_or_print(path: Path, asked: bool) -> None:
    """Open what was made, where somebody sits before a screen; else say where it is."""
    if not asked:
        return
    if not has_screen(os.environ, sys.platform) or not webbrowser.open(path.resolve().as_uri()):
        click.echo(f"No browser to open here; open it yourself: {path.resolve()}")


def has_screen(environment: Mapping[str, str], platform: str) -> bool:
    """Tell whether somebody sees a window that is opened."""
    if environment.get("CI"):
        return False
    is_unix = platform not in ("win32", "darwin")
    return not is_unix or any(environment.get(each) for each in ("DISPLAY", "WAYLAND_DISPLAY"))


SOME_FAILED = 1
"""Exit code when runs failed while others went on."""

INTERRUPTED = 130
"""Exit code after Ctrl-C."""

DEMO = "01-first-look"
"""The experiment that the demo shows."""

WIDTH = 100
"""Columns of printed text."""


@dataclass(frozen=True)
class RunOptions:
    """How a study is run, as the options say."""

    workers: int | None = None
    records: bool = False
    resume: bool = False
    cluster: str | None = None


def run_with_progress(
    study: Study, folder: Path, how: RunOptions = RunOptions()
) -> list[FinishedRun]:
    """Do a study's runs and return those that failed; on Ctrl-C say how to go on."""
    if how.resume:
        _warn_of_other_inputs(study, folder)
    watched = StudyProgress(study)
    so_far = f"See what they tell so far: akuttsim report {shlex.quote(str(folder))}"
    with (
        signals_as_interrupt(),
        terminal.show_progress(len(study.runs()), study.name) as bar,
        hint_on_interrupt(folder, so_far),
    ):

        def watch(more: int, done: FinishedRun | None) -> None:
            if done is not None:
                watched.take(done)
            bar.shows(more, watched.answer())

        return run_study(
            study,
            folder,
            how.workers or default_workers(),
            bar.advance,
            resume=how.resume,
            how=runner.ExecutionOptions(how.records, how.cluster, watch),
        )


@contextmanager
def hint_on_interrupt(folder: Path, *more: str) -> Iterator[None]:
    """Tell whoever stops the runs of a folder, or has no room for more, how to go on with them.

    `more` are lines that one who stops them is told besides.
    """
    try:
        yield
    except KeyboardInterrupt as stop:
        kept = f"Stopped; finished runs are kept in {folder}. {_resume_command(folder)}"
        click.echo("\n".join((kept, *more)), err=True)
        raise SystemExit(
            stop.code if isinstance(stop, TerminationRequest) else INTERRUPTED
        ) from None
    except OSError as error:
        if error.errno in DISK_ERRORS:
            cure = "Make room" if error.errno in NO_ROOM else "Make the folder writable"
            click.echo(f"Finished runs are kept. {cure} first. {_resume_command(folder)}", err=True)
        raise


def _warn_of_other_inputs(study: Study, folder: Path) -> None:
    """Say that results are replaced, where a folder holds runs of something else than is asked."""
    others = ResultsFolder(folder).of_other_inputs([*study.runs(), *possible_companion_runs(study)])
    if others:
        told = f"{others} finished runs in {folder} are of other inputs (seed, length, configs or"
        what = f"{told} version). They stay in its runs/, but the tables and reports become"
        click.echo(fill(f"{what} those of what is asked now.", WIDTH), err=True)


def _resume_command(folder: Path) -> str:
    """Return how to go on with a folder: this command with --resume, or one that does the same."""
    words = sys.argv[1:]
    if words[:1] == ["demo"]:
        words = ["sweep", DEMO]
    if words[:1] not in (["sweep"], ["run"], ["calibrate"]):
        return "Go on with --resume."
    given = any(word.partition("=")[0] == "--out" for word in words)
    where = [] if given else ["--out", str(folder)]
    words = [*(word for word in words if word != "--resume"), *where, "--resume"]
    return f"Go on with: {shlex.join(['akuttsim', *words])}"


class TerminationRequest(KeyboardInterrupt):
    """The process is to end, as a signal other than Ctrl-C says; `code` is its exit code."""

    def __init__(self, number: int) -> None:
        """Note the code that a shell gives to a process ended by this signal."""
        super().__init__()
        self.code = 128 + number


@contextmanager
def signals_as_interrupt() -> Iterator[None]:
    """Let a request to end, or a terminal that is closed, stop the runs as Ctrl-C does.

    A signal that whoever started us wants ignored (nohup) stays ignored.
    """
    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    numbers = [getattr(signal, name) for name in names]
    before = {number: signal.getsignal(number) for number in numbers}
    ours = [number for number, now in before.items() if now == signal.SIG_DFL]

    def end(number: int, _: object) -> None:
        raise TerminationRequest(number)

    for number in ours:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, before[number])


def exit_for_failures(failed: list[FinishedRun]) -> None:
    """Say which runs failed, why, and how to see it again; end with an exit code that tells."""
    if not failed:
        return
    runs, are = terminal.plural(len(failed), "run"), "is" if len(failed) == 1 else "are"
    click.echo(f"\n{runs} failed twice and {are} left out:", err=True)
    for done in failed:
        why = (done.failure or "").strip().splitlines()[-1]
        click.echo(f"  {done.run.told}: {why}", err=True)
    click.echo(f"To see one again: {_rerun_command(failed[0].run)}", err=True)
    raise SystemExit(SOME_FAILED)


def _rerun_command(run: RunId) -> str:
    """Return the command that repeats one run alone."""
    words = [word for word in sys.argv[1:] if word not in ("--resume", "--records")]
    return shlex.join(["akuttsim", *words, "--only", run.told])


def run_single(study: Study, told: str) -> None:
    """Do one run in this process, keep nothing, and let whatever goes wrong be seen."""
    known = {run.told: run for run in study.runs(study.most_replications)}
    if told not in known:
        what = f"no such run; one of {', '.join(list(known)[:3])} … {list(known)[-1]}"
        raise InputError([Problem("", 0, f"--only {told}", what)])
    found = executor.PreparedStudy(study, keep_records=False).measured(known[told])
    lines = [
        (row.indicator, f"{row.value:.6g}", row.unit)
        for row in found.rows
        if row.group_by == "all" and row.indicator in study.judged_by
    ]
    terminal.print_table(("indicator", "value", "unit"), lines)


def print_plan(study: Study, folder: Path, workers: int | None) -> None:
    """Say what a study would run, how long that takes and how large its results are."""
    used = workers or default_workers()
    told = forecast_study(study, used)
    runs, weeks = terminal.plural(told.runs, "run"), terminal.plural(study.weeks, "week")
    click.echo(f"{study.name}: {runs} of {weeks}, in {folder}")
    cases = [case.name for case in study.cases]
    if len(cases) > 1:
        click.echo(f"  cases ({len(cases)}): {', '.join(cases[:12])}{' …' * (len(cases) > 12)}")
    click.echo(f"  organisations: {', '.join(study.organisations)}")
    each = terminal.plural(study.replications, "replication")
    if study.most_replications > study.replications:
        each += f" at first, {study.most_replications} at most ({told.most_runs} runs)"
    click.echo(f"  {each}, seed {study.seed}")
    lasts = terminal.duration_in_words(told.seconds)
    processes = terminal.plural(used, "process", "processes")
    click.echo(f"  about {lasts} with {processes}, {told.megabytes:.0f} MB")
    if study.companion is not None:
        click.echo("  then the first case again with everybody made to come, where others come")
    if told.most_runs > told.runs:
        longest = terminal.duration_in_words(told.seconds * told.most_runs / told.runs)
        click.echo(f"  at most about {longest}")


def write_reports(folder: Path) -> None:
    """Write the report of a results folder in both languages, and say where it is.

    Where the calls of a log were met, also the page that holds them against what was recorded.
    """
    results = read_results(folder)
    write_report(results, "nb", folder / "report.html")
    write_report(results, "en", folder / "report-en.html")
    click.echo(f"\nResults: {folder}")
    click.echo(f"Report:  {folder / 'report.html'} (norsk), {folder / 'report-en.html'} (English)")
    if has_replay(results):
        nb, en = write_replay_pages(folder)
        click.echo(f"Log:     {nb} (norsk), {en} (English)")


def print_report_command(folder: Path) -> None:
    """Say where results without a page are, and how to make the page."""
    click.echo(f"\nResults: {folder}")
    click.echo(f"Report:  akuttsim report {shlex.quote(str(folder))}")


def print_replay(folder: Path) -> None:
    """Print how near the first organisation of a replay comes to what the log recorded."""
    _print_overloads(read_results(folder), "en")
    lines = replay_lines(read_replay(folder), "en")
    click.echo("\n\n".join(fill(line, WIDTH) for line in lines))


def print_answer(folder: Path, lang: Literal["nb", "en"]) -> None:
    """Print the answer of a results folder, after a warning if a queue grew without bound."""
    results = read_results(folder)
    _print_overloads(results, lang)
    click.echo("\n\n".join(_paragraph(each) for each in answer_of(results, lang)))


def _paragraph(sentence: Sentence) -> str:
    """Return a sentence as it is printed: its parts, if it has any, as a list below it."""
    if not sentence.parts:
        return fill(sentence.line, WIDTH, break_on_hyphens=False)
    ends = [*(";" for _ in sentence.parts[1:]), "."]
    listed = (
        fill(f"- {part}{end}", WIDTH, initial_indent="  ", subsequent_indent="    ",
             break_on_hyphens=False)
        for part, end in zip(sentence.parts, ends, strict=True)
    )  # fmt: skip
    return "\n".join([fill(sentence.lead, WIDTH, break_on_hyphens=False), *listed])


def print_main(folder: Path, organisation: str) -> None:
    """Print the main indicators of one organisation with their intervals and verdicts."""
    results = read_results(folder)
    _print_overloads(results, "en")
    words, lines = Words(Catalogue("en"), ResultsView(results)), []
    for name in words.chosen.judged_by():
        level = words.chosen.level(organisation, name)
        if level is not None and level.is_known:
            told = (words.numbers.mean(level), words.numbers.interval(level), level.verdict)
            lines.append((words.labels.indicator(name), *told))
    terminal.print_table(("indicator", "mean", "95 % interval", "target"), lines)


def _print_overloads(results: Results, lang: Literal["nb", "en"]) -> None:
    lines = overload_lines(results, lang)
    for line in lines:
        click.echo(fill(f"! {line}", WIDTH, break_on_hyphens=False))
    if lines:
        click.echo()
