"""Commands that hold the model against the world: calibrate, world and verify.

The first moves assumptions until published figures are met, the second shows organisations beside
such figures, and the third tests the chain against exact answers.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from akuttsim.cli import terminal
from akuttsim.cli.json_output import Answer, Figure, with_json
from akuttsim.cli.own_files import write_schemas_beside
from akuttsim.errors import InputError, Problem
from akuttsim.texts import ENGLISH, Lang, decimal_mark, language, message, say

if TYPE_CHECKING:
    import pandas as pd

    from akuttsim.config.schema.experiment import PublishedFigure
    from akuttsim.experiments.runner import TellRuns
    from akuttsim.experiments.study import Study
    from akuttsim.optimisation.calibration.calibration_question import CalibrationQuestion
    from akuttsim.optimisation.calibration.outcome import CalibrationOutcome

FigureValues = dict[str, float]
"""An organisation's simulated value of each figure, in the figure's unit; NaN where it has none."""


def simulate_figures(
    study: Study, figures: Mapping[str, PublishedFigure], workers: int, tell: TellRuns
) -> FigureValues:
    """Run a study, and return the mean over its replications of each figure.

    Raises InputError if a run failed: a mean of the others would be of other years.
    """
    from akuttsim.experiments.results import read_results
    from akuttsim.experiments.runner import RunOptions, run_study

    with TemporaryDirectory(prefix="akuttsim-") as folder:
        failed = run_study(study, Path(folder) / "results", RunOptions(workers=workers), tell)
        if failed:
            reasons = [
                message(
                    "experiments.run.replication_failed",
                    replication=each.run.replication,
                    failure=each.failure,
                )
                for each in failed
            ]
            raise InputError([Problem("", 0, study.base, what) for what in reasons])
        summary = read_results(Path(folder) / "results").summary
    return figure_values(summary, figures)


def figure_values(summary: pd.DataFrame, figures: Mapping[str, PublishedFigure]) -> FigureValues:
    """Return each figure's value in the summary of one organisation."""
    keys = zip(summary["indicator"], summary["group_by"], summary["group"], strict=True)
    means = dict(zip(keys, summary["mean"], strict=True))
    nothing = float("nan")
    return {
        name: float(means.get((each.indicator, each.group_by, each.group), nothing)) * each.times
        for name, each in figures.items()
    }


@click.command(short_help="Show organisations beside published figures.")
@click.argument(
    "organisations",
    nargs=-1,
    required=True,
    shell_complete=terminal.names_of("organisation"),
)
@terminal.length_options(weeks=52, replications=4)
@click.option("--figures", "source", default="norway", show_default=True, help="A name or a path.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Also write the table into a document, between its two marks.",
)
@terminal.workers_option
@with_json
def world_command(
    organisations: tuple[str, ...],
    weeks: int,
    replications: int,
    seed: int,
    source: str,
    into: Path | None,
    workers: int | None,
) -> Answer:
    """Run each of ORGANISATIONS for a year in its own region, and show what is known of Norway.

    Use, urgency, ambulance missions, answer and response times, and which of them were put in and
    which were found. The table of docs/model.md is made by this command, and told there.
    """
    from akuttsim.experiments.load_study import load_published_figures
    from akuttsim.experiments.runner import default_workers
    from akuttsim.experiments.study import study_of_run
    from akuttsim.indicators.registry import OF_OUTCOMES
    from akuttsim.report.exporters.markdown import (
        around_marks,
        published_rows,
        published_table,
        write_between_marks,
    )

    if into is not None:
        around_marks(into)
    figures = load_published_figures(source)
    length = (weeks, replications, seed)
    # Each in its own region: none is compared with another, so that these may differ.
    asked_for = OF_OUTCOMES & {figure.indicator for figure in figures.values()}
    outcomes = USUAL_OUTCOMES if asked_for else None
    studies = [study_of_run([name], None, (), length, outcomes) for name in organisations]
    with terminal.show_progress(
        len(studies) * replications, say("commands.progress.running")
    ) as bar:
        found = {
            study.base: simulate_figures(study, figures, workers or default_workers(), bar.advance)
            for study in studies
        }
    rows = published_rows(figures, found, language())
    shown = [key for key in rows[0] if not key.startswith("source")]
    widest = [48, 36, *[20] * (len(shown) - 2)]
    heading = [say(WORLD_HEADINGS[key]) if key in WORLD_HEADINGS else key for key in shown]
    lines = [[_world_cell(key, row[key]) for key in shown] for row in rows]
    terminal.print_wrapped_table(heading, lines, widest)
    if into is not None:
        how = say("commands.world.means", replications=replications, weeks=weeks, seed=seed)
        write_between_marks(into, published_table(rows, how))
    return Answer(lambda: _world_figures(figures, found))


USUAL_OUTCOMES = "health"
"""Health outcomes that are measured where a published figure is one."""


