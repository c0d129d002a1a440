"""akuttsim verify: the chain against exact answers, and how sure the verdicts are."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from akuttsim.cli import options, show


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
@options.workers
def command(which: str, is_short: bool, out: Path | None, workers: int | None) -> None:
    """Run parts of the simulator by themselves where mathematics knows the answer.

    Writes verification.md (or verdicts.md) with its figures, and prints what was asked for and
    found. Ends with code 1, naming them, if a criterion is not met.
    """
    from akuttsim.experiments.runner import default_workers
    from validation.exact_answer_study import unmet_criteria

    do = _verdicts if which == "verdicts" else _answers
    folder = out or Path("results/verification" if is_short else "docs")
    found, path = do("short" if is_short else "full", workers or default_workers(), folder)
    rows = found["criteria"].to_dict("records")
    show.table(("criterion", "found", "asked for"), _lines(rows))
    failed = unmet_criteria(found)
    for failure in failed:
        click.echo(f"Not met. {failure}", err=True)
    click.echo(f"\nStudy: {path}")
    if failed:
        sys.exit(1)


def _answers(name: str, workers: int, folder: Path) -> tuple[dict[str, Any], Path]:
    from validation import exact_answer_study
    from validation.exact_answer_document import write_exact_document
    from validation.study_size import EXACT_STUDY_SIZES

    form = EXACT_STUDY_SIZES[name]
    with show.progress(len(exact_answer_study.exact_study_tasks(form)), "Verifying") as bar:
        found = exact_answer_study.run_exact_study(form, workers, bar.advance)
    return found, write_exact_document(found, folder)


def _verdicts(name: str, workers: int, folder: Path) -> tuple[dict[str, Any], Path]:
    from validation import verdict_study
    from validation.study_size import VERDICT_STUDY_SIZES
    from validation.verdict_document import write_verdict_document

    form = VERDICT_STUDY_SIZES[name]
    with show.progress(len(verdict_study.verdict_study_tasks(form)), "Judging") as bar:
        found = verdict_study.run_verdict_study(form, workers, bar.advance)
    return found, write_verdict_document(found, folder)


def _lines(criteria: Sequence[Mapping[Any, Any]]) -> list[tuple[str, str, str]]:
    return [
        (
            f"{row['part']}: {row['what']} ({row['n']})",
            f"{row['value']:.3g}",
            f"{row['low']:.3g} to {row['high']:.3g}",
        )
        for row in criteria
    ]
