"""akuttsim staff: the cheapest roster of a control room that meets a target hour by hour."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

import click

from akuttsim.cli import options, show
from akuttsim.cli.queue import Target

if TYPE_CHECKING:
    from akuttsim.optimisation.rostering.roster_proof import ProofLength, ProvenRoster, RosterHour
    from akuttsim.optimisation.rostering.roster_question import RosterQuestion

WIDTH = 100


@click.command(short_help="Find the cheapest roster of a control room.")
@click.argument("organisation")
@click.option("--room", help="Which control room. Default: the one that answers 116117.")
@click.option("--region", help="Another region than the organisation's own: a name or a path.")
@click.option(
    "--target",
    type=Target(),
    default="80/120",
    show_default=True,
    help="Share in per cent and seconds to answer in.",
)
@click.option(
    "--shift-hours",
    default="7.5,8,9,10,12",
    show_default=True,
    help="Lengths that a shift may have, in hours (whole or half).",
)
@click.option(
    "--starts",
    default="07:00-23:00",
    show_default=True,
    help="When a shift may start: times, or every half hour between two.",
)
@click.option(
    "--least",
    type=click.IntRange(1, 1000),
    default=1,
    show_default=True,
    help="So many are on duty at any time, at least.",
)
@click.option("--weeks", type=click.IntRange(2, 520), default=26, show_default=True)
@click.option(
    "--replications",
    type=click.IntRange(2, 1000),
    default=8,
    show_default=True,
    help="Runs of the proof. More tell more hours apart, and find cheaper rosters.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@options.out
@options.workers
def command(
    organisation: str,
    room: str | None,
    region: str | None,
    target: tuple[float, float],
    shift_hours: str,
    starts: str,
    least: int,
    weeks: int,
    replications: int,
    seed: int,
    out: Path | None,
    workers: int | None,
) -> None:
    """Find the cheapest roster by which a control room meets a target in every hour of the week.

    ORGANISATION is a shipped name (such as namdal-today) or a path to a file. A formula says how
    many each hour needs, shifts of the allowed lengths are laid over it at the lowest cost, and the
    simulator corrects the formula. Then today's roster and the one found meet the same fresh
    patients, hour by hour. Written are a variant of the organisation that can be run, the table of
    hours, and an experiment of today against it with its results.
    """
    from akuttsim.experiments.runner import default_workers
    from akuttsim.optimisation.rostering.roster_proof import (
        ProofLength,
        find_roster,
        roster_source,
        write_roster_files,
    )
    from akuttsim.optimisation.rostering.roster_question import RosterOptions, load_roster_question

    asked = RosterOptions(organisation, region, room, target, shift_hours, starts, least)
    found_question = load_roster_question(asked, weeks)
    folder = _empty(out, found_question)
    length = ProofLength(replications, seed, workers or default_workers())
    staffed = find_roster(found_question, length, roster_source(asked, weeks, length), _tell)
    variant = write_roster_files(folder, asked, found_question, length, staffed)
    _say(found_question, length, staffed)
    _compare(folder, length)
    click.echo(f"\nRoster:  {variant}  (akuttsim run {variant})")
    click.echo(f"Hours:   {folder / 'hours.csv'}")
    click.echo(f"Results: {folder / 'results'}  (akuttsim sweep {folder / 'experiment.yaml'})")


def _empty(out: Path | None, question: RosterQuestion) -> Path:
    from akuttsim.errors import InputError, Problem

    if out is None:
        name = f"{question.room.organisation.organisation}-staffed"
        return show.free_folder(Path("results") / name)
    if out.exists() and any(out.iterdir()):
        raise InputError([Problem("", 0, str(out), "is not empty; name a new folder with --out")])
    return out


def _tell(what: str) -> None:
    if not os.environ.get("CI"):
        click.echo(f"… {what}", err=True)


def _compare(folder: Path, length: ProofLength) -> None:
    """Run today against the roster found on the patients of the proof, and write the report."""
    from akuttsim.cli.sweeping import How, sweep, write_reports
    from akuttsim.experiments.study import study_of_experiment

    study = study_of_experiment(str(folder / "experiment.yaml"))
    results = folder / "results"
    failed = sweep(study, results, How(workers=length.workers))
    if failed:
        again = f"akuttsim sweep {folder / 'experiment.yaml'} --out {results} --resume"
        click.echo(f"\n{len(failed)} runs failed twice and are left out; again: {again}", err=True)
    write_reports(results)


def _say(question: RosterQuestion, length: ProofLength, staffed: ProvenRoster) -> None:
    """Print the long table of hours first: what it comes to stands last, where a screen ends."""
    _hours(staffed.hours)
    _roster(question, staffed)
    for paragraph in (
        _proved(question, length, staffed.hours),
        _changed(staffed.hours),
        _not_proved(staffed),
    ):
        click.echo("\n" + fill(paragraph, WIDTH, break_on_hyphens=False))


def _roster(question: RosterQuestion, staffed: ProvenRoster) -> None:
    from akuttsim.optimisation.rostering.roster_proof import roster_hours_a_week

    lines = [(each.days, each.hours, str(each.on_duty)) for each in staffed.operators.values()]
    click.echo()
    show.table(("roster found", "hours", "people"), lines)
    before, after = roster_hours_a_week(staffed.before), roster_hours_a_week(staffed.after)
    click.echo(f"\n{after:g} hours on duty a week; {before:g} today ({after - before:+g}).")
    if question.hour_nok is not None:
        costs = [round(each * question.hour_nok) for each in (after, before)]
        change = f"{costs[0] - costs[1]:+,}"
        told = f"{costs[0]:,} NOK a week; {costs[1]:,} today ({change}), at {question.hour_nok:g}"
        click.echo(f"{told} NOK an hour.")


def _hours(hours: Sequence[RosterHour]) -> None:
    heading = ("hour", "calls", "formula", "today", "found", "share today", "share found",
               "interval", "")  # fmt: skip
    show.table(heading, [_line(hour) for hour in hours])


def _line(hour: RosterHour) -> tuple[str, ...]:
    low, high = hour.answered.low, min(hour.answered.high, 1.0)
    return (
        f"{hour.days} {hour.hour:02d}",
        str(hour.calls),
        str(hour.needed_by_formula),
        f"{hour.on_duty_before:.1f}",
        f"{hour.on_duty:.1f}",
        f"{100 * hour.answered_before.mean:.0f} %",
        f"{100 * hour.answered.mean:.0f} %",
        f"{100 * low:.0f}-{100 * high:.0f} %",
        hour.verdict,
    )


def _proved(question: RosterQuestion, length: ProofLength, hours: Sequence[RosterHour]) -> str:
    from akuttsim.optimisation.rostering.roster_proof import replications_to_decide

    target = question.wish.target
    wanted = f"{100 * target.share:g} % within {target.within_s:g} seconds"
    met = sum(hour.verdict == "met" for hour in hours)
    said = [f"{wanted}: met in {met} of 48 hours of the week, weekdays and weekends."]
    for verdict, words in (("not met", "Not met"), ("cannot tell", "Cannot tell")):
        which = [hour for hour in hours if hour.verdict == verdict]
        if which:
            said.append(f"{words}: {_named(which)}.")
    more = replications_to_decide(hours, target.share, length.replications)
    if more is not None:
        said.append(f"About {more} replications would tell (now {length.replications}).")
    said.append("All intervals hold together with 95 % confidence.")
    return " ".join(said)


def _changed(hours: Sequence[RosterHour]) -> str:
    said = []
    for verdict, words in (("better", "Better"), ("worse", "Worse")):
        which = [hour for hour in hours if hour.compared == verdict]
        told = _named(which) if which else "in no hour for certain"
        said.append(f"{words} than today, on the same patients: {told}.")
    return " ".join(said)


def _not_proved(staffed: ProvenRoster) -> str:
    missed = staffed.found.missed
    gave_up = f"The search stopped while {missed} hours still missed. " if missed else ""
    return (
        f"{gave_up}Not proved: that no cheaper roster exists. {staffed.found.tried} rosters were "
        "simulated; with one less in a stretch of the day, or a shift left out or shortened, they "
        "were tried where the formula comes near the target. "
        "Left out: breaks, illness, handover between shifts, who may work which shifts, "
        "and what each weekday has of its own: Monday to Friday are one, and so are Saturday, "
        "Sunday and public holidays."
    )


def _named(hours: Sequence[RosterHour]) -> str:
    return "; ".join(
        f"{days} {', '.join(_spans([each.hour for each in group]))}"
        for days, group in groupby(hours, key=lambda hour: hour.days)
    )


def _spans(hours: list[int]) -> list[str]:
    """Return hours in a row as one: [7, 8, 9, 12] is 07-10 and 12-13."""
    spans: list[list[int]] = []
    for hour in hours:
        if spans and spans[-1][1] == hour:
            spans[-1][1] += 1
        else:
            spans.append([hour, hour + 1])
    return [f"{start:02d}-{end:02d}" for start, end in spans]
