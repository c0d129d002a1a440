"""akuttsim compare: results made at different times, held against each other."""

from __future__ import annotations

from pathlib import Path

import click

from akuttsim.cli import options, show


@click.command(short_help="Compare results made at different times.")
@click.argument("folders", metavar="A B [C]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--base", metavar="NAME", help="Compare with this one. Default: the base of A.")
@options.out
def command(folders: tuple[Path, ...], base: str | None, out: Path | None) -> None:
    """Compare the organisations of results folders A, B, … made by run, sweep, demo or compare.

    As if one sweep had run them all: differences are paired by replication, since the same seed,
    region and length give the same patients. Targets, margins and main indicators are those of A.
    Folders that cannot be compared are refused with every reason.
    """
    from akuttsim.cli import sweeping
    from akuttsim.errors import InputError, Problem
    from akuttsim.experiments.merge_results import compare_results

    if len(folders) < 2:
        what = "name two results folders or more, such as results/first results/second"
        raise InputError([Problem("", 0, "compare", what)])
    folder = out or show.free_folder(Path("results") / "compare")
    for note in compare_results(folders, folder, base):
        click.echo(note, err=True)
    sweeping.print_answer(folder, "en")
    sweeping.write_reports(folder)
