"""Commands on one control room: queue (waits, operators needed) and staff (its cheapest roster)."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

import click

from akuttsim.cli import terminal
from akuttsim.cli.json_output import Answer, Figure, figures_of_results, with_json
from akuttsim.cli.own_files import write_schemas_beside
from akuttsim.texts import in_words, message, say

if TYPE_CHECKING:
    from akuttsim.config.schema.roster import OperatorStaffing
    from akuttsim.experiments.run_worker import FinishedRun
    from akuttsim.experiments.test_bench import QueueAnswer, QueueQuestion
    from akuttsim.optimisation.rostering.roster_proof import ProofLength, ProvenRoster, RosterHour
    from akuttsim.optimisation.rostering.roster_question import (
        RosterOutcome,
        RosterQuestion,
        RosterRoom,
    )

if TYPE_CHECKING:
    TargetType = click.ParamType[tuple[float, float]]
else:
    TargetType = click.ParamType

LABELS = {
    "answered_within": ("commands.queue.answered_within", "share"),
    "wait_mean_s": ("commands.queue.wait_mean", "s"),
    "wait_probability": ("commands.queue.must_wait", "share"),
    "abandoned": ("commands.queue.hang_up", "share"),
    "occupancy": ("commands.queue.busy", "share"),
    "wait_mean_first_s": ("commands.queue.wait_first", "s"),
    "wait_mean_others_s": ("commands.queue.wait_others", "s"),
}

NOT_NEGATIVE, ABOVE_0 = click.FloatRange(0), click.FloatRange(0, min_open=True)


class ServiceTarget(TargetType):
    """A target such as 80/120: 80 % within 120 seconds."""

    name = "SHARE/SECONDS"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, float]:
        """Return the share (0 to 1) and the seconds."""
        try:
            percent, seconds = (float(part) for part in str(value).split("/"))
        except ValueError:
            self.fail(say("commands.queue.target_form"), param, ctx)
        if not 1 < percent <= 100:
            self.fail(say("commands.queue.target_share"), param, ctx)
        if percent == 100:
            what = say("commands.queue.never_certain")
            self.fail(what, param, ctx)
        if not 0 <= seconds < math.inf:
            self.fail(say("commands.queue.seconds"), param, ctx)
        return percent / 100, seconds


@click.command(short_help="How many operators a control room needs.")
@click.option("--calls-per-hour", type=NOT_NEGATIVE, help="Calls an hour, on average.")
@click.option(
    "--population", type=NOT_NEGATIVE, help="Inhabitants served: contacts of a busy weekend shift."
)
@click.option(
    "--hour",
    default="night",
    show_default=True,
    help="With --population: day, evening or night of a weekend.",
)
@click.option(
    "--talk-min", type=ABOVE_0, default=5.0, show_default=True, help="Minutes a call takes in all."
)
@click.option("--operators", type=ABOVE_0, help="Operators on duty.")
@click.option(
    "--within-s", type=NOT_NEGATIVE, default=120.0, show_default=True, help="Seconds to answer in."
)
@click.option(
    "--target",
    type=ServiceTarget(),
    help="Find the operators needed for, say, 80/120 (80 % in 120 s).",
)
@click.option(
    "--patience-min",
    type=NOT_NEGATIVE,
    help="Minutes that callers wait before they hang up, on average.",
)
@click.option(
    "--priority",
    type=click.FloatRange(0, 1),
    multiple=True,
    help="Share of calls that goes first; once more for those that go next, and so on.",
)
@click.option(
    "--method",
    type=click.Choice(["exact", "simulated"]),
    default="exact",
    show_default=True,
    help="Queueing formulas, or the control room of the simulator itself.",
)
@click.option("--seed", type=click.IntRange(0), default=1, help="Seed of a simulated answer.")
@with_json
def queue_command(
    calls_per_hour: float | None,
    population: float | None,
    hour: str,
    talk_min: float,
    operators: float | None,
    within_s: float,
    target: tuple[float, float] | None,
    patience_min: float | None,
    priority: tuple[float, ...],
    method: str,
    seed: int,
) -> Answer:
    """Say how long callers wait when so many nurses answer the phone, or how many are needed.

    Give the calls an hour (or the people you serve), how many minutes a call takes with notes
    afterwards, and either how many operators are on duty or the target you want to meet:

    \b
      akuttsim queue --calls-per-hour 12 --talk-min 6 --operators 2
      akuttsim queue --calls-per-hour 12 --talk-min 6 --target 80/120
      akuttsim queue --population 29134 --hour night --target 80/120

    Calls come at random times with the same mean all through the hour. Without --patience-min
    nobody hangs up.
    """  # noqa: D301 - click reads the backspace
    from akuttsim.experiments import test_bench

    rate = _calls_per_hour(calls_per_hour, population, hour)
    share, limit = target or (None, within_s)
    patience_s = math.inf if patience_min is None else patience_min * 60
    if sum(priority) > 1 + 1e-9:
        raise click.BadParameter(say("commands.queue.above_one"), param_hint="--priority")
    first, *after = priority or (0.0,)
    question = test_bench.QueueQuestion(
        rate, talk_min * 60, limit, patience_s, operators or 0, first, tuple(after)
    )
    if operators is not None and share is not None:
        raise click.UsageError(say("commands.queue.not_both"))
    if operators is None:
        if share is None:
            raise click.UsageError(say("commands.queue.give_one"))
        question = test_bench.with_operators(
            question, test_bench.operators_for_target(question, share)
        )
    answer = (
        test_bench.exact_queue_figures(question)
        if method == "exact"
        else test_bench.simulated_queue_figures(question, seed)
    )
    _print_queue(question, answer, share)
    return Answer(lambda: _queue_figures(question, answer))


def _queue_labels(question: QueueQuestion) -> dict[str, tuple[str, str]]:
    """Return what each figure of a queue is called, in its order, and its unit."""
    from akuttsim.experiments.test_bench import class_wait_name

    named = {
        name: (say(key, within=question.within_s), unit) for name, (key, unit) in LABELS.items()
    }
    others = named.popitem()
    for number in range(2, 2 + len(question.next_shares)):
        named[class_wait_name(number)] = (say("commands.queue.wait_class", number=number), "s")
    return dict((*named.items(), others))


def _queue_figures(question: QueueQuestion, answer: QueueAnswer) -> list[Figure]:
    """Return the figures of a queue that there are, with intervals where simulated."""
    figures = [Figure("operators", answer["operators"], "operators")]
    for name, (_, unit) in _queue_labels(question).items():
        if name in answer:
            ends = {end: answer.get(f"{name}_{end}") for end in ("low", "high")}
            interval = ends if f"{name}_low" in answer else {}
            figures.append(Figure(name, answer[name], unit, more=interval))
    return figures


def _calls_per_hour(calls_per_hour: float | None, population: float | None, hour: str) -> float:
    """Return calls an hour, as given or of so many people; both or none is an error."""
    from akuttsim.experiments import test_bench

    if (calls_per_hour is None) == (population is None):
        raise click.UsageError(say("commands.queue.calls_or_people"))
    if calls_per_hour is not None:
        return calls_per_hour
    assert population is not None
    return test_bench.calls_of_people(population, hour)


def _print_queue(question: QueueQuestion, answer: QueueAnswer, target: float | None) -> None:
    """Print the figures of a queue, with intervals where simulated, and what they say."""
    simulated = "wait_mean_s_low" in answer
    heading = ("", "", say("commands.table.interval")) if simulated else ("", "")
    lines = [(say("commands.queue.operators"), f"{answer['operators']:g}", "")[: len(heading)]]
    for name, (label, unit) in _queue_labels(question).items():
        if answer.get(name) is not None:
            line = (label, _number_with_unit(answer[name], unit))
            ends = (answer.get(f"{name}_low", math.nan), answer.get(f"{name}_high", math.nan))
            low, high = (_number_with_unit(each, unit) for each in ends)
            interval = say("commands.queue.from_to", low=low, high=high)
            lines.append((*line, interval)[: len(heading)])
    terminal.print_table(heading, lines)
    click.echo(f"\n{_queue_conclusion(question, answer, target)}")


def _number_with_unit(value: float | None, unit: str) -> str:
    """Return a share in per cent, or seconds, as the language writes them."""
    assert value is not None
    if unit == "share":
        return say("commands.queue.percent", share=100 * value)
    return say("commands.queue.seconds_long", seconds=value)


def _queue_conclusion(question: QueueQuestion, answer: QueueAnswer, target: float | None) -> str:
    """Return what the figures come to in one sentence: how many are needed, or how it goes."""
    operators, minutes = answer["operators"], question.talk_s / 60
    who = say(f"commands.queue.who.{'one' if operators == 1 else 'many'}", n=operators)
    load = say("commands.queue.load", calls=question.calls_per_h, minutes=minutes)
    within = answer["answered_within"]
    if within is None:
        seconds = answer["wait_mean_first_s"]
        return say("commands.queue.first_wait", who=who, load=load, seconds=seconds)
    share = say("commands.queue.share", share=100 * within, within=question.within_s)
    if target is None:
        return say("commands.queue.with", load=load, who=who, share=share)
    return say("commands.queue.needed", share=100 * target, who=who, load=load, gives=share)


WIDTH = 100


@click.command(short_help="Find the cheapest roster of a control room.")
@click.argument("organisation", shell_complete=terminal.names_of("organisation"))
@click.option("--room", help="Which control room. Default: the one that answers 116117.")
@click.option(
    "--region",
    shell_complete=terminal.names_of("region"),
    help="Another region than the organisation's own: a name or a path.",
)
@click.option(
    "--target",
    type=ServiceTarget(),
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
@terminal.length_options(
    weeks=26,
    replications=8,
    fewest_weeks=2,
    most_replications=1000,
    why_more="Runs of the proof. More tell more hours apart, and find cheaper rosters.",
)
@terminal.out_option
@terminal.workers_option
@with_json
def staff_command(
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
) -> Answer:
    """Find the cheapest roster by which a control room meets a target in every hour of the week.

    ORGANISATION is a shipped name (such as namdal-today) or a path to a file. A formula says how
    many each hour needs, shifts of the allowed lengths are laid over it at the lowest cost, and the
    simulator corrects the formula. Then today's roster and the one found meet the same fresh
    patients, hour by hour. Written are a variant of the organisation that can be run, the table of
    hours, and an experiment of today against it with its results.
    """
    from akuttsim.cli.study_runs import write_reports
    from akuttsim.experiments.files import write_csv
    from akuttsim.experiments.runner import default_workers
    from akuttsim.optimisation.rostering.roster_proof import (
        ProofLength,
        find_roster,
        hours_table,
        roster_source,
        write_roster_files,
    )
    from akuttsim.optimisation.rostering.roster_question import RosterOptions, load_roster_question

    asked = RosterOptions(organisation, region, room, target, shift_hours, starts, least)
    found_question = load_roster_question(asked, weeks)
    folder = _new_folder(out, found_question)
    length = ProofLength(replications, seed, workers or default_workers())
    source = roster_source(asked, weeks, length)

    def tell_step(what: str) -> None:
        if not os.environ.get("CI"):
            click.echo(f"… {in_words(what)}", err=True)

    def prove(
        operators: dict[str, OperatorStaffing],
    ) -> tuple[RosterOutcome, RosterOutcome]:
        write_roster_files(folder, asked, found_question, length, operators)
        return _compare_with_today(folder, found_question.room, length)

    staffed = find_roster(found_question, length, source, tell_step, prove)
    write_csv(folder / "hours.csv", hours_table(staffed.hours))
    write_schemas_beside([folder])
    _print_staffing(found_question, length, staffed)
    write_reports(folder / "results")
    variant = folder / f"{found_question.room.organisation.organisation}-staffed.yaml"
    click.echo(say("commands.staff.roster_file", variant=variant))
    click.echo(say("commands.staff.hours_file", path=folder / "hours.csv"))
    click.echo(
        say(
            "commands.staff.results_file",
            folder=folder / "results",
            folder2=folder / "experiment.yaml",
        )
    )
    files = {"organisation": variant, "hours": folder / "hours.csv", "results": folder / "results"}
    return Answer(lambda: _staffing_figures(staffed, folder / "results"), files)


def _staffing_figures(staffed: ProvenRoster, results: Path) -> Iterator[Figure]:
    """Yield the roster's hours a week, then today against it."""
    from akuttsim.optimisation.rostering.roster_proof import roster_hours_a_week

    for name, roster in (("today", staffed.before), ("found", staffed.after)):
        yield Figure("roster_hours", roster_hours_a_week(roster), "h a week", name)
    yield from figures_of_results(results)


