"""What commands on studies share: forecast, runs with a progress bar, the printed answer."""

from __future__ import annotations

import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import fill

import click
import numpy as np

from akuttsim.cli import DISK_ERRORS, NO_ROOM, terminal
from akuttsim.errors import InputError, Problem
from akuttsim.experiments import run_worker
from akuttsim.experiments.result_tables import possible_companion_runs
from akuttsim.experiments.results import (
    FITTED_FOLDER,
    Results,
    ResultsFolder,
    read_replay,
    read_results,
)
from akuttsim.experiments.run_identity import RunId
from akuttsim.experiments.run_worker import FinishedRun, PreparedStudy
from akuttsim.experiments.runner import RunOptions, default_workers, run_study
from akuttsim.experiments.study import Study, fitted_days_study
from akuttsim.report.context import Catalogue, ResultsView, Words
from akuttsim.report.decision_lines import printed_decision
from akuttsim.report.sections.health_section import health_section
from akuttsim.report.sentences import Sentence, overload_lines
from akuttsim.statistics.intervals import t_interval
from akuttsim.texts import Lang, counted, in_words, language, message, say, without_language

START_S = 3.0
"""Until processes have started and read everything."""


@dataclass(frozen=True)
class Forecast:
    """What the runs of a study will take.

    Attributes:
        runs: Runs at first.
        most_runs: Runs at most.
        seconds: Seconds with the processes given.
        megabytes: Size of the results.
    """

    runs: int
    most_runs: int
    seconds: float
    megabytes: float


def forecast_study(study: Study, workers: int) -> Forecast:
    """Return what the runs of a study will take, from a short run of the base, measured here.

    Args:
        study: The study.
        workers: Processes that would be used.
    """
    weeks = study.callers.tried_weeks(study.weeks)
    tried = replace(study, weeks=weeks)
    run = tried.runs(1)[0]
    place = PreparedStudy(tried, keep_records=False)
    place.plan_of(tried.cases[0], run.organisation)
    began = time.perf_counter()
    output = place.measured(run)
    seconds = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as folder:
        results = ResultsFolder(Path(folder))
        results.keep(output.run, output.rows)
        bytes_of_run = results.run_file(run).stat().st_size
    runs, most = len(study.runs()), len(study.runs(study.most_replications))
    days = (study.weeks * 7 + study.warmup_days) / (weeks * 7 + study.warmup_days)
    return Forecast(
        runs,
        most,
        START_S + runs * seconds * days / min(workers, runs),
        2 * runs * bytes_of_run / 1e6,
    )


FEWEST_RUNS = 3
"""Pairs of runs before anything is told."""


class StudyProgress:
    """The values of the leading indicator of the runs that have ended so far.

    That is the one that `until` or `best` is about, or else the first main one, in the first case.
    """

    def __init__(self, study: Study) -> None:
        """Begin with no run."""
        limit = study.until or study.best
        self.indicator = limit.indicator if limit is not None else study.main_indicators[0]
        self._case = study.cases[0].name
        self._base, *self._others = study.organisations
        self._values: dict[tuple[str, int], float] = {}
        self._unit = ""

    def take(self, done: FinishedRun) -> None:
        """Note a run that has ended."""
        if done.run.case == self._case and self.indicator in done.values:
            key = (done.run.organisation, done.run.replication)
            self._values[key], self._unit = done.values[self.indicator]

    def answer(self) -> str:
        """Return the current answer with its width: the least sure difference; "" at first."""
        told = [self._told(name) for name in self._others or [self._base]]
        known = [each for each in told if each is not None]
        if not known:
            return ""
        name, mean, half = max(known, key=lambda each: each[2])
        if not self._others:
            amount = _mean_with_half_width(mean, half, self._unit, "%")
            key = "commands.progress.has"
            return message(key, indicator=self.indicator, name=name, amount=amount)
        if mean == half == 0:
            key = "commands.progress.same"
            return message(key, indicator=self.indicator, name=name, base=self._base)
        difference = _mean_with_half_width(
            mean, half, self._unit, message("commands.progress.points")
        )
        sign = "+" if mean > 0 else ""
        return message(
            "commands.progress.difference",
            indicator=self.indicator,
            name=name,
            base=self._base,
            sign=sign,
            difference=difference,
        )

    def _told(self, name: str) -> tuple[str, float, float] | None:
        """Return a name, its mean and half the width of its interval; None of too few runs."""
        values = [
            value - (self._values.get((self._base, number), np.nan) if self._others else 0.0)
            for (organisation, number), value in self._values.items()
            if organisation == name
        ]
        interval = t_interval(np.array(values, dtype=np.float64))
        if np.count_nonzero(~np.isnan(values)) < FEWEST_RUNS:
            return None
        return name, interval.mean, (interval.high - interval.low) / 2


def _mean_with_half_width(mean: float, half: float, unit: str, unit_of_share: str) -> str:
    """Return a mean with the half of its interval and its unit; a share in per cent."""
    is_share = unit == "share"
    scale, unit_shown = (100, unit_of_share) if is_share else (1, unit)
    amount = message("commands.progress.amount", mean=scale * mean, half=scale * half)
    return message("commands.pair", first=amount, second=unit_shown) if unit_shown else amount


