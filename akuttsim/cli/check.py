"""akuttsim check: what was understood of config files, or every error in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from akuttsim.cli import show

if TYPE_CHECKING:
    from akuttsim.experiment.study import Study
    from akuttsim.scenario.organisation import Organisation
    from akuttsim.scenario.region import Region


@click.command(short_help="Say what was understood of config files.")
@click.argument("files", nargs=-1, required=True)
def command(files: tuple[str, ...]) -> None:
    """Check FILES: regions, organisations or experiments, by shipped name or path.

    Prints people, calls a day, load by hour and drive times; or every error at once, each with
    file, line, key and what would be right, and exit code 2.
    """
    from akuttsim.errors import InputError, Problem
    from akuttsim.experiment.checking import Checked, check_file

    checked: list[Checked] = []
    problems: list[Problem] = []
    for name in files:
        try:
            checked.append(check_file(name))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    for each in checked:
        _say(each.region, each.organisation, each.study)


def _say(region: Region, organisation: Organisation | None, study: Study | None) -> None:
    if study is not None:
        _say_study(study)
    elif organisation is not None:
        _say_region(region)
        _say_organisation(region, organisation)
    else:
        _say_region(region)


def _say_region(region: Region) -> None:
    from akuttsim.experiment.understood import demand

    calls = demand(region)
    people = f"{calls.people:,}".replace(",", " ")
    click.echo(
        f"Region {region.region}: {people} people in {len(region.municipalities)} municipalities "
        f"and {len(region.places)} places, {len(region.roads)} roads, {len(region.ferries)} ferries"
    )
    click.echo(
        f"  116117: {calls.contacts + calls.other_calls:.0f} calls a day, "
        f"{calls.contacts:.0f} of them contacts; 113: {calls.calls_113:.0f} a day and "
        f"{calls.outside_113:.0f} from neighbours who share the room"
    )
    if calls.alarms:
        click.echo(f"  safety alarms: {calls.alarms:.0f} a day")


def _say_organisation(region: Region, organisation: Organisation) -> None:
    from akuttsim.experiment.arranged import arranged
    from akuttsim.experiment.understood import BANDS, drives, loads

    click.echo(f"\nOrganisation {organisation.organisation}: {organisation.title.en}")
    click.echo(f"  {len(organisation.clinics)} clinics, {len(organisation.doctors)} doctor teams, "
               f"{len(organisation.ambulances)} vehicles with crew")  # fmt: skip
    for sentence in arranged(organisation):
        click.echo(f"  {sentence}")
    for load in loads(region, organisation):
        click.echo(f"\n{load.room} ({load.number}): operators by hour of the day, year's mean")
        lines = [
            ("on duty", *(f"{each:.1f}" for each in load.on_duty)),
            ("at work", *(f"{each:.1f}" for each in load.at_work)),
        ]
        show.table(("hour", *(f"{hour:02d}" for hour in range(24))), lines)
    click.echo("\nMinutes from each municipality's largest place to care, and from an ambulance")
    lines = [
        (
            drive.municipality,
            f"{drive.people}",
            *(f"{minutes:.0f}" for minutes in drive.to_care),
            f"{drive.from_ambulance:.0f}",
        )
        for drive in drives(region, organisation)
    ]
    show.table(("municipality", "people", *BANDS, "ambulance"), lines)
    click.echo("")


def _say_study(study: Study) -> None:
    _say_region(study.region)
    runs = len(study.runs())
    click.echo(f"\nExperiment {study.name}: {study.question.en if study.question else ''}")
    click.echo(f"  {len(study.organisations)} organisations x {study.replications} replications of "
               f"{study.weeks} weeks = {runs} runs, seed {study.seed}")  # fmt: skip
    for name, organisation in study.organisations.items():
        click.echo(f"  {name}: {organisation.title.en}")
        for change in study.changes[name]:
            click.echo(f"    {change.name}: {change.why['en']}")
