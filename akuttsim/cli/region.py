"""akuttsim region: a district of one's own, from a skeleton or from public data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click

from akuttsim.cli import options

folder = click.Path(path_type=Path, file_okay=False)


@click.group(short_help="Make a district of one's own, from public data.")
def command() -> None:
    """Make a district of one's own: a skeleton to fill in, or a region built from public data.

    What each number of a region needs is told in docs/your-district.md.
    """


@command.command("new")
@click.argument("name")
@click.option("--out", type=folder, default=Path(), help="Folder to write in. Default: this one.")
def new(name: str, out: Path) -> None:
    """Write a small district NAME that works, to fill in: its tables, region and organisation."""
    from akuttsim.regionbuilder.region_folder import write_skeleton

    written = write_skeleton(name, out)
    click.echo(f"Written: {written.folder} and {written.organisation}\n")
    click.echo(written.what_to_fill_in)


@command.command("build")
@click.argument("spec", type=click.Path(path_type=Path))
@click.option("--out", type=folder, default=Path(), help="Folder to write in. Default: this one.")
@click.option("--data", type=folder, help="Folder with the data. Default: that of SPEC.")
def build(spec: Path, out: Path, data: Path | None) -> None:
    """Build a region from the files that SPEC, a YAML file, names: roads, people, facilities.

    Prints what was found and what is doubtful, as SOURCES.md in the region's folder has it.
    """
    from akuttsim.regionbuilder.data_quality import finding_line, loud_first
    from akuttsim.regionbuilder.region_folder import display_paths, make_region

    made = make_region(spec, out, data)
    for finding in loud_first(made.built.findings):
        click.echo(finding_line(finding))
    region, organisation = display_paths(made)
    click.echo(f"\nWritten: {region} and {organisation}")
    click.echo(
        f"Next: akuttsim region show {region}, then fill in and akuttsim check {organisation}"
    )


@command.command("show")
@click.argument("name")
@click.option("--organisation", help="Also its clinics and stations: a shipped name or a path.")
@options.language("nb")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Page to write.")
def show(name: str, organisation: str | None, lang: Literal["nb", "en"], out: Path | None) -> None:
    """Write a page of the region NAME: map, people, drive times, and what looks wrong.

    NAME is a shipped name or a folder. The page is NAME.html in Norwegian, NAME-en.html in
    English. At a terminal it is opened in the browser.
    """
    from akuttsim.experiments.files import write_whole
    from akuttsim.regionbuilder.region_page import free_page_path, write_region_page

    region, page = write_region_page(name, lang, organisation)
    path = free_page_path(region, lang, out)
    write_whole(path, page.encode("utf-8"))
    click.echo(f"Written: {path}")
    if sys.stdout.isatty():
        click.launch(str(path))
