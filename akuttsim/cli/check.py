"""akuttsim check: what was understood of config files, or every error in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

import click

from akuttsim.cli import terminal
from akuttsim.cli.json_output import Answer, Figure, with_json
from akuttsim.errors import InputError, Problem, nearest
from akuttsim.texts import Message, counted, in_words, language, message, say, titled

if TYPE_CHECKING:
    from akuttsim.config.schema.organisation import Organisation
    from akuttsim.config.schema.region import Region
    from akuttsim.config.yaml_document import Node
    from akuttsim.experiments.study import Study

CHECKED_KINDS = ("organisation", "experiment", "region")


@dataclass(frozen=True)
class CheckedFile:
    """A checked file: its region, and the organisation or study where the file is one."""

    region: Region
    organisation: Organisation | None = None
    same_as: str = ""
    """The organisation that it builds on and in which it changes nothing; "" for others."""
    study: Study | None = None


def list_file_entries(name: str) -> list[str] | None:
    """Return what a file of targets, published figures or health outcomes holds, a line each.

    None for a file of another kind. Raises InputError with all that is wrong in it.
    """
    from akuttsim.config import shipped
    from akuttsim.config.loader import load_outcomes
    from akuttsim.config.walk import content_of, walk_sourced_values
    from akuttsim.config.yaml_document import read_yaml

    path = Path(name)
    content = read_yaml(path, shipped.display_path(path)).value if path.is_file() else None
    keys = content if isinstance(content, dict) and not set(CHECKED_KINDS) & set(content) else ()
    if name in shipped.config_names("targets") or "targets" in keys:
        from akuttsim.experiments.load_study import load_known_targets

        return [
            message(
                f"understood.file.target.{target.side}",
                title=titled(target.title),
                value=target.value,
                indicator=target.indicator,
            )
            for target in load_known_targets(name).value.targets.values()
        ]
    if name in shipped.config_names("published") or "figures" in keys:
        from akuttsim.experiments.load_study import load_published_figures

        return [
            f"{titled(figure.title)}: {titled(figure.published)} ({figure.indicator})"
            for figure in load_published_figures(name).values()
        ]
    if name in shipped.config_names("outcomes") or "conditions" in keys:
        values = walk_sourced_values(load_outcomes(name).value)
        return [f"{at.key}: {content_of(at.value)} ({at.grade})" for at in values]
    return None


def check_file(name: str) -> CheckedFile:
    """Load and check a region, organisation or experiment. Raises InputError with all errors."""
    from akuttsim.config.checks import check_region
    from akuttsim.config.load_together import load_together
    from akuttsim.config.loader import load_region

    kind, path = _kind_of_file(name)
    if kind == "experiment":
        from akuttsim.experiments.study import study_of_experiment

        study = study_of_experiment(str(path))
        return CheckedFile(study.region, study=study)
    if kind == "region":
        region = load_region(str(path))
        check_region(region)
        return CheckedFile(region.value)
    region, (organisation,) = load_together([str(path)])
    return CheckedFile(region.value, organisation.value, _unchanged_base(organisation.own))


def _unchanged_base(own: Sequence[Node]) -> str:
    """Return what a variant extends where it changes nothing in it; "" for others."""
    keys = own[-1].value if own else None
    if not isinstance(keys, dict) or "extends" not in keys:
        return ""
    changed = [
        name for name in keys if name not in ("extends", "organisation", "title", "description")
    ]
    is_changed = any(keys[name].value for name in changed)
    return "" if is_changed else str(keys["extends"].value)


def _kind_of_file(name: str) -> tuple[str, Path]:
    """Return what kind of file a name stands for: by where it is shipped, or by its first keys.

    A folder with a region.yaml stands for that. Raises InputError where it is none of these kinds,
    or not there at all.
    """
    from akuttsim.config import shipped
    from akuttsim.config.yaml_document import read_yaml

    for kind in CHECKED_KINDS:
        if name in shipped.config_names(kind):
            return kind, shipped.find_config(kind, name)
    try:
        path = shipped.find_config("organisation", name)
    except InputError:
        path = Path(name) / "region.yaml"
        if not path.is_file():
            raise InputError([Problem("", 0, name, _missing_file_error(name))]) from None
    keys = read_yaml(path, shipped.display_path(path)).value
    assert isinstance(keys, dict)
    for kind in CHECKED_KINDS:
        if kind in keys:
            return kind, path
    what = message("understood.file.of_no_kind")
    raise InputError([Problem(shipped.display_path(path), 0, "", what)])


def _missing_file_error(name: str) -> str:
    """Return why a name stands for no config: what it is instead, or which name is nearest."""
    from akuttsim.config import shipped

    path = Path(name)
    if (path / "manifest.json").is_file():
        return message("understood.file.results", name=name)
    if path.is_dir():
        return message("understood.file.folder")
    known = sorted({each for kind in CHECKED_KINDS for each in shipped.config_names(kind)})
    near = nearest(name, known)
    if near:
        return message("understood.file.near", near=near)
    if path.suffix or len(path.parts) > 1:
        return message("understood.file.no_path")
    return message("understood.file.shipped", known=", ".join(known))


@click.command(short_help="Say what was understood of config files.")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    shell_complete=terminal.names_of(
        "organisation", "experiment", "region", "targets", "published", "outcomes"
    ),
)
@with_json
def check_command(files: tuple[str, ...]) -> Answer:
    """Check FILES: regions, organisations, experiments, targets or figures, by name or path.

    Prints people, calls a day, load by hour and drive times; of two organisations what differs
    between them; or every error at once, each with file, line, key and what would be right, and
    exit code 2.
    """
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
    _print_unchanged(checked)
    if len(organisations) == len(checked) == 2:
        _print_organisation_diff(*organisations)
    else:
        for each in checked:
            _print_checked(each)
    return Answer(lambda: [figure for each in checked for figure in _checked_figures(each)])


def _print_unchanged(checked: Iterable[CheckedFile]) -> None:
    """Say it loudly where a variant changes nothing in what it extends."""
    for each in checked:
        if each.organisation and each.same_as:
            name = each.organisation.organisation
            said = say("understood.organisation.changes_nothing", name=name, base=each.same_as)
            click.echo(f"!! {said}")


def _checked_figures(checked: CheckedFile) -> Iterator[Figure]:
    """Yield people and calls a day of a region, and the size of a study or load of rooms in it."""
    from akuttsim.experiments.expected_load import expected_calls

    region = checked.region
    calls = expected_calls(region)
    yield Figure("people", calls.people, "people", region.region)
    for name in "contacts other_calls calls_113 outside_113 outside_116117 alarms".split():
        yield Figure(name, getattr(calls, name), "a day", region.region)
    if checked.organisation is not None:
        yield from _organisation_figures(region, checked.organisation)
    if checked.study is not None:
        study = checked.study
        for name, value in (("runs", len(study.runs())), ("weeks", study.weeks),
                            ("replications", study.replications)):  # fmt: skip
            yield Figure(name, value, name, study.name)


def _organisation_figures(region: Region, organisation: Organisation) -> Iterator[Figure]:
    """Yield who is on duty and at work by hour in each room, and drive times by municipality."""
    from akuttsim.experiments.expected_load import BANDS, drive_times, room_loads

    for load in room_loads(region, organisation):
        for name, hours in (("on_duty", load.on_duty), ("at_work", load.at_work)):
            for hour, people in enumerate(hours):
                about = {"group_by": "hour", "group": f"{hour:02d}"}
                yield Figure(f"{name}.{load.room}", people, "operators",
                             organisation.organisation, about)  # fmt: skip
    for drive in drive_times(region, organisation):
        for band, minutes in zip(map(str, BANDS), drive.to_care, strict=True):
            about = {"group_by": "municipality", "group": drive.municipality, "when": band}
            yield Figure("drive_to_care", minutes, "min", organisation.organisation, about)
        about = {"group_by": "municipality", "group": drive.municipality}
        yield Figure("drive_from_ambulance", drive.from_ambulance, "min",
                     organisation.organisation, about)  # fmt: skip


def _print_checked(checked: CheckedFile) -> None:
    """Print a region, and the study or the organisation in it."""
    _print_region(checked.region)
    if checked.study is not None:
        _print_study(checked.study)
    elif checked.organisation is not None:
        _print_organisation(checked.region, checked.organisation)


def _print_region(region: Region) -> None:
    """Print people, calls a day, warnings and rules of a region."""
    from akuttsim.config.describe_region import event_sentences, region_rule_sentences
    from akuttsim.experiments.expected_load import drives_without_roads, expected_calls

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
    for warning in drives_without_roads(region):
        click.echo(f"  !! {in_words(warning)}")
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
    _print_sentences([*region_rule_sentences(region), *event_sentences(region)])
    if region.year is not None:
        _print_year(region)


def _print_staff_warnings(region: Region, organisation: Organisation) -> None:
    """Say it loudly where a clinic is closed and its staff is still on the roster."""
    from akuttsim.config.describe_change import idle_staff_sentences

    for sentence in idle_staff_sentences(organisation, region):
        click.echo(f"  !! {in_words(sentence)}")


def _print_year(region: Region) -> None:
    """Print people by age as published, and as expected in the region's year."""
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
    """Print what an organisation has, the load of its rooms by hour, and drive times."""
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
    _print_sentences(organisation_sentences(organisation))
    _print_staff_warnings(region, organisation)
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
    from akuttsim.config.describe_change import change_sentences

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
    changed = change_sentences(one, other, region)
    if changed:
        click.echo("\n" + say("understood.both.changes", name=names[1]))
        _print_sentences(changed)
    for organisation in (one, other):
        _print_staff_warnings(region, organisation)
    for name, sentences in zip(
        names, organisation_diff.sentences_of_one_only(one, other), strict=True
    ):
        only_in = say("understood.both.only_in", name=name)
        nothing = say("understood.both.nothing", heading=only_in)
        click.echo(f"\n{only_in}" if sentences else f"\n{nothing}")
        _print_sentences(sentences)
    lines = [
        tuple(map(in_words, (line.what, line.first, line.second)))
        for line in organisation_diff.organisation_key_differences(one, other)
    ]
    click.echo(say("understood.both.differ") if lines else say("understood.both.differ_none"))
    if lines:
        terminal.print_wrapped_table((say("understood.both.key"), *names), lines, WIDEST)


def _print_sentences(sentences: Iterable[str]) -> None:
    """Print each sentence indented, broken where a line is full."""
    for sentence in sentences:
        click.echo(fill(in_words(sentence), 100, initial_indent="  ", subsequent_indent="    "))


def _print_study(study: Study) -> None:
    """Print what an experiment compares, how long, and with how many runs."""
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
        _print_staff_warnings(study.region, organisation)


def _counted(what: str, things: Sized) -> Message:
    """Return how many things there are, in words."""
    return counted(f"understood.counts.{what}", len(things))
