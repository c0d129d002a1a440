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
    from akuttsim.experiment.runner import default_workers
    from akuttsim.experiment.verification.study import failures

    do = _verdicts if which == "verdicts" else _answers
    folder = out or Path("results/verification" if is_short else "docs")
    found, path = do("short" if is_short else "full", workers or default_workers(), folder)
    rows = found["criteria"].to_dict("records")
    show.table(("criterion", "found", "asked for"), _lines(rows))
    failed = failures(found)
    for failure in failed:
        click.echo(f"Not met. {failure}", err=True)
    click.echo(f"\nStudy: {path}")
    if failed:
        sys.exit(1)


def _answers(name: str, workers: int, folder: Path) -> tuple[dict[str, Any], Path]:
    from akuttsim.experiment.verification import study
    from akuttsim.experiment.verification.form import FORMS
    from akuttsim.report.verification.document import write

    form = FORMS[name]
    with show.progress(len(study.tasks(form)), "Verifying") as bar:
        found = study.verified(form, workers, bar.advance)
    return found, write(found, folder)


def _verdicts(name: str, workers: int, folder: Path) -> tuple[dict[str, Any], Path]:
    from akuttsim.experiment.deciding import study
    from akuttsim.experiment.deciding.form import FORMS
    from akuttsim.report.verification.verdicts import write

    form = FORMS[name]
    with show.progress(len(study.tasks(form)), "Judging") as bar:
        found = study.decided(form, workers, bar.advance)
    return found, write(found, folder)


def _lines(criteria: Sequence[Mapping[Any, Any]]) -> list[tuple[str, str, str]]:
    return [
        (
            f"{row['part']}: {row['what']} ({row['n']})",
            f"{row['value']:.3g}",
            f"{row['low']:.3g} to {row['high']:.3g}",
        )
        for row in criteria
    ]
