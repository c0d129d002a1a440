"""akuttsim check: what was understood of config files, or every error in them."""

from __future__ import annotations

from collections.abc import Sized
from textwrap import fill
from typing import TYPE_CHECKING

import click

from akuttsim.cli import terminal
from akuttsim.texts import Message, counted, in_words, language, message, say, titled

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
                told += [f"{name}:", *(f"  {in_words(line)}" for line in lines)]
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
    click.echo(
        say(
            "understood.region.heading",
            region=region.region,
            people=f"{calls.people:,}".replace(",", " "),
            municipalities=_counted("municipality", region.municipalities),
            places=_counted("place", region.places),
            roads=_counted("road", region.roads),
            ferries=_counted("ferry", region.ferries),
        )
    )
    _print_road_warnings(region)
    click.echo(
        say(
            "understood.region.calls",
            calls=calls.contacts + calls.other_calls,
            contacts=calls.contacts,
            calls_113=calls.calls_113,
            outside_113=calls.outside_113,
        )
    )
    if calls.outside_116117:
        click.echo(say("understood.region.outside", outside_116117=calls.outside_116117))
    if calls.alarms:
        click.echo(say("understood.region.alarms", alarms=calls.alarms))
    for sentence in [*region_rule_sentences(region), *event_sentences(region)]:
        click.echo(fill(in_words(sentence), 100, initial_indent="  ", subsequent_indent="    "))
    if region.year is not None:
        _print_year(region)


def _print_road_warnings(region: Region) -> None:
    """Say it loudly where drives do not follow roads, and see that their table is whole."""
    from akuttsim.experiments.expected_load import drives_without_roads

    for sentence in drives_without_roads(region):
        click.echo(f"  !! {in_words(sentence)}")


def _print_year(region: Region) -> None:
    from akuttsim.experiments.expected_load import expected_people, projections_used

    click.echo(say("understood.region.expected", year=region.year))
    for sentence in projections_used(region):
        click.echo(f"    {in_words(sentence)}")
    lines = [
        (f"  {in_words(person.age)}", f"{person.published}", f"{person.expected}",
         f"{person.expected - person.published:+d}")
        for person in expected_people(region)
    ]  # fmt: skip
    heading = (f"{region.people_year}", f"{region.year}", say("understood.people.change"))
    terminal.print_table((say("understood.people.age"), *heading), lines)


def _print_organisation(region: Region, organisation: Organisation) -> None:
    from akuttsim.config.describe_organisation import organisation_sentences
    from akuttsim.experiments.expected_load import BANDS, drive_times, room_loads

    title = titled(organisation.title)
    heading = "understood.organisation.heading"
    click.echo(say(heading, organisation=organisation.organisation, title=title))
    click.echo(
        say(
            "understood.organisation.counts",
            clinics=_counted("clinic", organisation.clinics),
            doctors=_counted("doctor_team", organisation.doctors),
            vehicles=_counted("vehicle", organisation.ambulances),
        )
    )
    for sentence in organisation_sentences(organisation):
        click.echo(fill(in_words(sentence), 100, initial_indent="  ", subsequent_indent="    "))
    for load in room_loads(region, organisation):
        click.echo(say("understood.load.room", room=load.room, number=load.number))
        lines = [
            (say("understood.load.on_duty"), *(f"{each:.1f}" for each in load.on_duty)),
            (say("understood.load.at_work"), *(f"{each:.1f}" for each in load.at_work)),
        ]
        terminal.print_table(
            (say("understood.load.hour"), *(f"{hour:02d}" for hour in range(24))), lines
        )
    click.echo(say("understood.minutes"))
    lines = [
        (
            drive.municipality,
            f"{drive.people}",
            *(f"{minutes:.0f}" for minutes in drive.to_care),
            f"{drive.from_ambulance:.0f}",
        )
        for drive in drive_times(region, organisation)
    ]
    names = say("understood.minutes_of.municipality"), say("understood.minutes_of.people")
    terminal.print_table(
        (*names, *map(in_words, BANDS), say("understood.minutes_of.ambulance")), lines
    )
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
    click.echo(
        f"\n{names[0]}: {in_words(titled(one.title))}\n"
        f"{names[1]}: {in_words(titled(other.title))}\n"
    )
    there_are = [
        tuple(map(in_words, (line.what, line.first, line.second)))
        for line in organisation_diff.compare_part_counts(one, other)
    ]
    terminal.print_table((say("understood.both.there_are"), *names), there_are)
    click.echo("")
    terminal.print_table(
        (say("understood.both.staffed_hours"), *names, say("understood.both.difference")),
        [
            (
                in_words(hours.role),
                f"{hours.first:.1f}",
                f"{hours.second:.1f}",
                f"{hours.second - hours.first:+.1f}",
            )
            for hours in organisation_diff.compare_staffed_hours(one, other, region)
        ],
    )
    for name, sentences in zip(
        names, organisation_diff.sentences_of_one_only(one, other), strict=True
    ):
        _print_sentences(say("understood.both.only_in", name=name), sentences)
    lines = [
        tuple(map(in_words, (line.what, line.first, line.second)))
        for line in organisation_diff.organisation_key_differences(one, other)
    ]
    click.echo(say("understood.both.differ") if lines else say("understood.both.differ_none"))
    if lines:
        terminal.print_wrapped_table((say("understood.both.key"), *names), lines, WIDEST)


def _print_sentences(heading: str, sentences: list[str]) -> None:
    nothing = say("understood.both.nothing", heading=heading)
    click.echo(f"\n{heading}" if sentences else f"\n{nothing}")
    for sentence in sentences:
        click.echo(fill(in_words(sentence), 100, initial_indent="  ", subsequent_indent="    "))


def _print_study(study: Study) -> None:
    _print_region(study.region)
    question = titled(study.question) if study.question else ""
    click.echo(say("understood.study.heading", name=study.name, question=question))
    several = len(study.cases) > 1
    click.echo(
        say(
            "understood.study.size",
            organisations=_counted("organisation", study.organisations),
            cases=message("understood.study.cases", n=len(study.cases)) if several else "",
            replications=counted("understood.counts.replication", study.replications),
            weeks=counted("understood.counts.week", study.weeks),
            runs=_counted("run", study.runs()),
            seed=study.seed,
        )
    )
    for name, organisation in study.organisations.items():
        click.echo(f"  {name}: {in_words(titled(organisation.title))}")
        for change in study.changes[name]:
            click.echo(f"    {change.name}: {change.why[language()]}")


def _counted(what: str, things: Sized) -> Message:
    return counted(f"understood.counts.{what}", len(things))