def _world_figures(
    figures: Mapping[str, PublishedFigure], found: Mapping[str, FigureValues]
) -> Iterator[Figure]:
    """Yield each organisation's value in the indicator's unit, with the figure as published."""
    from akuttsim.indicators.registry import INDICATORS

    units = {each.name: each.unit for each in INDICATORS}
    for whose, values in found.items():
        for name, value in values.items():
            published = figures[name]
            told = published.published.in_language(language())
            about = {"indicator": published.indicator, "published": told}
            yield Figure(name, value / published.times, units[published.indicator], whose, about)


WORLD_HEADINGS = {
    "figure": "commands.world.figure",
    "published": "commands.world.published",
    "in the model": "commands.world.in_the_model",
}
"""Columns of the table that are not an organisation's."""


def _world_cell(key: str, text: str) -> str:
    """Return a cell in words; published figures and titles stand as their file has them."""
    if key == "in the model":
        return say(f"commands.world.use.{text.replace(' ', '_')}")
    is_number = key not in WORLD_HEADINGS and language() != ENGLISH
    return text.replace(".", decimal_mark(language())) if is_number else text


@click.command(short_help="Hold the chain against exact answers and write the study.")
@click.option(
    "--study",
    "which",
    type=click.Choice(["answers", "verdicts", "reality"]),
    default="answers",
    show_default=True,
    help="The chain against exact answers, how sure verdicts are, or what others have counted.",
)
@click.option(
    "--short/--full",
    "is_short",
    default=False,
    help="A minute with wide bounds, or minutes with narrow ones. Default: --full.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the document. Default: docs, or results/verification for --short.",
)
@terminal.workers_option
@with_json
def verify_command(which: str, is_short: bool, out: Path | None, workers: int | None) -> Answer:
    """Run parts of the simulator by themselves where mathematics knows the answer.

    Writes verification.md (or verdicts.md, or validation.md on what others have published and
    recorded), and prints what was asked for and found. Ends with code 1, naming them, if a
    criterion is not met and no reason for it is known.
    """
    # The studies stand beside the package, in a checkout.
    if find_spec("validation") is None and Path("validation/exact_answer_study.py").is_file():
        sys.path.append(os.getcwd())
    if find_spec("validation") is None:
        raise click.UsageError(say("commands.verify.no_studies"))
    from akuttsim.experiments.runner import default_workers
    from validation.exact_answer_study import unmet_criteria

    do = {
        "answers": _run_answer_studies,
        "verdicts": _run_verdict_studies,
        "reality": _run_reality_study,
    }[which]
    folder = out or Path("results/verification" if is_short else "docs")
    found, path = do("short" if is_short else "full", workers or default_workers(), folder)
    heading = [say(f"commands.verify.{name}") for name in ("criterion", "found", "asked_for")]
    lines = [
        (
            f"{row['part']}: {row['what']} ({row['n']})",
            say("commands.verify.value", value=float(row["value"])),
            say("commands.verify.range", low=float(row["low"]), high=float(row["high"])),
        )
        for row in found["criteria"].to_dict("records")
    ]
    terminal.print_table(heading, lines)
    if "parts" in found:
        click.echo(say("commands.verify.counted", **_verdict_counts(found["parts"])))
    failed = unmet_criteria(found)
    for failure in failed:
        click.echo(say("commands.verify.not_met", failure=failure), err=True)
    click.echo(say("commands.study", path=path))
    figures = [
        Figure(f"{row['part']}: {row['what']}", row["value"], more={"n": row["n"], "asked_low":
               row["low"], "asked_high": row["high"]})
        for row in found["criteria"].to_dict("records")
    ]  # fmt: skip
    return Answer(lambda: figures, {"document": path}, partial(sys.exit, 1) if failed else None)


def _run_answer_studies(
    name: str, workers: int, folder: Path
) -> tuple[dict[str, pd.DataFrame], Path]:
    """Run the studies against exact answers; return their tables and where the document lies."""
    from validation import exact_answer_study
    from validation.exact_answer_document import write_exact_document
    from validation.study_size import EXACT_STUDY_SIZES

    form = EXACT_STUDY_SIZES[name]
    with terminal.show_progress(
        len(exact_answer_study.exact_study_tasks(form)), say("commands.progress.verifying")
    ) as bar:
        found = exact_answer_study.run_exact_study(form, workers, bar.advance)
    return found, write_exact_document(found, folder)


def _run_verdict_studies(
    name: str, workers: int, folder: Path
) -> tuple[dict[str, pd.DataFrame], Path]:
    """Run the studies of how sure verdicts are; return their tables and the document."""
    from validation import verdict_study
    from validation.study_size import VERDICT_STUDY_SIZES
    from validation.verdict_document import write_verdict_document

    form = VERDICT_STUDY_SIZES[name]
    with terminal.show_progress(
        len(verdict_study.verdict_study_tasks(form)), say("commands.progress.judging")
    ) as bar:
        found = verdict_study.run_verdict_study(form, workers, bar.advance)
    return found, write_verdict_document(found, folder)