SOME_FAILED = 1
"""Exit code when runs failed while others went on."""

INTERRUPTED = 130
"""Exit code after Ctrl-C."""

DEMO = "01-first-look"
"""The experiment that the demo shows."""

WIDTH = 100
"""Columns of printed text."""


def run_with_progress(study: Study, folder: Path, options: RunOptions) -> list[FinishedRun]:
    """Do a study's runs and return those that failed; on Ctrl-C say how to go on.

    Args:
        study: The study.
        folder: The results folder.
        options: How the runs are executed.
    """
    if options.resume:
        mine = [*study.runs(), *possible_companion_runs(study)]
        others = ResultsFolder(folder).of_other_inputs(mine)
        if others:  # their results are replaced
            what = say("commands.sweep.other_inputs", others=others, folder=folder)
            click.echo(fill(what, WIDTH), err=True)
    watched = StudyProgress(study)
    so_far = say("commands.sweep.so_far", folder=terminal.shell_words([str(folder)]))
    with (
        signals_as_interrupt(),
        terminal.show_progress(len(study.runs()), study.name) as bar,
        hint_on_interrupt(folder, so_far),
    ):

        def watch(more: int, done: FinishedRun | None) -> None:
            options.watch(more, done)
            if done is not None:
                watched.take(done)
            bar.shows(more, in_words(watched.answer()))

        watching = replace(options, watch=watch, found_damaged=_tell_damaged)
        failed = run_study(study, folder, watching, bar.advance)
    fitted = fitted_days_study(study)
    if fitted is not None:
        failed = [*failed, *run_with_progress(fitted, folder / FITTED_FOLDER, options)]
    return failed


MOST_NAMED = 5
"""Damaged runs that are named; of more there are dots."""


def _tell_damaged(runs: Sequence[RunId]) -> None:
    """Say which runs were not as they were written."""
    named = [run.told for run in runs[:MOST_NAMED]]
    named += [f"… ({len(runs)})"] if len(runs) > MOST_NAMED else []
    click.echo(fill(say("commands.sweep.damaged", runs=", ".join(named)), WIDTH), err=True)


@contextmanager
def hint_on_interrupt(folder: Path, *more: str) -> Iterator[None]:
    """Tell whoever stops the runs of a folder, or has no room for more, how to go on with them.

    `more` are lines that one who stops them is told besides.
    """
    try:
        yield
    except KeyboardInterrupt as stop:
        kept = say("commands.sweep.stopped", folder=folder, folder2=_resume_command(folder))
        click.echo("\n".join((kept, *more)), err=True)
        raise SystemExit(
            stop.code if isinstance(stop, TerminationRequest) else INTERRUPTED
        ) from None
    except OSError as error:
        if error.errno in DISK_ERRORS:
            cure = (
                say("commands.sweep.make_room")
                if error.errno in NO_ROOM
                else say("commands.sweep.make_writable")
            )
            click.echo(
                say("commands.sweep.first", cure=cure, folder=_resume_command(folder)), err=True
            )
        raise


def _resume_command(folder: Path) -> str:
    """Return how to go on with a folder: this command with --resume, or one that does the same."""
    words = without_language(sys.argv[1:])
    if words[:1] == ["demo"]:
        words = ["sweep", DEMO]
    if words[:1] not in (["sweep"], ["run"], ["calibrate"]):
        return say("commands.sweep.resume")
    given = any(word.partition("=")[0] == "--out" for word in words)
    where = [] if given else ["--out", str(folder)]
    words = [*(word for word in words if word != "--resume"), *where, "--resume"]
    return say("commands.sweep.resume_with", v=terminal.shell_words(["akuttsim", *words]))


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
    """Say which runs failed, why, and how to see it again; end with an exit code that tells.

    Args:
        failed: The runs that failed; nothing happens where there are none.

    Raises:
        SystemExit: With `SOME_FAILED`.
    """
    if not failed:
        return
    click.echo(in_words(counted("commands.sweep.failed", len(failed))), err=True)
    for done in failed:
        why = in_words(done.failure or "").strip().splitlines()[-1]
        click.echo(f"  {done.run.told}: {why}", err=True)
    words = [word for word in sys.argv[1:] if word not in ("--resume", "--records")]
    again = terminal.shell_words(["akuttsim", *words, "--only", failed[0].run.told])
    click.echo(say("commands.sweep.again", run=again), err=True)
    raise SystemExit(SOME_FAILED)


