"""Commands for a district of one's own: region, and import of public tables and rosters."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from akuttsim.cli import terminal
from akuttsim.cli.json_output import Answer, Figure, with_json
from akuttsim.cli.own_files import write_checked, write_schemas_beside
from akuttsim.errors import option_error
from akuttsim.texts import Lang, in_words, message, say

if TYPE_CHECKING:
    from akuttsim.regionbuilder.region_folder import RegionOnDisk

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group(
    cls=terminal.SuggestingGroup, short_help="Make a district of one's own, from public data."
)
def region_command() -> None:
    """Make a district of one's own: a skeleton to fill in, or a region built from public data.

    What each number of a region needs is told in docs/your-district.md.
    """


@region_command.command("new")
@click.argument("name")
@click.option("--out", type=FOLDER, default=Path(), help="Folder to write in. Default: this one.")
def region_new(name: str, out: Path) -> None:
    """Write a small district NAME that works, to fill in: its tables, region and organisation."""
    from akuttsim.regionbuilder.region_folder import write_skeleton

    written = write_skeleton(name, out)
    write_schemas_beside([Path(written.folder), Path(written.organisation)])
    click.echo(
        say("commands.region.built", folder=written.folder, organisation=written.organisation)
    )
    click.echo(in_words(written.what_to_fill_in))


@region_command.command("build")
@click.argument("spec", type=click.Path(path_type=Path))
@click.option("--out", type=FOLDER, default=Path(), help="Folder to write in. Default: this one.")
@click.option("--data", type=FOLDER, help="Folder with the data. Default: that of SPEC.")
@click.option("--replace", is_flag=True, help="Build a region that is there anew.")
@with_json
def region_build(spec: Path, out: Path, data: Path | None, replace: bool) -> Answer:
    """Build a region from the files that SPEC, a YAML file, names: roads, people, facilities.

    Prints what was found and what is doubtful, as SOURCES.md in the region's folder has it. Of a
    region that is there it says which files it would overwrite; --replace does so, and leaves its
    organisation as it is.
    """
    from akuttsim.regionbuilder.data_quality import finding_line, loud_first
    from akuttsim.regionbuilder.region_folder import display_paths, make_region

    made = make_region(spec, out, data, replace)
    for finding in loud_first(made.built.findings):
        click.echo(finding_line(finding._replace(what=in_words(finding.what))))
    write_schemas_beside([made.folder, made.organisation])
    region, organisation = display_paths(made)
    written = "written" if made.is_first else "replaced"
    click.echo(say(f"commands.region.{written}", region=region, organisation=organisation))
    click.echo(say("commands.region.next", region=region, organisation=organisation))
    files = {"region": made.folder, "organisation": made.organisation}
    return Answer(lambda: _built_figures(made), files)


def _built_figures(made: RegionOnDisk) -> Iterator[Figure]:
    """Yield how much of everything a built region has, and what was found in its data."""
    name = made.folder.name
    counts = {
        "municipalities": len(made.built.municipalities),
        "places": len(made.built.places),
        "facilities": len(made.built.facilities),
    }
    for what, n in counts.items():
        yield Figure(what, n, "", name)
    for finding in made.built.findings:
        yield Figure("finding", in_words(finding.what), "", name, {"is_loud": finding.is_loud})


@region_command.command("show")
@click.argument("name", shell_complete=terminal.names_of("region"))
@click.option(
    "--organisation",
    shell_complete=terminal.names_of("organisation"),
    help="Also its clinics and stations: a shipped name or a path.",
)
@terminal.page_language_option("nb")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Page to write.")
def region_show(name: str, organisation: str | None, lang: Lang, out: Path | None) -> None:
    """Write a page of the region NAME: map, people, drive times, and what looks wrong.

    NAME is a shipped name or a folder. The page is NAME.html in Norwegian, NAME-en.html in
    English. At a terminal it is opened in the browser.
    """
    from akuttsim.experiments.files import write_whole
    from akuttsim.regionbuilder.region_page import free_page_path, write_region_page

    region, page = write_region_page(name, lang, organisation)
    path = free_page_path(region, lang, out)
    write_whole(path, page.encode("utf-8"))
    click.echo(say("commands.written", path=path))
    if sys.stdout.isatty():
        click.launch(str(path))


file_argument = click.argument("file", type=click.Path(path_type=Path))
file_option = click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File to write."
)


@click.group(
    cls=terminal.SuggestingGroup,
    short_help="Read public tables and rosters into files of a district.",
)
def import_command() -> None:
    """Read what exists: population by age, published figures, a roster spreadsheet.

    Each writes one new file and says what was read; docs/calibrating.md tells the formats.
    """


@import_command.command("ssb")
@file_argument
@click.option("--year", help="The year, where the export has several.")
@file_option
@with_json
def import_ssb(file: Path, year: str | None, out: Path) -> Answer:
    """Read Statistics Norway's population by municipality and age (table 07459, CSV) from FILE.

    Writes municipalities.csv of a region; largest_tettsted is left to fill in.
    """
    from akuttsim.regionbuilder.official_statistics import (
        municipality_people_table,
        read_municipal_population,
    )

    _refuse_existing(out)
    people = read_municipal_population(file, year)
    terminal.print_hidden_content(file)
    table = municipality_people_table(people)
    for (number, name), ages in sorted(people.municipalities.items()):
        click.echo(
            say(
                "commands.import.people",
                number=number,
                name=name,
                people=sum(ages),
                year=people.year,
            )
        )
    same = people.same_names()
    if same:
        named = ", ".join(f"{number} {name}" for number, name in same)
        click.echo(say("commands.import.same_name", named=named))
    _write_new_file(out, table.to_csv(index=False, lineterminator="\n").encode("utf-8"))
    click.echo(say("commands.fill_in"))
    return Answer(
        lambda: [
            Figure("people", sum(ages), "people", name, {"number": number, "year": people.year})
            for (number, name), ages in sorted(people.municipalities.items())
        ],
        {"municipalities": out},
    )


@import_command.command("helsedir")
@file_argument
@click.option(
    "--mapping",
    required=True,
    shell_complete=terminal.names_of("figure mapping"),
    help="Which rows and columns: a shipped name or a path.",
)
@file_option
@with_json
def import_helsedir(file: Path, mapping: str, out: Path) -> Answer:
    """Read published answer and response times from FILE (CSV) as targets of a calibration."""
    from akuttsim.regionbuilder.official_statistics import targets_yaml

    _refuse_existing(out)
    text, found = targets_yaml(file, mapping)
    terminal.print_hidden_content(file)
    for name, target in found.items():
        click.echo(f"{name}: {target['indicator']} = {target['value']:g}")
    _write_new_file(out, text)
    write_schemas_beside([out])
    return Answer(
        lambda: [
            Figure(str(target["indicator"]), float(target["value"]), "", name)
            for name, target in found.items()
        ],
        {"targets": out},
    )


@import_command.command("roster")
@file_argument
@click.option("--sheet", help="The sheet. Default: the first.")
@click.option("--room", help="The control room whose whole roster FILE replaces.")
@click.option(
    "--extends",
    shell_complete=terminal.names_of("organisation"),
    help="With --room: the organisation of the room, a shipped name or a path.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write. Default: the name of FILE with .yaml.",
)
@with_json
def import_roster(
    file: Path, sheet: str | None, room: str | None, extends: str | None, out: Path | None
) -> Answer:
    """Read a roster from FILE (.xlsx or CSV: day, from, to, number on duty) as operators of a room.

    With --room and --extends a variant of the organisation that can be run: the room has the roster
    of FILE and nothing of its own. Without them only the operators, as a part of a file of yours.
    """
    from akuttsim.regionbuilder.places_and_facilities import identifier_of
    from akuttsim.regionbuilder.region_folder import refuse_to_replace
    from akuttsim.regionbuilder.roster_spreadsheet import operators_yaml, roster_variant

    if (room is None) != (extends is None):
        missing = "--room" if room is None else "--extends"
        raise option_error(missing, message("commands.import.room_and_extends"))
    path = out or Path(f"{identifier_of(file.stem)}.yaml")
    refuse_to_replace(path)
    text, found = operators_yaml(file, sheet)
    terminal.print_hidden_content(file, sheet)
    hours = len(found)
    click.echo(say("commands.shifts", hours=hours, x=max(x["on_duty"] for x in found.values())))
    answer = Answer(
        lambda: [
            Figure(
                "on_duty",
                row["on_duty"],
                "people",
                name,
                {"days": row["days"], "hours": row["hours"]},
            )
            for name, row in found.items()
        ],
        {"organisation" if room else "operators": path},
    )
    if room is None or extends is None:
        _write_new_file(path, text)
        click.echo(say("commands.import.roster_part", file=file))
        return answer
    write_checked(path, roster_variant(file, found, room, extends, path), str(file))
    click.echo(say("commands.import.roster_next", base=extends, path=path))
    return answer


def _refuse_existing(path: Path) -> None:
    """Raise InputError where a file is there already: nothing is overwritten."""
    from akuttsim.errors import InputError, Problem

    if path.exists():
        raise InputError([Problem("", 0, str(path), message("experiments.there_already"))])


def _write_new_file(path: Path, content: bytes) -> None:
    from akuttsim.experiments.files import write_whole

    write_whole(path, content)
    click.echo(say("commands.written", path=path))