def _run_reality_study(
    name: str, workers: int, folder: Path
) -> tuple[dict[str, pd.DataFrame], Path]:
    """Run the study against what others have counted; return its tables and the document."""
    from validation import reality_study
    from validation.reality_document import write_reality_document
    from validation.study_size import REALITY_STUDY_SIZES

    form, data = REALITY_STUDY_SIZES[name], reality_study.real_data_folder()
    runs = reality_study.reality_run_count(form, data)
    with terminal.show_progress(runs, say("commands.progress.running")) as bar:
        found = reality_study.run_reality_study(form, data, workers, bar.advance)
    return found, write_reality_document(found, folder)


def _verdict_counts(parts: pd.DataFrame) -> dict[str, int]:
    """Return what the last row, that of all parts, counts."""
    counts = parts.iloc[-1]
    return {
        "met": int(counts["met"]),
        "not_met": int(counts["not met"]),
        "explained": int(counts["explained"]),
        "missing": int(counts["not at hand"]),
    }


@click.command(short_help="Move assumptions until published figures are met.")
@click.argument("region", shell_complete=terminal.names_of("region"))
@click.argument("organisation", shell_complete=terminal.names_of("organisation"))
@click.argument("targets", shell_complete=terminal.names_of("calibration"))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for what is found. Default: results/NAME.",
)
@terminal.workers_option
@terminal.resume_option
@with_json
def calibrate_command(
    region: str,
    organisation: str,
    targets: str,
    out: Path | None,
    workers: int | None,
    resume: bool,
) -> Answer:
    """Calibrate the assumptions of REGION and ORGANISATION to the published figures in TARGETS.

    TARGETS, a YAML file, names the assumptions (grade C) and the figures; see docs/calibrating.md.
    Writes variants of both with the values found, and says what the figures cannot tell apart and
    how far verdicts move within what is still possible. Each finished run is kept at once; a
    stopped calibration goes on with --resume.
    """
    from akuttsim.cli.study_runs import hint_on_interrupt, signals_as_interrupt
    from akuttsim.experiments.runner import default_workers
    from akuttsim.optimisation.calibration.calibration_question import load_calibration_question
    from akuttsim.optimisation.calibration.calibration_run import (
        calibrate,
        trial_limit,
        write_calibrated,
    )

    asked = load_calibration_question(region, organisation, targets)
    folder = terminal.results_folder(out, Path("results") / asked.calibration.calibration, resume)
    with (
        signals_as_interrupt(),
        terminal.show_progress(
            trial_limit(asked), say("commands.progress.trying"), "trials"
        ) as bar,
        hint_on_interrupt(folder),
    ):
        many = workers or default_workers()
        found, trials = calibrate(asked, folder, many, bar.advance, resume=resume)
        written = [
            *write_calibrated(asked, found, trials, folder),
            *_write_calibration_pages(asked, found, folder),
        ]
    write_schemas_beside([folder])
    _print_calibration(found)
    for path in written:
        click.echo(say("commands.written", path=path))
    click.echo(say("commands.trials", path=folder / "calibration.csv"))
    return Answer(lambda: _calibration_figures(found), {"trials": folder / "calibration.csv"})


def _calibration_figures(found: CalibrationOutcome) -> Iterator[Figure]:
    """Yield each assumption, then each published figure as it is met."""
    from akuttsim.config.validator import split_unit

    for unknown in found.unknowns:
        low, high = unknown.possible or (None, None)
        possible = {"low": low, "high": high, "was": unknown.before}
        unit = split_unit(unknown.key)[1].removeprefix("_")
        yield Figure(unknown.key, unknown.value, unit, unknown.name, possible)
    for target in found.targets:
        about = {"published": target.published, "width": target.width, "was": target.before}
        yield Figure(target.indicator, target.after, target.unit, target.name, about)


def _write_calibration_pages(
    asked: CalibrationQuestion, found: CalibrationOutcome, folder: Path
) -> Iterator[Path]:
    """Write the page in both languages."""
    from akuttsim.experiments.files import write_whole
    from akuttsim.report.calibration_page import calibration_page

    names = (asked.calibration.calibration, asked.study.region.region, asked.study.base)
    languages: tuple[tuple[Lang, str], ...] = (("nb", ""), ("en", "-en"))
    for lang, ending in languages:
        path = folder / f"calibration{ending}.html"
        write_whole(path, calibration_page(found, names, lang).encode("utf-8"))
        yield path


def _print_calibration(found: CalibrationOutcome) -> None:
    """Print values, figures, what cannot be told apart, and verdicts."""
    from akuttsim.report.calibration_page import (
        CalibrationWords,
        calibration_sentences,
        target_cells,
        unknown_cells,
        verdict_sentences,
    )

    words = CalibrationWords(language())
    names = "assumption key was range now possible of_range".split()
    moved = [say(f"commands.calibrate.{name}") for name in names]
    terminal.print_table(moved, [unknown_cells(unknown, words) for unknown in found.unknowns])
    click.echo()
    names = "figure published was now_interval".split()
    aimed = [*(say(f"commands.calibrate.{name}") for name in names), ""]
    terminal.print_table(aimed, [target_cells(target, words) for target in found.targets])
    click.echo()
    for sentence in (*calibration_sentences(found, words), *verdict_sentences(found, words)):
        click.echo(sentence)
    click.echo()