def run_single(study: Study, told: str) -> None:
    """Do one run in this process, keep nothing, and let whatever goes wrong be seen.

    Args:
        study: The study.
        told: The run as the user names it: case/organisation/replication.

    Raises:
        InputError: The study has no such run.
    """
    known = {run.told: run for run in study.runs(study.most_replications)}
    if told not in known:
        what = message(
            "experiments.run.no_such", known=", ".join(list(known)[:3]), known2=list(known)[-1]
        )
        raise InputError([Problem("", 0, f"--only {told}", what)])
    found = run_worker.PreparedStudy(study, keep_records=False).measured(known[told])
    lines = [
        (row.indicator, f"{row.value:.6g}", row.unit)
        for row in found.rows
        if row.group_by == "all" and row.indicator in study.judged_by
    ]
    heading = "commands.table"
    terminal.print_table(
        (say(f"{heading}.indicator"), say(f"{heading}.value"), say(f"{heading}.unit")), lines
    )


def print_plan(study: Study, folder: Path, workers: int | None) -> Forecast:
    """Say what a study would run, how long that takes and how large its results are; return that.

    Args:
        study: The study.
        folder: Where its results would go.
        workers: Processes; None for as many as there are cores.
    """
    used = workers or default_workers()
    told = forecast_study(study, used)
    runs, weeks = terminal.plural(told.runs, "run"), terminal.plural(study.weeks, "week")
    click.echo(say("commands.plan.heading", name=study.name, runs=runs, weeks=weeks, folder=folder))
    cases = [case.name for case in study.cases]
    if len(cases) > 1:
        click.echo(
            say(
                "commands.plan.cases",
                n_cases=len(cases),
                cases=", ".join(cases[:12]),
                v=" …" * (len(cases) > 12),
            )
        )
    organisations = ", ".join(study.organisations)
    click.echo(say("commands.plan.organisations", organisations=organisations))
    each = terminal.plural(study.replications, "replication")
    if study.most_replications > study.replications:
        each += say(
            "commands.plan.at_most",
            most_replications=study.most_replications,
            most_runs=told.most_runs,
        )
    click.echo(say("commands.plan.replications", each=each, seed=study.seed))
    lasts = terminal.duration_in_words(told.seconds)
    processes = terminal.plural(used, "process")
    click.echo(
        say("commands.plan.lasts", lasts=lasts, processes=processes, megabytes=told.megabytes)
    )
    if study.companion is not None:
        click.echo(say("commands.plan.companion"))
    if told.most_runs > told.runs:
        longest = terminal.duration_in_words(told.seconds * told.most_runs / told.runs)
        click.echo(say("commands.plan.longest", longest=longest))
    return told


def write_reports(folder: Path) -> None:
    """Write the report of a results folder in both languages, and say where it is.

    Where the calls of a log were met, also the page that holds them against what was recorded.
    """
    from akuttsim.report.exporters.html_page import write_report
    from akuttsim.report.log_pages.replay_page import has_replay, write_replay_pages

    results = read_results(folder)
    write_report(results, "nb", folder / "report.html")
    write_report(results, "en", folder / "report-en.html")
    click.echo(say("commands.results.folder", folder=folder))
    click.echo(
        say(
            "commands.results.report",
            folder=folder / "report.html",
            folder2=folder / "report-en.html",
        )
    )
    if has_replay(results):
        nb, en = write_replay_pages(folder)
        click.echo(say("commands.results.log", nb=nb, en=en))


def print_report_command(folder: Path) -> None:
    """Say where results without a page are, and how to make the page."""
    click.echo(say("commands.results.folder", folder=folder))
    click.echo(say("commands.results.how", folder=terminal.shell_words([str(folder)])))


def print_replay(folder: Path) -> None:
    """Print how near the first organisation of a replay comes to what the log recorded."""
    from akuttsim.report.log_pages.replay_page import replay_lines

    _print_overloads(read_results(folder), language())
    lines = replay_lines(read_replay(folder), language())
    click.echo("\n\n".join(fill(line, WIDTH) for line in lines))


def print_answer(folder: Path, lang: Lang) -> None:
    """Print the decision of a results folder, after a warning if a queue grew without bound."""
    results = read_results(folder)
    _print_overloads(results, lang)
    click.echo("\n\n".join(_paragraph(each) for each in printed_decision(results, lang)))


def print_outcomes(folder: Path, lang: Lang) -> None:
    """Print what waiting can mean for people's health, where that was asked for."""
    section = health_section(Words(Catalogue(lang), ResultsView(read_results(folder))))
    if section.has_numbers:
        click.echo()
        click.echo(section.title)
        for each in section.sentences:
            click.echo(fill(each, WIDTH, break_on_hyphens=False))


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
    _print_overloads(results, language())
    words, lines = Words(Catalogue(language()), ResultsView(results)), []
    for name in words.chosen.judged_by():
        level = words.chosen.level(organisation, name)
        if level is not None and level.is_known:
            told = (words.numbers.mean(level), words.numbers.interval(level), level.verdict)
            lines.append((words.labels.indicator(name), *told))
    heading = ("indicator", "mean", "interval", "target")
    terminal.print_table([say(f"commands.table.{each}") for each in heading], lines)


def _print_overloads(results: Results, lang: Lang) -> None:
    """Print which queues grew without bound."""
    lines = overload_lines(results, lang)
    for line in lines:
        click.echo(fill(f"! {line}", WIDTH, break_on_hyphens=False))
    if lines:
        click.echo()
