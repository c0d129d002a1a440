"""Commands that test the model: world against published figures, verify against exact answers."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from akuttsim.cli import terminal
from akuttsim.texts import ENGLISH, decimal_mark, language, say


@click.command(short_help="Show organisations beside published figures.")
@click.argument("organisations", nargs=-1, required=True)
@click.option("--weeks", type=click.IntRange(1, 520), default=52, show_default=True)
@click.option("--replications", type=click.IntRange(2, 10_000), default=4, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--figures", "source", default="norway", show_default=True, help="A name or a path.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Also write the table into a document, between its two marks.",
)
@terminal.workers_option
def world_command(
    organisations: tuple[str, ...],
    weeks: int,
    replications: int,
    seed: int,
    source: str,
    into: Path | None,
    workers: int | None,
) -> None:
    """Run each of ORGANISATIONS for a year in its own region, and show what is known of Norway.

    Use, urgency, ambulance missions, answer and response times, and which of them were put in and
    which were found. The table of docs/model.md is made by this command, and told there.
    """
    from akuttsim.experiments import published_comparison
    from akuttsim.experiments.load_study import load_published_figures
    from akuttsim.experiments.runner import default_workers
    from akuttsim.report.exporters.markdown import (
        around_marks,
        published_rows,
        published_table,
        write_between_marks,
    )

    if into is not None:
        around_marks(into)
    figures = load_published_figures(source)
    studies = published_comparison.studies_of_organisations(
        organisations, (weeks, replications, seed)
    )
    with terminal.show_progress(
        len(studies) * replications, say("commands.progress.running")
    ) as bar:
        found = {
            study.base: published_comparison.simulate_figures(
                study, figures, workers or default_workers(), bar.advance
            )
            for study in studies
        }
    rows = published_rows(figures, found)
    shown = [key for key in rows[0] if not key.startswith("source")]
    widest = [48, 36, *[20] * (len(shown) - 2)]
    heading = [_world_heading(key) for key in shown]
    lines = [[_world_cell(key, row[key]) for key in shown] for row in rows]
    terminal.print_wrapped_table(heading, lines, widest)
    if into is not None:
        how = say("commands.world.means", replications=replications, weeks=weeks, seed=seed)
        write_between_marks(into, published_table(rows, how))


WORLD_HEADINGS = {
    "figure": "commands.world.figure",
    "published": "commands.world.published",
    "in the model": "commands.world.in_the_model",
}
"""Columns of the table that are not an organisation's."""


def _world_heading(key: str) -> str:
    return say(WORLD_HEADINGS[key]) if key in WORLD_HEADINGS else key


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
    type=click.Choice(["answers", "verdicts"]),
    default="answers",
    show_default=True,
    help="The chain against exact answers, or how sure verdicts are and what they take.",
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
def verify_command(which: str, is_short: bool, out: Path | None, workers: int | None) -> None:
    """Run parts of the simulator by themselves where mathematics knows the answer.

    Writes verification.md (or verdicts.md) with its figures, and prints what was asked for and
    found. Ends with code 1, naming them, if a criterion is not met.
    """
    _require_checkout()
    from akuttsim.experiments.runner import default_workers
    from validation.exact_answer_study import unmet_criteria

    do = _run_verdict_studies if which == "verdicts" else _run_answer_studies
    folder = out or Path("results/verification" if is_short else "docs")
    found, path = do("short" if is_short else "full", workers or default_workers(), folder)
    rows = found["criteria"].to_dict("records")
    terminal.print_table(
        (
            say("commands.verify.criterion"),
            say("commands.verify.found"),
            say("commands.verify.asked_for"),
        ),
        _criteria_lines(rows),
    )
    failed = unmet_criteria(found)
    for failure in failed:
        click.echo(say("commands.verify.not_met", failure=failure), err=True)
    click.echo(say("commands.study", path=path))
    if failed:
        sys.exit(1)


def _require_checkout() -> None:
    """Make the studies importable: they stand beside the package, in a checkout.

    Raises a usage error that says where they are to be had, without one.
    """
    if find_spec("validation") is None and Path("validation/exact_answer_study.py").is_file():
        sys.path.append(os.getcwd())
    if find_spec("validation") is None:
        raise click.UsageError(say("commands.verify.no_studies"))


def _run_answer_studies(name: str, workers: int, folder: Path) -> tuple[dict[str, Any], Path]:
    from validation import exact_answer_study
    from validation.exact_answer_document import write_exact_document
    from validation.study_size import EXACT_STUDY_SIZES

    form = EXACT_STUDY_SIZES[name]
    with terminal.show_progress(
        len(exact_answer_study.exact_study_tasks(form)), say("commands.progress.verifying")
    ) as bar:
        found = exact_answer_study.run_exact_study(form, workers, bar.advance)
    return found, write_exact_document(found, folder)


def _run_verdict_studies(name: str, workers: int, folder: Path) -> tuple[dict[str, Any], Path]:
    from validation import verdict_study
    from validation.study_size import VERDICT_STUDY_SIZES
    from validation.verdict_document import write_verdict_document

    form = VERDICT_STUDY_SIZES[name]
    with terminal.show_progress(
        len(verdict_study.verdict_study_tasks(form)), say("commands.progress.judging")
    ) as bar:
        found = verdict_study.run_verdict_study(form, workers, bar.advance)
    return found, write_verdict_document(found, folder)


def _criteria_lines(criteria: Sequence[Mapping[Any, Any]]) -> list[tuple[str, str, str]]:
    return [
        (
            f"{row['part']}: {row['what']} ({row['n']})",
            say("commands.verify.value", value=float(row["value"])),
            say("commands.verify.range", low=float(row["low"]), high=float(row["high"])),
        )
        for row in criteria
    ]