def _new_folder(out: Path | None, question: RosterQuestion) -> Path:
    """Return the folder for the results. Raises InputError where one asked for is not empty."""
    from akuttsim.errors import InputError, Problem

    if out is None:
        name = f"{question.room.organisation.organisation}-staffed"
        return terminal.free_folder(Path("results") / name)
    if out.exists() and any(out.iterdir()):
        raise InputError([Problem("", 0, str(out), message("experiments.not_empty"))])
    return out


def _compare_with_today(
    folder: Path, room: RosterRoom, length: ProofLength
) -> tuple[RosterOutcome, RosterOutcome]:
    """Run today against the roster found: the proof. Return what both did in the room."""
    from akuttsim.cli.study_runs import run_with_progress
    from akuttsim.experiments.runner import RunOptions
    from akuttsim.experiments.study import study_of_experiment
    from akuttsim.optimisation.rostering.roster_proof import compared_outcomes, tally_room

    study = study_of_experiment(str(folder / "experiment.yaml"))
    results = folder / "results"
    finished: list[FinishedRun] = []

    def watch(_: int, done: FinishedRun | None) -> None:
        if done is not None:
            finished.append(done)

    options = RunOptions(length.workers, watch=watch, tally=partial(tally_room, room))
    failed = run_with_progress(study, results, options)
    if failed:
        again = f"akuttsim sweep {folder / 'experiment.yaml'} --out {results} --resume"
        click.echo(say("commands.staff.failed", n_failed=len(failed), again=again), err=True)
    return compared_outcomes(finished, study.base)


