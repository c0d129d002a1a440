"""Commands that run organisations: demo, run, sweep, compare and warm-up."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from akuttsim.cli import terminal
from akuttsim.cli.json_output import Answer, Figure, figures_of_results, with_json
from akuttsim.texts import Lang, in_words, language, message, say

if TYPE_CHECKING:
    from akuttsim.cli.study_runs import Forecast
    from akuttsim.experiments.run_worker import FinishedRun


@click.command(short_help="Compare three models of Namdal.")
@terminal.page_language_option(None)
@terminal.out_option
@terminal.workers_option
@with_json
def demo_command(lang: Lang, out: Path | None, workers: int | None) -> Answer:
    """Compare today's organisation of Namdal with one legevakt, and with satellites.

    Takes about a minute on two cores. Prints the answer and writes the report in both languages.
    """
    from akuttsim.cli import study_runs
    from akuttsim.experiments.runner import RunOptions
    from akuttsim.experiments.study import study_of_experiment

    study = study_of_experiment(study_runs.DEMO)
    folder = out or terminal.free_folder(Path("results") / "demo")
    failed = study_runs.run_with_progress(study, folder, RunOptions(workers))
    study_runs.print_answer(folder, lang)
    study_runs.write_reports(folder)
    return _answer_of_study(folder, failed)


def _answer_of_study(folder: Path, failed: list[FinishedRun]) -> Answer:
    """Return the figures of a results folder; afterwards runs that failed are told."""
    from akuttsim.cli.study_runs import exit_for_failures

    return Answer(
        partial(figures_of_results, folder), {"results": folder}, partial(exit_for_failures, failed)
    )


@click.command(short_help="Run one organisation.")
@click.argument("organisation", shell_complete=terminal.names_of("organisation"))
@click.option(
    "--region",
    shell_complete=terminal.names_of("region"),
    help="Another region than the organisation's own: a name or a path.",
)
@terminal.length_options(weeks=4, replications=10)
@click.option("--set", "sets", multiple=True, metavar="KEY=VALUE", help="Change one value.")
@terminal.out_option
@terminal.workers_option
@terminal.resume_option
@terminal.outcomes_option
@terminal.records_option
@terminal.only_option
@with_json
def run_command(
    organisation: str,
    region: str | None,
    weeks: int,
    replications: int,
    seed: int,
    sets: tuple[str, ...],
    out: Path | None,
    workers: int | None,
    resume: bool,
    outcomes: str | None,
    records: bool,
    only: str | None,
) -> Answer | None:
    """Run ORGANISATION, a shipped name (such as namdal-today) or a path to a file.

    Several replications of some weeks each; what is printed is their mean with its 95 % interval.
    """
    from akuttsim.cli import study_runs
    from akuttsim.experiments.runner import RunOptions
    from akuttsim.experiments.study import study_of_run

    study = study_of_run([organisation], region, sets, (weeks, replications, seed), outcomes)
    folder = terminal.results_folder(out, Path("results") / study.name, resume)
    if only is not None:
        study_runs.run_single(study, only)
        return None
    failed = study_runs.run_with_progress(study, folder, RunOptions(workers, resume, records))
    study_runs.print_main(folder, study.name)
    study_runs.print_outcomes(folder, language())
    study_runs.write_reports(folder)
    return _answer_of_study(folder, failed)


@click.command(short_help="Run an experiment.")
@click.argument("experiment", shell_complete=terminal.names_of("experiment"))
@terminal.out_option
@terminal.workers_option
@terminal.outcomes_option
@terminal.records_option
@terminal.only_option
@terminal.resume_option
@click.option("--dry-run", is_flag=True, help="Say what would be run, how long and how large.")
@click.option("--no-report", is_flag=True, help="Write no page; akuttsim report does it later.")
@click.option("--cluster", metavar="ADDRESS", help="Run on the Dask cluster of this scheduler.")
@with_json
def sweep_command(
    experiment: str,
    out: Path | None,
    workers: int | None,
    outcomes: str | None,
    records: bool,
    only: str | None,
    resume: bool,
    dry_run: bool,
    no_report: bool,
    cluster: str | None,
) -> Answer | None:
    """Run EXPERIMENT, a shipped name (such as 01-first-look) or a path to a file.

    Every organisation meets the same patients. Each finished run is kept at once; a stopped sweep
    goes on with --resume.
    """
    from akuttsim.cli import study_runs
    from akuttsim.experiments.runner import RunOptions
    from akuttsim.experiments.study import study_of_experiment

    study = study_of_experiment(experiment, outcomes)
    folder = out or Path("results") / study.name
    if dry_run:
        forecast = study_runs.print_plan(study, folder, workers)
        return Answer(lambda: _forecast_figures(study.name, forecast))
    if only is not None:
        study_runs.run_single(study, only)
        return None
    failed = study_runs.run_with_progress(
        study, folder, RunOptions(workers, resume, records, cluster)
    )
    study_runs.print_answer(folder, language())
    study_runs.print_outcomes(folder, language())
    if no_report:
        study_runs.print_report_command(folder)
    else:
        study_runs.write_reports(folder)
    return _answer_of_study(folder, failed)


def _forecast_figures(name: str, forecast: Forecast) -> list[Figure]:
    """Return what the runs of a study would take."""
    return [
        Figure("runs", forecast.runs, "runs", name),
        Figure("most_runs", forecast.most_runs, "runs", name),
        Figure("duration", forecast.seconds, "s", name),
        Figure("size_of_results", forecast.megabytes, "MB", name),
    ]


@click.command(short_help="Compare results made at different times.")
@click.argument("folders", metavar="A B [C]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--base", metavar="NAME", help="Compare with this one. Default: the base of A.")
@terminal.out_option
@with_json
def compare_command(folders: tuple[Path, ...], base: str | None, out: Path | None) -> Answer:
    """Compare the organisations of results folders A, B, … made by run, sweep, demo or compare.

    As if one sweep had run them all: differences are paired by replication, since the same seed,
    region and length give the same patients. Targets, margins and main indicators are those of A.
    Folders that cannot be compared are refused with every reason.
    """
    from akuttsim.cli import study_runs
    from akuttsim.errors import InputError, Problem
    from akuttsim.experiments.merge_results import compare_results

    if len(folders) < 2:
        what = message("experiments.compare.name_two")
        raise InputError([Problem("", 0, "compare", what)])
    folder = out or terminal.free_folder(Path("results") / "compare")
    for note in compare_results(folders, folder, base):
        click.echo(in_words(note), err=True)
    study_runs.print_answer(folder, language())
    study_runs.write_reports(folder)
    return _answer_of_study(folder, [])


@click.command(short_help="Say how long a warm-up an experiment needs.")
@click.argument("experiment", shell_complete=terminal.names_of("experiment"))
@click.option("--weeks", type=click.IntRange(8, 104), default=12, show_default=True,
              help="Length of a pilot run.")  # fmt: skip
@click.option("--replications", type=click.IntRange(2, 1000), default=10, show_default=True,
              help="Pilot runs.")  # fmt: skip
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the page. Default: results/warm-up-NAME.",
)
@terminal.page_language_option("nb")
@terminal.workers_option
@with_json
def warm_up_command(
    experiment: str,
    weeks: int,
    replications: int,
    out: Path | None,
    lang: Lang,
    workers: int | None,
) -> Answer:
    """Run the first organisation of EXPERIMENT a few times from an empty start.

    Says by a published rule (MSER-5) how many days each daily series is marked by the start, and
    what warm-up and run length would do; writes a page with the figure.
    """
    from akuttsim.experiments.pilot_runs import pilot_series, pilot_tasks
    from akuttsim.experiments.runner import default_workers
    from akuttsim.experiments.study import study_of_experiment
    from akuttsim.report.warm_up_page import PilotRuns, warm_up_lines, write_warm_up
    from akuttsim.statistics.run_length import choose_warm_up

    study = study_of_experiment(experiment)
    work = pilot_tasks(study, weeks, replications)
    with terminal.show_progress(len(work), study.name) as bar:
        found = choose_warm_up(pilot_series(work, workers or default_workers(), bar.advance))
    title: str = study.organisations[study.base].title.in_language(lang)
    told = PilotRuns(study.name, title, replications, weeks, study.warmup_days, study.weeks)
    click.echo("\n".join(warm_up_lines(found, told, language())))
    page = (out or Path("results") / f"warm-up-{study.name}") / "warm-up.html"
    write_warm_up(found, told, lang, page)
    click.echo(say("commands.page", path=page))
    whose = study.base
    figures = [
        Figure("warm_up", found.days, "days", whose),
        Figure("run_length", found.weeks, "weeks", whose),
        *(Figure(f"warm_up.{name}", cut.days, "days", whose) for name, cut in found.cuts.items()),
    ]
    return Answer(lambda: figures, {"page": page})
