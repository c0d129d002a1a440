"""akuttsim import: public tables and rosters as the files that a district is made of."""

from __future__ import annotations

from pathlib import Path

import click

file = click.argument("file", type=click.Path(path_type=Path))
out = click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File to write."
)


@click.group(short_help="Read public tables and rosters into files of a district.")
def command() -> None:
    """Read what exists: population by age, published figures, a roster spreadsheet.

    Each writes one new file and says what was read; docs/calibrating.md tells the formats.
    """


@command.command("ssb")
@file
@click.option("--year", help="The year, where the export has several.")
@out
def ssb(file: Path, year: str | None, out: Path) -> None:
    """Read Statistics Norway's population by municipality and age (table 07459, CSV) from FILE.

    Writes municipalities.csv of a region; largest_tettsted is left to fill in.
    """
    from akuttsim.regionbuilder.official_statistics import (
        municipality_people_table,
        read_municipal_population,
    )

    _refuse_existing(out)
    people = read_municipal_population(file, year)
    table = municipality_people_table(people)
    for (number, name), ages in sorted(people.municipalities.items()):
        click.echo(f"{number} {name}: {sum(ages):,} people ({people.year})")
    _write(out, table.to_csv(index=False, lineterminator="\n"))
    click.echo("Fill in largest_tettsted: people of the largest settlement (table 05212).")


@command.command("helsedir")
@file
@click.option("--mapping", required=True, help="Which rows and columns: a shipped name or a path.")
@out
def helsedir(file: Path, mapping: str, out: Path) -> None:
    """Read published answer and response times from FILE (CSV) as targets of a calibration."""
    from akuttsim.regionbuilder.official_statistics import targets_yaml

    _refuse_existing(out)
    text, found = targets_yaml(file, mapping)
    for name, target in found.items():
        click.echo(f"{name}: {target['indicator']} = {target['value']:g}")
    _write(out, text)


@command.command("roster")
@file
@click.option("--sheet", help="The sheet. Default: the first.")
@out
def roster(file: Path, sheet: str | None, out: Path) -> None:
    """Read a roster from FILE (.xlsx: day, from, to, number on duty) as operators of a room."""
    from akuttsim.regionbuilder.roster_spreadsheet import operators_yaml

    _refuse_existing(out)
    text, found = operators_yaml(file, sheet)
    hours = len(found)
    click.echo(f"{hours} shifts, most on duty in one: {max(x['on_duty'] for x in found.values())}")
    _write(out, text)


def _refuse_existing(path: Path) -> None:
    """Raise InputError where a file is there already: nothing is overwritten."""
    from akuttsim.errors import InputError, Problem

    if path.exists():
        raise InputError([Problem("", 0, str(path), "is there already; name a new file")])


def _write(path: Path, text: str) -> None:
    from akuttsim.experiments.files import write_whole

    write_whole(path, text.encode("utf-8"))
    click.echo(f"Written: {path}")