def _print_staffing(question: RosterQuestion, length: ProofLength, staffed: ProvenRoster) -> None:
    """Print the long table of hours first: what it comes to stands last, where a screen ends."""
    names = "hour calls formula today found share_today share_found interval".split()
    heading = [say(f"commands.staff.table.{name}") for name in names]
    terminal.print_table((*heading, ""), [_hour_cells(hour) for hour in staffed.hours])
    _print_roster(question, staffed)
    changed = []
    for verdict in ("better", "worse"):
        which = [hour for hour in staffed.hours if hour.compared == verdict]
        hours = _hours_in_words(which) if which else say("commands.staff.in_no_hour")
        changed.append(say(f"commands.staff.{verdict}", hours=hours))
    missed, tried = staffed.search.missed, staffed.search.tried
    gave_up = say("commands.staff.gave_up", missed=missed) if missed else ""
    unproved = say("commands.staff.not_proved", gave_up=gave_up, tried=tried)
    for paragraph in (
        _proof_in_words(question, length, staffed.hours),
        " ".join(changed),
        unproved,
    ):
        click.echo("\n" + fill(paragraph, WIDTH, break_on_hyphens=False))


def _print_roster(question: RosterQuestion, staffed: ProvenRoster) -> None:
    """Print the roster found, its hours a week beside today's, and what that costs."""
    from akuttsim.optimisation.rostering.roster_proof import roster_hours_a_week

    lines = [
        (_days(operator.days), operator.hours, str(operator.on_duty))
        for operator in staffed.operators.values()
    ]
    click.echo()
    terminal.print_table(
        (
            say("commands.staff.roster_found"),
            say("commands.staff.table.hours"),
            say("commands.staff.table.people"),
        ),
        lines,
    )
    before, after = roster_hours_a_week(staffed.before), roster_hours_a_week(staffed.after)
    click.echo(
        say("commands.staff.hours_a_week", after=after, before=before, after2=after - before)
    )
    if question.hour_nok is not None:
        found, today = (round(each * question.hour_nok) for each in (after, before))
        change, hour_nok = found - today, question.hour_nok
        click.echo(
            say("commands.staff.costs", found=found, today=today, change=change, hour_nok=hour_nok)
        )


