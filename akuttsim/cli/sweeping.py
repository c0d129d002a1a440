"""What demo, run and sweep have in common: run a study with a bar, and print its answer."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill
from typing import Literal

import click

from akuttsim.cli import show
from akuttsim.experiment.runner import default_workers, run_study
from akuttsim.experiment.study import Study
from akuttsim.report.answer import answer_lines
from akuttsim.report.overloads import overload_lines
from akuttsim.report.page import write_report
from akuttsim.store.results import Results, read_results

INTERRUPTED = 130
"""Exit code after Ctrl-C."""

WIDTH = 100
"""Columns of printed text."""


def sweep(
    study: Study, folder: Path, workers: int | None, *, records: bool = False, resume: bool = False
) -> None:
    """Do a study's runs; on Ctrl-C say how to go on."""
    count = len(study.runs())
    with show.progress(count, study.name) as tell:
        try:
            run_study(
                study, folder, workers or default_workers(), tell, resume=resume, records=records
            )
        except KeyboardInterrupt:
            click.echo(
                f"Stopped; finished runs are kept in {folder}. Go on with --resume.", err=True
            )
            raise SystemExit(INTERRUPTED) from None


def write_reports(folder: Path) -> None:
    """Write the report of a results folder in both languages, and say where it is."""
    results = read_results(folder)
    write_report(results, "nb", folder / "report.html")
    write_report(results, "en", folder / "report-en.html")
    click.echo(f"\nResults: {folder}")
    click.echo(f"Report:  {folder / 'report.html'} (norsk), {folder / 'report-en.html'} (English)")


def print_answer(folder: Path, lang: Literal["nb", "en"]) -> None:
    """Print the answer of a results folder, after a warning if a queue grew without bound."""
    results = read_results(folder)
    _print_overloads(results, lang)
    paragraphs = answer_lines(results, lang)
    click.echo("\n\n".join(fill(text, WIDTH, break_on_hyphens=False) for text in paragraphs))


def print_main(folder: Path, organisation: str) -> None:
    """Print the main indicators of one organisation with their intervals and verdicts."""
    results = read_results(folder)
    _print_overloads(results, "en")
    mine = results.summary[results.summary.organisation == organisation]
    lines = []
    for name in results.manifest["main_indicators"]:
        row = mine[(mine.indicator == name) & (mine.group_by == "all")].iloc[0]
        if row["mean"] == row["mean"]:
            interval = f"{row.ci_low:.3f} to {row.ci_high:.3f}"
            lines.append((name, f"{row['mean']:.3f}", interval, row.unit, row.verdict))
    show.table(("indicator", "mean", "95 % interval", "unit", "target"), lines)


def _print_overloads(results: Results, lang: Literal["nb", "en"]) -> None:
    lines = overload_lines(results, lang)
    for line in lines:
        click.echo(fill(f"! {line}", WIDTH, break_on_hyphens=False))
    if lines:
        click.echo()
