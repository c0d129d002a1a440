"""akuttsim check: what was understood of config files, or every error in them."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import click

from akuttsim.cli import terminal

if TYPE_CHECKING:
    from akuttsim.config.schema.organisation import Organisation
    from akuttsim.config.schema.region import Region
    from akuttsim.experiments.study import Study


@click.command(short_help="Say what was understood of config files.")
@click.argument("files", nargs=-1, required=True)
def check_command(files: tuple[str, ...]) -> None:
    """Check FILES: regions, organisations, experiments, targets or figures, by name or path.

    Prints people, calls a day, load by hour and drive times; of two organisations what differs
    between them; or every error at once, each with file, line, key and what would be right, and
    exit code 2.
    """
    from akuttsim.errors import InputError, Problem
    from akuttsim.experiments.file_check import CheckedFile, check_file, list_file_entries

    checked: list[CheckedFile] = []
    told: list[str] = []
    problems: list[Problem] = []
    for name in files:
        try:
            lines = list_file_entries(name)
            if lines is None:
                checked.append(check_file(name))
            else:
                told += [f"{name}:", *(f"  {line}" for line in lines)]
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    for line in told:
        click.echo(line)
    organisations = [(each.organisation, each.region) for each in checked if each.organisation]
    if len(organisations) == len(checked) == 2:
        _print_organisation_diff(*organisations)
        return
    for each in checked:
        _print_understanding(each.region, each.organisation, each.study)


def _print_understanding(
    region: Region, organisation: Organisation | None, study: Study | None
) -> None:
    if study is not None:
        _print_study(study)
    elif organisation is not None:
        _print_region(region)
        _print_organisation(region, organisation)
    else:
        _print_region(region)


def _print_region(region: Region) -> None:
    from akuttsim.config.describe_region import event_sentences, region_rule_sentences
    from akuttsim.experiments.expected_load import expected_calls

    calls = expected_calls(region)
    people = f"{calls.people:,}".replace(",", " ")
    click.echo(
        f"Region {region.region}: {people} people in "
        f"{terminal.plural(len(region.municipalities), 'municipality', 'municipalities')} and "
        f"{terminal.plural(len(region.places), 'place')}, "
        f"{terminal.plural(len(region.roads), 'road')}, "
        f"{terminal.plural(len(region.ferries), 'ferry', 'ferries')}"
    )
    _print_road_warnings(region)
    click.echo(
        f"  116117: {calls.contacts + calls.other_calls:.0f} calls a day, "
        f"{calls.contacts:.0f} of them contacts (people who need care); "
        f"113: {calls.calls_113:.0f} a day and "
        f"{calls.outside_113:.0f} from neighbours who share the room"
    )
    if calls.outside_116117:
        click.echo(f"  neighbour districts ring 116117 {calls.outside_116117:.0f} times a day: "
                   "only a room that answers for them too gets these")  # fmt: skip
    if calls.alarms:
        click.echo(f"  safety alarms: {calls.alarms:.0f} a day")
    for sentence in [*region_rule_sentences(region), *event_sentences(region)]:
        click.echo(fill(sentence, 100, initial_indent="  ", subsequent_indent="    "))
    if region.year is not None:
        _print_year(region)


def _print_road_warnings(region: Region) -> None:
    """Say it loudly where drives do not follow roads, and see that their table is whole."""
    from akuttsim.experiments.expected_load import drives_without_roads

    for sentence in drives_without_roads(region):
        click.echo(f"  !! {sentence}")


def _print_year(region: Region) -> None:
    from akuttsim.experiments.expected_load import expected_people, projections_used

    click.echo(f"  people expected in {region.year} (those above), beside the published ones:")
    for sentence in projections_used(region):
        click.echo(f"    {sentence}")
    lines = [
        (f"  {person.age}", f"{person.published}", f"{person.expected}",
         f"{person.expected - person.published:+d}")
        for person in expected_people(region)
    ]  # fmt: skip
    terminal.print_table(("  age", f"{region.people_year}", f"{region.year}", "change"), lines)


def _print_organisation(region: Region, organisation: Organisation) -> None:
    from akuttsim.config.describe_organisation import organisation_sentences
    from akuttsim.experiments.expected_load import BANDS, drive_times, room_loads

    click.echo(f"\nOrganisation {organisation.organisation}: {organisation.title.en}")
    click.echo(f"  {terminal.plural(len(organisation.clinics), 'clinic')}, "
               f"{terminal.plural(len(organisation.doctors), 'doctor team')}, "
               f"{terminal.plural(len(organisation.ambulances), 'vehicle')} with crew")  # fmt: skip
    for sentence in organisation_sentences(organisation):
        click.echo(fill(sentence, 100, initial_indent="  ", subsequent_indent="    "))
    for load in room_loads(region, organisation):
        click.echo(f"\n{load.room} ({load.number}): operators by hour of the day, year's mean")
        lines = [
            ("on duty", *(f"{each:.1f}" for each in load.on_duty)),
            ("at work", *(f"{each:.1f}" for each in load.at_work)),
        ]
        terminal.print_table(("hour", *(f"{hour:02d}" for hour in range(24))), lines)
    click.echo("\nMinutes from each municipality's largest place to care, and from an ambulance")
    lines = [
        (
            drive.municipality,
            f"{drive.people}",
            *(f"{minutes:.0f}" for minutes in drive.to_care),
            f"{drive.from_ambulance:.0f}",
        )
        for drive in drive_times(region, organisation)
    ]
    terminal.print_table(("municipality", "people", *BANDS, "ambulance"), lines)
    click.echo("")


WIDEST = (42, 27, 27)
"""Columns of the table of keys: with what is between them 100 wide."""


def _print_organisation_diff(
    first: tuple[Organisation, Region], second: tuple[Organisation, Region]
) -> None:
    """Say what differs between two organisations of one region."""
    from akuttsim.config import organisation_diff

    organisation_diff.require_same_region(first, second)
    (one, region), other = first, second[0]
    names = (one.organisation, other.organisation)
    _print_region(region)
    click.echo(f"\n{names[0]}: {one.title.en}\n{names[1]}: {other.title.en}\n")
    terminal.print_table(
        ("there are", *names),
        [
            (line.what, line.first, line.second)
            for line in organisation_diff.compare_part_counts(one, other)
        ],
    )
    click.echo("")
    terminal.print_table(("staffed hours a week", *names, "difference"), [
        (hours.role, f"{hours.first:.1f}", f"{hours.second:.1f}",
         f"{hours.second - hours.first:+.1f}")
        for hours in organisation_diff.compare_staffed_hours(one, other, region)
    ])  # fmt: skip
    for name, sentences in zip(
        names, organisation_diff.sentences_of_one_only(one, other), strict=True
    ):
        _print_sentences(f"Only in {name}:", sentences)
    lines = [
        (line.what, line.first, line.second)
        for line in organisation_diff.organisation_key_differences(one, other)
    ]
    click.echo("\nKeys that differ:" if lines else "\nKeys that differ: none")
    if lines:
        terminal.print_wrapped_table(("key", *names), lines, WIDEST)


def _print_sentences(heading: str, sentences: list[str]) -> None:
    click.echo(f"\n{heading}" if sentences else f"\n{heading} nothing")
    for sentence in sentences:
        click.echo(fill(sentence, 100, initial_indent="  ", subsequent_indent="    "))


def _print_study(study: Study) -> None:
    _print_region(study.region)
    runs = len(study.runs())
    click.echo(f"\nExperiment {study.name}: {study.question.en if study.question else ''}")
    counted = terminal.plural
    cases = f" x {len(study.cases)} cases" if len(study.cases) > 1 else ""
    click.echo(f"  {counted(len(study.organisations), 'organisation')}{cases} x "
               f"{counted(study.replications, 'replication')} of {counted(study.weeks, 'week')} = "
               f"{counted(runs, 'run')}, seed {study.seed}")  # fmt: skip
    for name, organisation in study.organisations.items():
        click.echo(f"  {name}: {organisation.title.en}")
        for change in study.changes[name]:
            click.echo(f"    {change.name}: {change.why['en']}")