def _hour_cells(hour: RosterHour) -> tuple[str, ...]:
    """Return an hour of the proof as a line of the table; shares are in per cent."""
    low, high = hour.answered.low, min(hour.answered.high, 1.0)
    return (
        f"{_days(hour.days)} {hour.hour:02d}",
        str(hour.calls),
        str(hour.needed_by_formula),
        f"{hour.on_duty_before:.1f}",
        f"{hour.on_duty:.1f}",
        f"{100 * hour.answered_before.mean:.0f} %",
        f"{100 * hour.answered.mean:.0f} %",
        f"{100 * low:.0f}-{100 * high:.0f} %",
        say(f"commands.staff.verdict.{hour.verdict.replace(' ', '_')}"),
    )


def _proof_in_words(
    question: RosterQuestion, length: ProofLength, hours: Sequence[RosterHour]
) -> str:
    """Return in how many hours the target is met, and what would tell more."""
    from akuttsim.optimisation.rostering.roster_proof import replications_to_decide

    target = question.requirements.target
    wanted = say("commands.staff.within", v=100 * target.share, within_s=target.within_s)
    met = sum(hour.verdict == "met" for hour in hours)
    said = [say("commands.staff.met_in", wanted=wanted, met=met)]
    for verdict in ("not met", "cannot tell"):
        which = [hour for hour in hours if hour.verdict == verdict]
        if which:
            said.append(
                say(f"commands.staff.{verdict.replace(' ', '_')}", hours=_hours_in_words(which))
            )
    more = replications_to_decide(hours, target.share, length.replications)
    if more is not None:
        said.append(say("commands.staff.replications", more=more, replications=length.replications))
    said.append(say("commands.staff.together"))
    return " ".join(said)


def _days(days: str) -> str:
    """Return days of a roster in words."""
    from akuttsim.config.describe_region import days_text

    return in_words(days_text(days))


def _hours_in_words(hours: Sequence[RosterHour]) -> str:
    """Return hours by days, those in a row as one: [7, 8, 9, 12] is 07-10, 12-13."""
    texts = []
    for days, group in groupby(hours, key=lambda hour: hour.days):
        spans: list[list[int]] = []
        for hour in (each.hour for each in group):
            if spans and spans[-1][1] == hour:
                spans[-1][1] += 1
            else:
                spans.append([hour, hour + 1])
        texts.append(f"{_days(days)} {', '.join(f'{start:02d}-{end:02d}' for start, end in spans)}")
    return "; ".join(texts)
